"""An explanation as a marketer reads it, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from leadcard.dsl.render import display_width
from leadcard.runtime.explain import Act, Explanation, Lift, Loss, SectionShare
from leadcard.runtime.harness.compare import number, shown, signed
from leadcard.runtime.harness.outcome import Reason
from leadcard.runtime.harness.report import json_outcome, json_value
from leadcard.runtime.paint import Paint
from leadcard.runtime.when import day_text, moment_text

_WIDEST = 60


def explanation_text(found: Explanation, *, color: bool, everything: bool = False) -> str:
    """The whole explanation; with `everything`, also the rules that did not fire."""
    paint = Paint(color)
    blocks = [
        _head(found, paint),
        *(_section(found, share, paint) for share in found.sections),
        _must_haves(found, paint),
        _disqualified(found, paint),
        _not_fired(found, paint) if everything else [],
        _next(found, paint),
        _losses(found, paint),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


# --- the lead -------------------------------------------------------------------------------------


def _head(found: Explanation, paint: Paint) -> list[str]:
    values = found.outcome.values
    parts = [f"score {paint.strong(shown(values['score']))}"]
    if values["raw_score"] != values["score"]:
        parts[0] += f" ({shown(values['raw_score'])}, {_limits(found)})"
    if values["displayed"] != values["score"]:
        parts.append(f"shown as {shown(values['displayed'])}")
    if found.plan.stages or values["disqualified"]:
        parts.append(f"stage {paint.strong(shown(values['stage']))}")
    parts += [f"{c} {shown(values[c])}" for c in ("grade", "tier") if values[c] is not None]
    lines = [paint.strong(found.case.name), ", ".join(parts)]
    said = {
        "route to": values["route"],
        "respond within": values["respond_within"],
        "notify": values["notify"],
        "flags:": values["flags"],
        "key conversions:": values["key_conversions"],
    }
    lines += [f"{what} {shown(value)}" for what, value in said.items() if value]
    moment = moment_text(found.case.as_of, found.plan.timezone)
    card = f"{values['scorecard']}, version {values['version']}"
    return [*lines, paint.faint(f"{card}, as of {moment}")]


def _limits(found: Explanation) -> str:
    low, high = found.plan.score_low, found.plan.score_high
    if low is None:
        return f"limited to at most {_hundredths(high)}"
    if high is None:
        return f"limited to at least {_hundredths(low)}"
    return f"limited to {_hundredths(low)} to {_hundredths(high)}"


def _hundredths(value: int | None) -> str:
    return "" if value is None else number(Decimal(value) / 100)


# --- sections -------------------------------------------------------------------------------------


def _section(found: Explanation, share: SectionShare, paint: Paint) -> list[str]:
    title = f"{paint.strong(share.name)} {paint.strong(number(share.total))}"
    if not share.counts:
        return [f"{title} {paint.faint('(does not count for this lead)')}"]
    note = _limit_note(share)
    lines = [title + (paint.faint(f" ({note})") if note else "")]
    if not share.reasons:
        return [*lines, paint.faint("  no rule fired")]
    names = [reason.rule for reason in share.reasons]
    width = min(_WIDEST, max(display_width(name) for name in names))
    return [*lines, *(_rule_line(found, reason, width, paint) for reason in share.reasons)]


def _limit_note(share: SectionShare) -> str:
    """What best only, max and min made of the sum: `72, capped at 60`."""
    if share.total == share.before_limits:
        return ""
    before = number(share.before_limits)
    if share.maximum is not None and share.total == share.maximum:
        return f"{before}, capped at {number(share.maximum)}"
    return f"{before}, raised to {number(share.total)}"


def _rule_line(found: Explanation, reason: Reason, width: int, paint: Paint) -> str:
    rule = reason.rule + " " * (width - display_width(reason.rule))
    best_only = () if reason.counted else ("not counted: best only",)
    notes = [*_events(found, reason), *best_only, f"line {reason.line}"]
    points = signed(reason.points)
    mark = paint.bad if reason.points < 0 else paint.good
    color = mark if reason.counted else paint.faint
    return f"  {color(f'{points:>6}')}  {rule}  {paint.faint(', '.join(notes))}"


def _events(found: Explanation, reason: Reason) -> Iterator[str]:
    """`3 times, the last on 18 Nov 2026`."""
    if reason.events and reason.latest is not None:
        day = day_text(reason.latest, found.plan.timezone)
        yield f"on {day}" if reason.events == 1 else f"{reason.events} times, the last on {day}"


def _must_haves(found: Explanation, paint: Paint) -> list[str]:
    must = found.plan.must_haves
    if must is None:
        return []
    met = sum(1 for one in found.must_haves if one.met)
    state = paint.good("met") if found.outcome.values["must_haves"] else paint.bad("not met")
    count = f"{met} of {len(found.must_haves)}, at least {must.at_least} needed"
    lines = [f"{paint.strong('must haves')} {state} ({count})"]
    width = min(_WIDEST, max((display_width(one.text) for one in found.must_haves), default=0))
    for one in found.must_haves:
        mark = paint.good("yes") if one.met else paint.bad(" no")
        text = one.text + " " * (width - display_width(one.text))
        lines.append(f"     {mark}  {text}  {paint.faint(f'line {one.line}')}")
    return lines


def _disqualified(found: Explanation, paint: Paint) -> list[str]:
    if not found.disqualified_by:
        return []
    lines = [paint.bad("disqualified by")]
    for reason in found.disqualified_by:
        lines.append(f"          {reason.rule}  {paint.faint(f'line {reason.line}')}")
    return lines


def _not_fired(found: Explanation, paint: Paint) -> list[str]:
    if not found.not_fired:
        return []
    lines = [paint.strong("did not fire")]
    for rule in found.not_fired:
        points = signed(Decimal(rule.points) / 100) if rule.points else ""
        lines.append(f"  {points:>6}  {rule.text}  {paint.faint(f'line {rule.line}')}")
    return lines


# --- the next stage -------------------------------------------------------------------------------


def _next(found: Explanation, paint: Paint) -> list[str]:
    ahead = found.next_stage
    if ahead is None:
        return []
    missing = ahead.points_missing
    needs = "" if missing is None else f": {number(missing)} more point{_plural(missing)}"
    lines = [paint.strong(f"next stage {ahead.name}") + needs]
    if not ahead.lifts:
        return [*lines, paint.faint("  not even three more rules together would lead there")]
    return [*lines, *(_lift_line(lift, paint) for lift in ahead.lifts)]


def _plural(value: Decimal) -> str:
    return "" if value == 1 else "s"


def _lift_line(lift: Lift, paint: Paint) -> str:
    """`72, sales ready  after `requested demo``, or given something that is not known yet."""
    done = [
        f"`{act.text}`{' once more' if act.again else ''}" for act in lift.acts if not act.missing
    ]
    open_ = [f"`{act.text}` ({_unknown(act)})" for act in lift.acts if act.missing]
    how = [
        f"{word} {' and '.join(acts)}" for word, acts in (("after", done), ("given", open_)) if acts
    ]
    return f"  {paint.good(f'{number(lift.score):>6}, {lift.stage}')}  {', '.join(how)}"


def _unknown(act: Act) -> str:
    names = [column.replace("_", " ") for column in act.missing]
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} unknown"


def _losses(found: Explanation, paint: Paint) -> list[str]:
    if not found.losses:
        return []
    return [
        paint.strong("if nothing more happens"),
        *(_loss_line(found, loss, paint) for loss in found.losses),
    ]


def _loss_line(found: Explanation, loss: Loss, paint: Paint) -> str:
    day = day_text(loss.at, found.plan.timezone)
    why = f"  {paint.faint(f'because of {_and(loss.lines)}')}" if loss.lines else ""
    stage = f", {loss.stage}" if found.plan.stages else ""
    return f"  {paint.bad(f'{number(loss.score):>6}{stage}')} on {day}{why}"


def _and(names: tuple[str, ...]) -> str:
    few = names[:3]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(f"`{name}`" for name in few) + more


# --- JSON -----------------------------------------------------------------------------------------


def explanation_json(found: Explanation) -> dict[str, object]:
    """The whole explanation for programs."""
    ahead = found.next_stage
    return {
        "lead": found.case.name,
        **json_outcome(found.outcome),
        "sections": [
            {
                "name": share.name,
                "total": json_value(share.total),
                "before_limits": json_value(share.before_limits),
                "maximum": json_value(share.maximum),
                "minimum": json_value(share.minimum),
                "counts": share.counts,
            }
            for share in found.sections
        ],
        "requirements": [
            {"line": one.line, "text": one.text, "met": one.met} for one in found.must_haves
        ],
        "disqualified_by": [reason.line for reason in found.disqualified_by],
        "not_fired": [
            {"line": rule.line, "rule": rule.text, "points": json_value(Decimal(rule.points) / 100)}
            for rule in found.not_fired
        ],
        "next_stage": None
        if ahead is None
        else {
            "name": ahead.name,
            "points_missing": json_value(ahead.points_missing),
            "lifts": [_lift_json(lift) for lift in ahead.lifts],
        },
        "losses": [
            {
                "at": json_value(loss.at),
                "days": loss.days,
                "score": json_value(loss.score),
                "stage": loss.stage,
                "rules": list(loss.lines),
            }
            for loss in found.losses
        ],
    }


def _lift_json(lift: Lift) -> dict[str, object]:
    return {
        "score": json_value(lift.score),
        "stage": lift.stage,
        "acts": [
            {
                "line": act.line,
                "rule": act.text,
                "points": json_value(act.points),
                "again": act.again,
                "missing": list(act.missing),
            }
            for act in lift.acts
        ],
    }

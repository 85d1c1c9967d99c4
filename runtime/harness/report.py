"""What `leadcard test` prints: passes in a line each, failures with what differs and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from leadcard.compiler.plan import Plan
from leadcard.dsl.render import display_width, visible
from leadcard.runtime.harness.compare import Difference, number, shown, signed
from leadcard.runtime.harness.outcome import Outcome, Reason
from leadcard.runtime.harness.runner import FileResult, SampleResult
from leadcard.runtime.paint import Paint
from leadcard.runtime.when import clock_text, moment_text

# --- text -----------------------------------------------------------------------------------------


def text_report(results: Sequence[FileResult], *, color: bool) -> str:
    """The whole report, with a summary in its last line."""
    blocks = [file_report(result, color=color) for result in results]
    return "\n\n".join([*blocks, _summary(results, Paint(color))])


def file_report(result: FileResult, *, color: bool) -> str:
    """The part of the report that is about one card, without a summary."""
    return "\n".join(_file_lines(result, Paint(color)))


def _file_lines(result: FileResult, paint: Paint) -> Iterator[str]:
    moment = moment_text(result.file.as_of, result.plan.timezone)
    yield paint.strong(result.card)
    yield paint.faint(f"  as of {moment}, on {' and '.join(result.engines)}")
    width = min(60, max(display_width(_in_a_line(r.sample.name)) for r in result.results))
    for stage, members in _by_buyer_stage(result):
        if stage:
            yield f"  {stage}"
        indent = "    " if stage else "  "
        for one in members:
            yield from _sample_lines(result, one, indent, width, paint)


def _by_buyer_stage(result: FileResult) -> Iterator[tuple[str, list[SampleResult]]]:
    """Samples by buyer stage in the order of the card; those without one come last."""
    used = {r.sample.buyer_stage for r in result.results}
    for stage in (*result.plan.buyer_stages, None):
        if stage in used:
            heading = stage or ("no buyer stage" if len(used) > 1 else "")
            yield heading, [r for r in result.results if r.sample.buyer_stage == stage]


def _sample_lines(
    result: FileResult, one: SampleResult, indent: str, width: int, paint: Paint
) -> Iterator[str]:
    mark = paint.good("ok  ") if one.passed else paint.bad("FAIL")
    name = _in_a_line(one.sample.name)
    name += " " * (width - display_width(name))
    yield f"{indent}{mark} {name}  {paint.faint(_in_short(one.outcome))}"
    if one.passed:
        return
    inner = indent + "     "
    yield inner + paint.faint(f"{result.file.source.path}:{one.sample.line}")
    yield from (inner + line for line in _difference_lines(one.differences, paint))
    yield from (inner + line for line in _reason_lines(one, result.plan))


def _in_a_line(name: str) -> str:
    """The name of a sample without what would upset a terminal or begin another line."""
    return visible(name.replace("\n", " "))


def _in_short(outcome: Outcome | None) -> str:
    """Score and stage in a few words."""
    if outcome is None:
        return "no score: created after as_of"
    parts = [shown(outcome.values["score"])]
    stage = outcome.values["stage"]
    if stage not in (None, "none"):
        parts.append(shown(stage))
    return "  ".join(parts)


def failure_lines(one: SampleResult, plan: Plan) -> list[str]:
    """What differs of a sample lead, and the rules behind it, without colour."""
    return [*_difference_lines(one.differences, Paint(False)), *_reason_lines(one, plan)]


def _difference_lines(differences: Sequence[Difference], paint: Paint) -> Iterator[str]:
    width = max(display_width(d.what) for d in differences)
    for d in differences:
        what = d.what + " " * (width - display_width(d.what))
        if d.engine:
            both = f"{paint.bad(d.expected)}, {paint.bad(d.actual)}"
            yield f"{what}  the engines disagree: {both}"
        else:
            yield f"{what}  expected {paint.good(d.expected)}, got {paint.bad(d.actual)}"


def _reason_lines(one: SampleResult, plan: Plan) -> Iterator[str]:
    """The rules behind a wrong total, of its section or all, and what limits make of them."""
    outcome = one.outcome
    if outcome is None:
        return
    for reasons, title, section in _behind(one.differences, outcome):
        yield f"{title}:" if reasons else f"{title}: no rule fired"
        width = max((len(str(reason.line)) for reason in reasons), default=0)
        for reason in reasons:
            yield f"  line {reason.line:>{width}}  {reason_text(reason, plan.timezone)}"
        yield from (f"  {line}" for line in _limit_lines(outcome, plan, section))


def _limit_lines(outcome: Outcome, plan: Plan, only: str | None) -> Iterator[str]:
    """Where `max`, `min` and the range of scores make another total than that of the rules."""
    for section in plan.sections:
        together = sum(r.points for r in outcome.reasons if r.section == section.name and r.counted)
        total = outcome.values[f"section_{section.column}"]
        if only in (None, section.name) and total != together:
            limited = f"{number(Decimal(together))} together, {shown(total)} within its limits"
            yield f"section {section.name}: {limited}"
    raw, score = outcome.values["raw_score"], outcome.values["score"]
    if only is None and raw != score:
        yield f"all: {shown(raw)} together, {shown(score)} in the range of scores"


def _behind(
    differences: Sequence[Difference], outcome: Outcome
) -> Iterator[tuple[list[Reason], str, str | None]]:
    """The reasons worth showing, with a title and their section (None: of all sections).

    There are none where only texts or single rules differ.
    """
    expected = [d for d in differences if d.engine is None]
    sections = [d.section for d in expected if d.section is not None]
    for section in sections:
        yield (
            [r for r in outcome.reasons if r.section == section],
            f"the rules of section {section}",
            section,
        )
    totals = ("score", "raw score", "displayed", "stage", "grade")
    if not sections and any(d.what in totals for d in expected):
        yield list(outcome.reasons), f"the rules behind {shown(outcome.values['score'])}", None


def reason_text(reason: Reason, zone: str) -> str:
    """One rule that fired: its points, condition, events, and whether it counts."""
    notes = []
    if reason.events and reason.latest is not None:
        many = f"{reason.events} events" if reason.events != 1 else "1 event"
        notes.append(f"{many}, the last on {clock_text(reason.latest, zone)}")
    if not reason.counted:
        notes.append("not counted: best only")
    behind = f"  ({'; '.join(notes)})" if notes else ""
    return f"{signed(reason.points):>4}  {reason.rule}{behind}"


def _summary(results: Sequence[FileResult], paint: Paint) -> str:
    total = sum(len(r.results) for r in results)
    failed = sum(r.failed for r in results)
    cards = f"{len(results)} scorecard{'s' if len(results) != 1 else ''}"
    leads = f"{total} sample lead{'s' if total != 1 else ''}"
    if failed:
        return paint.bad(f"{failed} of {leads} failed") + f" ({cards})"
    return paint.good(f"{leads} passed") + f" ({cards})"


# --- JSON -----------------------------------------------------------------------------------------


def json_report(results: Sequence[FileResult]) -> dict[str, object]:
    """The whole report for programs."""
    total = sum(len(r.results) for r in results)
    failed = sum(r.failed for r in results)
    return {
        "summary": {"samples": total, "passed": total - failed, "failed": failed},
        "files": [file_json(result) for result in results],
    }


def file_json(result: FileResult) -> dict[str, object]:
    """The report on the samples of one card."""
    return {
        "card": result.card,
        "samples": result.file.source.path,
        "as_of": json_value(result.file.as_of),
        "engines": list(result.engines),
        "results": [_json_sample(one) for one in result.results],
    }


def _json_sample(one: SampleResult) -> dict[str, object]:
    return {
        "name": one.sample.name,
        "line": one.sample.line,
        "buyer_stage": one.sample.buyer_stage,
        "passed": one.passed,
        "differences": [
            {
                "what": d.what,
                "expected": d.expected,
                "actual": d.actual,
                "line": d.line,
                "engine": d.engine,
            }
            for d in one.differences
        ],
        "result": None if one.outcome is None else json_outcome(one.outcome),
    }


def json_outcome(outcome: Outcome) -> dict[str, object]:
    """The columns of the result and its reasons as JSON values; points are numbers."""
    values = {column: json_value(value) for column, value in outcome.values.items()}
    return values | {
        "reasons": [
            {
                "line": r.line,
                "rule": r.rule,
                "section": r.section,
                "points": json_value(r.points),
                "counted": r.counted,
                "events": r.events,
                "latest": json_value(r.latest),
            }
            for r in outcome.reasons
        ]
    }


def json_value(value: object) -> object:
    """Points as the shortest number that is equal, instants as ISO text."""
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value

"""Stages that no lead can reach or that others shadow, gaps and overlaps between their ranges."""

from __future__ import annotations

from leadcard.compiler import bound, plan
from leadcard.compiler.reach import Reach
from leadcard.dsl import ast, words
from leadcard.dsl.diagnostics import Diagnostic, Related, warning
from leadcard.dsl.source import Span


def unreachable_stages(
    card: ast.Scorecard, bound_card: bound.Card, made: plan.Plan
) -> tuple[Diagnostic, ...]:
    """A stage that asks for a score, total or grade outside what the card can give."""
    del card
    reach = Reach(made)
    spans = {s.line: s.node.span for s in bound_card.stages}
    found = []
    for stage in made.stages:
        hint = _out_of_reach(reach, stage.when)
        if hint is not None:
            found.append(
                warning(
                    "L106",
                    f"no lead can reach the stage `{stage.name}`",
                    source=bound_card.source,
                    span=spans[stage.line],
                    hint=hint,
                )
            )
    return tuple(found)


def _out_of_reach(reach: Reach, when: plan.Predicate) -> str | None:
    """Why no lead meets a stage's condition; None where one may."""
    match when:
        case plan.ScoreIn():
            return _range_out_of_reach(reach, when)
        case plan.GradeIn():
            return _grade_out_of_reach(reach, when)
        case plan.And():
            return next((hint for p in when.parts if (hint := _out_of_reach(reach, p))), None)
        case plan.Or():
            hints = [_out_of_reach(reach, part) for part in when.parts]
            return hints[0] if all(hints) else None
        case _:
            return None


def _range_out_of_reach(reach: Reach, wanted: plan.ScoreIn) -> str | None:
    section = next((s for s in reach.plan.sections if s.name == wanted.section), None)
    can = reach.score() if section is None else reach.section(section)
    what = "score" if section is None else f"total of `{section.name}`"
    if wanted.low is not None and can.high is not None and wanted.low > can.high:
        end = _plain(can.high)
        return f"it begins at {_plain(wanted.low)}, and " + (
            f"the highest {what} that a lead can get is {end}"
            if reach.is_exact(high=True, section=section)
            else f"no lead gets a {what} above {end}; {end} is a bound, the highest may be lower"
        )
    if wanted.high is not None and can.low is not None and wanted.high <= can.low:
        end = _plain(can.low)
        return f"it ends below {_plain(wanted.high)}, and " + (
            f"the lowest {what} that a lead can get is {end}"
            if reach.is_exact(high=False, section=section)
            else f"no lead gets a {what} below {end}; {end} is a bound, the lowest may be higher"
        )
    return None


def _grade_out_of_reach(reach: Reach, wanted: plan.GradeIn) -> str | None:
    grades = reach.plan.grades
    section = next((s for s in reach.plan.sections if grades and s.name == grades.section), None)
    if grades is None or section is None:
        return None
    steps = [least for letter, least in grades.steps if letter in wanted.letters]
    if not steps or None in steps:
        return None
    least = min(step for step in steps if step is not None)
    return _range_out_of_reach(reach, plan.ScoreIn(low=least, section=section.name))


def shadowed_stages(
    card: ast.Scorecard, bound_card: bound.Card, made: plan.Plan
) -> tuple[Diagnostic, ...]:
    """A stage below others that take every lead that it could have."""
    del card
    found = []
    spans = {s.line: s.node.span for s in bound_card.stages}
    for n, stage in enumerate(made.stages):
        takers = _takers(made.stages[:n], stage.when)
        if takers:
            names = " and ".join(f"`{s.name}`" for s in takers)
            found.append(
                warning(
                    "L121",
                    f"no lead is left for the stage `{stage.name}`",
                    source=bound_card.source,
                    span=spans[stage.line],
                    hint=f"{names} further up {'take' if len(takers) > 1 else 'takes'} them all; "
                    "the stage with the higher score comes first",
                    related=tuple(
                        Related(source=bound_card.source, span=spans[s.line], label="wins over it")
                        for s in takers
                    ),
                )
            )
    return tuple(found)


def _takers(above: tuple[plan.Stage, ...], when: plan.Predicate) -> tuple[plan.Stage, ...]:
    """The stages of `above` that together take all leads of `when`; none if they do not."""
    parts = set(when.parts) if isinstance(when, plan.And) else {when}
    for stage in above:
        needed = set(stage.when.parts) if isinstance(stage.when, plan.And) else {stage.when}
        if needed <= parts:
            return (stage,)
    wanted = _needed(when)
    if wanted is None:
        return ()
    at, end = _floor(wanted.low), _ceiling(wanted.high)
    plain = [(s, s.when) for s in above if isinstance(s.when, plan.ScoreIn) and not s.when.section]
    takers: list[plan.Stage] = []
    for stage, taken in sorted(plain, key=lambda pair: _floor(pair[1].low)):
        if _floor(taken.low) <= at < _ceiling(taken.high):
            takers.append(stage)
            at = _ceiling(taken.high)
    return tuple(takers) if at >= end else ()


def _needed(when: plan.Predicate) -> plan.ScoreIn | None:
    """The range of the score that a stage cannot do without, if it has one."""
    match when:
        case plan.ScoreIn(section=None):
            return when
        case plan.And():
            ranges = [p for p in when.parts if isinstance(p, plan.ScoreIn) and p.section is None]
            return ranges[0] if len(ranges) == 1 else None
        case _:
            return None


def _plain(hundredths: int) -> str:
    return words.points(hundredths)


def gaps_and_overlaps(
    card: ast.Scorecard, bound_card: bound.Card, made: plan.Plan
) -> tuple[Diagnostic, ...]:
    """Scores that no stage takes, and scores that two plain ranges claim."""
    del card
    if any(_needed(s.when) is None for s in made.stages):
        return ()  # a stage of another kind may take any score
    spans = {s.line: s.node.span for s in bound_card.stages}
    ranges = sorted(
        ((s, r) for s in made.stages if (r := _needed(s.when)) is not None),
        key=lambda pair: _floor(pair[1].low),
    )
    found: list[Diagnostic] = []
    reach = Reach(made).score()
    claimed, covered = -_FAR, _floor(reach.low)
    for stage, wanted in ranges:
        low, high = _floor(wanted.low), _ceiling(wanted.high)
        span = spans[stage.line]
        if low > covered:
            found.append(_gap(bound_card, span, covered, low))
        elif stage.when == wanted and low < claimed < _FAR:
            found.append(_overlap(bound_card, span, low, min(claimed, high)))
        if stage.when == wanted:
            claimed = max(claimed, high)
        covered = max(covered, high)
    end = _ceiling(None if reach.high is None else reach.high + 1)
    if ranges and covered < end:
        found.append(_gap(bound_card, spans[ranges[-1][0].line], covered, end))
    return tuple(found)


_FAR = 10**15


def _floor(low: int | None) -> int:
    return -_FAR if low is None else low


def _ceiling(high: int | None) -> int:
    return _FAR if high is None else high


def _gap(card: bound.Card, span: Span, low: int, high: int) -> Diagnostic:
    if low <= -_FAR:
        what = f"below {_plain(high)}"
    elif high >= _FAR:
        what = f"of {_plain(low)} and more"
    else:
        what = f"from {_plain(low)} to below {_plain(high)}"
    return warning(
        "L107",
        f"no stage takes a score {what}",
        source=card.source,
        span=span,
        hint="such leads get the stage `none`",
    )


def _overlap(card: bound.Card, span: Span, low: int, high: int) -> Diagnostic:
    return warning(
        "L108",
        f"scores from {_plain(low)} to below {_plain(high)} fit two stages",
        source=card.source,
        span=span,
        hint="the stage further up wins",
    )

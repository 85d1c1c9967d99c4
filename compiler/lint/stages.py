"""Stages: those that no total can reach, and gaps and overlaps between ranges of the score."""

from __future__ import annotations

from leadcard.compiler import bound, plan
from leadcard.compiler.score_range import Interval, score_range
from leadcard.dsl import ast, words
from leadcard.dsl.diagnostics import Diagnostic, warning
from leadcard.dsl.source import Span


def unreachable_stages(
    card: ast.Scorecard, bound_card: bound.Card, made: plan.Plan
) -> tuple[Diagnostic, ...]:
    """A stage whose range of the score lies outside what the card can give."""
    del card
    reach = score_range(made)
    spans = {s.line: s.node.span for s in bound_card.stages}
    found = []
    for stage in made.stages:
        wanted = _needed(stage.when)
        if wanted is not None and _apart(wanted, reach):
            found.append(
                warning(
                    "L106",
                    f"no lead can reach the stage `{stage.name}`",
                    source=bound_card.source,
                    span=spans[stage.line],
                    hint=f"the score goes {_words(reach)}",
                )
            )
    return tuple(found)


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


def _apart(wanted: plan.ScoreIn, reach: Interval) -> bool:
    above = wanted.low is not None and reach.high is not None and wanted.low > reach.high
    below = wanted.high is not None and reach.low is not None and wanted.high <= reach.low
    return above or below


def _words(reach: Interval) -> str:
    low = "from no lower end" if reach.low is None else f"from {_plain(reach.low)}"
    high = "without end" if reach.high is None else f"to {_plain(reach.high)}"
    return f"{low} {high}"


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
    reach = score_range(made)
    claimed, covered = -_FAR, _floor(reach.low)
    for stage, wanted in ranges:
        low, high = _floor(wanted.low), _ceiling(wanted.high)
        span = spans[stage.line]
        if low > covered:
            found.append(_gap(bound_card, span, covered, low))
        elif stage.when == wanted and low < claimed < _FAR and wanted.high is not None:
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

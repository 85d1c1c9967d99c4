"""Whether a scorecard predicts: conversion by score, stage and rule, and where to draw a line.

All figures come from how many leads of each score and stage converted, which is counted in the
engine. Deciles share leads of equal scores in proportion, so that no order of rows decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from leadcard.compiler import plan as p
from leadcard.runtime.impact.backtest import SCORED, Backtest
from leadcard.runtime.impact.moves import Prediction, band_width
from leadcard.runtime.impact.ranking import NOBODY, Auc, Counted, auc, by_stage, counted

DISQUALIFIED: Final = "disqualified"
_DECILES: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreBand:
    """Scores from `low` up to but not with `high`, in points."""

    low: int
    high: int
    inside: Counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Decile:
    """A tenth of the leads, best first; leads on its edge count in part."""

    number: int
    highest: int  # 1/100 points
    lowest: int
    leads: Fraction
    won: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFigures:
    """Leads that fire a rule, and the AUC of the card without it."""

    line: int
    source: str
    fired: Counted
    auc_without: Auc | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """The lowest score from which on leads serve a purpose; `score` None: no score does."""

    asked: str
    score: int | None
    above: Counted
    won: int  # of all leads


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """All figures of one card."""

    prediction: Prediction
    bands: tuple[ScoreBand, ...]
    deciles: tuple[Decile, ...]
    rules: tuple[RuleFigures, ...]
    thresholds: tuple[Threshold, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """So many leads can be worked, a week where `weekly`, else in all."""

    leads: int
    weekly: bool


def evaluate(
    plan: p.Plan,
    scored: Backtest,
    *,
    capacity: Capacity | None = None,
    precision: Fraction | None = None,
) -> Evaluation:
    """The figures of the leads in `scored`."""
    rows = scored.connection.execute(
        f"SELECT score, stage, count(*), count(*) FILTER (won) FROM {SCORED} GROUP BY ALL"
    ).fetchall()
    groups = [(score, stage, Counted(leads=n, won=won)) for score, stage, n, won in rows]
    scores = _by_score((score, part) for score, _, part in groups)
    inside: dict[str, Counted] = {}
    for _, stage, part in groups:
        inside[stage] = inside.get(stage, NOBODY) + part
    own = [stage.name for stage in plan.stages]
    order = [*own, *(x for x in ("none", DISQUALIFIED) if x in inside and x not in own)]
    whole = counted(part for _, part in scores)
    # Whoever is disqualified is not worked, whatever the score.
    worked = _by_score((score, part) for score, stage, part in groups if stage != DISQUALIFIED)
    return Evaluation(
        prediction=Prediction(whole=whole, auc=auc(scores), stages=by_stage(order, inside)),
        bands=tuple(_bands(scores)),
        deciles=tuple(_deciles(scores)),
        rules=tuple(_rules(plan, scored)),
        thresholds=tuple(_thresholds(worked, whole, scored, capacity, precision)),
    )


def _by_score(parts: Iterator[tuple[int, Counted]]) -> list[tuple[int, Counted]]:
    """The groups of each score, best first."""
    found: dict[int, Counted] = {}
    for score, part in parts:
        found[score] = found.get(score, NOBODY) + part
    return sorted(found.items(), reverse=True)


def _bands(scores: Sequence[tuple[int, Counted]]) -> Iterator[ScoreBand]:
    if not scores:
        return
    width = band_width(scores[0][0] // 100 - scores[-1][0] // 100 + 1)
    found: dict[int, Counted] = {}
    for score, part in scores:
        place = score // (width * 100)
        found[place] = found.get(place, NOBODY) + part
    for place in range(max(found), min(found) - 1, -1):
        inside = found.get(place, NOBODY)
        yield ScoreBand(low=place * width, high=(place + 1) * width, inside=inside)


def _deciles(scores: Sequence[tuple[int, Counted]]) -> Iterator[Decile]:
    """Tenths of the leads from the best on; a group on an edge is shared in proportion."""
    size = Fraction(sum(part.leads for _, part in scores), _DECILES)
    if not size:
        return
    waiting = [(score, Fraction(part.leads), part) for score, part in scores]
    at = 0
    for number in range(1, _DECILES + 1):
        room, won, reached = size, Fraction(0), list[int]()
        while room > 0 and at < len(waiting):
            score, left, part = waiting[at]
            taken = min(room, left)
            won += taken * Fraction(part.won, part.leads)
            room -= taken
            reached.append(score)
            waiting[at] = (score, left - taken, part)
            at += taken == left
        yield Decile(number=number, highest=reached[0], lowest=reached[-1], leads=size, won=won)


# --- rules ----------------------------------------------------------------------------------------


def _rules(plan: p.Plan, scored: Backtest) -> Iterator[RuleFigures]:
    engine = scored.connection
    for i, rule in enumerate(plan.rules):
        fired = engine.execute(
            f"SELECT count(*), count(*) FILTER (won) FROM {SCORED} WHERE rule_{i + 1} IS NOT NULL"
        ).fetchone()
        rows = engine.execute(
            f"SELECT {score_without(plan, i)} AS rest, count(*), count(*) FILTER (won)"
            f" FROM {SCORED} GROUP BY ALL"
        ).fetchall()
        leads, won = fired or (0, 0)
        groups = [(rest, Counted(leads=n, won=hits)) for rest, n, hits in rows]
        yield RuleFigures(
            line=rule.line,
            source=rule.source,
            fired=Counted(leads=leads, won=won),
            auc_without=auc(groups),
        )


def score_without(plan: p.Plan, place: int) -> str:
    """SQL for the score of a lead if the rule at `place` were not there, limits applied anew."""
    rule = plan.rules[place]
    at, section = next((k, s) for k, s in enumerate(plan.sections) if s.name == rule.section)
    if section.best_only:
        offers = [
            f"offer_{j + 1}"
            for j, other in enumerate(plan.rules)
            if j != place and other.section == rule.section and other.scored
        ]
        rest = f"coalesce(greatest({', '.join(offers)}), 0)" if offers else "0"
    else:
        rest = f"section_{at + 1} - cap_{at + 1} - rule_{place + 1}"
    kept = _clamped(rest, section.minimum, section.maximum)
    total = _clamped(f"raw - section_{at + 1} + {kept}", plan.score_low, plan.score_high)
    # A rule that did not fire adds nothing; one that did stands in a section that counts.
    return f"CASE WHEN rule_{place + 1} IS NULL THEN score ELSE {total} END"


def _clamped(value: str, low: int | None, high: int | None) -> str:
    if high is not None:
        value = f"least({value}, {high})"
    return f"greatest({value}, {low})" if low is not None else f"({value})"


# --- thresholds -----------------------------------------------------------------------------------


def _thresholds(
    worked: Sequence[tuple[int, Counted]],
    whole: Counted,
    scored: Backtest,
    capacity: Capacity | None,
    precision: Fraction | None,
) -> Iterator[Threshold]:
    if capacity is not None:
        weeks = Fraction(scored.weeks or 1).limit_denominator(10**6) if capacity.weekly else 1
        room = capacity.leads * weeks
        per = " a week" if capacity.weekly else ""
        asked = f"at most {capacity.leads:,} leads{per}"
        yield _lowest(worked, whole, asked, lambda part: part.leads <= room)
    if precision is not None:
        asked = f"at least {float(precision * 100):g} % of them convert"
        yield _lowest(worked, whole, asked, lambda part: part.won >= precision * part.leads)


def _lowest(
    worked: Sequence[tuple[int, Counted]], whole: Counted, asked: str, serves: object
) -> Threshold:
    """The lowest score at which leads from it on serve."""
    assert callable(serves)
    reached, best, above = NOBODY, None, NOBODY
    for score, part in worked:
        reached += part
        if serves(reached):
            best, above = score, reached
    return Threshold(asked=asked, score=best, above=above, won=whole.won)

"""Why a lead has its score, what would lift it a stage, and what it will lose by waiting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Final

from leadcard.compiler import plan as p
from leadcard.runtime.case import Case, Scorer, holding
from leadcard.runtime.harness.moments import shifted
from leadcard.runtime.harness.outcome import Outcome, Reason
from leadcard.runtime.what_if import Change, Proposer, has_account

_MOST_ACTS: Final = 3
_MOST_CANDIDATES: Final = 24
_MOST_LIFTS: Final = 3
_DAYS_AHEAD: Final = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionShare:
    """What a section adds: its total, the sum of its rules before limits, whether it counts."""

    name: str
    total: Decimal
    before_limits: Decimal
    maximum: Decimal | None
    minimum: Decimal | None
    counts: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MustHave:
    """One requirement, and whether the lead meets it."""

    line: int
    text: str
    met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A rule that could fire (again), or a requirement that could be met."""

    line: int
    text: str
    points: Decimal
    again: bool = False
    missing: tuple[str, ...] = ()  # columns that would have to be known


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """Acts that together bring the lead to a higher stage, and the score it then has."""

    acts: tuple[Act, ...]
    score: Decimal
    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What happens without further events: the first day with another score or stage, and why."""

    at: datetime
    days: int
    score: Decimal
    stage: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStage:
    """The stage above, the points it lacks (None: it is not a matter of points), and ways there."""

    name: str
    points_missing: Decimal | None
    lifts: tuple[Lift, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One lead's score, taken apart."""

    plan: p.Plan
    case: Case
    outcome: Outcome
    sections: tuple[SectionShare, ...]
    must_haves: tuple[MustHave, ...]
    disqualified_by: tuple[Reason, ...]
    not_fired: tuple[p.Rule, ...]
    next_stage: NextStage | None
    losses: tuple[Loss, ...]


def explain(plan: p.Plan, case: Case) -> Explanation | None:
    """The explanation of a case; None where the lead is created after as_of."""
    scorer = Scorer(plan)
    outcome = scorer.outcome(case)
    if outcome is None:
        return None
    predicates = tuple(dict.fromkeys(_predicates(plan)))
    holds = dict(zip(predicates, holding(plan, predicates, case), strict=True))
    requirements = plan.must_haves.requirements if plan.must_haves else ()
    lines = {rule.line: rule for rule in plan.rules}
    return Explanation(
        plan=plan,
        case=case,
        outcome=outcome,
        sections=tuple(_share(s, outcome, counts=holds[s.when]) for s in plan.sections),
        must_haves=tuple(
            MustHave(line=r.line, text=r.text, met=holds[r.when]) for r in requirements
        ),
        disqualified_by=tuple(r for r in outcome.reasons if lines[r.line].disqualify),
        not_fired=tuple(r for r in plan.rules if outcome.fired(r.line) is None),
        next_stage=_next_stage(scorer, case, outcome, Proposer(plan, case, holds)),
        losses=tuple(_losses(scorer, case, outcome)),
    )


def _predicates(plan: p.Plan) -> Iterator[p.Predicate]:
    """Every condition of sections, rules and must haves, with all its parts."""
    conditions = [
        *(section.when for section in plan.sections),
        *(rule.when for rule in plan.rules),
        *(r.when for r in (plan.must_haves.requirements if plan.must_haves else ())),
    ]
    for condition in conditions:
        yield from _parts(condition)
    for field in plan.fields:
        yield p.Known(field=field.column)


def _parts(predicate: p.Predicate) -> Iterator[p.Predicate]:
    yield predicate
    match predicate:
        case p.And() | p.Or():
            for part in predicate.parts:
                yield from _parts(part)
        case p.Not():
            yield from _parts(predicate.part)
        case p.AccountPeople() | p.AccountEvents():
            yield has_account(predicate)
        case _:
            return


def _share(section: p.Section, outcome: Outcome, *, counts: bool) -> SectionShare:
    reasons = tuple(r for r in outcome.reasons if r.section == section.name)
    total = outcome.values[f"section_{section.column}"]
    assert isinstance(total, Decimal)
    return SectionShare(
        name=section.name,
        total=total,
        before_limits=sum((r.points for r in reasons if r.counted), Decimal(0)),
        maximum=None if section.maximum is None else Decimal(section.maximum) / 100,
        minimum=None if section.minimum is None else Decimal(section.minimum) / 100,
        counts=counts,
        reasons=reasons,
    )


def _number(outcome: Outcome, column: str = "score") -> Decimal:
    value = outcome.values[column]
    assert isinstance(value, Decimal)
    return value


# --- what would lift it ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """An act that was tried alone and does what it says."""

    act: Act
    change: Change


def _next_stage(
    scorer: Scorer, case: Case, outcome: Outcome, proposer: Proposer
) -> NextStage | None:
    """The stage above the lead's own; none for the highest, and for the disqualified."""
    stages = scorer.plan.stages
    rank = _rank(stages, outcome)
    if rank is None or rank == 0:
        return None
    candidates = sorted(
        _candidates(scorer, case, outcome, proposer),
        key=lambda c: (-c.act.points, c.act.line),
    )[:_MOST_CANDIDATES]
    lifts = _lifts(scorer, case, candidates, rank)
    wanted = stages[rank - 1]
    if rank == len(stages) and lifts:  # between all stages: the one that is nearest
        wanted = next(stage for stage in stages if stage.name == lifts[0].stage)
    missing = _points_missing(wanted.when, outcome)
    return NextStage(name=wanted.name, points_missing=missing, lifts=lifts)


def _rank(stages: tuple[p.Stage, ...], outcome: Outcome) -> int | None:
    """The place of the lead's stage, 0 the highest; below all for `none`; None if disqualified."""
    if outcome.values["disqualified"]:
        return None
    names = [stage.name for stage in stages]
    stage = outcome.values["stage"]
    return names.index(str(stage)) if stage in names else len(names)


def _points_missing(when: p.Predicate, outcome: Outcome) -> Decimal | None:
    """How far the score, or the total below its lower limit, is from what a stage asks for."""
    score = min(_number(outcome), _number(outcome, "raw_score"))
    lows = [
        Decimal(part.low) / 100
        for part in _parts(when)
        if isinstance(part, p.ScoreIn) and part.section is None and part.low is not None
    ]
    missing = min(lows) - score if lows else Decimal(0)
    return missing if missing > 0 else None


def _candidates(
    scorer: Scorer, case: Case, outcome: Outcome, proposer: Proposer
) -> Iterator[_Candidate]:
    for rule in scorer.plan.rules:
        fired = outcome.fired(rule.line)
        useful = rule.points > 0 or rule.flag is not None or rule.key_conversion
        if not useful or rule.disqualify or (fired is not None and rule.repetition is None):
            continue
        for change in proposer.rule(rule):
            after = scorer.outcome(change.applied(case))
            behind = after.fired(rule.line) if after else None
            if behind is None or (fired is not None and behind.points <= fired.points):
                continue
            gained = behind.points - (fired.points if fired else 0)
            yield _candidate(rule.line, rule.text, gained, change, again=fired is not None)
            break
    yield from _requirements(scorer.plan, case, proposer)


def _requirements(plan: p.Plan, case: Case, proposer: Proposer) -> Iterator[_Candidate]:
    """Requirements that are not met and could be; a rule of the same condition says it already."""
    spoken = {rule.when for rule in plan.rules if rule.points > 0}
    for requirement in plan.must_haves.requirements if plan.must_haves else ():
        if requirement.when in spoken:
            continue
        change = next(proposer.ways(requirement.when), None)
        if change is None or change == Change():
            continue
        if holding(plan, [requirement.when], change.applied(case))[0]:
            yield _candidate(requirement.line, requirement.text, Decimal(0), change)


def _candidate(
    line: int, text: str, points: Decimal, change: Change, *, again: bool = False
) -> _Candidate:
    missing = tuple(change.values)
    act = Act(line=line, text=text, points=points, again=again, missing=missing)
    return _Candidate(act=act, change=change)


def _lifts(scorer: Scorer, case: Case, candidates: list[_Candidate], rank: int) -> tuple[Lift, ...]:
    """The fewest acts that together lead to a higher stage; of those, the ones that need least."""
    for size in range(1, _MOST_ACTS + 1):
        found = [
            lift
            for chosen in combinations(candidates, size)
            if (lift := _lift(scorer, case, chosen, rank)) is not None
        ]
        if found:
            cheapest = sorted(found, key=_effort)
            return tuple(cheapest[:_MOST_LIFTS])
    return ()


def _effort(lift: Lift) -> tuple[int, Decimal, list[int]]:
    """Acts of the lead come before values that somebody has to find out, few points before many."""
    unknown = sum(len(act.missing) for act in lift.acts)
    return unknown, lift.score, [act.line for act in lift.acts]


def _lift(scorer: Scorer, case: Case, chosen: tuple[_Candidate, ...], rank: int) -> Lift | None:
    change: Change | None = Change()
    for one in chosen:
        change = None if change is None else change.joined(one.change)
    after = None if change is None else scorer.outcome(change.applied(case))
    if after is None:
        return None
    place = _rank(scorer.plan.stages, after)
    if place is None or place >= rank:
        return None
    return Lift(
        acts=tuple(one.act for one in chosen),
        score=_number(after),
        stage=str(after.values["stage"]),
    )


# --- what it will lose ----------------------------------------------------------------------------


def _losses(scorer: Scorer, case: Case, outcome: Outcome) -> Iterator[Loss]:
    """The first days with a lower score and a lower stage, if nothing more happens."""
    stages = scorer.plan.stages
    now = _rank(stages, outcome)
    if outcome.values["disqualified"]:
        return
    lower_score = lower_stage = False
    for days in range(1, _DAYS_AHEAD + 1):
        at = shifted(case.as_of, timedelta(days=days))
        later = scorer.outcome(replace(case, as_of=at))
        if later is None:
            continue
        rank = _rank(stages, later)
        falls = not lower_score and _number(later) < _number(outcome)
        drops = not lower_stage and now is not None and rank is not None and rank > now
        if falls or drops:
            yield Loss(
                at=at,
                days=days,
                score=_number(later),
                stage=str(later.values["stage"]),
                lines=tuple(_changed(outcome, later)),
            )
        lower_score, lower_stage = lower_score or falls, lower_stage or drops
        if lower_score and (lower_stage or now is None or now == len(stages)):
            return


def _changed(before: Outcome, after: Outcome) -> Iterator[str]:
    """The rules that give less then than now."""
    for reason in before.reasons:
        later = after.fired(reason.line)
        if later is None or later.points < reason.points:
            yield reason.rule
    for reason in after.reasons:
        if reason.points < 0 and before.fired(reason.line) is None:
            yield reason.rule

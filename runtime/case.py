"""One lead with its events at one moment, scored by a card as often as needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import ModuleType
from typing import TypeAlias

from leadcard.compiler.plan import Plan, Predicate, Rule, Section
from leadcard.runtime.compiled import compiled
from leadcard.runtime.harness.engines import event_row, lead_row, outcome_of_score
from leadcard.runtime.harness.outcome import Outcome
from leadcard.runtime.harness.samples import Sample

Row: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A lead, its events and its colleagues, in the forms that compiled Python takes."""

    name: str
    lead: Row
    events: tuple[Row, ...]
    as_of: datetime
    colleagues: tuple[tuple[Row, tuple[Row, ...]], ...] = ()


def case_of_sample(sample: Sample, as_of: datetime) -> Case:
    """A sample lead as a case."""
    return Case(
        name=sample.name,
        lead=lead_row(sample.lead),
        events=tuple(event_row(event) for event in sample.lead.events),
        as_of=as_of,
        colleagues=tuple(
            (lead_row(colleague), tuple(event_row(event) for event in colleague.events))
            for colleague in sample.colleagues
        ),
    )


class Scorer:
    """A compiled card, asked again and again."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._module: ModuleType = compiled(plan)

    def outcome(self, case: Case) -> Outcome | None:
        """All that the card says of a case; None where the lead is created later."""
        score = self._module.score(case.lead, case.events, case.as_of, case.colleagues)
        return outcome_of_score(self.plan, score)


def holding(plan: Plan, predicates: Sequence[Predicate], case: Case) -> tuple[bool, ...]:
    """Which of some predicates of the plan hold for a case: each asked as a rule of its own."""
    section = Section(name="asked", column="asked", line=None)
    rules = tuple(
        Rule(line=n, text=str(n), source=str(n), section="asked", when=predicate, points=0)
        for n, predicate in enumerate(predicates)
    )
    questions = replace(
        plan,
        sections=(section,),
        rules=rules,
        score_low=None,
        score_high=None,
        must_haves=None,
        tiers=(),
        grades=None,
        stages=(),
    )
    outcome = Scorer(questions).outcome(case)
    yes = set() if outcome is None else {reason.line for reason in outcome.reasons}
    return tuple(n in yes for n in range(len(predicates)))


def with_changes(
    case: Case,
    events: Iterable[Row],
    values: Mapping[str, object],
    people: Iterable[tuple[Row, ...]] = (),
) -> Case:
    """The case with further events, other values of fields, and further colleagues who did this."""
    return replace(
        case,
        lead={**case.lead, **values},
        events=(*case.events, *events),
        colleagues=(*case.colleagues, *(({}, done) for done in people)),
    )

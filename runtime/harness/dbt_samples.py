"""Sample leads as unit tests for dbt, with the scores that the card gives them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from leadcard.compiler.backends.dbt_unit_tests import Cells, UnitTest
from leadcard.compiler.plan import Plan
from leadcard.runtime.case import Case, Scorer
from leadcard.runtime.harness.compare import compared
from leadcard.runtime.harness.engines import event_row, lead_row
from leadcard.runtime.harness.outcome import Outcome
from leadcard.runtime.harness.samples import Sample, SampleFile, SampleLead


@dataclass(frozen=True, slots=True, kw_only=True)
class DbtSamples:
    """The unit tests, and the names of samples that are in none, as the card fails them today."""

    tests: tuple[UnitTest, ...]
    failing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    """A lead of a test: a sample or a colleague of one."""

    id: str
    account: str | None
    lead: SampleLead


def dbt_samples(plan: Plan, file: SampleFile, card: str) -> DbtSamples:
    """One test of all samples; where the card looks at accounts, one each, as samples are no
    colleagues of one another.
    """
    scorer = Scorer(plan)
    groups: list[list[tuple[Cells, list[Cells], dict[str, str] | None]]] = []
    failing = []
    for number, sample in enumerate(file.samples, start=1):
        people = list(_people(sample, number))
        outcomes = [_outcome(scorer, file, people, n) for n in range(len(people))]
        if compared(sample.expected, outcomes[0]):
            failing.append(sample.name)
            continue
        rows = [_rows(plan, one, found) for one, found in zip(people, outcomes, strict=True)]
        if plan.personal is None and groups:
            groups[0] += rows
        else:
            groups.append(rows)
    single = len(groups) == 1
    tests = [
        UnitTest(
            name=f"{card}_samples" if single else f"{card}_sample_{n}",
            said="the sample leads" if single else f"sample lead {group[0][0]['lead_id']}",
            as_of=file.as_of,
            leads=tuple(lead for lead, _, _ in group),
            events=tuple(event for _, events, _ in group for event in events),
            expected=tuple(row for _, _, row in group if row is not None),
        )
        for n, group in enumerate(groups, start=1)
    ]
    return DbtSamples(tests=tuple(tests), failing=tuple(failing))


def _people(sample: Sample, number: int) -> Iterator[_Person]:
    """A sample and its colleagues, who are of its account by definition."""
    # A name for people: dbt would fill in what looks like a template.
    name = f"{number}. {sample.name}".translate(str.maketrans("{}", "()"))
    account = f"account of {name}" if sample.colleagues else sample.lead.account
    yield _Person(id=name, account=account, lead=sample.lead)
    for n, colleague in enumerate(sample.colleagues, start=1):
        yield _Person(id=f"{name}, colleague {n}", account=account, lead=colleague)


def _outcome(scorer: Scorer, file: SampleFile, people: list[_Person], place: int) -> Outcome | None:
    own = people[place]
    others = people[:place] + people[place + 1 :]
    case = Case(
        name=own.id,
        lead=_lead(own),
        events=tuple(event_row(event) for event in own.lead.events),
        as_of=file.as_of,
        colleagues=tuple(
            (_lead(one), tuple(event_row(event) for event in one.lead.events)) for one in others
        ),
    )
    return scorer.outcome(case)


def _lead(person: _Person) -> dict[str, object]:
    return {**lead_row(person.lead), "account_id": person.account}


def _rows(
    plan: Plan, person: _Person, outcome: Outcome | None
) -> tuple[Cells, list[Cells], dict[str, str] | None]:
    """A lead, its events, and its row of the result (None for one created after as_of)."""
    lead: Cells = {
        **dict(person.lead.values),
        "lead_id": person.id,
        "account_id": person.account,
    }
    events: list[Cells] = [
        {
            "event_id": event.id,
            "lead_id": person.id,
            "verb": event.verb,
            "object": event.object,
            "at": event.at,
            "seconds": None if event.seconds is None else format(event.seconds, "f"),
        }
        for event in person.lead.events
    ]
    if outcome is None:
        return lead, events, None
    columns = ["score", "stage", *(f"section_{section.column}" for section in plan.sections)]
    shown = {column: outcome.values[column] for column in columns}
    found = {
        column: format(value, "f") if isinstance(value, Decimal) else str(value)
        for column, value in shown.items()
    }
    return lead, events, {"lead_id": person.id, **found}

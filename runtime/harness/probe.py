"""What single rules and tests do on made-up leads: many of them, in one compiled module.

Compiling a card takes far longer than scoring a lead with it. To try a thousand changes of a card,
each changed rule is a rule of one large module without sections and stages; `tally.py` puts the
answers together as each changed card would.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import ModuleType
from typing import Final, TypeAlias

from leadcard.compiler.plan import Plan, Predicate, Rule, Section
from leadcard.runtime.compiled import compiled
from leadcard.runtime.harness.engines import event_row, lead_row
from leadcard.runtime.harness.samples import SampleLead

_MOST_RULES: Final = 400
_SECTION: Final = Section(name="probe", column="probe", line=None)
Answers: TypeAlias = Mapping[int, int]  # the questions that hold, with their points in 1/100


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A lead to be asked about, with the other leads of its account."""

    lead: SampleLead
    colleagues: tuple[SampleLead, ...] = ()


class Questions:
    """The rules and tests to be asked, each by a number."""

    def __init__(self, card: Plan) -> None:
        self._card = card
        self._rules: list[Rule] = []
        self._numbers: dict[int, int] = {}
        self._of_tests: dict[Predicate, int] = {}
        self._kept: list[Rule] = []  # so that no other rule takes the identity of one asked before
        self._modules: dict[int, tuple[int, ModuleType]] = {}  # by first rule, with their number

    def rule(self, rule: Rule) -> int:
        """The number of a rule."""
        number = self._numbers.get(id(rule))
        if number is None:
            number = self._numbers[id(rule)] = self._added(rule)
            self._kept.append(rule)
        return number

    def test(self, predicate: Predicate) -> int:
        """The number of a test that asks about no result."""
        number = self._of_tests.get(predicate)
        if number is None:
            asked = Rule(line=0, text="", source="", section="", when=predicate, points=100)
            number = self._of_tests[predicate] = self._added(asked)
        return number

    def _added(self, rule: Rule) -> int:
        self._rules.append(
            replace(
                rule,
                line=len(self._rules) + 1,
                text="",
                source="",
                section=_SECTION.name,
                disqualify=False,
                flag=None,
                key_conversion=False,
                scored=True,
                label=None,
                evidence=None,
                account_evidence=None,
            )
        )
        return len(self._rules)

    def ask(self, people: Sequence[Person], as_of: datetime) -> list[Answers | None]:
        """What holds for each person; None for a lead created after `as_of`."""
        rows = [
            (
                lead_row(person.lead),
                [event_row(event) for event in person.lead.events],
                as_of,
                [(lead_row(c), [event_row(e) for e in c.events]) for c in person.colleagues],
            )
            for person in people
        ]
        found: list[dict[int, int] | None] = [{} for _ in rows]
        for start in range(0, max(len(self._rules), 1), _MOST_RULES):
            module = self._module(start)
            for n, row in enumerate(rows):
                score, answers = module.score(*row), found[n]
                if score is None or answers is None:
                    found[n] = None
                    continue
                for reason in score.reasons:
                    answers[reason.line] = int(reason.points * 100)
        return list(found)

    def _module(self, start: int) -> ModuleType:
        rules = self._rules[start : start + _MOST_RULES]
        known = self._modules.get(start)
        if known is None or known[0] != len(rules):
            known = self._modules[start] = (len(rules), compiled(self._plan(rules)))
        return known[1]

    def _plan(self, rules: Sequence[Rule]) -> Plan:
        return replace(
            self._card,
            version="probe",
            sections=(_SECTION,),
            rules=tuple(rules),
            score_low=None,
            score_high=None,
            must_haves=None,
            tiers=(),
            grades=None,
            stages=(),
        )


def holds(number: int, answers: Answers) -> bool:
    """Whether the rule or test of this number holds."""
    return number in answers

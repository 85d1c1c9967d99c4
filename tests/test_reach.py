"""How high and low scores can get: never passed by any lead, and exact where that is said."""

from __future__ import annotations

from decimal import Decimal

import pytest

from leadcard.compiler.pipeline import check_source
from leadcard.compiler.plan import Plan
from leadcard.compiler.reach import Reach
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.source import Source
from leadcard.runtime.harness.engines import run_python
from leadcard.runtime.harness.read_samples import read_samples
from tests.agreement.__main__ import numbered
from tests.agreement.compare import check
from tests.agreement.engines import by_python

CASES = 30

# A card, its lowest and highest score, and the lead and its event that have them.
EXACT = [
    (
        "visited pricing: +15\nvisited careers: -5\n",
        (-5, "{}", "visited careers, 1d ago"),
        (15, "{}", "visited pricing, 1d ago"),
    ),
    (
        "employees under 50: +5\nemployees 50-499: +10\nemployees 500+: +15\n"
        "phone is missing: -5\n",
        (-5, "{}", ""),
        (15, "{employees: 900, phone: '1'}", ""),
    ),
    (
        "title is CEO: +20\ntitle contains manager: +10\ntitle contains sales: +15\n",
        (0, "{}", ""),
        (25, "{title: sales manager}", ""),
    ),
    (
        "fit (best only):\n  title is CEO and employees 500+: +20\n"
        "  title is CTO and employees under 500: +25\n  employees under 50 or title is CIO: +10\n",
        (0, "{}", ""),
        (25, "{title: CTO, employees: 20}", ""),
    ),
    (
        "fit (max 30, min -10):\n  country is DE: +20\n"
        "  industry is retail: -25\n  city is known: +15\n",
        (-10, "{industry: retail}", ""),
        (30, "{country: Germany, city: Bonn}", ""),
    ),
    (
        "market when country is DE (min 5):\n  title is CEO: +10\nother:\n  title is CTO: -3\n",
        (-3, "{title: CTO}", ""),
        (10, "{country: DE, title: CEO}", ""),
    ),
]


def _plan(card: str) -> Plan:
    checked = check_source(Source("card", card), builtin())
    assert checked.plan is not None, [d.message for d in checked.diagnostics]
    return checked.plan


def _scored(card: str, lead: str, event: str) -> Decimal:
    checked = check_source(Source("card", card), builtin())
    assert checked.plan is not None
    events = f'["{event}"]' if event else "[]"
    sample = f"{{name: one, lead: {lead}, events: {events}, expect: {{score: 0}}}}"
    text = f"as_of: 2026-11-21\nleads:\n  - {sample}\n"
    file, found = read_samples(Source("card.leads.yaml", text), checked, checked.plan)
    assert file is not None, [d.message for d in found]
    outcome = run_python(checked.plan, file)[0]
    assert outcome is not None
    score = outcome.values["score"]
    assert isinstance(score, Decimal)
    return score


@pytest.mark.parametrize(("card", "lowest", "highest"), EXACT)
def test_ends_are_exact_and_a_lead_has_them(
    card: str, lowest: tuple[int, str, str], highest: tuple[int, str, str]
) -> None:
    reach = Reach(_plan(card))
    assert (reach.score().low, reach.score().high) == (lowest[0] * 100, highest[0] * 100)
    assert reach.is_exact(high=False)
    assert reach.is_exact(high=True)
    assert _scored(card, *lowest[1:]) == lowest[0]
    assert _scored(card, *highest[1:]) == highest[0]


@pytest.mark.parametrize(
    ("card", "high"),
    [
        ("a:\n  title is CEO: +20\nb:\n  title contains manager: +10\n", 30),
        ("title is CEO: +20\ntitle is CEO: disqualify\n", 20),
        ('title matches "*x": +5\ntitle is y: +5\n', 10),
    ],
)
def test_a_bound_that_no_lead_attains_is_only_a_bound(card: str, high: int) -> None:
    reach = Reach(_plan(card))
    assert reach.score().high == high * 100
    assert not reach.is_exact(high=True)


def test_points_for_each_event_have_no_end_without_a_maximum() -> None:
    assert Reach(_plan("visited pricing: +1 each\n")).score().high is None
    assert Reach(_plan("visited pricing: +1 each, max 5\n")).score().high == 500


@pytest.mark.slow
def test_no_generated_lead_passes_the_ends() -> None:
    seen = 0
    for number in range(CASES):
        case = numbered(number)
        checked = check(case)
        assert checked.plan is not None
        assert checked.card is not None
        reach = Reach(checked.plan)
        ends = [("score", reach.score())]
        ends += [(f"section_{s.column}", reach.section(s)) for s in checked.plan.sections]
        for row in by_python(case, checked.plan, checked.card).values():
            for column, end in ends:
                points = row[column] * 100
                assert end.low is None or points >= end.low, (number, column)
                assert end.high is None or points <= end.high, (number, column)
                seen += 1
    assert seen > CASES

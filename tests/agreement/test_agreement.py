"""The oracle, the Python module and the SQL statement agree on generated cards and leads.

A case that fails, made smaller: `python -m tests.agreement --full --seed 1003 --cases 1`.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.agreement.__main__ import numbered, told, trouble
from tests.strategies import Case, cases


@pytest.mark.parametrize("number", range(3))
def test_a_few_cases(number: int) -> None:
    case = numbered(number, full=True)
    assert trouble(case) is None, f"case {number}\n{told(case)}"


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1000, 1100, 20))
def test_many_cases(first: int) -> None:
    for number in range(first, first + 20):
        case = numbered(number, full=True)
        assert trouble(case) is None, f"case {number}\n{told(case)}"


@pytest.mark.slow
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],  # `python -m tests.agreement` makes cases smaller, and faster
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(cases(full=True, leads=4))
def test_cases_of_hypothesis(case: Case) -> None:
    assert trouble(case) is None, told(case)

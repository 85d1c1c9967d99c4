"""The oracle and the statements on other databases agree; a database that is not there is skipped.

A long run: `python -m tests.agreement --engines postgres,sqlite --cases 1000 --full`.
"""

from __future__ import annotations

import pytest

from tests.agreement.__main__ import numbered, told, trouble
from tests.agreement.databases import DATABASES, missing


@pytest.fixture(params=sorted(DATABASES))
def database(request: pytest.FixtureRequest) -> str:
    """The name of a database that can be reached."""
    name = str(request.param)
    why = missing(name)
    if why:
        pytest.skip(why)
    return name


@pytest.mark.parametrize("number", range(2))
def test_a_few_cases(database: str, number: int) -> None:
    case = numbered(number, full=True)
    assert trouble(case, (database,)) is None, f"case {number}\n{told(case, (database,))}"


@pytest.mark.slow
@pytest.mark.parametrize("first", range(3000, 3040, 10))
def test_many_cases(database: str, first: int) -> None:
    for number in range(first, first + 10):
        case = numbered(number, full=True)
        assert trouble(case, (database,)) is None, f"case {number}\n{told(case, (database,))}"

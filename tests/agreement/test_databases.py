"""The oracle and the statements on other databases agree; a database that is not there is skipped.

A long run: `python -m tests.agreement --engines postgres,sqlite --cases 1000 --full`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from leadcard.compiler.backends.sql import AsOf, to_reasons_sql, to_sql
from tests.agreement.__main__ import numbered, told, trouble
from tests.agreement.compare import check
from tests.agreement.databases import DATABASES, SLOW, Database, missing
from tests.agreement.engines import facts_of
from tests.strategies import Case

# Those that plan a large statement in a moment.
QUICK = sorted(set(DATABASES) - SLOW)
NAMES = [
    pytest.param(name, marks=[pytest.mark.slow] if name in SLOW else [])
    for name in sorted(DATABASES)
]


@pytest.fixture(params=NAMES)
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
@pytest.mark.parametrize(
    ("engine", "first"),
    [(name, first) for name in QUICK for first in range(3000, 3040, 10)],
)
def test_many_cases(engine: str, first: int) -> None:
    why = missing(engine)
    if why:
        pytest.skip(why)
    for number in range(first, first + 10):
        case = numbered(number, full=True)
        assert trouble(case, (engine,)) is None, f"case {number}\n{told(case, (engine,))}"


@pytest.mark.parametrize("engine", ["sql", *NAMES])
def test_instants_in_a_session_whose_zone_is_seconds_away(engine: str) -> None:
    """In 1900 the clocks of Kathmandu, where the sessions are, were 5:41:16 ahead of UTC."""
    if engine != "sql" and (why := missing(engine)):
        pytest.skip(why)
    created = datetime(1900, 1, 1, tzinfo=UTC)
    case = Case(
        card="created more than 1min ago: +5\ncreated more than 2min ago: +7\n",
        words="plain",
        as_of=created + timedelta(seconds=65),
        leads=({"lead_id": "a", "created": created},),
        events=(),
        typed={"created": "time"},
        informed=False,
    )
    assert trouble(case, (engine,)) is None, told(case, (engine,))


@pytest.mark.parametrize("number", range(2))
def test_reasons_as_a_table_are_those_of_the_scores(database: str, number: int) -> None:
    reached = DATABASES[database]
    if not isinstance(reached, Database):
        pytest.skip("no cursor")
    held = reached.held(numbered(number, full=True))
    plan = check(held).plan
    assert plan is not None
    scores = reached.results(held, plan)
    expected = {
        (lead, reason["line"]): tuple(reason[key] for key in ("points", "counted", "events"))
        for lead, result in scores.items()
        for reason in result["reasons"]
    }
    statement = to_reasons_sql(
        plan,
        dialect=reached.dialect,
        as_of=AsOf(literal=held.as_of),
        facts=facts_of(held, plan),
    )
    cursor = reached.connection().cursor()
    cursor.execute(statement)
    found = {
        (row[0], row[1]): (Decimal(str(row[4])), bool(row[5]), row[6]) for row in cursor.fetchall()
    }
    assert expected
    assert found == expected


@pytest.mark.parametrize("informed", [True, False])
@pytest.mark.parametrize("name", ["mariadb", "postgres", "sqlite"])
def test_numbers_that_no_decimal_holds_stop_no_table(name: str, informed: bool) -> None:
    """MariaDB warns of 1e300 in a query, and refuses it where the rows make a table."""
    reached = DATABASES[name]
    if why := missing(name):
        pytest.skip(why)
    assert isinstance(reached, Database)
    case = Case(
        card="seats over 5: +1\n",
        words="rich",
        as_of=datetime(2026, 11, 21, tzinfo=UTC),
        leads=({"lead_id": "a", "seats": 1e300}, {"lead_id": "b", "seats": 6.0}),
        events=(),
        typed={"seats": "double"},
        informed=informed,
    )
    held = reached.held(case)
    plan = check(held).plan
    assert plan is not None
    assert {lead: row["score"] for lead, row in reached.results(held, plan).items()} == {
        "a": 0,
        "b": 1,
    }
    when, facts = AsOf(literal=held.as_of), facts_of(held, plan)
    query = to_sql(plan, dialect=reached.dialect, as_of=when, facts=facts)
    cursor = reached.connection().cursor()
    cursor.execute("DROP TABLE IF EXISTS lead_scores")
    cursor.execute(f"CREATE TABLE lead_scores AS\n{query}")
    cursor.execute("SELECT lead_id, score + 0 FROM lead_scores ORDER BY lead_id")
    assert [tuple(row) for row in cursor.fetchall()] == [("a", 0), ("b", 1)]

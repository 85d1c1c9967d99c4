"""With a base currency and no rates, amounts in other currencies meet no test, on any engine."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.agreement.compare import check
from tests.agreement.engines import by_oracle, by_python, by_sql
from tests.strategies import Case
from tests.strategies_words import MADE, made_vocabulary


def test_other_currencies_meet_nothing() -> None:
    currencies = ((n, made_vocabulary(n).currency) for n in range(MADE))
    number, base = next((n, c.base) for n, c in currencies if c.base and not c.rates)
    amounts = (("base", base), ("none", None), ("other", "SEK"))
    case = Case(
        card="annual revenue over 20: +1\n",
        words=str(number),
        as_of=datetime(2026, 11, 21, tzinfo=UTC),
        leads=tuple(
            {"lead_id": name, "annual_revenue": "21", "annual_revenue_currency": code}
            for name, code in amounts
        ),
        events=(),
        typed={},
        informed=False,
    )
    checked = check(case)
    assert checked.plan is not None
    assert checked.card is not None
    for results in (
        by_oracle(case, checked.card, checked.plan),
        by_python(case, checked.plan, checked.card),
        by_sql(case, checked.plan),
    ):
        assert {name: row["score"] for name, row in results.items()} == {
            "base": 1, "none": 1, "other": 0,
        }  # fmt: skip

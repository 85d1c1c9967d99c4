"""A number that stands for nothing hides itself alone: on every engine, in columns of any type."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.agreement.compare import check
from tests.agreement.engines import by_oracle, by_python, by_sql
from tests.strategies import Case

# The vocabulary of these cases says that `-1` and `0` mean nothing in `seats`.
CARD = "seats is known: +1\n"


@pytest.mark.parametrize("informed", [True, False])
@pytest.mark.parametrize(
    ("typed", "hidden", "known"),
    [
        ("text", ["-1", " -1 ", "0", None], ["1", "- 1", "-1.0", "-10"]),
        ("decimal", [Decimal(-1), Decimal("-1.000000"), Decimal(0)], [Decimal(1), Decimal("-1.5")]),
        ("double", [-1.0, 0.0, -0.0], [1.0, -1.5, 10.0]),
        ("integer", [-1, 0], [1, -10, 10]),
    ],
)
def test_hides_itself_alone(
    typed: str, hidden: list[object], known: list[object], informed: bool
) -> None:
    values = [*hidden, *known]
    case = Case(
        card=CARD,
        words="rich",
        as_of=datetime(2026, 11, 21, tzinfo=UTC),
        leads=tuple({"lead_id": f"L{n}", "seats": value} for n, value in enumerate(values)),
        events=(),
        typed={"seats": typed},
        informed=informed,
    )
    checked = check(case)
    assert checked.plan is not None
    assert checked.card is not None
    right = [0] * len(hidden) + [1] * len(known)
    for results in (
        by_oracle(case, checked.card, checked.plan),
        by_python(case, checked.plan, checked.card),
        by_sql(case, checked.plan),
    ):
        assert [results[f"L{n}"]["score"] for n in range(len(values))] == right

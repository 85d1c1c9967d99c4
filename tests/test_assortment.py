"""A seeded assortment of real leads: fair to stages, independent of the order of rows."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest

from leadcard.compiler.result import ResultColumn
from leadcard.runtime.execute import Scored
from leadcard.runtime.harness.assortment import Assortment, assortment, quotas, strata_text

_COLUMNS = (
    ResultColumn(name="lead_id", type="text"),
    ResultColumn(name="score", type="points"),
    ResultColumn(name="stage", type="text"),
)


def _scored(order: str = "n", leads: int = 1000) -> Scored:
    """Leads of which one in a hundred is hot and nine are warm."""
    engine = duckdb.connect()
    engine.execute(
        "CREATE TABLE scores AS SELECT 'L' || n AS lead_id,"
        " CAST(CASE WHEN n % 100 = 0 THEN 80 WHEN n % 100 < 10 THEN 30.5 ELSE -4 END"
        " AS DECIMAL(18, 2)) AS score,"
        " CASE WHEN n % 100 = 0 THEN 'hot' WHEN n % 100 < 10 THEN 'warm' END AS stage"
        f" FROM range({leads}) AS t(n) ORDER BY {order}"
    )
    return Scored(connection=engine, relation="scores", columns=_COLUMNS, rows=leads)


def _ids(found: Assortment) -> list[str]:
    rows = found.drawn.connection.execute(f"SELECT lead_id FROM {found.drawn.relation}").fetchall()
    return sorted(row[0] for row in rows)


@pytest.mark.parametrize(
    ("sizes", "many", "shares"),
    [
        ([10, 90, 900], 20, [1, 1, 18]),
        ([1, 1, 1], 20, [1, 1, 1]),
        ([5, 5], 10, [5, 5]),
        ([1, 1000], 2, [1, 1]),
        ([500, 500], 3, [2, 1]),
        ([1, 2, 3], 1, [1, 1, 1]),
        ([], 5, []),
    ],
)
def test_each_stage_has_a_share(sizes: list[int], many: int, shares: list[int]) -> None:
    assert quotas(sizes, many) == shares


def test_leads_of_every_stage_are_drawn() -> None:
    found = assortment(_scored(), many=20, seed=1)
    assert [(one.stage, one.leads, one.drawn) for one in found.strata] == [
        ("hot", 10, 1), ("warm", 90, 1), ("none", 900, 18),
    ]  # fmt: skip
    assert found.drawn.rows == len(_ids(found)) == 20


def test_the_order_of_rows_does_not_matter_and_the_seed_does() -> None:
    ids = _ids(assortment(_scored(), many=20, seed=1))
    assert _ids(assortment(_scored("n DESC"), many=20, seed=1)) == ids
    assert _ids(assortment(_scored(), many=20, seed=2)) != ids


def test_bands_hold_all_leads_and_begin_at_round_numbers() -> None:
    found = assortment(_scored(), many=5, seed=1)
    assert sum(band.leads for band in found.bands) == 1000
    assert found.bands[0].low == Decimal(-10)
    assert all(band.high - band.low == 10 for band in found.bands)
    assert len(found.bands) == 10


def test_the_report_for_people() -> None:
    text = strata_text(assortment(_scored(), many=20, seed=1))
    assert "  hot          10    1.0 %  scores 80; 1 drawn" in text
    assert "  -10 to 0        900  ########################################" in text


def test_no_leads_at_all() -> None:
    found = assortment(_scored(leads=0), many=20, seed=1)
    assert (found.strata, found.bands, found.drawn.rows) == ((), (), 0)

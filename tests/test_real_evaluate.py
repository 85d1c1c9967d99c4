"""`leadcard evaluate` on real leads, where the data lies beside the project: docs/real-data.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.real_data import DATA, OLIST_DEALS, OLIST_LEADS, ROOT, X_EDUCATION
from tests.command_line import leadcard

pytestmark = pytest.mark.slow


def _evaluated(card: str, leads: Path, *more: str) -> dict[str, Any]:
    arguments = (f"scorecards/{card}/{card}.scorecard", "--leads", str(leads), "--format", "json")
    done = leadcard("evaluate", *arguments, *more, folder=ROOT)
    assert done.code == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@pytest.mark.skipif(not (DATA / X_EDUCATION).exists(), reason="the data is not here")
def test_figures_of_x_education() -> None:
    told = _evaluated("x-education", DATA / X_EDUCATION, "--precision", "70%")
    auc = told["auc"]
    assert [round(auc[part], 3) for part in ("value", "low", "high")] == [0.853, 0.845, 0.861]
    gained = sum(decile["converted"] for decile in told["deciles"][:3])
    assert round(gained / told["converted"], 3) == 0.621
    line = told["thresholds"][0]
    assert (line["score"], line["leads"], round(line["recall"], 3)) == (-5, 4014, 0.796)


@pytest.mark.skipif(not (DATA / OLIST_DEALS).exists(), reason="the data is not here")
def test_figures_of_olist(tmp_path: Path) -> None:
    rows = (DATA / OLIST_LEADS).read_text(encoding="utf-8").splitlines(keepends=True)
    leads = tmp_path / "leads.csv"
    kept = [row for row in rows[1:] if row.split(",")[1] >= "2018"]
    leads.write_text("".join([rows[0], *kept]), encoding="utf-8")
    told = _evaluated(
        "olist", leads, "--conversions", str(DATA / OLIST_DEALS), "--capacity", "50/week"
    )
    assert (told["leads"], told["converted"], told["left_out"]["converted"]) == (5964, 747, 34)
    assert round(told["auc"]["value"], 3) == 0.661
    assert round(told["days_to_conversion"]["median"], 1) == 12.8
    line = told["thresholds"][0]
    assert (line["score"], line["leads"]) == (3, 2147)

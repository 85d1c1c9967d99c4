"""Real leads, where the data lies beside the project: all scored, and better than before."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from benchmarks import real_data
from benchmarks.real_data import DATA, Case, Lead, lead_auc, rival_auc, scored, with_rival

VENDOR = "the vendor's score"
TIME = "time on the website alone"


def _needs(*files: Path) -> pytest.MarkDecorator:
    missing = [str(file) for file in files if not (DATA / file).exists()]
    return pytest.mark.skipif(bool(missing), reason=f"the data is not here: {', '.join(missing)}")


needs_x_education = _needs(real_data.X_EDUCATION)
needs_olist = _needs(real_data.OLIST_LEADS, real_data.OLIST_DEALS)


@cache
def _run(make: Callable[[Path], Case]) -> tuple[Lead, ...]:
    """The scored leads; a row that cannot be read would fail this."""
    return tuple(scored(make(DATA)))


def _held_out(make: Callable[[Path], Case]) -> list[Lead]:
    return [lead for lead in _run(make) if lead.held_out]


def _rates(leads: list[Lead]) -> dict[str, float]:
    stages: dict[str, list[bool]] = {}
    for lead in leads:
        stages.setdefault(lead.stage, []).append(lead.outcome.converted)
    return {stage: sum(inside) / len(inside) for stage, inside in stages.items()}


@needs_x_education
def test_every_lead_of_x_education_is_scored_once() -> None:
    leads = _run(real_data.x_education)
    assert len({lead.id for lead in leads}) == len(leads) == 9240


@needs_x_education
def test_the_stated_figures_of_other_scores() -> None:
    leads = _run(real_data.x_education)
    assert len(with_rival(leads, VENDOR)) == 5022
    assert round(rival_auc(leads, VENDOR), 3) == 0.663
    assert round(rival_auc(leads, TIME), 3) == 0.651


@needs_x_education
def test_the_card_beats_the_vendor_and_time_alone_on_held_out_leads() -> None:
    leads = _held_out(real_data.x_education)
    having = with_rival(leads, VENDOR)
    assert lead_auc(having) > rival_auc(having, VENDOR) + 0.1
    assert lead_auc(leads) > rival_auc(leads, TIME) + 0.1


@needs_x_education
def test_stages_of_x_education_are_in_order() -> None:
    rates = _rates(_held_out(real_data.x_education))
    assert rates["hot"] > 0.8
    assert rates["hot"] > rates["warm"] + 0.2 > rates["cold"] + 0.4


@needs_olist
def test_olist_leads_are_scored_and_stages_are_in_order() -> None:
    leads = _run(real_data.olist)
    assert len({lead.id for lead in leads}) == len(leads) == 5998
    rates = _rates(_held_out(real_data.olist))
    assert rates["call first"] > rates["call"] + 0.05
    assert rates["call"] > rates["answer by mail"] + 0.02


@needs_olist
def test_auc_of_olist_on_held_out_leads() -> None:
    assert lead_auc(_held_out(real_data.olist)) > 0.63


def test_auc_counts_ties_half() -> None:
    assert real_data.auc([3, 2, 1, 0], [True, True, False, False]) == 1.0
    assert real_data.auc([0, 1, 2, 3], [True, True, False, False]) == 0.0
    assert real_data.auc([1, 1, 1, 1], [True, False, True, False]) == 0.5
    assert real_data.auc([2, 1, 1, 0], [True, True, False, False]) == 0.875

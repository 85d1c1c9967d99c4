"""Real leads scored with shipped cards: conversion by stage, and AUC on leads unseen by the points.

    python -m benchmarks.real_data [--data ../shared/data] [--learn]

The data is not part of the project: `x_education/Leads.csv` and the two files of
`olist_marketing_funnel` have to lie in the folder given. The cards' points were learned on one half
of the leads, told apart by a hash of their ids; figures of the other half are marked "held out".
`--learn` shows the points that the first half suggests today, beside those of the card.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import leadcard

ROOT: Final = Path(__file__).parents[1]
DATA: Final = ROOT.parent / "shared" / "data"
X_EDUCATION: Final = Path("x_education", "Leads.csv")
OLIST_LEADS: Final = Path("olist_marketing_funnel", "olist_marketing_qualified_leads_dataset.csv")
OLIST_DEALS: Final = Path("olist_marketing_funnel", "olist_closed_deals_dataset.csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a lead, and what else is said of it: other scores by their name.

    `by_hand`: somebody of the seller entered the lead, perhaps when the sale was near already.
    """

    converted: bool
    by_hand: bool = False
    rivals: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """A scored lead beside its outcome; `fired` holds the lines of the card that counted."""

    id: str
    score: float
    stage: str
    sections: Mapping[str, float]
    fired: frozenset[int]
    outcome: Outcome

    @property
    def held_out(self) -> bool:
        """Whether the lead belongs to the half that the points were not learned on."""
        return hashlib.sha256(self.id.encode()).digest()[0] % 2 == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A card, the file it scores, the moment, and the outcomes of the leads that are reported."""

    name: str
    card: Path
    leads: Path
    as_of: datetime
    outcomes: Mapping[str, Outcome]


def x_education(data: Path) -> Case:
    """Leads of a seller of courses; the vendor's own score is the sum of its two parts."""
    path = data / X_EDUCATION
    outcomes = {}
    for row in _rows(path):
        rivals = {"time on the website alone": float(row["Total Time Spent on Website"])}
        parts = row["Asymmetrique Activity Score"], row["Asymmetrique Profile Score"]
        if all(parts):
            rivals["the vendor's score"] = sum(float(part) for part in parts)
        outcomes[row["Prospect ID"]] = Outcome(
            converted=row["Converted"] == "1",
            by_hand=row["Lead Origin"] in ("Lead Add Form", "Quick Add Form"),
            rivals=rivals,
        )
    return Case(
        name="X Education",
        card=ROOT / "scorecards" / "x-education" / "x-education.scorecard",
        leads=path,
        as_of=datetime(2026, 11, 21, 12, tzinfo=UTC),
        outcomes=outcomes,
    )


def olist(data: Path) -> Case:
    """Merchants who asked to sell on a marketplace, of 2018: the year before looks truncated."""
    won = {row["mql_id"] for row in _rows(data / OLIST_DEALS)}
    outcomes = {
        row["mql_id"]: Outcome(converted=row["mql_id"] in won)
        for row in _rows(data / OLIST_LEADS)
        if row["first_contact_date"] >= "2018"
    }
    return Case(
        name="Olist, leads of 2018",
        card=ROOT / "scorecards" / "olist" / "olist.scorecard",
        leads=data / OLIST_LEADS,
        as_of=datetime(2018, 6, 1, tzinfo=UTC),
        outcomes=outcomes,
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def scored(case: Case) -> list[Lead]:
    """All leads of the file, scored; those without a reported outcome are left out."""
    rows = leadcard.score(case.card, leads=case.leads, as_of=case.as_of, explain=True)
    return [
        Lead(
            id=row["lead_id"],
            score=float(row["score"]),
            stage=row["stage"],
            sections={k: float(v) for k, v in row.items() if k.startswith("section_")},
            fired=frozenset(reason["line"] for reason in json.loads(row["reasons"])),
            outcome=case.outcomes[row["lead_id"]],
        )
        for row in rows
        if row["lead_id"] in case.outcomes
    ]


def auc(scores: Sequence[float], converted: Sequence[bool]) -> float:
    """How often a converted lead has a higher score than another one; ties count half."""
    order = sorted(zip(scores, converted, strict=True))
    good = sum(converted)
    ranks = 0.0
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and order[end][0] == order[start][0]:
            end += 1
        ranks += sum(yes for _, yes in order[start:end]) * (start + end + 1) / 2
        start = end
    return (ranks - good * (good + 1) / 2) / (good * (len(order) - good))


def lead_auc(leads: Sequence[Lead], scores: Sequence[float] | None = None) -> float:
    """The AUC of the leads' scores, or of others in their order."""
    given = [lead.score for lead in leads] if scores is None else scores
    return auc(given, [lead.outcome.converted for lead in leads])


def with_rival(leads: Sequence[Lead], rival: str) -> list[Lead]:
    """The leads that have this other score."""
    return [lead for lead in leads if rival in lead.outcome.rivals]


def rival_auc(leads: Sequence[Lead], rival: str) -> float:
    """The AUC of another score, on the leads that have it."""
    having = with_rival(leads, rival)
    return lead_auc(having, [lead.outcome.rivals[rival] for lead in having])


def report(case: Case, leads: Sequence[Lead]) -> None:
    """Print conversion by stage and the AUC of all scores, on both halves."""
    held_out = [lead for lead in leads if lead.held_out]
    learned = [lead for lead in leads if not lead.held_out]
    print(f"\n{case.name}: {len(leads):,} leads, {len(learned):,} learned from, rest held out\n")
    _stages(held_out)
    print(f"\n  {'AUC':44}{'held out':>10}{'learned':>10}{'all':>10}")
    halves = (held_out, learned, leads)
    _line("our score", *(lead_auc(half) for half in halves))
    for section in leads[0].sections:
        without = f"  without {section.removeprefix('section_')}"
        _line(without, *(_auc_without(half, section) for half in halves))
    if any(lead.outcome.by_hand for lead in leads):
        came = [[lead for lead in half if not lead.outcome.by_hand] for half in halves]
        _line(f"our score, {len(came[2]):,} leads not entered by hand", *map(lead_auc, came))
    for rival in dict.fromkeys(r for lead in leads for r in lead.outcome.rivals):
        having = [with_rival(half, rival) for half in halves]
        if len(having[2]) < len(leads):
            _line(f"our score, {len(having[2]):,} leads with {rival}", *map(lead_auc, having))
        _line(rival, *(rival_auc(half, rival) for half in having))


def _auc_without(leads: Sequence[Lead], section: str) -> float:
    totals = [sum(v for name, v in lead.sections.items() if name != section) for lead in leads]
    return lead_auc(leads, totals)


def _stages(leads: Sequence[Lead]) -> None:
    print(f"  {'stage (held out)':44}{'leads':>10}{'share':>10}{'converted':>10}")
    lowest = {stage: min(x.score for x in leads if x.stage == stage) for stage in _names(leads)}
    for stage in sorted(lowest, key=lambda name: -lowest[name]):
        inside = [lead.outcome.converted for lead in leads if lead.stage == stage]
        share, rate = len(inside) / len(leads), sum(inside) / len(inside)
        print(f"  {stage:44}{len(inside):>10,}{share:>10.1%}{rate:>10.1%}")
    rate = sum(lead.outcome.converted for lead in leads) / len(leads)
    print(f"  {'all':44}{len(leads):>10,}{1:>10.1%}{rate:>10.1%}")


def _names(leads: Sequence[Lead]) -> set[str]:
    return {lead.stage for lead in leads}


def _line(name: str, *values: float) -> None:
    print(f"  {name:44}" + "".join(f"{value:>10.3f}" for value in values))


def main() -> None:
    """Score the real data at hand and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--learn", action="store_true")
    options = parser.parse_args()
    for case in (x_education(options.data), olist(options.data)):
        leads = scored(case)
        report(case, leads)
        if options.learn:
            from benchmarks.learn_points import suggest

            suggest(case.card, [lead for lead in leads if not lead.held_out])


if __name__ == "__main__":
    main()

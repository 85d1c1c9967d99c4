"""The generated Python module against a function written by hand for the same thirty rules.

    python -m benchmarks.python_backend [--leads 20000] [--runs 7]

Both score the same made-up leads, once with 0 to 5 events each and once with 20; every score,
section, stage and fired rule must be equal, or nothing is timed. Runs take turns, and the best of
each counts, so that what else the machine does disturbs both alike. Prints microseconds a lead
and their ratio.
"""

from __future__ import annotations

import argparse
import random
import time
import types
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from benchmarks.python_by_hand import score_by_hand
from leadcard.compiler.backends.python import to_python
from leadcard.compiler.pipeline import check_source
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.source import Source

CARD = """\
scorecard: Thirty rules
score: 0 to 100

fit (max 60):
  title is CEO, CTO or "VP Sales": +20
  title contains manager, head of: +10
  title contains director: +8
  title contains student or intern: -15
  industry is technology or manufacturing: +15
  industry is retail: +3
  employees 50-500: +10
  employees over 500: +12
  annual revenue over 10m: +5
  region is north or "south-west": +5
  region is overseas: +2
  email domain personal: -10
  email domain educational: -10
  source is referral or partner: +7
  created in the last 30d: +3

behavior (max 60):
  visited pricing: +15
  visited pricing 3+ times in 7d: +10
  visited /docs/*: +1 each, max 5
  visited careers: -5
  spent 2+ minutes on pricing: +5
  downloaded case study: +10
  downloaded white paper in 30d: +4
  attended webinar: +20
  opened email in 14d: +2
  clicked email: +6
  replied to email: +8
  requested demo: +25
  submitted contact: +9
  unsubscribed: -10
  inactive 90d: -20

stages:
  hot: 60+
  warm: 25-59
  cold: below 25
"""

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

Row: TypeAlias = Mapping[str, Any]
Case: TypeAlias = tuple[Row, Sequence[Row]]
Scorer: TypeAlias = Callable[[Row, Sequence[Row], datetime], Any]

TITLES = (
    "CEO", "ceo", "CTO", "VP Sales", "VP  sales", "Marketing Manager", "Product manager",
    "Head of IT", "Head-of Growth", "Sales Director", "Software Engineer", "Student", "Intern",
    "Office Manager", "Data Analyst", "Founder & CEO", "Consultant", "Werkstudentin", "",
)  # fmt: skip
INDUSTRIES = ("technology", "Manufacturing", "retail", "healthcare", "finance", "energy", None)
REGIONS = ("north", "North", "south west", "South-West", "overseas", "east", "central", None)
SOURCES = ("referral", "Partner", "organic", "paid search", "event", None)
DOMAINS = (
    *("gmail.com", "yahoo.com", "mail.ru", "mit.edu", "gmx.de"),
    *(f"firma{n}.example" for n in range(300)),
)
THINGS = (
    ("visited", ("/pricing", "/pricing/enterprise", "https://www.acme.com/Pricing.html?utm=7",
                 "/docs/start", "/docs/api/events", "/", "/blog", "/careers", "/product")),
    ("page_view", ("/pricing?plan=2", "/docs/guides", "/", "/contact", "/about-us")),
    ("opened email", ("newsletter 12", "welcome", "launch")),
    ("email_open", ("newsletter 11", "summer sale")),
    ("clicked email", ("newsletter 12", "launch")),
    ("downloaded", ("ACME Case Study 2025.pdf", "white-paper.pdf", "brochure.pdf")),
    ("attended", ("Webinar: pricing", "trade fair")),
    ("requested", ("demo", "a quote")),
    ("submitted", ("contact", "survey")),
    ("replied to email", (None,)),
    ("unsubscribed", (None,)),
    ("heartbeat", (None,)),
)  # fmt: skip
WEIGHTS = (40, 10, 20, 5, 6, 5, 2, 1, 3, 1, 1, 4)


def made_cases(count: int, most: int, least: int, seed: int) -> list[Case]:
    """Leads with their events, drawn from `seed`."""
    draw = random.Random(seed)
    return [(_lead(draw, n), _events(draw, draw.randint(least, most))) for n in range(count)]


def _lead(draw: random.Random, number: int) -> Row:
    return {
        "lead_id": f"L{number}",
        "title": draw.choice(TITLES) + draw.choice(("", "", "", f" {draw.randrange(200)}")),
        "email": f"person{number}@{draw.choice(DOMAINS)}",
        "company": f"Firma {draw.randrange(5000)}",
        "industry": draw.choice(INDUSTRIES),
        "employees": draw.choice((None, draw.randrange(1, 200), draw.randrange(1, 20_000))),
        "annual_revenue": draw.choice((None, draw.randrange(10**5, 10**8))),
        "region": draw.choice(REGIONS),
        "source": draw.choice(SOURCES),
        "created": NOW - timedelta(seconds=draw.randrange(-(10**6), 4 * 10**7)),
    }


def _events(draw: random.Random, count: int) -> list[Row]:
    events: list[Row] = []
    for verb, things in draw.choices(THINGS, WEIGHTS, k=count):
        thing = draw.choice(things)
        if thing is not None and thing.startswith("/") and draw.random() < 0.1:
            thing = f"{thing.partition('?')[0]}?session={draw.randrange(10**6)}"
        age = draw.choice((draw.randrange(-(10**5), 10**6), draw.randrange(10**7)))
        events.append(
            {
                "event_id": f"e{draw.randrange(10**9)}" if draw.random() < 0.95 else None,
                "verb": verb,
                "object": thing,
                "at": NOW - timedelta(seconds=age),
                "seconds": draw.choice((None, 12, 40, 75.5, 200)),
            }
        )
        if draw.random() < 0.05:
            events.append(dict(events[-1]))
    return events


def module_text() -> str:
    """The module that the card compiles to."""
    checked = check_source(Source("thirty.scorecard", CARD), builtin())
    assert checked.plan is not None, [d.message for d in checked.diagnostics]
    return to_python(checked.plan)


def loaded(text: str) -> Scorer:
    """The function `score` of a module."""
    module = types.ModuleType("thirty")
    exec(compile(text, "thirty.py", "exec"), module.__dict__)
    scorer: Scorer = module.score
    return scorer


def first_difference(cases: Sequence[Case], generated: Scorer) -> str | None:
    """A lead on which both disagree, with what they say."""
    for lead, events in cases:
        theirs, ours = score_by_hand(lead, events, NOW), generated(lead, events, NOW)
        left = theirs and (
            theirs.score, theirs.raw_score, theirs.fit, theirs.behavior, theirs.stage,
            [n for n in range(30) if theirs.fired >> n & 1],
        )  # fmt: skip
        right = ours and (
            int(ours.score * 100), int(ours.raw_score * 100), int(ours.section_fit * 100),
            int(ours.section_behavior * 100), ours.stage,
            [LINES[reason.line] for reason in ours.reasons],
        )  # fmt: skip
        if left != right:
            return f"{lead} {events}\n  by hand {left}\n  module  {right}"
    return None


LINES = {
    line: number
    for number, line in enumerate(
        n for n, text in enumerate(CARD.splitlines(), 1) if text.startswith("  ")
    )
}


def best_of(runs: int, cases: Sequence[Case], scorers: Sequence[Scorer]) -> list[float]:
    """The least microseconds a lead of each scorer, in runs that take turns."""
    best = [float("inf")] * len(scorers)
    for _ in range(runs):
        for place, scorer in enumerate(scorers):
            start = time.process_time()
            for lead, events in cases:
                scorer(lead, events, NOW)
            best[place] = min(best[place], (time.process_time() - start) / len(cases) * 1e6)
    return best


def main() -> int:
    """Check that both agree, then time them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--leads", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    generated = loaded(module_text())
    print(f"{'events a lead':>14} {'module':>9} {'by hand':>9} {'ratio':>6}")
    for least, most in ((0, 5), (20, 20)):
        cases = made_cases(options.leads, most, least, seed=most)
        problem = first_difference(cases, generated)
        if problem is not None:
            print(problem)
            return 1
        ours, theirs = best_of(options.runs, cases, (generated, score_by_hand))
        shown = f"{least} to {most}" if least != most else str(most)
        print(f"{shown:>14} {ours:6.2f} µs {theirs:6.2f} µs {ours / theirs:6.2f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

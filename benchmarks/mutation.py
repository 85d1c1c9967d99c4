"""How long `leadcard test --mutate` takes on a card of 50 rules with 20 sample leads.

Run it with `python -m benchmarks.mutation`.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from leadcard.compiler.pipeline import Checked, check_source
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.source import Source
from leadcard.runtime.harness.engines import run_python
from leadcard.runtime.harness.mutation import mutation
from leadcard.runtime.harness.outcome import Outcome
from leadcard.runtime.harness.random_leads import LeadGenerator
from leadcard.runtime.harness.samples import Amount, SampleFile

AS_OF = datetime(2026, 11, 21, 12, tzinfo=UTC)
_PAGES = ("pricing", "docs", "careers", "security", "customers", "integrations", "api", "blog")


def card_of_fifty_rules() -> str:
    """A card with fields, counts, windows, repetition, decay, an account and stages."""
    fit = [f"  title contains {word}: +{n}" for n, word in enumerate(_TITLES, start=3)]
    fit += [f"  employees {low}-{low + 49}: +{low // 50 + 1}" for low in range(50, 500, 50)]
    acts = [
        f"  visited {page} {n + 2}+ times in {7 * (n + 1)}d: +5" for n, page in enumerate(_PAGES)
    ]
    acts += [f"  visited /{page}/*: +1 each, max 5" for page in _PAGES]
    acts += [f"  downloaded {thing}: +4 once per day, max 12" for thing in _THINGS]
    acts += ["  attended webinar: +20, fades over 180d", "  inactive 90d: -20"]
    acts += [
        "  visited pricing then requested demo within 24h: +10",
        "  * requested demo: +25",
        "  unsubscribed: -10",
        "  spent 5+ minutes on pricing: +5",
    ]
    account = ["  3+ people active in 30d: +15", "  anyone requested demo in 30d: +10"]
    stages = ["  sales ready: 60+", "  warm: 25-59", "  cold: below 25"]
    blocks: tuple[tuple[str, list[str]], ...] = (
        ("score: 0 to 100", []),
        ("fit (max 50):", fit),
        ("behavior (max 70):", acts),
        ("account:", account),
        ("stages:", stages),
    )
    return "".join("\n".join([head, *lines]) + "\n\n" for head, lines in blocks)


_TITLES = ("CEO", "CTO", "manager", "head of", "director", "owner", "buyer", "engineer", "student")
_THINGS = (
    "case study",
    "white paper",
    "ebook",
    "price list",
    "checklist",
    "trial",
    "guide",
    "report",
)


def sample_file(checked: Checked) -> SampleFile:
    """Twenty generated leads, each expected to have the score that it has."""
    assert checked.plan is not None
    file = LeadGenerator(checked.plan, checked.vocabulary, AS_OF, 3).file(20)
    pairs = zip(file.samples, run_python(checked.plan, file), strict=True)
    samples = tuple(
        replace(sample, expected=_score(outcome))
        for sample, outcome in pairs
        if outcome is not None
    )
    return replace(file, samples=samples)


def _score(outcome: Outcome) -> tuple[Amount, ...]:
    score = outcome.values["score"]
    assert not isinstance(score, str | bool | datetime)
    return (Amount(key="score", column="score", line=1, low=score, high=score),)


def main() -> None:
    """Print the time, how many mistakes were made, and how many survived."""
    checked = check_source(
        Source("fifty.scorecard", card_of_fifty_rules()), builtin(), folder=Path()
    )
    assert checked.plan is not None, [d.message for d in checked.diagnostics]
    file = sample_file(checked)
    started, worked = time.perf_counter(), time.process_time()
    found = mutation(checked, checked.plan, file)
    seconds, work = time.perf_counter() - started, time.process_time() - worked
    print(
        f"{len(checked.plan.rules)} rules, {len(file.samples)} samples: {found.tried} mistakes,"
        f" {found.caught} caught, {len(found.told)} shown by {len(found.proposals)} made leads;"
        f" {seconds:.1f} s ({work:.1f} s of processor time)"
    )


if __name__ == "__main__":
    main()

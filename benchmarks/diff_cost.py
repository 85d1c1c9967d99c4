"""What a difference costs beside the two scorings that it is made of.

    python -m benchmarks.diff_cost [--leads 1000000] [--events 20000000] [--runs 3]

Both cards score the same Parquet files: once as `leadcard score` does, each result written to a
file, and once as `leadcard diff` does, with everything that it tells of the change. Data is opened
in both, and all is done in one process, in turn. The goal is 1.3 times the two scorings.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.expert_sql import TWENTY_RULES
from benchmarks.made_data import AS_OF, MadeData, made_data
from leadcard.compiler.pipeline import check_source
from leadcard.compiler.plan import Plan
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.source import Source
from leadcard.runtime.execute import score_data
from leadcard.runtime.impact.moves import Moves, moves
from leadcard.runtime.impact.score_side import Places, score_side
from leadcard.runtime.load import open_data
from leadcard.runtime.write import write_result

# What a marketer changes in one go: points, a window, a rule more, a rule less.
CHANGES = (
    ("visited pricing: +15", "visited pricing: +20"),
    ("visited careers: -5", "visited /docs/*: +2"),
)
MOMENT = datetime.fromisoformat(AS_OF).replace(tzinfo=UTC)


def changed(card: str) -> str:
    """The card with every change that it has a line for, at least one of them."""
    text = card
    for old, new in CHANGES:
        text = text.replace(f"{old}\n", f"{new}\n")
    if text == card:
        raise ValueError("the benchmark's card has none of the lines that are to be changed")
    return text


def _plan(text: str) -> Plan:
    checked = check_source(Source("benchmark.scorecard", text), builtin())
    if checked.plan is None:
        raise ValueError(f"the card has mistakes: {checked.diagnostics}")
    return checked.plan


def two_scorings(plans: tuple[Plan, Plan], data: MadeData, folder: Path) -> None:
    """Score with each card into a file, as two runs of `leadcard score` do."""
    for number, plan in enumerate(plans):
        with open_data(
            builtin(), plan, leads=(str(data.leads),), events=(str(data.events),)
        ) as opened:
            scored = score_data(plan, opened, as_of=MOMENT)
            write_result(scored, str(folder / f"scores-{number}.parquet"))


def difference(plans: tuple[Plan, Plan], data: MadeData, folder: Path) -> Moves:
    """Everything that `leadcard diff` works out."""
    places = Places(leads=(str(data.leads),), events=(str(data.events),))
    sides = [
        score_side(plan, builtin(), places, as_of=MOMENT, path=folder / f"side-{number}.parquet")
        for number, plan in enumerate(plans)
    ]
    return moves(*plans, sides[0].path, sides[1].path, same_words=True)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and of all cores."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=20_000_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    data = made_data(leads=options.leads, events=options.events)
    plans = (_plan(TWENTY_RULES), _plan(changed(TWENTY_RULES)))
    with tempfile.TemporaryDirectory(prefix="leadcard-") as name:
        folder = Path(name)
        contestants: dict[str, Callable[[], object]] = {
            "two scorings": lambda: two_scorings(plans, data, folder),
            "difference": lambda: difference(plans, data, folder),
        }
        times: dict[str, list[tuple[float, float]]] = {title: [] for title in contestants}
        for _ in range(options.runs):
            for title, work in contestants.items():
                times[title].append(timed(work))
        found = difference(plans, data, folder)
    print(f"{data.lead_rows:,} leads, {data.event_rows:,} events, {options.runs} runs (median)")
    print(f"{found.up + found.down:,} leads get another score, {found.restaged:,} another stage")
    medians = {
        title: [statistics.median(part) for part in zip(*runs, strict=True)]
        for title, runs in times.items()
    }
    print(f"{'':16}{'clock':>10}{'cores':>10}")
    for title, (wall, cpu) in medians.items():
        print(f"{title:16}{wall:>9.2f}s{cpu:>9.2f}s")
    ratios = (
        after / before
        for after, before in zip(medians["difference"], medians["two scorings"], strict=True)
    )
    print(f"{'ratio':16}" + "".join(f"{ratio:>9.2f}x" for ratio in ratios))


if __name__ == "__main__":
    main()

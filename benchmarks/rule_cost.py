"""What a rule costs: compiling and running cards of 10, 100 and 1,000 rules.

    python -m benchmarks.rule_cost [--leads 100000] [--events 2000000] [--runs 3] [--most 1000]

Half of the rules are about fields, half about events, each with a constant of its own. Times are
processor seconds of this process, the least of some runs, as other programs may run beside it. The
floor groups all events by lead, in the same run; compiling is from text to text.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import duckdb

from benchmarks.made_data import AS_OF, PAGES, TITLES, made_data
from benchmarks.sql_duckdb import FLOOR, TYPES
from leadcard.compiler.backends.python import to_python
from leadcard.compiler.backends.sql import AsOf, Facts, to_sql
from leadcard.compiler.pipeline import check_source
from leadcard.compiler.plan import Plan
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.source import Source

_SIZES: Final = (10, 100, 1000)
_COLUMNS: Final = frozenset({"event_id", "lead_id", "verb", "object", "at", "seconds"})


def main() -> None:
    """Run the benchmark and print its table."""
    options = _options()
    data = made_data(leads=options.leads, events=options.events)
    with duckdb.connect() as connection:
        connection.execute(f"CREATE VIEW leads AS FROM '{data.leads}'")
        connection.execute(f"CREATE VIEW events AS FROM '{data.events}'")
        connection.execute('CREATE TABLE leadcard_lists ("list" VARCHAR, "value" VARCHAR)')

        def run(sql: str) -> float:
            counted = f"SELECT count(*), bit_xor(hash(r)) FROM ({sql}) AS r"
            return _least(lambda: connection.execute(counted).fetchone(), options.runs)

        floor = run(FLOOR)
        heads = ("rules", "check", "to Python", "to SQL", "run", "/floor")
        print(" ".join(f"{head:>10}" for head in heads))
        for size in _SIZES:
            if size > options.most:
                break
            card = card_of(size)
            checking = _least(lambda card=card: _plan(card), options.runs)  # type: ignore[misc]
            plan = _plan(card)
            python = _least(lambda plan=plan: to_python(plan), options.runs)  # type: ignore[misc]
            writing = _least(lambda plan=plan: _sql(plan), options.runs)  # type: ignore[misc]
            took = run(_sql(plan))
            cells = (checking, checking + python, checking + writing, took, took / floor)
            print(f"{size:>10} " + " ".join(f"{cell:10.2f}" for cell in cells))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="what a rule costs")
    parser.add_argument("--leads", type=int, default=100_000)
    parser.add_argument("--events", type=int, default=2_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--most", type=int, default=_SIZES[-1], help="the largest card")
    return parser.parse_args()


def card_of(size: int) -> str:
    """A card with so many different rules."""
    lines = []
    for i in range(size):
        title, page = TITLES[i % len(TITLES)], PAGES[1 + i % (len(PAGES) - 1)].strip("/")
        match i % 4:
            case 0:
                lines.append(f'title contains "{title} {i}": +{1 + i % 9}')
            case 1:
                lines.append(f"visited /{page.lower()}/{i}: +{1 + i % 9}")
            case 2:
                lines.append(f"employees {i}-{i * 2 + 50}: -{1 + i % 9}")
            case _:
                lines.append(
                    f"downloaded study {i} {2 + i % 4}+ times in {7 + i % 80}d: +{i % 9 + 1}"
                )
    return "\n".join(lines) + "\n"


def _plan(card: str) -> Plan:
    checked = check_source(Source("benchmark.scorecard", card), builtin(), folder=None)
    assert checked.plan is not None, [d.message for d in checked.diagnostics]
    return checked.plan


def _sql(plan: Plan) -> str:
    as_of = AsOf(literal=datetime.fromisoformat(AS_OF).replace(tzinfo=UTC))
    facts = Facts(
        types=TYPES,
        event_columns=_COLUMNS,
        same_ids=True,
        seconds_type="number",
        events_unique=True,
    )
    return to_sql(plan, as_of=as_of, facts=facts)


def _least(work: Callable[[], object], runs: int) -> float:
    """The least processor time of some runs, in seconds."""
    least = float("inf")
    for _ in range(runs):
        began = time.process_time()
        work()
        least = min(least, time.process_time() - began)
    return least


if __name__ == "__main__":
    main()

"""Speed of the SQL for DuckDB against the floor and against hand-written SQL of the same rules.

    python -m benchmarks.sql_duckdb [--leads 1000000] [--events 20000000] [--runs 5]

All statements run in one process on the same Parquet files, in turn; each result is read to its end
by hashing every column of every row. The floor is the least that any scoring must do: group all
events by lead. The hand-written SQL must give the same scores, else the benchmark fails.

Each card runs twice: where event ids are known to be unique, and where copies of an event must be
made single first. The second has a floor and a hand-written statement of its own, which group
events by what makes them one.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

import duckdb

from benchmarks.expert_sql import (
    EXPERT_THREE_LINES,
    EXPERT_TWENTY_RULES,
    THREE_LINES,
    TWENTY_RULES,
)
from benchmarks.made_data import AS_OF, MadeData, made_data
from leadcard.compiler.backends.sql import AsOf, Facts, to_sql
from leadcard.compiler.backends.sql_facts import ColumnType
from leadcard.compiler.pipeline import check_source
from leadcard.compiler.plan import Plan
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.source import Source

FLOOR: Final = (
    'SELECT lead_id, count(*) AS events, max("at") AS latest FROM events GROUP BY lead_id'
)
# What makes events one; of their copies the latest counts, with the longest time.
SINGLE: Final = (
    'SELECT lead_id, verb, object, max("at") AS "at", max(seconds) AS seconds FROM events'
    f" WHERE \"at\" <= TIMESTAMP '{AS_OF}' GROUP BY lead_id, event_id, verb, object"
)
TYPES: Final[Mapping[str, ColumnType]] = MappingProxyType(
    {
        "created": "time",
        "title": "text",
        "industry": "text",
        "company": "text",
        "country": "text",
        "email": "text",
        "employees": "integer",
        "annual_revenue": "number",
    }
)


@dataclass(slots=True)
class Contestant:
    """One statement with the times of its runs in seconds: by the clock, and of all cores."""

    name: str
    sql: str
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def main() -> None:
    """Run the benchmark and print its table."""
    options = _options()
    data = made_data(leads=options.leads, events=options.events, text_ids=options.text_ids)
    with duckdb.connect() as connection:
        _open(connection, data, options)
        for title, card, expert in (
            ("three lines", THREE_LINES, EXPERT_THREE_LINES),
            ("twenty rules", TWENTY_RULES, EXPERT_TWENTY_RULES),
        ):
            plan = _plan(card)
            _fill_lists(connection, plan)
            races = {
                f"{title}, ids unique": _contestants(plan, expert, unique=True),
                f"{title}, copies made single": _contestants(plan, expert, unique=False),
            }
            _same_scores(connection, [rival for race in races.values() for rival in race[1:]])
            for race, contestants in races.items():
                for _ in range(options.runs):
                    for contestant in contestants:
                        _run(connection, contestant)
                _report(race, contestants)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"\npeak memory of the process {peak:.2f} GB, memory_limit {options.memory}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="SQL for DuckDB against the floor and an expert")
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=20_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--memory", default="3GB", help="memory_limit of the database")
    parser.add_argument("--threads", type=int, help="default: all cores")
    parser.add_argument("--text-ids", action="store_true", help="event ids are UUID texts")
    return parser.parse_args()


def _open(
    connection: duckdb.DuckDBPyConnection, data: MadeData, options: argparse.Namespace
) -> None:
    connection.execute(f"SET memory_limit = '{options.memory}'")
    if options.threads:
        connection.execute(f"SET threads = {options.threads}")
    connection.execute(f"CREATE VIEW leads AS FROM '{data.leads}'")
    connection.execute(f"CREATE VIEW events AS FROM '{data.events}'")
    connection.execute('CREATE TABLE leadcard_lists ("list" VARCHAR, "value" VARCHAR)')


def _plan(card: str) -> Plan:
    checked = check_source(Source("benchmark.scorecard", card), builtin(), folder=None)
    assert checked.plan is not None, [d.message for d in checked.diagnostics]
    return checked.plan


def _fill_lists(connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    connection.execute("DELETE FROM leadcard_lists")
    for long in plan.lists:
        connection.execute(
            "INSERT INTO leadcard_lists SELECT ?, unnest(?::VARCHAR[])",
            [long.name, list(long.entries)],
        )


def _contestants(plan: Plan, expert: str, *, unique: bool) -> list[Contestant]:
    as_of = AsOf(literal=datetime.fromisoformat(AS_OF).replace(tzinfo=UTC))
    facts = Facts(
        types=TYPES,
        event_columns=frozenset({"event_id", "lead_id", "verb", "object", "at", "seconds"}),
        same_ids=True,
        seconds_type="number",
        events_unique=unique,
    )
    floor = FLOOR if unique else FLOOR.replace("FROM events", f"FROM ({SINGLE})")
    return [
        Contestant("floor", floor),
        Contestant("by hand", expert if unique else _of_single_events(expert)),
        Contestant("leadcard", to_sql(plan, as_of=as_of, facts=facts)),
    ]


def _of_single_events(expert: str) -> str:
    """A hand-written statement that begins `WITH`, on events made single first."""
    rest = expert.strip().removeprefix("WITH").replace("FROM events", "FROM single")
    return f"WITH single AS MATERIALIZED ({SINGLE}),{rest}"


def _same_scores(connection: duckdb.DuckDBPyConnection, contestants: list[Contestant]) -> None:
    """Fail unless all give the same score for each lead."""
    sums = []
    for contestant in contestants:
        row = connection.execute(
            "SELECT count(*), sum(score), bit_xor(hash(CAST(lead_id AS VARCHAR),"
            f" CAST(score AS DECIMAL(20, 2)))) FROM ({contestant.sql})"
        ).fetchone()
        sums.append(row)
    if len(set(sums)) > 1:
        told = [f"{c.name}: {row}" for c, row in zip(contestants, sums, strict=True)]
        raise SystemExit("the scores differ: " + "; ".join(told))


def _run(connection: duckdb.DuckDBPyConnection, contestant: Contestant) -> None:
    wall, cpu = time.perf_counter(), _cpu()
    connection.execute(f"SELECT count(*), bit_xor(hash(r)) FROM ({contestant.sql}) AS r").fetchone()
    contestant.wall.append(time.perf_counter() - wall)
    contestant.cpu.append(_cpu() - cpu)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _report(title: str, contestants: list[Contestant]) -> None:
    floor, expert = contestants[0], contestants[1]
    heads = ("seconds", "/floor", "/hand", "cpu s", "/floor", "/hand")
    print(f"\n{title:34} " + " ".join(f"{head:>8}" for head in heads))
    for c in contestants:
        cells = []
        for of in (_wall, _processor):
            mine = of(c)
            cells += [mine, mine / of(floor), mine / of(expert)]
        print(f"{c.name:34} " + " ".join(f"{cell:8.2f}" for cell in cells))


def _wall(contestant: Contestant) -> float:
    return statistics.median(contestant.wall)


def _processor(contestant: Contestant) -> float:
    return statistics.median(contestant.cpu)


if __name__ == "__main__":
    main()

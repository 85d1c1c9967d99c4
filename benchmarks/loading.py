"""What loading, checking and writing add to the statement itself.

python -m benchmarks.loading [--leads 1000000] [--events 20000000] [--runs 3]

In turn: the bare statement over Parquet files, as an engineer would run it who trusts the data;
then `open_data`, which checks it, and `score_data`, and writing the result. The same for CSV at a
tenth of the rows, where copying and reading texts is the work.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from benchmarks.expert_sql import TWENTY_RULES
from benchmarks.made_data import AS_OF, MadeData, made_data
from leadcard.compiler.pipeline import check_source
from leadcard.compiler.plan import Plan
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.source import Source
from leadcard.runtime.execute import Scored, score_data, statement
from leadcard.runtime.load import Data, open_data
from leadcard.runtime.write import write_result

_AS_OF = datetime.fromisoformat(AS_OF).replace(tzinfo=UTC)


def main() -> None:
    """Run the benchmark and print its tables."""
    parser = argparse.ArgumentParser(description="loading, checking and writing")
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=20_000_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    checked = check_source(Source("benchmark.scorecard", TWENTY_RULES), builtin())
    assert checked.plan is not None
    data = made_data(leads=options.leads, events=options.events)
    _measure("Parquet", checked.plan, data, options.runs)
    small = made_data(leads=options.leads // 10, events=options.events // 10)
    with tempfile.TemporaryDirectory() as folder:
        _measure("CSV, a tenth of it", checked.plan, _as_csv(small, Path(folder)), options.runs)


def _as_csv(data: MadeData, folder: Path) -> MadeData:
    leads, events = folder / "leads.csv", folder / "events.csv"
    duckdb.execute(f"COPY (FROM '{data.leads}') TO '{leads}'")
    duckdb.execute(f"COPY (FROM '{data.events}') TO '{events}'")
    return MadeData(
        leads=leads, events=events, lead_rows=data.lead_rows, event_rows=data.event_rows
    )


def _measure(title: str, plan: Plan, data: MadeData, runs: int) -> None:
    times: dict[str, list[float]] = {"bare statement": [], "load": [], "score": [], "write": []}
    for _ in range(runs):
        with _opened(plan, data, times["load"].append) as loaded:
            begun = time.perf_counter()
            scored = score_data(plan, loaded, as_of=_AS_OF)
            times["score"].append(time.perf_counter() - begun)
            times["bare statement"].append(_bare(plan, loaded, data))
            _write(scored, times["write"])
    bare = statistics.median(times["bare statement"])
    print(f"\n{title}: {data.lead_rows:,} leads, {data.event_rows:,} events")
    for name, taken in times.items():
        middle = statistics.median(taken)
        print(f"  {name:16} {middle:7.2f} s  {middle / bare:5.2f} of the bare statement")


@contextmanager
def _opened(plan: Plan, data: MadeData, took: Callable[[float], None]) -> Iterator[Data]:
    begun = time.perf_counter()
    with open_data(builtin(), plan, leads=[str(data.leads)], events=[str(data.events)]) as loaded:
        took(time.perf_counter() - begun)
        assert loaded.bad_rows.total == 0
        yield loaded


def _bare(plan: Plan, loaded: Data, data: MadeData) -> float:
    """Seconds of the same statement over the files themselves, into a table as well.

    Over CSV it runs on the tables that were loaded: without them there is nothing typed to run on.
    """
    sql = statement(plan, loaded, as_of=_AS_OF, explain=False)
    if data.events.suffix != ".parquet":
        return _seconds(loaded.connection, sql)
    with duckdb.connect(config={"memory_limit": "3GB"}) as engine:
        engine.execute("SET TimeZone = 'UTC'")
        engine.execute('CREATE TABLE leadcard_lists ("list" VARCHAR, "value" VARCHAR)')
        for long in plan.lists:
            engine.execute(
                "INSERT INTO leadcard_lists SELECT ?, unnest(?::VARCHAR[])",
                [long.name, list(long.entries)],
            )
        engine.execute(f"CREATE VIEW leads AS FROM '{data.leads}'")
        engine.execute(f"CREATE VIEW events AS FROM '{data.events}'")
        return _seconds(engine, sql)


def _seconds(engine: duckdb.DuckDBPyConnection, sql: str) -> float:
    begun = time.perf_counter()
    engine.execute(f"CREATE OR REPLACE TABLE bare_scores AS {sql}")
    return time.perf_counter() - begun


def _write(scored: Scored, times: list[float]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        write_result(scored, str(Path(folder) / "scores.parquet"))
        times.append(time.perf_counter() - begun)


if __name__ == "__main__":
    main()

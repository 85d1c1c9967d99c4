"""How time and memory grow with the number of events: `leadcard score` as whole processes.

    python -m benchmarks.scale [--engine duckdb] [--card plain] [--events 1000000 10000000]
                               [--memory 8GB]
    python -m benchmarks.scale --engine spark --cores 1 2

Twenty events a lead, in Parquet, made by the command; the scores go to Parquet. Every run is a
process of its own, from its start to its end: reading the card, checking the data, scoring,
writing. `processor` is that of all its threads and of the processes that it started; `memory` is
the peak of the largest of them. On Spark each run starts Java and a local session.

The floor is the least that any scoring must do, also in a process of its own: DuckDB groups the
same file by lead.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from benchmarks.made_data import AS_OF, MadeData, made_data
from benchmarks.sql_duckdb import FLOOR
from benchmarks.whole_card import CARDS

_EVENTS_A_LEAD: Final = 20
_PR_SET_CHILD_SUBREAPER: Final = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a process took: seconds by the clock and of all cores, and gigabytes at its peak."""

    wall: float
    cpu: float
    memory: float


def main() -> int:
    """Run the benchmark and print its table."""
    options = _options()
    print(f"{options.engine}, {options.card} card")
    heads = ("events", "leads", "what", "seconds", "/floor", "processor", "/floor", "memory")
    print("".join(f"{head:>13}" for head in heads))
    for events in options.events:
        data = made_data(leads=events // _EVENTS_A_LEAD, events=events)
        floor = cost(_floor(data))
        _report(data, "floor", floor, floor)
        for name, command in _commands(data, options):
            with tempfile.TemporaryDirectory(prefix="leadcard-") as folder:
                _report(data, name, cost([*command, "-o", f"{folder}/scores.parquet"]), floor)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb")
    parser.add_argument("--card", choices=list(CARDS), default="plain")
    parser.add_argument("--events", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--cores", type=int, nargs="+", default=[os.cpu_count() or 1])
    parser.add_argument("--memory", help="DuckDB's limit; what is more goes to disk")
    return parser.parse_args()


def _floor(data: MadeData) -> list[str]:
    query = FLOOR.replace("FROM events", f"FROM '{data.events}'")
    counted = f"SELECT count(*), bit_xor(hash(r)) FROM ({query}) AS r"
    return [
        sys.executable,
        "-c",
        f"import duckdb; duckdb.connect().execute({counted!r}).fetchone()",
    ]


def _commands(data: MadeData, options: argparse.Namespace) -> Iterator[tuple[str, list[str]]]:
    """What scores the data with each number of cores: a name, and the command up to its output."""
    card = str(CARDS[options.card])
    tables = ["--leads", str(data.leads), "--events", str(data.events), "--as-of", f"{AS_OF}+00:00"]
    for cores in options.cores:
        command = [sys.executable, "-m", "leadcard", "score", card, *tables]
        if options.engine == "spark":
            command += ["--engine", "spark", "--master", f"local[{cores}]"]
        else:
            command += ["--threads", str(cores)]
            command += ["--memory-limit", options.memory] if options.memory else []
        yield f"{cores} cores" if cores > 1 else "1 core", command


def cost(command: list[str]) -> Cost:
    """What a command takes, which must succeed; with what it started and did not wait for."""
    _adopt_orphans()
    began = time.perf_counter()
    process = os.posix_spawn(
        command[0], command, os.environ, file_actions=[_silenced(1), _silenced(2)]
    )
    _, status, used = os.wait4(process, 0)
    if status != 0:
        raise SystemExit(f"failed: {' '.join(command)}")
    wall = time.perf_counter() - began
    every = [used, *_orphans()]
    return Cost(
        wall=wall,
        cpu=sum(each.ru_utime + each.ru_stime for each in every),
        memory=max(each.ru_maxrss for each in every) / 1024**2,
    )


def _adopt_orphans() -> None:
    """Become the parent of processes whose parent ends, on Linux: Spark's Java outlives Python."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _orphans() -> Iterator[resource.struct_rusage]:
    """What each process took that was left behind, after its end."""
    while True:
        try:
            yield os.wait4(-1, 0)[2]
        except ChildProcessError:
            return


def _silenced(stream: int) -> tuple[int, int, str, int, int]:
    return os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0


def _report(data: MadeData, name: str, took: Cost, floor: Cost) -> None:
    cells = (
        f"{data.event_rows:,}",
        f"{data.lead_rows:,}",
        name,
        f"{took.wall:.1f} s",
        f"{took.wall / floor.wall:.1f}",
        f"{took.cpu:.1f} s",
        f"{took.cpu / floor.cpu:.1f}",
        f"{took.memory:.2f} GB",
    )
    print("".join(f"{cell:>13}" for cell in cells), flush=True)


if __name__ == "__main__":
    raise SystemExit(main())

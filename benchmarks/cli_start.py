"""How long the command line takes to start: whole processes, timed from outside.

    python -m benchmarks.cli_start [--runs 15]

Prints the median and the best of each command, and its least processor time, which other work on
the machine disturbs less. `--help` is what every completion and every typing
mistake costs; `check` of a small card is what an editor waits for.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CARD = "visited pricing: +15\nemail domain personal: -10\ninactive 90d: -20\n"
RULES = 1000


def timed(command: list[str], runs: int) -> tuple[list[float], list[float]]:
    """Seconds and processor seconds of each run of `command`, after one that is not counted.

    That first one leaves compiled modules behind, as the first run of an installed program does.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(command, capture_output=True, check=False, env=kept)
    seconds, worked = [], []
    for _ in range(runs):
        start, before = time.perf_counter(), _processor()
        subprocess.run(command, capture_output=True, check=False, env=kept)
        seconds.append(time.perf_counter() - start)
        worked.append(_processor() - before)
    return seconds, worked


def _processor() -> float:
    """Processor seconds of the processes that this one has started and seen end."""
    times = os.times()
    return times.children_user + times.children_system


def long_card(rules: int) -> str:
    """A card of so many different rules about fields and events."""
    kinds = (
        "title contains role{n}: +1",
        "visited /page-{n}: +1",
        "industry is branch{n}: +2",
        "downloaded paper{n} in 30d: +1",
        "employees {n}-{m}: +1",
    )
    lines = (kinds[n % len(kinds)].format(n=n + 1, m=n + 50) for n in range(rules))
    return "behavior:\n" + "\n".join(f"  {line}" for line in lines) + "\n"


def main() -> None:
    """Time the commands and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    leadcard = [sys.executable, "-m", "leadcard"]
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder, "small.scorecard"), Path(folder, "large.scorecard")
        small.write_text(CARD, encoding="utf-8")
        large.write_text(long_card(RULES), encoding="utf-8")
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "leadcard --help": [*leadcard, "--help"],
            "leadcard score --help": [*leadcard, "score", "--help"],
            "leadcard check, 3 rules": [*leadcard, "check", str(small)],
            f"leadcard check, {RULES} rules": [*leadcard, "check", str(large)],
            f"leadcard fmt, {RULES} rules": [*leadcard, "fmt", "--check", str(large)],
            f"compile to python, {RULES}": [*leadcard, "compile", str(large), "--to", "python"],
            f"compile to sql, {RULES}": [*leadcard, "compile", str(large), "--to", "sql"],
        }
        print(f"{'':28}{'median':>9}{'best':>9}{'processor':>11}")
        for name, command in commands.items():
            seconds, worked = timed(command, runs)
            median, best = statistics.median(seconds), min(seconds)
            print(f"{name:28}{median:8.3f}s{best:8.3f}s{min(worked):10.3f}s")


if __name__ == "__main__":
    main()

"""How long the command line takes to start: whole processes, timed from outside.

    python -m benchmarks.cli_start [--runs 15]

Prints the median and the best of each command. `--help` is what every completion and every typing
mistake costs; `check` of a small card is what an editor waits for.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CARD = "visited pricing: +15\nemail domain personal: -10\ninactive 90d: -20\n"
RULES = 1000


def timed(command: list[str], runs: int) -> list[float]:
    """Seconds of each run of `command`, after one run that is not counted."""
    subprocess.run(command, capture_output=True, check=False)
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, capture_output=True, check=False)
        seconds.append(time.perf_counter() - start)
    return seconds


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
        }
        print(f"{'':28}{'median':>9}{'best':>9}")
        for name, command in commands.items():
            seconds = timed(command, runs)
            print(f"{name:28}{statistics.median(seconds):8.3f}s{min(seconds):8.3f}s")


if __name__ == "__main__":
    main()

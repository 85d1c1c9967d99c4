"""A long run of random inputs: `python -m tests.fuzz --runs 1000000`.

Each target runs in a process of its own, guided by coverage (which needs atheris: `pip install
leadcard[fuzz]`) or, with `--unguided`, by chance alone. What is found does not end a run: the
inputs are written to `.cache/fuzz/found`, one for each place where something broke.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Final

CACHE: Final = Path(".cache/fuzz")
# Shares of the runs: what is fast and what users write most, more often.
SHARES: Final = {
    "card": 22, "condition": 26, "phrases": 30, "raw": 9, "whole": 4, "formatted": 3,
    "vocabulary": 3, "samples": 3, "data": 0,
}  # fmt: skip
DATA_RUNS: Final = 500


def main() -> int:
    """Run the targets asked for; 1 if anything was found."""
    options = _options()
    names = options.target or list(SHARES)
    total = sum(SHARES[name] for name in names) or 1
    found = 0
    print(f"{'target':<12}{'inputs':>10}{'seconds':>9}{'slowest ms':>12}{'found':>7}", flush=True)
    for name in names:
        runs = options.runs * SHARES[name] // total or max(options.runs // DATA_RUNS, 1)
        done = _run(name, runs, options)
        found += done["found"]
        print(
            f"{name:<12}{done['inputs']:>10}{done['seconds']:>9}{done['slowest']:>12}"
            f"{done['found']:>7}",
            flush=True,
        )
    if found:
        print(f"the inputs are in {CACHE}/*/found")
    return 1 if found else 0


def _run(name: str, runs: int, options: argparse.Namespace) -> dict[str, int]:
    cache = CACHE / ("unguided" if options.unguided else "guided")
    result = cache / f"{name}.json"
    cache.mkdir(parents=True, exist_ok=True)
    result.unlink(missing_ok=True)
    command = [sys.executable, "-m", "tests.fuzz.one_target", cache.name, name, str(runs)]
    with (cache / f"{name}.log").open("wb") as log:
        subprocess.run(
            [*command, str(options.seed), str(cache)], stdout=log, stderr=log, check=False
        )
    if not result.exists():
        return {"inputs": 0, "seconds": 0, "slowest": 0, "found": 1}
    read: dict[str, int] = json.loads(result.read_text())
    return read


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100_000, help="inputs over all targets")
    parser.add_argument("--target", action="append", choices=list(SHARES))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--unguided", action="store_true", help="by chance alone, much faster")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

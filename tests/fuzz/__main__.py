"""A long run of random inputs: `python -m tests.fuzz --runs 1000000`.

Needs atheris (`pip install leadcard[fuzz]`, Linux or macOS). Each target runs in a process of its
own, guided by coverage. What is found does not end a run: the inputs are written to
`.cache/fuzz/found`, one for each place where something broke.
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
    "card": 30, "whole": 12, "formatted": 14, "condition": 14, "phrases": 10, "vocabulary": 8,
    "samples": 8, "raw": 4, "data": 0,
}  # fmt: skip
DATA_RUNS: Final = 100


def main() -> int:
    """Run the targets asked for; 1 if anything was found."""
    options = _options()
    names = options.target or list(SHARES)
    total = sum(SHARES[name] for name in names) or 1
    found = 0
    print(f"{'target':<12}{'inputs':>10}{'seconds':>9}{'slowest ms':>12}{'found':>7}", flush=True)
    for name in names:
        runs = options.runs * SHARES[name] // total or max(options.runs // DATA_RUNS, 1)
        done = _run(name, runs, options.seed)
        found += done["found"]
        print(
            f"{name:<12}{done['inputs']:>10}{done['seconds']:>9}{done['slowest']:>12}"
            f"{done['found']:>7}",
            flush=True,
        )
    if found:
        print(f"the inputs are in {CACHE / 'found'}")
    return 1 if found else 0


def _run(name: str, runs: int, seed: int) -> dict[str, int]:
    result = CACHE / f"{name}.json"
    result.parent.mkdir(parents=True, exist_ok=True)
    result.unlink(missing_ok=True)
    command = [sys.executable, "-m", "tests.fuzz.guided", name, str(runs), str(seed)]
    with (CACHE / f"{name}.log").open("wb") as log:
        subprocess.run([*command, str(CACHE)], stdout=log, stderr=log, check=False)
    if not result.exists():
        return {"inputs": 0, "seconds": 0, "slowest": 0, "found": 1}
    read: dict[str, int] = json.loads(result.read_text())
    return read


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100_000, help="inputs over all targets")
    parser.add_argument("--target", action="append", choices=list(SHARES))
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

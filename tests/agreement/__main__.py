"""A long run of the agreement tests: `python -m tests.agreement --cases 1000 --seed 1`."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable

from tests.agreement.compare import ENGINES, NotACard, Statistics, judge
from tests.agreement.shrink import shrunk
from tests.strategies import Case, make_case
from tests.strategies_pick import Pick


def main() -> int:
    """Run cases until one fails or all are done; 1 if one failed."""
    options = _options()
    seen, started = Statistics(), time.monotonic()
    failed = 0
    for number in range(options.seed, options.seed + options.cases):
        case = numbered(number, full=options.full)
        problem = trouble(case, options.engines)
        if problem is None:
            seen.add(judge(case, ()))
            continue
        failed += 1
        print(f"case {number}: {problem}", flush=True)
        if not options.whole:
            case = shrunk(case, _same_trouble(problem, _engines(problem, options.engines)))
        print(told(case, options.engines), flush=True)
        if failed >= options.failures:
            break
    for line in seen.lines():
        print(line)
    print(f"{failed} failed, {time.monotonic() - started:.0f} s")
    return 1 if failed else 0


def numbered(number: int, *, full: bool = False) -> Case:
    """The case of a number: the same on every machine."""
    return make_case(Pick(random.Random(number).randint), full=full)


def trouble(case: Case, engines: tuple[str, ...] = ENGINES) -> str | None:
    """What is wrong with a case, in one line; None if all agree."""
    try:
        differences = judge(case, engines).differences
    except NotACard as error:
        return f"no card: {error}"
    except Exception as error:  # whatever an engine raises is a finding
        return f"{type(error).__name__}: {error}"
    return differences[0] if differences else None


def _same_trouble(problem: str, engines: tuple[str, ...]) -> Callable[[Case], bool]:
    """Whether a smaller case fails in the same way: the same engine, or the same error's code."""
    kind = _kind(problem)

    def fails(case: Case) -> bool:
        found = trouble(case, engines)
        return found is not None and _kind(found) == kind

    return fails


def _engines(problem: str, asked: tuple[str, ...]) -> tuple[str, ...]:
    """The engine that a problem names, else all that were asked for."""
    return tuple(name for name in asked if problem.startswith(name)) or asked


def _kind(problem: str) -> str:
    words = problem.split(" ")
    return " ".join(words[: 3 if words[0] == "no" else 1])


def told(case: Case, engines: tuple[str, ...] = ENGINES) -> str:
    """A case as text: the card, the leads, the events, and what differs."""
    try:
        differences = judge(case, engines).differences
    except Exception as error:
        differences = (f"{type(error).__name__}: {error}",)
    lines = [
        "--- card",
        case.card,
        f"--- {case.words} vocabulary, informed {case.informed}, as of {case.as_of.isoformat()}",
    ]
    lines += [f"lead {row}" for row in case.leads]
    lines += [f"event {row}" for row in case.events]
    lines += [f"columns {dict(case.typed)}", "--- differences", *differences]
    return "\n".join(lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--full", action="store_true", help="order, assets, decay, accounts too")
    parser.add_argument("--whole", action="store_true", help="do not make failing cases smaller")
    parser.add_argument("--failures", type=int, default=1, help="stop after so many")
    parser.add_argument("--engines", type=lambda text: tuple(text.split(",")), default=ENGINES)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

"""A long run of the agreement tests: `python -m tests.agreement --cases 1000 --seed 1 --full`."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from tests.agreement.census import Census
from tests.agreement.compare import ENGINES, NotACard, judge
from tests.agreement.shrink import shrunk
from tests.strategies import Case, make_case
from tests.strategies_pick import Pick

_SHARE = 25  # cases that a process takes at once


@dataclass(kw_only=True)
class Share:
    """Some cases of a run: what they held, and which failed, with what."""

    seen: Census = field(default_factory=Census)
    failed: list[tuple[int, str]] = field(default_factory=list)


def main() -> int:
    """Run cases until enough have failed or all are done or it is stopped; 1 if any failed."""
    options = _options()
    seen, started, failed = Census(), time.monotonic(), 0
    try:
        for share in _shares(options):
            seen.take(share.seen)
            failed += _tell_failures(share, options)
            took = time.monotonic() - started
            print(f"\r{seen.cases:,} cases, {took:.0f} s", end="", file=sys.stderr, flush=True)
            if failed >= options.failures:
                break
    except KeyboardInterrupt:
        print("\nstopped", end="", file=sys.stderr)
    print(file=sys.stderr)
    for line in seen.lines():
        print(line)
    print(f"{failed} failed, {time.monotonic() - started:.0f} s")
    return 1 if failed else 0


def _tell_failures(share: Share, options: argparse.Namespace) -> int:
    """Print the cases of a share that failed, and give their number."""
    for number, problem in share.failed:
        print(f"case {number}: {problem}", flush=True)
        print(_explained(number, problem, options), flush=True)
    return len(share.failed)


def _shares(options: argparse.Namespace) -> Iterator[Share]:
    """The cases of a run in shares, in order, whichever process was first."""
    last = options.seed + options.cases
    parts = [range(start, min(start + _SHARE, last)) for start in range(options.seed, last, _SHARE)]
    work = partial(run, engines=options.engines, full=options.full)
    if options.jobs == 1:
        yield from map(work, parts)
        return
    pool = ProcessPoolExecutor(options.jobs)
    try:
        yield from pool.map(work, parts)
    finally:
        pool.shutdown(cancel_futures=True)


def run(numbers: range, *, engines: tuple[str, ...], full: bool) -> Share:
    """Judge the cases of some numbers."""
    share = Share()
    for number in numbers:
        case = numbered(number, full=full)
        problem = _judged(case, engines, share.seen)
        if problem is not None:
            share.failed.append((number, problem))
    return share


def numbered(number: int, *, full: bool = False) -> Case:
    """The case of a number: the same on every machine."""
    return make_case(Pick(random.Random(number).randint), full=full)


def trouble(case: Case, engines: tuple[str, ...] = ENGINES) -> str | None:
    """What is wrong with a case, in one line; None if all agree."""
    return _judged(case, engines, None)


def _judged(case: Case, engines: tuple[str, ...], seen: Census | None) -> str | None:
    try:
        verdict = judge(case, engines)
        if seen is not None:
            seen.add(case, verdict.card, verdict.expected)
    except NotACard as error:
        return f"no card: {error}"
    except Exception as error:  # whatever an engine raises is a finding
        return f"{type(error).__name__}: {error}"
    return verdict.differences[0] if verdict.differences else None


# --- a case that failed ---------------------------------------------------------------------------


def _explained(number: int, problem: str, options: argparse.Namespace) -> str:
    """A case that failed, made smaller unless that is not wanted."""
    case = numbered(number, full=options.full)
    if not options.whole:
        case = shrunk(case, _same_trouble(problem, _engines(problem, options.engines)))
    return told(case, options.engines)


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
        f"--- vocabulary {case.words}, informed {case.informed}, as of {case.as_of.isoformat()}",
    ]
    lines += [f"lead {row}" for row in case.leads]
    lines += [f"event {row}" for row in case.events]
    lines += [f"columns {dict(case.typed)}", "--- differences", *differences]
    return "\n".join(lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1, help="the number of the first case")
    parser.add_argument("--full", action="store_true", help="order, assets, decay, accounts too")
    parser.add_argument("--whole", action="store_true", help="do not make failing cases smaller")
    parser.add_argument("--failures", type=int, default=1, help="stop after so many")
    parser.add_argument("--jobs", type=int, default=1, help="processes side by side")
    parser.add_argument("--engines", type=lambda text: tuple(text.split(",")), default=ENGINES)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

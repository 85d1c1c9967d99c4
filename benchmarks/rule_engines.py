"""The generated Python module against rule engines, on the same thirty rules with 20 events a lead.

    pip install -e '.[bench]'
    python -m benchmarks.rule_engines [--leads 2000] [--runs 3] [--events 20]

Every engine gets its rules compiled beforehand, as its documentation advises, and leads that were
brought into form beforehand (`thirty_rules.py`); the module and the function written by hand get
the rows as they are. The second pair of columns adds what forming took, which the first gives away.
All must give the same score for each lead, or nothing is timed. Runs take turns, and the least
processor time of each counts. The last line says what it takes to load the module once, from its
text to its tables.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.engine_rules import CONTESTANTS
from benchmarks.python_backend import NOW, Case, loaded, made_cases, module_text
from benchmarks.python_by_hand import score_by_hand
from benchmarks.thirty_rules import prepared


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestant:
    """A way to score: its name, its function, what that takes, and how it is called on each."""

    name: str
    score: Callable[..., Any]
    inputs: Sequence[tuple[Any, ...]]


def contestants(cases: Sequence[Case]) -> list[Contestant]:
    """The module, the function by hand, and each engine."""
    rows = [(lead, events, NOW) for lead, events in cases]
    forms = [(prepared(lead, events, NOW),) for lead, events in cases]
    return [
        Contestant(name="leadcard", score=loaded(module_text()), inputs=rows),
        Contestant(name="by hand", score=score_by_hand, inputs=rows),
        *(Contestant(name=name, score=make(), inputs=forms) for name, make in CONTESTANTS.items()),
    ]


def first_difference(all_of_them: Sequence[Contestant]) -> str | None:
    """A lead that has different scores, with what each says."""
    ours, by_hand, *engines = all_of_them
    for place, (row, form) in enumerate(zip(ours.inputs, engines[0].inputs, strict=True)):
        said = {
            ours.name: int(ours.score(*row).score),
            by_hand.name: by_hand.score(*row).score // 100,
            **{engine.name: int(engine.score(*engine.inputs[place])) for engine in engines},
        }
        if len(set(said.values())) > 1:
            return f"{row[0]}\n{form}\n{said}"
    return None


def processor_time(score: Callable[..., Any], inputs: Iterable[tuple[Any, ...]]) -> float:
    """Processor seconds for all inputs."""
    start = time.process_time()
    for each in inputs:
        score(*each)
    return time.process_time() - start


def main() -> int:
    """Check that all agree, then time them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--leads", type=int, default=2_000)
    parser.add_argument("--events", type=int, default=20)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    cases = made_cases(options.leads, options.events, options.events, seed=options.events)
    # Who has no row has no score to compare.
    cases = [(lead, events) for lead, events in cases if lead["created"] <= NOW]
    rivals = contestants(cases)
    problem = first_difference(rivals)
    if problem is not None:
        print(problem)
        return 1
    best = in_turn(rivals, options.runs)
    ours = best["leadcard"]
    print(f"{len(cases):,} leads, {options.events} events each")
    forming = min(processor_time(prepared, rivals[0].inputs) for _ in range(options.runs))
    print(f"{'':32}{'a lead':>12}{'leadcard = 1':>14}{'with forming':>14}{'leadcard = 1':>14}")
    for name, seconds in best.items():
        whole = seconds + (forming if name in CONTESTANTS else 0)
        cells = (
            f"{part / len(cases) * 1e6:>9.1f} µs{part / ours:>14.2f}" for part in (seconds, whole)
        )
        print(f"{name:32}" + "  ".join(cells))
    text = module_text()
    load = min(processor_time(loaded, [(text,)]) for _ in range(options.runs))
    worth = load / ours * len(cases)
    print(
        f"the module of {len(text) / 1e6:.1f} MB loads in {load * 1e3:.0f} ms: {worth:,.0f} leads"
    )
    return 0


def in_turn(rivals: Sequence[Contestant], runs: int) -> dict[str, float]:
    """The least processor time of each, by name, in runs that take turns."""
    best = {rival.name: float("inf") for rival in rivals}
    for _ in range(runs):
        for rival in rivals:
            took = processor_time(rival.score, rival.inputs)
            best[rival.name] = min(best[rival.name], took)
    return best


if __name__ == "__main__":
    raise SystemExit(main())

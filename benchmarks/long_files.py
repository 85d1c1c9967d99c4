"""How the time to check a file grows with its size: one shape of file after another.

    python -m benchmarks.long_files [--sizes 1000 10000 100000] [--shape NAME …] [--seconds 60]

Each figure is the processor time of one call in this process, after the tables are made; `µs` is
the time of the last size for each line, entry or byte. `growth` is the time of the last size over
that of the size before it: 10 where time is linear and sizes are ten times each other. A shape
whose figure passes `--seconds` is not tried at greater sizes.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.cli_start import long_card
from leadcard.compiler.pipeline import Checked, check_source
from leadcard.compiler.vocabulary_file import builtin, read_vocabulary
from leadcard.dsl.format import format_source
from leadcard.dsl.parser import parse
from leadcard.dsl.render import render_text
from leadcard.dsl.source import Source
from leadcard.runtime.harness.read_samples import read_samples

SIZES: Final = (1_000, 10_000, 100_000)
NOWHERE: Final = Path("/nonexistent")
_SAID: Final = (
    "has requested a demo in the last {n} days: +1",
    "{n}+ visits to the pricing page: +1",
    "company with more than {n} employees: +2",
    "• title contains “role {n}” or head of area {n} – 15 points",
    "no visits for {n} days -> -1",
)
_WRONG: Final = (
    "visted page{n}: +1",
    "title is: +1",
    "visited page {n} +15",
    "titel contains role{n} and (country is US: +5",
    "opened email {n} times per week: +1",
)


def _lines(kinds: tuple[str, ...]) -> Callable[[int], str]:
    return lambda size: "".join(f"{kinds[n % len(kinds)].format(n=n + 1)}\n" for n in range(size))


def _checked(text: str) -> Checked:
    return check_source(Source("card", text), builtin(), folder=NOWHERE)


def _parse(text: str) -> object:
    return parse(Source("card", text))


def _check(text: str) -> object:
    return _checked(text)


def _check_and_show(text: str) -> object:
    return render_text(_checked(text).diagnostics)


def _format(text: str) -> object:
    return format_source(Source("card", text))


def _read_vocabulary(text: str) -> object:
    return read_vocabulary(Source("leadcard.yaml", text), folder=NOWHERE)


def _read_samples(text: str) -> object:
    checked = _checked("visited pricing: +15\n")
    assert checked.plan is not None
    return read_samples(Source("card.leads.yaml", text), checked, checked.plan)


def _samples(size: int) -> str:
    lead = (
        "  - name: lead {n}\n    lead: {{title: CEO, employees: {n}}}\n"
        '    events: ["visited pricing, 3d ago", "opened email x3, 10d ago to 1d ago"]\n'
        "    expect: {{score: 15, fired: [visited pricing]}}\n"
    )
    head = "as_of: 2026-11-21T12:00:00Z\nleads:\n"
    return head + "".join(lead.format(n=n) for n in range(size))


def _columns(size: int) -> str:
    fields = "".join(f"    field {n}: {{column: c{n}, type: number}}\n" for n in range(size))
    return f"leads:\n  fields:\n{fields}"


def _sections(size: int) -> str:
    return "".join(f"section {n} (max {n + 1}):\n  visited page{n}: +1\n" for n in range(size))


def _deep(size: int) -> str:
    inside = "(" * 99 + "title is CEO" + ")" * 99
    return f"{inside}: +1\n" * (size // 50)


# Each shape: what is done, and the text of a size.
SHAPES: Final[dict[str, tuple[Callable[[str], object], Callable[[int], str]]]] = {
    "rules, read": (_parse, long_card),
    "rules, checked": (_check, long_card),
    "rules, formatted": (_format, long_card),
    "natural phrasing": (_check, _lines(_SAID)),
    "errors on every line": (_check_and_show, _lines(_WRONG)),
    "sections": (_check, _sections),
    "parentheses": (_check, _deep),
    "not closed": (_check, lambda size: "(" * size + "title is CEO: +1\n"),
    "nots": (_check, lambda size: "not " * size + "title is CEO: +1\n"),
    "values of one rule": (
        _check,
        lambda size: "title is " + ", ".join(f"v{n}" for n in range(size)) + ": +1\n",
    ),
    "one word": (_check, lambda size: "title is " + "x" * (10 * size) + ": +1\n"),
    "words, no end": (_check, lambda size: "title is " + "word " * size + "\n"),
    "words after points": (_check, lambda size: "title is CEO: +1 " + "word " * size + "\n"),
    "conditions of one rule": (
        _check,
        lambda size: " and ".join(f"employees over {n}" for n in range(size)) + ": +1\n",
    ),
    "commas only": (_check, lambda size: "title is " + "ceo, " * size + ": +5\n"),
    "colons only": (_check, lambda size: ":" * size + "\n"),
    "quotes only": (_check, lambda size: "'\"" * size + ": +1\n"),
    "numbers": (_check, lambda size: "employees " + "10 " * size + ": +1\n"),
    "lines that go on": (
        _check,
        lambda size: "title is " + ",\n  ".join(f"v{n}" for n in range(size)) + ": +1\n",
    ),
    "comments": (_format, lambda size: "# a comment\n" * size + "title is CEO: +1\n"),
    "entries of a list": (
        _check,
        lambda size: (
            "title in area: +1\nlist area: " + ", ".join(f"e{n}" for n in range(size)) + "\n"
        ),
    ),
    "sample leads": (_read_samples, _samples),
    "fields of a vocabulary": (_read_vocabulary, _columns),
}


def timed(work: Callable[[str], object], text: str) -> float:
    """Processor seconds of one call."""
    gc.collect()
    start = time.process_time()
    work(text)
    return time.process_time() - start


def main() -> None:
    """Time the shapes and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--shape", action="append", choices=list(SHAPES))
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    _checked("visited pricing: +15\n")
    sizes: list[int] = options.sizes
    print(f"{'':<24}" + "".join(f"{size:>12,}" for size in sizes) + f"{'µs':>9}{'growth':>8}")
    for name in options.shape or SHAPES:
        work, text = SHAPES[name]
        took: list[float] = []
        for size in sizes:
            if took and took[-1] * size / sizes[len(took) - 1] > 10 * options.seconds:
                break
            took.append(timed(work, text(size)))
        figures = "".join(f"{seconds:>10.3f} s" for seconds in took)
        each = took[-1] / sizes[len(took) - 1] * 1e6
        growth = f"{took[-1] / took[-2]:>8.1f}" if len(took) > 1 else ""
        print(f"{name:<24}{figures:<{12 * len(sizes)}}{each:>9.1f}{growth}", flush=True)


if __name__ == "__main__":
    main()

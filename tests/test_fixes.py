"""Each fix, put in the place of its line, mends what was wrong with the line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from leadcard.compiler.pipeline import check_source
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.source import Source

GOLDEN = Path(__file__).parent / "golden"
FILES = sorted(
    path
    for folder in ("mistakes", "syntax/errors", "lint")
    for path in (GOLDEN / folder).glob("*.scorecard")
)
EXPECTED = re.compile(r"\s*### .*")
# What may be wrong with a mended line besides: it names or needs other lines that the file lacks,
# or the line held a second mistake, which is told next.
OF_OTHER_LINES = {"R110", "R118", "R122", "R126"}


def _found(source: Source, folder: Path) -> Iterator[tuple[int, Diagnostic]]:
    for one in check_source(source, builtin(), folder=folder).diagnostics:
        if one.span is not None:
            yield source.position(one.span.start).line, one


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_fix_mends_its_line(path: Path) -> None:
    lines = [EXPECTED.sub("", line) for line in path.read_text("utf-8").splitlines()]
    source = Source(path.name, "\n".join(lines) + "\n")
    for number, one in _found(source, path.parent):
        if one.fix is None:
            continue
        old = lines[number - 1]
        indent = old[: len(old) - len(old.lstrip())]
        mended = [*lines[: number - 1], indent + one.fix, *lines[number:]]
        after = _found(Source(path.name, "\n".join(mended) + "\n"), path.parent)
        left = [d for at, d in after if at == number and d.code not in OF_OTHER_LINES]
        again = [d for d in left if (d.code, d.message) == (one.code, one.message) or d.is_error]
        assert [(d.code, d.message) for d in again] == [], f"line {number}: {old} -> {one.fix}"


def test_most_mistakes_come_with_a_fix() -> None:
    found = [
        one
        for path in FILES
        for _, one in _found(
            Source(path.name, EXPECTED.sub("", path.read_text("utf-8"))), path.parent
        )
    ]
    assert sum(one.fix is not None for one in found) > 120

"""Each warning about cards where it belongs, and none where the card is as it should be."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from leadcard.compiler.pipeline import check_source
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.codes import CODES
from leadcard.dsl.diagnostics import Diagnostic, Severity
from leadcard.dsl.source import Source

GOLDEN = Path(__file__).parent / "golden" / "lint"
QUIET = sorted(GOLDEN.glob("*-quiet.scorecard"))
FIRES = sorted(set(GOLDEN.glob("*.scorecard")) - set(QUIET))
EXPECTED = re.compile(r"\s*### .*")
CARDS = [code for code in CODES if "L100" < code < "L130" and code != "L122"]


def _warnings(path: Path) -> tuple[Source, list[Diagnostic]]:
    lines = [EXPECTED.sub("", line) for line in path.read_text("utf-8").splitlines()]
    source = Source(path.name, "\n".join(lines) + "\n")
    found = check_source(source, builtin(), folder=GOLDEN).diagnostics
    assert [d.message for d in found if d.severity is Severity.ERROR] == []
    return source, list(found)


def _annotated(path: Path) -> str:
    source, found = _warnings(path)
    said: dict[int, list[str]] = {}
    for one in found:
        assert one.span is not None
        place = source.text[one.span.start : one.span.end]
        text = f"{one.code} at `{place}`: {one.message} | hint: {one.hint}"
        text += f" | fix: {one.fix}" if one.fix else ""
        said.setdefault(source.position(one.span.start).line, []).append(text)
    return "".join(
        line + "".join(f"   ### {text}" for text in said.get(number, ())) + "\n"
        for number, line in enumerate(source.text.splitlines(), start=1)
    )


@pytest.mark.parametrize("path", FIRES, ids=lambda path: path.stem)
def test_warnings_stand_where_they_belong(path: Path, update: bool) -> None:
    made = _annotated(path)
    if update:
        path.write_text(made, "utf-8")
    assert path.read_text("utf-8") == made
    assert path.stem.partition("-")[0] in {d.code for d in _warnings(path)[1]}


@pytest.mark.parametrize("path", QUIET, ids=lambda path: path.stem)
def test_nothing_is_said_of_cards_that_are_as_they_should_be(path: Path) -> None:
    assert [(d.code, d.message) for d in _warnings(path)[1]] == []


def test_each_warning_has_a_case_and_a_quiet_case() -> None:
    assert {path.stem.partition("-")[0] for path in FIRES} == set(CARDS)
    assert {path.stem.removesuffix("-quiet") for path in QUIET} == set(CARDS)

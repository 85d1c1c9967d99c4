"""Mistakes in the words of cards: one message each, where it stands, with what to write."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from leadcard.compiler.pipeline import check_source
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.codes import CODES
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.source import Source

GOLDEN = Path(__file__).parent / "golden" / "mistakes"
FILES = sorted(GOLDEN.glob("*.scorecard"))
EXPECTED = re.compile(r"\s*### .*")
ELSEWHERE = {"R137": "needs rates of exchange; its page of docs/diagnostics is run by tests"}


def _errors(path: Path) -> tuple[Source, list[Diagnostic]]:
    lines = [EXPECTED.sub("", line) for line in path.read_text("utf-8").splitlines()]
    source = Source(path.name, "\n".join(lines) + "\n")
    found = check_source(source, builtin(), folder=GOLDEN).diagnostics
    return source, [d for d in found if d.is_error]


def _annotated(path: Path) -> str:
    """The file made again, each mistake stated on the line where its span begins."""
    source, errors = _errors(path)
    said: dict[int, str] = {}
    for found in errors:
        assert found.span is not None
        line = source.position(found.span.start).line
        assert line not in said, f"two messages for line {line}"
        place = source.text[found.span.start : found.span.end]
        parts = [f"{found.code} at `{place}`: {found.message}"]
        parts += [f"hint: {found.hint}"] if found.hint else []
        parts += [f"fix: {found.fix}"] if found.fix else []
        said[line] = " | ".join(parts)
    return "".join(
        f"{line}   ### {said[number]}\n" if number in said else f"{line}\n"
        for number, line in enumerate(source.text.splitlines(), start=1)
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_mistakes_are_named_where_they_stand(path: Path, update: bool) -> None:
    made = _annotated(path)
    if update:
        path.write_text(made, "utf-8")
    assert path.read_text("utf-8") == made


def test_every_code_of_binding_is_shown() -> None:
    shown = {d.code for path in FILES for d in _errors(path)[1]}
    assert {code for code in CODES if code[0] == "R"} - shown <= set(ELSEWHERE)


def test_mistakes_come_with_advice_in_plain_words() -> None:
    found = [d for path in FILES for d in _errors(path)[1]]
    assert len(found) > 80
    for one in found:
        assert one.hint or one.fix, one.message
        assert one.message[0].islower() or one.message[0] == "`"
        assert not one.message.endswith(".")
        said = f"{one.message} {one.hint or ''}"
        assert not re.search(r"token|pars(e|er|ing)\b|unexpected|syntax|None", said)

"""Fixes of leadcard.yaml and of sample leads mend their line too."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadcard.compiler.pipeline import check_source
from leadcard.compiler.vocabulary_file import builtin, load_vocabulary
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.source import Source
from leadcard.runtime.harness.read_samples import read_samples

CARD = """buyer stages: awareness, decision
fit:
  title is CEO, CTO: +20
  visited pricing: +15, flag "interested"
stages:
  hot: 30+
  cold: below 30
"""
VOCABULARIES = [
    ("presets: generic\n", "V201", "did you mean `preset`?"),
    ("leads: leads.csv\n", "V202", None),
    ("leads:\n  file: leads.csv\n", "V201", "did you mean `from`?"),
    ("events:\n  - {from: a.csv, verb: visited, time: ts}\n", "V201", "did you mean `at`?"),
    ("events:\n  - {from: a.csv, verb: view}\n", "V207", "did you mean `views`?"),
    ("verbs:\n  saw demo: {same as: watch}\n", "V207", "did you mean `watched`?"),
    ("leads:\n  fields:\n    title: Job Title: full\n", "V103", "put quotes around it"),
    ("leads:\n  fields:\n    staff: {type: int}\n", "V204", "write `number`"),
    ("pages:\n  pricing: pricing\n", "V211", "a path begins with `/`"),
    ("lists:\n  rivals: a.com, b.com\n", "V202", "a list stands in brackets, even with one entry"),
    ("currency: {base: EUR, rates: {USD: 0,92}}\n", "V209", "write `0.92`"),
    ("currency: EUR\n", "V202", None),
]
SAMPLES = [
    ("lead: {titel: CEO}\n    expect: {score: 20}", "T107", "did you mean `title`?"),
    ("expects: {score: 20}\n    expect: {score: 0}", "T103", "did you mean `expect`?"),
    ("buyer stage: awarness\n    expect: {score: 0}", "T116", "did you mean `awareness`?"),
    ("expect: {stage: hott}", "T114", "did you mean `hot`?"),
    ("expect: {fired: [visited price]}", "T112", "did you mean `visited pricing`?"),
    (
        "expect: {score: 15}\n    events: [visited pricing, 3d ago]",
        "T111",
        "put quotes around the whole event",
    ),
    (
        "expect: {score: 15}\n    events:\n      - visited pricing 3d ago",
        "T110",
        "such as `- visited pricing, 3d ago`",
    ),
    (
        "expect: {score: 15}\n    events:\n      - visted pricing, 3d ago",
        "T109",
        "did you mean `visited`?",
    ),
]


def _mended(text: str, one: Diagnostic) -> str:
    assert one.source is not None
    assert one.span is not None
    assert one.fix is not None
    lines = text.splitlines()
    at = one.source.position(one.span.start).line - 1
    indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    lines[at] = indent + one.fix.lstrip()
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(("text", "code", "hint"), VOCABULARIES)
def test_a_fix_mends_its_line_of_a_vocabulary(
    text: str, code: str, hint: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "leadcard.yaml"
    path.write_text(text, encoding="utf-8")
    first, *_ = load_vocabulary(path, explicit=path)[1]
    assert (first.code, first.hint) == (code, hint)
    path.write_text(_mended(text, first), encoding="utf-8")
    left = {(d.code, d.message) for d in load_vocabulary(path, explicit=path)[1]}
    assert (first.code, first.message) not in left


def _read(text: str) -> tuple[Diagnostic, ...]:
    checked = check_source(Source("inbound.scorecard", CARD), builtin())
    assert checked.plan is not None
    return read_samples(Source("inbound.leads.yaml", text), checked, checked.plan)[1]


@pytest.mark.parametrize(("lines", "code", "hint"), SAMPLES)
def test_a_fix_mends_its_line_of_sample_leads(lines: str, code: str, hint: str) -> None:
    text = f"as_of: 2026-11-21\nleads:\n  - name: one\n    {lines}\n"
    first, *_ = _read(text)
    assert (first.code, first.hint) == (code, hint)
    assert [(d.code, d.message) for d in _read(_mended(text, first)) if d.code == code] == []


def test_a_day_that_does_not_exist_is_no_missing_comma() -> None:
    text = "as_of: 2026-11-21\nleads:\n  - name: one\n    expect: {score: 0}\n    events:\n"
    found = _read(f"{text}      - visited pricing, 2026-13-01\n")
    assert [(d.code, d.fix) for d in found] == [("T110", None)]

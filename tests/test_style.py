"""Limits of size, words of names and expressions that no linter watches."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ("leadcard", "dsl", "compiler", "runtime")
FOLDERS = (*SHIPPED, "tests", "benchmarks", "scorecards")
MAX_LINES = 500
MAX_FUNCTION = 60
WEAK_NAMES = ("utils", "helpers", "common", "manager")
# `(?:a|b)*+`: the first releases of Python 3.11, Debian's among them, match it wrongly.
POSSESSIVE_GROUP = re.compile(r"\)(?:[*+?]|\{[0-9,]+\})\+(?!,)")
# Definitions without logic: tables and trees of dataclasses that are read as one.
LONG_FILES = {"dsl/ast.py", "compiler/plan.py"}


def _files(folders: tuple[str, ...] = FOLDERS) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", _files(), ids=_name)
def test_a_file_is_short_well_named_and_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert not any(word in path.stem for word in WEAK_NAMES)
    if _name(path) not in LONG_FILES:
        assert text.count("\n") <= MAX_LINES
    if text.strip():
        assert ast.get_docstring(tree), "a module says in one sentence what it is"
    long = [name for name, length in _functions(tree) if length > MAX_FUNCTION]
    assert long == [], f"functions over {MAX_FUNCTION} lines"


def _functions(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_long_files_that_need_an_exception_still_do() -> None:
    for name in LONG_FILES:
        assert (ROOT / name).read_text(encoding="utf-8").count("\n") > MAX_LINES


@pytest.mark.parametrize("path", _files(SHIPPED), ids=_name)
def test_expressions_mean_the_same_in_every_python_that_is_supported(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if POSSESSIVE_GROUP.search(line)] == []

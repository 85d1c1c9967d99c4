"""Cards checked for a command: from a file or standard input, with the vocabulary they use."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from leadcard.cli.cards import STDIN, read_card
from leadcard.cli.console import say

if TYPE_CHECKING:
    from leadcard.compiler.pipeline import Checked
    from leadcard.compiler.plan import Plan


def check_card(path: Path, vocabulary: Path | None) -> Checked:
    """The card at `path` after all passes; `-` is standard input, at home in the current folder."""
    from leadcard.compiler import pipeline

    if path != STDIN:
        return pipeline.check_file(path, vocabulary=vocabulary)
    from leadcard.compiler.vocabulary_file import load_vocabulary
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.dsl.source import Source

    words, found = load_vocabulary(Path.cwd(), explicit=vocabulary)
    source = read_card(path)
    if isinstance(source, Diagnostic):
        nothing = pipeline.check_source(Source("<stdin>", ""), words)
        return replace(nothing, plan=None, diagnostics=(*found, source))
    checked = pipeline.check_source(source, words, folder=Path.cwd())
    plan = None if any(d.is_error for d in found) else checked.plan
    return replace(checked, plan=plan, diagnostics=(*found, *checked.diagnostics))


def usable_plan(path: Path, vocabulary: Path | None) -> tuple[Checked, Plan | None]:
    """The card and its plan, for commands that use it; without a plan its mistakes are shown.

    Warnings are only counted: `leadcard check` is where they are read.
    """
    from leadcard.cli.findings import distinct, show

    checked = check_card(path, vocabulary)
    found = distinct(checked.diagnostics)
    if checked.plan is None:
        show(found)
    elif found:
        plural = "s" if len(found) != 1 else ""
        say(f"{path}: {len(found)} warning{plural}; `leadcard check {path}` shows them")
    return checked, checked.plan

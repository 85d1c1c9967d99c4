"""The examples of the documentation: cards, the words they are read with, and leads for them.

A fence tagged `scorecard` is a card, read with the vocabulary in the last `yaml` fence under the
same heading that begins with `# leadcard.yaml`. A fence tagged `leads` holds sample leads for the
card before it; where it begins with a lead, the moment is the one that all pages share.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from leadcard.compiler.pipeline import Checked, check_source
from leadcard.compiler.vocabulary import Vocabulary
from leadcard.compiler.vocabulary_file import builtin, load_vocabulary
from leadcard.dsl.source import Source
from leadcard.runtime.harness.outcome import Outcome
from leadcard.runtime.harness.read_samples import read_samples
from leadcard.runtime.harness.report import text_report
from leadcard.runtime.harness.runner import DEFAULT_ENGINES, FileResult, run_samples

ROOT: Final = Path(__file__).resolve().parent.parent
FENCE: Final = re.compile(
    r"^```(?P<tag>[\w-]*)\n(?P<text>.*?)^```$|^(?P<heading>#+ [^\n]*)$", re.M | re.S
)
AS_OF: Final = "2026-11-21T12:00:00Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A card of a page, with its vocabulary and its leads where it has them."""

    name: str
    card: str
    words: str | None
    leads: tuple[str, ...]


def examples(page: Path) -> Iterator[Example]:
    """The cards of a page in their order."""
    text = page.read_text(encoding="utf-8")
    name, card, leads = "", "", list[str]()
    words = used = None
    for found in FENCE.finditer(text):
        tag = found["tag"]
        if found["heading"] is not None:
            words = None
        elif tag == "yaml" and found["text"].startswith("# leadcard.yaml"):
            words = found["text"]
        elif tag == "leads":
            assert card, f"{page.name}: leads before any card"
            leads.append(found["text"])
        if tag != "scorecard":
            continue
        if card:
            yield Example(name=name, card=card, words=used, leads=tuple(leads))
        line = text.count("\n", 0, found.start()) + 1
        name, card, used, leads = f"{page.name}:{line}", found["text"], words, []
    if card:
        yield Example(name=name, card=card, words=used, leads=tuple(leads))


def checked(example: Example, folder: Path) -> Checked:
    """The card after the check; `folder` is an empty one for its vocabulary."""
    vocabulary = _vocabulary(example.words, folder)
    return check_source(Source(example.name, example.card), vocabulary, folder=ROOT)


def _vocabulary(words: str | None, folder: Path) -> Vocabulary:
    if words is None:
        return builtin()
    (folder / "leadcard.yaml").write_text(words, encoding="utf-8")
    vocabulary, found = load_vocabulary(folder)
    assert found == (), [d.message for d in found]
    return vocabulary


def run(card: Checked, leads: str) -> FileResult:
    """Sample leads through a card, on every engine."""
    assert card.plan is not None
    text = leads if leads.startswith("as_of:") else f"as_of: {AS_OF}\nleads:\n{leads}"
    file, found = read_samples(Source("leads", text), card, card.plan)
    assert file is not None, [f"{d.message} ({d.hint})" for d in found]
    result = run_samples(card, card.plan, file, DEFAULT_ENGINES)
    assert isinstance(result, FileResult), result.message
    return result


def report(result: FileResult) -> str:
    """What is not as the page says."""
    return text_report([result], color=False)


def outcomes(result: FileResult) -> Iterator[Outcome]:
    """What the first engine says of each lead."""
    for one in result.results:
        assert one.outcome is not None
        yield one.outcome

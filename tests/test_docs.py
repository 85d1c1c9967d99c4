"""The examples of the documentation hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from leadcard.compiler.backends.python import to_python
from leadcard.compiler.backends.sql import to_sql
from leadcard.compiler.backends.sql_facts import AsOf, Unsupported
from leadcard.compiler.pipeline import Checked, check_source
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.source import Source

ROOT = Path(__file__).resolve().parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
FENCE = re.compile(r"^```(?P<tag>[\w-]*)\n(?P<text>.*?)^```$", re.M | re.S)
NOT_YET = "not compiled to SQL yet"


def _examples() -> Iterator[tuple[str, str, bool]]:
    """Name, text, and whether the sentence before it says that no SQL is made of it yet."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for found in FENCE.finditer(text):
            if found["tag"] == "scorecard":
                line = text.count("\n", 0, found.start()) + 1
                before = text[: found.start()].rstrip().rpartition("\n\n")[2]
                yield f"{page.name}:{line}", found["text"], NOT_YET in before


EXAMPLES = list(_examples())


def _check(name: str, text: str) -> Checked:
    return check_source(Source(name, text), builtin(), folder=ROOT)


@pytest.mark.parametrize(("name", "text", "not_yet"), EXAMPLES, ids=[e[0] for e in EXAMPLES])
def test_an_example_is_a_card_that_compiles(name: str, text: str, not_yet: bool) -> None:
    checked = _check(name, text)
    assert [f"{d.code} {d.message}" for d in checked.diagnostics if d.is_error] == []
    assert checked.plan is not None
    compile(to_python(checked.plan), name, "exec")
    with pytest.raises(Unsupported) if not_yet else nullcontext():
        to_sql(checked.plan, as_of=AsOf(parameter="as_of"))


def test_links_within_the_repository_lead_somewhere() -> None:
    link = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    lost = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in link.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert lost == []

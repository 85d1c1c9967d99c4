"""The examples of the documentation hold."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import pytest

from leadcard.compiler.backends.python import to_python
from leadcard.compiler.backends.sql import to_sql
from leadcard.compiler.backends.sql_facts import AsOf, Unsupported
from tests.doc_examples import ROOT, Example, checked, examples, report, run

PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
EXAMPLES = [example for page in PAGES for example in examples(page)]
SCORED = [example for example in EXAMPLES if example.leads]


def _name(example: Example) -> str:
    return example.name


@pytest.mark.parametrize("example", EXAMPLES, ids=_name)
def test_an_example_is_a_card_that_compiles(example: Example, tmp_path: Path) -> None:
    card = checked(example, tmp_path)
    assert [f"{d.code} {d.message}" for d in card.diagnostics if d.is_error] == []
    assert card.plan is not None
    compile(to_python(card.plan), example.name, "exec")
    with suppress(Unsupported):  # FALLBACK
        to_sql(card.plan, as_of=AsOf(parameter="as_of"))


@pytest.mark.parametrize("example", SCORED, ids=_name)
def test_leads_score_what_the_page_says(example: Example, tmp_path: Path) -> None:
    card = checked(example, tmp_path)
    for leads in example.leads:
        result = run(card, leads)
        assert result.failed == 0, report(result)


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

"""The examples of the documentation hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from leadcard.compiler.backends.python import to_python
from leadcard.compiler.backends.sql import to_sql
from leadcard.compiler.backends.sql_facts import AsOf
from tests.doc_examples import ROOT, Example, checked, examples, outcomes, report, run

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
    to_sql(card.plan, as_of=AsOf(parameter="as_of"))


@pytest.mark.slow
@pytest.mark.parametrize("example", SCORED, ids=_name)
def test_leads_score_what_the_page_says(example: Example, tmp_path: Path) -> None:
    card = checked(example, tmp_path)
    for leads in example.leads:
        result = run(card, leads)
        assert result.failed == 0, report(result)


# --- the table of decay ---------------------------------------------------------------------------

SEMANTICS = ROOT / "docs" / "semantics.md"
DECAYS = (
    "fades over 180d",
    "fades over 7d",
    "halves every 30d",
    "drops 2.5 every 30d",
    "expires after 90d",
)
AGES = (0, 1, 2, 29, 30, 45, 60, 90, 179, 180, 330)


def _decay_table(folder: Path) -> str:
    """What is left of twenty points at each age, scored on every engine."""
    card = "".join(f"d{n}:\nattended: +20, {decay}\n" for n, decay in enumerate(DECAYS))
    expect = "expect: {score: 0 to 100}"
    leads = "".join(
        f"- name: {age} days\n  events:\n    - attended, {age}d ago\n  {expect}\n" for age in AGES
    )
    example = Example(name="decay", card=card, words=None, leads=(leads,))
    result = run(checked(example, folder), leads)
    assert result.failed == 0, report(result)
    rows = [
        [str(age), *(_plain(one.values[f"section_d{n}"]) for n in range(len(DECAYS)))]
        for age, one in zip(AGES, outcomes(result), strict=True)
    ]
    head = ["days old", *(f"`{decay}`" for decay in DECAYS)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["--:"] * len(head), *rows))


def _plain(points: object) -> str:
    return f"{points}".rstrip("0").removesuffix(".") if points else "0"


def test_the_table_of_decay_is_what_engines_say(tmp_path: Path, update: bool) -> None:
    made = re.sub(
        r"(<!-- decay -->\n).*?(<!-- /decay -->)",
        lambda found: f"{found[1]}\n{_decay_table(tmp_path)}\n\n{found[2]}",
        SEMANTICS.read_text("utf-8"),
        flags=re.S,
    )
    if update:
        SEMANTICS.write_text(made, "utf-8")
    assert SEMANTICS.read_text("utf-8") == made


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

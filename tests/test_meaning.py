"""What conditions mean: each line of tests/golden/meaning, bound and lowered, as short text."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadcard.compiler.pipeline import check_source
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.source import Source
from tests.plan_text import predicate

GOLDEN = Path(__file__).parent / "golden" / "meaning"


def meaning(condition: str) -> list[str]:
    """The predicate of a condition, or what is wrong with it."""
    card = f"{condition}: +1\nlist service area: DE, AT\n"
    checked = check_source(Source("card", card), builtin())
    errors = [d for d in checked.diagnostics if d.is_error]
    if not errors:
        assert checked.plan is not None
        return [f"  {predicate(checked.plan.rules[0].when)}"]
    lines = []
    for d in errors:
        assert d.span is not None
        place = card[d.span.start : d.span.end]
        lines.append(f"  ! {d.code} `{place}`: {d.message}")
        lines.extend(f"  !   {what}" for what in (d.hint, d.fix and f"fix: {d.fix}") if what)
    return lines


def render(text: str) -> str:
    """The golden file made again from its conditions."""
    out = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("  "):
            continue
        out.append(line)
        if not line.startswith("#"):
            out.extend(meaning(line))
    return "\n".join(out) + "\n"


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.txt")), ids=lambda p: p.stem)
def test_conditions_mean_what_the_golden_file_says(path: Path, update: bool) -> None:
    text = path.read_text("utf-8")
    made = render(text)
    if update:
        path.write_text(made, "utf-8")
    assert made == path.read_text("utf-8")

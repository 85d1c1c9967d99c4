"""One mistake of a marketer in each file, and below it all that is shown for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadcard.compiler.pipeline import check_source
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.render import render_text
from leadcard.dsl.source import Source

GOLDEN = Path(__file__).parent / "golden" / "messages"
FILES = sorted(GOLDEN.glob("*.txt"))
BETWEEN = "----\n"
OF_OTHER_LINES = {"R104", "R122"}  # a list or requirements that the card does not have yet


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_mistake_is_shown_once_with_place_and_advice(path: Path, update: bool) -> None:
    card, _, shown = path.read_text("utf-8").partition(BETWEEN)
    found = check_source(Source("inbound.scorecard", card), builtin(), folder=GOLDEN).diagnostics
    assert len(found) == 1
    made = render_text(found, color=False)
    if update:
        path.write_text(f"{card}{BETWEEN}{made}", "utf-8")
        shown = made
    assert shown == made


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_its_fix_mends_it(path: Path) -> None:
    card, _, _ = path.read_text("utf-8").partition(BETWEEN)
    source = Source("inbound.scorecard", card)
    [one] = check_source(source, builtin(), folder=GOLDEN).diagnostics
    if one.fix is None:
        assert one.hint
        return
    assert one.span is not None
    lines = card.splitlines()
    lines[source.position(one.span.start).line - 1] = one.fix
    mended = Source("inbound.scorecard", "\n".join(lines) + "\n")
    after = check_source(mended, builtin(), folder=GOLDEN).diagnostics
    assert [d.message for d in after if d.is_error and d.code not in OF_OTHER_LINES] == []


def test_there_are_at_least_sixty() -> None:
    assert len(FILES) >= 60

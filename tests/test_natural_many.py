"""Many lines as different people write them: none may come to mean something else unnoticed."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from leadcard.compiler.pipeline import check_source
from leadcard.compiler.plain import plain_card
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.format import format_source
from leadcard.dsl.source import Source
from tests.natural_cards import Phrase, card, line_of, phrases

FILES = sorted((Path(__file__).parent / "golden" / "natural" / "many").glob("*.txt"))
PLAIN = partial(plain_card, vocabulary=builtin())


def _meant(phrase: Phrase) -> str:
    """The plain line that a phrase stands for, or the code of what is wrong with it."""
    source = Source("card", card(phrase.kind, phrase.said))
    errors = [d for d in check_source(source, builtin()).diagnostics if d.is_error]
    if errors:
        return f"! {errors[0].code}"
    made = format_source(source, PLAIN)
    assert made.text is not None, (phrase.said, [d.message for d in made.diagnostics])
    return line_of(phrase.kind, made.text)


def _made_again(path: Path) -> str:
    found = {(phrase.kind, phrase.said): phrase for phrase in phrases(path)}
    kind, lines = "conditions", []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("  "):
            continue
        lines.append(line)
        kind = line[3:] if line.startswith("#: ") else kind
        if (kind, line) in found:
            lines.append(f"  {_meant(found[kind, line])}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_lines_mean_what_the_golden_file_says(path: Path, update: bool) -> None:
    made = _made_again(path)
    if update:
        path.write_text(made, "utf-8")
    assert path.read_text("utf-8") == made


def test_there_are_many_lines() -> None:
    assert sum(1 for path in FILES for _ in phrases(path)) > 1_200

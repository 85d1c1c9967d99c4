"""Natural phrasing: what people write, the plain line that it means, and what is refused."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from leadcard.compiler.pipeline import check_source
from leadcard.compiler.plain import plain_card
from leadcard.compiler.vocabulary_file import builtin, load_vocabulary
from leadcard.dsl import ast
from leadcard.dsl import phrases as table
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.format import format_source
from leadcard.dsl.parser import parse
from leadcard.dsl.reserved import reserved_words
from leadcard.dsl.source import Source
from tests import phrasing_page
from tests.natural_cards import Phrase, bare_plan, card, line_of, meaning, phrases

GOLDEN = Path(__file__).parent / "golden" / "natural"
ACCEPTED = sorted(GOLDEN.glob("said/*.txt"))
SAID = [phrase for path in ACCEPTED for phrase in phrases(path)]
SAME = list(phrases(GOLDEN / "same.txt"))
REFUSED = GOLDEN / "refused.txt"
PLAIN = partial(plain_card, vocabulary=builtin())


def _formatted(text: str) -> str:
    result = format_source(Source("card", text), PLAIN)
    assert result.text is not None, [d.message for d in result.diagnostics]
    return result.text


def _complaints(text: str) -> list[Diagnostic]:
    return [d for d in check_source(Source("card", text), builtin()).diagnostics if d.is_error]


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_what_people_say_is_written_plain(path: Path, update: bool) -> None:
    text = path.read_text("utf-8")
    if update:
        text = _made_again(path)
        path.write_text(text, "utf-8")
    assert text == _made_again(path)


def _made_again(path: Path) -> str:
    """The golden file with the plain lines that the formatter writes."""
    kept = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("  ")]
    found = {phrase.said: phrase.kind for phrase in phrases(path)}
    lines = []
    for line in kept:
        lines.append(line)
        if line in found:
            kind = found[line]
            lines.append(f"  {line_of(kind, _formatted(card(kind, line)))}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("phrase", SAID, ids=lambda phrase: phrase.id)
def test_what_people_say_means_the_plain_line(phrase: Phrase) -> None:
    """The plain line is bound without any rewriting, so that it can only mean what it says."""
    said = check_source(Source("card", card(phrase.kind, phrase.said)), builtin())
    assert said.plan is not None, [d.message for d in said.diagnostics]
    (plain,) = phrase.below
    assert meaning(said.plan) == meaning(bare_plan(card(phrase.kind, plain)))


@pytest.mark.parametrize("phrase", SAID, ids=lambda phrase: phrase.id)
def test_the_plain_line_stays_and_keeps_its_comment(phrase: Phrase) -> None:
    written = _formatted(card(phrase.kind, phrase.said, "  # why: a reason"))
    assert _formatted(written) == written
    assert written.count("# why: a reason") == 1
    assert _formatted(card(phrase.kind, phrase.said)) == written.replace("  # why: a reason", "")


@pytest.mark.parametrize("phrase", SAME, ids=lambda phrase: phrase.id)
def test_two_plain_lines_that_mean_the_same(phrase: Phrase) -> None:
    one, other = (
        meaning(bare_plan(card(phrase.kind, line))) for line in (phrase.said, phrase.below[0])
    )
    blank = [
        tuple((rule.when, rule.points, rule.repetition) for rule in plan.rules)
        for plan in (one, other)
    ]
    assert blank[0] == blank[1]


def test_there_are_many_ways_to_say_it() -> None:
    assert len({phrase.id for phrase in SAID}) == len(SAID) > 300
    assert sum(phrase.said != phrase.below[0] for phrase in SAID) > 250


def _refused_again(text: str) -> str:
    """The golden file made again: each phrase, and the one complaint about it."""
    lines, found = [], {phrase.said: phrase for phrase in phrases(REFUSED)}
    for line in text.splitlines():
        if line.startswith("  "):
            continue
        lines.append(line)
        if line in found:
            lines.extend(f"  {part}" for part in _complaint(found[line]))
    return "\n".join(lines) + "\n"


def _complaint(phrase: Phrase) -> list[str]:
    text = card(phrase.kind, phrase.said)
    complaints = _complaints(text)
    assert len(complaints) == 1, (phrase.said, [d.message for d in complaints])
    (one,) = complaints
    assert one.span is not None
    place = text[one.span.start : one.span.end]
    parts = [f"! {one.code} at `{place}`: {one.message}"]
    parts += [f"  {one.hint}"] if one.hint else []
    return parts + ([f"  fix: {one.fix}"] if one.fix else [])


def test_what_is_refused_is_told_once_with_the_right_line(update: bool) -> None:
    made = _refused_again(REFUSED.read_text("utf-8"))
    if update:
        REFUSED.write_text(made, "utf-8")
    assert REFUSED.read_text("utf-8") == made


@pytest.mark.parametrize("phrase", list(phrases(REFUSED)), ids=lambda phrase: phrase.id)
def test_the_right_line_is_accepted(phrase: Phrase) -> None:
    (one,) = _complaints(card(phrase.kind, phrase.said))
    assert one.hint or one.fix
    if one.fix is not None:
        text = card(phrase.kind, phrase.said)
        assert one.span is not None
        number = text.count("\n", 0, one.span.start)
        lines = text.splitlines()
        lines[number] = one.fix
        assert not _complaints("\n".join(lines)), one.fix


# --- the page -------------------------------------------------------------------------------------

PAGE = GOLDEN.parents[2] / "docs" / "phrasing.md"


def test_the_page_shows_what_the_golden_files_hold(update: bool) -> None:
    made = phrasing_page.page(PAGE.read_text("utf-8"), GOLDEN / "said", REFUSED)
    if update:
        PAGE.write_text(made, "utf-8")
    assert PAGE.read_text("utf-8") == made
    assert phrasing_page.files() == {path.stem for path in ACCEPTED}


_WORDS = sorted({w for p in table.CONDITION for s in p.spellings for w in s.split() if w[0] != "{"})


def _is_kept(test: str, value: str) -> bool:
    """Whether `value` is read as the one value of a test, word for word."""
    card_, found = parse(Source("card", f"{test} {value}: +1"))
    if found or not isinstance(rule := card_.lines[0].statement, ast.Rule):
        return False
    first = rule.condition.first
    if rule.condition.rest or not isinstance(first, ast.OpTest):
        return False
    return " ".join(text.text for text in first.value) == value


@pytest.mark.parametrize("word", _WORDS)
def test_a_word_is_safe_in_a_value_unless_it_is_reserved(word: str) -> None:
    """The list of reserved words is whole: every other word of the language is safe."""
    words = reserved_words()
    anywhere = word in words.anywhere
    outside = anywhere or word in words.outside_text
    at_end = outside or word in words.at_end
    assert _is_kept("title contains", f"alpha {word} beta") is not anywhere
    assert _is_kept("industry is", f"alpha {word} beta") is not outside
    assert _is_kept("industry is", f"alpha {word}") is not at_end


def test_words_of_another_language_stay(tmp_path: Path) -> None:
    (tmp_path / "leadcard.yaml").write_text("verbs:\n  посетил: {same as: visited}\n", "utf-8")
    vocabulary, found = load_vocabulary(tmp_path)
    assert found == ()
    text = "посетил pricing 3+ times: +5\nпосетил the pricing page: +5\n"
    made = format_source(Source("card", text), partial(plain_card, vocabulary=vocabulary)).text
    assert made == "посетил pricing 3+ times: +5\nпосетил pricing page: +5\n"

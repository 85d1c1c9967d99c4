"""The grammar for editors: its words are the language's, and it sees what the parser reads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from leadcard.dsl import ast, line_phrases, phrases
from leadcard.dsl.headers import RESERVED_NAMES
from leadcard.dsl.parser import parse
from leadcard.dsl.phrase_values import Phrase
from leadcard.dsl.source import Source
from leadcard.dsl.times import UNITS
from tests.command_line import leadcard
from tests.textmate import Grammar, Token

ROOT = Path(__file__).resolve().parent.parent
VSCODE = ROOT / "editors" / "vscode"
GRAMMAR = Grammar(VSCODE / "syntaxes" / "scorecard.tmLanguage.json")
CARDS = sorted((ROOT / "scorecards").rglob("*.scorecard"))
SETTINGS = (*line_phrases.SCORE, *line_phrases.MUST_HAVE, *line_phrases.GRADE)
EFFECTS = (*line_phrases.EFFECT, *line_phrases.CAPS)
# What fills the places of phrases.
PLACES = {
    "{time}": "7d", "{n}": "3", "{n+}": "3+", "{n-m}": "3-5", "{number}": "50",
    "{number+}": "50+", "{range}": "50-500", "{compared}": ">= 50", "{date}": "2026-01-31",
    "{points}": "10", "{spent}": "2+ minutes",
}  # fmt: skip
# Natural ways to say something: `leadcard fmt` writes them plainly.
NATURAL = {"", "EITHER", "PLACED", "HAVING", "JOINED", "MAIL LINK", "FOR", "UNLESS", "ACTIVE"}


def _said_plainly(table: tuple[Phrase, ...]) -> Iterator[str]:
    """The first spelling of each phrase of the plain form, its places filled."""
    seen = set()
    for phrase in table:
        spelling = phrase.spellings[0]
        many = phrase.token in ("PEOPLE", "EACH") and phrase.token in seen
        if phrase.token in NATURAL or many:
            continue
        seen.add(phrase.token)
        yield re.sub(r"\{[^}]*\}", lambda found: PLACES[found.group()], spelling)


def _bare(text: str, row: list[Token]) -> str:
    """What of a line no token covers."""
    kept = list(text)
    for token in row:
        kept[token.start : token.start + len(token.text)] = " " * len(token.text)
    return "".join(kept).strip()


@pytest.mark.parametrize(
    ("table", "line"),
    [
        (phrases.CONDITION, "(title) {} "),
        (phrases.STAGE, "stages:\nx: {}"),
        (EFFECTS, "x: {}"),
        (line_phrases.SCORE, "score: {}"),
    ],
    ids=["conditions", "stages", "effects", "score"],
)
def test_every_plain_word_of_the_language_has_a_colour(
    table: tuple[Phrase, ...], line: str
) -> None:
    for said in _said_plainly(table):
        *_, text = line.format(said).splitlines()
        last = line.count("\n") + 1
        row = [t for t in GRAMMAR.tokens(line.format(said)) if t.line == last]
        assert _bare(text, row).replace("(title)", "").strip("x: ") == "", said


def test_every_word_with_a_colour_is_a_word_of_the_language() -> None:
    known = " | ".join(
        spelling.replace("{n}", "").lower()
        for phrase in (*phrases.STAGE, *EFFECTS, *SETTINGS)
        for spelling in phrase.spellings
    )
    known = f" {known} | {' | '.join(RESERVED_NAMES)} | any event | is yes | is no | from | when "
    listed = [p for p in GRAMMAR.patterns() if p.startswith("(?i)(?<![\\w-])(?:")]
    assert len(listed) >= 5
    for pattern in listed:
        (words,) = re.findall(r"\(\?:([^)]*)\)\(\?!", pattern)
        for word in words.split("|"):
            assert re.search(rf"(?<!\S){re.escape(word)}(?!\S)", known), word


def test_units_of_time_belong_to_their_number() -> None:
    for unit in UNITS:
        tokens = list(GRAMMAR.tokens(f"(x) in 7 {unit} (y)"))
        assert f"7 {unit}" in [token.text for token in tokens], unit


def _parts(path: Path) -> tuple[Source, Iterator[tuple[str, int, str]]]:
    """Names that the parser reads, each with the line and the scope that it should have."""
    source = Source(str(path), path.read_text(encoding="utf-8"))
    card, problems = parse(source)
    assert problems == ()

    def parts() -> Iterator[tuple[str, int, str]]:
        for line in card.lines:
            match line.statement:
                case ast.SectionHeader() as one:
                    yield one.name.text, line.first, "entity.name.section"
                case ast.Stage() | ast.Tier() as one:
                    yield one.name.text, line.first, "entity.name.stage"
                case ast.ListInline() | ast.ListFile() as one:
                    yield one.name.text, line.first, "entity.name.list"
                case ast.Rule(effect=ast.Disqualify()):
                    yield "disqualify", line.last, "keyword.other.effect"
                case ast.Rule(effect=ast.Points() as points):
                    text = source.text[points.span.start : points.span.end]
                    yield text, line.last, "constant.numeric.points"
                case ast.NameSetting() as one:
                    yield one.name, line.first, "string.unquoted"

    return source, parts()


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.stem)
def test_the_grammar_sees_what_the_parser_reads(path: Path) -> None:
    source, parts = _parts(path)
    tokens = list(GRAMMAR.tokens(source.text))
    seen = {(token.text.strip(), token.line, token.scope) for token in tokens}
    missing = [(t, n, scope) for t, n, scope in parts if (t, n, f"{scope}.scorecard") not in seen]
    assert missing == []
    comments = {t.line for t in tokens if t.scope.startswith("comment.")}
    lines = source.text.splitlines()
    assert comments >= {n for n, line in enumerate(lines, 1) if line.lstrip().startswith("#")}


def test_there_are_cards_to_read() -> None:
    assert len(CARDS) >= 8


def test_the_extension_names_files_that_exist() -> None:
    package = json.loads((VSCODE / "package.json").read_text(encoding="utf-8"))
    (language,) = package["contributes"]["languages"]
    (grammar,) = package["contributes"]["grammars"]
    assert json.loads((VSCODE / language["configuration"]).read_text(encoding="utf-8"))
    assert (VSCODE / grammar["path"]).is_file()
    assert grammar["scopeName"] == GRAMMAR.rules["scopeName"]
    assert language["extensions"] == [".scorecard"]


def test_the_problem_matcher_reads_what_check_prints(tmp_path: Path) -> None:
    (tmp_path / "a.scorecard").write_text("visted docs: +1\nvisited x: +1\n", encoding="utf-8")
    package = json.loads((VSCODE / "package.json").read_text(encoding="utf-8"))
    (matcher,) = package["contributes"]["problemMatchers"]
    first, second = (re.compile(pattern["regexp"]) for pattern in matcher["pattern"])
    lines = leadcard("check", folder=tmp_path).stderr.splitlines()
    at = next(n for n, line in enumerate(lines) if first.match(line))
    found, place = first.match(lines[at]), second.match(lines[at + 1])
    assert found is not None
    assert found.groups() == ("error", "R101", "no event verb `visted`")
    assert place is not None
    assert place.groups() == ("a.scorecard", "1", "1")

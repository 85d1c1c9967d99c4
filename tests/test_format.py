"""The plain form of cards: golden files, and that nothing is lost or changed on the way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadcard.dsl import ast, parser
from leadcard.dsl.format import WIDTH, format_condition, format_scorecard, format_source
from leadcard.dsl.source import Source, Span

GOLDEN = Path(__file__).parent / "golden" / "format"
CARDS = sorted(GOLDEN.glob("*.scorecard"))
UNCHANGED = {"agency", "global-guide", "industrial", "three-lines", "whole"}


def _plain(text: str) -> str:
    result = format_source(Source("card.scorecard", text))
    assert result.diagnostics == ()
    assert result.text is not None
    return result.text


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.stem)
def test_the_plain_form_of_a_card(path: Path, update: bool) -> None:
    text = path.read_text("utf-8")
    made = _plain(text)
    if path.stem in UNCHANGED:
        assert made == text
        return
    golden = path.with_suffix(".plain")
    if update:
        golden.write_text(made, "utf-8")
    assert golden.read_text("utf-8") == made


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.stem)
def test_the_plain_form_is_stable_and_keeps_tree_and_comments(path: Path) -> None:
    text = path.read_text("utf-8")
    made = _plain(text)
    assert _plain(made) == made
    before, after = (parser.parse(Source("", t))[0] for t in (text, made))
    assert after.lines == before.lines
    assert _comments(before) == _comments(after)


def _comments(card: ast.Scorecard) -> list[str]:
    return [c for line in card.lines for c in (*line.inner, line.comment) if c is not None]


def test_comments_keep_their_words_and_places() -> None:
    text = "#top\n\n\n\na: +1 #  x\n#over\nfit:\n#in\nb: +1\n\n# end\n#!keep"
    assert _plain(text) == (
        "#top\n\na: +1  #  x\n\n#over\nfit:\n  #in\n  b: +1\n\n  # end\n  #!keep\n"
    )


def test_a_block_has_a_blank_line_before_it() -> None:
    text = "scorecard: A\nfit:\na: 1\nlist x: y\nlist z: y\nstages:\nhot: 1+\n"
    assert _plain(text) == (
        "scorecard: A\n\nfit:\n  a: +1\n\nlist x: y\nlist z: y\n\nstages:\n  hot: 1+\n"
    )


def test_a_long_line_is_broken_where_it_may_go_on() -> None:
    entries = ", ".join(f"company number {number}" for number in range(20))
    made = _plain(f"list x: {entries}\n")
    lines = made.splitlines()
    assert all(len(line) <= WIDTH for line in lines)
    assert all(line.endswith(",") for line in lines[:-1])
    assert _plain(made) == made


def test_inner_comments_stay_beside_their_words() -> None:
    text = "list x: DE, AT, CH, # near\n US, CA, # far\n\n # and\n JP # very far\n"
    assert _plain(text) == (
        "list x: DE, AT, CH,  # near\n    US, CA,  # far\n    # and\n    JP  # very far\n"
    )


@pytest.mark.parametrize("line", ["visited pricing +15", "title is: 5", '"'])
def test_a_card_with_mistakes_is_left_alone(line: str) -> None:
    result = format_source(Source("", f"a:  +1\n{line}\n"))
    assert result.text is None
    assert len(result.diagnostics) == 1


def test_a_text_that_no_quotes_can_hold_is_refused() -> None:
    result = format_source(Source("", "a: +1\nb: flag «\"'」』» 「»」\n"))
    assert result.text is None
    assert [d.code for d in result.diagnostics] == ["S190"]
    span = result.diagnostics[0].span
    assert span is not None
    assert span.start == 6


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ('a: flag «say "hi"»', 'a: flag «say "hi"»'),
        ("a: flag say it", 'a: flag "say it"'),
        ("a: flag 'x'", 'a: flag "x"'),
        ("“a, b”: +1", '"a, b": +1'),
        ("title is ‘it’s’: 1", 'title is "it’s": +1'),
    ],
)
def test_quotes(written: str, plain: str) -> None:
    assert _plain(written) == f"{plain}\n"


@pytest.mark.parametrize(
    "name",
    ["Fit and more", "a: b", "x when y", "5+ stars", 'say "x"', "Профиль", "#1", "(a)", "x max 5"],
)
def test_names_read_back_as_they_are(name: str) -> None:
    span = Span(0, 0)
    header = ast.SectionHeader(name=ast.Text(text=name, span=span), span=span)
    line = ast.Line(statement=header, first=1, last=1)
    card = ast.Scorecard(source=Source("", ""), lines=(line,))
    text = format_scorecard(card)
    again, found = parser.parse(Source("", text))
    assert found == (), text
    assert again.lines == card.lines


@pytest.mark.parametrize("name", ["tiers", "score", "List", "a: b", "buyer stages"])
def test_stages_may_be_called_like_settings_in_quotes(name: str) -> None:
    text = f'stages:\n  "{name}": 50+\n'
    assert _plain(text) == text


def test_the_plain_form_of_a_condition() -> None:
    chain, _ = parser.parse_condition(Source("", "Title IS a，b or NOT (visited c at least twice)"))
    assert chain is not None
    assert format_condition(chain) == "Title is a, b or not (visited c 2+ times)"


_WORDS = st.sampled_from(
    ("title", "visited pricing", "経理", '"VP, x"', "employees", "/docs/*", "O'Brien", "a:b", "C#")
)
_TESTS = st.sampled_from(
    (
        *("", " is CEO", " is not a, b", " over €1.5m", " 50-500", " 10 000+", " 3+ times in 7d"),
        *(" in 1w", " before 2026-01-01", " is known", " is NO", " since 2026-01-01"),
        *(" in the last 2 months", " then b within 1d", " between 7d and 30d ago"),
        *(" 2x within any 24h", " $5m to 6m", " ≥ 5"),
    )
)
_ITEMS = st.builds("{}{}".format, _WORDS, _TESTS) | st.sampled_from(
    ["inactive 90d", "never a", "spent 90s+ on b", "5+ events in 24h", "nobody c", "3+ people d"]
)
_CONDITIONS = st.recursive(
    _ITEMS,
    lambda inner: (
        st.builds("({})".format, inner)
        | st.builds("not {}".format, inner)
        | st.builds("{} {} {}".format, inner, st.sampled_from(["and", "or", ",", "but not"]), inner)
    ),
    max_leaves=6,
)
_EFFECTS = st.sampled_from(
    (
        *("+15", "- 2.5", "0", "disqualify", "flag x", "+1 each, max 5", "flag 'y', +3", "+1,000"),
        *(
            "+5 per asset, fades over 9d",
            "+1 once a day and max 3 [l]",
            "+9, drops 2 every week # c",
        ),
    )
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.builds("{}: {}".format, _CONDITIONS, _EFFECTS), min_size=1, max_size=4))
def test_what_is_read_is_written_and_read_again(lines: list[str]) -> None:
    source = Source("", "\n".join(lines))
    card, found = parser.parse(source)
    good = tuple(line for line in card.lines if line.statement is not None)
    card = replace(card, lines=good)
    text = format_scorecard(card)
    again, problems = parser.parse(Source("", text))
    assert problems == (), text
    assert again.lines == card.lines
    assert format_scorecard(again) == text or found

"""Findings as text and as JSON, and the nearest known word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from leadcard.dsl.diagnostics import Diagnostic, Related, warning
from leadcard.dsl.nearest import nearest
from leadcard.dsl.render import render_text, to_json
from leadcard.dsl.source import Source, Span

CARD = Source("scorecards/inbound.scorecard", "\n" * 6 + "visted pricing: +15\n")


def _found(source: Source, word: str) -> Diagnostic:
    start = source.text.index(word)
    span = Span(start, start + len(word))
    return Diagnostic(code="R101", message=f"no event verb `{word}`", source=source, span=span)


def test_a_finding_looks_as_promised() -> None:
    found = replace(
        _found(CARD, "visted"), hint="did you mean `visited`?", fix="visited pricing: +15"
    )
    assert render_text([found], color=False) == (
        "error[R101]: no event verb `visted`\n"
        "  --> scorecards/inbound.scorecard:7:1\n"
        "   |\n"
        " 7 | visted pricing: +15\n"
        "   | ^^^^^^ did you mean `visited`?\n"
        "   |\n"
        "   = fix: visited pricing: +15\n"
        "\n"
        "1 error\n"
    )


def test_the_gutter_is_as_wide_as_the_line_number() -> None:
    source = Source("x", "\n" * 122 + "abc\n")
    lines = render_text([_found(source, "abc")]).splitlines()
    assert lines[1:5] == ["    --> x:123:1", "     |", " 123 | abc", "     | ^^^"]


@pytest.mark.parametrize(
    ("text", "word", "before"),
    [
        ("title is 経理 or xx", "xx", 17),
        ("\txx", "xx", 4),
        ("a\u0301b xx", "xx", 3),
        ("ｆｉｔ xx", "xx", 7),
    ],
)
def test_the_caret_stands_under_its_word(text: str, word: str, before: int) -> None:
    line = render_text([_found(Source("x", text), word)]).splitlines()[4]
    assert line == "   | " + " " * before + "^^"


def test_wide_characters_get_wide_carets() -> None:
    assert render_text([_found(Source("x", "a 経理 b"), "経理")]).splitlines()[4] == "   |   ^^^^"


def test_a_long_line_is_cut_around_its_place() -> None:
    source = Source("x", "a " * 500 + "bad" + " c" * 500)
    lines = render_text([_found(source, "bad")]).splitlines()
    assert lines[1] == "  --> x:1:1001"
    assert len(lines[3]) < 110
    assert lines[3].startswith(" 1 | …")
    assert lines[3].endswith("…")
    start = lines[4].index("^")
    assert lines[3][start : start + 3] == "bad"


def test_a_place_over_several_lines_marks_its_first() -> None:
    source = Source("x", "abc\ndef\n")
    found = Diagnostic(code="R101", message="m", source=source, span=Span(1, 6))
    assert render_text([found]).splitlines()[3:5] == [" 1 | abc", "   |  ^^"]


def test_an_empty_place_still_has_a_caret() -> None:
    found = Diagnostic(code="R101", message="m", source=Source("x", ""), span=Span(0, 0))
    assert render_text([found]).splitlines()[3:5] == [" 1 |", "   | ^"]


def test_related_places_are_shown_too() -> None:
    source = Source("x", "abc\ndef\n")
    related = (Related(source=source, span=Span(4, 7), label="first here"),)
    text = render_text([replace(_found(source, "abc"), related=related)])
    assert " 2 | def\n   | --- first here\n" in text


def test_a_finding_without_a_place_names_its_file() -> None:
    found = Diagnostic(code="F101", message="no such file", path="a.scorecard", hint="look again")
    text = render_text([found])
    assert text == "error[F101]: no such file\n --> a.scorecard\n  = hint: look again\n\n1 error\n"


def test_the_last_line_counts() -> None:
    source = Source("x", "abc")
    two = [_found(source, "abc"), _found(source, "b"), warning("R101", "w", source=source)]
    assert render_text(two).splitlines()[-1] == "2 errors, 1 warning"
    assert render_text([]) == ""


def test_colour_only_where_asked() -> None:
    found = _found(CARD, "visted")
    assert "\033" not in render_text([found], color=False)
    coloured = render_text([found], color=True)
    assert "\033[1;31merror[R101]" in coloured


def test_control_characters_never_reach_the_terminal() -> None:
    source = Source("x", "a\x1b[31mb\x00")
    assert render_text([_found(source, "b")]).count("\x1b") == 0


def test_json_has_exactly_the_promised_keys() -> None:
    found = replace(_found(CARD, "visted"), hint="h", fix="f")
    assert to_json([found]) == {
        "diagnostics": [
            {
                "code": "R101",
                "severity": "error",
                "message": "no event verb `visted`",
                "file": "scorecards/inbound.scorecard",
                "line": 7,
                "column": 1,
                "end_line": 7,
                "end_column": 7,
                "hint": "h",
                "fix": "f",
            }
        ]
    }
    assert (
        to_json([Diagnostic(code="F101", message="m", path="p")])["diagnostics"][0]["line"] is None
    )


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ("visted", "visited"),
        ("Visited", "visited"),
        ("donwloaded", "downloaded"),
        ("opend email", "opened email"),
        ("tilte", "title"),
        ("xyz", None),
        ("ti", None),
        ("totally different", None),
        ("посетли", "посетил"),
    ],
)
def test_the_nearest_known_word(word: str, answer: str | None) -> None:
    known = ("visited", "downloaded", "opened email", "title", "посетил")
    assert nearest(word, known) == answer


def test_the_nearer_word_wins() -> None:
    assert nearest("emails", ["mails to", "email", "e-mail"]) == "email"

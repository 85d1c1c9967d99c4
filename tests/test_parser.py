"""Reading cards: tokens, trees, pasted text, mistakes with their places, and input of any kind."""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadcard.dsl import ast, parser
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.scan import logical_lines
from leadcard.dsl.source import Source, Span
from tests.syntax_text import short, tokens_text, tree_text

GOLDEN = Path(__file__).parent / "golden"
TOKENS = GOLDEN / "syntax" / "tokens.txt"
TREES = sorted((GOLDEN / "syntax").glob("*.scorecard"))
MISTAKES = sorted((GOLDEN / "syntax" / "errors").glob("*.scorecard"))
EXPECTED = re.compile(r"\s*### .*")


def _parse(text: str) -> tuple[ast.Scorecard, tuple[Diagnostic, ...]]:
    return parser.parse(Source("card.scorecard", text))


def _read(text: str) -> ast.Scorecard:
    card, found = _parse(text)
    assert found == ()
    return card


def _rule(text: str) -> ast.Rule:
    statement = _read(text).lines[-1].statement
    assert isinstance(statement, ast.Rule)
    return statement


def _condition(text: str) -> str:
    return short(_rule(f"{text}: +1").condition)


# --- golden files ---------------------------------------------------------------------------------


def test_the_tokens_of_each_construct(update: bool) -> None:
    lines = TOKENS.read_text("utf-8").splitlines()
    written = [line for line in lines if not line.startswith("  ")]
    source = Source("", "\n".join(line for line in written if not line.startswith("#")) + "\n")
    tokens = iter(tokens_text(source))
    made = "".join(
        f"{line}\n" if line.startswith("#") else f"{line}\n  {next(tokens)}\n" for line in written
    )
    if update:
        TOKENS.write_text(made, "utf-8")
    assert TOKENS.read_text("utf-8") == made


@pytest.mark.parametrize("path", TREES, ids=lambda path: path.stem)
def test_the_tree_of_a_card(path: Path, update: bool) -> None:
    made = tree_text(_read(path.read_text("utf-8")))
    golden = path.with_suffix(".ast")
    if update:
        golden.write_text(made, "utf-8")
    assert golden.read_text("utf-8") == made


def _annotated(path: Path) -> str:
    """The file made again, each mistake stated on the line where its span begins."""
    lines = [EXPECTED.sub("", line) for line in path.read_text("utf-8").splitlines()]
    source = Source(path.name, "\n".join(lines) + "\n")
    said: dict[int, str] = {}
    for found in parser.parse(source)[1]:
        assert found.span is not None
        line = source.position(found.span.start).line
        assert line not in said, "two diagnostics for one line"
        place = source.text[found.span.start : found.span.end]
        parts = [f"{found.code} at `{place}`: {found.message}"]
        parts += [f"hint: {found.hint}"] if found.hint else []
        parts += [f"fix: {found.fix}"] if found.fix else []
        said[line] = " | ".join(parts)
    return "".join(
        f"{line}   ### {said[number]}\n" if number in said else f"{line}\n"
        for number, line in enumerate(lines, start=1)
    )


@pytest.mark.parametrize("path", MISTAKES, ids=lambda path: path.stem)
def test_mistakes_are_named_where_they_stand(path: Path, update: bool) -> None:
    made = _annotated(path)
    if update:
        path.write_text(made, "utf-8")
    assert path.read_text("utf-8") == made


def _all_mistakes() -> list[Diagnostic]:
    texts = [re.sub(EXPECTED, "", path.read_text("utf-8")) for path in MISTAKES]
    return [found for text in texts for found in _parse(text)[1]]


def test_mistakes_are_told_in_plain_words() -> None:
    found = _all_mistakes()
    assert len(found) > 100
    for diagnostic in found:
        assert diagnostic.hint or diagnostic.fix, diagnostic.message
        assert not diagnostic.message.endswith(".")
        assert diagnostic.message[0].islower() or diagnostic.message[0] in "`‘"
        said = f"{diagnostic.message} {diagnostic.hint or ''}"
        assert not re.search(r"token|terminal|expect|pars(e|er|ing)\b|unexpected|syntax", said)


def test_most_mistakes_come_with_the_corrected_line() -> None:
    found = _all_mistakes()
    assert sum(diagnostic.fix is not None for diagnostic in found) > len(found) // 2


# --- what people paste ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "• visited pricing: +15",
        "- visited pricing : + 15",
        "visited\u00a0pricing\u3000:\t15 points",
        "visited pricing：＋１５",
        "·visited pricing:plus 15",
        "  VISITED  ",
    ],
)
def test_layout_means_nothing(line: str) -> None:
    plain = _rule("visited pricing: +15")
    if "VISITED" in line:
        assert _rule("title IS a OR b: 1").condition == _rule("title is a or b: 1").condition
    else:
        assert _rule(line) == plain


@pytest.mark.parametrize("sign", ["-", "–", "−", "－"])
def test_every_dash_is_a_minus(sign: str) -> None:
    assert short(_rule(f"visited careers: {sign}15").effect) == "Points(hundredths=-1500)"
    assert _condition(f"employees 50 {sign} 500") == _condition("employees 50-500")


@pytest.mark.parametrize("quotes", ['""', "„“", "“”", "«»", "‘’", "''", "「」"])
def test_every_pair_of_quotes_holds_a_text(quotes: str) -> None:
    opening, closing = quotes[0], quotes[1]
    chain = _rule(f"title is {opening}VP, Sales: #1 (x){closing}: +1").condition
    assert isinstance(chain.first, ast.OpTest)
    assert [text.text for text in chain.first.value] == ["VP, Sales: #1 (x)"]
    assert chain.first.value[0].quoted


def test_an_apostrophe_inside_a_word_is_no_quote() -> None:
    assert _condition("company is O’Brien's or d'Or") == _condition("company is O’Brien's or d'Or")
    chain = _rule("company is O’Brien's: +1").condition
    assert isinstance(chain.first, ast.OpTest)
    assert chain.first.value[0].text == "O’Brien's"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("visited a at least twice in the last 7 days", "visited a 2+ times in 7d"),
        ("visited a more than 3 times", "visited a 4+ times"),
        ("visited a fewer than 3 times", "visited a at most 2 times"),
        ("visited a 3x", "visited a 3+ times"),
        ("visited a over the past week", "visited a in 1w"),
        ("created less than 30 days ago", "created in 30d"),
        ("created older than 30 days", "created more than 30d ago"),
        ("title isn't one of A, B", "title is not A, B"),
        ("title doesn't include A", "title does not contain A"),
        ("phone exists", "phone is known"),
        ("phone is blank", "phone is missing"),
        ("revenue ≥ 10 million", "revenue 10m+"),
        ("revenue no more than 10 000 EUR", "revenue at most 10,000 EUR"),
        ("a followed by b within a day", "a then b within 1d"),
        ("no one active in 30d", "nobody active in 30d"),
        ("inactive for more than 90 days", "inactive 90d"),
        ("a between 30d and 7d ago", "a between 7d and 30d ago"),
        ("a and not b", "a but not b"),
    ],
)
def test_natural_spellings_mean_the_plain_one(one: str, other: str) -> None:
    assert _rule(f"{one}: +1").condition == _rule(f"{other}: +1").condition


def test_a_country_named_no_keeps_its_word() -> None:
    chain = _rule("country is NO: +1").condition
    assert isinstance(chain.first, ast.OpTest)
    assert (chain.first.op, short(chain.first.value)) == (ast.FieldOp.NO, "[NO]")


def test_spans_are_places_of_the_text() -> None:
    text = "• title is „VP Sales“ or 经理： ＋１５ [x]\n"
    source = Source("", text)
    rule = parser.parse(source)[0].lines[0].statement
    assert isinstance(rule, ast.Rule)
    assert isinstance(rule.condition.first, ast.OpTest)
    value = rule.condition.first.value[0]
    assert text[value.span.start : value.span.end] == "„VP Sales“"
    assert text[rule.effect.span.start : rule.effect.span.end] == "＋１５"
    last = rule.condition.rest[0].item
    assert text[last.span.start : last.span.end] == "经理"


def test_names_are_brought_to_one_form_of_unicode() -> None:
    assert _condition("title is Cafe\u0301") == _condition("title is Caf\u00e9")


# --- lines ----------------------------------------------------------------------------------------


def test_a_line_goes_on_over_blank_lines_and_comments() -> None:
    card = _read("a,  # one\n\n  # two\n  b or\n c: +5 # three\nd: 1\n")
    first, second = card.lines
    assert (first.first, first.last) == (1, 5)
    assert (first.inner, first.comment) == ((" one", " two"), " three")
    assert first.breaks == (1, 1)
    assert isinstance(second.statement, ast.Rule)


def test_every_line_of_a_card_is_there_and_the_bad_ones_are_left_out() -> None:
    card, found = _parse("# x\n\na: 1\nb +1\nc: 2")
    assert [line.first for line in card.lines] == [1, 3, 5]
    assert [d.code for d in found] == ["S102"]


@pytest.mark.parametrize("text", ["", "\n\n  \n", "\ufeff"])
def test_an_empty_card_has_no_lines(text: str) -> None:
    assert _read(text).lines == ()


def test_sections_of_a_bad_header_still_hold_their_lines() -> None:
    card, found = _parse("must have many:\ncountry is known\nstages (x):\nhot: 50+\n")
    assert [d.code for d in found] == ["S115", "S115"]
    assert [type(line.statement).__name__ for line in card.lines] == ["Requirement", "Stage"]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("title is CEO", True),
        ("employees 50+", True),
        ("inactive 90d", True),
        ("visited pricing 3+ times", True),
        ("country in service area", True),
        ("who they are", True),
        ("visited pricing", False),
        ("fit and engagement", False),
        ("in market", False),
        ("Профиль", False),
    ],
)
def test_a_header_that_looks_like_a_condition(words: str, answer: bool) -> None:
    assert parser.looks_like_condition(words) is answer


# --- lone conditions, events, durations -----------------------------------------------------------


def test_a_lone_condition_keeps_its_places() -> None:
    text = "fired: [visited pricing in 7d]"
    source = Source("x.yaml", text)
    chain, found = parser.parse_condition(source, Span(8, len(text) - 1))
    assert found == ()
    assert chain is not None
    assert text[chain.span.start : chain.span.end] == "visited pricing in 7d"


def test_a_lone_condition_with_a_mistake_says_so_once() -> None:
    chain, found = parser.parse_condition(Source("", "title is"))
    assert chain is None
    assert [d.code for d in found] == ["S106"]
    assert parser.parse_condition(Source("", " "))[1][0].code == "S106"


DAYS = timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "words", "times", "start", "end"),
    [
        ("visited pricing x3, 10d ago to 1d ago", "visited pricing", 3, 10 * DAYS, DAYS),
        ("visited pricing 3 times, 10d to 1d ago", "visited pricing", 3, 10 * DAYS, DAYS),
        ("requested demo, 2d ago", "requested demo", 1, 2 * DAYS, 2 * DAYS),
        ("opened email x4, 72h ago to 48h ago", "opened email", 4, 3 * DAYS, 2 * DAYS),
        ("visited, today", "visited", 1, 0 * DAYS, 0 * DAYS),
        ("visited a, yesterday", "visited a", 1, DAYS, DAYS),
        ("visited a, 2026-11-01", "visited a", 1, date(2026, 11, 1), date(2026, 11, 1)),
    ],
)
def test_an_event_line(text: str, words: str, times: int, start: object, end: object) -> None:
    event = parser.parse_event(text)
    assert isinstance(event, parser.EventLine)
    assert (event.words, event.times, event.start, event.end) == (words, times, start, end)


def test_an_event_line_with_an_instant_and_time_spent() -> None:
    event = parser.parse_event("visited pricing, 40 minutes, 2026-11-01T09:00:00Z")
    assert isinstance(event, parser.EventLine)
    assert event.seconds == Decimal(2400)
    assert event.start == datetime(2026, 11, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "visited pricing", "visited, some day", ", 3d ago"])
def test_an_event_line_that_says_too_little(text: str) -> None:
    assert isinstance(parser.parse_event(text), str)


def test_ages_durations_and_numbers() -> None:
    assert parser.parse_age("40d ago") == 40 * DAYS
    assert parser.parse_age("0d ago") == 0 * DAYS
    assert parser.parse_age("90 minutes ago") == timedelta(minutes=90)
    assert parser.parse_age("40d") is None
    duration = parser.parse_duration("three months")
    assert duration is not None
    assert duration.seconds == 90 * 86400
    assert parser.parse_duration("5m") is None
    number = parser.parse_number("€10m")
    assert number is not None
    assert (number.value, number.currency) == (Decimal(10_000_000), "€")


# --- input of any kind ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "(" * 1000 + "a" + ")" * 1000 + ": +5",
        "not " * 1000 + "a: +5",
        "(" * 50_000,
        ")" * 50_000,
        "\0" * 50_000,
        '"' * 50_001,
        "' " * 30_000,
        "» " * 30_000,
        ": " * 30_000,
        "[" * 50_000,
        "a then " * 10_000 + ": +5",
        "employees over 1 000" + " 000" * 10_000 + ": +5",
        "," * 50_000,
        "a after " * 5_000 + ": +5",
        "a,\n" * 20_000,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_a_long_or_deep_line_gives_one_diagnostic_soon(text: str) -> None:
    start = time.process_time()
    _, found = _parse(text)
    assert len(found) == 1
    assert time.process_time() - start < 10


def test_a_hundred_levels_are_deep_enough() -> None:
    assert _condition("(" * 100 + "a" + ")" * 100).count("Group") == 100
    assert [d.code for d in _parse("(" * 101 + "a" + ")" * 101 + ": 1")[1]] == ["S105"]


def test_all_bad_lines_are_told_in_one_run() -> None:
    card, found = _parse("visited pricing +5\nvisited docs: +1\n" * 500)
    assert len(found) == 500
    assert len(card.lines) == 500


_SNIPPETS = st.sampled_from(
    (
        *("title", "is", "not", "CEO", '"VP Sales"', "or", "and", ",", "(", ")", ":", "+15", "-10"),
        *("visited", "pricing", "3+", "times", "in", "7d", "within", "any", "then", "50-500", "on"),
        *("over", "under", "#", "*", "[x]", "each", "max", "once per day", "fades over", "flag"),
        *("needs must haves", "route to", "stages:", "tiers:", "must have all:", "list", "from"),
        *("grade from", "1,5", "score", "«", "“", "'", "5m", "2026-01-01", "never", "inactive"),
        *("spent", "2 minutes", "people", "anyone", "ago", "total", "since", "between", "€10m"),
        *("in the last", "\n", "fit (max 50):", "when", "best only", "5-10m", "»"),
    )
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_SNIPPETS | st.text(max_size=4), max_size=14))
def test_no_text_raises_and_each_bad_line_is_told_once(parts: list[str]) -> None:
    source = Source("card", " ".join(parts).replace("\r", "\n"))
    card, found = parser.parse(source)
    lines = [line for line in logical_lines(source) if line.pieces]
    good = [line for line in card.lines if line.statement is not None]
    assert len(found) + len(good) == len(lines)
    for diagnostic in found:
        assert diagnostic.span is not None
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(source.text)


@settings(max_examples=40, deadline=None)
@given(st.text())
def test_a_lone_condition_never_raises(text: str) -> None:
    chain, found = parser.parse_condition(Source("", text))
    assert (chain is None) == bool(found)

"""Normal forms and object tests in SQL agree with `compiler/text.py` on every text."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadcard.compiler import plan as p
from leadcard.compiler import text
from leadcard.compiler.backends.dialect_duckdb import DUCKDB
from leadcard.compiler.backends.sql_build import Build, Node, name
from leadcard.compiler.backends.sql_objects import ObjectTests
from leadcard.compiler.backends.sql_text import TextForms, engine_lower
from leadcard.compiler.lower_event import path_patterns

BUILD = Build(DUCKDB)
SETTINGS = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

ATOMS = (
    "pricing", "docs", "api", "case", "study", "CASE", "ſtudy", "经理", "цены", "a", "s", "C++",
    ".html", ".pdf", "index", "www.", "acme.com", "https://", "://", "//", "/", "/", "/", "?", "#",
    " ", "  ", "-", "_", ".", ",", ":", "\t", "\u3000", "\u200b", "\n", "’", "&", "(", "*",
    "%", "\x00",
)  # fmt: skip
OBJECTS = st.lists(st.sampled_from(ATOMS), max_size=9).map("".join)
ANY_TEXT = st.one_of(OBJECTS, st.text(max_size=12))
TERMS = st.sampled_from(
    (
        "pricing",
        "case study",
        "docs/api",
        "study",
        "经理",
        "цены",
        "tech*",
        "a",
        "s",
        "c++ a",
        "case.pdf",
    )
)
PATHS = st.sampled_from(
    ("/pricing", "/docs/*", "/docs/api", "/", "/*", "/docs/*/api", "/case-study/?", "/case.pdf",
     "/s/*", "/docs*", "/*/api", "/api.html/docs")
)  # fmt: skip


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty database."""
    with duckdb.connect() as connection:
        yield connection


def evaluated(
    database: duckdb.DuckDBPyConnection, node: Node, values: Sequence[str]
) -> list[object]:
    """`node`, which reads column `said`, for each of some texts."""
    database.execute("CREATE OR REPLACE TABLE texts (place INTEGER, said VARCHAR)")
    database.executemany("INSERT INTO texts VALUES (?, ?)", list(enumerate(values)))
    query = f"SELECT {node.sql(dialect='duckdb')} FROM texts ORDER BY place"
    return [row[0] for row in database.execute(query).fetchall()]


def forms() -> TextForms:
    return TextForms(BUILD, (), whole_table=True)


def test_lower_of_the_engine_is_what_the_repairs_count_on(
    database: duckdb.DuckDBPyConnection,
) -> None:
    letters = [chr(c) for c in text.FOLD]
    lowered = evaluated(database, BUILD.call("lower", x=name("said")), letters)
    assert lowered == [engine_lower(letter) for letter in letters]


def test_fold_is_our_table_on_every_letter(database: duckdb.DuckDBPyConnection) -> None:
    letters = [chr(c) for c in {*text.FOLD, *text.FOLD.values()}]
    folded = evaluated(database, forms().fold(name("said")), letters)
    assert folded == [letter.translate(text.FOLD) for letter in letters]


def test_classes_of_characters_are_those_of_the_language(
    database: duckdb.DuckDBPyConnection,
) -> None:
    every = [chr(c) for c in range(1, sys.maxunicode + 1) if not 0xD800 <= c <= 0xDFFF]
    for characters, said in (
        (BUILD.patterns.blank, set(text.BLANKS)),
        (BUILD.patterns.gap, {*text.BLANKS, "-", "_"}),
        (BUILD.patterns.word_break, {*text.BLANKS, *text.PUNCTUATION}),
    ):
        found = BUILD.call("search", x=name("said"), y=BUILD.text(f"[{characters}]"))
        rows = database.execute(
            f"SELECT said FROM (SELECT unnest(?::VARCHAR[]) AS said) WHERE {found.sql('duckdb')}",
            [every],
        ).fetchall()
        assert {row[0] for row in rows} == said


@SETTINGS
@given(values=st.lists(ANY_TEXT, min_size=1, max_size=12))
def test_forms(database: duckdb.DuckDBPyConnection, values: list[str]) -> None:
    folded = forms().fold(name("said"))
    assert evaluated(database, forms().text_form(folded), values) == [
        text.text_form(v) for v in values
    ]
    assert evaluated(database, forms().name_form(folded), values) == [
        text.name_form(v) for v in values
    ]
    words = [str(w) for w in evaluated(database, forms().word_form(folded), values)]
    assert [" ".join(w.split(" ")).strip(" ") for w in words] == [
        text.word_form(v).strip(" ") for v in values
    ]
    assert evaluated(database, forms().is_path(folded), values) == [text.is_path(v) for v in values]
    path_forms = evaluated(database, forms().path_form(folded), values)
    for value, found in zip(values, path_forms, strict=True):
        if text.is_path(value):
            assert found == text.path_form(value)
    said_so = forms().says_anything(name("said"), forms().name_form(folded))
    says = evaluated(database, said_so, values)
    assert says == [not text.is_blank(v) for v in values]


@SETTINGS
@given(
    values=st.lists(ANY_TEXT, min_size=1, max_size=20),
    term=TERMS,
    path=PATHS,
    kind=st.integers(0, 4),
)
def test_objects(
    database: duckdb.DuckDBPyConnection, values: list[str], term: str, path: str, kind: int
) -> None:
    words = p.ObjectWords(
        needles=(text.needle(term),),
        segments=(f"/{text.name_form(term)}/", text.path_form("/" + term.replace(" ", "/"))),
    )
    whole = p.ObjectIs(values=(text.name_form(term), text.name_form(path.replace("*", ""))))
    paths = p.ObjectPath(patterns=path_patterns(path))
    tests = ((words,), (whole,), (paths,), (words, paths), (words, whole))[kind]
    made = ObjectTests(BUILD, tests, name("said"))
    expected = [any(holds(test, value) for test in tests) for value in values]
    found = evaluated(database, made.test(), values)
    assert [bool(f) for f in found] == expected
    rejects = made.rejects()
    if rejects is not None:
        for rejected, holds_there in zip(
            evaluated(database, rejects, values), expected, strict=True
        ):
            assert not (rejected and holds_there)


def holds(test: p.ObjectTest, value: str) -> bool:
    """A test on an object, as the plan describes it."""
    is_path = text.is_path(value)
    match test:
        case p.ObjectWords():
            if is_path:
                return any(s in text.path_form(value) for s in test.segments)
            return any(n.text in text.word_form(value) for n in test.needles)
        case p.ObjectIs():
            cut = re.split(r"[?#]", value, maxsplit=1)[0] if is_path else value
            return text.name_form(cut) in test.values
        case p.ObjectPath():
            return is_path and any(meets(text.path_form(value), x) for x in test.patterns)


def meets(form: str, pattern: str) -> bool:
    """Whether a form meets a pattern with wildcards."""
    steps = {"*": ".*", "?": "."}
    expression = "".join(steps.get(char) or re.escape(char) for char in pattern)
    return re.fullmatch(expression, form, re.DOTALL) is not None

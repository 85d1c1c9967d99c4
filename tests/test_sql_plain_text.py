"""Normal forms without regular expressions agree with `compiler/text.py`, on each database."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from leadcard.compiler import text
from leadcard.compiler.backends.dialects import DIALECTS
from leadcard.compiler.backends.sql_build import Build, Node, alias, col, name, select
from leadcard.compiler.backends.sql_plain_text import PlainForms
from tests.agreement.databases import DATABASES, Database, missing
from tests.test_sql_text import ANY_TEXT

SETTINGS = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
# Texts in PostgreSQL hold no NUL, those of SQLite end at one; no text holds half a character.
TEXTS = ANY_TEXT.map(
    lambda said: "".join(c for c in said if c != "\0" and not "\ud800" <= c <= "\udfff")
)


REACHED = {name: each for name, each in DATABASES.items() if isinstance(each, Database)}


@pytest.fixture(params=sorted(REACHED))
def database(request: pytest.FixtureRequest) -> str:
    """The name of a database that can be reached."""
    why = missing(str(request.param))
    if why:
        pytest.skip(why)
    return str(request.param)


def evaluated(database: str, values: Sequence[str], *steps: Node) -> list[object]:
    """The last of `steps` for each of some texts; each reads `said` and then `step_n`.

    Each step is worked out apart, as in statements: MariaDB overwrites texts that two parts share.
    """
    connected, dialect = REACHED[database], DIALECTS[database]
    cursor = connected.connection().cursor()
    cursor.execute("DROP TABLE IF EXISTS texts")
    cursor.execute("CREATE TABLE texts (place INTEGER, said TEXT)")
    added = f"INSERT INTO texts VALUES ({connected.mark}, {connected.mark})"
    cursor.executemany(added, list(enumerate(values)))
    last = select(col(f"step_{len(steps) - 1}")).order_by("place").from_(f"after_{len(steps) - 1}")
    before = "texts"
    for step, node in enumerate(steps):
        query = select(exp.Star(), alias(node.copy(), f"step_{step}")).from_(before)
        if dialect.limit is not None:
            query = query.limit(dialect.limit)
        before, kept = f"after_{step}", dialect.kept or None
        last = last.with_(before, as_=query, materialized=kept)
    cursor.execute(last.sql(dialect=dialect.sqlglot))
    return [row[0] for row in cursor.fetchall()]


def forms(database: str) -> PlainForms:
    return PlainForms(Build(DIALECTS[database]), (), whole_table=True)


def test_fold_is_our_table_on_every_letter(database: str) -> None:
    letters = [chr(c) for c in {*text.FOLD, *text.FOLD.values()}]
    folded = evaluated(database, letters, forms(database).fold(name("said")))
    assert folded == [letter.translate(text.FOLD) for letter in letters]


def test_a_fold_by_steps_is_our_table_on_every_letter(database: str) -> None:
    letters = [chr(c) for c in {*text.FOLD, *text.FOLD.values()}]
    given = [name("said"), *(col(f"step_{n}") for n in range(9))]
    steps = [change(of) for change, of in zip(forms(database).folding(), given, strict=False)]
    assert (len(steps) > 1) == (database == "mariadb")
    folded = evaluated(database, letters, *steps)
    assert folded == [letter.translate(text.FOLD) for letter in letters]


def test_blanks_are_spaces_and_nothing_else_is(database: str) -> None:
    every = [*(chr(c) for c in range(1, 0x3100)), "\ufeff"]
    folded = evaluated(database, every, forms(database).fold(name("said")))
    assert {c for c, seen in zip(every, folded, strict=True) if seen == " "} == set(text.BLANKS)


@SETTINGS
@given(values=st.lists(TEXTS, min_size=1, max_size=8))
def test_forms(database: str, values: list[str]) -> None:
    made = forms(database)
    folded, step = made.fold(name("said")), col("step_0")
    for node, form in (
        (made.text_form(step), text.text_form),
        (made.name_form(step), text.name_form),
        (made.word_form(step), text.word_form),
        (made.asset_form(step), text.asset_form),
    ):
        assert evaluated(database, values, folded, node) == [form(value) for value in values]


@SETTINGS
@given(values=st.lists(TEXTS, min_size=1, max_size=8))
@example(values=["/docs/api", "/https://pricing", "https://a.org/b//c.pdf/"])
def test_paths(database: str, values: list[str]) -> None:
    made = forms(database)
    folded = made.fold(name("said"))
    is_path = evaluated(database, values, folded, made.is_path(col("step_0")))
    assert [bool(found) for found in is_path] == [text.is_path(value) for value in values]
    steps = (
        folded,
        made.without_query(col("step_0")),
        made.after_host(col("step_1")),
        made.from_slash(col("step_2")),
        made.without_end(col("step_3")),
        made.without_ending(col("step_4")),
        made.path_form(col("step_5")),
    )
    paths = [value for value in values if text.is_path(value)]
    if paths:
        assert evaluated(database, paths, *steps) == [text.path_form(value) for value in paths]


@pytest.mark.parametrize(
    ("value", "pattern", "met"),
    [
        ("abc", "a*", True),
        ("abc", "a?c", True),
        ("a🚀c", "a?c", True),
        ("a_c", "a_c*", True),
        ("abc", "a_c*", False),
        ("100%", "100%*", True),
        ("1000", "100%*", False),
        ("a!b", "a!*", True),
        ("a\\b", "a\\*", True),
        ("a\nb", "a*b", True),
    ],
)
def test_wildcards(database: str, value: str, pattern: str, met: bool) -> None:
    node = forms(database).meets(name("said"), [pattern])
    assert [bool(found) for found in evaluated(database, [value], node)] == [met]


def test_few_letters_are_exchanged_as_many_are(database: str) -> None:
    build = Build(DIALECTS[database])
    for letters, by in (("ab", "xy"), ("abcdefghijklmnop", "xyxyxyxyxyxyxyxy")):
        node = build.exchanged(name("said"), letters, by)
        assert evaluated(database, ["a-b-z", ""], node) == ["x-y-z", ""]

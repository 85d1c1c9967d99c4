"""Names that databases would cut, and lines that they cannot say: both are told by their line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from leadcard.compiler.backends import sql
from leadcard.compiler.backends.dialects import DIALECTS
from leadcard.compiler.backends.sql_facts import AsOf, Unsupported
from leadcard.compiler.pipeline import check_source
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.source import Source
from leadcard.runtime.harness.runner import unsupported_line
from tests.agreement.databases import DATABASES, missing
from tests.command_line import leadcard

# `section_` and this are 63 bytes in PostgreSQL.
LONGEST = "s" * 55


def _refusal(tmp_path: Path, section: str, dialect: str, *more: str) -> str:
    (tmp_path / "a.scorecard").write_text(f"title is CEO: +1\n{section}:\n  title is CTO: +1\n")
    command = ("compile", "a.scorecard", "--to", "sql", "--dialect", dialect, *more)
    return leadcard(*command, folder=tmp_path).stderr


@pytest.mark.parametrize(
    ("dialect", "section", "size"),
    [
        ("postgres", LONGEST + "s", "64 bytes, and postgres takes 63"),
        ("postgres", "é" * 28, "64 bytes, and postgres takes 63"),
        ("redshift", "é" * 60, "128 bytes, and redshift takes 127"),
        ("mysql", "é" * 57, "65 characters, and mysql takes 64"),
        ("tsql", "s" * 121, "129 characters, and tsql takes 128"),
    ],
)
def test_a_section_that_would_be_cut_is_refused(
    tmp_path: Path, dialect: str, section: str, size: str
) -> None:
    said = _refusal(tmp_path, section, dialect)
    assert "error[C102]" in said
    assert f"has {size}" in said
    assert "a.scorecard:2:1" in said


@pytest.mark.parametrize(
    ("dialect", "section"),
    [("postgres", LONGEST), ("duckdb", "s" * 300), ("mysql", "é" * 56), ("tsql", "s" * 120)],
)
def test_a_section_that_fits_is_not(tmp_path: Path, dialect: str, section: str) -> None:
    assert "C102" not in _refusal(tmp_path, section, dialect)


def test_a_model_of_dbt_that_would_be_cut_is_refused(tmp_path: Path) -> None:
    card = f"{'c' * 60}.scorecard"
    (tmp_path / card).write_text("title is CEO: +1\n")
    command = ("compile", card, "--to", "dbt", "--dialect", "postgres", "-o", "out")
    done = leadcard(*command, folder=tmp_path)
    assert done.code == 1
    assert f"error[C102]: the model `stg_{'c' * 60}_leads` has 70 bytes" in done.stderr


def test_the_longest_names_are_told_apart_by_the_server() -> None:
    """Two sections and two long columns, alike in all but their last letter."""
    why = missing("postgres")
    if why is not None:
        pytest.skip(why)
    columns = [f"{'c' * 62}{end}" for end in "ab"]
    card = f"{LONGEST[:-1]}a:\n  {columns[0]} is x: +1\n{LONGEST[:-1]}b:\n  {columns[1]} is y: +2\n"
    known = builtin()
    field = known.field_index["industry"]
    odd = tuple(replace(field, name=c, column=c, aka=(), declared=True) for c in columns)
    checked = check_source(Source("a.scorecard", card), replace(known, fields=known.fields + odd))
    assert checked.plan is not None, checked.diagnostics
    cursor = DATABASES["postgres"].connection().cursor()
    cursor.execute("DROP SCHEMA IF EXISTS names CASCADE; CREATE SCHEMA names")
    try:
        cursor.execute("SET search_path TO names")
        cursor.execute(
            f"CREATE TABLE leads (lead_id text, {', '.join(f'{c} text' for c in columns)})"
        )
        cursor.execute("INSERT INTO leads VALUES ('1', 'x', 'z'), ('2', 'x', 'y')")
        cursor.execute(
            'CREATE TABLE events (lead_id text, verb text, object text, "at" timestamptz)'
        )
        plain = frozenset({"lead_id", "verb", "object", "at"})
        facts = sql.Facts(event_columns=plain, absent=frozenset({"created"}))
        when = AsOf(parameter="as_of")
        query = sql.to_sql(checked.plan, as_of=when, dialect="postgres", facts=facts)
        cursor.execute(query.replace(":as_of", "'2026-11-21T12:00:00Z'"))
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    finally:
        cursor.execute("RESET search_path")
    sections = (f"section_{LONGEST[:-1]}a", f"section_{LONGEST[:-1]}b")
    found = {row["lead_id"]: tuple(int(row[s]) for s in sections) for row in rows}
    assert found == {"1": (1, 0), "2": (1, 2)}


# --- what a database lacks ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("card", "line", "words"),
    [
        ("title is CEO: +5\n5+ events within any 24h: +5\n", 2, "`5+ events within any 24h`"),
        (
            "title is CEO: +5\n  must have all:\n  3+ visits within any 1h\n",
            3,
            "`visited 3+ times within any 1h`",
        ),
    ],
)
def test_the_line_that_a_database_cannot_say_is_named(
    monkeypatch: pytest.MonkeyPatch, card: str, line: int, words: str
) -> None:
    duckdb = DIALECTS["duckdb"]
    left = {name: text for name, text in duckdb.fragments.items() if " OVER " not in text}
    monkeypatch.setattr(sql, "DIALECTS", {"duckdb": replace(duckdb, fragments=left)})
    checked = check_source(Source("a.scorecard", card), builtin())
    assert checked.plan is not None, checked.diagnostics
    with pytest.raises(Unsupported) as caught:
        sql.to_sql(checked.plan, as_of=AsOf(parameter="as_of"))
    found = unsupported_line(checked, caught.value)
    assert found.message.startswith(f"not supported yet: {words}")
    assert found.message.endswith(" in duckdb")
    assert found.source is not None
    assert found.span is not None
    assert found.source.position(found.span.start).line == line


def test_the_character_nul_is_refused_where_no_text_can_hold_it(tmp_path: Path) -> None:
    (tmp_path / "leadcard.yaml").write_text(
        'leads: {fields: {industry: {column: industry, missing: ["a\\0b"]}}}\n'
    )
    (tmp_path / "a.scorecard").write_text("title is CEO: +1\nindustry is known: +5\n")
    command = ("compile", "a.scorecard", "--to", "sql", "--dialect")
    refused = leadcard(*command, "postgres", folder=tmp_path)
    assert "error[C101]: not supported yet: `industry is known` in postgres" in refused.stderr
    assert "a.scorecard:2:1" in refused.stderr
    assert leadcard(*command, "duckdb", folder=tmp_path).code == 0

"""Dialects whose databases cannot be run here: a parser of theirs reads their SQL, at least."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from leadcard.compiler.backends import sql
from leadcard.compiler.backends.dbt_unit_tests import Cells, UnitTest
from leadcard.compiler.backends.dialects import DIALECTS, GENERATED, NOT_RUN
from leadcard.compiler.backends.sql import to_reasons_sql, to_sql
from leadcard.compiler.backends.sql_facts import AsOf, ColumnType, Facts
from leadcard.compiler.pipeline import check_file
from leadcard.compiler.plan import FieldKind, Plan
from leadcard.dsl.read import read_source
from leadcard.dsl.source import Source
from leadcard.runtime.harness.dbt_samples import dbt_samples
from leadcard.runtime.harness.engines import run_duckdb, run_python
from leadcard.runtime.harness.read_samples import read_samples
from tests import fakesnow_runs
from tests.command_line import leadcard

PAGE = Path(__file__).parent.parent / "docs" / "generated-dialects.md"
RESERVED = Path(__file__).parent / "golden" / "sql" / "reserved.txt"
CARDS = Path(__file__).parent.parent / "scorecards"
TOUR = CARDS / "language-tour" / "language-tour.scorecard"
MOMENT = AsOf(literal=datetime(2026, 11, 21, 12, tzinfo=UTC))


NAMES = [d.name for d in GENERATED]
TITLES = {"redshift": "Redshift", "snowflake": "Snowflake", "databricks": "Databricks"} | {
    "trino": "Trino",
    "tsql": "T-SQL",
}
# Words before brackets that are no functions.
KEYWORDS = {
    "ALL", "AND", "AS", "BY", "CASE", "ELSE", "EXISTS", "FROM", "IN", "JOIN", "NOT", "ON", "OR",
    "OVER", "SELECT", "THEN", "VALUES", "WHEN", "WHERE", "WITH",
}  # fmt: skip


def _plan(card: Path) -> Plan:
    made = check_file(card, vocabulary=None).plan
    assert made is not None
    return made


@cache
def _statements(dialect: str) -> tuple[str, str]:
    """The whole language in a dialect: the scores, and the reasons as a table."""
    plan = _plan(TOUR)
    return (
        to_sql(plan, as_of=MOMENT, dialect=dialect, reasons=True),
        to_reasons_sql(plan, as_of=MOMENT, dialect=dialect),
    )


@cache
def _trees(dialect: str) -> tuple[exp.Expr, ...]:
    """The same as a parser of the dialect reads it."""
    found = [sqlglot.parse(text, read=DIALECTS[dialect].sqlglot) for text in _statements(dialect)]
    assert all(len(one) == 1 for one in found)
    return tuple(one[0] for one in found if one[0] is not None)


def _functions(text: str) -> set[str]:
    """The words before brackets, outside texts, comments and quotes."""
    bare = re.sub(r"/\*.*?\*/|--[^\n]*", " ", text, flags=re.DOTALL)
    bare = re.sub(r"'(?:[^'\\]|''|\\.)*'|\"[^\"]*\"|`[^`]*`", "''", bare, flags=re.DOTALL)
    return set(re.findall(r"\b([A-Z_][A-Z0-9_]*)\s?\(", bare)) - KEYWORDS


def _used(dialect: str) -> set[str]:
    """The functions of the whole language and of all fragments of a dialect."""
    known = DIALECTS[dialect]
    parsed = (
        sqlglot.parse_one(f"SELECT {f}", read=known.sqlglot) for f in known.fragments.values()
    )
    fragments = (tree.sql(dialect=known.sqlglot) for tree in parsed)
    return set().union(*map(_functions, (*_statements(dialect), *fragments)))


@pytest.mark.parametrize("dialect", NAMES)
def test_the_page_lists_what_the_statements_call(dialect: str) -> None:
    """sqlglot does not know which functions a database has; the page says where each was read."""
    section = (
        PAGE.read_text(encoding="utf-8").split(f"### {TITLES[dialect]}\n")[1].split("\n### ")[0]
    )
    rows = [line.split("|")[1:3] for line in section.splitlines() if line.startswith("| `")]
    listed = [name for names, _ in rows for name in re.findall(r"`([A-Z0-9_]+)`", names)]
    assert sorted(listed) == sorted(_used(dialect))
    assert all(re.fullmatch(r" <https://[\w./-]+> ", address) for _, address in rows)


@pytest.mark.parametrize("dialect", NAMES)
def test_no_name_is_a_reserved_word(dialect: str) -> None:
    lines = RESERVED.read_text(encoding="utf-8").replace("\n    ", " ").splitlines()
    reserved = dict(line.split(": ", 1) for line in lines if not line.startswith("#"))
    for tree in _trees(dialect):
        bare = {n.name.upper() for n in tree.find_all(exp.Identifier) if not n.args.get("quoted")}
        assert bare & set(reserved[dialect].split()) == set()


@pytest.mark.parametrize("dialect", ["snowflake", "redshift"])
def test_lists_are_joined_where_in_asks_no_query(dialect: str) -> None:
    for tree in _trees(dialect):
        assert not [found for found in tree.find_all(exp.In) if found.args.get("query")]
        assert len([j for j in tree.find_all(exp.Join) if j.alias_or_name.startswith("list_")]) > 2


def test_redshift_has_texts_of_a_type_and_times_without_zone() -> None:
    for tree in _trees("redshift"):
        columns = [column for query in tree.find_all(exp.Select) for column in query.expressions]
        assert not [c for c in columns if isinstance(c.unalias(), exp.Literal) and c.is_string]
        for found in tree.find_all(exp.DateDiff):
            for time in (found.this, found.expression):
                zoned = isinstance(time, exp.Cast) and time.to.is_type("timestamptz")
                assert not zoned


def test_transact_sql_keeps_within_its_limits() -> None:
    for tree in _trees("tsql"):
        assert all(found.args.get("length") for found in tree.find_all(exp.Substring))
        depths = [_depth(case) for case in tree.find_all(exp.Case, exp.Coalesce)]
        assert max(depths) <= 10
    assert "AS NVARCHAR(MAX)) + CASE" in _statements("tsql")[0]
    assert "rules.[rule]" in _statements("tsql")[1]


def _depth(case: exp.Expr | None) -> int:
    """In how many CASE and COALESCE of one query an expression stands, itself among them."""
    depth = 0
    while case is not None and not isinstance(case, exp.Select):
        depth += isinstance(case, exp.Case | exp.Coalesce)
        case = case.parent
    return depth


def test_transact_sql_counts_in_units_of_utf_16(tmp_path: Path) -> None:
    (tmp_path / "a.scorecard").write_text('title ends with "x🚀": +15\n', encoding="utf-8")
    plan = _plan(tmp_path / "a.scorecard")
    assert "RIGHT(title_text, 3) = N'x🚀'" in to_sql(plan, as_of=MOMENT, dialect="tsql")
    assert "RIGHT(title_text, 2) = 'x🚀'" in to_sql(plan, as_of=MOMENT, dialect="redshift")


@pytest.mark.parametrize("dialect", sorted(NOT_RUN))
def test_the_command_says_that_it_was_not_run(dialect: str, tmp_path: Path) -> None:
    (tmp_path / "a.scorecard").write_text("visited pricing: +15\n", encoding="utf-8")
    done = leadcard("compile", "a.scorecard", "--to", "sql", "--dialect", dialect, folder=tmp_path)
    assert done.code == 0
    assert "generated, not run" in done.stderr
    plain = leadcard("compile", "a.scorecard", "--to", "sql", folder=tmp_path)
    assert "generated, not run" not in plain.stderr


def test_mysql_exchanges_more_letters_than_can_be_nested(tmp_path: Path) -> None:
    card = "downloaded: +5 each asset\ntitle is the same as company: +5\n"
    (tmp_path / "a.scorecard").write_text(card, encoding="utf-8")
    done = leadcard(
        "compile", "a.scorecard", "--to", "sql", "--dialect", "mysql", "--reasons", folder=tmp_path
    )
    assert done.code == 0
    assert max(len(line) - len(line.lstrip()) for line in done.stdout.splitlines()) < 200


def test_snowflake_looks_for_plain_names_in_capitals(tmp_path: Path) -> None:
    (tmp_path / "a.scorecard").write_text("title is CEO: +15\n", encoding="utf-8")
    done = leadcard(
        "compile", "a.scorecard", "--to", "sql", "--dialect", "snowflake", folder=tmp_path
    )
    assert 'leads."TITLE"' in done.stdout
    assert '"title"' not in done.stdout


@pytest.mark.slow
def test_truth_as_numbers_scores_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """What sets Transact-SQL apart, but for its functions, run on DuckDB: the whole language."""
    changed = replace(DIALECTS["duckdb"], transact=True)
    monkeypatch.setattr(sql, "DIALECTS", {"duckdb": changed})
    plan = _plan(TOUR)
    source = read_source(TOUR.with_name("language-tour.leads.yaml"))
    assert isinstance(source, Source)
    file, _ = read_samples(source, check_file(TOUR, vocabulary=None), plan)
    assert file is not None
    statement = to_sql(plan, as_of=MOMENT, reasons=True)
    assert "fired_1 = 1" in statement
    assert "WHEN fired_1 THEN" not in statement
    outcomes = run_duckdb(plan, file)
    wanted = run_python(plan, file)
    for found, expected in zip(outcomes, wanted, strict=True):
        assert found is not None
        assert expected is not None
        assert found.values == expected.values
        assert [(r.line, r.points, r.events) for r in found.reasons] == [
            (r.line, r.points, r.events) for r in expected.reasons
        ]


# --- fakesnow -------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", ["industrial", "language-tour"])
def test_sample_leads_on_fakesnow(name: str) -> None:
    """The sample leads get their scores on an imitation of Snowflake, types of columns given."""
    reason = fakesnow_runs.missing()
    if reason is not None:
        pytest.skip(reason)
    card = CARDS / name / f"{name}.scorecard"
    checked = check_file(card, vocabulary=None)
    plan = _plan(card)
    source = read_source(card.with_name(f"{name}.leads.yaml"))
    assert isinstance(source, Source)
    file, _ = read_samples(source, checked, plan)
    assert file is not None
    samples = dbt_samples(plan, file, "card")
    assert not samples.failing
    tests = samples.tests[:4]
    results = fakesnow_runs.rows_of([_case(plan, test) for test in tests])
    for test, rows in zip(tests, results, strict=True):
        found = {str(row["lead_id"]): row for row in rows}
        assert found.keys() == {row["lead_id"] for row in test.expected}
        for wanted in test.expected:
            row = found[wanted["lead_id"]]
            for column, value in wanted.items():
                said = row[column]
                same = said == value or Decimal(str(said)) == Decimal(value)
                assert same, (wanted["lead_id"], column, said, value)


def _case(plan: Plan, test: UnitTest) -> dict[str, Any]:
    """A unit test as a statement with its tables."""
    columns = {"lead_id": "VARCHAR", "account_id": "VARCHAR"}
    types: dict[str, ColumnType] = {}
    for field in plan.fields:
        is_time = field.kind is FieldKind.TIME
        if field.domain_of is None:
            columns[field.column] = "TIMESTAMP_NTZ" if is_time else "VARCHAR"
            types[field.column] = "time" if is_time else "text"
        if field.currency is not None:
            columns[field.currency] = "VARCHAR"
            types[field.currency] = "text"
    facts = Facts(types=types, seconds_type="text", same_ids=True)
    when = replace(MOMENT, literal=test.as_of)
    events = ("event_id", "lead_id", "verb", "object", "at", "seconds")
    kinds = {name: "TIMESTAMP_NTZ" if name == "at" else "VARCHAR" for name in events}
    entries = [[long.name, entry] for long in plan.lists for entry in long.entries]
    return {
        "statement": to_sql(plan, as_of=when, dialect="snowflake", facts=facts),
        "tables": {
            "leads": {"columns": columns, "rows": _cells(test.leads, columns)},
            "events": {"columns": kinds, "rows": _cells(test.events, kinds)},
            "leadcard_lists": {
                "columns": {"list": "VARCHAR", "value": "VARCHAR"},
                "rows": _needed(entries, test),
            },
        },
    }


def _cells(rows: Sequence[Cells], columns: dict[str, str]) -> list[list[str | None]]:
    return [[_cell(row.get(column)) for column in columns] for row in rows]


def _cell(value: str | datetime | None) -> str | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
    return value


def _needed(entries: list[list[str]], test: UnitTest) -> list[list[str]]:
    """The entries of long lists that a value of the leads could meet."""
    values = [v.casefold() for row in test.leads for v in row.values() if isinstance(v, str)]
    return [entry for entry in entries if any(entry[1] in value for value in values)]

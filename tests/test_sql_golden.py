"""One small card in the SQL of each dialect, whole: what changes in a statement shows in a diff."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from leadcard.compiler.backends.dialects import DIALECTS
from leadcard.compiler.backends.sql import AsOf, to_reasons_sql, to_sql
from leadcard.compiler.pipeline import check_source
from leadcard.compiler.plan import Plan
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.source import Source

GOLDEN = Path(__file__).parent / "golden" / "sql"
MOMENT = AsOf(literal=datetime(2026, 11, 21, 12, tzinfo=UTC))


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan of the small card."""
    text = (GOLDEN / "small.scorecard").read_text(encoding="utf-8")
    made = check_source(Source("small.scorecard", text), builtin()).plan
    assert made is not None
    return made


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_statement(plan: Plan, dialect: str, update: bool) -> None:
    # The version is of the compiler too: it changes with every change of it.
    written = to_sql(plan, as_of=MOMENT, dialect=dialect)
    written = re.sub(r"(?m)^-- version: .*$", "-- version: of this card", written)
    written = written.replace(f"'{plan.version}'", "'of this card'")
    path = GOLDEN / f"small.{dialect}.sql"
    if update:
        path.write_text(written, encoding="utf-8")
    assert written == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_as_of_stands_in_one_place(plan: Plan, dialect: str) -> None:
    for written in (
        to_sql(plan, as_of=MOMENT, dialect=dialect, reasons=True),
        to_reasons_sql(plan, as_of=MOMENT, dialect=dialect),
    ):
        assert written.count("2026-11-21 12:00") == 1
    named = to_sql(plan, as_of=AsOf(parameter="when_scored"), dialect=dialect)
    assert named.count(DIALECTS[dialect].parameter.format("when_scored")) == 1


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_each_rule_stands_beside_its_column(plan: Plan, dialect: str) -> None:
    written = to_sql(plan, as_of=MOMENT, dialect=dialect)
    for rule in plan.rules:
        assert f"/* line {rule.line}: {rule.source}" in written


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
@pytest.mark.parametrize("unseen", ["\t", "\u200b", "\u00a0", "\ufeff", "\r", "\0"])
def test_no_unseen_characters(plan: Plan, dialect: str, unseen: str) -> None:
    if unseen in DIALECTS[dialect].spelled:
        assert unseen not in to_sql(plan, as_of=MOMENT, dialect=dialect)

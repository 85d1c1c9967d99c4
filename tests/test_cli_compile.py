"""`leadcard compile` for databases: files, views, tables, reasons."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.command_line import leadcard

CARD = """\
scorecard: Inbound

title is CEO: +15
email domain in our partners: +5
* requested demo: +25

stages:
  hot: 40+
  cold: below 40

list our partners: acme.com
"""
TABLES = """
CREATE TABLE leads (lead_id TEXT, created TEXT, title TEXT, email TEXT);
INSERT INTO leads VALUES ('a', '2026-01-02', 'ceo', 'x@mail.acme.com'), ('b', NULL, '', NULL),
  ('late', '2026-12-24', 'CEO', NULL);
CREATE TABLE events (event_id TEXT, lead_id TEXT, verb TEXT, object TEXT, at TEXT, seconds REAL);
INSERT INTO events VALUES (NULL, 'a', 'requested', 'Demo', '2026-11-20 10:00:00.5+01:00', NULL),
  (NULL, 'b', 'requested', 'demo', '2026-11-21T12:00:00.000001Z', NULL);
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a card."""
    (tmp_path / "inbound.scorecard").write_text(CARD, encoding="utf-8")
    return tmp_path


def compiled(folder: Path, *options: str) -> int:
    """The exit code of compiling the card to `inbound.sql` for SQLite."""
    command = ("compile", "inbound.scorecard", "--to", "sql", "--dialect", "sqlite")
    return leadcard(*command, "-o", "inbound.sql", *options, folder=folder).code


def test_a_promise_that_ids_do_not_repeat_makes_statements_shorter(folder: Path) -> None:
    card = folder / "inbound.scorecard"
    card.write_text("visited pricing 3+ times: +5\n" + card.read_text(encoding="utf-8"))
    assert compiled(folder) == 0
    assert "event_id" in (folder / "inbound.sql").read_text(encoding="utf-8")
    (folder / "leadcard.yaml").write_text("events: {unique: yes}\n", encoding="utf-8")
    assert compiled(folder, "--reasons") == 0
    for file in ("inbound.sql", "inbound.reasons.sql"):
        assert "event_id" not in (folder / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("made", ["view", "table"])
def test_scores_and_reasons_are_made_and_made_again(folder: Path, made: str) -> None:
    options = ("--as", made, "--reasons", "--as-of", "2026-11-21T12:00:00Z")
    assert compiled(folder, *options) == 0
    with sqlite3.connect(":memory:") as database:
        database.executescript(TABLES)
        for _ in range(2):
            for file in ("inbound.sql", "inbound.reasons.sql"):
                database.executescript((folder / file).read_text(encoding="utf-8"))
        columns = "lead_id, score, stage, key_conversions"
        scores = database.execute(f"SELECT {columns} FROM lead_scores ORDER BY lead_id").fetchall()
        reasons = database.execute(
            "SELECT lead_id, line, rule, section, points, counted, events, latest"
            " FROM lead_reasons ORDER BY lead_id, line"
        ).fetchall()
    database.close()
    assert scores == [("a", 45, "hot", "requested demo"), ("b", 0, "cold", "")]
    assert reasons == [
        ("a", 3, "title is CEO", "score", 15, 1, 0, None),
        ("a", 4, "email domain in our partners", "score", 5, 1, 0, None),
        ("a", 5, "requested demo", "score", 25, 1, 1, "2026-11-20 09:00:00.500000+00:00"),
    ]


def test_the_moment_may_be_a_parameter(folder: Path) -> None:
    assert compiled(folder) == 0
    statement = (folder / "inbound.sql").read_text(encoding="utf-8")
    with sqlite3.connect(":memory:") as database:
        database.executescript(TABLES)
        found = {}
        for moment in ("2026-11-20T09:00:00.500000Z", "2026-11-20T10:00:00.499999+01:00"):
            rows = database.execute(statement, {"as_of": moment}).fetchall()
            found[moment] = {row[0]: row[4] for row in rows}
    database.close()
    assert list(found.values()) == [{"a": 45, "b": 0}, {"a": 20, "b": 0}]


def test_two_statements_on_one_page_are_parted(folder: Path) -> None:
    command = ("compile", "inbound.scorecard", "--to", "sql", "--dialect", "postgres")
    done = leadcard(*command, "--reasons", folder=folder)
    assert done.code == 0
    scores, reasons = done.stdout.split(";\n\n")
    assert scores.count(":as_of") == reasons.count(":as_of") == 1


def test_a_view_is_of_the_moment_at_which_it_is_read(folder: Path) -> None:
    command = (
        "compile",
        "inbound.scorecard",
        "--to",
        "sql",
        "--dialect",
        "postgres",
        "--as",
        "view",
    )
    done = leadcard(*command, folder=folder)
    assert done.code == 0
    assert "as_of" in done.stdout
    assert ":as_of" not in done.stdout
    assert done.stdout.count("CURRENT_TIMESTAMP") == 1
    fixed = leadcard(*command, "--as-of", "2026-11-21", folder=folder)
    assert "CURRENT_TIMESTAMP" not in fixed.stdout

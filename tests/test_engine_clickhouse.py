"""ClickHouse as the engine of `leadcard score`: all in the server, whole or not at all.

The server is ClickHouse in a folder (`chdb`), which takes one process at a time: the folder is
filled and read by the same client that the engine opens.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from leadcard.compiler.backends.sql import AsOf, to_sql
from leadcard.compiler.pipeline import check_source
from leadcard.compiler.plan import Plan
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.source import Source
from leadcard.runtime.data_error import DataError
from leadcard.runtime.engine_clickhouse import ClickHouseJob, score_in_clickhouse
from tests.agreement.clickhouse_inside import end_session
from tests.command_line import leadcard

PASSWORD = "s3cret"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CARD = """\
title contains "head of", CEO: +20
employees 50+: +5
email domain personal: -10
visited pricing 2+ times in 30d: +15
stages:
  hot: 30+
  cold: below 30
"""
TABLES = r"""
    CREATE DATABASE crm;
    CREATE TABLE crm.leads (lead_id String, title Nullable(String), employees Nullable(Int32),
      email Nullable(String), created Nullable(DateTime64(6, 'UTC')))
      ENGINE = MergeTree ORDER BY lead_id;
    INSERT INTO crm.leads VALUES
      ('a', 'Head of IT', 60, 'a@acme.com', '2026-01-01 00:00:00'),
      ('b', 'CEO''s \\ "cat" --', 20, 'b@gmail.com', NULL),
      ('late', 'CEO', 20, NULL, '2026-12-01 00:00:00');
    CREATE TABLE crm.events (lead_id String, verb LowCardinality(String), object String,
      at DateTime('Europe/Berlin')) ENGINE = MergeTree ORDER BY lead_id;
    INSERT INTO crm.events VALUES
      ('a', 'visited', '/pricing', '2026-11-20 12:00:00'),
      ('a', 'visited', 'https://acme.com/pricing?x', '2026-11-19 12:00:00');
    CREATE TABLE crm.customers (lead_id String) ENGINE = MergeTree ORDER BY lead_id;
    CREATE VIEW crm.people AS SELECT * FROM crm.leads
"""
SCORES = [("a", 40), ("b", 10)]


@contextmanager
def _reached(address: str) -> Iterator[Any]:
    driver = pytest.importorskip("clickhouse_connect")
    end_session()
    client = driver.get_client(interface="chdb", path=address.removeprefix("chdb://"))
    try:
        yield client
    finally:
        client.close()


def _run(address: str, *statements: str) -> list[Any]:
    """The rows of the last statement."""
    with _reached(address) as client:
        for statement in statements[:-1]:
            client.command(statement)
        return [tuple(row) for row in client.query(statements[-1]).result_rows]


@pytest.fixture
def server(tmp_path: Path) -> str:
    """The address of a server with the tables."""
    pytest.importorskip("chdb")
    address = f"chdb://{tmp_path}/server"
    _run(address, *TABLES.split(";\n"), "SELECT 1")
    return address


def _plan(card: str = CARD) -> Plan:
    checked = check_source(Source("test.scorecard", card), builtin(), folder=None)
    assert checked.plan is not None, checked.diagnostics
    return checked.plan


def _job(address: str, **changes: Any) -> ClickHouseJob:
    said: dict[str, Any] = {
        "address": address,
        "leads": "crm.leads",
        "events": "crm.events",
        "output": "crm.scores",
        "as_of": NOW,
    }
    return ClickHouseJob(**{**said, **changes})


def _scores(address: str) -> list[Any]:
    return _run(address, "SELECT lead_id, toInt32(score) FROM crm.scores ORDER BY 1")


def test_scores_are_a_table_there(server: str) -> None:
    assert score_in_clickhouse(_plan(), _job(server)).rows == 2
    assert _scores(server) == SCORES
    _run(server, "ALTER TABLE crm.leads DELETE WHERE lead_id = 'a'", "SELECT 1")
    assert score_in_clickhouse(_plan(), _job(server, explain=True)).rows == 1
    assert _scores(server) == SCORES[1:]
    left = _run(server, "SELECT name FROM system.tables WHERE name LIKE 'scores%'")
    assert left == [("scores",)]


def test_events_of_nobody_are_counted(server: str) -> None:
    _run(
        server,
        "INSERT INTO crm.events VALUES ('', 'visited', '/pricing', now()), ('a', '', '', now())",
        "SELECT 1",
    )
    told = score_in_clickhouse(_plan(), _job(server)).diagnostics
    assert [note.message for note in told] == ["1 event has no lead", "1 event has no verb"]
    assert _scores(server) == SCORES


def test_a_lead_without_id_is_refused(server: str) -> None:
    _run(server, "INSERT INTO crm.leads (lead_id) VALUES (' ')", "SELECT 1")
    with pytest.raises(DataError, match="has no `lead_id`"):
        score_in_clickhouse(_plan(), _job(server))


@pytest.mark.parametrize("output", ["crm.leads", "crm.events", "crm.customers", "`crm`.people"])
def test_what_holds_no_scores_is_not_replaced(server: str, output: str) -> None:
    with pytest.raises(DataError) as caught:
        score_in_clickhouse(_plan(), _job(server, output=output))
    assert [d.code for d in caught.value.diagnostics] == ["F106"]
    assert _run(server, "SELECT count() FROM crm.leads") == [(3,)]


def test_tables_that_cannot_be_scored(server: str) -> None:
    def code(**changes: Any) -> str:
        with pytest.raises(DataError) as caught:
            score_in_clickhouse(_plan(), _job(server, **changes))
        return caught.value.diagnostics[0].code

    assert code(leads="crm.nothing") == "F101"
    assert code(leads="a.b.c") == "F101"
    _run(server, "CREATE VIEW crm.nameless AS SELECT title FROM crm.leads", "SELECT 1")
    assert code(leads="crm.nameless") == "D101"
    days = "CREATE VIEW crm.days AS SELECT * REPLACE (toDate(at) AS at) FROM crm.events"
    _run(server, days, "SELECT 1")
    assert code(events="crm.days") == "D104"
    made = "CREATE TABLE crm.{} (lead_id String, verb {}, object {}, at DateTime) ENGINE = Memory"
    _run(server, made.format("kinds", "Enum8('visited' = 1)", "String"), "SELECT 1")
    with pytest.raises(DataError, match=r"the column `verb` of the events is no text but `Enum8"):
        score_in_clickhouse(_plan(), _job(server, events="crm.kinds"))
    _run(server, made.format("numbers", "String", "UInt64"), "SELECT 1")
    assert code(events="crm.numbers") == "D104"
    _run(server, "INSERT INTO crm.leads (lead_id) VALUES ('a')", "SELECT 1")
    assert code() == "D205"
    assert code(output="nowhere.scores") == "D205"
    assert _run(server, "SELECT count() FROM system.tables WHERE name LIKE 'scores%'") == [(0,)]


def test_tables_may_be_called_as_queries_of_the_statement(server: str) -> None:
    renamed = ("RENAME TABLE crm.leads TO crm.moment", "RENAME TABLE crm.events TO crm.verb_bits")
    _run(server, *renamed, "SELECT 1")
    score_in_clickhouse(_plan(), _job(server, leads="crm.moment", events="crm.verb_bits"))
    assert _scores(server) == SCORES


def test_a_compiled_table_takes_ids_that_may_be_null(server: str) -> None:
    may_be_null = "SELECT * REPLACE (toNullable(lead_id) AS lead_id) FROM crm.leads"
    made = f"CREATE TABLE leads ENGINE = MergeTree ORDER BY tuple() AS {may_be_null}"
    _run(server, made, "SELECT 1")
    plan = _plan('title contains "head of": +20\n')
    statement = to_sql(plan, as_of=AsOf(literal=NOW), dialect="clickhouse", made="table")
    _run(server, statement, "SELECT 1")
    scores = "SELECT lead_id, toInt32(score) FROM lead_scores ORDER BY 1"
    assert _run(server, scores) == [("a", 20), ("b", 0)]


def test_names_and_lists_reach_the_server_as_they_are(server: str) -> None:
    odd = 'O\'Hara; \\ -- "x"'
    quoted = "`" + odd.replace("\\", "\\\\") + "`"
    made = (
        f"CREATE TABLE crm.{quoted} ENGINE = MergeTree ORDER BY lead_id AS SELECT * FROM crm.leads"
    )
    _run(server, made, "SELECT 1")
    card = "list odd: a, " + ", ".join(f"n{i}\\t" for i in range(400)) + "\ntitle in odd: +5\n"
    job = _job(server, leads=f"crm.`{odd}`", output='crm.`scores; DROP TABLE "x"`')
    assert score_in_clickhouse(_plan(card), job).rows == 2
    assert _run(server, 'SELECT count() FROM crm.`scores; DROP TABLE "x"`') == [(2,)]


# --- a run that ends in the middle ----------------------------------------------------------------

_KILLED = """
import os, signal, sys

from leadcard.runtime import engine_clickhouse
from tests.test_engine_clickhouse import _job, _plan

engine_clickhouse._put = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
engine_clickhouse.score_in_clickhouse(_plan(), _job(sys.argv[1]))
"""


def test_a_killed_run_leaves_the_table_as_it_was(server: str) -> None:
    score_in_clickhouse(_plan(), _job(server))
    _run(server, "ALTER TABLE crm.leads UPDATE title = NULL WHERE 1", "SELECT 1")
    command = [sys.executable, "-c", _KILLED, server]
    root = Path(__file__).parent.parent
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert run.returncode == -signal.SIGKILL, run.stderr
    assert _scores(server) == SCORES
    assert score_in_clickhouse(_plan(), _job(server)).rows == 2
    assert _scores(server) == [("a", 20), ("b", -10)]


def test_a_run_that_fails_leaves_nothing_behind(server: str, monkeypatch: Any) -> None:
    from leadcard.runtime import engine_clickhouse

    score_in_clickhouse(_plan(), _job(server))
    monkeypatch.setattr(engine_clickhouse, "_ENGINE", "MergeTree ORDER BY no_such_column")
    with pytest.raises(DataError, match="ClickHouse cannot do its work") as caught:
        score_in_clickhouse(_plan(), _job(server))
    assert [d.code for d in caught.value.diagnostics] == ["D902"]
    assert _scores(server) == SCORES
    assert _run(server, "SELECT count() FROM system.tables WHERE name LIKE 'scores\\_\\_%'") == [
        (0,)
    ]


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    pytest.importorskip("clickhouse_connect")
    for address in (f"chdb://{tmp_path}/none", "chdb://none", "chdb://"):
        with pytest.raises(DataError, match="there is no such folder"):
            score_in_clickhouse(_plan(), _job(address))
    assert list(tmp_path.iterdir()) == []


# --- credentials ----------------------------------------------------------------------------------


def _refused(tmp_path: Path, engine: str) -> str:
    (tmp_path / "a.scorecard").write_text("title is CEO: +5\n")
    tables = ("--leads", "crm.leads", "--events", "crm.events", "-o", "crm.scores")
    done = leadcard("score", "a.scorecard", "--engine", engine, *tables, folder=tmp_path)
    assert done.code != 0
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    "engine", ["clickhouse://ann:s3cret@localhost/db", "clickhouse://h/db?password=s3cret"]
)
def test_a_password_is_never_repeated(tmp_path: Path, engine: str) -> None:
    shown = _refused(tmp_path, engine)
    assert "CLICKHOUSE_PASSWORD" in shown
    assert "s3cret" not in shown


@pytest.mark.parametrize("port", ["s3cret", "99999"])
def test_what_is_no_port_is_never_repeated(tmp_path: Path, port: str) -> None:
    pytest.importorskip("clickhouse_connect")
    shown = _refused(tmp_path, f"clickhouse://ann:{port}/db")
    assert "the port of the address is no number" in shown
    assert port not in shown


@pytest.mark.parametrize("where", ["environment", "file"])
def test_a_saved_password_is_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    pytest.importorskip("clickhouse_connect")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("CLICKHOUSE_PASSWORD", raising=False)
    if where == "environment":
        monkeypatch.setenv("CLICKHOUSE_PASSWORD", "s3cret")
    else:
        settings = tmp_path / ".clickhouse-client" / "config.xml"
        settings.parent.mkdir()
        settings.write_text("<config><user>ann</user><password>s3cret</password></config>")
    shown = _refused(tmp_path, "clickhouse://localhost:1/db")
    assert shown.startswith("error[D902]: ClickHouse cannot do its work: the server cannot be")
    assert "s3cret" not in shown


# --- over HTTP ------------------------------------------------------------------------------------


@pytest.fixture
def address(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the server behind HTTP, where `ann` has a password."""
    from tests.clickhouse_server import serving

    monkeypatch.setenv("CLICKHOUSE_PASSWORD", PASSWORD)
    with _reached(server) as client, serving(client, PASSWORD) as place:
        yield f"clickhouse://ann@{place}/crm"


def test_a_server_is_asked_over_http(server: str, address: str, tmp_path: Path) -> None:
    (tmp_path / "a.scorecard").write_text(CARD)
    tables = ("--leads", "leads", "--events", "crm.events", "-o", "scores")
    command = ("score", "a.scorecard", "--as-of", NOW.isoformat(), "--engine", address)
    for _ in range(2):
        done = leadcard(*command, *tables, folder=tmp_path)
        assert done.code == 0, done.stderr
        assert "scored 2 leads" in done.stderr
    assert _scores(server) == SCORES


def test_what_a_server_refuses_is_told_without_secrets(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = _job(address, output="nowhere.scores")
    with pytest.raises(DataError, match=r"ClickHouse cannot do its work: .*nowhere") as caught:
        score_in_clickhouse(_plan(), nowhere)
    assert PASSWORD not in str(caught.value)
    without = _job(address.replace("clickhouse://", "clickhouses://"))
    with pytest.raises(DataError, match="there is no TLS connection to the server: wrong version"):
        score_in_clickhouse(_plan(), without)
    monkeypatch.setenv("CLICKHOUSE_PASSWORD", f"not {PASSWORD}")
    with pytest.raises(DataError, match="Authentication failed") as refused:
        score_in_clickhouse(_plan(), _job(address))
    assert PASSWORD not in str(refused.value)

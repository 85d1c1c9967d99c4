"""PostgreSQL as the engine of `leadcard score`: all in the server, whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from leadcard.compiler.pipeline import check_source
from leadcard.compiler.plan import Plan
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.source import Source
from leadcard.runtime.data_error import DataError
from leadcard.runtime.engine_postgres import (
    PostgresJob,
    events_proved_unique,
    score_in_postgres,
    transaction,
)
from leadcard.runtime.remote_address import has_password
from tests.agreement.databases import missing
from tests.agreement.postgres_server import connection_text
from tests.command_line import leadcard

if TYPE_CHECKING:
    import psycopg

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
TABLES = """
    DROP SCHEMA IF EXISTS crm CASCADE;
    CREATE SCHEMA crm;
    CREATE TABLE crm.leads (
      lead_id text, title text, employees int, email text, created timestamptz
    );
    INSERT INTO crm.leads VALUES
      ('a', 'Head of IT', 60, 'a@acme.com', '2026-01-01 00:00:00Z'),
      ('b', 'CEO''s \\ "cat"; --', 20, 'b@gmail.com', NULL),
      ('late', 'CEO', 20, NULL, '2026-12-01 00:00:00Z');
    CREATE TABLE crm.events (lead_id text, verb text, object text, "at" timestamptz);
    INSERT INTO crm.events VALUES
      ('a', 'visited', '/pricing', '2026-11-20 12:00:00Z'),
      ('a', 'visited', 'https://acme.com/pricing?x', '2026-11-19 12:00:00Z');
"""
SCORES = [("a", 40), ("b", 10)]


@pytest.fixture
def server() -> Iterator[psycopg.Connection[Any]]:
    why = missing("postgres")
    if why is not None:
        pytest.skip(why)
    import psycopg

    with psycopg.connect(connection_text(), autocommit=True) as connection:
        connection.execute(TABLES)
        yield connection


def _plan(card: str = CARD) -> Plan:
    checked = check_source(Source("test.scorecard", card), builtin(), folder=None)
    assert checked.plan is not None, checked.diagnostics
    return checked.plan


def _address() -> str:
    folder = connection_text().split()[0].removeprefix("host=")
    return f"postgresql://leadcard@/postgres?host={folder}"


def _job(**changes: Any) -> PostgresJob:
    said: dict[str, Any] = {
        "address": _address(),
        "leads": "crm.leads",
        "events": "crm.events",
        "output": "crm.scores",
        "as_of": NOW,
    }
    return PostgresJob(**{**said, **changes})


def _scores(server: psycopg.Connection[Any]) -> list[tuple[str, int]]:
    return server.execute("SELECT lead_id, score::int FROM crm.scores ORDER BY 1").fetchall()


def test_scores_are_a_table_there(server: psycopg.Connection[Any]) -> None:
    assert score_in_postgres(_plan(), _job()).rows == 2
    assert _scores(server) == SCORES


@pytest.mark.parametrize(
    ("index", "proved"),
    [
        ("PRIMARY KEY (event_id)", True),
        ("UNIQUE (event_id)", True),
        ("UNIQUE (event_id) INCLUDE (object)", True),
        ("UNIQUE (lead_id, event_id)", False),  # the lead may be missing
        ("ALTER lead_id SET NOT NULL, ADD UNIQUE (lead_id, event_id)", True),
        ('UNIQUE (event_id, "at")', False),  # copies at two times
        ("CHECK (event_id > 0)", False),
    ],
)
def test_an_index_proves_that_events_stand_once(
    server: psycopg.Connection[Any], index: str, proved: bool
) -> None:
    server.execute("ALTER TABLE crm.events ADD event_id serial")
    server.execute("ALTER TABLE crm.events ALTER event_id DROP NOT NULL")
    server.execute(f"ALTER TABLE crm.events {'' if index.startswith('ALTER') else 'ADD '}{index}")
    with transaction(_address()) as cursor:
        assert events_proved_unique(cursor, "crm.events") is proved


def test_an_index_on_some_events_proves_nothing(server: psycopg.Connection[Any]) -> None:
    server.execute("ALTER TABLE crm.events ADD event_id int; UPDATE crm.events SET event_id = 1")
    server.execute("UPDATE crm.events SET object = '/pricing'")
    server.execute("CREATE UNIQUE INDEX ON crm.events (event_id) WHERE event_id > 1")
    score_in_postgres(_plan(), _job())
    assert _scores(server) == [("a", 25), ("b", 10)]


def test_events_of_nobody_are_counted(server: psycopg.Connection[Any]) -> None:
    server.execute(
        "INSERT INTO crm.events VALUES (NULL, 'visited', '/pricing', now()), (' ', 'visited', NULL,"
        " now()), ('a', '', NULL, now()), ('a', 'visited', '/pricing', NULL)"
    )
    told = score_in_postgres(_plan(), _job()).diagnostics
    said = ["2 events have no lead", "1 event has no verb", "1 event has no time"]
    assert [note.message for note in told] == said
    assert _scores(server) == SCORES


def test_a_lead_without_id_is_refused(server: psycopg.Connection[Any]) -> None:
    server.execute("INSERT INTO crm.leads VALUES (' ', 'CEO')")
    with pytest.raises(DataError, match="has no `lead_id`"):
        score_in_postgres(_plan(), _job())


def test_a_table_that_goes_with_the_session_is_refused(server: psycopg.Connection[Any]) -> None:
    del server
    with pytest.raises(DataError, match="goes with the session"):
        score_in_postgres(_plan(), _job(output="pg_temp.scores"))


def test_what_the_vocabulary_promises_is_believed(server: psycopg.Connection[Any]) -> None:
    server.execute(
        "ALTER TABLE crm.events ADD event_id int;"
        " UPDATE crm.events SET event_id = 1, object = '/pricing'"
    )
    score_in_postgres(_plan(), _job())
    assert _scores(server) == [("a", 25), ("b", 10)]  # one visit that stands twice
    score_in_postgres(_plan(), _job(events_unique=True))
    assert _scores(server) == SCORES


def test_events_without_seconds_took_no_time(server: psycopg.Connection[Any]) -> None:
    spent = "spent 1+ minutes on pricing: +10\nnot spent 1+ minutes on pricing: +1\n"
    assert score_in_postgres(_plan(spent), _job()).rows == 2
    assert _scores(server) == [("a", 1), ("b", 1)]


@pytest.mark.parametrize(
    ("value", "score"),
    [
        ("60.5::money", 2),
        ("'60.5'::jsonb", 2),
        ("array[60]", 0),
        ("date '2026-11-01'", 0),
        ("interval '60 days'", 0),
        ("inet '10.0.0.60'", 0),
        ("60::oid", 1),
    ],
)
def test_numbers_are_read_from_columns_of_any_type(
    server: psycopg.Connection[Any], value: str, score: int
) -> None:
    server.execute("SET lc_monetary = 'C'; ALTER TABLE crm.leads DROP employees")
    server.execute(f"CREATE TABLE crm.sized AS SELECT l.*, {value} AS employees FROM crm.leads l")
    score_in_postgres(_plan("employees 60: +1\nemployees 60.5: +2\n"), _job(leads="crm.sized"))
    assert _scores(server) == [("a", score), ("b", score)]


def test_rows_are_exchanged_and_views_of_them_stay(server: psycopg.Connection[Any]) -> None:
    score_in_postgres(_plan(), _job())
    server.execute("CREATE VIEW crm.hot AS SELECT lead_id FROM crm.scores WHERE stage = 'hot'")
    server.execute("UPDATE crm.leads SET employees = 1")
    score_in_postgres(_plan(), _job())
    assert _scores(server) == [("a", 35), ("b", 10)]
    assert server.execute("SELECT lead_id FROM crm.hot").fetchall() == [("a",)]


def test_a_table_of_other_columns_is_made_anew(server: psycopg.Connection[Any]) -> None:
    score_in_postgres(_plan(), _job())
    score_in_postgres(_plan("fit:\n  title is CTO: +1\n"), _job(explain=True))
    assert server.execute("SELECT sum(section_fit) FROM crm.scores").fetchone() == (0,)


def test_a_table_that_views_need_stays(server: psycopg.Connection[Any]) -> None:
    score_in_postgres(_plan(), _job())
    server.execute("CREATE VIEW crm.hot AS SELECT lead_id FROM crm.scores WHERE stage = 'hot'")
    with pytest.raises(DataError, match="a view or another table needs the old ones"):
        score_in_postgres(_plan(), _job(explain=True))
    assert _scores(server) == SCORES


def test_words_of_events_may_have_types_of_their_own(server: psycopg.Connection[Any]) -> None:
    server.execute("""
        CREATE TYPE crm.kind AS ENUM ('visited', 'called');
        ALTER TABLE crm.events ALTER verb TYPE crm.kind USING verb::crm.kind;
        ALTER TABLE crm.events ALTER object TYPE char(40);
    """)
    score_in_postgres(_plan(), _job())
    assert _scores(server) == SCORES
    server.execute("ALTER TABLE crm.events ALTER object TYPE int USING 17")
    score_in_postgres(_plan(CARD.replace("visited pricing 2+", "visited 17 2+")), _job())
    assert _scores(server) == SCORES


@pytest.mark.parametrize("output", ["crm.leads", "crm.events", "crm.customers", "crm.people"])
def test_what_holds_no_scores_is_not_replaced(server: psycopg.Connection[Any], output: str) -> None:
    server.execute("CREATE TABLE crm.customers (lead_id text)")
    server.execute("CREATE VIEW crm.people AS SELECT * FROM crm.leads")
    with pytest.raises(DataError) as caught:
        score_in_postgres(_plan(), _job(output=output))
    assert [d.code for d in caught.value.diagnostics] == ["F106"]
    assert server.execute("SELECT count(*) FROM crm.leads").fetchone() == (3,)


def test_tables_that_cannot_be_scored(server: psycopg.Connection[Any]) -> None:
    def code(**changes: Any) -> str:
        with pytest.raises(DataError) as caught:
            score_in_postgres(_plan(), _job(**changes))
        return caught.value.diagnostics[0].code

    assert code(leads="crm.nothing") == "F101"
    server.execute("CREATE VIEW crm.nameless AS SELECT title FROM crm.leads")
    assert code(leads="crm.nameless") == "D101"
    server.execute("INSERT INTO crm.leads (lead_id) VALUES ('a')")
    assert code() == "D205"
    server.execute("DELETE FROM crm.leads; INSERT INTO crm.leads (title) VALUES ('CEO')")
    assert code() == "D204"
    assert server.execute("SELECT to_regclass('crm.scores')").fetchone() == (None,)


def test_names_and_lists_reach_the_server_as_they_are(server: psycopg.Connection[Any]) -> None:
    server.execute('CREATE TABLE crm."O\'Hara; --" AS TABLE crm.leads')
    output = 'crm."scores; DROP TABLE ""x"""'
    card = "list odd: a, " + ", ".join(f"n{i}\\t" for i in range(400)) + "\ntitle in odd: +5\n"
    job = _job(leads='crm."O\'Hara; --"', output=output)
    assert score_in_postgres(_plan(card), job).rows == 2
    assert server.execute(f"SELECT count(*) FROM {output}").fetchone() == (2,)


# --- a run that ends in the middle ----------------------------------------------------------------


def test_a_killed_run_leaves_the_table_as_it_was(
    server: psycopg.Connection[Any], tmp_path: Path
) -> None:
    import psycopg

    score_in_postgres(_plan(), _job())
    server.execute("UPDATE crm.leads SET title = NULL")
    card = tmp_path / "test.scorecard"
    card.write_text(CARD)
    with psycopg.connect(connection_text()) as reader:
        # Whoever holds the old table stops the run where it would exchange the rows.
        reader.execute("LOCK TABLE crm.scores IN SHARE MODE")
        arguments = ["score", str(card), "--engine", _address(), "--as-of", NOW.isoformat()]
        arguments += ["--leads", "crm.leads", "--events", "crm.events", "-o", "crm.scores"]
        run = subprocess.Popen([sys.executable, "-m", "leadcard", *arguments])
        try:
            waiting = "application_name = 'leadcard' AND wait_event_type = 'Lock'"
            _until(lambda: _sessions(server, waiting) == 1 or run.poll() is not None)
            assert run.poll() is None
        finally:
            run.kill()
            run.wait()
    _until(lambda: _sessions(server, "application_name = 'leadcard'") == 0)
    assert _scores(server) == SCORES
    assert score_in_postgres(_plan(), _job()).rows == 2
    assert _scores(server) == [("a", 20), ("b", -10)]


def _sessions(server: psycopg.Connection[Any], where: str) -> int:
    query = f"SELECT count(*) FROM pg_stat_activity WHERE {where}"
    row = server.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def _until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; the tests' own limit ends what never does."""
    while not holds():
        time.sleep(0.05)


def test_a_file_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "a.scorecard").write_text(CARD)
    tables = ("--leads", "crm.leads", "--events", "crm.events", "-o", "scores.parquet")
    done = leadcard("score", "a.scorecard", "--engine", "postgres:///db", *tables, folder=tmp_path)
    assert done.code == 2
    assert "`scores.parquet` is a file: OUT is a table" in done.stderr


# --- credentials ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("postgres://ann:secret@host/db", True),
        ("postgresql://:secret@/db", True),
        ("postgres://host/db?password=secret", True),
        ("postgres://[::1/db:secret", True),
        ("postgres://ann:se/cret@host/db", True),
        ("postgres://ann:se?cret@host/db", True),
        ("postgres://ann:se#cret@host/db", True),
        ("postgres://ann:s@cret@host/db", True),
        ("postgres://host:5432/db?user=ann@example.com", False),
        ("postgres://ann@host:5432/db?sslmode=require", False),
        ("postgres:///db", False),
    ],
)
def test_passwords_in_addresses_are_seen(address: str, found: bool) -> None:
    assert has_password(address) is found


def _refused(tmp_path: Path, engine: str) -> str:
    (tmp_path / "a.scorecard").write_text("title is CEO: +5\n")
    tables = ("--leads", "crm.leads", "--events", "crm.events", "-o", "crm.scores")
    done = leadcard("score", "a.scorecard", "--engine", engine, *tables, folder=tmp_path)
    assert done.code != 0
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    "engine", ["postgres://ann:s3cret@localhost/db", "postgre://ann:s3cret@localhost/db"]
)
def test_a_password_is_never_repeated(tmp_path: Path, engine: str) -> None:
    assert "s3cret" not in _refused(tmp_path, engine)


def test_a_password_of_the_environment_is_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("psycopg")
    monkeypatch.setitem(os.environ, "PGPASSWORD", "s3cret")
    shown = _refused(tmp_path, f"postgres://ann@/db?host={tmp_path}")
    assert "D902" in shown
    assert "s3cret" not in shown

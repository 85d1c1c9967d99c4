"""Tables of a server as leadcard.yaml maps them: the scores of the loader, and its findings."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from leadcard.compiler.backends.sql_facts import Unsupported
from leadcard.compiler.pipeline import check_source
from leadcard.compiler.vocabulary_file import load_vocabulary
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.source import Source
from leadcard.runtime.data_error import DataError
from leadcard.runtime.engine_postgres import PostgresJob, score_in_postgres
from leadcard.runtime.mapped_tables import _MAKE_A_VIEW
from leadcard.runtime.remote_tables import RemoteScored
from tests.agreement.databases import missing
from tests.agreement.postgres_server import connection_text
from tests.command_line import leadcard
from tests.dbt_runs import fill_shop
from tests.server_tables import copy_table, fill_server

if TYPE_CHECKING:
    import psycopg

sql = pytest.importorskip("psycopg.sql")

SAMPLES = Path(__file__).parent / "presets"
# Those with nothing but CSV files, which become tables.
WITH_TABLES = sorted(
    one.name for one in SAMPLES.iterdir() if one.is_dir() and not list(one.glob("*.json"))
)
NOW = datetime(2026, 11, 21, tzinfo=UTC)
SCHEMA = "mapped"


@pytest.fixture
def server() -> Iterator[psycopg.Connection[Any]]:
    """A server whose usual schema is empty."""
    why = missing("postgres")
    if why is not None:
        pytest.skip(why)
    import psycopg

    with psycopg.connect(connection_text(), autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}")
        connection.execute(f"SET search_path TO {SCHEMA}")
        yield connection


def _address() -> str:
    folder = connection_text().split()[0].removeprefix("host=")
    path = f"options=-csearch_path%3D{SCHEMA}"
    return f"postgresql://leadcard@/postgres?host={folder}&{path}"


def _score(folder: Path, card: str, *, as_of: datetime = NOW) -> RemoteScored:
    vocabulary, found = load_vocabulary(folder)
    assert [d.message for d in found] == []
    checked = check_source(Source("card.scorecard", card), vocabulary)
    assert checked.plan is not None, checked.diagnostics
    job = PostgresJob(
        address=_address(),
        leads=None,
        events=None,
        output="scores",
        as_of=as_of,
        vocabulary=vocabulary,
    )
    return score_in_postgres(checked.plan, job)


def _scores(server: psycopg.Connection[Any]) -> dict[str, str]:
    rows = server.execute("SELECT lead_id, score::float8 FROM scores").fetchall()
    return {lead: f"{score:g}" for lead, score in rows}


@pytest.mark.parametrize("typed", [True, False])
@pytest.mark.parametrize("name", WITH_TABLES)
def test_a_preset_scores_as_the_loader_does(
    server: psycopg.Connection[Any], name: str, typed: bool
) -> None:
    folder = SAMPLES / name
    fill_server(server, folder, typed=typed)
    _score(folder, (folder / "sample.scorecard").read_text(encoding="utf-8"))
    with (folder / "expected.csv").open(encoding="utf-8") as file:
        assert _scores(server) == {row["lead_id"]: row["score"] for row in csv.DictReader(file)}


def test_a_mapped_project_scores_as_the_loader_does(
    server: psycopg.Connection[Any], tmp_path: Path
) -> None:
    """Units, zones, joins, rows that win, verbs and addresses, quotes and templates in names."""
    golden = Path(__file__).parent / "golden" / "dbt"
    for name in ("shop.scorecard", "leadcard.yaml"):
        shutil.copy(golden / name, tmp_path / name)
    fill_shop(tmp_path / "shop.duckdb")
    server.execute("DROP SCHEMA IF EXISTS crm CASCADE; CREATE SCHEMA crm")
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as engine:
        for table in ("crm_contact", "crm_company", "page_views"):
            copy_table(server, sql.Identifier(table), engine.table(table))
        copy_table(server, sql.Identifier("crm", "mails"), engine.table("crm.mails"))
    words = ("score", "shop.scorecard", "--as-of", "2026-11-21T12:00:00Z")
    done = leadcard(*words, "--engine", _address(), "-o", "scores", folder=tmp_path)
    assert done.code == 0, done.stderr
    assert "scored 4 leads" in done.stderr
    yaml = tmp_path / "leadcard.yaml"
    yaml.write_text("data: shop.duckdb\n" + yaml.read_text(encoding="utf-8"), encoding="utf-8")
    here = leadcard(*words, "--format", "csv", folder=tmp_path)
    assert here.code == 0, here.stderr
    wanted = {row["lead_id"]: row for row in csv.DictReader(io.StringIO(here.stdout))}
    columns = ("lead_id", "score", "stage", "section_fit", "section_behavior", "flags")
    rows = server.execute(f"SELECT {', '.join(columns)} FROM scores").fetchall()
    found = {row[0]: dict(zip(columns, row, strict=True)) for row in rows}
    assert found.keys() == wanted.keys()
    for lead, row in found.items():
        for column, value in row.items():
            said = wanted[lead][column]
            assert (value == Decimal(said)) if isinstance(value, Decimal) else value == said


_MAPPED = """\
leads:
  from: people
  id: no
  merged into: master
  fields: {title: job}
events:
  - {from: log, lead: who, at: at, verb: what, object: more.page}
"""


def _people(server: psycopg.Connection[Any], folder: Path, *masters: str | None) -> None:
    """Leads 1, 2 … with their masters; lead n did n things."""
    (folder / "leadcard.yaml").write_text(_MAPPED, encoding="utf-8")
    server.execute("CREATE TABLE people (no int, master text, job text)")
    server.execute("CREATE TABLE log (who int, at timestamptz, what text, more jsonb)")
    for number, master in enumerate(masters, start=1):
        server.execute("INSERT INTO people VALUES (%s, %s, 'CEO')", (number, master))
        for page in range(number):
            said = json.dumps({"page": f"/{number}/{page}", "other": None})
            event = (number, "2026-11-01 00:00:00Z", "visited", said)
            server.execute("INSERT INTO log VALUES (%s, %s, %s, %s)", event)


def test_events_of_merged_leads_go_to_the_end_of_the_chain(
    server: psycopg.Connection[Any], tmp_path: Path
) -> None:
    _people(server, tmp_path, "2", "4", " ", None, None)
    _score(tmp_path, "visited: +1 each\ntitle is CEO: +100\nvisited /1/*: +1000\n")
    assert _scores(server) == {"3": "103", "4": "1107", "5": "105"}


def test_noughts_and_ones_are_no_and_yes_too(
    server: psycopg.Connection[Any], tmp_path: Path
) -> None:
    _people(server, tmp_path, None, None, None, None)
    server.execute("ALTER TABLE people ADD gone boolean, ADD open int, ADD odd text")
    server.execute("UPDATE people SET gone = nullif(no, 4) = 2, open = 1, odd = 'true'")
    yaml = _MAPPED.replace("  id: no", "  where: {open: 1, odd: 1}\n  without: {gone: 1}\n  id: no")
    (tmp_path / "leadcard.yaml").write_text(yaml, encoding="utf-8")
    _score(tmp_path, "title is CEO: +1\n")
    assert set(_scores(server)) == {"1", "3", "4"}


def test_a_circle_of_merges_is_an_error(server: psycopg.Connection[Any], tmp_path: Path) -> None:
    _people(server, tmp_path, "2", "3", "2", None)
    found = _refused(tmp_path)
    assert found.code == "D124"
    assert found.message.endswith("`1`, `2`, `3`")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("ALTER TABLE people RENAME no TO number", "D105"),
        ("ALTER TABLE log RENAME more TO less", "D105"),
        ("DROP TABLE log", "F101"),
        ("UPDATE log SET at = NULL", "D209"),
        ("UPDATE log SET what = ' '", "D210"),
        ("UPDATE log SET who = NULL", "D204"),
        ("INSERT INTO people VALUES (4)", "D205"),
        ("CREATE TABLE scores (lead_id text)", "F106"),
        ("ALTER TABLE log ALTER at TYPE bigint USING 1", "C101"),
    ],
)
def test_what_cannot_be_scored(
    server: psycopg.Connection[Any], tmp_path: Path, change: str, code: str
) -> None:
    _people(server, tmp_path, None, None, None, None)
    server.execute(change)
    assert _refused(tmp_path).code == code


def _refused(folder: Path) -> Diagnostic:
    try:
        _score(folder, "visited: +1\n")
    except DataError as error:
        return error.diagnostics[0]
    except Unsupported as error:
        return Diagnostic(code="C101", message=error.what)
    pytest.fail("it was scored")


def test_a_source_is_never_written_over(server: psycopg.Connection[Any], tmp_path: Path) -> None:
    _people(server, tmp_path, None)
    (tmp_path / "a.scorecard").write_text("visited: +1\n", encoding="utf-8")
    done = leadcard("score", "a.scorecard", "--engine", _address(), "-o", "log", folder=tmp_path)
    assert done.code == 1
    assert "cannot write `log`: it is what the scores are made from" in done.stderr


def test_tables_of_a_preset_that_are_not_there_are_told(
    server: psycopg.Connection[Any],
) -> None:
    fill_server(server, SAMPLES / "hubspot", typed=True)
    notes = _score(SAMPLES / "hubspot", "clicked email: +1\n").diagnostics
    assert [(n.code, n.message.rsplit(" ", 1)[1]) for n in notes] == [
        ("D129", "`contact_merge_audit`")
    ]


def test_tables_of_a_pattern_are_no_tables_of_a_database(server: psycopg.Connection[Any]) -> None:
    fill_server(server, SAMPLES / "ga4", typed=True)
    notes = _score(SAMPLES / "ga4", "visited: +1\n").diagnostics
    assert [(n.code, "`events_*`" in n.message, n.hint) for n in notes] == [
        ("D129", True, _MAKE_A_VIEW)
    ]

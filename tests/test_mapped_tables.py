"""Tables of a server as leadcard.yaml maps them: the scores of the loader, and its findings."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from leadcard.compiler.pipeline import check_source
from leadcard.compiler.vocabulary_file import load_vocabulary
from leadcard.dsl.source import Source
from leadcard.runtime.data_error import DataError
from leadcard.runtime.engine_postgres import PostgresJob, score_in_postgres
from leadcard.runtime.remote_tables import RemoteScored
from tests.agreement.databases import missing
from tests.agreement.postgres_server import connection_text
from tests.command_line import leadcard

if TYPE_CHECKING:
    import psycopg

SAMPLES = Path(__file__).parent / "presets"
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


_TYPES = {"BIGINT": "bigint", "DOUBLE": "float8", "BOOLEAN": "boolean", "DATE": "date"}


def _fill(server: psycopg.Connection[Any], folder: Path, *, typed: bool) -> None:
    """The CSV files of a folder as tables, with types or as texts."""
    from psycopg import sql

    for path in sorted(folder.glob("*.csv")):
        if path.stem == "expected":
            continue
        table = duckdb.read_csv(str(path), all_varchar=not typed)
        kinds = [
            _TYPES.get(str(kind), str(kind).lower() if "TIMESTAMP" in str(kind) else "text")
            for kind in table.types
        ]
        made = sql.SQL(", ").join(
            sql.SQL("{} " + kind).format(sql.Identifier(column))
            for column, kind in zip(table.columns, kinds, strict=True)
        )
        name = sql.Identifier(path.stem)
        server.execute(sql.SQL("CREATE TABLE {} ({})").format(name, made))
        marks = sql.SQL(", ").join(sql.Placeholder() * len(kinds))
        with server.cursor() as cursor:
            cursor.executemany(
                sql.SQL("INSERT INTO {} VALUES ({})").format(name, marks),
                table.project("COLUMNS(*)::VARCHAR").fetchall(),
            )


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
@pytest.mark.parametrize(
    "name", ["hubspot", "salesforce", "salesforce-contacts", "marketo", "pardot", "segment"]
)
def test_a_preset_scores_as_the_loader_does(
    server: psycopg.Connection[Any], name: str, typed: bool
) -> None:
    folder = SAMPLES / name
    _fill(server, folder, typed=typed)
    _score(folder, (folder / "sample.scorecard").read_text(encoding="utf-8"))
    with (folder / "expected.csv").open(encoding="utf-8") as file:
        assert _scores(server) == {row["lead_id"]: row["score"] for row in csv.DictReader(file)}

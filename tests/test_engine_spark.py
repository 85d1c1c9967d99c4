"""Spark as the engine of `leadcard score`: it reads, scores and writes where the data lives."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from leadcard.compiler.pipeline import check_source
from leadcard.compiler.plan import Plan
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.source import Source
from leadcard.runtime import engine_spark
from leadcard.runtime.data_error import DataError
from leadcard.runtime.engine_spark import SparkJob, score_on_spark
from tests.agreement.databases import missing
from tests.agreement.spark_session import session
from tests.command_line import leadcard

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CARD = """\
title contains "head of", CEO: +20
employees 50+: +5
email domain personal: -10
visited pricing 2+ times in 30d: +15
downloaded case study then requested demo within 7d: +10
stages:
  hot: 30+
  cold: below 30
"""
LEADS = """
    SELECT 'a' AS lead_id, 'Head of IT' AS title, 60 AS employees, 'a@acme.com' AS email,
      TIMESTAMPTZ '2026-01-01 00:00:00Z' AS created
    UNION ALL SELECT 'b', 'CEO''s \\ "cat"; --', 20, 'b@gmail.com', NULL
    UNION ALL SELECT 'late', 'CEO', 20, NULL, TIMESTAMPTZ '2026-12-01 00:00:00Z'
"""
EVENTS = """
    SELECT * FROM (VALUES
      ('a', 'visited', '/pricing', TIMESTAMPTZ '2026-11-20 12:00:00Z'),
      ('a', 'visited', 'https://acme.com/pricing?x', TIMESTAMPTZ '2026-11-19 12:00:00Z'),
      ('b', 'downloaded', 'Case Study.pdf', TIMESTAMPTZ '2026-11-19 12:00:00Z'),
      ('b', 'requested', 'demo', TIMESTAMPTZ '2026-11-20 12:00:00Z')
    ) AS rows(lead_id, verb, object, "at")
"""


@pytest.fixture(scope="module")
def spark() -> Any:
    """The session of the tests, which the engine finds."""
    why = missing("spark")
    if why:
        pytest.skip(why)
    return session()


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """Leads and events as Parquet files."""
    for name, query in (("leads", LEADS), ("events", EVENTS)):
        duckdb.execute(f"COPY ({query}) TO '{tmp_path / name}.parquet' (FORMAT parquet)")
    return str(tmp_path / "leads.parquet"), str(tmp_path / "events.parquet")


def plan(card: str = CARD) -> Plan:
    """The plan of a card."""
    made = check_source(Source("spark.scorecard", card), builtin()).plan
    assert made is not None
    return made


def job(files: tuple[str, str], output: object, **more: Any) -> SparkJob:
    """A job on these files."""
    return SparkJob(leads=files[:1], events=files[1:], output=str(output), as_of=NOW, **more)


@pytest.mark.slow
@pytest.mark.usefixtures("spark")
def test_parquet_is_read_and_written(files: tuple[str, str], tmp_path: Path) -> None:
    out = tmp_path / "scores.parquet"
    for _ in range(2):  # the second run takes the place of the first
        scored = score_on_spark(plan(), job(files, out))
        assert (scored.rows, scored.diagnostics) == (2, ())
    query = f"FROM '{out}/*.parquet' SELECT lead_id, score, stage ORDER BY ALL"
    found = duckdb.execute(query)
    assert [(a, float(b), c) for a, b, c in found.fetchall()] == [
        ("a", 40, "hot"),
        ("b", 20, "cold"),
    ]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.slow
@pytest.mark.usefixtures("spark")
def test_events_of_nobody_are_counted(files: tuple[str, str], tmp_path: Path) -> None:
    at = "TIMESTAMPTZ '2026-11-20 12:00:00Z'"
    more = f"VALUES (NULL, 'visited', NULL, {at}), (' ', '', NULL, {at}), ('a', 'met', NULL, NULL)"
    events = str(tmp_path / "more.parquet")
    duckdb.execute(f"COPY ({EVENTS} UNION ALL {more}) TO '{events}' (FORMAT parquet)")
    told = score_on_spark(plan(), job((files[0], events), tmp_path / "scores")).diagnostics
    said = ["2 events have no lead", "1 event has no verb", "1 event has no time"]
    assert [note.message for note in told] == said


@pytest.mark.slow
@pytest.mark.usefixtures("spark")
def test_a_lead_without_id_is_refused(files: tuple[str, str], tmp_path: Path) -> None:
    leads = str(tmp_path / "blank.parquet")
    duckdb.execute(
        f"COPY (SELECT * REPLACE (' ' AS lead_id) FROM '{files[0]}' LIMIT 1) TO '{leads}'"
    )
    with pytest.raises(DataError, match="has no `lead_id`"):
        score_on_spark(plan(), job((leads, files[1]), tmp_path / "scores"))


@pytest.mark.slow
@pytest.mark.usefixtures("spark")
def test_objects_may_be_numbers(files: tuple[str, str], tmp_path: Path) -> None:
    events = str(tmp_path / "numbers.parquet")
    duckdb.execute(f"COPY (SELECT * REPLACE (17 AS object) FROM ({EVENTS})) TO '{events}'")
    made = plan("visited 17 2+ times: +15\n")
    score_on_spark(made, job((files[0], events), tmp_path / "scores"))
    found = duckdb.execute(f"FROM '{tmp_path}/scores/*.parquet' SELECT lead_id, score ORDER BY 1")
    assert [(lead, int(score)) for lead, score in found.fetchall()] == [("a", 15), ("b", 0)]


@pytest.mark.slow
def test_tables_are_read_and_written(spark: Any, files: tuple[str, str]) -> None:
    for name, path in zip(("crm_leads", "crm_events"), files, strict=True):
        spark.sql(f"DROP TABLE IF EXISTS {name}")
        spark.read.parquet(path).write.saveAsTable(name)
    there = ("crm_leads", "crm_events")
    score_on_spark(plan(), job(there, "crm_scores"))
    score_on_spark(plan(), job(there, "crm_scores", explain=True))
    rows = {row["lead_id"]: row for row in spark.table("crm_scores").collect()}
    assert '"rule": "employees 50+"' in rows["a"]["reasons"]
    tables = {row["tableName"] for row in spark.sql("SHOW TABLES").collect()}
    assert not any(name.startswith("crm_scores__") for name in tables)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("leads", "events", "code"),
    [
        (f"{LEADS} UNION ALL SELECT 'a', NULL, NULL, NULL, NULL", EVENTS, "D205"),
        (f"{LEADS} UNION ALL SELECT NULL, NULL, NULL, NULL, NULL", EVENTS, "D204"),
        ("SELECT 1 AS id", EVENTS, "D101"),
        (LEADS, f"SELECT lead_id, verb, object FROM ({EVENTS})", "D104"),
        (LEADS, f'SELECT * REPLACE (CAST("at" AS VARCHAR) AS "at") FROM ({EVENTS})', "D104"),
    ],
)
@pytest.mark.usefixtures("spark")
def test_what_cannot_be_scored_leaves_the_result_as_it_was(
    tmp_path: Path, leads: str, events: str, code: str
) -> None:
    places = (str(tmp_path / "leads.parquet"), str(tmp_path / "events.parquet"))
    for path, query in zip(places, (leads, events), strict=True):
        duckdb.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    out = tmp_path / "scores.parquet"
    out.mkdir()
    earlier = "SELECT 1 AS lead_id, 'c' AS scorecard, 'v' AS version, now() AS as_of, 0 AS score"
    duckdb.execute(f"COPY ({earlier}) TO '{out}/earlier.parquet' (FORMAT parquet)")
    with pytest.raises(DataError) as caught:
        score_on_spark(plan(), job(places, out))
    assert [each.code for each in caught.value.diagnostics] == [code]
    assert [path.name for path in out.iterdir()] == ["earlier.parquet"]


@pytest.mark.slow
@pytest.mark.usefixtures("spark")
@pytest.mark.parametrize(
    ("output", "why"),
    [
        ("in %20 put", "it is what the scores are made from"),
        ("in %20 put/leads.parquet", "it is what the scores are made from"),
        ("letters", "it is there already, and holds no scores"),
        ("mixed", "it is there already, and holds no scores"),
        ("other", "it is there already, and holds no scores"),
        ("delta", "it is there already, and holds no scores"),
    ],
)
def test_a_folder_that_holds_no_scores_is_not_replaced(
    files: tuple[str, str], tmp_path: Path, output: str, why: str
) -> None:
    for folder in ("in %20 put", "letters", "mixed", "other"):
        (tmp_path / folder).mkdir()
    places = [str(Path(path).rename(tmp_path / "in %20 put" / Path(path).name)) for path in files]
    (tmp_path / "letters" / "to-mother.txt").write_text("dear")
    score_on_spark(plan(), job((places[0], places[1]), tmp_path / "mixed" / "scores"))
    duckdb.execute(f"COPY ({LEADS}) TO '{tmp_path}/other/part.parquet' (FORMAT parquet)")
    score_on_spark(plan(), job((places[0], places[1]), tmp_path / "delta"))
    (tmp_path / "delta" / "_delta_log").mkdir()
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(DataError, match=why) as caught:
        score_on_spark(plan(), job((places[0], places[1]), tmp_path / output))
    assert caught.value.diagnostics[0].code == "F106"
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.slow
def test_a_table_that_holds_no_scores_is_not_replaced(spark: Any, files: tuple[str, str]) -> None:
    there = ("some_leads", "some_events")
    for name, path in zip(there, files, strict=True):
        spark.read.parquet(path).write.saveAsTable(name)
    spark.sql("CREATE TABLE letters AS SELECT 'dear' AS mother")
    of_results = "1 AS lead_id, 'c' AS scorecard, 'v' AS version, now() AS as_of, 0 AS score"
    spark.sql(f"CREATE VIEW some_view AS SELECT {of_results}")
    for output, why in (
        ("some_events", "it is what the scores are made from"),
        ("default.Some_Leads", "it is what the scores are made from"),
        ("letters", "it is there already, and holds no scores"),
        ("some_view", "it is there already, and holds no scores"),
    ):
        with pytest.raises(DataError, match=why):
            score_on_spark(plan(), job(there, output))
        assert spark.catalog.tableExists(output)


@pytest.mark.slow
@pytest.mark.usefixtures("spark")
def test_places_that_are_not_there(tmp_path: Path) -> None:
    for place in ("no_such_table", str(tmp_path / "none.parquet")):
        with pytest.raises(DataError, match=r"there (is|are) no such") as caught:
            score_on_spark(plan(), job((place, place), tmp_path / "scores.parquet"))
        assert caught.value.diagnostics[0].code == "F101"


@pytest.mark.slow
@pytest.mark.usefixtures("spark")
def test_a_field_that_is_not_there_is_told(files: tuple[str, str], tmp_path: Path) -> None:
    made = plan("annual revenue 5m+: +10\ntitle is CEO: +5\n")
    scored = score_on_spark(made, job(files, tmp_path / "scores.parquet"))
    assert [each.code for each in scored.diagnostics] == ["D103"]
    assert "`annual_revenue`" in scored.diagnostics[0].message


@pytest.mark.parametrize(
    "options",
    [
        ["--engine", "spark"],
        ["--engine", "spark", "--leads", "l", "--events", "e", "-o", "-"],
        ["--engine", "spark", "--leads", "l", "--events", "e", "-o", "s", "--threads", "2"],
        ["--engine", "spark", "--leads", "l", "--events", "e", "-o", "scores.csv"],
        ["--engine", "spark://host:7077", "--leads", "l", "--events", "e", "-o", "s"],
        ["--master", "local"],
    ],
)
def test_misuse(tmp_path: Path, options: list[str]) -> None:
    card = tmp_path / "spark.scorecard"
    card.write_text(CARD, encoding="utf-8")
    done = leadcard("score", str(card), *options, folder=tmp_path)
    assert done.code == 2
    assert "spark" in done.stderr.lower()


def test_a_password_for_the_cluster_is_never_repeated(tmp_path: Path) -> None:
    (tmp_path / "spark.scorecard").write_text(CARD, encoding="utf-8")
    tables = (
        "--leads",
        "l",
        "--events",
        "e",
        "-o",
        "s",
        "--master",
        "spark://ann:s3cret@host:7077",
    )
    done = leadcard("score", "spark.scorecard", "--engine", "spark", *tables, folder=tmp_path)
    assert done.code == 2
    assert "put it into Spark's own settings" in done.stderr
    assert "s3cret" not in done.stderr


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (
            "An error occurred while calling None.org.apache.X.\n: org.apache.spark.SparkException:"
            " Invalid master URL: spark://ann:s3cret@x\n\tat org.apache",
            "Invalid master URL: spark://…@x",
        ),
        (
            "[PATH_NOT_FOUND] Path does not exist: file:/a.\nmore",
            "[PATH_NOT_FOUND] Path does not exist: file:/a",
        ),
    ],
)
def test_what_spark_says_is_one_line(said: str, line: str) -> None:
    assert engine_spark._first_line(Exception(said)) == line


# --- a run that ends in the middle ----------------------------------------------------------------

_KILLED = """
import os, signal, sys

from leadcard.runtime import engine_spark
from tests.agreement.spark_session import session
from tests.test_engine_spark import NOW, plan

spark = session()
places = sys.argv[1:]
fatal = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
engine_spark._exchange_tables = engine_spark._exchange_files = fatal
job = engine_spark.SparkJob(
    leads=(places[0],), events=(places[1],), output=places[2], as_of=NOW
)
engine_spark.score_on_spark(plan(), job)
"""


@pytest.mark.slow
@pytest.mark.usefixtures("spark")
def test_a_killed_run_leaves_the_result_as_it_was(files: tuple[str, str], tmp_path: Path) -> None:
    out = tmp_path / "scores.parquet"
    score_on_spark(plan("title is CEO: +7\n"), job(files, out))
    before = duckdb.execute(f"SELECT lead_id, score FROM '{out}/*.parquet' ORDER BY 1").fetchall()
    command = [sys.executable, "-c", _KILLED, *files, str(out)]
    root = Path(__file__).parent.parent
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert run.returncode == -signal.SIGKILL, run.stderr
    after = duckdb.execute(f"SELECT lead_id, score FROM '{out}/*.parquet' ORDER BY 1").fetchall()
    assert after == before
    assert score_on_spark(plan(), job(files, out)).rows == 2


@pytest.mark.slow
def test_a_table_that_cannot_be_exchanged_stays(
    spark: Any, files: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new table cannot take its place: the old one comes back to it."""
    spark.sql("DROP TABLE IF EXISTS kept_scores")
    score_on_spark(plan("title is CEO: +7\n"), job(files, "kept_scores"))
    whole = engine_spark._exchange_tables

    def broken(session: Any, output: str, beside: str, aside: str) -> None:
        session.sql(f"DROP TABLE {beside}")
        whole(session, output, beside, aside)

    monkeypatch.setattr(engine_spark, "_exchange_tables", broken)
    with pytest.raises(DataError):
        score_on_spark(plan(), job(files, "kept_scores"))
    rows = {row["lead_id"]: int(row["score"]) for row in spark.table("kept_scores").collect()}
    assert rows == {"a": 0, "b": 0}
    tables = {row["tableName"] for row in spark.sql("SHOW TABLES").collect()}
    assert not any(name.startswith("kept_scores__") for name in tables)

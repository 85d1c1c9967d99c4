"""Results: scored by the engine, written in every format, whole or not at all."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from leadcard.compiler.pipeline import check_source
from leadcard.compiler.result import result_columns
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.source import Source
from leadcard.runtime.data_error import DataError
from leadcard.runtime.execute import Scored, facts_of, score_data
from leadcard.runtime.load import open_data
from leadcard.runtime.result_table import result_table
from leadcard.runtime.write import format_of, write_result, write_stream

AS_OF = datetime(2026, 11, 21, 12, tzinfo=UTC)
CARD = """
scorecard: Inbound
fit:
  title is CEO: +20.25
  employees 50+: +5.5
behavior:
  visited pricing: +15, flag "looks at prices"
  inactive 90d: -20
stages:
  warm: 20+, route to "Sales", respond within 4h
  cold: below 20
"""
LEADS = (
    "lead_id,title,employees,created\n10,CEO,51-200,2026-01-02\n9,CTO,20,2026-01-03\n"
    "a,CEO,,2026-11-22\nb,,,\n"
)
EVENTS = (
    "lead_id,event,at,page\n10,page_view,2026-11-20,/pricing?x=1\n"
    "9,page_view,2026-11-20,/docs\n9,page_view,2026-11-25,/pricing\n"
)
SCORES = [
    {"lead_id": "9", "score": "0", "stage": "cold", "section_behavior": "0"},
    {"lead_id": "10", "score": "40.75", "stage": "warm", "section_behavior": "15"},
    {"lead_id": "b", "score": "-20", "stage": "cold", "section_behavior": "-20"},
]


@contextmanager
def scored(folder: Path, *, explain: bool = False, card: str = CARD) -> Iterator[Scored]:
    checked = check_source(Source("card.scorecard", card), builtin())
    assert checked.plan is not None, checked.diagnostics
    (folder / "leads.csv").write_text(LEADS)
    (folder / "events.csv").write_text(EVENTS)
    with open_data(
        builtin(),
        checked.plan,
        leads=["leads.csv"],
        events=["events.csv"],
        folder=folder,
        threads=1,
        memory_limit="500MB",
    ) as data:
        assert data.bad_rows.total == 0
        yield score_data(checked.plan, data, as_of=AS_OF, explain=explain)


def shown(text: str) -> list[dict[str, str]]:
    found = csv.DictReader(io.StringIO(text, newline=""))
    return [{key: row[key] for key in SCORES[0]} for row in found]


def left_over(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir() if p.name not in ("leads.csv", "events.csv"))


def test_csv_has_every_column_and_plain_numbers(tmp_path: Path) -> None:
    with scored(tmp_path) as result:
        write_result(result, str(tmp_path / "out.csv"))
        names = [c.name for c in result.columns]
    text = (tmp_path / "out.csv").read_text(encoding="utf-8")
    assert text.splitlines()[0].split(",") == names
    assert shown(text) == SCORES
    row = next(csv.DictReader(io.StringIO(text)))
    assert row["as_of"] == "2026-11-21T12:00:00Z"
    assert row["scorecard"] == "Inbound"
    assert left_over(tmp_path) == ["out.csv"]


@pytest.mark.parametrize("name", ["out.csv.gz", "out.tsv", "OUT.CSV"])
def test_kinds_of_text(tmp_path: Path, name: str) -> None:
    with scored(tmp_path) as result:
        write_result(result, str(tmp_path / name))
    raw = (tmp_path / name).read_bytes()
    text = (gzip.decompress(raw) if name.endswith(".gz") else raw).decode()
    assert shown(text.replace("\t", ",")) == SCORES


def test_json_lines_hold_numbers_and_reasons(tmp_path: Path) -> None:
    with scored(tmp_path, explain=True) as result:
        write_result(result, str(tmp_path / "out.jsonl"))
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    assert [row["score"] for row in found] == [0, 40.75, -20]
    assert '"score":0,' in lines[0]
    assert found[1]["disqualified"] is False
    assert found[1]["flags"] == "looks at prices"
    assert found[1]["grade"] is None
    assert [reason["points"] for reason in found[1]["reasons"]] == [20.25, 5.5, 15]
    assert found[1]["reasons"][2]["latest"] == "2026-11-20T00:00:00Z"


def test_parquet_holds_decimals_with_two_places(tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    with scored(tmp_path) as result:
        write_result(result, str(out))
    engine = duckdb.connect()
    types = dict(
        engine.execute(f"SELECT column_name, column_type FROM (DESCRIBE '{out}')").fetchall()
    )
    assert types["score"] == types["section_fit"] == "DECIMAL(18,2)"
    assert types["lead_id"] == types["stage"] == "VARCHAR"
    assert types["disqualified"] == "BOOLEAN"
    rows = engine.execute(f"SELECT lead_id, score::VARCHAR FROM '{out}'").fetchall()
    assert rows == [("9", "0.00"), ("10", "40.75"), ("b", "-20.00")]


def test_a_table_of_a_duckdb_file_is_replaced(tmp_path: Path) -> None:
    base = tmp_path / "out.duckdb"
    with scored(tmp_path) as result:
        for place in (str(base), f"{base}:other", str(base)):
            write_result(result, place)
    assert left_over(tmp_path) == ["out.duckdb"]
    with duckdb.connect(str(base), read_only=True) as engine:
        for table in ("scores", "other"):
            rows = engine.execute(f"SELECT lead_id, score::VARCHAR FROM {table}").fetchall()
            assert rows == [("9", "0.00"), ("10", "40.75"), ("b", "-20.00")]


@pytest.mark.parametrize("shape", ["csv", "jsonl", "parquet"])
def test_a_stream(tmp_path: Path, shape: str) -> None:
    out = io.BytesIO()
    with scored(tmp_path) as result:
        write_stream(result, out, format=shape)
    if shape == "parquet":
        assert out.getvalue()[:4] == b"PAR1"
    elif shape == "jsonl":
        assert len(out.getvalue().splitlines()) == 3
    else:
        assert shown(out.getvalue().decode()) == SCORES


def test_a_table_for_people(tmp_path: Path) -> None:
    out = io.StringIO()
    with scored(tmp_path) as result:
        Console(file=out, width=70).print(result_table(result, width=70, limit=2))
    text = out.getvalue()
    assert "40.75" in text
    assert "-20" not in text
    assert "the 2 highest scores of 3 leads" in text
    assert "grade" not in text
    assert max(map(len, text.splitlines())) <= 70


def test_formats_by_name() -> None:
    assert format_of("x.parquet").value == "parquet"
    assert format_of("x.bin", "csv").value == "csv"
    assert format_of("dir.d/x.duckdb:t").value == "duckdb"
    for wrong in ("x.xlsx", "x", "csv"):
        with pytest.raises(DataError) as error:
            format_of(wrong)
        assert error.value.diagnostics[0].code == "F110"


def test_leads_made_after_the_moment_have_no_row(tmp_path: Path) -> None:
    with scored(tmp_path) as result:
        ids = result.connection.execute(f"SELECT lead_id FROM {result.relation}").fetchall()
        assert ("a",) not in ids
        assert result.rows == 3


def test_columns_are_those_of_the_contract(tmp_path: Path) -> None:
    checked = check_source(Source("card.scorecard", CARD), builtin())
    assert checked.plan is not None
    for explain in (False, True):
        with scored(tmp_path, explain=explain) as result:
            described = result.connection.execute(f"DESCRIBE {result.relation}").fetchall()
            names = [c.name for c in result_columns(checked.plan, reasons=explain)]
            assert [row[0] for row in described] == names


def test_progress_is_told(tmp_path: Path) -> None:
    checked = check_source(Source("card.scorecard", CARD), builtin())
    assert checked.plan is not None
    (tmp_path / "leads.csv").write_text(LEADS)
    heard: list[float] = []
    with open_data(builtin(), checked.plan, leads=["leads.csv"], folder=tmp_path) as data:
        score_data(checked.plan, data, as_of=AS_OF, progress=heard.append)
        facts = facts_of(data, AS_OF)
    assert heard[-1] == 100.0
    assert all(0 <= percent <= 100 for percent in heard)
    assert facts.no_later_rows
    assert "employees" not in facts.absent


# --- whole or not at all --------------------------------------------------------------------------


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("old")
    with scored(tmp_path) as result:
        result.connection.execute(
            f"CREATE OR REPLACE VIEW {result.relation}_broken AS SELECT * REPLACE"
            f" (error('broken on the way') AS stage) FROM {result.relation}"
        )
        broken = Scored(
            connection=result.connection,
            relation=f"{result.relation}_broken",
            columns=result.columns,
            rows=3,
        )
        with pytest.raises(duckdb.Error, match="broken on the way"):
            write_result(broken, str(out))
        with pytest.raises(duckdb.Error, match="broken on the way"):
            write_result(broken, str(tmp_path / "new.duckdb"))
    assert out.read_text() == "old"
    assert left_over(tmp_path) == ["out.csv"]


@pytest.mark.parametrize("name", ["missing/out.csv", "folder", "out.csv/x.csv", "x" * 300 + ".csv"])
def test_places_that_cannot_be_written(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "out.csv").write_text("a file")
    with scored(tmp_path) as result, pytest.raises(DataError) as error:
        write_result(result, str(tmp_path / name), format="csv")
    assert error.value.diagnostics[0].code == "F106"
    assert left_over(tmp_path) == ["folder", "out.csv"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_told_plainly(tmp_path: Path) -> None:
    with scored(tmp_path) as result, pytest.raises(DataError) as error:
        write_result(result, "/dev/full", format="csv")
    assert error.value.diagnostics[0].message == "cannot write `/dev/full`: the disk is full"


def test_a_limit_on_the_size_of_files_is_told_plainly(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with scored(tmp_path) as result:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
        try:
            with pytest.raises(DataError) as error:
                write_result(result, str(tmp_path / "out.csv"))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
    (told,) = error.value.diagnostics
    assert told.message.endswith("out.csv`: it grows larger than files may be here")
    assert left_over(tmp_path) == []


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_no_permission(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    with scored(tmp_path) as result, pytest.raises(DataError) as error:
        write_result(result, str(locked / "out.csv"))
    assert "may not write" in error.value.diagnostics[0].message


def test_a_database_that_another_program_has_open(tmp_path: Path) -> None:
    base = tmp_path / "out.duckdb"
    hold = (
        f"import duckdb, sys; c = duckdb.connect({str(base)!r}); print('open', flush=True);"
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"
        with scored(tmp_path) as result, pytest.raises(DataError) as error:
            write_result(result, str(base))
        other.terminate()
    message = error.value.diagnostics[0].message
    assert message == f"cannot write `{base}`: another program has it open"


ENDLESS = """
    import sys, duckdb
    from leadcard.compiler.result import ResultColumn
    from leadcard.runtime.execute import Scored
    from leadcard.runtime.write import write_result

    engine = duckdb.connect()
    engine.execute("CREATE VIEW r AS SELECT i::VARCHAR AS lead_id FROM range(10000000) t(i)")
    columns = (ResultColumn(name="lead_id", type="text"),)
    print("begun", flush=True)
    write_result(Scored(connection=engine, relation="r", columns=columns, rows=1), sys.argv[1])
"""


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 128 + signal.SIGTERM), (signal.SIGINT, -signal.SIGINT)]
)
def test_a_program_told_to_end_leaves_nothing_behind(
    tmp_path: Path, number: int, code: int
) -> None:
    script = [sys.executable, "-c", textwrap.dedent(ENDLESS), str(tmp_path / "out.csv")]
    with subprocess.Popen(
        script,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A test run in the background inherits an ignored SIGINT.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        deadline = time.monotonic() + 20
        while not left_over(tmp_path) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert left_over(tmp_path), "the file was never begun"
        process.send_signal(number)
        process.wait(timeout=60)
    assert process.returncode == code
    assert left_over(tmp_path) == []

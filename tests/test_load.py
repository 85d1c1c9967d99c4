"""Loading data: files of every kind become the same relations."""

from __future__ import annotations

import gzip
import io
import json
import re
import sqlite3
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from leadcard.compiler.vocabulary_file import builtin
from leadcard.runtime.data_error import DataError
from leadcard.runtime.load import open_data
from tests.loaded_data import (
    EVENTS,
    LEADS,
    as_objects,
    check_usual,
    opened,
    plan_of,
    problems,
    refusals,
    rows,
)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_csv_of_any_delimiter_and_line_end(tmp_path: Path, delimiter: str, end: str) -> None:
    leads, events = (t.replace(",", delimiter).replace("\n", end) for t in (LEADS, EVENTS))
    with opened(tmp_path, leads=leads, events=events) as data:
        check_usual(data)


@pytest.mark.parametrize(
    ("encoding", "note"),
    [("utf-8-sig", None), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"), ("cp1252", "Latin-1")],
)
def test_encodings_are_read_and_said(tmp_path: Path, encoding: str, note: str | None) -> None:
    leads = "lead_id,title\n1,Geschäftsführer\n2,Président – Ltd.\n".encode(encoding)
    with opened(tmp_path, leads=leads, events=None) as data:
        assert rows(data, "leads", "title") == [("Geschäftsführer",), ("Président – Ltd.",)]
        said = [d.message for d in data.diagnostics if d.code == "D120"]
        assert (note is None and not said) or (note is not None and note in said[0])


def test_latin_letters_late_in_a_large_file_are_seen(tmp_path: Path) -> None:
    many = "".join(f"{n},CEO of company number {n}\n" for n in range(20_000))
    leads = ("lead_id,title\n" + many + "x,Président\n").encode("cp1252")
    with opened(tmp_path, leads=leads, events=None) as data:
        assert ("Président",) in rows(data, "leads", "title")
        assert data.bad_rows.total == 0


def test_other_old_encodings_are_refused_rather_than_guessed(tmp_path: Path) -> None:
    leads = "lead_id,title\n1,Директор по маркетингу\n".encode("cp1251")
    with pytest.raises(DataError) as error, opened(tmp_path, leads=leads, events=None):
        pass
    assert refusals(error) == ["F103"]


def test_stray_bytes_in_utf8_are_bad_rows(tmp_path: Path) -> None:
    leads = "lead_id,title\n1,Chef de cuisine é è à\n2,".encode() + b"\xff\xfe\n3,ok\n"
    with opened(tmp_path, leads=leads, events=None) as data:
        assert {(code, place) for code, place, _ in problems(data)} == {("D208", "line 3")}
        assert rows(data, "leads", "lead_id") == [("1",), ("3",)]


def test_quoted_newlines_delimiters_and_quotes(tmp_path: Path) -> None:
    leads = 'lead_id,title\n1,"VP, ""Sales""\nEMEA"\n2,"a"\n'
    with opened(tmp_path, leads=leads, events=None) as data:
        assert rows(data, "leads", "lead_id, title") == [("1", 'VP, "Sales"\nEMEA'), ("2", "a")]


@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_packed_csv(tmp_path: Path, ending: str) -> None:
    for name, text in (("leads.csv", LEADS), ("events.csv", EVENTS)):
        if ending == ".gz":
            (tmp_path / f"{name}.gz").write_bytes(gzip.compress(text.encode()))
        else:
            (tmp_path / name).write_text(text)
            duckdb.execute(
                f"COPY (FROM read_csv('{tmp_path / name}', all_varchar = true)) TO"
                f" '{tmp_path / name}.zst' (FORMAT csv, COMPRESSION zstd)"
            )
    leads, events = f"leads.csv{ending}", f"events.csv{ending}"
    with opened(tmp_path, leads=(), events=(), leads_name=leads, events_name=events) as data:
        check_usual(data)


def test_json_lines_and_arrays(tmp_path: Path) -> None:
    leads = "\n\n".join(json.dumps(o) for o in as_objects(LEADS))
    events = json.dumps(as_objects(EVENTS), indent=1)
    names = {"leads_name": "leads.jsonl", "events_name": "events.json"}
    with opened(tmp_path, leads=leads, events=events, **names) as data:
        check_usual(data)


def test_json_numbers_keep_their_digits(tmp_path: Path) -> None:
    leads = '{"lead_id": 12345678901234567890123, "employees": 1200, "consent": true}\n'
    with opened(tmp_path, leads=leads, events=None, leads_name="leads.jsonl") as data:
        assert rows(data, "leads", "lead_id, employees, consent") == [
            ("12345678901234567890123", "1200", "true")
        ]


def test_broken_json_lines_are_bad_rows(tmp_path: Path) -> None:
    leads = '{"lead_id": 1}\n\n{"lead_id": 2\n[3]\n{"lead_id": 4}\n'
    with opened(tmp_path, leads=leads, events=None, leads_name="leads.jsonl") as data:
        assert {(code, place) for code, place, _ in problems(data)} == {
            ("D207", "line 3"),
            ("D207", "line 4"),
        }
        assert rows(data, "leads", "lead_id") == [("1",), ("4",)]


def test_a_broken_json_array_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(DataError) as error,
        opened(tmp_path, leads='[{"lead_id": 1}, {"lead', events=None, leads_name="leads.json"),
    ):
        pass
    assert refusals(error) == ["F101"]


def make_tables(engine: duckdb.DuckDBPyConnection, prefix: str = "") -> None:
    engine.execute(
        f"CREATE TABLE {prefix}leads AS SELECT * FROM (VALUES"
        " (1, 'CEO', '51-200', DATE '2026-01-02'), (2, 'CTO', '20', DATE '2026-01-03'))"
        " t(lead_id, title, employees, created)"
    )
    engine.execute(
        f"CREATE TABLE {prefix}events AS SELECT * FROM (VALUES"
        " ('e1', 1, 'page_view', TIMESTAMPTZ '2026-05-01 12:00:00+02',"
        "  'https://a.com/pricing', 30.0::DOUBLE),"
        " ('e2', 2, 'page_view', TIMESTAMPTZ '2026-05-02 10:00:00+00', '/docs', 1.5::DOUBLE))"
        ' t(event_id, lead_id, event_name, "timestamp", page_url, duration)'
    )


def test_parquet_is_read_in_place(tmp_path: Path) -> None:
    engine = duckdb.connect()
    engine.execute("SET TimeZone = 'UTC'")
    make_tables(engine)
    for table in ("leads", "events"):
        engine.execute(f"COPY {table} TO '{tmp_path / table}.parquet' (FORMAT parquet)")
    names = {"leads_name": "leads.parquet", "events_name": "events.parquet"}
    with opened(tmp_path, leads=(), events=(), **names) as data:
        check_usual(data)
        kept = data.connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        assert {name for (name,) in kept} == {"leadcard_bad_rows", "leadcard_lists"}
        assert data.lead_types["lead_id"] == "integer"
        assert data.seconds_type == "number"


@pytest.mark.parametrize("named", [True, False])
def test_a_duckdb_file(tmp_path: Path, named: bool) -> None:
    with duckdb.connect(str(tmp_path / "crm.duckdb")) as engine:
        engine.execute("SET TimeZone = 'UTC'")
        make_tables(engine, "sales_" if named else "")
    prefix = ":sales_" if named else None
    leads = f"crm.duckdb{prefix}leads" if prefix else "crm.duckdb"
    events = f"crm.duckdb{prefix}events" if prefix else "crm.duckdb"
    with opened(tmp_path, leads=(), events=(), leads_name=leads, events_name=events) as data:
        check_usual(data)


def test_a_table_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "crm.duckdb")) as engine:
        engine.execute("CREATE TABLE people AS SELECT 1 AS id")
    with (
        pytest.raises(DataError) as error,
        opened(tmp_path, leads=(), events=None, leads_name="crm.duckdb"),
    ):
        pass
    assert refusals(error) == ["D112"]
    assert "`people`" in error.value.diagnostics[0].message


def test_a_sqlite_file(tmp_path: Path) -> None:
    base = sqlite3.connect(tmp_path / "crm.sqlite")
    for table, text in (("leads", LEADS), ("events", EVENTS)):
        objects = as_objects(text)
        columns = list(objects[0])
        base.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
        marks = ", ".join("?" for _ in columns)
        base.executemany(
            f"INSERT INTO {table} VALUES ({marks})", [tuple(o.values()) for o in objects]
        )
    base.commit()
    base.close()
    names = {"leads_name": "crm.sqlite", "events_name": "crm.sqlite:events"}
    with opened(tmp_path, leads=(), events=(), **names) as data:
        check_usual(data)


@pytest.mark.parametrize("place", ["parts/*.csv", "parts"])
def test_globs_and_folders(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    header, first, second = EVENTS.splitlines()
    (folder / "a.csv").write_text(f"{header}\n{first}\n")
    (folder / "b.csv").write_text(f"{header}\n{second}\n")
    (folder / ".hidden.csv").write_text("nothing")
    if place == "parts":
        (folder / "readme.md").write_text("no data")
    with opened(tmp_path, events=(), events_name=place) as data:
        check_usual(data)


def test_a_name_with_wildcards_in_it_is_a_name(tmp_path: Path) -> None:
    with opened(tmp_path, leads_name="leads [1]*.csv") as data:
        check_usual(data)


def test_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(EVENTS.encode())))
    with opened(tmp_path, events=(), events_name="-") as data:
        check_usual(data)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 and so on", "Excel"),
        (bytes(range(256)) * 20, "not a kind"),
        (None, "no such file"),
    ],
)
def test_files_that_are_no_data(tmp_path: Path, content: bytes | None, why: str) -> None:
    with (
        pytest.raises(DataError) as error,
        opened(tmp_path, leads=() if content is None else content, events=None),
    ):
        pass
    assert refusals(error) == ["F101"]
    assert why in error.value.diagnostics[0].message


def test_no_leads_at_all_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError) as error, opened(tmp_path, leads=None, events=None):
        pass
    assert refusals(error) == ["D106"]
    with pytest.raises(DataError) as error, opened(tmp_path, leads="lead_id,title\n", events=None):
        pass
    assert refusals(error) == ["D106"]


def test_no_events_are_said(tmp_path: Path) -> None:
    with opened(tmp_path, events=None) as data:
        assert [d.code for d in data.diagnostics if d.code == "D107"] == ["D107"]
        assert data.event_count == 0


def test_the_files_of_the_documentation(tmp_path: Path) -> None:
    page = Path(__file__).resolve().parent.parent / "docs" / "data.md"
    leads, events = re.findall(
        r"^```csv\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S
    )
    with opened(tmp_path, leads=leads, events=events) as data:
        assert rows(data, "leads", "lead_id, employees, created") == [
            ("17", "51-200", datetime(2026, 3, 2)),
            ("18", "1,200", datetime(2026, 4, 2, 9, 30)),
        ]
        assert rows(data, "events", "lead_id, verb, seconds::VARCHAR") == [
            ("17", "page_view", "42.000000000")
        ]
        assert problems(data) == {("D202", "line 3", "1777975200")}


SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


@pytest.mark.skipif(not SHARED.exists(), reason="the data for development is not here")
def test_real_files() -> None:
    for place, count in (
        ("x_education/Leads.csv", 9240),
        ("olist_marketing_funnel/olist_marketing_qualified_leads_dataset.csv", 8000),
    ):
        with open_data(builtin(), plan_of(), leads=[str(SHARED / place)], threads=1) as data:
            assert data.lead_count == count
            assert data.bad_rows.total == 0


@pytest.mark.skipif(not SHARED.exists(), reason="the data for development is not here")
def test_real_purchases(tmp_path: Path) -> None:
    text = (SHARED / "cdnow" / "CDNOW_master.txt").read_text()
    lines = [",".join(line.split()) for line in text.splitlines() if line.strip()]
    ids = sorted({line.split(",")[0] for line in lines[1:]})
    vocabulary = "events:\n  - {lead: customer_id, at: date, verb: purchased}\n"
    with opened(
        tmp_path,
        leads="customer_id\n" + "\n".join(ids) + "\n",
        events="\n".join(lines) + "\n",
        vocabulary=vocabulary,
    ) as data:
        assert (data.lead_count, data.event_count) == (23570, 69659)
        assert (data.first, data.last) == (datetime(1997, 1, 1), datetime(1998, 6, 30))
        assert data.bad_rows.total == 0

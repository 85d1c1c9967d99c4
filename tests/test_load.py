"""Loading data: files of every kind become the same relations, and what cannot be read is named."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import duckdb
import pytest

from leadcard.compiler.backends.python import to_python
from leadcard.compiler.pipeline import check_source
from leadcard.compiler.plan import Plan
from leadcard.compiler.vocabulary import Vocabulary
from leadcard.compiler.vocabulary_file import builtin, load_vocabulary
from leadcard.dsl.source import Source
from leadcard.runtime.data_error import DataError
from leadcard.runtime.load import Data, open_data

CARD = """
visited pricing: +15
title is CEO: +20
employees 50+: +5
created after 2020-01-01: +1
consent is yes: +1
"""
LEADS = "lead_id,title,employees,created\n1,CEO,51-200,2026-01-02\n2,CTO,20,2026-01-03\n"
EVENTS = (
    "event_id,lead_id,event_name,timestamp,page_url,duration\n"
    "e1,1,page_view,2026-05-01T10:00:00Z,https://a.com/pricing,30\n"
    "e2,2,page_view,2026-05-02 10:00:00,/docs,1.5\n"
)


def plan_of(card: str = CARD, vocabulary: Vocabulary | None = None) -> Plan:
    checked = check_source(Source("card.scorecard", card), vocabulary or builtin())
    assert checked.plan is not None, checked.diagnostics
    return checked.plan


@contextmanager
def opened(
    folder: Path,
    *,
    leads: object = LEADS,
    events: object = EVENTS,
    leads_name: str = "leads.csv",
    events_name: str = "events.csv",
    vocabulary: str | None = None,
    card: str = CARD,
    timezone: str = "UTC",
) -> Iterator[Data]:
    places: dict[str, list[str]] = {"leads": [], "events": []}
    for what, content, file in (("leads", leads, leads_name), ("events", events, events_name)):
        if content is None:
            continue
        data = content.encode() if isinstance(content, str) else content
        if isinstance(data, bytes):
            (folder / file).write_bytes(data)
        places[what] = [file]
    words = builtin()
    if vocabulary is not None:
        path = folder / "leadcard.yaml"
        path.write_text(vocabulary, encoding="utf-8")
        words, found = load_vocabulary(path, explicit=path)
        assert not found, [d.message for d in found]
    plan = plan_of(card, words)
    with open_data(
        words,
        plan,
        leads=places["leads"],
        events=places["events"],
        timezone=timezone,
        folder=folder,
        threads=1,
        memory_limit="500MB",
    ) as data:
        yield data


def rows(data: Data, relation: str, columns: str) -> list[tuple[object, ...]]:
    query = f"SELECT {columns} FROM {relation} ORDER BY ALL"
    return data.connection.execute(query).fetchall()


def problems(data: Data) -> set[tuple[str, str, str | None]]:
    return {(row.code, row.place, row.value) for row in data.bad_rows.rows()}


def refusals(error: pytest.ExceptionInfo[DataError]) -> list[str]:
    return [d.code for d in error.value.diagnostics]


def check_usual(data: Data) -> None:
    """The data of LEADS and EVENTS, however it was kept."""
    assert data.bad_rows.total == 0, list(data.bad_rows.rows())
    assert rows(data, "leads", "lead_id::VARCHAR, title, employees::VARCHAR, created") == [
        ("1", "CEO", "51-200", datetime(2026, 1, 2)),
        ("2", "CTO", "20", datetime(2026, 1, 3)),
    ]
    assert rows(data, "events", 'event_id, lead_id::VARCHAR, verb, object, "at"') == [
        ("e1", "1", "page_view", "https://a.com/pricing", datetime(2026, 5, 1, 10)),
        ("e2", "2", "page_view", "/docs", datetime(2026, 5, 2, 10)),
    ]
    seconds = rows(data, "events", "seconds::DECIMAL(20, 3)")
    assert seconds == [(Decimal("1.500"),), (Decimal("30.000"),)]
    assert (data.lead_count, data.event_count) == (2, 2)
    assert data.last == datetime(2026, 5, 2, 10)


# --- kinds of files -------------------------------------------------------------------------------


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


def as_objects(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


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


# --- headers --------------------------------------------------------------------------------------


def test_usual_headers_are_recognised(tmp_path: Path) -> None:
    leads = "Contact ID,Job Title,company_size,Email,CreatedAt,Shoe Size\n7,CEO,20,a@b.c,,41\n"
    with opened(tmp_path, leads=leads, events=None) as data:
        taken = {c.header: c.column for c in data.sources[0].columns}
        assert taken == {
            "Contact ID": "lead_id",
            "Job Title": "title",
            "company_size": "employees",
            "Email": "email",
            "CreatedAt": "created",
        }
        assert data.sources[0].unused == ("Shoe Size",)
        assert data.absent == {"consent"}
        assert [d.code for d in data.diagnostics] == ["D107", "D103"]


def test_no_header_for_the_id(tmp_path: Path) -> None:
    with (
        pytest.raises(DataError) as error,
        opened(tmp_path, leads="first,second\na,b\n", events=None),
    ):
        pass
    assert refusals(error) == ["D101"]
    assert "`first`, `second`" in error.value.diagnostics[0].message


def test_an_address_is_the_last_resort_for_an_id(tmp_path: Path) -> None:
    with opened(tmp_path, leads="Email,Title\na@b.c,CEO\n", events=None) as data:
        assert rows(data, "leads", "lead_id, email") == [("a@b.c", "a@b.c")]


def test_two_headers_for_a_field_the_card_reads(tmp_path: Path) -> None:
    with opened(tmp_path, leads="id,title,role\n1,CEO,CTO\n", events=None) as data:
        assert [d.message for d in data.diagnostics if d.code == "D102"] == [
            "`title` and `role` can all hold `title`; `title` is taken"
        ]
        assert rows(data, "leads", "title") == [("CEO",)]
    with (
        pytest.raises(DataError) as error,
        opened(tmp_path, leads="id,position,role\n1,CEO,CTO\n", events=None),
    ):
        pass
    assert refusals(error) == ["D102"]


def test_two_headers_for_a_field_the_card_does_not_read(tmp_path: Path) -> None:
    with opened(tmp_path, leads="id,sector,vertical\n1,a,b\n", events=None) as data:
        assert not [d for d in data.diagnostics if d.code == "D102"]


def test_columns_that_the_vocabulary_names(tmp_path: Path) -> None:
    vocabulary = """
leads:
  id: key
  fields:
    title: {column: "What are you?"}
events:
  - lead: who
    at: {column: moment, unit: ms}
    verb: {column: kind, values: {PV: visited, pv2: visited}}
    object: page
    where: {bot: false}
"""
    leads = "key,id,What are you?\na,1,CEO\n"
    events = (
        "who,moment,kind,page,bot\na,1760000000000,PV,/x,no\n"
        "a,1760000000001,other,/y,0\na,1760000000002,PV,/z,true\n"
    )
    with opened(tmp_path, leads=leads, events=events, vocabulary=vocabulary) as data:
        assert rows(data, "leads", "lead_id, title") == [("a", "CEO")]
        assert rows(data, "events", 'verb, object, epoch_ms("at")') == [
            ("other", "/y", 1760000000001),
            ("visited", "/x", 1760000000000),
        ]


def test_a_column_of_the_vocabulary_that_is_not_there(tmp_path: Path) -> None:
    vocabulary = "leads:\n  fields:\n    title: {column: Function}\n"
    with (
        pytest.raises(DataError) as error,
        opened(tmp_path, events=None, vocabulary=vocabulary),
    ):
        pass
    assert refusals(error) == ["D105"]


def test_places_of_the_vocabulary_are_beside_it(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "people.csv").write_text(LEADS)
    (tmp_path / "data" / "views.csv").write_text("lead_id,at,page\n1,2026-01-01,/pricing\n")
    (tmp_path / "data" / "mails.csv").write_text("lead_id,at,event\n2,2026-01-02,email_open\n")
    vocabulary = (
        "leads: {from: data/people.csv}\nevents:\n"
        "  - {from: data/views.csv, verb: visited}\n  - {from: data/mails.csv}\n"
    )
    with opened(tmp_path, leads=None, events=None, vocabulary=vocabulary) as data:
        assert data.lead_count == 2
        assert rows(data, "events", "source, lead_id, verb, object") == [
            ("data/mails.csv", "2", "email_open", None),
            ("data/views.csv", "1", "visited", "/pricing"),
        ]


def test_events_without_verb_time_or_lead_are_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(DataError) as error,
        opened(tmp_path, events="lead_id,page\n1,/pricing\n"),
    ):
        pass
    assert "D104" in refusals(error)
    assert "`lead_id`, `page`" in error.value.diagnostics[0].message


# --- meaning --------------------------------------------------------------------------------------

TIMES = [
    ("2026-11-21T12:00:00Z", datetime(2026, 11, 21, 12)),
    ("2026-11-21T12:00:00+0200", datetime(2026, 11, 21, 10)),
    ("2026-11-21 12:00:00+02:00", datetime(2026, 11, 21, 10)),
    ("2026-11-21 12:00:00 +02", datetime(2026, 11, 21, 10)),
    ("2026-11-21T12:00:00.5-03:30", datetime(2026, 11, 21, 15, 30, 0, 500000)),
    ("2026-11-21 12:00:00.123456789Z", datetime(2026, 11, 21, 12, 0, 0, 123456)),
    ("2026-11-21 12:00:00 UTC", datetime(2026, 11, 21, 12)),
    ("2026-11-21 12:00", datetime(2026, 11, 21, 12)),
    ("2026-11-21T12:00:00", datetime(2026, 11, 21, 12)),
    ("2026-11-21", datetime(2026, 11, 20, 23)),
    ("2026/11/21", datetime(2026, 11, 20, 23)),
    ("20261121", datetime(2026, 11, 20, 23)),
    ("21.11.2026", datetime(2026, 11, 20, 23)),
    ("21.11.2026 12:30", datetime(2026, 11, 21, 12, 30)),
    (" 2026-11-21 12:00:00 ", datetime(2026, 11, 21, 12)),
    ("2026-02-30", None),
    ("2026-13-01 10:00:00", None),
    ("11/12/2026", None),
    ("yesterday", None),
    ("2026-11-21 25:00:00", None),
    ("2026-11-21 12:00:00 Europe/Berlin", None),
]


@pytest.mark.parametrize(("written", "instant"), TIMES)
def test_times_of_texts(tmp_path: Path, written: str, instant: datetime | None) -> None:
    leads = f'lead_id,created\n1,"{written}"\n2,\n'
    with opened(tmp_path, leads=leads, events=None, timezone="Europe/Berlin") as data:
        if instant is None:
            assert problems(data) == {("D202", "line 2", written)}
        else:
            assert data.bad_rows.total == 0
            assert rows(data, "leads", "lead_id, created") == [("1", instant), ("2", None)]


def test_local_times_around_changes_of_the_clock(tmp_path: Path) -> None:
    vocabulary = "leads:\n  fields:\n    created: {column: created, zone: Europe/Berlin}\n"
    leads = "lead_id,created\n1,2026-10-25 02:30:00\n2,2026-03-29 02:30:00\n3,2026-07-01 12:00:00\n"
    with opened(tmp_path, leads=leads, events=None, vocabulary=vocabulary) as data:
        assert rows(data, "leads", "lead_id, created") == [
            ("1", datetime(2026, 10, 25, 0, 30)),  # the first of the two half past two
            ("2", datetime(2026, 3, 29, 1, 30)),  # a time that the clock skips
            ("3", datetime(2026, 7, 1, 10)),
        ]


@pytest.mark.parametrize(
    ("texts", "instants"),
    [
        (("11/21/2026", "1/2/2026 3:04 PM"), (datetime(2026, 11, 21), datetime(2026, 1, 2, 15, 4))),
        (
            ("21/11/2026", "1/2/2026 12:30 am"),
            (datetime(2026, 11, 21), datetime(2026, 2, 1, 0, 30)),
        ),
        (("1/2/2026", "3/4/2026"), None),
        (("13/1/2026", "1/13/2026"), None),
    ],
)
def test_day_and_month_with_slashes_need_a_column_that_tells(
    tmp_path: Path, texts: tuple[str, str], instants: tuple[datetime, datetime] | None
) -> None:
    leads = "lead_id,created\n" + "".join(f"{n},{t}\n" for n, t in enumerate(texts))
    with opened(tmp_path, leads=leads, events=None) as data:
        if instants is None:
            assert {code for code, _, _ in problems(data)} == {"D202"}
            assert data.bad_rows.total == 2
        else:
            assert rows(data, "leads", "lead_id, created") == [
                (str(n), i) for n, i in enumerate(instants)
            ]
            assert "D122" in [d.code for d in data.diagnostics]


@pytest.mark.parametrize("unit", [1, 1000, 1_000_000])
def test_whole_numbers_are_times_by_their_size(tmp_path: Path, unit: int) -> None:
    leads = f"lead_id,created\n1,{1_750_000_000 * unit}\n2,{1_760_000_000 * unit}\n"
    with opened(tmp_path, leads=leads, events=None) as data:
        assert rows(data, "leads", "epoch(created)::BIGINT") == [(1_750_000_000,), (1_760_000_000,)]
        assert "D121" in [d.code for d in data.diagnostics]


def test_whole_numbers_among_other_times_are_bad(tmp_path: Path) -> None:
    leads = "lead_id,created\n1,1750000000\n2,2026-01-01\n"
    with opened(tmp_path, leads=leads, events=None) as data:
        assert problems(data) == {("D202", "line 2", "1750000000")}


GOOD_NUMBERS = (
    "1", "-5", "+7", "1,200", "1'200", "1 200", "1 200.5", "$1,200.50", "€ 5", "51-200", "51 – 200",
    "10,001+", "0.123456789", " 12 ", "99999999999999999999",
)  # fmt: skip
BAD_NUMBERS = (
    "abc",
    "1e5",
    "12 people",
    "1.2.3",
    "NaN",
    "inf",
    "1-2-3",
    "--5",
    "100000000000000000000",
)


@pytest.mark.parametrize("text", GOOD_NUMBERS)
def test_numbers_that_can_be_read(tmp_path: Path, text: str) -> None:
    with opened(tmp_path, leads=f'id,employees\n1,"{text}"\n', events=None) as data:
        assert data.bad_rows.total == 0
        assert rows(data, "leads", "employees") == [(text,)]


@pytest.mark.parametrize("text", BAD_NUMBERS)
def test_numbers_that_cannot_be_read(tmp_path: Path, text: str) -> None:
    with opened(tmp_path, leads=f'id,employees\n1,5\n2,"{text}"\n', events=None) as data:
        assert problems(data) == {("D201", "line 3", text)}
        assert rows(data, "leads", "employees") == [("5",)]


def test_a_number_is_bad_exactly_where_compiled_code_cannot_read_it() -> None:
    module = sys.modules["known"] = ModuleType("known")
    try:
        exec(to_python(plan_of("employees is known: +1\n")), module.__dict__)
        now = datetime(2026, 11, 21, tzinfo=UTC)
        for text in (*GOOD_NUMBERS, *BAD_NUMBERS):
            known = module.score({"employees": text}, [], now).score == 1
            assert known == (text in GOOD_NUMBERS), text
    finally:
        del sys.modules["known"]


def test_words_for_nothing_are_not_bad(tmp_path: Path) -> None:
    vocabulary = "leads:\n  fields:\n    employees: {column: size, missing: [Select, n/a]}\n"
    leads = "id,size\n1, SELECT \n2,n/a\n3,none\n"
    with opened(tmp_path, leads=leads, events=None, vocabulary=vocabulary) as data:
        assert problems(data) == {("D201", "line 4", "none")}


def test_only_fields_that_the_card_reads_are_checked(tmp_path: Path) -> None:
    leads = "id,title,employees\n1,CEO,many\n"
    with opened(tmp_path, leads=leads, events=None, card="title is CEO: +1\n") as data:
        assert data.bad_rows.total == 0


def test_yes_and_no(tmp_path: Path) -> None:
    with opened(tmp_path, leads="id,consent\n1,Yes\n2,OFF\n3,maybe\n4,\n", events=None) as data:
        assert problems(data) == {("D203", "line 4", "maybe")}


def test_texts_are_brought_to_normal_form_c(tmp_path: Path) -> None:
    with opened(tmp_path, leads="id,title\n1,Ge\u0301rant\n", events=None) as data:
        assert rows(data, "leads", "title") == [("G\u00e9rant",)]


def test_verbs_that_imply_an_object(tmp_path: Path) -> None:
    events = (
        "lead_id,event,at,object\n1,webinar_attended,2026-01-01,\n"
        "1,webinar_attended,2026-01-02,ABM basics\n1,page_view,2026-01-03,/x\n"
    )
    with opened(tmp_path, events=events) as data:
        assert rows(data, "events", "verb, object") == [
            ("attended", "webinar"),
            ("attended", "webinar: ABM basics"),
            ("page_view", "/x"),
        ]


@pytest.mark.parametrize(
    ("header", "value", "seconds"),
    [("seconds", "1.5", "1.500"), ("duration_ms", "1500", "1.500"), ("duration", "90", "90.000")],
)
def test_units_of_time_spent(tmp_path: Path, header: str, value: str, seconds: str) -> None:
    events = f"lead_id,event,at,{header}\n1,visited,2026-01-01,{value}\n"
    with opened(tmp_path, events=events) as data:
        assert rows(data, "events", "seconds::DECIMAL(10, 3)::VARCHAR") == [(seconds,)]


def test_events_that_name_leads_by_address(tmp_path: Path) -> None:
    leads = "id,email\n1,Ann@X.com\n2,bob@x.com\n3,bob@x.com\n"
    events = (
        "recipient,event,at\n ann@x.com,email_open,2026-01-01\n"
        "bob@x.com,email_open,2026-01-02\nzoe@x.com,email_open,2026-01-03\n"
    )
    with opened(tmp_path, leads=leads, events=events) as data:
        assert rows(data, "events", "lead_id, verb") == [("1", "email_open")]
        assert problems(data) == {
            ("D211", "line 3", "bob@x.com"),
            ("D206", "line 4", "zoe@x.com"),
        }


def test_ids_that_are_numbers_meet_ids_that_are_texts(tmp_path: Path) -> None:
    engine = duckdb.connect()
    engine.execute(
        f"COPY (SELECT 42.0::DOUBLE AS lead_id, 'CEO' AS title) TO '{tmp_path / 'l.parquet'}'"
    )
    events = "lead_id,event,at\n42,visited,2026-01-01\n"
    with opened(tmp_path, leads=(), leads_name="l.parquet", events=events) as data:
        assert data.bad_rows.total == 0
        assert rows(data, "leads", "lead_id") == rows(data, "events", "lead_id") == [("42",)]


MERGING = "leads: {id: id, merged into: master}\n"


def test_events_of_merged_leads_go_to_the_master(tmp_path: Path) -> None:
    leads = "id,master\n1,\n2,1\n3,2\n4,\n"
    events = "lead_id,event,at\n3,visited,2026-01-01\n2,visited,2026-01-02\n4,visited,2026-01-03\n"
    with opened(tmp_path, leads=leads, events=events, vocabulary=MERGING) as data:
        assert rows(data, "leads", "lead_id") == [("1",), ("4",)]
        assert rows(data, "events", "lead_id") == [("1",), ("1",), ("4",)]
        assert data.bad_rows.total == 0


def test_merging_in_a_circle_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(DataError) as error,
        opened(tmp_path, leads="id,master\n1,2\n2,1\n3,\n", events=None, vocabulary=MERGING),
    ):
        pass
    assert refusals(error) == ["D124"]
    assert "`1`, `2`" in error.value.diagnostics[0].message


def test_merging_into_a_lead_that_is_not_there_is_said(tmp_path: Path) -> None:
    leads = "id,master\n1,9\n3,\n"
    with opened(tmp_path, leads=leads, events=None, vocabulary=MERGING) as data:
        assert "D125" in [d.code for d in data.diagnostics]


def test_a_currency_beside_an_amount(tmp_path: Path) -> None:
    vocabulary = """
leads:
  fields:
    annual revenue: {column: revenue, type: money, currency: {column: money}}
currency: {base: EUR, rates: {USD: 0.92}}
"""
    leads = "id,revenue,money\n1,100, usd\n"
    card = "annual revenue over 10: +1\n"
    with opened(tmp_path, leads=leads, events=None, vocabulary=vocabulary, card=card) as data:
        assert rows(data, "leads", "annual_revenue, annual_revenue_currency") == [("100", "USD")]


@pytest.mark.parametrize(
    ("card", "ids", "single"),
    [
        ("visited pricing 3+ times: +5\n", "1, 2, 3", True),
        ("visited pricing 3+ times: +5\n", "1, 2, 2", False),
        ("visited pricing 3+ times: +5\n", "1, NULL, NULL", True),
        ("visited pricing 3+ times: +5\n", "1, 2, 2000000000", False),  # too far apart to count
        ("visited pricing: +1 each, max 5\n", "7, 8, 9", True),
        ("spent 2+ minutes on pricing: +1\n", "7, 8, 9", True),
        ("visited pricing: +5\n", "1, 2, 3", False),  # makes no difference, so is not looked at
    ],
)
def test_events_that_stand_once(tmp_path: Path, card: str, ids: str, single: bool) -> None:
    duckdb.execute(
        f"COPY (SELECT unnest([{ids}])::BIGINT AS event_id, 1 AS lead_id, 'visited' AS verb,"
        " TIMESTAMP '2026-01-01' AS \"at\", '/pricing' AS page)"
        f" TO '{tmp_path / 'events.parquet'}'"
    )
    with opened(tmp_path, events=(), events_name="events.parquet", card=card) as data:
        assert data.events_unique is single


# --- bad rows -------------------------------------------------------------------------------------


def test_every_bad_row_is_counted_named_and_left_out(tmp_path: Path) -> None:
    leads = (
        'lead_id,title,employees\n1,"two\nlines",5\n\n,CEO,5\n1,CTO,6\n3,short\n4,a,b,c\n5,CEO,x\n'
    )
    events = (
        "event_id,lead_id,event,at,seconds\n"
        "a,1,visited,2026-01-01,5\nb,,visited,2026-01-01,5\nc,1,,2026-01-01,5\n"
        "d,1,visited,,5\ne,1,visited,soon,5\nf,1,visited,2026-01-01,long\n"
        "g,9,visited,2026-01-01,5\nh,5,visited,2026-01-01,5\n"
    )
    with opened(tmp_path, leads=leads, events=events) as data:
        assert {(r.file, r.code, r.place) for r in data.bad_rows.rows()} == {
            ("leads.csv", "D204", "line 5"),
            ("leads.csv", "D205", "line 6"),
            ("leads.csv", "D207", "line 7"),
            ("leads.csv", "D207", "line 8"),
            ("leads.csv", "D201", "line 9"),
            ("events.csv", "D204", "line 3"),
            ("events.csv", "D210", "line 4"),
            ("events.csv", "D209", "line 5"),
            ("events.csv", "D202", "line 6"),
            ("events.csv", "D201", "line 7"),
            ("events.csv", "D206", "line 8"),
        }
        assert rows(data, "leads", "lead_id, title") == [("1", "two\nlines")]
        assert rows(data, "events", "event_id") == [("a",), ("g",), ("h",)]
        assert data.bad_rows.total == 11
        findings = data.bad_rows.findings(allowed=False)
        assert all(f.is_error for f in findings)
        assert not any(f.is_error for f in data.bad_rows.findings(allowed=True))
        said = next(f.message for f in findings if f.code == "D201" and "employees" in f.message)
        assert said == (
            "1 row of `leads.csv`: a number that cannot be read in `employees`,"
            " such as `x` (line 9)"
        )


def test_bad_rows_are_written(tmp_path: Path) -> None:
    leads = 'lead_id,title,employees\n1,"a ""b""",x\n2,CEO,5\n'
    with opened(tmp_path, leads=leads, events=None) as data:
        data.bad_rows.write(tmp_path / "out.bad-rows.csv")
    written = as_objects((tmp_path / "out.bad-rows.csv").read_text(encoding="utf-8"))
    assert len(written) == 1
    row = written[0]
    content = json.loads(row.pop("row"))
    assert content == {"lead_id": "1", "title": 'a "b"', "employees": "x"}
    assert row == {
        "file": "leads.csv",
        "line": "2",
        "problem": "a number that cannot be read",
        "column": "employees",
        "value": "x",
    }


def test_lines_are_true_ones_among_quoted_newlines_and_blank_lines(tmp_path: Path) -> None:
    pieces, bad, line = ["lead_id,title,employees\r\n"], [], 2
    for n in range(500):
        if n % 7 == 0:
            pieces.append("\r\n")
            line += 1
        wrong = n % 50 == 3
        if n % 60 == 11:
            pieces.append(f"{n},short\r\n")
            bad.append(("D207", f"line {line}"))
            line += 1
            continue
        pieces.append(f'{n},"a\r\nb ""c"" {n}",{"x" if wrong else 5}\r\n')
        if wrong:
            bad.append(("D201", f"line {line}"))
        line += 2
    with opened(tmp_path, leads="".join(pieces), events=None) as data:
        assert {(code, place) for code, place, _ in problems(data)} == set(bad)
        assert data.lead_count == 500 - len(bad)


@pytest.mark.parametrize(
    ("leads", "events", "strangers"),
    [
        ("1, 2, 3", "1, 3", 0),  # no gaps
        ("1, 2, 3", "0, 3", 1),
        ("1, 5, 9", "1, 9", 0),
        ("1, 5, 9", "1, 4, 9", 1),
        ("-5, 900000000", "-5, 7", 1),  # too far apart for bits
        ("'a', 'b'", "'a', 'c'", 1),
    ],
)
def test_events_of_unknown_leads(tmp_path: Path, leads: str, events: str, strangers: int) -> None:
    duckdb.execute(f"COPY (SELECT unnest([{leads}]) AS lead_id) TO '{tmp_path / 'leads.parquet'}'")
    duckdb.execute(
        f"COPY (SELECT unnest([{events}]) AS lead_id, 'visited' AS verb,"
        f" TIMESTAMP '2026-01-01' AS \"at\") TO '{tmp_path / 'events.parquet'}'"
    )
    names = {"leads_name": "leads.parquet", "events_name": "events.parquet"}
    with opened(tmp_path, leads=(), events=(), **names) as data:
        assert [row.code for row in data.bad_rows.rows()] == ["D206"] * strangers


def test_bad_rows_of_parquet(tmp_path: Path) -> None:
    engine = duckdb.connect()
    engine.execute(
        "COPY (SELECT * FROM (VALUES (1, 5.0::DOUBLE), (1, 6), (NULL, 7), (3, 'nan'::DOUBLE),"
        f" (4, 8)) t(lead_id, employees)) TO '{tmp_path / 'leads.parquet'}'"
    )
    engine.execute(
        "COPY (SELECT * FROM (VALUES (1, 'visited', TIMESTAMP '2026-01-01'), (4, 'visited', NULL),"
        f" (9, 'visited', TIMESTAMP '2026-01-01')) t(lead_id, verb, \"at\"))"
        f" TO '{tmp_path / 'events.parquet'}'"
    )
    names = {"leads_name": "leads.parquet", "events_name": "events.parquet"}
    with opened(tmp_path, leads=(), events=(), **names) as data:
        assert {(code, place) for code, place, _ in problems(data)} == {
            ("D205", "row 2"),
            ("D204", "row 3"),
            ("D201", "row 4"),
            ("D209", "row 2"),
            ("D206", "row 3"),
        }
        assert rows(data, "leads", "lead_id, employees") == [(1, 5.0), (4, 8.0)]


def test_the_row_that_wins(tmp_path: Path) -> None:
    vocabulary = "leads: {id: id, wins: updated}\n"
    leads = (
        "id,title,updated\n1,old,2026-01-01\n1,new,2026-02-01T00:00:00Z\n1,older,2025-12-31\n2,x,\n"
    )
    with opened(tmp_path, leads=leads, events=None, vocabulary=vocabulary) as data:
        assert rows(data, "leads", "lead_id, title") == [("1", "new"), ("2", "x")]
        assert data.bad_rows.total == 0


def test_hostile_headers_and_values(tmp_path: Path) -> None:
    leads = 'id,"a""; DROP TABLE x; --",title\n1,\'; --,"CEO\'); --"\n'
    with opened(tmp_path, leads=leads, events=None) as data:
        assert rows(data, "leads", "title") == [("CEO'); --",)]
    with opened(tmp_path, leads="id,title\n1,a\0b\n", events=None) as data:
        assert rows(data, "leads", "title") == [("a\0b",)]


def test_very_long_lines(tmp_path: Path) -> None:
    long = "x" * 3_000_000
    with opened(tmp_path, leads=f"id,title\n1,{long}\n2,b\n", events=None) as data:
        assert rows(data, "leads", "length(title)") == [(1,), (3_000_000,)]


# --- documentation --------------------------------------------------------------------------------


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


# --- real data, where it is at hand ---------------------------------------------------------------

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

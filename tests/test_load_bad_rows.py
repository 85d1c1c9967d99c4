"""Loading data: what cannot be read is counted, named with its line, and left out."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import duckdb
import pytest

from leadcard.compiler.vocabulary_file import builtin
from leadcard.runtime.data_error import DataError, working_on
from leadcard.runtime.load import open_data
from tests.loaded_data import (
    LEADS,
    as_objects,
    opened,
    plan_of,
    problems,
    refusals,
    rows,
)


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


def test_lines_after_a_quote_that_makes_no_sense(tmp_path: Path) -> None:
    leads = 'id,title,employees\n1,a,5\n2,"bad"x,5\n3,"b\nc",x\n4,d,5\n5,e,y\n'
    with opened(tmp_path, leads=leads, events=None) as data:
        assert {(code, place) for code, place, _ in problems(data)} == {
            ("D207", "line 3"),
            ("D201", "line 4"),
            ("D201", "line 7"),
        }
        assert rows(data, "leads", "lead_id") == [("1",), ("4",)]


def test_broken_files_are_refused_while_they_are_worked_on(tmp_path: Path) -> None:
    whole = tmp_path / "whole.parquet"
    duckdb.execute(
        f"COPY (SELECT i AS lead_id, 'CEO' || i AS title FROM range(5000) t(i)) TO '{whole}'"
    )
    packed = gzip.compress(LEADS.encode() * 50)
    content = whole.read_bytes()
    middle = len(content) // 3
    for broken in (
        content[:middle] + b"\xff" * 400 + content[middle + 400 :],
        content[:-40],
        packed[: len(packed) // 2],
        packed[:12] + b"\xff\xff" + packed[14:],
    ):
        with (
            pytest.raises(DataError) as error,
            opened(tmp_path, leads=broken, events=None) as data,
            working_on("the data"),
        ):
            rows(data, "leads", "*")
        assert refusals(error) == ["F101"]


def test_too_little_memory_is_said(tmp_path: Path) -> None:
    with (
        pytest.raises(DataError) as error,
        open_data(builtin(), None, leads=["-"], memory_limit="x"),
    ):
        pass
    assert refusals(error) == ["D901"]
    leads = "lead_id,title\n" + "".join(f"{n},{'x' * 200}{n}\n" for n in range(50_000))
    (tmp_path / "leads.csv").write_text(leads)
    with (
        pytest.raises(DataError) as error,
        open_data(builtin(), plan_of(), leads=["leads.csv"], folder=tmp_path, memory_limit="8MB"),
    ):
        pass
    assert refusals(error) == ["D901"]


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

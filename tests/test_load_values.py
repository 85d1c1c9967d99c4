"""Loading data: times, numbers, texts, and how events find their leads."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import duckdb
import pytest

from leadcard.compiler.backends.python import to_python
from leadcard.runtime.data_error import DataError
from tests.command_line import leadcard
from tests.loaded_data import (
    opened,
    plan_of,
    problems,
    refusals,
    rows,
)

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


def test_a_sign_belongs_to_a_word_for_nothing(tmp_path: Path) -> None:
    vocabulary = "leads:\n  fields:\n    employees: {column: size, missing: [-x 1]}\n"
    leads = "id,size\n1,-X  1\n2,x 1\n"
    with opened(tmp_path, leads=leads, events=None, vocabulary=vocabulary) as data:
        assert problems(data) == {("D201", "line 3", "x 1")}


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


def test_verbs_that_tell_an_object_stay_as_they_are(tmp_path: Path) -> None:
    events = (
        "lead_id,event,at,object\n1,webinar_attended,2026-01-01,\n"
        "1,webinar_attended,2026-01-02,ABM basics\n1,page_view,2026-01-03,/x\n"
    )
    with opened(tmp_path, events=events) as data:
        assert rows(data, "events", "verb, object") == [
            ("page_view", "/x"),
            ("webinar_attended", "ABM basics"),
            ("webinar_attended", None),
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
        ("visited pricing 3+ times: +5\n", "1, 2, 2000000000", True),  # too far apart for bits
        ("visited pricing 3+ times: +5\n", "1, 2000000000, 2000000000", False),
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


@pytest.mark.parametrize(
    ("ids", "single", "known"),
    [
        (["a", "b", "c"], True, False),  # whether they are known does not matter then
        (["a", "b", "b"], False, True),
        (["a", "b", "B"], True, False),
        (["a", " ", ""], True, False),
        (["b", "b", " "], False, False),
        ([*map(str, range(300_000)), "7"], False, True),  # far from the id that it repeats
    ],
)
def test_texts_that_name_events(tmp_path: Path, ids: list[str], single: bool, known: bool) -> None:
    rows = "".join(f"{said},1,visited,2026-01-01,/pricing\n" for said in ids)
    events, card = f"event_id,lead_id,verb,at,page\n{rows}", "visited pricing 3+ times: +5\n"
    with opened(tmp_path, events=events, card=card) as data:
        assert (data.events_unique, data.event_ids_known) == (single, known)


def test_whole_seconds_beyond_all_reason(tmp_path: Path) -> None:
    rows = ", ".join(
        f"('{lead}', 'visited', '/pricing', TIMESTAMP '2026-01-01', CAST({seconds} AS BIGINT))"
        for lead, seconds in (("a", 2**63 - 1), ("b", -(2**63)), ("c", 120), ("d", "NULL"))
    )
    columns = 'lead_id, verb, object, "at", seconds'
    events = tmp_path / "events.parquet"
    duckdb.execute(f"COPY (SELECT * FROM (VALUES {rows}) AS e({columns})) TO '{events}'")
    (tmp_path / "leads.csv").write_text("id\na\nb\nc\nd\n", encoding="utf-8")
    (tmp_path / "c.scorecard").write_text("spent 2+ minutes on pricing: +5\n", encoding="utf-8")
    files = ("--leads", "leads.csv", "--events", "events.parquet", "--as-of", "2026-02-01")
    done = leadcard("score", "c.scorecard", *files, "--format", "csv", folder=tmp_path)
    assert [line.split(",")[4] for line in done.stdout.splitlines()[1:]] == ["5", "0", "5", "0"]

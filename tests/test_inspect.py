"""Data held against a card: what is counted, what is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from leadcard.compiler.pipeline import Checked, check_source
from leadcard.compiler.text import name_form
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.source import Source
from leadcard.runtime.card_words import ObjectWord, ValueWord, VerbWord, card_fields, card_words
from leadcard.runtime.inspect import Inspection, inspect, loading_plan
from leadcard.runtime.load import open_data
from tests.command_line import leadcard

GOLDEN = Path(__file__).parent / "golden" / "inspect"


def _checked(card: str) -> Checked:
    checked = check_source(Source("card", card), builtin(), folder=Path())
    assert checked.plan is not None, [d.message for d in checked.diagnostics]
    return checked


@contextmanager
def _inspected(card: str | None, folder: Path, *, events: bool = True) -> Iterator[Inspection]:
    checked = None if card is None else _checked(card)
    plan = loading_plan(checked.plan) if checked and checked.plan else None
    with open_data(
        builtin(),
        plan,
        leads=["leads.csv"],
        events=["events.csv"] if events else (),
        folder=folder,
    ) as data:
        yield inspect(data, builtin(), checked.bound if checked else None)


def _write(folder: Path, leads: str, events: str = "") -> Path:
    (folder / "leads.csv").write_text(leads, encoding="utf-8")
    (folder / "events.csv").write_text(f"lead_id,event,object,timestamp\n{events}", "utf-8")
    return folder


# --- the words of a card --------------------------------------------------------------------------


def test_words_come_with_their_lines() -> None:
    card = (
        "fit:\n  title is CEO, CTO or contains VP: +1\n  country in area: +1\n"
        "behavior when industry is tech:\n"
        "  visited pricing then requested demo within 24h: +1\n  not active in 3d: -1\n"
        "  3+ people opened email: +1\nstages:\n  a: called\nlist area: DE\n"
    )
    bound_card = _checked(card).bound
    assert bound_card is not None
    words = [(type(w).__name__, w.line, w.text) for w in card_words(bound_card)]
    assert words == [
        ("ValueWord", 2, "CEO"),
        ("ValueWord", 2, "CTO"),
        ("ValueWord", 2, "VP"),
        ("ValueWord", 3, "area"),
        ("ValueWord", 4, "tech"),
        ("VerbWord", 5, "visited"),
        ("ObjectWord", 5, "pricing"),
        ("VerbWord", 5, "requested"),
        ("ObjectWord", 5, "demo"),
        ("VerbWord", 7, "opened email"),
        ("VerbWord", 9, "called"),
    ]
    assert card_fields(bound_card) == {"title", "country", "industry"}


@pytest.mark.parametrize(
    ("condition", "value", "meets"),
    [
        ("title is CEO", "ceo ", True),
        ("title is CEO", "CEO, EMEA", False),
        ("title contains CTO", "the CTO, EMEA", True),
        ("title contains CTO", "Director", False),
        ('title starts with "head"', "Head of Sales", True),
        ('title ends with "sales"', "Head of Sales", True),
        ('title matches "VP*"', "vp of x", True),
        ('title matches "VP?"', "VP", False),
        ("country is US", "United States", True),
        ("country in area", "Österreich", True),
        ("country in area", "France", False),
        ("title in heads", "Head of x", True),
        ("email domain in firms", "mail.acme.example", True),
        ("email domain in firms", "notacme.example", False),
    ],
)
def test_a_value_meets_a_word_as_it_meets_the_condition(
    condition: str, value: str, meets: bool
) -> None:
    lists = 'list area: DE, Austria\nlist heads: "Head *"\nlist firms: acme.example\n'
    bound_card = _checked(f"{condition}: +1\n{lists}").bound
    assert bound_card is not None
    (word,) = card_words(bound_card)
    assert isinstance(word, ValueWord)
    assert word.meets(value) is meets


@pytest.mark.parametrize(
    ("condition", "what", "meets"),
    [
        ("visited pricing", "https://x.example/Pricing.html?a=1", True),
        ("visited pricing", "/pricing-old", False),
        ("visited /docs/*", "/docs", True),
        ("visited /docs/*", "/docs/a/b#c", True),
        ("visited /docs/*", "docs", False),
        ("downloaded case study", "ACME Case-Study 2025.pdf", True),
        ("downloaded case study", "case", False),
        ('downloaded "Price list"', "price-list", True),
        ('downloaded "Price list"', "the price list", False),
        ("visited website", "/anything", True),
        ("visited website", "website", True),
    ],
)
def test_an_object_meets_a_word_as_it_meets_the_condition(
    condition: str, what: str, meets: bool
) -> None:
    bound_card = _checked(f"{condition}: +1\n").bound
    assert bound_card is not None
    verb, word = card_words(bound_card)
    assert isinstance(verb, VerbWord)
    assert not verb.bare
    assert isinstance(word, ObjectWord)
    assert word.meets(what) is meets


# --- the data -------------------------------------------------------------------------------------


def test_the_report_says_what_the_golden_file_says(update: bool) -> None:
    done = leadcard(
        "inspect", "odd.scorecard", "--leads", "leads.csv", "--events", "events.csv", folder=GOLDEN
    )
    assert done.code == 0, done.stderr
    golden = GOLDEN / "odd.txt"
    if update:
        golden.write_text(done.stdout, "utf-8")
    assert done.stdout == golden.read_text("utf-8")


def test_fields_are_counted_with_their_words_for_nothing(tmp_path: Path) -> None:
    _write(
        tmp_path, "lead id,title,employees,consent\n1,CEO,50-100,yes\n2,,lots,y\n3, ,1e5,maybe\n"
    )
    with _inspected("title is CEO: +1\nindustry is tech: +1\n", tmp_path, events=False) as found:
        fields = {f.word: (f.known, f.distinct, f.unreadable, f.used) for f in found.fields}
    assert fields == {
        "title": (1, 1, 0, True),
        "employees": (3, 3, 2, False),
        "consent": (3, 3, 1, False),
    }
    assert found.absent == ("industry",)
    assert (found.leads, found.events, found.quiet_leads) == (3, 0, 3)


def test_a_row_with_an_unreadable_number_stays_among_the_leads(tmp_path: Path) -> None:
    _write(tmp_path, "lead id,title,employees\n1,Manager,lots\n")
    card = "title contains manager: +1\nemployees 50+: +1\n"
    with _inspected(card, tmp_path, events=False) as found:
        assert found.silent == ()
        assert found.leads == 1


def test_an_unreadable_time_is_a_row_that_cannot_be_read(tmp_path: Path) -> None:
    _write(tmp_path, "lead id,created\n1,last spring\n2,2026-01-01\n")
    with _inspected("created in the last 30d: +1\n", tmp_path, events=False) as found:
        assert [(b.code, b.count) for b in found.bad_rows] == [("D202", 1)]


def test_verbs_are_known_used_or_unknown(tmp_path: Path) -> None:
    _write(
        tmp_path,
        "lead id\n1\n",
        "1,page_view,/pricing,2026-11-01\n1,page_view,/pricing,2026-11-02\n"
        "1,Called,,2026-11-01\n1,vistied,/pricing,2026-11-01\n",
    )
    with _inspected("visited pricing: +1\n", tmp_path) as found:
        verbs = [(v.spelled, v.count, v.verb, v.used, v.near) for v in found.verbs]
    assert verbs == [
        ("vistied", 1, None, False, "visited"),
        ("page_view", 2, "visited", True, None),
        ("Called", 1, "called", False, None),
    ]
    with _inspected("any event: +1\n", tmp_path) as found:
        assert {v.spelled: v.used for v in found.verbs}["Called"]


def test_objects_that_no_rule_looks_for(tmp_path: Path) -> None:
    events = "1,visited,/jobs,2026-11-01\n1,visited,/pricing,2026-11-02\n1,called,Ann,2026-11-01\n"
    _write(tmp_path, "lead id\n1\n", events)
    with _inspected("visited pricing: +1\ncalled: +1\n", tmp_path) as found:
        assert [(o.verb, [u.text for u in o.objects], o.events) for o in found.objects] == [
            ("visited", ["/jobs"], 1)
        ]
    with _inspected("visited pricing: +1\nvisited: +1\n", tmp_path) as found:
        assert found.objects == ()


def test_words_that_never_occur_are_told_with_what_does(tmp_path: Path) -> None:
    _write(tmp_path, "lead id,industry\n1,Tecnology\n", "1,visited,/prices,2026-11-01\n")
    card = "industry is technology: +1\nvisited pricing: +1\ncalled: +1\nindustry in area: +1\n"
    with _inspected(f"{card}list area: retail\n", tmp_path) as found:
        silent = [(s.line, s.what, s.text, s.of, s.near) for s in found.silent]
    assert silent == [
        (1, "value", "technology", "industry", "Tecnology"),
        (4, "list", "area", "industry", None),
        (2, "object", "pricing", "visited", None),
        (3, "verb", "called", None, None),
    ]


def test_without_a_card_only_the_vocabulary_is_asked(tmp_path: Path) -> None:
    _write(tmp_path, "lead id,title\n1,CEO\n", "1,visited,/a,2026-11-01\n1,huh,,2026-11-01\n")
    with _inspected(None, tmp_path) as found:
        assert [(v.spelled, v.verb, v.used) for v in found.verbs] == [
            ("huh", None, False),
            ("visited", "visited", True),
        ]
        assert (found.silent, found.objects) == ((), ())


def test_parquet_with_its_own_types(tmp_path: Path) -> None:
    with duckdb.connect() as engine:
        engine.execute(
            "COPY (SELECT i AS lead_id, 'CEO' AS title, i * 1.5 AS employees, i % 2 = 0 AS consent"
            f" FROM range(5) t(i)) TO '{tmp_path / 'leads.parquet'}'"
        )
        engine.execute(
            "COPY (SELECT i % 5 AS lead_id, 'e' || i % 7 AS event_id, 'visited' AS verb, '/a' AS"
            " object, TIMESTAMP '2026-11-01' AS \"at\" FROM range(70) t(i))"
            f" TO '{tmp_path / 'events.parquet'}'"
        )
    with open_data(
        builtin(), None, leads=["leads.parquet"], events=["events.parquet"], folder=tmp_path
    ) as data:
        found = inspect(data, builtin())
    assert (found.leads, found.events, found.repeated_events, found.quiet_leads) == (5, 70, 35, 0)
    assert {f.word: (f.known, f.unreadable) for f in found.fields} == {
        "title": (5, 0),
        "employees": (5, 0),
        "consent": (5, 0),
    }


# --- the command ----------------------------------------------------------------------------------


def test_the_report_for_programs(tmp_path: Path) -> None:
    _write(tmp_path, "lead id,title\n1,CEO\n", "1,visited,/jobs,2026-11-01T10:00:00Z\n")
    (tmp_path / "a.scorecard").write_text("title is CTO: +1\nvisited pricing: +1\n", "utf-8")
    data = ("--leads", "leads.csv", "--events", "events.csv")
    done = leadcard("inspect", "a.scorecard", *data, "--format", "json", folder=tmp_path)
    found = json.loads(done.stdout)
    assert (found["leads"], found["events"]) == (1, 1)
    assert found["first_event"] == "2026-11-01T10:00:00Z"
    assert [s["text"] for s in found["never_occur"]] == ["CTO", "pricing"]
    assert found["unmatched_objects"][0]["objects"][0]["text"] == "/jobs"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("a.scorecard", "--leads", "lost.csv"), "lost.csv"),
        (("lost.scorecard", "--leads", "leads.csv"), "F101"),
        (("a.scorecard",), "D106"),
        (("bad.scorecard", "--leads", "leads.csv"), "R101"),
    ],
)
def test_what_cannot_be_inspected_is_told(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    _write(tmp_path, "lead id,title\n1,CEO\n")
    (tmp_path / "a.scorecard").write_text("title is CTO: +1\n", "utf-8")
    (tmp_path / "bad.scorecard").write_text("visted pricing: +1\n", "utf-8")
    done = leadcard("inspect", *arguments, folder=tmp_path)
    assert done.code == 1
    assert said in done.stderr
    assert done.stdout == ""


def test_values_of_data_cannot_write_to_the_terminal(tmp_path: Path) -> None:
    _write(tmp_path, "lead id,title\n1,\x1b[31mred\n")
    (tmp_path / "a.scorecard").write_text("title is CTO: +1\n", "utf-8")
    done = leadcard("inspect", "a.scorecard", "--leads", "leads.csv", folder=tmp_path)
    assert "\x1b" not in done.stdout
    assert name_form("red") in done.stdout


def test_an_object_that_verb_and_object_say_together_does_occur(tmp_path: Path) -> None:
    _write(tmp_path, "lead id,title\n1,CEO\n", "1,ad_click,LinkedIn spring,2026-11-01T10:00:00Z\n")
    (tmp_path / "a.scorecard").write_text("clicked LinkedIn ad: +1\nclicked Bing ad: +1\n", "utf-8")
    data = ("--leads", "leads.csv", "--events", "events.csv")
    done = leadcard("inspect", "a.scorecard", *data, "--format", "json", folder=tmp_path)
    found = json.loads(done.stdout)
    assert [s["text"] for s in found["never_occur"]] == ["Bing ad"]
    told = [o["text"] for report in found["unmatched_objects"] for o in report["objects"]]
    assert "LinkedIn spring" not in told

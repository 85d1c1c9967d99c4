"""SQL for DuckDB: fields, sections, results and safety on tiny tables."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from leadcard.compiler import plan as p
from leadcard.compiler.backends.sql import AsOf, Facts, to_sql
from leadcard.compiler.text import needle
from tests.python_plans import (
    MICROSECOND,
    NOW,
    ago,
    events,
    plan,
    repeated,
    rule,
    some,
    visit,
)
from tests.sql_runs import EVENT_COLUMNS, LEAD_COLUMNS, fires, run, score

# --- fields ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("test", "title", "holds"),
    [
        (p.Equals(field="title", values=("vp sales",)), " VP_Sales\t", True),
        (p.Equals(field="title", values=("vp sales",)), "VP of Sales", False),
        (p.Contains(field="title", needles=(needle("CTO"),)), "Director", False),
        (p.Contains(field="title", needles=(needle("CTO"),)), "Founder/CTO", True),
        (p.Contains(field="title", needles=(needle("经理"),)), "销售经理", True),
        (p.StartsWith(field="title", texts=("vp",)), "  VP Sales", True),
        (p.EndsWith(field="title", texts=("of sales",)), "Head  of\u00a0Sales ", True),
        (p.Matches(field="title", patterns=("head of *",)), "Head-of IT", True),
        (p.Matches(field="title", patterns=("v?",)), "V%", True),
        (p.Matches(field="title", patterns=("v_",)), "VP", False),
        (p.Known(field="title"), " \u3000\u200b", False),
        (p.Known(field="title"), "-", True),
        (p.Not(part=p.Equals(field="title", values=("ceo",))), None, True),
        (p.Equals(field="title", values=("ſ",)), "S", False),
        (p.Equals(field="title", values=("s",)), "ſ", True),
    ],
)
def test_texts(test: p.Predicate, title: str | None, holds: bool) -> None:
    assert fires(test, {"title": title}) is holds


@pytest.mark.parametrize(
    ("said", "bounds", "holds"),
    [
        ("50", p.Bounds(low=Decimal(50)), True),
        ("50", p.Bounds(low=Decimal(50), low_open=True), False),
        ("1,000", p.Bounds(low=Decimal(1000), high=Decimal(1000)), True),
        ("51-200", p.Bounds(low=Decimal(50), high=Decimal(200)), True),
        ("51-201", p.Bounds(low=Decimal(50), high=Decimal(200)), False),
        ("10,001+", p.Bounds(low=Decimal(500)), True),
        ("10,001+", p.Bounds(low=Decimal(500), high=Decimal(10**9)), False),
        ("many", p.Bounds(high=Decimal(10)), False),
        ("0.0000005", p.Bounds(low=Decimal("0.000001")), True),
        ("-0.0000005", p.Bounds(high=Decimal("-0.000001")), True),
    ],
)
def test_numbers_in_texts(said: str, bounds: p.Bounds, holds: bool) -> None:
    assert fires(p.InRange(field="employees", bounds=bounds), {"employees": said}) is holds


@pytest.mark.parametrize(
    ("kind", "fact"), [("BIGINT", "integer"), ("DOUBLE", "number"), ("DOUBLE", None)]
)
def test_numbers_in_numeric_columns(kind: str, fact: Any) -> None:
    columns = {**LEAD_COLUMNS, "employees": kind}
    facts = Facts(types={"employees": fact} if fact else {})
    test = p.InRange(field="employees", bounds=p.Bounds(low=Decimal(50), high=Decimal(500)))
    for value, holds in ((50, True), (500, True), (501, False), (None, False)):
        lead = {"employees": value}
        assert fires(test, lead, lead_columns=columns, facts=facts) is holds


def test_domains_and_those_below_them() -> None:
    listed = p.LongList(name="rivals", entries=("acme.co.uk", "rival.com"))
    test = p.InList(field="email_domain", list="rivals", subdomains=True)
    for address, holds in (
        ("a@rival.com", True),
        ("a@mail.EU.Rival.com ", True),
        ("a@b@acme.co.uk", True),
        ("a@co.uk", False),
        ("a@notrival.com", False),
        ("rival.com", False),
        ("a@", False),
        (None, False),
    ):
        assert fires(test, {"email": address}, lists=(listed,)) is holds


def test_missing_words_and_fields_that_are_not_there() -> None:
    title = p.LeadField(column="title", kind=p.FieldKind.TEXT, missing=("select",))
    made = plan(rule(p.Known(field="title")), fields=(title,))
    assert score(made, {"title": " SELECT "})["score"] == 0
    assert score(made, {"title": "Selected"})["score"] == 10
    gone = Facts(absent=frozenset({"title", "created", "email", "employees", "consent"}))
    for test in (
        p.Known(field="title"),
        p.Known(field="email_domain"),
        p.InRange(field="employees", bounds=p.Bounds()),
        p.IsFalse(field="consent"),
        p.InTime(field="created", until=p.Instant()),
    ):
        assert not fires(test, {}, facts=gone, lead_columns={"lead_id": "VARCHAR"})


def test_booleans() -> None:
    for said, yes, no in ((" Yes", True, False), ("0", False, True), ("maybe", False, False)):
        assert fires(p.IsTrue(field="consent"), {"consent": said}) is yes
        assert fires(p.IsFalse(field="consent"), {"consent": said}) is no


def test_ids_of_different_types_are_the_same_text() -> None:
    columns = {**EVENT_COLUMNS, "lead_id": "BIGINT"}
    made = plan(rule(some(events())))
    leads = [{"lead_id": "7"}, {"lead_id": "07"}]
    found = run(made, leads, [{**visit(), "lead_id": 7}], event_columns=columns)
    assert {lead: row["score"] for lead, row in found.items()} == {"7": 10, "07": 0}


# --- sections and results -------------------------------------------------------------------------


def test_best_only_and_limits_of_sections() -> None:
    sections = (
        p.Section(name="best", column="best", line=1, best_only=True),
        p.Section(name="low", column="low", line=5, minimum=-500, maximum=700),
        p.Section(name="shut", column="shut", line=8, when=p.FALSE, minimum=300),
    )
    rules = (
        rule(points=-500, line=2, section="best"),
        rule(points=300, line=3, section="best", flag="a"),
        rule(points=300, line=4, section="best", flag="b"),
        rule(points=1000, line=6, section="low"),
        rule(points=900, line=9, section="shut", flag="shut", disqualify=True),
    )
    found = score(plan(*rules, sections=sections), {}, reasons=True)
    assert [found[f"section_{s}"] for s in ("best", "low", "shut")] == [3, 7, 0]
    assert (found["score"], found["flags"], found["disqualified"]) == (10, "a; b", False)
    counted = {r["line"]: r["counted"] for r in json.loads(found["reasons"])}
    assert counted == {2: False, 3: True, 4: False, 6: True}


def test_tiers_grades_stages() -> None:
    made = plan(
        rule(points=6200),
        rule(p.Known(field="title"), points=0, line=2, flag="known", scored=False),
        rule(p.Equals(field="title", values=("x",)), line=3, disqualify=True, points=0),
        score_low=0,
        score_high=10_000,
        tiers=(p.Tier(number=3, name="large", line=4, when=p.Known(field="title")),),
        grades=p.Grades(section="score", steps=(("A", 7000), ("B", 2500), ("D", None))),
        must_haves=p.MustHaves(
            at_least=1,
            requirements=(p.Requirement(line=5, text="title", when=p.Known(field="title")),),
        ),
        stages=(
            p.Stage(
                name="ready",
                line=6,
                when=p.And(
                    parts=(p.ScoreIn(low=6000), p.MustHavesMet(), p.TierIn(names=("large",)))
                ),
                route="Sales",
                respond_within="4h",
            ),
            p.Stage(
                name="new",
                line=7,
                when=p.Or(parts=(p.HasFlag(flag="known"), p.Not(part=p.Known(field="email")))),
                notify="me",
            ),
        ),
    )
    columns = ("displayed", "stage", "grade", "tier", "must_haves", "route", "notify")
    known = score(made, {"title": "CEO"})
    assert [known[c] for c in columns] == [3062, "ready", "B", "large", True, "Sales", None]
    unknown = score(made, {})
    assert [unknown[c] for c in columns] == [62, "new", "B", None, False, None, "me"]
    assert score(made, {"email": "a@b.c"})["stage"] == "none"
    out = score(made, {"title": "X"})
    assert [out[c] for c in columns] == [3062, "disqualified", "B", "large", True, None, None]


def test_reasons() -> None:
    made = plan(
        rule(
            p.EventCount(events=events(), low=2), points=1250, line=4, text='"quoted" \\ 经理',
            evidence=events(),
        ),
        rule(p.Known(field="title"), points=-50, line=2),
        repeated(events(), p.Repeat.EACH, points=150, line=5, maximum=200),
    )  # fmt: skip
    done = [visit(ago(days=2)), visit(ago(hours=1) + MICROSECOND)]
    reasons = json.loads(score(made, {"title": "CEO"}, *done, reasons=True)["reasons"])
    assert [(r["line"], r["rule"], r["points"], r["events"], r["latest"]) for r in reasons] == [
        (2, "rule 2", -0.5, 0, None),
        (4, '"quoted" \\ 经理', 12.5, 2, "2026-11-21T11:00:00.000001Z"),
        (5, "rule 5", 2, 2, "2026-11-21T11:00:00.000001Z"),
    ]


# --- safety ---------------------------------------------------------------------------------------

HOSTILE = (
    "'; DROP TABLE leads; --",
    "*/ SELECT 1 /*",
    "a\n*/ b",
    "{{ var('x') }} {% raw %}",
    "back\\slash \\' \"",
    "nul\0 inside",
    "$as_of ?1 :x",
    "%_[]^$.|()*+",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_never_become_sql(text: str) -> None:
    from leadcard.compiler.text import name_form

    made = plan(
        rule(
            p.Equals(field="title", values=(name_form(text),)),
            text=text, source=text, flag=text, label=text, key_conversion=True,
        ),
        rule(some(events(objects=(p.ObjectIs(values=(name_form(text),)),))), line=2, source=text),
        scorecard=text,
        stages=(p.Stage(name=text, line=3, when=p.TRUE, route=text),),
    )  # fmt: skip
    lead = {"title": text}
    found = score(made, lead, visit(thing=text), reasons=True)
    assert found["score"] == 20
    for column in ("scorecard", "flags", "key_conversions", "stage", "route"):
        assert found[column] == text
    assert json.loads(found["reasons"])[0]["rule"] == text
    assert score(made, {"title": text + "x"})["score"] == 0


@pytest.mark.parametrize("text", HOSTILE)
def test_names_of_columns_never_become_sql(text: str) -> None:
    column = text.replace("\0", "")
    made = plan(
        rule(p.Known(field=column)),
        fields=(p.LeadField(column=column, kind=p.FieldKind.TEXT),),
        sections=(p.Section(name="score", column=column, line=None),),
    )
    quoted = column.replace('"', '""')
    with duckdb.connect() as database:
        database.execute(
            f'CREATE TABLE leads (lead_id INTEGER, created TIMESTAMP, "{quoted}" VARCHAR)'
        )
        database.execute("INSERT INTO leads VALUES (1, NULL, 'x')")
        cursor = database.execute(to_sql(made, as_of=AsOf(literal=NOW)))
        row = cursor.fetchone()
        assert row is not None
        assert row[4] == 10
        assert (cursor.description or [])[-1][0] == f"section_{column}"


def test_templates_of_dbt_see_one_variable_only() -> None:
    made = plan(rule(source="{{ bad }}", flag="{{ bad }}", text="{% bad %}"), scorecard="{# bad #}")
    statement = to_sql(made, as_of=AsOf(variable="as_of"), reasons=True)
    assert statement.count("{{") == 1
    assert "'{{ var(\"as_of\", run_started_at.isoformat()) }}'" in statement
    assert "{%" not in statement
    assert "{#" not in statement

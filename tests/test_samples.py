"""Sample files: what is read of them, and what is said of each mistake."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from leadcard.compiler.pipeline import Checked, check_source
from leadcard.compiler.vocabulary_file import builtin, read_vocabulary
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.source import Source
from leadcard.runtime.harness.read_samples import read_samples
from leadcard.runtime.harness.sample_events import spread
from leadcard.runtime.harness.samples import (
    AllOf,
    Amount,
    Exactly,
    Firing,
    Sample,
    SampleFile,
)
from tests.command_line import leadcard

AS_OF = datetime(2026, 11, 21, 12, tzinfo=UTC)
CARD = """\
scorecard: Test
timezone: Europe/Berlin
score: 0 to 100
buyer stages: awareness, decision

fit:
  title is CEO, CTO: +20
  employees 50+: +10, flag "big"
  annual revenue over 1m: +5
  consent is yes: +1
  created in the last 30d: +1
  email domain personal: -10
behavior:
  visited pricing: +15 [pricing page]
  visited pricing: +5
  * requested demo: +25
  * clicked demo: +25 [second demo]
grade from fit: A 20+, B
must have at least 1:
  employees 50+
tiers:
  1 small: employees under 50
stages:
  hot: 50+, route to "Sales", respond within 4h, notify "call them"
  cold: below 50
"""


@cache
def _checked() -> Checked:
    checked = check_source(Source("test.scorecard", CARD), builtin(), folder=Path())
    assert checked.plan is not None, [d.message for d in checked.diagnostics]
    return checked


def _read(body: str, *, head: str = "as_of: 2026-11-21T12:00:00Z\nleads:\n") -> SampleFile:
    file, found = _try(body, head=head)
    assert [f"{d.code} {d.message}" for d in found] == []
    assert file is not None
    return file


def _try(
    body: str, *, head: str = "as_of: 2026-11-21T12:00:00Z\nleads:\n"
) -> tuple[SampleFile | None, tuple[Diagnostic, ...]]:
    checked = _checked()
    assert checked.plan is not None
    return read_samples(Source("test.leads.yaml", head + body), checked, checked.plan)


def _one(*lines: str, expect: str = "{score: 0}") -> Sample:
    text = "\n".join(("  - name: one", *(f"    {line}" for line in lines), f"    expect: {expect}"))
    return _read(text).samples[0]


def _mistake(*lines: str, expect: str = "{score: 0}") -> Diagnostic:
    text = "\n".join(("  - name: one", *(f"    {line}" for line in lines), f"    expect: {expect}"))
    file, found = _try(text)
    assert file is None
    assert len(found) == 1, [d.message for d in found]
    return found[0]


# --- leads ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "column", "value"),
    [
        ("employees: 120", "employees", "120"),
        ('employees: "10,000"', "employees", "10000"),
        ("employees: 51-200", "employees", "51-200"),
        ("employees: 10000+", "employees", "10000+"),
        ("number of employees: 0.10", "employees", "0.10"),
        ("annual revenue: 1.5m", "annual_revenue", "1500000"),
        ("annual revenue: €10k", "annual_revenue", "10000"),
        ("annual revenue: -3", "annual_revenue", "-3"),
        ("annual revenue: 500 USD", "annual_revenue", "500"),
        ("consent: yes", "consent", "true"),
        ("consent: off", "consent", "false"),
        ("country: NO", "country", "NO"),
        ("title: 经理", "title", "经理"),
        ("job title: CEO", "title", "CEO"),
        ("employees:", "employees", None),
        ("created: 40d ago", "created", AS_OF - timedelta(days=40)),
        ("created: yesterday", "created", AS_OF - timedelta(days=1)),
        ("created: in 20d", "created", AS_OF + timedelta(days=20)),
        ("created: 2026-11-01", "created", datetime(2026, 10, 31, 23, tzinfo=UTC)),
        ("created: 2026-11-01T09:00:00Z", "created", datetime(2026, 11, 1, 9, tzinfo=UTC)),
        ("created: 2026-11-01T09:00:00+05:30", "created", datetime(2026, 11, 1, 3, 30, tzinfo=UTC)),
        ("created: 2026-07-01 09:00", "created", datetime(2026, 7, 1, 7, tzinfo=UTC)),
    ],
)
def test_a_value_is_brought_into_the_form_of_data(written: str, column: str, value: object) -> None:
    assert dict(_one("lead:", f"  {written}").lead.values) == {column: value}


def test_the_account_is_no_field() -> None:
    lead = _one("lead: {company id: A-1, title: CEO}").lead
    assert lead.account == "A-1"
    assert dict(lead.values) == {"title": "CEO"}


def test_money_carries_its_currency_where_there_are_rates() -> None:
    words, _ = read_vocabulary(
        Source("leadcard.yaml", "currency: {base: EUR, rates: {USD: 0.5}}\n"), folder=Path()
    )
    checked = check_source(Source("c", "annual revenue over 1m: +5\n"), words, folder=Path())
    assert checked.plan is not None
    text = "as_of: 2026-11-21\nleads:\n  - {name: a, lead: {revenue: $2m}, expect: {score: 0}}\n"
    file, found = read_samples(Source("s", text), checked, checked.plan)
    assert found == ()
    assert file is not None
    assert dict(file.samples[0].lead.values) == {
        "annual_revenue": "2000000",
        "annual_revenue_currency": "USD",
    }


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("lead: {titel: CEO}", "T107", "did you mean `title`?"),
        ("lead: {title: VP, Operations}", "T107", "needs quotes"),
        ("lead: {title: CEO, job title: CTO}", "T108", None),
        ("lead: {email domain: gmail.com}", "T108", "email: ann@gmail.com"),
        ("lead: {employees: some}", "T108", "1200"),
        ("lead: {employees: 1e5}", "T108", "1200"),
        ("lead: {consent: perhaps}", "T108", "yes"),
        ("lead: {created: last spring}", "T106", "40d ago"),
        ("lead: {created: 21.11.2026}", "T106", "write `2026-11-21`"),
        ("lead: {title: [CEO]}", "T104", None),
        ("lead: CEO", "T104", "lead: {title: CEO"),
        ("buyer stage: decison", "T116", "did you mean `decision`?"),
        ("buyers stage: decision", "T103", "did you mean `buyer stage`?"),
        ("colleagues: CTO", "T104", "- lead: {title: CTO}"),
        ("colleagues: [{leed: {}}]", "T103", "did you mean `lead`?"),
    ],
)
def test_a_mistake_in_a_lead_is_found(line: str, code: str, words: str | None) -> None:
    found = _mistake(line)
    assert found.code == code
    assert found.source is not None
    assert found.span is not None
    assert found.source.position(found.span.start).line == 4
    assert words is None or words in (found.hint or "")


def test_a_value_with_a_comma_is_shown_with_quotes() -> None:
    assert _mistake("lead: {title: VP, Operations}").fix == 'lead: {title: "VP, Operations"}'


# --- events ---------------------------------------------------------------------------------------


def _acts(*lines: str) -> list[tuple[str, str | None, datetime]]:
    return [(e.verb, e.object, e.at) for e in _one(*lines).lead.events]


@pytest.mark.parametrize(
    ("written", "verb", "what"),
    [
        ("visited pricing, 3d ago", "visited", "pricing"),
        ("opened email, 3d ago", "opened email", None),
        ("clicked email, 3d ago", "clicked email", None),
        ("clicked demo, 3d ago", "clicked", "demo"),
        ("viewed /Docs/A?x=1, 3d ago", "visited", "/Docs/A?x=1"),
        ("page_view /pricing, 3d ago", "visited", "/pricing"),
        ("demo request, 3d ago", "requested", "demo"),
        ("downloaded Case-Study, 3d ago", "downloaded", "Case-Study"),
        ("UNSUBSCRIBED, 3d ago", "unsubscribed", None),
    ],
)
def test_the_longest_verb_wins_and_the_rest_is_the_object(
    written: str, verb: str, what: str | None
) -> None:
    assert _acts("events:", f"  - {written}") == [(verb, what, AS_OF - timedelta(days=3))]


def test_events_are_spread_evenly_with_both_ends() -> None:
    days = [e.at for e in _one("events:", "  - visited pricing x4, 10d ago to 1d ago").lead.events]
    assert days == [AS_OF - timedelta(days=n) for n in (10, 7, 4, 1)]


@pytest.mark.parametrize("times", ["x2", "2x", "x 2", "× 2", "2 times", "two times", "twice"])
def test_how_often_is_said_as_people_say_it(times: str) -> None:
    at = AS_OF.replace(hour=0) - timedelta(days=1, hours=1)
    written = f"  - visited pricing {times}, on {at + timedelta(hours=1):%Y-%m-%d}"
    assert _acts("events:", written) == [("visited", "pricing", at)] * 2


def test_steps_are_whole_microseconds() -> None:
    start, end = AS_OF, AS_OF + timedelta(microseconds=10)
    assert spread(start, end, 4) == tuple(AS_OF + timedelta(microseconds=n) for n in (0, 3, 6, 10))
    assert spread(start, start, 3) == (start, start, start)


def test_an_event_may_be_written_with_keys() -> None:
    event = _one(
        "events:", "  - {did: visited, what: pricing, at: 2026-11-01, seconds: 40.5, id: e1}"
    ).lead.events[0]
    assert (event.verb, event.object, event.id) == ("visited", "pricing", "e1")
    assert event.at == datetime(2026, 10, 31, 23, tzinfo=UTC)
    assert event.seconds == Decimal("40.5")


@pytest.mark.parametrize(
    ("written", "code", "fix"),
    [
        ("visted pricing, 3d ago", "T109", "- visited pricing, 3d ago"),
        ("visited pricing 3d ago", "T110", "- visited pricing, 3d ago"),
        ("visited pricing", "T110", "- visited pricing, 3d ago"),
        ("visited pricing on 2026-11-20", "T110", "- visited pricing, 2026-11-20"),
        ("visited pricing, 21.11.2026", "T110", "- visited pricing, 2026-11-21"),
        ("visited pricing, 5.11.2026", "T110", None),
        ("visited pricing, soon", "T110", None),
        ("visited pricing, 10d ago to 1d ago", "T110", None),
        ("visited pricing x0, 3d ago", "T110", None),
        ("visited pricing x99999, 3d ago", "T110", None),
        ("{did: visited, what: pricing}", "T110", None),
        ("{what: pricing, at: 3d ago}", "T110", None),
        ("{did: requested demo, what: pricing, at: 3d ago}", "T110", None),
        ("{did: visited, at: soon}", "T106", None),
        ("{did: visited, at: 3d ago, seconds: long}", "T110", None),
        ("{dit: visited, at: 3d ago}", "T103", "- {did: visited, at: 3d ago}"),
        ("[visited pricing]", "T104", None),
    ],
)
def test_a_mistake_in_an_event_is_found(written: str, code: str, fix: str | None) -> None:
    found = _mistake("events:", f"  - {written}")
    assert (found.code, found.fix) == (code, fix)
    assert found.source is not None
    assert found.span is not None
    assert found.source.position(found.span.start).line == 5


def test_an_event_in_brackets_needs_quotes() -> None:
    found = _mistake("events: [visited pricing, 3d ago, requested demo, 2d ago]")
    assert found.code == "T111"
    assert found.fix == 'events: ["visited pricing, 3d ago", "requested demo, 2d ago"]'
    whole = _one("events: ['visited pricing, 3d ago', \"requested demo, 2d ago\"]")
    assert len(whole.lead.events) == 2


# --- expectations ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("60", "60", "60"),
        ("62.25", "62.25", "62.25"),
        ("-5", "-5", "-5"),
        ("−5", "-5", "-5"),
        ("10 to 20", "10", "20"),
        ("-20 to -10", "-20", "-10"),
        ("10-20", "10", "20"),
        ("{at least: 10}", "10", None),
        ("{at most: 20}", None, "20"),
        ("{at least: 10, at most: 20}", "10", "20"),
        ("60+", "60", None),
        ("at least 60", "60", None),
    ],
)
def test_points_are_read_exactly(written: str, low: str | None, high: str | None) -> None:
    amount = _one(expect=f"{{score: {written}}}").expected[0]
    assert isinstance(amount, Amount)
    assert amount.low == (None if low is None else Decimal(low))
    assert amount.high == (None if high is None else Decimal(high))


@pytest.mark.parametrize(
    ("written", "column", "value"),
    [
        ("stage: Hot", "stage", "hot"),
        ("stage: none", "stage", "none"),
        ("stage: disqualified", "stage", "disqualified"),
        ("grade: a", "grade", "A"),
        ("tier: small", "tier", "small"),
        ("tier: none", "tier", None),
        ("route: Sales", "route", "Sales"),
        ("route: null", "route", None),
        ("respond within: 4 hours", "respond_within", "4h"),
        ("notify: call them", "notify", "call them"),
        ("disqualified: no", "disqualified", False),
        ("must haves: true", "must_haves", True),
        ("score: none", "score", None),
        ("scorecard: Test", "scorecard", "Test"),
        ("as of: 2026-11-21T12:00:00Z", "as_of", AS_OF),
    ],
)
def test_texts_are_those_of_the_card(written: str, column: str, value: object) -> None:
    exactly = _one(expect=f"{{{written}}}").expected[0]
    assert isinstance(exactly, Exactly)
    assert (exactly.column, exactly.value) == (column, value)


@pytest.mark.parametrize("written", ["sections: {Fit: 15}", "section fit: 15", "section_fit: 15"])
def test_sections_are_named(written: str) -> None:
    amount = _one(expect=f"{{{written}}}").expected[0]
    assert isinstance(amount, Amount)
    assert (amount.column, amount.low) == ("section_fit", Decimal(15))


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ('"title is CEO, CTO"', 7),
        ("title is CEO or CTO", 7),
        ("TITLE is  ceo or cto", 7),
        ("employees 50+", 8),
        ("8", 8),
        ("line 8", 8),
        ("[pricing page]", 14),
        ('"[pricing page]"', 14),
        ("pricing page", 14),
        ('"visited pricing: +5"', 15),
        ("requested demo", 16),
        ("created in 30d", 11),
    ],
)
def test_a_rule_is_named_by_condition_line_or_label(name: str, line: int) -> None:
    firing = _one(expect=f"{{fired: [{name}]}}").expected[0]
    assert isinstance(firing, Firing)
    assert [rule.line for rule in firing.rules] == [line]


def test_no_rule_at_all_is_an_empty_list() -> None:
    firing = _one(expect="{fired: []}").expected[0]
    assert isinstance(firing, Firing)
    assert firing.only


def test_key_conversions_and_flags_are_in_the_order_of_the_card() -> None:
    every = _one(expect="{key conversions: [clicked demo, requested demo], flags: [BIG]}").expected
    assert [one.names for one in every if isinstance(one, AllOf)] == [
        ("requested demo", "second demo"),
        ("big",),
    ]


@pytest.mark.parametrize(
    ("expect", "code", "words"),
    [
        ("{}", "T102", "expect: {score: 60}"),
        ("60", "T104", "expect: {score: 60}"),
        ("{scor: 60}", "T103", "did you mean `score`?"),
        ("{score: about 60}", "T115", "10 to 20"),
        ("{score: {at least: much}}", "T115", "at least"),
        ("{score: {at least: 30, at most: 10}}", "T115", "exchange"),
        ("{score: {}, stage: hot}", "T115", "at least"),
        ("{sections: {}, stage: hot}", "T115", "sections: {fit: 15}"),
        ("{score: {minimum: 10}}", "T103", "`at least`, `at most`"),
        ("{stage: hott}", "T114", "did you mean `hot`?"),
        ("{grade: F}", "T114", "`A`, `B`"),
        ("{tier: huge}", "T114", "`small`"),
        ("{route: Marketing}", "T114", "`Sales`"),
        ("{flags: [bigg]}", "T114", "did you mean `big`?"),
        ("{sections: {fitt: 3}}", "T114", "did you mean `fit`?"),
        ("{sections: 3}", "T104", "sections: {fit: 15}"),
        ("{key conversions: [employees 50+]}", "T114", "`*`"),
        ("{disqualified: maybe}", "T115", "`true` or `false`"),
        ("{fired: [visited prices]}", "T112", None),
        ("{fired: [visited pricing]}", "T113", "14, 15"),
        ("{fired: [99]}", "T112", None),
        ("{not fired: []}", "T115", None),
        ("{score: 1, Score: 2}", "T104", None),
    ],
)
def test_a_mistake_in_an_expectation_is_found(expect: str, code: str, words: str | None) -> None:
    found = _mistake(expect=expect)
    assert found.code == code
    assert words is None or words in (found.hint or "")


def test_a_rule_cut_by_its_commas_is_told() -> None:
    found = _mistake(expect="{fired: [employees 50+, title is CEO, CTO]}")
    assert found.code == "T112"
    assert found.fix == 'expect: {fired: [employees 50+, "title is CEO, CTO"]}'


# --- files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", ["T101"]),
        ("# nothing\n", ["T101"]),
        ("as_of: 2026-11-21\n", ["T101"]),
        ("as_of: 2026-11-21\nleads: []\n", ["T101"]),
        ("as_of: 2026-11-21\nleads:\n", ["T101"]),
        ("as_of: 2026-11-21\nleads: none\n", ["T104"]),
        ("leads:\n  - {name: a, expect: {score: 0}}\n", ["T105"]),
        ("as_of: 3d ago\nleads:\n  - {name: a, expect: {score: 0}}\n", ["T106"]),
        ("as_of: 2026-11-21\nleads:\n  - {name: a}\n", ["T102"]),
        ("as_of: 2026-11-21\nleads:\n  - {expect: {score: 0}}\n", ["T118"]),
        ("as_of: 2026-11-21\nleads:\n  -\n", ["T104"]),
        ("as_of: 2026-11-21\nleeds:\n  - {name: a}\n", ["T103"]),
        ("as off: 2026-11-21\nleads:\n  - {name: a, expect: {score: 0}}\n", ["T103"]),
        ("as_of: 2026-11-21\nleads:\n  - {nam: a, expects: {score: 0}}\n", ["T103", "T103"]),
        ("as_of: 2026-11-21\nleads:\n  name: a\n", ["T104"]),
        ("- a\n", ["T104"]),
        ("as_of: [2026\n", ["V109"]),
        (
            "as_of: 2026-11-21\nleads:\n  - {name: a, expect: {score: 0}}\n"
            "  - {name: A, expect: {score: 0}}\n",
            ["T117"],
        ),
    ],
)
def test_a_file_that_tests_nothing_is_a_mistake(text: str, codes: list[str]) -> None:
    file, found = _try(text, head="")
    assert file is None
    assert sorted(d.code for d in found) == codes


@pytest.mark.parametrize(
    ("written", "fix"),
    [("21.11.2026", "as_of: 2026-11-21"), ("5.11.2026", None), ("now", None), ("[1]", None)],
)
def test_a_moment_is_never_made_up(written: str, fix: str | None) -> None:
    _, (found,) = _try(
        f"as_of: {written}\nleads:\n  - {{name: a, expect: {{score: 0}}}}\n", head=""
    )
    assert (found.code, found.fix) == ("T106", fix)


def test_all_mistakes_are_found_in_one_run() -> None:
    _, found = _try(
        "  - name: a\n    lead: {titel: CEO}\n    events: ['visted x, 3d ago']\n"
        "    expect: {stage: hott}\n  - name: b\n",
        head="leads:\n",
    )
    assert [d.code for d in found] == ["T105", "T107", "T109", "T114", "T102"]


def test_a_date_is_midnight_in_the_timezone_of_the_card() -> None:
    file = _read("  - {name: a, expect: {score: 0}}", head="as_of: 2026-11-21\nleads:\n")
    assert file.as_of == datetime(2026, 11, 20, 23, tzinfo=UTC)


def test_the_example_of_the_documentation_is_read_and_holds(tmp_path: Path) -> None:
    page = Path(__file__).resolve().parent.parent / "docs" / "sample-leads.md"
    text = page.read_text("utf-8")
    for tag, name in (("scorecard", "inbound.scorecard"), ("yaml", "inbound.leads.yaml")):
        fence = text.split(f"```{tag}\n")[1].split("```")[0]
        (tmp_path / name).write_text(fence, "utf-8")
    done = leadcard("test", folder=tmp_path)
    assert done.code == 0, done.stdout + done.stderr

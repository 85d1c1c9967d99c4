"""The text of generated Python modules: safe, typed, the same every time, and alone."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from leadcard.compiler import plan as p
from leadcard.compiler.backends.python import to_python
from leadcard.compiler.pipeline import check_source
from leadcard.compiler.text import needle
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.source import Source
from tests.python_plans import (
    CREATED,
    DAY,
    HOUR,
    NOW,
    PRICING,
    REQUESTED,
    VISITED,
    after,
    ago,
    events,
    last,
    module,
    plan,
    repeated,
    result,
    rule,
    some,
    visit,
)

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden" / "python"

NASTY = (
    'say "x"', "it's", "both ' and \"", "back\\slash", "\\", 'end"""', "'''", "\\N{DASH}", "\\x41",
    "a\nb", "a\r\u2028b", "{{ jinja }}", "{% raw %}", "{# x #}", "%s {0} {x}", "\ud800", "\x00",
    "\u202eabc", "# type: ignore", "# noqa", "__import__('os')", "é" * 300, "𝔘", "\\\\" * 90,
)  # fmt: skip


FIELDS = (
    replace(CREATED, missing=("unknown",)),
    p.LeadField(column="title", kind=p.FieldKind.TEXT, missing=("n/a",)),
    p.LeadField(column="seats", kind=p.FieldKind.NUMBER, missing=("0",)),
    p.LeadField(column="employees", kind=p.FieldKind.NUMBER),
    p.LeadField(column="revenue", kind=p.FieldKind.NUMBER, currency="currency"),
    p.LeadField(column="consent", kind=p.FieldKind.BOOLEAN),
    p.LeadField(column="renewal", kind=p.FieldKind.TIME),
    p.LeadField(column="email", kind=p.FieldKind.TEXT, missing=("x@x",)),
    p.LeadField(column="email_domain", kind=p.FieldKind.TEXT, domain_of="email"),
    p.LeadField(column="отрасль", kind=p.FieldKind.TEXT),
    p.LeadField(column="class", kind=p.FieldKind.TEXT),
    p.LeadField(column="events", kind=p.FieldKind.TEXT),
)


def every_condition(asked: p.EventSet) -> tuple[p.Predicate, ...]:
    """Each kind of predicate at least once."""
    fifty = p.Bounds(low=Decimal(50), high=Decimal("499.5"), high_open=True)
    past = p.Window(after=p.Instant(offset=-30 * DAY), until=p.Instant(offset=-7 * DAY))
    return (
        p.Equals(field="title", values=tuple(f"value {n}" for n in range(40))),
        p.Contains(field="title", needles=(needle("cto"), needle("经理"))),
        p.StartsWith(field="title", texts=("vp", "head")),
        p.EndsWith(field="title", texts=("officer",)),
        p.Matches(field="отрасль", patterns=("a*b?c", "plain")),
        p.InList(field="class", list="long"),
        p.InList(field="email_domain", list="long", subdomains=True),
        p.InDomains(field="email_domain", domains=("acme.com",)),
        p.SameAs(field="title", other="events"),
        p.SameAs(field="seats", other="employees"),
        p.SameAs(field="consent", other="consent"),
        p.SameAs(field="created", other="renewal"),
        p.InRange(field="seats", bounds=fifty),
        p.InRange(field="employees", bounds=fifty),
        p.MoneyInRange(field="revenue", base=fifty, by_currency=(("USD", fifty),)),
        p.IsTrue(field="consent"),
        p.IsFalse(field="consent"),
        p.InTime(field="renewal", after=p.Instant(), until=p.Instant(offset=60 * DAY)),
        p.Not(part=p.Known(field="renewal")),
        some(events(objects=(PRICING, p.ObjectIs(values=("case study",))))),
        some(events(objects=(p.ObjectPath(patterns=("/docs/", "/docs/*/")),), window=last(90))),
        some(events(objects=(p.ObjectPath(patterns=("*",)),), window=past)),
        p.EventCount(events=asked, low=2, high=4),
        p.TimeSpent(events=events(), milliseconds=1000),
        some(after(asked, events(), 24 * HOUR)),
        p.Bunched(events=events(), low=3, microseconds=HOUR),
        p.AccountPeople(events=asked, low=2),
        p.AccountEvents(events=asked, low=0, high=0),
        p.And(parts=(p.Known(field="title"), p.Or(parts=(p.Known(field="email"), some(asked))))),
        p.FALSE,
        p.TRUE,
    )


def everything() -> p.Plan:
    """A plan with every construct there is."""
    asked = events("requested", window=last(30))
    rules = [
        rule(
            when,
            line=n,
            evidence=asked,
            account_evidence=asked if n % 9 == 0 else None,
            disqualify=n == 30,
        )
        for n, when in enumerate(every_condition(asked))
    ]
    decays = (None, p.Fade(days=9), p.Halve(days=3), p.Drop(hundredths=5, days=2))
    rules += [
        repeated(asked, by, decay, line=100 + 10 * n + m, maximum=500)
        for n, by in enumerate(p.Repeat)
        for m, decay in enumerate(decays)
        if not (by is p.Repeat.LATEST and decay is None)
    ]
    stages = (p.Stage(name="hot", line=90, when=p.ScoreIn(low=100), route="Sales"),)
    return plan(
        *rules,
        fields=FIELDS,
        timezone="Europe/Berlin",
        lists=(p.LongList(name="long", entries=tuple(f"entry {n}" for n in range(60))),),
        sections=(p.Section(name="score", column="score", line=None, best_only=True, maximum=900),),
        stages=stages,
        tiers=(p.Tier(number=1, name="one", line=91, when=p.Known(field="title")),),
        grades=p.Grades(section="score", steps=(("A", 100), ("B", None))),
        must_haves=p.MustHaves(
            at_least=1,
            requirements=(p.Requirement(line=92, text="title", when=p.Known(field="title")),),
        ),
        score_low=0,
        score_high=10_000,
        personal="long",
    )


def nasty(text: str) -> p.Plan:
    """A plan that holds `text` wherever a plan holds text."""
    field = p.LeadField(column=text, kind=p.FieldKind.TEXT, missing=(text,))
    when = p.Or(
        parts=(
            p.Equals(field=text, values=(text, "x")),
            p.StartsWith(field=text, texts=(text,)),
            p.Contains(field=text, needles=(needle("x"),)),
            p.Matches(field=text, patterns=(f"{text}*",)),
            p.InList(field=text, list=text),
            some(events(text, objects=(p.ObjectIs(values=(text,)),))),
        )
    )
    texts: dict[str, Any] = {"text": text, "source": text, "label": text, "flag": text}
    return plan(
        rule(when, **texts, section=text, key_conversion=True),
        fields=(CREATED, field),
        scorecard=text,
        version=text,
        verbs=(p.Verb(name=text, spellings=(text,)),),
        lists=(p.LongList(name=text, entries=("x",)),),
        sections=(p.Section(name=text, column=text, line=1),),
        stages=(p.Stage(name=text, line=2, when=p.HasFlag(flag=text), route=text, notify=text),),
        tiers=(p.Tier(number=1, name=text, line=3, when=p.TRUE),),
        grades=p.Grades(section=text, steps=((text, None),)),
    )


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_no_text_leaves_its_literal(text: str) -> None:
    made = nasty(text)
    written = to_python(made)
    tree = ast.parse(written.encode("utf-8"))
    found = result(made, {text: "x"})
    told = (found.scorecard, found.version, found.stage, found.tier, found.grade, found.route)
    assert told == (text,) * 6
    assert (found.flags, found.key_conversions) == ((text,), (text,))
    (reason,) = found.reasons
    assert (reason.rule, reason.section) == (text, text)
    assert found.to_dict()[f"section_{text}"] == 10
    calls = {node.func.id for node in ast.walk(tree) if _is_call(node)}  # type: ignore[attr-defined]
    assert not calls & {"__import__", "exec", "eval", "open"}


def _is_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)


def test_the_same_plan_gives_the_same_bytes() -> None:
    script = (
        "from tests.test_python_module import everything, nasty\n"
        "from leadcard.compiler.backends.python import to_python\n"
        "import hashlib\n"
        "text = to_python(everything()) + to_python(nasty('x y'))\n"
        "print(hashlib.sha256(text.encode()).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1


def test_a_module_runs_alone(tmp_path: Path) -> None:
    (tmp_path / "card.py").write_text(to_python(everything()), encoding="utf-8")
    script = (
        "import sys, card\n"
        "from datetime import datetime, UTC\n"
        "print(card.score({'title': 'CTO'}, [], datetime(2026, 1, 1, tzinfo=UTC)).stage)\n"
        "outside = {m.partition('.')[0] for m in sys.modules} - sys.stdlib_module_names\n"
        "print(sorted(outside - {'card', '__main__'}))"
    )
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, '.')\n{script}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.splitlines() == ["disqualified", "[]"]


@pytest.mark.slow
def test_modules_are_typed_and_tidy(tmp_path: Path) -> None:
    paths = []
    small = plan(rule(p.Known(field="title")))
    for name, made in (("all", everything()), ("small", small), ("nasty", nasty(NASTY[2] + "x"))):
        paths.append(tmp_path / f"{name}_card.py")
        paths[-1].write_text(to_python(made), encoding="utf-8")
    config = ("--config", str(ROOT / "pyproject.toml"))
    for command in (
        ["ruff", "check", *config, "--no-cache"],
        ["mypy", "--strict", "--config-file", "/dev/null", "--cache-dir", str(tmp_path / "cache")],
    ):
        run = subprocess.run(
            [sys.executable, "-m", *command, *map(str, paths)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout


def test_conditions_deeper_than_python_can_nest() -> None:
    deep: p.Predicate = p.Known(field="title")
    for number in range(150):
        other = p.Equals(field="title", values=(f"v{number}",))
        pair = (other, deep)
        deep = p.And(parts=(p.Not(part=other), deep)) if number % 2 else p.Or(parts=pair)
    made = plan(rule(deep, section="score"))
    assert result(made, {"title": "a"}).score == 10
    assert result(made, {"title": "v1"}).score == 0


def test_a_thousand_rules() -> None:
    rules = [
        rule(p.Equals(field="title", values=(f"v{n}",)), line=n, flag=f"f{n}", disqualify=n == 700)
        for n in range(1000)
    ]
    windows = [
        rule(some(events("requested", objects=(p.ObjectIs(values=(f"o{n}",)),))), line=2000 + n)
        for n in range(100)
    ]
    made = plan(*rules, *windows)
    found = result(made, {"title": "v999"}, {"verb": "requested", "object": "o99", "at": NOW})
    assert (found.flags, found.score, found.disqualified) == (("f999",), 20, False)
    assert [reason.line for reason in found.reasons] == [999, 2099]
    assert result(made, {"title": "v700"}).stage == "disqualified"


def test_values_are_remembered_within_bounds() -> None:
    made = plan(rule(p.Equals(field="title", values=("ceo",))), verbs=(VISITED, REQUESTED))
    names = module(made)
    score, memo = names["score"], names["_TITLE_TESTS"]
    for number in range(names["_REMEMBERED"] + 10):
        score({"title": f"t{number}"}, (), NOW)
    assert len(memo) < names["_REMEMBERED"]
    score({"title": "x" * 100_000}, (), NOW)
    assert "x" * 100_000 not in memo
    assert score({"title": "CEO"}, (), NOW).score == 10


def test_reasons_do_not_change_with_the_list_of_events() -> None:
    done = [visit(ago(days=1))]
    found = module(plan(rule(some(events()), evidence=events())))["score"]({}, done, NOW)
    done.clear()
    assert found.reasons[0].events == 1


CARD = """\
scorecard: Golden
timezone: Europe/Berlin
score: 0 to 100

fit (max 50):
  title is CEO, CTO or "VP Sales": +20
  title contains manager or 经理: +10
  employees 50-500: +10
  email domain in competitors: disqualify
  created in the last 30d: +2.5, flag "new"

behavior (max 60, best only):
  * requested demo: +25
  visited pricing 3+ times in 7d: +10
  visited /docs/*: +1 each, max 5
  opened email: +1 once per day, max 5
  inactive 90d: -20

must have at least 1:
  title is known
  employees 50+

tiers:
  1 small: employees under 50
  2 large: employees 50+

stages:
  hot: 60+, needs must haves, route to "Sales", respond within 4h
  warm: 25-59 or a key conversion
  cold: below 25

list competitors: acme.com, "acme.de"
"""


def test_a_whole_module(update: bool) -> None:
    checked = check_source(Source("golden.scorecard", CARD), builtin(), folder=ROOT)
    assert checked.plan is not None, [found.message for found in checked.diagnostics]
    written = to_python(replace(checked.plan, version="0"))
    path = GOLDEN / "whole.py.txt"
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written, encoding="utf-8")
    assert written == path.read_text(encoding="utf-8")

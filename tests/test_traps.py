"""Traps that users of other tools fell into: each has a case here or in `trap_cases`."""

from __future__ import annotations

import csv
import io
from itertools import permutations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from leadcard.compiler.pipeline import Checked, check_source
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.format import format_source
from leadcard.dsl.source import Source
from leadcard.runtime.harness.outcome import Outcome
from tests.command_line import leadcard
from tests.doc_examples import outcomes, report, run
from tests.trap_cases import SCORES, TEXTS, Trap


def _checked(card: str) -> Checked:
    found = check_source(Source("trap.scorecard", card), builtin())
    assert [d.message for d in found.diagnostics if d.is_error] == []
    return found


@pytest.mark.parametrize("trap", [*SCORES, *TEXTS], ids=lambda trap: trap.name)
def test_a_trap_scores_right_on_every_engine(trap: Trap) -> None:
    result = run(_checked(trap.card), trap.leads)
    assert result.failed == 0, report(result)


# --- scores ---------------------------------------------------------------------------------------

CARD = "visited pricing: +15\ndownloaded: +10 each, max 20\ninactive 90d: -20\n"
EVENTS = ("visited pricing, 3d ago", "downloaded a, 5d ago", "downloaded b, 2d ago")


def _scores(card: str, events: tuple[str, ...], *others: str) -> list[Outcome]:
    listed = "".join(f"    - {event}\n" for event in events)
    lead = f"- name: one\n  events:\n{listed}  expect: {{score: -100 to 100}}\n"
    result = run(_checked(card), lead + "".join(others))
    assert result.failed == 0, report(result)
    return list(outcomes(result))


def test_running_totals_drift_with_the_order_of_what_happens() -> None:
    scores = {str(_scores(CARD, order)[0].values["score"]) for order in permutations(EVENTS)}
    assert scores == {"35.00"}


def test_edits_apply_to_new_events_only() -> None:
    before = _scores(CARD, EVENTS)[0].values["score"]
    after = _scores(CARD.replace("+15", "+16"), EVENTS)[0].values["score"]
    assert (str(before), str(after)) == ("35.00", "36.00")


def test_a_score_moves_when_other_leads_change() -> None:
    busy = '- name: busy\n  events: ["visited pricing x90, 9d ago to 1d ago"]\n'
    alone = _scores(CARD, EVENTS)[0]
    beside = _scores(CARD, EVENTS, busy + "  expect: {score: 15}\n")[0]
    assert (alone.values["score"], alone.reasons) == (beside.values["score"], beside.reasons)


def test_a_score_that_nobody_can_question() -> None:
    (outcome,) = _scores(CARD, EVENTS)
    assert [(r.line, r.rule, str(r.points), r.events) for r in outcome.reasons] == [
        (1, "visited pricing", "15.00", 1),
        (2, "downloaded", "20.00", 2),
    ]
    assert all(reason.latest is not None for reason in outcome.reasons)


def test_three_visits_give_fewer_points_than_one(tmp_path: Path) -> None:
    """Rules that stack, so that a card's author sees both of them."""
    card = "visited pricing 2+ times: +10\nvisited pricing 3+ times: +5\n"
    (tmp_path / "card.scorecard").write_text(card, "utf-8")
    assert "L103" in leadcard("check", "--strict", folder=tmp_path).stderr


def test_a_month_beside_days_is_told(tmp_path: Path) -> None:
    (tmp_path / "card.scorecard").write_text("inactive 1 month: -5\ninactive 60d: -5\n", "utf-8")
    assert "L113" in leadcard("check", folder=tmp_path).stderr


def test_samples_turn_red_as_time_passes(tmp_path: Path) -> None:
    (tmp_path / "card.scorecard").write_text(CARD, "utf-8")
    leads = "leads:\n  - name: one\n    expect: {score: 0}\n"
    (tmp_path / "card.leads.yaml").write_text(leads, "utf-8")
    done = leadcard("test", folder=tmp_path)
    assert done.code == 1
    assert "as_of" in done.stderr + done.stdout


# --- data -----------------------------------------------------------------------------------------


def _table(folder: Path, vocabulary: str, **files: str) -> dict[str, str]:
    """The score of each lead, by tables of these texts and a card of one rule for each visit."""
    (folder / "leadcard.yaml").write_text(vocabulary, "utf-8")
    (folder / "card.scorecard").write_text("visited: +1 each\ntitle is CEO: +100\n", "utf-8")
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    done = leadcard(
        "score", "card.scorecard", "--as-of", "2026-11-21", "--format", "csv", folder=folder
    )
    assert done.code == 0, done.stderr
    return {row["lead_id"]: row["score"] for row in csv.DictReader(io.StringIO(done.stdout))}


HITS = """\
id,lead_id,at,verb,kind
1,a,2026-11-01T10:00:00Z,visited,
2,a,2026-11-01T10:00:00Z,visited,null
3,a,2026-11-01T10:00:00Z,visited,bot
"""


@pytest.mark.parametrize(
    ("condition", "score"),
    [
        ("where: {kind: null}", "1"),
        ("without: {kind: null}", "2"),
        ("without: {kind: bot}", "2"),
        ("where: {kind: [bot, null]}", "2"),
    ],
)
def test_conditions_on_rows_lose_null_or_take_it_for_a_word(
    condition: str, score: str, tmp_path: Path
) -> None:
    vocabulary = f"leads: {{from: leads}}\nevents: [{{from: hits, {condition}}}]\n"
    leads = "lead_id,title\na,CTO\n"
    assert _table(tmp_path, vocabulary, leads=leads, hits=HITS) == {"a": score}


def test_points_are_added_twice_when_enrichment_writes_a_lead_again(tmp_path: Path) -> None:
    leads = "lead_id,title,changed\na,CEO,2026-11-01\na,CEO,2026-11-02\na,CEO,2026-11-03\n"
    vocabulary = "leads: {from: leads, wins: changed}\nevents: [{from: hits, id: id}]\n"
    twice = f"{HITS}1,a,2026-11-01T10:00:00Z,visited,\n"
    assert _table(tmp_path, vocabulary, leads=leads, hits=twice) == {"a": "103"}


# --- files and messages ---------------------------------------------------------------------------

LAYOUTS = (
    ("  ", "\n"), ("\t", "\n"), ("", "\r\n"), ("   \t ", "\n\n  \n"), ("\u00a0", "\n"),
    ("• ", "\n"),
)  # fmt: skip


@pytest.mark.parametrize(("indent", "end"), LAYOUTS)
def test_indentation_and_blank_lines_change_nothing(indent: str, end: str) -> None:
    lines = ["fit (max 50):", "employees 50+: +10", "visited pricing: +15"]
    plain, moved = "\n".join(lines), f"\ufeff{end}{end.join(indent + line for line in lines)}"
    one, other = _checked(plain).plan, _checked(moved).plan
    assert one is not None
    assert other is not None
    assert [(r.section, r.points, r.when) for r in one.rules] == [
        (r.section, r.points, r.when) for r in other.rules
    ]
    assert [s.name for s in one.sections] == [s.name for s in other.sections] == ["fit"]


@pytest.mark.parametrize("command", ["check", "test", "build"])
def test_nothing_to_do_is_a_failure(command: str, tmp_path: Path) -> None:
    arguments = (command, ".") if command == "build" else (command,)
    assert leadcard(*arguments, folder=tmp_path).code != 0


@pytest.mark.parametrize("text", ["", "as_of: 2026-11-21\nleads: []\n", "\tas_of: 2026-11-21\n"])
def test_a_file_that_runs_no_lead_fails(text: str, tmp_path: Path) -> None:
    (tmp_path / "card.scorecard").write_text(CARD, "utf-8")
    (tmp_path / "card.leads.yaml").write_text(text, "utf-8")
    assert leadcard("test", folder=tmp_path).code == 1


def test_one_mistake_gives_one_message_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "card.scorecard").write_text(f"{CARD}  visted docs: +5\n{CARD}", "utf-8")
    done = leadcard("check", folder=tmp_path)
    assert done.code == 1
    assert done.stderr.count("error[") == 1
    assert "card.scorecard:4:3" in done.stderr
    assert not {"token", "parser", "Traceback"} & set(done.stderr.split())


def test_the_formatter_keeps_every_line_beside_a_comment() -> None:
    text = "visited docs: +5 # one\n# two\ntitle is CEO, # three\n  CTO: +5\n# four"
    first = format_source(Source("card", text)).text
    assert first is not None
    assert [first.count(word) for word in ("one", "two", "three", "four", "docs", "CTO")] == [1] * 6
    assert format_source(Source("card", first)).text == first


WRONG = ("score: 16", "stage: hot", "as of: 2026-11-20", "flags: [a]", "not fired: [visited docs]")


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_expectation_is_never_passed_over(wrong: str, tmp_path: Path) -> None:
    card = 'visited docs: +15\nrequested demo: +1, flag "a"\nstages:\nhot: 50+\ncold: below 50\n'
    (tmp_path / "card.scorecard").write_text(card, "utf-8")
    leads = (
        "as_of: 2026-11-21T12:00:00Z\nleads:\n  - name: one\n"
        f'    events: ["visited docs, 2d ago"]\n    expect: {{{wrong}}}\n'
    )
    (tmp_path / "card.leads.yaml").write_text(leads, "utf-8")
    done = leadcard("test", "--junit", "report.xml", folder=tmp_path)
    assert done.code == 1
    key = wrong.partition(":")[0]
    assert key.removeprefix("not ") in done.stdout
    (case,) = ElementTree.parse(tmp_path / "report.xml").iter("testcase")
    assert case.find("failure") is not None


def test_an_unrelated_rule_changes_how_no_other_is_read() -> None:
    one = "inactive 90d: -20\nemail domain personal: -10\n"
    alone = _checked(one).plan
    beside = _checked(f"{one}title contains inactive, email: +5\n").plan
    assert alone is not None
    assert beside is not None
    assert [r.when for r in beside.rules[:2]] == [r.when for r in alone.rules]


@pytest.mark.parametrize("line", ["email >= 5: +1", "inactive >= 5: -1"])
def test_a_field_or_opening_before_a_sign_is_one_mistake(line: str) -> None:
    found = check_source(Source("card", f"{line}\n{CARD}"), builtin()).diagnostics
    assert [d.severity.value for d in found] == ["error"]

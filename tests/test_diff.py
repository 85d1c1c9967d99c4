"""`leadcard diff`: what changed in words, who moves, and because of which lines."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import escape
from pathlib import Path
from typing import Any

import pytest

from leadcard.compiler.pipeline import check_source
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.source import Source
from leadcard.runtime.impact.changes import Written, changes
from leadcard.runtime.impact.diff_report import in_words
from leadcard.runtime.impact.document import Bullets, Document, Heading, Paragraph, Table
from leadcard.runtime.impact.document_html import document_html
from leadcard.runtime.impact.document_markdown import document_markdown
from leadcard.runtime.impact.document_text import document_text
from tests.command_line import Done, leadcard

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = Path(__file__).parent / "golden" / "diff"
NOON = "2026-11-21T12:00:00Z"

OLD = """score: 0 to 50
fit (max 30):
  title is CEO: +20
  employees 50-500: +15
behavior:
  visited pricing: +10 each, max 30
  visited careers: -5
persona (best only):
  title is CEO: +4
  title is known: +2
stages:
  hot: 40+
  warm: 20-39
  cold: below 20
list pals: a.com, b.com
"""
# Pricing is worth more, careers are forgiven, an own rule for pals, and `hot` begins later.
NEW = """score: 0 to 50
behavior:
  email domain in pals: +3
  visited pricing: +15 each, max 30
persona (best only):
  title is CEO: +1
  title is known: +2
# moved below
fit (max 30):
  title is CEO: +20
  employees 50-500: +15
stages:
  hot: 45+
  warm: 20-44
  cold: below 20
list pals: a.com, c.com
"""
LEADS = """lead_id,title,employees,email
1,CEO,100,x@a.com
2,CTO,10,x@b.com
3,,100,x@c.com
4,CTO,10,x@z.com
"""
EVENTS = """lead_id,event_name,timestamp,page_url
1,page_view,2026-11-01T10:00:00Z,/pricing
2,page_view,2026-11-01T10:00:00Z,/pricing
2,page_view,2026-11-02T10:00:00Z,/pricing
2,page_view,2026-11-03T10:00:00Z,/careers
3,page_view,2026-11-03T10:00:00Z,/careers
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (
        ("old.scorecard", OLD),
        ("new.scorecard", NEW),
        ("leads.csv", LEADS),
        ("events.csv", EVENTS),
        ("won.csv", "lead_id,won_at\n1,2026-11-20\n2,2026-11-20\n"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


DATA = ("--leads", "leads.csv", "--events", "events.csv", "--as-of", NOON)


def diff(folder: Path, *more: str) -> Done:
    return leadcard("diff", "old.scorecard", "new.scorecard", *DATA, *more, folder=folder)


def found(folder: Path, *more: str) -> dict[str, Any]:
    done = diff(folder, "--format", "json", *more)
    assert done.code == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def words(old: str, new: str) -> list[str]:
    sides = []
    for text in (old, new):
        checked = check_source(Source("card.scorecard", text), builtin())
        assert checked.plan is not None, checked.diagnostics
        sides.append(Written(checked=checked, plan=checked.plan))
    return [in_words(change) for change in changes(*sides)]


# --- in words -------------------------------------------------------------------------------------


def test_lines_that_only_moved_are_no_change() -> None:
    moved = "# new words\nbehavior:\n  visited   pricing : + 10\nfit:\n  title is CEO: +5\n"
    assert words("fit:\n  title is CEO: +5\nbehavior:\n  visited pricing: +10\n", moved) == []


def test_each_change_is_told_in_words() -> None:
    assert words(OLD, NEW) == [
        "line 3: rule added in section `behavior`: `email domain in pals: +3`",
        "line 4: rule changed in section `behavior`: `visited pricing`: `+10 each, max 30`"
        " becomes `+15 each, max 30`",
        "line 6: rule changed in section `persona`: `title is CEO`: `+4` becomes `+1`",
        "line 7 of the old card: rule removed in section `behavior`: `visited careers: -5`",
        "line 13: stage changed: `hot: 40+` becomes `hot: 45+`",
        "line 14: stage changed: `warm: 20-39` becomes `warm: 20-44`",
        "list `pals` changed (added: `c.com`; removed: `b.com`)",
    ]


def test_a_rule_whose_list_changed_reads_as_before_and_means_something_else() -> None:
    card = "email domain in pals: +5\nlist pals: {}\n"
    said = words(card.format("a.com"), card.format("b.com"))
    assert said[0].startswith("line 1: rule in section `score`: `email domain in pals: +5` reads")
    assert said[1] == "list `pals` changed (added: `b.com`; removed: `a.com`)"


@pytest.mark.parametrize(
    ("old", "new", "breaking"),
    [
        ("stages:\n  hot: 5+\n  cold: below 5\n", "stages:\n  hot: 5+\n", ["stage `cold` is gone"]),
        ("fit:\n  title is CEO: +1\n", "", ["section `fit` is gone with its column"]),
        (
            "score: 0 to 10\n",
            "score: 0 to 20\n",
            ["the range of scores changed: 0 to 10 becomes 0 to 20"],
        ),
        ("stages:\n  hot: 5+\n", "stages:\n  hot: 6+\n", []),
    ],
)
def test_breaking_is_what_readers_of_scores_would_miss(
    tmp_path: Path, old: str, new: str, breaking: list[str]
) -> None:
    for name, text in (("old", old), ("new", new)):
        parts = text.split("fit:") if "fit:" in text else [text, ""]
        whole = "visited pricing: +10\n" if not text.startswith("score") else ""
        whole += f"{parts[0]}" + (f"fit:{parts[1]}" if parts[1] else "")
        whole += "" if whole.startswith("visited") else "visited pricing: +10\n"
        (tmp_path / f"{name}.scorecard").write_text(whole, encoding="utf-8")
    arguments = ("diff", "old.scorecard", "new.scorecard", "--format", "json")
    done = leadcard(*arguments, "--fail-on", "breaking", folder=tmp_path)
    assert json.loads(done.stdout)["breaking"] == breaking
    assert done.code == (1 if breaking else 0)


# --- who moves ------------------------------------------------------------------------------------


def test_scores_by_hand(folder: Path) -> None:
    """Lead by lead, before and after.

    1: fit 35 kept at 30, pricing 10 → 15, pals 3 after, persona 4 → 2: 44 → 50.
    2: pricing 20 → 30, careers -5 → 0, persona 2: 17 → 32.  3: fit 15, careers -5, pals 3: 10 → 18.
    4: persona 2, and nothing else.
    """
    moves = found(folder)["moves"]
    movers = {m["lead"]: (m["before"], m["after"]) for m in moves["movers"]}
    assert movers == {"1": (44, 50), "2": (17, 32), "3": (10, 18)}
    stages = {(s["before"], s["after"]): s["leads"] for s in moves["stages"]}
    assert stages == {("hot", "hot"): 1, ("cold", "warm"): 1, ("cold", "cold"): 2}
    assert (moves["leads"], moves["up"], moves["down"], moves["other_stage"]) == (4, 3, 0, 1)


def test_what_each_line_does_by_hand(folder: Path) -> None:
    lines = {(x["what"], x["name"]): x for x in found(folder)["moves"]["lines"]}
    told = {key: (x["leads"], x["points"]) for key, x in lines.items()}
    assert told == {
        ("rule", "visited pricing"): (2, 15),
        ("rule", "visited careers"): (2, 10),
        ("rule", "email domain in pals"): (2, 6),
        # best only: the CEO's rule loses to the other, which counts for lead 1 from now on
        ("rule", "title is CEO"): (1, -4),
        ("rule", "title is known"): (1, 2),
    }
    careers = lines["rule", "visited careers"]
    assert (careers["fired_before"], careers["fired_after"]) == (2, 0)


def test_lines_limits_and_range_add_up(folder: Path) -> None:
    """With a lower limit and a narrower range, both take a part that is named."""
    text = NEW.replace("(max 30)", "(max 25)").replace("score: 0 to 50", "score: 0 to 42")
    (folder / "new.scorecard").write_text(text, encoding="utf-8")
    moves = found(folder)["moves"]
    lines = {(x["what"], x["name"]): x["points"] for x in moves["lines"]}
    # Lead 1 loses 5 by the limit, and would reach 45.
    assert lines["limits", "fit"] == -5
    assert lines["range", "score"] == -3
    totals = moves["scores"]
    assert sum(lines.values()) == totals["after"]["total"] - totals["before"]["total"]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("", "title is CEO: disqualify\n", "title is CEO: disqualify"),
        ("title is CEO: disqualify\n", "title is CEO: 0\n", "title is CEO: disqualify"),
        ("", 'title is CEO: flag "x"\nstages:\n  hot: flag "x"\n  cold: below 5\n', "title is CEO"),
        ("stages:\n  hot: 0+\n", "stages:\n  warm: 0+\n", "what the stages ask for"),
    ],
)
def test_what_moves_a_lead_without_points_is_told(
    tmp_path: Path, old: str, new: str, why: str
) -> None:
    (tmp_path / "leads.csv").write_text("lead_id,title\n1,CEO\n", encoding="utf-8")
    for name, text in (("old", old), ("new", new)):
        (tmp_path / f"{name}.scorecard").write_text(f"title is cook: +1\n{text}", encoding="utf-8")
    cards = ("old.scorecard", "new.scorecard", "--leads", "leads.csv")
    done = leadcard("diff", *cards, "--format", "json", folder=tmp_path)
    (mover,) = json.loads(done.stdout)["moves"]["movers"]
    assert mover["because"] == [{"line": why, "points": 0}]
    assert f"  {why}\n" in leadcard("diff", *cards, folder=tmp_path).stdout


def test_a_list_alone_moves_leads(folder: Path) -> None:
    (folder / "old.scorecard").write_text(NEW.replace("c.com", "b.com"), encoding="utf-8")
    moves = found(folder)["moves"]
    assert {m["lead"]: m["after"] - m["before"] for m in moves["movers"]} == {"2": -3, "3": 3}
    assert [(x["leads"], x["points"]) for x in moves["lines"]] == [(2, 0)]


def test_cards_that_score_alike_move_nobody(folder: Path) -> None:
    (folder / "new.scorecard").write_text("# as before\n" + OLD, encoding="utf-8")
    done = diff(folder, "--fail-on", "changes")
    assert done.code == 0
    assert "Nothing: both cards say the same." in done.stdout
    assert "No lead moves" in done.stdout


def test_conversions_by_hand(folder: Path) -> None:
    """Before: scores 44 17 | 10 2, converted 1 and 2. After: 50 32 | 18 2."""
    sides = found(folder, "--conversions", "won.csv")["moves"]["conversions"]
    assert sides["before"]["auc"]["value"] == 1.0
    after = {s["stage"]: s for s in sides["after"]["stages"]}
    assert (after["hot"]["rate"], after["hot"]["lift"], after["hot"]["recall"]) == (1, 2, 0.5)
    assert (after["warm"]["precision"], after["warm"]["recall"]) == (1, 1)
    assert (after["cold"]["rate"], after["cold"]["precision"]) == (0, 0.5)


def test_exit_codes(folder: Path) -> None:
    assert diff(folder).code == 0
    assert diff(folder, "--fail-on", "breaking").code == 0
    assert diff(folder, "--fail-on", "stages").code == 1
    assert leadcard("diff", "old.scorecard", "no.scorecard", folder=folder).code == 1
    assert leadcard("diff", "old.scorecard", folder=folder).code == 2


def test_without_data_the_words_are_told(folder: Path) -> None:
    done = leadcard("diff", "old.scorecard", "new.scorecard", folder=folder)
    assert done.code == 0
    assert "rule added" in done.stdout
    assert "Who moves" not in done.stdout
    assert "words alone" in done.stderr


@pytest.mark.parametrize("name", ["diff.txt", "diff.md", "diff.json", "diff.html"])
def test_reports_are_as_they_were_read(folder: Path, name: str, request: Any) -> None:
    done = diff(folder, "--conversions", "won.csv", "-o", name)
    assert done.code == 0, done.stderr
    shown = re.sub(r'"version": "\w+"', '"version": "…"', (folder / name).read_text("utf-8"))
    golden = GOLDEN / name
    if request.config.getoption("--update"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(shown, encoding="utf-8")
    assert shown == golden.read_text(encoding="utf-8")


# --- revisions ------------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not there")
def test_a_revision_brings_its_own_lists_and_vocabulary(folder: Path) -> None:
    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
        subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)

    cards = folder / "cards"
    (cards / "lists").mkdir(parents=True)
    card = cards / "a.scorecard"
    card.write_text("email domain in pals: +5\nvisited home: +1\nlist pals from lists/pals.txt\n")
    (cards / "lists" / "pals.txt").write_text("a.com\n")
    (folder / "leadcard.yaml").write_text("leads: {from: leads.csv}\npages: {home: [/pricing]}\n")
    git("init", "-q", "-b", "main")
    git("add", "cards", "leadcard.yaml", "leads.csv")
    git("commit", "-q", "-m", "one")
    (cards / "lists" / "pals.txt").write_text("z.com\n")
    (folder / "leadcard.yaml").write_text("leads: {from: leads.csv}\npages: {home: [/careers]}\n")
    arguments = ("cards/a.scorecard", "--events", "events.csv", "--as-of", NOON, "--format", "json")
    done = leadcard("diff", "main:cards/a.scorecard", *arguments, folder=folder)
    assert done.code == 0, done.stderr
    movers = {
        m["lead"]: m["after"] - m["before"] for m in json.loads(done.stdout)["moves"]["movers"]
    }
    # a.com loses 5 and its visit of /pricing 1; z.com gains 5; /careers was visited by 2 and 3
    assert movers == {"1": -6, "4": 5, "3": 1}


# --- forms ----------------------------------------------------------------------------------------


def _long(rows: int) -> Document:
    table = Table(
        caption="many",
        columns=("lead", "why"),
        rows=tuple((f"lead-{n}", "because | of @somebody <b>" * 3) for n in range(rows)),
    )
    return Document(title="Long", blocks=(Heading(text="Head"), *(table for _ in range(30))))


def test_markdown_stays_below_the_limit_and_says_what_it_left_out() -> None:
    text = document_markdown(_long(5_000))
    assert len(text) < 65_536
    assert re.search(r"\*and [\d,]+ more\*", text)
    assert "because \\| of" in text
    assert "<b>" not in text
    assert "@somebody" not in text


def test_markdown_without_room_for_a_table_ends_with_a_word_about_it() -> None:
    text = document_markdown(_long(50), longest=2_000)
    assert len(text) <= 2_000
    assert "too long for a comment" in text


def test_html_loads_nothing_and_escapes_everything() -> None:
    blocks = (Paragraph(text="5 < 6 & `a<b`", warning=True),)
    text = document_html(Document(title="<script>", blocks=blocks))
    assert "<script>" not in text
    assert "<code>a&lt;b</code>" in text
    assert not re.search(r"(src|href)=|https?://|url\(|@import", text)
    assert '<html lang="en">' in text


def test_words_of_a_card_may_hold_backticks_and_bars() -> None:
    said = 'added: `title is "a|b", "back`tick" or "<i>": +1 [x]` (`more`)'
    table = Table(
        caption="t", columns=("line",), rows=((said,),), numeric=frozenset(), code=frozenset({0})
    )
    document = Document(title="T", blocks=(Bullets(items=(said,)), table))
    words = 'title is "a|b", "back`tick" or "<i>": +1 [x]'
    markdown = document_markdown(document)
    assert f"- added: ``{words}`` (`more`)" in markdown
    in_cell = words.replace("|", "\\|")
    assert f"| added: ``{in_cell}`` (`more`) |" in markdown
    assert f"<code>{escape(words)}</code> (<code>more</code>)" in document_html(document)
    assert f"  added: {words} (more)\n" in document_text(document)

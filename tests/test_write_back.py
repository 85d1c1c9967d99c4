"""Scores as files that source systems import."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from pathlib import Path

import pytest

from leadcard.cli.score import WRITE_BACK
from leadcard.runtime import write_back
from leadcard.runtime.import_formats import SYSTEMS, System
from leadcard.runtime.write_back import cut, reasons_text, safe
from tests.command_line import leadcard

CARD = """
score: 0 to 100
points:
title is CEO: +20.5
visited pricing: +15
visited /docs/*: +1 each
opened email: -2
grade from points: A 30+, B
stages:
  hot: 20+
  cold: below 20
"""
LEADS = (
    "lead_id,title,email,created\n"
    "1,CEO,ann@example.com,2026-01-01\n"
    "2,CTO,bo@example.com,2026-01-01\n"
    "=3,CEO,+cy@example.com,2026-01-01\n"
)
EVENTS = (
    "lead_id,verb,at,object\n"
    "1,visited,2026-11-10T10:00:00Z,/pricing\n"
    "1,visited,2026-11-12T23:30:00Z,/docs/a\n"
    "1,visited,2026-11-13T10:00:00Z,/docs/b\n"
    "1,opened email,2026-11-13T10:00:00Z,News\n"
)


def _project(folder: Path, card: str = CARD) -> None:
    (folder / "card.scorecard").write_text(card, encoding="utf-8")
    (folder / "leads.csv").write_text(LEADS, encoding="utf-8")
    (folder / "events.csv").write_text(EVENTS, encoding="utf-8")


def _score(folder: Path, *more: str) -> tuple[int, str, str]:
    done = leadcard(
        "score",
        "card.scorecard",
        "--leads",
        "leads.csv",
        "--events",
        "events.csv",
        "--as-of",
        "2026-11-21",
        *more,
        folder=folder,
    )
    return done.code, done.stdout, done.stderr


def test_the_command_offers_every_system() -> None:
    assert set(WRITE_BACK) == set(SYSTEMS)


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_file_for_each_system(system: str, tmp_path: Path) -> None:
    _project(tmp_path)
    code, out, err = _score(tmp_path, "--write-back", system, "-o", "back.csv")
    assert (code, out) == (0, ""), err
    known = SYSTEMS[system]
    rows = _rows(tmp_path, known)
    assert tuple(rows[0]) == known.headers
    keys = ["ann@example.com", "bo@example.com"] if known.key == "email" else ["1", "2"]
    assert [row[0] for row in rows[1:]] == keys
    assert rows[1][1:] == [
        "35.5",
        "hot",
        "A",
        "title is CEO +20.5; visited pricing +15 (10 Nov 2026);"
        " visited /docs/* +2 (2 times, last 13 Nov 2026); opened email -2 (13 Nov 2026)",
    ]
    assert rows[2][1:] == ["0", "cold", "B", "no rule fired"]
    assert "D131" in err


def _rows(folder: Path, system: System) -> list[list[str]]:
    """The cells of back.csv, which begins with a byte order mark where the import needs one."""
    text = (folder / "back.csv").read_text(encoding="utf-8")
    assert text.startswith("\ufeff") == system.byte_order_mark
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


# Letters of one, two, three and four bytes; the last are two UTF-16 units, or four with the skin.
LETTERS = "CEO должность 经理 👩🏽‍💻 e\u0301"


@pytest.mark.parametrize("system", SYSTEMS)
def test_texts_that_are_too_long_are_cut_for_each_system(system: str, tmp_path: Path) -> None:
    known = SYSTEMS[system]
    rules = "".join(f'title is "{LETTERS * 60} {n}": +{n}\n' for n in range(1, 60))
    long = f'title is "{LETTERS * 4000}": +60\n'
    stage = f"stages:\n  {LETTERS * 4000}: 0+\n"
    for card in (rules, long):
        _project(tmp_path, card + stage)
        code, _, err = _score(tmp_path, "--write-back", system, "-o", "back.csv")
        assert code == 0, err
        for row in _rows(tmp_path, known)[1:]:
            assert _size(row[2], known) <= known.text_limit
            assert _size(row[4], known) <= known.reasons_limit


def _size(text: str, system: System) -> int:
    """What `text` takes in a field of `system`, counted letter by letter."""
    if system.in_bytes:
        return sum(1 + (c > "\x7f") + (c > "\u07ff") + (c > "\uffff") for c in text)
    return sum(1 + (c > "\uffff") for c in text)


@pytest.mark.parametrize("system", ["pardot", "act-on"])
def test_an_address_of_several_leads_names_none(system: str, tmp_path: Path) -> None:
    _project(tmp_path)
    with (tmp_path / "leads.csv").open("a", encoding="utf-8") as file:
        file.write("4,CEO, ANN@example.com,2026-01-01\n")
    _, out, err = _score(tmp_path, "--write-back", system)
    assert [row[0] for row in csv.reader(io.StringIO(out))][1:] == ["bo@example.com"]
    assert "2 leads have the address of another lead" in err


@pytest.mark.parametrize("address", ["not an address", "@acme.example", "ann@", " "])
def test_what_is_no_address_has_no_row(address: str, tmp_path: Path) -> None:
    _project(tmp_path)
    leads = LEADS.replace("ann@example.com", address).replace("+cy@example.com", "cy@example.com")
    (tmp_path / "leads.csv").write_text(leads, encoding="utf-8")
    _, out, err = _score(tmp_path, "--write-back", "mautic")
    keys = [row[0] for row in csv.reader(io.StringIO(out))][1:]
    assert keys == ["bo@example.com", "cy@example.com"]
    assert "1 lead has no address that can be imported" in err


def test_letters_that_would_stop_an_import_are_left_out(tmp_path: Path) -> None:
    _project(tmp_path, "title is CEO or 🔥: +1\nstages:\n  🔥 hot: 1+\n  cold: below 1\n")
    _, out, _ = _score(tmp_path, "--write-back", "activecampaign")
    (row,) = [row for row in csv.reader(io.StringIO(out)) if row[0] == "ann@example.com"]
    assert (row[2], row[4]) == ("hot", "title is CEO or +1")


def test_each_systems_limits_have_an_address_to_look_them_up() -> None:
    page = (Path(__file__).parent.parent / "docs" / "presets.md").read_text(encoding="utf-8")
    for name, system in SYSTEMS.items():
        (row,) = re.findall(rf"(?m)^\| `{name}` \| `{system.headers[0]}` \|.*$", page)
        assert "](http" in row
        assert f"{system.reasons_limit:,} {'bytes' if system.in_bytes else 'characters'}" in row


def test_days_are_those_of_the_cards_timezone(tmp_path: Path) -> None:
    _project(tmp_path, f"timezone: Asia/Tokyo\n{CARD.replace('/docs/*: +1 each', '/docs/a: +1')}")
    _, out, _ = _score(tmp_path, "--write-back", "hubspot")
    assert "visited /docs/a +1 (13 Nov 2026)" in out


@pytest.mark.parametrize(
    "more", [("--format", "parquet", "-o", "x.csv"), ("-o", "x.parquet"), ("-o", "x.csv.gz")]
)
def test_another_format_is_refused(more: tuple[str, ...], tmp_path: Path) -> None:
    _project(tmp_path)
    code, _, err = _score(tmp_path, "--write-back", "hubspot", *more)
    assert code == 2
    assert "imports CSV" in err
    assert not list(tmp_path.glob("x.*"))


def test_an_input_is_never_overwritten(tmp_path: Path) -> None:
    _project(tmp_path)
    code, _, _ = _score(tmp_path, "--write-back", "hubspot", "-o", "leads.csv")
    assert code == 1
    assert (tmp_path / "leads.csv").read_text(encoding="utf-8") == LEADS


def test_a_failure_leaves_the_old_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _project(tmp_path)
    (tmp_path / "back.csv").write_text("before\n", encoding="utf-8")

    def fail(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write_back, "reasons_text", fail)
    code, _, err = _score(tmp_path, "--write-back", "hubspot", "-o", "back.csv")
    assert code == 1
    assert "the disk is full" in err
    assert (tmp_path / "back.csv").read_text(encoding="utf-8") == "before\n"
    assert {path.name for path in tmp_path.iterdir()} == {
        "card.scorecard",
        "leads.csv",
        "events.csv",
        "back.csv",
    }


def test_reasons_that_begin_like_a_formula_are_text() -> None:
    text = reasons_text([_reason("=cmd() is known", 5)], 100, in_bytes=False, zone="UTC")
    assert text == "'=cmd() is known +5"


@pytest.mark.parametrize("text", ["=1+1", "+x", "-x", "@SUM(A1)", "\tx", "\rx", "＝1"])
def test_what_a_spreadsheet_would_run_is_quoted(text: str) -> None:
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "title is CEO", "-12.5", "+3", "a=b"])
def test_other_texts_stay(text: str) -> None:
    assert safe(text) == text


# --- limits ---------------------------------------------------------------------------------------


def _reason(rule: str, points: object, events: int = 0) -> dict[str, object]:
    latest = "2026-11-10T10:00:00Z" if events else None
    return {
        "line": 1,
        "rule": rule,
        "points": points,
        "counted": True,
        "events": events,
        "latest": latest,
    }


def _length(text: str, in_bytes: bool) -> int:
    return len(text.encode("utf-8")) if in_bytes else len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize("in_bytes", [True, False])
@pytest.mark.parametrize("limit", [3, 10, 40, 57, 58, 100, 255, 10_000])
def test_reasons_never_pass_the_limit(limit: int, in_bytes: bool) -> None:
    reasons = [_reason(f"должность содержит {n} 经理 👩🏽‍💻", n, n) for n in range(1, 30)]
    text = reasons_text(reasons, limit, in_bytes=in_bytes, zone="UTC")
    assert 0 < _length(text, in_bytes) <= limit


def test_what_does_not_fit_is_counted() -> None:
    reasons = [_reason(f"rule number {n}", n) for n in range(1, 6)]
    text = reasons_text(reasons, 50, in_bytes=False, zone="UTC")
    assert text == "rule number 5 +5; rule number 4 +4; and 3 more"


def test_rules_that_best_only_left_out_are_no_reasons() -> None:
    left_out = _reason("visited", 5) | {"counted": False}
    text = reasons_text([left_out, _reason("met", 3)], 100, in_bytes=False, zone="UTC")
    assert text == "met +3"


def test_large_points_are_written_in_full() -> None:
    text = reasons_text([_reason("met", 1234567.25)], 100, in_bytes=False, zone="UTC")
    assert text == "met +1234567.25"


def test_a_cut_never_splits_a_letter() -> None:
    assert cut("äöü", 5, True) == "ä…"
    assert cut("äöü", 6, True) == "äöü"
    assert cut("abcdef", 4, False) == "abc…"
    assert cut("ab🔥cd", 5, False) == "ab🔥…"
    assert cut("ab🔥cd", 4, False) == "ab…"
    assert cut("ab🔥cd", 6, False) == "ab🔥cd"


@pytest.mark.parametrize("in_bytes", [True, False])
@pytest.mark.parametrize("limit", range(3, 60))
def test_a_cut_never_parts_what_belongs_to_a_letter(limit: int, in_bytes: bool) -> None:
    text = "ab\u0301 👩🏽‍💻x❤️\u0600 ท" + "ี่ 🔥" * 5
    kept = cut(text, limit, in_bytes)
    assert _length(kept, in_bytes) <= limit
    if kept != text:
        rest = text[len(kept.removesuffix("…")) :].lstrip()
        assert not unicodedata.combining(rest[0])
        assert rest[0] not in "🏽\ufe0f\u200d"
        assert not kept.removesuffix("…").endswith("\u200d")

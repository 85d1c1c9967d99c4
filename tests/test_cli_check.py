"""`leadcard check` and `leadcard fmt`: what they look at, what they say, what they leave alone."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from tests.command_line import Done, leadcard

GOOD = "visited pricing: +15\ninactive 90d: -20\n"
BAD = "visted pricing: +15\n"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str, stdin: str | bytes | None = None) -> Done:
    return leadcard(*arguments, folder=Path.cwd(), stdin=stdin)


def test_a_good_card_passes_and_says_so() -> None:
    Path("a.scorecard").write_text(GOOD)
    done = run("check")
    assert done.code == 0
    assert done.stderr == "1 scorecard: no mistakes found\n"
    assert done.stdout == ""


def test_all_mistakes_of_all_cards_are_shown_in_one_run() -> None:
    Path("cards/deep").mkdir(parents=True)
    Path("cards/a.scorecard").write_text(BAD + GOOD + "titel is CEO: +5\n")
    Path("cards/deep/b.scorecard").write_text(BAD)
    done = run("check", "cards")
    assert done.code == 1
    assert "cards/a.scorecard:1:1" in done.stderr
    assert "cards/a.scorecard:4:1" in done.stderr
    assert "cards/deep/b.scorecard:1:1" in done.stderr
    assert "did you mean `visited`?" in done.stderr
    assert done.stderr.endswith("3 errors\n")


def test_json_goes_to_stdout_alone() -> None:
    Path("a.scorecard").write_text(BAD)
    done = run("check", "--format", "json")
    assert done.code == 1
    assert done.stderr == ""
    (finding,) = json.loads(done.stdout)["diagnostics"]
    assert finding["file"] == "a.scorecard"
    assert (finding["line"], finding["column"], finding["end_column"]) == (1, 1, 7)
    assert finding["fix"] == "visited pricing: +15"


def test_json_without_findings_is_an_empty_list() -> None:
    Path("a.scorecard").write_text(GOOD)
    done = run("check", "--format", "json")
    assert done.code == 0
    assert json.loads(done.stdout) == {"diagnostics": []}


@pytest.mark.parametrize("arguments", [(), ("empty",), ("--format", "json")])
def test_nothing_to_check_is_a_failure(arguments: tuple[str, ...]) -> None:
    Path("empty").mkdir()
    Path(".hidden").mkdir()
    Path(".hidden/a.scorecard").write_text(GOOD)
    done = run("check", *arguments)
    assert done.code == 1
    assert "no scorecard" in done.stdout + done.stderr


def test_files_that_cannot_be_read_are_findings() -> None:
    Path("binary.scorecard").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0")
    Path("latin.scorecard").write_bytes("industry is Möbel: +5\n".encode("latin-1"))
    done = run("check", "binary.scorecard", "latin.scorecard", "gone.scorecard")
    assert done.code == 1
    for expected in ("F101", "F102", "F103", "`gone.scorecard`", "line 1 of `latin.scorecard`"):
        assert expected in done.stderr


def test_a_file_without_permission_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.scorecard").write_text(GOOD)

    def refuse(path: Path, *_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)
    done = run("check")
    assert done.code == 1
    assert "no permission to read `a.scorecard`" in done.stderr


def test_utf16_is_read() -> None:
    Path("a.scorecard").write_text("industry is Möbel: +5\n", encoding="utf-16")
    assert run("check").code == 0


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n"])
def test_a_card_without_rules_fails(text: str) -> None:
    Path("a.scorecard").write_text(text)
    done = run("check")
    assert done.code == 1
    assert "a.scorecard" in done.stderr


def test_strict_makes_warnings_fail() -> None:
    Path("a.scorecard").write_text("visited pricing: +15\nvisited pricing: +15\n")
    lenient, strict = run("check"), run("check", "--strict")
    assert lenient.code == 0
    assert "warning[" in lenient.stderr
    assert strict.code == 1
    assert "error[" in strict.stderr


def test_standard_input_is_a_card() -> None:
    done = run("check", "-", stdin=BAD)
    assert done.code == 1
    assert "<stdin>:1:1" in done.stderr


def test_a_vocabulary_file_is_checked_once_with_its_cards_and_alone() -> None:
    Path("leadcard.yaml").write_text("prset: generic\n")
    alone = run("check", "leadcard.yaml")
    assert alone.code == 1
    Path("a.scorecard").write_text(GOOD)
    Path("b.scorecard").write_text(GOOD)
    together = run("check")
    assert together.code == 1
    assert together.stderr.count("`prset`") == alone.stderr.count("`prset`") == 1


def test_sample_leads_are_read_with_their_card() -> None:
    Path("a.scorecard").write_text(GOOD)
    Path("a.leads.yaml").write_text(
        "as_of: 2026-11-21T12:00:00Z\nleads:\n  - name: x\n    expect: {scoer: 15}\n"
    )
    done = run("check")
    assert done.code == 1
    assert "a.leads.yaml:4" in done.stderr
    assert "`scoer`" in done.stderr


# --- fmt ------------------------------------------------------------------------------------------

CROOKED = "\ufeffvisited   pricing :+ 15 points\r\n\r\n\r\n  •  INACTIVE 90d: –20  # quiet\r\n"


def test_fmt_rewrites_in_place_and_keeps_the_mode() -> None:
    card = Path("a.scorecard")
    card.write_bytes(CROOKED.encode())
    card.chmod(0o640)
    done = run("fmt")
    assert done.code == 0
    text = card.read_bytes().decode()
    assert "visited pricing: +15\n" in text
    assert "inactive 90d: -20  # quiet\n" in text
    assert stat.S_IMODE(card.stat().st_mode) == 0o640
    again = run("fmt", "--check")
    assert again.code == 0
    assert os.listdir() == ["a.scorecard"]


@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_fmt_can_only_look(option: str) -> None:
    card = Path("a.scorecard")
    card.write_bytes(CROOKED.encode())
    done = run("fmt", option)
    assert done.code == 1
    assert card.read_bytes() == CROOKED.encode()
    assert ("+visited pricing: +15" in done.stdout) == (option == "--diff")


def test_fmt_notices_line_ends_alone() -> None:
    Path("a.scorecard").write_bytes(b"visited pricing: +15\r\n")
    assert run("fmt", "--check").code == 1
    assert run("fmt").code == 0
    assert Path("a.scorecard").read_bytes() == b"visited pricing: +15\n"


def test_fmt_leaves_a_card_with_mistakes_alone_and_formats_the_others() -> None:
    broken = "visited pricing +15\n"
    Path("broken.scorecard").write_text(broken)
    Path("fine.scorecard").write_text("visited   pricing: +15\n")
    done = run("fmt")
    assert done.code == 1
    assert "broken.scorecard:1" in done.stderr
    assert Path("broken.scorecard").read_text() == broken
    assert Path("fine.scorecard").read_text() == "visited pricing: +15\n"


def test_fmt_of_standard_input_goes_to_standard_output() -> None:
    done = run("fmt", "-", stdin="visited   pricing:+15\n")
    assert done.code == 0
    assert done.stdout == "visited pricing: +15\n"
    assert done.stderr == ""


def test_fmt_with_nothing_to_do_fails() -> None:
    Path("leadcard.yaml").write_text("preset: generic\n")
    done = run("fmt")
    assert done.code == 1
    assert "F105" in done.stderr


def test_fmt_leaves_alone_what_it_would_make_look_right() -> None:
    card = "consent is not given: -10\nvisited   pricing: +15\n"
    Path("a.scorecard").write_text(card)
    done = run("fmt")
    assert done.code == 1
    assert "R138" in done.stderr
    assert "1 refused" in done.stderr
    assert Path("a.scorecard").read_text() == card


def test_fmt_lays_out_cards_whose_mistakes_stay() -> None:
    Path("a.scorecard").write_text("visted   pricing: +15\n")
    assert run("fmt").code == 0
    assert Path("a.scorecard").read_text() == "visted pricing: +15\n"

"""`leadcard diff` of folders: every card, in the working tree and in revisions."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import leadcard
from tests.repository import commit_all, git

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not there")
LEADS = "lead_id,title,email\n1,CEO,x@a.com\n2,CTO,x@b.com\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository whose working tree changes, adds, removes, repairs, moves and leaves cards."""
    cards = tmp_path / "cards"
    for name in ("eu", "node_modules"):
        (cards / name).mkdir(parents=True)
    for name, text in (
        ("changed", "scorecard: Changed\ntitle is CEO: +5\nstages:\n  hot: 5+\n  cold: below 5\n"),
        ("gone", "title is CEO: +5\n"),
        ("laid_out", "title is CEO: +5\ntitle is CTO: +2\n"),
        ("left", "title is CEO: +5\n"),
        ("listed", "email domain in pals: +5\nlist pals from pals.txt\n"),
        ("broken", "titel ist CEO +5\n"),
        ("eu/deep", "title is CEO: +5\n"),
        ("node_modules/theirs", "title is CEO: +5\n"),
    ):
        (cards / f"{name}.scorecard").write_text(text, encoding="utf-8")
    (cards / "pals.txt").write_text("a.com\n", encoding="utf-8")
    (tmp_path / "leads.csv").write_text(LEADS, encoding="utf-8")
    git(tmp_path, "init", "-q", "-b", "main")
    commit_all(tmp_path, "one")
    for name, old, new in (
        ("changed", "CEO: +5", "CEO: +4"),
        ("laid_out", "title is CEO: +5\n", "# who they are\ntitle  is CEO : +5\n"),
        ("broken", "titel ist CEO +5", "title is CEO: +5"),
        ("eu/deep", "CEO", "CTO"),
    ):
        path = cards / f"{name}.scorecard"
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    (cards / "pals.txt").write_text("b.com\n", encoding="utf-8")
    (cards / "gone.scorecard").unlink()
    (cards / "added.scorecard").write_text("title is CEO: +5\n", encoding="utf-8")
    return tmp_path


def found(folder: Path, old: str, new: str, *more: str) -> dict[str, Any]:
    done = leadcard("diff", old, new, "--format", "json", *more, folder=folder)
    assert done.code == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_each_card_is_found_in_its_place(folder: Path) -> None:
    report = found(folder, "main:cards", "cards", "--leads", "leads.csv")
    moved = {one["path"]: one["moves"] for one in report["changed"]}
    assert list(moved) == ["changed.scorecard", "listed.scorecard", "eu/deep.scorecard"]
    assert (moved["changed.scorecard"]["down"], moved["changed.scorecard"]["up"]) == (1, 0)
    assert (moved["listed.scorecard"]["down"], moved["listed.scorecard"]["up"]) == (1, 1)
    assert report["added"] == ["added.scorecard"]
    assert report["removed"] == ["gone.scorecard"]
    assert report["unreadable"] == ["broken.scorecard"]
    assert report["unchanged"] == ["laid_out.scorecard", "left.scorecard"]
    assert report["breaking"] is True


def test_folders_are_named_from_the_top_or_from_here(folder: Path) -> None:
    whole = found(folder, "HEAD:.", ".", "--words-only")
    assert whole["removed"] == ["cards/gone.scorecard"]
    deep = found(folder / "cards" / "eu", "HEAD:./", ".", "--words-only")
    assert [one["path"] for one in deep["changed"]] == ["deep.scorecard"]
    assert deep["changed"][0]["old"]["card"] == "HEAD:./deep.scorecard"
    shutil.copytree(folder / "cards", folder / "copy")
    assert found(folder, "cards", "copy", "--words-only")["changed"] == []


def test_the_report_for_people_begins_with_an_overview(folder: Path) -> None:
    done = leadcard("diff", "main:cards", "cards", "--format", "markdown", folder=folder)
    assert done.code == 0
    head, *parts = done.stdout.split("\n### ")
    assert "> **Warning:** this change is breaking: `gone.scorecard` is gone" in head
    assert "- `changed.scorecard`: changed\n" in head
    assert "- `broken.scorecard`: not compared: the old card has mistakes" in head
    assert "- 2 scorecards without a change" in head
    assert [part.splitlines()[0] for part in parts] == [
        "Changed",
        "listed",
        "deep",
    ]
    assert "#### In words" in parts[0]
    assert "`title is CEO`: `+5` becomes `+4`" in parts[0]
    assert done.stderr.count("words alone") == 1


@pytest.mark.parametrize("ending", ["txt", "html"])
def test_other_forms_name_each_card(folder: Path, ending: str) -> None:
    done = leadcard("diff", "main:cards", "cards", "-o", f"out.{ending}", folder=folder)
    assert done.code == 0
    text = (folder / f"out.{ending}").read_text(encoding="utf-8")
    assert "\nDEEP\n" in text or "<h2>deep</h2>" in text
    assert "cards/eu/deep.scorecard" in text


def test_what_fails_and_what_only_tells(folder: Path) -> None:
    def code(*arguments: str) -> int:
        return leadcard("diff", *arguments, "--words-only", folder=folder).code

    assert code("main:cards", "cards") == 0
    assert code("main:cards", "cards", "--fail-on", "breaking") == 1
    assert code("main:cards/eu", "cards/eu", "--fail-on", "breaking") == 0
    assert code("main:cards/eu", "cards/eu", "--fail-on", "changes") == 1
    assert code("main:cards", "cards/eu/deep.scorecard") == 2
    (folder / "empty").mkdir()
    done = leadcard("diff", "main:empty", "empty", folder=folder)
    assert (done.code, done.stdout, "F105" in done.stderr) == (1, "", True)
    done = leadcard("diff", "origin/main:cards", "cards", folder=folder)
    assert (done.code, "there is no revision `origin/main`" in done.stderr) == (1, True)
    (folder / "cards" / "left.scorecard").write_text("visted docs: +1\n", encoding="utf-8")
    done = leadcard("diff", "main:cards", "cards", "-o", "out.md", folder=folder)
    assert (done.code, "R101" in done.stderr) == (1, True)
    assert not (folder / "out.md").exists()


def test_a_revision_that_was_not_fetched_is_told_with_what_to_do(folder: Path) -> None:
    git(folder, "branch", "other")
    for name, more in (("whole", ()), ("shallow", ("--depth", "1"))):
        git(folder, "clone", "-q", *more, folder.as_uri(), name)
    done = leadcard("diff", "other:cards", "cards", folder=folder / "whole")
    assert (done.code, "say `origin/other`" in done.stderr) == (1, True)
    done = leadcard("diff", "HEAD~9:cards", "cards", folder=folder / "shallow")
    assert (done.code, "this clone is shallow" in done.stderr) == (1, True)


@pytest.mark.parametrize("place", ["inner", "inner/cards", "inner/cards/inbound.scorecard"])
def test_what_lies_in_a_submodule_is_told(folder: Path, place: str) -> None:
    local = ("-c", "protocol.file.allow=always")
    git(folder, *local, "submodule", "add", "-q", folder.as_uri(), "inner")
    commit_all(folder, "inner")
    done = leadcard("diff", f"HEAD:{place}", place, folder=folder)
    assert (done.code, "`inner` is a submodule" in done.stderr) == (1, True)


@pytest.mark.parametrize(
    ("new", "meant"),
    [
        (".", "main:./"),
        ("cards", "main:./cards"),
        ("./cards/eu/deep.scorecard", "main:./cards/eu/deep.scorecard"),
        ("HEAD:cards", "main:cards"),
        ("HEAD", "main:./"),
    ],
)
def test_a_revision_alone_does_not_say_what_is_compared(folder: Path, new: str, meant: str) -> None:
    done = leadcard("diff", "main", new, folder=folder)
    assert (done.code, done.stdout) == (2, "")
    assert f"name what of it is meant: `{meant}`" in done.stderr


def test_where_there_is_no_repository_it_is_told(folder: Path) -> None:
    shutil.rmtree(folder / ".git")
    for path in ("cards", "cards/eu/deep.scorecard"):
        done = leadcard("diff", f"main:{path}", path, folder=folder)
        assert (done.code, "not a git repository" in done.stderr) == (1, True)


def test_a_folder_that_a_revision_does_not_have_held_no_cards(folder: Path) -> None:
    """The change that brings the first scorecards is told as any other."""
    (folder / "fresh").mkdir()
    (folder / "fresh" / "first.scorecard").write_text("title is CEO: +5\n", encoding="utf-8")
    assert found(folder, "main:fresh", "fresh")["added"] == ["first.scorecard"]
    assert "no folder `fresh`" in leadcard("diff", "main:fresh", "fresh", folder=folder).stderr
    assert found(folder / "fresh", "main:./", ".")["added"] == ["first.scorecard"]
    done = leadcard("diff", "main:fresh/a.scorecard", "fresh/first.scorecard", folder=folder)
    assert (done.code, "has no file `fresh/a.scorecard`" in done.stderr) == (1, True)


def test_a_card_is_never_written_over(folder: Path) -> None:
    done = leadcard("diff", "main:cards", "cards", "-o", "cards/left.scorecard", folder=folder)
    assert (done.code, "F106" in done.stderr) == (1, True)

"""`leadcard check --format codequality`: what GitLab shows beside the lines of a merge request."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.command_line import leadcard

TWICE = "visited pricing: +15\nvisited pricing: +15\n"


def report(folder: Path) -> list[dict[str, Any]]:
    done = leadcard("check", "--format", "codequality", folder=folder)
    assert done.stderr == ""
    found: list[dict[str, Any]] = json.loads(done.stdout)
    assert done.code == any(one["severity"] == "major" for one in found)
    return found


def test_each_finding_has_what_gitlab_asks_for(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    cards = tmp_path / "my cards"
    cards.mkdir()
    (cards / "a.scorecard").write_text("visted docs: +1\n", encoding="utf-8")
    (cards / "b.scorecard").write_text(TWICE, encoding="utf-8")
    error, warning = report(cards)
    assert error["check_name"] == "R101"
    assert error["description"] == "no event verb `visted` (did you mean `visited`?)"
    assert (error["severity"], warning["severity"]) == ("major", "minor")
    assert error["location"] == {"path": "my cards/a.scorecard", "lines": {"begin": 1}}
    assert warning["location"] == {"path": "my cards/b.scorecard", "lines": {"begin": 2}}


def test_a_finding_keeps_its_fingerprint_when_it_moves(tmp_path: Path) -> None:
    card = tmp_path / "a.scorecard"
    card.write_text("visted docs: +1\nvisted docs: +2\n", encoding="utf-8")
    before = [one["fingerprint"] for one in report(tmp_path)]
    assert len(set(before)) == 2
    card.write_text("# moved\n\nvisted docs: +1\nvisted docs: +2\n", encoding="utf-8")
    assert [one["fingerprint"] for one in report(tmp_path)] == before


def test_what_is_about_no_file_is_told_too(tmp_path: Path) -> None:
    (one,) = report(tmp_path)
    assert (one["check_name"], one["location"]["path"]) == ("F105", ".")


def test_nothing_found_is_an_empty_report(tmp_path: Path) -> None:
    (tmp_path / "a.scorecard").write_text("title is CEO: +1\n", encoding="utf-8")
    assert report(tmp_path) == []

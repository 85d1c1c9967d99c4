"""`leadcard build`: what passes the gate is written whole; what does not leaves all as it was."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from leadcard.compiler.backends import sql
from leadcard.compiler.backends.dialects import DIALECTS
from leadcard.compiler.plan import Plan
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.runtime.data_error import DataError
from leadcard.runtime.harness.engines import ENGINES, Outcomes, run_python
from leadcard.runtime.harness.samples import SampleFile
from tests.command_line import Done, leadcard
from tests.test_diagnostic_pages import always_a_thousand, without_windows

CARD = """scorecard: Demand
buyer stages: early, late
fit:
  title is CEO: +20
  email domain in rivals: disqualify
  email domain personal: -10
behavior:
  visited pricing: +15
stages:
  hot: 20+
  cold: below 20
list rivals from lists/rivals.txt
"""
SAMPLES = """as_of: 2026-11-21T12:00:00Z
leads:
  - {name: visitor, buyer stage: early, events: ["visited pricing, 3d ago"], expect: {score: 15}}
  - {name: chief, buyer stage: late, lead: {title: CEO}, expect: {score: 20, stage: hot}}
  - {name: rival, lead: {email: a@b.com}, expect: {disqualified: true}}
"""
QUICK = ("--random", "3")


def project(folder: Path) -> Path:
    """A folder with a card, its samples and a list, which pass the gate."""
    (folder / "lists").mkdir(parents=True)
    (folder / "lists" / "rivals.txt").write_text("b.com\n", encoding="utf-8")
    (folder / "demand.scorecard").write_text(CARD, encoding="utf-8")
    (folder / "demand.leads.yaml").write_text(SAMPLES, encoding="utf-8")
    return folder


def built(folder: Path, *options: str) -> Done:
    """A build of a folder of a project, with few generated leads."""
    return leadcard("build", *QUICK, *options, folder=folder)


def contents(folder: Path) -> Mapping[str, bytes]:
    """All files below a folder by their paths."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


# --- what is written ------------------------------------------------------------------------------


def test_the_module_and_the_statements(tmp_path: Path) -> None:
    folder = project(tmp_path)
    done = built(folder, "--dialect", "postgres", "--dialect", "duckdb")
    assert (done.code, done.stdout) == (0, "")
    assert done.stderr.splitlines()[-1] == "wrote 7 files into build"
    files = contents(folder / "build")
    assert sorted(files) == [
        "manifest.json",
        "python/demand.py",
        "sql/duckdb/demand.reasons.sql",
        "sql/duckdb/demand.sql",
        "sql/leadcard_lists/demand.csv",
        "sql/postgres/demand.reasons.sql",
        "sql/postgres/demand.sql",
    ]
    compiled = ("compile", "demand.scorecard", "--to")
    python = leadcard(*compiled, "python", folder=folder).stdout
    statement = leadcard(*compiled, "sql", "--dialect", "postgres", folder=folder).stdout
    assert files["python/demand.py"].decode() == python
    assert files["sql/postgres/demand.sql"].decode() == statement
    assert (
        b":as_of" in files["sql/duckdb/demand.sql"] or b"$as_of" in files["sql/duckdb/demand.sql"]
    )


def test_the_module_scores(tmp_path: Path) -> None:
    folder = project(tmp_path)
    built(folder)
    scope: dict[str, Any] = {"__name__": "demand"}
    exec((folder / "build" / "python" / "demand.py").read_text("utf-8"), scope)
    score = scope["score"]({"title": "CEO"}, [], datetime(2026, 11, 21, tzinfo=UTC))
    assert (score.score, score.stage) == (20, "hot")


def test_the_manifest_says_what_was_built_from_what(tmp_path: Path) -> None:
    folder = project(tmp_path)
    built(folder, "--min-coverage", "10")
    manifest = json.loads((folder / "build" / "manifest.json").read_text("utf-8"))
    assert sorted(manifest["versions"]) == ["compiler", "leadcard", "sqlglot"]
    (card,) = manifest["cards"]
    assert sorted(card["inputs"]) == ["demand.leads.yaml", "demand.scorecard", "lists/rivals.txt"]
    assert (card["card"], card["scorecard"]) == ("demand.scorecard", "Demand")
    assert card["tests"]["engines"] == ["python", "duckdb"]
    assert card["tests"]["samples"][1] == {
        "name": "chief", "buyer_stage": "late", "score": 20, "stage": "hot",
    }  # fmt: skip
    assert card["tests"]["coverage"]["minimum"] == 10
    assert card["tests"]["random"]["leads"] == 3
    assert sorted(manifest["files"]) == sorted(
        contents(folder / "build").keys() - {"manifest.json"}
    )


def test_a_dbt_project_of_several_cards(tmp_path: Path) -> None:
    folder = project(tmp_path)
    north = folder / "north"
    project(north).joinpath("demand.scorecard").rename(north / "other.scorecard")
    (north / "demand.leads.yaml").rename(north / "other.leads.yaml")
    done = built(folder, "--dbt", "postgres")
    assert done.code == 0, done.stderr
    files = contents(folder / "build")
    assert "dbt/models/leadcard/demand/demand_scores.sql" in files
    assert "dbt/models/leadcard/other/unit_tests.yml" in files
    assert "python/north/other.py" in files


def test_the_vocabulary_says_what_is_built_and_options_win(tmp_path: Path) -> None:
    folder = project(tmp_path)
    said = "build: {dialects: [sqlite, postgres], min coverage: 5, random: 2}\n"
    (folder / "leadcard.yaml").write_text(said, encoding="utf-8")
    assert leadcard("build", folder=folder).code == 0
    assert (folder / "build" / "sql" / "sqlite").is_dir()
    (card,) = json.loads((folder / "build" / "manifest.json").read_text("utf-8"))["cards"]
    assert card["tests"]["random"]["leads"] == 2
    assert built(folder, "--dialect", "duckdb").code == 0
    assert (folder / "build" / "sql" / "duckdb").is_dir()
    assert not (folder / "build" / "sql" / "sqlite").exists()


def test_what_is_built_changes_no_score(tmp_path: Path) -> None:
    folder = project(tmp_path)
    (folder / "leadcard.yaml").write_text("preset: generic\n", encoding="utf-8")
    built(folder)
    before = json.loads((folder / "build" / "manifest.json").read_text("utf-8"))
    (folder / "leadcard.yaml").write_text("preset: generic\nbuild: {random: 1}\n", encoding="utf-8")
    built(folder)
    after = json.loads((folder / "build" / "manifest.json").read_text("utf-8"))
    assert before["cards"][0]["version"] == after["cards"][0]["version"]


@pytest.mark.parametrize(
    ("first", "second"), [("in-bound", "in_bound"), ("north/a", "South/../north/A")]
)
def test_two_cards_for_one_file_are_refused(first: str, second: str, tmp_path: Path) -> None:
    for name in (first, second):
        card = tmp_path / f"{name}.scorecard"
        card.parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "South").mkdir(exist_ok=True)
        card.write_text(f"scorecard: {name}\ntitle is CEO: +20\n", encoding="utf-8")
        samples = "as_of: 2026-11-21\nleads: [{name: x, lead: {title: CEO}, expect: {score: 20}}]\n"
        card.with_name(f"{card.stem}.leads.yaml").write_text(samples, encoding="utf-8")
    done = built(tmp_path)
    assert done.code == 1
    assert "error[G109]" in done.stderr
    assert not (tmp_path / "build").exists()


def test_nothing_is_written_where_nothing_changes(tmp_path: Path) -> None:
    folder = project(tmp_path)
    built(folder)
    before = (folder / "build").stat().st_ino
    done = built(folder)
    assert (done.code, (folder / "build").stat().st_ino) == (0, before)
    assert "nothing was written" in done.stderr


def test_hidden_files_of_the_user_stay(tmp_path: Path) -> None:
    folder = project(tmp_path)
    built(folder)
    (folder / "build" / ".gitattributes").write_text("* linguist-generated\n", encoding="utf-8")
    (folder / "build" / "python" / "__pycache__").mkdir()
    (folder / "build" / "python" / "__pycache__" / "x.pyc").write_bytes(b"x")
    assert built(folder, "--dialect", "sqlite").code == 0
    files = contents(folder / "build")
    assert files[".gitattributes"] == b"* linguist-generated\n"
    assert "sql/duckdb/demand.sql" not in files


def test_a_vocabulary_above_and_a_card_that_is_a_link(tmp_path: Path) -> None:
    folder = project(tmp_path / "cards")
    (tmp_path / "leadcard.yaml").write_text("build: {dialects: [sqlite]}\n", encoding="utf-8")
    (folder / "demand.scorecard").rename(tmp_path / "elsewhere.txt")
    (folder / "demand.scorecard").symlink_to(tmp_path / "elsewhere.txt")
    assert leadcard("build", "cards", *QUICK, folder=tmp_path).code == 0
    files = contents(folder / "build")
    assert "sql/sqlite/demand.sql" in files
    (card,) = json.loads(files["manifest.json"])["cards"]
    assert "../leadcard.yaml" in card["inputs"]
    assert leadcard("verify", str(folder), folder=folder).code == 0
    (tmp_path / "leadcard.yaml").write_text("build: {dialects: [duckdb]}\n", encoding="utf-8")
    assert leadcard("verify", folder=folder).code == 1


def test_the_report_for_programs(tmp_path: Path) -> None:
    report = json.loads(built(project(tmp_path), "--format", "json").stdout)
    assert (report["built"], report["folder"]) == (True, "build")
    assert "python/demand.py" in report["files"]
    assert report["tests"]["summary"] == {"samples": 3, "passed": 3, "failed": 0}
    assert report["tests"]["coverage"][0]["percent"] > 0


# --- what is refused ------------------------------------------------------------------------------


def _broken(folder: Path, how: str) -> tuple[str, ...]:
    """Make a project fail; what to say to `build` besides."""
    card, samples = folder / "demand.scorecard", folder / "demand.leads.yaml"
    match how:
        case "R101":
            card.write_text(CARD.replace("visited", "visted"), encoding="utf-8")
        case "failed":
            card.write_text(CARD.replace("+20", "+21"), encoding="utf-8")
        case "T119":
            samples.unlink()
        case "T121":
            (folder / "lost.leads.yaml").write_text(SAMPLES, encoding="utf-8")
        case "T103":
            samples.write_text(SAMPLES.replace("expect", "expects"), encoding="utf-8")
        case "T125":
            return ("--min-coverage", "100")
        case "V201":
            (folder / "leadcard.yaml").write_text("speed: 1\n", encoding="utf-8")
        case "F105":
            card.unlink()
            samples.unlink()
    return ()


@pytest.mark.parametrize("how", ["R101", "failed", "T119", "T121", "T103", "T125", "V201", "F105"])
def test_a_failure_leaves_the_old_as_it_was(how: str, tmp_path: Path) -> None:
    folder = project(tmp_path)
    built(folder)
    before = contents(folder / "build")
    options = _broken(folder, how)
    done = built(folder, *options)
    assert done.code == 1
    assert how in done.stderr
    assert done.stderr.splitlines()[-1] == "nothing was written into build"
    assert contents(folder / "build") == before


def test_warnings_refuse_only_if_strict(tmp_path: Path) -> None:
    folder = project(tmp_path)
    done = built(folder)
    assert done.code == 0
    assert "1 warning; `leadcard check` shows them" in done.stderr
    assert built(folder, "--strict").code == 1


def test_engines_that_disagree_on_generated_leads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = project(tmp_path)
    samples = "as_of: 2026-11-21\nleads: [{name: x, expect: {score: 1000}}]\n"
    (folder / "demand.leads.yaml").write_text(samples, encoding="utf-8")
    monkeypatch.setitem(ENGINES, "python", always_a_thousand)
    done = built(folder)
    assert (done.code, (folder / "build").exists()) == (1, False)
    assert "the engines disagree" in done.stderr


def test_what_a_database_cannot_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = project(tmp_path)
    card = CARD.replace(
        "visited pricing: +15", "visited pricing: +15\n  5+ events within any 24h: +5"
    )
    (folder / "demand.scorecard").write_text(card, encoding="utf-8")
    lacking = replace(without_windows(), name="sqlite")
    monkeypatch.setattr(sql, "DIALECTS", {**DIALECTS, "sqlite": lacking})
    done = built(folder, "--dialect", "sqlite")
    assert (done.code, (folder / "build").exists()) == (1, False)
    assert "error[C101]" in done.stderr
    assert "leave `sqlite` out of what is built" in done.stderr


@pytest.mark.parametrize("there", ["notes.txt", "build.scorecards/x", ".git/config"])
def test_files_that_no_build_made_are_not_lost(there: str, tmp_path: Path) -> None:
    folder = project(tmp_path)
    path = folder / "build" / there
    path.parent.mkdir(parents=True)
    path.write_text("mine", encoding="utf-8")
    done = built(folder)
    assert (done.code, path.read_text("utf-8")) == (1, "mine")
    assert f"`build/{there}` is no artefact, and would be lost" in done.stderr


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    folder = project(tmp_path)
    (folder / "build").write_text("mine", encoding="utf-8")
    assert built(folder).code == 1
    assert (folder / "build").read_text("utf-8") == "mine"
    assert leadcard("build", "nowhere", folder=folder).code == 2
    assert leadcard("build", "--engine", "oracle", folder=folder).code == 2


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    folder = project(tmp_path)
    done = built(folder, "-o", "demand.scorecard/build")
    assert done.code == 1
    assert "error[F106]: cannot write `demand.scorecard/build`" in done.stderr
    assert "nothing was written" in done.stderr


def test_an_engine_that_goes_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, runs = project(tmp_path), [0]

    def once(plan: Plan, file: SampleFile) -> Outcomes:
        runs[0] += 1
        if runs[0] > 1:
            raise DataError(Diagnostic(code="D902", message="the server went away"))
        return run_python(plan, file)

    monkeypatch.setitem(ENGINES, "sqlite", once)
    done = built(folder, "--engine", "sqlite", "--format", "json")
    report = json.loads(done.stdout)
    assert (done.code, report["built"], report["files"]) == (1, False, [])
    assert [one["message"] for one in report["diagnostics"] if one["severity"] == "error"] == [
        "the server went away"
    ]


# --- equal bytes ----------------------------------------------------------------------------------


def _built_in(folder: Path, here: Path, **environment: str) -> Mapping[str, bytes]:
    """A build by another process, from the folder `here`."""
    target = os.path.relpath(folder, here)
    options = ("--dialect", "duckdb", "--dialect", "spark", "--dbt", "postgres", *QUICK)
    run = subprocess.run(
        [sys.executable, "-m", "leadcard", "build", target, *options],
        cwd=here,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return contents(folder / "build")


@pytest.mark.slow
def test_equal_inputs_make_equal_bytes(tmp_path: Path) -> None:
    one, other = project(tmp_path / "one"), project(tmp_path / "two" / "deep er")
    first = _built_in(one, one, TZ="UTC", LC_ALL="C", PYTHONHASHSEED="1")
    second = _built_in(
        other, tmp_path, TZ="Asia/Kathmandu", LC_ALL="tr_TR.UTF-8", PYTHONHASHSEED="77"
    )
    assert first == second
    for name, content in first.items():
        assert str(tmp_path).encode() not in content, name


# --- kill -9 --------------------------------------------------------------------------------------

_RUN = """
import os, signal, sys
from leadcard.cli.app import run
from leadcard.runtime import whole_folder

place, how = sys.argv[1:]
written = []


def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)


def write_some(path, content, write=whole_folder._write):
    written.append(path)
    die() if len(written) > 2 else write(path, content)


def exchange(one, other, swap=whole_folder._exchanged):
    die() if how == "before" else None
    done = swap(one, other)
    die() if how == "after" else None
    return done


if how == "writing":
    whole_folder._write = write_some
else:
    whole_folder._exchanged = exchange
sys.exit(run(["build", place, "--random", "0", "--dialect", "sqlite"]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("how", ["writing", "before", "after"])
def test_a_killed_build_leaves_the_old_or_the_new(how: str, tmp_path: Path) -> None:
    folder = project(tmp_path / "p")
    built(folder)
    before = contents(folder / "build")
    run = subprocess.run(
        [sys.executable, "-c", _RUN, str(folder), how], capture_output=True, check=False
    )
    assert run.returncode == -9, run.stderr
    after = contents(folder / "build")
    if how != "after":
        assert after == before
    else:
        assert leadcard("verify", str(folder), folder=tmp_path).code == 0
        assert "sql/sqlite/demand.sql" in after
    assert built(folder).code == 0
    assert contents(folder / "build") == before

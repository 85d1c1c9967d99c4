"""`pytest scorecards/`: cards and sample leads as tests, in runs of pytest of their own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.command_line import leadcard

CARD = """buyer stages: awareness, decision

behavior:
  visited pricing: +15
  requested demo: +25

stages:
  hot: 40+
  cold: below 40
"""
LEADS = """as_of: 2026-11-21T12:00:00Z
leads:
  - name: nobody yet
    buyer stage: awareness
    expect: {score: 0, stage: cold}
  - name: asks for a demo
    buyer stage: decision
    events: ["visited pricing, 2d ago", "requested demo, 1d ago"]
    expect: {score: 40}
  - name: looked twice
    events: ["visited pricing x2, 3d ago to 2d ago"]
    expect: {score: 15}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder of its own kind, with a card and its samples in a folder below."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / "visits.scorecard").write_text(CARD, encoding="utf-8")
    (tmp_path / "cards" / "visits.leads.yaml").write_text(LEADS, encoding="utf-8")
    return tmp_path


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    """The exit code and the output of a pytest that loads what is installed and nothing else."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:hypothesispytest",
    ]
    done = subprocess.run(
        [*command, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def names(output: str) -> list[str]:
    """The items of a run with `-v`, with their outcome."""
    ended = re.findall(r"::(.+?)(?: <- \S+)? (PASSED|FAILED)", output)
    return [" ".join(parts) for parts in ended]


def test_each_card_and_each_sample_lead_is_an_item(project: Path) -> None:
    code, output = run(project, "-v", "cards")
    assert code == 0
    assert names(output) == [
        "check PASSED",
        "nobody yet PASSED",
        "asks for a demo PASSED",
        "looked twice PASSED",
        "suite PASSED",
    ]


@pytest.mark.slow
def test_a_part_is_chosen_by_name_buyer_stage_and_file(project: Path) -> None:
    assert names(run(project, "-v", "-k", "twice")[1]) == ["looked twice PASSED"]
    assert names(run(project, "-v", "-k", "decision")[1]) == ["asks for a demo PASSED"]
    _, output = run(project, "-v", "cards/visits.leads.yaml")
    assert len(names(output)) == 3
    _, output = run(project, "-v", "cards/visits.leads.yaml", "cards/visits.scorecard")
    assert len(names(output)) == 5
    code, output = run(project, "-q", "cards/visits.scorecard::looked twice")
    assert (code, "1 passed" in output) == (0, True)


def test_a_failure_reads_as_in_leadcard_test(project: Path) -> None:
    samples = project / "cards" / "visits.leads.yaml"
    samples.write_text(LEADS.replace("score: 40", "score: 41"), encoding="utf-8")
    code, output = run(project, "--junitxml=junit.xml")
    assert code == 1
    told = leadcard("test", folder=project).stdout.splitlines()
    at = next(n for n, line in enumerate(told) if "FAIL" in line)
    failed = "\n".join(line for line in told[at : at + 7] if line.startswith("         "))
    assert "got 40" in failed
    assert "line 5" in failed
    assert failed in output
    assert "Traceback" not in output
    assert "asks for a demo - score: expected 41, got 40" in output
    (failure,) = ElementTree.parse(project / "junit.xml").getroot().iter("failure")
    assert failure.get("message") == "score: expected 41, got 40"


def test_mistakes_are_errors_of_collection(project: Path) -> None:
    (project / "cards" / "visits.scorecard").write_text("visted pricing: +15\n", encoding="utf-8")
    (project / "cards" / "visit.leads.yaml").write_text(LEADS, encoding="utf-8")
    code, output = run(project)
    assert code == 2
    assert "error[R101]: no event verb `visted`\n  --> cards/visits.scorecard:1:1" in output
    assert "error[T121]: `cards/visit.leads.yaml` has no scorecard" in output
    assert "Traceback" not in output


@pytest.mark.slow
def test_what_is_only_a_warning_fails_where_pytest_is_told_so(project: Path) -> None:
    card = CARD.replace("requested demo: +25", "requested demo: +25\n  visited pricing: +15")
    (project / "cards" / "visits.scorecard").write_text(card, encoding="utf-8")
    (project / "cards" / "visits.leads.yaml").unlink()
    code, output = run(project)
    assert code == 0
    assert "1 passed, 1 warning" in output
    assert "visits.scorecard:6: ScorecardWarning: L101" in output
    code, output = run(project, "-W", "error::leadcard.pytest_plugin.ScorecardWarning")
    assert code == 1
    assert "error[L101]" in output
    assert "Traceback" not in output


@pytest.mark.slow
def test_settings_name_engines_and_the_least_coverage(project: Path) -> None:
    (project / "pytest.ini").write_text(
        "[pytest]\nleadcard_engines = python\nleadcard_min_coverage = 90\n", encoding="utf-8"
    )
    code, output = run(project)
    assert code == 1
    assert "visits.scorecard::coverage - " in output
    assert "90 % are asked for" in output
    assert run(project, "-o", "leadcard_min_coverage=10")[0] == 0
    code, output = run(project, "-o", "leadcard_engines=abacus")
    assert (code, "Traceback" in output) == (2, False)
    assert "there is no engine `abacus`" in output


@pytest.mark.slow
def test_workers_share_the_items(project: Path) -> None:
    samples = project / "cards" / "visits.leads.yaml"
    samples.write_text(LEADS.replace("score: 40", "score: 41"), encoding="utf-8")
    code, output = run(project, "-n", "2")
    assert code == 1
    assert "expected 41, got 40" in output
    assert "1 failed, 4 passed" in output


def test_other_projects_pay_nothing(project: Path) -> None:
    code, output = run(project, "-p", "no:leadcard")
    assert code == 5, output
    for path in (project / "cards").iterdir():
        path.unlink()
    (project / "cards" / "other.leads.yaml").write_text("a: 1\n", encoding="utf-8")
    (project / "test_other.py").write_text(
        "import sys\n\n\ndef test_nothing_is_loaded():\n"
        "    names = [name.split('.') for name in sys.modules]\n"
        "    assert not any(n[0] in ('duckdb', 'sqlglot', 'yaml', 'click') for n in names)\n"
        "    ours = {'.'.join(n[:2]) for n in names if n[0] == 'leadcard'}\n"
        "    assert ours == {'leadcard', 'leadcard.cli', 'leadcard.pytest_plugin'}\n",
        encoding="utf-8",
    )
    code, output = run(project)
    assert (code, "1 passed" in output) == (0, True), output

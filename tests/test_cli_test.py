"""`leadcard test` beyond the run: coverage, mistakes, suggestions, proposals, assortments."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_line import leadcard
from tests.quality_cards import GOLDEN


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the card of the golden files and its samples."""
    for name in ("visits.scorecard", "visits.leads.yaml"):
        (tmp_path / name).write_text((GOLDEN / name).read_text("utf-8"), "utf-8")
    return tmp_path


def test_coverage_and_mistakes_follow_the_report(project: Path) -> None:
    done = leadcard("test", "--coverage", "--mutate", folder=project)
    assert done.code == 0
    report, coverage, mistakes = done.stdout.partition("visits.scorecard: 5")
    assert "3 sample leads passed (1 scorecard)" in report
    assert coverage
    assert "27 of 57 mistakes are caught" in mistakes


def test_too_little_coverage_fails(project: Path) -> None:
    assert leadcard("test", "--min-coverage", "59", folder=project).code == 0
    done = leadcard("test", "--min-coverage", "60", folder=project)
    assert done.code == 1
    assert "T125" in done.stderr
    assert "59 %" in done.stderr
    assert leadcard("test", "--min-coverage", "101", folder=project).code == 2


def test_warnings_fail_with_strict_only(project: Path) -> None:
    done = leadcard("test", folder=project)
    assert done.code == 0
    assert "T123" in done.stderr
    assert leadcard("test", "--strict", folder=project).code == 1
    assert leadcard("test", "--strict", "-k", "visitor", folder=project).code == 0


def test_everything_stands_in_the_report_for_programs(project: Path) -> None:
    done = leadcard(
        "test", "--coverage", "--mutate", "--random", "5", "--seed", "3", "--format", "json",
        folder=project,
    )  # fmt: skip
    assert (done.code, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    (coverage,) = report["coverage"]
    assert (coverage["percent"], coverage["shown"], coverage["total"]) == (59, 13, 22)
    assert coverage["gaps"][0]["kind"] == "window edge"
    (mutation,) = report["mutation"]
    assert (mutation["tried"], mutation["caught"]) == (57, 27)
    assert all(one["caught_by"] is None or one["caught_by"] < len(mutation["leads"])
               for one in mutation["survivors"])  # fmt: skip
    (generated,) = report["random"]
    assert (generated["leads"], generated["seed"], generated["failures"]) == (5, 3, [])


def test_suggestions_can_be_added_to_the_file(project: Path) -> None:
    done = leadcard("test", "--suggest", folder=project)
    assert done.code == 0
    with (project / "visits.leads.yaml").open("a", encoding="utf-8") as file:
        file.write(done.stdout)
    again = leadcard("test", "--min-coverage", "100", "--strict", "-k", "e", folder=project)
    assert again.code == 0, again.stdout + again.stderr
    assert "nothing to add" in leadcard("test", "--suggest", folder=project).stderr


def test_suggestions_follow_a_last_line_that_is_not_ended(project: Path) -> None:
    samples = project / "visits.leads.yaml"
    samples.write_text(samples.read_text("utf-8").rstrip(), "utf-8")
    done = leadcard("test", "--suggest", folder=project)
    with samples.open("a", encoding="utf-8") as file:
        file.write(done.stdout)
    assert leadcard("test", "--min-coverage", "100", folder=project).code == 0


def test_proposals_keep_the_line_ends_of_the_file(project: Path) -> None:
    samples = project / "visits.leads.yaml"
    marked = b"\xef\xbb\xbf" + samples.read_bytes().replace(b"score: ", b"score: 9")
    samples.write_bytes(marked.replace(b"\n", b"\r\n"))
    done = leadcard("test", "--update", folder=project)
    assert "proposed what is expected" in done.stderr
    written = samples.read_bytes()
    assert written.startswith(b"\xef\xbb\xbfas_of")
    assert written.count(b"\r\n") == written.count(b"\n") == marked.count(b"\n")


def test_a_card_without_samples_gets_a_whole_file(project: Path) -> None:
    (project / "visits.leads.yaml").unlink()
    done = leadcard("test", "--suggest", "--as-of", "2026-11-21T12:00:00Z", folder=project)
    assert done.stdout.startswith("as_of: 2026-11-21T12:00:00Z\nleads:\n  - name: ")
    (project / "visits.leads.yaml").write_text(done.stdout, encoding="utf-8")
    assert leadcard("test", "--min-coverage", "100", folder=project).code == 0


@pytest.mark.slow
@pytest.mark.parametrize("begun", ["", "# who we know", "\n# who we know\n\n"])
def test_a_file_that_was_only_begun_is_filled(project: Path, begun: str) -> None:
    samples = project / "visits.leads.yaml"
    samples.write_text(begun, "utf-8")
    assert "leadcard test --suggest" in leadcard("test", folder=project).stderr
    done = leadcard("test", "--suggest", folder=project)
    with samples.open("a", encoding="utf-8") as file:  # as `>>` does, which makes it first
        file.write(done.stdout)
    assert leadcard("test", "--min-coverage", "100", folder=project).code == 0
    assert "nothing to add" in leadcard("test", "--suggest", folder=project).stderr


@pytest.mark.slow
@pytest.mark.parametrize("blanks", ["", "    "])
def test_suggestions_stand_below_the_leads_of_the_file(project: Path, blanks: str) -> None:
    samples = project / "visits.leads.yaml"
    lines = samples.read_text("utf-8").splitlines()
    moved = [f"{blanks}{line[2:]}" if line.startswith("  ") else line for line in lines]
    samples.write_text("\n".join(moved), "utf-8")
    pasted = leadcard("test", "--mutate", folder=project).stdout
    assert f"\n{blanks}# these leads catch the others\n{blanks}- name: " in pasted
    with samples.open("a", encoding="utf-8") as file:
        file.write(leadcard("test", "--suggest", folder=project).stdout)
    assert leadcard("test", "--min-coverage", "100", folder=project).code == 0


@pytest.mark.parametrize(
    "text",
    [
        "leads:\n  - name: x\n    expect: {score: 0}\nas_of: 2026-11-21\n",
        "as_of: 2026-11-21\nleads: [{name: x, expect: {score: 0}}]\n",
    ],
)
def test_where_suggestions_do_not_fit_at_the_end_is_told(project: Path, text: str) -> None:
    (project / "visits.leads.yaml").write_text(text, "utf-8")
    done = leadcard("test", "--suggest", folder=project)
    assert "put them below the last lead" in done.stderr


def test_expectations_are_proposed_and_warn_until_reviewed(project: Path) -> None:
    samples = project / "visits.leads.yaml"
    samples.write_text(samples.read_text("utf-8").replace("score: 15", "score: 99"), "utf-8")
    assert leadcard("test", folder=project).code == 1
    done = leadcard("test", "--update", folder=project)
    assert done.code == 0
    assert "expect: {score: 15}  # unreviewed\n" in samples.read_text("utf-8")
    assert "T124" in done.stderr
    text = samples.read_bytes()
    assert "T124" in leadcard("test", "--update", folder=project).stderr
    assert samples.read_bytes() == text


def test_expectations_are_proposed_for_the_leads_that_are_named(project: Path) -> None:
    samples = project / "visits.leads.yaml"
    wrong = samples.read_text("utf-8").replace("score: ", "score: 9")
    samples.write_text(wrong, "utf-8")
    done = leadcard("test", "--update", "-k", "decision", folder=project)
    assert "proposed what is expected of 1 lead;" in done.stderr
    before, after = wrong.splitlines(), samples.read_text("utf-8").splitlines()
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert len(changed) == 1
    assert changed[0].endswith("# unreviewed")


def test_a_lead_without_expectations_gets_some(project: Path) -> None:
    samples = project / "visits.leads.yaml"
    with samples.open("a", encoding="utf-8") as file:
        file.write("  - name: new\n    lead: {title: CEO}\n")
    assert "T102" in leadcard("test", folder=project).stderr
    assert leadcard("test", "--update", folder=project).code == 0
    assert samples.read_text("utf-8").endswith(
        "    lead: {title: CEO}\n    expect: {score: 0, stage: cold}  # unreviewed\n"
    )


def test_an_assortment_of_real_leads(project: Path) -> None:
    rows = "".join(f"L{n},{'CEO' if n % 4 else 'cook'},{n * 10}\n" for n in range(40))
    (project / "leads.csv").write_text(f"lead_id,title,employees\n{rows}", encoding="utf-8")
    (project / "events.csv").write_text(
        "lead_id,verb,object,at\nL1,requested,demo,2026-11-20T00:00:00Z\n", encoding="utf-8"
    )
    asked = (
        "test", "visits.scorecard", "--sample", "leads.csv", "--events", "events.csv", "--as-of",
        "2026-11-21", "--size", "6",
    )  # fmt: skip
    done = leadcard(*asked, folder=project)
    assert done.code == 0, done.stderr
    assert "40 leads by stage" in done.stdout
    assert "6 of 40 leads" in done.stderr
    report = json.loads(leadcard(*asked, "--format", "json", folder=project).stdout)
    assert len(report["drawn"]) == 6
    assert {one["stage"] for one in report["stages"]} == {one["stage"] for one in report["drawn"]}
    assert sum(one["leads"] for one in report["bands"]) == report["leads"] == 40
    data = ("--leads", "leads.csv", "--events", "events.csv", "--as-of", "2026-11-21")
    done = leadcard("score", "visits.scorecard", *data, "--format", "jsonl", folder=project)
    scored = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(row in scored for row in report["drawn"])


@pytest.mark.parametrize(
    "options",
    [
        ("--update", "--suggest"),
        ("--suggest", "--min-coverage", "90"),
        ("--mutate", "--suggest"),
        ("--suggest", "-k", "chief"),
        ("--suggest", "--format", "json"),
        ("--suggest", "--engine", "python"),
        (".", "--sample", "leads.csv", "--random", "9"),
        (".", "--sample", "leads.csv", "--junit", "report.xml"),
        ("--seed", "3"),
        ("--events", "events.csv"),
        ("--random", "0"),
        (".", "--sample", "leads.csv", "--update"),
        ("--size", "0"),
        ("--size", "7"),
        ("--junit", "-"),
        ("--as-of", "2026-11-21"),
    ],
)
def test_misuse_exits_with_2(project: Path, options: tuple[str, ...]) -> None:
    assert leadcard("test", *options, folder=project).code == 2

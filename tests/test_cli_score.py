"""`leadcard score` and `leadcard compile` on a starter project, from outside."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import duckdb
import pytest

from tests.command_line import leadcard

NOON = "2026-11-21T12:00:00Z"
DATA = ("--leads", "leads.csv", "--events", "events.csv", "--as-of", NOON)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """What `leadcard new` writes."""
    assert leadcard("new", "inbound", folder=tmp_path).code == 0
    return tmp_path / "inbound"


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_starter_project_is_without_fault(project: Path) -> None:
    for arguments in (("check", "--strict"), ("fmt", "--check"), ("test",)):
        done = leadcard(*arguments, folder=project)
        assert done.code == 0, done.stdout + done.stderr


def test_the_message_in_the_readme_is_what_check_says(project: Path) -> None:
    card = project / "inbound.scorecard"
    text = card.read_text(encoding="utf-8").replace("  visited pricing: ", "  visted pricing: ")
    card.write_text(text, encoding="utf-8")
    said = leadcard("check", folder=project).stderr
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    shown = textwrap.dedent(readme.split("```text\n")[1].split("```")[0]).strip()
    assert shown.startswith("error[R101]")
    assert shown in said


def test_scores_go_to_stdout_as_csv_and_words_to_stderr(project: Path) -> None:
    done = leadcard("score", "inbound.scorecard", *DATA, folder=project)
    assert done.code == 0
    scored = {row["lead_id"]: row for row in rows(done.stdout)}
    assert list(scored) == ["1001", "1002", "1003", "1004", "1005", "1006"]
    assert (scored["1002"]["score"], scored["1002"]["stage"]) == ("95", "sales ready")
    assert scored["1002"]["key_conversions"] == "requested demo"
    assert scored["1003"]["raw_score"] == "-10"
    assert scored["1006"]["stage"] == "disqualified"
    assert "scored 6 leads with 9 events as of 2026-11-21T12:00:00Z" in done.stderr


def test_a_date_is_midnight_in_the_timezone_of_the_card(project: Path) -> None:
    card = project / "inbound.scorecard"
    text = card.read_text(encoding="utf-8").replace("timezone: UTC", "timezone: Asia/Tokyo")
    card.write_text(text, encoding="utf-8")
    done = leadcard("score", str(card), *DATA[:-1], "2026-11-21", folder=project)
    assert rows(done.stdout)[0]["as_of"] == "2026-11-20T15:00:00Z"


def test_leads_created_later_get_no_row(project: Path) -> None:
    done = leadcard(
        "score", "inbound.scorecard", *DATA[:-1], "2026-10-15T00:00:00Z", folder=project
    )
    assert [row["lead_id"] for row in rows(done.stdout)] == ["1001", "1002", "1004"]
    assert "3 created after that moment have no score" in done.stderr


def test_a_table_shows_what_fits_and_cuts_no_number(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ("score", "inbound.scorecard", *DATA, "--format", "table")
    monkeypatch.setenv("COLUMNS", "120")
    wide = leadcard(*arguments, folder=project).stdout
    monkeypatch.setenv("COLUMNS", "50")
    narrow = leadcard(*arguments, folder=project).stdout
    assert "requested demo" in wide
    assert "no room for" not in wide
    assert "no room for: route, within" in " ".join(narrow.split())
    assert max(map(len, narrow.splitlines())) <= 50
    for text in (wide, narrow):
        assert re.search(r"1002 +95 +sales ready", text)
        assert "…" not in text


def test_reasons_and_a_typed_file(project: Path) -> None:
    done = leadcard(
        "score", "inbound.scorecard", *DATA, "--explain", "-o", "out.parquet", folder=project
    )
    assert (done.code, done.stdout) == (0, "")
    query = "SELECT typeof(score), reasons FROM read_parquet(?) WHERE lead_id = '1001'"
    ((type_name, reasons),) = duckdb.execute(query, [str(project / "out.parquet")]).fetchall()
    assert type_name == "DECIMAL(18,2)"
    assert {reason["rule"] for reason in json.loads(reasons)} >= {"employees 50-500"}


def test_bad_rows_fail_the_run_and_can_be_left_out(project: Path) -> None:
    with (project / "leads.csv").open("a", encoding="utf-8") as file:
        file.write("1007,Al,CEO,al@x.test,X,many,Germany,2026-11-01\n")
    arguments = ("score", "inbound.scorecard", *DATA, "-o", "out.csv")
    refused = leadcard(*arguments, folder=project)
    assert refused.code == 1
    assert "line 8" in refused.stderr
    assert "`many`" in refused.stderr
    assert not (project / "out.csv").exists()
    allowed = leadcard(*arguments, "--allow-bad-rows", folder=project)
    assert allowed.code == 0
    assert len(rows((project / "out.csv").read_text(encoding="utf-8"))) == 6
    (bad,) = rows((project / "out.csv.bad-rows.csv").read_text(encoding="utf-8"))
    assert (bad["line"], bad["value"]) == ("8", "many")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("gone.scorecard", *DATA), 1, "`gone.scorecard`"),
        (("inbound.scorecard", "--leads", "gone.csv"), 1, "`gone.csv`"),
        (("inbound.scorecard",), 1, "no leads are given"),
        (("inbound.scorecard", *DATA, "-o", "out.xls"), 1, ".parquet"),
        (("inbound.scorecard", *DATA, "-o", "no/such/out.csv"), 1, "`no/such/out.csv`"),
        (("inbound.scorecard", *DATA[:-1], "yesterday-ish"), 2, "`yesterday-ish`"),
        (("inbound.scorecard", *DATA, "--memory-limit", "lots"), 1, "`lots`"),
        (("inbound.scorecard", *DATA, "--threads", "0"), 2, "threads"),
        ((), 2, "CARD"),
    ],
)
def test_failures_are_told_in_words(
    project: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = leadcard("score", *arguments, folder=project)
    assert done.code == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("command", [pytest.param("score", marks=pytest.mark.slow), "compile"])
def test_a_reader_that_goes_away_is_no_error(project: Path, command: str) -> None:
    arguments = "--to sql" if command == "compile" else " ".join(DATA)
    line = f"{sys.executable} -m leadcard {command} inbound.scorecard {arguments}"
    script = f"set -o pipefail; {line} --format csv" if command == "score" else line
    done = subprocess.run(
        ["bash", "-c", f"{script} | true; exit ${{PIPESTATUS[0]}}"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 141)
    assert "rror" not in done.stderr


def test_a_full_disk_is_told_and_leaves_nothing(project: Path) -> None:
    line = f"{sys.executable} -m leadcard compile inbound.scorecard --to sql > /dev/full"
    done = subprocess.run(
        ["bash", "-c", line], cwd=project, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "no space left on device" in done.stderr.lower()
    assert "Traceback" not in done.stderr


# --- compile --------------------------------------------------------------------------------------


def test_the_compiled_module_scores_without_leadcard(project: Path) -> None:
    done = leadcard(
        "compile", "inbound.scorecard", "--to", "python", "-o", "inbound.py", folder=project
    )
    assert (done.code, done.stdout) == (0, "")
    use = (
        "from datetime import UTC, datetime; from inbound import score; "
        "r = score({'title': 'CEO'}, [{'verb': 'requested', 'object': 'demo', "
        "'at': datetime(2026, 11, 20, tzinfo=UTC)}], datetime(2026, 11, 21, tzinfo=UTC)); "
        "print(r.score, r.stage)"
    )
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, '.'); {use}"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    amount, stage = ran.stdout.strip().split(" ", 1)
    assert (float(amount), stage) == (45, "warm")


def test_the_compiled_statement_runs_on_the_plain_tables(project: Path) -> None:
    done = leadcard(
        "compile", "inbound.scorecard", "--to", "sql", "-o", "inbound.sql", folder=project
    )
    assert done.code == 0
    lists = project / "inbound.leadcard_lists.csv"
    engine = duckdb.connect()
    engine.execute(f"CREATE TABLE leadcard_lists AS FROM read_csv('{lists}', all_varchar=true)")
    engine.execute(
        "CREATE TABLE leads (lead_id TEXT, account_id TEXT, created TIMESTAMPTZ,"
        " title TEXT, email TEXT, employees INTEGER, country TEXT)"
    )
    engine.execute(
        "CREATE TABLE events (event_id TEXT, lead_id TEXT, verb TEXT, object TEXT,"
        ' "at" TIMESTAMPTZ, seconds DOUBLE)'
    )
    engine.execute("INSERT INTO leads VALUES ('a', NULL, NULL, 'CEO', 'x@gmail.com', 60, 'DE')")
    statement = (project / "inbound.sql").read_text(encoding="utf-8")
    result = engine.execute(statement, {"as_of": NOON})
    names = [column[0] for column in result.description or ()]
    row = dict(zip(names, result.fetchone() or (), strict=True))
    # fit 20 + 15 + 10 - 10, and inactive -20
    assert (row["lead_id"], row["score"], row["stage"]) == ("a", 15, "cold")


def test_python_takes_no_options_of_sql(project: Path) -> None:
    done = leadcard("compile", "inbound.scorecard", "--to", "python", "--reasons", folder=project)
    assert done.code == 2


def test_a_card_with_mistakes_is_not_compiled(project: Path) -> None:
    (project / "bad.scorecard").write_text("visted pricing: +15\n", encoding="utf-8")
    done = leadcard("compile", "bad.scorecard", "--to", "sql", "-o", "bad.sql", folder=project)
    assert done.code == 1
    assert "did you mean `visited`?" in done.stderr
    assert not (project / "bad.sql").exists()


@pytest.mark.parametrize(
    ("arguments", "read"),
    [
        (("score", "inbound.scorecard", *DATA, "-o", "leads.csv"), "leads.csv"),
        (("score", "inbound.scorecard", *DATA, "-o", "./events.csv"), "events.csv"),
        (
            ("score", "inbound.scorecard", *DATA, "--format", "csv", "-o", "inbound.scorecard"),
            "inbound.scorecard",
        ),
        (
            ("compile", "inbound.scorecard", "--to", "python", "-o", "inbound.scorecard"),
            "inbound.scorecard",
        ),
        (("compile", "inbound.scorecard", "--to", "sql", "-o", "leadcard.yaml"), "leadcard.yaml"),
        (("test", "--junit", "inbound.leads.yaml"), "inbound.leads.yaml"),
    ],
)
def test_what_is_read_is_never_written_over(
    project: Path, arguments: tuple[str, ...], read: str
) -> None:
    before = (project / read).read_bytes()
    done = leadcard(*arguments, folder=project)
    assert done.code == 1
    assert "error[F106]: cannot write" in done.stderr
    assert "it is what is read here" in done.stderr
    assert (project / read).read_bytes() == before
    assert not list(project.glob("*.leadcard_lists.csv"))

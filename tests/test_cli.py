"""The command line from outside: exit codes, streams, colour, and what it never does."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Mapping
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from leadcard.cli import app

HEAVY = ("duckdb", "sqlglot", "lark", "yaml", "rich", "babel", "jinja2", "pycountry", "hypothesis")


def leadcard(
    *arguments: str, folder: Path | None = None, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """A whole process, as a user runs it."""
    return subprocess.run(
        [sys.executable, "-m", "leadcard", *arguments],
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("arguments", [["--help"], *([name, "--help"] for name in app.COMMANDS)])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys; from leadcard.cli.app import run; "
        f"code = run({arguments!r}); "
        f"print(sorted(m for m in {HEAVY!r} if m in sys.modules), file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (0, "[]")
    assert "Usage: leadcard" in done.stdout


@pytest.mark.parametrize("name", app.COMMANDS)
def test_help_shows_examples_and_the_summary_fits(name: str) -> None:
    done = CliRunner().invoke(app.cli, [name, "--help"], prog_name="leadcard")
    assert done.exit_code == 0
    assert f"leadcard {name}" in done.output.split("Examples:")[1]
    assert max(len(line) for line in done.output.splitlines()) <= 100


def test_the_overview_lists_every_command_file() -> None:
    folder = Path(app.__file__).parent
    with_command = {
        path.stem for path in folder.glob("*.py") if "\ndef command(" in path.read_text("utf-8")
    }
    assert set(app.COMMANDS) == with_command


def test_an_unknown_command_is_misuse_with_a_suggestion() -> None:
    done = leadcard("chek")
    assert done.returncode == 2
    assert "did you mean `check`?" in done.stderr
    assert done.stdout == ""


def test_an_unknown_option_is_misuse() -> None:
    done = leadcard("check", "--srtict")
    assert done.returncode == 2
    assert "--strict" in done.stderr


def test_a_bug_is_one_short_message_and_exit_70(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def broken() -> None:
        raise ZeroDivisionError("internal detail")

    monkeypatch.setattr(app, "cli", broken)
    assert app.run([]) == app.BUG
    shown = capsys.readouterr().err
    assert "this is a bug in leadcard" in shown
    assert "LEADCARD_DEBUG=1" in shown
    assert "Traceback" not in shown
    monkeypatch.setenv("LEADCARD_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        app.run([])


def test_the_world_failing_is_a_message_with_the_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def failing() -> None:
        raise OSError(28, "No space left on device", "scores.csv")

    monkeypatch.setattr(app, "cli", failing)
    assert app.run([]) == 1
    assert "`scores.csv`: no space left on device" in capsys.readouterr().err


def test_an_interrupt_is_quiet(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(app, "cli", interrupted)
    assert app.run([]) == app.INTERRUPTED
    assert "Traceback" not in capsys.readouterr().err


ENDLESS = """
    import sys, click, duckdb
    from leadcard.cli import app, main
    from leadcard.runtime.ended import at_work

    @click.command()
    def endless():
        print("begun", flush=True)
        engine = at_work(duckdb.connect())
        engine.execute("SELECT count(*) FROM range(1000000000000) WHERE range % 7 = 8")

    app.cli = endless
    sys.argv[1:] = []
    sys.exit(main())
"""


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        ("SIGTERM", 143, "stopped by SIGTERM: nothing is left half done"),
        ("SIGHUP", 129, "stopped by SIGHUP: nothing is left half done"),
        ("SIGINT", 130, ""),
    ],
)
@pytest.mark.parametrize(
    "after",
    [
        pytest.param(0.0, id="at once"),
        pytest.param(2.0, id="in the engine", marks=pytest.mark.slow),
    ],
)
def test_being_told_to_end_is_heard_at_once(name: str, code: int, says: str, after: float) -> None:
    number = signal.Signals[name]
    default = signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL
    script = [sys.executable, "-c", textwrap.dedent(ENDLESS)]
    with subprocess.Popen(
        script,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A test run that outlives its terminal inherits ignored signals.
        preexec_fn=lambda: signal.signal(number, default),
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
            time.sleep(after)
            process.send_signal(number)
            told = process.communicate(timeout=60)[1]
        finally:
            process.kill()
    assert (process.returncode, told.strip()) == (code, says)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_and_answers(shell: str, tmp_path: Path) -> None:
    script = leadcard(environment={"_LEADCARD_COMPLETE": f"{shell}_source"})
    assert script.returncode == 0
    assert "leadcard" in script.stdout
    words = {"COMP_WORDS": "leadcard ch", "COMP_CWORD": "1" if shell != "fish" else "ch"}
    answer = leadcard(environment={"_LEADCARD_COMPLETE": f"{shell}_complete", **words})
    offered = re.findall(r"^(?:plain,)?([a-z]+)(?:\t|$)", answer.stdout, re.M)
    assert [name for name in offered if name != "plain"] == ["check"]


def test_new_writes_a_project_and_never_twice(tmp_path: Path) -> None:
    first = leadcard("new", "inbound", folder=tmp_path)
    assert first.returncode == 0
    assert (tmp_path / "inbound" / ".github" / "workflows" / "scorecards.yml").is_file()
    (tmp_path / "inbound" / "leads.csv").unlink()
    card = tmp_path / "inbound" / "inbound.scorecard"
    card.write_text("mine\n", encoding="utf-8")
    again = leadcard("new", "inbound", folder=tmp_path)
    assert again.returncode == 1
    assert "nothing was written" in again.stderr
    assert card.read_text(encoding="utf-8") == "mine\n"
    assert not (tmp_path / "inbound" / "leads.csv").exists()


def test_new_says_the_next_commands_as_a_shell_takes_them(tmp_path: Path) -> None:
    assert "\n  cd 'new leads'\n" in leadcard("new", "new leads", folder=tmp_path).stderr
    assert "\n  cd a/b\n" in leadcard("new", "a/b", folder=tmp_path).stderr
    assert "\n  cd " not in leadcard("new", ".", folder=tmp_path).stderr


def test_new_for_gitlab_and_for_nobody(tmp_path: Path) -> None:
    assert leadcard("new", "a", "--ci", "gitlab", folder=tmp_path).returncode == 0
    assert (tmp_path / "a" / ".gitlab-ci.yml").is_file()
    assert leadcard("new", "b", "--ci", "none", folder=tmp_path).returncode == 0
    assert not list((tmp_path / "b").glob(".*"))

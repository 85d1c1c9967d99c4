"""Completion in the shells themselves, where they are there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import leadcard as run

_BASH = """
eval "$(leadcard completion bash)"
complete -p leadcard
COMP_WORDS=({words}) COMP_CWORD={last}
_leadcard_completion leadcard
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
_ZSH = """
compdef() {{ }}
_describe() {{ print -l ${{(P)4}} ${{(P)3}} }}
compadd() {{ print -l ${{(P)@[-1]}} }}
eval "$(leadcard completion zsh)"
words=({words}) CURRENT={last}+1
_leadcard_completion
"""
_FISH = """
leadcard completion fish | source
complete -C "{line}"
"""
_SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the command that is tested, and a card."""
    command = tmp_path / "bin" / "leadcard"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m leadcard "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    (tmp_path / "inbound.scorecard").write_text("title is CEO: +5\n", encoding="utf-8")
    return tmp_path


def offered(shell: str, folder: Path, *words: str) -> str:
    """What a shell offers after `leadcard` and these words, the last of which is not finished."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not there")
    line = " ".join(("leadcard", *words))
    script = _SCRIPTS[shell].format(words=line, last=len(words), line=line)
    plain = {"bash": ["--norc", "--noprofile"], "zsh": ["-f"], "fish": ["--no-config"]}[shell]
    done = subprocess.run(
        [shell, *plain, "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("shell", list(_SCRIPTS))
def test_a_shell_completes_commands_options_and_values(shell: str, folder: Path) -> None:
    commands = offered(shell, folder, "ex").split()
    assert "explain" in "".join(commands)
    assert "evaluate" not in "".join(commands)
    assert "--junit" in offered(shell, folder, "test", "--ju")
    assert "gitlab" in offered(shell, folder, "new", "x", "--ci", "gi")


def test_fish_completes_files(folder: Path) -> None:
    assert "inbound.scorecard" in offered("fish", folder, "check", "inb")


def test_the_shell_is_named_or_the_one_that_runs(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHELL", "/usr/bin/zsh")
    assert run("completion", folder=folder).stdout == run("completion", "zsh", folder=folder).stdout
    monkeypatch.setenv("SHELL", "/usr/bin/ksh")
    done = run("completion", folder=folder)
    assert (done.code, "name your shell: bash, zsh, fish" in done.stderr) == (2, True)

"""The hooks of this repository, run by pre-commit itself in a repository of scorecards."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from tests.command_line import leadcard
from tests.repository import commit_all, git
from tests.source_copy import copy_source

ROOT = Path(__file__).resolve().parent.parent
_CONFIG = """repos:
  - repo: {place}
    rev: {commit}
    hooks:
      - id: leadcard-check
        args: [--strict]
      - id: leadcard-fmt
"""


def test_hooks_name_commands_that_exist() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {hook["id"] for hook in hooks} == {"leadcard-check", "leadcard-fmt"}
    for hook in hooks:
        program, *arguments = hook["entry"].split()
        assert program == "leadcard"
        assert leadcard(*arguments, "--help", folder=ROOT).code == 0


@pytest.mark.slow
@pytest.mark.skipif(find_spec("pre_commit") is None, reason="pre-commit is not there")
def test_pre_commit_installs_and_runs_them(tmp_path: Path) -> None:
    source, cards = tmp_path / "source", tmp_path / "cards"
    copy_source(source)
    git(source, "init", "-q", "-b", "main")
    commit = commit_all(source, "all")
    assert leadcard("new", "cards", "--ci", "none", folder=tmp_path).code == 0
    config = _CONFIG.format(place=source, commit=commit)
    (cards / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    git(cards, "init", "-q", "-b", "main")
    commit_all(cards, "one")

    def run() -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "pre_commit", "run", "--all-files"],
            cwd=cards,
            env={**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "home")},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    code, said = run()
    assert code == 0, said
    assert said.count("Passed") == 2
    card = cards / "inbound.scorecard"
    text = card.read_text(encoding="utf-8")
    card.write_text(text.replace("visited pricing:", "visited  pricing :"), encoding="utf-8")
    code, said = run()
    assert (code, "files were modified by this hook" in said) == (1, True)
    assert card.read_text(encoding="utf-8") == text
    card.write_text(text.replace("visited pricing:", "visted pricing:"), encoding="utf-8")
    code, said = run()
    assert (code, "error[R101]: no event verb `visted`" in said) == (1, True)

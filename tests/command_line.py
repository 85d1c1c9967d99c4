"""`leadcard` run in this process as if from a shell: exit code, stdout, stderr."""

from __future__ import annotations

from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from leadcard.cli.app import run


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a command left behind."""

    code: int
    stdout: str
    stderr: str


def leadcard(*arguments: str, folder: Path, stdin: str | bytes | None = None) -> Done:
    """Run `leadcard` with these arguments in `folder`; no stream is a terminal."""
    with chdir(folder), CliRunner().isolation(input=stdin) as (out, err, _):
        code = run(arguments)
        return Done(code=code, stdout=out.getvalue().decode(), stderr=err.getvalue().decode())

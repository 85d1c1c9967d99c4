"""Texts that commands write: to stdout, or to a file that appears whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from leadcard.cli.console import FINDINGS, FINE, say


def deliver(text: str, output: Path | None) -> int:
    """Write `text` to the file `output`, or to stdout for None and `-`; returns the exit code."""
    whole = text if text.endswith("\n") else f"{text}\n"
    if output is None or output == Path("-"):
        click.echo(whole, nl=False)
        return FINE
    if not write_file(output, whole):
        return FINDINGS
    say(f"wrote {output}")
    return FINE


def write_file(path: Path, text: str | bytes) -> bool:
    """Whether the file could be written; if not, the user has been told why."""
    from leadcard.cli.findings import show
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.runtime.whole_file import write_whole

    try:
        write_whole(path, text)
    except OSError as error:
        from leadcard.runtime.data_error import reason

        message = f"cannot write `{path}`: {reason(error, 'write')}"
        show((Diagnostic(code="F106", message=message, path=str(path)),))
        return False
    return True


def spares(output: str | Path | None, inputs: Iterable[str | Path | None]) -> bool:
    """Whether `output` would replace none of `inputs`; if it would, the user has been told so."""
    if output is None or not any(_same_file(output, one) for one in inputs if one is not None):
        return True
    from leadcard.cli.findings import show
    from leadcard.dsl.diagnostics import Diagnostic

    message = f"cannot write `{output}`: it is what is read here"
    hint = "give the output a name of its own"
    if ".duckdb" in str(output) or ".db" in str(output):
        message = f"cannot write `{output}`: the same database is read here"
        hint = "write to one of its own, such as `-o scores.duckdb`, and join both with `ATTACH`"
    show((Diagnostic(code="F106", message=message, path=str(output), hint=hint),))
    return False


def _same_file(output: str | Path, read: str | Path) -> bool:
    # A table of a database is written as `file.duckdb:table`.
    names = (Path(output), Path(str(output).rpartition(":")[0]))
    try:
        return any(name.is_file() and name.samefile(read) for name in names)
    except OSError:
        return False

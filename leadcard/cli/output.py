"""Texts that commands write: to stdout, or to a file that appears whole or not at all."""

from __future__ import annotations

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


def write_file(path: Path, text: str) -> bool:
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

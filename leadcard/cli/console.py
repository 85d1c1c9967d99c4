"""What the commands share on their way to the terminal: exit codes, streams, colour, messages."""

from __future__ import annotations

import os
import sys
from typing import Final, TextIO

import click

FINE: Final = 0
FINDINGS: Final = 1
MISUSE: Final = 2


def prepare_streams() -> None:
    """Write UTF-8 where nobody says otherwise; no character that cannot be shown stops a run."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is None:
            continue
        if stream.isatty():
            reconfigure(errors="replace")
        else:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def has_color(stream: TextIO) -> bool:
    """Whether to colour what goes to `stream`: only on a terminal, and never against NO_COLOR."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def say(message: str) -> None:
    """A message for people, on stderr."""
    click.echo(message, err=True, color=has_color(sys.stderr))


def emit(text: str) -> None:
    """The result of a command, on stdout."""
    click.echo(text, color=has_color(sys.stdout))

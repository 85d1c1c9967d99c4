"""Parts of `--help` and options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeAlias

import click

from leadcard.cli.moment import moment

Decorator: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]


_EXAMPLE_WIDTH: Final = 71  # with indentation and gap, a terminal of 80


def examples(*lines: tuple[str, str]) -> str:
    """The examples at the end of a command's help: a command line, and what it does."""
    width = max(len(line) for line, _ in lines)
    if width + max(len(note) for _, note in lines) > _EXAMPLE_WIDTH:
        shown = [f"  # {note}\n  {line}" for line, note in lines]
    else:
        shown = [f"  {line:<{width}}   {note}" for line, note in lines]
    return "\n".join(["\b", "Examples:", *shown])


format_option: Decorator = click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="text for people (on stderr), json for programs (on stdout).",
)

shape_option: Decorator = click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="text for people, json for programs; both on stdout.",
)

strict_option: Decorator = click.option("--strict", is_flag=True, help="Count warnings as errors.")

vocabulary_option: Decorator = click.option(
    "--vocabulary",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The vocabulary to use, instead of the leadcard.yaml beside the card or above it.",
)

leads_option: Decorator = click.option(
    "--leads",
    multiple=True,
    metavar="F",
    help="Leads: a CSV, JSON lines, Parquet or DuckDB file, a pattern such as 'leads-*.csv', or -.",
)

events_option: Decorator = click.option(
    "--events",
    multiple=True,
    metavar="F",
    help="Events: as for --leads. May be given several times.",
)


def as_of_help(otherwise: str) -> str:
    """What `--as-of` says of itself where a moment left out is `otherwise`."""
    return f"The moment to score for, such as 2026-11-21T12:00:00Z; without it, {otherwise}."


as_of_option: Decorator = click.option(
    "--as-of", type=moment, metavar="TIME", help=as_of_help("now")
)

memory_option: Decorator = click.option(
    "--memory-limit",
    metavar="SIZE",
    help="Use no more memory than this, such as 2GB; the rest goes to disk.",
)

threads_option: Decorator = click.option(
    "--threads", type=click.IntRange(min=1), metavar="N", help="Use so many processor cores."
)

"""Parts of `--help` and options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import click

Decorator: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]


def examples(*lines: tuple[str, str]) -> str:
    """The examples at the end of a command's help: a command line, and what it does."""
    width = max(len(line) for line, _ in lines)
    if width > 44:
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

strict_option: Decorator = click.option("--strict", is_flag=True, help="Count warnings as errors.")

vocabulary_option: Decorator = click.option(
    "--vocabulary",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The vocabulary to use, instead of the leadcard.yaml beside the card or above it.",
)

"""`leadcard completion`: the script that completes commands in a shell."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import click
from click.shell_completion import get_completion_class

from leadcard.cli.console import FINE, emit
from leadcard.cli.usage import examples

_SHELLS: Final = ("bash", "zsh", "fish")
_VARIABLE: Final = "_LEADCARD_COMPLETE"


@click.command(
    epilog=examples(
        ('eval "$(leadcard completion bash)"', "in ~/.bashrc"),
        ('eval "$(leadcard completion zsh)"', "in ~/.zshrc, after compinit"),
        ("leadcard completion fish > ~/.config/fish/completions/leadcard.fish", "once"),
    )
)
@click.argument("shell", type=click.Choice(_SHELLS), required=False)
def command(shell: str | None) -> int:
    """Print the script that completes commands, options and files in SHELL.

    Without SHELL, in the one that runs now.
    """
    from leadcard.cli.app import cli

    chosen = shell or Path(os.environ.get("SHELL", "")).name
    completion = get_completion_class(chosen) if chosen in _SHELLS else None
    if completion is None:
        raise click.UsageError(f"name your shell: {', '.join(_SHELLS)}")
    emit(completion(cli, {}, "leadcard", _VARIABLE).source())
    return FINE

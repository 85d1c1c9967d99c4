"""`--engine` of the commands that run sample leads."""

from __future__ import annotations

import click

from leadcard.cli.usage import Decorator


def engine_option(usual: str, said: str) -> Decorator:
    """The option, with the engines that it has without being given."""
    return click.option(
        "--engine",
        "engine",
        metavar="NAMES",
        default=usual,
        show_default=bool(usual),
        help=said,
    )


def engines_of(names: str) -> tuple[str, ...]:
    """The engines that are named, each once."""
    from leadcard.runtime.harness.engines import ENGINES

    chosen = tuple(dict.fromkeys(n.strip().lower() for n in names.split(",") if n.strip()))
    unknown = next((n for n in chosen if n not in ENGINES), None)
    if unknown is not None:
        raise click.UsageError(f"there is no engine `{unknown}`; there are {', '.join(ENGINES)}")
    return chosen

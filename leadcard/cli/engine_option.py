"""`--engine` of the commands that run sample leads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import click

from leadcard.cli.usage import Decorator

POSTGRES_PASSWORD: Final = "put it into PGPASSWORD or ~/.pgpass"


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


def engines_of(said: str) -> tuple[str, ...]:
    """The engines that are named, each once: names, or addresses of PostgreSQL servers."""
    from leadcard.runtime.harness.engines import ADDRESSES, ENGINES

    chosen = tuple(dict.fromkeys(_parts(said)))
    for one in chosen:
        if one.startswith(ADDRESSES):
            refuse_password(one, POSTGRES_PASSWORD)
        elif one not in ENGINES:
            known = f"{', '.join(ENGINES)}, or the address of a server: postgres://…"
            raise click.UsageError(f"there is no engine `{one}`; there are {known}")
    return chosen


def _parts(said: str) -> Iterator[str]:
    """What stands between commas; those within an address (of several hosts) part nothing."""
    from leadcard.runtime.harness.engines import ADDRESSES, ENGINES

    address = ""
    for word in (part.strip() for part in said.split(",")):
        starts = word.lower() in ENGINES or word.startswith(ADDRESSES)
        if address and not starts:
            address += f",{word}"
            continue
        if address:
            yield address
        address = word if word.startswith(ADDRESSES) else ""
        if word and not address:
            yield word.lower()
    if address:
        yield address


def refuse_password(address: str, instead: str) -> None:
    """Raise the misuse that a password in the address of a server is; `instead` says where to."""
    from leadcard.runtime.remote_address import has_password

    if has_password(address):
        said = "an address with a password can be read by others"
        raise click.UsageError(f"{said}: leave it out, and {instead}")

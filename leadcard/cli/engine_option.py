"""`--engine` of the commands that run sample leads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import click

from leadcard.cli.usage import Decorator

POSTGRES_PASSWORD: Final = "put it into PGPASSWORD or ~/.pgpass"
_PASSWORDS: Final = {
    "postgres": POSTGRES_PASSWORD,
    "mariadb": "put it into MYSQL_PWD or ~/.my.cnf",
}


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
    """The engines that are named, each once: names, or addresses of servers."""
    from leadcard.runtime.harness.engines import ENGINES, engine_at

    chosen = tuple(dict.fromkeys(_parts(said)))
    for one in chosen:
        server = engine_at(one)
        if server is not None:
            refuse_password(one, _PASSWORDS[server])
        elif one not in ENGINES:
            known = f"{', '.join(ENGINES)}, or the address of a server: postgres://…"
            raise click.UsageError(f"there is no engine `{one}`; there are {known}")
    return chosen


def _parts(said: str) -> Iterator[str]:
    """What stands between commas; those within an address (of several hosts) part nothing."""
    from leadcard.runtime.harness.engines import ENGINES, engine_at

    address = ""
    for word in (part.strip() for part in said.split(",")):
        starts = word.lower() in ENGINES or engine_at(word) is not None
        if address and not starts:
            address += f",{word}"
            continue
        if address:
            yield address
        address = word if engine_at(word) is not None else ""
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

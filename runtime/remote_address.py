"""Addresses of engines far away, which must hold no secret."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, urlsplit

_SECRETS: Final = frozenset({"password", "sslpassword", "passfile", "access_token", "token"})


# Where the parameters of an address begin: a password may hold a `?` too.
_PARAMETERS: Final = re.compile(r"\?(?=\w+=)")


def has_password(address: str) -> bool:
    """Whether an address holds what belongs into no command line.

    A password with `/`, `?` or `#` in it ends the host for whoever reads the address by the book,
    and is one all the same.
    """
    place, *parameters = _PARAMETERS.split(address.partition("://")[2], maxsplit=1)
    try:
        urlsplit(address)
    except ValueError:
        return True
    given = {key.lower() for key, _ in parse_qsl("".join(parameters), keep_blank_values=True)}
    return ":" in place.rpartition("@")[0] or not given.isdisjoint(_SECRETS)

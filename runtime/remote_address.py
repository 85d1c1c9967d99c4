"""Addresses of engines far away, which must hold no secret."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl, urlsplit

_SECRETS: Final = frozenset({"password", "sslpassword", "passfile", "access_token", "token"})


def has_password(address: str) -> bool:
    """Whether an address holds what belongs into no command line."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return True
    given = {key.lower() for key, _ in parse_qsl(parts.query, keep_blank_values=True)}
    return parts.netloc.rpartition("@")[0].count(":") > 0 or not given.isdisjoint(_SECRETS)

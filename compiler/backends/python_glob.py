"""Wildcard patterns for Python, as regular expressions that no text can make slow.

Each piece between two `*` is looked for once, from left to right: the first place where it fits
is always good enough, so an atomic group may forget all other places. Nothing backtracks,
whatever the pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterable


def is_glob(pattern: str) -> bool:
    """Whether `pattern` has a wildcard."""
    return "*" in pattern or "?" in pattern


def to_regex(patterns: Iterable[str]) -> str:
    """An expression whose `fullmatch` (with DOTALL) accepts what any of `patterns` accepts."""
    return "|".join(_one(pattern) for pattern in patterns)


def _one(pattern: str) -> str:
    first, *others = (_piece(piece) for piece in pattern.split("*"))
    if not others:
        return first
    *middle, last = others
    found = "".join(f"(?>.*?{piece})" for piece in middle if piece)
    return f"{first}{found}.*{last}"


def _piece(piece: str) -> str:
    return ".".join(re.escape(part) for part in piece.split("?"))

"""Currencies by code, sign or name."""

from __future__ import annotations


def resolve(text: str) -> str | None:
    """The ISO code of the currency."""
    return {"€": "EUR", "$": "USD"}.get(text, text.upper() if len(text) == 3 else None)


def codes() -> tuple[str, ...]:
    """All codes."""
    return ("EUR", "USD", "GBP")

"""Countries by any of their usual names."""

from __future__ import annotations

from leadcard.compiler.text import name_form

_T = {
    "US": ("us", "usa", "united states"),
    "GB": ("gb", "uk", "united kingdom"),
    "DE": ("de", "deutschland", "germany"),
}


def resolve(text: str) -> str | None:
    """The ISO code of the country."""
    form = name_form(text)
    return next((c for c, n in _T.items() if form in n), None)


def spellings(code: str) -> tuple[str, ...]:
    """Name forms of the country."""
    return _T[code]


def names() -> tuple[str, ...]:
    """Names to suggest."""
    return ("Germany", "United States", "United Kingdom")


def version() -> str:
    """The version of the table."""
    return "0"

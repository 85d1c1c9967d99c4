"""Countries by any of their usual names, in the major languages and their own.

The table comes from CLDR and ISO 3166 with further names of `country_aliases.txt`, which also says
how names that could mean two countries are read. Codes are ISO 3166-1 alpha-2 (and XK for Kosovo).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from leadcard.compiler.name_table import NameTable
from leadcard.compiler.text import name_form, nfc

_TABLE: Final = NameTable(Path(__file__).parent / "country_names.txt")


def resolve(text: str) -> str | None:
    """The code of the country that `text` names (`uk` is GB), or None."""
    form = name_form(nfc(text))
    return _TABLE.codes.get(form) or _TABLE.codes.get(form.removesuffix("."))


def spellings(code: str) -> tuple[str, ...]:
    """The name forms of all names of a country, its codes among them."""
    return _TABLE.forms[code]


def name(code: str) -> str:
    """The English name of a country."""
    return _TABLE.english[code]


def names() -> tuple[str, ...]:
    """The English names of all countries, for suggestions."""
    return tuple(_TABLE.english.values())


def version() -> str:
    """What the table was made from, and a part of every version hash."""
    return _TABLE.heading

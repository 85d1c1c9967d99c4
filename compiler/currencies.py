"""Currencies by ISO 4217 code, sign or name, in the major languages.

`$` alone is the US dollar, `¥` the yen, `£` the pound sterling; `kr` and other signs of several
currencies mean none.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from leadcard.compiler.name_table import NameTable
from leadcard.compiler.text import name_form, nfc

_TABLE: Final = NameTable(Path(__file__).parent / "currency_names.txt")


def resolve(text: str) -> str | None:
    """The code of the currency that `text` names (`€` is EUR), or None."""
    return _TABLE.codes.get(name_form(nfc(text)))


def codes() -> tuple[str, ...]:
    """The codes of all currencies in use."""
    return tuple(_TABLE.forms)


def name(code: str) -> str:
    """The English name of a currency."""
    return _TABLE.english[code]

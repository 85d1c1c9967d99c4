"""A table of codes with their names, read from a file of the package when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from leadcard.dsl.record import dataclass


@dataclass(frozen=True)
class NameTable:
    """Codes with their names; the file is made by `country_table.py`."""

    path: Path

    @cached_property
    def _lines(self) -> tuple[str, ...]:
        return tuple(self.path.read_text(encoding="utf-8").splitlines())

    @property
    def heading(self) -> str:
        """The first line, which says what the table was made from."""
        return self._lines[0]

    @cached_property
    def forms(self) -> Mapping[str, tuple[str, ...]]:
        """All name forms by code."""
        cut = (line.split("\t") for line in self._lines[1:])
        return {code: tuple(forms) for code, _, *forms in cut}

    @cached_property
    def english(self) -> Mapping[str, str]:
        """The English name by code."""
        return {code: name for code, name, _ in (x.split("\t", 2) for x in self._lines[1:])}

    @cached_property
    def codes(self) -> Mapping[str, str]:
        """The code by name form."""
        return {form: code for code, forms in self.forms.items() for form in forms}

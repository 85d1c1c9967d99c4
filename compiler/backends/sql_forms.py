"""Which way a dialect brings texts into normal form: by regular expressions or without them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from leadcard.compiler.backends.sql_build import Build
from leadcard.compiler.backends.sql_plain_text import PlainForms
from leadcard.compiler.backends.sql_text import TextForms

Forms: TypeAlias = TextForms | PlainForms


def text_forms(build: Build, letters: Iterable[str] = (), *, whole_table: bool = False) -> Forms:
    """The maker of normal forms; `letters` are all characters of the constants to compare with."""
    made = TextForms if build.dialect.patterns is not None else PlainForms
    return made(build, letters, whole_table=whole_table)

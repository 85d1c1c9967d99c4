"""Which way a dialect reads texts: by regular expressions or without them."""

from __future__ import annotations

from collections.abc import Iterable

from leadcard.compiler.backends.sql_build import Build
from leadcard.compiler.backends.sql_facts import Facts
from leadcard.compiler.backends.sql_fields import FieldReading, Forms
from leadcard.compiler.backends.sql_plain_fields import PlainReading
from leadcard.compiler.backends.sql_plain_text import PlainForms
from leadcard.compiler.backends.sql_text import TextForms
from leadcard.compiler.plan import Plan


def text_forms(build: Build, letters: Iterable[str] = (), *, whole_table: bool = False) -> Forms:
    """The maker of normal forms; `letters` are all characters of the constants to compare with."""
    made = TextForms if build.dialect.patterns is not None else PlainForms
    return made(build, letters, whole_table=whole_table)


def field_reading(build: Build, plan: Plan, facts: Facts, forms: Forms) -> FieldReading:
    """The reader of fields in the way of the dialect."""
    made = FieldReading if build.dialect.patterns is not None else PlainReading
    return made(build, plan, facts, forms)

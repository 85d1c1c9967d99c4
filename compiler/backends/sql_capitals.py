"""Names in capitals, for databases that keep names so which were created without quotes."""

from __future__ import annotations

import re
from typing import Final

from sqlglot import exp

from leadcard.compiler.backends.sql_build import Node

_PLAIN: Final = re.compile(r"[a-z_][a-z0-9_]*\Z")


def capital_names(statement: Node) -> None:
    """Write each quoted plain name in capitals: `"lead_id"` is what `lead_id` without quotes is."""
    for identifier in statement.find_all(exp.Identifier):
        if identifier.args.get("quoted") and _PLAIN.match(identifier.name):
            identifier.set("this", identifier.name.upper())

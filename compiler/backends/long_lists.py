"""The rows of the table of long lists, which statements and their tables share."""

from __future__ import annotations

import csv
import io

from leadcard.compiler.plan import Plan


def list_rows(plan: Plan) -> str:
    """The rows of `leadcard_lists` as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("list", "value"))
    for long in plan.lists:
        writer.writerows((long.name, entry) for entry in long.entries)
    return text.getvalue()

"""What is said of fields that a table of leads has no column for."""

from __future__ import annotations

from collections.abc import Iterable

from leadcard.dsl.diagnostics import Diagnostic, Severity

# Every table may lack them: without an account no account rule holds, and all leads are known.
_OPTIONAL = {"created", "account_id"}


def missing_column_notes(absent: Iterable[str]) -> tuple[Diagnostic, ...]:
    """A warning for each column that the card reads and the table does not have."""
    return tuple(
        Diagnostic(
            code="D103",
            message=f"no column of the leads is called `{column}`, which the card reads; it counts"
            " as missing for every lead",
            severity=Severity.WARNING,
        )
        for column in sorted(set(absent) - _OPTIONAL)
    )

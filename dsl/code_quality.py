"""Diagnostics as GitLab's report of code quality, which a merge request shows beside the lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any, Final

from leadcard.dsl.diagnostics import Diagnostic, Severity

_SEVERITIES: Final = {
    Severity.ERROR: "major",
    Severity.WARNING: "minor",
    Severity.NOTE: "info",
}
_NOWHERE: Final = "."


def to_code_quality(
    found: Sequence[Diagnostic], path_of: Callable[[str], str | None]
) -> list[dict[str, Any]]:
    """One entry a finding; `path_of` gives the path of a file below the top of the repository.

    GitLab tells old findings from new ones by fingerprints, so no line number is part of one.
    """
    told: Counter[str] = Counter()
    report = []
    for one in found:
        path = one.source.path if one.source is not None else one.path
        place = (path and path_of(path)) or _NOWHERE
        name = "\0".join((one.code, place, one.message))
        told[name] += 1
        line = 1
        if one.source is not None and one.span is not None:
            line = one.source.position(one.span.start).line
        report.append(
            {
                "description": f"{one.message} ({one.hint})" if one.hint else one.message,
                "check_name": one.code,
                "fingerprint": sha256(f"{name}\0{told[name]}".encode()).hexdigest(),
                "severity": _SEVERITIES[one.severity],
                "location": {"path": place, "lines": {"begin": line}},
            }
        )
    return report

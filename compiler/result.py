"""The columns of a result, in order, shared by every backend, writer and report.

Texts of several entries (`flags`, `key_conversions`) are joined by `; ` in SQL and files, in the
order of the card, without repeats; no entry is the empty text. `must_haves` is NULL where the card
has none. Key conversions are named by their label, else by their condition in plain form. Reasons
are a JSON array in the order of lines; each has the keys of `REASON_KEYS`: the line, the condition
in plain form, its section, its points after the rule's own maximum (a number), whether they count
(false for those that `best only` left out), the number of events behind it, and the latest of them
(`2026-11-18T12:00:00Z`, with a fraction only where there is one; null where there is none).
"""

from __future__ import annotations

from typing import Final

from leadcard.compiler.plan import Plan
from leadcard.dsl.record import dataclass

REASON_KEYS: Final = ("line", "rule", "section", "points", "counted", "events", "latest")
JOIN_TEXT: Final = "; "


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultColumn:
    """A column of the result: its name and type (text, time, points, boolean, json)."""

    name: str
    type: str


_BEFORE: Final = (
    ("lead_id", "text"),
    ("scorecard", "text"),
    ("version", "text"),
    ("as_of", "time"),
    ("score", "points"),
    ("raw_score", "points"),
    ("displayed", "points"),
    ("stage", "text"),
    ("grade", "text"),
    ("tier", "text"),
    ("disqualified", "boolean"),
    ("flags", "text"),
    ("key_conversions", "text"),
    ("must_haves", "boolean"),
    ("route", "text"),
    ("respond_within", "text"),
    ("notify", "text"),
)


def result_columns(plan: Plan, *, reasons: bool) -> tuple[ResultColumn, ...]:
    """All columns of the result of `plan`, in order; `points` are decimals with two places."""
    sections = ((f"section_{section.column}", "points") for section in plan.sections)
    last = (("reasons", "json"),) if reasons else ()
    return tuple(ResultColumn(name=n, type=t) for n, t in (*_BEFORE, *sections, *last))

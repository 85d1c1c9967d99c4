"""What became of leads: the conversions of a vocabulary or of a file, as a file of leads and times.

The table is read as a table of events is: its headers, times and leads by the same rules. A field
of leads that says it is read as a card would read `FIELD is yes`; then there are no times.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from leadcard.compiler.pipeline import check_source
from leadcard.compiler.vocabulary import Column, Conversions, EventsSource, Vocabulary
from leadcard.dsl.diagnostics import Diagnostic, Severity
from leadcard.dsl.source import Source
from leadcard.runtime.data_error import DataError, working_on
from leadcard.runtime.impact.score_side import Places, points_statement
from leadcard.runtime.load import Data, open_data
from leadcard.runtime.sql_text import text

# What tables of deals call the time at which one was won, besides what events call theirs.
_TIMES = (
    "converted at",
    "converted_at",
    "conversion date",
    "won at",
    "won_at",
    "won date",
    "won_date",
    "close date",
    "closed at",
)
_STRANGERS = ("D127", "D128")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """The file of leads that converted (lead_id, at); `timed` where it says when."""

    path: Path
    won: int
    timed: bool
    last: datetime | None  # UTC, naive
    diagnostics: tuple[Diagnostic, ...] = ()


def store_outcomes(
    vocabulary: Vocabulary,
    places: Places,
    path: Path,
    *,
    as_of: datetime,
    timezone: str,
    given: str | None = None,
) -> Outcomes | None:
    """The outcomes of the file `given`, else of the vocabulary; None where neither is there.

    Of several conversions of a lead the first counts. Raises `DataError`.
    """
    told = Conversions(location=given) if given is not None else vocabulary.conversions
    if told is None:
        return None
    if told.field is not None:
        return _of_field(vocabulary, places, path, told.field, as_of)
    return _of_table(vocabulary, places, path, told, timezone, given)


def _of_table(
    vocabulary: Vocabulary,
    places: Places,
    path: Path,
    told: Conversions,
    timezone: str,
    given: str | None,
) -> Outcomes:
    usual = vocabulary.usual
    at = told.at or usual.at or Column()
    source = EventsSource(
        location=told.location,
        # Conversions of leads that are not looked at are no mistake.
        lead=replace(told.lead or usual.lead or Column(), strangers=True),
        at=replace(at, aka=(*_TIMES, *at.aka)) if at.name is None else at,
        verb=Column(constant="converted"),
    )
    words = replace(vocabulary, events=(source,), usual=source)
    with open_data(
        words,
        None,
        leads=places.leads,
        events=(given,) if given is not None else (),
        timezone=timezone,
        memory_limit=places.memory_limit,
        threads=places.threads,
    ) as data:
        # Deals that are still open have no time yet: they are no mistake, and no conversion.
        bad = data.bad_rows.findings(allowed=places.allow_bad_rows)
        problems = tuple(d for d in bad if d.code != "D209")
        if problems and not places.allow_bad_rows:
            raise DataError(*problems)
        # What is to be told of leads is told when they are scored.
        strangers = (d for d in data.diagnostics if d.code in _STRANGERS)
        notes = (
            *(replace(d, message=_of_conversions(d.message), hint=None) for d in strangers),
            *(_not_yet(d) for d in bad if d.code == "D209"),
            *problems,
        )
        query = 'SELECT CAST(lead_id AS VARCHAR) AS lead_id, min("at") AS "at" FROM events'
        query += " SEMI JOIN leads USING (lead_id)" if data.same_ids else ""
        hint = "the conversions name leads by another id, or the wrong column says whose they are"
        rows = data.connection.execute("SELECT 1 FROM events LIMIT 1").fetchone()
        if rows is None and not any(note.code in _STRANGERS for note in notes):
            hint = "the table of conversions has no row with a time"
        return _stored(data, f"{query} GROUP BY ALL", path, timed=True, notes=notes, hint=hint)


def _of_conversions(message: str) -> str:
    return message.replace("event", "conversion", 1)


def _not_yet(found: Diagnostic) -> Diagnostic:
    message = _of_conversions(found.message).replace("an conversion", "a conversion", 1)
    return replace(
        found,
        message=f"{message}; it did not happen yet, and counts as none",
        hint=None,
        severity=Severity.NOTE,
    )


def _of_field(
    vocabulary: Vocabulary, places: Places, path: Path, field: str, as_of: datetime
) -> Outcomes:
    card = check_source(Source("conversions", f"{field} is yes: +1\n"), vocabulary)
    assert card.plan is not None, card.diagnostics
    with open_data(
        vocabulary,
        card.plan,
        leads=places.leads,
        events=places.events,
        memory_limit=places.memory_limit,
        threads=places.threads,
    ) as data:
        query = points_statement(card.plan, data, as_of=as_of)
        won = f'SELECT lead_id, NULL::TIMESTAMP AS "at" FROM ({query}) WHERE rule_1 IS NOT NULL'
        hint = f"no lead has `{field}`: yes; see which values `leadcard inspect` shows"
        return _stored(data, won, path, timed=False, notes=(), hint=hint)


def _stored(
    data: Data, query: str, path: Path, *, timed: bool, notes: tuple[Diagnostic, ...], hint: str
) -> Outcomes:
    """The conversions as a file; `hint` says why there may be none."""
    place = text(str(path))
    with working_on("the conversions"):
        data.connection.execute(f"COPY ({query}) TO {place} (FORMAT parquet)")
        row = data.connection.execute(
            f'SELECT count(*), max("at") FROM read_parquet({place})'
        ).fetchone()
    won, last = row or (0, None)
    if not won:
        message = "none of the leads converted"
        raise DataError(*notes, Diagnostic(code="D302", message=message, hint=hint))
    return Outcomes(path=path, won=won, timed=timed, last=last, diagnostics=notes)

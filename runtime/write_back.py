"""Scores as a file that a source system imports: its key, and one column for each of our results.

What is known of each system's imports stands in `SYSTEMS`, with where it was read. The columns are
named for fields that the user makes there once; an import screen lets them be mapped to others.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from leadcard.dsl.diagnostics import Diagnostic, Severity
from leadcard.runtime.data_error import DataError
from leadcard.runtime.execute import Scored
from leadcard.runtime.sql_text import name
from leadcard.runtime.when import day_text
from leadcard.runtime.whole_file import whole_file
from leadcard.runtime.write import ended_by_signals, plain_column, writing

_BATCH: Final = 10_000
_MEGABYTE: Final = 1_000_000
# What makes a spreadsheet take a cell for a formula, by the guide of OWASP on CSV injection.
_FORMULA: Final = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """How a system imports: headers of its key, score, stage, grade and reasons, and its limits.

    `key` is `lead_id`, or `email` where an import finds people by address only. `reasons_limit` is
    the most that the text field of the reasons holds, `in_bytes` of UTF-8 or in characters.
    `text_limit` is the same for stage and grade. `most_bytes` and `most_rows` are the limits of one
    file, where one is known.
    """

    title: str
    headers: tuple[str, str, str, str, str]
    key: str = "lead_id"
    text_limit: int
    reasons_limit: int
    in_bytes: bool = False
    most_bytes: int | None = None
    most_rows: int | None = None


SYSTEMS: Final[Mapping[str, System]] = {
    # knowledge.hubspot.com, "Property field types in HubSpot" (read in the edition of March 2024):
    # texts of one or several lines hold 65,536 characters. Records are found by `Record ID`.
    "hubspot": System(
        title="HubSpot: import of contacts",
        headers=("Record ID", "Lead score", "Lead stage", "Lead grade", "Lead score reasons"),
        text_limit=65_536,
        reasons_limit=65_536,
    ),
    # developer.salesforce.com, Bulk API 2.0, "Prepare CSV Files": headers are API names, UTF-8,
    # upload at most 100 MB. A field holds 32,000 characters in a bulk load (limits of the Bulk API,
    # read at second hand); Salesforce checks some of them as bytes (help article 000382141), so
    # bytes are counted. Stage and grade go into Text(255).
    "salesforce": System(
        title="Salesforce: update by Bulk API or Data Loader",
        headers=(
            "Id",
            "Lead_Score__c",
            "Lead_Stage__c",
            "Lead_Grade__c",
            "Lead_Score_Reasons__c",
        ),
        text_limit=255,
        reasons_limit=32_000,
        in_bytes=True,
        most_bytes=100 * _MEGABYTE,
    ),
    # experienceleague.adobe.com, "Field Types": a string holds 255 characters, a text area 30,000
    # bytes. "Bulk Lead Import": headers are REST names, a file is under 10 MB; call it with
    # `lookupField=id`.
    "marketo": System(
        title="Marketo: bulk import of leads with lookupField=id",
        headers=("id", "cardScore", "cardStage", "cardGrade", "cardScoreReasons"),
        text_limit=255,
        reasons_limit=30_000,
        in_bytes=True,
        most_bytes=10 * _MEGABYTE,
    ),
    # help.salesforce.com, "Considerations for Prospect Imports": prospects are found by address or
    # CRM id, a file is at most 100 MB, no blanks around values. The limit of a custom text area was
    # not found in writing; 32,000 is that of the Salesforce field that it syncs with.
    "pardot": System(
        title="Account Engagement: import of prospects",
        headers=("Email", "Card Score", "Card Stage", "Card Grade", "Card Score Reasons"),
        key="email",
        text_limit=255,
        reasons_limit=32_000,
        in_bytes=True,
        most_bytes=100 * _MEGABYTE,
    ),
    # No limit was found in writing for the text area of a contact's custom field; 10,000 is a
    # cautious choice. An import finds contacts by address.
    "activecampaign": System(
        title="ActiveCampaign: import of contacts",
        headers=("Email", "Lead Score", "Lead Stage", "Lead Grade", "Lead Score Reasons"),
        key="email",
        text_limit=255,
        reasons_limit=10_000,
    ),
    # zoho.com/crm/developer, "Bulk Write: Limitations": headers are API names, at most 25,000
    # records a file. A single line holds 255 characters (Zoho's custom field types); the 2,000 of a
    # small multi-line field were not found in writing.
    "zoho": System(
        title="Zoho CRM: bulk write (update) of leads",
        headers=("id", "Card_Score", "Card_Stage", "Card_Grade", "Card_Score_Reasons"),
        text_limit=255,
        reasons_limit=2_000,
        most_rows=25_000,
    ),
    # Dataverse: a column of several lines of text holds 2,000 characters unless it was made longer,
    # one of a single line 100 by default; both not found in writing here. `new_` is the usual
    # prefix of custom columns.
    "dynamics": System(
        title="Dynamics 365: import of leads",
        headers=("leadid", "new_cardscore", "new_cardstage", "new_cardgrade", "new_cardreasons"),
        text_limit=100,
        reasons_limit=2_000,
    ),
    # Mautic finds contacts by address on import; a text field is a VARCHAR(191) in its database
    # (seen in a dump of version 5), a text area a LONGTEXT without a limit of note. 65,535 is what
    # older databases hold.
    "mautic": System(
        title="Mautic: import of contacts",
        headers=("email", "card_score", "card_stage", "card_grade", "card_score_reasons"),
        key="email",
        text_limit=191,
        reasons_limit=65_535,
        in_bytes=True,
    ),
}


def write_back_result(scored: Scored, output: str, system: str, *, zone: str) -> list[Diagnostic]:
    """Write the scores for `system` into the file `output`, whole or not at all.

    The result must hold reasons. Raises `DataError`; gives what the user should know of the file.
    """
    known = SYSTEMS[system]
    with writing(output), ended_by_signals(), whole_file(Path(output)) as part:
        with part.open("w", encoding="utf-8", newline="") as file:
            counts = _write(scored, known, file, zone)
        size = part.stat().st_size
    return _findings(known, counts, size, output)


def write_back_stream(
    scored: Scored, stream: BinaryIO, system: str, *, zone: str
) -> list[Diagnostic]:
    """The same for an open stream, such as standard output."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    try:
        counts = _write(scored, SYSTEMS[system], text, zone)
    finally:
        text.detach()
    return _findings(SYSTEMS[system], counts, 0, "standard output")


@dataclass(slots=True, kw_only=True)
class _Counts:
    rows: int = 0
    without_key: int = 0


def _write(scored: Scored, system: System, file: TextIO, zone: str) -> _Counts:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(system.headers)
    counts = _Counts()
    for key, score, stage, grade, reasons in _rows(scored, system):
        if key is None or not key.strip() or _is_formula(key):
            counts.without_key += 1
            continue
        texts = [
            cut(safe(value or ""), system.text_limit, system.in_bytes) for value in (stage, grade)
        ]
        told = reasons_text(
            json.loads(reasons or "[]", parse_float=Decimal),
            system.reasons_limit,
            in_bytes=system.in_bytes,
            zone=zone,
        )
        writer.writerow((key.strip(), score, *texts, told))
        counts.rows += 1
    return counts


def _rows(scored: Scored, system: System) -> Iterator[tuple[str | None, ...]]:
    """Key, score, stage, grade and reasons of each lead, in the order of ids."""
    by_name = {column.name: column for column in scored.columns}
    written = {n: plain_column(by_name[n]) for n in ("score", "stage", "grade", "reasons")}
    shown = ", ".join(f"CAST({sql} AS VARCHAR) AS {name(n)}" for n, sql in written.items())
    source, key = scored.relation, "lead_id"
    if system.key == "email":
        _needs_addresses(scored, system)
        source = (
            f"(SELECT s.*, l.email AS __email FROM {source} s LEFT JOIN leads l USING (lead_id))"
        )
        key = "__email"
    rows = scored.connection.cursor().execute(
        f"SELECT CAST({key} AS VARCHAR) AS __key, {shown} FROM {source}"
        " ORDER BY TRY_CAST(lead_id AS HUGEINT) NULLS LAST, lead_id"
    )
    while batch := rows.fetchmany(_BATCH):
        yield from batch


def _needs_addresses(scored: Scored, system: System) -> None:
    described = scored.connection.execute("DESCRIBE leads").fetchall()
    if "email" in {str(row[0]) for row in described}:
        return
    raise DataError(
        Diagnostic(
            code="D130",
            message=f"{system.title} finds people by address, and no column of the leads holds"
            " `email`",
            hint="name its column in leadcard.yaml: `leads: {fields: {email: COLUMN}}`",
        )
    )


def _findings(system: System, counts: _Counts, size: int, output: str) -> list[Diagnostic]:
    found = []
    if counts.without_key:
        leads = "1 lead has" if counts.without_key == 1 else f"{counts.without_key:,} leads have"
        what = "address" if system.key == "email" else "id"
        message = f"{leads} no {what} that can be imported, and no row in `{output}`"
        found.append(
            _told("D131", message, f"{system.title} finds people by `{system.headers[0]}`")
        )
    if system.most_bytes is not None and size > system.most_bytes:
        most = f"{system.most_bytes // _MEGABYTE} MB"
        message = f"`{output}` is larger than the {most} that one import takes"
        found.append(_told("D132", message, "import it in parts, each with the first line"))
    if system.most_rows is not None and counts.rows > system.most_rows:
        message = f"`{output}` has more rows than the {system.most_rows:,} that one import takes"
        found.append(_told("D132", message, "import it in parts, each with the first line"))
    return found


def _told(code: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic(code=code, message=message, hint=hint, severity=Severity.WARNING)


# --- texts ----------------------------------------------------------------------------------------


def reasons_text(
    reasons: Sequence[Mapping[str, object]], limit: int, *, in_bytes: bool, zone: str
) -> str:
    """The reasons in plain words, the weightiest first, as many as the limit allows.

    `requested demo +25 (2 Nov 2026); visited pricing +15 (3 times, last 18 Nov 2026)`.
    """
    counted = [reason for reason in reasons if reason.get("counted")]
    order = sorted(counted, key=lambda r: (-abs(_points(r)), int(str(r.get("line") or 0))))
    told = [_reason(reason, zone) for reason in order]
    if not told:
        return ""
    told[0] = safe(told[0])
    kept = _that_fit(told, limit, in_bytes)
    if not kept:
        return cut(told[0], limit, in_bytes)
    return "; ".join(told[:kept]) + _rest(len(told) - kept)


def _that_fit(told: Sequence[str], limit: int, in_bytes: bool) -> int:
    """How many of the first reasons fit, with the number of the others behind them."""
    fitting, length = 0, 0
    for number, reason in enumerate(told, start=1):
        length += _length(reason, in_bytes) + (len("; ") if number > 1 else 0)
        if length > limit:
            break
        if length + len(_rest(len(told) - number)) <= limit:
            fitting = number
    return fitting


def _rest(left: int) -> str:
    return f"; and {left} more" if left else ""


def _points(reason: Mapping[str, object]) -> Decimal:
    return Decimal(str(reason.get("points") or 0))


def _reason(reason: Mapping[str, object], zone: str) -> str:
    points = f" {_points(reason).normalize():+f}" if _points(reason) else ""
    events, latest = int(str(reason.get("events") or 0)), reason.get("latest")
    when = ""
    if latest is not None:
        day = day_text(datetime.fromisoformat(str(latest)), zone)
        when = f" ({day})" if events == 1 else f" ({events:,} times, last {day})"
    return f"{_one_line(str(reason.get('rule')))}{points}{when}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def safe(text: str) -> str:
    """`text` as a cell that no spreadsheet takes for a formula: a quote before it where needed."""
    return f"'{text}" if _is_formula(text) else text


def _is_formula(text: str) -> bool:
    return bool(_FORMULA.match(text)) and not _NUMBER.fullmatch(text)


def cut(text: str, limit: int, in_bytes: bool) -> str:
    """`text` within `limit`, with `…` at its end where something is missing; no letter is split."""
    if _length(text, in_bytes) <= limit:
        return text
    room = max(limit - _length("…", in_bytes), 0)
    kept = text.encode("utf-8")[:room].decode("utf-8", "ignore") if in_bytes else text[:room]
    return f"{kept.rstrip()}…"


def _length(text: str, in_bytes: bool) -> int:
    return len(text.encode("utf-8")) if in_bytes else len(text)

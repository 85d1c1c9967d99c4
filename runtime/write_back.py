"""Scores as a file that a source system imports: a key, and a column for each of our results."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from leadcard.dsl.diagnostics import Diagnostic, Severity
from leadcard.runtime.data_error import DataError
from leadcard.runtime.ended import ended_by_signals
from leadcard.runtime.execute import Scored
from leadcard.runtime.import_formats import MEGABYTE, SYSTEMS, System
from leadcard.runtime.sql_text import name
from leadcard.runtime.when import day_text
from leadcard.runtime.whole_file import whole_file
from leadcard.runtime.write import plain_column, writing

_BATCH: Final = 10_000
# What makes a spreadsheet take a cell for a formula, by the guide of OWASP on CSV injection.
_FORMULA: Final = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?")
_JOINER: Final = "\u200d"


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
    of_several: int = 0


def _write(scored: Scored, system: System, file: TextIO, zone: str) -> _Counts:
    if system.byte_order_mark:
        file.write("\ufeff")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(system.headers)
    counts = _Counts()
    for key, leads, score, stage, grade, reasons in _rows(scored, system):
        if key is None or not _is_key(key.strip(), system):
            counts.without_key += 1
        elif leads != "1":
            counts.of_several += 1
        else:
            told = _texts(system, stage or "", grade or "", reasons or "[]", zone)
            writer.writerow((key.strip(), score, *told))
            counts.rows += 1
    return counts


def _is_key(key: str, system: System) -> bool:
    if system.key == "email" and "@" not in key[1:-1]:
        return False
    return bool(key) and not _is_formula(key)


def _texts(system: System, stage: str, grade: str, reasons: str, zone: str) -> Iterator[str]:
    """Stage, grade and reasons as the system's fields hold them."""
    told = reasons_text(
        json.loads(reasons, parse_float=Decimal),
        system.reasons_limit,
        in_bytes=system.in_bytes,
        zone=zone,
    )
    fitted = (cut(safe(text), system.text_limit, system.in_bytes) for text in (stage, grade))
    for text in (*fitted, told):
        yield _one_line(re.sub("[^\0-\uffff]", "", text)) if system.basic_plane else text


def _rows(scored: Scored, system: System) -> Iterator[tuple[str | None, ...]]:
    """Key, how many leads have it, score, stage, grade and reasons of each, in the order of ids."""
    by_name = {column.name: column for column in scored.columns}
    written = {n: plain_column(by_name[n]) for n in ("score", "stage", "grade", "reasons")}
    shown = ", ".join(f"CAST({sql} AS VARCHAR) AS {name(n)}" for n, sql in written.items())
    source, key, leads = scored.relation, "lead_id", "1"
    if system.key == "email":
        _needs_addresses(scored, system)
        source = (
            f"(SELECT s.*, l.email AS __email FROM {source} s LEFT JOIN leads l USING (lead_id))"
        )
        key, leads = "__email", "count(*) OVER (PARTITION BY lower(trim(__email)))"
    rows = scored.connection.cursor().execute(
        f"SELECT CAST({key} AS VARCHAR) AS __key, CAST({leads} AS VARCHAR), {shown} FROM {source}"
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
    finds = f"{system.title} finds people by `{system.headers[0]}`"
    if counts.without_key:
        what = "address" if system.key == "email" else "id"
        message = (
            f"{_have(counts.without_key)} no {what} that can be imported, and no row in `{output}`"
        )
        found.append(_told("D131", message, finds))
    if counts.of_several:
        message = (
            f"{_have(counts.of_several)} the address of another lead, and no row in `{output}`"
        )
        found.append(_told("D131", message, f"{finds}: merge them there"))
    if system.most_bytes is not None and size > system.most_bytes:
        most = f"{system.most_bytes // MEGABYTE:,} MB"
        message = f"`{output}` is larger than the {most} that one import takes"
        found.append(_told("D132", message, "import it in parts, each with the first line"))
    if system.most_rows is not None and counts.rows > system.most_rows:
        message = f"`{output}` has more rows than the {system.most_rows:,} that one import takes"
        found.append(_told("D132", message, "import it in parts, each with the first line"))
    return found


def _have(leads: int) -> str:
    return "1 lead has" if leads == 1 else f"{leads:,} leads have"


def _told(code: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic(code=code, message=message, hint=hint, severity=Severity.WARNING)


# --- texts ----------------------------------------------------------------------------------------


def reasons_text(
    reasons: Sequence[Mapping[str, object]], limit: int, *, in_bytes: bool, zone: str
) -> str:
    """The reasons in plain words, the weightiest first, as many as the limit allows.

    `requested demo +25 (2 Nov 2026); visited pricing +15 (3 times, last 18 Nov 2026)`. Never empty:
    imports leave a field as it was where the cell is, and old reasons would stay.
    """
    counted = [reason for reason in reasons if reason.get("counted")]
    order = sorted(counted, key=lambda r: (-abs(_points(r)), int(str(r.get("line") or 0))))
    told = [_reason(reason, zone) for reason in order]
    if not told:
        return cut("no rule fired", limit, in_bytes)
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
    coding = "utf-8" if in_bytes else "utf-16-le"
    kept = text.encode(coding)[: room * (1 if in_bytes else 2)].decode(coding, "ignore")
    end = len(kept)
    while end and _goes_on(text, end):
        end -= 1
    return f"{kept[:end].rstrip()}…"


def _goes_on(text: str, at: int) -> bool:
    """Whether the letter before `at` goes on there: accents, variants, joined emoji."""
    return (
        unicodedata.category(text[at]).startswith("M")
        or "\U0001f3fb" <= text[at] <= "\U0001f3ff"
        or _JOINER in text[at - 1 : at + 1]
    )


def _length(text: str, in_bytes: bool) -> int:
    """Bytes of UTF-8, or UTF-16 units: letters beyond U+FFFF count as two."""
    return len(text.encode("utf-8")) if in_bytes else len(text.encode("utf-16-le")) // 2

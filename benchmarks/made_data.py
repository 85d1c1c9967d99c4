"""Made-up leads and events for benchmarks: the same rows for the same sizes, in Parquet files.

The shape follows what marketing systems export: most leads do little and a few do much; twenty
kinds of events; page paths of which one in eight drags a unique query string along; titles,
industries and countries as people type them, a few of them shouted or padded; numbers and dates
that are sometimes missing. Everything is drawn by a hash of the row number, so that no random state
is involved.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

AS_OF: Final = "2026-11-21 12:00:00"

# Verb, its weight, and how its objects are written.
VERBS: Final = (
    ("visited", 40, "path"),
    ("opened email", 22, "campaign"),
    ("received email", 12, None),
    ("clicked email", 6, "campaign"),
    ("downloaded", 4, "file"),
    ("searched", 3, "term"),
    ("submitted", 2, "form"),
    ("watched", 2, "video"),
    ("registered for", 1, "webinar"),
    ("attended", 1, "webinar"),
    ("requested", 1, "request"),
    ("subscribed to", 1, "campaign"),
    ("unsubscribed", 1, None),
    ("bounced email", 1, None),
    ("replied to email", 1, "campaign"),
    ("shared", 1, "path"),
    ("started", 1, "trial"),
    ("called", 1, None),
    ("met", 1, None),
    ("clicked", 1, "path"),
)

TITLES: Final = (
    "CEO", "CTO", "VP Sales", "Sales Manager", "Marketing Manager", "Product Manager",
    "Head of Sales", "Head of IT", "Software Engineer", "Director", "Student", "Intern",
    "Account Executive", "Office Manager", "Data Analyst", "Founder & CEO", "VP of Marketing",
    "Managing Director", "Consultant", "Head of Procurement", "Werkleiter", "Менеджер", "经理",
)  # fmt: skip
INDUSTRIES: Final = (
    "technology", "manufacturing", "retail", "healthcare", "finance", "education", "logistics",
    "energy", "media", "construction", "agriculture", "Technology", "real estate", "automotive",
)  # fmt: skip
COUNTRIES: Final = ("DE", "AT", "CH", "US", "JP", "GB", "FR", "IN", "BR", "PL", "ES", "IT", "NL")
PERSONAL: Final = ("gmail.com", "yahoo.com", "outlook.com", "hotmail.com", "gmx.de", "web.de")
PAGES: Final = (
    "/", "/pricing", "/pricing/enterprise", "/careers", "/docs", "/docs/start", "/docs/api/events",
    "/blog", "/product", "/about-us", "/contact.html", "/Pricing/", "/docs/guides/setup",
)  # fmt: skip
FILES: Final = (
    "Case Study ACME 2025.pdf", "case-study-retail.pdf", "price list.xlsx", "whitepaper AI.pdf",
    "Datasheet X200.pdf", "brochure.pdf", "Case Study Globex.pdf", "handbook.docx",
)  # fmt: skip
REQUESTS: Final = ("demo", "quote", "call back", "Demo", "trial extension")


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeData:
    """Two Parquet files, and how many rows they hold."""

    leads: Path
    events: Path
    lead_rows: int
    event_rows: int


def cache_folder() -> Path:
    """Where benchmark data is kept between runs (`LEADCARD_BENCHMARK_DATA` overrides it)."""
    chosen = os.environ.get("LEADCARD_BENCHMARK_DATA")
    return Path(chosen) if chosen else Path.home() / ".cache" / "leadcard-benchmarks"


def made_data(*, leads: int, events: int, text_ids: bool = False) -> MadeData:
    """The data of that size, made if it is not there yet; `text_ids`: UUIDs for event ids."""
    folder = cache_folder() / f"v1-{leads}-{events}{'-uuid' if text_ids else ''}"
    folder.mkdir(parents=True, exist_ok=True)
    data = MadeData(
        leads=folder / "leads.parquet",
        events=folder / "events.parquet",
        lead_rows=leads,
        event_rows=events,
    )
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = false")
        if not data.leads.exists():
            _write(connection, _leads_query(leads), data.leads)
        if not data.events.exists():
            _write(connection, _events_query(leads, events, text_ids=text_ids), data.events)
    return data


def _write(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    """Write the rows of `query` to `path`, which appears whole or not at all."""
    unfinished = path.with_suffix(".unfinished")
    connection.execute(f"COPY ({query}) TO '{unfinished}' (FORMAT parquet)")
    unfinished.rename(path)


def _leads_query(leads: int) -> str:
    return f"""
        SELECT
          i AS lead_id,
          NULL::VARCHAR AS account_id,
          TIMESTAMP '{AS_OF}' - to_hours({_draw(1, 24 * 900)}) AS created,
          CASE WHEN {_draw(2, 20)} = 0 THEN NULL
               WHEN {_draw(3, 25)} = 0 THEN '  ' || upper({_pick(TITLES, 4)}) || ' '
               ELSE {_pick(TITLES, 4)} END AS title,
          'Company ' || {_draw(5, max(leads // 5, 1))} AS company,
          CASE WHEN {_draw(6, 10)} = 0 THEN NULL ELSE {_pick(INDUSTRIES, 7)} END AS industry,
          CASE WHEN {_draw(8, 12)} = 0 THEN NULL
               ELSE CAST(power(10, {_draw(9, 4500)} / 1000.0) AS INTEGER) END AS employees,
          CASE WHEN {_draw(10, 4)} = 0 THEN NULL
               ELSE CAST(power(10, 4 + {_draw(11, 5000)} / 1000.0) AS DECIMAL(18, 2)) END
            AS annual_revenue,
          CASE WHEN {_draw(12, 15)} = 0 THEN NULL ELSE {_pick(COUNTRIES, 13)} END AS country,
          CASE WHEN {_draw(14, 3)} = 0 THEN 'person' || i || '@' || {_pick(PERSONAL, 15)}
               WHEN {_draw(16, 40)} = 0 THEN 'Person' || i || '@uni-' || {_draw(17, 90)} || '.edu'
               ELSE 'person' || i || '@company' || {_draw(5, max(leads // 5, 1))} || '.com' END
            AS email
        FROM range({leads}) AS t(i)
    """


def _events_query(leads: int, events: int, *, text_ids: bool) -> str:
    event_id = "md5(i::VARCHAR)::UUID::VARCHAR" if text_ids else "i"
    # The square of a uniform number: a tenth of the leads has a third of the events.
    lead = f"CAST(floor(power({_draw(21, 1_000_000)} / 1000000.0, 2) * {leads}) AS BIGINT)"
    return f"""
        WITH drawn AS (
          SELECT i, {_verb_case()} AS verb, hash(i, 30) % 1000003 AS draw
          FROM range({events}) AS t(i)
        )
        SELECT
          {event_id} AS event_id,
          {lead} AS lead_id,
          verb,
          {_object_case()} AS object,
          TIMESTAMP '{AS_OF}' + to_hours(24)
            - to_microseconds(CAST(power({_draw(22, 1_000_000)} / 1000000.0, 1.5)
                                   * 400 * 86400 * 1000000 AS BIGINT)) AS at,
          CASE WHEN verb = 'visited' THEN {_draw(23, 2400)} / 10.0 END AS seconds
        FROM drawn
    """


def _verb_case() -> str:
    """An expression that draws a verb by weight."""
    total = sum(weight for _, weight, _ in VERBS)
    draw, reached, whens = _draw(20, total), 0, []
    for verb, weight, _ in VERBS:
        reached += weight
        whens.append(f"WHEN {draw} < {reached} THEN '{verb}'")
    return f"CASE {' '.join(whens)} END"


def _object_case() -> str:
    """An expression that draws an object that fits the verb."""
    ways = {
        "path": (
            f"CASE WHEN {_draw(24, 3)} = 0 THEN '/blog/post-' || {_draw(25, 300)}"
            f" ELSE {_pick(PAGES, 26)} END"
            f" || CASE WHEN {_draw(27, 8)} = 0 THEN '?gclid=' || md5(i::VARCHAR) ELSE '' END"
        ),
        "campaign": f"'Newsletter ' || {_draw(28, 200)}",
        "file": _pick(FILES, 29),
        "term": f"'search ' || {_draw(31, 5000)}",
        "form": f"'form ' || {_draw(32, 12)}",
        "video": f"'Video ' || {_draw(33, 40)}",
        "webinar": f"'Webinar ' || {_draw(34, 30)}",
        "request": _pick(REQUESTS, 35),
        "trial": "'trial'",
    }
    whens = (f"WHEN verb = '{v}' THEN {ways[w]}" for v, _, w in VERBS if w is not None)
    return f"CASE {' '.join(whens)} END"


def _draw(salt: int, below: int) -> str:
    """An expression for a whole number from 0 to `below` - 1."""
    return f"CAST(hash(i, {salt}) % {below} AS BIGINT)"


def _pick(choices: tuple[str, ...], salt: int) -> str:
    """An expression for one of `choices`."""
    listed = ", ".join("'" + choice.replace("'", "''") + "'" for choice in choices)
    return f"([{listed}])[1 + {_draw(salt, len(choices))}]"

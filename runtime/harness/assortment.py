"""A seeded assortment of scored leads, a share from each stage, for people to look at.

Which leads are drawn depends on their ids and the seed alone: not on the order of rows, and not on
the other leads of their stage.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from io import BytesIO

from leadcard.dsl.render import display_width
from leadcard.runtime.execute import Scored
from leadcard.runtime.harness.compare import number
from leadcard.runtime.write import write_stream

_DRAWN = "leadcard_drawn"
_BANDS = 10
_WIDEST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """A stage: how many leads it has, how many were drawn, and their scores."""

    stage: str
    leads: int
    drawn: int
    low: Decimal
    median: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A range of scores, from `low` to below `high`, and how many leads have them."""

    low: Decimal
    high: Decimal
    leads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Assortment:
    """The leads drawn, and the whole that they stand for."""

    drawn: Scored
    strata: tuple[Stratum, ...]
    bands: tuple[Band, ...]
    leads: int


def assortment(scored: Scored, *, many: int, seed: int) -> Assortment:
    """Draw `many` of the scored leads: at least one of each stage, the rest by size."""
    rows = scored.connection.execute(
        "SELECT coalesce(stage, 'none'), count(*), min(score), quantile_disc(score, 0.5),"
        f" max(score) FROM {scored.relation} GROUP BY 1 ORDER BY max(score) DESC, 1"
    ).fetchall()
    shares = quotas([int(row[1]) for row in rows], many)
    strata = tuple(
        Stratum(stage=row[0], leads=row[1], drawn=share, low=row[2], median=row[3], high=row[4])
        for row, share in zip(rows, shares, strict=True)
    )
    return Assortment(
        drawn=_drawn(scored, strata, seed),
        strata=strata,
        bands=_bands(scored),
        leads=scored.rows,
    )


def quotas(sizes: Sequence[int], many: int) -> list[int]:
    """How many to draw of groups of these sizes: one of each, then by size, the largest rest first.

    Fewer than asked for only where there are no more.
    """
    whole = sum(sizes)
    if whole <= many:
        return list(sizes)
    shares = [min(1, size) for size in sizes]
    while sum(shares) < many:
        rest = [
            (size * many / whole - share, size, -n)
            for n, (size, share) in enumerate(zip(sizes, shares, strict=True))
            if share < size
        ]
        shares[-max(rest)[2]] += 1
    return shares


def _drawn(scored: Scored, strata: Sequence[Stratum], seed: int) -> Scored:
    engine = scored.connection
    engine.execute("CREATE OR REPLACE TEMP TABLE leadcard_shares (stage VARCHAR, share INTEGER)")
    shares = [(one.stage, one.drawn) for one in strata]
    if shares:
        engine.executemany("INSERT INTO leadcard_shares VALUES (?, ?)", shares)
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE {_DRAWN} AS"
        f" SELECT scored.* FROM {scored.relation} AS scored"
        " JOIN leadcard_shares AS shares ON shares.stage = coalesce(scored.stage, 'none')"
        " QUALIFY row_number() OVER (PARTITION BY shares.stage"
        " ORDER BY md5(concat(?::VARCHAR, ':', lead_id::VARCHAR)), lead_id) <= shares.share",
        [seed],
    )
    return replace(scored, relation=_DRAWN, rows=sum(one.drawn for one in strata))


def _bands(scored: Scored) -> tuple[Band, ...]:
    """The scores in ten bands of a round width."""
    ends = scored.connection.execute(
        f"SELECT min(score), max(score) FROM {scored.relation}"
    ).fetchone()
    if ends is None or ends[0] is None:
        return ()
    width = _round_width(ends[1] - ends[0])
    start = (ends[0] // width - (1 if ends[0] < 0 and ends[0] % width else 0)) * width
    found = scored.connection.execute(
        f"SELECT CAST(floor((score - ?) / ?) AS INTEGER), count(*) FROM {scored.relation}"
        " GROUP BY 1",
        [start, width],
    ).fetchall()
    counts = {int(n): int(count) for n, count in found}
    return tuple(
        Band(low=start + n * width, high=start + (n + 1) * width, leads=counts.get(n, 0))
        for n in range(max(counts) + 1)
    )


def _round_width(span: Decimal) -> Decimal:
    """The least of 1, 2, 5, 10, 20, 50 … that cuts the span into ten bands or fewer."""
    scale = Decimal(1)
    while True:
        for step in (1, 2, 5):
            if span / (scale * step) <= _BANDS:
                return scale * step
        scale *= 10


def strata_text(found: Assortment) -> str:
    """The stages and the distribution of all leads, for people."""
    lines = [f"{found.leads:,} leads by stage"]
    width = max((display_width(one.stage) for one in found.strata), default=0)
    for one in found.strata:
        name = one.stage + " " * (width - display_width(one.stage))
        share = Decimal(one.leads * 100) / max(found.leads, 1)
        scores = f"scores {number(one.low)}"
        if one.low != one.high:
            scores += f" to {number(one.high)}, half up to {number(one.median)}"
        lines.append(f"  {name}  {one.leads:>9,}  {share:>5.1f} %  {scores}; {one.drawn} drawn")
    lines += ["", f"{found.leads:,} leads by score"]
    most = max((band.leads for band in found.bands), default=1)
    labels = [f"{number(b.low)} to {number(b.high)}" for b in found.bands]
    width = max(map(len, labels), default=0)
    for label, band in zip(labels, found.bands, strict=True):
        bar = "#" * -(-band.leads * _WIDEST // most)
        lines.append(f"  {label:>{width}}  {band.leads:>9,}  {bar}".rstrip())
    return "\n".join(lines)


def strata_json(found: Assortment) -> dict[str, object]:
    """The same for programs, with the leads that were drawn as `score` writes them."""
    written = BytesIO()
    write_stream(found.drawn, written, format="jsonl")
    rows = [json.loads(line) for line in written.getvalue().splitlines()]
    rows.sort(key=lambda row: -row["score"])
    return {
        "leads": found.leads,
        "stages": [
            {
                "stage": one.stage,
                "leads": one.leads,
                "drawn": one.drawn,
                "low": float(one.low),
                "median": float(one.median),
                "high": float(one.high),
            }
            for one in found.strata
        ],
        "bands": [
            {"low": float(b.low), "high": float(b.high), "leads": b.leads} for b in found.bands
        ],
        "drawn": rows,
    }

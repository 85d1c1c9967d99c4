"""The report on a change of a scorecard, and the same as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from leadcard.runtime.impact.changes import Change, Kind
from leadcard.runtime.impact.document import (
    Block,
    Bullets,
    Document,
    Heading,
    Paragraph,
    Table,
)
from leadcard.runtime.impact.moves import Line, Moves, Prediction, plain_points, term_name
from leadcard.runtime.impact.ranking import Auc, lift


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Everything there is to say about a change; `moves` is None where no data was given."""

    scorecard: str
    old: str
    new: str
    version_before: str
    version_after: str
    as_of: datetime | None
    changes: tuple[Change, ...]
    moves: Moves | None

    @property
    def breaking(self) -> tuple[str, ...]:
        """What may stop working for whoever reads the scores."""
        return tuple(c.breaking for c in self.changes if c.breaking is not None)

    @property
    def moved(self) -> bool:
        """Whether a lead has another score or another stage."""
        moves = self.moves
        return moves is not None and bool(moves.up or moves.down or moves.restaged)

    @property
    def restaged(self) -> bool:
        """Whether a lead has another stage."""
        return self.moves is not None and bool(self.moves.restaged)

    @property
    def anything(self) -> bool:
        """Whether anything changed at all, in words or of a score."""
        return bool(self.changes) or self.moved

    @property
    def words_alone(self) -> bool:
        """Whether no lead was scored."""
        return self.moves is None


def diff_document(found: Difference) -> Document:
    """The report."""
    blocks: list[Block] = [Paragraph(text=f"From `{found.old}` to `{found.new}`.")]
    if found.breaking:
        listed = "; ".join(found.breaking)
        blocks.append(Paragraph(text=f"this change is breaking: {listed}", warning=True))
    elif found.changes:
        blocks.append(
            Paragraph(
                text="Not breaking: no stage, section, tier or grade is gone, and the range"
                " of scores stays."
            )
        )
    blocks += _words(found.changes)
    if found.moves is not None:
        blocks += _moves(found.moves, found.as_of)
    return Document(title=f"What changes in {found.scorecard}", blocks=tuple(blocks))


# --- words ----------------------------------------------------------------------------------------


def _words(changes: Sequence[Change]) -> Iterator[Block]:
    yield Heading(text="In words")
    if not changes:
        yield Paragraph(text="Nothing: both cards say the same.")
        return
    yield Bullets(items=tuple(map(in_words, changes)))


def in_words(change: Change) -> str:
    """One change as a phrase."""
    if change.what == "vocabulary":
        return "the vocabulary changed (leadcard.yaml)"
    where = f" in section `{change.section}`" if change.section is not None else ""
    line = change.line_after or change.line_before
    old = " of the old card" if change.line_after is None else ""
    what = f"line {line}{old}: {change.what}" if line is not None else change.what
    match change.kind:
        case Kind.ADDED:
            return f"{what} added{where}: `{change.after or change.name}`{_more(change)}"
        case Kind.REMOVED:
            return f"{what} removed{where}: `{change.before or change.name}`{_more(change)}"
        case Kind.MEANS_OTHER:
            why = change.said or "reads as before, but a list, a page or the vocabulary changed"
            return f"{what}{where}: `{change.after}` {why}"
        case Kind.CHANGED if change.what == "rule":
            return f"{what} changed{where}: {_rule_change(change)}"
        case _:
            if change.said is not None:
                return f"{what} `{change.name}` changed{_more(change)}"
            return f"{what} changed: `{change.before}` becomes `{change.after}`"


def _rule_change(change: Change) -> str:
    """The difference; where the condition stays, after it."""
    same = change.before is not None and f"{change.name}:" in change.before
    return f"`{change.name}`: {change.said}" if same else str(change.said)


def _more(change: Change) -> str:
    return f" ({change.said})" if change.said else ""


# --- moves ----------------------------------------------------------------------------------------


def _moves(moves: Moves, as_of: datetime | None) -> Iterator[Block]:
    yield Heading(text="Who moves")
    yield Paragraph(text=_summary(moves, as_of))
    if moves.only_before or moves.only_after:
        yield Paragraph(
            text=f"{_leads(moves.only_before)} only the old card scores,"
            f" {_leads(moves.only_after)} only the new one; they are not compared",
            warning=True,
        )
    if not moves.leads:
        return
    yield _matrix(moves)
    yield from _lines(moves)
    yield from _movers(moves)
    yield _distribution(moves)
    if moves.predicted is not None:
        yield from _predicted(*moves.predicted)


def _leads(count: int) -> str:
    return "1 lead" if count == 1 else f"{count:,} leads"


def _summary(moves: Moves, as_of: datetime | None) -> str:
    moved = moves.up + moves.down
    when = f" as of {as_of.isoformat().replace('+00:00', 'Z')}" if as_of is not None else ""
    if not moved and not moves.restaged:
        return f"No lead moves: {_leads(moves.leads)}{when} keep their score and stage."
    alone = f" ({moves.restaged_alone:,} with the same score)" if moves.restaged_alone else ""
    return (
        f"Of {_leads(moves.leads)}{when}, {moved:,} get another score"
        f" ({moves.up:,} more, {moves.down:,} less),"
        f" and {moves.restaged:,} another stage{alone}."
    )


def _matrix(moves: Moves) -> Table:
    columns = moves.stages_after
    rows = []
    for before in moves.stages_before:
        counts = [moves.matrix.get((before, after), 0) for after in columns]
        cells = (f"{n:,}" if n else "·" for n in counts)
        rows.append((before, *cells, f"{sum(counts):,}"))
    totals = [sum(moves.matrix.get((b, a), 0) for b in moves.stages_before) for a in columns]
    rows.append(("all", *(f"{n:,}" for n in totals), f"{moves.leads:,}"))
    return Table(
        caption="Leads by stage: before in rows, after in columns",
        columns=("before", *columns, "all"),
        rows=tuple(rows),
        numeric=frozenset(range(1, len(columns) + 2)),
    )


def _lines(moves: Moves) -> Iterator[Block]:
    if not moves.lines:
        return
    total = moves.after.total - moves.before.total
    rows = [
        (
            _line_name(line),
            f"{line.leads:,}",
            f"{line.up:,}",
            f"{line.down:,}",
            signed(line.points),
            *(
                (f"{line.fired_before:,}", f"{line.fired_after:,}")
                if line.what == "rule"
                else ("", "")
            ),
        )
        for line in moves.lines
    ]
    if not moves.only_before and not moves.only_after:
        rows.append(
            (
                "all",
                f"{moves.up + moves.down:,}",
                f"{moves.up:,}",
                f"{moves.down:,}",
                signed(total),
                "",
                "",
            )
        )
    yield Table(
        caption="Because of which lines: leads moved, and points added to all of them together",
        columns=("line", "leads", "up", "down", "points", "fired before", "after"),
        rows=tuple(rows),
        numeric=frozenset(range(1, 7)),
        code=frozenset({0}),
    )
    if any(line.what != "rule" for line in moves.lines):
        yield Paragraph(
            text="The limits of a section (max, min) and the range of scores take away or give back"
            " what rules add beyond them, so that all lines make up the difference."
        )


def _line_name(line: Line) -> str:
    if line.what == "rule":
        return f"`{line.after}`" if line.after else f"`{line.before}` (removed)"
    name = term_name(line.what, line.name)
    if line.before == line.after:
        return f"{name}: {line.after}" if line.after else name
    return f"{name}: {line.before or 'none'} → {line.after or 'none'}"


def _movers(moves: Moves) -> Iterator[Block]:
    if not moves.movers:
        return
    rows = tuple(
        (
            mover.lead,
            plain_points(mover.before),
            plain_points(mover.after),
            signed(mover.after - mover.before),
            mover.stage_before,
            mover.stage_after,
            "; ".join(f"{name}: {signed(n)}" if n else name for name, n in mover.why),
        )
        for mover in moves.movers
    )
    yield Table(
        caption="The leads that move most",
        columns=("lead", "before", "after", "moves", "stage before", "after", "most because of"),
        rows=rows,
        numeric=frozenset({1, 2, 3}),
    )


def _distribution(moves: Moves) -> Table:
    rows: list[tuple[str, ...]] = [
        (f"{band.low} to below {band.high}", f"{band.before:,}", f"{band.after:,}")
        for band in moves.bands
    ]
    for name in ("least", "quarter", "median", "three_quarters", "most"):
        ends = (getattr(moves.before, name), getattr(moves.after, name))
        shown = tuple("" if end is None else plain_points(end) for end in ends)
        rows.append((_QUANTILES[name], *shown))
    means = tuple(mean(spread.total, spread.leads) for spread in (moves.before, moves.after))
    rows.append(("mean score", *means))
    return Table(
        caption="Scores: leads in each band, then the scores that parts of the leads reach",
        columns=("score", "before", "after"),
        rows=tuple(rows),
        numeric=frozenset({1, 2}),
    )


_QUANTILES = {
    "least": "lowest score",
    "quarter": "a quarter has at most",
    "median": "half have at most",
    "three_quarters": "three quarters have at most",
    "most": "highest score",
}


def _predicted(before: Prediction, after: Prediction) -> Iterator[Block]:
    yield Heading(text="What converts")
    yield Paragraph(
        text=f"{before.whole.won:,} of {_leads(before.whole.leads)} converted"
        f" ({percent(before.whole.rate)}). Scores are of one moment for all: what a lead did after"
        " it converted counts too. `leadcard evaluate` scores each lead a day before."
    )
    yield Table(
        caption="How well the score tells leads that convert (AUC: 0.5 is a guess, 1 is perfect)",
        columns=("", "before", "after"),
        rows=(("AUC with its 95 % interval (DeLong)", auc_text(before.auc), auc_text(after.auc)),),
        numeric=frozenset({1, 2}),
    )
    for word, side in (("before", before), ("after", after)):
        yield stage_table(f"By stage, {word}", side)


def stage_table(caption: str, side: Prediction) -> Table:
    """Conversion, lift, precision and recall at each stage."""
    return Table(
        caption=f"{caption}; precision and recall are of calling this stage and those above it",
        columns=("stage", "leads", "converted", "rate", "lift", "precision", "recall"),
        rows=tuple(
            (
                stage.name,
                f"{stage.inside.leads:,}",
                f"{stage.inside.won:,}",
                percent(stage.inside.rate),
                times(lift(stage.inside, side.whole)),
                # Nobody calls the disqualified.
                percent(stage.precision) if stage.name != "disqualified" else "",
                percent(stage.recall) if stage.name != "disqualified" else "",
            )
            for stage in side.stages
        ),
        numeric=frozenset(range(1, 7)),
    )


# --- numbers --------------------------------------------------------------------------------------


def signed(hundredths: int) -> str:
    """Points with their sign: +15, -2.5, 0."""
    return f"+{plain_points(hundredths)}" if hundredths > 0 else plain_points(hundredths)


def mean(total: int, leads: int) -> str:
    """The mean of scores in 1/100, to two places."""
    return f"{total / leads / 100:.2f}" if leads else ""


def percent(share: float | None) -> str:
    """A share with one place: 38.5 %."""
    return "" if share is None else f"{share * 100:.1f} %"


def times(factor: float | None) -> str:
    """A lift: 2.4×."""
    return "" if factor is None else f"{factor:.2f}×"


def auc_text(found: Auc | None) -> str:
    """The AUC with its interval."""
    if found is None:
        return "not to be told, since all converted or none did"
    if found.low is None or found.high is None:
        return f"{found.value:.3f}"
    return f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"

"""Two scorings joined: who moves, between which stages, and because of which lines.

All is counted in the engine; of the leads only the few that are shown come out of it. What the
lines of a change do adds up: for each lead, what its rules add before and after, what the limits
of sections add, and what the range of scores adds, make up the difference of its scores.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from leadcard.compiler import plan as p
from leadcard.runtime.ended import at_work
from leadcard.runtime.impact.pairs import Pair, paired, same_meaning
from leadcard.runtime.impact.ranking import Auc, Counted, StageFigures, auc, by_stage
from leadcard.runtime.sql_text import text

_BANDS: Final = 10
_WIDTHS: Final = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000)
_REASONS: Final = 3
_AT_ONCE: Final = 200  # terms counted in one statement; the engine is slow at thousands


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What one line of the change does: to how many leads, by how many 1/100 points in all.

    `what` is rule, limits (max, min and best of a section) or range (of the score).
    """

    what: str
    name: str
    section: str | None
    before: str | None
    after: str | None
    leads: int
    up: int
    down: int
    points: int
    fired_before: int
    fired_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """A lead that moves far, in 1/100 points, and the lines that move it most.

    A line of 0 points moves it to another stage: it disqualifies, or is what a stage asks for.
    """

    lead: str
    before: int
    after: int
    stage_before: str
    stage_after: str
    why: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Scores from `low` up to but not with `high`, in points, and how many leads have them."""

    low: int
    high: int
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The scores of all leads that are scored, in 1/100 points; None without leads."""

    leads: int
    total: int
    least: int | None
    quarter: int | None
    median: int | None
    three_quarters: int | None
    most: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """How well one of the cards tells leads that converted."""

    whole: Counted
    auc: Auc | None
    stages: tuple[StageFigures, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """What the change does to leads; `leads` are those that both cards score."""

    leads: int
    only_before: int
    only_after: int
    up: int
    down: int
    restaged: int
    restaged_alone: int  # to another stage with the same score
    before: Spread
    after: Spread
    stages_before: tuple[str, ...]
    stages_after: tuple[str, ...]
    matrix: Mapping[tuple[str, str], int]
    bands: tuple[Band, ...]
    lines: tuple[Line, ...]
    movers: tuple[Mover, ...]
    predicted: tuple[Prediction, Prediction] | None


def moves(
    old: p.Plan,
    new: p.Plan,
    before: Path,
    after: Path,
    *,
    outcomes: Path | None = None,
    shown: int = 10,
    same_words: bool = False,
    memory_limit: str | None = None,
    threads: int | None = None,
) -> Moves:
    """Compare two files of `score_side`; `outcomes` is a file of `outcomes.py`.

    `same_words`: both vocabularies are equal, so that a line that means the same moves nobody.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit or "3GB",
        "temp_directory": str(before.parent / "spill"),
    }
    if threads is not None:
        config["threads"] = threads
    with at_work(duckdb.connect(":memory:", config=config)) as engine:
        for name, path in (("old", before), ("new", after)):
            engine.execute(f"CREATE VIEW {name} AS FROM read_parquet({text(str(path))})")
        return _Comparing(engine, old, new, same_words).moves(outcomes, shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Term:
    """A part of the difference of two scores, as SQL over `o` and `n`."""

    what: str
    name: str
    section: str | None
    before: str | None
    after: str | None
    old: str  # what it adds before, as SQL
    new: str
    fired_old: str = "false"
    fired_new: str = "false"
    turned: str = "false"  # whether what it does beside points is another thing for the lead
    disqualifies: bool = False


class _Comparing:
    """One comparison."""

    def __init__(
        self, engine: duckdb.DuckDBPyConnection, old: p.Plan, new: p.Plan, same_words: bool
    ) -> None:
        self._engine, self._old, self._new = engine, old, new
        self._same_words = same_words
        self._terms = tuple(self._all_terms())

    def moves(self, outcomes: Path | None, shown: int) -> Moves:
        """All figures."""
        self._join()
        counts = self._row(
            "SELECT count(*), count_if(n > o), count_if(n < o), count_if(os <> ns),"
            " count_if(os <> ns AND o = n) FROM both_scores"
        )
        spreads = [self._spread(side) for side in ("old", "new")]
        return Moves(
            leads=counts[0],
            only_before=spreads[0].leads - counts[0],
            only_after=spreads[1].leads - counts[0],
            up=counts[1],
            down=counts[2],
            restaged=counts[3],
            restaged_alone=counts[4],
            before=spreads[0],
            after=spreads[1],
            stages_before=self._stages("old", self._old),
            stages_after=self._stages("new", self._new),
            matrix=self._matrix(),
            bands=self._bands(spreads),
            lines=tuple(self._lines()),
            movers=tuple(self._movers(shown)),
            predicted=None if outcomes is None else self._predicted(outcomes),
        )

    def _row(self, query: str) -> tuple[int, ...]:
        row = self._engine.execute(query).fetchone()
        assert row is not None
        return tuple(0 if value is None else int(value) for value in row)

    def _join(self) -> None:
        self._engine.execute(
            "CREATE TABLE both_scores AS SELECT lead_id, o.score AS o, n.score AS n,"
            " o.stage AS os, n.stage AS ns FROM old o JOIN new n USING (lead_id)"
        )

    def _spread(self, side: str) -> Spread:
        row = self._engine.execute(
            "SELECT count(*), coalesce(sum(score), 0), min(score), quantile_disc(score, 0.25),"
            f" quantile_disc(score, 0.5), quantile_disc(score, 0.75), max(score) FROM {side}"
        ).fetchone()
        assert row is not None
        leads, total, least, quarter, median, three_quarters, most = row
        return Spread(
            leads=int(leads),
            total=int(total),
            least=least,
            quarter=quarter,
            median=median,
            three_quarters=three_quarters,
            most=most,
        )

    def _stages(self, side: str, plan: p.Plan) -> tuple[str, ...]:
        """The card's stages, then `none` and `disqualified` where leads have them."""
        rows = self._engine.execute(f"SELECT DISTINCT stage FROM {side}").fetchall()
        found, own = {row[0] for row in rows}, [stage.name for stage in plan.stages]
        others = [x for x in ("none", "disqualified") if x in found and x not in own]
        return (*own, *others)

    def _matrix(self) -> dict[tuple[str, str], int]:
        rows = self._engine.execute(
            "SELECT os, ns, count(*) FROM both_scores GROUP BY ALL"
        ).fetchall()
        return {(before, after): count for before, after, count in rows}

    def _bands(self, spreads: Sequence[Spread]) -> tuple[Band, ...]:
        ends = [end for s in spreads for end in (s.least, s.most) if end is not None]
        if not ends:
            return ()
        low, high = math.floor(min(ends) / 100), math.floor(max(ends) / 100)
        width = band_width(high - low + 1)
        counts: dict[int, list[int]] = {}
        for place, side in enumerate(("old", "new")):
            rows = self._engine.execute(
                f"SELECT floor(score / {width * 100}.0)::BIGINT, count(*) FROM {side} GROUP BY 1"
            ).fetchall()
            for band, count in rows:
                counts.setdefault(band, [0, 0])[place] = count
        places = range(low // width, high // width + 1)
        return tuple(
            Band(low=at * width, high=(at + 1) * width, before=n[0], after=n[1])
            for at in places
            for n in (counts.get(at, [0, 0]),)
        )

    # --- which line moves whom --------------------------------------------------------------------

    def _all_terms(self) -> Iterator[_Term]:
        old, new = self._old, self._new
        for pair in paired(old, new):
            if not self._is_still(pair):
                yield self._rule(pair)
        names = dict.fromkeys(s.name for s in (*new.sections, *old.sections))
        for name in names:
            places = [_place(plan, name) for plan in (old, new)]
            yield _Term(
                what="limits",
                name=name,
                section=name,
                before=_limits(old, places[0]),
                after=_limits(new, places[1]),
                old="0" if places[0] is None else f"o.cap_{places[0] + 1}",
                new="0" if places[1] is None else f"n.cap_{places[1] + 1}",
            )
        yield _Term(
            what="range",
            name="score",
            section=None,
            before=_range(old),
            after=_range(new),
            old="(o.score - o.raw)",
            new="(n.score - n.raw)",
        )

    def _is_still(self, pair: Pair) -> bool:
        """Whether a pair surely moves nobody, so that its columns need not be read."""
        if pair.old is None or pair.new is None or not self._same_words:
            return False
        before, after = self._old.rules[pair.old], self._new.rules[pair.new]
        homes = [
            next(s for s in plan.sections if s.name == rule.section)
            for plan, rule in ((self._old, before), (self._new, after))
        ]
        return (
            self._old.timezone == self._new.timezone
            and not any(home.best_only for home in homes)
            and same_meaning(self._old, self._new, before, after)
            and same_meaning(self._old, self._new, homes[0].when, homes[1].when)
        )

    def _rule(self, pair: Pair) -> _Term:
        before = self._old.rules[pair.old] if pair.old is not None else None
        after = self._new.rules[pair.new] if pair.new is not None else None
        one = after or before
        assert one is not None
        old = None if pair.old is None else f"o.rule_{pair.old + 1}"
        new = None if pair.new is None else f"n.rule_{pair.new + 1}"
        fired = [f"{rule} IS NOT NULL" if rule else "false" for rule in (old, new)]
        return _Term(
            what="rule",
            name=one.text,
            section=one.section,
            before=before.source if before else None,
            after=after.source if after else None,
            old=f"coalesce({old}, 0)" if old else "0",
            new=f"coalesce({new}, 0)" if new else "0",
            fired_old=fired[0],
            fired_new=fired[1],
            turned=f"({fired[0]}) {'<>' if _does(before) == _does(after) else 'OR'} ({fired[1]})",
            disqualifies=any(rule.disqualify for rule in (before, after) if rule),
        )

    def _lines(self) -> Iterator[Line]:
        """The lines that move somebody, or that were changed; those that move most first."""
        row = [
            count
            for start in range(0, len(self._terms), _AT_ONCE)
            for count in self._counts(self._terms[start : start + _AT_ONCE])
        ]
        found = []
        for place, term in enumerate(self._terms):
            up, down, points, fired_before, fired_after, other = row[place * 6 : place * 6 + 6]
            changed = term.what == "rule" and term.before != term.after
            if not (up or down or other or changed):
                continue
            found.append(
                Line(
                    what=term.what,
                    name=term.name,
                    section=term.section,
                    before=term.before,
                    after=term.after,
                    leads=up + down,
                    up=up,
                    down=down,
                    points=points,
                    fired_before=fired_before,
                    fired_after=fired_after,
                )
            )
        yield from sorted(found, key=lambda line: (-line.leads, -abs(line.points)))

    def _counts(self, terms: Sequence[_Term]) -> tuple[int, ...]:
        """For each term: leads up, down, points, leads that fire it before, after, on one side."""
        columns = []
        for term in terms:
            moved = f"({term.new} - {term.old})"
            columns += [
                f"count_if({moved} > 0)",
                f"count_if({moved} < 0)",
                f"sum({moved})",
                f"count_if({term.fired_old})",
                f"count_if({term.fired_new})",
                f"count_if(({term.fired_old}) <> ({term.fired_new}))",
            ]
        return self._row(f"SELECT {', '.join(columns)} FROM old o JOIN new n USING (lead_id)")

    def _movers(self, shown: int) -> Iterator[Mover]:
        columns = "".join(f", {term.new} - {term.old}, {term.turned}" for term in self._terms)
        # The few are found first: only their rows are read with all columns.
        rows = self._engine.execute(
            "WITH far AS (SELECT * FROM both_scores WHERE o <> n OR os <> ns"
            " ORDER BY abs(n - o) DESC, TRY_CAST(lead_id AS HUGEINT), lead_id LIMIT $shown)"
            f" SELECT far.* {columns} FROM far"
            " JOIN old o ON o.lead_id = far.lead_id JOIN new n ON n.lead_id = far.lead_id"
            " ORDER BY abs(far.n - far.o) DESC, TRY_CAST(far.lead_id AS HUGEINT), far.lead_id",
            {"shown": shown},
        ).fetchall()
        for lead, before, after, stage_before, stage_after, *parts in rows:
            why = self._why(parts[::2], parts[1::2], stage_before != stage_after)
            yield Mover(
                lead=lead,
                before=before,
                after=after,
                stage_before=stage_before,
                stage_after=stage_after,
                why=why,
            )

    def _why(
        self, points: Sequence[int], turned: Sequence[bool], restaged: bool
    ) -> tuple[tuple[str, int], ...]:
        """What moves a lead most."""
        parts = [*zip(self._terms, points, turned, strict=True)]
        why = [(term_name(term.what, term.name), int(n)) for term, n, _ in parts if n]
        why.sort(key=lambda reason: -abs(reason[1]))
        if not restaged:
            return tuple(why[:_REASONS])
        silent = [(term, term.name) for term, n, other in parts if other and not n]
        barred = [(f"{name}: disqualify", 0) for term, name in silent if term.disqualifies]
        others = [] if barred or why else [(name, 0) for _, name in silent]
        return tuple([*barred, *why, *others][:_REASONS]) or (("what the stages ask for", 0),)

    # --- outcomes ---------------------------------------------------------------------------------

    def _predicted(self, outcomes: Path) -> tuple[Prediction, Prediction]:
        self._engine.execute(
            f"CREATE TABLE won AS SELECT DISTINCT lead_id FROM read_parquet({text(str(outcomes))})"
        )
        before = self._prediction("old", self._stages("old", self._old))
        return before, self._prediction("new", self._stages("new", self._new))

    def _prediction(self, side: str, stages: Sequence[str]) -> Prediction:
        rows = self._engine.execute(
            f"SELECT s.score, s.stage, count(*), count(won.lead_id) FROM {side} s"
            " LEFT JOIN won USING (lead_id) GROUP BY ALL"
        ).fetchall()
        inside: dict[str, Counted] = {}
        scores: dict[int, Counted] = {}
        whole = Counted(leads=0, won=0)
        for score, stage, leads, won in rows:
            part = Counted(leads=leads, won=won)
            whole += part
            inside[stage] = inside.get(stage, Counted(leads=0, won=0)) + part
            scores[score] = scores.get(score, Counted(leads=0, won=0)) + part
        return Prediction(
            whole=whole, auc=auc(tuple(scores.items())), stages=by_stage(stages, inside)
        )


def _does(rule: p.Rule | None) -> tuple[object, ...] | None:
    """What a rule does beside its points."""
    return None if rule is None else (rule.disqualify, rule.flag, rule.key_conversion)


def term_name(what: str, name: str) -> str:
    """What moves a lead, in words."""
    match what:
        case "limits":
            return f"the limits of section {name}"
        case "range":
            return "the range of scores"
        case _:
            return name


def band_width(length: int) -> int:
    """The least round width of bands with which about ten cover `length` points."""
    return next((w for w in _WIDTHS if w * _BANDS >= length), math.ceil(length / _BANDS))


def _place(plan: p.Plan, section: str) -> int | None:
    return next((i for i, s in enumerate(plan.sections) if s.name == section), None)


def _limits(plan: p.Plan, place: int | None) -> str | None:
    """The limits of a section as the card writes them."""
    if place is None:
        return None
    section = plan.sections[place]
    parts = [
        f"{word} {plain_points(value)}"
        for word, value in (("max", section.maximum), ("min", section.minimum))
        if value is not None
    ]
    return ", ".join([*parts, *(["best only"] if section.best_only else [])])


def _range(plan: p.Plan) -> str:
    low, high = (
        None if end is None else plain_points(end) for end in (plan.score_low, plan.score_high)
    )
    if low is not None and high is not None:
        return f"{low} to {high}"
    if low is not None:
        return f"at least {low}"
    return "any number" if high is None else f"up to {high}"


def plain_points(hundredths: int) -> str:
    """Points as people read them: 62, 62.5, 62.25."""
    whole, part = divmod(abs(hundredths), 100)
    sign = "-" if hundredths < 0 else ""
    return f"{sign}{whole:,}.{part:02}".rstrip("0").rstrip(".") if part else f"{sign}{whole:,}"

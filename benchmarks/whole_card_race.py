"""A card that uses the whole language, on three databases: floor, expert, query a rule, leadcard.

    python -m benchmarks.whole_card_race [--engine duckdb] [--card full] [--leads 1000000]
                                         [--events 20000000] [--runs 3] [--save FOLDER]

Without `--engine` and `--card`: DuckDB, both cards. PostgreSQL and ClickHouse take 100,000 leads
and 2 million events unless told otherwise. The floor is the least that any scoring must do: group
all events by lead. All others must give the same score, displayed score and stage for each lead,
else nothing is timed; the checksum that is printed is the same on every database. Runs take turns;
the median counts. `--save` writes the statements.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.made_data import AS_OF, made_data
from benchmarks.sql_duckdb import FLOOR, TYPES
from benchmarks.whole_card import CARDS, by_hand, query_a_rule
from benchmarks.whole_card_engines import ENGINES, Engine
from leadcard.compiler.backends.sql import AsOf, Facts, to_sql
from leadcard.compiler.pipeline import check_source
from leadcard.compiler.plan import Plan
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.source import Source


@dataclass(slots=True)
class Contestant:
    """One statement with the seconds of its runs, by the clock and of all cores."""

    name: str
    sql: str
    took: list[tuple[float, float]] = field(default_factory=list)

    def medians(self) -> tuple[float, float]:
        """The median by the clock, and of all cores."""
        wall, cpu = zip(*self.took, strict=True)
        return statistics.median(wall), statistics.median(cpu)


def main() -> int:
    """Run the benchmark and print its tables."""
    options = _options()
    small = options.engine != "duckdb"
    data = made_data(
        leads=options.leads or (100_000 if small else 1_000_000),
        events=options.events or (2_000_000 if small else 20_000_000),
    )
    engine = ENGINES[options.engine]()
    engine.fill(data)
    print(f"{options.engine}, {data.lead_rows:,} leads, {data.event_rows:,} events")
    for name in options.card or CARDS:
        plan = plan_of(CARDS[name])
        engine.fill_lists([(each.name, value) for each in plan.lists for value in each.entries])
        rivals = contestants(engine, plan, full=name == "full")
        if options.save:
            _save(rivals, options.save, f"{name}-{options.engine}")
        sums = {rival.name: engine.checksum(rival.sql) for rival in rivals[1:]}
        if len(set(sums.values())) > 1:
            print(f"the scores differ: {sums}")
            return 1
        for _ in range(options.runs):
            for rival in rivals:
                rival.took.append(engine.run(rival.sql))
        _report(name, rivals, sums)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", choices=list(ENGINES), default="duckdb")
    parser.add_argument("--card", choices=list(CARDS), action="append")
    parser.add_argument("--leads", type=int)
    parser.add_argument("--events", type=int)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--save", type=Path, help="a folder for the statements")
    return parser.parse_args()


def plan_of(card: Path) -> Plan:
    """The plan of a card in this folder."""
    source = Source(card.name, card.read_text(encoding="utf-8"))
    checked = check_source(source, builtin(), folder=None)
    assert checked.plan is not None, [d.message for d in checked.diagnostics]
    return checked.plan


def contestants(engine: Engine, plan: Plan, *, full: bool) -> list[Contestant]:
    """The floor, and the statements that give the same scores."""
    return [
        Contestant("floor", FLOOR),
        Contestant("by hand", by_hand(engine.words, full=full)),
        Contestant("a query a rule", query_a_rule(engine.words, full=full)),
        Contestant("leadcard, ids unique", statement(plan, engine.dialect, unique=True)),
        Contestant("leadcard", statement(plan, engine.dialect, unique=False)),
    ]


def statement(plan: Plan, dialect: str, *, unique: bool) -> str:
    """What the card compiles to, for the tables of made-up data."""
    facts = Facts(
        types=TYPES,
        event_columns=frozenset({"event_id", "lead_id", "verb", "object", "at", "seconds"}),
        same_ids=True,
        seconds_type="number",
        events_unique=unique,
    )
    as_of = AsOf(literal=datetime.fromisoformat(AS_OF).replace(tzinfo=UTC))
    return to_sql(plan, dialect=dialect, as_of=as_of, facts=facts).rstrip().rstrip(";")


def _save(rivals: Sequence[Contestant], folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for rival in rivals:
        words = rival.name.replace(",", "").replace(" ", "-")
        (folder / f"{name}-{words}.sql").write_text(rival.sql + "\n", encoding="utf-8")


def _report(card: str, rivals: Sequence[Contestant], sums: Mapping[str, tuple[int, ...]]) -> None:
    floor, expert = rivals[0].medians(), rivals[1].medians()
    heads = ("seconds", "/floor", "/hand", "cores s", "/floor", "/hand")
    print(f"\n{card + ' card':24} " + " ".join(f"{head:>8}" for head in heads))
    for rival in rivals:
        cells = []
        for mine, least, hand in zip(rival.medians(), floor, expert, strict=True):
            cells += [mine, mine / least, mine / hand]
        print(f"{rival.name:24} " + " ".join(f"{cell:8.2f}" for cell in cells))
    print(f"checksum {next(iter(sums.values()))}")


if __name__ == "__main__":
    raise SystemExit(main())

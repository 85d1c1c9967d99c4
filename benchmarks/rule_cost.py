"""What a rule costs: compiling and running cards of 10, 100 and 1,000 rules.

    python -m benchmarks.rule_cost [--leads 100000] [--events 2000000] [--runs 3] [--most 1000]

Half of the rules are about fields, half about events, each with a constant of its own. Times are
processor seconds of this process, the least of some runs, as other programs may run beside it. The
floor groups all events by lead, in the same run; compiling is from text to text.

The last columns are of a statement as cards grow in a warehouse: a subquery for each rule about
events, joined to the leads. Up to 100 rules its scores are compared with leadcard's, and both run;
beyond, DuckDB takes minutes to plan its joins.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import duckdb

from benchmarks.made_data import AS_OF, TITLES, made_data
from benchmarks.sql_duckdb import FLOOR, TYPES
from leadcard.compiler.backends.python import to_python
from leadcard.compiler.backends.sql import AsOf, Facts, to_sql
from leadcard.compiler.pipeline import check_source
from leadcard.compiler.plan import Plan
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.source import Source

_SIZES: Final = (10, 100, 1000)
_MOST_SUBQUERIES: Final = 100
_CAMPAIGNS: Final = 200  # as many as the data has
_COLUMNS: Final = frozenset({"event_id", "lead_id", "verb", "object", "at", "seconds"})


def main() -> None:
    """Run the benchmark and print its table."""
    options = _options()
    data = made_data(leads=options.leads, events=options.events)
    with duckdb.connect() as connection:
        connection.execute(f"CREATE VIEW leads AS FROM '{data.leads}'")
        connection.execute(f"CREATE VIEW events AS FROM '{data.events}'")
        connection.execute('CREATE TABLE leadcard_lists ("list" VARCHAR, "value" VARCHAR)')

        def run(sql: str) -> float:
            counted = f"SELECT count(*), bit_xor(hash(r)) FROM ({sql}) AS r"
            return _least(lambda: connection.execute(counted).fetchone(), options.runs)

        floor = run(FLOOR)
        heads = (
            "rules",
            "check",
            "to Python",
            "to SQL",
            "run",
            "/floor",
            "subqueries",
            "/leadcard",
        )
        print(" ".join(f"{head:>10}" for head in heads))
        for size in _SIZES:
            if size > options.most:
                break
            card = card_of(size)
            checking = _least(lambda card=card: _plan(card), options.runs)  # type: ignore[misc]
            plan = _plan(card)
            python = _least(lambda plan=plan: to_python(plan), options.runs)  # type: ignore[misc]
            writing = _least(lambda plan=plan: _sql(plan), options.runs)  # type: ignore[misc]
            took = run(_sql(plan))
            cells = [checking, checking + python, checking + writing, took, took / floor]
            if size <= _MOST_SUBQUERIES:
                _same_scores(connection, _sql(plan), subqueries(size))
                other = run(subqueries(size))
                cells += [other, other / took]
            print(f"{size:>10} " + " ".join(f"{cell:10.2f}" for cell in cells))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="what a rule costs")
    parser.add_argument("--leads", type=int, default=100_000)
    parser.add_argument("--events", type=int, default=2_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--most", type=int, default=_SIZES[-1], help="the largest card")
    return parser.parse_args()


def card_of(size: int) -> str:
    """A card with so many different rules."""
    lines = []
    for i in range(size):
        points, one = 1 + i % 9, i // 4
        match i % 4:
            case 0:
                lines.append(f'title contains "{TITLES[i % len(TITLES)]} {i}": +{points}')
            case 1:
                lines.append(f"visited /blog/post-{one}: +{points}")
            case 2:
                lines.append(f"employees {i}-{i * 2 + 50}: -{points}")
            case _:
                what = f'opened email "Newsletter {one % _CAMPAIGNS}" {2 + i % 4}+ times'
                lines.append(f"{what} in {_days(i)}d: +{points}")
    return "\n".join(lines) + "\n"


def subqueries(size: int) -> str:
    """The same card by hand, with a subquery for each rule about events."""
    parts, joins = ["0"], []
    for i in range(size):
        points, one, test, having = 1 + i % 9, i // 4, "", ""
        match i % 4:
            case 0:
                parts.append(
                    _points(f"lower(title) LIKE '%{TITLES[i % len(TITLES)].lower()} {i}%'", points)
                )
                continue
            case 2:
                parts.append(_points(f"employees BETWEEN {i} AND {i * 2 + 50}", -points))
                continue
            case 1:
                test = f"verb = 'visited' AND split_part(object, '?', 1) = '/blog/post-{one}'"
            case _:
                after = f"TIMESTAMP '{AS_OF}' - INTERVAL {_days(i)} DAY"
                named = f"object = 'Newsletter {one % _CAMPAIGNS}'"
                test = f"verb = 'opened email' AND {named} AND \"at\" > {after}"
                having = f" HAVING count(*) >= {2 + i % 4}"
        joins.append(
            f"LEFT JOIN (SELECT lead_id FROM events WHERE \"at\" <= TIMESTAMP '{AS_OF}' AND {test}"
            f" GROUP BY lead_id{having}) AS rule_{i} ON rule_{i}.lead_id = leads.lead_id"
        )
        parts.append(_points(f"rule_{i}.lead_id IS NOT NULL", points))
    listed = "\n  + ".join(parts)
    return f"SELECT leads.lead_id,\n  {listed} AS score\nFROM leads\n" + "\n".join(joins)


def _points(test: str, points: int) -> str:
    return f"CASE WHEN {test} THEN {points} ELSE 0 END"


def _days(i: int) -> int:
    return 60 + i % 300


def _same_scores(connection: duckdb.DuckDBPyConnection, *statements: str) -> None:
    row = "hash(CAST(lead_id AS VARCHAR), CAST(score AS BIGINT))"
    sums = {
        connection.execute(f"SELECT sum(score), bit_xor({row}) FROM ({sql}) AS r").fetchone()
        for sql in statements
    }
    if len(sums) > 1:
        raise SystemExit(f"the scores differ: {sums}")


def _plan(card: str) -> Plan:
    checked = check_source(Source("benchmark.scorecard", card), builtin(), folder=None)
    assert checked.plan is not None, [d.message for d in checked.diagnostics]
    return checked.plan


def _sql(plan: Plan) -> str:
    as_of = AsOf(literal=datetime.fromisoformat(AS_OF).replace(tzinfo=UTC))
    facts = Facts(
        types=TYPES,
        event_columns=_COLUMNS,
        same_ids=True,
        seconds_type="number",
        events_unique=True,
    )
    return to_sql(plan, as_of=as_of, facts=facts)


def _least(work: Callable[[], object], runs: int) -> float:
    """The least processor time of some runs, in seconds."""
    least = float("inf")
    for _ in range(runs):
        began = time.process_time()
        work()
        least = min(least, time.process_time() - began)
    return least


if __name__ == "__main__":
    main()

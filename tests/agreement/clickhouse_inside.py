"""ClickHouse in this process, with as much of a database connection as the tests need."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from importlib import import_module
from typing import Any

# Statements of large cards are longer than ClickHouse takes unless it is told to.
_SETTINGS = (
    "default_table_engine = 'MergeTree'",
    "max_query_size = 10000000",
    "date_time_input_format = 'best_effort'",
)


@cache
def session() -> Any:
    """The one session, with its tables in a folder that goes with it."""
    made: Any = import_module("chdb.session").Session()
    for setting in _SETTINGS:
        made.query(f"SET {setting}")
    return made


def end_session() -> None:
    """Close the session with its tables: a process has one, in one folder at a time."""
    if session.cache_info().currsize:
        session().close()
        session.cache_clear()


class Inside:
    """The connection, which is its own cursor."""

    def __init__(self) -> None:
        self.description: list[tuple[str]] = []
        self._rows: list[tuple[Any, ...]] = []

    def cursor(self) -> Inside:
        """This one: nothing is kept from one statement to the next but its rows."""
        return self

    def execute(self, statement: str, values: Sequence[str] = ()) -> None:
        """Run a statement; marks in it stand for texts."""
        named = {f"p{i}": value for i, value in enumerate(values)}
        for name in named:
            statement = statement.replace("?", f"{{{name}:String}}", 1)
        if statement.startswith("CREATE TABLE"):
            statement += " ORDER BY tuple()"
        answer = session().query(statement, "JSONCompactEachRowWithNamesAndTypes", params=named)
        lines = [json.loads(line, parse_float=Decimal) for line in answer.bytes().splitlines()]
        if not lines:
            return
        names, types, *rows = lines
        self.description = [(name,) for name in names]
        self._rows = [tuple(map(_read, row, types)) for row in rows]

    def executemany(self, statement: str, rows: Sequence[Sequence[object]]) -> None:
        """Add rows, which travel as data beside the statement."""
        head = statement.partition(" VALUES")[0]
        lines = "\n".join(json.dumps(list(row), ensure_ascii=False) for row in rows)
        session().query(f"{head} FORMAT JSONCompactEachRow\n{lines}")

    def fetchall(self) -> list[tuple[Any, ...]]:
        """The rows of the last query."""
        return self._rows


def _read(value: Any, type_: str) -> Any:
    if value is None:
        return None
    if "DateTime64" in type_:
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    if "Decimal" in type_:
        return Decimal(str(value))
    return int(value) if "Int64" in type_ else value

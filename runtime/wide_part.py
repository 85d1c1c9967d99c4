"""A part made wider: columns of joined tables, of nested values, and columns with a fallback.

What leadcard.yaml calls `company.industry` is a column of the joined table `company`, or else what
the key `industry` of the nested value `company` holds. Wide parts of texts are copied into the
engine once; typed ones stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count

import duckdb

from leadcard.compiler.text import name_form
from leadcard.compiler.vocabulary import Column, Join
from leadcard.runtime.data_error import DataError
from leadcard.runtime.nested_value import nested
from leadcard.runtime.part_query import meets
from leadcard.runtime.parts import Part, RefusedRow
from leadcard.runtime.recognise import Headers, else_header, not_there
from leadcard.runtime.sql_text import name, text, trimmed
from leadcard.runtime.value_reading import plain_text

_NUMBERS = count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A table to stand beside a part."""

    join: Join
    part: Part


def names_of(columns: Iterable[Column | None]) -> tuple[str, ...]:
    """All columns of the data that the vocabulary's columns may mean."""
    found: list[str] = []
    for column in columns:
        if column is not None:
            own = (column.name,) if column.name is not None else ()
            found += [*own, *column.aka, *column.other]
    return tuple(found)


def widened(
    engine: duckdb.DuckDBPyConnection,
    part: Part,
    joined: Sequence[Joined],
    columns: Sequence[Column | None],
    names: Sequence[str] = (),
) -> Part:
    """`part` with all that `columns` and `names` mean beyond its own columns; else as it is."""
    wanted = [*names_of(columns), *names]
    wide = part
    for one in joined:
        wide = _with_nested(wide, [here for here, _ in one.join.on])
        wide = _with_join(wide, one, wanted)
    wide = _with_nested(wide, wanted)
    wide = _with_fallbacks(wide, columns)
    if wide is part and not names:
        return part
    here = [own for one in joined for own, _ in one.join.on]
    spent = _spent(wide, [*names, *here], [*wanted, *here], columns)
    return replace(part, spent=spent) if wide is part else _kept(engine, replace(wide, spent=spent))


def _spent(
    part: Part, used: Sequence[str], wanted: Sequence[str], columns: Sequence[Column | None]
) -> frozenset[str]:
    """The headers that conditions, keys, nested values and fallbacks use up."""
    headers = Headers(part=part)
    places = [headers.named(word) for word in used]
    places += [_head(headers, word)[0] for word in wanted if "." in word]
    for column in columns:
        if column is not None and column.other:
            places += [headers.named(word) for word in names_of([column])]
    return frozenset(part.headers[place] for place in places if place is not None)


def _with_join(part: Part, one: Joined, wanted: Sequence[str]) -> Part:
    """The part with the wanted columns of a table; a row for each that its keys meet, or one."""
    here, there = Headers(part=part), Headers(part=one.part)
    pairs = [(here.named(a), there.named(b)) for a, b in one.join.on]
    chosen = _chosen(one, wanted)
    if not chosen or not pairs:
        return part
    keys: list[tuple[str, str]] = []
    for own, other in pairs:
        if own is None or other is None:
            return part  # the columns that are not there are named where they are needed
        keys.append((_key("p", part, own), _key("j", one.part, other)))
    headers = tuple(header for header, _, _ in chosen)
    aliases = [f"leadcard j{next(_NUMBERS)}" for _ in chosen]
    values = ", ".join(f"{v} AS {name(a)}" for (_, v, _), a in zip(chosen, aliases, strict=True))
    shown = ", ".join(f"{there_} AS k{n}" for n, (_, there_) in enumerate(keys))
    grouped = " GROUP BY ALL" if one.join.pivot else ""
    kept = _conditions(one, there)
    table = f"(SELECT {shown}, {values} FROM {one.part.numbered} j{kept}{grouped})"
    test = " AND ".join(f"{own} = j.k{n}" for n, (own, _) in enumerate(keys))
    more = ", ".join(f"j.{name(alias)}" for alias in aliases)

    def joined_to(source: str, extra: str) -> str:
        listed = ", ".join(f"p.{name(c)}" for c in part.columns)
        return f"(SELECT {listed}{extra}, {more} FROM {source} p LEFT JOIN {table} j ON {test})"

    def refused() -> tuple[RefusedRow, ...]:
        return (*part.refused(), *one.part.refused())

    return replace(
        part,
        headers=(*part.headers, *headers),
        columns=(*part.columns, *aliases),
        types=(*part.types, *(kind for _, _, kind in chosen)),
        plain=joined_to(part.plain, ""),
        numbered=joined_to(part.numbered, ", p.__file, p.__row"),
        typed=part.typed and one.part.typed,
        refused=refused,
    )


def _conditions(one: Joined, there: Headers) -> str:
    """SQL for the rows of a joined table that count."""
    tests = []
    for column, wanted in one.join.where:
        place = there.named(column)
        if place is None:
            raise DataError(not_there(there, column, "a condition on rows"))
        raw = f"j.{name(one.part.columns[place])}"
        options = wanted if isinstance(wanted, tuple) else (wanted,)
        any_of = " OR ".join(meets(raw, one.part.types[place], option) for option in options)
        tests.append(f"({any_of})")
    return f" WHERE {' AND '.join(tests)}" if tests else ""


def _chosen(one: Joined, wanted: Sequence[str]) -> list[tuple[str, str, str]]:
    """Of the wanted columns those of the table: header, SQL of the value and its type."""
    there, prefix = Headers(part=one.part), f"{one.join.name}."
    found: dict[str, tuple[str, str, str]] = {}
    for word in wanted:
        if not name_form(word).startswith(name_form(prefix)):
            continue
        rest = word[len(prefix) :]
        if one.join.pivot is not None:
            value = _pivoted(there, one.join.pivot, rest)
            if value is not None:
                found[name_form(word)] = (word, value, "VARCHAR")
            continue
        place = there.named(rest)
        if place is None and "." in rest:
            place = there.named(rest.split(".", 1)[0])
        if place is not None:
            header = f"{prefix}{one.part.headers[place]}"
            column = f"j.{name(one.part.columns[place])}"
            found[name_form(header)] = (header, column, one.part.types[place])
    return list(found.values())


def _pivoted(there: Headers, pivot: tuple[str, str], word: str) -> str | None:
    """SQL for the value beside the name `word`, the greatest where there are several."""
    places = [there.named(column) for column in pivot]
    if places[0] is None or places[1] is None:
        return None
    named, value = (_plain("j", there.part, place) for place in places if place is not None)
    return f"max({value}) FILTER (WHERE trim({named}) = {text(word)})"


def _plain(table: str, part: Part, place: int) -> str:
    return plain_text(f"{table}.{name(part.columns[place])}", part.types[place])


def _key(table: str, part: Part, place: int) -> str:
    return f"nullif({trimmed(_plain(table, part, place))}, '')"


# --- nested values and fallbacks ------------------------------------------------------------------


def _with_nested(part: Part, wanted: Iterable[str]) -> Part:
    """The part with the values that names with a point mean within its columns."""
    headers, more = Headers(part=part), dict[str, tuple[str, str]]()
    for word in wanted:
        if "." not in word or word in more or headers.named(word) is not None:
            continue
        place, rest = _head(headers, word)
        if place is not None:
            column, declared = name(part.columns[place]), part.types[place]
            more[word] = (nested(column, declared, rest), "VARCHAR")
    return replace(_with_columns(part, more), costly=True) if more else part


def _head(headers: Headers, word: str) -> tuple[int | None, tuple[str, ...]]:
    """The column that a name with points begins with, and the keys that follow."""
    keys = word.split(".")
    for length in range(len(keys) - 1, 0, -1):
        place = headers.named(".".join(keys[:length]))
        if place is not None:
            return place, tuple(keys[length:])
    return None, ()


def _with_fallbacks(part: Part, columns: Iterable[Column | None]) -> Part:
    """The part with a column for each that has others to take where it is empty."""
    headers, more = Headers(part=part), dict[str, tuple[str, str]]()
    for column in columns:
        if column is None or not column.other:
            continue
        first = headers.named(column.name) if column.name else headers.usual(column.aka)
        rest = [headers.named(other) for other in column.other]
        places = list(dict.fromkeys(place for place in (first, *rest) if place is not None))
        if places:
            more[else_header(column)] = _first_filled(part, places)
    return _with_columns(part, more)


def _first_filled(part: Part, places: Sequence[int]) -> tuple[str, str]:
    """SQL of the first value that is not blank, and its type."""
    kinds = {part.types[place] for place in places}
    if len(kinds) == 1 and kinds != {"VARCHAR"}:
        plain = ", ".join(name(part.columns[place]) for place in places)
        return f"coalesce({plain})", kinds.pop()
    values = [plain_text(name(part.columns[p]), part.types[p]) for p in places]
    filled = ", ".join(f"CASE WHEN trim({v}) <> '' THEN {v} END" for v in values)
    return f"coalesce({filled})", "VARCHAR"


def _with_columns(part: Part, more: dict[str, tuple[str, str]]) -> Part:
    if not more:
        return part
    aliases = [f"leadcard v{next(_NUMBERS)}" for _ in more]
    values = ", ".join(
        f"{v} AS {name(a)}" for (v, _), a in zip(more.values(), aliases, strict=True)
    )
    return replace(
        part,
        headers=(*part.headers, *more),
        columns=(*part.columns, *aliases),
        types=(*part.types, *(kind for _, kind in more.values())),
        made=part.made | more.keys(),
        plain=f"(SELECT *, {values} FROM {part.plain})",
        numbered=f"(SELECT *, {values} FROM {part.numbered})",
    )


def _kept(engine: duckdb.DuckDBPyConnection, wide: Part) -> Part:
    """A wide part of texts, copied once; a typed one is as cheap to read again as to copy."""
    if wide.typed:
        return wide
    table = f"leadcard_wide_{next(_NUMBERS)}"
    engine.execute(f"CREATE TABLE {table} AS SELECT * FROM {wide.numbered}")
    listed = ", ".join(name(column) for column in wide.columns)
    return replace(wide, plain=f"(SELECT {listed} FROM {table})", numbered=table)

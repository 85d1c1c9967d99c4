"""Where the tables are that a vocabulary names: files of a folder, or tables of a database."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeAlias

import duckdb

from leadcard.runtime.locations import DATA_ENDINGS, STDIN, DataFile, Kind, database_of, describe
from leadcard.runtime.parts import attach

# A place as users write it, and the folder that it is relative to.
Place: TypeAlias = tuple[str, Path]

_PACKINGS = (".gz", ".zst")


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """A folder or database in which tables are looked for; `shown` is what users call it."""

    path: Path
    shown: str


def root_of(place: str, folder: Path) -> Root:
    """The folder or database in which a place of data lies: its neighbours are found there too."""
    database = database_of(place, folder)
    if database is not None:
        return Root(path=folder / Path(database).expanduser(), shown=database)
    whole = folder / Path(place).expanduser()
    if whole.is_dir():
        return Root(path=whole, shown=place)
    return Root(path=whole.parent, shown=str(Path(place).parent))


def find_table(engine: duckdb.DuckDBPyConnection, location: str, roots: list[Root]) -> list[Place]:
    """The places of the table `location`, in the first of `roots` that has it; [] for none."""
    for root in roots:
        if root.path.is_file():
            named = {t for t in _tables(engine, root) if fnmatchcase(t.lower(), location.lower())}
            if named:
                return [(f"{root.path.name}:{table}", root.path.parent) for table in sorted(named)]
        elif root.path.is_dir():
            found = _files(location, root.path)
            if found:
                return found
    return []


def _tables(engine: duckdb.DuckDBPyConnection, root: Root) -> list[str]:
    """The tables of a database by their names, in DuckDB also as `schema.table`."""
    file = describe(root.path, root.shown, None)
    match file.kind:
        case Kind.DUCKDB:
            rows = engine.execute(
                "SELECT table_schema, table_name FROM information_schema.tables"
                " WHERE table_catalog = ?",
                [attach(engine, file)],
            ).fetchall()
            return [name for schema, table in rows for name in (table, f"{schema}.{table}")]
        case Kind.SQLITE:
            return _sqlite_tables(file)
        case _:
            return []


def _sqlite_tables(file: DataFile) -> list[str]:
    source = sqlite3.connect(f"{file.path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        query = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
        return [str(row[0]) for row in source.execute(query)]
    except sqlite3.Error:
        return []  # opening the table itself will say what is wrong with the file
    finally:
        source.close()


def _files(location: str, folder: Path) -> list[Place]:
    """The files of a table in a folder: `contact` is `contact.csv`, or all of `contact/`."""
    if location == STDIN or (folder / Path(location).expanduser()).exists():
        return [(location, folder)]
    if any(sign in location for sign in "*?["):
        direct = any(path.is_file() for path in folder.glob(location))
        if direct:
            return [(location, folder)]
    if "/" in location or "\\" in location or ":" in location:
        return []
    wanted = location.lower()
    named = sorted(
        path.name
        for path in folder.iterdir()
        if _table_of(path) is not None and fnmatchcase(_table_of(path) or "", wanted)
    )
    return [(name, folder) for name in named]


def _table_of(path: Path) -> str | None:
    """The table that a data file holds, by its name; None for other files."""
    name = path.name.lower()
    for packing in _PACKINGS:
        name = name.removesuffix(packing)
    ending = next((e for e in DATA_ENDINGS if name.endswith(e)), None)
    if ending is None or path.name.startswith((".", "_")) or not path.is_file():
        return None
    return name.removesuffix(ending)

"""A report before it is text, Markdown or HTML: headings, sentences and tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The title of a part; of level 3 within a part of level 2."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Sentences; a `warning` is shown so that nobody overlooks it."""

    text: str
    warning: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """Points in a row."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; columns in `numeric` are set to the right, and the first one names the rows.

    In the columns `code`, what stands between backticks is words of cards.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    code: frozenset[int] = frozenset()


Block: TypeAlias = Heading | Paragraph | Bullets | Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A report: its title and what follows."""

    title: str
    blocks: tuple[Block, ...]

"""A report before it is text, Markdown or HTML: headings, sentences and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

# A word of a card may hold a backtick itself: those around it stand beside blanks or punctuation.
_WORDS: Final = re.compile(r"(?<![^\s(])`(.+?)`(?=[\s:;,.)]|$)", re.DOTALL)


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


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The parts of a sentence, and whether each is words of cards, without their backticks."""
    at = 0
    for found in _WORDS.finditer(text):
        if found.start() > at:
            yield text[at : found.start()], False
        yield found[1], True
        at = found.end()
    if at < len(text):
        yield text[at:], False

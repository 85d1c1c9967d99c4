"""The phrase table as a tree of words and places; the longest phrase at a place of a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, NamedTuple

from leadcard.dsl import line_phrases, phrases
from leadcard.dsl.phrase_values import Phrase, Where, Zone, constant
from leadcard.dsl.readers import READERS
from leadcard.dsl.scan import Kind, Piece
from leadcard.dsl.times import MONTHS, UNITS
from leadcard.dsl.values import CURRENCY_CODES, CURRENCY_SIGNS, NUMBER_WORDS, SIGN_WORDS


@dataclass(slots=True)
class Node:
    """One step into the spellings: words and places that may follow, and phrases that end here."""

    words: dict[str, Node] = field(default_factory=dict)
    places: dict[str, Node] = field(default_factory=dict)
    ends: list[Phrase] = field(default_factory=list)


_TABLES: Final = {
    Zone.CONDITION: phrases.CONDITION,
    Zone.STAGE: phrases.STAGE,
    Zone.EFFECT: line_phrases.EFFECT,
    Zone.CAPS: line_phrases.CAPS,
    Zone.SCORE: line_phrases.SCORE,
    Zone.MUST_HAVE: line_phrases.MUST_HAVE,
    Zone.GRADE: line_phrases.GRADE,
    Zone.TEXT: (),
}


@cache
def tree(zone: Zone) -> Node:
    """The phrases of `zone` as a tree, made once."""
    root = Node()
    for phrase in _TABLES[zone]:
        for spelling in phrase.spellings:
            _plant(root, spelling, phrase)
    if zone in (Zone.CONDITION, Zone.STAGE):
        _plant_yes_no(root)
    return root


def _plant(root: Node, spelling: str, phrase: Phrase) -> None:
    node = root
    for step in spelling.split():
        if step[0] == "{":
            node = node.places.setdefault(step[1:-1], Node())
        else:
            node = node.words.setdefault(step, Node())
    node.ends.append(phrase)


def _plant_yes_no(root: Node) -> None:
    """`is yes` and `is no` keep the word as written, since `country is NO` is a country."""
    for op, words in phrases.YES_NO.items():
        for word in words:
            phrase = Phrase("OP_ALONE", constant((op, word)), (), Where.END)
            for verb in ("is", "=", "equals"):
                _plant(root, f"{verb} {word}", phrase)


_VALUE_STARTS: Final = frozenset("0123456789+-<>=≥≤⩾⩽" + CURRENCY_SIGNS)
_VALUE_WORDS: Final = CURRENCY_CODES | NUMBER_WORDS.keys() | UNITS.keys() | MONTHS.keys() | {
    "a", "an", "zł", "kr", *SIGN_WORDS,
}  # fmt: skip


def may_be_value(key: str) -> bool:
    """Whether some place of a spelling could be filled by `key` and what follows: a quick test."""
    if key[0] in _VALUE_STARTS or key in _VALUE_WORDS:
        return True
    return "$" in key or (key[0] == "x" and key[1:2].isdigit())


class Found(NamedTuple):
    """A phrase found at some place: its values, and the place after it."""

    phrase: Phrase
    values: tuple[Any, ...]
    end: int


def longest(
    root: Node, pieces: Sequence[Piece], at: int, allowed: Callable[[Phrase, int], bool]
) -> Found | None:
    """The longest allowed phrase at `at`; `allowed` sees each phrase with the place after it."""
    best: Found | None = None
    open_ends: list[tuple[Node, int, tuple[Any, ...]]] = [(root, at, ())]
    while open_ends:
        node, place, values = open_ends.pop()
        if node.ends and place > at and (best is None or place > best.end):
            for phrase in node.ends:
                if allowed(phrase, place):
                    best = Found(phrase, values, place)
                    break
        if place == len(pieces) or pieces[place].kind is not Kind.WORD:
            continue
        if (following := node.words.get(pieces[place].key)) is not None:
            open_ends.append((following, place + 1, values))
        if not node.places or not may_be_value(pieces[place].key):
            continue
        for name, following in node.places.items():
            if (read := READERS[name](pieces, place)) is not None:
                open_ends.append((following, read[1], (*values, read[0])))
    return best

"""The normal forms of `compiler/text.py` as expressions on a column, and searches in them.

Data is folded with the database's own `lower`, made equal to our fold table on the letters that the
plan's constants hold: for each such letter, whatever `lower` leaves apart is replaced by it. A
letter that no constant holds cannot make a comparison with a constant true, however it folds. Where
data meets data (`is the same as`) the whole table is mended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Final

from sqlglot import exp

from leadcard.compiler.backends.sql_build import (
    Build,
    Node,
    any_of,
    at_least,
    case,
    equal,
    joined,
    number,
    one_of,
    unequal,
)
from leadcard.compiler.text import ENDINGS, FOLD

_SPECIAL: Final = frozenset("\\.+*?()|[]{}^$-/#&~\"'`<>=!@%,:;_ ")


@lru_cache(maxsize=1)
def lower_repairs() -> dict[str, tuple[str, ...]]:
    """For each folded letter, what `lower` of the letters that fold to it gives besides itself."""
    classes: dict[str, set[str]] = {}
    for origin, folded in FOLD.items():
        classes.setdefault(chr(folded), {chr(folded)}).add(chr(origin))
    repairs = {}
    for letter, members in classes.items():
        apart = {engine_lower(member) for member in members} - {letter}
        if apart:
            repairs[letter] = tuple(sorted(apart))
    return repairs


def engine_lower(char: str) -> str:
    """`lower` of one character as databases with simple case mapping have it."""
    lowered = char.lower()
    return lowered if len(lowered) == 1 else chr(FOLD.get(ord(char), ord(char)))


def letters_of(value: object) -> frozenset[str]:
    """All characters of all texts in a value of the plan."""
    return frozenset(char for text in _texts(value) for char in text)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _texts(part)
    elif is_dataclass(value):
        for f in fields(value):
            yield from _texts(getattr(value, f.name))


def escaped(text: str) -> str:
    """`text` as a regular expression (RE2) that matches it alone."""
    return "".join(_escaped(char) for char in text)


def _escaped(char: str) -> str:
    if char in _SPECIAL and char not in " ":
        return "\\" + char
    return char if char.isprintable() else f"\\x{{{ord(char):X}}}"


class TextForms:
    """Makes normal forms; `letters` are all characters of the plan's constants."""

    def __init__(self, build: Build, letters: Iterable[str], *, whole_table: bool = False) -> None:
        self._b = build
        asked = {chr(FOLD.get(ord(char), ord(char))) for char in letters}
        self._repairs = [
            (apart, letter)
            for letter, others in sorted(lower_repairs().items())
            if whole_table or letter in asked
            for apart in others
        ]

    def fold(self, node: Node) -> Node:
        """Folded; blanks as they are."""
        b = self._b
        folded = b.call("lower", x=node)
        if len(self._repairs) > 3:
            apart, letters = ("".join(side) for side in zip(*self._repairs, strict=True))
            mended = b.call("translate", x=folded, y=b.text(apart), z=b.text(letters))
            # None of these letters is in ASCII, as most values are.
            plain = b.call("is plain", x=node.copy())
            return case([(plain, folded.copy())], mended)
        for apart, letter in self._repairs:
            folded = b.call("replace", x=folded, y=b.text(apart), z=b.text(letter))
        return folded

    def folding(self) -> list[Callable[[Node], Node]]:
        """What folds a text in turn: one thing here."""
        return [self.fold]

    def _spaced(self, folded: Node, characters: str) -> Node:
        b = self._b
        return b.call("replace all", x=folded, y=b.text(f"[{characters}]+"), z=b.text(" "))

    def text_form(self, folded: Node) -> Node:
        """Text form of a folded value."""
        return self._b.call("trim", x=self._spaced(folded, self._b.patterns.blank))

    def trimmed(self, node: Node) -> Node:
        """A value without the blanks around it."""
        blank = self._b.patterns.blank
        return self._replaced(node, f"^[{blank}]+|[{blank}]+$", "")

    def name_form(self, folded: Node) -> Node:
        """Name form of a folded value; looking for what to replace is cheaper than replacing."""
        gap = self._b.patterns.gap
        has_gap = self._search(folded, f"[{gap}]")
        spaced = self._b.call("trim", x=self._spaced(folded.copy(), gap))
        return case([(has_gap, spaced)], folded.copy())

    def word_form(self, folded: Node) -> Node:
        """Word form of a folded value; its padding may be two spaces, which no needle has."""
        spaced = self._spaced(folded, self._b.patterns.word_break)
        return joined([self._b.text(" "), spaced, self._b.text(" ")])

    def is_path(self, folded: Node) -> Node:
        """Whether a folded object is a path or URL."""
        blank = self._b.patterns.blank
        return self._search(folded, rf"^[{blank}]*(?:/|www\.|[^{blank}/?#]+://)")

    def without_query(self, folded: Node) -> Node:
        """A folded path or URL up to its query or fragment, without blanks around it."""
        blank = self._b.patterns.blank
        return self._replaced(folded, rf"(?s)^[{blank}]+|[{blank}]*$|[?#].*$", "")

    def path_form(self, folded: Node) -> Node:
        """Path form of a folded path or URL."""
        return self.path_of(self.without_query(folded))

    def path_of(self, address: Node) -> Node:
        """Path form of a folded path or URL that `without_query` has cut."""
        b, blank, gap = self._b, self._b.patterns.blank, self._b.patterns.gap
        there = self._search(address, "^/(?:[^/]|$)")
        bare = case(
            [
                (there, address.copy()),
                (
                    b.call("contains", x=address.copy(), y=b.text("://")),
                    self._replaced(address.copy(), r"(?s)^.*?://[^/]*", ""),
                ),
            ],
            self._replaced(address.copy(), r"(?s)^(?://)?[^/]*", ""),
        )
        endings = "|".join(escaped(ending[1:]) for ending in ENDINGS)
        bare = self._replaced(bare, rf"[/{blank}]+$", "")
        # The ending of the last segment, unless it is the whole segment.
        bare = b.call(
            "replace all", x=bare, y=b.text(rf"(?s)([^/])\.(?:{endings})$"), z=b.text(r"\1")
        )
        named = self._replaced(bare, f"[{gap}]+", " ")
        return self._replaced(self._replaced(named, " ?/[/ ]*", "/"), "[ /]*$", "/")

    def name_without_query(self, folded: Node) -> Node:
        """Name form of a folded path or URL, its query and fragment cut off."""
        return self.name_form(self._replaced(folded, "(?s)[?#].*$", ""))

    def asset_form(self, folded: Node) -> Node:
        """What tells a folded object from another asset."""
        b, bare = self._b, self.name_without_query(folded)
        bare = b.call("replace all", x=bare, y=b.text(" ?/+$"), z=b.text(""))
        bare = case([(equal(bare, b.text("")), b.text("/"))], bare.copy())
        return case([(self.is_path(folded.copy()), bare)], self.name_form(folded.copy()))

    def _search(self, node: Node, pattern: str) -> Node:
        return self._b.call("search", x=node, y=self._b.text(pattern))

    def _replaced(self, node: Node, pattern: str, by: str) -> Node:
        b = self._b
        return b.call("replace all", x=node, y=b.text(pattern), z=b.text(by))

    # --- searches in forms ------------------------------------------------------------------------

    def is_one_of(self, form: Node, values: Iterable[str]) -> Node:
        """Whether a form is one of some texts."""
        return one_of(form, self._b.texts(values))

    def holds(self, words: Node, needles: Iterable[str]) -> Node:
        """Whether a word form holds a needle."""
        b = self._b
        return any_of([b.call("contains", x=words.copy(), y=b.text(n)) for n in needles])

    def starts(self, form: Node, texts: Iterable[str]) -> Node:
        """Whether a text form starts with one of some texts."""
        b = self._b
        return any_of([b.call("starts with", x=form.copy(), y=b.text(t)) for t in texts])

    def ends(self, form: Node, texts: Iterable[str]) -> Node:
        """Whether a form ends with one of some texts."""
        b = self._b
        return any_of([b.call("ends with", x=form.copy(), y=b.text(t)) for t in texts])

    def meets(self, form: Node, patterns: Iterable[str]) -> Node:
        """Whether a form meets one of some patterns with `*` and `?`."""
        return any_of([self._meets_one(form.copy(), pattern) for pattern in patterns])

    def _meets_one(self, form: Node, pattern: str) -> Node:
        b = self._b
        if "*" not in pattern and "?" not in pattern:
            return equal(form, b.text(pattern))
        steps = {"*": ".*", "?": "."}
        regex = "(?s)" + "".join(steps.get(char) or _escaped(char) for char in pattern)
        return b.call("full match", x=form, y=b.text(regex))

    def says_anything(self, value: Node, name_form: Node) -> Node:
        """Whether a text is more than blanks; nearly always its name form shows that already."""
        return any_of(
            [
                unequal(name_form, self._b.text("")),
                self._search(value, f"[^{self._b.patterns.blank}]"),
            ]
        )

    def heads(self, count: int) -> list[Node]:
        """Columns that `last_labels` needs: none here."""
        return []

    def last_labels(self, form: Node, count: int) -> Node:
        """The last `count` labels of a domain that has more; else NULL."""
        b = self._b
        dots = exp.Sub(
            this=exp.Length(this=form),
            expression=exp.Length(
                this=b.call("replace", x=form.copy(), y=b.text("."), z=b.text(""))
            ),
        )
        regex = rf"(?s)\.([^.]*(?:\.[^.]*){{{count - 1}}})$"
        last = b.call("group", x=form.copy(), y=b.text(regex), z=number(1))
        return case([(at_least(dots, number(count)), last)])

"""The normal forms of `compiler/text.py` without regular expressions, for any database.

Letters are exchanged one for one, from our fold table and with all blanks for a space, so that no
database's `lower`, locale or Unicode version can change a score; only letters that fold to one of
the plan's constants need it. A run of spaces becomes one by three replacements through two
characters that cannot be there, because they are blanks and have become spaces already.

Wildcards are `LIKE` with its own wildcards escaped. A path is cut at positions that are found in
it, step by step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from typing import Final

from sqlglot import exp

from leadcard.compiler.backends.sql_build import (
    Build,
    Node,
    all_of,
    any_of,
    at_least,
    case,
    col,
    equal,
    joined,
    negation,
    number,
    one_of,
    unequal,
)
from leadcard.compiler.text import BLANKS, ENDINGS, FOLD, PUNCTUATION

_BLANKS: Final = BLANKS.replace(" ", "")
# Two blanks: after folding none of them is left, so they may mark places.
_OPEN, _CLOSE = "\t", "\n"
WEB: Final = "www."  # with it a URL may begin
_DEAR: Final = 200  # so many letters are not exchanged in a text that has only those of ASCII
_DEEP: Final = 60  # so many replacements, each inside the next one, can still be read


@lru_cache(maxsize=1)
def _origins() -> dict[str, tuple[str, ...]]:
    """For each folded letter those that fold to it."""
    origins: dict[str, list[str]] = {}
    for origin, folded in FOLD.items():
        origins.setdefault(chr(folded), []).append(chr(origin))
    return {folded: tuple(found) for folded, found in origins.items()}


def squeezed_runs(build: Build, node: Node, char: str) -> Node:
    """Each run of `char` as one, in a text without blanks but spaces."""
    b = build
    pair, turned = b.text(_OPEN + _CLOSE), b.text(_CLOSE + _OPEN)
    marked = b.replaced(node, b.text(char), pair)
    return b.replaced(b.replaced(marked, turned, b.text("")), pair.copy(), b.text(char))


def bare_text(build: Build, node: Node) -> Node:
    """A text without the blanks around it; those inside may have become spaces."""
    b = build
    if b.dialect.patterns is not None:
        return b.call("trim", x=node)
    if b.can("trim any"):
        return b.call("trim any", x=node, y=b.text(BLANKS))
    return b.call("trim", x=b.exchanged(node, _BLANKS, " " * len(_BLANKS)))


class PlainForms:
    """Makes normal forms; `letters` are all characters of the plan's constants."""

    def __init__(self, build: Build, letters: Iterable[str], *, whole_table: bool = False) -> None:
        self._b = build
        origins = _origins()
        asked = {chr(FOLD.get(ord(char), ord(char))) for char in letters}
        self._letters = [
            (origin, folded)
            for folded in sorted(origins if whole_table else asked & origins.keys())
            for origin in origins[folded]
        ]

    # --- forms ------------------------------------------------------------------------------------

    def fold(self, node: Node) -> Node:
        """Folded, with a space for each blank."""
        if self._b.can("lower"):
            return self._lowered(node)
        pairs = [*self._letters, *((blank, " ") for blank in _BLANKS)]
        folded = self._exchanged(node, pairs)
        if len(pairs) <= _DEAR or not self._b.can("is plain"):
            return folded
        few = self._exchanged(node.copy(), [pair for pair in pairs if pair[0].isascii()])
        return case([(self._b.call("is plain", x=node.copy()), few)], folded)

    def _exchanged(self, node: Node, pairs: list[tuple[str, str]]) -> Node:
        given, plain = ("".join(part) for part in zip(*pairs, strict=True))
        return self._b.exchanged(node, given, plain)

    def folding(self) -> list[Callable[[Node], Node]]:
        """What folds a text in turn, each what the one before made of it: mostly one thing."""
        left = [pair for pair in self._letters if pair[0] in self._b.dialect.unlowered]
        if not self._b.can("lower") or len(left) <= _DEEP:
            return [self.fold]
        return list(self._changes(left, _DEEP))

    def _lowered(self, node: Node) -> Node:
        """Folded by the database's `lower`, and by letters what that does not fold as we do."""
        left = [pair for pair in self._letters if pair[0] in self._b.dialect.unlowered]
        for change in self._changes(left, len(left)):
            node = change(node)
        return node

    def _changes(self, left: list[tuple[str, str]], most: int) -> Iterator[Callable[[Node], Node]]:
        """The changes that fold, at most `most` letters in each.

        A letter that folds to a capital (Cherokee) is exchanged afterwards, as it would be lowered.
        """
        b = self._b
        before = [pair for pair in left if pair[1].lower() == pair[1]]
        after = [pair for pair in left if pair[1].lower() != pair[1]]
        yield from self._exchanges(before, most)
        yield lambda node: b.call("lower", x=node)
        yield from self._exchanges(after, most)
        yield lambda node: b.exchanged(node, _BLANKS, " " * len(_BLANKS))

    def _exchanges(
        self, pairs: list[tuple[str, str]], most: int
    ) -> Iterator[Callable[[Node], Node]]:
        for start in range(0, len(pairs), most or 1):
            yield partial(self._each_exchanged, pairs=pairs[start : start + most])

    def _each_exchanged(self, node: Node, pairs: list[tuple[str, str]]) -> Node:
        for origin, folded in pairs:
            node = self._b.replaced(node, self._b.text(origin), self._b.text(folded))
        return node

    def _once(self, node: Node, char: str = " ") -> Node:
        return squeezed_runs(self._b, node, char)

    def _squeezed(self, node: Node) -> Node:
        return self._b.call("trim", x=self._once(node))

    def text_form(self, folded: Node) -> Node:
        """Text form of a folded value."""
        return self._squeezed(folded)

    def name_form(self, folded: Node) -> Node:
        """Name form of a folded value."""
        return self._squeezed(self._b.exchanged(folded, "-_", "  "))

    def word_form(self, folded: Node) -> Node:
        """Word form of a folded value."""
        b = self._b
        spaced = b.exchanged(folded, PUNCTUATION, " " * len(PUNCTUATION))
        return self._once(joined([b.text(" "), spaced, b.text(" ")]))

    def trimmed(self, node: Node) -> Node:
        """A value without the blanks around it."""
        b = self._b
        if b.can("trim any"):
            return bare_text(b, node)
        spaced = b.exchanged(node.copy(), _BLANKS, " " * len(_BLANKS))
        long, bare = b.call("length", x=spaced), b.call("trim", x=spaced.copy())
        left = b.call("length", x=b.call("trim start", x=spaced.copy()))
        start = exp.Add(this=exp.Sub(this=long, expression=left), expression=number(1))
        return b.call("some from", x=node, y=start, z=b.call("length", x=bare))

    # --- objects ----------------------------------------------------------------------------------

    def is_path(self, folded: Node) -> Node:
        """Whether a folded object is a path or URL; where `folded` is a column."""
        b = self._b
        bare = b.call("trim", x=folded)
        place = self._place(bare.copy(), "://")
        head = b.call("first", x=bare.copy(), y=place)
        # The head ends with the colon: more than that must stand in it.
        clean = [equal(self._place(head.copy(), char), number(0)) for char in " /?#"]
        return any_of(
            [
                self._begins(bare, "/"),
                self._begins(bare.copy(), WEB),
                all_of([at_least(place.copy(), number(2)), *clean]),
            ]
        )

    def _place(self, node: Node, text: str) -> Node:
        """Where `text` begins in `node`, from 1; 0 if it is not there."""
        return self._b.call("place of", x=node, y=self._b.text(text))

    def _place_or_end(self, node: Node, char: str) -> Node:
        """Where `char` begins in `node`, or one after its end."""
        return self._place(joined([node, self._b.text(char)]), char)

    def _begins(self, node: Node, text: str) -> Node:
        return self._b.call("starts with", x=node, y=self._b.text(text))

    def _until(self, node: Node, char: str) -> Node:
        """What stands before the first `char`; everything if there is none."""
        last = exp.Sub(this=self._place_or_end(node.copy(), char), expression=number(1))
        return self._b.call("first", x=node, y=last)

    def without_query(self, folded: Node) -> Node:
        """A folded path or URL up to its query or fragment."""
        return self._until(self._until(self._b.call("trim", x=folded), "?"), "#")

    def name_without_query(self, folded: Node) -> Node:
        """Name form of a folded path or URL, its query and fragment cut off."""
        return self.name_form(self.without_query(folded))

    def asset_form(self, folded: Node) -> Node:
        """What tells a folded object from another asset; where `folded` is a column."""
        b, bare = self._b, self.name_without_query(folded)
        # Slashes at the end are taken off as spaces are, while spaces are hidden behind a blank.
        turned = b.call("trim end", x=b.exchanged(bare, " /", _OPEN + " "))
        bare = b.call("trim end", x=b.exchanged(turned, " " + _OPEN, "/ "))
        bare = case([(equal(bare, b.text("")), b.text("/"))], bare.copy())
        return case([(self.is_path(folded.copy()), bare)], self.name_form(folded.copy()))

    # Steps to the path form, each from a column with the result of the one before.

    def after_host(self, bare: Node) -> Node:
        """What follows the host of a URL without query; a path as it is."""
        b = self._b
        after_scheme = exp.Add(this=self._place(bare.copy(), "://"), expression=number(3))
        two_slashes = self._begins(bare.copy(), "//")
        there = all_of([self._begins(bare.copy(), "/"), negation(two_slashes)])
        has_scheme = b.call("contains", x=bare.copy(), y=b.text("://"))
        rest = case(
            [
                (has_scheme, self._from(bare.copy(), after_scheme)),
                (two_slashes.copy(), self._from(bare.copy(), number(3))),
            ],
            bare.copy(),
        )
        return case([(there, bare)], joined([b.text(_CLOSE), rest]))

    def from_slash(self, path: Node) -> Node:
        """A path; of what follows a scheme, from its first `/` on."""
        there = self._begins(path.copy(), "/")
        return case([(there, path)], self._from(path.copy(), self._place_or_end(path.copy(), "/")))

    def _from(self, node: Node, start: Node) -> Node:
        return self._b.call("from", x=node, y=start)

    def without_end(self, path: Node) -> Node:
        """A path without `/` and spaces at its end."""
        b = self._b
        spaced = b.replaced(path.copy(), b.text("/"), b.text(" "))
        long = b.call("length", x=b.call("trim end", x=spaced))
        return b.call("first", x=path, y=long)

    def without_ending(self, path: Node) -> Node:
        """A path without the ending of its last segment, unless it is the whole segment."""
        b = self._b
        whens = []
        for size in sorted({len(ending) for ending in ENDINGS}):
            endings = [ending for ending in ENDINGS if len(ending) == size]
            end = b.call("last", x=path.copy(), y=number(size))
            whole = b.call("last", x=path.copy(), y=number(size + 1))
            found = all_of([one_of(end, b.texts(endings)), negation(self._begins(whole, "/"))])
            left = exp.Sub(this=b.call("length", x=path.copy()), expression=number(size))
            whens.append((found, b.call("first", x=path.copy(), y=left)))
        return case(whens, path)

    def path_form(self, path: Node) -> Node:
        """Path form of a path that the steps before have cut."""
        b = self._b
        named = self._once(b.exchanged(joined([b.text("/"), path, b.text("/")]), "-_", "  "))
        for loose in (" /", "/ "):
            named = b.replaced(named, b.text(loose), b.text("/"))
        return self._once(named, "/")

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
        return any_of([self._begins(form.copy(), text) for text in texts])

    def ends(self, form: Node, texts: Iterable[str]) -> Node:
        """Whether a form ends with one of some texts."""
        b = self._b
        found = []
        for text in texts:
            last = b.call("last", x=form.copy(), y=b.length_of(text))
            found.append(equal(last, b.text(text)))
        return any_of(found)

    def meets(self, form: Node, patterns: Iterable[str]) -> Node:
        """Whether a form meets one of some patterns with `*` and `?`."""
        return any_of([self._meets_one(form.copy(), pattern) for pattern in patterns])

    def _meets_one(self, form: Node, pattern: str) -> Node:
        b = self._b
        if "*" not in pattern and "?" not in pattern:
            return equal(form, b.text(pattern))
        escape = b.dialect.like_escape
        steps = {"*": "%", "?": "_"} | {char: escape + char for char in f"%_{escape}"}
        like = "".join(steps.get(char, char) for char in pattern)
        return b.call("like", x=form, y=b.text(like))

    def says_anything(self, value: Node, name_form: Node) -> Node:
        """Whether a text is more than blanks; nearly always its name form shows that already."""
        empty = self._b.text("")
        return any_of([unequal(name_form, empty), unequal(bare_text(self._b, value), empty.copy())])

    def heads(self, count: int) -> list[Node]:
        """What stands before the last dot, before the one before it …, each from `head_n`."""
        b, found = self._b, []
        for place in range(count):
            head = col(f"head_{place}" if place else "name")
            last = b.call("length", x=b.call("after last", x=head.copy(), y=b.text(".")))
            long = exp.Sub(this=b.call("length", x=head.copy()), expression=last)
            before = b.call("first", x=head.copy(), y=exp.Sub(this=long, expression=number(1)))
            found.append(case([(b.call("contains", x=head, y=b.text(".")), before)]))
        return found

    def last_labels(self, form: Node, count: int) -> Node:
        """The last `count` labels of a domain that has more, by the column `head_n`; else NULL."""
        b = self._b
        start = exp.Add(this=b.call("length", x=col(f"head_{count}")), expression=number(2))
        return b.call("from", x=form, y=start)

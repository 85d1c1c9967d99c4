"""Tests on the object of an event, as searches in the object as it stands in the data.

An object is tested once an event, so it is never brought into a normal form when that can be
avoided: the normal forms of `compiler/text.py` are written into the expression that is searched
for. A word becomes the word between two breaks, a path segment becomes the segment with its blanks,
its ending and what may follow. Before that, a plain search for a piece of the constant rejects most
events at little cost.

Only wildcards inside a path need the path form itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never

from leadcard.compiler import plan as p
from leadcard.compiler.backends.sql_build import (
    Build,
    Node,
    any_of,
    case,
    negation,
    surely,
    true,
)
from leadcard.compiler.backends.sql_text import TextForms, escaped, letters_of, lower_repairs
from leadcard.compiler.text import ENDINGS

_MOST_PIECES = 4


class ObjectTests:
    """Builds tests on the column that holds objects."""

    def __init__(self, build: Build, tests: tuple[p.ObjectTest, ...], column: Node) -> None:
        self._b = build
        self._tests = tests
        self._forms = TextForms(build, letters_of(tests))
        self._column = column
        endings = "|".join(escaped(ending[1:]) for ending in ENDINGS)
        self._ending = rf"\.(?:{endings})"
        blank, gap = build.patterns.blank, build.patterns.gap
        self._blank, self._gap, self._break = f"[{blank}]", f"[{gap}]", build.patterns.word_break
        self._end = rf"[/{blank}]*(?:[?#]|$)"
        self._after = f"(?:/|(?:{self._ending})?{self._end})"
        self._scheme = f"[^{blank}/?#]+://"
        self._host = f"{self._scheme}[^/?#]*"

    def rejects(self) -> Node | None:
        """A cheap condition under which no test can hold, or NULL; None where there is none."""
        pieces = [piece for test in self._tests for piece in _pieces(test)]
        if not pieces or "" in pieces or len(set(pieces)) > _MOST_PIECES:
            return None
        found = [
            self._b.call("holds letters", x=self._column.copy(), y=self._b.text(piece))
            for piece in dict.fromkeys(pieces)
        ]
        return negation(any_of(found))

    def test(self) -> Node:
        """Whether the object meets any of the tests; NULL where there is no object."""
        searches: list[_PathSearch] = []
        others: list[Node] = []
        elsewhere: list[Node] = []
        for test in self._tests:
            match test:
                case p.ObjectWords():
                    self._segments(test.segments, searches, others)
                    elsewhere.append(self._search(self._words(test)))
                case p.ObjectIs():
                    others += self._whole_path(test.values)
                    names = "|".join(self._name(value) for value in test.values)
                    elsewhere.append(self._search(f"^{self._gap}*(?:{names}){self._gap}*$"))
                case p.ObjectPath():
                    self._paths(test.patterns, searches, others)
                case _:
                    assert_never(test)
        return self._by_kind(searches, others, elsewhere)

    def _by_kind(
        self, searches: list[_PathSearch], others: list[Node], elsewhere: list[Node]
    ) -> Node:
        """First what most events are: a path that is met; then the rest, the rarest last."""
        whens: list[tuple[Node, Node]] = []
        in_path = list(others)
        if searches:
            regular = _alternatives([search.regular for search in searches])
            whens.append((surely(self._search(regular)), true()))
            whens.append((self._search(self._regular), any_of(others)))
            rest = _alternatives([search.rest for search in searches])
            in_path.append(self._b.call("search", x=self._headless(), y=self._b.text(rest)))
        whens.append((self._forms.is_path(self._folded()), any_of([n.copy() for n in in_path])))
        return case(whens, any_of(elsewhere))

    # --- whole texts and words --------------------------------------------------------------------

    def _folded(self) -> Node:
        return self._forms.fold(self._column.copy())

    def _search(self, pattern: str) -> Node:
        return self._b.call("search", x=self._folded(), y=self._b.text(pattern))

    def _name(self, name: str) -> str:
        """An expression for what has the name form `name`, blanks around it aside."""
        return f"{self._gap}+".join(escaped(word) for word in name.split(" "))

    def _words(self, test: p.ObjectWords) -> str:
        """An expression for what has a word form with one of the needles."""
        inside, start, end = self._break, f"(?:^|[{self._break}])", f"(?:$|[{self._break}])"
        found = []
        for needle in test.needles:
            words = f"[{inside}]+".join(escaped(word) for word in needle.text.strip(" ").split(" "))
            left = start if needle.text.startswith(" ") else ""
            found.append(left + words + (end if needle.text.endswith(" ") else ""))
        return "|".join(found)

    # --- paths ------------------------------------------------------------------------------------

    @property
    def _regular(self) -> str:
        """An expression for the beginning of a path, or of a URL with its scheme."""
        return f"^{self._blank}*(?:/(?:[^/]|$)|{self._scheme})"

    def _headless(self) -> Node:
        """The path of `//host/path` or `www.host/path`; query and fragment stay."""
        head = rf"(?s)^(?:[^?#]*?://|{self._blank}*(?://)?)[^/?#]*"
        b = self._b
        return b.call("replace all", x=self._folded(), y=b.text(head), z=b.text(""))

    def _anywhere(self, found: str) -> _PathSearch:
        """A search that begins at any segment."""
        path, url = "/(?:[^/?#][^?#]*/)?", f"{self._host}/(?:[^?#]*/)?"
        return _PathSearch(
            regular=f"^{self._blank}*(?:{path}|{url}){found}", rest=f"^/(?:[^?#]*/)?{found}"
        )

    def _from_root(self, found: str) -> _PathSearch:
        """A search that begins at the first segment that says anything."""
        empty = f"(?:{self._gap}*/)*"
        path, url = f"/(?:{self._gap}+/{empty})?", f"{self._host}/{empty}"
        return _PathSearch(
            regular=f"^{self._blank}*(?:{path}|{url}){found}", rest=f"^/{empty}{found}"
        )

    def _segments(
        self, segments: Iterable[str], searches: list[_PathSearch], others: list[Node]
    ) -> None:
        """Searches for runs of whole segments."""
        plain = [s for s in segments if not _ends_like_a_file(s)]
        files = [s for s in segments if _ends_like_a_file(s)]
        if plain:
            searches.append(self._anywhere(self._runs(plain) + self._after))
        if files:
            others.append(self._forms.holds(self._forms.path_form(self._folded()), files))

    def _runs(self, paths: Iterable[str]) -> str:
        return f"(?:{'|'.join(self._run(_split(path)) for path in paths)})"

    def _run(self, names: list[str]) -> str:
        """Segments in a row, empty ones between them aside, up to where the last one ends."""
        gap = self._gap
        return f"/(?:{gap}*/)*".join(f"{gap}*{self._name(name)}{gap}*" for name in names)

    def _whole_path(self, values: Iterable[str]) -> list[Node]:
        """Searches for a path as it is written, up to its query."""
        names = "|".join(self._name(v) for v in values if "?" not in v and "#" not in v)
        if not names:
            return []
        return [self._search(f"^{self._gap}*(?:{names}){self._gap}*(?:[?#]|$)")]

    def _paths(
        self, patterns: Iterable[str], searches: list[_PathSearch], others: list[Node]
    ) -> None:
        """Searches for path forms with wildcards."""
        left = list(patterns)
        if "*" in left or {"/", "/*/"} <= set(left):
            others.append(true())
            return
        below = [s for s in left if f"{s}*/" in left and _is_plain(s)]
        if below:
            left = [s for s in left if s not in below and s.removesuffix("*/") not in below]
            searches.append(self._from_root(self._runs(below) + self._after))
        exactly = [s for s in left if _is_plain(s)]
        if exactly:
            searches += self._exact_paths(exactly)
        globs = [s for s in left if not _is_plain(s)]
        if globs:
            others.append(self._forms.meets(self._forms.path_form(self._folded()), globs))

    def _exact_paths(self, paths: Iterable[str]) -> list[_PathSearch]:
        """Searches for some path forms as a whole."""
        # After the last named segment: its ending; or segments without a name, the last of them
        # with an ending of its own.
        empty, file = rf"(?:/{self._gap}*)", f"/{self._gap}+{self._ending}"
        named = [path for path in paths if path != "/"]
        found = []
        if named:
            after = f"(?:(?:{self._ending})?|{empty}*{file}|{empty}*){self._end}"
            found.append(self._from_root(self._runs(named) + after))
        if "/" in paths:
            home = f"(?:{empty}*{file}|{empty}+){self._end}"
            of_host = f"{self._host}(?:{empty}*{file}|{empty}*){self._end}"
            rest = f"^(?:{empty}*{file}|{empty}*){self._end}"
            regular = f"^{self._blank}*(?:{home}|{of_host})"
            found.append(_PathSearch(regular=regular, rest=rest))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _PathSearch:
    """An expression for a folded path or URL with scheme, and one for a path without its head."""

    regular: str
    rest: str


def _alternatives(patterns: list[str]) -> str:
    """An expression for any of some; a single one stays anchored in sight of the engine."""
    return patterns[0] if len(patterns) == 1 else "|".join(f"(?:{p})" for p in patterns)


def _split(path: str) -> list[str]:
    """The segments of a path form."""
    return [segment for segment in path.split("/") if segment]


def _ends_like_a_file(path: str) -> bool:
    return any(segment.endswith(ENDINGS) for segment in _split(path))


def _is_plain(path: str) -> bool:
    return not ("*" in path or "?" in path or _ends_like_a_file(path))


def _pieces(test: p.ObjectTest) -> list[str]:
    """Texts of which `lower` of every object that meets the test has one; empty: none known."""
    match test:
        case p.ObjectWords():
            texts = [n.text for n in test.needles]
            shared = [_longest_piece(t) for t in texts]
            # The segments are made of the same words: they hold the same pieces.
            held = all(any(s and s in seg for s in shared) for seg in test.segments)
            return shared if held else [*shared, *(_longest_piece(s) for s in test.segments)]
        case p.ObjectIs():
            return [_longest_piece(value) for value in test.values]
        case p.ObjectPath():
            return [
                _longest_piece(pattern.replace("*", " ").replace("?", " "))
                for pattern in test.patterns
            ]
        case _:
            assert_never(test)


def _longest_piece(text: str) -> str:
    """The longest run of `text` that `lower` of the data holds as it is, whatever its case was."""
    repairs = lower_repairs()
    runs = "".join(c if c.isalnum() and c not in repairs else " " for c in text).split()
    return max(runs, key=len, default="")

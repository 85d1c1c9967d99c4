"""Tests on the object of an event, as searches in the object as it stands in the data.

An object is tested once an event, so it is never brought into a normal form when that can be avoided: the
normal forms of `compiler/text.py` are written into the expression that is searched for. A word becomes the
word between two breaks, a path segment becomes the segment with its blanks, its ending and what may
follow. Before that, a plain search for a piece of the constant rejects most events at little cost.

Only wildcards inside a path need the path form itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from leadcard.compiler import plan as p
from leadcard.compiler.backends.sql_build import (
    Build,
    Node,
    any_of,
    case,
    false,
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
        blank, gap = build.dialect.blank, build.dialect.gap
        self._blank, self._gap, self._break = f"[{blank}]", f"[{gap}]", build.dialect.word_break
        self._end = rf"[/{blank}]*(?:[?#]|$)"

    def rejects(self) -> Node | None:
        """A cheap condition under which none of the tests can hold, or NULL; None: there is none."""
        pieces = [piece for test in self._tests for piece in _pieces(test)]
        if not pieces or "" in pieces or len(set(pieces)) > _MOST_PIECES:
            return None
        lowered = self._b.call("lower", x=self._column)
        found = [
            self._b.call("contains", x=lowered.copy(), y=self._b.text(piece))
            for piece in dict.fromkeys(pieces)
        ]
        return negation(any_of(found))

    def test(self) -> Node:
        """Whether the object meets any of the tests; NULL where there is no object."""
        in_path: list[Node] = []
        elsewhere: list[Node] = []
        for test in self._tests:
            match test:
                case p.ObjectWords():
                    in_path += self._segments(test.segments)
                    elsewhere.append(self._search_folded(self._words(test)))
                case p.ObjectIs():
                    in_path += self._whole_path(test.values)
                    names = "|".join(self._name(value) for value in test.values)
                    elsewhere.append(self._search_folded(f"^{self._gap}*(?:{names}){self._gap}*$"))
                case p.ObjectPath():
                    in_path += self._paths(test.patterns)
                case _:
                    assert_never(test)
        if not elsewhere:
            return case([(self._is_path(), any_of(in_path))], false())
        if not in_path:
            return case([(self._is_path(), false())], any_of(elsewhere))
        return case([(self._is_path(), any_of(in_path))], any_of(elsewhere))

    # --- whole texts and words --------------------------------------------------------------------

    def _folded(self) -> Node:
        return self._forms.fold(self._column.copy())

    def _is_path(self) -> Node:
        return surely(self._forms.is_path(self._folded()))

    def _search_folded(self, pattern: str) -> Node:
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

    def _path(self) -> Node:
        """The folded object without scheme and host; query and fragment stay, each search ends there."""
        starts = self._search_folded(f"^{self._blank}*/(?:[^/]|$)")
        head = rf"(?s)^(?:[^?#]*?://|{self._blank}*(?://)?)[^/?#]*"
        b = self._b
        rest = b.call("replace all", x=self._folded(), y=b.text(head), z=b.text(""))
        return case([(starts, self._folded())], rest)

    def _search_path(self, pattern: str) -> Node:
        return self._b.call("search", x=self._path(), y=self._b.text(pattern))

    def _segments(self, segments: Iterable[str]) -> list[Node]:
        """Searches for runs of whole segments."""
        plain = [s for s in segments if not _ends_like_a_file(s)]
        others = [s for s in segments if _ends_like_a_file(s)]
        found: list[Node] = []
        if plain:
            runs = "|".join(self._run(_split(segment)) for segment in plain)
            after = f"(?:/|(?:{self._ending})?{self._end})"
            found.append(self._search_path(f"^{self._blank}*/(?:[^?#]*/)?(?:{runs}){after}"))
        if others:
            found.append(self._forms.holds(self._forms.path_form(self._folded()), others))
        return found

    def _run(self, names: list[str]) -> str:
        """Segments in a row, empty ones between them aside, up to where the last one ends."""
        gap = self._gap
        return f"/(?:{gap}*/)*".join(f"{gap}*{self._name(name)}{gap}*" for name in names)

    def _whole_path(self, values: Iterable[str]) -> list[Node]:
        """Searches for a path as it is written, up to its query."""
        names = "|".join(self._name(v) for v in values if "?" not in v and "#" not in v)
        if not names:
            return []
        return [self._search_folded(f"^{self._gap}*(?:{names}){self._gap}*(?:[?#]|$)")]

    def _paths(self, patterns: Iterable[str]) -> list[Node]:
        """Searches for path forms with wildcards."""
        left = list(patterns)
        if "*" in left or {"/", "/*/"} <= set(left):
            return [true()]
        found: list[Node] = []
        below = [s for s in left if f"{s}*/" in left and _is_plain(s)]
        if below:
            left = [s for s in left if s not in below and s.removesuffix("*/") not in below]
            runs = "|".join(self._run(_split(s)) for s in below)
            after = f"(?:/|(?:{self._ending})?{self._end})"
            found.append(self._search_path(f"{self._root}(?:{runs}){after}"))
        exactly = [s for s in left if _is_plain(s)]
        if exactly:
            found.append(self._search_path(self._exact_path(exactly)))
        globs = [s for s in left if not _is_plain(s)]
        if globs:
            found.append(self._forms.meets(self._forms.path_form(self._folded()), globs))
        return found

    @property
    def _root(self) -> str:
        """The beginning of a path, with segments that say nothing."""
        return f"^{self._blank}*/(?:{self._gap}*/)*"

    def _exact_path(self, paths: Iterable[str]) -> str:
        """An expression for what has one of some path forms."""
        runs = "|".join(self._run(_split(path)) for path in paths if path != "/")
        # After the last named segment: its ending; or segments without a name, the last with its own.
        empty = rf"(?:/{self._gap}*)*"
        after = f"(?:(?:{self._ending})?|{empty}/{self._gap}+{self._ending}|{empty}){self._end}"
        found = f"{self._root}(?:{runs}){after}" if runs else ""
        if "/" not in paths:
            return found
        home = rf"^{self._blank}*(?:{empty}/{self._gap}+{self._ending}|{empty}){self._end}"
        return f"(?:{found})|(?:{home})" if found else home


def _split(path: str) -> list[str]:
    """The segments of a path form."""
    return [segment for segment in path.split("/") if segment]


def _ends_like_a_file(path: str) -> bool:
    return any(segment.endswith(ENDINGS) for segment in _split(path))


def _is_plain(path: str) -> bool:
    return not ("*" in path or "?" in path or _ends_like_a_file(path))


def _pieces(test: p.ObjectTest) -> list[str]:
    """Texts of which one is in `lower` of every object that meets the test; an empty one: none known."""
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

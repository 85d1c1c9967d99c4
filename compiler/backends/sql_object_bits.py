"""Tests on the object of an event where there are no regular expressions.

Objects are then tested once each, not once an event: every different object of the events is
brought into its normal forms, step by step, and `object_bits` says by a bit for each test which
ones it meets. A pass over the events joins it by the object, as it joins `verb_bits` by the verb.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, assert_never

from sqlglot import exp

from leadcard.compiler import plan as p
from leadcard.compiler.backends.sql_build import (
    Build,
    Node,
    Step,
    alias,
    all_of,
    any_of,
    bits,
    case,
    chain,
    col,
    equal,
    false,
    known,
    name,
    negation,
    number,
    select,
    surely,
    true,
)
from leadcard.compiler.backends.sql_facts import Facts
from leadcard.compiler.backends.sql_leads import alias_table
from leadcard.compiler.backends.sql_objects import ObjectTests
from leadcard.compiler.backends.sql_plain_text import WEB, PlainForms
from leadcard.compiler.backends.sql_text import letters_of
from leadcard.compiler.text import ENDINGS

_WORD: Final = 62  # bits in one whole number

ObjectTestsOfOne = tuple[p.ObjectTest, ...]


@dataclass(slots=True)
class ObjectBits:
    """The tests on objects that a statement asks for, and the queries that answer them."""

    build: Build
    facts: Facts
    _places: dict[ObjectTestsOfOne, int] = field(default_factory=dict)

    @property
    def is_used(self) -> bool:
        """Whether objects are looked up, not searched."""
        return self.build.dialect.patterns is None

    def test(self, tests: ObjectTestsOfOne) -> Node:
        """Whether the object of an event that `join` has joined meets any of the tests."""
        if "object" not in self.facts.event_columns:
            return false()
        place = self._places.setdefault(tests, len(self._places))
        return bits(col(_met(place // _WORD)), 1 << (place % _WORD))

    def columns(self, asked: Iterable[ObjectTestsOfOne]) -> list[Node]:
        """The columns that `test` reads, where `join` has joined."""
        words = sorted({self._places[tests] // _WORD for tests in asked if tests in self._places})
        return [col(_met(word), "object_bits") for word in words]

    def join(self, query: exp.Select, asked: Sequence[ObjectTestsOfOne]) -> exp.Select:
        """A query on events with the bits of their objects."""
        if not self.columns(asked):
            return query
        same = equal(col("object", "object_bits"), self.build.read(name("object", "events")))
        return query.join("object_bits", on=same, join_type="left", copy=False)

    # --- queries ----------------------------------------------------------------------------------

    def steps(self, asked: Node) -> Iterator[Step]:
        """The queries; `asked` says which rows of `verb_bits` are verbs whose objects matter."""
        if not self._places:
            return
        yield Step(name="objects", query=self._objects(asked), said="each object once")
        letters = letters_of((tuple(self._places), ENDINGS, WEB))
        forms = PlainForms(self.build, letters)
        before = "objects"
        for step, said, columns in self._form_steps(forms):
            query = select(exp.Star(), *(alias(node, made) for made, node in columns.items()))
            yield Step(name=step, query=query.from_(before, copy=False), said=said, kept=True)
            before = step
        query = select(col("object"))
        for word in range((len(self._places) - 1) // _WORD + 1):
            query = query.select(self._bits(forms, word), copy=False)
        said = "a bit for each question about objects"
        query = query.from_(before, copy=False)
        yield Step(name="object_bits", query=query, said=said, kept=True)

    def _objects(self, asked: Node) -> exp.Select:
        """The objects of events of verbs that matter."""
        verb = self.build.read(name("verb", "events"))
        query = self.build.each_once(self.build.read(name("object", "events")), "object")
        query = query.from_(alias_table(self.facts.events, "events"), copy=False)
        query = query.join("verb_bits", on=equal(col("verb", "verb_bits"), verb), copy=False)
        return query.where(known(name("object", "events")), asked, copy=False)

    def _form_steps(self, forms: PlainForms) -> Iterator[tuple[str, str, dict[str, Node]]]:
        """The steps to the normal forms that are asked for: name, what it says, its columns."""
        kinds = {type(test) for tests in self._places for test in tests}
        said = "folded, with spaces for blanks"
        yield "object_letters", said, {"folded": forms.fold(col("object"))}
        is_path = case([(forms.is_path(col("folded")), number(1))], number(0))
        yield "object_kinds", "1 for paths and URLs", {"is_path": is_path}
        here, bare = self._is_path(), forms.without_query(col("folded"))
        said = "paths and URLs without query and fragment"
        yield "object_addresses", said, {"address": case([(here, bare)], col("folded"))}
        if kinds & {p.ObjectWords, p.ObjectPath}:
            tail = case([(here.copy(), forms.after_host(col("address")))])
            yield "object_tails", "after the scheme", {"tail": tail}
            yield "object_paths", "after the host", {"path": forms.from_slash(col("tail"))}
            said = "without slashes at the end"
            yield "object_stems", said, {"stem": forms.without_end(col("path"))}
            yield "object_pages", "without endings", {"page": forms.without_ending(col("stem"))}
        made: dict[str, Node] = {}
        if p.ObjectWords in kinds:
            made["words"] = forms.word_form(col("folded"))
        if p.ObjectIs in kinds:
            made["name"] = forms.name_form(col("address"))
        if kinds & {p.ObjectWords, p.ObjectPath}:
            made["segments"] = forms.path_form(col("page"))
        yield "object_forms", "in the forms that are compared", made

    def _is_path(self) -> Node:
        return equal(col("is_path"), number(1))

    def _bits(self, forms: PlainForms, word: int) -> Node:
        parts = [
            case([(self._meets(forms, tests), number(1 << (place % _WORD)))], number(0))
            for tests, place in self._places.items()
            if place // _WORD == word
        ]
        return alias(chain(exp.BitwiseOr, parts), _met(word))

    def _meets(self, forms: PlainForms, tests: ObjectTestsOfOne) -> Node:
        return any_of([self._meets_one(forms, test) for test in tests])

    def _meets_one(self, forms: PlainForms, test: p.ObjectTest) -> Node:
        match test:
            case p.ObjectWords(needles=needles, segments=segments):
                inside = forms.holds(col("segments"), segments)
                words = forms.holds(col("words"), [needle.text for needle in needles])
                here, elsewhere = self._is_path(), negation(self._is_path())
                return any_of([all_of([here, inside]), all_of([elsewhere, words])])
            case p.ObjectIs(values=values):
                return forms.is_one_of(col("name"), values)
            case p.ObjectPath(patterns=patterns):
                met = true() if "*" in patterns else forms.meets(col("segments"), patterns)
                return all_of([self._is_path(), met])
            case _:
                assert_never(test)


@dataclass(frozen=True, slots=True)
class LookedUp:
    """Tests on the object of an event that `ObjectBits` answers, in the place of `ObjectTests`."""

    found: ObjectBits
    tests: ObjectTestsOfOne

    def rejects(self) -> None:
        """There is nothing cheaper than looking."""
        return

    def test(self) -> Node:
        """Whether the object meets any of the tests; NULL where there is no object."""
        return surely(self.found.test(self.tests))


def _met(word: int) -> str:
    return "object_met" if word == 0 else f"object_met_{word + 1}"


def object_tests(
    found: ObjectBits, tests: ObjectTestsOfOne, column: Node
) -> ObjectTests | LookedUp:
    """Tests on the object of an event in the way of the dialect."""
    return LookedUp(found, tests) if found.is_used else ObjectTests(found.build, tests, column)

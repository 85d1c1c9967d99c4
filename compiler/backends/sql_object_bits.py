"""Tests on the object of an event, answered once for each different object.

Every different object of the events is brought into its normal forms, step by step, and
`object_bits` says by a bit for each test which ones it meets. A pass over the events joins it by
the object, as it joins `verb_bits` by the verb.

Query strings make addresses unique, and they never count: a database with regular expressions has a
cheap `address` of an object, which many events share, and which meets the same tests. There, one or
two questions do not pay for the pass that finds the different objects: they are searched in each
event as it stands in the data (`sql_objects`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
    name,
    negation,
    number,
    or_else,
    select,
    true,
    wrapped,
)
from leadcard.compiler.backends.sql_facts import Facts
from leadcard.compiler.backends.sql_leads import alias_table
from leadcard.compiler.backends.sql_objects import ObjectTests
from leadcard.compiler.backends.sql_plain_text import WEB, PlainForms
from leadcard.compiler.backends.sql_text import TextForms, letters_of
from leadcard.compiler.text import ENDINGS

_WORD: Final = 62  # bits in one whole number
_FEW: Final = 2  # so many questions are answered for each event (benchmarks/sql_duckdb.py)
_SOME: Final = 12  # so many questions pay for leaving out objects that meet none

ObjectTestsOfOne = tuple[p.ObjectTest, ...]
_Kinds = set[type[p.ObjectWords] | type[p.ObjectIs] | type[p.ObjectPath]]
_Made = tuple[str, str, dict[str, Node]]  # a query, what it says, its further columns


@dataclass(slots=True)
class ObjectBits:
    """The tests on objects that a statement asks for, and the queries that answer them."""

    build: Build
    facts: Facts
    _places: dict[ObjectTestsOfOne, int] = field(default_factory=dict)
    _columns: dict[str, dict[ObjectTestsOfOne, int]] = field(default_factory=dict)
    _each_event: bool = False

    def expect(self, asked: Iterable[ObjectTestsOfOne]) -> None:
        """Choose the way to answer by all tests that `allowed` will ask for; call it first."""
        few = len({tests for tests in asked if tests}) <= _FEW
        self._each_event = few and self.build.dialect.patterns is not None

    @property
    def is_dear(self) -> bool:
        """Whether what `allowed` makes should be asked as late and as rarely as can be."""
        return self._each_event

    def allowed(self, able: Node, column: str, masks: dict[ObjectTestsOfOne, int]) -> Node:
        """The bits of `able` that an object leaves on; `masks`: which of them ask for what."""
        whatever = masks.get((), 0)
        if set(masks) <= {()}:
            return able
        if "object" not in self.facts.event_columns:
            return exp.BitwiseAnd(this=able, expression=number(whatever))
        if self._each_event:
            said = self.build.read(name("object", "events"))
            found = [self._searched(t, said.copy(), mask) for t, mask in masks.items() if t]
            parts = [number(whatever), *found] if whatever else found
            return exp.BitwiseAnd(this=wrapped(able), expression=_either(parts))
        for tests in masks:
            if tests:
                self._places.setdefault(tests, len(self._places))
        self._columns[column] = masks
        met = or_else(col(column, "object_bits"), number(whatever))
        return exp.BitwiseAnd(this=wrapped(able), expression=met)

    def join(self, query: exp.Select, columns: Iterable[str]) -> exp.Select:
        """A query on events with the bits of their objects, where `allowed` asks for them."""
        if self._columns.keys().isdisjoint(columns):
            return query
        same = equal(col("object", "object_bits"), self._key())
        return query.join(self._table(), on=same, join_type="left", copy=False)

    def _table(self) -> exp.Expression:
        if not self.build.dialect.distinct_on:
            return exp.to_table("object_bits")
        once = select(exp.Star()).distinct(col("object"), copy=False)
        return once.from_("object_bits", copy=False).subquery("object_bits", copy=False)

    def _key(self) -> Node:
        """What stands for the object of an event: the object, or its address."""
        said = self.build.read(name("object", "events"))
        return self.build.call("address", x=said) if self.build.can("address") else said

    # --- queries ----------------------------------------------------------------------------------

    def steps(self, asked: Node) -> Iterator[Step]:
        """The queries; `asked` says which rows of `verb_bits` are verbs whose objects matter."""
        if not self._places:
            return
        said = "each object once"
        said += ", as far as its query" if self.build.can("address") else ""
        yield Step(name="objects", query=self._objects(asked), said=said)
        steps, forms = self._forms()
        yield from steps
        query = select(col("object"))
        words = range((len(self._places) - 1) // _WORD + 1)
        query = query.select(*(self._bits(forms, word) for word in words), copy=False)
        query = query.from_("object_forms", copy=False)
        said = "a bit for each question about objects"
        yield Step(name="objects_met", query=query, said=said, kept=True)
        query = select(col("object"))
        for column, masks in self._columns.items():
            query = query.select(self._mask(column, masks), copy=False)
        said = "the bits of event clauses that an object leaves on"
        query = query.from_("objects_met", copy=False)
        yield Step(name="object_bits", query=query, said=said, kept=True)

    def _mask(self, column: str, masks: dict[ObjectTestsOfOne, int]) -> Node:
        whatever = masks.get((), 0)
        parts = [number(whatever)] if whatever else []
        for tests, mask in masks.items():
            if tests:
                place = self._places[tests]
                there = bits(col(_met(place // _WORD)), 1 << (place % _WORD))
                parts.append(case([(there, number(mask))], number(0)))
        return alias(self.build.call("whole", x=_either(parts)), column)

    def _searched(self, tests: ObjectTestsOfOne, said: Node, mask: int) -> Node:
        """`mask` where the object meets any of the tests, else 0; searched as it stands."""
        searched = ObjectTests(self.build, tests, said)
        rejected = searched.rejects()
        whens = [] if rejected is None else [(rejected, number(0))]
        return case([*whens, (searched.test(), number(mask))], number(0))

    def _objects(self, asked: Node) -> exp.Select:
        """The objects of events of verbs that matter."""
        verb = self.build.read(name("verb", "events"))
        query = self.build.each_once(self._key(), "object")
        query = query.from_(alias_table(self.facts.events, "events"), copy=False)
        query = query.join("verb_bits", on=equal(col("verb", "verb_bits"), verb), copy=False)
        # No further filter: engines that take it to leave out most events would then build their
        # table for the join of the events, not of the few verbs.
        return query.where(asked, copy=False)

    # --- the forms of objects ---------------------------------------------------------------------

    def _forms(self) -> tuple[Iterable[Step], TextForms | PlainForms]:
        """The queries up to `object_forms`, and what compares the forms."""
        b, tests = self.build, tuple(self._places)
        kinds = {type(test) for asked in tests for test in asked}
        if b.dialect.patterns is not None:
            by_search = TextForms(b, letters_of((tests, ENDINGS)))
            return self._steps(self._by_search(by_search, kinds)), by_search
        plain = PlainForms(b, letters_of((tests, ENDINGS, WEB)))
        return self._steps(self._by_place(plain, kinds)), plain

    def _steps(self, made: Iterable[_Made]) -> Iterator[Step]:
        """A query for each step, each of them from the one before."""
        before = "objects"
        for step, said, columns in made:
            query = select(exp.Star(), *(alias(node, name) for name, node in columns.items()))
            query = query.from_(before, copy=False)
            if before == "objects":
                query = self._worth_it(query)
            yield Step(name=step, query=query, said=said, kept=True)
            before = step

    def _worth_it(self, query: exp.Select) -> exp.Select:
        """Without the objects that a cheap search shows to meet no test."""
        if self.build.dialect.patterns is None or len(self._places) > _SOME:
            return query
        rejects = [
            ObjectTests(self.build, asked, col("object")).rejects() for asked in self._places
        ]
        if None in rejects:
            return query
        return query.where(any_of([negation(node) for node in rejects if node]), copy=False)

    def _by_search(self, forms: TextForms, kinds: _Kinds) -> Iterator[_Made]:
        """The steps where there are regular expressions."""
        yield "object_letters", "folded", {"folded": forms.fold(col("object"))}
        is_path = case([(forms.is_path(col("folded")), number(1))], number(0))
        yield "object_kinds", "1 for paths and URLs", {"is_path": is_path}
        said, bare = "paths and URLs without query and fragment", forms.without_query(col("folded"))
        address = case([(self._is_path(), bare)], col("folded"))
        yield "object_addresses", said, {"address": address}
        made: dict[str, Node] = {}
        if p.ObjectWords in kinds:
            made["words"] = forms.word_form(col("folded"))
        if p.ObjectIs in kinds:
            made["name"] = forms.name_form(col("address"))
        if kinds & {p.ObjectWords, p.ObjectPath}:
            made["segments"] = case([(self._is_path(), forms.path_of(col("address")))])
        yield "object_forms", "in the forms that are compared", made

    def _by_place(self, forms: PlainForms, kinds: _Kinds) -> Iterator[_Made]:
        """The steps where there are only plain functions on texts."""
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

    def _bits(self, forms: TextForms | PlainForms, word: int) -> Node:
        """The answers to the questions of one column of bits."""
        parts = [
            case([(self._meets(forms, tests), number(1 << (place % _WORD)))], number(0))
            for tests, place in self._places.items()
            if place // _WORD == word
        ]
        return alias(chain(exp.BitwiseOr, parts), _met(word))

    def _meets(self, forms: TextForms | PlainForms, tests: ObjectTestsOfOne) -> Node:
        return any_of([self._meets_one(forms, test) for test in tests])

    def _meets_one(self, forms: TextForms | PlainForms, test: p.ObjectTest) -> Node:
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


def _met(word: int) -> str:
    return "object_met" if word == 0 else f"object_met_{word + 1}"


def _either(parts: list[Node]) -> Node:
    return exp.Paren(this=chain(exp.BitwiseOr, parts)) if len(parts) > 1 else parts[0]

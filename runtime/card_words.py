"""The words of a card that data should hold: verbs, objects and values, each with its line.

A word knows which texts of the data meet it, by the rules that conditions are compared with.
Windows, counts and negation do not matter here: a word that never occurs is worth telling.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, TypeAlias

from leadcard.compiler import bound, plan
from leadcard.compiler.lower_event import event_clauses
from leadcard.compiler.lower_field import spellings
from leadcard.compiler.lowering import Lowering
from leadcard.compiler.text import is_path, name_form, needle, path_form, text_form, word_form
from leadcard.compiler.vocabulary import Field, FieldType, WordList
from leadcard.dsl.ast import FieldOp


@dataclass(frozen=True, slots=True, kw_only=True)
class VerbWord:
    """A verb of the card, with all that it covers; `bare` where no object follows it."""

    line: int
    text: str
    verbs: frozenset[str]
    bare: bool


@dataclass(frozen=True, kw_only=True)
class ObjectWord:
    """An object of the card after some verbs.

    `beside` holds words of data that say a part of it (`ad_click`), with the tests of the rest.
    """

    line: int
    text: str
    verbs: frozenset[str]
    tests: tuple[plan.ObjectTest, ...]
    beside: tuple[tuple[frozenset[str], tuple[plan.ObjectTest, ...]], ...] = ()

    def meets(self, what: str) -> bool:
        """Whether an event's object meets it."""
        return any(_object_meets(test, what) for test in self.tests)

    def meets_beside(self, spelled: str, what: str) -> bool:
        """Whether an object meets it beside a word of data that says the rest."""
        return any(
            _object_meets(test, what)
            for words, tests in self.beside
            if spelled in words
            for test in tests
        )


@dataclass(frozen=True, kw_only=True)
class ValueWord:
    """A value, or a list of values, that the card compares a field with."""

    line: int
    text: str
    field: Field
    op: FieldOp
    value: str = ""
    list: WordList | None = None

    def meets(self, value: str) -> bool:
        """Whether a value of the data meets it."""
        if self.list is None:
            return _value_meets(self.op, self.value, self._forms, value)
        form = name_form(value)
        if self.field.type is FieldType.DOMAIN:
            parents = (form.split(".", n)[-1] for n in range(form.count(".") + 1))
            return any(parent in self._forms for parent in parents)
        return form in self._forms or any(p.fullmatch(form) for p in self._patterns)

    @cached_property
    def _forms(self) -> frozenset[str]:
        if self.list is None:
            return frozenset(spellings(self.field, self.value))
        entries = [e for e in self.list.load() if not _is_pattern(e)]
        if self.field.type is FieldType.DOMAIN:
            return frozenset(name_form(e).removeprefix("@").lstrip(".") for e in entries)
        return frozenset(form for entry in entries for form in spellings(self.field, entry))

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], ...]:
        entries = self.list.load() if self.list is not None else ()
        return tuple(wildcard(name_form(e)) for e in entries if _is_pattern(e))


Word: TypeAlias = VerbWord | ObjectWord | ValueWord
_PATTERN: Final = re.compile(r"[*?]")


def card_words(card: bound.Card) -> tuple[Word, ...]:
    """All words of a card in the order of its lines, each once a line."""
    low = Lowering(card.vocabulary, card.timezone)
    found: dict[tuple[object, ...], Word] = {}
    for line, condition in _conditions(card):
        for word in _words(low, line, condition):
            kind = getattr(word, "verbs", None) or getattr(word, "field", None)
            found.setdefault((type(word), line, word.text, kind), word)
    return tuple(sorted(found.values(), key=lambda w: w.line))


def card_fields(card: bound.Card) -> frozenset[str]:
    """The columns of the fields that some condition of the card reads."""
    return frozenset(
        leaf.field.column
        for _, condition in _conditions(card)
        for leaf in _leaves(condition)
        if isinstance(leaf, bound.FieldAlternatives | bound.Presence | bound.YesNo)
    )


def denials(card: bound.Card) -> tuple[tuple[int, Field, str], ...]:
    """Each test that a field is not something: its line, its field, and how it is written."""
    return tuple(
        (line, leaf.field, card.source.text[leaf.span.start : leaf.span.end])
        for line, condition in _conditions(card)
        for leaf in _leaves(condition)
        if isinstance(leaf, bound.FieldAlternatives) and leaf.negated
    )


def asks_for_any_event(card: bound.Card) -> bool:
    """Whether some condition counts events whatever their verb."""
    return any(
        ref.verb is None
        for _, condition in _conditions(card)
        for leaf in _leaves(condition)
        for ref in _events(leaf)
    )


def _conditions(card: bound.Card) -> Iterator[tuple[int, bound.Condition]]:
    for section in card.sections:
        if section.when is not None:
            yield section.line or 0, section.when
        for rule in section.rules:
            yield rule.line, rule.condition
    for requirement in card.must_haves.requirements if card.must_haves else ():
        yield requirement.line, requirement.condition
    for tier in card.tiers:
        yield tier.line, tier.condition
    for stage in card.stages:
        yield stage.line, stage.condition


def _leaves(condition: bound.Condition) -> Iterator[bound.Condition]:
    match condition:
        case bound.And() | bound.Or():
            for part in condition.parts:
                yield from _leaves(part)
        case bound.Not():
            yield from _leaves(condition.part)
        case _:
            yield condition


def _events(leaf: bound.Condition) -> tuple[bound.EventRef, ...]:
    match leaf:
        case bound.EventTest() | bound.SpentTest() | bound.BurstTest() | bound.AccountTest():
            return (leaf.event,)
        case bound.SequenceTest():
            return (leaf.first, leaf.second)
        case _:
            return ()


def _words(low: Lowering, line: int, condition: bound.Condition) -> Iterator[Word]:
    for leaf in _leaves(condition):
        for ref in _events(leaf):
            yield from _event_words(low, line, ref)
        if isinstance(leaf, bound.FieldAlternatives):
            yield from _value_words(line, leaf)


def _event_words(low: Lowering, line: int, ref: bound.EventRef) -> Iterator[Word]:
    verbs = frozenset(verb.name for verb in ref.verbs)
    if ref.verb is not None:
        yield VerbWord(line=line, text=ref.verb.name, verbs=verbs, bare=not ref.objects)
    for what in ref.objects:
        clause, *others = event_clauses(low, replace(ref, objects=(what,)))
        beside = tuple(
            (frozenset(low.verbs[word].spellings), other.objects)
            for other in others
            if other.objects
            for word in other.verbs
        )
        text = " ".join(word.text for word in what.words)
        yield ObjectWord(line=line, text=text, verbs=verbs, tests=clause.objects, beside=beside)


def _value_words(line: int, leaf: bound.FieldAlternatives) -> Iterator[Word]:
    for test in leaf.tests:
        match test:
            case bound.ValueTest():
                yield ValueWord(
                    line=line,
                    text=test.value.text,
                    field=leaf.field,
                    op=test.op,
                    value=test.value.text,
                )
            case bound.ListTest():
                yield ValueWord(
                    line=line,
                    text=test.list.name,
                    field=leaf.field,
                    op=FieldOp.IN,
                    list=test.list,
                )
            case _:
                continue


# --- comparing ------------------------------------------------------------------------------------


def _is_pattern(text: str) -> bool:
    return _PATTERN.search(text) is not None


def wildcard(pattern: str) -> re.Pattern[str]:
    """`*` for any run, `?` for one character."""
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(c, re.escape(c)) for c in pattern), re.DOTALL)


def _value_meets(op: FieldOp, wanted: str, forms: frozenset[str], value: str) -> bool:
    match op:
        case FieldOp.IS:
            return name_form(value) in forms
        case FieldOp.CONTAINS:
            return needle(wanted).text in word_form(value)
        case FieldOp.STARTS_WITH:
            return text_form(value).startswith(text_form(wanted))
        case FieldOp.ENDS_WITH:
            return text_form(value).endswith(text_form(wanted))
        case FieldOp.MATCHES:
            return wildcard(name_form(wanted)).fullmatch(name_form(value)) is not None
        case _:
            raise AssertionError(f"{op} takes no value")


def _object_meets(test: plan.ObjectTest, what: str) -> bool:
    match test:
        case plan.ObjectWords():
            if is_path(what):
                return any(segment in path_form(what) for segment in test.segments)
            return any(needed.text in word_form(what) for needed in test.needles)
        case plan.ObjectIs():
            bare = re.split(r"[?#]", what, maxsplit=1)[0] if is_path(what) else what
            return name_form(bare) in test.values
        case plan.ObjectPath():
            return is_path(what) and any(
                wildcard(pattern).fullmatch(path_form(what)) for pattern in test.patterns
            )

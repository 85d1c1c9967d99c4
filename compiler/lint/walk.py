"""Walks over bound cards that several lint rules share."""

from __future__ import annotations

from collections.abc import Iterator

from leadcard.compiler import bound
from leadcard.dsl.source import Source, Span


def conditions(card: bound.Card) -> Iterator[bound.Condition]:
    """Every whole condition of the card, in its order."""
    for section in card.sections:
        if section.when is not None:
            yield section.when
        yield from (rule.condition for rule in section.rules)
    if card.must_haves is not None:
        yield from (r.condition for r in card.must_haves.requirements)
    yield from (t.condition for t in card.tiers)
    yield from (s.condition for s in card.stages)


def rules(card: bound.Card) -> Iterator[tuple[bound.Section, bound.Rule]]:
    """Every rule with its section."""
    for section in card.sections:
        for rule in section.rules:
            yield section, rule


def leaves(condition: bound.Condition) -> Iterator[bound.Condition]:
    """The conditions without joins in a condition, whatever stands before them."""
    match condition:
        case bound.And() | bound.Or():
            for part in condition.parts:
                yield from leaves(part)
        case bound.Not():
            yield from leaves(condition.part)
        case _:
            yield condition


def all_leaves(card: bound.Card) -> Iterator[bound.Condition]:
    """All conditions without joins of the card."""
    for condition in conditions(card):
        yield from leaves(condition)


def events(condition: bound.Condition) -> tuple[bound.EventRef, ...]:
    """The events of a condition without joins."""
    match condition:
        case bound.EventTest() | bound.SpentTest() | bound.BurstTest() | bound.AccountTest():
            return (condition.event,)
        case bound.SequenceTest():
            return (condition.first, condition.second)
        case _:
            return ()


def replaced(source: Source, span: Span, text: str) -> str:
    """The line that `span` begins in, with `span` replaced by `text`: a fix to show."""
    position = source.position(span.start)
    line, start = source.line(position.line), position.column - 1
    end = min(start + span.end - span.start, len(line))
    return f"{line[:start]}{text}{line[end:]}".strip()

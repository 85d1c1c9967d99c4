"""Words that a leadcard.yaml brings and none of its cards uses.

It takes all cards of a vocabulary to know, so this rule is not among those that look at one card.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leadcard.compiler import bound
from leadcard.compiler.lint.walk import all_leaves, events
from leadcard.compiler.text import name_form
from leadcard.compiler.vocabulary import Field
from leadcard.compiler.vocabulary_file import builtin
from leadcard.compiler.yaml_source import Entry, Mapping, Node, Scalar, read_yaml
from leadcard.dsl.diagnostics import Diagnostic, warning
from leadcard.dsl.source import Source


def unused_words(source: Source, cards: Sequence[bound.Card]) -> tuple[Diagnostic, ...]:
    """The pages, lists and own fields of the vocabulary file `source` that no card uses."""
    root, _ = read_yaml(source)
    fields = {form for card in cards for field in _fields(card) for form in _forms(field)}
    outcome = _part(_part(root, "conversions"), "field")
    if isinstance(outcome, Scalar):
        fields.add(name_form(outcome.text))
    parts = (
        ("page", _part(root, "pages"), {form for card in cards for form in _pages(card)}),
        ("list", _part(root, "lists"), {form for card in cards for form in _lists(card)}),
        ("field", _part(_part(root, "leads"), "fields"), fields | builtin().field_index.keys()),
    )
    return tuple(
        warning(
            "L122",
            f"no card uses the {what} `{entry.key.text}`",
            source=source,
            span=entry.key.span,
            hint="leave it out if no card is going to",
        )
        for what, node, used in parts
        for entry in _entries(node)
        if name_form(entry.key.text) not in used
    )


def _part(node: Node | None, key: str) -> Node | None:
    return next((e.value for e in _entries(node) if name_form(e.key.text) == key), None)


def _entries(node: Node | None) -> tuple[Entry, ...]:
    return node.entries if isinstance(node, Mapping) else ()


def _pages(card: bound.Card) -> Iterator[str]:
    for leaf in all_leaves(card):
        for event in events(leaf):
            yield from (name_form(o.page.name) for o in event.objects if o.page is not None)


def _lists(card: bound.Card) -> Iterator[str]:
    for leaf in all_leaves(card):
        if isinstance(leaf, bound.FieldAlternatives):
            tests = (test for test in leaf.tests if isinstance(test, bound.ListTest))
            yield from (name_form(test.list.name) for test in tests)


def _fields(card: bound.Card) -> Iterator[Field]:
    for leaf in all_leaves(card):
        if isinstance(leaf, bound.FieldAlternatives):
            yield from (t.other for t in leaf.tests if isinstance(t, bound.SameTest))
        if isinstance(leaf, bound.FieldAlternatives | bound.Presence | bound.YesNo):
            yield leaf.field


def _forms(field: Field) -> Iterator[str]:
    yield from (name_form(name) for name in (field.name, field.column, *field.aka))

"""How a condition may open: a field, a verb, or a word of results in stages."""

from __future__ import annotations

from typing import TypeAlias

from leadcard.compiler.scope import Scope, plain_prefix
from leadcard.compiler.text import name_form
from leadcard.compiler.vocabulary import Field, Verb
from leadcard.dsl import ast
from leadcard.dsl.record import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldOpening:
    """A field, its name `taken` words long."""

    field: Field
    taken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventOpening:
    """A verb (None: `any event` or `active`), its phrase `taken` words long."""

    verb: Verb | None
    verbs: tuple[Verb, ...]
    taken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreOpening:
    """The total (section None) or the total of a section."""

    section: str | None
    taken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceOpening:
    """`grade` or `tier`, followed by names."""

    what: str
    taken: int = 1


Opening: TypeAlias = FieldOpening | EventOpening | ScoreOpening | ChoiceOpening

_ANY_EVENT = (("any", "event"), ("any", "events"))
_ACTIVE: tuple[tuple[str, ...], ...] = (("active",), ("any", "activity"), ("activity",))


def find_opening(scope: Scope, words: ast.Words) -> Opening | None:
    """What `words` open, or None; results win in stages, then the longer of field and verb.

    Of as many words, the verb wins, unless leadcard.yaml declares the field.
    """
    prefix = plain_prefix(words)
    if not prefix:
        return None
    if scope.results:
        result = _result_opening(scope, prefix)
        if result is not None:
            return result
    event = event_opening(scope, prefix)
    found = scope.vocabulary.find_field(prefix)
    if found is None:
        return event
    # A field that leadcard.yaml declares wins over a verb of as many words (`website visits`).
    own = found[0].declared and event is not None and event.verb is not None
    if event is None or found[1] + own > event.taken:
        return FieldOpening(field=found[0], taken=found[1])
    return event


def event_opening(scope: Scope, prefix: tuple[str, ...]) -> EventOpening | None:
    """The verb at the start of some words, with all the verbs that it covers."""
    lowered = tuple(name_form(w) for w in prefix[:2])
    if lowered in _ANY_EVENT:
        return EventOpening(verb=None, verbs=activity(scope), taken=2)
    found = scope.vocabulary.find_verb(prefix)
    if found is not None:
        verb, taken = found
        return EventOpening(verb=verb, verbs=scope.vocabulary.covered(verb), taken=taken)
    for phrase in _ACTIVE:
        if lowered[: len(phrase)] == phrase:
            return EventOpening(verb=None, verbs=activity(scope), taken=len(phrase))
    return None


def activity(scope: Scope) -> tuple[Verb, ...]:
    """The verbs that count as activity."""
    return tuple(v for v in scope.vocabulary.verbs if v.activity)


def _result_opening(scope: Scope, prefix: tuple[str, ...]) -> Opening | None:
    first = name_form(prefix[0])
    for n in range(len(prefix), 0, -1):
        name = scope.sections.get(name_form(" ".join(prefix[:n])))
        if name is not None:
            return ScoreOpening(section=name, taken=n)
    if first == "score":
        return ScoreOpening(section=None, taken=1)
    if first in {"grade", "tier"} and len(prefix) > 1:
        return ChoiceOpening(what=first)
    return None

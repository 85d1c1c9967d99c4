"""How the oracle groups a flat chain of items into conditions, written from docs/language.md alone.

What follows `or`, `and` or `,` begins a new condition if it begins with a field, a verb or another
word that opens conditions; else it goes on with the values of the condition before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

from leadcard.compiler.vocabulary import Field, FieldType, Verb, Vocabulary
from leadcard.dsl import ast
from tests.oracle_nodes import (
    AccountCondition,
    AllOf,
    AnyOf,
    BurstCondition,
    CannotJudge,
    Condition,
    EventCondition,
    Events,
    FieldCondition,
    FieldState,
    InactiveCondition,
    Leaf,
    Negated,
    Operand,
    ResultCondition,
    SequenceCondition,
    SpentCondition,
)
from tests.oracle_objects import forms_of_object
from tests.oracle_values import name

_T = TypeVar("_T")


STATES = frozenset(
    {
        ast.FieldOp.KNOWN,
        ast.FieldOp.NOT_KNOWN,
        ast.FieldOp.MISSING,
        ast.FieldOp.NOT_MISSING,
        ast.FieldOp.YES,
        ast.FieldOp.NO,
    }
)
NEGATIVE = {
    ast.FieldOp.IS_NOT: ast.FieldOp.IS,
    ast.FieldOp.NOT_CONTAINS: ast.FieldOp.CONTAINS,
    ast.FieldOp.NOT_STARTS_WITH: ast.FieldOp.STARTS_WITH,
    ast.FieldOp.NOT_ENDS_WITH: ast.FieldOp.ENDS_WITH,
    ast.FieldOp.NOT_MATCHES: ast.FieldOp.MATCHES,
    ast.FieldOp.NOT_IN: ast.FieldOp.IN,
    ast.FieldOp.NOT_SAME_AS: ast.FieldOp.SAME_AS,
}


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What names mean at a place of a card."""

    vocabulary: Vocabulary
    sections: tuple[str, ...] = ()
    in_stage: bool = False

    def field_at(self, words: ast.Words) -> tuple[Field, int] | None:
        """The field with the longest name at the start of `words`."""
        names = [(f, (f.name, f.column, *f.aka)) for f in self.vocabulary.fields]
        declared_first = sorted(names, key=lambda pair: not pair[0].declared)
        return _longest(words, declared_first)

    def verb_at(self, words: ast.Words) -> tuple[Verb, int] | None:
        """The verb with the longest phrasing at the start of `words`."""
        return _longest(words, [(v, (v.name, *v.aka)) for v in self.vocabulary.verbs])

    def covered(self, verb: Verb) -> frozenset[str]:
        """The verb itself and the longer ones that begin with its words."""
        start = name(verb.name).split()
        return frozenset(
            other.name
            for other in self.vocabulary.verbs
            if name(other.name).split()[: len(start)] == start
        )

    def activity(self) -> frozenset[str]:
        """The verbs that count as activity."""
        return frozenset(verb.name for verb in self.vocabulary.verbs if verb.activity)

    def section_at(self, words: ast.Words) -> tuple[str, int] | None:
        """The section with the longest name at the start of `words`, in a stage."""
        if not self.in_stage:
            return None
        return _longest(words, [(section, (section,)) for section in self.sections])


def _longest(words: ast.Words, named: Iterable[tuple[_T, Sequence[str]]]) -> tuple[_T, int] | None:
    named = list(named)
    unquoted = 0
    while unquoted < len(words) and not words[unquoted].quoted:
        unquoted += 1
    for length in range(unquoted, 0, -1):
        phrase = name(" ".join(word.text for word in words[:length]))
        for main_name in (True, False):
            for thing, names in named:
                candidates = names[:1] if main_name else names[1:]
                if any(name(candidate) == phrase for candidate in candidates):
                    return thing, length
    return None


# --- from a chain to conditions -------------------------------------------------------------------


def group(chain: ast.Chain, scope: Scope) -> Condition:
    """The condition that a chain means; `and` binds tighter than `or`."""
    drafts = _drafts(chain, scope)
    alternatives: list[list[Condition]] = [[]]
    joiners = _settled_joiners([joiner for joiner, _, _ in drafts])
    for joiner, (_, item, values) in zip(joiners, drafts, strict=True):
        if joiner is ast.Joiner.OR:
            alternatives.append([])
        alternatives[-1].append(_condition(item, values, scope))
    conjunctions = tuple(
        parts[0] if len(parts) == 1 else AllOf(parts=tuple(parts)) for parts in alternatives
    )
    return conjunctions[0] if len(conjunctions) == 1 else AnyOf(parts=conjunctions)


Further: TypeAlias = ast.Bare | ast.OpTest
Draft: TypeAlias = tuple[ast.Joiner | None, ast.Item, list[Further]]


def _drafts(chain: ast.Chain, scope: Scope) -> list[Draft]:
    """The conditions of a chain, each with the values and alternatives that go on with it."""
    drafts: list[Draft] = [(None, chain.first, [])]
    subject = _subject(chain.first, scope)
    for link in chain.rest:
        before, head, values = drafts[-1]
        if isinstance(head, ast.Bare) and (last := _last_object(link, scope)) is not None:
            whole = replace(last, words=head.words)
            drafts[-1] = (before, whole, [*values, ast.Bare(words=last.words, span=last.span)])
        elif isinstance(link.item, ast.Bare) and _is_value(link.item, scope):
            if link.joiner is ast.Joiner.AND:
                raise CannotJudge("a value after `and`")
            values.append(link.item)
        elif link.joiner is not ast.Joiner.AND and _is_alternative(link.item, head):
            assert isinstance(link.item, ast.OpTest)
            values.append(link.item)
        else:
            item = _with_subject(link.item, subject)
            subject = _subject(item, scope)
            drafts.append((link.joiner, item, []))
    return drafts


def _last_object(link: ast.Link, scope: Scope) -> ast.Burst | None:
    """`or trial 3+ times within any 24h`: the last object of an event, and how often in all."""
    item = link.item
    if not isinstance(item, ast.Burst) or item.count_first or link.joiner is ast.Joiner.AND:
        return None
    return None if _opens(item.words, scope) else item


def _is_value(item: ast.Bare, scope: Scope) -> bool:
    if not item.words:
        return not scope.in_stage
    if item.count_first:
        return False
    found = scope.field_at(item.words)
    alone = item.test is None and item.window is None and item.count is None
    if found and found[1] == len(item.words) and alone and found[0].type is not FieldType.BOOLEAN:
        return True
    return not _opens(item.words, scope)


def _is_alternative(item: ast.Item, head: ast.Item) -> bool:
    """Whether an item is a test without a field, after a test with a value."""
    if not isinstance(item, ast.OpTest) or item.subject or item.op in STATES:
        return False
    while isinstance(head, ast.Not):
        head = head.item
    return not isinstance(head, ast.OpTest) or head.op not in STATES


def _opens(words: ast.Words, scope: Scope) -> bool:
    start = [name(word.text) for word in words[:2] if not word.quoted]
    if start[:1] == ["active"] or start in (["any", "event"], ["any", "activity"]):
        return True
    if scope.in_stage and start[:1] in (["grade"], ["tier"], ["score"]):
        return True
    return bool(scope.field_at(words) or scope.verb_at(words) or scope.section_at(words))


def _subject(item: ast.Item, scope: Scope) -> ast.Words:
    match item:
        case ast.OpTest():
            return item.subject
        case ast.Not():
            return _subject(item.item, scope)
        case ast.Bare() if found := scope.field_at(item.words):
            return item.words[: found[1]]
        case _:
            return ()


def _with_subject(item: ast.Item, subject: ast.Words) -> ast.Item:
    match item:
        case ast.OpTest(subject=()):
            return replace(item, subject=subject)
        case ast.Not():
            return replace(item, item=_with_subject(item.item, subject))
        case _:
            return item


def _settled_joiners(joiners: list[ast.Joiner | None]) -> list[ast.Joiner | None]:
    """A comma between conditions says what the next `and` or `or` of the chain says."""
    settled: list[ast.Joiner | None] = []
    later: ast.Joiner | None = None
    for joiner in reversed(joiners):
        if joiner is ast.Joiner.COMMA:
            if later is None:
                raise CannotJudge("conditions joined by commas alone")
            settled.append(later)
        else:
            later = joiner or later
            settled.append(joiner)
    return settled[::-1]


# --- single conditions ----------------------------------------------------------------------------


def _condition(item: ast.Item, values: list[Further], scope: Scope) -> Condition:
    match item:
        case ast.Not():
            return Negated(part=_condition(item.item, values, scope))
        case ast.Never():
            event = _event(item.event, values, scope)
            return Negated(part=event)
        case ast.Group() if not values:
            return group(item.chain, scope)
        case ast.OpTest():
            return _operator(item, values, scope)
        case ast.Bare():
            return _bare(item, values, scope)
        case ast.Inactive() if not values:
            return InactiveCondition(
                events=Events(
                    verbs=scope.activity(),
                    window=ast.InLast(duration=item.duration, span=item.span),
                ),
                duration=item.duration,
            )
        case ast.Spent():
            objects = _objects(item.words, values, None, scope)
            events = Events(verbs=scope.activity(), objects=objects, window=item.window)
            return SpentCondition(events=events, seconds=item.seconds)
        case ast.Sequence():
            values, gap = _without_gap(values)
            first, second = _event(item.first, [], scope), _event(item.second, values, scope)
            if first.counted or second.counted or (gap and item.within):
                raise CannotJudge("a count in a sequence, or two gaps")
            within = item.within or gap
            return SequenceCondition(first=first.events, second=second.events, within=within)
        case ast.Burst():
            bare = ast.Bare(words=item.words, window=item.window, span=item.span)
            event = _event(bare, values, scope)
            return BurstCondition(events=event.events, low=item.count.low, within=item.within)
        case ast.AccountTest():
            event = _event(item.event, values, scope)
            return AccountCondition(op=item.op, event=event, people=item.people)
        case ast.NeedsMustHaves():
            return ResultCondition(what="must haves")
        case ast.AnyKeyConversion():
            return ResultCondition(what="key")
        case ast.FlagTest():
            return ResultCondition(what="flag", names=(item.text.text,))
    raise CannotJudge(f"values after {item}")


def _without_gap(values: list[Further]) -> tuple[list[Further], ast.Duration | None]:
    """Further objects after `then`; `within 24h` behind the last of them is the gap."""
    match values:
        case [*others, ast.Bare(window=ast.InLast(within=True, duration=gap)) as last]:
            return [*others, replace(last, window=None)], gap
        case _:
            return values, None


def _phrase(words: ast.Words) -> str:
    return " ".join(word.text for word in words)


def _operator(item: ast.OpTest, values: list[Further], scope: Scope) -> Condition:
    subject = name(_phrase(item.subject))
    if scope.in_stage and subject in ("grade", "tier"):
        names = [item.value, *(v.words for v in values if isinstance(v, ast.Bare))]
        return ResultCondition(what=subject, names=tuple(_phrase(words) for words in names))
    found = scope.field_at(item.subject)
    if found is None or found[1] != len(item.subject):
        raise CannotJudge(f"no field {subject}")
    if item.op in STATES and not values:
        return FieldState(field=found[0], op=item.op)
    operands = _operands(item.op, item.value, item.test, values, may_be_list=False)
    return FieldCondition(field=found[0], operands=operands, negated=item.op in NEGATIVE)


def _operands(
    op: ast.FieldOp, words: ast.Words, test: object, values: list[Further], *, may_be_list: bool
) -> tuple[Operand, ...]:
    """The operands of a test; each further value stands under the operator before it."""
    op = NEGATIVE.get(op, op)
    operands = [_operand(op, words, test, may_be_list)]
    for value in values:
        if isinstance(value, ast.OpTest):
            op, may_be_list = value.op, False
            if op in NEGATIVE:
                raise CannotJudge("a negative alternative")
            operands.append(_operand(op, value.value, value.test, may_be_list))
        else:
            operands.append(_operand(op, value.words, value.test or value.window, may_be_list))
    return tuple(operands)


def _operand(op: ast.FieldOp, words: ast.Words, test: object, may_be_list: bool) -> Operand:
    if words and test is not None:
        raise CannotJudge("a value and a test at once")
    text = _phrase(words) if words else None
    return Operand(op=op, text=text, test=test, may_be_list=may_be_list or op is ast.FieldOp.IN)


def _bare(item: ast.Bare, values: list[Further], scope: Scope) -> Condition:
    start = name(item.words[0].text) if item.words and not item.words[0].quoted else ""
    if scope.in_stage and start in ("grade", "tier"):
        names = [item.words[1:], *(v.words for v in _further_words(values))]
        return ResultCondition(what=start, names=tuple(_phrase(words) for words in names))
    section = scope.section_at(item.words)
    if section and section[1] == len(item.words):
        return ResultCondition(what="section", section=section[0], range=_range_of(item.test))
    if scope.in_stage and (not item.words or start == "score"):
        return ResultCondition(what="score", range=_range_of(item.test))
    field, verb = scope.field_at(item.words), scope.verb_at(item.words)
    if field and field[1] + (verb is not None and field[0].declared) > (verb[1] if verb else 0):
        return _field_value(item, values, field)
    return _event(item, values, scope)


def _range_of(test: object) -> ast.NumberRange:
    if not isinstance(test, ast.NumberRange):
        raise CannotJudge("a total without a range")
    return test


def _further_words(values: list[Further]) -> list[ast.Bare]:
    words = [value for value in values if isinstance(value, ast.Bare)]
    if len(words) != len(values):
        raise CannotJudge("an operator among plain values")
    return words


def _field_value(
    item: ast.Bare, values: list[Further], found: tuple[Field, int]
) -> FieldCondition | FieldState:
    field, length = found
    words, test = item.words[length:], item.test or item.window
    if not words and test is None:
        if field.type is FieldType.BOOLEAN and not values:
            return FieldState(field=field, op=ast.FieldOp.YES)
        raise CannotJudge(f"nothing after {field.name}")
    operands = _operands(ast.FieldOp.IS, words, test, values, may_be_list=True)
    return FieldCondition(field=field, operands=operands)


# --- events ---------------------------------------------------------------------------------------


def _event(item: ast.Bare, values: list[Further], scope: Scope) -> EventCondition:
    verbs, length, verb = _verbs(item.words, scope)
    clauses = [item, *_further_words(values)]
    limits = [clause for clause in clauses if clause.count or clause.window]
    if limits and limits != clauses[-1:]:
        raise CannotJudge("a count or window before further objects")
    count = limits[0].count if limits else None
    events = Events(
        verbs=verbs,
        objects=_objects(item.words[length:], values, verb, scope),
        window=limits[0].window if limits else None,
    )
    if count is None:
        return EventCondition(events=events)
    return EventCondition(events=events, low=count.low, high=count.high, counted=True)


def _verbs(words: ast.Words, scope: Scope) -> tuple[frozenset[str], int, str | None]:
    start = [name(word.text) for word in words[:2] if not word.quoted]
    if start[:1] in (["active"], ["events"], ["event"]):
        return scope.activity(), 1, None
    if start in (["any", "event"], ["any", "activity"]):
        return scope.activity(), 2, None
    found = scope.verb_at(words)
    if found is None:
        raise CannotJudge(f"no verb at {_phrase(words)!r}")
    return scope.covered(found[0]), found[1], found[0].name


def _objects(
    words: ast.Words, values: list[Further], verb: str | None, scope: Scope
) -> tuple[ast.Words, ...]:
    if not words and values:
        raise CannotJudge("further objects without a first")
    written = (each for each in (words, *(v.words for v in _further_words(values))) if each)
    return tuple(form for each in written for form in forms_of_object(each, verb, scope.vocabulary))


# --- looking into conditions ----------------------------------------------------------------------


def leaves(condition: Condition, *, positive_only: bool) -> list[Leaf]:
    """The single conditions within one, those under a negation left out if asked."""
    match condition:
        case AllOf() | AnyOf():
            return [
                leaf
                for part in condition.parts
                for leaf in leaves(part, positive_only=positive_only)
            ]
        case Negated():
            return [] if positive_only else leaves(condition.part, positive_only=False)
        case _:
            return [condition]

"""Going on with values: whether an item belongs to the condition before it, and as what."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from typing import Final, NoReturn, TypeAlias, assert_never

from leadcard.compiler import bound
from leadcard.compiler.bind_event import bind_objects
from leadcard.compiler.bind_field import (
    NEGATIVE,
    NUMERIC,
    TEXTUAL,
    bind_implicit,
    bind_operator,
    bind_test,
    bind_value,
)
from leadcard.compiler.bind_opening import FieldOpening, find_opening
from leadcard.compiler.scope import Scope, joined, span_of
from leadcard.compiler.text import name_form
from leadcard.compiler.two_readings import refuse_missing_value
from leadcard.compiler.vocabulary import Field, FieldType
from leadcard.dsl import ast
from leadcard.dsl.ast import FieldOp, Joiner
from leadcard.dsl.record import dataclass
from leadcard.dsl.source import Span


@dataclass(slots=True)
class OpenCondition:
    """A condition that may still take values: what it is, and how its values are read.

    `op` is the positive operator under which further values stand; None for implicit ones.
    `negations` counts the `not` before it.
    """

    condition: bound.Condition
    field: Field | None = None
    op: FieldOp | None = None
    negations: int = 0
    more: list[bound.OneTest] = dataclasses.field(default_factory=list)

    @property
    def is_negative(self) -> bool:
        """Whether the test rules its values out, as `is not` does."""
        return isinstance(self.condition, bound.FieldAlternatives) and self.condition.negated

    def finished(self) -> bound.Condition:
        """The condition with its further tests and its negations."""
        condition = self.condition
        if self.more and isinstance(condition, bound.FieldAlternatives):
            condition = replace(
                condition,
                tests=(*condition.tests, *self.more),
                span=condition.span.to(self.more[-1].span),
            )
        if self.negations % 2 == 0:
            return condition
        return bound.Not(part=condition, span=condition.span)


def choice(scope: Scope, what: str, words: ast.Words) -> bound.Condition:
    """The grade or tier that some words name."""
    known = scope.grades if what == "grade" else scope.tiers
    name = known.get(name_form(joined(words)))
    if name is None:
        scope.unknown(
            "R110", f"no {what} `{joined(words)}`", span_of(words), joined(words), known.values()
        )
    span = span_of(words)
    if what == "grade":
        return bound.GradeTest(letters=(name,), span=span)
    return bound.TierTest(names=(name,), span=span)


def goes_on(scope: Scope, current: OpenCondition, link: ast.Link) -> bool:
    """Take the item into the condition before it, if it is a further value of it."""
    item = link.item
    if isinstance(item, ast.Burst | ast.Sequence):
        return _go_on_pattern(scope, current, link, item)
    if isinstance(item, ast.OpTest) and not item.subject and link.joiner is not Joiner.AND:
        return _go_on_operator(scope, current, item)
    if not isinstance(item, ast.Bare) or _opens(scope, current, item):
        return False
    if link.joiner is Joiner.AND:
        _and_before_value(scope, current, link, item)
    condition = current.condition
    if isinstance(condition, bound.FieldAlternatives):
        one = _further_value(scope, current, condition.field, item)
        current.more.append(one)
        return True
    if isinstance(condition, _OF_EVENTS):
        return _go_on_object(scope, current, condition, item)
    if isinstance(condition, bound.GradeTest) and item.words:
        more = choice(scope, "grade", item.words)
        assert isinstance(more, bound.GradeTest)
        current.condition = replace(condition, letters=condition.letters + more.letters)
        return True
    if isinstance(condition, bound.TierTest) and item.words:
        more_tiers = choice(scope, "tier", item.words)
        assert isinstance(more_tiers, bound.TierTest)
        current.condition = replace(condition, names=condition.names + more_tiers.names)
        return True
    return False


def _opens(scope: Scope, current: OpenCondition, item: ast.Bare) -> bool:
    """Whether an item opens a condition of its own."""
    if not item.words:
        if scope.results or current.field is None:
            return True
        return current.field.type not in NUMERIC | TEXTUAL
    if item.count_first:  # `3+ events` begins with its count, and no value does
        return True
    opening = find_opening(scope, item.words)
    if opening is None:
        return False
    rest = item.words[opening.taken :]
    if isinstance(opening, FieldOpening):
        alone = not rest and item.test is None and item.window is None
        return not (alone and opening.field.type is not FieldType.BOOLEAN)
    return True


def _go_on_operator(scope: Scope, current: OpenCondition, item: ast.OpTest) -> bool:
    condition = current.condition
    if current.field is None or not isinstance(condition, bound.FieldAlternatives):
        return False
    more = bind_operator(scope, current.field, item)
    if not isinstance(more, bound.FieldAlternatives):
        return False
    if more.negated != condition.negated:
        field = current.field.name
        scope.reject(
            "R115",
            f"`{item.op.value}` after its opposite reads two ways",
            item.span,
            hint=f"name the field again: `... and {field} {item.op.value} ...`",
        )
    current.more.extend(more.tests)
    current.op = NEGATIVE.get(item.op, item.op)
    return True


def _further_value(
    scope: Scope, current: OpenCondition, field: Field, item: ast.Bare
) -> bound.OneTest:
    if item.count is not None or (item.window is not None and item.words):
        scope.reject(
            "R112",
            f"`{field.name}` is a field, and only events take counts and windows",
            (item.count or item.window or item).span,
        )
    if item.window is not None:
        return bind_test(scope, field, item.window, item.span)
    if item.test is not None and not item.words:
        return bind_test(scope, field, item.test, item.span, current.op or FieldOp.IS)
    if item.test is not None:
        _number_after_value(scope, item, item.test.span)
    if current.op in (None, FieldOp.IS):
        is_negated = current.negations % 2 == 1 or current.is_negative
        refuse_missing_value(scope, field, item.words, negated=is_negated)
    if current.op is None:
        return bind_implicit(scope, field, item.words, None, item.span)
    return bind_value(scope, field, current.op, item.words, None, item.span)


def _number_after_value(scope: Scope, item: ast.Bare, span: Span) -> NoReturn:
    """`title is CEO or anual revenue over 10m`: most likely a field that is not known."""
    best = scope.suggestion(joined(item.words), scope.vocabulary.field_index)
    if best is not None:
        said = span_of(item.words)
        scope.reject(
            "R102",
            f"no field `{joined(item.words)}`",
            said,
            hint=f"did you mean `{best}`?",
            fix=scope.replaced(said, best),
        )
    scope.reject(
        "R112",
        "a number after a value means nothing here",
        span,
        hint="a number belongs to a field, such as `employees`",
    )


def _and_before_value(scope: Scope, current: OpenCondition, link: ast.Link, item: ast.Bare) -> None:
    text = scope.source.text[item.span.start : item.span.end]
    condition = current.condition
    if isinstance(condition, _OF_EVENTS) and _event_of(condition).objects:
        verb = _opening_words(scope, condition)
        scope.reject(
            "R117",
            f"`{text}` after `and` is neither a condition nor part of a phrase",
            item.span,
            hint=f"name the verb again: `and {verb} {text}`",
            fix=scope.replaced(item.span, f"{verb} {text}"),
        )
    if isinstance(condition, bound.FieldAlternatives) and not item.words:
        scope.reject(
            "R117",
            f"`{text}` after `and` does not say of which field",
            item.span,
            hint=f"name the field again: `and {condition.field.name} {text}`",
            fix=scope.replaced(item.span, f"{condition.field.name} {text}"),
        )
    if isinstance(condition, bound.FieldAlternatives) and item.words:
        last = (current.more or condition.tests)[-1].span
        whole = last.to(item.span)
        phrase = scope.source.text[whole.start : whole.end]
        scope.reject(
            "R117",
            f"`{text}` after `and` is neither a condition nor a value of its own",
            item.span,
            hint=f'quote the phrase if it is one: "{phrase}"; or write `or`',
            fix=scope.replaced(whole, f'"{phrase}"'),
        )


def _opening_words(scope: Scope, condition: _OfEvents) -> str:
    """What stands before the first object: `visited`, `anyone visited`, `spent 2+ minutes on`."""
    event = _event_of(condition)
    if isinstance(condition, bound.EventTest) and event.verb is not None:
        return event.verb.name
    start = event.span.start if isinstance(condition, bound.SequenceTest) else condition.span.start
    return scope.source.text[start : event.objects[0].span.start].strip()


# --- further objects of events --------------------------------------------------------------------

_OfEvents: TypeAlias = bound.EventTest | bound.SequenceTest | bound.SpentTest | bound.AccountTest
_OF_EVENTS: Final = (bound.EventTest, bound.SequenceTest, bound.SpentTest, bound.AccountTest)


def _go_on_object(
    scope: Scope, current: OpenCondition, condition: _OfEvents, item: ast.Bare
) -> bool:
    """`visited pricing or docs in 7d`: a further object of the same verb.

    A count or window at the end belongs to all of them, unless an earlier one had its own: then the
    item is a condition of its own with the same verb. After `then`, the objects are those of the
    second event, and `within` at the end is the gap.
    """
    event = _event_of(condition)
    if not event.objects or not item.words or item.test is not None:
        return False
    another = bind_objects(scope, item.words, event.verb)
    limits = _limits(scope, condition)
    if limits:
        _limit_before_object(scope, condition, limits, item)
    span = condition.span.to(item.span)
    gap = isinstance(condition, bound.SequenceTest) and _gap(item) is not None
    window = None if gap else item.window
    more = replace(event, objects=(*event.objects, *another), window=window, span=span)
    current.condition = _with_event(scope, condition, more, item)
    return True


def _go_on_pattern(
    scope: Scope, current: OpenCondition, link: ast.Link, item: ast.Burst | ast.Sequence
) -> bool:
    """`visited pricing or docs 3+ times within any 24h`; before `then` that reads in two ways."""
    condition, link_and = current.condition, link.joiner is Joiner.AND
    if link_and or not isinstance(condition, bound.EventTest) or not condition.event.objects:
        return False
    words = item.first.words if isinstance(item, ast.Sequence) else item.words
    further = ast.Bare(words=words, count_first=_counts_first(item), span=item.span)
    if not words or _opens(scope, current, further):
        return False
    if isinstance(item, ast.Sequence):
        _object_before_then(scope, condition, item)
    _go_on_object(scope, current, condition, replace(further, window=item.window))
    several = current.condition
    assert isinstance(several, bound.EventTest)
    current.condition = bound.BurstTest(
        event=several.event, count=item.count.low, within=item.within, span=several.span
    )
    return True


def _counts_first(item: ast.Burst | ast.Sequence) -> bool:
    return item.count_first if isinstance(item, ast.Burst) else item.first.count_first


def _object_before_then(scope: Scope, condition: bound.EventTest, item: ast.Sequence) -> NoReturn:
    """`visited pricing or trial then requested demo`: one sequence, two, or one event as well?"""
    text = scope.source.text
    event, rest = condition.event, text[item.first.span.end : item.span.end].strip()
    verb = event.verb.name if event.verb is not None else "visited"
    objects = [text[one.span.start : one.span.end] for one in event.objects]
    objects.append(joined(item.first.words))
    each = " or ".join(f"{verb} {one} {rest}" for one in dict.fromkeys(objects))
    plain = event.window is None and condition.count is None
    plain = plain and item.first.window is None and item.first.count is None
    scope.reject(
        "R116",
        f"`{joined(item.first.words)} {rest}` may belong to the event before it, or not",
        item.span,
        hint="write each order of events out",
        fix=scope.replaced(condition.span.to(item.span), each) if plain else None,
    )


def _event_of(condition: _OfEvents) -> bound.EventRef:
    """The event whose objects go on."""
    return condition.second if isinstance(condition, bound.SequenceTest) else condition.event


def _limits(scope: Scope, condition: _OfEvents) -> list[Span]:
    """What is said already of how often and when, in order."""
    window = _event_of(condition).window
    spans = [] if window is None else [window.span]
    match condition:
        case bound.EventTest() if condition.count is not None:
            spans.append(condition.count.span)
        case bound.AccountTest() if condition.count is not None:
            if condition.op is ast.AccountOp.TOTAL:
                spans.append(condition.count.span)
        case bound.SequenceTest() if condition.within is not None:
            time = condition.within.span
            before = scope.source.text[: time.start].split()[-1]  # `within`, or a word like it
            spans.append(Span(scope.source.text.rindex(before, 0, time.start), time.end))
        case _:
            pass
    return sorted(spans, key=lambda span: span.start)


def _gap(item: ast.Bare) -> ast.Duration | None:
    """The time of `within 24h` at the end of a sequence."""
    window = item.window
    return window.duration if isinstance(window, ast.InLast) and window.within else None


def _with_event(
    scope: Scope, condition: _OfEvents, event: bound.EventRef, item: ast.Bare
) -> _OfEvents:
    """The condition with all its objects, and with the count and the gap behind the last one."""
    counted = isinstance(condition, bound.EventTest) or (
        isinstance(condition, bound.AccountTest) and condition.op is ast.AccountOp.TOTAL
    )
    if item.count is not None and not counted:
        told, hint = _uncounted(condition)
        scope.reject("R106", told, item.count.span, hint=hint, fix=scope.without(item.count.span))
    match condition:
        case bound.EventTest():
            return replace(condition, event=event, count=item.count, span=event.span)
        case bound.SequenceTest():
            return replace(condition, second=event, within=_gap(item), span=event.span)
        case bound.SpentTest():
            return replace(condition, event=event, span=event.span)
        case bound.AccountTest():
            count = item.count if counted else condition.count
            return replace(condition, event=event, count=count, span=event.span)
        case _:
            assert_never(condition)


def _uncounted(condition: _OfEvents) -> tuple[str, str]:
    """Why a count does not go with the condition, and what to do."""
    match condition:
        case bound.AccountTest():
            hint = "`total ... 10+ times` counts the events of the whole account"
            return f"`{condition.op.value}` takes no count of events", hint
        case bound.SequenceTest():
            return "no counts around `then`", "leave it out"
        case _:
            return "time spent takes no count of events", "leave it out"


def _limit_before_object(
    scope: Scope, condition: _OfEvents, limits: list[Span], item: ast.Bare
) -> NoReturn:
    text = scope.source.text
    said = text[item.span.start : item.span.end]
    message = f"`{joined(item.words)}` may belong to the event before it, or not"
    if isinstance(condition, bound.EventTest):
        verb = condition.event.verb
        scope.reject(
            "R116",
            message,
            item.span,
            hint="name the verb again",
            fix=scope.replaced(item.span, f"{verb.name if verb else 'visited'} {said}"),
        )
    whole = Span(limits[0].start, item.span.end)
    between = text[limits[-1].end : item.span.end].strip()
    moved = " ".join(text[span.start : span.end] for span in limits)
    alone = item.window is None and item.count is None
    scope.reject(
        "R116",
        message,
        item.span,
        hint="what holds for both stands at the end",
        fix=scope.replaced(whole, f"{between} {moved}") if alone else None,
    )

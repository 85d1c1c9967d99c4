"""Going on with values: whether an item belongs to the condition before it, and as what."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from typing import NoReturn

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
    if isinstance(condition, bound.EventTest):
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


def _go_on_object(
    scope: Scope, current: OpenCondition, condition: bound.EventTest, item: ast.Bare
) -> bool:
    """`visited pricing or docs in 7d`: a further object of the same verb.

    A count or window at the end belongs to all of them, unless an earlier one had its own: then the
    item is a condition of its own with the same verb.
    """
    event = condition.event
    if not event.objects or not item.words or item.test is not None:
        return False
    another = bind_objects(scope, item.words, event.verb)
    if event.window is not None or condition.count is not None:
        scope.reject(
            "R116",
            f"`{joined(item.words)}` may belong to the event before it, or not",
            item.span,
            hint="name the verb again",
            fix=scope.replaced(
                item.span,
                f"{event.verb.name if event.verb else 'visited'} "
                f"{scope.source.text[item.span.start : item.span.end]}",
            ),
        )
    span = condition.span.to(item.span)
    joined_event = replace(event, objects=(*event.objects, *another), window=item.window, span=span)
    current.condition = replace(condition, event=joined_event, count=item.count, span=span)
    return True


def _and_before_value(scope: Scope, current: OpenCondition, link: ast.Link, item: ast.Bare) -> None:
    text = scope.source.text[item.span.start : item.span.end]
    condition = current.condition
    if isinstance(condition, bound.EventTest) and condition.event.verb is not None:
        verb = condition.event.verb.name
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

"""Natural phrasing to the plain form: the pass between reading and binding that knows the words.

`requested a demo`, `3+ visits to pricing`, `500+ employees` and `no phone` become the nodes of
`requested demo`, `visited pricing 3+ times`, `employees 500+` and `phone is missing`. The formatter
writes those nodes, so that the plain form means the same by construction.

# INVARIANT: words that already open a condition as they are written are never taken for another
# one. Only what would be an error, or an article before an object, is rewritten; a further value
# after `or` or a comma stays a value.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, assert_never

from leadcard.compiler.bind_opening import EventOpening, FieldOpening, find_opening
from leadcard.compiler.each_noun import without_known_noun
from leadcard.compiler.plain_event import plain_event, plain_objects
from leadcard.compiler.plain_field import plain_field, plain_operator, plain_place
from leadcard.compiler.plain_opening import reopened, told_event
from leadcard.compiler.plain_result import plain_result
from leadcard.compiler.scope import Scope
from leadcard.compiler.text import name_form
from leadcard.compiler.vocabulary import Vocabulary
from leadcard.dsl import ast
from leadcard.dsl.ast import FieldOp, Joiner


def plain_card(card: ast.Scorecard, vocabulary: Vocabulary) -> ast.Scorecard:
    """The card with every condition in its plain form."""
    scope = _scope(card, vocabulary)
    stages = replace(scope, results=True)
    return replace(card, lines=tuple(_line(scope, stages, line) for line in card.lines))


def _line(scope: Scope, stages: Scope, line: ast.Line) -> ast.Line:
    if line.statement is None:
        return line
    made = _statement(scope, stages, line.statement)
    return line if made is line.statement else replace(line, statement=made)


def plain_condition(chain: ast.Chain, card: ast.Scorecard, vocabulary: Vocabulary) -> ast.Chain:
    """A lone condition in its plain form, in the words of `card`."""
    return plain_chain(_scope(card, vocabulary), chain)


def _scope(card: ast.Scorecard, vocabulary: Vocabulary) -> Scope:
    statements = [line.statement for line in card.lines]
    sections = [s.name.text for s in statements if isinstance(s, ast.SectionHeader)]
    own = {
        name_form(s.name.text) for s in statements if isinstance(s, ast.ListInline | ast.ListFile)
    }
    return Scope(
        source=card.source,
        vocabulary=vocabulary,
        lists=vocabulary.list_index,
        list_names=frozenset(vocabulary.list_index) | own,
        sections={name_form(name): name for name in sections},
        tiers={},
        grades={},
        flags={},
    )


def _statement(scope: Scope, stages: Scope, statement: ast.Statement) -> ast.Statement:
    match statement:
        case ast.Rule() | ast.Requirement() | ast.Tier() | ast.Stage():
            words = stages if isinstance(statement, ast.Stage) else scope
            made = plain_chain(words, statement.condition)
            same = made is statement.condition
            statement = statement if same else replace(statement, condition=made)
            if isinstance(statement, ast.Rule):
                return without_known_noun(scope, statement)
            return statement
        case ast.SectionHeader() if statement.when is not None:
            return replace(statement, when=plain_chain(scope, statement.when))
        case _:
            return statement


def plain_chain(scope: Scope, chain: ast.Chain) -> ast.Chain:
    """A condition in its plain form."""
    first = _item(scope, chain.first)
    current, links = first, []
    for link in chain.rest:
        if link.joiner is not Joiner.AND and _is_value(scope, current, link.item):
            made = _value(scope, current, link.item)
        elif link.joiner is Joiner.AND and (again := _same_field(scope, current, link.item)):
            made = current = again
        else:
            made = current = _item(scope, link.item)
        links.append(link if made is link.item else replace(link, item=made))
    if first is chain.first and all(a is b for a, b in zip(links, chain.rest, strict=True)):
        return chain
    return replace(chain, first=first, rest=tuple(links))


def _is_value(scope: Scope, current: ast.Item, item: ast.Item) -> bool:
    """Whether `item` goes on with the values of the condition before it, as it is written."""
    while isinstance(current, ast.Not):
        current = current.item
    if not isinstance(current, ast.Bare | ast.OpTest):
        return False
    if isinstance(item, ast.OpTest):
        return not item.subject
    if not isinstance(item, ast.Bare) or item.count_first:
        return False
    if not item.words:
        return True
    first = item.words[0]
    if not first.quoted and first.text.lower() in ("has", "have", "had") and len(item.words) > 1:
        return find_opening(scope, item.words[1:]) is None
    return find_opening(scope, item.words) is None


def _same_field(scope: Scope, current: ast.Item, item: ast.Item) -> ast.Item | None:
    """One field, twice: `employees over 50 and under 500`, `contains VP but not assistant`."""
    if isinstance(item, ast.Not):
        return _ruled_out(scope, current, item)
    if scope.results or not isinstance(item, ast.Bare) or item.words or item.count is not None:
        return None
    if isinstance(current, ast.Bare) and current.words and current.test is not None:
        return replace(item, words=current.words)
    if isinstance(current, ast.OpTest) and current.op is FieldOp.IS and current.test is not None:
        return replace(item, words=current.subject) if current.subject else None
    return None


def _ruled_out(scope: Scope, current: ast.Item, item: ast.Not) -> ast.Item | None:
    """`but not assistant` after `title contains VP` as `title does not contain assistant`."""
    value = item.item
    if not isinstance(current, ast.OpTest) or not current.subject or current.test is not None:
        return None
    op = _OPPOSITE.get(current.op)
    if op is None or not isinstance(value, ast.Bare) or not value.words:
        return None
    if value.test is not None or value.count is not None or value.window is not None:
        return None
    if find_opening(scope, value.words) is not None or reopened(scope, value) is not None:
        return None
    return ast.OpTest(subject=current.subject, op=op, value=value.words, span=item.span)


_OPPOSITE: Final = {
    FieldOp.CONTAINS: FieldOp.NOT_CONTAINS,
    FieldOp.STARTS_WITH: FieldOp.NOT_STARTS_WITH,
    FieldOp.ENDS_WITH: FieldOp.NOT_ENDS_WITH,
    FieldOp.IS: FieldOp.IS_NOT,
    FieldOp.IS_NOT: FieldOp.IS_NOT,
}
"""What `but not` means after an operator; `is not Germany and not Austria` is both."""


def _value(scope: Scope, current: ast.Item, item: ast.Item) -> ast.Item:
    """A further value: of an event an object, which may have an article."""
    while isinstance(current, ast.Not):
        current = current.item
    if not isinstance(current, ast.Bare) or not isinstance(item, ast.Bare) or not item.words:
        return item
    opening = find_opening(scope, current.words) if current.words else None
    if isinstance(opening, EventOpening):
        return replace(item, words=plain_objects(item.words, opening.verb))
    return item


def _item(scope: Scope, item: ast.Item) -> ast.Item:
    match item:
        case ast.Not():
            return _negated(item, _item(scope, item.item))
        case ast.Group():
            return replace(item, chain=plain_chain(scope, item.chain))
        case ast.OpTest():
            return plain_operator(scope, plain_result(scope, item))
        case ast.Bare() if (total := _total(item)) is not None:
            return _item(scope, total)
        case ast.Bare():
            return _bare(scope, item)
        case ast.Never():
            return replace(item, event=_event(scope, item.event))
        case ast.Sequence():
            return replace(item, first=_event(scope, item.first), second=_event(scope, item.second))
        case ast.AccountTest():
            return replace(item, event=_event(scope, item.event))
        case ast.Spent():
            return replace(item, words=plain_objects(item.words, None))
        case ast.Burst():
            return _burst(scope, item)
        case ast.Inactive() | ast.NeedsMustHaves() | ast.AnyKeyConversion() | ast.FlagTest():
            return item
        case _:
            assert_never(item)


def _total(item: ast.Bare) -> ast.AccountTest | None:
    """`10+ total visits in 30d`: of the whole account, as `total visited 10+ times in 30d`."""
    if not item.count_first or item.count is None or len(item.words) < 2:
        return None
    if item.words[0].quoted or item.words[0].text.lower() != "total":
        return None
    event = replace(item, words=item.words[1:])
    return ast.AccountTest(op=ast.AccountOp.TOTAL, event=event, span=item.span)


def _negated(item: ast.Not, made: ast.Item) -> ast.Item:
    """`does not have a phone` is `phone is missing`."""
    if isinstance(item.item, ast.Bare) and isinstance(made, ast.OpTest):
        if made.op is FieldOp.KNOWN:
            return replace(made, op=FieldOp.MISSING, span=item.span)
        if made.op is FieldOp.MISSING:
            return replace(made, op=FieldOp.KNOWN, span=item.span)
    return replace(item, item=made)


def _bare(scope: Scope, item: ast.Bare) -> ast.Item:
    if not item.words:
        return item
    if scope.results and (result := plain_result(scope, item)) is not item:
        return result
    opening = find_opening(scope, item.words)
    if opening is None:
        again = plain_place(scope, item) or reopened(scope, item)
        return item if again is None else _item(scope, again)
    if isinstance(opening, EventOpening):
        return plain_event(scope, item, opening)
    if isinstance(opening, FieldOpening):
        return told_event(scope, item) or plain_field(scope, item, opening)
    return item


def _event(scope: Scope, item: ast.Bare) -> ast.Bare:
    """An event that must be one: after `never`, `anyone` and around `then`."""
    made = _bare(scope, item)
    return made if isinstance(made, ast.Bare) else item


def _burst(scope: Scope, item: ast.Burst) -> ast.Burst:
    bare = ast.Bare(
        words=item.words, count=item.count, count_first=item.count_first, span=item.span
    )
    made = _event(scope, bare)
    return replace(item, words=made.words, count_first=made.count_first)

"""Conditions: which items of a chain are values, which begin a condition, and what each means.

A chain such as `visited pricing and title is CEO or CTO or VP` comes from the parser as items with
joiners between them. Going from left to right, an item either opens a condition (it begins with a
field, a verb, or another opening word) or goes on with the values of the condition before it.
Values bind tightest: they are gathered into the condition they belong to. What is left is a list of
conditions joined by `and` and `or`, of which `and` binds tighter.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn, assert_never

from leadcard.compiler import bound
from leadcard.compiler.bind_event import (
    bind_burst,
    bind_event,
    bind_spent,
    counted_opening,
    event_of,
)
from leadcard.compiler.bind_field import (
    NEGATIVE,
    TEXTUAL,
    bind_implicit,
    bind_operator,
    bind_test,
    example,
)
from leadcard.compiler.bind_opening import (
    ChoiceOpening,
    EventOpening,
    FieldOpening,
    Opening,
    ScoreOpening,
    activity,
    find_opening,
)
from leadcard.compiler.bind_values import OpenCondition, choice, goes_on
from leadcard.compiler.scope import Scope, joined, span_of
from leadcard.compiler.text import name_form
from leadcard.compiler.two_readings import (
    refuse_business_mail,
    refuse_ends_in,
    refuse_no_consent,
    refuse_page_alone,
    refuse_place,
    refuse_rest,
    refuse_value_after_state,
)
from leadcard.compiler.unknown_words import (
    refuse_provider,
    refuse_use,
    where_words_come_from,
)
from leadcard.compiler.vocabulary import Field, FieldType
from leadcard.dsl import ast
from leadcard.dsl.ast import FieldOp, Joiner
from leadcard.dsl.words import event as event_text
from leadcard.dsl.words import window as window_text

_RESULT_PHRASES = (
    "needs must have",
    "a key conversion",
    "key conversion",
    "flag ",
    "grade ",
    "tier ",
    "score ",
)


def bind_chain(scope: Scope, chain: ast.Chain) -> bound.Condition:
    """The condition of a whole chain; raises `Rejected` with the one diagnostic of the line."""
    current = _begin(scope, chain.first)
    done: list[tuple[Joiner, OpenCondition]] = [(Joiner.OR, current)]
    for link in chain.rest:
        if goes_on(scope, current, link):
            continue
        opened = _begin(scope, link.item, current)
        if link.joiner is Joiner.COMMA:
            _ambiguous_comma(scope, link)
        current = opened
        done.append((link.joiner, current))
    return _by_precedence(done)


def _by_precedence(done: list[tuple[Joiner, OpenCondition]]) -> bound.Condition:
    groups: list[list[bound.Condition]] = []
    for joiner, opened in done:
        if joiner is Joiner.AND:
            groups[-1].append(opened.finished())
        else:
            groups.append([opened.finished()])
    return _any_of([_all_of(g) for g in groups])


def _all_of(parts: list[bound.Condition]) -> bound.Condition:
    if len(parts) == 1:
        return parts[0]
    return bound.And(parts=tuple(parts), span=parts[0].span.to(parts[-1].span))


def _any_of(parts: list[bound.Condition]) -> bound.Condition:
    if len(parts) == 1:
        return parts[0]
    return bound.Or(parts=tuple(parts), span=parts[0].span.to(parts[-1].span))


# --- a new condition ------------------------------------------------------------------------------


def _begin(scope: Scope, item: ast.Item, before: OpenCondition | None = None) -> OpenCondition:
    match item:
        case ast.Not():
            if isinstance(item.item, ast.AccountTest):
                _not_over_account(scope, item)
            inner = _begin(scope, item.item)
            inner.negations += 1
            return inner
        case ast.OpTest():
            return _begin_operator(scope, item, before)
        case ast.Bare():
            return _begin_bare(scope, item, before)
        case ast.Never():
            return OpenCondition(condition=_never(scope, item), negations=1)
        case _:
            return OpenCondition(condition=_closed(scope, item))


def _closed(scope: Scope, item: ast.Item) -> bound.Condition:
    """Conditions that take no further values."""
    match item:
        case ast.Group():
            return bind_chain(scope, item.chain)
        case ast.Inactive():
            return bound.InactiveTest(
                activity=activity(scope), duration=item.duration, span=item.span
            )
        case ast.Spent():
            return bind_spent(scope, item)
        case ast.Sequence():
            first, second = bind_event(scope, item.first), bind_event(scope, item.second)
            for event in (item.first, item.second):
                if event.count is not None:
                    scope.reject(
                        "R106",
                        "no counts around `then`",
                        event.count.span,
                        hint="leave it out",
                        fix=scope.without(event.count.span),
                    )
            return bound.SequenceTest(
                first=first, second=second, within=item.within, span=item.span
            )
        case ast.Burst():
            return bind_burst(scope, item)
        case ast.AccountTest():
            return _account(scope, item)
        case ast.NeedsMustHaves() | ast.AnyKeyConversion() | ast.FlagTest():
            return _result_word(scope, item)
        case ast.Not() | ast.OpTest() | ast.Bare() | ast.Never():
            raise AssertionError("handled by _begin")
        case _:
            assert_never(item)


def _never(scope: Scope, item: ast.Never) -> bound.EventTest:
    """What never happened; the caller negates it, once its further objects are known."""
    event = bind_event(scope, item.event)
    if item.event.count is not None:
        scope.reject(
            "R106",
            "`never` takes no count",
            item.event.count.span,
            hint="leave it out",
            fix=scope.without(item.event.count.span),
        )
    return bound.EventTest(event=event, span=item.span)


def _account(scope: Scope, item: ast.AccountTest) -> bound.AccountTest:
    event = bind_event(scope, item.event)
    count = item.people if item.op is ast.AccountOp.PEOPLE else item.event.count
    if item.op is not ast.AccountOp.TOTAL and item.event.count is not None:
        scope.reject(
            "R106",
            f"`{item.op.value}` takes no count of events",
            item.event.count.span,
            hint="`total ... 10+ times` counts the events of the whole account",
        )
    return bound.AccountTest(op=item.op, event=event, count=count, span=item.span)


def _not_over_account(scope: Scope, item: ast.Not) -> NoReturn:
    opposite = _opposite(item.item) if isinstance(item.item, ast.AccountTest) else None
    scope.reject(
        "R108",
        "`not` before a condition over the account reads two ways",
        item.span,
        hint=f"a lead without an account meets neither; write `{opposite}`"
        if opposite
        else "a lead without an account meets neither; say `nobody ...`",
        fix=scope.replaced(item.span, opposite) if opposite else None,
    )


def _opposite(test: ast.AccountTest) -> str | None:
    """`at most 2 people active in 30d` for the opposite of `3+ people active in 30d`."""
    event = event_text(replace(test.event, count=None))
    people = test.people
    if people is not None and people.high is None:
        if people.low == 1:
            return f"nobody {event}"
        return f"at most {people.low - 1} people {event}"
    count = test.event.count
    if test.op is ast.AccountOp.TOTAL and count is not None and count.high is None:
        most = "once" if count.low == 2 else f"{count.low - 1} times"
        said = event_text(replace(test.event, count=None, window=None))
        return f"total {said} at most {most}{_window(test.event)}"
    return None


def _window(event: ast.Bare) -> str:
    return "" if event.window is None else f" {window_text(event.window)}"


def _result_word(
    scope: Scope, item: ast.NeedsMustHaves | ast.AnyKeyConversion | ast.FlagTest
) -> bound.Condition:
    if not scope.results:
        _only_in_stages(scope, item)
    match item:
        case ast.NeedsMustHaves():
            if not scope.has_must_haves:
                scope.reject(
                    "R110",
                    "the card has no must haves",
                    item.span,
                    hint="write `must have at least 3:` and the requirements below it",
                )
            return bound.MustHavesTest(span=item.span)
        case ast.AnyKeyConversion():
            return bound.KeyConversionTest(span=item.span)
        case ast.FlagTest():
            name = scope.flags.get(name_form(item.text.text))
            if name is None:
                scope.unknown(
                    "R110",
                    f"no rule sets the flag `{item.text.text}`",
                    item.text.span,
                    item.text.text,
                    scope.flags.values(),
                )
            return bound.FlagTest(flag=name, span=item.span)
        case _:
            assert_never(item)


def _begin_operator(scope: Scope, item: ast.OpTest, before: OpenCondition | None) -> OpenCondition:
    if not item.subject:
        if before is None or before.field is None:
            scope.reject(
                "R111",
                f"a field is missing before `{item.op.value}`",
                item.span,
                hint="such as `title`",
            )
        field = before.field
    elif scope.results and (named := _choice_operator(scope, item)) is not None:
        return named
    else:
        field = _subject(scope, item)
    condition = bind_operator(scope, field, item)
    return OpenCondition(
        condition=condition,
        field=field,
        op=NEGATIVE.get(item.op, item.op),
    )


def _choice_operator(scope: Scope, item: ast.OpTest) -> OpenCondition | None:
    """`grade is A`, `tier is large`, `stage ...` in stages."""
    word = name_form(joined(item.subject))
    if word in {"grade", "tier"} and item.op in (FieldOp.IS, FieldOp.IN) and item.value:
        return OpenCondition(condition=choice(scope, word, item.value))
    return None


def _subject(scope: Scope, item: ast.OpTest) -> Field:
    words = tuple(w.text for w in item.subject)
    quoted = any(w.quoted for w in item.subject)
    found = None if quoted else scope.vocabulary.find_field(words)
    if found is not None and found[1] == len(words):
        return found[0]
    refuse_place(scope, item)
    refuse_ends_in(scope, item, words)
    if scope.results and (name_form(joined(item.subject)) in {*scope.sections, "score"}):
        scope.reject(
            "R113",
            f"`{joined(item.subject)}` needs a range of points",
            item.span,
            hint=f"such as `{joined(item.subject)} 30+`",
        )
    opening = find_opening(scope, item.subject)
    if isinstance(opening, EventOpening):
        scope.reject(
            "R112",
            f"`{joined(item.subject)}` is an event, and `{item.op.value}` asks about a field",
            span_of(item.subject),
            hint="an event is written without it, such as `visited pricing`",
        )
    scope.unknown(
        "R102",
        f"no field `{joined(item.subject)}`",
        span_of(item.subject),
        joined(item.subject),
        scope.vocabulary.field_index,
        where_words_come_from(scope, "field", item.subject),
    )


def _begin_bare(scope: Scope, item: ast.Bare, before: OpenCondition | None) -> OpenCondition:
    if not item.words:
        return _begin_range(scope, item)
    opening: Opening | None = counted_opening(scope, item) if item.count_first else None
    opening = opening or find_opening(scope, item.words)
    match opening:
        case None:
            _unknown_word(scope, item, before)
        case EventOpening():
            event = event_of(scope, opening, item)
            return OpenCondition(
                condition=bound.EventTest(event=event, count=item.count, span=item.span)
            )
        case FieldOpening():
            return _begin_field(scope, opening, item)
        case ScoreOpening():
            return _section_total(scope, opening, item)
        case ChoiceOpening():
            rest = item.words[opening.taken :]
            return OpenCondition(condition=choice(scope, opening.what, rest))
        case _:
            assert_never(opening)


def _begin_range(scope: Scope, item: ast.Bare) -> OpenCondition:
    if not scope.results:
        scope.reject(
            "R111", "a field is missing before the number", item.span, hint="such as `employees`"
        )
    if not isinstance(item.test, ast.NumberRange):
        scope.reject("R111", "a field is missing before the date", item.span)
    return OpenCondition(condition=bound.ScoreTest(section=None, range=item.test, span=item.span))


def _section_total(scope: Scope, opening: ScoreOpening, item: ast.Bare) -> OpenCondition:
    rest = item.words[opening.taken :]
    name = opening.section or "score"
    if rest or not isinstance(item.test, ast.NumberRange):
        scope.reject(
            "R113",
            f"`{name}` needs a range of points",
            item.span,
            hint=f"such as `{name} 30+`",
        )
    test = bound.ScoreTest(section=opening.section, range=item.test, span=item.span)
    return OpenCondition(condition=test)


def _begin_field(scope: Scope, opening: FieldOpening, item: ast.Bare) -> OpenCondition:
    field = opening.field
    rest = item.words[opening.taken :]
    refuse_business_mail(scope, item)
    if item.count is not None:
        scope.reject(
            "R112",
            f"`{field.name}` is a field, and only events can be counted",
            item.count.span,
            hint=example(field),
        )
    window = item.window
    if window is not None and rest:
        scope.reject(
            "R112",
            f"`{field.name}` is a field, and only events take windows",
            window.span,
            hint="fields are as they are today",
            fix=scope.without(window.span),
        )
    if window is not None and not rest:
        one: bound.OneTest = bind_test(scope, field, window, item.span)
    elif item.test is not None and not rest:
        one = bind_test(scope, field, item.test, item.span)
    elif rest and item.test is None and window is None:
        one = bind_implicit(scope, field, rest, None, item.span)
    elif not rest and field.type is FieldType.BOOLEAN:
        return OpenCondition(condition=bound.YesNo(field=field, yes=True, span=item.span))
    else:
        _no_test(scope, field, item)
    condition = bound.FieldAlternatives(field=field, tests=(one,), span=item.span)
    return OpenCondition(condition=condition, field=field)


def _no_test(scope: Scope, field: Field, item: ast.Bare) -> NoReturn:
    scope.reject(
        "R114",
        f"what about `{field.name}`? the condition does not say",
        item.span,
        hint=f"write for example `{field.name} is known` or `{field.name} is ...`"
        if field.type in TEXTUAL
        else example(field),
    )


def _unknown_word(scope: Scope, item: ast.Bare, before: OpenCondition | None) -> NoReturn:
    """A condition that begins with nothing known: a verb if it looks like one, else a field."""
    words = item.words
    first = words[0]
    refuse_business_mail(scope, item)
    refuse_provider(scope, words)
    refuse_use(scope, words)
    refuse_no_consent(scope, item)
    refuse_rest(scope, item)
    refuse_page_alone(scope, item)
    if not scope.results and _speaks_of_results(words):
        _only_in_stages(scope, item)
    if first.quoted:
        scope.reject(
            "R102",
            f"`{first.text}` is a text, and a condition begins with a field or a verb",
            first.span,
            hint='such as `title is "..."`',
        )
    if item.test is not None and not isinstance(item.test, ast.NumberRange):
        looks_like_field = True
    else:
        looks_like_field = item.test is not None
    known = scope.vocabulary.field_index if looks_like_field else scope.vocabulary.verb_index
    what = "field" if looks_like_field else "event verb"
    name = joined(words) if looks_like_field else first.text
    span = span_of(words) if looks_like_field else first.span
    sections = scope.sections.values() if scope.results and looks_like_field else ()
    best = scope.suggestion(name, (*known, *sections))
    if best is None and not looks_like_field:
        other = scope.suggestion(first.text, scope.vocabulary.field_index)
        if other is not None:
            what, best, name, span = "field", other, first.text, first.span
    if best is None and what == "event verb" and (field := _of_state(before)) is not None:
        refuse_value_after_state(scope, field, words)
    scope.reject(
        "R102" if what == "field" else "R101",
        f"no {what} `{name}`",
        span,
        hint=f"did you mean `{best}`?" if best else where_words_come_from(scope, what, words),
        fix=scope.replaced(span, best) if best else None,
    )


def _of_state(before: OpenCondition | None) -> Field | None:
    """The field that is said to be known, missing, yes or no: no value goes on with that."""
    if before is None or not isinstance(before.condition, bound.Presence | bound.YesNo):
        return None
    return before.field


def _speaks_of_results(words: ast.Words) -> bool:
    text = f"{name_form(joined(words))} "
    return text.startswith(_RESULT_PHRASES)


def _only_in_stages(scope: Scope, item: ast.Item) -> NoReturn:
    scope.reject(
        "R109",
        "only stages can ask for this",
        item.span,
        hint="move it to a line of `stages:`",
    )


# --- complaints -----------------------------------------------------------------------------------


def _ambiguous_comma(scope: Scope, link: ast.Link) -> NoReturn:
    scope.reject(
        "R118",
        "a comma before a new condition reads two ways",
        link.span,
        hint="write `and` or `or`",
    )

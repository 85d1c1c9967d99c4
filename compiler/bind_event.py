"""Event clauses: verb, object, count and window."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, NoReturn

from leadcard.compiler import bound
from leadcard.compiler.bind_opening import EventOpening, activity, event_opening
from leadcard.compiler.event_tests import refuse_test
from leadcard.compiler.object_forms import other_forms
from leadcard.compiler.odd_objects import refuse_odd_object
from leadcard.compiler.scope import Scope, joined, plain_prefix, span_of
from leadcard.compiler.text import name_form, word_form
from leadcard.compiler.two_readings import refuse_counted_object
from leadcard.compiler.vocabulary import Verb
from leadcard.dsl import ast
from leadcard.dsl.source import Span


def bind_event(scope: Scope, item: ast.Bare) -> bound.EventRef:
    """The events that `item` speaks of; its count is left to the caller."""
    opening = event_opening(scope, plain_prefix(item.words)) if item.words else None
    if opening is None:
        _unknown_verb(scope, item.words, item.span)
    return event_of(scope, opening, item)


def event_of(scope: Scope, opening: EventOpening, item: ast.Bare) -> bound.EventRef:
    """The events of an opening and the words after it."""
    rest = item.words[opening.taken :]
    if item.test is not None:
        refuse_test(scope, item.test)
    if rest and opening.verb is None:
        scope.reject(
            "R106",
            f"`{joined(item.words[: opening.taken])}` takes no object",
            span_of(rest),
            hint="name a verb, such as `visited`",
        )
    if opening.verb is not None:
        refuse_counted_object(scope, opening.verb, rest, item)
        refuse_odd_object(scope, opening.verb, rest, item)
    return bound.EventRef(
        verb=opening.verb,
        verbs=opening.verbs,
        objects=bind_objects(scope, rest, opening.verb),
        window=item.window,
        span=item.span,
    )


def bind_objects(scope: Scope, words: ast.Words, verb: Verb | None) -> tuple[bound.ObjectRef, ...]:
    """An object as written, and the forms of it that are surely meant too.

    `visited pricing page` is met by `/pricing` as well as by `/pricing-page`, `attended webinars`
    by `Webinar: first steps`, and a title that begins with an article also without it
    (`object_forms.py` has them all).
    """
    if not words:
        return ()
    first = bind_object(scope, words)
    if any(w.quoted for w in words) or words[0].text.startswith("/"):
        return (first,)
    forms = [first]
    if first.page is None:
        forms += [bind_object(scope, other) for other in other_forms(words, verb)]
    for ref in forms[1:]:
        if ref.page is not None:
            return (ref,)
    return tuple(forms)


def bind_object(scope: Scope, words: ast.Words) -> bound.ObjectRef:
    """One object: a quoted whole, a path, a page, or words to look for."""
    span = span_of(words)
    if len(words) == 1 and words[0].quoted:
        return bound.ObjectRef(words=words, span=span)
    if any(w.quoted for w in words):
        text = joined(words)
        kind = not words[-1].quoted and name_form(words[-1].text) in _SORTS
        scope.reject(
            "R107",
            "quotes around a part of an object mean nothing",
            span,
            hint="words are found anywhere in an object; quotes mean all of it",
            fix=scope.replaced(span, text if kind else f'"{text}"'),
        )
    first = words[0].text
    for word in words:
        _refuse_address(scope, word)
    if first.startswith("/"):
        if len(words) > 1:
            scope.reject(
                "R107",
                f"nothing may stand after the path `{first}`",
                span_of(words[1:]),
                fix=scope.replaced(span, first),
            )
        return bound.ObjectRef(words=words, span=span)
    if any(c in w.text for w in words for c in "*?"):
        scope.reject(
            "R107",
            "a pattern of an object is a path and begins with `/`",
            span,
            hint="words are found anywhere in an object without `*`",
            fix=scope.replaced(span, word_form(joined(words)).strip()),
        )
    page = scope.vocabulary.page_index.get(name_form(joined(words)))
    if page is None and word_form(joined(words)) == " ":
        scope.reject("R107", f"`{joined(words)}` holds no word to look for", span)
    return bound.ObjectRef(words=words, page=page, span=span)


_SORTS: Final = frozenset(
    {"form", "page", "button", "link", "email", "video", "webinar", "event", "ad", "campaign"}
)
"""What stands after a name in quotes, and is no part of it: `submitted "Contact us" form`."""

_ADDRESS: Final = re.compile(
    r"(?:[a-z]+://[^/?#]+|(?:[\w-]+\.)+[^\W\d]{2,}(?=/))(/[^?#]*)?.*", re.IGNORECASE
)
"""`https://acme.com/pricing?x=1`, `acme.com/pricing`, and the path in it."""


def _refuse_address(scope: Scope, word: ast.Text) -> None:
    """A pasted address would be words to look for, which no path and no address has."""
    found = _ADDRESS.fullmatch(word.text)
    if found is None:
        return
    path, whole = found[1] or "/", re.split("[?#]", word.text)[0]
    quoted = "" if "*" in whole else f', or for this one site the address in quotes: "{whole}"'
    scope.reject(
        "R107",
        f"`{word.text}` is an address, and a page is named by its path",
        word.span,
        hint=f"write `{path}`{quoted}",
        fix=scope.replaced(word.span, path),
    )


def bind_spent(scope: Scope, item: ast.Spent) -> bound.SpentTest:
    """Time spent: on the object, whatever the verb of activity."""
    objects = bind_objects(scope, item.words, None)
    event = bound.EventRef(
        verb=None, verbs=activity(scope), objects=objects, window=item.window, span=item.span
    )
    exact = (item.seconds * 1000).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return bound.SpentTest(event=event, milliseconds=int(exact), span=item.span)


def bind_burst(scope: Scope, item: ast.Burst) -> bound.BurstTest:
    """Events close together: `events`, `visits` or a verb with its object."""
    opening = _burst_opening(scope, item)
    rest = item.words[opening.taken :]
    objects = bind_objects(scope, rest, opening.verb)
    event = bound.EventRef(
        verb=opening.verb,
        verbs=opening.verbs,
        objects=objects,
        window=item.window,
        span=item.span,
    )
    return bound.BurstTest(event=event, count=item.count.low, within=item.within, span=item.span)


def _burst_opening(scope: Scope, item: ast.Burst) -> EventOpening:
    opening = counted_opening(scope, item)
    if opening is None and item.words:
        opening = event_opening(scope, plain_prefix(item.words))
    if opening is None:
        _unknown_verb(scope, item.words, item.span)
    return opening


def counted_opening(scope: Scope, item: ast.Bare | ast.Burst) -> EventOpening | None:
    """What `5+ events` counts: any event of activity."""
    if item.words and name_form(item.words[0].text) in {"event", "events"}:
        return EventOpening(verb=None, verbs=activity(scope), taken=1)
    return None


def _unknown_verb(scope: Scope, words: ast.Words, span: Span) -> NoReturn:
    if not words:
        scope.reject("R101", "an event verb is missing", span, hint="such as `visited`")
    scope.unknown(
        "R101",
        f"no event verb `{words[0].text}`",
        words[0].span,
        words[0].text,
        scope.vocabulary.verb_index,
        "write what happened, such as `active in 30d` or `visited pricing`",
    )

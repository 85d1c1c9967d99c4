"""Conditions that open with no field and no verb as they are written: what they may open with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from leadcard.compiler.bind_opening import EventOpening, find_opening
from leadcard.compiler.plain_event import number_of, words_of
from leadcard.compiler.plain_field import mail_kind, presence
from leadcard.compiler.plain_words import (
    ARTICLES,
    CONNECTORS,
    HAVING,
    LACKING,
    SUBJECTS,
    is_article,
    is_past,
    past_forms,
    singulars,
)
from leadcard.compiler.scope import Scope
from leadcard.compiler.text import name_form
from leadcard.dsl import ast


def reopened(scope: Scope, item: ast.Bare) -> ast.Item | None:
    """Another item that says the same in words that open something, if one is known."""
    if not item.words or item.words[0].quoted:
        return None
    for way in _WAYS:
        if (found := way(scope, item)) is not None:
            return found
    return None


def told_event(scope: Scope, item: ast.Bare) -> ast.Item | None:
    """`created an account`, `email hard bounce`: an event, though a field has its first word."""
    if item.test is not None or item.words[0].quoted:
        return None
    if (told := _without_articles(scope, item)) is not None:
        return told
    return _spelled(scope, item) if len(item.words) > 1 else None


def _counted(scope: Scope, item: ast.Bare) -> ast.Item | None:
    """`number of sessions >= 3`."""
    found = number_of(scope, item.words, item.test, item.span)
    return None if found is None else replace(found, window=item.window)


def _kind_of_mail(scope: Scope, item: ast.Bare) -> ast.Item | None:
    """`personal email`, `free email address`."""
    return mail_kind(scope, item)


def _held(scope: Scope, item: ast.Bare) -> ast.Item | None:
    """`has phone`, `with a budget`, `no phone`, `without email`: a field and nothing else."""
    first = _key(item.words[0])
    rest = item.words[1:]
    if rest and _key(rest[0]) in ARTICLES:
        rest = rest[1:]
    if not rest or item.test is not None or item.count is not None:
        return None
    if first in LACKING and (kind := mail_kind(scope, replace(item, words=rest))) is not None:
        return ast.Not(item=kind, span=item.span)
    if first in HAVING and (kind := mail_kind(scope, replace(item, words=rest))) is not None:
        return kind
    known = presence(scope, rest, first in HAVING, item.span)
    if known is not None and (first in HAVING or first in LACKING) and item.window is None:
        return known
    if first in ("no", "without"):
        happened = replace(item, words=rest)
        if _opens(scope, rest, EventOpening):
            return ast.Not(item=happened, span=item.span)
        if not any(w.quoted for w in rest) and (
            said := _spelled(scope, happened) or _turned(scope, happened)
        ):
            return ast.Not(item=said, span=item.span)
    return None


def _addressed(scope: Scope, item: ast.Bare) -> ast.Item | None:
    """`the lead has visited pricing`, `their title`: what stands before a verb or a field."""
    words = item.words
    if item.count_first and _key(words[0]) in _SOMEBODY:
        return None
    while len(words) > 1 and _key(words[0]) in SUBJECTS:
        if _is_thing(words):
            return None
        words = words[1:]
        if find_opening(scope, words) is not None:
            return replace(item, words=words)
        if (held := _held(scope, replace(item, words=words))) is not None:
            return held
        if (kind := mail_kind(scope, replace(item, words=words))) is not None:
            return kind
    return None


def _inflected(scope: Scope, item: ast.Bare) -> ast.Item | None:
    """`visit pricing`, `downloading a case study`, `requests demo`, `had a call with sales`."""
    words, noun = item.words, False
    if item.count_first and _key(words[0]) in _SOMEBODY:
        return None
    while len(words) > 1 and _key(words[0]) in SUBJECTS and not _is_thing(words):
        noun = _key(words[0]) in ARTICLES
        words = words[1:]
    first = words[0]
    if _key(first) in _USE or (len(words) > 1 and is_past([_key(words[1])])):
        return None  # `meeting booked` is nothing that was met
    for form in past_forms(_key(first)):
        rest = words[2:] if noun and len(words) > 2 and _key(words[1]) in CONNECTORS else words[1:]
        past = (ast.Text(text=form, span=first.span), *rest)
        if _opens(scope, past, EventOpening):
            return replace(item, words=past)
    return None


def _without_articles(scope: Scope, item: ast.Bare) -> ast.Item | None:
    """`read an email`, where the verb is `read email`."""
    first, *rest = item.words
    kept = (first, *(word for word in rest if not is_article(word, first)))
    if len(kept) < len(item.words) and _opens(scope, kept, EventOpening):
        return replace(item, words=kept)
    return None


def _spelled(scope: Scope, item: ast.Bare) -> ast.Bare | None:
    """`demo request`, `webinar registration`: as sources call an event and its object."""
    if any(word.quoted for word in item.words):
        return None
    for at, word in enumerate(item.words[2:], start=2):
        if _key(word) == "with" and (told := _spelled(scope, replace(item, words=item.words[:at]))):
            return replace(told, words=(*told.words, *item.words[at:]))
    text = name_form(" ".join(word.text for word in item.words))
    if text.startswith("newsletter opened") or text == "referral":
        return None  # opened newsletters; where a lead came from
    found = scope.vocabulary.spelling_index.get(text)
    if found is None and (plural := next(singulars(text), None)):
        found = scope.vocabulary.spelling_index.get(plural)
    if found is None:
        return None
    verb, implied = found
    said = verb.name if implied is None else f"{verb.name} {implied}"
    return replace(item, words=words_of(said, item.words))


def _turned_past(scope: Scope, item: ast.Bare) -> ast.Item | None:
    """`meeting requested`: a past form at the end says what happened."""
    return _turned(scope, item) if is_past([_key(item.words[-1])]) else None


def _turned(scope: Scope, item: ast.Bare) -> ast.Item | None:
    """`demo requested`, `pricing page views`: what it was about, then what happened."""
    words = item.words
    if any(word.quoted or _key(word) in _NOT_ABOUT for word in words):
        return None
    while len(words) > 2 and _key(words[-2]) in _AUXILIARY:
        words = (*words[:-2], words[-1])
    for n in (3, 2, 1):
        if n >= len(words):
            continue
        found = scope.vocabulary.find_verb([word.text for word in words[-n:]])
        if found is not None and found[1] == n:
            verb = words_of(found[0].name, words[-n:])
            return replace(item, words=(*verb, *words[:-n]))
    return None


_SOMEBODY: Final = frozenset(
    {"lead", "contact", "visitor", "person", "prospect", "user", "customer", "people", "contacts"}
    | {"leads", "persons", "users", "prospects", "visitors"}
)
"""Who is counted in `more than one person visited pricing`, which is not how often."""
_THINGS: Final = frozenset({"form", "forms", "page", "pages", "request", "requests"})


def _is_thing(words: ast.Words) -> bool:
    """`contact form submission`, `customer page views`: a kind of form, and nobody."""
    kinds = ("contact", "customer", "lead", "user")
    return len(words) > 1 and _key(words[0]) in kinds and _key(words[1]) in _THINGS


_AUXILIARY: Final = frozenset({"has", "have", "had", "been", "being", "got", "gets", "get"})

_USE: Final = frozenset({"use", "uses", "using"})
"""`uses Salesforce` is as often what is known of a company as what somebody did."""

_NOT_ABOUT: Final = frozenset(
    {
        "number",
        "count",
        "everyone",
        "first",
        "last",
        "latest",
        "recent",
        "previous",
        "next",
        "repeat",
        "repeated",
        "return",
        "returning",
        "multiple",
        "frequent",
        "unique",
        "everybody",
        "all",
        "each",
        "total",
        "at",
        "least",
        "most",
        "more",
        "than",
        "less",
        "fewer",
        "no",
        "not",
        "up",
        "any",
        "every",
    }
    | {"two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "several", "many"}
)
"""Words of counts, which no object is about."""

_WAYS: Final[tuple[Callable[[Scope, ast.Bare], ast.Item | None], ...]] = (
    _counted,
    _kind_of_mail,
    _held,
    _addressed,
    _spelled,
    _turned_past,
    _inflected,
    _without_articles,
    _turned,
)


def _opens(scope: Scope, words: ast.Words, kind: type) -> bool:
    return isinstance(find_opening(scope, words), kind)


def _key(word: ast.Text) -> str:
    return "" if word.quoted else word.text.lower().replace("’", "'")

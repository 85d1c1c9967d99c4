"""What an object of a card may be called in data: `whitepaper` is met by `White Paper.pdf` too.

Only what is surely meant is added; quotes take an object as it is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from leadcard.compiler.plain_words import ARTICLES, KINDS
from leadcard.compiler.scope import span_of
from leadcard.compiler.vocabulary import Verb
from leadcard.dsl import ast

_HOME: Final = frozenset({"home page", "home"})
_SPELLED: Final = (
    ("whitepaper", "white paper"), ("ebook", "e-book"), ("datasheet", "data sheet"),
    ("tradeshow", "trade show"), ("callback", "call back"), ("signup", "sign-up"),
    ("webpage", "web page"), ("homepage", "home page"),
)  # fmt: skip
"""Words that are written in one or in two; a hyphen counts as a blank."""
_SITE: Final[dict[str, str]] = {
    **{one: many for many, one in KINDS.items()},
    **{f"{one}s": one for one in ("product", "service", "solution", "feature", "integration")},
    **{one: f"{one}s" for one in ("product", "service", "solution", "feature", "integration")},
    "career": "careers", "careers": "career", "job": "jobs", "jobs": "job",
    "customer story": "customer stories", "customer stories": "customer story",
}  # fmt: skip
"""Pages that are called by one and by many: `visited product page` is met by `/products/x`.

Without `page` the word is a whole segment of the path, as it is written.
"""
_NOUNS: Final[dict[str, frozenset[str]]] = {
    "submitted": frozenset({"form", "forms"}),
    "watched": frozenset({"video", "videos"}),
    "clicked": frozenset({"button", "link"}),
}
"""What the verb says anyway: the form `Contact us` is met by `submitted contact us form`."""


def other_forms(words: ast.Words, verb: Verb | None) -> tuple[ast.Words, ...]:
    """The forms of an object besides the one that is written."""
    forms: dict[str, ast.Words] = {_said(words): words}
    waiting = [words]
    while waiting:
        for other in _others(waiting.pop(), verb):
            if _said(other) not in forms:
                forms[_said(other)] = other
                waiting.append(other)
    return tuple(forms.values())[1:]


def _others(words: ast.Words, verb: Verb | None) -> Iterator[ast.Words]:
    texts = [w.text.lower() for w in words]
    if len(words) > 1 and texts[0] in ARTICLES:
        yield words[1:]
    for one, two in _SPELLED:
        yield from _respelled(words, texts, one, two)
    if verb is None or verb.name == "visited":
        yield from _of_site(words, texts)
    else:
        yield from _of_kind(words, texts, verb.name)


def _of_site(words: ast.Words, texts: list[str]) -> Iterator[ast.Words]:
    said = " ".join(texts)
    if said in _HOME:
        yield (ast.Text(text="/", span=span_of(words)),)
    if len(words) > 1 and texts[-1] in ("page", "pages"):
        yield words[:-1]
        if (other := _SITE.get(" ".join(texts[:-1]))) is not None:
            yield _worded(other, words)
    elif texts in (["blog", "post"], ["blog", "posts"], ["blog", "article"], ["blog", "articles"]):
        yield words[:1]


def _of_kind(words: ast.Words, texts: list[str], verb: str) -> Iterator[ast.Words]:
    for size in (2, 1):
        if size <= len(words) and (kind := KINDS.get(" ".join(texts[-size:]))) is not None:
            yield (*words[:-size], *_worded(kind, words[-size:]))
    if len(words) > 1 and texts[-1] in _NOUNS.get(verb, ()):
        yield words[:-1]
    if (
        verb == "clicked"
        and texts[-1] == "ad"
        and texts[:-1] in (["paid"], ["online"], ["display"])
    ):
        yield words[1:]


def _respelled(words: ast.Words, texts: list[str], one: str, two: str) -> Iterator[ast.Words]:
    first, _, second = two.replace("-", " ").partition(" ")
    for at, text in enumerate(texts):
        if text == one or text == f"{first}-{second}":
            yield (*words[:at], *_worded(f"{first} {second}", words[at : at + 1]), *words[at + 1 :])
        if text == f"{first}-{second}":
            yield (*words[:at], *_worded(one, words[at : at + 1]), *words[at + 1 :])
        if texts[at : at + 2] == [first, second]:
            yield (*words[:at], *_worded(one, words[at : at + 2]), *words[at + 2 :])


def _worded(text: str, at: ast.Words) -> ast.Words:
    span = span_of(at)
    return tuple(ast.Text(text=part, span=span) for part in text.split(" "))


def _said(words: ast.Words) -> str:
    return " ".join(w.text.lower() for w in words)

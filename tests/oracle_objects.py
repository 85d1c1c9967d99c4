"""What an object of a card may be called in data: `webinars` a webinar, `the Guide` also Guide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from leadcard.compiler.vocabulary import Vocabulary
from leadcard.dsl import ast
from tests.oracle_values import name

_S: Final = (
    *("webinar", "workshop", "conference", "event", "demo", "trial", "meeting", "podcast", "video"),
    *("ebook", "e-book", "brochure", "guide", "report", "form", "newsletter", "template", "email"),
    *("datasheet", "quote", "whitepaper", "team member", "teammate", "colleague", "ad"),
)
_ARTICLES: Final = ("the", "a", "an", "our", "any", "some", "your", "their", "his", "her")
# By their last word: of two words, or with another ending.
_SINGULARS: Final = {f"{kind}s": kind for kind in _S} | {
    "case studies": "case study",
    "white papers": "white paper",
    "trade shows": "trade show",
}
_SAME_WORD: Final = (
    ("whitepaper", "white paper", "white-paper"),
    ("ebook", "e book", "e-book"),
    ("datasheet", "data sheet", "data-sheet"),
    ("tradeshow", "trade show", "trade-show"),
    ("callback", "call back", "call-back"),
    ("signup", "sign up", "sign-up"),
    ("webpage", "web page", "web-page"),
    ("homepage", "home page", "home-page"),
)
_SAID_BY_VERB: Final = frozenset(
    {("submitted", "form"), ("watched", "video"), ("clicked", "button"), ("clicked", "link")}
)
_ON_SITE: Final = ("product", "service", "solution", "feature", "integration", "career", "job")
_SITE: Final[dict[str, tuple[str, ...]]] = {
    **{one: (f"{one}s",) for one in _ON_SITE},
    **{f"{one}s": (one,) for one in _ON_SITE},
    "customer story": ("customer stories",),
    "customer stories": ("customer story",),
    **{one: (plural,) for plural, one in _SINGULARS.items()},
}


def forms_of_object(
    words: ast.Words, verb: str | None, vocabulary: Vocabulary
) -> tuple[ast.Words, ...]:
    """The object as it is written, and as it is surely meant too; of pages only the page."""
    if any(word.quoted for word in words) or words[0].text.startswith("/"):
        return (words,)
    if _is_page(words, vocabulary):
        return (words,)
    others = list(_others(words, verb))
    page = next((other for other in others if _is_page(other, vocabulary)), None)
    return (page,) if page else (words, *others)


def _is_page(words: ast.Words, vocabulary: Vocabulary) -> bool:
    return any(name(page.name) == _said(words) for page in vocabulary.pages)


def _said(words: ast.Words) -> str:
    return name(" ".join(word.text for word in words))


def _others(words: ast.Words, verb: str | None) -> list[ast.Words]:
    """What the words may be called besides, found step by step until nothing new comes up."""
    found = [words]
    for known in found:
        seen = {_lowered(each) for each in found}
        found += [each for each in _steps(known, verb) if _lowered(each) not in seen]
    unique = {
        _lowered(each): each for each in reversed(found[1:]) if _lowered(each) != _lowered(words)
    }
    return list(unique.values())


def _lowered(words: ast.Words) -> str:
    return " ".join(word.text.lower() for word in words)


def _steps(words: ast.Words, verb: str | None) -> Iterator[ast.Words]:
    texts = _lowered(words).split(" ")
    if len(texts) > 1 and texts[0] in _ARTICLES:
        yield words[1:]
    padded = f" {' '.join(texts)} "
    for forms in _SAME_WORD:
        for was in forms:
            if f" {was} " in padded:
                yield from (_text(padded.replace(f" {was} ", f" {now} "), words) for now in forms)
    last, two = texts[-1], " ".join(texts[-2:])
    if verb in (None, "visited"):
        yield from (_text(each, words) for each in _on_site(" ".join(texts)))
        return
    for plural in (two, last):
        if plural in _SINGULARS and f" {plural} " in padded:
            yield _text(padded.rstrip().removesuffix(plural) + _SINGULARS[plural], words)
    if len(texts) > 1 and (verb, last.removesuffix("s")) in _SAID_BY_VERB:
        yield words[:-1]
    if verb == "clicked" and " ".join(texts) in ("paid ad", "online ad", "display ad"):
        yield words[1:]


def _on_site(said: str) -> Iterator[str]:
    if said in ("home page", "home"):
        yield "/"
    first, _, last = said.rpartition(" ")
    if first and last in ("page", "pages"):
        yield first
        yield from _SITE.get(first, ())
    elif first == "blog" and last in ("post", "posts", "article", "articles"):
        yield "blog"


def _text(said: str, words: ast.Words) -> ast.Words:
    return tuple(ast.Text(text=part, span=words[0].span) for part in said.split())

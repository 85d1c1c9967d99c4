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
    *("datasheet", "quote", "whitepaper"),
)
_ARTICLES: Final = ("the", "a", "an", "our", "any", "some", "your", "their", "his", "her")
# By their last word: of two words, or with another ending.
_SINGULARS: Final = {f"{kind}s": kind for kind in _S} | {
    "case studies": "case study",
    "white papers": "white paper",
    "trade shows": "trade show",
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


def _others(words: ast.Words, verb: str | None) -> Iterator[ast.Words]:
    if len(words) > 1 and words[0].text.lower() in _ARTICLES:
        yield words[1:]
        yield from _others(words[1:], verb)
    looked_at = verb in (None, "visited")
    if looked_at and len(words) > 1 and words[-1].text.lower() in ("page", "pages"):
        yield words[:-1]
    singular = _SINGULARS.get(" ".join(word.text.lower() for word in words))
    if singular is not None and not looked_at:
        yield (ast.Text(text=singular, span=words[0].span),)

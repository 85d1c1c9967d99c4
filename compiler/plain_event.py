"""Events in their plain form: verb, object, then how often and when."""

from __future__ import annotations

from dataclasses import replace

from leadcard.compiler.bind_opening import EventOpening
from leadcard.compiler.plain_words import ARTICLES, CONNECTORS, ONE_OF, is_past, singulars
from leadcard.compiler.scope import Scope
from leadcard.compiler.text import name_form
from leadcard.compiler.vocabulary import Verb
from leadcard.dsl import ast

_PAGES = frozenset({"page", "pages", "site", "web site", "website", "web page"})


def plain_event(scope: Scope, item: ast.Bare, opening: EventOpening) -> ast.Bare:
    """`3+ visits to the pricing page` as `visited pricing page 3+ times`."""
    if opening.verb is None:
        return item
    verb, taken, as_written = _verb(scope, item.words, opening.verb, opening.taken)
    said, rest = item.words[:taken], item.words[taken:]
    words = tuple(name_form(word.text) for word in said)
    noun = not is_past(words) and " ".join(words) != name_form(verb.name)
    if noun and len(rest) > 1 and _is(rest[0], CONNECTORS):
        rest = rest[1:]
    if noun or not as_written:
        said = words_of(verb.name, said)
    item = replace(item, words=(*said, *plain_objects(rest, verb)))
    if item.count_first and item.count is not None:
        return replace(item, count_first=False, amount=None)
    return item


def _verb(scope: Scope, words: ast.Words, verb: Verb, taken: int) -> tuple[Verb, int, bool]:
    """The verb that holds the most of `words`, articles and plurals aside (`opened an email`)."""
    kept = [at for at, w in enumerate(words) if not w.quoted and not (at and _is(w, ARTICLES))]
    end = next((n for n, at in enumerate(kept) if words[at].quoted), len(kept))
    texts = [words[at].text for at in kept[:end]]
    best, used = verb, taken
    written = not any(at and _is(w, ARTICLES) for at, w in enumerate(words[:taken]))
    most = sum(1 for at in kept if at < taken)
    for n in range(len(texts), most, -1):
        tail = texts[n - 1]
        for last in (tail, *singulars(tail.lower())):
            found = scope.vocabulary.find_verb([*texts[: n - 1], last])
            if found is not None and found[1] == n and n > most:
                return found[0], kept[n - 1] + 1, False
    return best, used, written


def plain_objects(words: ast.Words, verb: Verb | None) -> ast.Words:
    """An object without the article before it; `any page` is the page `website`."""
    kept = words
    for phrase in ONE_OF:
        if len(kept) > 3 and all(_is(w, {p}) for w, p in zip(kept, phrase, strict=False)):
            kept = kept[3:]
    if len(kept) > 1 and _is(kept[0], ARTICLES):
        kept = kept[1:]
    if len(kept) == 2 and kept[0].text.startswith("/") and _is(kept[1], {"page", "pages"}):
        return kept[:1]
    visits = verb is None or verb.name == "visited"
    if len(kept) < len(words) and visits and _name(kept) in _PAGES:
        return words_of("website", kept)
    return kept


def words_of(text: str, at: ast.Words) -> ast.Words:
    """The words of `text`, standing where `at` does."""
    span = at[0].span.to(at[-1].span)
    # `logged in` is read as one word, since `in` alone means something.
    parts: list[str] = []
    for word in text.split():
        if word == "in" and parts:
            parts[-1] += " in"
        else:
            parts.append(word)
    return tuple(ast.Text(text=part, span=span) for part in parts)


def _name(words: ast.Words) -> str:
    return "" if any(w.quoted for w in words) else name_form(" ".join(w.text for w in words))


def _is(word: ast.Text, known: frozenset[str] | set[str]) -> bool:
    """Whether a word is one of `known`, written small or all in capitals."""
    return not word.quoted and (
        word.text in known
        or (word.text.isupper() and len(word.text) > 1 and word.text.lower() in known)
    )

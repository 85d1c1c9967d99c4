"""Events in their plain form: verb, object, then how often and when."""

from __future__ import annotations

from dataclasses import replace

from leadcard.compiler.bind_opening import EventOpening, find_opening
from leadcard.compiler.plain_whole import says_all, without_company
from leadcard.compiler.plain_words import (
    ARTICLES,
    CONNECTORS,
    ONE_OF,
    is_article,
    is_count,
    is_noun,
    is_said,
    singulars,
)
from leadcard.compiler.scope import Scope
from leadcard.compiler.text import name_form
from leadcard.compiler.vocabulary import Verb
from leadcard.dsl import ast
from leadcard.dsl.source import Span

_LONGEST = 6
_ADDRESS = frozenset({"url", "page", "path", "address", "uri", "link"})
_MAILS = frozenset({"email", "emails", "mail", "mails", "e-mail", "e-mails"})
_MARKETING_MAIL = (frozenset({"marketing"}), frozenset({"email", "emails"}))
_PAGE = frozenset({"page", "pages"})
_PAGES = frozenset(
    {"page", "pages", "site", "sites", "web site", "website", "websites", "web page", "web pages"}
    | {"webpage", "webpages"}
)


def plain_event(scope: Scope, item: ast.Bare, opening: EventOpening) -> ast.Bare:
    """`3+ visits to the pricing page` as `visited pricing page 3+ times`."""
    if opening.verb is None:
        return item
    if (told := _told_at_once(scope, item, opening.verb)) is not None:
        return told
    verb, taken, as_written = _verb(scope, item.words, opening.verb, opening.taken)
    said, rest = item.words[:taken], item.words[taken:]
    bare = rest[1:] if rest and is_article(rest[0], said[0]) else rest
    if len(bare) > 1 and all(map(is_said, bare[:2], _MARKETING_MAIL, (said[0], said[0]))):
        mailed = scope.vocabulary.find_verb([verb.name, "email"])
        if mailed is not None and mailed[1] == 2:
            verb, rest, as_written = mailed[0], bare[2:], False
    words = tuple(name_form(word.text) for word in said)
    noun = is_noun(words) and " ".join(words) != name_form(verb.name)
    if noun and len(rest) > 1 and _is(rest[0], CONNECTORS):
        rest = rest[1:]
    if noun or not as_written:
        said = words_of(verb.name, said)
    if noun and (again := find_opening(scope, (*said, *rest))) is not None:
        # `click on emails` is `clicked emails`, and that is `clicked email`.
        assert isinstance(again, EventOpening), "a verb's own name opens an event"
        return plain_event(scope, replace(item, words=(*said, *rest)), again)
    kept = without_company(verb, rest)
    if (rest and not kept) or says_all(verb, kept):
        rest, said = (), words_of(verb.name, said)
    elif (letter := _of_mail(scope, verb, kept)) is not None:
        verb, rest = letter
        said = words_of(verb.name, said)
    else:
        rest = kept
    made = (*said, *plain_objects(rest, verb))
    item = item if made == item.words else replace(item, words=made)
    if item.count_first and item.count is not None:
        return replace(item, count_first=False, amount=None)
    return item


def _told_at_once(scope: Scope, item: ast.Bare, verb: Verb) -> ast.Bare | None:
    """`signed up for a free trial`: words that stand for another verb together with its object."""
    words = [w for at, w in enumerate(item.words) if not (at and is_article(w, item.words[0]))]
    if any(w.quoted for w in words):
        return None
    found = scope.vocabulary.spelling_index.get(name_form(" ".join(w.text for w in words)))
    if found is None or found[1] is None or found[0] is verb:
        return None
    made = replace(item, words=words_of(f"{found[0].name} {found[1]}", item.words))
    return replace(made, count_first=False, amount=None) if item.count is not None else made


def _of_mail(scope: Scope, verb: Verb, rest: ast.Words) -> tuple[Verb, ast.Words] | None:
    """`opened nurture email` as `opened email nurture`: in data the email is what was opened."""
    if any(w.quoted for w in rest):
        return None
    bare = rest[1:] if rest and _is(rest[0], {"to"} | ARTICLES) else rest
    bare = bare[1:] if bare and _is(bare[0], ARTICLES) else bare
    if len(bare) > 1 and _is(bare[-1], {"link", "links"}) and _is(bare[-2], _MAILS):
        bare = bare[:-1]
    if len(bare) < 2 or not _is(bare[-1], _MAILS) or is_count(bare[0].text):
        return None
    ends = "" if verb.name.endswith(" email") else " email"
    found = scope.vocabulary.find_verb(f"{verb.name}{ends}".split())
    if found is None or found[0].name != f"{verb.name}{ends}":
        return None
    return found[0], () if _name(bare[:-1]) == "marketing" else bare[:-1]


def number_of(scope: Scope, words: ast.Words, test: object, span: Span) -> ast.Bare | None:
    """`number of page views is greater than 10` as `page views 11+ times`."""
    counted = len(words) > 2 and name_form(" ".join(w.text for w in words[:2])) == "number of"
    if not counted or not isinstance(test, ast.NumberRange):
        return None
    opening = find_opening(scope, words[2:])
    ends = [None if end is None else end.value for end in (test.low, test.high)]
    whole = all(end is None or (end == int(end) and end >= 0) for end in ends)
    if not isinstance(opening, EventOpening) or not whole:
        return None
    low = 0 if ends[0] is None else int(ends[0]) + test.low_open
    high = None if ends[1] is None else int(ends[1]) - test.high_open
    if (not low and high is None) or (high is not None and high < low):
        return None
    count = ast.Count(low=low, high=high, span=test.span)
    return plain_event(scope, ast.Bare(words=words[2:], count=count, span=span), opening)


def _verb(scope: Scope, words: ast.Words, verb: Verb, taken: int) -> tuple[Verb, int, bool]:
    """The verb that holds the most of `words`, articles and plurals aside (`opened an email`).

    Besides the verb: how many words it takes, and whether it stands there as it is called.
    """
    plain = [at for at, w in enumerate(words) if not (at and is_article(w, words[0]))]
    quoted = next((n for n, at in enumerate(plain) if words[at].quoted), len(plain))
    texts = [words[at].text for at in plain[:quoted]]
    most = sum(at < taken for at in plain)
    found = scope.vocabulary.find_verb(texts) if len(plain) < len(words) else None
    if found is not None and found[1] > most:
        return found[0], plain[found[1] - 1] + 1, False
    for n in range(min(len(texts), _LONGEST), most, -1):
        for single in singulars(texts[n - 1].lower()):
            found = scope.vocabulary.find_verb([*texts[: n - 1], single])
            if found is not None and found[1] == n:
                return found[0], plain[n - 1] + 1, False
    return verb, taken, len([at for at in plain if at < taken]) == taken


def plain_objects(words: ast.Words, verb: Verb | None) -> ast.Words:
    """An object without the article before it; `any page` is the page `website`."""
    kept = words
    for phrase in ONE_OF:
        if len(kept) > 3 and all(_is(w, {p}) for w, p in zip(kept, phrase, strict=False)):
            kept = kept[3:]
    kept = _without_choice(kept)
    if len(kept) > 1 and _is(kept[0], ARTICLES):
        kept = kept[1:]
    if len(kept) > 2 and _is(kept[0], _PAGE) and _is(kept[1], {"of", "called", "named", "about"}):
        kept = kept[2:]
    elif len(kept) > 1 and _is(kept[0], _PAGE) and not _is_address(kept[1]):
        kept = kept[1:]
    if len(kept) == 2 and _is(kept[0], _ADDRESS) and _is_address(kept[1]):
        return kept[1:]
    if len(kept) == 2 and kept[0].text.startswith("/") and _is(kept[1], {"page", "pages"}):
        return kept[:1]
    visits = verb is None or verb.name == "visited"
    bare = kept[1:] if _name(kept[:1]) in ARTICLES else kept
    if visits and _name(bare) in _PAGES and (len(bare) < len(words) or _name(bare) != "website"):
        return words_of("website", bare)
    return kept


def _without_choice(words: ast.Words) -> ast.Words:
    """`any of pricing, docs`, `either pricing or docs` without what the list says anyway."""
    if len(words) > 2 and _is(words[0], {"any", "one"}) and _is(words[1], {"of"}):
        return words[2:]
    both = len(words) > 1 and _is(words[0], {"both"}) and not words[-1].text.endswith("s")
    return words[1:] if both or (len(words) > 1 and _is(words[0], {"either"})) else words


def _is_address(word: ast.Text) -> bool:
    return word.text.startswith("/") or "://" in word.text


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

"""Words that people write around fields, verbs and objects without meaning anything by them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from leadcard.dsl import ast

ARTICLES: Final = frozenset({"the", "a", "an", "our", "any", "some", "your", "their", "his", "her"})
"""Dropped before an object where they are written small; a title begins with a capital letter."""

ONE_OF: Final = tuple(
    (first, "of", last) for first in ("one", "any") for last in ("our", "the", "your", "these")
)
"""`attended one of our webinars`."""

SUBJECTS: Final = frozenset(
    {"lead", "leads", "contact", "contacts", "they", "visitor", "visitors", "person", "prospect"}
    | {"prospects", "user", "users", "someone", "who", "if", "when", "where", "that", "which"}
    | {"lead's", "contact's", "company's", "prospect's", "person's", "people", "it", "customer"}
    | {"have", "has", "had", "having", "the", "a", "an", "their", "his", "her", "its", "our"}
)
"""What may stand before a verb or a field: `if the lead has visited pricing`."""

HAVING: Final = frozenset({"has", "have", "having", "with", "had", "uses", "use", "using"})
LACKING: Final = frozenset({"no", "without", "lacks", "lacking", "missing"})
KNOWN: Final = frozenset(
    {"known", "given", "present", "provided", "available", "filled in", "filled out", "set"}
    | {"identified"}
)
MISSING: Final = frozenset({"missing", "empty", "blank", "left blank", "left empty"})
GRANTED: Final = frozenset({"given", "provided", "granted", "set"})
"""What a yes and no field is when it is yes: `consent given`."""

PLACES: Final = frozenset(
    {"located", "based", "lives", "living", "headquartered", "resident", "situated"}
)
"""`based in Germany`: of countries only; a town or a region is another field."""

MAIL_KINDS: Final[dict[str, str]] = {
    **dict.fromkeys(("personal", "private", "free", "freemail", "webmail"), "personal"),
    **dict.fromkeys(("disposable", "temporary", "throwaway"), "disposable"),
    **dict.fromkeys(("edu", ".edu"), "educational"),
    **dict.fromkeys(("educational", "student", "university", "academic", "school"), "educational"),
}
MAIL: Final = frozenset(
    {"email", "e mail", "mail", "email address", "e mail address", "emails", "email addresses"}
    | {"email account", "mail account", "mail address", "email domain", "mail domain"}
    | {"email provider", "mail provider", "email domains", "mailbox"}
)
BUSINESS: Final = frozenset({"business", "work", "corporate", "company", "professional"})

CONNECTORS: Final = frozenset({"to", "of", "on", "for", "at", "with", "from"})
"""What joins a noun and its object: `visits to pricing`, `registrations for webinar`."""

PAST: Final = frozenset(
    {
        "met",
        "bought",
        "began",
        "took",
        "had",
        "was",
        "read",
        "sent",
        "saw",
        "went",
        "came",
        "logged",
    }
)
"""Past forms that do not end in `ed`."""

KINDS: Final[dict[str, str]] = {
    plural: singular
    for singular, plural in (
        ("webinar", "webinars"), ("case study", "case studies"), ("ebook", "ebooks"),
        ("e-book", "e-books"), ("white paper", "white papers"), ("whitepaper", "whitepapers"),
        ("brochure", "brochures"), ("guide", "guides"), ("report", "reports"), ("demo", "demos"),
        ("form", "forms"), ("video", "videos"), ("event", "events"), ("workshop", "workshops"),
        ("conference", "conferences"), ("trade show", "trade shows"), ("newsletter", "newsletters"),
        ("podcast", "podcasts"), ("template", "templates"), ("datasheet", "datasheets"),
        ("quote", "quotes"), ("trial", "trials"), ("meeting", "meetings"), ("email", "emails"),
        ("team member", "team members"), ("teammate", "teammates"), ("colleague", "colleagues"),
        ("ad", "ads"),
    )
}  # fmt: skip
"""Kinds of objects by their plural: `attended webinars` is met by `Webinar: first steps` too."""


def is_said(word: ast.Text, known: frozenset[str], verb: ast.Text) -> bool:
    """Whether a word is one of `known`: small, or as large as its verb (`Booked A Meeting`)."""
    if word.quoted or word.text.lower() not in known:
        return False
    return word.text.islower() or (verb.text[:1].isupper() and not verb.quoted)


def is_article(word: ast.Text, verb: ast.Text) -> bool:
    """Whether a word after `verb` is an article, and no beginning of a title."""
    return is_said(word, ARTICLES, verb)


_COUNTS: Final = frozenset(
    {"two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "several", "many"}
    | {"multiple", "both", "every", "each", "all", "last", "latest", "most", "none", "no", "few"}
    | {"different", "distinct", "unique", "first", "second", "third", "next", "another", "more"}
)


def is_count(text: str) -> bool:
    """Whether a word says how many, or which of several, and begins no name."""
    return text[:1].isdigit() or text.lower() in _COUNTS


def past_forms(word: str) -> Iterator[str]:
    """Past forms that `visit`, `visits` and `visiting` may have; not all of them are words."""
    stems = [word]
    if word.endswith("ing"):
        stem = word[:-3]
        stems += [stem, f"{stem}e", stem[:-1] if stem[-1:] == stem[-2:-1] else stem]
    elif word.endswith("ies"):
        stems.append(f"{word[:-3]}y")
    elif word.endswith("s"):
        stems += [word[:-1], word[:-2]]
    irregular = {"meet": "met", "buy": "bought", "begin": "began", "take": "took"}
    for stem in dict.fromkeys(stems):
        if len(stem) < 3:
            continue
        yield irregular.get(stem, f"{stem}ed")
        if stem.endswith("e"):
            yield f"{stem}d"
        if stem.endswith("y"):
            yield f"{stem[:-1]}ied"
        yield f"{stem}{stem[-1]}ed"


def singulars(word: str) -> Iterator[str]:
    """What `titles` and `industries` may be one of."""
    if word.endswith("ies"):
        yield f"{word[:-3]}y"
    if word.endswith("s"):
        yield word[:-1]


_NOUNS: Final = frozenset(
    {"visit", "view", "pageview", "download", "click", "open", "request", "registration", "reply"}
    | {"attendance", "submission", "subscription", "purchase", "booking", "fill", "signup", "up"}
    | {"forward", "bounce", "complaint", "call", "search", "play", "optout", "unsubscribe"}
)


def is_noun(words: Sequence[str]) -> bool:
    """Whether a phrase for a verb is a noun (`visits`, `page view`); only of English words."""
    last = words[-1] if words else ""
    return last.isascii() and not is_past(words[-1:]) and (last.endswith("s") or last in _NOUNS)


def is_past(words: Sequence[str]) -> bool:
    """Whether a phrase says what happened (`viewed`, `page viewed`), and is no noun (`visits`)."""
    parts = [part for word in words for part in word.split(" ")]
    return any(part.endswith("ed") or part in PAST for part in parts)

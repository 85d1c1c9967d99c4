"""Objects that name nothing: `downloaded content`, `attended an event`, `booked a call with us`."""

from __future__ import annotations

from typing import Final

from leadcard.compiler.plain_words import ARTICLES
from leadcard.compiler.text import name_form
from leadcard.compiler.vocabulary import Verb
from leadcard.dsl import ast

_MAIL: Final = ("email", "emails", "mail", "mails", "communication", "communications")
_FILES: Final = ("content", "asset", "assets", "file", "files", "resource", "resources")
_EVENTS: Final = ("event", "events", "upcoming event", "upcoming events")
_LISTS: Final = ("email list", "mailing list", "list")
_SITES: Final = ("site", "website", "web site", "our site", "our website")
_PRODUCT: Final = ("product", "app", "application", "platform", "portal", "account")
_SOCIAL: Final = ("on social", "on social media", "on social networks", "social media")
_MAILING: Final = frozenset({"all", "any", "our", "the", "your", "future", "marketing", "mailing"})

_WHOLE: Final[dict[str, tuple[str, ...]]] = {
    "unsubscribed": (*_MAIL, *_LISTS),
    "subscribed to": (*_MAIL, *_LISTS, "updates", "email updates"),
    "clicked": ("link", "links"),
    "downloaded": (*_FILES, "anything", "something"),
    "attended": _EVENTS,
    "registered for": _EVENTS,
    "submitted": ("web form", "web forms", "webform", "webforms", "online form", "website form"),
    "searched": (*_SITES, "query", "queries"),
    "logged in": (*(f"{to}{what}" for to in ("", "to ") for what in _PRODUCT), "to"),
    "shared": ("content", "our content", "content on social media", *_SOCIAL),
    "followed": (*_SOCIAL, "company", "company page"),
    "purchased": ("purchase", "something", "anything"),
}
"""What verbs are about anyway, by the verb: no object of data has such a name."""

_US: Final = frozenset({"us", "me"})
_ON: Final = frozenset({"on", "at", "via", "about", "for"})
_WITH: Final = frozenset({"with", "to"})
_TALKED: Final = frozenset({"booked", "requested", "attended", "met", "called", "chatted"})
_SELLERS: Final = frozenset(
    {"us", "sales", "sales rep", "sales reps", "sales team", "sales representative", "salesperson"}
    | {"rep", "team", "sales person", "account executive", "specialist", "expert", "someone"}
)
_RECEIVERS: Final = frozenset(
    {"colleague", "colleagues", "friend", "friends", "coworker", "someone", "others", "teammate"}
    | {"another person", "someone else", "co-worker"}
)


def says_all(verb: Verb, words: ast.Words) -> bool:
    """Whether an object is what the verb is about anyway, and no name of a thing."""
    if any(word.quoted or not _plain(word.text) for word in words):
        return False
    texts = [word.text.lower() for word in words]
    while len(texts) > 1 and (texts[0] in ARTICLES or (texts[0] == "from")):
        texts = texts[1:]
    if verb.name in ("unsubscribed", "subscribed to"):
        while len(texts) > 1 and texts[0] in _MAILING and " ".join(texts) not in _LISTS:
            texts = texts[1:]
    return " ".join(texts) in _WHOLE.get(verb.name, ())


def _plain(text: str) -> bool:
    """Whether a word is written small, all in capitals, or with one: no matter which."""
    return text.islower() or text.isupper() or text.istitle()


def without_company(verb: Verb, words: ast.Words) -> ast.Words:
    """`followed us on LinkedIn` and `booked a meeting with a sales rep` without the company."""
    if any(word.quoted for word in words):
        return words
    if words and words[0].text.lower() in _US and words[0].text != "US":
        words = words[1:]
        return words[1:] if len(words) > 1 and words[0].text.lower() in _ON else words
    known = _RECEIVERS if verb.name == "forwarded email" else _SELLERS
    if verb.name != "forwarded email" and verb.name not in _TALKED:
        return words
    for at in range(len(words) - 2, -1, -1):
        rest = words[at + 1 :]
        if words[at].text.lower() not in _WITH:
            continue
        if len(rest) > 1 and rest[0].text.lower() in ARTICLES:
            rest = rest[1:]
        if name_form(" ".join(w.text for w in rest)) in known:
            return words[:at]
    return words

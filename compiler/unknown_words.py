"""What to say of a condition that begins with no known word: where such words come from."""

from __future__ import annotations

from typing import Final

from leadcard.compiler.odd_values import titles_of
from leadcard.compiler.plain_words import ARTICLES, MAIL, SUBJECTS, is_past
from leadcard.compiler.scope import Scope, form, joined, span_of
from leadcard.compiler.text import name_form
from leadcard.dsl import ast

_PROVIDERS: Final = {
    "gmail": "gmail.com", "yahoo": "yahoo.com", "hotmail": "hotmail.com", "aol": "aol.com",
    "outlook": "outlook.com", "icloud": "icloud.com", "gmx": "gmx.de",
}  # fmt: skip
_BOXES: Final = frozenset({"account", "accounts", "address", "addresses", "user", "users"})
_DONE: Final = frozenset(
    {"took", "made", "spoke", "left", "gave", "came", "got", "sent", "ran", "read", "became", "hit"}
    | {"saw", "did", "put", "won", "lost", "wrote", "paid", "chose", "found", "built", "talk"}
)
_DEEDS: Final = frozenset(
    {"conversation", "engagement", "scan", "completion", "ticket", "form", "interaction", "visit"}
    | {"visits", "attendee", "follow", "follows", "call", "activity", "show", "no-show", "quiz"}
    | {"response", "responses", "interactions", "activities", "check-in", "signup", "sign-up"}
    | {"views", "view", "click", "clicks", "download", "downloads", "video", "page", "pages"}
    | {"conversion", "conversions", "review", "survey", "login", "logins", "moment"}
)
_NO_TITLE: Final = frozenset(
    {"email", "mail", "phone", "address", "account", "accounts", "company", "customer", "industry"}
    | {"contacts", "lead", "consent", "campaign", "opportunity", "profile", "authority", "has"}
    | {"from", "on", "of", "referral", "competitor", "partner", "domain", "closed", "smb", "budget"}
)
_LAST_SEEN: Final = (
    "last activity", "last visit", "last seen", "last engagement", "last active", "recent activity",
    "last interaction", "days since",
)  # fmt: skip
_OF_ADDRESS: Final = frozenset({"email", "mail", "domain", "domains", "address", "emails", "list"})


def where_words_come_from(scope: Scope, what: str, words: ast.Words) -> str:
    """A hint for words that are neither fields nor verbs."""
    word = name_form(joined(words))
    if scope.results and word in ("disqualified", "disqualify"):
        return "disqualified leads get the stage `disqualified` by themselves"
    if scope.results and what != "field":
        return "a stage asks for a range such as `60+`, a field or an event, not for other stages"
    if word.startswith(_LAST_SEEN):
        return (
            "write `inactive 30d` or `active in 30d`, of visits `not visited in 30d`; "
            "a date of your data is named under `fields` in leadcard.yaml"
        )
    longer = [f.name for f in scope.vocabulary.fields if f.name.endswith(f" {word}")]
    if what == "field":
        if longer:
            return f"did you mean `{min(longer, key=len)}`?"
        return "not a word of the vocabulary; add it under `fields` in leadcard.yaml"
    if (listed := _list_of(scope, words)) is not None:
        field = "email domain" if form(words[-1:]) in _OF_ADDRESS else "company"
        return f"`{listed}` is a list: write which field is in it, such as `{field} in {listed}`"
    if (titles := titles_of(joined(words))) is not None:
        return f"write the titles, such as `title contains {titles}`"
    if _is_deed(words) or not words[0].text[:1].isupper():
        return "not a word of the vocabulary; add it under `verbs` in leadcard.yaml"
    if len(words) > 3 or {name_form(w.text) for w in words} & _NO_TITLE:
        return "a condition begins with a field, such as `title`, or a verb, such as `visited`"
    return f"a value needs its field before it, such as `title is {joined(words)}`"


def _list_of(scope: Scope, words: ast.Words) -> str | None:
    """The list that `Competitor`, `competitor domain` and `on the target account list` mean."""
    said = [name_form(w.text) for w in words if not w.quoted]
    while len(said) > 1 and (said[0] in SUBJECTS | ARTICLES | {"on", "is", "in", "known", "any"}):
        said = said[1:]
    while said:
        text = " ".join(said)
        for name in (text, f"{text}s", f"{text} list"):
            if name in scope.lists:
                return scope.lists[name].name
        if said[-1] not in _OF_ADDRESS:
            return None
        said = said[:-1]
    return None


def _is_deed(words: ast.Words) -> bool:
    """Whether words say what happened, in a verb or a noun that is not known."""
    texts = [w.text.lower() for w in words if not w.quoted]
    if not texts:
        return False
    return is_past(texts[:3]) or texts[0] in _DONE | {"no", "first"} or texts[-1] in _DEEDS


def refuse_use(scope: Scope, words: ast.Words) -> None:
    """`uses Salesforce`: what somebody did, or what is known of the company?"""
    if form(words[:1]) not in ("use", "uses", "using") or len(words) < 2:
        return
    rest = joined(words[1:])
    scope.reject(
        "R101",
        f"`{joined(words)}` can be something that happened, or something known of the company",
        span_of(words),
        hint=f"events are `used {rest}`; what a company has needs a field, "
        "under `fields` in leadcard.yaml",
    )


def refuse_provider(scope: Scope, words: ast.Words) -> None:
    """`Gmail address`, `uses a Gmail account`: the domain of the email."""
    named = [_PROVIDERS[form((w,))] for w in words if form((w,)) in _PROVIDERS]
    about = any(form(words[at:]) in MAIL | _BOXES for at in range(1, len(words)))
    if not named or not (about or len(words) == 1):
        return
    plain = f"email domain is {' or '.join(named)}"
    scope.reject(
        "R138",
        f"`{joined(words)}` does not say how the address goes on",
        span_of(words),
        hint=f"write `{plain}`, or `email domain personal` for all free mail providers",
        fix=scope.replaced(span_of(words), plain) if about and len(named) == 1 else None,
    )

"""Objects that are surely no names: a sentence that went on, a comparison, a habit, a day.

`visited pricing without docs` would look for pages called `pricing without docs` and never fire.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Final

from leadcard.compiler.bind_opening import find_opening
from leadcard.compiler.plain_opening import reopened
from leadcard.compiler.plain_words import MAIL, MAIL_KINDS
from leadcard.compiler.scope import Scope, form, joined, span_of
from leadcard.compiler.vocabulary import Verb
from leadcard.dsl import ast

_CODE: Final = "R138"
_JOINS: Final = {
    "without": "but not", "+": "and", "plus": "and", "and/or": "or",
    "along with": "and", "together with": "and",
}  # fmt: skip
_MORE_OR_LESS: Final = frozenset(
    {"at least", "at most", "more than", "less than", "fewer than", "no more", "up to"}
)
_HABITS: Final = frozenset({"hourly", "daily", "weekly", "monthly", "yearly", "regularly"})
_ORDINALS: Final = frozenset(
    {"first", "second", "third", "fourth", "fifth", "1st", "2nd", "3rd", "4th", "5th", "next"}
)
_EACH: Final = frozenset({"every", "each", "per"})
_UNITS: Final = frozenset({"hour", "day", "week", "month", "quarter", "year", "session"})
_TITLED: Final = frozenset({"subscribed to", "registered for"})
"""Verbs whose objects have names such as `weekly`."""
_WEEKDAYS: Final = frozenset(
    f"{day}{end}"
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    for end in ("", "s")
) | {"weekend", "weekends", "weekdays"}
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}")
_ALL_OR_LAST: Final = frozenset({"every", "each", "all", "last", "latest", "none", "most"})
_DIFFERENT: Final = frozenset({"different", "distinct", "separate", "unique", "consecutive"})
_NUMBER: Final = re.compile(r"\d+\+?|two|three|four|five|six|seven|eight|nine|ten|several|many")


def refuse_odd_object(scope: Scope, verb: Verb, words: ast.Words, item: ast.Bare) -> None:
    """What stands after a verb and is no name; quotes make a name of anything."""
    if not words or any(w.quoted for w in words):
        return
    for check in _CHECKS:
        check(scope, verb, words, item)


def _joined(scope: Scope, verb: Verb, words: ast.Words, item: ast.Bare) -> None:
    """`visited pricing without docs`, `visited pricing + requested demo`."""
    for at in range(len(words) - 1):
        for size in (2, 1):
            join, rest = joined(words[at : at + size]), words[at + size :]
            if join not in _JOINS or not rest:
                continue
            whole = _opens(scope, rest)
            if join != "without" and not whole:
                continue
            plain = f"{_JOINS[join]} {joined(rest) if whole else f'{verb.name} {joined(rest)}'}"
            scope.reject(
                _CODE,
                f"`{joined(words)}` would have to be one name",
                span_of(words[at:]),
                hint=f"write `{plain}`, or quote the name",
                fix=scope.replaced(span_of(words[at:]), plain),
            )


def _opens(scope: Scope, words: ast.Words) -> bool:
    if find_opening(scope, words) is not None:
        return True
    return reopened(scope, ast.Bare(words=words, span=span_of(words))) is not None


def _compared(scope: Scope, verb: Verb, words: ast.Words, item: ast.Bare) -> None:
    """`watched at least 50% of a video`, `clicked email >3x`."""
    counted = joined(words[:2]).lower() in _MORE_OR_LESS and any(c.isdigit() for c in joined(words))
    if counted or any(w.text[0] in "<>≤≥" for w in words):
        scope.reject(
            _CODE,
            f"`{joined(words)}` is a comparison, and names nothing",
            span_of(words),
            hint="events are counted by `3+ times`, and time is added up by `spent 2+ minutes on`",
        )


def _habit(scope: Scope, verb: Verb, words: ast.Words, item: ast.Bare) -> None:
    """`visited weekly`, `opened email every day`."""
    two = [w.text.lower() for w in words[-2:]]
    if len(two) == 2 and two[0] in _ORDINALS and two[1] == "time":
        scope.reject(
            _CODE,
            f"`{joined(words)}` would have to be one name",
            span_of(words),
            hint="write `2+ times` for the second time and later ones; a rule without a count "
            "counts once anyway",
        )
    said = words[-1:] if two[-1] in _HABITS else words[-2:]
    if two[-1] not in _HABITS and not (len(two) == 2 and two[0] in _EACH and two[1] in _UNITS):
        return
    if verb.name not in _TITLED:
        scope.reject(
            _CODE,
            f"`{joined(said)}` does not say how many times in which stretch of time",
            span_of(said),
            hint="write for example `4+ times in 30d`; "
            "points for each day stand after the colon: `+1 once per day`",
        )


def _day(scope: Scope, verb: Verb, words: ast.Words, item: ast.Bare) -> None:
    """`visited on Mondays`, `clicked on 2026-01-05`."""
    last = words[-1].text.lower()
    before = item.words[: len(item.words) - 1]
    if not before or before[-1].text.lower() != "on":
        return
    if last in _WEEKDAYS or _DATE.fullmatch(last):
        scope.reject(
            _CODE,
            f"`on {words[-1].text}` is no window",
            span_of(words[-1:]),
            hint="windows are `in 7d`, `between 7d and 30d ago` and `since 2026-01-31`",
        )


def _different(scope: Scope, verb: Verb, words: ast.Words, item: ast.Bare) -> None:
    """`visited 3 different pages`, `visited docs on 3 different days`."""
    for before, word in pairwise(words):
        if word.text in _DIFFERENT and _NUMBER.fullmatch(before.text):
            scope.reject(
                _CODE,
                f"`{joined(words)}` would have to be one name, and different ones are not counted",
                span_of(words),
                hint="count all by `3+ times`, or give points for each different one: "
                "`+1 each asset`, or for each day: `+1 once per day`",
            )


def _same(scope: Scope, verb: Verb, words: ast.Words, item: ast.Bare) -> None:
    """`visited pricing the same day`."""
    if len(words) > 1 and words[-2].text == "same" and words[-1].text in _UNITS:
        scope.reject(
            _CODE,
            f"`same {words[-1].text}` does not say how close two events lie",
            span_of(words[-2:]),
            hint="write for example `visited pricing then requested demo within 24h`",
        )


def _every(scope: Scope, verb: Verb, words: ast.Words, item: ast.Bare) -> None:
    """`attended every webinar`, `opened last 3 emails`."""
    if len(words) > 1 and words[0].text in _ALL_OR_LAST:
        scope.reject(
            _CODE,
            f"`{joined(words)}` would have to be one name, with its `{words[0].text}`",
            span_of(words),
            hint="how often and when stand after the name, as in `attended webinar 3+ times in "
            "30d`; a name with that word needs quotes",
        )


def _unnamed(scope: Scope, verb: Verb, words: ast.Words, item: ast.Bare) -> None:
    """`downloaded gated content`, `visited key pages`: no object of data is called so."""
    first, last = words[0].text.lower(), words[-1].text.lower()
    sort = first in _SORTS or (first in _WEIGHTS and last in _GENERAL)
    if len(words) < 2 or not sort or not (words[0].text.islower() or last in _GENERAL):
        return
    scope.reject(
        _CODE,
        f"`{joined(words)}` would have to be the name of something",
        span_of(words),
        hint="write which are meant, such as `visited pricing, demo`, or give them a name "
        "under `pages` in leadcard.yaml; quotes make a name of anything"
        if verb.name == "visited"
        else f"write which are meant, or `{verb.name}` for all; quotes make a name of anything",
    )


_SORTS: Final = frozenset(
    {"gated", "ungated", "high-value", "high-intent", "low-value", "low-intent", "top-value"}
)
_WEIGHTS: Final = frozenset({"key", "important", "specific", "certain", "other", "relevant"})
_GENERAL: Final = frozenset(
    {"page", "pages", "content", "asset", "assets", "resource", "resources", "event", "events"}
    | {"form", "forms", "link", "links", "file", "files", "feature", "features"}
)


def _mail_used(scope: Scope, verb: Verb, words: ast.Words, item: ast.Bare) -> None:
    """`used a business email`: which address a lead gave is a field."""
    if verb.name == "used" and len(words) > 1 and form(words[1:]) in MAIL:
        kind = MAIL_KINDS.get(form(words[:1]))
        plain = f"email domain {kind}" if kind else "email domain not in personal"
        scope.reject(
            _CODE,
            f"`{joined(words)}` is no feature that was used",
            span_of(words),
            hint=f"the addresses of leads are asked by a field: `{plain}`",
            fix=scope.replaced(span_of(item.words), plain),
        )


def _from_where(scope: Scope, verb: Verb, words: ast.Words, item: ast.Bare) -> None:
    """`visited from a Google ad`, `visited pricing from an email`, `watched 75% of a video`."""
    if words[0].text in _FROM and len(words) > 1:
        scope.reject(
            _CODE,
            f"`{joined(words)}` would have to be one name, with its `{words[0].text}`",
            span_of(words),
            hint="what somebody came from is a field, such as `source is LinkedIn`; "
            "quotes make a name of anything",
        )
    share = next((w for w in words if _SHARE.fullmatch(w.text)), None)
    if share is not None and verb.name in ("watched", "attended", "visited", "scrolled"):
        scope.reject(
            _CODE,
            f"`{share.text}` is a share, and only whole events count",
            share.span,
            hint="time is added up by `spent 2+ minutes on`; a share in the name of an event "
            f'is looked for in quotes: "{share.text}"',
        )


_FROM: Final = frozenset({"from", "via", "through", "by", "during", "using", "due", "because"})
_SHARE: Final = re.compile(r"\d+%\+?")


def _either_or(scope: Scope, verb: Verb, words: ast.Words, item: ast.Bare) -> None:
    """`attended webinar/conference`: a path, or two things."""
    for word in words:
        one, slash, other = word.text.partition("/")
        if slash and one.isalpha() and other.isalpha() and min(len(one), len(other)) > 2:
            scope.reject(
                _CODE,
                f"`{word.text}` can be one name, a path, or two things",
                word.span,
                hint=f"write `{one} or {other}`, the path `/{word.text}`, "
                f'or quote the name: "{word.text}"',
            )


def _cut_path(scope: Scope, verb: Verb, words: ast.Words, item: ast.Bare) -> None:
    """`visited /docs/…`."""
    path = words[-1]
    plain = path.text.replace("…", "*").replace("...", "*")
    if path.text.startswith("/") and plain != path.text:
        scope.reject(
            _CODE,
            f"`{path.text}` would have to be the path, with its dots",
            path.span,
            hint=f"for all pages below write `{plain}`",
            fix=scope.replaced(path.span, plain),
        )


_CHECKS: Final[tuple[Callable[[Scope, Verb, ast.Words, ast.Bare], None], ...]] = (
    _joined, _compared, _habit, _day, _different, _same, _every, _unnamed, _mail_used,
    _from_where,
    _either_or, _cut_path,
)  # fmt: skip

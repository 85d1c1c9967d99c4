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
from leadcard.compiler.scope import Scope, joined, span_of
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
    _joined, _compared, _habit, _day, _different, _same, _every, _either_or, _cut_path,
)  # fmt: skip

"""Diagnoses of conditions that the grammar refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from leadcard.dsl.ast import NumberRange
from leadcard.dsl.failure import Edit, Failure
from leadcard.dsl.source import Span
from leadcard.dsl.values import Fault

Diagnosis: TypeAlias = tuple[Fault, str | None]
"""What is wrong, and the corrected line."""
Diagnose: TypeAlias = Callable[[Failure], Diagnosis | None]

_JOINERS: Final = frozenset({"AND", "OR", "COMMA"})
_ENDS: Final = frozenset({"", "COLON", "RPAR", "LABEL"}) | _JOINERS
_OPERATORS: Final = frozenset({"IS", "OP"})
_TESTS: Final = frozenset({"RANGE", "BEFORE", "COUNT", "WINDOW", "WITHIN_ANY", "GAP"})
_THINGS_COUNTED: Final = frozenset({"visits", "views", "opens", "clicks", "downloads", "events"})
_THINGS: Final = {
    "emails": "email", "pages": "website", "webinars": "webinar", "forms": "form",
    "case studies": "case study", "ebooks": "ebook", "videos": "video", "demos": "demo",
    "assets": "", "files": "", "links": "", "resources": "", "articles": "article",
    "blog posts": "blog post", "posts": "post", "webinar": "webinar",
    "newsletters": "newsletter", "brochures": "brochure", "guides": "guide",
    "templates": "template", "documents": "document", "sessions": "session",
    "whitepapers": "whitepaper", "white papers": "white paper", "reports": "report",
}  # fmt: skip
_HEADS: Final = frozenset({"people", "employees", "persons", "staff", "workers", "heads"})
"""What `employees 50+ people` says twice; any other word may be a unit, such as `crore`."""
_GOES_ON: Final = frozenset({"of", "after", "before", "from", "following", "since", "until"})
_NEED_EVENT: Final = {
    "NEVER": "never requested demo",
    "ANYONE": "anyone requested demo",
    "NOBODY": "nobody requested demo",
    "PEOPLE": "3+ people active in 30d",
    "TOTAL": "total visited pricing 10+ times",
    "SPENT": "spent 2+ minutes on pricing",
    "THEN": "visited pricing then requested demo",
    "NOT": "not visited pricing",
    "ROUTE": 'route to "Sales"',
    "NOTIFY": 'notify "the owner"',
    "FLAG": 'flag "key account"',
}


def _fault(code: str, message: str, span: Span, hint: str | None = None) -> Fault:
    return Fault(code=code, message=message, span=span, hint=hint)


def _taken_out(failure: Failure, at: int) -> Edit:
    return failure.tokens[at].span, ""


def lone_joiner(failure: Failure) -> Diagnosis | None:
    """`visited pricing and: +15`, `and visited pricing: +15`, `a and or b`."""
    if failure.before in _JOINERS and failure.here in _ENDS:
        at = failure.at - 1
        said = failure.said_at(at)
        fix = failure.fix(_taken_out(failure, at))
        message = f"nothing follows `{said}`"
        return _fault("S120", message, failure.tokens[at].span, "take it out, or go on"), fix
    if failure.here in _JOINERS and failure.before in {"", "LPAR", "NOT", "STAR", "COLON", "WHEN"}:
        fix = failure.fix(_taken_out(failure, failure.at))
        message = f"nothing stands before `{failure.said_at(failure.at)}`"
        return _fault("S120", message, failure.span, "take it out"), fix
    return None


def parentheses(failure: Failure) -> Diagnosis | None:
    """Parentheses that do not close, close too often, or hold nothing."""
    kinds = [token.type for token in failure.tokens[: failure.at]]
    depth = kinds.count("LPAR") - kinds.count("RPAR")
    if failure.here == "RPAR" and failure.before == "LPAR":
        fix = failure.fix(_taken_out(failure, failure.at - 1), _taken_out(failure, failure.at))
        hint = "take them out, or write a condition in them"
        return _fault("S105", "nothing stands in the parentheses", failure.span, hint), fix
    if failure.here == "RPAR" and depth <= 0:
        fix = failure.fix(_taken_out(failure, failure.at))
        return _fault("S105", "no parenthesis is open here", failure.span, "take it out"), fix
    if failure.here in ("", "COLON", "LABEL") and depth > 0:
        opening = max(at for at, kind in enumerate(kinds) if kind == "LPAR")
        span = failure.tokens[opening].span
        fix = failure.fix((Span(failure.span.start, failure.span.start), ")" * depth))
        return _fault("S105", "this parenthesis is never closed", span, "close it by `)`"), fix
    return None


def opened_after_words(failure: Failure) -> Diagnosis | None:
    """`title is Korea (South)`, `title is (CEO or CTO)`, `visited (pricing or demo)`."""
    if failure.here != "LPAR" or failure.before not in {"WORDS", "IS", "OP"}:
        return None
    closing = _closing(failure)
    if closing is None:
        return None
    end = failure.tokens[closing].span.end
    if failure.before == "WORDS" and failure.kind(failure.at - 2) in _OPERATORS:
        span = Span(failure.tokens[failure.at - 1].span.start, end)
        said = failure.said(span)
        fix = failure.fix((span, f'"{failure.whole(span)}"'))
        hint = "put the whole phrase in quotes"
        return _fault("S119", f"`{said}` needs quotes for its parentheses", span, hint), fix
    fix = failure.fix(_taken_out(failure, failure.at), _taken_out(failure, closing))
    message = "parentheses hold whole conditions, and here is a value"
    hint = "values need no parentheses: `title is CEO or CTO`"
    return _fault("S105", message, failure.span, hint), fix


def _closing(failure: Failure) -> int | None:
    depth = 0
    for at in range(failure.at, len(failure.tokens)):
        kind = failure.kind(at)
        depth += (kind == "LPAR") - (kind == "RPAR")
        if depth == 0:
            return at
    return None


def missing_value(failure: Failure) -> Diagnosis | None:
    """`title is: +5`, `never: +5`, `visited pricing then: +5`."""
    if failure.here not in _ENDS:
        return None
    at = failure.at - 1
    said = failure.said_at(at)
    if failure.before in _OPERATORS:
        hint = f"write what comes after it, such as `{said} technology`"
        return _fault("S106", f"nothing follows `{said}`", failure.tokens[at].span, hint), None
    if failure.before in _NEED_EVENT:
        hint = f"write it whole, such as `{_NEED_EVENT[failure.before]}`"
        return _fault("S106", f"nothing follows `{said}`", failure.tokens[at].span, hint), None
    if failure.before == "COUNT":
        hint = "write what happened first, such as `visited pricing 3+ times`"
        message = f"`{said}` does not say what is counted"
        return _fault("S106", message, failure.tokens[at].span, hint), None
    return None


def missing_event(failure: Failure) -> Diagnosis | None:
    """`then requested demo`, `within any 24h` without a count."""
    if failure.here == "THEN":
        if failure.before in {"", "STAR", "LPAR"} | _JOINERS:
            hint = "write the earlier event, such as `visited pricing then requested demo`"
            return _fault("S106", "nothing stands before `then`", failure.span, hint), None
        hint = "two events only: make another rule for a third"
        return _fault("S111", "`then` joins two events, and here is more", failure.span, hint), None
    if failure.here == "WITHIN_ANY":
        said = failure.said_at(failure.at)
        fix = failure.fix((Span(failure.span.start, failure.span.start), "3+ times "))
        message = f"`{said}` does not say how many events"
        return _fault("S106", message, failure.span, f"write `3+ times {said}`"), fix
    return None


def misplaced_not(failure: Failure) -> Diagnosis | None:
    """`title not CEO`, `visited not pricing`."""
    if failure.here != "NOT" or failure.before != "WORDS":
        return None
    fix = failure.fix((failure.span, "is not"))
    hint = "write `is not`, or `not` before the whole condition"
    return _fault("S111", "`not` cannot stand here", failure.span, hint), fix


def word_of_language(failure: Failure) -> Diagnosis | None:
    """`title contains head in charge`: a word that means something inside a value."""
    opening = failure.at - 2
    if failure.before != "WORDS" or failure.kind(opening) not in _OPERATORS:
        return None
    if failure.here not in _OPERATORS | {"THEN", "OP_ALONE", "NOT"} | _TESTS:
        return None
    if failure.here in {"WINDOW", "COUNT", "GAP", "WITHIN_ANY"}:
        return None
    end = _item_end(failure)
    span = Span(failure.tokens[failure.at - 1].span.start, end)
    said, word = failure.said(span), failure.said_at(failure.at)
    fix = failure.fix((span, f'"{failure.whole(span)}"'))
    message = f"`{word}` means something here, so a value with it needs quotes"
    return _fault("S119", message, failure.span, f'write `"{said}"`'), fix


def _item_end(failure: Failure) -> int:
    at = failure.at
    while failure.kind(at + 1) not in _ENDS:
        at += 1
    return failure.tokens[at].span.end


def misplaced_window(failure: Failure) -> Diagnosis | None:
    """`title is CEO in 7d`, `visited pricing in 7d in 30d`."""
    if failure.here not in {"WINDOW", "COUNT", "GAP"}:
        return None
    said = failure.said_at(failure.at)
    fix = failure.fix(_taken_out(failure, failure.at))
    earlier = [token.type for token in failure.tokens[: failure.at]]
    if failure.here in earlier[_item_start(earlier) :]:
        return _fault("S113", f"`{said}` says again what was said", failure.span, "keep one"), fix
    message = f"`{said}` belongs to an event, and here is none"
    return _fault("S117", message, failure.span, "fields are as they are today"), fix


def _item_start(kinds: list[str]) -> int:
    for at in range(len(kinds) - 1, -1, -1):
        if kinds[at] in _JOINERS or kinds[at] in {"LPAR", "COLON"}:
            return at + 1
    return 0


_UNITS_OF_TIME: Final = frozenset({"hour", "day", "week", "month", "year"})


def words_after_test(failure: Failure) -> Diagnosis | None:
    """`visited in 7d pricing`, `employees 50+ people`."""
    if failure.here != "WORDS" or failure.before not in _TESTS:
        return None
    said, span = failure.said_at(failure.at), failure.span
    kinds = [token.type for token in failure.tokens[: failure.at]]
    start = _item_start(kinds)
    if failure.before in {"COUNT", "WINDOW"} and kinds[start] == "WORDS":
        if said.lower().split(" ")[0] in _GOES_ON:
            hint = "two events stand in order by `then`: `opened email then visited pricing`"
            return _fault("S111", f"`{said}` cannot stand after a window", span, hint), None
        after_words = failure.tokens[start].span.end
        moved = (Span(after_words, after_words), f" {failure.whole(span)}")
        whole = any(mark in failure.whole(failure.tokens[start].span) for mark in '/"')
        fix = None if whole else failure.fix(moved, (span, ""))  # nothing stands after a path
        hint = "what happened comes first, then how often and when"
        return _fault("S111", f"`{said}` stands in the wrong place", span, hint), fix
    earlier = failure.said_at(failure.at - 1)
    if (counted := _counted_things(failure, start, said)) is not None:
        return counted
    if said.lower().rstrip("s") in _UNITS_OF_TIME and failure.before == "RANGE":
        hint = "a number stands alone: `under 90`; a date is `in the last 7d`, `more than 7d ago`"
        fix = _in_days(failure, start, said)
        return _fault("S111", f"`{earlier} {said}` is a number, not a time", span, hint), fix
    if said.lower().rstrip("s") in _UNITS_OF_STAY and failure.before == "RANGE":
        return _time_spent(failure, start, said)
    if said.lower() in _THINGS_COUNTED:
        fix = failure.fix((span, "times"))
        hint = f"write `{earlier} times`"
        return _fault("S111", f"`{said}` cannot stand after `{earlier}`", span, hint), fix
    fix = failure.fix((span, "")) if said.lower() in _HEADS else None
    message = f"`{said}` cannot stand after `{earlier}`"
    return _fault("S111", message, span, "take it out, or join it by `and` or `or`"), fix


_UNITS_OF_STAY: Final = frozenset({"minute", "min", "second", "sec"})
_DAYS: Final = {"day": 1, "week": 7, "month": 30, "year": 365}


def _in_days(failure: Failure, start: int, said: str) -> str | None:
    """`timeline under 3 months` as `timeline under 90`, which counts days."""
    name = failure.said_at(start).lower()
    unit, test = _DAYS.get(said.lower().rstrip("s")), failure.tokens[failure.at - 1]
    if not isinstance(test.value, NumberRange) or unit is None or "time" not in name:
        return None
    ends = [None if end is None else end.value * unit for end in (test.value.low, test.value.high)]
    low, high = (None if end is None else f"{end.normalize():f}" for end in ends)
    if low is not None and high is not None:
        plain = f"{low}-{high}"
    elif low is not None:
        plain = f"over {low}" if test.value.low_open else f"{low}+"
    else:
        plain = f"under {high}" if test.value.high_open else f"at most {high}"
    return failure.fix((Span(test.span.start, failure.span.end), plain))


def _time_spent(failure: Failure, start: int, said: str) -> Diagnosis:
    """`time on site over 5 minutes` as `spent 5+ minutes on website`."""
    test, words = failure.tokens[failure.at - 1], failure.said_at(start).lower().split()
    fix, least = None, test.value
    of_stay = words[0] in ("time", "session", "visit", "duration") and len(words) < 5
    if of_stay and isinstance(least, NumberRange) and least.low is not None:
        where = " ".join(words[words.index("on") + 1 :]) if "on" in words else ""
        where = "website" if where in ("", "site", "page", "the site", "the page") else where
        plain = f"spent {least.low.value:f}+ {said} on {where}"
        fix = failure.fix((Span(failure.tokens[start].span.start, failure.span.end), plain))
    message = f"`{failure.said_at(failure.at - 1)} {said}` is a time spent"
    hint = "time spent is written `spent 5+ minutes on website`"
    return _fault("S111", message, failure.span, hint), fix


def _counted_things(failure: Failure, start: int, said: str) -> Diagnosis | None:
    """`opened 3+ emails`, `visited 3+ pages`: events, or different things?"""
    thing = _THINGS.get(said.lower())
    test = failure.tokens[failure.at - 1].value
    if thing is None or failure.before != "RANGE" or failure.kind(start) != "WORDS":
        return None
    if not isinstance(test, NumberRange) or test.low is None or test.high is not None:
        return None
    least = int(test.low.value) + (1 if test.low_open else 0)
    span = Span(failure.tokens[failure.at - 1].span.start, failure.span.end)
    plain = f"{thing} {least}+ times".strip()
    fix = failure.fix((span, plain))
    message = f"`{failure.said(span)}` can be a number of events, or of different ones"
    return _fault("S111", message, span, f"events are counted by `{least}+ times`"), fix


def colon_inside(failure: Failure) -> Diagnosis | None:
    """`visited pricing: today: +15`: more than one colon."""
    colons = [token.span for token in failure.tokens if token.type == "COLON"]
    fixes = (failure.fix((span, "")) for span in reversed(colons))
    hint = "a rule has one, between condition and points; put others in quotes"
    found = _fault("S102", "there is one `:` too many", colons[0], hint)
    return found, next((fix for fix in fixes if fix), None)


CONDITION_DIAGNOSES: Final[tuple[Diagnose, ...]] = (
    lone_joiner,
    parentheses,
    opened_after_words,
    missing_value,
    missing_event,
    word_of_language,
    misplaced_not,
    misplaced_window,
    words_after_test,
)

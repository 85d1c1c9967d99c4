"""Points that stand where scoring sheets have them: `visited pricing (+15)`, `-10 unsubscribed`."""

from __future__ import annotations

import re
from typing import Final

from leadcard.dsl.condition_errors import Diagnosis
from leadcard.dsl.failure import Failure
from leadcard.dsl.source import Span
from leadcard.dsl.values import Fault

_LOSING: Final = frozenset({"subtract", "deduct", "minus", "remove", "lose", "loses", "take"})
_SAID: Final = (
    r"(?P<verb>add|adds|plus|gets?|gives?|award|subtract|deduct|minus|remove|loses?)?\s*"
    r"(?P<sign>[+\-–−])?\s*(?P<number>\d+(?:\.\d+)?)\s*(?P<word>points?|pts?\.?)?"
)
_IN_PARENTHESES: Final = re.compile(rf"\s*:?\s*\(\s*{_SAID}\s*\)\s*$", re.IGNORECASE)
_AFTER_COMMA: Final = re.compile(rf"\s*,\s*(?:then\s+)?{_SAID}\s*$", re.IGNORECASE)
_AT_START: Final = re.compile(
    r"\s*(?P<sign>[+\-–−])\s?(?P<number>\d+)(?:\s+(?:points?|pts?))?\s+(?!for\b|if\b|when\b)", re.I
)
_AT_END: Final = re.compile(r"\s*\(?(?P<sign>[+\-–−])\s?(?P<number>\d+)\s*(?:points?|pts?)?\)?\s*$")


def points_of(verb: str | None, sign: str | None, number: str) -> str:
    """Points as they are written: `-5` of `subtract 5`."""
    less = (verb or "").lower() in _LOSING or (sign or "+") not in "+"
    return f"{'-' if less else '+'}{number}"


def loose_points(failure: Failure) -> Diagnosis | None:
    """`visited pricing (+15)`, `no activity in 30 days, subtract 5`, `+15 visited pricing`."""
    if failure.start != "rule" or failure.colon is not None:
        return None
    whole = failure.line.span
    text = failure.line.source.text[whole.start : whole.end]
    for pattern in (_IN_PARENTHESES, _AFTER_COMMA):
        found = pattern.search(text)
        if found is None or not (found["verb"] or found["sign"] or found["word"]):
            continue
        points = points_of(found["verb"], found["sign"], found["number"])
        blanks = len(found[0]) - len(found[0].lstrip())
        span = Span(whole.start + found.start() + blanks, whole.end)
        fix = failure.fix((span, f": {points}"))
        said = text[found.start() :].strip(" ,")
        fault = _fault("S102", f"a `:` is missing before `{said}`", span, f"write `: {points}`")
        return (fault, fix) if fix else None
    found = _AT_START.match(text)
    if found is None:
        return None
    points = points_of(None, found["sign"], found["number"])
    head = Span(whole.start, whole.start + len(found[0].rstrip()))
    fix = failure.fix((head, ""), (Span(whole.end, whole.end), f": {points}"))
    hint = "what gives the points comes first, then a colon and the points"
    said = found[0].strip()
    return (
        (_fault("S111", f"`{said}` stands before what gives it", head, hint), fix) if fix else None
    )


def colon_as_label(failure: Failure) -> Diagnosis | None:
    """`job title: director +15`: the colon stands after the field, not before the points."""
    colon = failure.colon
    if colon is None or failure.here != "WORDS":
        return None
    end = failure.line.span.end
    rest = failure.line.source.text[failure.span.start : end]
    found = _AT_END.search(rest)
    if found is None or not any(char.isalnum() for char in rest[: found.start()]):
        return None
    points = points_of(None, found["sign"], found["number"])
    last = Span(failure.span.start + found.start(), end)
    said = failure.said(Span(failure.span.start, end))
    fix = failure.fix((failure.tokens[colon].span, ""), (last, f": {points}"))
    hint = "the colon stands before the points, and none after the field"
    return _fault("S108", f"`{said}` is no number of points", failure.span, hint), fix


def _fault(code: str, message: str, span: Span, hint: str) -> Fault:
    return Fault(code=code, message=message, span=span, hint=hint)

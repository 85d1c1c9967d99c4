"""Tests that cannot stand after an event: each told what to write there instead."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NoReturn

from leadcard.compiler.scope import Scope
from leadcard.dsl import ast, words


def refuse_test(scope: Scope, test: ast.NumberRange | ast.DateTest) -> NoReturn:
    """`clicked email > 3`, `clicked email more than 30 days ago`: no count and no window."""
    message, hint, fix = _told(test)
    scope.reject("R106", message, test.span, hint=hint, fix=fix and scope.replaced(test.span, fix))


def _told(test: ast.NumberRange | ast.DateTest) -> tuple[str, str, str | None]:
    """Message, hint, and the words for the place of the test."""
    match test:
        case ast.NumberRange():
            fix = _times(test)
            return (
                "a number after an event needs a word for what it counts",
                f"write for example `{fix or '3+ times'}`",
                fix,
            )
        case ast.LongAgo(duration=near):
            said = words.duration(near)
            far = words.duration(replace(near, amount=near.amount * 2))
            return (
                f"`more than {said} ago` is no window, since it has no beginning",
                f"write for example `between {said} and {far} ago`, "
                f"or for a silence `not visited pricing in {said}`",
                None,
            )
        case ast.After(day=day) if not isinstance(day.value, datetime):
            since = words.day(replace(day, value=day.value + timedelta(days=1)))
            fix = f"since {since}"
            return "the window of an event begins with `since`", f"write `{fix}`", fix
        case ast.After() | ast.Before():
            hint = "windows are `since 2026-01-31`, `in 30d` and `between 7d and 30d ago`"
            return "an event needs a window, and this is none", hint, None
        case ast.InLast():
            return "the window stands at the end", f"write `{words.window(test)}` there", None
        case ast.InNext():
            hint = "`within the next 60d` is for fields, such as the date of a renewal"
            return "an event has happened already", hint, None


def _times(test: ast.NumberRange) -> str | None:
    """The range as a count: `3+ times`; None where no count says the same."""
    low = None if test.low is None else test.low.value
    high = None if test.high is None else test.high.value
    if any(end is not None and (end != int(end) or end < 0) for end in (low, high)):
        return None
    least = 0 if low is None else int(low) + test.low_open
    if high is None:
        return f"{least}+ times" if least else None
    most = int(high) - test.high_open
    if most < max(least, 1):
        return None
    return words.count(ast.Count(low=least, high=most, span=test.span))

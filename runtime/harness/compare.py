"""Expectations against outcomes, and the outcomes of engines against each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import assert_never

from leadcard.compiler.result import JOIN_TEXT
from leadcard.runtime.harness.outcome import Outcome, Reason, Value
from leadcard.runtime.harness.samples import AllOf, Amount, Exactly, Expected, Firing


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that is not as expected: what, and both sides in plain words.

    `line` is that of the expectation in the sample file (None where engines disagree). `engine` is
    set where only that engine differs, `section` where the difference is about a section.
    """

    what: str
    expected: str
    actual: str
    line: int | None = None
    engine: str | None = None
    section: str | None = None


def compared(expected: tuple[Expected, ...], outcome: Outcome | None) -> tuple[Difference, ...]:
    """All that is not as expected."""
    return tuple(d for one in expected for d in _compared(one, outcome))


def _compared(expected: Expected, outcome: Outcome | None) -> Iterator[Difference]:
    if isinstance(expected, Firing):
        yield from _firing(expected, outcome)
        return
    actual = None if outcome is None else outcome.values[expected.column]
    if _holds(expected, actual):
        return
    yield Difference(
        what=expected.key,
        expected=_wanted(expected),
        actual="no score" if outcome is None else shown(actual),
        line=expected.line,
        section=expected.key.removeprefix("section ")
        if expected.key.startswith("section ")
        else None,
    )


def _holds(expected: Amount | Exactly | AllOf, actual: Value) -> bool:
    match expected:
        case Amount():
            if not isinstance(actual, Decimal):
                return False
            low_met = expected.low is None or actual >= expected.low
            return low_met and (expected.high is None or actual <= expected.high)
        case Exactly():
            return type(actual) is type(expected.value) and actual == expected.value
        case AllOf():
            return actual == JOIN_TEXT.join(expected.names)
        case _:
            assert_never(expected)


def _wanted(expected: Amount | Exactly | AllOf) -> str:
    match expected:
        case Amount():
            low, high = shown(expected.low), shown(expected.high)
            if expected.low is None:
                return f"at most {high}"
            if expected.high is None:
                return f"at least {low}"
            return low if expected.low == expected.high else f"{low} to {high}"
        case Exactly():
            return shown(expected.value)
        case AllOf():
            return JOIN_TEXT.join(expected.names) or "none"
        case _:
            assert_never(expected)


def _firing(expected: Firing, outcome: Outcome | None) -> Iterator[Difference]:
    if outcome is None:
        wanted = _ruled(expected)
        yield Difference(what=expected.key, expected=wanted, actual="no score", line=expected.line)
        return
    if expected.only:
        for reason in outcome.reasons:
            yield Difference(
                what=named_rule(reason.line, reason.rule),
                expected="no rule fired",
                actual=f"fired, {signed(reason.points)}",
                line=expected.line,
            )
    for rule in expected.rules:
        behind = outcome.fired(rule.line)
        if (behind is not None) is not expected.fires:
            yield Difference(
                what=named_rule(rule.line, rule.text),
                expected="fired" if expected.fires else "not fired",
                actual="not fired" if behind is None else f"fired, {_with_events(behind)}",
                line=expected.line,
            )


def _ruled(expected: Firing) -> str:
    return ", ".join(rule.text for rule in expected.rules) or "no rule fired"


def _with_events(reason: Reason) -> str:
    events = (
        f" from {reason.events} event{'s' if reason.events != 1 else ''}" if reason.events else ""
    )
    return f"{signed(reason.points)}{events}"


def disagreements(outcomes: Mapping[str, Outcome | None]) -> tuple[Difference, ...]:
    """Where the engines after the first say something else than it does."""
    names = tuple(outcomes)
    first = outcomes[names[0]]
    return tuple(
        difference
        for name in names[1:]
        for difference in _disagreements(names[0], first, name, outcomes[name])
    )


def _disagreements(
    first_name: str, first: Outcome | None, other_name: str, other: Outcome | None
) -> Iterator[Difference]:
    one, two = _everything(first), _everything(other)
    for what in dict.fromkeys((*one, *two)):
        if one.get(what) != two.get(what):
            yield Difference(
                what=what,
                expected=f"{one.get(what, 'nothing')} ({first_name})",
                actual=f"{two.get(what, 'nothing')} ({other_name})",
                engine=other_name,
            )


def _everything(outcome: Outcome | None) -> dict[str, str]:
    """All that an engine says, as texts by what they are about."""
    if outcome is None:
        return {"score": "no score"}
    values = {column.replace("_", " "): _exactly(v) for column, v in outcome.values.items()}
    reasons = {
        named_rule(r.line, r.rule): f"{r.section}, {signed(r.points)}"
        f"{'' if r.counted else ', not counted'}, {r.events} events, latest {shown(r.latest)}"
        for r in outcome.reasons
    }
    return values | reasons


def _exactly(value: Value) -> str:
    """As shown to people, but an empty text is not nothing."""
    return "an empty text" if value == "" else shown(value)


# --- values as people read them -------------------------------------------------------------------


def named_rule(line: int, text: str) -> str:
    """A rule of the card with its line."""
    return f"`{text}` (line {line})"


def shown(value: Value) -> str:
    """A value in plain words: 62, 62.5, yes, none."""
    match value:
        case None | "":
            return "none"
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return number(value)
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case _:
            return value


def number(value: Decimal) -> str:
    """Without zeros at the end: 62, 62.5, 62.25."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def signed(value: Decimal) -> str:
    """Points with their sign: +15, -10, 0."""
    text = number(value)
    return text if value <= 0 else f"+{text}"

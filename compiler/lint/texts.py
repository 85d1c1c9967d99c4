"""Letters that look like others, characters that cannot be seen, and phrases that read two ways."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from leadcard.compiler import bound, plan
from leadcard.compiler.lint.walk import all_leaves, events, replaced
from leadcard.dsl import ast
from leadcard.dsl.diagnostics import Diagnostic, warning
from leadcard.dsl.source import Span

_LOOKALIKE = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")
# Joiners that Persian, Indic scripts and emoji need are left alone.
_NEEDED = frozenset("\u200c\u200d\ufe0f")


def odd_characters(
    card: ast.Scorecard, bound_card: bound.Card, made: plan.Plan
) -> tuple[Diagnostic, ...]:
    """Words of several alphabets that look alike (`СEO`), and characters that cannot be seen."""
    del bound_card, made
    text = card.source.text
    if text.isascii():
        return ()
    return (*_invisible(card), *_mixed(card))


def _invisible(card: ast.Scorecard) -> Iterator[Diagnostic]:
    for at, char in enumerate(card.source.text):
        if char.isascii() or char in _NEEDED:
            continue
        if unicodedata.category(char) in {"Cf", "Co", "Cn"}:
            name = unicodedata.name(char, f"U+{ord(char):04X}").lower()
            yield warning(
                "L117",
                f"an invisible character stands here: {name}",
                source=card.source,
                span=Span(at, at + 1),
                hint="delete it, unless the data has it too",
                fix=replaced(card.source, Span(at, at + 1), ""),
            )


def _mixed(card: ast.Scorecard) -> Iterator[Diagnostic]:
    text = card.source.text
    start = 0
    for at in range(len(text) + 1):
        if at < len(text) and text[at].isalnum():
            continue
        word = text[start:at]
        if word and not word.isascii():
            letters: dict[str, dict[str, None]] = {}
            for char in word:
                if (script := _script(char)) is not None:
                    letters.setdefault(script, {})[char] = None
            if len(letters) > 1:
                kinds = (f"{script} ({''.join(of)})" for script, of in sorted(letters.items()))
                yield warning(
                    "L118",
                    f"`{word}` mixes letters of {' and '.join(kinds)}",
                    source=card.source,
                    span=Span(start, at),
                    hint="letters that look alike are not equal; retype the word",
                )
        start = at + 1


def _script(char: str) -> str | None:
    first = unicodedata.name(char, "").split(" ")[0]
    return first.capitalize() if first in _LOOKALIKE else None


def months_beside_days(
    card: ast.Scorecard, bound_card: bound.Card, made: plan.Plan
) -> tuple[Diagnostic, ...]:
    """Months of 30 days for what is elsewhere measured in days: calendar months may be meant."""
    del card, made
    spans: dict[object, dict[ast.Unit, Span]] = {}
    for about, duration in _durations(bound_card):
        spans.setdefault(about, {}).setdefault(duration.unit, duration.span)
    return tuple(
        warning(
            "L113",
            "months stand beside days for the same thing, and a month here is 30 days",
            source=bound_card.source,
            span=by_unit[ast.Unit.MONTH],
            hint="write days in both places",
        )
        for by_unit in spans.values()
        if ast.Unit.MONTH in by_unit and ast.Unit.DAY in by_unit
    )


def _durations(card: bound.Card) -> Iterator[tuple[object, ast.Duration]]:
    """Each duration of a window, with what it is about."""
    for leaf in all_leaves(card):
        if isinstance(leaf, bound.InactiveTest):
            yield bound.InactiveTest, leaf.duration
        for event in events(leaf):
            about = (event.verbs, event.objects)
            match event.window:
                case ast.InLast():
                    yield about, event.window.duration
                case ast.BetweenAgo():
                    yield about, event.window.near
                    yield about, event.window.far
                case _:
                    pass


def hidden_conditions(
    card: ast.Scorecard, bound_card: bound.Card, made: plan.Plan
) -> tuple[Diagnostic, ...]:
    """`title is VP or company owner`: a value that begins like a field became a condition."""
    del card, made
    return tuple(_hidden(bound_card))


def _hidden(card: bound.Card) -> Iterator[Diagnostic]:
    for section in card.sections:
        for rule in section.rules:
            parts = _in_order(rule.condition)
            for before, after in pairwise(parts):
                if _looks_like_value(card, before, after):
                    text = card.source.text[after.span.start : after.span.end]
                    yield warning(
                        "L119",
                        f"`{text}` reads as a condition of its own",
                        source=card.source,
                        span=after.span,
                        hint=f'if it is a value, quote it: "{text}"',
                        fix=replaced(card.source, after.span, f'"{text}"'),
                    )


def _in_order(condition: bound.Condition) -> tuple[bound.Condition, ...]:
    if isinstance(condition, bound.And | bound.Or):
        return tuple(p for part in condition.parts for p in _in_order(part))
    return (condition,)


def _looks_like_value(card: bound.Card, before: bound.Condition, after: bound.Condition) -> bool:
    """An explicit test, then `<field> <value>` without any operator on another text field."""
    if not isinstance(before, bound.FieldAlternatives):
        return False
    if not isinstance(after, bound.FieldAlternatives) or after.field == before.field:
        return False
    first = after.tests[0]
    if not isinstance(first, bound.ValueTest) or first.op is not ast.FieldOp.IS:
        return False
    written = card.source.text[after.span.start : first.span.start].casefold()
    return not any(word in written.split() for word in ("is", "=", "equals", "in"))

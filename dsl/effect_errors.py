"""Diagnoses of the part after the colon: points and modifiers that the grammar refuses."""

from __future__ import annotations

import re
from typing import Final

from leadcard.dsl.condition_errors import Diagnose, Diagnosis
from leadcard.dsl.failure import Failure
from leadcard.dsl.line_errors import misplaced_label
from leadcard.dsl.loose_points import colon_as_label
from leadcard.dsl.nearest import nearest
from leadcard.dsl.source import Span
from leadcard.dsl.values import Fault

_EFFECT_HINT: Final = 'write `+10`, `-10`, `disqualify` or `flag "key account"`'
_MODIFIER_HINT: Final = "modifiers are `each`, `once per day`, `max 20`, `fades over 30d` …"
_NUMBER_WORDS: Final = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "fifty": 50,
}  # fmt: skip
_WHOLE_MODIFIERS: Final = {
    "fades": "fades over 180d",
    "fade": "fades over 180d",
    "decays": "fades over 180d",
    "halves": "halves every 30d",
    "drops": "drops 5 every 7d",
    "expires": "expires after 30d",
    "once": "once per day",
    "max": "max 20",
    "maximum": "max 20",
    "up": "up to 20",
}
_OPENINGS: Final = {
    "fades": "fades over",
    "fade": "fades over",
    "decays": "fades over",
    "halves": "halves every",
    "expires": "expires after",
    "once": "once per",
}
_KEYWORDS: Final = (
    "disqualify", "flag", "each", "max", "fades", "halves", "drops", "expires", "once per",
)  # fmt: skip
_CONDITIONS: Final = frozenset({"if", "when", "where", "unless", "provided"})
_PER_THING: Final = re.compile(r"([+-]?\d+(?:\.\d+)?)/[a-z]+")
_DIGITS: Final = re.compile(r"[-+]*([\do]+(?:\.\d+)?)\D*")


def _fault(code: str, message: str, span: Span, hint: str | None = None) -> Fault:
    return Fault(code=code, message=message, span=span, hint=hint)


def no_effect(failure: Failure) -> Diagnosis | None:
    """`visited pricing: [label]`, `visited pricing: , max 5`: no points."""
    if failure.before != "COLON" or failure.here in {"WORDS", "LPAR"}:
        return None
    span = failure.tokens[failure.at - 1].span
    return _fault("S107", "no points follow the colon", span, _EFFECT_HINT), None


def condition_after(failure: Failure) -> Diagnosis | None:
    """`visited pricing: +15 if title is CEO`: a condition after the points."""
    if failure.here != "WORDS" or failure.before == "COLON":
        return None
    words = failure.words_from(failure.at)
    colon = failure.colon
    if not words or words[0] not in _CONDITIONS or colon is None:
        return None
    rest = Span(failure.span.start + len(words[0]), failure.line.span.end)
    joiner = " and not" if words[0] == "unless" else " and"
    end = failure.tokens[colon].span.start
    fix = failure.fix(
        (Span(end, end), f"{joiner} {failure.whole(rest)}"),
        (Span(failure.span.start, failure.line.span.end), ""),
    )
    hint = "conditions stand before the colon"
    return _fault("S111", f"`{words[0]}` cannot stand after the points", failure.span, hint), fix


def window_after(failure: Failure) -> Diagnosis | None:
    """`visited pricing: +15 in 7d`: a window after the points."""
    if failure.here != "WORDS" or failure.before == "COLON" or failure.colon is None:
        return None
    words = failure.words_from(failure.at)
    if not words or words[0] not in ("in", "within", "since", "between", "during", "last"):
        return None
    end = failure.tokens[failure.colon].span.start
    comma = failure.tokens[failure.at - 1].span if failure.before == "COMMA" else None
    span = Span(failure.span.start, _clause_end(failure))
    edits = [(Span(end, end), f" {failure.whole(span)}"), (span, "")]
    if comma is not None:
        edits.append((comma, ""))
    hint = "a window stands before the colon"
    said = failure.said(span)
    fix = failure.fix(*edits)
    return _fault("S117", f"`{said}` cannot stand after the points", span, hint), fix


def _clause_end(failure: Failure) -> int:
    """Where the clause that begins at the refused token ends: at a comma or the end of the line."""
    end = failure.span.end
    for token in failure.tokens[failure.at :]:
        if token.type in {"COMMA", "LABEL"}:
            break
        end = token.span.end
    return end


def not_points(failure: Failure) -> Diagnosis | None:
    """`: fifteen`, `: +15%`, `: ++15`, `: high`, `: disqualfy`."""
    if failure.before != "COLON" or failure.here != "WORDS":
        return None
    said, words = failure.said_at(failure.at), failure.words_from(failure.at)
    first = words[0] if words else ""
    fix = None
    turned = _list_turned(failure) or _points_first(failure) or colon_as_label(failure)
    if turned is not None:
        return turned
    if first in _NUMBER_WORDS:
        fix = failure.fix((failure.span, f"+{_NUMBER_WORDS[first]}"))
    elif (match := _PER_THING.fullmatch(first)) and len(words) == 1:
        sign = "" if match[1][0] in "+-" else "+"
        fix = failure.fix((failure.span, f"{sign}{match[1]} each"))
    elif (match := _DIGITS.fullmatch(first)) and len(words) == 1:
        sign = "-" if first.startswith("-") else "+"
        fix = failure.fix((failure.span, sign + match[1].replace("o", "0")))
    elif meant := nearest(first, ("disqualify", "flag")):
        rest = said[len(first) :]
        fix = failure.fix((failure.span, meant + rest))
    return _fault("S108", f"`{said}` is no number of points", failure.span, _EFFECT_HINT), fix


def _points_first(failure: Failure) -> Diagnosis | None:
    """`+15: visited pricing`: points, then what gives them."""
    colon = failure.colon
    if colon is None:
        return None
    head = Span(failure.line.span.start, failure.tokens[colon].span.start)
    if not _DIGITS.fullmatch(failure.said(head).strip()):
        return None
    rest = Span(failure.span.start, failure.line.span.end)
    whole = Span(head.start, rest.end)
    fix = failure.fix((whole, f"{failure.whole(rest)}: {failure.whole(head)}"))
    hint = "what gives the points comes first, then a colon and the points"
    return _fault("S111", f"`{failure.said(head)}` stands before what gives it", head, hint), fix


def _list_turned(failure: Failure) -> Diagnosis | None:
    """`competitors list: Rival, Other`: a list begins with its word."""
    colon = failure.colon
    if colon is None:
        return None
    end = failure.tokens[colon].span.start
    head = [piece for piece in failure.pieces if piece.end <= end]
    keys = [piece.key for piece in head]
    if "list" not in (keys[-1], keys[1] if keys[0] in ("the", "my", "our") and keys[1:] else ""):
        return None
    name = [p for p in head if p.key not in ("list", "the", "my", "our", "of")]
    if not name:
        return None
    span = Span(head[0].start, head[-1].end)
    plain = f"list {failure.whole(Span(name[0].start, name[-1].end))}"
    hint = f"write `{plain}: …`"
    return _fault("S116", "a list begins with the word `list`", span, hint), (
        failure.fix((span, plain))
    )


def in_parentheses(failure: Failure) -> Diagnosis | None:
    """`+15 (max 30)`: modifiers in parentheses."""
    if failure.here != "LPAR":
        return None
    closing = [at for at, token in enumerate(failure.tokens) if token.type == "RPAR"]
    edits = [(failure.span, "" if failure.before in {"COLON", "COMMA"} else ", ")]
    edits += [(failure.tokens[at].span, "") for at in closing if at > failure.at]
    hint = "modifiers follow the points after a comma"
    fix = failure.fix(*edits)
    return _fault("S111", "parentheses cannot stand after the colon", failure.span, hint), fix


def broken_modifier(failure: Failure) -> Diagnosis | None:
    """`fades 180d`, `max`, `flag`, `once`, `eech`: a modifier that is not whole or misspelt."""
    if failure.before == "FLAG" or (failure.here != "WORDS" and failure.before != "FLAG"):
        if failure.before != "FLAG":
            return None
        span = failure.tokens[failure.at - 1].span
        hint = 'write the text in quotes: `flag "key account"`'
        return _fault("S106", "nothing follows `flag`", span, hint), None
    if failure.before == "ONCE":
        return _broken_once(failure)
    said, words = failure.said_at(failure.at), failure.words_from(failure.at)
    first = words[0] if words else ""
    if first in _WHOLE_MODIFIERS:
        fix = None
        if first in _OPENINGS:
            fix = failure.fix((failure.span, f"{_OPENINGS[first]}{said[len(first) :]}"))
        hint = f"write it whole, such as `{_WHOLE_MODIFIERS[first]}`"
        return _fault("S106", f"`{said}` is not whole", failure.span, hint), fix
    fix = None
    if meant := nearest(first, _KEYWORDS):
        fix = failure.fix((failure.span, meant + said[len(first) :]))
    return _fault("S111", f"`{said}` cannot stand here", failure.span, _MODIFIER_HINT), fix


def _broken_once(failure: Failure) -> Diagnosis:
    """`once day`: neither `once` nor `once per day`."""
    once, rest = failure.tokens[failure.at - 1].span, failure.said_at(failure.at)
    span = Span(once.start, failure.span.end)
    fix = failure.fix((span, f"once per {rest}"))
    hint = "write it whole, such as `once per day`"
    return _fault("S106", f"`{failure.said(span)}` is not whole", span, hint), fix


def comma_at_end(failure: Failure) -> Diagnosis | None:
    """`+15, max 20,`: a comma or `and` that nothing follows."""
    if failure.before not in {"COMMA", "AND"} or failure.here not in {"", "COMMA", "AND", "LABEL"}:
        return None
    span = failure.tokens[failure.at - 1].span
    said = failure.said(span)
    fix = failure.fix((span, ""))
    return _fault("S120", f"nothing follows `{said}`", span, "take it out"), fix


def next_line_swallowed(failure: Failure) -> Diagnosis | None:
    """A line that ends in a comma, so that the rule below is read as a part of it."""
    line = failure.line
    if line.first == line.last:
        return None
    numbers = range(line.first + 1, line.last + 1)
    starts = [line.source.line_span(number).start for number in numbers]
    for at, piece in enumerate(line.pieces[1:], start=1):
        earlier = line.pieces[at - 1]
        if any(earlier.end <= start <= piece.start for start in starts):
            said = line.source.text[earlier.start : earlier.end]
            message = f"the line ends in `{said}`, so the next one is read as a part of it"
            hint = "take it out, or finish the line"
            return _fault("S120", message, earlier.span, hint), None
    return None


EFFECT_DIAGNOSES: Final[tuple[Diagnose, ...]] = (
    comma_at_end,
    no_effect,
    misplaced_label,
    condition_after,
    window_after,
    not_points,
    in_parentheses,
    broken_modifier,
)

"""Diagnoses of whole lines: colons left out, and settings, headers, tiers and stages gone wrong."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from leadcard.dsl.condition_errors import Diagnose, Diagnosis
from leadcard.dsl.failure import Edit, Failure
from leadcard.dsl.loose_points import loose_points
from leadcard.dsl.scan import Kind
from leadcard.dsl.source import Span
from leadcard.dsl.values import Fault

_POINTS_HINT: Final = "a rule ends in `:` and points, such as `: +10`; a section header in `:`"
_ARROWS: Final = frozenset({"=", "->", "=>", "→", "|", ";", "==>", "-->", ">", "⇒"})
_DASHES: Final = frozenset({"-", "–", "—"})
_EQUALS: Final = frozenset({"=", "==", "=>"})
_EFFECT_START: Final = re.compile(r"[+-]\d.*|[+-]|disqualify|disqualified|flag")
_STAGE_START: Final = re.compile(r"\d.*|below|under|above|over|at|[<>=≥≤].*|between")
_HEADS: Final = {
    ("scorecard",): 1,
    ("timezone",): 1,
    ("score",): 1,
    ("buyer", "stages"): 2,
}
_UNMARKED: Final = frozenset({"rule", "requirement", "stage", "tier"})
_ALONE: Final = frozenset({"stages", "tiers"})
_EXAMPLES: Final = {
    "name": "scorecard: Inbound B2B",
    "timezone": "timezone: Europe/Berlin",
    "score": "score: 0 to 100",
    "buyer_stages": "buyer stages: awareness, consideration, decision",
    "list_inline": "list service area: DE, AT, CH",
    "list_file": "list competitors from lists/competitors.txt",
    "grade": "grade from fit: A 40+, B 25+, C",
    "must_have": "must have at least 3:",
    "tier": "1 small: employees under 50",
    "stage": 'sales ready: 60+, route to "Sales"',
    "header": "fit (max 50):",
    "tiers": "tiers:",
    "stages": "stages:",
}
_POINT_WORDS: Final = frozenset({"point", "points", "pts", "add", "give", "award", "get", "gets"})
_LOSING: Final = frozenset({"subtract", "deduct", "minus", "remove", "lose", "take", "off"})
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?\+?")


def _fault(code: str, message: str, span: Span, hint: str | None = None) -> Fault:
    return Fault(code=code, message=message, span=span, hint=hint)


def _insert(at: int, text: str) -> Edit:
    return Span(at, at), text


def setting_without_colon(failure: Failure) -> Diagnosis | None:
    """`scorecard Inbound`, `stages`, `must have at least 3`, `list area DE, AT`."""
    if failure.colon is not None or failure.start not in _UNMARKED:
        return None
    keys = tuple(piece.key for piece in failure.pieces[:2])
    line_end = failure.line.span.end
    edit: Edit | None = None
    for head, length in _HEADS.items():
        if keys[: len(head)] == head:
            edit = _insert(failure.pieces[length - 1].end, ":")
    if keys[0] in _ALONE and len(failure.pieces) == 1:
        edit = _insert(line_end, ":")
    if keys in (("must", "have"), ("must", "haves")):
        edit = _insert(line_end, ":")
    if failure.pieces[-1].kind is Kind.CLOSE and failure.fix(_insert(line_end, ":")):
        edit = _insert(line_end, ":")
    if edit is not None:
        fix = failure.fix(edit)
        return _fault("S102", "a `:` is missing", edit[0], "put a colon here"), fix
    if keys[0] == "list" or keys[:2] == ("grade", "from"):
        example = _EXAMPLES["list_inline" if keys[0] == "list" else "grade"]
        span = Span(line_end, line_end)
        return _fault("S102", "a `:` is missing", span, f"write `{example}`"), None
    return None


def rule_without_colon(failure: Failure) -> Diagnosis | None:
    """`visited pricing +15`, `visited pricing = 15`, `visited pricing -> +15`."""
    if failure.colon is not None or failure.start not in {"rule", "stage", "tier"}:
        return None
    pieces = failure.pieces
    if (found := _equals_number(failure) or _in_prose(failure)) is not None:
        return found
    arrows = _ARROWS | _DASHES if failure.start == "stage" else _ARROWS
    for piece in pieces[1:-1]:
        if piece.key in arrows and (fix := failure.fix((piece.span, ":"))):
            return _fault("S102", "a `:` is missing", piece.span, "write a colon here"), fix
    for piece in pieces[:-1]:
        if piece.key[-1:] == ";":
            span = Span(piece.end - 1, piece.end)
            if fix := failure.fix((span, ":")):
                return _fault("S102", "a `:` is missing", span, "write a colon here"), fix
    opening = _STAGE_START if failure.start == "stage" else _EFFECT_START
    for earlier, piece in pairwise(pieces):
        if piece.kind is Kind.WORD and opening.fullmatch(piece.key):
            said = failure.said(Span(piece.start, failure.line.span.end))
            message = f"a `:` is missing before `{said}`"
            fix = failure.fix(_insert(earlier.end, ":"))
            return _fault("S102", message, piece.span, "put a colon before it"), fix
    return None


def _in_prose(failure: Failure) -> Diagnosis | None:
    """`if title is CEO then +20`, `10 points if visited pricing`, `+10 for visited pricing`."""
    keys = [piece.key for piece in failure.pieces]
    end = failure.line.span.end
    hint = "what gives the points comes first, then a colon and the points"
    if keys[0] in ("if", "when") and "then" in keys[2:-1]:
        first, then = failure.pieces[0], failure.pieces[keys.index("then", 2)]
        fix = failure.fix((Span(first.start, first.end), ""), (Span(then.start, then.end), ":"))
        return _fault("S102", "a `:` stands before the points, not `then`", then.span, hint), fix
    at = next((n for n, key in enumerate(keys[:-1]) if key in ("if", "for", "when")), 0)
    number = next((key for key in keys[:at] if _NUMBER.fullmatch(key)), None)
    if number is None or not set(keys[:at]) - {number} <= _POINT_WORDS | _LOSING:
        return None
    head = Span(failure.pieces[0].start, failure.pieces[at].end)
    sign = "-" if _LOSING & set(keys[:at]) else "+"
    turned = f": {number if number[0] in '+-' else f'{sign}{number}'}"
    fix = failure.fix((head, ""), (Span(end, end), turned))
    message = f"`{failure.said(head)}` stands before what gives the points"
    return _fault("S111", message, head, hint), fix


def _equals_number(failure: Failure) -> Diagnosis | None:
    """`employees = 50`: a test without points, or points without a colon?"""
    if failure.start != "rule" or len(failure.pieces) < 3:
        return None
    sign, number = failure.pieces[-2:]
    if sign.key not in _EQUALS or not _NUMBER.fullmatch(number.key):
        return None
    said = failure.said(Span(failure.line.span.start, sign.start)).strip()
    span = Span(sign.start, number.end)
    message = f"`{failure.said(span)}` can be a test without points, or the points"
    hint = f"write `{said}: +{number.key}` for points; a test needs them after a colon: `: +10`"
    return _fault("S102", message, span, hint), None


def points_left_out(failure: Failure) -> Diagnosis | None:
    """`visited pricing`: neither points nor the colon of a header."""
    if failure.colon is not None or failure.start != "rule" or failure.here != "":
        return None
    span = failure.line.span
    return _fault("S107", "no points are given", span, _POINTS_HINT), None


def condition_left_out(failure: Failure) -> Diagnosis | None:
    """`: +15`: nothing before the colon."""
    if failure.here != "COLON" or failure.before not in {"", "STAR"} or failure.start == "header":
        return None
    if failure.start == "tier":
        return None
    if failure.start == "stage":
        hint = f"write `{_EXAMPLES['stage']}`"
        return _fault("S106", "the stage has no name", failure.span, hint), None
    hint = "write what gives the points, such as `visited pricing: +15`"
    return _fault("S106", "nothing stands before the colon", failure.span, hint), None


def list_without_name(failure: Failure) -> Diagnosis | None:
    """`list: DE, AT`."""
    keys = [piece.key for piece in failure.pieces[:2]]
    if keys != ["list", ":"]:
        return None
    span = failure.pieces[0].span
    return _fault("S116", "the list has no name", span, f"write `{_EXAMPLES['list_inline']}`"), None


def broken_list(failure: Failure) -> Diagnosis | None:
    """`list area: DE,, AT`, `list area from`, `buyer stages: a,`."""
    if failure.start not in {"list_inline", "list_file", "buyer_stages", "grade"}:
        return None
    if failure.here in {"COMMA", ""} and failure.before in {"COMMA", "COLON"}:
        at = failure.at if failure.here == "COMMA" else failure.at - 1
        span = failure.tokens[at].span
        if failure.kind(at) == "COMMA":
            fix = failure.fix((span, ""))
            return _fault("S120", "no entry stands beside this comma", span, "take it out"), fix
    if failure.start == "list_file":
        hint = f"write `{_EXAMPLES['list_file']}`"
        return _fault("S116", "the list has no file", failure.span, hint), None
    if failure.start == "grade" and failure.here == "WORDS" and failure.before == "AT_LEAST":
        end = failure.tokens[failure.at - 1].span.end
        fix = failure.fix(_insert(end, ","))
        hint = "put a comma here"
        return _fault("S115", "a comma is missing between two grades", Span(end, end), hint), fix
    return None


def rule_in_must_have(failure: Failure) -> Diagnosis | None:
    """A requirement with points, or with a `*`."""
    if failure.start != "requirement":
        return None
    if failure.here == "STAR":
        fix = failure.fix((failure.span, ""))
        hint = "a key conversion is marked where it gives points"
        return _fault("S114", "`*` cannot stand among must haves", failure.span, hint), fix
    if failure.here != "COLON":
        return None
    fix = failure.fix((Span(failure.span.start, failure.line.span.end), ""))
    hint = "must haves give no points; write rules under a section header"
    return _fault("S114", "points cannot stand among must haves", failure.span, hint), fix


def broken_tier(failure: Failure) -> Diagnosis | None:
    """`small: employees under 50`, `1: employees under 50`."""
    if failure.start != "tier" or failure.at > 1:
        return None
    hint = f"write `{_EXAMPLES['tier']}`"
    if failure.colon is None:
        end = failure.line.span.end
        return _fault("S102", "a `:` is missing", Span(end, end), hint), None
    if failure.here == "NAME":
        return _fault("S115", "the tier has no number", failure.span, hint), None
    if failure.here == "COLON":
        return _fault("S106", "the tier has no name", failure.span, hint), None
    return None


def broken_header(failure: Failure) -> Diagnosis | None:
    """`(max 50):`, `fit when:`, `fit (max):`."""
    if failure.start != "header":
        return None
    if failure.at == 0:
        example = "market when country is Japan:" if failure.here == "WHEN" else _EXAMPLES["header"]
        hint = f"write `{example}`"
        return _fault("S106", "the section has no name", failure.span, hint), None
    if failure.before == "WHEN":
        hint = "write `market when country is Japan:`"
        return _fault("S106", "nothing follows `when`", failure.span, hint), None
    kinds = [token.type for token in failure.tokens[: failure.at]]
    if "LPAR" in kinds and ("WHEN" not in kinds or kinds.index("LPAR") > kinds.index("WHEN")):
        hint = "in parentheses stand `max 50`, `min 0` and `best only`"
        said = failure.said_at(failure.at)
        return _fault("S109", f"`{said}` cannot stand here", failure.span, hint), None
    return None


def broken_score(failure: Failure) -> Diagnosis | None:
    """`score: 100`, `score:`."""
    if failure.start != "score":
        return None
    if failure.here == "" and failure.before == "COLON":
        hint = "`score: 0 to 100` sets its limits; name the section otherwise"
        return _fault("S109", "`score` cannot name a section", failure.line.span, hint), None
    said = failure.said_at(failure.at)
    fix = failure.fix((failure.span, f"0 to {said}")) if _NUMBER.fullmatch(said) else None
    hint = f"write `{_EXAMPLES['score']}`"
    return _fault("S115", f"`{said}` does not set both limits", failure.span, hint), fix


def broken_must_have(failure: Failure) -> Diagnosis | None:
    """`must have many:`, `must have at last 3:`."""
    if failure.start != "must_have":
        return None
    digits = next((p.key for p in failure.pieces if p.key.isdigit()), None)
    span = Span(failure.pieces[0].start, failure.tokens[-1].span.start)
    fix = failure.fix((span, f"must have at least {digits}")) if digits else None
    message = f"`{failure.said(failure.span)}` cannot stand here"
    hint = "write `must have at least 3:` or `must have all:`"
    return _fault("S115", message, failure.span, hint), fix


def setting_alone(failure: Failure) -> Diagnosis | None:
    """`scorecard:` without a name, `stages (max 3):`, and settings with anything that fits not."""
    example = _EXAMPLES.get(failure.start)
    if example is None or failure.start in {"stage", "header", "tier"}:
        return None
    if failure.here == "":
        span = failure.line.span
        return _fault("S106", "nothing follows the colon", span, f"write `{example}`"), None
    if failure.start in _ALONE:
        said = failure.said(failure.span)
        rest = Span(failure.span.start, failure.line.span.end)
        fix = failure.fix((rest, ""), _colon_after(failure))
        hint = f"`{example}` stands alone on its line"
        if failure.start == "stages" and failure.before == "COLON":
            hint += "; the stages of buying are written `buyer stages: ...`"
        return _fault("S115", f"`{said}` cannot stand here", failure.span, hint), fix
    said = failure.said(failure.span)
    return _fault("S115", f"`{said}` cannot stand here", failure.span, f"write `{example}`"), None


def _colon_after(failure: Failure) -> Edit:
    """The colon back where everything after the name is taken out, unless it stays."""
    if failure.before == "COLON":
        return _insert(failure.tokens[0].span.start, "")
    return _insert(failure.tokens[0].span.end, ":")


def misplaced_label(failure: Failure) -> Diagnosis | None:
    """A `[label]` on a line that is no rule, or not at its end."""
    at = failure.at if failure.here == "LABEL" else failure.at - 1
    if failure.kind(at) != "LABEL":
        return None
    end, span = failure.line.span.end, failure.tokens[at].span
    label = failure.said(span)
    fix = failure.fix((span, ""), (Span(end, end), f" {label}")) or failure.fix((span, ""))
    hint = "put it at the end of a rule; in a phrase it needs quotes"
    return _fault("S111", f"the label `{label}` cannot stand here", span, hint), fix


LINE_DIAGNOSES: Final[tuple[Diagnose, ...]] = (
    misplaced_label,
    loose_points,
    setting_without_colon,
    list_without_name,
    broken_list,
    broken_score,
    broken_must_have,
    setting_alone,
    rule_in_must_have,
    broken_tier,
    rule_without_colon,
    condition_left_out,
    broken_header,
)
LAST_DIAGNOSES: Final[tuple[Diagnose, ...]] = (points_left_out,)

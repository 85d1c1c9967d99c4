"""Repeated and decaying rules: which modifiers go together, and with which conditions."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn, TypeAlias, TypeVar

from leadcard.compiler import bound, plan
from leadcard.compiler.lower_condition import lower_condition
from leadcard.compiler.lower_event import event_clauses, sequence
from leadcard.compiler.lowering import Lowering
from leadcard.compiler.scope import Rejected
from leadcard.dsl import ast
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.record import dataclass
from leadcard.dsl.source import Source, Span

_M = TypeVar("_M")
_Repeated: TypeAlias = bound.EventTest | bound.SequenceTest
_DAY = 86400
_PER = {
    ast.Calendar.DAY: plan.Repeat.PER_DAY,
    ast.Calendar.WEEK: plan.Repeat.PER_WEEK,
    ast.Calendar.MONTH: plan.Repeat.PER_MONTH,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A repeated rule taken apart: what must hold, and the events that repeat."""

    guard: plan.Predicate
    repetition: plan.Repetition


def only(rule: ast.Rule, kind: type[_M]) -> _M | None:
    """The one modifier of a kind, or None; that none stands twice is the parser's to say."""
    return next((m for m in rule.modifiers if isinstance(m, kind)), None)


def repetition(
    low: Lowering, source: Source, rule: ast.Rule, condition: bound.Condition
) -> Parts | None:
    """How the rule repeats, or None if it counts once."""
    each = only(rule, ast.Each)
    per = only(rule, ast.OncePer)
    asset = only(rule, ast.EachAsset)
    decay = _decay(source, rule)
    if per is not None and asset is not None:
        _reject(
            source,
            "R131",
            "`once per` and `each asset` cannot go together",
            asset.span,
            hint="leave one out",
        )
    first = asset or per or each or decay
    if first is None:
        return None
    span = first.span
    guard, events = _split(source, condition, span)
    clauses = tuple(dict.fromkeys(one for event in events for one in _clauses(low, event)))
    by = plan.Repeat.LATEST
    if asset is not None:
        by = plan.Repeat.EACH_ASSET
    elif per is not None:
        by = _PER[per.calendar]
    elif each is not None:
        by = plan.Repeat.EACH
    return Parts(
        guard=plan.TRUE if guard is None else lower_condition(low, guard),
        repetition=plan.Repetition(
            events=plan.EventSet(clauses=clauses),
            by=by,
            decay=None if decay is None else _lower_decay(source, decay),
        ),
    )


def _decay(source: Source, rule: ast.Rule) -> ast.Fades | ast.Halves | ast.Drops | None:
    found = [m for m in rule.modifiers if isinstance(m, ast.Fades | ast.Halves | ast.Drops)]
    if len(found) > 1:
        _reject(
            source,
            "R131",
            "a rule can lose points in one way only",
            found[1].span,
            hint="leave one out",
        )
    return found[0] if found else None


def _lower_decay(source: Source, decay: ast.Fades | ast.Halves | ast.Drops) -> plan.Decay:
    days, rest = divmod(decay.duration.seconds, _DAY)
    if rest:
        _reject(
            source,
            "R132",
            "points are lost by whole days",
            decay.duration.span,
            hint="such as `1d` or `30d`",
        )
    match decay:
        case ast.Fades():
            return plan.Fade(days=days)
        case ast.Halves():
            return plan.Halve(days=days)
        case ast.Drops():
            return plan.Drop(hundredths=decay.hundredths, days=days)


def _clauses(low: Lowering, event: _Repeated) -> tuple[plan.EventClause, ...]:
    if isinstance(event, bound.SequenceTest):
        return sequence(low, event)
    return event_clauses(low, event.event)


def _split(
    source: Source, condition: bound.Condition, span: Span
) -> tuple[bound.Condition | None, tuple[_Repeated, ...]]:
    """Field tests and the one event clause or sequence (or an `or` of such) of a condition."""
    parts = condition.parts if isinstance(condition, bound.And) else (condition,)
    fields = tuple(p for p in parts if _on_fields(p))
    rest = [p for p in parts if not _on_fields(p)]
    if len(rest) != 1:
        _shape(source, span)
    events = rest[0].parts if isinstance(rest[0], bound.Or) else (rest[0],)
    found: list[_Repeated] = []
    for event in events:
        if not isinstance(event, bound.EventTest | bound.SequenceTest):
            _shape(source, span)
        if isinstance(event, bound.EventTest) and event.count is not None:
            _reject(
                source,
                "R133",
                "a count and repeated or fading points do not go together",
                event.count.span,
                hint="leave the count out, or the modifier",
            )
        found.append(event)
    if not fields:
        return None, tuple(found)
    guard = fields[0] if len(fields) == 1 else bound.And(parts=fields, span=condition.span)
    return guard, tuple(found)


def _on_fields(condition: bound.Condition) -> bool:
    match condition:
        case bound.FieldAlternatives() | bound.Presence() | bound.YesNo():
            return True
        case bound.And() | bound.Or():
            return all(_on_fields(p) for p in condition.parts)
        case bound.Not():
            return _on_fields(condition.part)
        case _:
            return False


def _shape(source: Source, span: Span) -> NoReturn:
    _reject(
        source,
        "R134",
        "repeated or fading points need exactly one event to go by",
        span,
        hint="one event (or events joined by `or`), and field tests joined by `and`",
    )


def expire(source: Source, rule: ast.Rule, condition: bound.Condition) -> bound.Condition:
    """`expires after D` as the window `in D` of the rule's events; those of `then` are the Bs."""
    expires = only(rule, ast.Expires)
    if expires is None:
        return condition
    window = ast.InLast(duration=expires.duration, span=expires.span)
    changed, seen = _with_window(source, condition, window)
    if seen == 0:
        _shape(source, expires.span)
    return changed


def _with_window(
    source: Source, condition: bound.Condition, window: ast.InLast
) -> tuple[bound.Condition, int]:
    match condition:
        case bound.EventTest():
            return replace(condition, event=_windowed(source, condition.event, window)), 1
        case bound.SequenceTest():
            return replace(condition, second=_windowed(source, condition.second, window)), 1
        case bound.And() | bound.Or():
            changed = [_with_window(source, p, window) for p in condition.parts]
            seen = sum(n for _, n in changed)
            if isinstance(condition, bound.And) and sum(n > 0 for _, n in changed) > 1:
                _shape(source, window.span)
            return replace(condition, parts=tuple(c for c, _ in changed)), seen
        case _:
            return condition, 0


def _windowed(source: Source, event: bound.EventRef, window: ast.InLast) -> bound.EventRef:
    if event.window is not None:
        _reject(
            source,
            "R135",
            "`expires after` and a window say the same thing",
            window.span,
            hint="leave one out",
        )
    return replace(event, window=window)


def _reject(
    source: Source,
    code: str,
    message: str,
    span: Span,
    *,
    hint: str | None = None,
    fix: str | None = None,
) -> NoReturn:
    raise Rejected(
        Diagnostic(code=code, message=message, source=source, span=span, hint=hint, fix=fix)
    )

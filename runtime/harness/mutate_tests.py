"""Changed tests of a condition: turned around, a threshold or a window moved, `and` for `or`."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, TypeVar

from leadcard.compiler import plan as p
from leadcard.dsl import words

_SECOND: Final = 1_000_000
_POINT: Final = 100
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A part of a plan, what stands in its place, and that in words.

    `moves_window` says that the part may stand in the repetition of a rule as well.
    """

    what: str
    old: object
    new: object
    moves_window: bool = False


def changed_tests(predicate: p.Predicate, text: str) -> Iterator[Change]:
    """Every change of a condition whose plain text is `text`; equal parts change together."""
    seen: set[tuple[object, object]] = set()
    for change in _changes(predicate, text):
        if (change.old, change.new) not in seen:
            seen.add((change.old, change.new))
            yield change


def replaced(node: _T, change: Change) -> _T:
    """The part of a plan with the change made wherever its old part stands."""
    made = _replaced(node, change)
    return made  # type: ignore[return-value]


def _with(node: _T, name: str, value: object) -> _T:
    """The node with another value of one field."""
    return replace(node, **{name: value})  # type: ignore[type-var]


def _replaced(node: object, change: Change) -> object:
    if type(node) is type(change.old) and node == change.old:
        return change.new
    if isinstance(node, tuple):
        return tuple(_replaced(part, change) for part in node)
    if not dataclasses.is_dataclass(node) or isinstance(node, type):
        return node
    changed = {}
    for field in dataclasses.fields(node):
        old = getattr(node, field.name)
        new = _replaced(old, change)
        if new is not old and new != old:
            changed[field.name] = new
    return replace(node, **changed) if changed else node


def _changes(predicate: p.Predicate, text: str) -> Iterator[Change]:
    match predicate:
        case p.And() | p.Or():
            yield from _joined(predicate, text)
        case p.Not():
            yield Change(
                what=f"{spoken(predicate)} turned around", old=predicate, new=predicate.part
            )
            yield from _moved(predicate.part)
        case p.Constant():
            return
        case _:
            yield from _turned(predicate)
            yield from _moved(predicate)


def _joined(predicate: p.And | p.Or, text: str) -> Iterator[Change]:
    """`and` for `or` where somebody wrote it: `is not` and `inactive` are joined in the plan."""
    word = "and" if isinstance(predicate, p.And) else "or"
    needed = any(isinstance(part, p.MustHavesMet) for part in predicate.parts)
    said = f" {word} " in f" {text} " or (word == "and" and "but not" in text) or not text
    negation = _is_negation(predicate)
    if needed and word == "and":  # `needs must haves` is a clause, without an `and`
        rest = tuple(part for part in predicate.parts if not isinstance(part, p.MustHavesMet))
        new = rest[0] if len(rest) == 1 else p.And(parts=rest)
        yield Change(what="`needs must haves` left out", old=predicate, new=new)
    elif said and not negation:
        other = p.Or if word == "and" else p.And
        what = f"`{word}` became `{'or' if word == 'and' else 'and'}`"
        yield Change(what=what, old=predicate, new=other(parts=predicate.parts))
    for part in predicate.parts:
        if negation and isinstance(part, p.Known):
            continue
        if negation and isinstance(part, p.Not):
            what = f"{spoken(part)} turned around"
            yield Change(what=what, old=predicate, new=part.part)
            yield from _moved(part.part)
        else:
            yield from _changes(part, text)


def _is_negation(predicate: p.And | p.Or) -> bool:
    """Whether this is `is not`: a known value that does not meet a test."""
    known = {part.field for part in predicate.parts if isinstance(part, p.Known)}
    turned = [part for part in predicate.parts if isinstance(part, p.Not)]
    return bool(known) and len(known) + len(turned) == len(predicate.parts)


def _turned(test: p.Predicate) -> Iterator[Change]:
    if isinstance(test, p.ScoreIn):
        return  # its edges are moved
    yield Change(what=f"{spoken(test)} turned around", old=test, new=p.Not(part=test))


# --- thresholds -----------------------------------------------------------------------------------


def _moved(test: p.Predicate) -> Iterator[Change]:
    match test:
        case p.And() | p.Or():
            for part in test.parts:
                yield from _moved(part)
        case p.Not():
            yield from _moved(test.part)
        case p.InRange():
            for what, bounds in _bounds(test.bounds):
                yield Change(what=what, old=test, new=replace(test, bounds=bounds))
        case p.MoneyInRange():
            for what, bounds in _bounds(test.base):
                yield Change(what=what, old=test, new=replace(test, base=bounds))
        case p.InTime():
            for name in ("from_", "after", "until", "before"):
                for instant in _instants(getattr(test, name)):
                    new = _with(test, name, instant)
                    yield Change(
                        what=_edge(test.field, getattr(test, name), instant), old=test, new=new
                    )
        case p.ScoreIn():
            yield from _scores(test)
        case p.EventCount() | p.AccountEvents() | p.AccountPeople():
            yield from _counts(test)
            yield from _windows(test.events)
        case p.TimeSpent():
            yield from _spent(test)
            yield from _windows(test.events)
        case p.Bunched():
            yield from _bunched(test)
            yield from _windows(test.events)
        case _:
            return


def _spent(test: p.TimeSpent) -> Iterator[Change]:
    for step in (1000, -1000):
        new = replace(test, milliseconds=test.milliseconds + step)
        yield Change(what=f"a second {_more(step)} of time spent", old=test, new=new)


def _bunched(test: p.Bunched) -> Iterator[Change]:
    for low in (test.low + 1, test.low - 1):
        if low > 1:
            what = f"{test.low}+ became {low}+"
            yield Change(what=what, old=test, new=replace(test, low=low))
    for step in (_SECOND, -_SECOND):
        new = replace(test, microseconds=test.microseconds + step)
        yield Change(what=f"`within` a second {_longer(step)}", old=test, new=new)


def _bounds(bounds: p.Bounds) -> Iterator[tuple[str, p.Bounds]]:
    """Each end moved by one; both ends of `is 50`, which is one number to whoever wrote it."""
    one_number = bounds.low is not None and bounds.low == bounds.high
    for ends in (("low", "high"),) if one_number else (("low",), ("high",)):
        edge: Decimal | None = getattr(bounds, ends[0])
        for step in (1, -1) if edge is not None else ():
            assert edge is not None
            moved = bounds
            for name in ends:
                moved = _with(moved, name, edge + step)
            if not _is_empty(moved):
                what = f"{edge.normalize():,f} became {(edge + step).normalize():,f}"
                yield what, moved


def _is_empty(bounds: p.Bounds) -> bool:
    """Whether no number lies between the ends: such a rule is one that was left out."""
    if bounds.low is None or bounds.high is None:
        return False
    is_open = bounds.low_open or bounds.high_open
    return bounds.low > bounds.high or (is_open and bounds.low == bounds.high)


def _scores(test: p.ScoreIn) -> Iterator[Change]:
    for name in ("low", "high"):
        edge: int | None = getattr(test, name)
        for step in (_POINT, -_POINT) if edge is not None else ():
            assert edge is not None
            new = _with(test, name, edge + step)
            if new.low is None or new.high is None or new.low < new.high:
                where = f"the edge at {words.points(edge)}"
                what = f"{where} became {words.points(edge + step)}"
                yield Change(what=what, old=test, new=new)


def _counts(test: p.EventCount | p.AccountEvents | p.AccountPeople) -> Iterator[Change]:
    now = _count(test.low, test.high)
    others = []
    if test.low or test.high is None:
        others += [(test.low + 1, test.high), (test.low - 1, test.high)]
    if test.high is not None:
        others += [(test.low, test.high + 1), (test.low, test.high - 1)]
    for low, high in others:
        if low < 0 or (low == 0 and high is None) or (high is not None and high < low):
            continue
        new = replace(test, low=low, high=high)
        yield Change(what=f"{now} became {_count(low, high)}", old=test, new=new)


def _count(low: int, high: int | None) -> str:
    if high is None:
        return f"{low}+ times"
    if low == high:
        return "never" if low == 0 else f"exactly {low} times"
    return f"at most {high} times" if low == 0 else f"{low}-{high} times"


def _windows(events: p.EventSet) -> Iterator[Change]:
    for clause in events.clauses:
        yield from _window(clause.window)
        if clause.preceded is not None:
            yield from _gap(clause.preceded)
            yield from _windows(clause.preceded.first)


def _window(window: p.Window) -> Iterator[Change]:
    for name in ("after", "from_", "until"):
        edge: p.Instant | None = getattr(window, name)
        for instant in _instants(edge):
            later = _later(edge, instant)
            longer = later if name == "until" else not later
            what = f"the window a second {_longer(1 if longer else -1)}"
            new = _with(window, name, instant)
            yield Change(what=what, old=window, new=new, moves_window=True)


def _gap(preceded: p.Preceded) -> Iterator[Change]:
    gap = preceded.microseconds
    for step in (_SECOND, -_SECOND) if gap is not None else ():
        assert gap is not None
        what = f"`within` a second {_longer(step)}"
        new = replace(preceded, microseconds=gap + step)
        yield Change(what=what, old=preceded, new=new, moves_window=True)


def _instants(edge: p.Instant | None) -> Iterator[p.Instant]:
    """A second later, and a second earlier."""
    for step in (_SECOND, -_SECOND) if edge is not None else ():
        assert edge is not None
        if edge.absolute is None:
            yield replace(edge, offset=edge.offset + step)
        else:
            yield replace(edge, absolute=edge.absolute + step)


def _later(one: p.Instant | None, other: p.Instant) -> bool:
    assert one is not None
    return (other.absolute or 0, other.offset) > (one.absolute or 0, one.offset)


def _edge(field: str, old: p.Instant | None, new: p.Instant) -> str:
    when = "later" if _later(old, new) else "earlier"
    return f"the edge of `{field.replace('_', ' ')}` a second {when}"


def _more(step: int) -> str:
    return "more" if step > 0 else "less"


def _longer(step: int) -> str:
    return "longer" if step > 0 else "shorter"


# --- words ----------------------------------------------------------------------------------------


def spoken(predicate: p.Predicate) -> str:
    """What a test is about, in a few words."""
    match predicate:
        case p.Not():
            return spoken(predicate.part)
        case p.And() | p.Or():
            return "the condition"
        case p.EventCount() | p.TimeSpent() | p.Bunched() | p.AccountEvents() | p.AccountPeople():
            verbs = predicate.events.clauses[0].verbs
            return f"the test on `{verbs[0]}`" if len(verbs) == 1 else "the test on events"
        case p.GradeIn() | p.TierIn() | p.HasFlag() | p.HasKeyConversion() | p.MustHavesMet():
            return f"the test on the {_RESULTS[type(predicate)]}"
        case p.ScoreIn() | p.Constant():
            return "the score"
        case _:
            return f"the test on `{predicate.field.replace('_', ' ')}`"


_RESULTS: Final[dict[type, str]] = {
    p.GradeIn: "grade",
    p.TierIn: "tier",
    p.HasFlag: "flag",
    p.HasKeyConversion: "key conversions",
    p.MustHavesMet: "must haves",
}

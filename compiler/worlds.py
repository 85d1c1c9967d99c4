"""The kinds of values that the tests on one lead field can tell apart.

A *world* is the set of tests that hold for one value. The worlds of a field are found by trying
values: both sides of each edge of a range, each value that a test names, a value that none names,
and no value at all. They are complete where every value a lead can have falls into one of them:
then what no world allows, no lead can have. Where they are not, each of them is still possible.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, pairwise
from typing import Final, TypeAlias

from leadcard.compiler import plan
from leadcard.compiler.text import name_form, text_form, word_form

World: TypeAlias = frozenset[plan.FieldTest]
Entries: TypeAlias = dict[str, frozenset[str]]

_MOST_TESTS: Final = 24  # worlds of numbers grow with the square of the tests
_MOST_NEEDLES: Final = 7
_MOST_VALUES: Final = 300
_OTHER: Final = "qzx"  # a value that no card names
_FAR: Final = 400 * 366 * 86_400 * 10**6  # an instant's distance from every edge, in microseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Worlds:
    """Which tests can hold together; `complete` where nothing else is possible."""

    worlds: tuple[World, ...]
    complete: bool


def worlds_of(tests: Iterable[plan.FieldTest], entries: Entries) -> Worlds:
    """The worlds of the tests on one field; `entries` are those of the plan's long lists."""
    asked = tuple(dict.fromkeys(tests))
    if len(asked) > _MOST_TESTS:
        return Worlds(worlds=(frozenset(),), complete=False)
    kinds = {type(test) for test in asked} - {plan.Known}
    if kinds <= {plan.InRange, plan.MoneyInRange}:
        return _numbers(asked)
    if kinds <= {plan.InTime}:
        return _times(asked)
    if kinds <= {plan.IsTrue, plan.IsFalse}:
        return _truths(asked)
    if plan.SameAs in kinds or len({test.field for test in asked}) > 1:
        return Worlds(worlds=(frozenset(),), complete=False)
    return _texts(asked, entries)


def _distinct(worlds: Iterable[World]) -> tuple[World, ...]:
    return tuple(dict.fromkeys((frozenset(), *worlds)))  # every field may be missing


def _known(tests: Iterable[plan.FieldTest]) -> frozenset[plan.FieldTest]:
    return frozenset(test for test in tests if isinstance(test, plan.Known))


# --- numbers, times and truths --------------------------------------------------------------------


def _numbers(tests: tuple[plan.FieldTest, ...]) -> Worlds:
    """Values on both sides of each edge, and ranges such as `51-200` between any two of them."""
    bounds = {test: b for test in tests if (b := bounds_of(test)) is not None}
    edges = sorted({e for b in bounds.values() for e in (b.low, b.high) if e is not None})
    between = [(low + high) / 2 for low, high in pairwise(edges)]
    points = sorted({*edges, *between, edges[0] - 1, edges[-1] + 1}) if edges else [Decimal(1)]
    known = _known(tests)
    met = [frozenset(t for t, b in bounds.items() if within(point, b)) for point in points]
    single = [known | each for each in met]
    spans = [known | (a & b) for a, b in combinations(met, 2)]
    # Bounds in other currencies are rounded outwards, and may leave room where the base has none.
    exact = not any(isinstance(t, plan.MoneyInRange) and t.by_currency for t in tests)
    return Worlds(worlds=_distinct([known, *single, *spans]), complete=exact)


def bounds_of(test: plan.FieldTest) -> plan.Bounds | None:
    """The range of a test on a number, of money in the base currency; None for other tests."""
    match test:
        case plan.InRange():
            return test.bounds
        case plan.MoneyInRange():
            return test.base
        case _:
            return None


def within(value: Decimal, bounds: plan.Bounds) -> bool:
    """Whether a number lies within the bounds."""
    above = (
        bounds.low is None or value > bounds.low or (value == bounds.low and not bounds.low_open)
    )
    below = (
        bounds.high is None
        or value < bounds.high
        or (value == bounds.high and not bounds.high_open)
    )
    return above and below


def _times(tests: tuple[plan.FieldTest, ...]) -> Worlds:
    """Instants beside each edge; complete where all edges move with as_of, or none does."""
    asked = [test for test in tests if isinstance(test, plan.InTime)]
    edges = [e for t in asked for e in (t.from_, t.after, t.until, t.before) if e is not None]
    moving = {edge.absolute is None for edge in edges}
    places = {_place(edge) for edge in edges}
    points = {p + step for p in places for step in (-1, 0, 1)} or {0}
    if any(test.field == "created" for test in tests):  # leads of the future get no score
        points = {min(point, 0) for point in points}
    known = _known(tests)
    worlds = [known | {t for t in asked if _in_time(point, t)} for point in sorted(points)]
    return Worlds(worlds=_distinct(worlds), complete=len(moving) < 2)


def _place(edge: plan.Instant) -> int:
    """Microseconds on one line; fixed instants lie far before those that move with as_of."""
    return edge.offset if edge.absolute is None else edge.absolute - _FAR


def _in_time(at: int, test: plan.InTime) -> bool:
    return (
        (test.from_ is None or _place(test.from_) <= at)
        and (test.after is None or _place(test.after) < at)
        and (test.until is None or at <= _place(test.until))
        and (test.before is None or at < _place(test.before))
    )


def _truths(tests: tuple[plan.FieldTest, ...]) -> Worlds:
    known = _known(tests)
    yes = known | {t for t in tests if isinstance(t, plan.IsTrue)}
    no = known | {t for t in tests if isinstance(t, plan.IsFalse)}
    return Worlds(worlds=_distinct([yes, no]), complete=True)


# --- texts ----------------------------------------------------------------------------------------


def _texts(tests: tuple[plan.FieldTest, ...], entries: Entries) -> Worlds:
    """Each value that is named, and words that are looked for in every combination."""
    words = [n.text for t in tests if isinstance(t, plan.Contains) for n in t.needles]
    words = list(dict.fromkeys(words))
    values = set(_named(tests, entries))
    several = sum(not isinstance(test, plan.Known) for test in tests) > 1
    loose = any(isinstance(t, plan.StartsWith | plan.EndsWith | plan.Matches) for t in tests)
    complete = len(words) <= _MOST_NEEDLES and not (loose and several)
    if len(values) > _MOST_VALUES:
        values, complete = set(), False
    texts = {_OTHER, *values, *_joined(words)}
    parents = any(isinstance(t, plan.InDomains | plan.InList) for t in tests)
    texts |= {f"{_OTHER}.{value}" for value in values} if parents else set()
    known = _known(tests)
    asked = [t for t in tests if not isinstance(t, plan.Known)]
    worlds = {known | {t for t in asked if _text_meets(t, text, entries)} for text in sorted(texts)}
    return Worlds(worlds=_distinct(sorted(worlds, key=len)), complete=complete)


def _named(tests: Iterable[plan.FieldTest], entries: Entries) -> Iterator[str]:
    for test in tests:
        match test:
            case plan.Equals():
                yield from test.values
            case plan.InDomains():
                yield from test.domains
            case plan.InList():
                yield from entries.get(test.list, ())
            case plan.StartsWith() | plan.EndsWith():
                yield from test.texts
            case plan.Matches():
                yield from (p.replace("*", "").replace("?", "x") for p in test.patterns)
            case _:
                continue


def _joined(words: list[str]) -> Iterator[str]:
    """Texts that hold each set of the words, or each one and all where they are too many."""
    sizes = range(1, len(words) + 1) if len(words) <= _MOST_NEEDLES else (1, len(words))
    for size in sizes:
        for chosen in combinations(words, size):
            yield f" {_OTHER} ".join(word.strip() for word in chosen)


def _text_meets(test: plan.FieldTest, text: str, entries: Entries) -> bool:
    match test:
        case plan.Equals():
            return name_form(text) in test.values
        case plan.InDomains():
            return _in_domains(text, test.domains)
        case plan.InList():
            listed = entries.get(test.list, frozenset())
            return _in_domains(text, listed) if test.subdomains else name_form(text) in listed
        case plan.Contains():
            return any(needle.text in word_form(text) for needle in test.needles)
        case plan.StartsWith():
            return text_form(text).startswith(test.texts)
        case plan.EndsWith():
            return text_form(text).endswith(test.texts)
        case plan.Matches():
            return any(meets_pattern(name_form(text), pattern) for pattern in test.patterns)
        case _:
            return False


def _in_domains(text: str, domains: frozenset[str] | tuple[str, ...]) -> bool:
    parts = name_form(text).split(".")
    return any(".".join(parts[n:]) in domains for n in range(len(parts)))


def meets_pattern(text: str, pattern: str) -> bool:
    """Whether the whole text meets a pattern with `*` for any run and `?` for one character."""
    first, *rest = pattern.split("*")
    if not rest:
        return _fits(text, first)
    *middle, last = rest
    if len(text) < len(first) + len(last) or not _fits(text[: len(first)], first):
        return False
    end = len(text) - len(last)
    if not _fits(text[end:], last):
        return False
    at = len(first)
    for piece in middle:
        stops = range(at, end - len(piece) + 1)
        found = next((n for n in stops if _fits(text[n : n + len(piece)], piece)), None)
        if found is None:
            return False
        at = found + len(piece)
    return True


def _fits(text: str, piece: str) -> bool:
    return len(text) == len(piece) and all(b in ("?", a) for a, b in zip(text, piece, strict=True))

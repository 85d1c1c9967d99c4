"""Values of lead fields at which the tests of a plan can differ: on edges, beside them, or missing.

They are made from the plan's own constants, in the forms that sample leads hold, and as a person
would write them where several ways are equal (`DE`, not `de`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from leadcard.compiler import plan as p
from leadcard.compiler.text import name_form
from leadcard.runtime.harness.moments import shifted
from leadcard.runtime.harness.samples import FieldValue

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
_SHORT: Final = 3  # letters of names that are written in capitals: CEO, DE
_FAMILIAR: Final = ("gmail.com", "mailinator.com", "mit.edu")
OTHER: Final = "Something else"


def instant_at(instant: p.Instant, as_of: datetime) -> datetime | None:
    """The instant of a plan as a time; None outside the years 1 to 9999."""
    base = as_of if instant.absolute is None else _EPOCH
    micros = instant.offset if instant.absolute is None else instant.absolute
    try:
        return base + timedelta(microseconds=micros)
    except OverflowError:
        return None


class ValueMaker:
    """Makes values for the fields of one plan at one moment."""

    def __init__(self, card: p.Plan, as_of: datetime) -> None:
        self._as_of = as_of
        self._fields = {field.column: field for field in card.fields}
        self._entries = {one.name: one.entries for one in card.lists}

    def column(self, test: p.FieldTest) -> str:
        """The column that a lead must fill to meet a test: `email` for `email_domain`."""
        field = self._fields.get(test.field)
        return field.domain_of if field is not None and field.domain_of else test.field

    def values(self, tests: Iterable[p.FieldTest]) -> tuple[FieldValue, ...]:
        """Values of the one column of the tests, those that meet them first; None at the end."""
        found: dict[FieldValue, None] = {}
        asked = tuple(tests)
        for test in asked:
            for value in self._met(test):
                made = self._as_written(test.field, value)
                if made is not None:
                    found.setdefault(made)
        field = self._fields.get(asked[0].field)
        if field is not None and field.kind is p.FieldKind.TEXT:
            found.setdefault("ann@company.example" if field.domain_of else OTHER)
        return (*found, None)

    def _as_written(self, field: str, value: FieldValue) -> FieldValue:
        if isinstance(value, datetime) and field == "created" and value > self._as_of:
            return None
        known = self._fields.get(field)
        if isinstance(value, str) and known is not None and known.domain_of:
            return f"ann@{value}"
        return value

    def _met(self, test: p.FieldTest) -> Iterator[FieldValue]:
        match test:
            case p.InRange():
                yield from _numbers(test.bounds)
            case p.MoneyInRange():
                yield from _numbers(test.base)
            case p.InTime():
                yield from self._times(test)
            case p.IsTrue() | p.IsFalse():
                yield from ("true", "false")
            case p.Known() | p.SameAs():
                yield from self._any_value(test.field)
            case _:
                yield from (presentable(text) for text in self._texts(test) if text)

    def _any_value(self, column: str) -> Iterator[FieldValue]:
        field = self._fields.get(column)
        match field.kind if field is not None else p.FieldKind.TEXT:
            case p.FieldKind.NUMBER:
                yield "10"
            case p.FieldKind.TIME:
                yield shifted(self._as_of, -timedelta(days=40))
            case p.FieldKind.BOOLEAN:
                yield "true"
            case p.FieldKind.TEXT:
                yield "company.example" if field is not None and field.domain_of else OTHER

    def _texts(self, test: p.FieldTest) -> Iterator[str]:
        match test:
            case p.Equals():
                yield from sorted(test.values, key=lambda text: (len(text), text))[:4]
            case p.InDomains():
                yield from test.domains[:2]
            case p.InList():
                entries = self._entries.get(test.list, ())
                yield from [e for e in _FAMILIAR if e in entries][:1] or entries[:1]
            case p.Contains():
                yield from (needle.text.strip() for needle in test.needles[:4])
            case p.StartsWith() | p.EndsWith():
                yield from test.texts[:2]
            case p.Matches():
                for pattern in test.patterns[:3]:
                    yield pattern.replace("*", "").replace("?", "x").strip()
                    yield pattern.replace("*", "x").replace("?", "x")
            case _:
                return

    def _times(self, test: p.InTime) -> Iterator[FieldValue]:
        edges = (test.from_, test.after, test.until, test.before)
        places = [at for e in edges if e is not None and (at := instant_at(e, self._as_of))]
        for at in places:
            if _EPOCH < at < _EPOCH + timedelta(days=365 * 200):
                yield from (at + timedelta(days=1), at - timedelta(days=1))
                yield from (at, at + _SECOND, at - _SECOND)


def _numbers(bounds: p.Bounds) -> Iterator[str]:
    """Both edges of a range, and numbers beside them."""
    for edge in (bounds.low, bounds.high):
        for step in (0, 1, -1) if edge is not None else ():
            assert edge is not None
            yield f"{(edge + step).normalize():f}"


def presentable(text: str) -> str:
    """A text in name form as a person would write it, where that means the same."""
    if not text.isascii() or "." in text or "/" in text:
        return text
    nice = text.upper() if len(text) <= _SHORT else " ".join(w.capitalize() for w in text.split())
    return nice if name_form(nice) == name_form(text) else text

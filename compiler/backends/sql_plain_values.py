"""Numbers and times in texts, read without regular expressions and without casts that try.

Each dialect tells numbers by a pattern of its own. A time is told by its shape, which is the text
with a 0 for each digit: `2026-11-21` has the shape `0000-00-00`. What is a number or has the shape
of a time is cast; what has not is never cast, so no database can fail on it. Days that no calendar
has (`2026-02-30`) are told by their digits, still as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlglot import exp

from leadcard.compiler.backends.sql_build import (
    Build,
    Node,
    all_of,
    any_of,
    at_least,
    at_most,
    below,
    case,
    equal,
    joined,
    negation,
    number,
    one_of,
    total,
    unequal,
)
from leadcard.compiler.backends.sql_plain_text import bare_text
from leadcard.compiler.text import NUMBER_MARKS

_MARKS: Final = NUMBER_MARKS.replace(" ", "")
_SECOND: Final = 1_000_000
_MOST_SECONDS: Final = 10**12
_ZONES: Final = ("", "Z", "+00", "+0000", "+00:00")
_FOURTHS: Final = tuple(f"{n:02d}" for n in range(0, 100, 4))
_LONG_MONTHS: Final = ("01", "03", "05", "07", "08", "10", "12")


class PlainValues:
    """Builds the expressions; all of them take columns, as they look at a text several times."""

    def __init__(self, build: Build) -> None:
        self._b = build

    def _zeros(self, node: Node) -> Node:
        return self._b.exchanged(node, "123456789", "0" * 9)

    def _has_shape(self, node: Node, shapes: Sequence[str]) -> Node:
        """Whether a text has one of some shapes."""
        b = self._b
        if not b.can("glob"):
            return one_of(self._zeros(node), b.texts(shapes))
        globs = [b.text(shape.replace("0", "[0-9]")) for shape in shapes]
        return any_of([b.call("glob", x=node.copy(), y=glob) for glob in globs])

    def _part(self, node: Node, start: int, count: int) -> Node:
        return self._b.call("some from", x=node.copy(), y=number(start), z=number(count))

    # --- numbers ----------------------------------------------------------------------------------

    def bare_number(self, said: Node) -> Node:
        """The text without blanks, separators of thousands and currency signs."""
        b = self._b
        spaced = b.exchanged(said, _MARKS, " " * len(_MARKS))
        return b.replaced(spaced, b.text(" "), b.text(""))

    def number_pieces(self, bare: Node) -> tuple[Node, Node]:
        """The first number of `51-200`, and what follows: `-200`; of `5+` it is `+`."""
        b = self._b
        tail = b.exchanged(b.call("from", x=bare.copy(), y=number(2)), "+–", "--")
        long = b.call("place of", x=joined([tail, b.text("-")]), y=b.text("-"))
        after = exp.Add(this=long.copy(), expression=number(1))
        return b.call("first", x=bare.copy(), y=long), b.call("from", x=bare.copy(), y=after)

    def is_number(self, said: Node, *, negative: bool = True) -> Node:
        """Whether a text is digits, with a sign before and decimals after them if need be."""
        there = self._b.call("is number", x=said)
        if negative:
            return there
        minus = self._b.call("starts with", x=said.copy(), y=self._b.text("-"))
        return all_of([there, negation(minus)])

    def number(self, said: Node) -> Node:
        """The number in a text; NULL if it is none, or has more than 20 digits."""
        return case([(self.is_number(said.copy()), self._b.call("number of text", x=said))])

    # --- times ------------------------------------------------------------------------------------

    def bare_time(self, said: Node) -> Node:
        """The text without the blanks around it and before its offset."""
        b, bare = self._b, bare_text(self._b, said)
        for zone in ("+", "-", "Z", "z"):  # one space may stand before the offset
            bare = b.replaced(bare, b.text(f" {zone}"), b.text(zone))
        return bare

    def time_pieces(self, bare: Node) -> tuple[Node, Node, Node]:
        """The day, the clock and the offset of an ISO 8601 text; the last two may be empty."""
        b = self._b
        tail = b.call("from", x=bare.copy(), y=number(11))
        signs = joined([b.exchanged(tail.copy(), "Zz-", "+++"), b.text("+")])
        place = b.call("place of", x=signs, y=b.text("+"))
        before = exp.Sub(this=place.copy(), expression=number(1))
        clock = b.call("first", x=tail.copy(), y=before)
        return self._part(bare, 1, 10), clock, b.call("from", x=tail, y=place)

    def is_day(self, day: Node) -> Node:
        """Whether a text is a day of the calendar, `2026-11-21`."""
        b = self._b
        century, year = self._part(day, 1, 2), self._part(day, 3, 2)
        month, number_ = self._part(day, 6, 2), self._part(day, 9, 2)
        deciding = case([(equal(year, b.text("00")), century)], year.copy())
        leap = one_of(deciding, b.texts(_FOURTHS))
        may_be = [
            at_most(number_, b.text("28")),
            all_of([one_of(number_.copy(), b.texts(("29", "30"))), unequal(month, b.text("02"))]),
            all_of(
                [equal(number_.copy(), b.text("31")), one_of(month.copy(), b.texts(_LONG_MONTHS))]
            ),
            all_of([equal(number_.copy(), b.text("29")), leap]),
        ]
        return all_of(
            [
                self._has_shape(day.copy(), ["0000-00-00"]),
                unequal(self._part(day, 1, 4), b.text("0000")),
                at_least(month.copy(), b.text("01")),
                at_most(month.copy(), b.text("12")),
                at_least(number_.copy(), b.text("01")),
                any_of(may_be),
            ]
        )

    def is_clock(self, clock: Node, zone: Node) -> Node:
        """Whether a text is a time of day, and another one an offset or nothing."""
        b = self._b
        start = b.exchanged(self._part(clock, 1, 6), " t", "TT")
        seconds, mark = self._part(clock, 7, 3), self._part(clock, 10, 1)
        decimals = joined([b.text("0."), b.call("from", x=clock.copy(), y=number(11))])
        no_decimals = equal(b.call("from", x=clock.copy(), y=number(10)), b.text(""))
        some_decimals = all_of([one_of(mark, b.texts((".", ","))), self.is_number(decimals)])
        whole = self._has_shape(seconds, [":00"])
        no_seconds = equal(b.call("from", x=clock.copy(), y=number(7)), b.text(""))
        plain_zone = b.exchanged(zone.copy(), "z-", "Z+")
        bare_zone = b.replaced(zone.copy(), b.text(":"), b.text(""))
        return all_of(
            [
                self._has_shape(start, ["T00:00"]),
                any_of([no_seconds, all_of([whole, any_of([no_decimals, some_decimals])])]),
                self._has_shape(plain_zone, _ZONES),
                at_most(self._part(clock, 2, 2), b.text("23")),
                at_most(self._part(clock, 5, 2), b.text("59")),
                at_most(self._part(clock, 8, 2), b.text("59")),
                at_most(self._part(bare_zone, 2, 2), b.text("23")),
                at_most(self._part(bare_zone, 4, 2), b.text("59")),
            ]
        )

    def day_start(self, day: Node) -> Node:
        """The beginning of a day of the calendar in UTC, in microseconds."""
        days = self._b.call("days of text", x=day)
        return exp.Mul(this=self._b.call("whole", x=days), expression=number(86_400 * _SECOND))

    def of_day(self, clock: Node, zone: Node) -> Node:
        """The microseconds since the day began in UTC."""
        b = self._b
        bare_zone = b.replaced(zone.copy(), b.text(":"), b.text(""))
        decimals = joined([self._part(clock, 11, 6), b.text("000000")])
        time = [
            self._times(self._part(clock, 2, 2), 3600 * _SECOND),
            self._times(self._part(clock, 5, 2), 60 * _SECOND),
            self._times(self._part(clock, 8, 2), _SECOND),
            b.call("whole", x=self._part(decimals, 1, 6)),
        ]
        offset = total(
            [
                self._times(self._part(bare_zone, 2, 2), 3600 * _SECOND),
                self._times(self._part(bare_zone, 4, 2), 60 * _SECOND),
            ]
        )
        west = equal(self._part(zone, 1, 1), b.text("-"))
        signed = case([(west, offset)], exp.Neg(this=exp.Paren(this=offset.copy())))
        return total([*time, signed])

    def _times(self, digits: Node, microseconds: int) -> Node:
        """So many times as two digits say; none where they are missing."""
        whole = self._b.call("whole", x=joined([self._b.text("0"), digits]))
        return exp.Mul(this=whole, expression=number(microseconds))


# --- time spent -----------------------------------------------------------------------------------


def bare_seconds(build: Build, seconds: Node) -> Node:
    """A column of seconds as text without what says nothing in a number."""
    return PlainValues(build).bare_number(build.call("number text", x=seconds))


def within_reason(seconds: Node, milliseconds: Node) -> Node:
    """`milliseconds` of some seconds, where a whole number can hold them.

    What lies beyond 10^12 seconds is as much, and less than nothing is nothing.
    """
    whens = [
        (at_least(seconds.copy(), number(_MOST_SECONDS)), number(1000 * _MOST_SECONDS)),
        (below(seconds.copy(), number(0)), number(0)),
    ]
    return case(whens, milliseconds)


def milliseconds(build: Build, seconds: Node, *, typed: bool) -> Node:
    """The whole milliseconds of a column of seconds; NULL for what is no number or below zero.

    `typed`: the column holds numbers; else what `bare_seconds` makes of it, where that is needed.
    """
    b = build
    if typed and b.can("milliseconds of number"):
        return b.call("milliseconds of number", x=seconds)
    if b.can("seconds"):
        value = b.call("seconds", x=seconds)
        rounded = b.call("round", x=exp.Mul(this=value, expression=number(1000)))
        return within_reason(value, rounded)
    said = b.call("number text", x=seconds) if typed else seconds
    there = PlainValues(b).is_number(said.copy(), negative=False)
    return case([(there, b.call("milliseconds of text", x=said))])

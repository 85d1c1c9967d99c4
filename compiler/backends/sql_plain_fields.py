"""How the fields of leads are read without regular expressions, and without casts that try.

A text that may be a number or a time is first stripped of what says nothing, then cut into columns,
and each piece is cast only if it has the shape of what it should be (`sql_plain_values`).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from leadcard.compiler import plan as p
from leadcard.compiler.backends.sql_build import (
    Build,
    Node,
    all_of,
    case,
    equal,
    number,
    total,
)
from leadcard.compiler.backends.sql_facts import Facts
from leadcard.compiler.backends.sql_fields import ENDLESS, FieldReading, Forms, Named, Stage
from leadcard.compiler.backends.sql_plain_values import PlainValues
from leadcard.compiler.backends.sql_zone import year_of_day


class PlainReading(FieldReading):
    """Builds the expressions that read columns of the table of leads."""

    def __init__(self, build: Build, plan: p.Plan, facts: Facts, forms: Forms) -> None:
        super().__init__(build, plan, facts, forms)
        self._values = PlainValues(build)

    def stages(self) -> Iterator[Stage]:
        """The stages after the first one, in order."""
        said = "numbers without blanks, separators of thousands and currency signs; times trimmed"
        yield Stage(name="lead_bare", columns=self._bare, said=said)
        said = (
            "numbers cut in two (51-200 is 51 and -200; 10001+ is 10001 and +); times cut into"
            " day, clock and zone"
        )
        yield Stage(name="lead_pieces", columns=self._pieces, said=said)
        yield Stage(name="lead_days", columns=self._days, said="which days the calendar has")
        said = "both ends of each number; times as UTC microseconds"
        yield Stage(name="lead_readings", columns=self._readings, said=said)

    def _bare(self, lead_field: p.LeadField, of: Named) -> Iterator[tuple[str, Node]]:
        if self._is_written(lead_field):
            is_number = lead_field.kind is p.FieldKind.NUMBER
            strip = self._values.bare_number if is_number else self._values.bare_time
            yield "bare", self._unless_a_missing_word(lead_field, of("said"), strip(of("said")))

    def _pieces(self, lead_field: p.LeadField, of: Named) -> Iterator[tuple[str, Node]]:
        if not self._is_written(lead_field):
            return
        if lead_field.kind is p.FieldKind.NUMBER:
            first, rest = self._values.number_pieces(of("bare"))
            yield "first", first
            yield "rest", rest
        else:
            day, clock, zone = self._values.time_pieces(of("bare"))
            yield "day", day
            yield "clock", clock
            yield "offset", zone

    def _days(self, lead_field: p.LeadField, of: Named) -> Iterator[tuple[str, Node]]:
        if lead_field.kind is p.FieldKind.TIME and self._is_written(lead_field):
            yield "is_day", self._values.is_day(of("day"))

    def _readings(self, lead_field: p.LeadField, of: Named) -> Iterator[tuple[str, Node]]:
        if self._is_local(lead_field):
            yield "year", year_of_day(self._b, of("local"))
        elif lead_field.kind is p.FieldKind.NUMBER:
            yield "one", self._values.number(of("first"))
            yield "other", self._second_end(of)
        else:
            yield from self._time_readings(lead_field, of)

    def _second_end(self, of: Named) -> Node:
        """The other end of a number, which is the same unless it is a range or open."""
        b = self._b
        whens = [
            (equal(of("rest"), b.text("")), self._values.number(of("first"))),
            (equal(of("rest"), b.text("+")), b.number(Decimal(ENDLESS))),
        ]
        return case(whens, self._values.number(b.call("from", x=of("rest"), y=number(2))))

    def _time_readings(self, lead_field: p.LeadField, of: Named) -> Iterator[tuple[str, Node]]:
        """Of a time in the card's timezone only the day, which still lacks its offset."""
        b, values = self._b, self._values
        is_day = of("is_day")
        start = values.day_start(of("day"))
        # A text that ends with its day has neither clock nor offset.
        alone = all_of([equal(of("clock"), b.text("")), equal(of("offset"), b.text("")), is_day])
        timed = all_of([is_day.copy(), values.is_clock(of("clock"), of("offset"))])
        at = total([start.copy(), values.of_day(of("clock"), of("offset"))])
        if not self.has_days(lead_field):
            yield "value", case([(alone, start), (timed, at)])
            return
        yield "at", case([(timed, at)])
        yield "local", case([(alone, start)])
        yield "year", case([(alone.copy(), year_of_day(b, start.copy()))])

"""How the fields of leads are read: from what stands in a column to text, number, time or boolean.

A number or a time that may be a text (`€ 5`, `51-200`, `2026-11-21 12:00`) is read in stages, each
in a query of its own, so that each is short and done once: the text as it stands, its pieces, and
what they mean. Typed columns take one stage. A day without a clock is midnight in the card's
timezone: the last stage finds the offset of that day in the table `zone_days`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias

from sqlglot import exp

from leadcard.compiler import plan as p
from leadcard.compiler.backends.dialect import Numbers
from leadcard.compiler.backends.sql_build import (
    Build,
    Node,
    above,
    all_of,
    at_most,
    case,
    equal,
    joined,
    name,
    negation,
    one_of,
    or_else,
    true,
)
from leadcard.compiler.backends.sql_facts import Facts
from leadcard.compiler.backends.sql_plain_text import PlainForms
from leadcard.compiler.backends.sql_text import TextForms
from leadcard.compiler.backends.sql_zone import is_utc, offset_of_day, year_of_day
from leadcard.compiler.text import FALSE_WORDS, TRUE_WORDS, is_plain_number

ENDLESS: Final = "99999999999999999999.999999"
_NUMBER: Final = r"[+-]?[0-9]+(?:\.[0-9]+)?"
_DAY: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_HOUR: Final = "(?:[01][0-9]|2[0-3])"
_SIXTY: Final = "[0-5][0-9]"
_CLOCK: Final = f"{_HOUR}:{_SIXTY}(?::{_SIXTY}(?:[.,][0-9]+)?)?"
_ZONE: Final = f"[Zz]|[+-]{_HOUR}(?::?{_SIXTY})?"


Forms: TypeAlias = TextForms | PlainForms
# The expression for a derived column of a field, by its part (`said`, `pieces` …).
Named: TypeAlias = Callable[[str], Node]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A query that adds derived columns to those of the stage before it."""

    name: str
    columns: Callable[[p.LeadField, Named], Iterator[tuple[str, Node]]]
    said: str


class FieldReading:
    """Builds the expressions that read columns of the table of leads."""

    def __init__(self, build: Build, plan: p.Plan, facts: Facts, forms: Forms) -> None:
        self._b = build
        self._plan = plan
        self._facts = facts
        self._forms = forms
        self._fields = {f.column: f for f in plan.fields}

    def parts(self, lead_field: p.LeadField) -> Iterator[tuple[str, Node]]:
        """The derived columns of one field that are read in the first stage."""
        column = lead_field.column
        match lead_field.kind:
            case p.FieldKind.TEXT:
                yield "said", self._said(lead_field)
            case p.FieldKind.TIME if self._is_local(lead_field):
                start = self._b.call("day microseconds", x=self._raw(column))
                yield "local", self._unless_missing(lead_field, start)
            case p.FieldKind.TIME | p.FieldKind.NUMBER if self.in_stages(lead_field):
                yield "said", self._value_text(lead_field)
            case p.FieldKind.TIME:
                yield "value", self._unless_missing(lead_field, self._instant(column))
            case p.FieldKind.BOOLEAN:
                yield "value", self._unless_missing(lead_field, self._boolean(column))
            case p.FieldKind.NUMBER:
                yield "value", self._typed_number(lead_field)
        if lead_field.currency is not None:
            yield "currency", self._currency(lead_field.currency)

    def in_stages(self, lead_field: p.LeadField) -> bool:
        """Whether the field is a number or a time that takes more than one stage."""
        return self._is_written(lead_field) or self._is_local(lead_field)

    def _is_written(self, lead_field: p.LeadField) -> bool:
        """Whether the field is a number or a time that may be a text."""
        column = lead_field.column
        match lead_field.kind:
            case p.FieldKind.NUMBER:
                return self.is_pair(column)
            case p.FieldKind.TIME:
                typed = self._facts.types.get(column) in ("time", "date")
                return not typed and column not in self._facts.absent
            case p.FieldKind.TEXT | p.FieldKind.BOOLEAN:
                return False

    def _is_local(self, lead_field: p.LeadField) -> bool:
        """Whether the field is a day of a typed column, which begins when its timezone says."""
        typed = self._facts.types.get(lead_field.column) == "date"
        there = lead_field.column not in self._facts.absent
        is_time = lead_field.kind is p.FieldKind.TIME
        return is_time and typed and there and not is_utc(self._plan.timezone)

    def has_days(self, lead_field: p.LeadField) -> bool:
        """Whether some values are days that begin when the card's timezone says."""
        is_time = lead_field.kind is p.FieldKind.TIME
        return is_time and self.in_stages(lead_field) and not is_utc(self._plan.timezone)

    def is_pair(self, column: str) -> bool:
        """Whether the column may hold texts such as `51-200`."""
        unknown_or_text = self._facts.types.get(column) in (None, "text")
        return unknown_or_text and column not in self._facts.absent

    def _raw(self, column: str) -> Node:
        return exp.Null() if column in self._facts.absent else name(column, "leads")

    # --- texts and missing words ------------------------------------------------------------------

    def _said(self, lead_field: p.LeadField) -> Node:
        """The text of a field as it stands; of a domain, what follows the last `@`."""
        b = self._b
        if lead_field.domain_of is None:
            return self._text(lead_field.column)
        address = self._text(lead_field.domain_of)
        if isinstance(address, exp.Null):
            return address
        has_at = b.call("contains", x=address, y=b.text("@"))
        whole = self._fields.get(lead_field.domain_of)
        parts = [has_at]
        odd = [m for m in whole.missing if "@" in m] if whole else []
        if odd:
            form = self._forms.text_form(self._forms.fold(address.copy()))
            parts.append(negation(one_of(form, b.texts(odd))))
        return case([(all_of(parts), b.call("after last", x=address.copy(), y=b.text("@")))])

    def _text(self, column: str) -> Node:
        raw = self._raw(column)
        if not isinstance(raw, exp.Column):
            return exp.Cast(this=raw, to=exp.DataType.build("text"))
        if self._facts.types.get(column) == "text":
            return self._b.read(raw)
        return self._b.call("text", x=raw)

    def _unless_missing(self, lead_field: p.LeadField, value: Node) -> Node:
        """`value`, or NULL where the text of the column is one of the field's missing words."""
        typed = self._facts.types.get(lead_field.column) not in (None, "text")
        words = _with_digits(lead_field.missing) if typed else lead_field.missing
        if not words or isinstance(value, exp.Null):
            return value
        text = self._b.call("text", x=self._raw(lead_field.column))
        form = self._forms.text_form(self._forms.fold(text))
        return case([(one_of(form, self._b.texts(words)), exp.Null())], value)

    # --- numbers ----------------------------------------------------------------------------------

    def _typed_number(self, lead_field: p.LeadField) -> Node:
        """A number of a typed column; those that count as missing are compared as numbers."""
        raw, held = self._raw(lead_field.column), self._facts.types.get(lead_field.column)
        if isinstance(raw, exp.Null) or held in ("time", "date", "boolean"):
            return exp.Cast(this=exp.Null(), to=_decimal())
        exact = self._b.dialect.numbers is Numbers.DECIMAL
        whole = exact and held == "integer"
        value = raw if whole else self._b.call("number", x=raw)
        missing = filter(is_plain_number, lead_field.missing)
        words = [self._b.number(Decimal(word)) for word in missing]
        return case([(one_of(value.copy(), words), exp.Null())], value) if words else value

    def _value_text(self, lead_field: p.LeadField) -> Node:
        """A number or a time as it stands; a typed number as shortly as it can be written."""
        raw = self._raw(lead_field.column)
        if self._facts.types.get(lead_field.column) == "text" and isinstance(raw, exp.Column):
            return self._b.read(raw)
        if lead_field.kind is p.FieldKind.NUMBER:
            return self._b.call("number text", x=raw)
        return self._b.call("time text" if self._b.can("time text") else "text", x=raw)

    # --- stages -----------------------------------------------------------------------------------

    def stages(self) -> Iterator[Stage]:
        """The stages after the first one, in order."""
        yield Stage(
            name="lead_pieces",
            columns=self._pieces,
            said="numbers without blanks, separators of thousands and currency signs, cut in two"
            " (51-200 is 51 and -200; 10001+ is 10001 and +); times cut into day, clock and zone",
        )
        said = "both ends of each number; times as UTC microseconds"
        yield Stage(name="lead_readings", columns=self._readings, said=said)

    def _pieces(self, lead_field: p.LeadField, of: Named) -> Iterator[tuple[str, Node]]:
        """The text of a number or a time in pieces; NULL for a word that means nothing."""
        if self._is_written(lead_field):
            is_number = lead_field.kind is p.FieldKind.NUMBER
            said = of("said")
            made = self._number_pieces(said) if is_number else self._time_pieces(said)
            yield "pieces", self._unless_a_missing_word(lead_field, of("said"), made)

    def _unless_a_missing_word(self, lead_field: p.LeadField, said: Node, made: Node) -> Node:
        words = _with_digits(lead_field.missing)
        if not words:
            return made
        form = self._forms.text_form(self._forms.fold(said))
        return case([(negation(one_of(form, self._b.texts(words))), made)])

    def _readings(self, lead_field: p.LeadField, of: Named) -> Iterator[tuple[str, Node]]:
        """What the pieces of a text mean: an instant, or both ends of a number."""
        if self._is_local(lead_field):
            yield "year", year_of_day(self._b, of("local"))
        elif lead_field.kind is p.FieldKind.NUMBER:
            yield "one", self._one_end(of("pieces"))
            yield "other", self._other_end(of("pieces"))
        else:
            yield from self._time_readings(lead_field, of)

    def _time_readings(self, lead_field: p.LeadField, of: Named) -> Iterator[tuple[str, Node]]:
        """Of a time in the card's timezone only the day, which still lacks its offset."""
        b = self._b
        day, clock, zone = (b.call(part, x=of("pieces")) for part in ("day", "clock", "zone"))
        no_clock, in_utc = equal(clock, b.text("")), one_of(zone, b.texts(("", "Z", "z")))
        shift = case([(in_utc, b.text("+00"))], zone.copy())
        exact = b.replaced(clock.copy(), b.text(","), b.text("."))
        at = b.call("time of text", x=joined([day, b.text(" "), exact, shift]))
        start = b.call("day of text", x=day.copy())
        if not self.has_days(lead_field):
            yield "value", case([(no_clock, start)], at)
            return
        yield "at", case([(negation(no_clock), at)])
        yield "local", case([(no_clock.copy(), start)])
        yield "year", year_of_day(b, case([(no_clock.copy(), start.copy())]))

    def instant_of_day(self, lead_field: p.LeadField, of: Named, zone: str) -> Node:
        """An instant as microseconds, where days are looked up in `zone_days` under that name."""
        start = exp.Sub(this=of("local"), expression=offset_of_day(self._plan.timezone, of, zone))
        return start if self._is_local(lead_field) else or_else(of("at"), start)

    def _number_pieces(self, said: Node) -> Node:
        """`one` end, and the `rest`: empty, `+` or `-200`."""
        b = self._b
        marks = b.text(f"[{b.patterns.number_marks}]")
        bare = b.call("replace all", x=said, y=marks, z=b.text(""))
        whole = rf"^({_NUMBER})(\+|[-–]{_NUMBER})?$"
        return b.call("number pieces", x=bare, y=b.text(whole))

    def _one_end(self, parts: Node) -> Node:
        """The end of a number that is written first, from its text in two."""
        return self._b.call("number of text", x=self._b.call("one", x=parts))

    def _other_end(self, parts: Node) -> Node:
        """The other end of a number, which is the same unless it is a range or open."""
        b = self._b
        rest = b.call("rest", x=parts)
        second = b.call("number of text", x=b.call("after first", x=rest))
        endless = exp.Cast(this=b.text(ENDLESS), to=_decimal())
        return case(
            [
                (equal(rest.copy(), b.text("")), self._one_end(parts.copy())),
                (equal(rest.copy(), b.text("+")), endless),
            ],
            second,
        )

    def ordered(self, one: Node, other: Node) -> tuple[Node, Node]:
        """The lower and the upper end; both NULL if either is."""
        in_order = at_most(one, other)
        turned = above(one.copy(), other.copy())
        low = case([(in_order, one.copy()), (turned, other.copy())])
        high = case([(in_order.copy(), other.copy()), (turned.copy(), one.copy())])
        return low, high

    def _currency(self, column: str) -> Node:
        raw = self._raw(column)
        if isinstance(raw, exp.Null):
            return self._b.text("")
        folded = self._forms.fold(self._b.call("text", x=raw))
        return or_else(self._forms.text_form(folded), self._b.text(""))

    # --- times and booleans -----------------------------------------------------------------------

    def _instant(self, column: str) -> Node:
        """An instant of a typed column as microseconds."""
        raw = self._raw(column)
        if isinstance(raw, exp.Null):
            return exp.Cast(this=raw, to=exp.DataType.build("bigint"))
        is_day = self._facts.types.get(column) == "date"
        return self._b.call("day microseconds" if is_day else "microseconds", x=raw)

    def _time_pieces(self, said: Node) -> Node:
        """The `day`, the `clock` (maybe empty) and the `zone` (maybe empty) of an ISO 8601 text."""
        blank = f"[{self._b.patterns.blank}]*"
        whole = f"^{blank}({_DAY})(?:[Tt ]({_CLOCK}) ?({_ZONE})?)?{blank}$"
        return self._b.call("time pieces", x=said, y=self._b.text(whole))

    def _boolean(self, column: str) -> Node:
        raw = self._raw(column)
        if isinstance(raw, exp.Null):
            return exp.Cast(this=raw, to=exp.DataType.build("boolean"))
        if self._facts.types.get(column) == "boolean":
            return raw
        form = self._forms.name_form(self._forms.fold(self._b.call("text", x=raw)))
        return case(
            [
                (one_of(form, self._b.texts(TRUE_WORDS)), true()),
                (one_of(form.copy(), self._b.texts(FALSE_WORDS)), exp.Boolean(this=False)),
            ]
        )


def _with_digits(words: tuple[str, ...]) -> list[str]:
    """The words that a number or a time might look like."""
    return [word for word in words if any(digit in word for digit in "0123456789")]


def _decimal() -> exp.DataType:
    """The type of numbers in fields."""
    return exp.DataType.build("decimal(26, 6)")

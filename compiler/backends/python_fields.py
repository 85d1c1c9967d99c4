"""Fields of leads for the Python backend: a value is read once and becomes what it passes.

For a text, all tests of the field are worked out together and remembered by the value as it
stands in the data, so that the next lead with the same title costs one look-up. Numbers go
through one binary search (`python_numbers`). Times are compared where they are used.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import assert_never

from leadcard.compiler.backends.python_numbers import MILLION, Pieces, pieces, whole_pieces
from leadcard.compiler.backends.python_text import (
    Module,
    literal,
    number_constant,
    number_tuple,
    text_set,
)
from leadcard.compiler.backends.python_value_tests import is_numeric, text_tests
from leadcard.compiler.plan import (
    Bounds,
    FieldKind,
    FieldTest,
    InRange,
    Known,
    LeadField,
    MoneyInRange,
)
from leadcard.compiler.text import FALSE_WORDS, TRUE_WORDS, is_plain_number


@dataclass(slots=True, kw_only=True)
class FieldReader:
    """How one field is read: its local variable, and the bit of each of its tests.

    `no_addresses` are words with an `@` that count as missing in the column of a domain.
    """

    lead_field: LeadField
    variable: str
    no_addresses: tuple[str, ...] = ()
    tests: dict[FieldTest, int] = field(default_factory=dict)

    def bit(self, test: FieldTest) -> int:
        """The bit of `test`, given when first asked for."""
        return self.tests.setdefault(test, 1 << len(self.tests))

    def name(self, part: str) -> str:
        """The name of a constant of this field."""
        return f"_{self.variable.upper()}_{part}"

    @property
    def function(self) -> str:
        """The name of the function that works out the tests of a value."""
        return f"_{self.variable}_tests"

    @property
    def is_time(self) -> bool:
        """Whether the local variable holds an instant rather than tests."""
        return self.lead_field.kind is FieldKind.TIME

    @property
    def by_currency(self) -> bool:
        """Whether amounts are judged by the currency in another column."""
        judged = any(isinstance(test, MoneyInRange) for test in self.tests)
        return judged and self.lead_field.currency is not None

    @property
    def whole_fast(self) -> bool:
        """Whether whole numbers may go straight to the binary search."""
        return all(is_numeric(test) for test in self.tests) and not self.missing_numbers

    @property
    def missing_numbers(self) -> tuple[int, ...]:
        """The numbers, in millionths, that count as missing."""
        words = filter(is_plain_number, self.lead_field.missing)
        return tuple(int(Decimal(word) * MILLION) for word in words)


# --- reading --------------------------------------------------------------------------------------


def load_lines(reader: FieldReader, module: Module) -> list[str]:
    """The lines of `score` that read the field."""
    name, column = reader.variable, literal(reader.lead_field.column)
    if reader.lead_field.domain_of is not None:
        return _domain_load(reader, module)
    match reader.lead_field.kind:
        case FieldKind.TIME:
            return [
                f"{name} = get({column})",
                f"if {name}.__class__ is not datetime or {name}.tzinfo is not UTC:",
                f"    {name} = {_time_reader(reader)}",
            ]
        case FieldKind.NUMBER:
            module.needs.add("number")
            return _number_load(reader)
        case FieldKind.TEXT | FieldKind.BOOLEAN:
            return [f"{name} = {reader.name('TESTS')}[get({column})]"]
        case _:
            assert_never(reader.lead_field.kind)


def _time_reader(reader: FieldReader) -> str:
    if reader.lead_field.missing:
        return f"_instant({reader.variable}, {reader.name('MISSING')})"
    return f"_instant({reader.variable})"


def _domain_load(reader: FieldReader, module: Module) -> list[str]:
    name, column = reader.variable, literal(reader.lead_field.domain_of or "")
    if reader.no_addresses:
        module.needs.add("domain_of")
        return [
            f"{name} = get({column})",
            f"if _text({name}) in {reader.name('NO_ADDRESSES')}:",
            f"    {name} = 0",
            "else:",
            f"    {name} = {reader.name('TESTS')}[_domain_of({name})]",
        ]
    return [
        f"{name} = get({column})",
        f'if {name}.__class__ is str and "@" in {name}:',
        f'    {name} = {reader.name("TESTS")}[{name}.rpartition("@")[2]]',
        "else:",
        f"    {name} = 0",
    ]


def _number_load(reader: FieldReader) -> list[str]:
    name = reader.variable
    lines = [f"{name} = get({literal(reader.lead_field.column)})"]
    if reader.by_currency:
        currency = literal(reader.lead_field.currency or "")
        return [*lines, f"{name} = {reader.function}({name}, get({currency}))"]
    if not reader.whole_fast:
        return [*lines, f"{name} = {reader.name('TESTS')}[{name}]"]
    whole, cuts = reader.name("WHOLE"), reader.name("WHOLE_CUTS")
    return [
        *lines,
        f"if {name}.__class__ is int:",
        f"    piece = bisect_right({cuts}, {name})",
        f"    {name} = {whole}[piece]",
        "else:",
        f"    {name} = {reader.name('TESTS')}[{name}]",
    ]


# --- definitions ----------------------------------------------------------------------------------


def definition_lines(reader: FieldReader, module: Module) -> list[str]:
    """The constants and functions of the module that the reading of the field needs."""
    module.compared((*reader.lead_field.missing, *reader.no_addresses))
    lines = _word_sets(reader)
    match reader.lead_field.kind:
        case FieldKind.TIME:
            return lines
        case FieldKind.NUMBER:
            return lines + _number_lines(reader, module)
        case FieldKind.BOOLEAN:
            module.needs.add("truth")
            module.compared((*TRUE_WORDS, *FALSE_WORDS))
            return lines + _text_lines(reader, module) + _memo(reader, ", bool")
        case FieldKind.TEXT:
            return lines + _text_lines(reader, module) + _memo(reader, "")
        case _:
            assert_never(reader.lead_field.kind)


def _word_sets(reader: FieldReader) -> list[str]:
    sets = (("MISSING", _missing_texts(reader)), ("NO_ADDRESSES", reader.no_addresses))
    lines = [line for part, words in sets if words for line in text_set(reader.name(part), words)]
    if reader.lead_field.kind is FieldKind.NUMBER and reader.missing_numbers:
        lines += number_constant(reader.name("MISSING_NUMBERS"), reader.missing_numbers)
    return lines


def _memo(reader: FieldReader, more: str) -> list[str]:
    return ["", "", f"{reader.name('TESTS')}: Final = _Memo({reader.function}{more})"]


def _head(reader: FieldReader, parameters: str) -> list[str]:
    return [
        "",
        "",
        f"def {reader.function}({parameters}) -> int:",
        f'    """The tests that a value of `{reader.variable}` passes, one bit each."""',
    ]


def _known_bit(reader: FieldReader) -> int:
    return sum(bit for test, bit in reader.tests.items() if isinstance(test, Known))


def _text_lines(reader: FieldReader, module: Module) -> list[str]:
    truth = reader.lead_field.kind is FieldKind.BOOLEAN
    tests = text_tests(reader.tests, reader.name, module)
    missing = f" or text in {reader.name('MISSING')}" if reader.lead_field.missing else ""
    return [
        *tests.constants,
        *_head(reader, "raw: object"),
        f"    text = _text({'bool(raw) if raw in (0, 1) else raw' if truth else 'raw'})",
        f"    if not text{missing}{' or _name(text) not in _TRUTHS' if truth else ''}:",
        "        return 0",
        f"    tests = {module.masks.text(_known_bit(reader))}",
        *tests.lines,
        "    return tests",
    ]


# --- numbers and money ----------------------------------------------------------------------------

_OTHER_CURRENCY = "?"  # stands for every code that the card's vocabulary has no rate for


def _number_lines(reader: FieldReader, module: Module) -> list[str]:
    module.needs.add("number")
    others = {test: bit for test, bit in reader.tests.items() if not is_numeric(test)}
    tests = text_tests(others, reader.name, module)
    parameters = "raw: object, currency: object" if reader.by_currency else "raw: object"
    table = _currency_lines(reader, module) if reader.by_currency else _plain_lines(reader)
    return [
        *tests.constants,
        *table,
        *_head(reader, parameters),
        "    ends = _number(raw)",
        "    if ends is None:",
        "        return 0",
        *_missing_number(reader),
        *_chosen(reader),
        *(["    text = _text(raw)"] if tests.lines else []),
        *tests.lines,
        "    return tests",
        *([] if reader.by_currency else _memo(reader, "")),
    ]


def _missing_number(reader: FieldReader) -> list[str]:
    """Lines for numbers that mean nothing: texts as they stand, others by their value."""
    if not _missing_texts(reader):
        return []
    lines = [f"    if isinstance(raw, str) and _text(raw) in {reader.name('MISSING')}:"]
    if reader.missing_numbers:
        numbers = reader.name("MISSING_NUMBERS")
        lines += ["        return 0", f"    if not isinstance(raw, str) and ends[0] in {numbers}:"]
    return [*lines, "        return 0"]


def _missing_texts(reader: FieldReader) -> tuple[str, ...]:
    """The words for nothing that a value could be; a number has digits."""
    words = reader.lead_field.missing
    if reader.lead_field.kind is not FieldKind.NUMBER:
        return words
    return tuple(word for word in words if any(digit in word for digit in "0123456789"))


def _chosen(reader: FieldReader) -> list[str]:
    if not reader.by_currency:
        return [f"    tests = _between(ends, {reader.name('CUTS')}, {reader.name('PIECES')})"]
    table = reader.name("BY_CURRENCY")
    return [
        f'    cuts, pieces = {table}.get(_name(_text(currency))) or {table}["{_OTHER_CURRENCY}"]',
        "    tests = _between(ends, cuts, pieces)",
    ]


def _plain_lines(reader: FieldReader) -> list[str]:
    found = _pieces(reader, "")
    lines = _piece_lines(reader, "CUTS", "PIECES", found)
    if reader.whole_fast:
        lines += _piece_lines(reader, "WHOLE_CUTS", "WHOLE", whole_pieces(found))
    return lines


def _piece_lines(reader: FieldReader, cuts: str, bits: str, found: Pieces) -> list[str]:
    return [
        *number_constant(reader.name(cuts), found.cuts),
        *number_constant(reader.name(bits), found.bits),
    ]


def _currency_lines(reader: FieldReader, module: Module) -> list[str]:
    module.needs.add("money")
    money = [test for test in reader.tests if isinstance(test, MoneyInRange)]
    codes = sorted({code for test in money for code, _ in test.by_currency})
    module.compared(code.lower() for code in codes)
    lines = [f"{reader.name('BY_CURRENCY')}: Final[dict[str, _Pieces]] = {{"]
    for code in ("", *codes, _OTHER_CURRENCY):
        found = _pieces(reader, code)
        lines += [
            f"    {literal(code.lower())}: (",
            *(f"        {line}" for line in number_tuple(found.cuts, 2)),
            *(f"        {line}" for line in number_tuple(found.bits, 2)),
            "    ),",
        ]
    return [*lines, "}"]


def _pieces(reader: FieldReader, code: str) -> Pieces:
    """The pieces of a number, or of an amount in the currency `code` (none: the base currency)."""
    spans: list[tuple[Bounds, int]] = []
    for test, bit in reader.tests.items():
        match test:
            case InRange(bounds=bounds):
                spans.append((bounds, bit))
            case MoneyInRange(base=base, by_currency=others):
                bounds_of = {"": base, **dict(others)}
                if code in bounds_of:
                    spans.append((bounds_of[code], bit))
            case _:
                pass
    return pieces(spans, _known_bit(reader))

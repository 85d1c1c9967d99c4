"""Text of Python programs: literals, comments, names and conditions, safe and in short lines.

Whatever a card, vocabulary or list holds reaches the module only through `literal` and `comment`:
quotes, backslashes, line ends, surrogates and characters that cannot be seen never leave them.
"""

from __future__ import annotations

import builtins
import keyword
import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias, assert_never

WIDTH: Final = 100
_ROOM: Final = 84  # for lines that are moved to the right afterwards
_INDENT: Final = "    "
_SHOWN: Final = 60  # characters of a name in a docstring
_ORDER: Final = re.compile(
    r"#(?=\s*(?:noqa|ruff|type|mypy|pyright|pylint|fmt|isort|nosec|pragma)\b)", re.IGNORECASE
)
_DEEPEST: Final = 6  # parentheses in one condition
_PIECE: Final = 70  # characters of a long literal on one line


# --- literals and comments ------------------------------------------------------------------------


def literal(text: str) -> str:
    """`text` as a Python literal on one line."""
    written = repr(text)
    if written.startswith("'") and '"' not in text:
        return f'"{written[1:-1]}"'
    return written


def shown(text: str) -> str:
    """`text` for a docstring: no quotes, no backslashes, all of it printable, and not too long."""
    printable = "".join(c if c.isprintable() and c not in '"\\' else " " for c in text).strip()
    return printable if len(printable) <= _SHOWN else f"{printable[:_SHOWN]}…"


def comment(text: str, indent: int) -> list[str]:
    """`text` as comment lines; what cannot be printed is escaped, nothing gives tools orders."""
    printable = _ORDER.sub("", "".join(c if c.isprintable() else repr(c)[1:-1] for c in text))
    margin = _INDENT * indent + "# "
    return textwrap.wrap(
        printable,
        _ROOM,
        initial_indent=margin,
        subsequent_indent=margin + "  ",
        break_on_hyphens=False,
        expand_tabs=False,
    ) or [margin.rstrip()]


def long_literal(text: str, indent: int) -> list[str]:
    """`text` as adjacent literals, one a line, for use inside parentheses."""
    pieces = [text[i : i + _PIECE] for i in range(0, len(text), _PIECE)] or [""]
    return [line for piece in pieces for line in _split_escapes(piece, indent)]


def _split_escapes(piece: str, indent: int) -> list[str]:
    """`piece` on one line, or in halves where escapes make it too long for one."""
    line = _INDENT * indent + literal(piece)
    if len(line) <= WIDTH or len(piece) < 2:
        return [line]
    middle = len(piece) // 2
    return _split_escapes(piece[:middle], indent) + _split_escapes(piece[middle:], indent)


def filled(items: Iterable[str], indent: int) -> list[str]:
    """Items with commas after them, as many a line as fit."""
    lines: list[str] = []
    margin = _INDENT * indent
    current = margin
    for item in items:
        word = f"{item},"
        if current != margin and len(current) + 1 + len(word) > WIDTH:
            lines.append(current)
            current = margin
        current += word if current == margin else f" {word}"
    if current != margin:
        lines.append(current)
    return lines


def text_items(texts: Iterable[str], indent: int) -> list[str]:
    """Texts as the items of a display; those too long for a line stand in parentheses."""
    lines: list[str] = []
    short: list[str] = []
    for text in texts:
        written = literal(text)
        if len(written) + len(_INDENT) * indent + 1 <= WIDTH:
            short.append(written)
            continue
        lines += filled(short, indent)
        short.clear()
        lines += [_INDENT * indent + "(", *long_literal(text, indent + 1), _INDENT * indent + "),"]
    return lines + filled(short, indent)


def text_constant(name: str, text: str) -> list[str]:
    """A line, or lines, that give `name` to a text."""
    line = f"{name}: Final = {literal(text)}"
    return [line] if len(line) <= WIDTH else [f"{name}: Final = (", *long_literal(text, 1), ")"]


def pattern_constant(name: str, regex: str) -> list[str]:
    """A line, or lines, that give `name` to the full match of a regular expression."""
    line = f"{name}: Final = re.compile({literal(regex)}, re.DOTALL).fullmatch"
    if len(line) <= WIDTH:
        return [line]
    pieces = long_literal(regex, 1)
    return [
        f"{name}: Final = re.compile(",
        *pieces[:-1],
        f"{pieces[-1]},",
        "    re.DOTALL,",
        ").fullmatch",
    ]


def text_tuple(name: str, texts: Sequence[str]) -> list[str]:
    """A line, or lines, that give `name` to a tuple of texts."""
    listed = ", ".join(literal(text) for text in texts)
    line = f"{name}: Final = ({listed}{',' if len(texts) == 1 else ''})"
    if len(line) <= WIDTH:
        return [line]
    return [f"{name}: Final = (", *text_items(texts, 1), ")"]


def text_set(name: str, texts: Sequence[str]) -> list[str]:
    """A line, or lines, that give `name` to a frozen set of texts."""
    line = f"{name}: Final = frozenset({{{', '.join(literal(t) for t in texts)}}})"
    if len(line) <= WIDTH:
        return [line]
    return [f"{name}: Final = frozenset(", "    {", *text_items(texts, 2), "    }", ")"]


def number_constant(name: str, numbers: Sequence[int]) -> list[str]:
    """A line, or lines, that give `name` to a tuple of whole numbers."""
    first, *others = number_tuple(numbers, 0)
    last = [line.removesuffix(",") for line in others[-1:]]
    if not others:
        first = first.removesuffix(",")
    return [f"{name}: Final = {first}", *others[:-1], *last]


def number_tuple(numbers: Sequence[int], indent: int) -> list[str]:
    """A tuple of whole numbers and a comma, for a place at `indent`, without its margin."""
    listed = ", ".join(str(n) for n in numbers)
    line = f"({listed}{',' if len(numbers) == 1 else ''}),"
    margin = _INDENT * indent
    if len(margin) + len(line) + _PIECE // 2 <= WIDTH:
        return [line]
    rows = filled((str(n) for n in numbers), indent + 1)
    return ["(", *(row.removeprefix(margin) for row in rows), "),"]


# --- names ----------------------------------------------------------------------------------------

_SAFE_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,40}")


class Names:
    """Names for the local variables of a function, each given once."""

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self._taken = {*keyword.kwlist, *keyword.softkwlist, *dir(builtins), *reserved}

    def new(self, wish: str, otherwise: str) -> str:
        """`wish` if it is a plain name, else `otherwise`; with a number where it is taken."""
        base = wish if _SAFE_NAME.fullmatch(wish) else otherwise
        name = base
        number = 2
        while name in self._taken:
            name = f"{base}_{number}"
            number += 1
        self._taken.add(name)
        return name


@dataclass(slots=True)
class Masks:
    """Sets of bits as Python text; those too wide to read become constants of the module."""

    wide: dict[int, str] = field(default_factory=dict)

    def text(self, bits: int) -> str:
        """`bits` as a hexadecimal number or the name of a constant."""
        if bits < 1 << 64:
            return hex(bits)
        return self.wide.setdefault(bits, f"_MASK_{len(self.wide) + 1}")

    def definitions(self) -> list[str]:
        """The lines that define the constants."""
        lines: list[str] = []
        for bits, name in self.wide.items():
            numbers = [str(n) for n in range(bits.bit_length()) if bits >> n & 1]
            lines += [f"{name}: Final = _bits(", *filled(numbers, 1), ")"]
        return lines


@dataclass(slots=True)
class Module:
    """What the parts of a module gather while they are written.

    `needs` names the support functions that the template includes, `letters` are the characters of
    all texts that data is compared with (only these need folding), `lists` the constants of lists.
    """

    masks: Masks = field(default_factory=Masks)
    needs: set[str] = field(default_factory=set)
    letters: set[str] = field(default_factory=set)
    lists: dict[str, str] = field(default_factory=dict)

    def list_constant(self, name: str) -> str:
        """The constant that holds the entries of the long list `name`."""
        return self.lists.setdefault(name, f"_LIST_{len(self.lists) + 1}")

    def compared(self, texts: Iterable[str]) -> None:
        """Note that data is compared with `texts`."""
        for text in texts:
            self.letters.update(text)


# --- conditions -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Always:
    """A condition that is always true, or always false."""

    value: bool


@dataclass(frozen=True, slots=True)
class Bits:
    """Some of the bits of `mask` are set in `variable`."""

    variable: str
    mask: int


@dataclass(frozen=True, slots=True)
class Fact:
    """A comparison, call or name; `opposite` is its negation where that is more than `not`."""

    text: str
    opposite: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """Two or more parts joined by `and` or `or`."""

    word: str
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """`not part`."""

    part: Condition


Condition: TypeAlias = Always | Bits | Fact | Joined | Negated


def any_of(parts: Iterable[Condition]) -> Condition:
    """The parts joined by `or`, with bits of one variable tested at once."""
    return _join("or", parts)


def all_of(parts: Iterable[Condition]) -> Condition:
    """The parts joined by `and`."""
    return _join("and", parts)


def _join(word: str, parts: Iterable[Condition]) -> Condition:
    ends = word == "or"
    kept: list[Condition] = []
    place: dict[str, int] = {}
    for part in _flattened(word, parts):
        if isinstance(part, Always):
            if part.value is ends:
                return part
        elif ends and isinstance(part, Bits) and part.variable in place:
            at = place[part.variable]
            merged = kept[at]
            assert isinstance(merged, Bits)
            kept[at] = Bits(part.variable, merged.mask | part.mask)
        elif part not in kept:
            if isinstance(part, Bits):
                place[part.variable] = len(kept)
            kept.append(part)
    if len(kept) > 1:
        return Joined(word, tuple(kept))
    return kept[0] if kept else Always(not ends)


def _flattened(word: str, parts: Iterable[Condition]) -> Iterable[Condition]:
    for part in parts:
        if isinstance(part, Joined) and part.word == word:
            yield from part.parts
        else:
            yield part


def negated(part: Condition) -> Condition:
    """Not `part`."""
    match part:
        case Always(value):
            return Always(not value)
        case Negated(inner):
            return inner
        case Fact(text, opposite) if opposite:
            return Fact(opposite, text)
        case _:
            return Negated(part)


def equal(one: str, other: str) -> Condition:
    """Both texts of Python have the same value."""
    return Fact(f"{one} == {other}", f"{one} != {other}")


def known(variable: str) -> Condition:
    """The variable is not None."""
    return Fact(f"{variable} is not None", f"{variable} is None")


def shallow(condition: Condition, names: Names, masks: Masks) -> tuple[list[str], Condition]:
    """`condition` with what nests too deep for Python given names, and the lines that give them."""
    match condition:
        case Joined(word, parts):
            found = [shallow(part, names, masks) for part in parts]
            lines = [line for before, _ in found for line in before]
            result: Condition = Joined(word, tuple(part for _, part in found))
        case Negated(part):
            lines, inner = shallow(part, names, masks)
            result = Negated(inner)
        case _:
            return [], condition
    if depth(result) <= _DEEPEST:
        return lines, result
    name = names.new("part", "part")
    return [*lines, *statement(f"{name} = ", result, "", 0, masks)], Fact(name)


def depth(condition: Condition) -> int:
    """How deep parentheses would nest in the text of `condition`."""
    match condition:
        case Joined(_, parts):
            return 1 + max(depth(part) for part in parts)
        case Negated(part):
            return depth(part)
        case _:
            return 0


def flat(condition: Condition, masks: Masks, *, inside: str = "") -> str:
    """`condition` on one line, in parentheses `inside` a word that binds tighter."""
    match condition:
        case Always(value):
            return str(value)
        case Fact(text, _):
            return text
        case Bits(variable, mask):
            return f"{variable} & {masks.text(mask)}"
        case Negated(part):
            return f"not {flat(part, masks, inside='not')}"
        case Joined(word, parts):
            text = f" {word} ".join(flat(part, masks, inside=word) for part in parts)
            return f"({text})" if inside else text
        case _:
            assert_never(condition)


def statement(
    before: str, condition: Condition, after: str, indent: int, masks: Masks
) -> list[str]:
    """`before condition after` at `indent`, on one line or in parentheses over several."""
    margin = _INDENT * indent
    line = f"{margin}{before}{flat(condition, masks)}{after}"
    if len(line) <= _ROOM or not isinstance(condition, Joined | Negated):
        return [line]
    return [f"{margin}{before}(", *_laid_out(condition, indent + 1, masks), f"{margin}){after}"]


def _laid_out(condition: Condition, indent: int, masks: Masks, lead: str = "") -> list[str]:
    margin = _INDENT * indent
    line = f"{margin}{lead}{flat(condition, masks)}"
    match condition:
        case Joined(word, parts) if len(line) > _ROOM:
            lines: list[str] = []
            for number, part in enumerate(parts):
                lines += _part_laid_out(part, indent, masks, f"{word} " if number else "")
            return lines
        case Negated(Joined() as part) if len(line) > _ROOM:
            return [f"{margin}{lead}not (", *_laid_out(part, indent + 1, masks), f"{margin})"]
        case _:
            return [line]


def _part_laid_out(part: Condition, indent: int, masks: Masks, start: str) -> list[str]:
    margin = _INDENT * indent
    if not isinstance(part, Joined):
        return _laid_out(part, indent, masks, start)
    line = f"{margin}{start}{flat(part, masks, inside='and')}"
    if len(line) <= _ROOM:
        return [line]
    return [f"{margin}{start}(", *_laid_out(part, indent + 1, masks), f"{margin})"]

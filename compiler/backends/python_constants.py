"""Constants of the Python module's support functions: fold table, endings, zone, numbers."""

from __future__ import annotations

from collections.abc import Sequence

from leadcard.compiler.backends.python_numbers import ENDLESS
from leadcard.compiler.backends.python_text import (
    Module,
    comment,
    filled,
    literal,
    long_literal,
    number_constant,
    text_constant,
    text_set,
    text_tuple,
)
from leadcard.compiler.fold_table import RUNS, fold_map
from leadcard.compiler.plan import LongList
from leadcard.compiler.text import BLANKS, ENDINGS, FALSE_WORDS, PUNCTUATION, TRUE_WORDS
from leadcard.compiler.zone_table import local_changes, offset_changes

_ASCII_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def text_lines(module: Module) -> list[str]:
    """The constants behind the normal forms of text."""
    lines = text_constant("_BLANKS", BLANKS)
    if "path" in module.needs:
        module.compared(("www.://",))
    if "segments" in module.needs:
        module.compared(ENDINGS)
        lines += text_tuple("_ENDINGS", ENDINGS)
    if "truth" in module.needs:
        lines += text_set("_TRUTHS", (*TRUE_WORDS, *FALSE_WORDS))
        lines += text_set("_YES", TRUE_WORDS)
    if "words" in module.needs:
        lines += ["_PUNCTUATION: Final = str.maketrans(dict.fromkeys("]
        lines += [*long_literal(PUNCTUATION, 1), '    , " "', "))"]
    return lines + (_whole_fold() if module.needs & {"asset", "same_name"} else _fold(module))


def _fold(module: Module) -> list[str]:
    """The fold table for the letters that data is compared with."""
    pairs = [
        (chr(code), chr(folded))
        for code, folded in sorted(fold_map().items())
        if chr(code) in _ASCII_CAPITALS or chr(folded) in module.letters
    ]
    return [
        "# Letters that differ only in case; those that nothing is compared with are left out.",
        "_FOLD: Final = str.maketrans(",
        "    _BLANKS",
        *_plus("".join(one for one, _ in pairs)),
        '    " " * len(_BLANKS)',
        *_plus("".join(other for _, other in pairs)),
        ")",
    ]


def _plus(text: str) -> list[str]:
    """`text` added to the text before it, and a comma."""
    if len(text) <= 70:
        return [f"    + {literal(text)},"]
    return ["    + (", *long_literal(text, 2), "    ),"]


def _whole_fold() -> list[str]:
    """The whole fold table, for data that is compared with data."""
    runs = (f"({first}, {last}, {step}, {distance})" for first, last, step, distance in RUNS)
    return [
        "# Letters that differ only in case, in runs: first, last, step, distance.",
        "_FOLD_RUNS: Final = (",
        *filled(runs, 1),
        ")",
        "_FOLD: Final[dict[int, int | str]] = {",
        "    code: code + distance",
        "    for first, last, step, distance in _FOLD_RUNS",
        "    for code in range(first, last + 1, step)",
        "}",
        '_FOLD.update(dict.fromkeys(map(ord, _BLANKS), " "))',
    ]


_NUMBER_LINES = """\
# What says nothing in a number: blanks, separators of thousands, currency signs.
_NUMBER_MARKS: Final = dict.fromkeys(map(ord, _BLANKS + ",'’$€£¥₽₩₹"))
_ONE: Final = r"([+-]?)([0-9]++)(?:\\.([0-9]++))?"
_NUMBER: Final = re.compile(rf"{_ONE}(?:(\\+)|[-–]{_ONE})?")
"""


def number_lines() -> list[str]:
    """The constants behind the reading of numbers."""
    return [*_NUMBER_LINES.splitlines(), f"_ENDLESS: Final = {ENDLESS}"]


def zone_lines(zone: str, *, calendar: bool) -> list[str]:
    """The tables of a timezone's offsets, in seconds; none for UTC."""
    changes = offset_changes(zone)
    offsets = [offset for _, offset in changes]
    if not any(offsets):
        return []
    lines = number_constant("_ZONE_OFFSETS", offsets)
    if calendar:
        lines += number_constant("_ZONE_CHANGES", [at for at, _ in changes[1:]])
    return lines + number_constant("_ZONE_LOCAL", [at for at, _ in local_changes(changes)[1:]])


def list_lines(lists: Sequence[LongList], module: Module) -> list[str]:
    """The long lists that the module reads; an entry a line would be too many lines."""
    lines: list[str] = []
    for found in lists:
        if found.name not in module.lists:
            continue
        module.compared(found.entries)
        constant = module.lists[found.name]
        lines += [
            *comment(f"list {found.name}", 0),
            f"{constant}: Final = _entries(",
            *_entries(found),
            ")",
        ]
    return lines


def _entries(found: LongList) -> list[str]:
    """The entries with line ends between them, as many in a literal as fit on its line."""
    lines: list[str] = []
    current = ""
    for number, entry in enumerate(found.entries):
        more = entry + ("\n" if number + 1 < len(found.entries) else "")
        if current and len(current) + len(more) > 80:
            lines += long_literal(current, 1)
            current = ""
        current += more
    return lines + long_literal(current, 1)

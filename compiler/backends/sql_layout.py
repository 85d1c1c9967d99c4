"""Makes the text of a statement easier to read, its tokens as they are.

The generator writes each text of a list on a line of its own, and each pair of brackets on three
lines, but a sum of many parts on one. Here lists fill their lines, what fits goes on one line, and
each part of a long sum has a line of its own. Only whitespace between tokens
changes: the caller sees to it that no text or name of the statement has a line break inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

WIDTH: Final = 100  # characters in a line, as far as its parts allow
_TEXT_OF_LIST: Final = re.compile(r"\s*[NE]?'(?:[^']|'')*',?")
_PART_OF_SUM: Final = re.compile(r" (?=[+|] CASE WHEN )")
_CLOSES: Final = re.compile(r"\s*\)")


def laid_out(text: str) -> str:
    """The statement with shorter lists and brackets."""
    made: list[str] = []
    lines = text.split("\n")
    i = 0
    while i < len(lines):
        if lines[i].endswith("("):
            closing = _end_of_list(lines, i + 1)
            if closing - i > 2:
                made.append(lines[i])
                made.extend(_filled(lines[i + 1 : closing]))
                i = closing
                continue
        made.append(lines[i])
        i += 1
        while i + 1 < len(lines) and _fits(made[-1], lines[i], lines[i + 1]):
            made[-1] += lines[i].strip() + lines[i + 1].lstrip()
            i += 2
    return "\n".join(part for line in made for part in _parted(line))


def _parted(line: str) -> list[str]:
    """A long line as one line for each part of its sum; lines with texts stay whole."""
    if len(line) <= WIDTH or "'" in line or '"' in line:
        return [line]
    indent = line[: len(line) - len(line.lstrip())]
    first, *more = _PART_OF_SUM.split(line)
    return [first, *(indent + part for part in more)]


def _fits(opening: str, inside: str, closing: str) -> bool:
    """Whether three lines are brackets around one line, and all of it fits in a line."""
    if not (opening.endswith("(") and _CLOSES.match(closing)):
        return False
    # What a line comment would swallow stays where it is.
    if "--" in inside or inside.rstrip().endswith("("):
        return False
    return len(opening) + len(inside.strip()) + len(closing.strip()) <= WIDTH


def _end_of_list(lines: list[str], start: int) -> int:
    """The line after the texts of a list that begins at `start`; `start` where there is none."""
    end = start
    while end < len(lines) and _TEXT_OF_LIST.fullmatch(lines[end]):
        end += 1
    closed = end < len(lines) and _CLOSES.match(lines[end])
    return end if closed else start


def _filled(texts: list[str]) -> Iterator[str]:
    """The texts of a list, as many on a line as it holds."""
    indent = texts[0][: len(texts[0]) - len(texts[0].lstrip())]
    line = ""
    for text in texts:
        said = text.strip()
        if line and len(indent) + len(line) + 1 + len(said) > WIDTH:
            yield indent + line
            line = ""
        line += f" {said}" if line else said
    yield indent + line

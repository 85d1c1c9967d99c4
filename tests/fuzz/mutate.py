"""Texts made from texts: lines and words moved, doubled, taken out, and taken from elsewhere.

Coverage alone finds no words, since comparing with a whole table in one step gives no hint. So the
pieces are words of the language, of the vocabulary and of real files, and characters that are known
to bite.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl import line_phrases, phrases

ODD: Final = (
    "\0", "\x01", "\x7f", "\x85", "\t", "\v", "\f", "\r", "\r\n", "\n", "\n\n", " ", "  ", "\u00a0",
    "\u200b", "\u2028", "\u202e", "\u3000", "\ufeff", "\ufffd", "“", "”", "’", "«", "»", "「", "」",
    "‹", "›",
    '"', "'", "`", "：", "，", "（", "）", "＋", "−", "–", "•", "- ", "* ", "#", " # ", ":",
    ": ", ",", ", ", "(", ")", "()", "[", "]", "[x]", "{", "}", "&", "|", "||", "/", "//", "://",
    "\\", "*", "**", "?", "%", "_", "$", "€", ";", "...", "=", "==", "=>", "->", "→", "≥", "<", ">",
    "!", "!=",
    "@", "~", "^", "+", "-", "--", "+-", "0", "00", "1", "-1", "٣", "３", "²", "½", "1e9",
    "1.", ".5", "1,5", "1.005", "0.10", "999999999999999999999", "1_000", "1,000", "10k", "2bn",
    "é", "e\u0301", "ß", "İ", "ı", "ς", "K", "ﬁ", "Ǆ", "경리", "经理", "ผู้จัดการ", "مدير", "Директор",
    "😀", "👩‍👩‍👧", "\U0010ffff", "\u0301", "Zalgo\u0300\u0301\u0302",
)  # fmt: skip
VALUES: Final = (
    "CEO", "CTO", '"VP Sales"', "US", "DE", "Japan", "technology", "pricing", "demo", "/docs/*",
    "/a?b#c", "https://a.com/b.html", "50-500", "50+", "10m", "€10k", "5", "7d", "24h", "2 weeks",
    "1 month", "2026-01-01", "2026-02-30", "Jan 5 2026", "+15", "-10", "+2.5", "disqualify", "each",
    "max 20",
    'flag "x"', "area", "service area", "fit", "grade A", "tier large", "VP*", "C++", "C#",
    "a@b.com", "acme.com", "60+", "25-49", "below 25", "NO", "yes", "null", "true", "Europe/Berlin",
)  # fmt: skip
_PARTS: Final = re.compile(r"\s+|[^\s,():]+|[,():]")


@cache
def words() -> tuple[str, ...]:
    """Every word and every spelling of the phrase tables, and the names of the vocabulary."""
    tables = (
        phrases.STAGE, line_phrases.EFFECT, line_phrases.CAPS, line_phrases.SCORE,
        line_phrases.MUST_HAVE, line_phrases.GRADE,
    )  # fmt: skip
    spellings = {s for table in tables for phrase in table for s in phrase.spellings}
    filled = {re.sub(r"\{[^}]*\}", "3", s) for s in spellings if len(s) < 40}
    single = {word for s in spellings for word in s.split() if "{" not in word}
    known = builtin()
    names = {v.name for v in known.verbs} | {f.name for f in known.fields}
    settings = {
        "scorecard:", "timezone:", "score:", "buyer stages:", "list area:", "list x from",
        "grade from fit:", "tiers:", "stages:", "must have all:", "must have at least 2:", "when",
    }  # fmt: skip
    return (*sorted(single), *sorted(names), *sorted(settings), *sorted(filled))


class Mutator:
    """Changes texts by chance; the same random source gives the same text."""

    def __init__(self, chance: random.Random, seeds: Sequence[str]) -> None:
        self._chance = chance
        self._seeds = seeds

    def changed(self, text: str, most: int) -> str:
        """`text` after a few changes, at most `most` characters of it."""
        steps: tuple[Callable[[str], str], ...] = (
            self._word_in, self._word_in, self._word_out, self._word_doubled, self._words_swapped,
            self._odd_in, self._odd_in, self._cut_out, self._line_from_seed, self._lines_swapped,
            self._line_out, self._line_repeated, self._spliced, self._recased,
        )  # fmt: skip
        for _ in range(self._chance.choice((1, 1, 1, 2, 2, 3, 5))):
            text = self._chance.choice(steps)(text)
        return text[:most]

    def _some(self) -> str:
        return self._chance.choice(self._chance.choice((words(), words(), VALUES, ODD)))

    def _word_in(self, text: str) -> str:
        parts = _PARTS.findall(text)
        at = self._chance.randint(0, len(parts))
        return "".join([*parts[:at], " ", self._some(), " ", *parts[at:]])

    def _word_out(self, text: str) -> str:
        parts = _PARTS.findall(text)
        if parts:
            del parts[self._chance.randrange(len(parts))]
        return "".join(parts)

    def _word_doubled(self, text: str) -> str:
        parts = _PARTS.findall(text)
        if not parts:
            return text
        at = self._chance.randrange(len(parts))
        return "".join(
            [*parts[:at], *[parts[at], " "] * self._chance.choice((1, 1, 2, 9)), *parts[at:]]
        )

    def _words_swapped(self, text: str) -> str:
        parts = _PARTS.findall(text)
        if len(parts) < 2:
            return text
        a, b = (self._chance.randrange(len(parts)) for _ in range(2))
        parts[a], parts[b] = parts[b], parts[a]
        return "".join(parts)

    def _odd_in(self, text: str) -> str:
        at = self._chance.randint(0, len(text))
        return text[:at] + self._chance.choice(ODD) + text[at:]

    def _cut_out(self, text: str) -> str:
        at = self._chance.randint(0, len(text))
        return text[:at] + text[at + self._chance.choice((1, 1, 2, 5, 20)) :]

    def _line_from_seed(self, text: str) -> str:
        lines = text.split("\n")
        given = self._chance.choice(self._seeds).split("\n")
        lines.insert(self._chance.randint(0, len(lines)), self._chance.choice(given))
        return "\n".join(lines)

    def _lines_swapped(self, text: str) -> str:
        lines = text.split("\n")
        a, b = (self._chance.randrange(len(lines)) for _ in range(2))
        lines[a], lines[b] = lines[b], lines[a]
        return "\n".join(lines)

    def _line_out(self, text: str) -> str:
        lines = text.split("\n")
        del lines[self._chance.randrange(len(lines))]
        return "\n".join(lines)

    def _line_repeated(self, text: str) -> str:
        lines = text.split("\n")
        lines.insert(self._chance.randint(0, len(lines)), self._chance.choice(lines))
        return "\n".join(lines)

    def _spliced(self, text: str) -> str:
        other = self._chance.choice(self._seeds)
        return (
            text[: self._chance.randint(0, len(text))]
            + other[self._chance.randint(0, len(other)) :]
        )

    def _recased(self, text: str) -> str:
        start = self._chance.randint(0, len(text))
        end = start + self._chance.choice((1, 5, 40))
        return text[:start] + text[start:end].swapcase() + text[end:]

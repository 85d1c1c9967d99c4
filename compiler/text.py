"""The normal forms of text in which everything is compared: the reference for every backend.

Comparison ignores case, surrounding blanks and runs of blanks, in all scripts. Four forms do all
the work; each backend has its own rendering of them, and the agreement tests hold them together.
Data is assumed to be NFC (our loader brings it there); compiled code compares code points.

- *text form*: folded, blanks trimmed, each run of blanks one space. For `starts with`, `ends with`.
- *name form*: as text form, with `-` and `_` taken as blanks too. For `is`, `in`, `matches`, verbs.
- *word form*: folded, punctuation taken as blanks, runs collapsed, one space on both sides
  (` vp of sales `; a value without any word is one space). A whole word is found as ` vp `.
- *path form* of a URL or path: without scheme, host, query and fragment; each segment in name form
  without a known ending in the last one; empty segments dropped; `/` on both sides: `/docs/case
  study/`.

What tells the objects of `each asset` apart is the *asset form*, made from the name form.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from leadcard.compiler.fold_table import fold_map
from leadcard.dsl.record import dataclass

FOLD: Final[dict[int, int]] = fold_map()

# Every character that counts as blank. Zero-width space and BOM are blanks too: they come in by
# pasting.
BLANKS: Final[str] = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
)

# Characters at which a word ends, besides blanks. `#` is missing on purpose: `C#` is a word.
PUNCTUATION: Final[str] = (
    "!\"$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
    "¡§«»¿·‐‑‒–—―‖‘’‚‛“”„‟†‡•…‰‹›⁄−"
    "、。〈〉《》「」『』【】〔〕・！＂＃＄％＆＇（）＊＋，－．／：；＜＝＞？＠［＼］＿｛｜｝～"
    "،؛؟։।"
)

# Characters that say nothing in a number: blanks, separators of thousands, currency signs.
NUMBER_MARKS: Final[str] = BLANKS + ",'’$€£¥₽₩₹"

# Endings that a path's last segment may carry without being another page or asset.
ENDINGS: Final[tuple[str, ...]] = (
    ".asp", ".aspx", ".avi", ".cfm", ".cgi", ".csv", ".doc", ".docx", ".dwg", ".dxf", ".epub",
    ".gif", ".htm", ".html", ".iges", ".igs", ".jpeg", ".jpg", ".jsp", ".md", ".mov", ".mp3",
    ".mp4", ".odt", ".pdf", ".php", ".png", ".ppt", ".pptx", ".shtml", ".step", ".stl", ".stp",
    ".svg", ".txt", ".webm", ".webp", ".xhtml", ".xls", ".xlsx", ".zip",
)  # fmt: skip

TRUE_WORDS: Final[tuple[str, ...]] = ("1", "t", "true", "y", "yes", "on")
FALSE_WORDS: Final[tuple[str, ...]] = ("0", "f", "false", "n", "no", "off")

_SHORT: Final = 64
_BLANK_TO_SPACE: Final = {ord(c): " " for c in BLANKS}
_TEXT: Final[dict[int, int | str]] = {**FOLD, **_BLANK_TO_SPACE}
_NAME: Final[dict[int, int | str]] = {**_TEXT, ord("-"): " ", ord("_"): " "}
_WORDS: Final[dict[int, int | str]] = {**_TEXT, **{ord(c): " " for c in PUNCTUATION}}

# Scripts that join words: terms in them match anywhere. Inclusive ranges of code points.
JOINED: Final[tuple[tuple[int, int], ...]] = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1100, 0x11FF),  # Hangul Jamo
    (0x1780, 0x17FF),  # Khmer
    (0x19E0, 0x19FF),  # Khmer symbols
    (0x2E80, 0x2FDF),  # Han radicals
    (0x3005, 0x3007),  # Han iteration mark, closing mark, zero
    (0x3041, 0x30FA),  # Hiragana, Katakana
    (0x30FC, 0x318F),  # long mark, Bopomofo, Hangul compatibility Jamo
    (0x31A0, 0x31BF),  # Bopomofo extended
    (0x31F0, 0x31FF),  # Katakana extensions
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),  # Han
    (0xA960, 0xA97F),  # Hangul Jamo extended
    (0xA9E0, 0xA9FF),  # Myanmar extended
    (0xAA60, 0xAA7F),  # Myanmar extended
    (0xAC00, 0xD7FF),  # Hangul
    (0xF900, 0xFAFF),  # Han compatibility
    (0xFF66, 0xFFDC),  # half-width Katakana and Hangul
    (0x1B000, 0x1B16F),  # Kana supplements
    (0x20000, 0x323AF),  # Han
)


_PLAIN_NUMBER: Final = re.compile(r"(?!-0\Z)-?(0|[1-9][0-9]{0,19})(\.[0-9]{0,5}[1-9])?")


def is_plain_number(text: str) -> bool:
    """Whether `text` is just how a number that we can hold is written: `-1`, `0.5`; not `1.0`."""
    return _PLAIN_NUMBER.fullmatch(text) is not None


def nfc(text: str) -> str:
    """`text` in Unicode normal form C."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def text_form(text: str) -> str:
    """Folded, trimmed, each run of blanks one space."""
    return _squeeze(text.translate(_TEXT))


def name_form(text: str) -> str:
    """Text form, with `-` and `_` as blanks."""
    return _short_name_form(text) if len(text) <= _SHORT else _squeeze(text.translate(_NAME))


@lru_cache(maxsize=8192)
def _short_name_form(text: str) -> str:
    """The words of a card come back again and again."""
    return _squeeze(text.translate(_NAME))


def word_form(text: str) -> str:
    """Folded words with single spaces between and around them; one space if there are none."""
    inner = _squeeze(text.translate(_WORDS))
    return f" {inner} " if inner else " "


def _squeeze(text: str) -> str:
    if "  " not in text:
        return text.strip(" ")
    return " ".join(part for part in text.split(" ") if part)


def is_blank(text: str) -> bool:
    """Whether nothing but blanks stands in `text`."""
    return not text.translate(_BLANK_TO_SPACE).strip(" ")


def is_path(text: str) -> bool:
    """Whether an event's object is a path or URL.

    After trimming blanks: it begins with `/`, or with `www.`, or holds `://` with no blank and no
    other of `/?#` before it.
    """
    trimmed = text.translate(_TEXT).strip(" ")
    if trimmed.startswith(("/", "www.")):
        return True
    head, found, _ = trimmed.partition("://")
    return bool(found) and bool(head) and not any(c in " /?#" for c in head)


def bare_path(text: str) -> str:
    """The path of a path or URL, folded: no scheme, host, query or fragment; may be empty."""
    path = text.translate(_TEXT).strip(" ").split("?", 1)[0].split("#", 1)[0]
    if not path.startswith("/") or path.startswith("//"):
        path = path.split("://", 1)[-1] if "://" in path else path.removeprefix("//")
        _, slash, rest = path.partition("/")
        path = slash + rest
    return path


def path_form(text: str) -> str:
    """The path form of a path or URL: `//a.com/Docs/Case-Study.html?x` is `/docs/case study/`."""
    path = bare_path(text).rstrip("/ ")
    for ending in ENDINGS:
        if path.endswith(ending) and not path.endswith("/" + ending):
            path = path.removesuffix(ending)
            break
    segments = (name_form(segment) for segment in path.split("/"))
    return "/" + "".join(f"{segment}/" for segment in segments if segment)


def asset_form(text: str) -> str:
    """What tells one object of `each asset` from another; a missing object's is the empty text.

    The name form; of a path or URL without query, fragment and slashes at its end (`/` itself
    stays). Scheme, host and endings belong to it: `/guide` and `/guide.pdf` are two assets.
    """
    if not is_path(text):
        return name_form(text)
    bare = name_form(text.split("?", 1)[0].split("#", 1)[0])
    return bare.rstrip("/").rstrip(" ") or "/"


def is_joined(char: str) -> bool:
    """Whether `char` is of a script that joins words."""
    code = ord(char)
    if code < JOINED[0][0]:
        return False
    return any(first <= code <= last for first, last in JOINED)


@dataclass(frozen=True, slots=True, order=True)
class Needle:
    """A text to look for in a word form, with its boundary blanks (` cto `, `经理`, ` tech`)."""

    text: str


def needle(term: str) -> Needle:
    """The needle of a term of `contains`; `*` at an end lets the word go on there.

    A boundary blank stands at each end whose character is not of a joined script and has no `*`.
    """
    open_left, open_right = term.startswith("*"), term.endswith("*")
    words = word_form(term.strip("*")).strip()
    if not words:
        return Needle("")
    left = "" if open_left or is_joined(words[0]) else " "
    right = "" if open_right or is_joined(words[-1]) else " "
    return Needle(left + words + right)

"""Files to sources: bytes become text once, here, and what cannot be read becomes a diagnostic."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Final

from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.source import Source, normal_text

MAX_BYTES: Final = 32 * 1024 * 1024
_UTF16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_source(path: Path) -> Source | Diagnostic:
    """The text of the file at `path`, or why it cannot be had."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        return _unreadable(path, error)
    except ValueError:  # a NUL in the name
        return _finding("F101", "no file can have this name", str(path))
    return decode_source(data, str(path))


def decode_source(data: bytes, name: str) -> Source | Diagnostic:
    """The source held in `data`: UTF-8, or UTF-16 that says so in its first bytes."""
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // (1024 * 1024)
        return _finding("F104", f"`{name}` is larger than {limit} MB", name)
    utf16 = data.startswith(_UTF16_MARKS)
    if not utf16 and b"\0" in data[:8192] and _looks_binary(data[:8192]):
        return _finding("F102", f"`{name}` is not a text file", name)
    try:
        text = data.decode("utf-16" if utf16 else "utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"line {line} of `{name}` is not UTF-8 text"
        return _finding("F103", message, name, hint="save the file as UTF-8")
    return Source(name, normal_text(text))


def _looks_binary(data: bytes) -> bool:
    """Whether control characters abound; one stray NUL is a line's own mistake."""
    controls = sum(1 for byte in data if byte < 32 and byte not in b"\t\n\r\f")
    return controls * 20 > len(data)


def _unreadable(path: Path, error: OSError) -> Diagnostic:
    match error:
        case FileNotFoundError():
            message = f"there is no file `{path}`"
        case PermissionError():
            message = f"no permission to read `{path}`"
        case IsADirectoryError():
            message = f"`{path}` is a folder"
        case _:
            reason = error.strerror or type(error).__name__
            message = f"`{path}` cannot be read: {reason[:1].lower()}{reason[1:]}"
    return _finding("F101", message, str(path))


def _finding(code: str, message: str, path: str, hint: str | None = None) -> Diagnostic:
    return Diagnostic(code=code, message=message, path=path, hint=hint)

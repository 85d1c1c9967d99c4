"""Failures of the outside world as findings: files, databases and disks that do not obey."""

from __future__ import annotations

import errno
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb

from leadcard.dsl.diagnostics import Diagnostic

_REASONS = {
    errno.ENOENT: "there is no such file",
    errno.EACCES: "you may not {verb} it",
    errno.EPERM: "you may not {verb} it",
    errno.EISDIR: "it is a folder",
    errno.ENOTDIR: "a part of its path is not a folder",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your quota on the disk is used up",
    errno.EROFS: "the disk is read-only",
    errno.EFBIG: "it grows larger than files may be here",
    errno.ENAMETOOLONG: "its name is too long",
}


class DataError(Exception):
    """Data could not be read or written; `diagnostics` say what and why, ready to be shown."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("; ".join(d.message for d in diagnostics))
        self.diagnostics = diagnostics


def reason(error: OSError, verb: str) -> str:
    """Why the system refused to `verb` (read, write) a file, in plain words."""
    if error.errno == errno.ENOENT and verb == "write":
        return "there is no such folder"
    known = _REASONS.get(error.errno or 0)
    if known is not None:
        return known.format(verb=verb)
    return (error.strerror or str(error)).lower()


def cannot_read(path: str, why: str, *, hint: str | None = None) -> DataError:
    """The error for a file that cannot be read."""
    return DataError(
        Diagnostic(code="F101", message=f"cannot read `{path}`: {why}", path=path, hint=hint)
    )


def first_line(error: Exception) -> str:
    """The first line of an engine's message, without its kind and final period."""
    line = str(error).strip().split("\n", 1)[0]
    for kind in ("Error: ", "Exception: "):
        line = line.split(kind, 1)[-1] if kind in line[:60] else line
    return line.rstrip(".")


@contextmanager
def reading(path: str | Path) -> Iterator[None]:
    """Whatever the system or the engine refuses inside becomes a `DataError` about `path`."""
    shown = str(path)
    try:
        yield
    except gzip.BadGzipFile as error:
        raise cannot_read(shown, "it is packed, but broken or cut off") from error
    except OSError as error:
        raise cannot_read(shown, reason(error, "read")) from error
    except (EOFError, zlib.error) as error:
        raise cannot_read(shown, "it is packed, but broken or cut off") from error
    except (duckdb.OutOfMemoryException, MemoryError) as error:
        raise out_of_memory(shown) from error
    except duckdb.Error as error:
        raise cannot_read(shown, f"the engine says: {first_line(error)}") from error


THE_DATA: Final = "the data"  # all of it, where no one file is to blame


def out_of_memory(path: str) -> DataError:
    """The error for work that does not fit into the memory that it was given."""
    return DataError(
        Diagnostic(
            code="D901",
            message="the memory limit is too low to work on "
            + ("the data" if path == THE_DATA else f"`{path}`"),
            path=None if path == THE_DATA else path,
            hint="give more with `--memory-limit`, or fewer threads with `--threads`",
        )
    )


@contextmanager
def stopped_by_user() -> Iterator[None]:
    """What the engine raises inside when the user interrupts its work is a KeyboardInterrupt."""
    try:
        yield
    except RuntimeError as error:
        if "interrupted" in str(error).lower():
            raise KeyboardInterrupt from error
        raise
    except duckdb.InterruptException as error:
        raise KeyboardInterrupt from error


@contextmanager
def working_on(path: str) -> Iterator[None]:
    """What goes wrong with data while the engine works on it becomes a `DataError`.

    Mistakes in a statement are left as they are: they are not the data's.
    """
    try:
        with stopped_by_user():
            yield
    except duckdb.OutOfMemoryException as error:
        raise out_of_memory(path) from error
    except duckdb.Error as error:
        # Broken files raise the plain class too.
        kinds = (duckdb.IOException, duckdb.InvalidInputException, duckdb.ConversionException)
        if not isinstance(error, kinds) and type(error) is not duckdb.Error:
            raise
        message = f"the data cannot be read: {first_line(error)}"
        raise DataError(Diagnostic(code="F101", message=message)) from error

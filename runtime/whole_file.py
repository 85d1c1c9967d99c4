"""Files that appear whole or not at all.

What is written goes to a name of its own in the same folder, reaches the disk, and then takes the
place of the file in one step. Whatever happens before that step leaves the old file as it was.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A path to write to inside the block; after the block it has become `path`.

    Keeps the mode of a file that is replaced, follows a link to the file it names, and refuses what
    the user may not write. Where `path` is no ordinary file (a pipe, a terminal), it is given as
    it is.
    """
    target = path.resolve()
    before = _status(target)
    if before is not None and not stat.S_ISREG(before.st_mode):
        yield target
        return
    if before is not None and not os.access(target, os.W_OK):
        raise PermissionError(13, "Permission denied", str(path))
    part = _reserve(target)
    try:
        yield part
        if before is not None:
            part.chmod(stat.S_IMODE(before.st_mode))
        _to_disk(part)
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def write_whole(path: Path, content: str | bytes) -> None:
    """Make `content` the whole of the file at `path`; text as UTF-8 with plain line ends."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    with whole_file(path) as part:
        part.write_bytes(data)


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _reserve(target: Path) -> Path:
    """A new empty file beside `target`, with the mode that new files get."""
    part = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    except OSError as error:
        error.filename = str(target)
        raise
    return part


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

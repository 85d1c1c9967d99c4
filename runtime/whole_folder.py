"""Folders that are replaced whole or not at all.

What is written goes to a folder of its own beside the place, reaches the disk, and then both change
names in one step (Linux can exchange two names). Where that cannot be done, the old folder is moved
aside first: a process that is killed just between the two steps leaves it there, under a name that
begins with a dot, and nothing in its place.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_HERE: Final = -100  # AT_FDCWD: paths are as for any other call
_EXCHANGE: Final = 2  # RENAME_EXCHANGE


def write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Make `files`, by their paths in it, the whole of the folder at `path`."""
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent))
    try:
        part.chmod(0o777 & ~_umask())
        for name, content in files.items():
            _write(part / name, content)
        _put(part, target)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def holds(path: Path, files: Mapping[str, bytes]) -> bool:
    """Whether the folder at `path` has just these files."""
    if not path.is_dir():
        return False
    there = {one.relative_to(path).as_posix() for one in path.rglob("*") if not one.is_dir()}
    return there == set(files) and all((path / name).read_bytes() == files[name] for name in files)


def _umask() -> int:
    """The mode that new folders do not get; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _put(part: Path, target: Path) -> None:
    """Give `part` the name `target`; afterwards `part` is what was there, or nothing."""
    if not target.exists():
        part.rename(target)
    elif not _exchanged(part, target):
        aside = target.with_name(f"{part.name.removesuffix('.part')}.old")
        target.rename(aside)
        try:
            part.rename(target)
        except OSError:
            aside.rename(target)
            raise
        shutil.rmtree(aside, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Whether the system could exchange the names of two folders."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    done: int = rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE)
    return done == 0

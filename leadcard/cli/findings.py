"""How commands show diagnostics: text for people on stderr, what programs read on stdout."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from leadcard.cli.console import FINDINGS, FINE, emit, has_color, say

if TYPE_CHECKING:
    from leadcard.dsl.diagnostics import Diagnostic


def distinct(found: Iterable[Diagnostic], *, strict: bool = False) -> tuple[Diagnostic, ...]:
    """Each finding once, in order of file and place; with `strict`, warnings as errors."""
    from leadcard.dsl.diagnostics import Severity, in_order

    once: dict[object, Diagnostic] = {}
    for one in found:
        name = one.source.path if one.source else one.path
        once.setdefault((one.code, name, one.span, one.message), one)
    kept = in_order(list(once.values()))
    if not strict:
        return kept
    return tuple(one.as_error() if one.severity is Severity.WARNING else one for one in kept)


def show(found: tuple[Diagnostic, ...]) -> None:
    """Print findings for people, if there are any."""
    from leadcard.dsl.render import render_text

    if found:
        say(render_text(found, color=has_color(sys.stderr)).rstrip("\n"))


def show_json(found: tuple[Diagnostic, ...]) -> None:
    """Print findings for programs, on stdout."""
    import json

    from leadcard.dsl.render import to_json

    emit(json.dumps(to_json(found), ensure_ascii=False, indent=2))


def show_sarif(found: tuple[Diagnostic, ...]) -> None:
    """Print findings for code scanning, on stdout; files by their places in the repository."""
    import json
    from importlib.metadata import version

    from leadcard.dsl.sarif import to_sarif

    top = _top_of_repository(Path.cwd())
    whole = to_sarif(found, version("leadcard"), lambda path: _uri(path, top))
    emit(json.dumps(whole, ensure_ascii=False, indent=2))


def show_code_quality(found: tuple[Diagnostic, ...]) -> None:
    """Print findings for GitLab, on stdout; files by their places in the repository."""
    import json

    from leadcard.dsl.code_quality import to_code_quality

    top = _top_of_repository(Path.cwd())
    whole = to_code_quality(found, lambda path: _path(path, top))
    emit(json.dumps(whole, ensure_ascii=False, indent=2))


def _top_of_repository(folder: Path) -> Path:
    """The folder above that holds `.git`; without one the folder itself."""
    above = (one for one in (folder, *folder.parents) if (one / ".git").exists())
    return next(above, folder)


def _path(path: str, top: Path) -> str | None:
    """The path of a file: relative below `top`, else absolute; None for a folder."""
    place = Path(os.path.abspath(path))
    if place.is_dir():
        return None
    return place.relative_to(top).as_posix() if place.is_relative_to(top) else place.as_posix()


def _uri(path: str, top: Path) -> str | None:
    """The path of a file as an address."""
    place = _path(path, top)
    if place is None:
        return None
    return Path(place).as_uri() if Path(place).is_absolute() else quote(place)


def exit_code(found: Iterable[Diagnostic]) -> int:
    """1 if a finding is an error, else 0."""
    return FINDINGS if any(one.is_error for one in found) else FINE

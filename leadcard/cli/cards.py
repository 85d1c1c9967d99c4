"""Which files a command is about: the scorecards named by PATH, or lying below a folder."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.dsl.source import Source

CARD_SUFFIX: Final = ".scorecard"
SAMPLES_SUFFIX: Final = ".leads.yaml"
VOCABULARY_NAMES: Final = ("leadcard.yaml", "leadcard.yml")
_SKIPPED: Final = frozenset({"node_modules", "__pycache__", "site-packages"})
STDIN: Final = Path("-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Scorecards and vocabulary files in the order of the paths, each once; and what is wrong."""

    cards: tuple[Path, ...]
    vocabularies: tuple[Path, ...]
    diagnostics: tuple[Diagnostic, ...]


def find(paths: Sequence[Path], *, only_cards: bool = False) -> Found:
    """What `paths` name; without paths, what lies in and below the current folder."""

    cards: dict[Path, None] = {}
    vocabularies: dict[Path, None] = {}
    problems: list[Diagnostic] = []
    for path in paths or (Path(),):
        if path == STDIN:
            cards[path] = None
        elif path.is_dir():
            below = [p for p in _below(path, problems) if not (only_cards and _is_vocabulary(p))]
            if not below:
                problems.append(_nothing_in(path))
            _sort_into(below, cards, vocabularies)
        elif path.name.endswith(SAMPLES_SUFFIX):
            cards[card_of(path)] = None
        else:
            _sort_into((path,), cards, vocabularies)
    return Found(cards=tuple(cards), vocabularies=tuple(vocabularies), diagnostics=tuple(problems))


def is_searched(folder: str) -> bool:
    """Whether a folder of that name is looked into: hidden ones and those of programs are not."""
    return not folder.startswith(".") and folder not in _SKIPPED


def _is_vocabulary(path: Path) -> bool:
    return path.name in VOCABULARY_NAMES


def _sort_into(
    paths: Iterable[Path], cards: dict[Path, None], vocabularies: dict[Path, None]
) -> None:
    for path in paths:
        (vocabularies if _is_vocabulary(path) else cards)[path] = None


def _below(folder: Path, problems: list[Diagnostic]) -> Iterator[Path]:
    """Scorecards and vocabulary files below `folder`, by name; hidden folders are left out."""
    from leadcard.dsl.diagnostics import Diagnostic

    def note(error: OSError) -> None:
        message = f"the folder `{error.filename}` cannot be read"
        problems.append(Diagnostic(code="F101", message=message, path=str(error.filename)))

    for parent, folders, names in os.walk(folder, onerror=note):
        folders[:] = sorted(filter(is_searched, folders))
        for name in sorted(names):
            path = Path(parent) / name
            if name.endswith(CARD_SUFFIX) or _is_vocabulary(path):
                yield path


def _nothing_in(folder: Path) -> Diagnostic:
    from leadcard.dsl.diagnostics import Diagnostic

    where = "this folder" if folder == Path() else f"`{folder}`"
    return Diagnostic(
        code="F105",
        message=f"there is no scorecard in {where} or below it",
        path=str(folder),
        hint=f"scorecards are files whose name ends in `{CARD_SUFFIX}`",
    )


def samples_of(card: Path) -> Path:
    """Where the sample leads of a card lie."""
    return card.with_name(card.name.removesuffix(CARD_SUFFIX) + SAMPLES_SUFFIX)


def card_of(samples: Path) -> Path:
    """Where the card of a file of sample leads lies."""
    return samples.with_name(samples.name.removesuffix(SAMPLES_SUFFIX) + CARD_SUFFIX)


def read_card(path: Path) -> Source | Diagnostic:
    """The text of a card, or why it cannot be had; `-` is standard input."""
    from leadcard.dsl.read import MAX_BYTES, decode_source, read_source

    if path != STDIN:
        return read_source(path)
    import sys

    return decode_source(sys.stdin.buffer.read(MAX_BYTES + 1), "<stdin>")

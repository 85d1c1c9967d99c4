"""`leadcard diff` of folders: each scorecard of the new one against that of the old one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leadcard.cli.output import spares
from leadcard.cli.revision import cards_of_revision, is_revision

if TYPE_CHECKING:
    from leadcard.cli.diff import Options
    from leadcard.runtime.impact.diff_cards import CardDifferences
    from leadcard.runtime.impact.diff_report import Difference


def cards_below(given: str) -> tuple[str, ...] | None:
    """The cards in and below a folder, or a folder of a revision; None for anything else."""
    if is_revision(given):
        return cards_of_revision(given)
    if not Path(given).is_dir():
        return None
    from leadcard.cli.cards import find

    found = find((Path(given),), only_cards=True).cards
    return tuple(card.relative_to(given).as_posix() for card in found)


def folder_differences(
    old: str, new: str, vocabulary: Path | None, options: Options, spool: Path
) -> CardDifferences | None:
    """What became of the cards; None where a new card cannot be used, which the user has been told.

    Cards of one version are not scored: nothing that they are made of has changed.
    """
    from leadcard.runtime.impact.diff_cards import CardDifferences

    before, after = _both(old, new)
    if not spares(options.output, (_below(new, path) for path in after)):
        return None
    changed: list[tuple[str, Difference]] = []
    unreadable: list[str] = []
    same: list[str] = []
    for number, path in enumerate(p for p in after if p in before):
        room = spool / str(number)
        room.mkdir()
        one = _one(_below(old, path), _below(new, path), vocabulary, options, room)
        if one is None:
            return None
        if isinstance(one, str):
            (same if one == "same" else unreadable).append(path)
        elif one.changes or one.moved:
            changed.append((path, one))
        else:
            same.append(path)
    return CardDifferences(
        old=old,
        new=new,
        changed=tuple(changed),
        added=_without(after, before),
        removed=_without(before, after),
        unreadable=tuple(unreadable),
        same=tuple(same),
    )


def _both(old: str, new: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    before, after = cards_below(old), cards_below(new)
    if before is None or after is None:
        raise click.UsageError("a folder is compared with a folder, a scorecard with a scorecard")
    return before, after


def _without(these: Iterable[str], those: Iterable[str]) -> tuple[str, ...]:
    other = frozenset(those)
    return tuple(path for path in these if path not in other)


def _below(folder: str, path: str) -> str:
    """A card of a folder as one names it."""
    if folder.endswith(("/", ":")):
        return f"{folder}{path}"
    return path if folder == "." else f"{folder}/{path}"


def _one(
    old: str, new: str, vocabulary: Path | None, options: Options, spool: Path
) -> Difference | str | None:
    """The difference of two cards, or `same` or `unreadable`; None where the new one is wrong."""
    from leadcard.cli.diff import difference, side_of
    from leadcard.cli.findings import distinct, show

    after = side_of(new, spool / "new", vocabulary)
    if after.plan is None:
        show(distinct(after.diagnostics))
        return None
    before = side_of(old, spool / "old", vocabulary)
    if before.plan is None:
        return "unreadable"
    if before.plan.version == after.plan.version:
        return "same"
    return difference(old, new, [before, after], options, spool)

"""`leadcard diff` of folders: each scorecard of the new one against that of the old one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leadcard.cli.output import spares
from leadcard.cli.revision import cards_of_revision, is_revision

if TYPE_CHECKING:
    from leadcard.cli.diff import Options
    from leadcard.runtime.data_error import DataError
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder as it was named, and the paths of its cards below it."""

    name: str
    cards: tuple[str, ...]

    @classmethod
    def of(cls, name: str, cards: tuple[str, ...] | None) -> Folder:
        """The folder; what is no folder is misuse."""
        if cards is None:
            raise click.UsageError(
                "a folder is compared with a folder, a scorecard with a scorecard"
            )
        return cls(name=name, cards=cards)

    def named(self, path: str) -> str:
        """A card of the folder as one names it."""
        if self.name.endswith(("/", ":")):
            return f"{self.name}{path}"
        return path if self.name == "." else f"{self.name}/{path}"


def folder_differences(
    old: Folder, new: Folder, vocabulary: Path | None, options: Options, spool: Path
) -> CardDifferences | None:
    """What became of the cards; None where a new card cannot be used, which the user has been told.

    Cards of one version are not scored: nothing that they are made of has changed.
    """
    from leadcard.runtime.impact.diff_cards import CardDifferences

    if not (old.cards or new.cards):
        raise _nothing_in(old, new)
    if not spares(options.output, map(new.named, new.cards)):
        return None
    changed: list[tuple[str, Difference]] = []
    unreadable: list[str] = []
    same: list[str] = []
    for number, path in enumerate(p for p in new.cards if p in old.cards):
        room = spool / str(number)
        room.mkdir()
        one = _one(old.named(path), new.named(path), vocabulary, options, room)
        if one is None:
            return None
        if isinstance(one, str):
            (same if one == "same" else unreadable).append(path)
        elif one.anything:
            changed.append((path, one))
        else:
            same.append(path)
    return CardDifferences(
        old=old.name,
        new=new.name,
        changed=tuple(changed),
        added=_without(new.cards, old.cards),
        removed=_without(old.cards, new.cards),
        unreadable=tuple(unreadable),
        same=tuple(same),
    )


def _nothing_in(old: Folder, new: Folder) -> DataError:
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.runtime.data_error import DataError

    message = f"there is no scorecard in `{old.name}`, and none in `{new.name}`"
    hint = "name the folder of the scorecards in both, such as `main:scorecards scorecards`"
    return DataError(Diagnostic(code="F105", message=message, hint=hint))


def _without(these: Iterable[str], those: Iterable[str]) -> tuple[str, ...]:
    other = frozenset(those)
    return tuple(path for path in these if path not in other)


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

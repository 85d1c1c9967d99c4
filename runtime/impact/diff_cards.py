"""The report on changes of many scorecards: those of one folder against those of another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from leadcard.runtime.impact.diff_json import diff_json
from leadcard.runtime.impact.diff_report import Difference, diff_document
from leadcard.runtime.impact.document import Block, Bullets, Document, Heading, Paragraph


@dataclass(frozen=True, slots=True, kw_only=True)
class CardDifferences:
    """What became of the cards of a folder; all but `changed` are paths below the folders.

    `unreadable` are cards whose old text has mistakes, so that nothing can be compared.
    """

    old: str
    new: str
    changed: tuple[tuple[str, Difference], ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    unreadable: tuple[str, ...]
    same: tuple[str, ...]

    @property
    def breaking(self) -> bool:
        """Whether something may stop working for whoever reads the scores."""
        return bool(self.removed) or any(one.breaking for _, one in self.changed)

    @property
    def restaged(self) -> bool:
        """Whether a lead has another stage."""
        return any(one.restaged for _, one in self.changed)

    @property
    def words_alone(self) -> bool:
        """Whether no lead was scored for a card that changed."""
        return any(one.words_alone for _, one in self.changed)

    @property
    def anything(self) -> bool:
        """Whether anything changed at all."""
        return bool(self.changed or self.added or self.removed or self.unreadable)


def cards_document(found: CardDifferences) -> Document:
    """The report: an overview, then each card that changed."""
    blocks: list[Block] = [Paragraph(text=f"From `{found.old}` to `{found.new}`.")]
    if found.removed:
        gone = ", ".join(f"`{path}`" for path in found.removed)
        blocks.append(Paragraph(text=f"this change is breaking: {gone} is gone", warning=True))
    blocks.append(Bullets(items=tuple(_overview(found))))
    for _, one in found.changed:
        report = diff_document(one)
        blocks.append(Heading(text=one.scorecard))
        blocks += (
            replace(block, level=3) if isinstance(block, Heading) else block
            for block in report.blocks
        )
    return Document(title="What changes in the scorecards", blocks=tuple(blocks))


def _overview(found: CardDifferences) -> Iterator[str]:
    for path, one in found.changed:
        how = "changed, and breaking" if one.breaking else "changed"
        yield f"`{path}`: {how if one.changes else 'says the same, and leads move'}"
    for paths, what in (
        (found.added, "new"),
        (found.removed, "gone"),
        (found.unreadable, "not compared: the old card has mistakes"),
    ):
        yield from (f"`{path}`: {what}" for path in paths)
    if found.same:
        many = len(found.same)
        yield f"{many} scorecard{'s' if many != 1 else ''} without a change"


def cards_json(found: CardDifferences) -> dict[str, Any]:
    """Everything that the report says."""
    return {
        "old": found.old,
        "new": found.new,
        "breaking": found.breaking,
        "changed": [{"path": path} | diff_json(one) for path, one in found.changed],
        "added": list(found.added),
        "removed": list(found.removed),
        "unreadable": list(found.unreadable),
        "unchanged": list(found.same),
    }

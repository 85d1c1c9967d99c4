"""Lists written one entry a line below their name, which cards do not take."""

from __future__ import annotations

from dataclasses import dataclass, field

from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.failure import LONGEST_FIX
from leadcard.dsl.scan import Kind, LogicalLine


@dataclass(slots=True)
class UprightList:
    """A list without an entry on its line, and the lines without a colon that follow it."""

    head: LogicalLine
    entries: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, line: LogicalLine, start: str) -> UprightList | None:
        """The list that `line` begins, if nothing stands behind its colon."""
        ends = line.pieces[-1].kind is Kind.COLON
        return cls(line) if start == "list_inline" and ends else None

    def takes(self, line: LogicalLine) -> bool:
        """Whether `line` is one more entry: it has no colon, as every rule and header has."""
        if any(piece.kind is Kind.COLON for piece in line.pieces):
            return False
        self.entries.append(line.source.text[line.span.start : line.span.end].strip())
        return True

    def complaint(self) -> tuple[Diagnostic, ...]:
        """What to write instead; nothing where no entries stand below the list."""
        if not self.entries:
            return ()
        head = self.head.source.text[self.head.span.start : self.head.span.end].strip()
        fix = f"{head} {', '.join(entry.rstrip(',') for entry in self.entries)}"
        return (
            Diagnostic(
                code="S116",
                message="the entries of a list stand behind its colon, not below it",
                source=self.head.source,
                span=self.head.span,
                hint="part them by commas; a line that ends in a comma goes on with the next",
                fix=fix if len(fix) < LONGEST_FIX else None,
            ),
        )

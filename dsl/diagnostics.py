"""What can be wrong with a user's text: the table of codes, and one finding.

Codes are never reused. S: syntax of cards. R: words of cards that cannot be bound, or mean nothing
together. L: lint. V: vocabulary and list files. T: sample leads. D: data. C: compilation. G: built
artefacts. F: files. The codes themselves stand in `codes.py`.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

from leadcard.dsl.codes import CODES
from leadcard.dsl.record import dataclass
from leadcard.dsl.source import Source, Span


class Severity(Enum):
    """How bad a finding is; errors stop compilation."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Another place that a finding is about, with what to say of it."""

    source: Source
    span: Span
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding: lower case message without final period, the user's words in backticks.

    `hint` stands beside the caret; `fix` is the whole corrected line (or what to write instead).
    `source` and `span` are None only where there is no text to point at (a missing file).
    `path` names the file where there is no source.
    """

    code: str
    message: str
    source: Source | None = None
    span: Span | None = None
    hint: str | None = None
    fix: str | None = None
    related: tuple[Related, ...] = ()
    severity: Severity = Severity.ERROR
    path: str | None = None

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise KeyError(f"diagnostic code {self.code} is not in the table")

    @property
    def is_error(self) -> bool:
        """Whether this finding stops compilation."""
        return self.severity is Severity.ERROR

    def as_error(self) -> Diagnostic:
        """The same finding as an error (for `--strict`)."""
        return replace(self, severity=Severity.ERROR)


def warning(
    code: str,
    message: str,
    *,
    source: Source | None = None,
    span: Span | None = None,
    hint: str | None = None,
    fix: str | None = None,
    related: tuple[Related, ...] = (),
) -> Diagnostic:
    """A finding that does not stop compilation."""
    return Diagnostic(
        code=code,
        message=message,
        source=source,
        span=span,
        hint=hint,
        fix=fix,
        related=related,
        severity=Severity.WARNING,
    )


def in_order(found: tuple[Diagnostic, ...] | list[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Findings by file, then place, then code; those without a place first."""
    return tuple(
        sorted(
            found,
            key=lambda d: (
                d.source.path if d.source else d.path or "",
                d.span.start if d.span else -1,
                d.code,
            ),
        )
    )

"""What the words of one line may refer to, and the shape of complaints about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NoReturn

from leadcard.compiler.text import name_form
from leadcard.compiler.vocabulary import Vocabulary, WordList
from leadcard.dsl import ast
from leadcard.dsl.diagnostics import Diagnostic, Related
from leadcard.dsl.failure import corrected
from leadcard.dsl.nearest import nearest
from leadcard.dsl.record import dataclass
from leadcard.dsl.scan import line_at
from leadcard.dsl.source import Source, Span


class Rejected(Exception):
    """A line that cannot be bound; carries the one diagnostic for it. Never leaves binding."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Everything a condition can name. Mappings go from name form to the name as written.

    `results` says that the condition may speak of scores, grades, tiers and flags (stages).
    """

    source: Source
    vocabulary: Vocabulary
    lists: Mapping[str, WordList]
    sections: Mapping[str, str]
    tiers: Mapping[str, str]
    grades: Mapping[str, str]
    flags: Mapping[str, str]
    list_names: frozenset[str] = frozenset()
    has_must_haves: bool = False
    results: bool = False

    def reject(
        self,
        code: str,
        message: str,
        span: Span,
        *,
        hint: str | None = None,
        fix: str | None = None,
        related: tuple[Related, ...] = (),
    ) -> NoReturn:
        """Give up the line with one diagnostic."""
        raise Rejected(
            Diagnostic(
                code=code,
                message=message,
                source=self.source,
                span=span,
                hint=hint,
                fix=fix,
                related=related,
            )
        )

    def replaced(self, span: Span, text: str) -> str:
        """The line of `span` with `span` replaced by `text`, trimmed: a fix to show."""
        line = line_at(self.source, span.start)
        if line is None or line.first == line.last:
            whole = self.source.line_span(self.source.position(span.start).line)
            before = self.source.text[whole.start : span.start]
            return f"{before}{text}{self.source.text[span.end : whole.end]}".strip()
        return corrected(line, [(span, text)])

    def without(self, span: Span) -> str:
        """The line of `span` without it and the blank before it: a fix to show."""
        text = self.source.text
        start = span.start
        while start > 0 and text[start - 1] == " ":
            start -= 1
        return self.replaced(Span(start, span.end), "")

    def suggestion(self, word: str, known: Iterable[str]) -> str | None:
        """The known word nearest to `word`, if one is near."""
        return nearest(word, known)

    def unknown(
        self,
        code: str,
        message: str,
        span: Span,
        word: str,
        known: Iterable[str],
        otherwise: str | None = None,
    ) -> NoReturn:
        """Give up the line because of an unknown word, naming the nearest known one.

        `otherwise` is the hint where none is near.
        """
        names = tuple(known)
        best = self.suggestion(word, names)
        quoted = not self.source.text[span.start : span.start + 1].isalnum()
        self.reject(
            code,
            message,
            span,
            hint=f"did you mean `{best}`?" if best else otherwise or _few(names),
            fix=self.replaced(span, f'"{best}"' if quoted else best) if best else None,
        )


def _few(names: tuple[str, ...]) -> str | None:
    """What there is, where that is little enough to be told."""
    if not 0 < len(names) <= 8:
        return None
    return f"there is {', '.join(f'`{name}`' for name in names)}"


def joined(words: ast.Words) -> str:
    """Words as one text."""
    return " ".join(w.text for w in words)


def span_of(words: ast.Words) -> Span:
    """The span from the first to the last of some words."""
    return words[0].span.to(words[-1].span)


def as_text(words: ast.Words) -> ast.Text:
    """Words as one value; quoted if it is one quoted text."""
    if len(words) == 1:
        return words[0]
    return ast.Text(text=joined(words), quoted=False, span=span_of(words))


def plain_prefix(words: ast.Words) -> tuple[str, ...]:
    """The texts of the words before the first quoted one: only those can be names."""
    prefix: list[str] = []
    for word in words:
        if word.quoted:
            break
        prefix.append(word.text)
    return tuple(prefix)


def form(words: ast.Words) -> str:
    """The name form of words, or a text that names nothing if one is quoted."""
    return "" if any(w.quoted for w in words) else name_form(joined(words))

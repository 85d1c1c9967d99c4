"""In which shape a report of `diff` or `evaluate` is written, and its text in that shape."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from leadcard.runtime.impact.document import Document

_ENDINGS: Final = {".json": "json", ".md": "markdown", ".html": "html", ".htm": "html"}


def shape_of(asked: str | None, output: Path | None) -> str:
    """The shape that was asked for, else that of the ending of the file, else text."""
    return asked or _ENDINGS.get((output or Path()).suffix.lower(), "text")


def json_text(found: dict[str, Any]) -> str:
    """A report for programs."""
    import json

    return json.dumps(found, ensure_ascii=False, indent=2)


def document_in(shape: str, document: Document) -> str:
    """A report for people, as text, Markdown or HTML."""
    from leadcard.runtime.impact.document_html import document_html
    from leadcard.runtime.impact.document_markdown import document_markdown
    from leadcard.runtime.impact.document_text import document_text

    shapes = {"html": document_html, "markdown": document_markdown}
    return shapes.get(shape, document_text)(document)

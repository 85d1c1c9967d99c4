"""The lists that a card defines itself, in its text or from files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from leadcard.compiler.text import name_form
from leadcard.compiler.vocabulary import Vocabulary, WordList
from leadcard.dsl import ast
from leadcard.dsl.diagnostics import Diagnostic, Related
from leadcard.dsl.source import Source


def card_lists(
    card: ast.Scorecard, vocabulary: Vocabulary, folder: Path | None
) -> tuple[tuple[WordList, ...], tuple[Diagnostic, ...]]:
    """The card's lists in order, and complaints: a name twice or taken, a file that is not read."""
    lists: list[WordList] = []
    found: list[Diagnostic] = []
    first: dict[str, ast.Text] = {}
    for line in card.lines:
        node = line.statement
        if not isinstance(node, ast.ListInline | ast.ListFile):
            continue
        complaint = _taken(card.source, node.name, first, vocabulary)
        if complaint is not None:
            found.append(complaint)
            continue
        first[name_form(node.name.text)] = node.name
        if isinstance(node, ast.ListInline):
            lists.append(_inline(card.source, node))
        else:
            entry, complaints = _from_file(card.source, node, folder)
            lists.append(entry)
            found.extend(complaints)
    return tuple(lists), tuple(found)


def _taken(
    source: Source, name: ast.Text, first: dict[str, ast.Text], vocabulary: Vocabulary
) -> Diagnostic | None:
    form = name_form(name.text)
    if form in first:
        return Diagnostic(
            code="R119",
            message=f"a second list `{name.text}`",
            source=source,
            span=name.span,
            hint=f"the first is in line {source.position(first[form].span.start).line}",
            related=(Related(source=source, span=first[form].span, label="the first one"),),
        )
    builtin = vocabulary.list_index.get(form)
    if (builtin is not None and builtin.builtin) or form in vocabulary.page_index:
        what = "a built-in class" if builtin is not None else "a page of the vocabulary"
        return Diagnostic(
            code="R128",
            message=f"`{name.text}` is already the name of {what}",
            source=source,
            span=name.span,
            hint="lists, pages and classes share one space of names; choose another name",
        )
    return None


def _inline(source: Source, node: ast.ListInline) -> WordList:
    entries = tuple(e.text for e in node.entries)
    return WordList(name=node.name.text, load=lambda: entries, source=source, span=node.name.span)


def _from_file(
    source: Source, node: ast.ListFile, folder: Path | None
) -> tuple[WordList, tuple[Diagnostic, ...]]:
    from leadcard.compiler.list_file import read_list

    base = folder if folder is not None else Path(source.path).parent
    contents = read_list(base / node.path.text, name=node.path.text)
    complaints = tuple(
        replace(d, source=source, span=node.path.span, path=None) for d in contents.diagnostics
    )
    word_list = WordList(
        name=node.name.text,
        load=lambda: contents.entries,
        source=source,
        span=node.name.span,
        file=base / node.path.text,
    )
    return word_list, complaints

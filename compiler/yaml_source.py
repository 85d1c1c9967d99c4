"""YAML files as nodes with places: every scalar is the text that was written, nothing is guessed.

PyYAML only cuts the text into events; numbers, dates, yes and no are read by whoever asks for them,
so that `NO` stays Norway and `0.10` keeps its digits. Anchors, aliases and tags are refused (nobody
who writes a vocabulary needs them, and a few of them can make a small file unfold without end). The
nodes are built with a stack of our own: no nesting can exhaust Python's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from typing import Final, TypeAlias

import yaml

from leadcard.compiler.text import nfc
from leadcard.compiler.yaml_errors import explain, needs_quotes, scan
from leadcard.dsl.diagnostics import Diagnostic, Related
from leadcard.dsl.record import dataclass
from leadcard.dsl.source import Source, Span

DEEPEST: Final = 30
_EVENTS: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """One text as written, in NFC; `quoted` if quotes or a block sign held it."""

    text: str
    span: Span
    quoted: bool = False

    @property
    def is_null(self) -> bool:
        """Whether nothing was written (or `null`)."""
        return not self.quoted and self.text in _NULLS


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """A list of nodes."""

    items: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One key of a mapping with its value."""

    key: Scalar
    value: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """Keys with values, in the order of the text; no key stands twice."""

    entries: tuple[Entry, ...]
    span: Span


Node: TypeAlias = Scalar | Sequence | Mapping


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not been seen yet."""

    start: int
    is_mapping: bool
    nodes: list[Node] = field(default_factory=list)


class _Refused(Exception):
    """Carries the diagnostic of something that YAML allows and we do not."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def read_yaml(source: Source) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """The one document of `source` (None if it is empty or cannot be read), and what is wrong."""
    found = list(scan(source))
    if found:
        return None, tuple(found)
    try:
        node = _build(source, yaml.parse(source.text, Loader=_EVENTS), found)
    except _Refused as refused:
        return None, (*found, refused.diagnostic)
    except yaml.YAMLError as error:
        return None, (*found, explain(source, error))
    return node, tuple(found)


def _build(source: Source, events: Iterator[yaml.Event], found: list[Diagnostic]) -> Node | None:
    stack: list[_Open] = []
    root: Node | None = None
    documents = 0
    for event in events:
        match event:
            case yaml.ScalarEvent():
                _refuse_marks(source, event)
                node: Node = _scalar(event)
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                _refuse_marks(source, event)
                if len(stack) >= DEEPEST:
                    raise _Refused(_too_deep(source, event))
                is_mapping = isinstance(event, yaml.MappingStartEvent)
                stack.append(_Open(_start(event), is_mapping))
                continue
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                node = _close(source, stack.pop(), event, found)
            case yaml.AliasEvent():
                raise _Refused(needs_quotes(source, _start(event), "V105"))
            case yaml.DocumentStartEvent():
                documents += 1
                if documents > 1:
                    raise _Refused(_second_document(source, event))
                continue
            case _:
                continue
        if stack:
            stack[-1].nodes.append(node)
        else:
            root = node
    if isinstance(root, Scalar) and root.is_null:
        return None
    return root


def _start(event: yaml.Event) -> int:
    return event.start_mark.index if event.start_mark is not None else 0


def _end(event: yaml.Event) -> int:
    return event.end_mark.index if event.end_mark is not None else 0


def _scalar(event: yaml.ScalarEvent) -> Scalar:
    span = Span(_start(event), _end(event))
    return Scalar(text=nfc(event.value), span=span, quoted=bool(event.style))


def _close(source: Source, opened: _Open, event: yaml.Event, found: list[Diagnostic]) -> Node:
    last = opened.nodes[-1].span.end if opened.nodes else _end(event)
    flow = source.text[_end(event) - 1 : _end(event)] in ("]", "}")
    span = Span(opened.start, _end(event) if flow else max(last, opened.start))
    if not opened.is_mapping:
        return Sequence(items=tuple(opened.nodes), span=span)
    keys: dict[str, Scalar] = {}
    entries: list[Entry] = []
    for key, value in zip(opened.nodes[::2], opened.nodes[1::2], strict=True):
        if not isinstance(key, Scalar):
            raise _Refused(_odd_key(source, key))
        if key.text in keys:
            found.append(_twice(source, key, keys[key.text]))
            continue
        keys[key.text] = key
        entries.append(Entry(key=key, value=value))
    return Mapping(entries=tuple(entries), span=span)


def _refuse_marks(
    source: Source, event: yaml.ScalarEvent | yaml.SequenceStartEvent | yaml.MappingStartEvent
) -> None:
    if event.anchor is not None or (event.tag is not None and event.tag != "!"):
        raise _Refused(needs_quotes(source, _start(event), "V105"))


def _odd_key(source: Source, key: Node) -> Diagnostic:
    return Diagnostic(
        code="V103",
        message="a key must be a plain text, not a list or a group of keys",
        source=source,
        span=key.span,
        hint="put quotes around it if it is a text",
    )


def _twice(source: Source, key: Scalar, first: Scalar) -> Diagnostic:
    return Diagnostic(
        code="V104",
        message=f"the key `{key.text}` stands twice in the same place",
        source=source,
        span=key.span,
        hint="keep one of the two",
        related=(Related(source=source, span=first.span, label="first here"),),
    )


def _too_deep(source: Source, event: yaml.Event) -> Diagnostic:
    at = _start(event)
    return Diagnostic(
        code="V106",
        message=f"the file is nested more than {DEEPEST} levels deep",
        source=source,
        span=Span(at, at + 1),
        hint="nothing here needs so many levels; look for brackets that were not closed",
    )


def _second_document(source: Source, event: yaml.Event) -> Diagnostic:
    at = _start(event)
    return Diagnostic(
        code="V108",
        message="a second document begins here",
        source=source,
        span=Span(at, min(at + 3, len(source.text))),
        hint="remove the line `---` or move what follows into a file of its own",
    )

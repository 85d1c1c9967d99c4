"""Nodes of a sample file as texts, lists and keys; whatever does not fit is one T finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from leadcard.compiler.node_reader import Findings, closest, describe, listed
from leadcard.compiler.pipeline import Checked
from leadcard.compiler.plan import Plan
from leadcard.compiler.text import name_form
from leadcard.compiler.vocabulary import Vocabulary
from leadcard.compiler.yaml_source import Entry, Mapping, Node, Scalar
from leadcard.compiler.yaml_source import Sequence as NodeList
from leadcard.dsl.event_line import other_date
from leadcard.dsl.source import Source, Span
from leadcard.runtime.harness.moments import Clock

UNKNOWN_KEY: Final = "T103"
WRONG_KIND: Final = "T104"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One sample file being read: its card, the clock of its ages, and what is wrong so far."""

    checked: Checked
    plan: Plan
    clock: Clock
    found: Findings

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the card."""
        return self.checked.vocabulary

    @property
    def source(self) -> Source:
        """The text of the sample file."""
        return self.found.source

    def line(self, node: Node) -> int:
        """The line in which `node` begins."""
        return self.source.position(node.span.start).line

    def fixed_line(self, span: Span, text: str) -> str:
        """The line of `span` with `text` in its place, without its indentation."""
        return self.found.line_with(span, text).strip()


def entries(
    found: Findings, node: Node, where: str, allowed: Sequence[str], *, example: str
) -> dict[str, Entry]:
    """The entries of a mapping by canonical key; unknown and repeated keys are reported."""
    if isinstance(node, Scalar) and node.is_null:
        return {}
    if not isinstance(node, Mapping):
        wrong_kind(
            found, node, f"{where} is written as keys with values", hint=f"such as {example}"
        )
        return {}
    forms = {name_form(key): key for key in allowed}
    kept: dict[str, Entry] = {}
    for entry in node.entries:
        key = forms.get(name_form(entry.key.text))
        if key is None:
            unknown_key(found, entry.key, where, allowed)
        elif key in kept:
            message = f"the key `{key}` stands twice"
            found.add(WRONG_KIND, message, entry.key.span, first=kept[key].key.span)
        else:
            kept[key] = entry
    return kept


def meant_keys(node: Node, allowed: Sequence[str]) -> frozenset[str | None]:
    """The keys that unknown keys seem to mean: they are no more missing than misspelt."""
    if not isinstance(node, Mapping):
        return frozenset()
    forms = {name_form(key) for key in allowed}
    texts = (entry.key.text for entry in node.entries)
    return frozenset(closest(text, allowed) for text in texts if name_form(text) not in forms)


def unknown_key(found: Findings, key: Scalar, where: str, allowed: Sequence[str]) -> None:
    """Note a key that `where` does not have."""
    near = closest(key.text, allowed)
    found.add(
        UNKNOWN_KEY,
        f"{where} has no key `{key.text}`",
        key.span,
        hint=f"did you mean `{near}`?" if near else f"the keys are {listed(allowed)}",
        fix=found.line_with(key.span, near).strip() if near else None,
    )


def wrong_kind(found: Findings, node: Node, rule: str, *, hint: str | None = None) -> None:
    """Note that something else stands where `rule` says what should."""
    are = "are" if isinstance(node, Mapping) else "is"
    what = f"{rule}, but there {are} {describe(node)}"
    found.add(WRONG_KIND, what, first_line(found, node.span), hint=hint)


def first_line(found: Findings, span: Span) -> Span:
    """The part of `span` in its first line."""
    end = found.source.line_span(found.source.position(span.start).line).end
    return Span(span.start, max(min(span.end, end), span.start))


def text_of(found: Findings, node: Node, what: str, *, hint: str | None = None) -> str | None:
    """One text that is not blank."""
    if isinstance(node, Scalar) and not node.is_null and node.text.strip():
        return node.text.strip()
    if isinstance(node, Scalar):
        place = first_line(found, node.span)
        found.add(WRONG_KIND, f"{what} is empty", place, hint=hint or "leave it out, or fill it in")
        return None
    wrong_kind(found, node, f"{what} is a text", hint=hint)
    return None


def items(found: Findings, node: Node, what: str, *, hint: str) -> tuple[Node, ...]:
    """The entries of a list; nothing is an empty list."""
    if isinstance(node, Scalar) and node.is_null:
        return ()
    if isinstance(node, NodeList):
        return node.items
    wrong_kind(found, node, f"{what} is a list", hint=hint)
    return ()


def is_flow(found: Findings, node: Node) -> bool:
    """Whether a list or mapping is written in brackets."""
    return found.source.text[node.span.start : node.span.start + 1] in ("[", "{")


def not_a_time(reading: Reading, scalar: Scalar) -> None:
    """Note a time that cannot be read; a date in another order has a fix."""
    instead = other_date(scalar.text)
    hint = "write an age such as `40d ago`, or a date such as `2026-11-01`"
    reading.found.add(
        "T106",
        f"no time `{scalar.text}`",
        scalar.span,
        hint=f"write `{instead}`" if instead else hint,
        fix=reading.fixed_line(scalar.span, instead) if instead else None,
    )

"""One key of `expect` being read: where it stands, and how its mistakes are told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from leadcard.compiler.node_reader import closest, listed
from leadcard.compiler.text import name_form
from leadcard.compiler.yaml_source import Entry, Node, Scalar
from leadcard.runtime.harness.rule_names import RuleNames
from leadcard.runtime.harness.sample_nodes import Reading, first_line

UNKNOWN_NAME: Final = "T114"
BAD_EXPECTATION: Final = "T115"
_NOTHING: Final = ("none", "nothing", "no")


def is_nothing(scalar: Scalar) -> bool:
    """Whether the text says that a result has no value."""
    return scalar.is_null or (not scalar.quoted and name_form(scalar.text) in _NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectKey:
    """One key of `expect` being read."""

    reading: Reading
    names: RuleNames
    key: str
    entry: Entry

    @property
    def column(self) -> str:
        """The column of the result."""
        return self.key.replace(" ", "_")

    @property
    def line(self) -> int:
        """The line of the sample file."""
        return self.reading.line(self.entry.key)

    def bad(self, message: str, hint: str, node: Node | None = None) -> None:
        """Note a value that this key cannot take."""
        found = self.reading.found
        span = first_line(found, (node or self.entry.value).span)
        found.add(BAD_EXPECTATION, message, span, hint=hint)

    def unknown(self, what: str, word: Scalar, known: Iterable[str]) -> None:
        """Note a name that the card does not have."""
        options = tuple(dict.fromkeys(known))
        near = closest(word.text, options)
        few = f"the card has {listed(options)}" if 0 < len(options) <= 6 else None
        self.reading.found.add(
            UNKNOWN_NAME,
            f"the card has no {what} `{word.text}`",
            word.span,
            hint=f"did you mean `{near}`?" if near else few or f"the card has no {what} at all",
            fix=self.reading.fixed_line(word.span, near) if near else None,
        )

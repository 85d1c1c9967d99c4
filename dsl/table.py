"""The table of the grammar, and the loop that reads tokens by it.

Lark makes the table of `grammar.lark` (`make_table.py`); making it takes longer than reading a long
card, so the result lies beside the grammar as `grammar_table.json`, with a digest of the text that
it was made of. A table of another text is never used.

The loop is the usual one of LALR: in each state a token is either shifted, or says which rule ends
before it. A rule that the grammar writes with `*` becomes helping rules whose names begin with `_`;
what they hold goes to the rule that they help.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Any, Final

from leadcard.dsl.build import LineBuilder
from leadcard.dsl.lexer import Token
from leadcard.dsl.record import dataclass

END: Final = "$END"
_GRAMMAR: Final = "grammar.lark"
TABLE: Final = "grammar_table.json"


class Refused(Exception):
    """The grammar takes no token of this kind here; `at` is the token's place."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduction:
    """What happens where a rule ends: its origin, its length, what builds it, and from what.

    `helping` are the places whose lists are taken apart. `alone`: its one part is the node itself.
    """

    origin: str
    length: int
    build: Callable[[list[Any]], Any]
    helping: frozenset[int]
    alone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """For each state what a token or a finished rule leads to.

    Not below zero: the next state. Below: the rule that ends, -1 the first one.
    """

    states: tuple[dict[str, int], ...]
    starts: dict[str, int]
    ends: dict[str, int]
    reductions: tuple[Reduction, ...]

    def read(self, tokens: Sequence[Token], start: str) -> Any:
        """The node of a line of kind `start`; raises `Refused`."""
        states, stack, values = self.states, [self.starts[start]], list[Any]()
        for at, token in enumerate(tokens):
            kind = token.type
            while (step := states[stack[-1]].get(kind)) is not None and step < 0:
                self._reduce(stack, values, self.reductions[-step - 1])
            if step is None:
                raise Refused(at)
            stack.append(step)
            values.append(token)
        end = self.ends[start]
        while stack[-1] != end:
            step = states[stack[-1]].get(END)
            if step is None or step >= 0:
                raise Refused(len(tokens))
            self._reduce(stack, values, self.reductions[-step - 1])
        return values[-1]

    def _reduce(self, stack: list[int], values: list[Any], rule: Reduction) -> None:
        """The parts of `rule` at the end of `values` become its node."""
        if rule.alone:
            stack[-1] = self.states[stack[-2]][rule.origin]
            return
        length = rule.length
        parts = values[-length:]
        del stack[-length:]
        values[-length:] = [rule.build(_taken_apart(parts, rule) if rule.helping else parts)]
        stack.append(self.states[stack[-1]][rule.origin])


def _taken_apart(parts: list[Any], rule: Reduction) -> list[Any]:
    """The parts with what helping rules hold in their place.

    The first list is taken over and grows: copied at each step, a long list would take forever.
    """
    whole: list[Any] = parts[0] if 0 in rule.helping else [parts[0]]
    for at in range(1, len(parts)):
        if at in rule.helping:
            whole.extend(parts[at])
        else:
            whole.append(parts[at])
    return whole


def as_it_is(parts: list[Any]) -> list[Any]:
    """What a helping rule holds."""
    return parts


def grammar_text() -> str:
    """The grammar as it is written."""
    return resources.files("leadcard.dsl").joinpath(_GRAMMAR).read_text("utf-8")


def digest(text: str) -> str:
    """What tells one grammar from another."""
    return sha256(text.replace("\r\n", "\n").encode("utf-8")).hexdigest()


@cache
def table() -> Table:
    """The table of the grammar, made once in a process."""
    text = grammar_text()
    kept = _kept()
    if kept is None or kept["grammar"] != digest(text):
        from leadcard.dsl.make_table import made

        kept = made(text)
    return _from_json(kept)


def _kept() -> Any:
    file = resources.files("leadcard.dsl").joinpath(TABLE)
    return json.loads(file.read_text("utf-8")) if file.is_file() else None


def _from_json(kept: dict[str, Any]) -> Table:
    builder = LineBuilder()
    rows = kept["rows"]
    return Table(
        states=tuple(rows[row] for row in kept["states"]),
        starts=kept["starts"],
        ends=kept["ends"],
        reductions=tuple(
            Reduction(
                origin=origin,
                length=length,
                build=getattr(builder, name) if name else as_it_is,
                helping=frozenset(helping),
                alone=alone,
            )
            for origin, length, name, helping, alone in kept["rules"]
        ),
    )

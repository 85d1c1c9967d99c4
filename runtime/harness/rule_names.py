"""Rules of a card by the names that sample files use: condition, line number or `[label]`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from leadcard.compiler.pipeline import Checked
from leadcard.compiler.plain import plain_condition
from leadcard.compiler.plan import Plan, Rule
from leadcard.compiler.text import text_form
from leadcard.dsl import ast
from leadcard.dsl.parser import parse_condition
from leadcard.dsl.source import Source

_LINE: Final = re.compile(r"(?:line )?(\d+)", re.IGNORECASE)
_LABEL: Final = re.compile(r"\[\s*(.+?)\s*\]")
_JOINTS: Final = re.compile(r"\s*,\s*(?:(?:or|and)\s+)?|\s+or\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleNames:
    """The rules of a card, with the condition of each in its plain form."""

    plan: Plan
    conditions: tuple[tuple[int, ast.Chain], ...]
    plain: Callable[[ast.Chain], ast.Chain]

    def find(self, name: str) -> tuple[Rule, ...]:
        """The rules that `name` means: none, one, or several that it does not tell apart."""
        line = _LINE.fullmatch(name.strip())
        if line is not None:
            return tuple(r for r in self.plan.rules if r.line == int(line[1]))
        label = _LABEL.fullmatch(name.strip())
        if label is not None:
            return self._labelled(label[1])
        for found in self._readings(name):
            if found:
                return found
        return self._labelled(name)

    def spoken(self) -> tuple[str, ...]:
        """All names that rules have, for suggestions."""
        labels = (f"[{r.label}]" for r in self.plan.rules if r.label)
        return (*(r.text for r in self.plan.rules), *labels)

    def _labelled(self, label: str) -> tuple[Rule, ...]:
        form = text_form(label)
        return tuple(r for r in self.plan.rules if r.label and text_form(r.label) == form)

    def _readings(self, name: str) -> Iterator[tuple[Rule, ...]]:
        """What `name` means, taken ever more loosely."""
        chain, _ = parse_condition(Source("", name))
        if chain is not None:
            same = {line for line, written in self.conditions if written == self.plain(chain)}
            yield self._at(same)
        form = text_form(name)
        yield tuple(r for r in self.plan.rules if form in (text_form(r.text), text_form(r.source)))
        loose = _loose(name)
        yield tuple(r for r in self.plan.rules if loose in (_loose(r.text), _loose(r.source)))

    def _at(self, lines: Iterable[int]) -> tuple[Rule, ...]:
        return tuple(r for r in self.plan.rules if r.line in lines)


def rule_names(checked: Checked, plan: Plan) -> RuleNames:
    """The names of the rules of a checked card."""
    assert checked.card is not None
    conditions = tuple(
        (line.first, line.statement.condition)
        for line in checked.card.lines
        if isinstance(line.statement, ast.Rule)
    )
    plain = partial(plain_condition, card=checked.card, vocabulary=checked.vocabulary)
    return RuleNames(plan=plan, conditions=conditions, plain=plain)


def _loose(text: str) -> str:
    """Without quotes and spaces at signs; every joint of a list is `or`."""
    return _JOINTS.sub(" or ", text_form(text).replace('"', "").replace("+ ", "+"))

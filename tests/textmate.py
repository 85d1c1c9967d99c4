"""As much of TextMate's way to read a grammar as ours needs: matches, and regions of many lines.

At each place the pattern whose match begins first wins, and among those the first in the list; in a
region its end is tried before its patterns. A line ends in its line feed, as in editors.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

Rule = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A part of a line, and the innermost name that it has."""

    text: str
    line: int
    start: int
    scope: str


class Grammar:
    """A grammar read from its file."""

    def __init__(self, path: Path) -> None:
        self.rules: Rule = json.loads(path.read_text(encoding="utf-8"))

    def tokens(self, text: str) -> Iterator[Token]:
        """The parts of a text that have a name, in order."""
        within: list[Rule] = []
        for number, line in enumerate(text.splitlines(), 1):
            yield from self._line(f"{line}\n", number, within)

    def patterns(self) -> Iterator[str]:
        """Every regular expression."""
        waiting: list[Any] = [self.rules]
        while waiting:
            one = waiting.pop()
            if isinstance(one, dict):
                yield from (one[key] for key in ("match", "begin", "end") if key in one)
            if isinstance(one, dict | list):
                waiting += one.values() if isinstance(one, dict) else one

    def _line(self, line: str, number: int, within: list[Rule]) -> Iterator[Token]:
        at = 0
        while at <= len(line):
            found, rule = self._next(line, at, within)
            inside = within[-1].get("contentName") if within else None
            end = len(line) if found is None else found.start()
            if inside and line[at:end].strip():
                yield Token(text=line[at:end].strip(), line=number, start=at, scope=inside)
            if found is None:
                return
            if rule is None:
                within.pop()
            else:
                yield from _named(found, rule, number)
                if "begin" in rule:
                    within.append(rule)
            stays = found.end() == at and rule is not None and "begin" not in rule
            at = found.end() + (1 if stays else 0)

    def _next(
        self, line: str, at: int, within: list[Rule]
    ) -> tuple[re.Match[str] | None, Rule | None]:
        """The next match and its rule; None for the end of a region."""
        best: re.Match[str] | None = None
        chosen: Rule | None = None
        if within:
            best = _compiled(within[-1]["end"]).search(line, at)
        for rule in self._flat((within[-1] if within else self.rules).get("patterns", ())):
            found = _compiled(rule.get("match") or rule["begin"]).search(line, at)
            if found is not None and (best is None or found.start() < best.start()):
                best, chosen = found, rule
        return best, chosen

    def _flat(self, patterns: list[Rule]) -> Iterator[Rule]:
        for rule in patterns:
            if "include" in rule:
                named = self.rules["repository"][rule["include"].removeprefix("#")]
                yield from self._flat([named])
            elif "match" in rule or "begin" in rule:
                yield rule
            else:
                yield from self._flat(rule["patterns"])


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _named(found: re.Match[str], rule: Rule, line: int) -> Iterator[Token]:
    parts = rule.get("captures") or rule.get("beginCaptures") or {}
    if "name" in rule and found.group():
        yield Token(text=found.group(), line=line, start=found.start(), scope=rule["name"])
    for key, part in parts.items():
        if found[int(key)]:
            text, start = found[int(key)], found.start(int(key))
            yield Token(text=text, line=line, start=start, scope=part["name"])

"""Makes the table of the grammar: `python -m leadcard.dsl.make_table` writes it beside the grammar.

The only file that imports lark. It runs where the grammar was changed, and never for users.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from leadcard.dsl.build import LineBuilder
from leadcard.dsl.table import TABLE, digest, grammar_text

STARTS: Final = (
    "rule", "requirement", "tier", "stage", "header", "must_have", "tiers", "stages", "name",
    "timezone", "score", "buyer_stages", "list_inline", "list_file", "grade", "condition",
)  # fmt: skip


def made(text: str) -> dict[str, Any]:
    """The table of the grammar `text` as JSON can hold it."""
    from lark import Lark
    from lark.lexer import Lexer

    class NoTokens(Lexer):
        """Stands for our own lexer: the table needs none."""

        __future_interface__ = 2

        def __init__(self, conf: object) -> None:
            pass

        def lex(self, lexer_state: Any, parser_state: Any) -> Iterator[Any]:
            return iter(())

    lark: Any = Lark(
        text,
        parser="lalr",
        lexer=NoTokens,
        start=list(STARTS),
        strict=True,
        maybe_placeholders=False,
    )
    return {"grammar": digest(text), **_written(lark.parser.parser._parse_table)}


def _written(table: Any) -> dict[str, Any]:
    """States by number, equal rows once, and the rules that end somewhere."""
    rules: dict[Any, int] = {}
    rows: dict[str, int] = {}
    # Lark numbers states in the order of a set, so the numbers are given anew from the starts.
    numbers = _numbered(table)
    states = []
    for state in numbers:
        row = {
            kind: numbers[to] if step.name == "Shift" else -1 - rules.setdefault(to, len(rules))
            for kind, (step, to) in sorted(table.states[state].items())
        }
        states.append(rows.setdefault(json.dumps(row), len(rows)))
    return {
        "starts": {start: numbers[table.start_states[start]] for start in STARTS},
        "ends": {start: numbers[table.end_states[start]] for start in STARTS},
        "rules": [_rule(rule) for rule in rules],
        "rows": [json.loads(row) for row in rows],
        "states": states,
    }


def _numbered(table: Any) -> dict[Any, int]:
    numbers: dict[Any, int] = {}
    waiting = [table.start_states[start] for start in reversed(STARTS)]
    while waiting:
        state = waiting.pop()
        if state in numbers:
            continue
        numbers[state] = len(numbers)
        row = sorted(table.states[state].items(), reverse=True)
        waiting += [to for _, (step, to) in row if step.name == "Shift"]
    return numbers


def _rule(rule: Any) -> list[Any]:
    """Origin, length, what builds it, places of helping rules, whether one part stands alone."""
    origin = str(rule.origin.name)
    name = rule.alias or origin
    if origin.startswith("_"):
        name = ""
    elif not hasattr(LineBuilder, name) and not rule.options.expand1:
        raise ValueError(f"nothing builds `{name}` of the grammar")
    helping = [at for at, part in enumerate(rule.expansion) if part.name.startswith("_")]
    alone = bool(rule.options.expand1 and not rule.alias)
    if alone and len(rule.expansion) > 1:
        raise ValueError(f"nothing builds the parts of `{origin}` in the grammar")
    return [origin, len(rule.expansion), name if hasattr(LineBuilder, name) else "", helping, alone]


def main() -> None:
    """Write the table beside the grammar that it is of."""
    kept = made(grammar_text())
    lines = [f" {json.dumps(key)}: {_block(value)}" for key, value in kept.items()]
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    Path(__file__).with_name(TABLE).write_text(text, "utf-8")


def _block(value: Any) -> str:
    """A list of rows with one row a line, so that a change of the grammar can be read as one."""
    if isinstance(value, list) and isinstance(value[0], list | dict):
        return "[\n" + ",\n".join(f"  {json.dumps(row)}" for row in value) + "\n ]"
    return json.dumps(value)


if __name__ == "__main__":
    main()

"""What two results of a case say differently, and one case through all engines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leadcard.compiler.pipeline import Checked, check_source
from leadcard.dsl import ast
from leadcard.dsl.source import Source
from tests.agreement.databases import DATABASES
from tests.agreement.engines import Results, by_oracle, by_python, by_sql, same_shape
from tests.strategies import Case

ENGINES = ("python", "sql")
_FOLDER = Path(__file__).parent / "cards"  # it holds the list files that cards name


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What became of a case: differences, and the oracle's results for statistics."""

    differences: tuple[str, ...]
    expected: Results
    card: ast.Scorecard


class NotACard(Exception):
    """The checker has errors for a card."""


def check(case: Case) -> Checked:
    """The checked card of a case."""
    source = Source(str(_FOLDER / "generated.scorecard"), case.card)
    checked = check_source(source, case.vocabulary, folder=_FOLDER)
    errors = [f"{d.code} {d.message}" for d in checked.diagnostics if d.is_error]
    if errors or checked.plan is None:
        raise NotACard("; ".join(errors))
    return checked


def judge(case: Case, engines: tuple[str, ...] = ENGINES) -> Verdict:
    """The case through the oracle and the engines asked for."""
    checked = check(case)
    assert checked.plan is not None
    assert checked.card is not None
    expected = by_oracle(case, checked.card, checked.plan)
    found: list[str] = []
    if "python" in engines:
        results = by_python(case, checked.plan, checked.card)
        found += [f"python: {each}" for each in between(expected, results)]
    if "sql" in engines:
        results = by_sql(case, checked.plan)
        found += [f"sql: {each}" for each in between(expected, results)]
    for name in engines:
        if name in DATABASES:
            held = DATABASES[name].held(case)
            right = expected if held == case else by_oracle(held, checked.card, checked.plan)
            results = DATABASES[name].results(held, checked.plan)
            found += [f"{name}: {each}" for each in between(right, results)]
    return Verdict(differences=tuple(found), expected=expected, card=checked.card)


def between(expected: Results, got: Results) -> Iterator[str]:
    """What differs, value by value, reasons included."""
    for lead in sorted(expected.keys() | got.keys()):
        if lead not in expected or lead not in got:
            yield f"{lead}: has a row only {'in the oracle' if lead in expected else 'here'}"
            continue
        left, right = same_shape(expected[lead]), same_shape(got[lead])
        for name in sorted(left.keys() | right.keys()):
            if left.get(name) != right.get(name):
                yield f"{lead}: {name} {_told(left, right, name)}"


def _told(left: Mapping[str, Any], right: Mapping[str, Any], name: str) -> str:
    if name != "reasons":
        return f"should be {left.get(name)!r}, is {right.get(name)!r}"
    missing = [_short(each) for each in left[name] if each not in right[name]]
    extra = [_short(each) for each in right[name] if each not in left[name]]
    return f"lack {missing}, have {extra}" if missing or extra else "stand in another order"


def _short(reason: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in reason.items() if key != "section")

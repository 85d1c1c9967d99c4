"""The oracle against the acceptance examples, whose numbers were worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from leadcard.compiler.vocabulary_file import load_vocabulary
from leadcard.dsl.format import format_condition
from leadcard.dsl.parser import parse, parse_condition
from leadcard.dsl.read import read_source
from leadcard.dsl.source import Source
from tests.oracle import evaluate
from tests.sample_leads import read_samples

ROOT = Path(__file__).parents[1]
FOLDERS = (ROOT / "tests" / "golden" / "oracle", ROOT.parent / "shared" / "examples")
CARDS = sorted(path for folder in FOLDERS for path in folder.glob("*.scorecard"))


def _differences(result: dict[str, Any], expect: dict[str, Any]) -> Iterator[str]:
    """What of a result is not as expected."""
    fired = {reason["rule"] for reason in result["reasons"]}
    for key, wanted in expect.items():
        match key:
            case "fired" | "not fired":
                for rule in wanted:
                    if (_plain(rule) in fired) is not (key == "fired"):
                        yield f"{key}: {rule}"
            case "sections":
                for name, points in wanted.items():
                    if result["sections"][name] != Decimal(points):
                        yield f"{name}: {result['sections'][name]}, not {points}"
            case "flags" | "key conversions":
                if list(result[key.replace(" ", "_")]) != wanted:
                    yield f"{key}: {result[key.replace(' ', '_')]}, not {wanted}"
            case _:
                got = result[key.replace(" ", "_")]
                said = {True: "true", False: "false"}.get(got) if isinstance(got, bool) else got
                same = Decimal(wanted) == got if isinstance(got, Decimal) else said == wanted
                if not same:
                    yield f"{key}: {got}, not {wanted}"


def _plain(rule: str) -> str:
    chain, found = parse_condition(Source("rule", rule))
    assert chain is not None, found
    return format_condition(chain)


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.stem)
def test_examples(path: Path) -> None:
    vocabulary, _ = load_vocabulary(path)
    source = read_source(path)
    assert isinstance(source, Source)
    card, found = parse(source)
    assert not found
    as_of, samples = read_samples(path.with_suffix(".leads.yaml"), vocabulary)
    wrong = []
    for sample in samples:
        result = evaluate(card, vocabulary, sample.lead, sample.events, as_of, sample.colleagues)
        assert result is not None
        wrong += [f"{sample.name}: {each}" for each in _differences(result, dict(sample.expect))]
    assert samples
    assert wrong == []


def test_there_are_cards() -> None:
    assert CARDS

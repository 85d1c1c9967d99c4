"""The oracle against the acceptance examples, whose numbers were worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadcard.compiler.vocabulary_file import load_vocabulary
from leadcard.dsl.parser import parse
from leadcard.dsl.read import read_source
from leadcard.dsl.source import Source
from tests.oracle import evaluate
from tests.sample_leads import differences, read_samples

ROOT = Path(__file__).parents[1]
FOLDERS = (ROOT / "scorecards", ROOT.parent / "shared" / "examples")
CARDS = sorted(path for folder in FOLDERS for path in folder.rglob("*.scorecard"))


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
        wrong += [f"{sample.name}: {each}" for each in differences(result, dict(sample.expect))]
    assert samples
    assert wrong == []


def test_there_are_cards() -> None:
    assert CARDS

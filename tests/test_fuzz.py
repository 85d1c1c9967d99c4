"""Random texts, a few thousand of them: read, or told what is wrong, and nothing else.

`make fuzz` runs the same properties for as long as one likes, guided by coverage. What it found is
kept in fuzz/found, one folder for each target.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import properties
from tests.fuzz.mutate import ODD, VALUES, Mutator, words
from tests.fuzz.targets import FOUND, TARGETS

# How many changed seeds of each target; the slow ones fewer.
CHANGED = {
    "card": 1500, "whole": 250, "formatted": 250, "condition": 1000, "phrases": 1000,
    "vocabulary": 120, "samples": 120, "raw": 400, "data": 12,
}  # fmt: skip
KEPT = sorted(path for path in FOUND.glob("*/*") if path.is_file())
_SOME = settings(
    derandomize=True, max_examples=150, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_was_found_once(path: Path) -> None:
    TARGETS[path.parent.name].check(path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_every_seed(name: str) -> None:
    target = TARGETS[name]
    seeds = target.seeds()
    assert seeds
    for text in seeds[:: 1 + len(seeds) // 150]:
        target.check(text.encode())


@pytest.mark.parametrize("name", TARGETS)
def test_changed_seeds(name: str) -> None:
    target = TARGETS[name]
    chance = random.Random(20261121)
    mutator = Mutator(chance, target.seeds())
    for _ in range(CHANGED[name]):
        text = mutator.changed(chance.choice(target.seeds())[: target.longest], target.longest)
        target.check(text.encode("utf-8", "ignore"))


def _texts() -> st.SearchStrategy[str]:
    """Words of the language, values and characters that bite, with blanks or none between."""
    part = st.one_of(
        st.sampled_from(words()), st.sampled_from((*VALUES, *ODD)), st.text(max_size=3)
    )
    return st.builds(
        lambda parts, blank: blank.join(parts), st.lists(part, max_size=12), st.sampled_from(" ,")
    )


@_SOME
@given(st.lists(_texts(), max_size=4).map("\n".join))
def test_cards_of_any_words(text: str) -> None:
    properties.whole(text)


@_SOME
@given(st.lists(_texts(), max_size=4).map("\n".join))
def test_the_plain_form_of_any_words(text: str) -> None:
    properties.formatted(text)


@_SOME
@given(_texts())
def test_conditions_and_phrases_of_any_words(text: str) -> None:
    properties.condition(text)
    properties.phrases(text)


@_SOME
@given(st.recursive(_texts(), lambda inner: st.lists(inner, max_size=3).map(repr), max_leaves=8))
def test_yaml_of_any_words(text: str) -> None:
    for head in ("", "leads:\n  fields:\n    title: ", "events: ", "pages: ", "lists: ", "verbs: "):
        properties.vocabulary(head + text)
    for head in ("", "as_of: ", "as_of: 2026-01-01\nleads: ", "as_of: 2026-01-01\nleads:\n  - "):
        properties.samples(head + text)


@_SOME
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    properties.raw(data)

"""What is fuzzed: each target with its property, the texts to begin with, and their length."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from tests.fuzz import properties
from tests.fuzz.data_files import data_file

TESTS: Final = Path(__file__).parents[1]
PROJECT: Final = TESTS.parent
FOUND: Final = Path(__file__).parent / "found"
_BLOCK: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One property, checked on bytes; `longest` bounds the inputs, in characters."""

    name: str
    check: Callable[[bytes], None]
    seeds: Callable[[], tuple[str, ...]]
    longest: int


def _texts(folder: Path, pattern: str) -> list[str]:
    return [path.read_text("utf-8") for path in sorted(folder.glob(pattern))]


def _cards() -> list[str]:
    golden = TESTS / "golden"
    return _texts(PROJECT / "scorecards", "*/*.scorecard") + _texts(golden, "*/*.scorecard")


@cache
def natural_lines() -> tuple[str, ...]:
    """Every line of the golden files of phrasing, as said and as it should be said."""
    text = "\n".join(_texts(TESTS / "golden" / "natural", "**/*.txt"))
    return tuple(line.strip() for line in text.split("\n") if line.strip())


@cache
def card_seeds() -> tuple[str, ...]:
    """Real cards in blocks of a few lines, and lines of natural phrasing as rules."""
    blocks = []
    for text in _cards():
        lines = text.split("\n")
        blocks += ["\n".join(lines[at : at + _BLOCK]) for at in range(0, len(lines), _BLOCK)]
    rules = [f"{line}: +15" for line in natural_lines()]
    return (*(b for b in blocks if b.strip()), *natural_lines(), *rules)


@cache
def whole_seeds() -> tuple[str, ...]:
    """Real cards whole, besides their parts."""
    return (*_cards(), *card_seeds())


@cache
def vocabulary_seeds() -> tuple[str, ...]:
    """Real vocabulary files and presets, and parts of them."""
    presets = _texts(PROJECT / "compiler" / "presets", "*.yaml")
    files = _texts(PROJECT / "scorecards", "*/leadcard.yaml") + [text[:3000] for text in presets]
    return (*files, *_parts(files), "leads: {fields: {title: {column: x, aka: [a]}}}\n")


@cache
def sample_seeds() -> tuple[str, ...]:
    """Real files of sample leads, and parts of them."""
    files = _texts(PROJECT / "scorecards", "*/*.leads.yaml")
    files += _texts(TESTS / "golden", "*/*.leads.yaml")
    head = "as_of: 2026-11-21T12:00:00Z\nleads:\n"
    return (*files, *(head + part.split("\n", 1)[-1] for part in _parts(files)))


def _parts(files: list[str]) -> list[str]:
    parts = []
    for text in files:
        lines = text.split("\n")
        parts += ["\n".join(lines[at : at + 12]) + "\n" for at in range(0, len(lines), 12)]
    return [part for part in parts if part.strip()]


@cache
def phrase_seeds() -> tuple[str, ...]:
    """Event lines, ages, durations and numbers."""
    lines = (
        "visited pricing, 3d ago", "visited pricing x3, 10d ago to 1d ago", "3d ago", "2 weeks",
        "downloaded case study, 2026-11-01", "spent, 40 seconds, yesterday", "1,200.50", "€10k",
        "requested demo, 2026-11-01T09:00:00+02:00", "1 month", "now", "-5", "٣", "1e3", "90 d",
    )  # fmt: skip
    return (*lines, *natural_lines())


def data_seeds() -> tuple[str, ...]:
    """Tables as CSV and as JSON."""
    return (
        "lead_id,title,email,created\n1,CEO,a@b.com,2026-01-01\n2,,,\n",
        "lead_id;title\n1;\"a;b\"\n2;'x'\n",
        '\ufefflead_id\ttitle\n1\t"say ""hi"""\n',
        '{"lead_id": "1", "title": "CEO"}\n{"lead_id": 2, "employees": 50}\n',
        '[{"lead_id": "1", "title": null}, {"lead_id": "2", "email": "a@b"}]\n',
    )


TARGETS: Final = {
    target.name: target
    for target in (
        Target(
            name="card",
            check=properties.of_text(properties.card),
            seeds=card_seeds,
            longest=400,
        ),
        Target(
            name="whole",
            check=properties.of_text(properties.whole),
            seeds=whole_seeds,
            longest=1500,
        ),
        Target(
            name="formatted",
            check=properties.of_text(properties.formatted),
            seeds=whole_seeds,
            longest=800,
        ),
        Target(
            name="condition",
            check=properties.of_text(properties.condition),
            seeds=natural_lines,
            longest=200,
        ),
        Target(
            name="phrases",
            check=properties.of_text(properties.phrases),
            seeds=phrase_seeds,
            longest=100,
        ),
        Target(
            name="vocabulary",
            check=properties.of_text(properties.vocabulary),
            seeds=vocabulary_seeds,
            longest=1500,
        ),
        Target(
            name="samples",
            check=properties.of_text(properties.samples),
            seeds=sample_seeds,
            longest=1500,
        ),
        Target(name="raw", check=properties.raw, seeds=card_seeds, longest=400),
        Target(name="data", check=data_file, seeds=data_seeds, longest=400),
    )
}

"""Number tests as look-ups: what a number passes depends on where it lies between their ends.

All tests of a field cut the number line into pieces on each of which the same tests hold. A
module holds the cuts and, for each piece, the tests as bits; one binary search then answers all
tests at once. A value with two ends (`51-200`) passes what both ends pass. Numbers are counted in
millionths, as whole numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from leadcard.compiler.plan import Bounds

MILLION: Final = 10**6
READABLE: Final = 10**20  # magnitudes from here on cannot be read
ENDLESS: Final = 10**28  # millionths that stand for the open end of `10,001+`
_FURTHEST: Final = 10**27  # no cut lies beyond, so that ENDLESS is above all of them


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of the number line: `bits[i]` are the tests passed from `cuts[i - 1]` to `cuts[i]`."""

    cuts: tuple[int, ...]
    bits: tuple[int, ...]


def pieces(tests: Sequence[tuple[Bounds, int]], known: int) -> Pieces:
    """The pieces for numbers in millionths; `known` are bits that every readable number has."""
    spans = [(_first(bounds), _after(bounds), bit) for bounds, bit in tests]
    cuts = sorted({cut for first, after, _ in spans for cut in (first, after) if cut is not None})
    bits = [known | _passed(spans, point) for point in (-_FURTHEST - 1, *cuts)]
    return _merged(cuts, bits)


def whole_pieces(millionths: Pieces) -> Pieces:
    """The pieces for whole numbers as they are; those too large to read pass nothing."""
    whole = (-(-cut // MILLION) for cut in millionths.cuts)
    inner = (max(1 - READABLE, min(READABLE, cut)) for cut in whole)
    return Pieces((1 - READABLE, *inner, READABLE), (0, *millionths.bits, 0))


def _first(bounds: Bounds) -> int | None:
    """The least number of millionths within the lower bound."""
    if bounds.low is None:
        return None
    scaled = Fraction(bounds.low) * MILLION
    floor = scaled.numerator // scaled.denominator
    return _near(floor + 1 if bounds.low_open or floor != scaled else floor)


def _after(bounds: Bounds) -> int | None:
    """The least number of millionths beyond the upper bound."""
    if bounds.high is None:
        return None
    scaled = Fraction(bounds.high) * MILLION
    floor = scaled.numerator // scaled.denominator
    return _near(floor if bounds.high_open and floor == scaled else floor + 1)


def _near(cut: int) -> int:
    return max(-_FURTHEST, min(_FURTHEST, cut))


def _passed(spans: Sequence[tuple[int | None, int | None, int]], point: int) -> int:
    passed = 0
    for first, after, bit in spans:
        if (first is None or first <= point) and (after is None or point < after):
            passed |= bit
    return passed


def _merged(cuts: Sequence[int], bits: Sequence[int]) -> Pieces:
    """Without cuts at which nothing changes."""
    kept = [(cut, bits[i + 1]) for i, cut in enumerate(cuts) if bits[i] != bits[i + 1]]
    return Pieces(tuple(cut for cut, _ in kept), (bits[0], *(after for _, after in kept)))

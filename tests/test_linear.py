"""Work grows with the length of a file, whatever its shape: calls are counted, not seconds."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from benchmarks.long_files import SHAPES

SIZE = 150
# Twice the length may take twice the calls, and a little more for logarithms and thresholds.
MOST = 2.3


def _calls(work: Callable[[str], object], text: str) -> int:
    """How many functions `work` calls, those of the interpreter included."""
    count = 0

    def seen(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        work(text)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("name", SHAPES)
def test_twice_the_length_is_twice_the_work(name: str) -> None:
    work, text = SHAPES[name]
    work(text(SIZE))
    once, twice = _calls(work, text(SIZE)), _calls(work, text(2 * SIZE))
    assert twice <= MOST * once, f"{once:,} calls for {SIZE}, {twice:,} for {2 * SIZE}"

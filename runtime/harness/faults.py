"""What is wrong with a lead for which something does not hold that must."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from leadcard.runtime.harness.samples import SampleEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a lead, in words, and what a sample of it must expect instead.

    `expected` are pairs of a key of `expect` and its text; without any, the sample expects what the
    first engine said. `event` is what the lead must do besides.
    """

    told: str
    expected: tuple[tuple[str, str], ...] = ()
    event: SampleEvent | None = None


Faults: TypeAlias = list[Fault | None]

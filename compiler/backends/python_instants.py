"""The instants of a card for the Python backend: all derived from `as_of`, once for each.

Windows are half open in the module: from the first microsecond inside to the first one after. A
bound that lies before or beyond what a datetime can hold then stops at the first or last one, and
nothing changes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from leadcard.compiler.backends.python_text import Names
from leadcard.compiler.plan import Instant

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_UNITS: Final = (("d", 86_400_000_000), ("h", 3_600_000_000), ("min", 60_000_000), ("s", 1_000_000))

_WORD: Final = re.compile(r"[a-z_][a-z0-9_]*")

_Bound: TypeAlias = tuple[Instant, int]


@dataclass(slots=True)
class Instants:
    """The bounds that a module compares times with, each under a name of its own."""

    names: Names
    bounds: dict[_Bound, str] = field(default_factory=dict)

    def first(self, instant: Instant, *, included: bool) -> str:
        """The name of the first microsecond from `instant` on, or after it if not `included`."""
        bound = (instant, 0 if included else 1)
        if bound not in self.bounds:
            wish = f"{name_of(instant)}{'' if included else '_next'}"
            self.bounds[bound] = self.names.new(wish, "instant")
        return self.bounds[bound]

    def load_lines(self, *texts: Sequence[str]) -> list[str]:
        """The lines that take from the tuple of instants what the lines `texts` read."""
        words = {word for lines in texts for line in lines for word in _WORD.findall(line)}
        places = enumerate(self.bounds.values(), start=1)
        return [f"{name} = instants[{place}]" for place, name in places if name in words]

    def definitions(self) -> list[str]:
        """The bounds as items of a tuple, worked out from `as_of`."""
        lines = []
        for instant, more in self.bounds:
            if instant.absolute is not None:
                lines.append(f"_moved(_EPOCH, {instant.absolute + more}),")
            else:
                lines.append(f"_moved(as_of, {instant.offset + more}),")
        return lines


def name_of(instant: Instant) -> str:
    """A plain name for an instant: `ago_90d`, `on_2026_01_01`."""
    if instant.absolute is not None:
        return _dated(instant.absolute) or "instant"
    if instant.offset == 0:
        return "now"
    return f"{'ago' if instant.offset < 0 else 'ahead'}_{_length(abs(instant.offset))}"


def _dated(absolute: int) -> str | None:
    try:
        at = _EPOCH + timedelta(microseconds=absolute)
    except OverflowError:
        return None
    if absolute % 60_000_000:
        return None
    return at.strftime("on_%Y_%m_%d") + (at.strftime("_%H%M") if at.hour or at.minute else "")


def _length(microseconds: int) -> str:
    for unit, size in _UNITS:
        if microseconds % size == 0:
            return f"{microseconds // size}{unit}"
    return f"{microseconds}us"

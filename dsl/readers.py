"""The places that spellings of the phrase table may have, each with what reads it."""

from __future__ import annotations

from typing import Final

from leadcard.dsl import times, values
from leadcard.dsl.values import Reader

READERS: Final[dict[str, Reader]] = {
    "number": values.number,
    "range": values.number_range,
    "number+": values.number_up,
    "compared": values.compared,
    "n": values.whole,
    "n+": values.whole_up,
    "n-m": values.whole_range,
    "nx": values.times_x,
    "time": times.duration,
    "time+": times.duration_up,
    "unit": times.unit_word,
    "times": times.duration_range,
    "spent": times.spent_time,
    "date": times.day,
    "points": values.points,
}

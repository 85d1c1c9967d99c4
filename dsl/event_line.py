"""Event lines of sample leads, such as `visited pricing x3, 10d ago to 1d ago`, and ages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, TypeAlias

from leadcard.dsl.ast import Day, Duration, Number
from leadcard.dsl.record import dataclass
from leadcard.dsl.scan import Kind, Piece, cut, quoted_text, user_text
from leadcard.dsl.source import Source
from leadcard.dsl.times import SECONDS, SpentTime, day, duration, spent_time
from leadcard.dsl.values import Fault, number, times_x, whole

When: TypeAlias = timedelta | date | datetime
"""A moment: how long ago, a day, or an instant (aware if it was written with an offset)."""

_NAMED: Final = {
    "now": timedelta(0),
    "just now": timedelta(0),
    "today": timedelta(0),
    "yesterday": timedelta(days=1),
}
_ADVERBS: Final = {"once": 1, "twice": 2}
_WHEN_HINT: Final = "write when, such as `3d ago`, `10d ago to 1d ago` or `2026-11-01`"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """What an event line says: words of verb and object, how often, from when to when.

    `start` is not after `end` where both are ages; with one moment they are equal. `seconds` is the
    time spent, where the line gives one.
    """

    words: str
    times: int
    start: When
    end: When
    seconds: Decimal | None = None


def parse_event(text: str) -> EventLine | str:
    """The event line `text`, or a message that says why it is none."""
    source, pieces = _cut(text)
    groups = _groups(pieces)
    if not groups or not groups[0]:
        return "the event says nothing"
    if any(piece.kind in (Kind.UNCLOSED, Kind.CONTROL) for piece in pieces):
        return f"`{text.strip()}` cannot be read as an event"
    if len(groups) == 1:
        return f"`{text.strip()}` does not say when: {_WHEN_HINT}"
    moments = _moments(groups[-1])
    if moments is None:
        last = groups[-1]
        said = user_text(source, last[0].start, last[-1].end) if last else ""
        return f"`{said}` is no time: {_WHEN_HINT}"
    groups = groups[:-1]
    seconds = _seconds(groups[-1]) if len(groups) > 1 else None
    if seconds is not None:
        groups = groups[:-1]
    words, times = _with_times(groups)
    if not words:
        return "the event says nothing"
    said = ", ".join(" ".join(_said(source, piece) for piece in group) for group in words)
    return EventLine(words=said, times=times, start=moments[0], end=moments[1], seconds=seconds)


def parse_duration(text: str) -> Duration | None:
    """`90d`, `3 months`, `a week`; None for anything else."""
    _, pieces = _cut(text)
    read = duration(pieces, 0)
    if read is None or read[1] != len(pieces) or not isinstance(read[0], Duration):
        return None
    return read[0]


def parse_age(text: str) -> When | None:
    """`40d ago`, `today`, `yesterday`, `now`, a date or an instant; None for anything else."""
    _, pieces = _cut(text)
    read = _moment(pieces, 0)
    return read[0] if read is not None and read[1] == len(pieces) else None


def other_date(text: str) -> str | None:
    """`2026-11-21` for `21.11.2026`, where it can be read in one way only; None for all else."""
    _, pieces = _cut(text)
    read = day(pieces, 0)
    if read is None or read[1] != len(pieces) or not isinstance(read[0], Fault):
        return None
    return read[0].instead


def parse_number(text: str) -> Number | None:
    """`50`, `10k`, `€10m`, `10,000 EUR`; None for anything else."""
    _, pieces = _cut(text)
    read = number(pieces, 0)
    if read is None or read[1] != len(pieces) or not isinstance(read[0], Number):
        return None
    return read[0]


def _cut(text: str) -> tuple[Source, list[Piece]]:
    text = text.replace("\n", " ")
    pieces, _ = cut(text)
    return Source("", text), pieces


def _said(source: Source, piece: Piece) -> str:
    if piece.kind is Kind.QUOTED:
        return f'"{quoted_text(source, piece)}"'
    return user_text(source, piece.start, piece.end)


def _groups(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """The pieces between commas."""
    groups: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.kind is Kind.COMMA:
            groups.append([])
        else:
            groups[-1].append(piece)
    return groups


def _moments(pieces: Sequence[Piece]) -> tuple[When, When] | None:
    """One moment twice, or the two ends of `10d ago to 1d ago`."""
    keys = [piece.key for piece in pieces]
    if keys[:1] == ["on"] and day(pieces, 1):
        return _moments(pieces[1:])
    opening = 1 if keys[:1] in (["between"], ["from"]) else 0
    middle = next((at for at, key in enumerate(keys) if key in ("to", "and", "-")), None)
    if middle is None:
        read = _moment(pieces, 0)
        return (read[0], read[0]) if read and read[1] == len(pieces) else None
    last = _moment(pieces[middle + 1 :], 0)
    if last is None or last[1] != len(pieces) - middle - 1:
        return None
    first = _moment([*pieces[opening:middle], *_ago(pieces[middle - 1 :])], 0)
    if first is None:
        return None
    return _in_order(first[0], last[0])


def _ago(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """The word `ago` of the second end, for a first end without it (`10d to 1d ago`)."""
    if pieces and pieces[0].key != "ago" and pieces[-1].key == "ago":
        return pieces[-1:]
    return ()


def _in_order(first: When, last: When) -> tuple[When, When]:
    if isinstance(first, timedelta) and isinstance(last, timedelta) and first < last:
        return last, first
    return first, last


def _moment(pieces: Sequence[Piece], at: int) -> tuple[When, int] | None:
    keys = [piece.key for piece in pieces[at : at + 2]]
    for length in (2, 1):
        named = _NAMED.get(" ".join(keys[:length]))
        if named is not None and len(keys) >= length:
            return named, at + length
    if read := day(pieces, at):
        return (read[0].value, read[1]) if isinstance(read[0], Day) else None
    return _time_ago(pieces, at)


def _time_ago(pieces: Sequence[Piece], at: int) -> tuple[When, int] | None:
    """`3d ago`, `40 minutes ago`, `0d ago`, `30s ago`."""
    seconds: Decimal | None = None
    read = duration(pieces, at)
    if read is not None and isinstance(read[0], Duration):
        seconds = Decimal(read[0].seconds)
    else:
        zero = pieces[at].key[:1] == "0" if at < len(pieces) else False
        read = spent_time(pieces, at)
        if read is not None and isinstance(read[0], SpentTime):
            seconds = _length(read[0])
        elif zero and pieces[at].key in ("0d", "0h", "0", "0w", "0min", "0s"):
            end = at + 2 if pieces[at].key == "0" else at + 1
            read, seconds = (None, end), Decimal(0)
    if read is None or seconds is None:
        return None
    end = read[1]
    if end >= len(pieces) or pieces[end].key != "ago":
        return None
    return timedelta(microseconds=int(seconds * 10**6)), end + 1


def _length(spent: SpentTime) -> Decimal:
    return spent.amount * dict(SECONDS.values())[spent.unit]


def _seconds(pieces: Sequence[Piece]) -> Decimal | None:
    """`40 minutes` as seconds, where that is all that `pieces` say."""
    read = spent_time(pieces, 0)
    if read is None or read[1] != len(pieces) or isinstance(read[0], Fault):
        return None
    return _length(read[0])


def _with_times(groups: list[list[Piece]]) -> tuple[list[list[Piece]], int]:
    """The words without a count at their end, and the count: `x3`, `x 3`, `3 times`, `twice`."""
    last = groups[-1]
    if len(last) > 1 and last[-1].kind is Kind.WORD and last[-1].key in _ADVERBS:
        return [*groups[:-1], last[:-1]], _ADVERBS[last[-1].key]
    if len(last) > 1 and (read := times_x(last, len(last) - 1)):
        return [*groups[:-1], last[:-1]], read[0]
    if len(last) > 2 and last[-1].key == "times" and (read := whole(last, len(last) - 2)):
        return [*groups[:-1], last[:-2]], read[0]
    if len(last) > 2 and last[-2].key == "x" and (read := whole(last, len(last) - 1)):
        return [*groups[:-1], last[:-2]], read[0]
    return groups, 1

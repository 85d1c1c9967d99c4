"""The known word nearest to a mistyped one."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The entry of `known` that `word` was most likely meant to be, or None; case-blind.

    One edit (a letter added, left out, changed, or two neighbours swapped) is allowed in a word of
    three to five letters, two up to nine, three above. Of equally near words the first wins.
    """
    wanted = word.casefold()
    limit = _limit(len(wanted))
    best: str | None = None
    for candidate in known:
        folded = candidate.casefold()
        if folded == wanted:
            return candidate
        if limit < 0 or abs(len(folded) - len(wanted)) > limit or not folded:
            continue
        if not _may_be_near(wanted, folded, limit):
            continue
        edits = _edits(wanted, folded, limit)
        if edits <= limit:
            best, limit = candidate, edits - 1
    return best


def _limit(length: int) -> int:
    if length < 3:
        return 0
    return 1 if length <= 5 else 2 if length <= 9 else 3


def _may_be_near(first: str, second: str, limit: int) -> bool:
    """A quick test: near words share all but a few of their letters."""
    missing = 0
    for letter in set(first):
        if letter not in second:
            missing += 1
            if missing > limit:
                return False
    return True


def _edits(first: str, second: str, limit: int) -> int:
    """Damerau-Levenshtein distance (adjacent swaps once), or more than `limit` if above it."""
    before: list[int] = []
    above = list(range(len(second) + 1))
    for row, letter in enumerate(first, start=1):
        current = [row]
        for column, other in enumerate(second, start=1):
            cost = min(
                above[column] + 1,
                current[column - 1] + 1,
                above[column - 1] + (letter != other),
            )
            swapped = row > 1 and column > 1 and letter == second[column - 2]
            if swapped and first[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before, above = above, current
    return above[-1]

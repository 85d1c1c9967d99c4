"""Which rule of the new card a rule of the old one has become.

Rules are paired by what they say, never by where they stand: first the same line of the same
section, then the same condition, then the same label, then a condition that reads much alike. What
is left was added or removed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from difflib import SequenceMatcher
from typing import Final

from leadcard.compiler import plan as p

_ALIKE: Final = 0.6  # of the words of two conditions, for one to be a rewriting of the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A rule before and after, by their places in the plans; None where there is none."""

    old: int | None
    new: int | None


def paired(old: p.Plan, new: p.Plan) -> tuple[Pair, ...]:
    """Every rule of both plans in exactly one pair: in the new card's order, the removed last."""
    left, right = dict(enumerate(old.rules)), dict(enumerate(new.rules))
    found: dict[int, int] = {}
    keys: tuple[Callable[[p.Rule], Hashable | None], ...] = (
        lambda rule: (rule.section, rule.source),
        lambda rule: (rule.section, rule.text),
        lambda rule: rule.label,
        lambda rule: rule.text,
    )
    for key in keys:
        _take(left, right, found, key)
    for ratio, i, j in sorted(_likenesses(left, right), key=lambda m: (-m[0], m[2], m[1])):
        if ratio >= _ALIKE and i in left and j in right:
            found[j] = i
            del left[i], right[j]
    kept = tuple(Pair(old=found.get(j), new=j) for j in range(len(new.rules)))
    return (*kept, *(Pair(old=i, new=None) for i in left))


def _take(
    left: dict[int, p.Rule],
    right: dict[int, p.Rule],
    found: dict[int, int],
    key: Callable[[p.Rule], Hashable | None],
) -> None:
    """Pair rules of equal keys, in their order."""
    waiting: dict[Hashable, list[int]] = {}
    for i, rule in left.items():
        if key(rule) is not None:
            waiting.setdefault(key(rule), []).append(i)
    for j, rule in list(right.items()):
        same = waiting.get(key(rule)) if key(rule) is not None else None
        if same:
            found[j] = same.pop(0)
            del left[found[j]], right[j]


def _likenesses(
    left: dict[int, p.Rule], right: dict[int, p.Rule]
) -> Iterator[tuple[float, int, int]]:
    for i, before in left.items():
        for j, after in right.items():
            if before.section == after.section:
                words = SequenceMatcher(None, before.text.split(), after.text.split())
                yield words.ratio(), i, j


def same_meaning(old: p.Plan, new: p.Plan, before: object, after: object) -> bool:
    """Whether two parts of plans ask the same of the same data, long lists and verbs included."""
    if _unplaced(before) != _unplaced(after):
        return False
    return all(_named(old, name) == _named(new, name) for name in _names(before))


def _unplaced(part: object) -> object:
    """A rule, section, tier or stage without its line and what it is called."""
    match part:
        case p.Rule():
            return replace(part, line=0, source="", text="", label=None)
        case p.Section() | p.Requirement() | p.Tier() | p.Stage():
            return replace(part, line=0)
        case _:
            return part


def _named(plan: p.Plan, name: tuple[str, str]) -> object:
    """What a plan keeps under a name: the entries of a list, the column of a field, spellings."""
    kind, wanted = name
    match kind:
        case "list":
            return next((x.entries for x in plan.lists if x.name == wanted), None)
        case "field":
            return next((x for x in plan.fields if x.column == wanted), None)
        case _:
            return next((x for x in plan.verbs if x.name == wanted), None)


def _names(part: object) -> Iterator[tuple[str, str]]:
    """The names of lists, fields and verbs that a part of a plan mentions."""
    if isinstance(part, tuple):
        for inner in part:
            yield from _names(inner)
    elif is_dataclass(part):
        for one in fields(part):
            value = getattr(part, one.name)
            if one.name in ("list", "field") and isinstance(value, str):
                yield one.name, value
            elif one.name == "other" and isinstance(value, str):
                yield "field", value
            elif one.name == "verbs":
                yield from (("verb", verb) for verb in value)
            else:
                yield from _names(value)

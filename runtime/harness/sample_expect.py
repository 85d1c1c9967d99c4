"""What a sample file expects of a lead, key by key; every name in it must exist in the card."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final

from leadcard.compiler.text import FALSE_WORDS, TRUE_WORDS, name_form
from leadcard.compiler.yaml_source import Entry, Mapping, Node, Scalar
from leadcard.dsl.source import Span
from leadcard.runtime.harness.expect_key import UNKNOWN_NAME, ExpectKey, is_nothing
from leadcard.runtime.harness.expect_rules import (
    read_firing,
    read_flags,
    read_key_conversions,
)
from leadcard.runtime.harness.moments import length_seconds
from leadcard.runtime.harness.rule_names import RuleNames
from leadcard.runtime.harness.sample_nodes import (
    Reading,
    entries,
    not_a_time,
    unknown_key,
    wrong_kind,
)
from leadcard.runtime.harness.samples import (
    Amount,
    Exactly,
    Expected,
)

NO_EXPECTATION: Final = "T102"

_NUMBER = r"[+-]?\d+(?:\.\d+)?"
_ONE: Final = re.compile(rf"({_NUMBER})")
_BOTH: Final = re.compile(
    rf"({_NUMBER})\s*(?:to|\.\.)\s*({_NUMBER})|(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)"
)
_LEAST: Final = re.compile(rf"(?:at least\s*|>=\s*)({_NUMBER})|({_NUMBER})\s*(?:\+|or more)")
_MOST: Final = re.compile(rf"(?:at most\s*|<=\s*)({_NUMBER})|({_NUMBER})\s*or less")
_MINUS: Final = str.maketrans("−–", "--")


def read_expected(reading: Reading, names: RuleNames, node: Node) -> tuple[Expected, ...]:
    """All that is expected of one lead."""
    if not isinstance(node, Mapping):
        hint = "such as `expect: {score: 60}`"
        wrong_kind(reading.found, node, "`expect` is written as keys with values", hint=hint)
        return ()
    found: list[Expected] = []
    seen: dict[str, Span] = {}
    for entry in node.entries:
        form = name_form(entry.key.text)
        if form in seen:
            message = f"the key `{entry.key.text}` stands twice"
            reading.found.add("T104", message, entry.key.span, first=seen[form])
            continue
        seen[form] = entry.key.span
        reader = _READERS.get(form)
        if reader is not None:
            found += reader(ExpectKey(reading=reading, names=names, key=form, entry=entry))
        elif form.startswith("section "):
            found += _section(ExpectKey(reading=reading, names=names, key=form, entry=entry))
        else:
            unknown_key(reading.found, entry.key, "`expect`", tuple(_READERS))
    return tuple(found)


_Reader = Callable[[ExpectKey], tuple[Expected, ...]]

# --- points ---------------------------------------------------------------------------------------


def _amount(key: ExpectKey) -> tuple[Expected, ...]:
    return _amount_of(key, key.key, key.column, key.entry)


def _amount_of(key: ExpectKey, name: str, column: str, entry: Entry) -> tuple[Expected, ...]:
    line = key.reading.line(entry.key)
    if isinstance(entry.value, Mapping):
        limits = _limits(key, entry.value)
        return () if limits is None else (_amount_node(name, column, line, limits),)
    text = entry.value.text if isinstance(entry.value, Scalar) else ""
    if isinstance(entry.value, Scalar) and is_nothing(entry.value):
        return (Exactly(key=name, column=column, line=line, value=None),)
    limits = _range(text)
    if limits is None:
        message = f"`{name}` is a number or a range" + (f", not `{text}`" if text else "")
        key.bad(message, "such as `60`, `10 to 20` or `{at least: 10}`", entry.value)
        return ()
    return (_amount_node(name, column, line, limits),)


def _amount_node(
    name: str, column: str, line: int, limits: tuple[Decimal | None, Decimal | None]
) -> Amount:
    return Amount(key=name, column=column, line=line, low=limits[0], high=limits[1])


def _range(text: str) -> tuple[Decimal | None, Decimal | None] | None:
    """Both ends of a written amount."""
    plain = " ".join(text.translate(_MINUS).lower().split())
    if found := _ONE.fullmatch(plain):
        return Decimal(found[1]), Decimal(found[1])
    if found := _BOTH.fullmatch(plain):
        one, other = (Decimal(part) for part in found.groups() if part is not None)
        return min(one, other), max(one, other)
    if found := _LEAST.fullmatch(plain):
        return Decimal(found[1] or found[2]), None
    if found := _MOST.fullmatch(plain):
        return None, Decimal(found[1] or found[2])
    return None


def _limits(key: ExpectKey, node: Mapping) -> tuple[Decimal | None, Decimal | None] | None:
    given = entries(
        key.reading.found, node, f"`{key.key}`", ("at least", "at most"), example="`{at least: 10}`"
    )
    ends: dict[str, Decimal] = {}
    if not node.entries:
        key.bad(f"`{key.key}` says no number", "such as `{at least: 10}`", node)
    for name, entry in given.items():
        text = entry.value.text.translate(_MINUS) if isinstance(entry.value, Scalar) else ""
        if not _ONE.fullmatch(text):
            key.bad(f"`{name}` is a number", "such as `{at least: 10}`", entry.value)
            return None
        ends[name] = Decimal(text)
    low, high = ends.get("at least"), ends.get("at most")
    if low is not None and high is not None and low > high:
        key.bad(f"nothing is at least {low} and at most {high}", "exchange the two", node)
        return None
    return (low, high) if ends else None


def _sections(key: ExpectKey) -> tuple[Expected, ...]:
    node = key.entry.value
    if not isinstance(node, Mapping):
        hint = "such as `sections: {fit: 15}`"
        wrong_kind(key.reading.found, node, "`sections` is written as names with points", hint=hint)
        return ()
    if not node.entries:
        key.bad("`sections` names no section", "such as `sections: {fit: 15}`", node)
    return tuple(e for entry in node.entries for e in _section_named(key, entry, entry.key))


def _section(key: ExpectKey) -> tuple[Expected, ...]:
    """`section fit: 15`, the plain name of the column."""
    word = key.entry.key
    name = Scalar(text=word.text.strip()[len("section") :].strip(" _-"), span=word.span)
    return _section_named(key, key.entry, name)


def _section_named(key: ExpectKey, entry: Entry, name: Scalar) -> tuple[Expected, ...]:
    sections = {name_form(s.name): s for s in key.reading.plan.sections}
    section = sections.get(name_form(name.text))
    if section is None:
        key.unknown("section", name, (s.name for s in sections.values()))
        return ()
    return _amount_of(key, f"section {section.name}", f"section_{section.column}", entry)


# --- texts ----------------------------------------------------------------------------------------


def _one_of(
    what: str,
    known: Callable[[ExpectKey], Iterable[str]],
    always: tuple[str, ...] = (),
    form: Callable[[str], str] = name_form,
) -> _Reader:
    """A reader of one text that must be one of the card's; texts of equal `form` are the same."""

    def read(key: ExpectKey) -> tuple[Expected, ...]:
        node = key.entry.value
        if not isinstance(node, Scalar):
            wrong_kind(key.reading.found, node, f"`{key.key}` has one value")
            return ()
        options = (*known(key), *always)
        value = {form(o): o for o in options}.get(form(node.text))
        if value is None and not is_nothing(node):
            key.unknown(what, node, options)
            return ()
        return (Exactly(key=key.key, column=key.column, line=key.line, value=value),)

    return read


def _stages(part: str) -> Callable[[ExpectKey], tuple[str, ...]]:
    return lambda key: tuple(
        text for s in key.reading.plan.stages if (text := getattr(s, part)) is not None
    )


def _grades(key: ExpectKey) -> tuple[str, ...]:
    grades = key.reading.plan.grades
    return tuple(letter for letter, _ in grades.steps) if grades else ()


def _length(text: str) -> str:
    """Lengths of time alike however written: `4h`, `4 hours`."""
    seconds = length_seconds(text.lower().strip())
    return name_form(text) if seconds is None else str(seconds)


def _text(key: ExpectKey) -> tuple[Expected, ...]:
    node = key.entry.value
    if not isinstance(node, Scalar):
        wrong_kind(key.reading.found, node, f"`{key.key}` has one value")
        return ()
    return (Exactly(key=key.key, column=key.column, line=key.line, value=node.text),)


def _moment(key: ExpectKey) -> tuple[Expected, ...]:
    node = key.entry.value
    moment = key.reading.clock.instant(node.text) if isinstance(node, Scalar) else None
    if moment is None:
        not_a_time(key.reading, node if isinstance(node, Scalar) else key.entry.key)
        return ()
    return (Exactly(key=key.key, column=key.column, line=key.line, value=moment),)


def _truth(key: ExpectKey) -> tuple[Expected, ...]:
    node = key.entry.value
    form = name_form(node.text) if isinstance(node, Scalar) else ""
    if key.column == "must_haves" and key.reading.plan.must_haves is None:
        key.reading.found.add(
            UNKNOWN_NAME,
            "the card has no must haves",
            key.entry.key.span,
            hint="add a section `must have at least …:` to the card, or leave this out",
        )
        return ()
    if form not in TRUE_WORDS and form not in FALSE_WORDS:
        key.bad(f"`{key.key}` is yes or no", "write `true` or `false`")
        return ()
    value = form in TRUE_WORDS
    return (Exactly(key=key.key, column=key.column, line=key.line, value=value),)


_READERS: Final[dict[str, _Reader]] = {
    "score": _amount,
    "raw score": _amount,
    "displayed": _amount,
    "stage": _one_of("stage", _stages("name"), ("none", "disqualified")),
    "grade": _one_of("grade", _grades),
    "tier": _one_of("tier", lambda key: (t.name for t in key.reading.plan.tiers)),
    "disqualified": _truth,
    "flags": read_flags,
    "key conversions": read_key_conversions,
    "must haves": _truth,
    "route": _one_of("route", _stages("route")),
    "respond within": _one_of("time to respond", _stages("respond_within"), form=_length),
    "notify": _one_of("message", _stages("notify")),
    "sections": _sections,
    "fired": read_firing,
    "not fired": read_firing,
    "scorecard": _text,
    "version": _text,
    "as of": _moment,
}

"""What a sample file expects of a lead, key by key; every name in it must exist in the card."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from leadcard.compiler.node_reader import closest, listed
from leadcard.compiler.plan import Rule
from leadcard.compiler.text import FALSE_WORDS, TRUE_WORDS, name_form
from leadcard.compiler.yaml_source import Entry, Mapping, Node, Scalar
from leadcard.compiler.yaml_source import Sequence as NodeList
from leadcard.dsl.source import Span
from leadcard.runtime.harness.moments import length_seconds
from leadcard.runtime.harness.rule_names import RuleNames
from leadcard.runtime.harness.sample_nodes import (
    Reading,
    entries,
    first_line,
    items,
    not_a_time,
    unknown_key,
    wrong_kind,
)
from leadcard.runtime.harness.samples import (
    AllOf,
    Amount,
    Exactly,
    Expected,
    Firing,
    NamedRule,
)

NO_EXPECTATION: Final = "T102"
UNKNOWN_RULE: Final = "T112"
TWO_RULES: Final = "T113"
UNKNOWN_NAME: Final = "T114"
BAD_EXPECTATION: Final = "T115"

_NUMBER = r"[+-]?\d+(?:\.\d+)?"
_ONE: Final = re.compile(rf"({_NUMBER})")
_BOTH: Final = re.compile(
    rf"({_NUMBER})\s*(?:to|\.\.)\s*({_NUMBER})|(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)"
)
_LEAST: Final = re.compile(rf"(?:at least\s*|>=\s*)({_NUMBER})|({_NUMBER})\s*(?:\+|or more)")
_MOST: Final = re.compile(rf"(?:at most\s*|<=\s*)({_NUMBER})|({_NUMBER})\s*or less")
_MINUS: Final = str.maketrans("−–", "--")
_NOTHING: Final = ("none", "nothing", "no")


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
            found += reader(_Key(reading=reading, names=names, key=form, entry=entry))
        elif form.startswith("section "):
            found += _section(_Key(reading=reading, names=names, key=form, entry=entry))
        else:
            unknown_key(reading.found, entry.key, "`expect`", tuple(_READERS))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    """One key of `expect` being read."""

    reading: Reading
    names: RuleNames
    key: str
    entry: Entry

    @property
    def column(self) -> str:
        """The column of the result."""
        return self.key.replace(" ", "_")

    @property
    def line(self) -> int:
        """The line of the sample file."""
        return self.reading.line(self.entry.key)

    def bad(self, message: str, hint: str, node: Node | None = None) -> None:
        """Note a value that this key cannot take."""
        found = self.reading.found
        span = first_line(found, (node or self.entry.value).span)
        found.add(BAD_EXPECTATION, message, span, hint=hint)

    def unknown(self, what: str, word: Scalar, known: Iterable[str]) -> None:
        """Note a name that the card does not have."""
        options = tuple(dict.fromkeys(known))
        near = closest(word.text, options)
        few = f"the card has {listed(options)}" if 0 < len(options) <= 6 else None
        self.reading.found.add(
            UNKNOWN_NAME,
            f"the card has no {what} `{word.text}`",
            word.span,
            hint=f"did you mean `{near}`?" if near else few or f"the card has no {what} at all",
            fix=self.reading.fixed_line(word.span, near) if near else None,
        )


_Reader = Callable[[_Key], tuple[Expected, ...]]

# --- points ---------------------------------------------------------------------------------------


def _amount(key: _Key) -> tuple[Expected, ...]:
    return _amount_of(key, key.key, key.column, key.entry)


def _amount_of(key: _Key, name: str, column: str, entry: Entry) -> tuple[Expected, ...]:
    line = key.reading.line(entry.key)
    if isinstance(entry.value, Mapping):
        limits = _limits(key, entry.value)
        return () if limits is None else (_amount_node(name, column, line, limits),)
    text = entry.value.text if isinstance(entry.value, Scalar) else ""
    if isinstance(entry.value, Scalar) and _is_nothing(entry.value):
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


def _limits(key: _Key, node: Mapping) -> tuple[Decimal | None, Decimal | None] | None:
    given = entries(
        key.reading.found, node, f"`{key.key}`", ("at least", "at most"), example="`{at least: 10}`"
    )
    ends: dict[str, Decimal] = {}
    for name, entry in given.items():
        text = entry.value.text.translate(_MINUS) if isinstance(entry.value, Scalar) else ""
        if not _ONE.fullmatch(text):
            key.bad(f"`{name}` is a number", "such as `{at least: 10}`", entry.value)
            return None
        ends[name] = Decimal(text)
    return (ends.get("at least"), ends.get("at most")) if ends else None


def _sections(key: _Key) -> tuple[Expected, ...]:
    node = key.entry.value
    if not isinstance(node, Mapping):
        hint = "such as `sections: {fit: 15}`"
        wrong_kind(key.reading.found, node, "`sections` is written as names with points", hint=hint)
        return ()
    return tuple(e for entry in node.entries for e in _section_named(key, entry, entry.key))


def _section(key: _Key) -> tuple[Expected, ...]:
    """`section fit: 15`, the plain name of the column."""
    word = key.entry.key
    name = Scalar(text=word.text.strip()[len("section") :].strip(" _-"), span=word.span)
    return _section_named(key, key.entry, name)


def _section_named(key: _Key, entry: Entry, name: Scalar) -> tuple[Expected, ...]:
    sections = {name_form(s.name): s for s in key.reading.plan.sections}
    section = sections.get(name_form(name.text))
    if section is None:
        key.unknown("section", name, (s.name for s in sections.values()))
        return ()
    return _amount_of(key, f"section {section.name}", f"section_{section.column}", entry)


# --- texts ----------------------------------------------------------------------------------------


def _is_nothing(scalar: Scalar) -> bool:
    return scalar.is_null or (not scalar.quoted and name_form(scalar.text) in _NOTHING)


def _one_of(
    what: str,
    known: Callable[[_Key], Iterable[str]],
    always: tuple[str, ...] = (),
    form: Callable[[str], str] = name_form,
) -> _Reader:
    """A reader of one text that must be one of the card's; texts of equal `form` are the same."""

    def read(key: _Key) -> tuple[Expected, ...]:
        node = key.entry.value
        if not isinstance(node, Scalar):
            wrong_kind(key.reading.found, node, f"`{key.key}` has one value")
            return ()
        options = (*known(key), *always)
        value = {form(o): o for o in options}.get(form(node.text))
        if value is None and not _is_nothing(node):
            key.unknown(what, node, options)
            return ()
        return (Exactly(key=key.key, column=key.column, line=key.line, value=value),)

    return read


def _stages(part: str) -> Callable[[_Key], tuple[str, ...]]:
    return lambda key: tuple(
        text for s in key.reading.plan.stages if (text := getattr(s, part)) is not None
    )


def _grades(key: _Key) -> tuple[str, ...]:
    grades = key.reading.plan.grades
    return tuple(letter for letter, _ in grades.steps) if grades else ()


def _length(text: str) -> str:
    """Lengths of time alike however written: `4h`, `4 hours`."""
    seconds = length_seconds(text.lower().strip())
    return name_form(text) if seconds is None else str(seconds)


def _text(key: _Key) -> tuple[Expected, ...]:
    node = key.entry.value
    if not isinstance(node, Scalar):
        wrong_kind(key.reading.found, node, f"`{key.key}` has one value")
        return ()
    return (Exactly(key=key.key, column=key.column, line=key.line, value=node.text),)


def _moment(key: _Key) -> tuple[Expected, ...]:
    node = key.entry.value
    moment = key.reading.clock.instant(node.text) if isinstance(node, Scalar) else None
    if moment is None:
        not_a_time(key.reading, node if isinstance(node, Scalar) else key.entry.key)
        return ()
    return (Exactly(key=key.key, column=key.column, line=key.line, value=moment),)


def _truth(key: _Key) -> tuple[Expected, ...]:
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


# --- sets of names, and rules ---------------------------------------------------------------------


def _name_items(key: _Key) -> tuple[Scalar, ...]:
    """The names in a list (or the one name without a list); `[label]` may stand without quotes."""
    node = key.entry.value
    if isinstance(node, Scalar) and not node.is_null:
        return () if name_form(node.text) in _NOTHING and not node.quoted else (node,)
    found: list[Scalar] = []
    for item in items(key.reading.found, node, f"`{key.key}`", hint="such as `[visited pricing]`"):
        label = item.items[0] if isinstance(item, NodeList) and len(item.items) == 1 else None
        if isinstance(label, Scalar):
            found.append(Scalar(text=f"[{label.text}]", span=item.span))
        elif isinstance(item, Scalar) and not item.is_null:
            found.append(item)
        else:
            wrong_kind(key.reading.found, item, f"an entry of `{key.key}` is one name")
    return tuple(found)


def _flags(key: _Key) -> tuple[Expected, ...]:
    flags = dict.fromkeys(r.flag for r in key.reading.plan.rules if r.flag is not None)
    known = {name_form(flag): flag for flag in flags}
    names: list[str] = []
    for item in _name_items(key):
        flag = known.get(name_form(item.text))
        if flag is None:
            key.unknown("flag", item, known.values())
        else:
            names.append(flag)
    return (_all_of(key, names, flags),)


def _all_of(key: _Key, names: list[str], order: Iterable[str]) -> AllOf:
    """The names in the order of the card, as results have them."""
    kept = tuple(name for name in dict.fromkeys(order) if name in names)
    return AllOf(key=key.key, column=key.column, line=key.line, names=kept)


def conversion_name(rule: Rule) -> str:
    """How the result names a key conversion."""
    return rule.label or rule.text


def _key_conversions(key: _Key) -> tuple[Expected, ...]:
    names: list[str] = []
    for item, rules in _rules(key):
        if any(rule.key_conversion for rule in rules):
            names += [conversion_name(rule) for rule in rules if rule.key_conversion]
            continue
        key.reading.found.add(
            UNKNOWN_NAME,
            f"`{item.text}` is no key conversion",
            item.span,
            hint=f"line {rules[0].line} of the card does not begin with `*`",
        )
    order = (conversion_name(rule) for rule in key.reading.plan.rules if rule.key_conversion)
    return (_all_of(key, names, order),)


def _firing(key: _Key) -> tuple[Expected, ...]:
    named: dict[int, NamedRule] = {}
    given = _name_items(key)
    for item, rules in _rules(key):
        if len(rules) > 1:
            _two_rules(key, item, rules)
            continue
        named[rules[0].line] = NamedRule(line=rules[0].line, text=rules[0].text)
    fires = key.key == "fired"
    only = fires and not given
    if not given and not fires:
        key.bad("`not fired` names no rule", "such as `not fired: [visited pricing]`")
        return ()
    return (
        Firing(key=key.key, line=key.line, rules=tuple(named.values()), fires=fires, only=only),
    )


def _rules(key: _Key) -> list[tuple[Scalar, tuple[Rule, ...]]]:
    """Each name with the rules that it means; unknown ones are reported."""
    given = _name_items(key)
    found = []
    for at, item in enumerate(given):
        rules = key.names.find(item.text)
        if rules:
            found.append((item, rules))
        elif not _is_rest_of_split_name(key, given, at):
            _unknown_rule(key, given, at)
    return found


def _joined(given: tuple[Scalar, ...], first: int, last: int) -> str:
    return ", ".join(item.text for item in given[first : last + 1])


def _split_end(key: _Key, given: tuple[Scalar, ...], first: int) -> int | None:
    """The last entry of a name that begins at `first` and that commas cut into several."""
    ends = range(first + 1, min(first + 12, len(given)))
    return next((n for n in ends if key.names.find(_joined(given, first, n))), None)


def _is_rest_of_split_name(key: _Key, given: tuple[Scalar, ...], at: int) -> bool:
    starts = range(max(0, at - 12), at)
    return any((end := _split_end(key, given, n)) is not None and end >= at for n in starts)


def _unknown_rule(key: _Key, given: tuple[Scalar, ...], at: int) -> None:
    word = given[at]
    end = _split_end(key, given, at)
    if end is not None:
        whole = _joined(given, at, end)
        span = word.span.to(given[end].span)
        key.reading.found.add(
            UNKNOWN_RULE,
            f"the commas cut the rule `{whole}` into several",
            span,
            hint="put quotes around it",
            fix=key.reading.fixed_line(span, f'"{whole}"'),
        )
        return
    near = closest(word.text, key.names.spoken())
    written = f'"{near}"' if near and ("," in near or near.startswith("[")) else near
    key.reading.found.add(
        UNKNOWN_RULE,
        f"the card has no rule `{word.text}`",
        word.span,
        hint=f"did you mean `{near}`?"
        if near
        else "name a rule by its condition, its line number or its [label]",
        fix=key.reading.fixed_line(word.span, written) if written else None,
    )


def _two_rules(key: _Key, item: Scalar, rules: tuple[Rule, ...]) -> None:
    lines = ", ".join(str(rule.line) for rule in rules)
    key.reading.found.add(
        TWO_RULES,
        f"`{item.text}` names {len(rules)} rules of the card",
        item.span,
        hint=f"they stand in lines {lines}; write the number of the one that is meant",
        fix=key.reading.fixed_line(item.span, str(rules[0].line)),
    )


_READERS: Final[dict[str, _Reader]] = {
    "score": _amount,
    "raw score": _amount,
    "displayed": _amount,
    "stage": _one_of("stage", _stages("name"), ("none", "disqualified")),
    "grade": _one_of("grade", _grades),
    "tier": _one_of("tier", lambda key: (t.name for t in key.reading.plan.tiers)),
    "disqualified": _truth,
    "flags": _flags,
    "key conversions": _key_conversions,
    "must haves": _truth,
    "route": _one_of("route", _stages("route")),
    "respond within": _one_of("time to respond", _stages("respond_within"), form=_length),
    "notify": _one_of("message", _stages("notify")),
    "sections": _sections,
    "fired": _firing,
    "not fired": _firing,
    "scorecard": _text,
    "version": _text,
    "as of": _moment,
}

"""Expectations of several names: flags, key conversions, and rules that fire or do not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from leadcard.compiler.node_reader import closest
from leadcard.compiler.plan import Rule
from leadcard.compiler.text import name_form
from leadcard.compiler.yaml_source import Scalar
from leadcard.compiler.yaml_source import Sequence as NodeList
from leadcard.runtime.harness.expect_key import UNKNOWN_NAME, ExpectKey, is_nothing
from leadcard.runtime.harness.sample_nodes import items, wrong_kind
from leadcard.runtime.harness.samples import AllOf, Expected, Firing, NamedRule

UNKNOWN_RULE: Final = "T112"
TWO_RULES: Final = "T113"


def _name_items(key: ExpectKey) -> tuple[Scalar, ...]:
    """The names in a list (or the one name without a list); `[label]` may stand without quotes."""
    node = key.entry.value
    if isinstance(node, Scalar) and not node.is_null:
        return () if is_nothing(node) else (node,)
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


def read_flags(key: ExpectKey) -> tuple[Expected, ...]:
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


def _all_of(key: ExpectKey, names: list[str], order: Iterable[str]) -> AllOf:
    """The names in the order of the card, as results have them."""
    kept = tuple(name for name in dict.fromkeys(order) if name in names)
    return AllOf(key=key.key, column=key.column, line=key.line, names=kept)


def conversion_name(rule: Rule) -> str:
    """How the result names a key conversion."""
    return rule.label or rule.text


def read_key_conversions(key: ExpectKey) -> tuple[Expected, ...]:
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


def read_firing(key: ExpectKey) -> tuple[Expected, ...]:
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


def _rules(key: ExpectKey) -> list[tuple[Scalar, tuple[Rule, ...]]]:
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


def _split_end(key: ExpectKey, given: tuple[Scalar, ...], first: int) -> int | None:
    """The last entry of a name that begins at `first` and that commas cut into several."""
    ends = range(first + 1, min(first + 12, len(given)))
    return next((n for n in ends if key.names.find(_joined(given, first, n))), None)


def _is_rest_of_split_name(key: ExpectKey, given: tuple[Scalar, ...], at: int) -> bool:
    starts = range(max(0, at - 12), at)
    return any((end := _split_end(key, given, n)) is not None and end >= at for n in starts)


def _unknown_rule(key: ExpectKey, given: tuple[Scalar, ...], at: int) -> None:
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


def _two_rules(key: ExpectKey, item: Scalar, rules: tuple[Rule, ...]) -> None:
    lines = ", ".join(str(rule.line) for rule in rules)
    key.reading.found.add(
        TWO_RULES,
        f"`{item.text}` names {len(rules)} rules of the card",
        item.span,
        hint=f"they stand in lines {lines}; write the number of the one that is meant",
        fix=key.reading.fixed_line(item.span, str(rules[0].line)),
    )

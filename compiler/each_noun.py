"""What `per visit` and `each download` call the events that a rule counts."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import replace

from leadcard.compiler import bound
from leadcard.compiler.bind_opening import EventOpening, find_opening
from leadcard.compiler.lint.walk import events, leaves
from leadcard.compiler.scope import Scope
from leadcard.dsl import ast


def names_one_of(scope: Scope, noun: str, verbs: Set[str]) -> bool:
    """Whether events of some of these verbs are called `noun`."""
    index = scope.vocabulary.spelling_index
    found = index.get(noun) or index.get(f"{noun}s")
    meant = {found[0].name} if found else {v for v in verbs if v.startswith(noun[:5])}
    return bool(meant & verbs)


def without_known_noun(scope: Scope, rule: ast.Rule) -> ast.Rule:
    """`visited pricing: +1 per visit` as `+1 each`; a noun of other events stays, as a mistake."""
    each = next((m for m in rule.modifiers if isinstance(m, ast.Each) and m.noun), None)
    if each is None or each.noun is None:
        return rule
    verbs = {verb.name for opening in _openings(scope, rule.condition) for verb in opening.verbs}
    if not names_one_of(scope, each.noun.text, verbs):
        return rule
    kept = tuple(replace(each, noun=None) if m is each else m for m in rule.modifiers)
    return replace(rule, modifiers=kept)


def _openings(scope: Scope, chain: ast.Chain) -> Iterator[EventOpening]:
    """The events that items of a condition open with."""
    for item in (chain.first, *(link.item for link in chain.rest)):
        match item:
            case ast.Group():
                yield from _openings(scope, item.chain)
            case ast.Bare() if item.words:
                opening = find_opening(scope, item.words)
                if isinstance(opening, EventOpening):
                    yield opening
            case ast.Sequence():
                opening = find_opening(scope, item.second.words)
                if isinstance(opening, EventOpening):
                    yield opening
            case _:
                continue


def refuse_other_noun(scope: Scope, rule: ast.Rule, condition: bound.Condition) -> None:
    """`visited pricing: +1 per download`: the rule counts other events."""
    each = next((m for m in rule.modifiers if isinstance(m, ast.Each)), None)
    if each is None or each.noun is None:
        return
    noun = each.noun.text
    verbs = {verb.name for leaf in leaves(condition) for e in events(leaf) for verb in e.verbs}
    if names_one_of(scope, noun, verbs):
        return
    scope.reject(
        "R141",
        f"`{noun}` is not what the rule counts",
        each.noun.span,
        hint="`each` counts every event of the condition",
        fix=scope.replaced(each.noun.span, "each"),
    )

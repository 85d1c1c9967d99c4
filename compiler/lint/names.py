"""Names that nothing uses, and values that nothing can be."""

from __future__ import annotations

from collections.abc import Iterator

from leadcard.compiler import bound, plan
from leadcard.compiler.bind_field import is_country
from leadcard.compiler.lint.walk import all_leaves
from leadcard.compiler.text import name_form
from leadcard.compiler.vocabulary import FieldType
from leadcard.dsl import ast
from leadcard.dsl.diagnostics import Diagnostic, warning
from leadcard.dsl.nearest import nearest


def unused_lists(
    card: ast.Scorecard, bound_card: bound.Card, made: plan.Plan
) -> tuple[Diagnostic, ...]:
    """A list of the card that no condition names, or that is empty."""
    del card, made
    used = {
        name_form(test.list.name)
        for leaf in all_leaves(bound_card)
        if isinstance(leaf, bound.FieldAlternatives)
        for test in leaf.tests
        if isinstance(test, bound.ListTest)
    }
    found = []
    for word_list in bound_card.lists:
        if name_form(word_list.name) not in used:
            found.append(
                warning(
                    "L110",
                    f"no rule uses the list `{word_list.name}`",
                    source=bound_card.source,
                    span=word_list.span,
                    hint=f"such as `company in {word_list.name}`",
                )
            )
        if not word_list.load():
            found.append(
                warning(
                    "L111",
                    f"the list `{word_list.name}` is empty",
                    source=bound_card.source,
                    span=word_list.span,
                    hint="no value is in it, so nothing that names it can hold",
                )
            )
    return tuple(found)


def unknown_countries(
    card: ast.Scorecard, bound_card: bound.Card, made: plan.Plan
) -> tuple[Diagnostic, ...]:
    """A value compared with a country field that is no country."""
    del card, made
    return tuple(_unknown_countries(bound_card))


def _unknown_countries(card: bound.Card) -> Iterator[Diagnostic]:
    from leadcard.compiler import countries

    for leaf in all_leaves(card):
        if not isinstance(leaf, bound.FieldAlternatives):
            continue
        if leaf.field.type is not FieldType.COUNTRY:
            continue
        for test in leaf.tests:
            if not isinstance(test, bound.ValueTest) or test.op is not ast.FieldOp.IS:
                continue
            text = test.value.text
            if is_country(leaf.field, text):
                continue
            best = nearest(text, countries.names())
            yield warning(
                "L112",
                f"no country `{text}`",
                source=card.source,
                span=test.span,
                hint=f"did you mean `{best}`?" if best else "it is compared as plain text",
            )


def needless_must_haves(
    card: ast.Scorecard, bound_card: bound.Card, made: plan.Plan
) -> tuple[Diagnostic, ...]:
    """Must haves that no stage needs change nothing but a column."""
    del card, made
    must = bound_card.must_haves
    if must is None or any(isinstance(x, bound.MustHavesTest) for x in all_leaves(bound_card)):
        return ()
    return (
        warning(
            "L109",
            "no stage needs the must haves",
            source=bound_card.source,
            span=must.node.span,
            hint="add `needs must haves` to the stage that does",
        ),
    )


def quantified_accounts(
    card: ast.Scorecard, bound_card: bound.Card, made: plan.Plan
) -> tuple[Diagnostic, ...]:
    """An event without a quantifier in a section named account is the lead's own."""
    del card, made
    return tuple(
        warning(
            "L116",
            "this is about the lead alone, though the section is named `account`",
            source=bound_card.source,
            span=rule.node.condition.span,
            hint="say `anyone ...`, `nobody ...`, `3+ people ...` or `total ...`",
        )
        for section in bound_card.sections
        if name_form(section.name) in {"account", "accounts"}
        for rule in section.rules
        if _events_of_lead(rule.condition)
    )


def _events_of_lead(condition: bound.Condition) -> bool:
    """Whether the condition speaks of events, and none of them is over the account."""
    from leadcard.compiler.lint.walk import leaves

    parts = tuple(leaves(condition))
    return any(isinstance(p, bound.EventTest) for p in parts) and not any(
        isinstance(p, bound.AccountTest) for p in parts
    )

"""Names that nothing uses, and values that nothing can be."""

from __future__ import annotations

from collections.abc import Iterator

from leadcard.compiler import bound, plan
from leadcard.compiler.bind_field import is_country
from leadcard.compiler.lint.walk import all_leaves, leaves, replaced
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
                    hint=f"leave it out, or use it, such as in `company in {word_list.name}`",
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
    """A value compared with a country field, or an entry of such a list, that is no country."""
    del made
    statements = (line.statement for line in card.lines)
    lists = (node for node in statements if isinstance(node, ast.ListInline))
    written = {name_form(node.name.text): node.entries for node in lists}
    return tuple(_unknown_countries(bound_card, written))


def _unknown_countries(
    card: bound.Card, written: dict[str, tuple[ast.Text, ...]]
) -> Iterator[Diagnostic]:
    from leadcard.compiler import countries

    for leaf in all_leaves(card):
        if not isinstance(leaf, bound.FieldAlternatives):
            continue
        if leaf.field.type is not FieldType.COUNTRY:
            continue
        for value in _compared(leaf, written):
            if "*" in value.text or "?" in value.text or is_country(leaf.field, value.text):
                continue
            best = nearest(value.text, countries.names())
            yield warning(
                "L112",
                f"no country `{value.text}`",
                source=card.source,
                span=value.span,
                hint=f"did you mean `{best}`?" if best else "it is compared as plain text",
                fix=replaced(card.source, value.span, best) if best else None,
            )


def _compared(
    leaf: bound.FieldAlternatives, written: dict[str, tuple[ast.Text, ...]]
) -> Iterator[ast.Text]:
    """The values that a field is compared with, those of the card's own lists among them."""
    for test in leaf.tests:
        match test:
            case bound.ValueTest(op=ast.FieldOp.IS):
                yield test.value
            case bound.ListTest():
                yield from written.pop(name_form(test.list.name), ())
            case _:
                continue


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
            fix=_of_account(bound_card, rule),
        )
        for section in bound_card.sections
        if name_form(section.name) in {"account", "accounts"}
        for rule in section.rules
        if _events_of_lead(rule.condition)
    )


def _of_account(card: bound.Card, rule: bound.Rule) -> str | None:
    """The line of a rule with its one event over the account."""
    condition = rule.condition
    repeats = any(not isinstance(m, ast.Flag) for m in rule.node.modifiers)
    if not isinstance(condition, bound.EventTest) or repeats:
        return None
    text = card.source.text[condition.span.start : condition.span.end]
    said = "anyone" if condition.count is None else "total"
    return replaced(card.source, condition.span, f"{said} {text}")


def _events_of_lead(condition: bound.Condition) -> bool:
    """Whether the condition speaks of events, and none of them is over the account."""
    parts = tuple(leaves(condition))
    return any(isinstance(p, bound.EventTest) for p in parts) and not any(
        isinstance(p, bound.AccountTest) for p in parts
    )

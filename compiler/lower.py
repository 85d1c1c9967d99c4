"""The bound card to the plan."""

from __future__ import annotations

from collections.abc import Iterator

from leadcard.compiler import bound, plan
from leadcard.compiler.lower_condition import account_evidence, evidence, lower_condition
from leadcard.compiler.lower_field import note_field
from leadcard.compiler.lowering import Lowering
from leadcard.compiler.repetition import expire, only, repetition
from leadcard.compiler.scope import Rejected
from leadcard.compiler.text import name_form, text_form
from leadcard.dsl import ast
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.format import format_condition, statement_text
from leadcard.dsl.source import Source, Span


def lower(card: bound.Card, version: str) -> tuple[plan.Plan, tuple[Diagnostic, ...]]:
    """The plan of a bound card; complaints are about modifiers that do not go together."""
    low = Lowering(card.vocabulary, card.timezone)
    found: list[Diagnostic] = []
    created = card.vocabulary.field_index["created"]
    note_field(low, created)
    sections = tuple(
        plan.Section(
            name=s.name,
            column=s.column,
            line=s.line,
            when=plan.TRUE if s.when is None else lower_condition(low, s.when),
            maximum=s.node.maximum if s.node else None,
            minimum=s.node.minimum if s.node else None,
            best_only=s.node.best_only if s.node else False,
        )
        for s in card.sections
    )
    rules = tuple(_rules(low, card, found))
    made = plan.Plan(
        scorecard=card.name,
        version=version,
        timezone=card.timezone,
        sections=sections,
        rules=rules,
        score_low=card.score.low if card.score else None,
        score_high=card.score.high if card.score else None,
        must_haves=_must_haves(low, card),
        tiers=_tiers(low, card),
        grades=_grades(card),
        stages=_stages(low, card),
        personal=_personal(low, card),
        account_missing=_account_missing(low, card),
        buyer_stages=tuple(s.text for s in card.buyer_stages),
        fields=tuple(low.fields.values()),
        verbs=tuple(sorted(low.verbs.values(), key=lambda v: v.name)),
        lists=tuple(sorted(low.lists.values(), key=lambda w: w.name)),
    )
    return made, tuple(found)


def _rules(low: Lowering, card: bound.Card, found: list[Diagnostic]) -> Iterator[plan.Rule]:
    for section in card.sections:
        for rule in section.rules:
            try:
                yield _rule(low, card, section.name, rule)
            except Rejected as rejected:
                found.append(rejected.diagnostic)


def _rule(low: Lowering, card: bound.Card, section: str, rule: bound.Rule) -> plan.Rule:
    node, source = rule.node, card.source
    condition = expire(source, node, rule.condition)
    parts = repetition(low, source, node, condition)
    flag = node.effect if isinstance(node.effect, ast.Flag) else None
    flag = flag or only(node, ast.Flag)
    points = node.effect.hundredths if isinstance(node.effect, ast.Points) else 0
    return plan.Rule(
        line=rule.line,
        text=format_condition(node.condition),
        source=statement_text(node),
        section=section,
        when=parts.guard if parts else lower_condition(low, condition),
        points=points,
        repetition=parts.repetition if parts else None,
        maximum=_maximum(source, node, points),
        disqualify=isinstance(node.effect, ast.Disqualify),
        flag=card.flags[name_form(flag.text)] if flag else None,
        key_conversion=node.key_conversion,
        scored=isinstance(node.effect, ast.Points),
        label=node.label.text if node.label else None,
        evidence=evidence(low, condition),
        account_evidence=account_evidence(low, condition),
    )


def _maximum(source: Source, node: ast.Rule, points: int) -> int | None:
    """The rule's own limit with the sign of its points."""
    limit = only(node, ast.Max)
    if limit is None:
        return None
    if not isinstance(node.effect, ast.Points):
        _no_points(source, limit.span)
    return -abs(limit.hundredths) if points < 0 else abs(limit.hundredths)


def _no_points(source: Source, span: Span) -> None:
    raise Rejected(
        Diagnostic(
            code="R136",
            message="`max` limits points, and this rule has none",
            source=source,
            span=span,
            hint="leave it out",
        )
    )


def _must_haves(low: Lowering, card: bound.Card) -> plan.MustHaves | None:
    must = card.must_haves
    if must is None:
        return None
    requirements = tuple(
        plan.Requirement(
            line=r.line,
            text=format_condition(r.node.condition),
            when=lower_condition(low, r.condition),
        )
        for r in must.requirements
    )
    wanted = must.node.at_least
    return plan.MustHaves(
        at_least=len(requirements) if wanted is None else wanted, requirements=requirements
    )


def _tiers(low: Lowering, card: bound.Card) -> tuple[plan.Tier, ...]:
    return tuple(
        plan.Tier(
            number=t.node.number,
            name=t.node.name.text,
            line=t.line,
            when=lower_condition(low, t.condition),
        )
        for t in card.tiers
    )


def _grades(card: bound.Card) -> plan.Grades | None:
    node = card.grades
    if node is None:
        return None
    wanted = name_form(node.section.text)
    section = next((s.name for s in card.sections if name_form(s.name) == wanted), None)
    if section is None:
        return None  # said by binding
    return plan.Grades(
        section=section, steps=tuple((s.letter.text, s.at_least) for s in node.steps)
    )


def _stages(low: Lowering, card: bound.Card) -> tuple[plan.Stage, ...]:
    return tuple(
        plan.Stage(
            name=s.node.name.text,
            line=s.line,
            when=lower_condition(low, s.condition),
            route=s.node.route.text if s.node.route else None,
            respond_within=_duration(s.node.respond_within),
            notify=s.node.notify.text if s.node.notify else None,
        )
        for s in card.stages
    )


_UNITS = {
    ast.Unit.MINUTE: "min",
    ast.Unit.HOUR: "h",
    ast.Unit.DAY: "d",
    ast.Unit.WEEK: "w",
}


def _duration(duration: ast.Duration | None) -> str | None:
    """A duration in its plain form, such as `4h` or `3 months`."""
    if duration is None:
        return None
    short = _UNITS.get(duration.unit)
    if short is not None:
        return f"{duration.amount}{short}"
    word = duration.unit.name.lower()
    return f"{duration.amount} {word}{'' if duration.amount == 1 else 's'}"


def _personal(low: Lowering, card: bound.Card) -> str | None:
    """The list of personal mail domains, where an account condition needs to know them."""
    if not low.uses_accounts:
        return None
    note_field(low, card.vocabulary.field_index["email domain"])
    named = card.vocabulary.list_index["personal"]
    return low.long_list(named, {name_form(e).removeprefix("@").lstrip(".") for e in named.load()})


def _account_missing(low: Lowering, card: bound.Card) -> tuple[str, ...]:
    """The words by which data says that a lead has no account id, where a condition asks for it."""
    column = card.vocabulary.leads.account
    if not low.uses_accounts or column is None:
        return ()
    return tuple(sorted({text_form(word) for word in column.missing}))

"""Binding of a whole card: every line's words tied to the vocabulary, every line on its own.

Names are collected first (lists, sections, grades, tiers, flags), so that a line may speak of what
stands further down. Then each line is bound; one that cannot be gives exactly one diagnostic and is
left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from leadcard.compiler import bound
from leadcard.compiler.bind_condition import bind_chain
from leadcard.compiler.card_lists import card_lists
from leadcard.compiler.each_noun import refuse_other_noun
from leadcard.compiler.scope import Rejected, Scope
from leadcard.compiler.settings import Settings, read_settings
from leadcard.compiler.text import name_form
from leadcard.compiler.vocabulary import Vocabulary, WordList
from leadcard.dsl import ast
from leadcard.dsl.diagnostics import Diagnostic, Related
from leadcard.dsl.failure import corrected
from leadcard.dsl.record import dataclass
from leadcard.dsl.scan import line_at
from leadcard.dsl.source import Span

_N = TypeVar("_N")

RESERVED_STAGES = ("none", "disqualified")


@dataclass(slots=True)
class _Block:
    """A section while its rules are being bound."""

    node: ast.SectionHeader | None
    line: int | None
    when: bound.Condition | None
    rules: list[bound.Rule]


def resolve(
    card: ast.Scorecard, vocabulary: Vocabulary, folder: Path | None
) -> tuple[bound.Card, tuple[Diagnostic, ...]]:
    """The bound card and what is wrong with it; `folder` is where list files are looked for."""
    found: list[Diagnostic] = []
    own, complaints = card_lists(card, vocabulary, folder)
    found.extend(complaints)
    settings, complaints = read_settings(card)
    found.extend(complaints)
    scope = _scope(card, vocabulary, own)
    binder = _Binder(scope=scope, stages=replace(scope, results=True), found=found)
    for line in card.lines:
        binder.take(line)
    found.extend(_misplaced(card, binder))
    return _card(card, vocabulary, settings, binder, own), tuple(found)


def _scope(card: ast.Scorecard, vocabulary: Vocabulary, own: tuple[WordList, ...]) -> Scope:
    lists = {**vocabulary.list_index, **{name_form(w.name): w for w in own}}
    rules = [r for _, r in _statements(card, ast.Rule)]
    flags: dict[str, str] = {}  # a flag is spelled as where it stands first
    for flag in (f for r in rules for f in (r.effect, *r.modifiers) if isinstance(f, ast.Flag)):
        flags.setdefault(name_form(flag.text), flag.text)
    sections = {
        name_form(h.name.text): h.name.text for _, h in _statements(card, ast.SectionHeader)
    }
    grades = {
        name_form(s.letter.text): s.letter.text
        for _, g in _statements(card, ast.GradeSetting)
        for s in g.steps
    }
    tiers = {name_form(t.name.text): t.name.text for _, t in _statements(card, ast.Tier)}
    return Scope(
        source=card.source,
        vocabulary=vocabulary,
        lists=lists,
        sections=sections,
        tiers=tiers,
        grades=grades,
        flags=flags,
        has_must_haves=any(_statements(card, ast.MustHaveHeader)),
    )


def _statements(card: ast.Scorecard, kind: type[_N]) -> Iterator[tuple[int, _N]]:
    for line in card.lines:
        if isinstance(line.statement, kind):
            yield line.first, line.statement


class _Binder:
    """Takes the lines of a card in order and gathers what they mean."""

    def __init__(self, scope: Scope, stages: Scope, found: list[Diagnostic]) -> None:
        self.scope = scope
        self.stage_scope = stages
        self.found = found
        self.block = _Block(node=None, line=None, when=None, rules=[])
        self.blocks = [self.block]
        self.must: tuple[ast.MustHaveHeader, int] | None = None
        self.requirements: list[bound.Requirement] = []
        self.tiers: list[bound.Tier] = []
        self.stages: list[bound.Stage] = []
        self.seen: dict[tuple[str, str], tuple[Span, int]] = {}

    def take(self, line: ast.Line) -> None:
        """Bind one line; complain once if it cannot be bound."""
        try:
            self._bind(line)
        except Rejected as rejected:
            self.found.append(rejected.diagnostic)

    def _bind(self, line: ast.Line) -> None:
        match line.statement:
            case ast.SectionHeader() as node:
                self._section(node, line.first)
            case ast.Rule() as node:
                condition = bind_chain(self.scope, node.condition)
                refuse_other_noun(self.scope, node, condition)
                self.block.rules.append(bound.Rule(node=node, line=line.first, condition=condition))
            case ast.MustHaveHeader() as node:
                self._once("must have", "must have", node.span, line.first)
                self.must = (node, line.first)
            case ast.Requirement() as node:
                condition = bind_chain(self.scope, node.condition)
                self.requirements.append(
                    bound.Requirement(node=node, line=line.first, condition=condition)
                )
            case ast.Tier() as node:
                self._once("tier", node.name.text, node.name.span, line.first)
                condition = bind_chain(self.scope, node.condition)
                self.tiers.append(bound.Tier(node=node, line=line.first, condition=condition))
            case ast.Stage() as node:
                self._stage(node, line.first)
            case _:
                return

    def _section(self, node: ast.SectionHeader, line: int) -> None:
        # Rules below a header that is wrong still belong to a section of their own.
        self.block = _Block(node=node, line=line, when=None, rules=[])
        self.blocks.append(self.block)
        self._once("section", node.name.text, node.name.span, line)
        _not_a_condition(self.scope, node)
        if node.when is not None:
            self.block.when = bind_chain(self.scope, node.when)

    def _stage(self, node: ast.Stage, line: int) -> None:
        if name_form(node.name.text) in RESERVED_STAGES:
            self.scope.reject(
                "R120",
                f"`{node.name.text}` is the name of a stage that every card has",
                node.name.span,
                hint="choose another name",
            )
        self._once("stage", node.name.text, node.name.span, line)
        condition = bind_chain(self.stage_scope, node.condition)
        self.stages.append(bound.Stage(node=node, line=line, condition=condition))

    def _once(self, what: str, name: str, span: Span, line: int) -> None:
        key = (what, name_form(name))
        earlier = self.seen.get(key)
        if earlier is None:
            self.seen[key] = (span, line)
            return
        self.scope.reject(
            "R119",
            f"a second {what} `{name}`",
            span,
            hint=f"the first is in line {earlier[1]}",
            related=(Related(source=self.scope.source, span=earlier[0], label="the first one"),),
        )


def _not_a_condition(scope: Scope, node: ast.SectionHeader) -> None:
    """A header whose name begins with a verb is a rule that lost its points."""
    if node.name.quoted:
        return
    words = node.name.text.split()
    found = scope.vocabulary.find_verb(words)
    field = scope.vocabulary.find_field(words)
    listed = (
        field is not None
        and name_form(" ".join(words[field[1] :])) in scope.lists
        and len(words) > field[1]
    )
    if (found is not None and len(words) > found[1]) or listed:
        scope.reject(
            "R121",
            f"`{node.name.text}` reads as a condition, and its points are missing",
            node.name.span,
            hint="a section is named by words that do not begin with a verb",
            fix=f"{_text_of(scope, node).rstrip(': ')}: +5".replace(" when ", " and "),
        )


def _text_of(scope: Scope, node: ast.SectionHeader) -> str:
    """The line of a header without its comment."""
    line = line_at(scope.source, node.span.start)
    return corrected(line, ()) if line is not None else ""


def _misplaced(card: ast.Scorecard, binder: _Binder) -> Iterator[Diagnostic]:
    """Complaints about a card as a whole."""
    if binder.must is not None:
        node, _ = binder.must
        written = sum(1 for _ in _statements(card, ast.Requirement))
        wanted = node.at_least
        if wanted is not None and wanted > written:
            are = "is" if written == 1 else "are"
            yield Diagnostic(
                code="R122",
                message=f"at least {wanted} must haves are asked for, and {written} {are} written",
                source=card.source,
                span=node.span,
                hint="no lead can meet them",
            )


def _card(
    card: ast.Scorecard,
    vocabulary: Vocabulary,
    settings: Settings,
    binder: _Binder,
    own: tuple[WordList, ...],
) -> bound.Card:
    must = None
    if binder.must is not None:
        node, line = binder.must
        must = bound.MustHaves(node=node, line=line, requirements=tuple(binder.requirements))
    return bound.Card(
        source=card.source,
        vocabulary=vocabulary,
        name=settings.name,
        timezone=settings.timezone,
        zone_node=settings.zone_node,
        score=settings.score,
        buyer_stages=settings.buyer_stages,
        sections=_sections(binder),
        must_haves=must,
        tiers=tuple(binder.tiers),
        grades=settings.grades,
        stages=tuple(binder.stages),
        lists=own,
        flags=binder.scope.flags,
    )


def _sections(binder: _Binder) -> tuple[bound.Section, ...]:
    taken: dict[str, int] = {}
    sections = []
    for block in binder.blocks:
        if block.node is None and not block.rules:
            continue
        name = block.node.name.text if block.node is not None else "score"
        sections.append(
            bound.Section(
                node=block.node,
                name=name,
                column=_column(name, taken),
                line=block.line,
                when=block.when,
                rules=tuple(block.rules),
            )
        )
    return tuple(sections)


def _column(name: str, taken: dict[str, int]) -> str:
    """The name in snake case: letters and digits of any script, the rest as `_`; unique."""
    letters = "".join(c if c.isalnum() else " " for c in name_form(name))
    column = "_".join(letters.split()) or "section"
    taken[column] = taken.get(column, 0) + 1
    return column if taken[column] == 1 else f"{column}_{taken[column]}"

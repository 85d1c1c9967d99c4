"""Rules, sections, must haves, tiers, grades and stages as the lines that add up a lead's score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from leadcard.compiler.backends.python_conditions import Conditions
from leadcard.compiler.backends.python_text import (
    Always,
    Bits,
    Condition,
    Fact,
    Names,
    all_of,
    comment,
    literal,
    shallow,
    statement,
)
from leadcard.compiler.plan import Plan, Repetition, Rule, Section

_I = "    "


@dataclass(slots=True)
class Scoring:
    """Writes the lines of `score` after reading; `earned` are variables of repeated rules."""

    plan: Plan
    conditions: Conditions
    names: Names
    earned: dict[int, str] = field(default_factory=dict)

    # --- sections ---

    def sections(self) -> list[str]:
        """The lines that add up each section, and then the score."""
        lines: list[str] = ["fired = 0"]
        for section in self.plan.sections:
            lines += ["", *self._section(section)]
        totals = [self.conditions.points[section.name] for section in self.plan.sections]
        lines += ["", *_sum("total", totals)]
        return lines + self._clamp()

    def _clamp(self) -> list[str]:
        lines = ["raw_total = total"]
        if self.plan.score_low is not None:
            lines += [f"if total < {self.plan.score_low}:", f"    total = {self.plan.score_low}"]
        if self.plan.score_high is not None:
            lines += [f"if total > {self.plan.score_high}:", f"    total = {self.plan.score_high}"]
        return lines

    def _section(self, section: Section) -> list[str]:
        points = self.names.new(f"{section.column}_points", "section_points")
        self.conditions.points[section.name] = points
        rules = [(n, r) for n, r in enumerate(self.plan.rules) if r.section == section.name]
        best = f"{points}_best" if section.best_only else None
        lines = [] if best is None else [f"{best}: int | None = None"]
        for number, rule in rules:
            lines += self._rule(number, rule, points, best)
        if best is not None:
            lines.append(f"{points} = {best} or 0")
        if section.maximum is not None:
            lines += [f"if {points} > {section.maximum}:", f"    {points} = {section.maximum}"]
        if section.minimum is not None:
            lines += [f"if {points} < {section.minimum}:", f"    {points} = {section.minimum}"]
        when = self.conditions.of(section.when)
        head = [*comment(_title(section), 0), f"{points} = 0"]
        return head + (lines if when == Always(True) else self._where(when, lines))

    def _where(self, condition: Condition, lines: Sequence[str]) -> list[str]:
        """The lines where `condition` holds; what nests too deep is worked out before."""
        before, condition = shallow(condition, self.names, self.conditions.module.masks)
        body = [f"{_I}{line}" if line else line for line in lines]
        return [
            *before,
            *statement("if ", condition, ":", 0, self.conditions.module.masks),
            *(body or [f"{_I}pass"]),
        ]

    # --- rules ---

    def _rule(self, number: int, rule: Rule, points: str, best: str | None) -> list[str]:
        condition = self.conditions.of(rule.when)
        if rule.repetition is not None:
            condition, lines, gained = self._repeated(number, rule, rule.repetition, condition)
        else:
            lines, gained = [], str(capped(rule))
        if best is not None and takes_part(rule):
            lines += [f"if {best} is None or {best} < {gained}:", f"    {best} = {gained}"]
        elif best is None and gained != "0":
            lines.append(f"{points} += {gained}")
        lines.append(f"fired |= {self.conditions.module.masks.text(1 << number)}")
        text = comment(f"line {rule.line}: {rule.source}", 0)
        if condition == Always(False):
            return [*text, *comment("(never)", 0)]
        return text + (lines if condition == Always(True) else self._where(condition, lines))

    def _repeated(
        self, number: int, rule: Rule, repetition: Repetition, when: Condition
    ) -> tuple[Condition, list[str], str]:
        events = self.conditions.events
        if rule.points == 0:
            count = events.gather("count", repetition.events)
            return all_of((Fact(f"{count} > 0"), when)), [], "0"
        earned = events.gather("earned", rule)
        self.earned[number] = earned
        lines: list[str] = []
        if rule.maximum is not None:
            beyond = ">" if rule.points > 0 else "<"
            lines = [f"if {earned} {beyond} {rule.maximum}:", f"    {earned} = {rule.maximum}"]
        return all_of((Fact(f"{earned} != 0", f"{earned} == 0"), when)), lines, earned

    # --- results ---

    def must_haves(self) -> list[str]:
        """The lines that tell whether the must haves are met."""
        wanted = self.plan.must_haves
        if wanted is None:
            return []
        lines = ["", "# must haves", "met = 0"]
        for requirement in wanted.requirements:
            lines += comment(f"line {requirement.line}: {requirement.text}", 0)
            lines += self._where(self.conditions.of(requirement.when), ["met += 1"])
        return [*lines, f"must_haves = met >= {wanted.at_least}"]

    def tiers(self) -> list[str]:
        """The lines that find the number of the tier in `_TIERS`."""
        if not self.plan.tiers:
            return []
        chain = [
            (f"{tier.number} {tier.name}", self.conditions.of(tier.when), f"tier = {number}")
            for number, tier in enumerate(self.plan.tiers)
        ]
        return ["", "# tiers", *self._chain(chain, f"tier = {len(self.plan.tiers)}")]

    def grades(self) -> list[str]:
        """The lines that find the grade."""
        grades = self.plan.grades
        if grades is None:
            return []
        points = self.conditions.points[grades.section]
        rest = next((letter for letter, least in grades.steps if least is None), None)
        lines = [
            "",
            *comment(f"grade from {grades.section}", 0),
            f"grade: str | None = {None if rest is None else literal(rest)}",
        ]
        word = "if"
        for letter, least in grades.steps:
            if least is None:
                break
            lines += [f"{word} {points} >= {least}:", f"    grade = {literal(letter)}"]
            word = "elif"
        return lines

    def stages(self) -> list[str]:
        """The lines that find the number of the stage in `_STAGES`."""
        none = len(self.plan.stages)
        out = sum(1 << n for n, rule in enumerate(self.plan.rules) if rule.disqualify)
        first = [("disqualified", Bits("fired", out), f"stage = {none + 1}")] if out else []
        chain = [
            (
                f"line {stage.line}: {stage.name}",
                self.conditions.of(stage.when),
                f"stage = {number}",
            )
            for number, stage in enumerate(self.plan.stages)
        ]
        return ["", "# stages", *self._chain([*first, *chain], f"stage = {none}")]

    def _chain(self, choices: Sequence[tuple[str, Condition, str]], otherwise: str) -> list[str]:
        """The first choice whose condition holds."""
        masks = self.conditions.module.masks
        before: list[str] = []
        lines: list[str] = []
        for title, wanted, action in choices:
            more, condition = shallow(wanted, self.names, masks)
            before += more
            if condition == Always(False):
                continue
            if condition == Always(True):
                otherwise = action
                break
            lines += statement("elif " if lines else "if ", condition, ":", 0, masks)
            lines += [*comment(title, 1), f"    {action}"]
        return [*before, otherwise, *lines]


def capped(rule: Rule) -> int:
    """The points of a rule that is not repeated."""
    if rule.maximum is None or rule.points == 0:
        return rule.points
    limit = min if rule.points > 0 else max
    return limit(rule.points, rule.maximum)


def takes_part(rule: Rule) -> bool:
    """Whether the rule's points compete in a `best only` section."""
    return rule.scored


def _sum(name: str, parts: Sequence[str]) -> list[str]:
    line = f"{name} = {' + '.join(parts) or '0'}"
    if len(line) <= 84:
        return [line]
    return [f"{name} = (", *(f"    {'+ ' if n else ''}{part}" for n, part in enumerate(parts)), ")"]


def _title(section: Section) -> str:
    limits = (
        ("max", section.maximum),
        ("min", section.minimum),
    )
    parts = [f"{word} {_points(limit)}" for word, limit in limits if limit is not None]
    if section.best_only:
        parts.append("best only")
    where = f", line {section.line}" if section.line is not None else ""
    limited = f" ({', '.join(parts)})" if parts else ""
    return f"--- {section.name}{limited}{where} ---"


def _points(hundredths: int) -> str:
    sign = "-" if hundredths < 0 else ""
    whole, part = divmod(abs(hundredths), 100)
    return f"{sign}{whole}" + (f".{part:02}".rstrip("0") if part else "")

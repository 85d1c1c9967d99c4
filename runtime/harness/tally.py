"""The result of a card from what its rules and tests do: the order of arithmetic, and no data.

event → decay → repetition → rule `max` are done (`probe.py` asks for them); here follow `best
only`, the caps of sections, the total, the clamp, tier, grade and stage. Agreement with compiled
cards is tested; the tool of a card's users stays the compiled one.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final, TypeAlias

from leadcard.compiler import plan as p
from leadcard.compiler.result import JOIN_TEXT
from leadcard.runtime.harness.made_leads import conditions
from leadcard.runtime.harness.outcome import Outcome, Reason, Value
from leadcard.runtime.harness.probe import Answers, Questions, holds

_ResultTest: TypeAlias = (
    p.ScoreIn | p.GradeIn | p.TierIn | p.HasFlag | p.HasKeyConversion | p.MustHavesMet
)
_NO_STAGE: Final = p.Stage(name="none", line=0, when=p.TRUE)
_DISQUALIFIED: Final = p.Stage(name="disqualified", line=0, when=p.TRUE)


class Tally:
    """One card, ready to be added up for any lead."""

    def __init__(self, card: p.Plan, questions: Questions) -> None:
        self._card = card
        self._questions = questions
        self._rules = tuple((questions.rule(rule), rule) for rule in card.rules)
        for when in conditions(card):
            self._register(when)

    def _register(self, predicate: p.Predicate) -> None:
        match predicate:
            case p.And() | p.Or():
                for part in predicate.parts:
                    self._register(part)
            case p.Not():
                self._register(predicate.part)
            case _:
                if not isinstance(predicate, _ResultTest | p.Constant):
                    self._questions.test(predicate)

    def outcome(self, answers: Answers | None) -> Outcome | None:
        """What the card says of a lead."""
        return None if answers is None else _Adding(self._card, answers, self._questions).outcome()

    def fired(self, answers: Answers) -> tuple[tuple[int, p.Rule], ...]:
        """The rules that hold, with their points, before sections are asked."""
        return tuple((answers[n], rule) for n, rule in self._rules if n in answers)


class _Adding:
    """One lead of one card being added up."""

    def __init__(self, card: p.Plan, answers: Answers, questions: Questions) -> None:
        self.card, self.answers, self.questions = card, answers, questions
        open_ = {s.name for s in card.sections if self._holds(s.when)}
        self.fired = [
            (answers[number], rule)
            for rule in card.rules
            if (number := questions.rule(rule)) in answers and rule.section in open_
        ]
        best = {s.name: self._best(s) for s in card.sections if s.best_only}
        self.left_out = {
            rule.line
            for _, rule in self.fired
            if rule.scored and rule.section in best and best[rule.section] is not rule
        }
        self.sections = {s.name: self._total(s, open_) for s in card.sections}
        self.raw = sum(self.sections.values())
        self.score = _clamped(self.raw, card.score_low, card.score_high)
        self.flags = _distinct([r.flag for _, r in self.fired if r.flag is not None])
        self.conversions = _distinct([r.label or r.text for _, r in self.fired if r.key_conversion])
        self.tier = next((t for t in card.tiers if self._holds(t.when)), None)
        self.grade = self._grade()
        self.must_haves = self._must_haves()
        self.disqualified = any(rule.disqualify for _, rule in self.fired)

    def _best(self, section: p.Section) -> p.Rule | None:
        rivals = [(n, r) for n, r in self.fired if r.section == section.name and r.scored]
        return max(rivals, key=lambda one: one[0])[1] if rivals else None

    def _total(self, section: p.Section, open_: set[str]) -> int:
        if section.name not in open_:
            return 0
        added = sum(
            n
            for n, r in self.fired
            if r.section == section.name and r.scored and r.line not in self.left_out
        )
        return _clamped(added, section.minimum, section.maximum)

    def _grade(self) -> str | None:
        grades = self.card.grades
        if grades is None:
            return None
        total = self.sections[grades.section]
        return next((g for g, least in grades.steps if least is None or total >= least), None)

    def _must_haves(self) -> bool | None:
        needed = self.card.must_haves
        if needed is None:
            return None
        return sum(self._holds(r.when) for r in needed.requirements) >= needed.at_least

    def _stage(self) -> p.Stage:
        if self.disqualified:
            return _DISQUALIFIED
        return next((s for s in self.card.stages if self._holds(s.when)), _NO_STAGE)

    def _holds(self, predicate: p.Predicate) -> bool:
        match predicate:
            case p.Constant():
                return predicate.value
            case p.And():
                return all(self._holds(part) for part in predicate.parts)
            case p.Or():
                return any(self._holds(part) for part in predicate.parts)
            case p.Not():
                return not self._holds(predicate.part)
            case _:
                if isinstance(predicate, _ResultTest):
                    return self._result(predicate)
                return holds(self.questions.test(predicate), self.answers)

    def _result(self, test: _ResultTest) -> bool:
        match test:
            case p.ScoreIn():
                total = self.score if test.section is None else self.sections[test.section]
                above = test.low is None or total >= test.low
                return above and (test.high is None or total < test.high)
            case p.GradeIn():
                return self.grade in test.letters
            case p.TierIn():
                return self.tier is not None and self.tier.name in test.names
            case p.HasFlag():
                return test.flag in self.flags
            case p.HasKeyConversion():
                return bool(self.conversions)
            case p.MustHavesMet():
                return bool(self.must_haves)

    def outcome(self) -> Outcome:
        stage = self._stage()
        shown = self.score + (self.tier.number * 100_000 if self.tier else 0)
        values: dict[str, Value] = {
            "score": _points(self.score),
            "raw_score": _points(self.raw),
            "displayed": _points(shown),
            "stage": stage.name,
            "grade": self.grade,
            "tier": self.tier.name if self.tier else None,
            "disqualified": self.disqualified,
            "flags": JOIN_TEXT.join(self.flags),
            "key_conversions": JOIN_TEXT.join(self.conversions),
            "must_haves": self.must_haves,
            "route": stage.route,
            "respond_within": stage.respond_within,
            "notify": stage.notify,
        }
        for section in self.card.sections:
            values[f"section_{section.column}"] = _points(self.sections[section.name])
        return Outcome(values=values, reasons=tuple(self._reasons()))

    def _reasons(self) -> list[Reason]:
        return [
            Reason(
                line=rule.line,
                rule=rule.text,
                section=rule.section,
                points=_points(points),
                counted=rule.line not in self.left_out,
                events=0,
                latest=None,
            )
            for points, rule in sorted(self.fired, key=lambda one: one[1].line)
        ]


def _clamped(points: int, least: int | None, most: int | None) -> int:
    after = points if most is None else min(points, most)
    return after if least is None else max(after, least)


def _points(hundredths: int) -> Decimal:
    return (Decimal(hundredths) / 100).quantize(Decimal("0.01"))


def _distinct(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))

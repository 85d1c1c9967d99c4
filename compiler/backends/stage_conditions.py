"""What the conditions of stages ask besides the results of the score."""

from __future__ import annotations

from leadcard.compiler import plan as p


def asked_by(predicate: p.Predicate) -> list[p.Predicate]:
    """The parts of a stage's condition that ask leads or events, in the order of the text."""
    match predicate:
        case p.And() | p.Or():
            return [found for part in predicate.parts for found in asked_by(part)]
        case p.Not():
            return asked_by(predicate.part)
        case p.Constant() | p.ScoreIn() | p.GradeIn() | p.TierIn() | p.HasFlag():
            return []
        case p.HasKeyConversion() | p.MustHavesMet():
            return []
        case _:
            return [predicate]

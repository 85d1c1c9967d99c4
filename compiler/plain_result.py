"""Results in conditions of stages: `score is 60+`, `at least 60 points`, `fit score over 30`."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from leadcard.compiler.scope import Scope, joined
from leadcard.compiler.text import name_form
from leadcard.dsl import ast
from leadcard.dsl.ast import FieldOp

_I = TypeVar("_I", ast.Bare, ast.OpTest)
_SCORE = frozenset(
    {"score", "total score", "the score", "points", "lead score", "total", "a score"}
)


def plain_result(scope: Scope, item: _I) -> _I | ast.Bare:
    """A range of the score or of a section; anything else, and outside stages, as it is."""
    if not scope.results:
        return item
    if isinstance(item, ast.OpTest):
        ranged = item.op is FieldOp.IS and isinstance(item.test, ast.NumberRange)
        words = _total(scope, item.subject) if ranged else None
        if words is None or not isinstance(item.test, ast.NumberRange):
            return item
        return ast.Bare(words=words, test=item.test, span=item.span)
    test = item.amount if item.count_first else item.test
    if not isinstance(test, ast.NumberRange):
        return item
    words = _total(scope, item.words)
    if words is None:
        return item
    return replace(item, words=words, test=test, count=None, count_first=False, amount=None)


def _total(scope: Scope, words: ast.Words) -> ast.Words | None:
    """The words of a section, none for the whole score; None for other words."""
    if not words or any(word.quoted for word in words):
        return None
    text = name_form(joined(words))
    if text in scope.sections:
        return words
    for ending in (" score", " points", " total", " of", " score of", " section"):
        short = text.removesuffix(ending)
        if short != text and short in scope.sections:
            return words[: len(short.split(" "))]
    text = text.removesuffix(" of")
    return () if text in _SCORE else None

"""The passes, in order: text, syntax tree, bound card, plan; warnings beside them.

Each pass is a function from one value to a new one and a tuple of diagnostics. `check_source` runs
them all; a pass whose input has errors still runs as far as it can, so that one run shows every
mistake.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from leadcard.compiler import bound
from leadcard.compiler.consequences import without_consequences
from leadcard.compiler.lint import lint
from leadcard.compiler.lower import lower
from leadcard.compiler.plain import plain_card
from leadcard.compiler.plan import Plan
from leadcard.compiler.resolve import resolve
from leadcard.compiler.simplify import simplify
from leadcard.compiler.sound_fix import with_sound_fix
from leadcard.compiler.text import name_form
from leadcard.compiler.tier_range import tier_range
from leadcard.compiler.vocabulary import Vocabulary
from leadcard.dsl import ast
from leadcard.dsl.diagnostics import Diagnostic, in_order
from leadcard.dsl.parser import parse
from leadcard.dsl.read import read_source
from leadcard.dsl.record import dataclass
from leadcard.dsl.source import Source, Span

COMPILER_VERSION = "1"

PASSES = (
    ("parse", "text to syntax tree", "dsl/parser.py"),
    ("plain", "natural phrasing to the plain form", "compiler/plain.py"),
    ("resolve", "words to vocabulary entries", "compiler/resolve.py"),
    ("lower", "bound card to plan", "compiler/lower.py"),
    ("simplify", "plan to smaller equal plan", "compiler/simplify.py"),
    ("lint", "warnings", "compiler/lint/"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A card after all passes; `plan` is None where there were errors."""

    source: Source | None
    card: ast.Scorecard | None
    bound: bound.Card | None
    plan: Plan | None
    vocabulary: Vocabulary
    diagnostics: tuple[Diagnostic, ...]

    @property
    def ok(self) -> bool:
        """Whether there were no errors."""
        return not any(d.is_error for d in self.diagnostics)


def check_source(source: Source, vocabulary: Vocabulary, *, folder: Path | None = None) -> Checked:
    """All passes over one card; `folder` is where its list files are (default: beside it)."""
    written, found = parse(source)
    card = plain_card(written, vocabulary)
    bound_card, more = resolve(card, vocabulary, folder)
    found += tuple(map(with_sound_fix, without_consequences(more, of=found)))
    version = card_version(source, bound_card)
    made, more = lower(bound_card, version)
    found += more
    found += tier_range(bound_card, made)
    failed = any(d.is_error for d in found)
    if not failed and not made.rules:
        found += (_no_rules(source),)
        failed = True
    plan = None if failed else simplify(made)
    found += lint(card, bound_card, plan)
    if any(d.is_error for d in found):
        plan = None
    return Checked(
        source=source,
        card=card,
        bound=bound_card,
        plan=plan,
        vocabulary=vocabulary,
        diagnostics=in_order(found),
    )


def _no_rules(source: Source) -> Diagnostic:
    return Diagnostic(
        code="R123",
        message="the card has no rules",
        source=source,
        span=Span(0, 0),
        hint="a rule is written `visited pricing: +15`",
    )


def check_file(path: Path, *, vocabulary: Path | None = None) -> Checked:
    """Read and check one card with the vocabulary found for it."""
    from leadcard.compiler.vocabulary_file import load_vocabulary

    words, found = load_vocabulary(path, explicit=vocabulary)
    source = read_source(path)
    if isinstance(source, Diagnostic):
        return Checked(
            source=None,
            card=None,
            bound=None,
            plan=None,
            vocabulary=words,
            diagnostics=(*found, source),
        )
    checked = check_source(source, words, folder=path.parent)
    plan = None if any(d.is_error for d in found) else checked.plan
    return Checked(
        source=source,
        card=checked.card,
        bound=checked.bound,
        plan=plan,
        vocabulary=words,
        diagnostics=found + checked.diagnostics,
    )


def card_version(source: Source, card: bound.Card) -> str:
    """Twelve hex digits that change with the card, its vocabulary, its lists or the compiler."""
    digest = hashlib.sha256()
    lists = "\n".join(
        f"{name_form(w.name)}\0" + "\0".join(w.load())
        for w in sorted(card.lists, key=lambda w: w.name)
    )
    for part in (COMPILER_VERSION, source.text, card.vocabulary.digest, lists):
        digest.update(part.encode("utf-8", "surrogatepass"))
        digest.update(b"\1")
    return digest.hexdigest()[:12]

"""What is built from a card: its files by their paths in the folder of artefacts.

    python/north/inbound.py           the module
    sql/postgres/north/inbound.sql    the statement, and beside it that of the reasons
    sql/leadcard_lists/north/inbound.csv
    dbt/…                             one project for all cards

None of them holds a moment to score for, a time or a path of the machine that built it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from keyword import iskeyword
from pathlib import Path, PurePosixPath
from typing import Final

from leadcard.compiler.backends.dbt import model_word, to_dbt
from leadcard.compiler.backends.long_lists import list_rows
from leadcard.compiler.backends.python import to_python
from leadcard.compiler.backends.sql import to_reasons_sql, to_sql
from leadcard.compiler.backends.sql_facts import AsOf, Facts, Unsupported
from leadcard.compiler.pipeline import Checked
from leadcard.compiler.plan import Plan
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.runtime.gate.manifest import place_in
from leadcard.runtime.harness.dbt_samples import dbt_samples
from leadcard.runtime.harness.runner import unsupported_line
from leadcard.runtime.harness.samples import SampleFile

_AS_OF: Final = AsOf(parameter="as_of")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card to build from.

    `place` is its path in the project without the ending: `north/inbound`. `dialects` are those of
    its statements, `dbt` that of its models.
    """

    place: PurePosixPath
    checked: Checked
    plan: Plan
    samples: SampleFile
    dialects: tuple[str, ...]
    dbt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The files of all cards by path, or why there are none."""

    files: Mapping[str, bytes]
    diagnostics: tuple[Diagnostic, ...] = ()


def made(cards: Sequence[Card]) -> Made:
    """The files of some cards, which must not get into each other's way."""
    files: dict[str, bytes] = {}
    owners: dict[str, tuple[str, Card]] = {}
    problems: list[Diagnostic] = []
    for card in cards:
        own = _files(card)
        if isinstance(own, Diagnostic):
            problems.append(own)
            continue
        for path, text in own.items():
            content = text.encode("utf-8")
            # Some file systems take names that differ in case for one.
            name, owner = owners.setdefault(path.casefold(), (path, card))
            if owner is not card and files[name] != content:
                problems.append(_same_file(path, owner, card))
                break
            files[name] = content
    return Made(files={} if problems else files, diagnostics=tuple(problems))


def _same_file(path: str, first: Card, second: Card) -> Diagnostic:
    return Diagnostic(
        code="G109",
        message=f"`{first.place}.scorecard` and `{second.place}.scorecard` both make `{path}`",
        path=second.checked.source.path if second.checked.source else None,
        hint="give one of them another name",
    )


def _files(card: Card) -> dict[str, str] | Diagnostic:
    """The files of one card, or what a database cannot say."""
    module = "/".join(map(_module_word, card.place.parts))
    files = {f"python/{module}.py": to_python(card.plan)}
    for dialect in card.dialects:
        try:
            files |= _statements(card, dialect)
        except Unsupported as missing:
            return _unsupported(card, missing, f"`{dialect}`")
    if card.plan.lists and card.dialects:
        files[f"sql/leadcard_lists/{card.place}.csv"] = list_rows(card.plan)
    if card.dbt is not None:
        try:
            models = _models(card, card.dbt)
        except Unsupported as missing:
            return _unsupported(card, missing, f"dbt on `{card.dbt}`")
        files |= {f"dbt/{path}": text for path, text in models.items()}
    return files


def _unsupported(card: Card, missing: Unsupported, where: str) -> Diagnostic:
    hint = f"leave {where} out of what is built"
    return replace(unsupported_line(card.checked, missing), hint=hint)


def _statements(card: Card, dialect: str) -> dict[str, str]:
    path = f"sql/{dialect}/{card.place}"
    facts = Facts(events_unique=card.checked.vocabulary.events_unique)
    why = to_reasons_sql(card.plan, as_of=_AS_OF, dialect=dialect, facts=facts)
    return {
        f"{path}.sql": to_sql(card.plan, as_of=_AS_OF, dialect=dialect, facts=facts),
        f"{path}.reasons.sql": why,
    }


def _models(card: Card, dialect: str) -> Mapping[str, str]:
    name = card.place.name
    tests = dbt_samples(card.plan, card.samples, model_word(name)).tests
    return to_dbt(card.plan, card.checked.vocabulary, card=name, dialect=dialect, unit_tests=tests)


def _module_word(name: str) -> str:
    """A name that Python can import, in any script."""
    word = re.sub(r"\W+", "_", name)
    return word if word.isidentifier() and not iskeyword(word) else f"card_{word}"


def place_of(card: Path, project: Path) -> PurePosixPath:
    """Where a card lies in the project, without its ending."""
    return PurePosixPath(place_in(project, card)).with_suffix("")


def dialects_of(cards: Sequence[Card]) -> tuple[str, ...]:
    """Every database that something is built for."""
    named = chain.from_iterable((*one.dialects, *([one.dbt] if one.dbt else ())) for one in cards)
    return tuple(dict.fromkeys(named))

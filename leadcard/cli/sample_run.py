"""The sample leads of all cards that a command is about: run, or why they cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from leadcard.cli.cards import Found
    from leadcard.cli.quality import Ran
    from leadcard.dsl.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRun:
    """How to run the samples of cards."""

    engines: tuple[str, ...]
    part: str | None
    fail_fast: bool
    vocabulary: Path | None

    def cards(self, found: Found, named: frozenset[Path]) -> tuple[list[Ran], list[Diagnostic]]:
        """The results of all cards that can be run, and why the others cannot."""
        from leadcard.cli.cards import STDIN, samples_of

        results: list[Ran] = []
        problems = [*found.diagnostics, *orphans(found.cards, named)]
        without: list[Path] = []
        for card in found.cards:
            if card == STDIN:
                raise click.UsageError("a card from standard input has no sample leads beside it")
            samples = samples_of(card)
            if not samples.exists() and not named & {card, samples}:
                without.append(card)
                continue
            result = self._card(card, samples, problems)
            if result is not None:
                results.append(result)
            if self.fail_fast and (problems or any(r.result.failed for r in results)):
                break
        if not results and not problems:
            problems.append(_nothing_run(without, self.part))
        return results, problems

    def warnings(self, ran: Sequence[Ran]) -> list[Diagnostic]:
        """What is missing from whole suites; a part of one says nothing of that."""
        from leadcard.runtime.harness.suite import suite_warnings, unreviewed

        if self.part is not None or self.fail_fast:
            return [found for one in ran for found in unreviewed(one.result.file)]
        return [found for one in ran for found in suite_warnings(one.checked, one.plan, one.result)]

    def _card(self, card: Path, path: Path, problems: list[Diagnostic]) -> Ran | None:
        """The result of one card; None where it has no sample to run or cannot be run."""
        from leadcard.cli.checking import check_card
        from leadcard.cli.quality import Ran
        from leadcard.dsl.diagnostics import Diagnostic
        from leadcard.dsl.read import read_source
        from leadcard.runtime.harness.read_samples import read_samples
        from leadcard.runtime.harness.runner import only_named, run_samples, until_failure

        checked = check_card(card, self.vocabulary)
        problems += [one for one in checked.diagnostics if one.is_error]
        if checked.plan is None:
            return None
        source = read_source(path)
        if isinstance(source, Diagnostic):
            problems.append(source if path.exists() else _no_samples(card, path))
            return None
        file, found = read_samples(source, checked, checked.plan)
        problems += found
        if file is None:
            return None
        file = only_named(file, self.part)
        if not file.samples:
            return None
        result = run_samples(checked, checked.plan, file, self.engines)
        if isinstance(result, Diagnostic):
            problems.append(result)
            return None
        result = until_failure(result) if self.fail_fast else result
        return Ran(checked=checked, plan=checked.plan, result=result)


def orphans(cards: Sequence[Path], named: frozenset[Path]) -> list[Diagnostic]:
    """Files of sample leads beside the cards of a folder that belong to none of them."""
    from leadcard.cli.cards import SAMPLES_SUFFIX, STDIN, card_of, samples_of
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.dsl.nearest import nearest

    known = {samples_of(card) for card in cards if card != STDIN}
    found = []
    for folder in dict.fromkeys(c.parent for c in cards if c not in named and c != STDIN):
        free = [s.name for s in known if s.parent == folder and not s.exists()]
        for path in sorted(folder.glob(f"*{SAMPLES_SUFFIX}")):
            if path in known or path.name.startswith(".") or card_of(path).exists():
                continue
            near = nearest(path.name, free) or (free[0] if len(free) == 1 else None)
            found.append(
                Diagnostic(
                    code="T121",
                    message=f"`{path}` has no scorecard: there is no `{card_of(path).name}`",
                    path=str(path),
                    hint=f"did you mean `{near}`?" if near else "name it as its scorecard",
                )
            )
    return found


def _no_samples(card: Path, path: Path) -> Diagnostic:
    from leadcard.dsl.diagnostics import Diagnostic

    return Diagnostic(
        code="T119",
        message=f"`{card}` has no sample leads",
        path=str(card),
        hint=f"write them into `{path}`, or see what `leadcard test --suggest` writes",
    )


def _nothing_run(without: Sequence[Path], part: str | None) -> Diagnostic:
    from leadcard.cli.cards import samples_of
    from leadcard.dsl.diagnostics import Diagnostic

    if part is not None:
        return Diagnostic(code="F105", message=f"no sample lead is called `{part}`")
    if without:
        return _no_samples(without[0], samples_of(without[0]))
    return Diagnostic(code="F105", message="there is no scorecard to test")

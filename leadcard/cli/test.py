"""`leadcard test`: run sample leads through their scorecards."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from leadcard.cli.console import FINDINGS, FINE, emit, has_color
from leadcard.cli.output import spares, write_file
from leadcard.cli.usage import examples, shape_option, vocabulary_option

if TYPE_CHECKING:
    from leadcard.cli.cards import Found
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.runtime.harness.runner import FileResult

ENGINES: Final = ("python", "duckdb")


@click.command(
    epilog=examples(
        ("leadcard test", "all scorecards in this folder and below that have sample leads"),
        ("leadcard test inbound.scorecard -k student", "only the sample leads called so"),
        ("leadcard test --engine python", "on one engine only"),
        ("leadcard test --format json > report.json", "for programs"),
    )
)
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option("-k", "part", metavar="TEXT", help="Only samples with TEXT in name or buyer stage.")
@click.option("--fail-fast", is_flag=True, help="Stop at the first sample that fails.")
@click.option(
    "--engine",
    "engine",
    metavar="NAMES",
    default=",".join(ENGINES),
    show_default=True,
    help="Where to run them; several engines must agree in every value.",
)
@click.option(
    "--junit",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write the result as JUnit XML, for CI systems.",
)
@vocabulary_option
@shape_option
def command(
    paths: tuple[Path, ...],
    part: str | None,
    fail_fast: bool,
    engine: str,
    junit: Path | None,
    vocabulary: Path | None,
    shape: str,
) -> int:
    """Run sample leads through their scorecards.

    The sample leads of `inbound.scorecard` lie beside it in `inbound.leads.yaml`. PATH is a
    scorecard, a file of sample leads or a folder; without any, the current folder. Exits with 1 if
    a sample fails, and also if there was nothing to run.
    """
    from leadcard.cli.cards import find, samples_of

    run = _Run(engines=_engines(engine), part=part, fail_fast=fail_fast, vocabulary=vocabulary)
    found = find(paths)
    samples = (samples_of(card) for card in found.cards)
    if not spares(junit, (*found.cards, *samples, *found.vocabularies)):
        return FINDINGS
    results, problems = run.cards(found, _named(paths))
    kept = junit is None or _write_junit(junit, results)
    code = _show(results, problems, shape)
    return code if kept else FINDINGS


def _engines(names: str) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(n.strip().lower() for n in names.split(",") if n.strip()))
    unknown = next((n for n in chosen if n not in ENGINES), None)
    if unknown is not None or not chosen:
        what = f"there is no engine `{unknown}`" if unknown else "name an engine"
        raise click.UsageError(f"{what}; there are {' and '.join(ENGINES)}")
    return chosen


def _named(paths: Sequence[Path]) -> frozenset[Path]:
    """The paths that are no folders: what they name must have sample leads."""
    return frozenset(path for path in paths if not path.is_dir())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """How to run the samples of cards."""

    engines: tuple[str, ...]
    part: str | None
    fail_fast: bool
    vocabulary: Path | None

    def cards(
        self, found: Found, named: frozenset[Path]
    ) -> tuple[list[FileResult], list[Diagnostic]]:
        """The results of all cards that can be run, and why the others cannot."""
        from leadcard.cli.cards import STDIN, samples_of

        results: list[FileResult] = []
        problems = [*found.diagnostics, *_orphans(found.cards, named)]
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
            if self.fail_fast and (problems or any(r.failed for r in results)):
                break
        if not results and not problems:
            problems.append(_nothing_run(without, self.part))
        return results, problems

    def _card(self, card: Path, path: Path, problems: list[Diagnostic]) -> FileResult | None:
        """The result of one card; None where it has no sample to run or cannot be run."""
        from leadcard.cli.checking import check_card
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
        return until_failure(result) if self.fail_fast else result


def _orphans(cards: Sequence[Path], named: frozenset[Path]) -> list[Diagnostic]:
    """Files of sample leads beside the cards of a folder that belong to none of them."""
    from leadcard.cli.cards import SAMPLES_SUFFIX, STDIN, samples_of
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.dsl.nearest import nearest

    known = {samples_of(card) for card in cards if card != STDIN}
    found = []
    for folder in dict.fromkeys(c.parent for c in cards if c not in named and c != STDIN):
        free = [s.name for s in known if s.parent == folder and not s.exists()]
        for path in sorted(folder.glob(f"*{SAMPLES_SUFFIX}")):
            if path in known or path.name.startswith(".") or _card_of(path).exists():
                continue
            near = nearest(path.name, free) or (free[0] if len(free) == 1 else None)
            found.append(
                Diagnostic(
                    code="T121",
                    message=f"`{path}` has no scorecard: there is no `{_card_of(path).name}`",
                    path=str(path),
                    hint=f"did you mean `{near}`?" if near else "name it as its scorecard",
                )
            )
    return found


def _card_of(samples: Path) -> Path:
    from leadcard.cli.cards import CARD_SUFFIX, SAMPLES_SUFFIX

    return samples.with_name(samples.name.removesuffix(SAMPLES_SUFFIX) + CARD_SUFFIX)


def _no_samples(card: Path, path: Path) -> Diagnostic:
    from leadcard.dsl.diagnostics import Diagnostic

    return Diagnostic(
        code="T119",
        message=f"`{card}` has no sample leads",
        path=str(card),
        hint=f"write them into `{path}`",
    )


def _nothing_run(without: Sequence[Path], part: str | None) -> Diagnostic:
    from leadcard.cli.cards import samples_of
    from leadcard.dsl.diagnostics import Diagnostic

    if part is not None:
        return Diagnostic(code="F105", message=f"no sample lead is called `{part}`")
    if without:
        return _no_samples(without[0], samples_of(without[0]))
    return Diagnostic(code="F105", message="there is no scorecard to test")


def _write_junit(path: Path, results: Sequence[FileResult]) -> bool:
    from leadcard.runtime.harness.report import junit_report

    return write_file(path, junit_report(results))


def _show(results: Sequence[FileResult], problems: Sequence[Diagnostic], shape: str) -> int:
    from leadcard.cli.findings import distinct, show
    from leadcard.runtime.harness.report import json_report, text_report

    found = distinct(problems)
    if shape == "json":
        import json

        from leadcard.dsl.render import to_json

        emit(json.dumps(json_report(results) | to_json(found), ensure_ascii=False, indent=2))
    else:
        if results:
            emit(text_report(results, color=has_color(sys.stdout)))
        show(found)
    failed = any(one.is_error for one in found) or any(result.failed for result in results)
    return FINDINGS if failed else FINE

"""`leadcard test`: run sample leads through their scorecards."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from leadcard.cli.console import FINDINGS, FINE, emit, has_color
from leadcard.cli.output import spares, write_file
from leadcard.cli.quality import quality_options
from leadcard.cli.usage import (
    as_of_option,
    examples,
    shape_option,
    strict_option,
    vocabulary_option,
)

if TYPE_CHECKING:
    from leadcard.cli.cards import Found
    from leadcard.cli.quality import Added, Ran
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.runtime.harness.runner import FileResult

ENGINES: Final = ("python", "duckdb", "sqlite")
_USUAL: Final = "python,duckdb"
_QUALITY: Final = ("coverage", "min_coverage", "mutate", "generated", "seed")


@click.command(
    epilog=examples(
        ("leadcard test", "all scorecards in this folder and below that have sample leads"),
        ("leadcard test inbound.scorecard -k student", "only the sample leads called so"),
        ("leadcard test --engine python", "on one engine only"),
        ("leadcard test --format json > report.json", "for programs"),
        ("leadcard test --coverage --mutate --random 200", "how good the samples are"),
        ("leadcard test --suggest >> inbound.leads.yaml", "sample leads for what is missing"),
        ("leadcard test --update", "propose what is expected, for review"),
        (
            "leadcard test inbound.scorecard --sample leads.csv --events events.csv",
            "an assortment of real leads to look at",
        ),
    )
)
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option("-k", "part", metavar="TEXT", help="Only samples with TEXT in name or buyer stage.")
@click.option("--fail-fast", is_flag=True, help="Stop at the first sample that fails.")
@click.option(
    "--engine",
    "engine",
    metavar="NAMES",
    default=_USUAL,
    show_default=True,
    help="Where to run them; several engines must agree in every value.",
)
@click.option(
    "--junit",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write the result as JUnit XML, for CI systems.",
)
@quality_options
@click.option("--suggest", is_flag=True, help="Print sample leads for what no sample shows.")
@click.option("--update", is_flag=True, help="Propose what is expected, marked `# unreviewed`.")
@click.option(
    "--sample",
    "leads",
    multiple=True,
    metavar="F",
    help="Show an assortment of the real leads of a file, some of each stage.",
)
@click.option("--events", multiple=True, metavar="F", help="Events of the leads of --sample.")
@as_of_option
@click.option(
    "--size",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="How many leads --sample shows.",
)
@strict_option
@vocabulary_option
@shape_option
def command(paths: tuple[Path, ...], vocabulary: Path | None, shape: str, **rest: Any) -> int:
    """Run sample leads through their scorecards.

    The sample leads of `inbound.scorecard` lie beside it in `inbound.leads.yaml`. PATH is a
    scorecard, a file of sample leads or a folder; without any, the current folder. Exits with 1 if
    a sample fails, and also if there was nothing to run. Warnings of a suite that is not whole fail
    it with --strict only.
    """
    from leadcard.cli import sample_writing
    from leadcard.cli.cards import find

    engines = _engines(rest["engine"])
    _refuse_two(rest)
    found = find(paths)
    if rest["leads"]:
        if len(found.cards) != 1:
            raise click.UsageError("--sample needs one scorecard")
        wanted = {key: rest[key] for key in ("leads", "events", "as_of", "seed")}
        (card,) = found.cards
        return sample_writing.draw(card, vocabulary, many=rest["size"], shape=shape, **wanted)
    if rest["suggest"] and found.cards:
        return sample_writing.suggest(found.cards, vocabulary, rest["as_of"])
    return _tested(found, _named(paths), engines, vocabulary, shape, rest)


def _refuse_two(rest: Mapping[str, Any]) -> None:
    """Each of these writes something else to stdout, or changes files."""
    names = {"suggest": "--suggest", "update": "--update", "leads": "--sample"}
    given = [option for key, option in names.items() if rest[key]]
    if len(given) > 1:
        raise click.UsageError(f"{' and '.join(given)} do not go together")
    if rest["events"] and not rest["leads"]:
        raise click.UsageError("--events goes with --sample")


def _tested(
    found: Found,
    named: frozenset[Path],
    engines: tuple[str, ...],
    vocabulary: Path | None,
    shape: str,
    rest: Mapping[str, Any],
) -> int:
    """Run the samples, and show them with all else that was asked for."""
    from leadcard.cli import sample_writing
    from leadcard.cli.cards import samples_of
    from leadcard.cli.quality import Asked, added

    junit: Path | None = rest["junit"]
    samples = (samples_of(card) for card in found.cards)
    if not spares(junit, (*found.cards, *samples, *found.vocabularies)):
        return FINDINGS
    before = sample_writing.update(found.cards, vocabulary) if rest["update"] else []
    run = _Run(
        engines=engines, part=rest["part"], fail_fast=rest["fail_fast"], vocabulary=vocabulary
    )
    ran, problems = run.cards(found, named)
    asked = Asked(engines=engines, **{key: rest[key] for key in _QUALITY})
    more = added(ran, asked)
    results = [one.result for one in ran]
    kept = junit is None or _write_junit(junit, results)
    problems = [*before, *problems, *run.warnings(ran), *more.problems]
    code = _show(results, problems, more, shape, strict=rest["strict"])
    return code if kept else FINDINGS


def _engines(names: str) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(n.strip().lower() for n in names.split(",") if n.strip()))
    unknown = next((n for n in chosen if n not in ENGINES), None)
    if unknown is not None or not chosen:
        what = f"there is no engine `{unknown}`" if unknown else "name an engine"
        raise click.UsageError(f"{what}; there are {', '.join(ENGINES)}")
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

    def cards(self, found: Found, named: frozenset[Path]) -> tuple[list[Ran], list[Diagnostic]]:
        """The results of all cards that can be run, and why the others cannot."""
        from leadcard.cli.cards import STDIN, samples_of

        results: list[Ran] = []
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


def _show(
    results: Sequence[FileResult],
    problems: Sequence[Diagnostic],
    more: Added,
    shape: str,
    *,
    strict: bool,
) -> int:
    from leadcard.cli.findings import distinct, show
    from leadcard.runtime.harness.report import json_report, text_report

    found = distinct(problems, strict=strict)
    if shape == "json":
        import json

        from leadcard.dsl.render import to_json

        whole = json_report(results) | more.parts | to_json(found)
        emit(json.dumps(whole, ensure_ascii=False, indent=2))
    else:
        if results:
            report = text_report(results, color=has_color(sys.stdout))
            emit("\n\n".join([report, *more.blocks]))
        show(found)
    failed = any(one.is_error for one in found) or any(result.failed for result in results)
    return FINDINGS if failed else FINE

"""`leadcard test`: run sample leads through their scorecards."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from click.core import ParameterSource

from leadcard.cli.cards import STDIN
from leadcard.cli.console import FINDINGS, FINE, emit, has_color
from leadcard.cli.engine_option import engine_option, engines_of
from leadcard.cli.output import spares, write_file
from leadcard.cli.quality import quality_options
from leadcard.cli.sample_run import SampleRun
from leadcard.cli.usage import (
    as_of_option,
    examples,
    shape_option,
    strict_option,
    vocabulary_option,
)

if TYPE_CHECKING:
    from leadcard.cli.cards import Found
    from leadcard.cli.quality import Added
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.runtime.harness.runner import FileResult

_USUAL: Final = "python,duckdb"
_SIZE: Final = 20
_QUALITY: Final = ("coverage", "min_coverage", "mutate", "generated", "seed")
# What runs no samples, and the options that it takes besides PATH and the vocabulary.
_INSTEAD: Final = {
    "suggest": ("--suggest", ("as_of",)),
    "leads": ("--sample", ("events", "as_of", "size", "seed", "shape")),
}


@click.command(
    epilog=examples(
        ("leadcard test", "all scorecards in this folder and below that have sample leads"),
        ("leadcard test inbound.scorecard -k student", "only the sample leads called so"),
        ("leadcard test --engine python", "on one engine only"),
        ("leadcard test --engine python,duckdb,postgres,spark", "all of these must agree"),
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
@engine_option(_USUAL, "Where to run them; several engines must agree in every value.")
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
    metavar="N",
    help=f"How many leads --sample shows.  [default: {_SIZE}; x>=1]",
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

    engines = engines_of(rest["engine"])
    if not engines:
        raise click.UsageError("name an engine")
    _refuse_two(rest)
    found = find(paths)
    if rest["leads"]:
        if len(found.cards) != 1:
            raise click.UsageError("--sample needs one scorecard")
        wanted = {key: rest[key] for key in ("leads", "events", "as_of", "seed")}
        (card,) = found.cards
        return sample_writing.draw(
            card, vocabulary, many=rest["size"] or _SIZE, shape=shape, **wanted
        )
    if rest["suggest"] and found.cards:
        return sample_writing.suggest(found.cards, vocabulary, rest["as_of"])
    return _tested(found, _named(paths), engines, vocabulary, shape, rest)


def _refuse_two(rest: Mapping[str, Any]) -> None:
    """Each of these writes something else to stdout, or changes files."""
    given = _given()
    for key, (option, with_it) in _INSTEAD.items():
        apart = [name for other, name in given.items() if other not in (key, *with_it)]
        if rest[key] and apart:
            raise click.UsageError(f"{option} and {apart[0]} do not go together")
    if rest["junit"] == STDIN:
        raise click.UsageError("--junit needs a file: standard output has the report")
    for key in ("events", "size"):
        if rest[key] and not rest["leads"]:
            raise click.UsageError(f"--{key} goes with --sample")
    if "seed" in given and not (rest["leads"] or rest["generated"]):
        raise click.UsageError("--seed goes with --random or --sample")
    if rest["as_of"] is not None and not (rest["leads"] or rest["suggest"]):
        raise click.UsageError("sample leads say themselves as of when; --as-of goes with --sample")


def _given() -> dict[str, str]:
    """The options of the command line that say what to do, by the name of their value."""
    context = click.get_current_context()
    return {
        str(option.name): option.opts[0]
        for option in context.command.params
        if isinstance(option, click.Option)
        and option.name != "vocabulary"
        and context.get_parameter_source(str(option.name)) is ParameterSource.COMMANDLINE
    }


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
    from leadcard.cli.findings import distinct
    from leadcard.cli.quality import Added, Asked, added
    from leadcard.runtime.data_error import DataError

    junit: Path | None = rest["junit"]
    part: str | None = rest["part"]
    samples = (samples_of(card) for card in found.cards)
    if not spares(junit, (*found.cards, *samples, *found.vocabularies)):
        return FINDINGS
    before = sample_writing.update(found.cards, vocabulary, part) if rest["update"] else []
    run = SampleRun(engines=engines, part=part, fail_fast=rest["fail_fast"], vocabulary=vocabulary)
    asked = Asked(engines=engines, **{key: rest[key] for key in _QUALITY})
    try:
        ran, problems = run.cards(found, named)
        more = added(ran, asked)
    except DataError as error:
        ran, problems, more = [], list(error.diagnostics), Added()
    results = [one.result for one in ran]
    problems = [*before, *problems, *run.warnings(ran), *more.problems]
    whole = distinct(problems, strict=rest["strict"])
    kept = junit is None or _write_junit(junit, results, whole)
    code = _show(results, whole, more, shape)
    return code if kept else FINDINGS


def _named(paths: Sequence[Path]) -> frozenset[Path]:
    """The paths that are no folders: what they name must have sample leads."""
    return frozenset(path for path in paths if not path.is_dir())


def _write_junit(path: Path, results: Sequence[FileResult], found: tuple[Diagnostic, ...]) -> bool:
    from leadcard.runtime.harness.junit import junit_report

    return write_file(path, junit_report(results, [one for one in found if one.is_error]))


def _show(
    results: Sequence[FileResult], found: tuple[Diagnostic, ...], more: Added, shape: str
) -> int:
    from leadcard.cli.findings import show
    from leadcard.runtime.harness.report import json_report, text_report

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

"""`leadcard verify`: tell whether what was built still is what its scorecards say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from leadcard.cli.console import say
from leadcard.cli.usage import examples, format_option, vocabulary_option

if TYPE_CHECKING:
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.runtime.gate.matching import CardNow


@click.command(
    epilog=examples(
        ("leadcard verify", "the folder build against the scorecards of this folder"),
        ("leadcard verify inbound -o dist", "built into a folder of another name"),
        ("leadcard verify dist", "only what was built, where no scorecards are at hand"),
        ("leadcard verify --format json", "for a job that deploys"),
    )
)
@click.argument("folder", metavar="[DIR]", default=Path(), type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="OUT",
    help="The folder of what was built; without it, DIR/build.",
)
@vocabulary_option
@format_option
def command(folder: Path, output: Path | None, vocabulary: Path | None, shape: str) -> int:
    """Tell whether what `leadcard build` wrote matches the scorecards of DIR.

    Tells of scorecards, sample leads, vocabularies and lists that have changed since, of scorecards
    that came or went, of files that were changed by hand, are missing or were never built, and of
    another version of leadcard. Every scorecard is compiled again and held against what is there;
    the tests are not run again. Exits with 0 if all matches, 1 if not. Where DIR holds what was
    built and no scorecards, only that is looked at.
    """
    from leadcard.cli.findings import distinct, exit_code, show, show_json
    from leadcard.runtime.gate.manifest import NAME

    if not folder.is_dir():
        raise click.UsageError(f"`{folder}` is no folder; name the one with the scorecards")
    alone = output is None and (folder / NAME).is_file()
    target = folder if alone else output or folder / "build"
    found = distinct(_findings(target, None if alone else folder, vocabulary))
    if shape == "json":
        show_json(found)
    elif found:
        show(found)
    elif alone:
        say(f"{target} is as it was built; whether its scorecards have changed was not looked at")
    else:
        say(f"{target} is what the scorecards of {_called(folder)} make")
    return exit_code(found)


def _called(folder: Path) -> str:
    return "this folder" if folder == Path() else str(folder)


def _findings(
    target: Path, project: Path | None, vocabulary: Path | None
) -> tuple[Diagnostic, ...]:
    """What does not match; without a project, only within the folder of what was built."""
    from leadcard.cli.cards import find
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.runtime.gate import matching

    manifest = matching.read_manifest(target)
    if isinstance(manifest, Diagnostic):
        return (manifest,)
    found = [*matching.folder_findings(target, manifest)]
    found += matching.version_findings(target, manifest)
    if project is not None:
        cards = find((project,), only_cards=True).cards
        now = [_card_now(card, project, vocabulary) for card in cards]
        found += matching.card_findings(target, project, manifest, now)
    return tuple(found)


def _card_now(path: Path, project: Path, vocabulary: Path | None) -> CardNow:
    from leadcard.cli.cards import samples_of
    from leadcard.cli.checking import check_card
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.dsl.read import read_source
    from leadcard.runtime.gate.artefacts import Card, place_of
    from leadcard.runtime.gate.manifest import input_files
    from leadcard.runtime.gate.matching import CardNow
    from leadcard.runtime.harness.read_samples import read_samples

    checked, samples = check_card(path, vocabulary), samples_of(path)
    place, usable = place_of(path, project), None
    source = read_source(samples)
    if checked.plan is not None and not isinstance(source, Diagnostic):
        file, _ = read_samples(source, checked, checked.plan)
        if file is not None:
            usable = Card(
                place=place, checked=checked, plan=checked.plan, samples=file, dialects=()
            )
    return CardNow(
        card=f"{place}.scorecard",
        inputs=(path, samples) if checked.source is None else input_files(checked, samples),
        usable=usable,
    )

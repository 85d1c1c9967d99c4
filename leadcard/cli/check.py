"""`leadcard check`: find mistakes in scorecards, sample leads and vocabulary files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from leadcard.cli.console import say
from leadcard.cli.usage import examples, format_option, strict_option, vocabulary_option

if TYPE_CHECKING:
    from leadcard.cli.cards import Found
    from leadcard.compiler.pipeline import Checked
    from leadcard.dsl.diagnostics import Diagnostic


@click.command(
    epilog=examples(
        ("leadcard check", "all scorecards in this folder and below"),
        ("leadcard check inbound.scorecard --strict", "one card; warnings fail too"),
        ("leadcard check --format json cards/", "for an editor or a CI job"),
        ("leadcard check - < draft.txt", "a card from standard input"),
    )
)
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@strict_option
@vocabulary_option
@format_option
def command(paths: tuple[Path, ...], strict: bool, vocabulary: Path | None, shape: str) -> int:
    """Find mistakes in scorecards, their sample leads and vocabulary files.

    PATH is a scorecard, a vocabulary file or a folder; without any, the current folder. Sample
    leads are read, not run: that is `leadcard test`. Exits with 1 if there are errors, and also if
    there was nothing to check.
    """
    from leadcard.cli.cards import find
    from leadcard.cli.findings import distinct, exit_code, show, show_json

    found = find(paths)
    problems = distinct((*found.diagnostics, *_check_all(found, vocabulary)), strict=strict)
    if shape == "json":
        show_json(problems)
    else:
        show(problems)
        if not problems:
            say(f"{_counted(found)}: no mistakes found")
    return exit_code(problems)


def _check_all(found: Found, vocabulary: Path | None) -> tuple[Diagnostic, ...]:
    """The findings of all cards and what belongs to them.

    Sample leads are read with their card, and not run. A vocabulary file is checked with its cards,
    or on its own.
    """
    from leadcard.cli.checking import check_card
    from leadcard.compiler.vocabulary_file import load_vocabulary

    problems: list[Diagnostic] = []
    seen: set[Path] = set()
    for path in found.cards:
        checked = check_card(path, vocabulary)
        problems += (*checked.diagnostics, *_check_samples(path, checked))
        if checked.vocabulary.path is not None:
            seen.add(Path(checked.vocabulary.path).resolve())
    for path in found.vocabularies:
        if path.resolve() not in seen:
            problems += load_vocabulary(None, explicit=path)[1]
    return tuple(problems)


def _check_samples(card: Path, checked: Checked) -> tuple[Diagnostic, ...]:
    """What is wrong with the sample leads beside a card, as far as the card can be read."""
    from leadcard.cli.cards import STDIN, samples_of

    samples = samples_of(card)
    if checked.plan is None or card == STDIN or not samples.exists():
        return ()
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.dsl.read import read_source
    from leadcard.runtime.harness.read_samples import read_samples

    source = read_source(samples)
    if isinstance(source, Diagnostic):
        return (source,)
    return read_samples(source, checked, checked.plan)[1]


def _counted(found: Found) -> str:
    parts = [(len(found.cards), "scorecard"), (len(found.vocabularies), "vocabulary file")]
    return " and ".join(f"{n} {word}{'s' if n != 1 else ''}" for n, word in parts if n)

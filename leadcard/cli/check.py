"""`leadcard check`: find mistakes in scorecards, sample leads and vocabulary files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from leadcard.cli.console import say
from leadcard.cli.usage import examples, strict_option, vocabulary_option

if TYPE_CHECKING:
    from leadcard.cli.cards import Found
    from leadcard.compiler.pipeline import Checked
    from leadcard.dsl.diagnostics import Diagnostic


@click.command(
    epilog=examples(
        ("leadcard check", "all scorecards in this folder and below"),
        ("leadcard check inbound.scorecard --strict", "one card; warnings fail too"),
        ("leadcard check --format json cards/", "for an editor or a CI job"),
        ("leadcard check --format sarif > leadcard.sarif", "for code scanning"),
        ("leadcard check - < draft.txt", "a card from standard input"),
    )
)
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@strict_option
@vocabulary_option
@click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "json", "sarif", "codequality"]),
    default="text",
    show_default=True,
    help="text for people (on stderr); on stdout json for programs, sarif for code scanning,"
    " codequality for GitLab.",
)
def command(paths: tuple[Path, ...], strict: bool, vocabulary: Path | None, shape: str) -> int:
    """Find mistakes in scorecards, their sample leads and vocabulary files.

    PATH is a scorecard, a vocabulary file or a folder; without any, the current folder. Sample
    leads are read, and run to see what they leave untried; whether they are as expected says
    `leadcard test`. Exits with 1 if there are errors, and also if there was nothing to check.
    """
    from leadcard.cli.cards import find
    from leadcard.cli.findings import (
        distinct,
        exit_code,
        show,
        show_code_quality,
        show_json,
        show_sarif,
    )

    found = find(paths)
    problems = distinct((*found.diagnostics, *_check_all(found, paths, vocabulary)), strict=strict)
    if shape == "json":
        show_json(problems)
    elif shape == "sarif":
        show_sarif(problems)
    elif shape == "codequality":
        show_code_quality(problems)
    else:
        show(problems)
        if not problems:
            say(f"{_counted(found)}: no mistakes found")
    return exit_code(problems)


def _check_all(
    found: Found, paths: tuple[Path, ...], vocabulary: Path | None
) -> tuple[Diagnostic, ...]:
    """The findings of all cards and what belongs to them.

    Sample leads are checked with their card. A vocabulary file is checked with its cards, or on its
    own.
    """
    from leadcard.cli.checking import check_card
    from leadcard.compiler.vocabulary_file import load_vocabulary

    problems: list[Diagnostic] = []
    seen: set[Path] = set()
    cards: dict[Path, list[Checked]] = {}
    for path in found.cards:
        checked = check_card(path, vocabulary)
        problems += (*checked.diagnostics, *_check_samples(path, checked))
        if checked.vocabulary.path is not None:
            home = Path(checked.vocabulary.path).resolve()
            seen.add(home)
            cards.setdefault(home, []).append(checked)
    for path in found.vocabularies:
        if path.resolve() not in seen:
            problems += load_vocabulary(None, explicit=path)[1]
        elif any(folder.is_dir() and path.is_relative_to(folder) for folder in paths or (Path(),)):
            problems += _unused_words(path, cards[path.resolve()])
    return tuple(problems)


def _unused_words(vocabulary: Path, cards: list[Checked]) -> tuple[Diagnostic, ...]:
    """Words of a vocabulary that none of its cards uses, where all of them can be read."""
    from leadcard.compiler.lint.unused_words import unused_words
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.dsl.read import read_source

    source = read_source(vocabulary)
    bound = [card.bound for card in cards if card.bound is not None and card.plan is not None]
    if isinstance(source, Diagnostic) or len(bound) < len(cards):
        return ()
    return unused_words(source, bound)


def _check_samples(card: Path, checked: Checked) -> tuple[Diagnostic, ...]:
    """What is wrong with the sample leads beside a card, or left untried by them."""
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
    file, problems = read_samples(source, checked, checked.plan)
    if file is None or any(one.is_error for one in problems):
        return problems
    from leadcard.runtime.harness.sample_lint import sample_warnings

    return (*problems, *sample_warnings(checked, checked.plan, file))


def _counted(found: Found) -> str:
    parts = [(len(found.cards), "scorecard"), (len(found.vocabularies), "vocabulary file")]
    return " and ".join(f"{n} {word}{'s' if n != 1 else ''}" for n, word in parts if n)

"""`leadcard diff`: what a change of a scorecard does to leads."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from leadcard.cli.console import FINDINGS, FINE, say
from leadcard.cli.moment import in_zone
from leadcard.cli.output import deliver, spares
from leadcard.cli.report_shape import document_in, json_text, shape_of
from leadcard.cli.usage import (
    as_of_option,
    events_option,
    examples,
    leads_option,
    memory_option,
    threads_option,
    vocabulary_option,
)

if TYPE_CHECKING:
    from leadcard.compiler.pipeline import Checked
    from leadcard.runtime.impact.changes import Written
    from leadcard.runtime.impact.diff_cards import CardDifferences
    from leadcard.runtime.impact.diff_report import Difference
    from leadcard.runtime.impact.moves import Moves

_FORMATS: Final = ("text", "json", "markdown", "html")
_FAIL_ON: Final = ("breaking", "stages", "changes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for, apart from the cards."""

    leads: tuple[str, ...]
    events: tuple[str, ...]
    as_of: datetime | None
    conversions: str | None
    movers: int
    output: Path | None
    shape: str | None
    fail_on: str | None
    words_only: bool
    allow_bad_rows: bool
    memory_limit: str | None
    threads: int | None


@click.command(
    epilog=examples(
        (
            "leadcard diff old.scorecard new.scorecard",
            "in words alone, where leadcard.yaml names no data",
        ),
        (
            "leadcard diff main:inbound.scorecard inbound.scorecard --leads leads.csv",
            "a branch against this working tree, with the leads that move",
        ),
        (
            "leadcard diff HEAD~1:a.scorecard a.scorecard --leads leads.csv -o comment.md",
            "Markdown for a pull request",
        ),
        ("leadcard diff main:scorecards scorecards --words-only", "every card of a folder"),
    )
)
@click.argument("old")
@click.argument("new")
@leads_option
@events_option
@as_of_option
@click.option(
    "--conversions", metavar="F", help="A table of leads that converted, and when; see evaluate."
)
@click.option(
    "--movers",
    type=click.IntRange(min=0, max=1000),
    default=10,
    show_default=True,
    help="Show so many of the leads that move most.",
)
@click.option(
    "--fail-on",
    type=click.Choice(_FAIL_ON),
    help="Exit with 1 if the change is breaking, moves a lead to another stage, or changes"
    " anything at all.",
)
@click.option("--words-only", is_flag=True, help="Score nothing, even where data is named.")
@click.option("--allow-bad-rows", is_flag=True, help="Leave out rows that cannot be read.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="OUT",
    help="Write to this .txt, .json, .md or .html file; - for standard output.",
)
@click.option(
    "--format", "shape", type=click.Choice(_FORMATS), help="The format, if OUT does not say it."
)
@memory_option
@threads_option
@vocabulary_option
def command(old: str, new: str, vocabulary: Path | None, **rest: object) -> int:
    """Show what the change from the scorecard OLD to NEW does.

    OLD and NEW are files, or files of a git revision (main:scorecards/inbound.scorecard), with the
    vocabulary and the lists of that revision. Of two folders (main:scorecards scorecards) all cards
    are compared. With leads and events, both cards score them: who moves, between which stages, and
    because of which lines.
    """
    from leadcard.cli.diff_folders import Folder, cards_below, folder_differences
    from leadcard.cli.findings import show
    from leadcard.runtime.data_error import DataError

    options = Options(**rest)  # type: ignore[arg-type]
    _refuse_bare(old, new)
    with tempfile.TemporaryDirectory(prefix="leadcard-") as spool:
        try:
            found: CardDifferences | Difference | None
            before, after = cards_below(old), cards_below(new)
            if before is None and after is None:
                found = _two_cards(old, new, vocabulary, options, Path(spool))
            else:
                sides = Folder.of(old, before), Folder.of(new, after)
                found = folder_differences(*sides, vocabulary, options, Path(spool))
        except DataError as error:
            show(error.diagnostics)
            return FINDINGS
    if found is None:
        return FINDINGS
    if found.words_alone and not options.words_only:
        say("no leads are given: the difference is told in words alone")
    code = deliver(_written(found, shape_of(options.shape, options.output)), options.output)
    return code or _verdict(found, options)


def _refuse_bare(old: str, new: str) -> None:
    """A revision alone does not say what of it is compared."""
    from leadcard.cli.revision import is_bare_revision

    for given, other in ((old, new), (new, old)):
        if is_bare_revision(given):
            whole = f"{given}:{_path_in_revision(other)}"
            raise click.UsageError(f"`{given}` is a revision; name what of it is meant: `{whole}`")


def _path_in_revision(other: str) -> str:
    """The path that a revision needs for what `other` names."""
    _, colon, path = other.partition(":")
    if colon:
        return path
    place = Path(other)
    return f"./{place}" if place.exists() and place != Path() and not place.is_absolute() else "./"


def _two_cards(
    old: str, new: str, vocabulary: Path | None, options: Options, spool: Path
) -> Difference | None:
    """The difference of two cards; None where there is none, which the user has been told."""
    from leadcard.cli.findings import distinct, show

    sides = [
        side_of(given, spool / name, vocabulary) for given, name in ((old, "old"), (new, "new"))
    ]
    errors = [d for side in sides if side.plan is None for d in side.diagnostics]
    if errors:
        show(distinct(errors))
        return None
    if not spares(options.output, (old, new, *(side.vocabulary.path for side in sides))):
        return None
    return difference(old, new, sides, options, spool)


def side_of(given: str, folder: Path, vocabulary: Path | None) -> Checked:
    """One side after all passes; what a revision needs is written below `folder`."""
    from leadcard.cli.checking import check_card
    from leadcard.cli.revision import check_revision, is_revision

    if is_revision(given):
        return check_revision(given, folder)
    return check_card(Path(given), vocabulary)


def difference(
    old: str, new: str, sides: list[Checked], options: Options, folder: Path
) -> Difference:
    """What the change between two cards without mistakes does."""
    from leadcard.runtime.impact.changes import Written, changes
    from leadcard.runtime.impact.diff_report import Difference

    written = []
    for side in sides:
        assert side.plan is not None
        written.append(Written(checked=side, plan=side.plan))
    before, after = written
    as_of = in_zone(options.as_of, after.plan.timezone)
    moved = None
    if not options.words_only and (options.leads or after.checked.vocabulary.leads.location):
        moved = _moves(before, after, options, as_of, folder)
    return Difference(
        scorecard=after.plan.scorecard,
        old=old,
        new=new,
        version_before=before.plan.version,
        version_after=after.plan.version,
        as_of=None if moved is None else as_of,
        changes=changes(before, after),
        moves=moved,
    )


def _moves(
    before: Written, after: Written, options: Options, as_of: datetime, folder: Path
) -> Moves:
    from leadcard.cli.findings import distinct, show
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.runtime.data_error import DataError
    from leadcard.runtime.impact.moves import moves
    from leadcard.runtime.impact.outcomes import store_outcomes
    from leadcard.runtime.impact.score_side import Places, score_side

    if "-" in (*options.leads, *options.events, options.conversions):
        message = "standard input can be read only once, and a difference needs it twice"
        raise DataError(Diagnostic(code="F101", message=message, hint="give files"))
    places = Places(
        leads=options.leads,
        events=options.events,
        memory_limit=options.memory_limit,
        threads=options.threads,
        allow_bad_rows=options.allow_bad_rows,
    )
    scored = [
        score_side(
            side.plan, side.checked.vocabulary, places, as_of=as_of, path=folder / f"{name}.parquet"
        )
        for side, name in ((before, "old"), (after, "new"))
    ]
    words = after.checked.vocabulary
    outcomes = store_outcomes(
        words,
        places,
        folder / "outcomes.parquet",
        as_of=as_of,
        timezone=after.plan.timezone,
        given=options.conversions,
    )
    told = outcomes.diagnostics if outcomes is not None else ()
    show(distinct((*scored[0].diagnostics, *scored[1].diagnostics, *told)))
    return moves(
        before.plan,
        after.plan,
        scored[0].path,
        scored[1].path,
        outcomes=None if outcomes is None else outcomes.path,
        shown=options.movers,
        same_words=before.checked.vocabulary.digest == words.digest,
        memory_limit=options.memory_limit,
        threads=options.threads,
    )


def _written(found: Difference | CardDifferences, shape: str) -> str:
    from leadcard.runtime.impact.diff_cards import CardDifferences, cards_document, cards_json

    if isinstance(found, CardDifferences):
        return (
            json_text(cards_json(found))
            if shape == "json"
            else document_in(shape, cards_document(found))
        )
    if shape == "json":
        from leadcard.runtime.impact.diff_json import diff_json

        return json_text(diff_json(found))
    from leadcard.runtime.impact.diff_report import diff_document

    return document_in(shape, diff_document(found))


def _verdict(found: Difference | CardDifferences, options: Options) -> int:
    """1 where what `--fail-on` names came true."""
    failed = {
        "breaking": bool(found.breaking),
        "stages": bool(found.breaking) or found.restaged,
        "changes": found.anything,
    }
    if options.fail_on is None or not failed[options.fail_on]:
        return FINE
    say(f"failed: --fail-on {options.fail_on}")
    return FINDINGS

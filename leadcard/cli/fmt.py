"""`leadcard fmt`: bring scorecards into their plain layout."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leadcard.cli.console import FINDINGS, FINE, emit, say
from leadcard.cli.usage import examples

if TYPE_CHECKING:
    from leadcard.compiler.vocabulary import Vocabulary
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.dsl.source import Source


@click.command(
    epilog=examples(
        ("leadcard fmt", "all scorecards in this folder and below"),
        ("leadcard fmt --check", "only say which files would change; fail if any would"),
        ("leadcard fmt --diff inbound.scorecard", "show what would change"),
        ("leadcard fmt - < draft.txt", "from standard input to standard output"),
    )
)
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; exit 1 if a file would change."
)
@click.option(
    "--diff", "show_diff", is_flag=True, help="Write nothing; show what would change, and exit 1."
)
def command(paths: tuple[Path, ...], only_check: bool, show_diff: bool) -> int:
    """Bring scorecards into their plain layout.

    Meaning and comments stay as they are. A card with mistakes is left alone, and the mistakes are
    shown. PATH is a scorecard or a folder; without any, the current folder.
    """
    from leadcard.cli.cards import find
    from leadcard.cli.findings import distinct, show

    found = find(paths, only_cards=True)
    dry = only_check or show_diff
    results = [_format(path) for path in found.cards]
    changed = [one for one in results if one.changed]
    for one in changed:
        if show_diff:
            emit(_difference(one))
    unwritten = () if dry else _write_all(results)
    refused = distinct((*found.diagnostics, *(d for one in results for d in one.diagnostics)))
    show(refused)
    _sum_up(results, [one for one in changed if one not in unwritten], len(unwritten), dry=dry)
    return FINDINGS if unwritten or refused or (dry and changed) else FINE


@dataclass(frozen=True, slots=True, kw_only=True)
class Formatted:
    """A card, its text as it is and as it should be, and what stands in the way.

    `after` is None where the card is refused.
    """

    path: Path
    before: str = ""
    after: str | None = None
    changed: bool = False
    diagnostics: tuple[Diagnostic, ...] = ()


def _format(path: Path) -> Formatted:
    from leadcard.cli.cards import STDIN, read_card
    from leadcard.compiler.plain import plain_card
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.dsl.format import format_source

    source = read_card(path)
    if isinstance(source, Diagnostic):
        return Formatted(path=path, diagnostics=(source,))
    vocabulary = _vocabulary(path)
    result = format_source(source, partial(plain_card, vocabulary=vocabulary))
    if result.text is None:
        return Formatted(path=path, before=source.text, diagnostics=result.diagnostics)
    if result.text != source.text:
        stands_in_the_way = _lost(source, result.text, vocabulary, path)
        if stands_in_the_way:
            return Formatted(path=path, before=source.text, diagnostics=stands_in_the_way)
    # The bytes, not the text: line ends and a byte order mark are layout too.
    before = source.text.encode() if path == STDIN else path.read_bytes()
    changed = before != result.text.encode()
    return Formatted(path=path, before=source.text, after=result.text, changed=changed)


def _vocabulary(path: Path) -> Vocabulary:
    """The vocabulary of the card at `path`; the built-in one where its file has mistakes."""
    from leadcard.cli.cards import STDIN
    from leadcard.compiler.vocabulary_file import builtin, load_vocabulary

    vocabulary, found = load_vocabulary(Path() if path == STDIN else path)
    return builtin() if any(diagnostic.is_error for diagnostic in found) else vocabulary


def _lost(source: Source, text: str, vocabulary: Vocabulary, path: Path) -> tuple[Diagnostic, ...]:
    """Why `text` may not take the place of the card: empty if it means the same."""
    from leadcard.compiler.pipeline import check_source
    from leadcard.compiler.same_meaning import lost_meaning
    from leadcard.dsl.format import refusal
    from leadcard.dsl.source import Source

    before = check_source(source, vocabulary, folder=path.parent)
    after = check_source(Source(source.path, text), vocabulary, folder=path.parent)
    lost = lost_meaning(before, after)
    return () if lost is None else lost or (refusal(source, 1),)


def _write_all(results: list[Formatted]) -> tuple[Formatted, ...]:
    """Write what has to change; what could not be written is returned."""
    from leadcard.cli.cards import STDIN
    from leadcard.cli.output import write_file

    unwritten = []
    for one in results:
        if one.after is None:
            continue
        if one.path == STDIN:
            click.echo(one.after, nl=False)
        elif one.changed and write_file(one.path, one.after):
            say(f"formatted {one.path}")
        elif one.changed:
            unwritten.append(one)
    return tuple(unwritten)


def _difference(one: Formatted) -> str:
    from difflib import unified_diff

    assert one.after is not None
    before, after = (text.splitlines() for text in (one.before, one.after))
    names = (str(one.path), f"{one.path} (formatted)")
    lines = list(unified_diff(before, after, *names, lineterm=""))
    return "\n".join(lines) or f"{one.path}: only line ends or the byte order mark differ"


def _sum_up(
    results: list[Formatted], changed: list[Formatted], unwritten: int, *, dry: bool
) -> None:
    from leadcard.cli.cards import STDIN

    if not results or any(one.path == STDIN for one in results):
        return
    if dry:
        for one in changed:
            say(f"would change {one.path}")
    refused = sum(1 for one in results if one.after is None)
    kept = len(results) - len(changed) - unwritten - refused
    parts = [(len(changed), "would change" if dry else "formatted")]
    parts += [(kept, "already in plain layout"), (unwritten, "not written")]
    parts += [(refused, "refused")]
    say(", ".join(f"{number} {words}" for number, words in parts if number))

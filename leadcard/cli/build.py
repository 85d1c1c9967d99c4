"""`leadcard build`: check, test, and write all that is deployed, whole or not at all."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leadcard.cli.console import FINDINGS, FINE, emit, has_color, say
from leadcard.cli.engine_option import engine_option, engines_of
from leadcard.cli.gate import RANDOM, Wanted
from leadcard.cli.quality import SEED
from leadcard.cli.usage import examples, format_option, strict_option, vocabulary_option
from leadcard.compiler.backends.dialects import DIALECTS, NOT_RUN

if TYPE_CHECKING:
    from leadcard.cli.gate import Gate, Tried
    from leadcard.runtime.gate.manifest import BuiltCard


@click.command(
    epilog=examples(
        ("leadcard build", "the scorecards of this folder and below, into the folder build"),
        (
            "leadcard build inbound --dialect postgres --dialect clickhouse -o dist",
            "the module, and SQL for two databases",
        ),
        ("leadcard build --dbt postgres --min-coverage 90", "with a dbt project; 90 % at least"),
        ("leadcard build --engine postgres", "tried on a server too"),
        ("leadcard build --strict", "warnings refuse it too"),
    )
)
@click.argument("folder", metavar="[DIR]", default=Path(), type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="OUT",
    help="The folder of what is built, replaced as a whole; without it, DIR/build.",
)
@click.option(
    "--dialect",
    "dialects",
    type=click.Choice(tuple(DIALECTS)),
    metavar="NAME",
    multiple=True,
    help=f"Whose SQL, once for each: {', '.join(DIALECTS)}. Without it, duckdb.",
)
@click.option(
    "--dbt",
    type=click.Choice(tuple(DIALECTS)),
    metavar="NAME",
    help="Also a dbt project, for this database.",
)
@click.option(
    "--min-coverage",
    type=click.IntRange(0, 100),
    metavar="PERCENT",
    help="Refuse if the samples show less of a card than this.",
)
@click.option(
    "--random",
    type=click.IntRange(0),
    metavar="N",
    help=f"Try so many generated leads; without it, {RANDOM}.",
)
@click.option("--seed", type=int, default=SEED, show_default=True, help="For --random.")
@engine_option("", "Try these engines too, besides python and duckdb.")
@strict_option
@vocabulary_option
@format_option
def command(folder: Path, output: Path | None, shape: str, **rest: Any) -> int:
    """Check and test the scorecards of DIR, and write all that is deployed.

    For each scorecard a Python module, and SQL statements for its scores and their reasons; for all
    of them a dbt project, if asked for, and `manifest.json`, which says what was built from what,
    and how it was tested. The same inputs make the same bytes.

    Nothing is written, and what was there stays, unless there are no mistakes, every scorecard has
    sample leads and all are as expected, every engine says the same of them and of generated leads,
    and the samples show as much of each scorecard as they must. The section `build` of
    leadcard.yaml says dialects, dbt, min coverage and random once and for all; options win.
    """
    from leadcard.cli.gate import gate_of

    if not folder.is_dir():
        raise click.UsageError(f"`{folder}` is no folder; name the one with the scorecards")
    engines = engines_of(rest.pop("engine"))
    gate = gate_of(folder, Wanted(engines=engines, **rest))
    target = output or folder / "build"
    files = {} if gate.refused else _files(gate, target)
    done = _put(gate, target, files) if files else None
    if shape == "json":
        _show_json(gate, target, sorted(files) if done else [])
    else:
        _show(gate)
        say(done or f"nothing was written into {target}")
    return FINE if done else FINDINGS


# --- what is written ------------------------------------------------------------------------------


def _files(gate: Gate, target: Path) -> dict[str, bytes]:
    """All files with the manifest; none where something stands against it, which is noted."""
    from leadcard.runtime.gate.artefacts import dialects_of, made
    from leadcard.runtime.gate.manifest import NAME, Manifest, hashes, to_json, versions
    from leadcard.runtime.gate.matching import hidden_files, in_the_way

    cards = [one.card for one in gate.tried]
    for name in sorted(NOT_RUN & set(dialects_of(cards))):
        say(f"note: SQL of {name} is generated, not run by leadcard's tests (docs/databases.md)")
    result = made(cards)
    gate.problems += (*result.diagnostics, *in_the_way(target))
    if gate.refused:
        return {}
    manifest = Manifest(
        versions=versions(),
        cards=tuple(_built(one) for one in gate.tried),
        files=hashes(result.files),
    )
    return {**hidden_files(target), **result.files, NAME: to_json(manifest)}


def _built(one: Tried) -> BuiltCard:
    from leadcard.cli.gate import parts_of
    from leadcard.runtime.gate.manifest import BuiltCard, tests_json
    from leadcard.runtime.harness.report import file_json

    parts = parts_of([one])
    return BuiltCard(
        card=f"{one.card.place}.scorecard",
        scorecard=one.card.plan.scorecard,
        version=one.card.plan.version,
        inputs=one.inputs,
        dialects=one.card.dialects,
        dbt=one.card.dbt,
        tests=tests_json(
            file_json(one.ran.result),
            parts["coverage"][0],
            one.min_coverage,
            next(iter(parts.get("random", ())), None),
        ),
    )


def _put(gate: Gate, target: Path, files: dict[str, bytes]) -> str | None:
    """What was done so that the files are there; None if they cannot be, which is noted."""
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.runtime.data_error import reason
    from leadcard.runtime.whole_folder import holds, write_folder

    try:
        if holds(target, files):
            return f"{target} is as it would be built: nothing was written"
        write_folder(target, files)
    except OSError as error:
        message = f"cannot write `{target}`: {reason(error, 'write')}"
        gate.problems.append(Diagnostic(code="F106", message=message, path=str(target)))
        return None
    return f"wrote {len(files)} files into {target}"


# --- what is told ---------------------------------------------------------------------------------


def _show(gate: Gate) -> None:
    """What was tried, briefly; what failed, at length."""
    from leadcard.cli.findings import show
    from leadcard.runtime.harness.report import text_report

    failed = [one.ran.result for one in gate.tried if one.ran.result.failed]
    color = has_color(sys.stderr)
    if failed:
        say(text_report(failed, color=color) + "\n")
    for one in gate.tried:
        if one.more and one.more.problems:
            say("\n\n".join(one.more.blocks) + "\n")
        elif one.more:
            say(_in_short(one))
    found = gate.found()
    errors = tuple(one for one in found if one.is_error)
    show(errors)
    warnings = len(found) - len(errors)
    if warnings and not errors:
        say(f"{warnings} warning{'s' if warnings != 1 else ''}; `leadcard check` shows them")


def _in_short(one: Tried) -> str:
    from leadcard.cli.gate import parts_of

    result, parts = one.ran.result, parts_of([one])
    many = len(result.results)
    leads = f"{many} sample lead{'s' if many != 1 else ''}"
    said = [f"{leads} on {', '.join(result.engines)}"]
    said += [f"{found['percent']} % of the card is shown" for found in parts["coverage"]]
    said += [f"{found['leads']:,} generated leads" for found in parts.get("random", ())]
    return f"{result.card}: {'; '.join(said)}"


def _show_json(gate: Gate, target: Path, files: list[str]) -> None:
    import json

    from leadcard.cli.gate import parts_of
    from leadcard.dsl.render import to_json
    from leadcard.runtime.harness.report import json_report

    report = json_report([one.ran.result for one in gate.tried])
    whole = {"built": bool(files), "folder": str(target), "files": files}
    tests = {"tests": report | parts_of(gate.tried)}
    emit(json.dumps(whole | tests | to_json(gate.found()), ensure_ascii=False, indent=2))

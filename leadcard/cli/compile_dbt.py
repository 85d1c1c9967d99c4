"""`leadcard compile --to dbt`: a card as a dbt project, or as models in one that is there."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from leadcard.cli.cards import CARD_SUFFIX, STDIN, samples_of
from leadcard.cli.console import FINDINGS, FINE, say

if TYPE_CHECKING:
    from leadcard.compiler.backends.dbt_unit_tests import UnitTest
    from leadcard.compiler.pipeline import Checked
    from leadcard.compiler.plan import Plan


def write_project(card: Path, checked: Checked, plan: Plan, dialect: str, folder: Path) -> int:
    """Write the project into `folder`; returns the exit code."""
    from leadcard.cli.findings import show
    from leadcard.compiler.backends.dbt import to_dbt
    from leadcard.compiler.backends.sql_facts import Unsupported
    from leadcard.runtime.harness.runner import unsupported_line

    name = "scorecard" if card == STDIN else card.name.removesuffix(CARD_SUFFIX)
    tests = _unit_tests(card, name, checked, plan)
    if tests is None:
        return FINDINGS
    try:
        files = to_dbt(plan, checked.vocabulary, card=name, dialect=dialect, unit_tests=tests)
    except Unsupported as missing:
        show((unsupported_line(checked, missing),))
        return FINDINGS
    return _deliver(files, folder, name)


def _unit_tests(card: Path, name: str, checked: Checked, plan: Plan) -> tuple[UnitTest, ...] | None:
    """The sample leads as unit tests; None where their file has mistakes, and the user knows."""
    from leadcard.cli.findings import show
    from leadcard.compiler.backends.dbt import model_word
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.dsl.read import read_source
    from leadcard.runtime.harness.dbt_samples import dbt_samples
    from leadcard.runtime.harness.read_samples import read_samples

    if card == STDIN or not samples_of(card).exists():
        say("note: no sample leads lie beside the card, so the project has no unit tests")
        return ()
    source = read_source(samples_of(card))
    if isinstance(source, Diagnostic):
        show((source,))
        return None
    file, found = read_samples(source, checked, plan)
    if file is None:
        show(found)
        return None
    made = dbt_samples(plan, file, model_word(name))
    if made.failing:
        count = len(made.failing)
        leads = "1 sample lead fails and is" if count == 1 else f"{count} sample leads fail and are"
        say(f"note: {leads} left out of the unit tests; `leadcard test {card}` shows why")
    return made.tests


def _deliver(files: Mapping[str, str], folder: Path, card: str) -> int:
    """Write all files, or none: they are complete before the first takes its place."""
    from leadcard.compiler.backends.dbt import model_word, no_longer, owned_by_another
    from leadcard.runtime.data_error import reason

    try:
        other = owned_by_another(folder, card)
        if other is not None:
            why = f"its models of the name `{model_word(card)}` are those of `{other}`"
            hint = "give one of the two scorecards another name, or a project of its own"
            return _refused(folder, why, hint)
        kept = _not_ours(files, folder)
        mine = {path: text for path, text in files.items() if path not in kept}
        _put(folder, mine, no_longer(files, card))
    except OSError as error:
        return _refused(folder, reason(error, "write"))
    if kept:
        say(f"{folder} keeps its own {' and '.join(sorted(kept))}")
    say(f"wrote {len(files) - len(kept)} files into {folder}")
    return FINE


def _refused(folder: Path, why: str, hint: str | None = None) -> int:
    """Say why nothing was written; returns the exit code."""
    from leadcard.cli.findings import show
    from leadcard.dsl.diagnostics import Diagnostic

    message = f"cannot write `{folder}`: {why}"
    show((Diagnostic(code="F106", message=message, path=str(folder), hint=hint),))
    return FINDINGS


def _not_ours(files: Mapping[str, str], folder: Path) -> frozenset[str]:
    """The files of the project itself that are there already and were not made by this command."""
    from leadcard.compiler.backends.dbt import PROJECT_FILES

    foreign = set()
    for path in PROJECT_FILES:
        there = folder / path
        head = files[path].splitlines()[0]
        if there.exists() and not there.read_text("utf-8", "replace").startswith(head):
            foreign.add(path)
    # In a project of the user's own, a README of ours would be out of place.
    return frozenset(PROJECT_FILES) if "dbt_project.yml" in foreign else frozenset(foreign)


def _put(folder: Path, files: Mapping[str, str], outdated: tuple[str, ...]) -> None:
    """Make the files beside the folder, then move them into it; take away what is outdated."""
    home = folder.resolve().parent
    home.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.resolve().name}.", suffix=".part", dir=home))
    try:
        for path, text in files.items():
            part = made / path
            part.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(text.encode("utf-8"))
        for path in files:
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            (made / path).replace(place)
        for path in outdated:
            (folder / path).unlink(missing_ok=True)
    finally:
        shutil.rmtree(made, ignore_errors=True)

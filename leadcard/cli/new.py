"""`leadcard new`: write a project to start from."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from shlex import quote
from typing import Final

import click

from leadcard.cli.console import FINDINGS, FINE, MISUSE, say
from leadcard.cli.usage import examples

_FILES: Final = (
    "inbound.scorecard",
    "inbound.leads.yaml",
    "leadcard.yaml",
    "leads.csv",
    "events.csv",
    "README.md",
)
_WITH_PRESET: Final = ("inbound.scorecard", "inbound.leads.yaml")
_CI_FILES: Final = {
    "github": ("github.yml", ".github/workflows/scorecards.yml"),
    "gitlab": ("gitlab.yml", ".gitlab-ci.yml"),
    "jenkins": ("Jenkinsfile", "Jenkinsfile"),
}
# What stands for the data in CI files: only what is committed can be there.
_DATA_MARK: Final = "@DATA@"
_DATA: Final = "--leads leads.csv --events events.csv"
_NO_DATA: Final = "--words-only"
_NEXT: Final = """Next:
  {enter}leadcard check
  leadcard test
  leadcard score inbound.scorecard --leads leads.csv --events events.csv --as-of 2026-11-21"""
_NEXT_WITH_PRESET: Final = """Next: put the tables of {preset} into `data` (data/README.md), then
  {enter}leadcard inspect inbound.scorecard
  leadcard score inbound.scorecard"""


@click.command(
    epilog=examples(
        ("leadcard new inbound", "a project in the new folder inbound"),
        ("leadcard new . --ci gitlab", "in this folder, checked by GitLab"),
        ("leadcard new . --ci jenkins --only-ci", "a CI file for scorecards that are there"),
        ("leadcard new inbound --preset hubspot", "for the tables of HubSpot"),
    )
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--ci",
    type=click.Choice([*_CI_FILES, "none"]),
    default="github",
    show_default=True,
    help="Whose continuous integration checks and tests every change.",
)
@click.option("--only-ci", is_flag=True, help="Write the CI file alone, beside what is there.")
@click.option(
    "--preset",
    metavar="NAME",
    help="The source system whose tables the project reads, such as hubspot or salesforce.",
)
def command(folder: Path, ci: str, only_ci: bool, preset: str | None) -> int:
    """Write a project to start from into DIR.

    A scorecard, its sample leads, a little data, a vocabulary to fill in, and a CI file. With a
    preset the vocabulary names it, and says what can be changed. Where one of the files is there
    already, nothing is written at all.
    """
    known = None if preset is None else _known_preset(preset)
    if preset is not None and known is None:
        return MISUSE
    if only_ci and (preset is not None or ci == "none"):
        raise click.UsageError("--only-ci needs a CI, and writes nothing of a preset")
    wanted = _wanted_files(known, ci, only_ci=only_ci)
    if folder.exists() and not folder.is_dir():
        say(f"error: `{folder}` is a file; name a folder")
        return FINDINGS
    present = [name for name in wanted if (folder / name).exists()]
    if present:
        say(f"error: `{folder / present[0]}` exists already; nothing was written")
        return FINDINGS
    try:
        written = _write_all(folder, wanted)
    except OSError as error:
        from leadcard.runtime.data_error import reason

        say(f"error: cannot write into `{folder}`: {reason(error, 'write')}")
        return FINDINGS
    for path in written:
        say(f"wrote {path}")
    if only_ci:
        return FINE
    say("")
    following = _NEXT if known is None else _NEXT_WITH_PRESET
    enter = "" if folder == Path() else f"cd {quote(str(folder))}\n  "
    say(following.format(enter=enter, preset=known))
    return FINE


def _known_preset(word: str) -> str | None:
    """The preset that is meant by `word`; otherwise says which there are."""
    from leadcard.compiler.text import name_form
    from leadcard.compiler.vocabulary_file import preset_names
    from leadcard.dsl.nearest import nearest

    names = [name for name in preset_names() if name != "generic"]
    found = next((name for name in names if name_form(name) == name_form(word)), None)
    if found is None:
        near = nearest(word, names)
        listed = ", ".join(f"`{name}`" for name in names)
        say(f"error: no preset `{word}`; " + (f"did you mean `{near}`?" if near else listed))
    return found


def _wanted_files(preset: str | None, ci: str, *, only_ci: bool) -> dict[str, str]:
    """The texts to write, by path within the folder."""
    if only_ci:
        return _texts((), ci)
    return _starter_files(ci) if preset is None else _preset_files(preset, ci)


def _preset_files(preset: str, ci: str) -> dict[str, str]:
    """The texts to write for a source system; leads of one's own where its preset has none."""
    from leadcard.cli.preset_project import preset_files

    texts = _texts(_WITH_PRESET, ci) | preset_files(preset)
    if "leads.csv" in texts["leadcard.yaml"]:
        texts |= _texts(("leads.csv",), "none")
    return texts


def _write_all(folder: Path, wanted: dict[str, str]) -> list[Path]:
    """The files written; if one of them cannot be, those before it are taken back."""
    written: list[Path] = []
    try:
        for name, text in wanted.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                written.append(path)
                file.write(text)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise
    return written


def _starter_files(ci: str) -> dict[str, str]:
    """The texts to write, by path within the new project."""
    return _texts(_FILES, ci)


def _texts(names: Iterable[str], ci: str) -> dict[str, str]:
    starter = files("leadcard.cli") / "starter"
    texts = {name: (starter / name).read_text(encoding="utf-8") for name in names}
    if ci in _CI_FILES:
        name, target = _CI_FILES[ci]
        data = _DATA if "events.csv" in texts else _NO_DATA
        text = (starter / name).read_text(encoding="utf-8")
        texts[target] = text.replace(_DATA_MARK, data)
    return texts

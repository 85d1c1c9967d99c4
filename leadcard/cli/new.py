"""`leadcard new`: write a project to start from."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

import click

from leadcard.cli.console import FINDINGS, FINE, say
from leadcard.cli.usage import examples

_FILES: Final = (
    "inbound.scorecard",
    "inbound.leads.yaml",
    "leadcard.yaml",
    "leads.csv",
    "events.csv",
    "README.md",
)
_CI_FILES: Final = {
    "github": ("github.yml", ".github/workflows/scorecards.yml"),
    "gitlab": ("gitlab.yml", ".gitlab-ci.yml"),
}
_NEXT: Final = """Next:
  {enter}leadcard check
  leadcard test
  leadcard score inbound.scorecard --leads leads.csv --events events.csv --as-of 2026-11-21"""


@click.command(
    epilog=examples(
        ("leadcard new inbound", "a project in the new folder inbound"),
        ("leadcard new . --ci gitlab", "in this folder, checked by GitLab"),
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
def command(folder: Path, ci: str) -> int:
    """Write a project to start from into DIR.

    A scorecard, its sample leads, a little data, a vocabulary to fill in, and a CI file. Where one
    of them is there already, nothing is written at all.
    """
    wanted = _starter_files(ci)
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
    say("")
    say(_NEXT.format(enter="" if folder == Path() else f"cd {folder}\n  "))
    return FINE


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
    starter = files("leadcard.cli") / "starter"
    texts = {name: (starter / name).read_text(encoding="utf-8") for name in _FILES}
    if ci in _CI_FILES:
        name, target = _CI_FILES[ci]
        texts[target] = (starter / name).read_text(encoding="utf-8")
    return texts

"""Whether a folder of artefacts is as it was built, and whether it was built from these cards.

Hashes say what has changed, in the words of files. They alone could be changed together with what
they speak of: so each card is compiled again, and what comes out held against what is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from leadcard.dsl.diagnostics import Diagnostic
from leadcard.runtime.gate.artefacts import Card, made
from leadcard.runtime.gate.manifest import (
    NAME,
    BuiltCard,
    Manifest,
    digest,
    from_json,
    input_hashes,
    versions,
)

# What Python and dbt leave behind where they run.
_SCRATCH: Final = frozenset({"__pycache__", "target", "logs", "dbt_packages", ".user.yml"})
_AGAIN: Final = "build again"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardNow:
    """A card of the project as it is now: its path in the project and the files it is made from.

    `usable` is what can be built from it, without what the manifest says of its build; None where
    it has mistakes.
    """

    card: str
    inputs: tuple[Path, ...]
    usable: Card | None


# --- the folder -----------------------------------------------------------------------------------


def read_manifest(folder: Path) -> Manifest | Diagnostic:
    """The manifest of a folder, or why there is none."""
    path = folder / NAME
    try:
        found = from_json(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        message = f"there are no artefacts in `{folder}`: it has no `{NAME}`"
        hint = "`leadcard build` writes them"
        return Diagnostic(code="G101", message=message, path=str(folder), hint=hint)
    if found is None:
        message = f"`{path}` is no manifest that this version of leadcard can read"
        return Diagnostic(code="G102", message=message, path=str(path), hint=_AGAIN)
    return found


def strangers(folder: Path, manifest: Manifest | None) -> list[str]:
    """What lies in a folder that no build put there; hidden files at its top are the user's."""
    known = {NAME, *(manifest.files if manifest else ())}
    return [path for path in _paths_in(folder) if path not in known]


def in_the_way(folder: Path) -> Iterator[Diagnostic]:
    """What a build into a folder would take away, though no build put it there."""
    if not folder.exists():
        return
    if not folder.is_dir():
        yield _lost(folder, folder, "is no folder")
        return
    manifest = read_manifest(folder)
    for name in strangers(folder, None if isinstance(manifest, Diagnostic) else manifest)[:1]:
        yield _lost(folder, folder / name, "is no artefact, and would be lost")


def _lost(folder: Path, path: Path, why: str) -> Diagnostic:
    message = f"cannot write `{folder}`: `{path}` {why}"
    hint = "move it elsewhere, or name another folder with -o"
    return Diagnostic(code="F106", message=message, path=str(folder), hint=hint)


def hidden_files(folder: Path) -> dict[str, bytes]:
    """The hidden files at the top of a folder, which outlive a build."""
    if not folder.is_dir():
        return {}
    kept = (path for path in folder.iterdir() if _is_hidden_file(path))
    return {path.name: path.read_bytes() for path in sorted(kept)}


def _is_hidden_file(path: Path) -> bool:
    return path.name.startswith(".") and path.is_file()


def _paths_in(folder: Path) -> Iterator[str]:
    """The files below a folder by their paths in it, without what tools leave behind."""
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        if path.is_dir() or _SCRATCH & set(place.parts):
            continue
        if len(place.parts) > 1 or not _is_hidden_file(path):
            yield place.as_posix()


def folder_findings(folder: Path, manifest: Manifest) -> Iterator[Diagnostic]:
    """What is not as it was built: files that are missing, changed, or nobody's."""
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file():
            yield _finding("G103", f"`{path}` is missing", path)
        elif digest(path.read_bytes()) != expected:
            message = f"`{path}` has been changed since it was built"
            yield _finding("G104", message, path, "change the scorecard, and build again")
    for name in strangers(folder, manifest):
        path = folder / name
        yield _finding("G105", f"`{path}` is no artefact", path, "move it elsewhere")


def version_findings(folder: Path, manifest: Manifest) -> Iterator[Diagnostic]:
    """What built the artefacts, if it is not what runs now."""
    for name, now in versions().items():
        then = manifest.versions.get(name, "none")
        if then != now:
            message = f"the artefacts were built by {name} {then}, and this is {now}"
            yield _finding("G106", message, folder / NAME)


# --- the cards ------------------------------------------------------------------------------------


def card_findings(
    folder: Path, project: Path, manifest: Manifest, cards: Sequence[CardNow]
) -> Iterator[Diagnostic]:
    """Where the cards are not those that the artefacts were built from."""
    then, now = {one.card: one for one in manifest.cards}, {one.card: one for one in cards}
    for card in sorted({*then, *now}):
        if card not in now:
            message = f"`{folder}` was built from `{card}` too, which is gone"
            yield _finding("G108", message, project / card)
        elif card not in then:
            yield _finding("G108", f"`{card}` is not among the artefacts", project / card)
    changed = set()
    for card in then.keys() & now.keys():
        found = tuple(_input_findings(project, then[card], now[card]))
        yield from found
        changed |= {card} if found else set()
    same = then.keys() == now.keys() and not changed and dict(manifest.versions) == versions()
    if same:
        yield from _compiled_again(folder, manifest, [(then[card], now[card]) for card in then])


def _input_findings(project: Path, then: BuiltCard, now: CardNow) -> Iterator[Diagnostic]:
    hashes = input_hashes(now.inputs, project)
    for name in sorted({*then.inputs, *hashes}):
        before, after = then.inputs.get(name), hashes.get(name)
        if before == after:
            continue
        what = "is gone" if after is None else "is new" if before is None else "has changed"
        whole = "it" if name == then.card else f"`{then.card}`"
        message = f"`{name}` {what} since {whole} was built"
        yield _finding("G107", message, project / name)
    version = now.usable.plan.version if now.usable else None
    if dict(then.inputs) == hashes and version not in (None, then.version):
        message = f"`{then.card}` was built as version {then.version}, and is {version} now"
        hint = "a list of an installed package has changed"
        yield _finding("G107", message, project / then.card, hint)


def _compiled_again(
    folder: Path, manifest: Manifest, cards: Sequence[tuple[BuiltCard, CardNow]]
) -> Iterator[Diagnostic]:
    """Where the artefacts are not what the same inputs make, whatever the manifest says."""
    usable = [
        replace(now.usable, dialects=then.dialects, dbt=then.dbt)
        for then, now in cards
        if now.usable is not None
    ]
    if len(usable) < len(cards):
        return
    again = made(usable)
    yield from again.diagnostics
    for name in sorted({*again.files, *manifest.files}):
        path = folder / name
        if not _is_made(again.files, manifest, name):
            message = f"`{path}` is not what its scorecard makes"
            yield _finding("G104", message, path, _AGAIN)


def _is_made(files: Mapping[str, bytes], manifest: Manifest, name: str) -> bool:
    return name in files and manifest.files.get(name) == digest(files[name])


def _finding(code: str, message: str, path: Path, hint: str | None = _AGAIN) -> Diagnostic:
    return Diagnostic(code=code, message=message, path=str(path), hint=hint)

"""Cards named by a path, or by a git revision and a path: `main:scorecards/inbound.scorecard`.

Of a revision come the card, the leadcard.yaml that serves it there, and the lists that both name,
without a checkout. Data is never read from a revision: places that a vocabulary names are looked
for where it stands in the working tree.
"""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path, PurePosixPath

from leadcard.cli.cards import CARD_SUFFIX, is_searched
from leadcard.cli.console import say
from leadcard.compiler import pipeline
from leadcard.compiler.pipeline import Checked
from leadcard.compiler.vocabulary import Vocabulary
from leadcard.compiler.vocabulary_file import FILE_NAME, builtin, read_vocabulary
from leadcard.dsl.diagnostics import Diagnostic, in_order
from leadcard.dsl.read import decode_source
from leadcard.dsl.source import Source
from leadcard.runtime.data_error import DataError


class _Refused(Exception):  # it carries a finding
    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


def is_revision(given: str) -> bool:
    """Whether `given` names a file of a revision: no such file is there, and a colon is in it."""
    revision, colon, path = given.partition(":")
    # One letter before the colon is a drive.
    return bool(colon and path) and len(revision) > 1 and not Path(given).exists()


def is_bare_revision(given: str) -> bool:
    """Whether `given` names a revision and nothing of it, as `main` does without a file `main`."""
    if ":" in given or given.startswith("-") or Path(given).exists():
        return False
    try:
        return bool(_commit(given))
    except _Refused:
        return False


def check_revision(given: str, folder: Path) -> Checked:
    """The card `REVISION:PATH` after all passes; what it needs is written below `folder`."""
    try:
        return _checked(given, folder)
    except _Refused as refused:
        nothing = pipeline.check_source(Source(given, ""), builtin())
        return replace(nothing, plan=None, diagnostics=(_finding(given, refused),))


def _finding(given: str, refused: _Refused) -> Diagnostic:
    return Diagnostic(code="F107", message=str(refused), path=given, hint=refused.hint)


def cards_of_revision(given: str) -> tuple[str, ...] | None:
    """The cards of the folder `REVISION:FOLDER`, below it; None where that is a file.

    A folder that is not there holds none: a change may bring it, or take it away.

    Raises `DataError` where there is no such revision.
    """
    revision, _, path = given.partition(":")
    try:
        folder, commit = _place(path), _commit(revision)
        files = _files(commit)
        if not any(folder in PurePosixPath(name).parents for name in files):
            _refuse_inner(commit, folder)
    except _Refused as refused:
        raise DataError(_finding(given, refused)) from None
    below = [PurePosixPath(name) for name in sorted(files)]
    inside = [place.relative_to(folder) for place in below if place.is_relative_to(folder)]
    if PurePosixPath() in inside or (not inside and folder.suffix == CARD_SUFFIX):
        return None
    if not inside:
        say(f"revision `{revision}` has no folder `{folder}`, and so no scorecard in it")
    cards = (p for p in inside if p.suffix == CARD_SUFFIX)
    return tuple(str(p) for p in cards if all(map(is_searched, p.parent.parts)))


def _checked(given: str, folder: Path) -> Checked:
    revision, _, path = given.partition(":")
    if revision.startswith("-"):
        raise _Refused(f"`{revision}` is no revision")
    top = Path(_git("rev-parse", "--show-toplevel").decode().strip())
    place = _place(path)
    commit = _commit(revision)
    files = _files(commit)
    if str(place) not in files:
        _refuse_inner(commit, place)
        raise _Refused(f"revision `{revision}` has no file `{place}`")
    card = decode_source(_blob(commit, place), given)
    if isinstance(card, Diagnostic):
        raise _Refused(card.message, card.hint)
    texts = [card.text]
    home = next((p for p in place.parents if str(p / FILE_NAME) in files), None)
    words: Source | None = None
    if home is not None:
        read = decode_source(_blob(commit, home / FILE_NAME), f"{revision}:{home / FILE_NAME}")
        if isinstance(read, Diagnostic):
            raise _Refused(read.message, read.hint)
        words = read
        texts.append(words.text)
    _write_named(commit, files, texts, folder)
    vocabulary, found = builtin(), tuple[Diagnostic, ...]()
    if words is not None and home is not None:
        vocabulary, found = read_vocabulary(words, folder=folder / home)
        vocabulary = _at_home(vocabulary, top / home / FILE_NAME)
    checked = pipeline.check_source(card, vocabulary, folder=folder / place.parent)
    plan = None if any(d.is_error for d in found) else checked.plan
    return replace(checked, plan=plan, diagnostics=in_order((*found, *checked.diagnostics)))


def _at_home(vocabulary: Vocabulary, path: Path) -> Vocabulary:
    return replace(vocabulary, path=str(path))


def _write_named(commit: str, files: frozenset[str], texts: list[str], folder: Path) -> None:
    """The files whose name stands in one of the texts: lists are named by their files."""
    for name in files:
        place = PurePosixPath(name)
        if any(place.name in text for text in texts) and ".." not in place.parts:
            target = folder / place
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(_blob(commit, place))


def _place(path: str) -> PurePosixPath:
    """The path from the top of the repository; one that begins with `./` is from this folder."""
    plain = path.replace("\\", "/")
    if plain != "." and not plain.startswith(("./", "../")):
        return PurePosixPath(plain)
    parts: list[str] = []
    for part in (PurePosixPath(_git("rev-parse", "--show-prefix").decode().strip()) / plain).parts:
        if part == ".." and parts:
            parts.pop()
        else:
            parts.append(part)
    return PurePosixPath(*parts)


def _commit(revision: str) -> str:
    wanted = f"{revision}^{{commit}}"
    try:
        _git("rev-parse", "--git-dir")
    except _Refused as refused:
        hint = refused.hint or "go to the folder of the repository, or name two files"
        raise _Refused(f"revision `{revision}`: {refused}", hint) from None
    try:
        return _git("rev-parse", "--verify", "--quiet", "--end-of-options", wanted).decode().strip()
    except _Refused:
        raise _Refused(f"there is no revision `{revision}`", _instead(revision)) from None


def _instead(revision: str) -> str:
    """What to do where there is no such revision: CI often fetches the newest commit alone."""
    fetched = _git("for-each-ref", "--format=%(refname:short)", "refs/remotes").decode().split()
    alike = [branch for branch in fetched if branch.partition("/")[2] == revision]
    if alike:
        return f"say `{alike[0]}`, the branch of that name that was fetched"
    if _git("rev-parse", "--is-shallow-repository").strip() == b"true":
        return (
            "this clone is shallow: fetch the history (`git fetch --unshallow`; `fetch-depth: 0`)"
        )
    return "name a branch, a tag or a commit, such as `main:scorecards/inbound.scorecard`"


def _refuse_inner(commit: str, place: PurePosixPath) -> None:
    """Refuse what lies in a submodule, of which a revision of this repository holds no files."""
    for outer in (place, *place.parents):
        if outer == PurePosixPath() or ".." in outer.parts:
            continue
        listed = _git("ls-tree", "-z", "--full-tree", commit, "--", str(outer))
        if listed.startswith(b"160000 "):
            raise _Refused(
                f"`{outer}` is a submodule, whose files have revisions of their own",
                f"go into `{outer}`, and name a revision of that repository",
            )


def _files(commit: str) -> frozenset[str]:
    listed = _git("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit)
    return frozenset(listed.decode("utf-8", "surrogateescape").split("\0")) - {""}


def _blob(commit: str, place: PurePosixPath) -> bytes:
    return _git("cat-file", "blob", f"{commit}:{place}")


def _git(*arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        hint = "install git, or name two files"
        raise _Refused("a revision needs git, which is not there", hint) from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        why = said[-1].removeprefix("fatal: ") if said else "nothing found"
        raise _Refused(f"git: {why}")
    return done.stdout

"""The manifest of a folder of artefacts: what they were made from and by, and how it was tested.

It lies in the folder as `manifest.json` and is the same for the same inputs: it holds no time, no
path of a machine, and nothing of the machine but the versions that decide over the artefacts.
"""

from __future__ import annotations

import json
import os
from codecs import BOM_UTF8
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from leadcard.compiler.pipeline import COMPILER_VERSION, Checked

NAME: Final = "manifest.json"
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltCard:
    """A card at the time of its build.

    `card` is its path in the project; `inputs` are the hashes of all files that it was made from,
    by their paths from the project. `tests` is the report of its tests.
    """

    card: str
    scorecard: str
    version: str
    inputs: Mapping[str, str]
    dialects: tuple[str, ...]
    dbt: str | None
    tests: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What was built: versions of what built it, cards, and hashes of the files by path."""

    versions: Mapping[str, str]
    cards: tuple[BuiltCard, ...]
    files: Mapping[str, str]


def versions() -> dict[str, str]:
    """What decides over the artefacts besides their inputs."""
    return {
        "leadcard": version("leadcard"),
        "compiler": COMPILER_VERSION,
        "sqlglot": version("sqlglot"),
    }


def digest(content: bytes) -> str:
    """The hash of a file."""
    return sha256(content).hexdigest()


def hashes(files: Mapping[str, bytes]) -> dict[str, str]:
    """The hashes of files by path, in order."""
    return {path: digest(files[path]) for path in sorted(files)}


# --- inputs ---------------------------------------------------------------------------------------


def input_files(checked: Checked, samples: Path) -> tuple[Path, ...]:
    """All files that a card is made from: itself, its samples, its vocabulary, its lists."""
    assert checked.source is not None
    found = [Path(checked.source.path), samples]
    if checked.vocabulary.path is not None:
        found.append(Path(checked.vocabulary.path))
    lists = (*checked.vocabulary.lists, *(checked.bound.lists if checked.bound else ()))
    found += [each.file for each in lists if each.file is not None]
    return tuple(dict.fromkeys(found))


def input_hashes(files: Iterable[Path], project: Path) -> dict[str, str]:
    """The hashes of files by their paths from the project; a file that is gone has none."""
    found = {place_in(project, path): path for path in files}
    there = (name for name in sorted(found) if found[name].is_file())
    return {name: digest(_as_read(found[name].read_bytes())) for name in there}


def _as_read(content: bytes) -> bytes:
    """What counts of a text: a checkout may bring other line ends, which change nothing."""
    return content.removeprefix(BOM_UTF8).replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def place_in(project: Path, path: Path) -> str:
    """The path of a file from the project, with `/` on every system; links are not followed."""
    return Path(os.path.relpath(path, project)).as_posix()


# --- to JSON and back -----------------------------------------------------------------------------


def to_json(manifest: Manifest) -> bytes:
    """The text of the manifest."""
    whole = {
        "manifest": _FORMAT,
        "versions": dict(manifest.versions),
        "cards": [
            {
                "card": one.card,
                "scorecard": one.scorecard,
                "version": one.version,
                "inputs": dict(one.inputs),
                "dialects": list(one.dialects),
                "dbt": one.dbt,
                "tests": one.tests,
            }
            for one in manifest.cards
        ],
        "files": dict(manifest.files),
    }
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def from_json(content: bytes) -> Manifest | None:
    """The manifest in a text; None if it is none of this kind."""
    try:
        whole = json.loads(content)
        if whole["manifest"] != _FORMAT:
            return None
        return Manifest(
            versions=_texts(whole["versions"]),
            cards=tuple(_card(one) for one in whole["cards"]),
            files=_texts(whole["files"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _card(said: Mapping[str, Any]) -> BuiltCard:
    dbt = said["dbt"]
    return BuiltCard(
        card=str(said["card"]),
        scorecard=str(said["scorecard"]),
        version=str(said["version"]),
        inputs=_texts(said["inputs"]),
        dialects=tuple(map(str, said["dialects"])),
        dbt=None if dbt is None else str(dbt),
        tests=said["tests"],
    )


def _texts(said: Mapping[str, str]) -> dict[str, str]:
    return {str(key): str(value) for key, value in said.items()}


# --- the report of the tests ----------------------------------------------------------------------


def tests_json(
    result: Mapping[str, Any],
    coverage: Mapping[str, Any],
    minimum: int | None,
    generated: Mapping[str, Any] | None,
) -> dict[str, object]:
    """How a card was tested, of the parts of the report of `leadcard test --format json`."""
    return {
        "as_of": result["as_of"],
        "engines": result["engines"],
        "samples": [
            {
                "name": one["name"],
                "buyer_stage": one["buyer_stage"],
                "score": one["result"] and one["result"]["score"],
                "stage": one["result"] and one["result"]["stage"],
            }
            for one in result["results"]
        ],
        "coverage": {key: coverage[key] for key in ("percent", "shown", "total")}
        | {"minimum": minimum},
        "random": generated
        and {key: generated[key] for key in ("leads", "seed", "checked", "left_out")},
    }

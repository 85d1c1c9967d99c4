"""What is installed is the whole of it, and it works alone."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from tests.source_copy import copy_source

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = {"leadcard": "leadcard", "dsl": "leadcard.dsl", "compiler": "leadcard.compiler"}
FOLDERS |= {"runtime": "leadcard.runtime"}
# Files that only developers and this repository need.
NOT_INSTALLED = {".pyc"}


def _package_folders() -> dict[str, Path]:
    """Import names of all folders with an `__init__.py`, and the folders."""
    found: dict[str, Path] = {}
    for top, name in FOLDERS.items():
        for marker in (ROOT / top).rglob("__init__.py"):
            below = marker.parent.relative_to(ROOT / top).parts
            found[".".join((name, *below))] = marker.parent
    return found


def test_every_package_folder_is_listed() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert sorted(settings["tool"]["setuptools"]["packages"]) == sorted(_package_folders())


def test_the_version_in_the_changelog_is_the_packages_version() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {settings['project']['version']}" in changelog


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the files that are in the repository."""
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "source"
    copy_source(copy)
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(copy)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = folder.glob("*.whl")
    return path


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_its_packages(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    missing = []
    for name, folder in _package_folders().items():
        inside = name.replace(".", "/")
        # Folders of data (presets, templates) are no packages, but belong to one.
        for path in folder.rglob("*"):
            if path.is_dir() or "__pycache__" in path.parts or path.suffix in NOT_INSTALLED:
                continue
            target = f"{inside}/{path.relative_to(folder).as_posix()}"
            if target not in held:
                missing.append(target)
    assert missing == []
    assert {name.split("/")[0] for name in held if ".dist-info" not in name} == {"leadcard"}


@pytest.mark.slow
def test_the_wheel_alone_does_the_main_job(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "alone"
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    quiet = ("-qq", "--disable-pip-version-check")
    install = [str(python), "-m", "pip", "install", *quiet, str(wheel)]
    subprocess.run(install, check=True, cwd=tmp_path)
    script = home / "bin" / "leadcard"

    def leadcard(*arguments: str, folder: Path = tmp_path) -> str:
        done = subprocess.run(
            [script, *arguments], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    leadcard("new", "inbound")
    project = tmp_path / "inbound"
    leadcard("check", "--strict", folder=project)
    leadcard("test", folder=project)
    data = ("--leads", "leads.csv", "--events", "events.csv", "--as-of", "2026-11-21")
    leadcard("score", "inbound.scorecard", *data, "-o", "scores.csv", folder=project)
    rows = (project / "scores.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == len((project / "leads.csv").read_text(encoding="utf-8").splitlines())

"""Folders are replaced whole, or stay as they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadcard.runtime import whole_folder
from leadcard.runtime.whole_folder import holds, write_folder

OLD = {"a.txt": b"old", "deep/b.txt": b"old too"}
NEW = {"a.txt": b"new", "other/c.txt": b"new too"}


@pytest.fixture(params=[True, False], ids=["exchanged", "moved aside"], autouse=True)
def _either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not request.param:
        monkeypatch.setattr(whole_folder, "_exchanged", lambda one, other: False)


def _only(folder: Path, *names: str) -> bool:
    return sorted(path.name for path in folder.iterdir()) == sorted(names)


def test_a_folder_is_made_and_replaced(tmp_path: Path) -> None:
    target = tmp_path / "new" / "out"
    write_folder(target, OLD)
    assert holds(target, OLD)
    write_folder(target, NEW)
    assert holds(target, NEW)
    assert not holds(target, OLD)
    assert _only(tmp_path / "new", "out")


def test_an_empty_folder_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write_folder(tmp_path / "out", NEW)
    assert holds(tmp_path / "out", NEW)


def test_a_link_keeps_its_place(tmp_path: Path) -> None:
    write_folder(tmp_path / "real", OLD)
    (tmp_path / "out").symlink_to("real")
    write_folder(tmp_path / "out", NEW)
    assert (tmp_path / "out").is_symlink()
    assert holds(tmp_path / "real", NEW)


def test_a_failure_leaves_the_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out"
    write_folder(target, OLD)

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(whole_folder, "_write", full)
        with pytest.raises(OSError, match="No space"):
            write_folder(target, NEW)
    assert holds(target, OLD)
    assert _only(tmp_path, "out")


def test_a_step_that_fails_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out"
    write_folder(target, OLD)
    monkeypatch.setattr(whole_folder, "_exchanged", lambda one, other: False)
    rename = Path.rename

    def refuse_the_new(self: Path, to: Path) -> Path:
        if self.suffix == ".part":
            raise OSError(5, "Input/output error")
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", refuse_the_new)
    with pytest.raises(OSError, match="Input/output"):
        write_folder(target, NEW)
    assert holds(target, OLD)
    assert _only(tmp_path, "out")


def test_the_folder_can_be_read_as_any_other(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    write_folder(tmp_path / "out", NEW)
    assert (tmp_path / "out").stat().st_mode == (tmp_path / "plain").stat().st_mode

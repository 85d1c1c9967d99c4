"""`leadcard verify`: every way in which artefacts can differ from their scorecards."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from leadcard.compiler import mail_domains, vocabulary_file
from leadcard.runtime.gate import manifest as manifests
from leadcard.runtime.gate.manifest import digest
from tests.command_line import leadcard
from tests.test_build import CARD, SAMPLES, built, project

MODULE = "build/python/demand.py"


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    folder = project(tmp_path / "p")
    assert built(folder, "--dialect", "sqlite", "--dbt", "duckdb").code == 0
    return folder


def _found(folder: Path, *options: str) -> list[tuple[str, str]]:
    """Codes and messages, of JSON that agrees with the exit code."""
    done = leadcard("verify", "--format", "json", *options, folder=folder)
    found = json.loads(done.stdout)["diagnostics"]
    assert done.code == (1 if found else 0)
    assert done.stderr == ""
    return [(one["code"], one["message"]) for one in found]


def test_what_was_just_built_matches(folder: Path) -> None:
    assert _found(folder) == []
    done = leadcard("verify", folder=folder)
    assert (done.code, done.stdout) == (0, "")
    assert done.stderr == "build is what the scorecards of this folder make\n"


def test_it_matches_wherever_it_is_looked_at_from(folder: Path, tmp_path: Path) -> None:
    assert _found(tmp_path, "p") == []
    assert _found(tmp_path, str(folder)) == []
    shutil.copytree(folder, tmp_path / "elsewhere")
    assert _found(tmp_path / "elsewhere") == []


def test_line_ends_of_a_checkout_are_no_change(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_file():
            path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert _found(folder) == []
    done = built(folder, "--dialect", "sqlite", "--dbt", "duckdb")
    assert "nothing was written" in done.stderr


def test_nothing_was_built(folder: Path) -> None:
    shutil.rmtree(folder / "build")
    assert [code for code, _ in _found(folder)] == ["G101"]
    assert leadcard("verify", "nowhere", folder=folder).code == 2


@pytest.mark.parametrize("text", ["", "[]", "{", '{"manifest": 2}', '{"manifest": 1}', "\xff"])
def test_a_manifest_that_is_none(text: str, folder: Path) -> None:
    (folder / "build" / "manifest.json").write_bytes(text.encode("latin-1"))
    assert [code for code, _ in _found(folder)] == ["G102"]


def test_files_that_are_missing_changed_or_nobodys(folder: Path) -> None:
    (folder / "build" / "sql" / "sqlite" / "demand.sql").unlink()
    module = folder / MODULE
    module.write_text(module.read_text("utf-8").replace("20", "21"), encoding="utf-8")
    (folder / "build" / "sql" / "mine.sql").write_text("SELECT 1", encoding="utf-8")
    assert _found(folder) == [
        ("G104", f"`{MODULE}` has been changed since it was built"),
        ("G105", "`build/sql/mine.sql` is no artefact"),
        ("G103", "`build/sql/sqlite/demand.sql` is missing"),
    ]


def test_what_python_and_dbt_leave_behind_is_no_matter(folder: Path) -> None:
    for name in ("python/__pycache__", "dbt/target/compiled", "dbt/logs", "dbt/dbt_packages"):
        (folder / "build" / name).mkdir(parents=True)
        (folder / "build" / name / "x").write_text("x", encoding="utf-8")
    (folder / "build" / ".gitignore").write_text("dbt/target\n", encoding="utf-8")
    assert _found(folder) == []


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("demand.scorecard", CARD.replace("+20", "+25"), "`demand.scorecard` has changed since it"),
        ("demand.scorecard", CARD.replace("visited", "visted"), "`demand.scorecard` has changed"),
        ("demand.leads.yaml", SAMPLES + "\n", "`demand.leads.yaml` has changed since `demand."),
        ("demand.leads.yaml", None, "`demand.leads.yaml` is gone since `demand.scorecard` was"),
        ("lists/rivals.txt", "c.com\n", "`lists/rivals.txt` has changed since `demand.scorecard`"),
        ("leadcard.yaml", "preset: generic\n", "`leadcard.yaml` is new since `demand.scorecard`"),
    ],
)
def test_an_input_that_has_changed(name: str, text: str | None, message: str, folder: Path) -> None:
    path = folder / name
    path.unlink(missing_ok=True)
    if text is not None:
        path.write_text(text, encoding="utf-8")
    (found,) = _found(folder)
    assert found[0] == "G107"
    assert found[1].startswith(message)


def test_scorecards_that_came_or_went(folder: Path) -> None:
    for ending in ("scorecard", "leads.yaml"):
        (folder / f"demand.{ending}").rename(folder / f"other.{ending}")
    assert _found(folder) == [
        ("G108", "`build` was built from `demand.scorecard` too, which is gone"),
        ("G108", "`other.scorecard` is not among the artefacts"),
    ]


def test_another_version(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifests, "COMPILER_VERSION", "77")
    (found,) = _found(folder)
    assert found == ("G106", "the artefacts were built by compiler 1, and this is 77")


def test_lists_of_a_package_that_have_changed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_domains, "version", lambda: "of tomorrow")
    for kept in (vocabulary_file.builtin, vocabulary_file.preset):
        kept.cache_clear()
    try:
        (found,) = _found(folder)
    finally:
        for kept in (vocabulary_file.builtin, vocabulary_file.preset):
            kept.cache_clear()
    assert found[0] == "G107"
    assert re.match(r"`demand.scorecard` was built as version \w{12}, and is \w{12} now", found[1])


def test_a_manifest_changed_together_with_its_artefact(folder: Path) -> None:
    module, manifest = folder / MODULE, folder / "build" / "manifest.json"
    before = digest(module.read_bytes())
    module.write_bytes(module.read_bytes().replace(b"20", b"21"))
    text = manifest.read_text("utf-8")
    manifest.write_text(text.replace(before, digest(module.read_bytes())), encoding="utf-8")
    assert _found(folder) == [("G104", f"`{MODULE}` is not what its scorecard makes")]


def test_an_artefact_taken_out_of_folder_and_manifest(folder: Path) -> None:
    manifest = folder / "build" / "manifest.json"
    whole = json.loads(manifest.read_text("utf-8"))
    del whole["files"]["python/demand.py"]
    manifest.write_text(json.dumps(whole), encoding="utf-8")
    (folder / MODULE).unlink()
    assert _found(folder) == [("G104", f"`{MODULE}` is not what its scorecard makes")]


def test_artefacts_alone(folder: Path, tmp_path: Path) -> None:
    shutil.move(folder / "build", tmp_path / "deployed")
    done = leadcard("verify", "deployed", folder=tmp_path)
    assert (done.code, done.stdout) == (0, "")
    assert "deployed is as it was built" in done.stderr
    (tmp_path / "deployed" / "python" / "demand.py").write_bytes(b"")
    assert [code for code, _ in _found(tmp_path, "deployed")] == ["G104"]
    assert [code for code, _ in _found(tmp_path, "p", "-o", "deployed")] == ["G104"]

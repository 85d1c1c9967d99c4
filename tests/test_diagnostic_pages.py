"""Every diagnostic code has a page whose bad example causes it and whose good example does not."""

from __future__ import annotations

import re
import shlex
import subprocess
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest

from leadcard.compiler.backends import sql
from leadcard.compiler.backends.dialect import Dialect
from leadcard.compiler.backends.dialects import DIALECTS
from leadcard.compiler.pipeline import check_source
from leadcard.compiler.plan import Plan
from leadcard.compiler.vocabulary_file import builtin, load_vocabulary
from leadcard.dsl.codes import CODES
from leadcard.dsl.source import Source
from leadcard.runtime.harness.engines import ENGINES, Outcomes, run_python
from leadcard.runtime.harness.read_samples import read_samples
from leadcard.runtime.harness.samples import SampleFile
from tests.command_line import leadcard

PAGES = Path(__file__).resolve().parent.parent / "docs" / "diagnostics"
FENCE = re.compile(r"^```(?P<tag>[\w-]*)\n(?P<text>.*?)^```$", re.M | re.S)
SAMPLES_FILE = re.compile(r"# file: (?P<name>\S+)\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The page of a code: its heading, and the fences under `Bad` and `Good`."""

    code: str
    heading: str
    words: str
    bad: tuple[tuple[str, str], ...]
    good: tuple[tuple[str, str], ...]


def _page(code: str) -> Page:
    text = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    head, _, rest = text.partition("\n## Bad\n")
    bad, _, good = rest.partition("\n## Good\n")
    heading, _, words = head.partition("\n")
    return Page(
        code=code,
        heading=heading,
        words=words.strip(),
        bad=tuple((f["tag"], f["text"]) for f in FENCE.finditer(bad)),
        good=tuple((f["tag"], f["text"]) for f in FENCE.finditer(good)),
    )


@pytest.mark.parametrize("code", CODES)
def test_a_code_has_a_page_with_both_examples(code: str) -> None:
    page = _page(code)
    assert page.heading == f"# {code}: {CODES[code]}"
    assert page.words
    assert page.bad
    assert page.good


# Sessions about data run the whole tool several times over.
SESSIONS = [
    pytest.param(code, marks=pytest.mark.slow) if code.startswith("D") else code for code in CODES
]


@pytest.mark.parametrize("code", SESSIONS)
def test_the_bad_example_causes_it_and_the_good_one_does_not(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _page(code)
    if code == "C101":  # no database that can be chosen lacks anything
        monkeypatch.setattr(sql, "DIALECTS", {"duckdb": without_windows()})
    if code == "T126":  # engines that agree in everything cause it nowhere
        monkeypatch.setitem(ENGINES, "duckdb", always_a_thousand)
    for number, (tag, text) in enumerate(page.bad):
        folder = tmp_path / f"bad{number}"
        folder.mkdir()
        assert code in _codes(tag, text, folder), "the bad example"
    for number, (tag, text) in enumerate(page.good):
        folder = tmp_path / f"good{number}"
        folder.mkdir()
        assert code not in _codes(tag, text, folder), "the good example"


def always_a_thousand(card: Plan, file: SampleFile) -> Outcomes:
    """Python, but every score is 1000."""
    return tuple(
        None
        if outcome is None
        else replace(outcome, values={**outcome.values, "score": Decimal(1000)})
        for outcome in run_python(card, file)
    )


def without_windows() -> Dialect:
    """DuckDB as if it could not compare an event with one before it."""
    duckdb = DIALECTS["duckdb"]
    left = {name: text for name, text in duckdb.fragments.items() if " OVER " not in text}
    return replace(duckdb, fragments=left)


def test_no_page_is_left_from_a_code_that_is_gone() -> None:
    assert {path.stem for path in PAGES.glob("?[0-9]*.md")} <= set(CODES)


def _codes(tag: str, text: str, folder: Path) -> set[str]:
    """The codes that an example causes, each kind in its own way."""
    match tag:
        case "scorecard":
            found = check_source(Source("card.scorecard", text), builtin(), folder=folder)
            return {d.code for d in found.diagnostics}
        case "yaml":
            named = SAMPLES_FILE.match(text)
            if named and named["name"].endswith(".leads.yaml"):
                return _codes_of_samples(text)
            path = folder / (named["name"] if named else "leadcard.yaml")
            path.write_text(text, encoding="utf-8")
            return {d.code for d in load_vocabulary(path, explicit=path)[1]}
        case "console":
            return _codes_of_session(text, folder)
        case _:
            raise AssertionError(f"an example tagged `{tag}`")


def _codes_of_samples(text: str) -> set[str]:
    """The codes that a file of sample leads causes beside the card of the overview."""
    overview = (PAGES / "README.md").read_text(encoding="utf-8")
    card = next(f["text"] for f in FENCE.finditer(overview) if f["tag"] == "text")
    checked = check_source(Source("inbound.scorecard", card), builtin(), folder=PAGES)
    assert checked.plan is not None
    return {
        d.code for d in read_samples(Source("inbound.leads.yaml", text), checked, checked.plan)[1]
    }


def _codes_of_session(text: str, folder: Path) -> set[str]:
    """The codes in what the commands of a session say; `leadcard` runs in this process."""
    said = ""
    for line in text.splitlines():
        command = line.removeprefix("$ ")
        if command == line:
            continue
        if command.startswith("leadcard "):
            done = leadcard(*shlex.split(command)[1:], folder=folder)
            said += done.stdout + done.stderr
        else:
            subprocess.run(["bash", "-c", command], cwd=folder, check=True)
    return set(re.findall(r"\[([A-Z]\d{3})\]", said))

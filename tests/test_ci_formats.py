"""What CI servers read: SARIF of `check`, JUnit XML of `test`, both held against their schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
import xmlschema

from leadcard.cli.cards import samples_of
from leadcard.compiler.pipeline import check_file
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.sarif import to_sarif
from leadcard.dsl.source import Source
from leadcard.runtime.harness.junit import junit_report
from leadcard.runtime.harness.read_samples import read_samples
from leadcard.runtime.harness.runner import FileResult, run_samples
from tests.command_line import leadcard

SCHEMAS = Path(__file__).parent / "ci_schemas"
GOLDEN = Path(__file__).parent / "golden"
SARIF: Any = json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text("utf-8"))
JUNIT = xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd"))

# --- SARIF ----------------------------------------------------------------------------------------


def _valid(text: str) -> Any:
    found = json.loads(text)
    # The form of addresses is checked below: the schema's word for it needs a further package.
    jsonschema.Draft4Validator(SARIF).validate(found)
    return found["runs"][0]


def _checked(folder: Path, *arguments: str) -> Any:
    return _valid(leadcard("check", "--format", "sarif", *arguments, folder=folder).stdout)


def test_a_finding_with_its_place_and_its_fix(tmp_path: Path) -> None:
    (tmp_path / "a b.scorecard").write_text(
        "# 經理 😀\n  title is 😀 and visted pricing: +15\n", encoding="utf-8"
    )
    run = _checked(tmp_path)
    (rule,) = run["tool"]["driver"]["rules"]
    (result,) = run["results"]
    assert (rule["id"], result["ruleId"], result["ruleIndex"]) == ("R117", "R117", 0)
    assert result["level"] == "error"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "a%20b.scorecard", "uriBaseId": "%SRCROOT%"}
    assert place["region"]["startLine"] == 2
    assert run["columnKind"] == "unicodeCodePoints"
    (change,) = result["fixes"][0]["artifactChanges"]
    (replacement,) = change["replacements"]
    assert change["artifactLocation"] == place["artifactLocation"]
    # The whole line but its indentation; an emoji is one column.
    assert replacement["deletedRegion"] == {
        "startLine": 2, "startColumn": 3, "endLine": 2, "endColumn": 37,
    }  # fmt: skip


def test_places_start_at_the_top_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    cards = tmp_path / "crm" / "cards"
    cards.mkdir(parents=True)
    (cards / "a.scorecard").write_text("visted pricing: +15\n", encoding="utf-8")
    place = _checked(cards)["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "crm/cards/a.scorecard"


def test_a_file_outside_has_an_address_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    card = tmp_path / "a.scorecard"
    card.write_text("visted pricing: +15\n", encoding="utf-8")
    run = _checked(tmp_path / "here", str(card))
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": card.as_uri()}


def test_no_finding_is_no_result(tmp_path: Path) -> None:
    (tmp_path / "a.scorecard").write_text("visited pricing: +15\n", encoding="utf-8")
    done = leadcard("check", "--format", "sarif", folder=tmp_path)
    assert (done.code, done.stderr, _valid(done.stdout)["results"]) == (0, "", [])


def test_what_is_about_no_file_is_a_notification(tmp_path: Path) -> None:
    done = leadcard("check", "--format", "sarif", folder=tmp_path)
    run = _valid(done.stdout)
    assert (done.code, run["results"]) == (1, [])
    (said,) = run["invocations"][0]["toolExecutionNotifications"]
    assert (said["level"], said["associatedRule"]["id"]) == ("error", "F105")
    assert "there is no scorecard" in said["message"]["text"]


def test_strict_makes_warnings_errors(tmp_path: Path) -> None:
    (tmp_path / "a.scorecard").write_text("visited pricing: 0\n", encoding="utf-8")
    levels = [
        {result["level"] for result in _checked(tmp_path, *options)["results"]}
        for options in ((), ("--strict",))
    ]
    assert levels == [{"warning"}, {"error"}]


@pytest.mark.parametrize("folder", ["mistakes", "lint", "syntax/errors"])
def test_every_kind_of_finding_fits_the_schema(folder: str) -> None:
    done = leadcard("check", "--format", "sarif", folder=GOLDEN / folder)
    run = _valid(done.stdout)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == sorted(set(rules))
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert "\\" not in uri
        assert " " not in uri
    assert any("relatedLocations" in result for result in run["results"]) or folder != "lint"


def test_a_fix_that_leaves_something_open_is_none() -> None:
    source = Source("a.scorecard", "x: +5\n")
    open_ = Diagnostic(code="R104", message="m", source=source, span=source.line_span(1),
                       fix="list x: ...")  # fmt: skip
    run = to_sarif((open_,), "1", lambda path: path)["runs"][0]
    assert "fixes" not in run["results"][0]


# --- JUnit ----------------------------------------------------------------------------------------

CARD = "buyer stages: early, late\nfit:\n  title is CEO: +20\nbehavior:\n  visited pricing: +15\n"
SAMPLES = """\
as_of: 2026-11-21T12:00:00Z
leads:
  - {name: chief, buyer stage: late, lead: {title: CEO}, expect: {score: 21}}
  - {name: visitor, events: ["visited pricing, 3d ago"], expect: {score: 15}}
"""


def _project(folder: Path, card: str = CARD) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "in.bound.scorecard").write_text(card, encoding="utf-8")
    (folder / "in.bound.leads.yaml").write_text(SAMPLES, encoding="utf-8")
    return folder


def _report(folder: Path, *arguments: str) -> ElementTree.Element:
    """The report after a run, which fits the schema."""
    done = leadcard("test", "--junit", "out.xml", *arguments, folder=folder)
    assert done.code == 1
    return _fitting((folder / "out.xml").read_bytes())


def _fitting(text: bytes) -> ElementTree.Element:
    bare = ElementTree.fromstring(text)
    for case in bare.iter("testcase"):
        # GitLab and viewers read them; Jenkins passes over them, and its schema has them not.
        for name in ("file", "line"):
            case.attrib.pop(name, None)
    JUNIT.validate(ElementTree.tostring(bare, encoding="unicode"))
    root = ElementTree.fromstring(text)
    for suite in root:
        for counted, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
            assert int(suite.get(counted, "")) == len(list(suite.iter(tag))), counted
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(set(names)) == len(names), "GitLab would take two for one"
    return root


def test_sample_leads_are_cases(tmp_path: Path) -> None:
    _project(tmp_path / "cards")
    (suite,) = _report(tmp_path)
    assert suite.get("name") == "cards/in.bound.scorecard"
    chief, visitor = suite
    assert chief.attrib == {
        "name": "chief",
        "classname": "cards.in_bound.late",
        "file": "cards/in.bound.leads.yaml",
        "line": "3",
    }
    assert (visitor.get("classname"), len(visitor)) == ("cards.in_bound", 0)
    (failure,) = chief
    assert failure.get("message") == "score  expected 21, got 20"
    assert failure.text is not None
    assert failure.text.splitlines()[0] == "cards/in.bound.leads.yaml:3"
    assert "+20  title is CEO" in failure.text


def test_a_card_with_mistakes_is_an_error_and_no_pass(tmp_path: Path) -> None:
    _project(tmp_path, "visted pricing: +15\nvisted pricing: +15\n")
    (suite,) = _report(tmp_path)
    assert (suite.get("errors"), suite.get("failures")) == ("2", "0")
    first = suite[0]
    assert first.get("name") == "R101 in line 1: no event verb `visted`"
    assert (first.get("file"), first.get("line")) == ("in.bound.scorecard", "1")
    error = first.find("error")
    assert error is not None
    assert error.get("type") == "R101"
    assert "did you mean `visited`?" in (error.text or "")


def test_too_little_coverage_is_an_error(tmp_path: Path) -> None:
    _project(tmp_path, CARD + "stages:\n  hot: 30+\n  cold: below 30\n")
    _, errors = _report(tmp_path, "--min-coverage", "100")
    assert [case.find("error") is not None for case in errors] == [True]
    assert (errors[0].get("name") or "").startswith("T125")


def test_nothing_to_test_is_an_error(tmp_path: Path) -> None:
    (suite,) = _report(tmp_path)
    assert (suite.get("errors"), suite.get("tests")) == ("1", "1")


def test_an_engine_that_cannot_work_is_an_error(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    _project(tmp_path)
    (suite,) = _report(tmp_path, "--engine", f"postgres://nobody@/none?host={tmp_path}")
    assert [(case.get("name") or "")[:4] for case in suite] == ["D902"]


def _run(folder: Path) -> FileResult:
    card = _project(folder) / "in.bound.scorecard"
    checked = check_file(card)
    assert checked.plan is not None
    source = Source("s", samples_of(card).read_text("utf-8").replace("chief", r'"a\e<b>\uFFFE"'))
    file, _ = read_samples(source, checked, checked.plan)
    assert file is not None
    result = run_samples(checked, checked.plan, file, ("python",))
    assert isinstance(result, FileResult)
    return result


def test_characters_that_xml_cannot_hold_do_not_spoil_it(tmp_path: Path) -> None:
    root = _fitting(junit_report([_run(tmp_path)]))
    assert root[0][0].get("name") == "a<b>"

"""The report of `leadcard test` as JUnit XML, which CI servers read.

A suite is a card, a case a sample lead: servers show `classname` as a tree by its points, and take
cases of one `classname` and `name` for the same. What is wrong besides (a card with mistakes, an
engine that cannot work) is a case with an error, lest a report of no failures be taken for a pass.
`file` and `line` are what GitLab and most viewers link; Jenkins passes over them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.render import render_text
from leadcard.runtime.harness.report import failure_lines
from leadcard.runtime.harness.runner import FileResult, SampleResult

# What XML 1.0 cannot hold, in whatever way it is written.
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_report(results: Sequence[FileResult], errors: Sequence[Diagnostic] = ()) -> bytes:
    """The samples of all cards, and the findings that are errors."""
    root = ElementTree.Element("testsuites", name="leadcard")
    for result in results:
        suite = _suite(root, result.card, len(result.results), failures=result.failed)
        for one in result.results:
            _sample(suite, result, one)
    for path, found in _by_file(errors).items():
        suite = _suite(root, path, len(found), errors=len(found))
        for error in found:
            _error(suite, path, error)
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _suite(
    root: ElementTree.Element, name: str, tests: int, *, failures: int = 0, errors: int = 0
) -> ElementTree.Element:
    counts = {"tests": tests, "failures": failures, "errors": errors, "skipped": 0}
    attributes = {"name": name} | {key: str(count) for key, count in counts.items()}
    return ElementTree.SubElement(root, "testsuite", _plain(attributes))


def _sample(suite: ElementTree.Element, result: FileResult, one: SampleResult) -> None:
    attributes = {
        "name": one.sample.name,
        "classname": ".".join(_words(result.card, one.sample.buyer_stage)),
        "file": result.file.source.path,
        "line": str(one.sample.line),
    }
    case = ElementTree.SubElement(suite, "testcase", _plain(attributes))
    if not one.passed:
        lines = failure_lines(one, result.plan)
        place = f"{result.file.source.path}:{one.sample.line}"
        told = {"message": lines[0], "type": "not as expected"}
        failure = ElementTree.SubElement(case, "failure", _plain(told))
        failure.text = _in_xml("\n".join([place, *lines]))


def _error(suite: ElementTree.Element, path: str, one: Diagnostic) -> None:
    source, span = one.source, one.span
    line = source.position(span.start).line if source is not None and span is not None else None
    where = f" in line {line}" if line is not None else ""
    attributes = {
        "name": f"{one.code}{where}: {one.message}",
        "classname": ".".join(_words(path, None)),
        "file": path,
    }
    attributes |= {} if line is None else {"line": str(line)}
    case = ElementTree.SubElement(suite, "testcase", _plain(attributes))
    told = {"message": one.message, "type": one.code}
    error = ElementTree.SubElement(case, "error", _plain(told))
    error.text = _in_xml(render_text((one,)).rsplit("\n\n", 1)[0])


def _by_file(errors: Iterable[Diagnostic]) -> Mapping[str, list[Diagnostic]]:
    found: dict[str, list[Diagnostic]] = {}
    for one in errors:
        path = one.source.path if one.source is not None else one.path
        found.setdefault(path or "leadcard", []).append(one)
    return found


def _words(path: str, stage: str | None) -> list[str]:
    """The parts of a path without endings and points, and the buyer stage."""
    place = Path(path)
    if place.is_absolute() and place.is_relative_to(Path.cwd()):
        place = place.relative_to(Path.cwd())
    folders = [part for part in place.parent.parts if part not in (place.anchor, "..")]
    words = [*folders, place.stem or "leadcard", *([stage] if stage else [])]
    return [word.replace(".", "_") for word in words]


def _plain(attributes: Mapping[str, str]) -> dict[str, str]:
    return {name: _in_xml(value) for name, value in attributes.items()}


def _in_xml(text: str) -> str:
    return _NOT_XML.sub("", text)

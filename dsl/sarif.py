"""Diagnostics as SARIF 2.1.0, the form in which code scanning takes findings of any tool.

Lines and columns are the same as in our JSON: from 1, in code points, the end the first one after.
A fix replaces the line of its finding. What is about no file goes into the notifications of the
run, since a result without a place is refused by those who show them beside the code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from leadcard.dsl.codes import CODES
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.source import Source, Span

UriOf: TypeAlias = Callable[[str], str | None]
_ROOT: Final = "%SRCROOT%"
_KINDS: Final[Mapping[str, str]] = {
    "S": "The way a line of a scorecard is written.",
    "R": "A word of a scorecard that nothing knows, or words that mean nothing together.",
    "L": "Allowed, and probably not meant.",
    "V": "A vocabulary file or a list.",
    "T": "Sample leads.",
    "D": "Data.",
    "C": "Compiling.",
    "G": "What was built from scorecards.",
    "F": "A file.",
}


def to_sarif(found: Sequence[Diagnostic], version: str, uri_of: UriOf) -> dict[str, Any]:
    """The findings as one run of leadcard `version`.

    `uri_of` gives the address of a file relative to the top of what is scanned; None for what is no
    file.
    """
    codes = sorted({one.code for one in found})
    placed = [(one, uri) for one in found if (uri := _uri(one, uri_of)) is not None]
    others = [one for one in found if _uri(one, uri_of) is None]
    invocation: dict[str, Any] = {"executionSuccessful": True}
    if others:
        invocation["toolExecutionNotifications"] = [_notification(one, codes) for one in others]
    driver = {"name": "leadcard", "version": version, "rules": [_rule(code) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The top of what is scanned."}}},
        "results": [_result(one, uri, codes, uri_of) for one, uri in placed],
    }
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }


def _uri(one: Diagnostic, uri_of: UriOf) -> str | None:
    path = one.source.path if one.source is not None else one.path
    return None if path is None else uri_of(path)


def _rule(code: str) -> dict[str, Any]:
    title = _sentence(CODES[code])
    about = f"{title} {_KINDS[code[0]]}"
    return {
        "id": code,
        "shortDescription": {"text": title},
        "fullDescription": {"text": about},
        "help": {"text": f"{about} See docs/diagnostics/{code}.md, with a bad and a good example."},
    }


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _notification(one: Diagnostic, codes: Sequence[str]) -> dict[str, Any]:
    rule = {"id": one.code, "index": codes.index(one.code)}
    return {"associatedRule": rule, "level": one.severity.value, "message": _message(one)}


def _result(one: Diagnostic, uri: str, codes: Sequence[str], uri_of: UriOf) -> dict[str, Any]:
    result = {
        "ruleId": one.code,
        "ruleIndex": codes.index(one.code),
        "level": one.severity.value,
        "message": _message(one),
        "locations": [_location(uri, one.source, one.span)],
    }
    related = [
        _location(place, each.source, each.span) | {"message": {"text": each.label}}
        for each in one.related
        if (place := uri_of(each.source.path)) is not None
    ]
    if related:
        result["relatedLocations"] = related
    if (fix := _fix(one, uri)) is not None:
        result["fixes"] = [fix]
    return result


def _message(one: Diagnostic) -> dict[str, str]:
    return {"text": one.message if one.hint is None else f"{one.message}; {one.hint}"}


def _location(uri: str, source: Source | None, span: Span | None) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": _file(uri)}
    if source is not None and span is not None:
        place["region"] = _region(source, span)
    return {"physicalLocation": place}


def _file(uri: str) -> dict[str, str]:
    return {"uri": uri} if ":" in uri.partition("/")[0] else {"uri": uri, "uriBaseId": _ROOT}


def _region(source: Source, span: Span) -> dict[str, int]:
    start, end = source.position(span.start), source.position(span.end)
    return {
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    }


def _fix(one: Diagnostic, uri: str) -> dict[str, Any] | None:
    """The corrected line in the place of the line; None for a fix that leaves something open."""
    if one.fix is None or one.source is None or one.span is None or "..." in one.fix:
        return None
    line = one.source.line_span(one.source.position(one.span.start).line)
    text = one.source.text[line.start : line.end]
    written = Span(line.end - len(text.lstrip()), line.end)
    replacement = {
        "deletedRegion": _region(one.source, written),
        "insertedContent": {"text": one.fix.strip()},
    }
    change = {"artifactLocation": _file(uri), "replacements": [replacement]}
    return {
        "description": {"text": "Write the line so."},
        "artifactChanges": [change],
    }

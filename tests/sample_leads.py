"""A small reader of sample leads, apart from the product's own, for tests of the oracle."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from leadcard.compiler.result import JOIN_TEXT
from leadcard.compiler.vocabulary import FieldType, Vocabulary
from leadcard.dsl import ast
from leadcard.dsl.format import format_condition
from leadcard.dsl.parser import parse_condition
from leadcard.dsl.source import Source, Span
from tests.oracle_conditions import Scope
from tests.oracle_values import name

Row: TypeAlias = dict[str, object]
_EVENT = re.compile(
    r"(?P<words>.+?)(?: x(?P<times>[0-9]+))?, (?P<start>[^,]+?)(?: to (?P<end>.+))?"
)
_AGE = re.compile(r"([0-9]+)([mhdwy]) ago")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A sample lead with its events, colleagues and what is expected of it."""

    name: str
    lead: Row
    events: tuple[Row, ...]
    colleagues: tuple[tuple[Row, tuple[Row, ...]], ...]
    expect: Mapping[str, Any]


def read_samples(path: Path, vocabulary: Vocabulary) -> tuple[datetime, tuple[Sample, ...]]:
    """The instant and the leads of a file of sample leads; numbers stay texts."""
    data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    as_of = datetime.fromisoformat(data["as_of"])
    reader = _Reader(as_of, vocabulary)
    return as_of, tuple(reader.sample(entry) for entry in data["leads"])


def differences(result: Mapping[str, Any], expect: Mapping[str, Any]) -> Iterator[str]:
    """What of a result is not as expected."""
    fired = {reason["rule"] for reason in result["reasons"]}
    for key, wanted in expect.items():
        match key:
            case "fired" | "not fired":
                for rule in wanted:
                    if (_plain(rule) in fired) is not (key == "fired"):
                        yield f"{key}: {rule}"
            case "sections":
                totals = {name(section): total for section, total in result["sections"].items()}
                for section, points in wanted.items():
                    if totals[name(section)] != Decimal(points):
                        yield f"{section}: {totals[name(section)]}, not {points}"
            case "flags" | "key conversions":
                got = result[key.replace(" ", "_")]
                texts = got.split(JOIN_TEXT) if isinstance(got, str) else got
                texts = [text for text in texts if text]
                if texts != wanted:
                    yield f"{key}: {texts}, not {wanted}"
            case _:
                got = result[key.replace(" ", "_")]
                said = {True: "true", False: "false"}.get(got) if isinstance(got, bool) else got
                said = "" if got is None else said
                same = Decimal(wanted) == got if isinstance(got, Decimal) else said == wanted
                if not same:
                    yield f"{key}: {got}, not {wanted}"


def _plain(rule: str) -> str:
    chain, found = parse_condition(Source("rule", rule))
    assert chain is not None, found
    return format_condition(chain)


class _Reader:
    def __init__(self, as_of: datetime, vocabulary: Vocabulary) -> None:
        self.as_of = as_of
        self.scope = Scope(vocabulary=vocabulary)

    def sample(self, entry: Mapping[str, Any]) -> Sample:
        colleagues = entry.get("colleagues", [])
        return Sample(
            name=entry["name"],
            lead=self.lead(entry.get("lead", {})),
            events=self.events(entry.get("events", [])),
            colleagues=tuple((self.lead(c["lead"]), self.events(c["events"])) for c in colleagues),
            expect=entry["expect"],
        )

    def lead(self, entry: Mapping[str, str]) -> Row:
        row: Row = {}
        for written, value in entry.items():
            if written == "account":
                row["account_id"] = value
                continue
            found = self.scope.field_at(_words(written))
            assert found is not None, written
            is_time = found[0].type is FieldType.TIME
            row[found[0].column] = self.moment(value) if is_time else value
        return row

    def events(self, entries: list[Any]) -> tuple[Row, ...]:
        return tuple(row for entry in entries for row in self.event(entry))

    def event(self, entry: Any) -> Iterator[Row]:
        if isinstance(entry, dict):
            moment = self.moment(entry["at"])
            row = self.row(entry["did"], entry.get("what"), moment, entry.get("seconds"))
            yield row | ({"event_id": entry["id"]} if "id" in entry else {})
            return
        found = _EVENT.fullmatch(entry)
        assert found is not None, entry
        words = _words(found["words"])
        verb = self.scope.verb_at(words)
        assert verb is not None, entry
        about = " ".join(word.text for word in words[verb[1] :]) or None
        times = int(found["times"] or 1)
        start = self.moment(found["start"])
        end = self.moment(found["end"] or found["start"])
        for number in range(times):
            share = number / (times - 1) if times > 1 else 0
            yield self.row(verb[0].name, about, start + (end - start) * share, None)

    def row(self, verb: str, about: str | None, at: datetime, seconds: object) -> Row:
        return {"verb": verb, "object": about, "at": at, "seconds": seconds}

    def moment(self, text: str) -> datetime:
        age = _AGE.fullmatch(text)
        if age is None:
            return datetime.fromisoformat(text)
        return self.as_of - timedelta(**{_UNITS[age[2]]: int(age[1])})


def _words(text: str) -> ast.Words:
    return tuple(ast.Text(text=word, span=Span(0, 0)) for word in text.split())

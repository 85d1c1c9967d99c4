"""A small reader of sample leads, apart from the product's own, for tests of the oracle."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from leadcard.compiler.vocabulary import FieldType, Vocabulary
from leadcard.dsl import ast
from leadcard.dsl.source import Span
from tests.oracle_conditions import Scope

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
        for name, value in entry.items():
            found = self.scope.field_at(_words(name))
            assert found is not None, name
            is_time = found[0].type is FieldType.TIME
            row[found[0].column] = self.moment(value) if is_time else value
        return row

    def events(self, entries: list[Any]) -> tuple[Row, ...]:
        return tuple(row for entry in entries for row in self.event(entry))

    def event(self, entry: Any) -> Iterator[Row]:
        if isinstance(entry, dict):
            moment = self.moment(entry["at"])
            yield self.row(entry["did"], entry.get("what"), moment, entry.get("seconds"))
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

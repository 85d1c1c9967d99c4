"""Made leads as text of a sample file, ready to paste; what is written reads back as it was."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from leadcard.compiler.plan import Plan
from leadcard.compiler.result import JOIN_TEXT
from leadcard.compiler.vocabulary import Vocabulary
from leadcard.runtime.harness.compare import number
from leadcard.runtime.harness.outcome import Outcome, Value
from leadcard.runtime.harness.probe import Person
from leadcard.runtime.harness.sample_events import spread
from leadcard.runtime.harness.samples import (
    INDENT,
    FieldValue,
    SampleEvent,
    SampleFile,
    SampleLead,
)

_PLAIN: Final = re.compile(r"(?!(?:no|none|null|nothing|x\d)\b)[^\W_][\w.@+/ -]*", re.IGNORECASE)
_OBJECT: Final = re.compile(r"[\w./-]+(?: [\w./-]+)*")
_UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
_ROUND: Final = 600  # seconds above which an age that is no round number is written as a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A lead to be pasted: its name, what is expected of it by column, and which rules.

    `columns` are those whose value is expected; `fires` and `spares` are lines of rules. `instead`
    are keys of `expect` with their texts, in place of what the outcome holds.
    """

    name: str
    person: Person
    outcome: Outcome | None
    columns: tuple[str, ...] = ("score",)
    fires: tuple[int, ...] = ()
    spares: tuple[int, ...] = ()
    instead: tuple[tuple[str, str], ...] = ()
    buyer_stage: str | None = None
    notes: tuple[str, ...] = field(default=())


class SampleWriter:
    """Writes made leads for the sample file of one card; `indent` is before each entry of it."""

    def __init__(
        self, card: Plan, vocabulary: Vocabulary, as_of: datetime, *, indent: str = INDENT
    ) -> None:
        self.indent = indent
        self._card = card
        self._as_of = as_of
        self._names = {f.column: f.name for f in vocabulary.fields}
        self._sections = {f"section_{s.column}": s.name for s in card.sections}

    def file(self, proposals: Sequence[Proposal], *, plainly: bool = False) -> str:
        """A whole sample file."""
        leads = "".join(self.sample(one, plainly=plainly) for one in proposals)
        return f"as_of: {instant_text(self._as_of)}\nleads:\n{leads}"

    @classmethod
    def of(cls, card: Plan, vocabulary: Vocabulary, file: SampleFile) -> SampleWriter:
        """The writer whose leads stand as those of the file do, if any can stand at its end."""
        indent = INDENT if file.indent is None else file.indent
        return cls(card, vocabulary, file.as_of, indent=indent)

    def sample(self, made: Proposal, *, plainly: bool = False) -> str:
        """One lead as an entry of `leads`; `plainly` writes every event with keys."""
        return "".join(f"{self.indent}{line}\n" for line in self._lines(made, plainly))

    def _lines(self, made: Proposal, plainly: bool) -> Iterator[str]:
        for note in made.notes:
            yield f"# {note}"
        yield f"- name: {scalar(made.name)}"
        if made.buyer_stage is not None:
            yield f"  buyer stage: {scalar(made.buyer_stage)}"
        for line in self._lead(made.person.lead, plainly):
            yield f"  {line}"
        if made.person.colleagues:
            yield "  colleagues:"
            for colleague in made.person.colleagues:
                first, *rest = [*self._lead(colleague, plainly)] or ["lead: {}"]
                yield f"    - {first}"
                yield from (f"      {line}" for line in rest)
        yield f"  expect: {self.expected(made)}"

    def _lead(self, lead: SampleLead, plainly: bool) -> Iterator[str]:
        values = [
            f"{scalar(self._names.get(column, column))}: {self._value(value)}"
            for column, value in lead.values
            if value is not None
        ]
        if lead.account is not None:
            values.append(f"account: {scalar(lead.account)}")
        if values:
            yield f"lead: {{{', '.join(values)}}}"
        if lead.events:
            yield "events:"
            for line in self._events(lead.events, plainly):
                yield f"  - {line}"

    def _value(self, value: FieldValue) -> str:
        if isinstance(value, datetime):
            return scalar(self._when(value))
        return scalar(value or "")

    # --- events ---

    def _events(self, events: Sequence[SampleEvent], plainly: bool) -> Iterator[str]:
        alike: dict[tuple[str, str | None, Decimal | None, str | None], list[datetime]]
        alike = defaultdict(list)
        for event in events:
            alike[event.verb, event.object, event.seconds, event.id].append(event.at)
        for (verb, what, seconds, id), times in alike.items():
            times.sort()
            simple = not plainly and seconds is None and id is None
            if simple and (what is None or _OBJECT.fullmatch(what)):
                words = f"{verb} {what}" if what else verb
                yield from (f"{words}{when}" for when in self._times(times))
                continue
            for at in times:
                keys = {"did": verb, "what": what, "at": self._when(at), "id": id}
                keys["seconds"] = None if seconds is None else number(seconds)
                given = (f"{key}: {scalar(text)}" for key, text in keys.items() if text is not None)
                yield f"{{{', '.join(given)}}}"

    def _times(self, times: list[datetime]) -> Iterator[str]:
        """`x3, 10d ago to 1d ago` where that is what happened; else each moment by itself."""
        first, last, many = times[0], times[-1], len(times)
        if many > 2 and first != last and list(spread(first, last, many)) == times:
            yield f" x{many}, {self._when(first)} to {self._when(last)}"
            return
        for at in dict.fromkeys(times):
            count = times.count(at)
            yield f"{f' x{count}' if count > 1 else ''}, {self._when(at)}"

    def _when(self, at: datetime) -> str:
        """An age where that is a round number, else the time."""
        micros = (self._as_of - at) // timedelta(microseconds=1)
        seconds, rest = divmod(micros, 10**6)
        if micros == 0:
            return "now"
        if micros > 0 and rest == 0:
            size, unit = next((s, u) for s, u in _UNITS if seconds % s == 0)
            if size > 1 or seconds < _ROUND:
                return f"{seconds // size}{unit} ago"
        return instant_text(at)

    # --- expectations ---

    def expected(self, made: Proposal) -> str:
        """What is expected of a lead, as keys with values in braces."""
        outcome = made.outcome
        if made.instead:
            return f"{{{', '.join(f'{key}: {text}' for key, text in made.instead)}}}"
        if outcome is None:
            return "{score: none}"
        parts = [
            f"{column.replace('_', ' ')}: {self.value_text(column, outcome.values[column])}"
            for column in made.columns
            if column not in self._sections
        ]
        sections = [
            f"{scalar(self._sections[column])}: {self.value_text(column, outcome.values[column])}"
            for column in made.columns
            if column in self._sections
        ]
        if sections:
            parts.append(f"sections: {{{', '.join(sections)}}}")
        for key, lines in (("fired", made.fires), ("not fired", made.spares)):
            if lines:
                parts.append(f"{key}: [{', '.join(self.rule_name(line) for line in lines)}]")
        return f"{{{', '.join(parts)}}}"

    def value_text(self, column: str, value: Value) -> str:
        """A value of a result as `expect` takes it."""
        if column in ("flags", "key_conversions"):
            entries = self._entries(column, str(value or ""))
            return f"[{', '.join(scalar(entry) for entry in entries)}]"
        match value:
            case None:
                return "none"
            case bool():
                return "true" if value else "false"
            case Decimal():
                return number(value)
            case datetime():
                return instant_text(value)
            case "none":
                return value
            case _:
                return scalar(value)

    def _entries(self, column: str, joined: str) -> Iterator[str]:
        """The names that a result joined, in the order of the card; a name may hold the joint."""
        if column == "flags":
            known = [rule.flag for rule in self._card.rules if rule.flag is not None]
        else:
            known = [rule.label or rule.text for rule in self._card.rules if rule.key_conversion]
        for name in dict.fromkeys(known):
            if joined == name or joined.startswith(name + JOIN_TEXT):
                yield name
                joined = joined[len(name) + len(JOIN_TEXT) :]

    def rule_name(self, line: int) -> str:
        """A rule by its condition, or by its line where others have the same condition."""
        text = next(rule.text for rule in self._card.rules if rule.line == line)
        alike = sum(rule.text == text for rule in self._card.rules)
        return scalar(text) if alike == 1 else str(line)


def scalar(text: str) -> str:
    """A text as YAML takes it between braces: in quotes unless nothing in it has a meaning."""
    return text if _PLAIN.fullmatch(text) and text == text.strip() else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\x7f")


def instant_text(at: datetime) -> str:
    """An instant in UTC as ISO text."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")

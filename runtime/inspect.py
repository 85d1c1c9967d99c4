"""Data held against a card: what occurs and nothing matches, what the card asks for in vain.

Everything is counted in the engine; only distinct values come out of it, the most frequent first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from leadcard.compiler import bound
from leadcard.compiler.plan import FieldKind, Plan
from leadcard.compiler.text import name_form, text_form
from leadcard.compiler.vocabulary import Field, FieldType, Vocabulary
from leadcard.dsl.nearest import nearest
from leadcard.runtime.bad_rows import BadCount
from leadcard.runtime.card_words import (
    ObjectWord,
    ValueWord,
    VerbWord,
    Word,
    asks_for_any_event,
    card_fields,
    card_words,
    denials,
)
from leadcard.runtime.load import Data, SourceReport
from leadcard.runtime.recognise import kind_of
from leadcard.runtime.sql_text import is_blank, name, texts
from leadcard.runtime.sql_text import text_form as sql_text_form
from leadcard.runtime.value_reading import read_kind

MOSTLY_EMPTY: Final = 0.2  # known for less than this share of leads
OFTEN_MISSING: Final = 0.2  # missing for at least this share of leads
_MOST_VALUES: Final = 200_000
_SHOWN: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """A value, verb or object that occurs and that nothing of the card matches."""

    text: str
    count: int
    near: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldReport:
    """A field of the leads: for how many leads it is known, and what is odd about its values."""

    word: str
    known: int
    distinct: int
    unreadable: int
    used: bool
    unmatched: tuple[Unmatched, ...]
    unmatched_leads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VerbReport:
    """A verb as the data spells it: `verb` is None where the vocabulary does not know it."""

    spelled: str
    count: int
    verb: str | None
    used: bool
    near: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectReport:
    """Objects of a verb that no rule looks for, the most frequent, and all their events."""

    verb: str
    objects: tuple[Unmatched, ...]
    events: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """A word of the card that never occurs in the data; `near` does."""

    line: int
    what: str  # verb, object, value, list
    text: str
    of: str | None = None  # the field or verb that it belongs to
    near: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """A test such as `country is not US`, which no lead without a value meets."""

    line: int
    text: str
    field: str
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """All that was found; `absent` are fields that the card reads and the data lacks."""

    sources: tuple[SourceReport, ...]
    leads: int
    events: int
    first: datetime | None
    last: datetime | None
    quiet_leads: int
    repeated_events: int
    bad_rows: tuple[BadCount, ...]
    fields: tuple[FieldReport, ...]
    absent: tuple[str, ...]
    verbs: tuple[VerbReport, ...]
    objects: tuple[ObjectReport, ...]
    silent: tuple[Silent, ...]
    denials: tuple[Denial, ...] = ()


def loading_plan(plan: Plan) -> Plan:
    """The plan to load data with: only times are checked then, which numbers need not be.

    A row with an unreadable number stays among the leads, and is counted with its field.
    """
    times = tuple(field for field in plan.fields if field.kind is FieldKind.TIME)
    return replace(plan, fields=times, lists=())


def inspect(data: Data, vocabulary: Vocabulary, card: bound.Card | None = None) -> Inspection:
    """Hold loaded data against the vocabulary, and against a card if there is one."""
    words = () if card is None else card_words(card)
    values = _Values(data, vocabulary, words, frozenset() if card is None else card_fields(card))
    happened = _Events(data, vocabulary, words)
    every_verb = card is not None and asks_for_any_event(card)
    return Inspection(
        sources=data.sources,
        leads=data.lead_count,
        events=data.event_count,
        first=data.first,
        last=data.last,
        quiet_leads=_quiet_leads(data),
        repeated_events=_repeated(data),
        bad_rows=data.bad_rows.counts,
        fields=values.reports(),
        absent=values.absent(),
        verbs=happened.verbs(card is not None, every_verb),
        objects=happened.objects(),
        silent=(*values.silent(), *happened.silent()),
        denials=() if card is None else values.denials(denials(card)),
    )


def _one(data: Data, query: str) -> int:
    row = data.connection.execute(query).fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def _quiet_leads(data: Data) -> int:
    if data.event_count == 0:
        return data.lead_count
    return _one(data, f"SELECT count(*) FROM {data.leads} ANTI JOIN {data.events} USING (lead_id)")


def _repeated(data: Data) -> int:
    """Rows beyond the first of one event: same source, lead, id, verb and object."""
    if "event_id" not in data.event_columns:
        return 0
    keys = [
        c for c in ("source", "lead_id", "event_id", "verb", "object") if c in data.event_columns
    ]
    listed = ", ".join(name(key) for key in keys)
    return _one(
        data,
        f"SELECT sum(n - 1) FROM (SELECT count(*) AS n FROM {data.events}"
        f" WHERE event_id IS NOT NULL GROUP BY {listed} HAVING count(*) > 1)",
    )


# --- fields ---------------------------------------------------------------------------------------


class _Values:
    """The values of lead fields, and the words of the card that are compared with them."""

    def __init__(
        self, data: Data, vocabulary: Vocabulary, words: Sequence[Word], used: frozenset[str]
    ) -> None:
        self._data, self._vocabulary, self._used = data, vocabulary, used
        self._words = [word for word in words if isinstance(word, ValueWord)]
        self._columns = {str(c) for c in data.lead_types} - {"lead_id", "account_id"}
        self._seen: dict[str, Counter[str]] = {}

    def reports(self) -> tuple[FieldReport, ...]:
        """One report for each field that the data has, or that is made from one."""
        fields = [f for f in self._vocabulary.fields if self._expression(f) is not None]
        return tuple(self._report(field) for field in fields)

    def absent(self) -> tuple[str, ...]:
        """Fields that the card reads and the data lacks; `created` may always be missing."""
        return tuple(
            field.name
            for field in self._vocabulary.fields
            if field.column in self._used - {"created"} and self._expression(field) is None
        )

    def silent(self) -> tuple[Silent, ...]:
        """Values and lists of the card that no lead has."""
        found = []
        for word in self._words:
            seen = self._values(word.field)
            if seen is None or any(word.meets(value) for value in seen):
                continue
            what = "value" if word.list is None else "list"
            near = nearest(word.value, seen) if word.list is None else None
            found.append(
                Silent(line=word.line, what=what, text=word.text, of=word.field.name, near=near)
            )
        return tuple(found)

    def denials(self, asked: Iterable[tuple[int, Field, str]]) -> tuple[Denial, ...]:
        """The tests that a field is not something, of fields that are often missing."""
        leads, found = self._data.lead_count, []
        for line, field, text in asked:
            if self._expression(field) is None:
                continue  # said to be absent
            missing = leads - sum((self._values(field) or Counter()).values())
            if missing and missing >= leads * OFTEN_MISSING:
                found.append(Denial(line=line, text=text, field=field.name, missing=missing))
        return tuple(found)

    def _expression(self, field: Field) -> str | None:
        """SQL for the text of a field; an email domain is made from the address."""
        if field.column in self._columns:
            return f"CAST({name(field.column)} AS VARCHAR)"
        email = self._vocabulary.field_index.get("email")
        if field.type is not FieldType.DOMAIN or email is None or email.column not in self._columns:
            return None
        return f"regexp_extract({name(email.column)}, '@([^@]*)$', 1)"

    def _distinct(self, field: Field) -> str:
        """A query of the known values `v` of a field with their counts `n`.

        Bringing text into normal form is slow, so it is done for distinct values only, and for none
        that is longer than all words for nothing.
        """
        value = self._expression(field) or "NULL"
        missing = {text_form(word) for word in field.missing}
        missing |= {text_form(w) for w in (field.source.missing if field.source else ())}
        known = f"NOT {is_blank('v')}"
        if missing:
            longest = max(len(word) for word in missing) + 10
            says_nothing = f"{sql_text_form('v')} IN ({texts(sorted(missing))})"
            known += f" AND CASE WHEN length(v) > {longest} THEN true ELSE NOT {says_nothing} END"
        every = f"SELECT {value} AS v, count(*) AS n FROM {self._data.leads} GROUP BY 1"
        return f"SELECT v, n FROM ({every}) WHERE {known}"

    def _report(self, field: Field) -> FieldReport:
        row = self._data.connection.execute(
            f"SELECT coalesce(sum(n), 0), count(*),"
            f" coalesce(sum(n) FILTER (WHERE {self._unreadable(field)}), 0)"
            f" FROM ({self._distinct(field)})"
        ).fetchone()
        assert row is not None
        tests = [word for word in self._words if word.field.column == field.column]
        unmatched = self._unmatched(field, tests)
        return FieldReport(
            word=field.name,
            known=int(row[0]),
            distinct=int(row[1]),
            unreadable=int(row[2]),
            used=field.column in self._used,
            unmatched=unmatched[:_SHOWN],
            unmatched_leads=sum(one.count for one in unmatched),
        )

    def _unreadable(self, field: Field) -> str:
        """SQL for: the text `v` is no value of the field; typed columns hold none such."""
        kind = kind_of(field)
        texts_only = str(self._data.lead_types.get(field.column)) == "text"
        if kind not in (FieldKind.NUMBER, FieldKind.BOOLEAN) or not texts_only:
            return "false"
        return read_kind("v", "VARCHAR", kind, ()).bad or "false"

    def _values(self, field: Field) -> Counter[str] | None:
        """The known values of a field with their counts; None where the data lacks the field."""
        if self._expression(field) is None:
            return None
        if field.column not in self._seen:
            rows = self._data.connection.execute(
                f"{self._distinct(field)} ORDER BY n DESC, v LIMIT {_MOST_VALUES}"
            ).fetchall()
            self._seen[field.column] = Counter({str(text): int(count) for text, count in rows})
        return self._seen[field.column]

    def _unmatched(self, field: Field, tests: Sequence[ValueWord]) -> tuple[Unmatched, ...]:
        """Values that the card compares with something else, the most frequent first."""
        if not tests or field.type is FieldType.DOMAIN:  # most domains are on no list, by nature
            return ()
        known = [word.value for word in tests if word.list is None]
        seen = self._values(field) or Counter()
        rest = [v for v in seen if not any(word.meets(v) for word in tests)]
        return tuple(
            Unmatched(text=v, count=seen[v], near=nearest(v, known) if n < _SHOWN else None)
            for n, v in enumerate(rest)
        )


# --- events ---------------------------------------------------------------------------------------


class _Events:
    """Verbs and objects of events, and the words of the card that are compared with them."""

    def __init__(self, data: Data, vocabulary: Vocabulary, words: Iterable[Word]) -> None:
        self._vocabulary = vocabulary
        every = tuple(words)
        self._verbs = [word for word in every if isinstance(word, VerbWord)]
        self._objects = [word for word in every if isinstance(word, ObjectWord)]
        self._any = data.event_count > 0
        self._spelled = _counted(data, "verb")
        self._told: dict[str, set[str]] = {}  # objects beside words that say one (`ad_click`)
        self._acts = self._counted_acts(data)

    def verbs(self, with_card: bool, every: bool) -> tuple[VerbReport, ...]:
        """The verbs that occur, those that nobody knows first, then by number."""
        used = {verb for word in self._verbs for verb in word.verbs}
        names = [n for v in self._vocabulary.verbs for n in (v.name, *v.aka, *v.spellings)]
        found = []
        for spelled, count in self._spelled.items():
            verb = self._verb(spelled)
            found.append(
                VerbReport(
                    spelled=spelled,
                    count=count,
                    verb=verb,
                    used=verb is not None and (not with_card or every or verb in used),
                    near=nearest(spelled, names) if verb is None else None,
                )
            )
        return tuple(sorted(found, key=lambda r: (r.verb is not None, -r.count, r.spelled)))

    def objects(self) -> tuple[ObjectReport, ...]:
        """Objects that no rule looks for, of verbs that the card only asks for with an object."""
        bare = {verb for word in self._verbs if word.bare for verb in word.verbs}
        asked = {verb for word in self._objects for verb in word.verbs} - bare
        found = []
        for verb in sorted(asked):
            tests = [word for word in self._objects if verb in word.verbs]
            acts = self._acts.get(verb, Counter())
            rest = [
                (o, n) for o, n in acts.most_common() if not any(self._meets(t, o) for t in tests)
            ]
            if rest:
                shown = tuple(Unmatched(text=o, count=n) for o, n in rest[:_SHOWN])
                found.append(ObjectReport(verb=verb, objects=shown, events=sum(n for _, n in rest)))
        return tuple(found)

    def silent(self) -> tuple[Silent, ...]:
        """Verbs and objects of the card that no event has."""
        if not self._any:
            return ()
        occurring = {self._verb(spelled) for spelled in self._spelled}
        unknown = [s for s in self._spelled if self._verb(s) is None]
        found = []
        for word in self._verbs:
            if not word.verbs & occurring:
                near = nearest(word.text, unknown)
                found.append(Silent(line=word.line, what="verb", text=word.text, near=near))
        for asked in self._objects:
            if not asked.verbs & occurring:
                continue  # said of the verb already
            seen = [o for verb in asked.verbs for o in self._acts.get(verb, ())]
            if not any(self._meets(asked, o) for o in seen):
                of = " or ".join(sorted(verb for verb in asked.verbs if verb in occurring))
                near = nearest(asked.text, seen)
                found.append(
                    Silent(line=asked.line, what="object", text=asked.text, of=of, near=near)
                )
        return tuple(sorted(found, key=lambda s: s.line))

    def _meets(self, asked: ObjectWord, what: str) -> bool:
        """Whether an object meets a word of the card, alone or beside what the verb says."""
        beside = (form for form, objects in self._told.items() if what in objects)
        return asked.meets(what) or any(asked.meets_beside(form, what) for form in beside)

    def _verb(self, spelled: str) -> str | None:
        known = self._vocabulary.spelling_index.get(name_form(spelled))
        return None if known is None else known[0].name

    def _counted_acts(self, data: Data) -> dict[str, Counter[str]]:
        """The objects of each verb with their counts."""
        acts: dict[str, Counter[str]] = {}
        wanted = {verb for word in self._objects for verb in word.verbs}
        spelled = [s for s in self._spelled if self._verb(s) in wanted]
        for said in spelled:
            verb, told = self._vocabulary.spelling_index[name_form(said)]
            if told is not None:
                acts.setdefault(verb.name, Counter())[told] += self._spelled[said]
        if not spelled or "object" not in data.event_columns:
            return acts
        rows = data.connection.execute(
            f'SELECT verb, CAST("object" AS VARCHAR) AS o, count(*) AS n FROM {data.events}'
            f' WHERE "object" IS NOT NULL AND verb IN ({texts(spelled)})'
            f" GROUP BY ALL ORDER BY n DESC, o LIMIT {_MOST_VALUES}"
        ).fetchall()
        for verb, what, count in rows:
            plain, form = self._verb(str(verb)), name_form(str(verb))
            if plain is not None and self._vocabulary.spelling_index[form][1] is not None:
                self._told.setdefault(form, set()).add(str(what))
            if plain is not None and str(what).strip():
                acts.setdefault(plain, Counter())[str(what)] += int(count)
        return acts


def _counted(data: Data, column: str) -> Counter[str]:
    """The values of an event column with their counts, the most frequent first."""
    if data.event_count == 0 or column not in data.event_columns:
        return Counter()
    rows = data.connection.execute(
        f"SELECT CAST({name(column)} AS VARCHAR) AS v, count(*) AS n FROM {data.events}"
        f" WHERE v IS NOT NULL GROUP BY 1 ORDER BY n DESC, v LIMIT {_MOST_VALUES}"
    ).fetchall()
    return Counter({str(value): int(count) for value, count in rows})

"""The vocabulary: which words a scorecard may use, and how they meet data.

This module holds the finished, checked vocabulary; `vocabulary_file.py` reads leadcard.yaml and the
presets into it. All names are kept in plain form (`annual revenue`); look-ups take name forms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from decimal import Decimal
from enum import Enum
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias, TypeVar

from leadcard.compiler.text import name_form, word_form
from leadcard.dsl.record import dataclass
from leadcard.dsl.source import Source, Span

_T = TypeVar("_T")

# Columns with the value, or the values, that rows must have: text, bool, Decimal or None.
Conditions: TypeAlias = tuple[tuple[str, object], ...]
# The numbers that rows of yes and no meet too, with the texts that such values have.
TRUTH_OF_NUMBERS: Final[Mapping[Decimal, str]] = MappingProxyType(
    {Decimal(0): "false", Decimal(1): "true"}
)


class FieldType(Enum):
    """What a field holds; `country` is compared as countries, `domain` made from an address."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    TIME = "time"
    BOOLEAN = "boolean"
    COUNTRY = "country"
    EMAIL = "email"
    DOMAIN = "domain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Where a value comes from in a source: a column, and how its texts and numbers are read.

    `unit` is s, ms or us for times kept as integers. `zone` is the zone of times without offset.
    `values` maps a word of ours to the data's spellings. `missing` are values that mean nothing.
    `other` are columns to take, in order, where this one is empty. A name with a point reaches into
    a joined table (`company.industry`) or a nested value (`event_params.page_location`).
    `matches` (for an event's lead) names what the column holds: lead fields, or `id` for the id,
    tried in order; `strangers` says that rows of no known lead are left out, and no mistake.
    `constant` stands instead of a column where every row has the same value (`verb: visited`).
    With a `name` the column must be there. Without one, `aka` are usual headers: the first that the
    data has is taken, and it is no error if none is there.
    """

    name: str | None = None
    aka: tuple[str, ...] = ()
    unit: str | None = None
    zone: str | None = None
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    missing: tuple[str, ...] = ()
    matches: tuple[str, ...] = ()
    strangers: bool = False
    currency: str | None = None
    constant: str | None = None
    other: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of leads: its plain name, column of the plain table, type and other names.

    `aka` are other names that cards may use and that data headers may have. `source` says where the
    field stands in the leads source: a column that leadcard.yaml or the preset names, or (without
    `name`) further usual headers, which are no words for cards. `values` maps a word for cards to
    the data's spellings of it (for countries: additional spellings of an ISO code).
    """

    name: str
    column: str
    type: FieldType
    aka: tuple[str, ...] = ()
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    missing: tuple[str, ...] = ()
    source: Column | None = None
    declared: bool = False  # by leadcard.yaml, not built in


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """An event verb: its plain name, spellings of sources (`page_view`), whether it is activity.

    `aka` are other phrasings for cards; `spellings` are what data may hold besides name and aka.
    `implied` maps an object to spellings that say it too: `webinar` to `webinar_attended`.
    """

    name: str
    aka: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()
    activity: bool = True
    implied: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WordList:
    """A list of the vocabulary or card, or a built-in class; entries load when first asked for.

    `file` is where the entries stand, if not in the text of `source`.
    """

    name: str
    load: Callable[[], tuple[str, ...]] = field(compare=False)
    builtin: bool = False
    source: Source | None = field(default=None, compare=False)
    span: Span | None = field(default=None, compare=False)
    file: Path | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A name for paths: `pricing` for `/pricing` and `/plans/*`; empty paths: any path or URL."""

    name: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """Another table whose columns stand beside those of a source, as `name.column`.

    `on` are pairs of a column of the source and the column of the table that it equals; `where`
    says which rows of the table count. With `pivot`, the table holds names and values in these two
    columns, and each name is a column. `optional` tables come from a preset: where the data lacks
    them, their columns are not there.
    """

    name: str
    location: str
    on: tuple[tuple[str, str], ...] = ()
    where: Conditions = ()
    pivot: tuple[str, str] | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unless:
    """Rows that are left out: those whose column has the value, or one of the values.

    `optional` ones come from a preset: without the column, nothing is left out.
    """

    column: str
    wanted: object
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Merges:
    """A table of merges: the lead or leads (`lead`, ids with anything between) and their master."""

    location: str
    lead: str
    into: str
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadsSource:
    """Where leads come from; the latest value of column `wins` decides between rows of one id."""

    location: str | None = None
    id: Column | None = None
    account: Column | None = None
    merged_into: str | None = None
    merges: tuple[Merges, ...] = ()
    where: Conditions = ()
    without: tuple[Unless, ...] = ()
    joins: tuple[Join, ...] = ()
    wins: str | None = None
    optional: frozenset[str] = frozenset()  # `wins`, `merged into` of a preset: may be lacking


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsSource:
    """Where events come from; parts left out of leadcard.yaml hold the usual headers as `aka`.

    The built-in vocabulary has one source without a location: the usual headers. `optional` sources
    come from a preset: the data need not have them.
    """

    location: str | None = None
    name: str | None = None
    id: Column | None = None
    lead: Column | None = None
    at: Column | None = None
    verb: Column | None = None
    object: Column | None = None
    seconds: Column | None = None
    where: Conditions = ()
    without: tuple[Unless, ...] = ()
    joins: tuple[Join, ...] = ()
    unique: bool = False  # the source promises that ids do not repeat
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversions:
    """Where outcomes come from: a table with lead and time, or else a boolean `field` of leads."""

    location: str | None = None
    lead: Column | None = None
    at: Column | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency:
    """The base currency (ISO code) and what one unit of each other currency is worth in it."""

    base: str | None = None
    rates: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSettings:
    """What `leadcard build` writes and asks for, unless its options say otherwise.

    `dialects` are those of SQL statements, `dbt` that of a dbt project. `random` is a number of
    generated leads, `min_coverage` a percentage.
    """

    dialects: tuple[str, ...] | None = None
    dbt: str | None = None
    min_coverage: int | None = None
    random: int | None = None


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """All words, and all sources; `digest` is a hash of everything that can change a score."""

    fields: tuple[Field, ...]
    verbs: tuple[Verb, ...]
    pages: tuple[Page, ...] = ()
    lists: tuple[WordList, ...] = ()
    leads: LeadsSource = LeadsSource()
    events: tuple[EventsSource, ...] = ()
    conversions: Conversions | None = None
    currency: Currency = Currency()
    preset: str = "generic"
    data: str | None = None  # the folder or database that holds the tables
    usual: EventsSource = EventsSource()  # the usual headers of events
    path: str | None = None
    build: BuildSettings = BuildSettings()
    digest: str = ""

    @cached_property
    def field_index(self) -> Mapping[str, Field]:
        """Fields by the name form of each name; built-in names give way to declared ones."""
        return _index((f.declared, (f.name, f.column, *f.aka), f) for f in self.fields)

    @property
    def events_unique(self) -> bool:
        """Whether every source of events promises that its ids do not repeat."""
        return bool(self.events) and all(source.unique for source in self.events)

    @cached_property
    def verb_index(self) -> Mapping[str, Verb]:
        """Verbs by the name form of each phrasing that cards may use."""
        return _index((False, (v.name, *v.aka), v) for v in self.verbs)

    @cached_property
    def spelling_index(self) -> Mapping[str, tuple[Verb, str | None]]:
        """Verbs, and the object that a spelling implies, by name form of what data may hold."""
        index: dict[str, tuple[Verb, str | None]] = {
            f: (v, None) for f, v in self.verb_index.items()
        }
        for verb in self.verbs:
            for spelling in verb.spellings:
                index.setdefault(name_form(spelling), (verb, None))
            for implied, spellings in verb.implied:
                for spelling in spellings:
                    index.setdefault(name_form(spelling), (verb, implied))
        return index

    @cached_property
    def page_index(self) -> Mapping[str, Page]:
        """Pages by name form."""
        return {name_form(p.name): p for p in self.pages}

    @cached_property
    def list_index(self) -> Mapping[str, WordList]:
        """Lists of the vocabulary and built-in classes by name form."""
        return {name_form(w.name): w for w in self.lists}

    @cached_property
    def _longest(self) -> int:
        names = (*self.field_index, *self.verb_index)
        return max((len(n.split(" ")) for n in names), default=1)

    def find_field(self, words: Sequence[str]) -> tuple[Field, int] | None:
        """The field with the longest name at the start of `words`, and how many words it took."""
        return self._find(self.field_index, words)

    def find_verb(self, words: Sequence[str]) -> tuple[Verb, int] | None:
        """The verb with the longest phrasing at the start of `words`, and its number of words."""
        return self._find(self.verb_index, words)

    def read_verb(self, text: str) -> tuple[Verb, str | None] | None:
        """The verb that data means by `text`, and the object it says too (`Requested Demo`)."""
        form = name_form(text)
        known = self.spelling_index.get(form)
        if known is not None:
            return known
        words = form.split(" ")
        found = self.find_verb(words)
        if found is None:
            return None
        verb, taken = found
        return verb, " ".join(words[taken:]) or None

    def covered(self, verb: Verb) -> tuple[Verb, ...]:
        """`verb` and the longer verbs that begin with its words (`clicked`, `clicked email`)."""
        return self._covered[verb.name]

    @cached_property
    def _covered(self) -> Mapping[str, tuple[Verb, ...]]:
        forms = {v.name: f"{name_form(v.name)} " for v in self.verbs}
        return {
            name: tuple(v for v in self.verbs if forms[v.name].startswith(form))
            for name, form in forms.items()
        }

    def _find(self, index: Mapping[str, _T], words: Sequence[str]) -> tuple[_T, int] | None:
        forms = [name_form(w) for w in words[: self._longest]]
        for n in range(len(forms), 0, -1):
            found = index.get(" ".join(forms[:n]))
            if found is not None:
                return found, n
        return None


def plain_column(name: str) -> str:
    """The column of the plain table for a field's name: `Annual Revenue` is `annual_revenue`."""
    return "_".join(word_form(name).split())


def _index(entries: Iterable[tuple[bool, tuple[str, ...], _T]]) -> dict[str, _T]:
    """Entries by name form; declared ones win over built-in ones, main names over other names."""
    ordered = sorted(entries, key=lambda e: not e[0])
    index: dict[str, _T] = {}
    for _, names, entry in ordered:
        index.setdefault(name_form(names[0]), entry)
    for _, names, entry in ordered:
        for name in names[1:]:
            index.setdefault(name_form(name), entry)
    return index

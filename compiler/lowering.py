"""What lowering gathers on its way: fields, verbs, long lists, and the card's own calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from leadcard.compiler import plan
from leadcard.compiler.text import name_form
from leadcard.compiler.vocabulary import Verb, Vocabulary, WordList
from leadcard.dsl import ast

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Lowering:
    """The state of one lowering; filled as conditions are lowered, read when the plan is made."""

    def __init__(self, vocabulary: Vocabulary, timezone: str) -> None:
        self.vocabulary = vocabulary
        self.zone = ZoneInfo(timezone)
        self.fields: dict[str, plan.LeadField] = {}
        self.verbs: dict[str, plan.Verb] = {}
        self.lists: dict[str, plan.LongList] = {}
        self.uses_accounts = False
        self.clauses: dict[int, tuple[object, tuple[plan.EventClause, ...]]] = {}
        self._names: dict[int, tuple[tuple[Verb, ...], tuple[str, ...]]] = {}
        self._telling: dict[tuple[str, str], list[str]] | None = None

    def verb_names(self, verbs: tuple[Verb, ...]) -> tuple[str, ...]:
        """The names of verbs, each noted with its spellings in data."""
        known = self._names.get(id(verbs))
        if known is not None and known[0] is verbs:
            return known[1]
        for verb in verbs:
            if verb.name not in self.verbs:
                spelled = {name_form(s) for s in (verb.name, *verb.aka, *verb.spellings)}
                self.verbs[verb.name] = plan.Verb(name=verb.name, spellings=tuple(sorted(spelled)))
        names = tuple(sorted(v.name for v in verbs))
        self._names[id(verbs)] = verbs, names
        return names

    def telling(self, verbs: tuple[Verb, ...]) -> tuple[tuple[str, str], ...]:
        """Words of data that say one of these verbs and its object: `webinar attended`, `webinar`.

        Those of one verb and object are noted as a verb of its own, since no column holds what they
        say of the object.
        """
        if self._telling is None:
            self._telling = {}
            for spelling, (verb, implied) in self.vocabulary.spelling_index.items():
                if implied is not None:
                    self._telling.setdefault((verb.name, implied), []).append(spelling)
        names = {verb.name for verb in verbs}
        found: list[tuple[str, str]] = []
        for (name, implied), spellings in self._telling.items():
            if name in names:
                spelled = tuple(sorted(spellings))
                self.verbs[spelled[0]] = plan.Verb(name=spelled[0], spellings=spelled)
                found.append((spelled[0], implied))
        return tuple(sorted(found))

    def long_list(self, named: WordList, forms: set[str]) -> str:
        """The name under which a long list stands in the plan; one list may have several forms."""
        entries = tuple(sorted(forms))
        name = named.name
        n = 1
        while name in self.lists and self.lists[name].entries != entries:
            n += 1
            name = f"{named.name} ({n})"
        self.lists[name] = plan.LongList(name=name, entries=entries)
        return name

    def rate_of(self, written: ast.NumberRange, rates: dict[str, Decimal]) -> Decimal:
        """What one unit of the range's currency is worth in the base currency."""
        from leadcard.compiler import currencies

        for number in (written.low, written.high):
            if number is not None and number.currency is not None:
                return rates[currencies.resolve(number.currency) or number.currency]
        return Decimal(1)

    # --- instants -------------------------------------------------------------------------------

    def ago(self, duration: ast.Duration) -> plan.Instant:
        """as_of less a duration."""
        return plan.Instant(offset=-duration.seconds * 1_000_000)

    def ahead(self, duration: ast.Duration) -> plan.Instant:
        """as_of plus a duration."""
        return plan.Instant(offset=duration.seconds * 1_000_000)

    def instant(self, day: ast.Day) -> plan.Instant:
        """A written day as the instant of its local midnight; a written time as it is."""
        return plan.Instant(absolute=self._micros(day.value))

    def next_midnight(self, day: ast.Day) -> plan.Instant:
        """The local midnight after a written day; just after a written time."""
        if isinstance(day.value, datetime):
            return plan.Instant(absolute=self._micros(day.value) + 1)
        return plan.Instant(absolute=self._micros(day.value + timedelta(days=1)))

    def _micros(self, value: date | datetime) -> int:
        if not isinstance(value, datetime):
            value = datetime.combine(value, time())
        if value.tzinfo is None:
            value = value.replace(tzinfo=self.zone)
        return (value.astimezone(UTC) - _EPOCH) // _MICROSECOND

"""Random leads and events near the constants of a card: hits, near misses, edges, gaps, noise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import TypeAlias
from zoneinfo import ZoneInfo

from leadcard.compiler.vocabulary import FieldType, Vocabulary
from tests.strategies_card import Hints, Pick, days_of

Row: TypeAlias = dict[str, object]

MICROSECOND = timedelta(microseconds=1)
NOW = (
    datetime(2026, 11, 21, 12, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 0, 0, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    datetime(2024, 2, 29, 23, 59, 59, 999999, tzinfo=UTC),
)
MISSING: tuple[object, ...] = (None, "", "  \t", "\u00a0", "Select", "n/a")
NOISE = (
    "Director",
    "MVP of Managerial Accounts",
    "💥\u200b zero\ufeffwidth",
    "quote ' \" ` \\ %s %(x)s {0}",
    "a" * 3000,
    "line\nbreak\r\n",
    "ＦＵＬＬ width",
    "ﬁ ligature ǅ ß ẞ ſ K Å",
)
NUMBER_NOISE = (
    "51-200",
    "10,001+",
    "200–51",
    "$5,000",
    "1e5",
    "unknown",
    "1 000",
    "-3",
    "- 5",
    "12.",
    ".5",
    "5-",
    "--5",
    "5--3",
    "5 €",
    "€ 1’000 – 2’000.5",
    "1,0,0+",
    "+5++",
    "'5",
)
OFF_BY = ("0", "1", "-1", "0.000001", "-0.000001", "0.5")


class DataWriter:
    """Draws rows for one card at one instant."""

    def __init__(self, pick: Pick, vocabulary: Vocabulary, hints: Hints, zone: str) -> None:
        self.pick = pick
        self.vocabulary = vocabulary
        self.hints = hints
        self.zone = ZoneInfo(zone)
        self.as_of = pick.one(NOW)
        self.spellings = {
            verb.name: (verb.name, verb.name.upper(), *verb.spellings, *verb.aka)
            for verb in vocabulary.verbs
        }
        columns = {f.column: f for f in vocabulary.fields}
        wanted = {column for column in hints.fields if column in columns} | {"email", "created"}
        self.fields = [columns[column] for column in sorted(wanted)]
        # How the columns of a table are typed; those that hold what people wrote are text.
        self.typed = {f.column: pick.one(KINDS.get(f.type, ("text",))) for f in self.fields}
        self.typed |= {"at": pick.one(["time", "plain time"])}
        self.typed |= {"seconds": pick.one(["text", "decimal", "double"])}
        self.with_source = pick.chance(30)

    # --- leads ------------------------------------------------------------------------------------

    def lead(self, number: int) -> Row:
        """One lead."""
        row: Row = {"lead_id": f"L{number}"}
        for asked in self.fields:
            row[asked.column] = (
                None if self.pick.chance(6) else self._value(asked.type, asked.column)
            )
            if asked.type is FieldType.MONEY:
                codes = ["EUR", "USD", "usd", "JPY", None, " "]
                row[f"{asked.column}_currency"] = self.pick.one(codes)
        if self.pick.chance(30):
            row["account_id"] = self.pick.one(["A1", "A2", " ", "a1", " A1\u00a0", "N/a "])
        return row

    def _value(self, kind: FieldType, column: str) -> object:
        match kind:
            case FieldType.NUMBER | FieldType.MONEY:
                return self._number(column)
            case FieldType.TIME:
                return self._time(column)
            case FieldType.BOOLEAN:
                return self._boolean(column)
            case FieldType.EMAIL:
                return self._email(column)
            case FieldType.COUNTRY:
                return self._country(column)
            case _:
                return self._text(column)

    def _near(self, column: str) -> str:
        known = self.hints.fields.get(column) or ["CEO"]
        return self.pick.one(known)

    def _text(self, column: str) -> object:
        if self.pick.chance(8):
            return self.pick.one(MISSING)
        if self.pick.chance(7):
            return self.pick.one(NOISE)
        return self._varied(self._near(column))

    def _varied(self, text: str) -> str:
        """A text as it is, or as the language takes it, or a near miss."""
        return text if self.pick.chance(45) else self.pick.one(VARIANTS)(text)

    def _country(self, column: str) -> object:
        if self.pick.chance(30):
            return self.pick.one(
                ["usa", "DE", "Deutschland", "KR", "KAZ", "Great Britain", "Narnia", ""]
            )
        return self.pick.one(VARIANTS[:4])(self._near(column))

    def _email(self, column: str) -> object:
        odd = ["nobody", "a@", "x@y@GMAIL.com", " z@acme.com\u00a0", "q@notacme.com", "@mail.ru"]
        odd += ["No@Mail.example", "b@mail.example", "c@acme.com", "d@eu.gmail.com"]
        if self.pick.chance(25):
            return self.pick.one([None, "", *odd])
        text = self.pick.one(self.hints.fields.get(column) or ["a@acme.com"])
        return self.pick.one([text, text.upper(), text.replace("@", "@a.b.")])

    def _number(self, column: str) -> object:
        exact = Decimal(self._near_number(column)) + Decimal(self.pick.one(OFF_BY))
        match self.typed[column]:
            case "decimal":
                return exact
            case "double":
                return float(exact)
            case "integer":
                return int(min(exact, Decimal(10**18)))
        if self.pick.chance(30):
            return self.pick.one(NUMBER_NOISE)
        forms = [
            f"{exact}",
            f" {exact:,} ",
            f"€{exact:f}",
            f"{exact:f}-{exact + 5:f}",
            f"{exact:f}+",
        ]
        return self.pick.one([*forms, str(MISSING[self.pick.number(1, 5)])])

    def _near_number(self, column: str) -> str:
        if self.pick.chance(6):
            return self.pick.one(["99999999999999999999", "0", "-5", "123456789.123456"])
        return self.pick.one(self.hints.fields.get(column) or ["50"])

    def _boolean(self, column: str) -> object:
        if self.typed[column] == "boolean":
            return self.pick.one([True, False, None])
        return self.pick.one(["yes", "No", " TRUE ", "0", "1", "maybe", "", None, "on", "F"])

    # --- instants ---------------------------------------------------------------------------------

    def _time(self, column: str) -> object:
        moment = self._moment()
        match self.typed[column]:
            case "date":
                return moment.date()
            case "plain time":
                return moment.replace(tzinfo=None)
            case "text":
                offset = moment.astimezone(timezone(timedelta(hours=5, minutes=30)))
                day = moment.date().isoformat()
                texts = [moment.isoformat(), offset.isoformat(), day, "soon", " "]
                return self.pick.one(texts)
        return moment

    def _moment(self) -> datetime:
        """An instant at an edge of a window, a day's beginning, or anywhere near as_of."""
        moment = self._edge()
        return moment + self.pick.one([0, 1, -1, 3_600_000_000, -3_600_000_000]) * MICROSECOND

    def _edge(self) -> datetime:
        kind = self.pick.number(0, 9)
        if kind <= 3 and self.hints.durations:
            ago = days_of(self.pick.one(self.hints.durations))
            return self.as_of + ago if self.pick.chance(10) else self.as_of - ago
        if kind == 4 and self.hints.days:
            return self._midnight(
                self.pick.one(self.hints.days) + timedelta(self.pick.number(0, 1))
            )
        if kind == 5:
            return self._midnight(self.as_of.date() - timedelta(self.pick.number(0, 40)))
        if kind == 6:
            return self.as_of
        hours = self.pick.one([1, 1, 20, 20, 50, 200, 700, 3000])
        return self.as_of - timedelta(hours=hours, microseconds=self.pick.number(0, 10**9))

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(0), tzinfo=self.zone).astimezone(UTC)

    # --- events -----------------------------------------------------------------------------------

    def events(self, lead_id: str) -> list[Row]:
        """The events of one lead, some of them repeated."""
        rows: list[Row] = []
        for _ in range(self.pick.one([0, 6, 3, 8, 12, 5])):
            rows.append(
                self._repeated(rows) if rows and self.pick.chance(20) else self._event(lead_id)
            )
        return rows

    def _event(self, lead_id: str) -> Row:
        verb, about = self._subject()
        source = {"source": self.pick.one([None, "web", "mail"])} if self.with_source else {}
        moment = self._moment()
        if self.typed["at"] == "plain time":
            moment = moment.replace(tzinfo=None)
        return source | {
            "event_id": self.pick.one([None, "e1", "e2", "E1", f"e{self.pick.number(3, 9)}"]),
            "lead_id": lead_id,
            "verb": verb,
            "object": about,
            "at": None if self.pick.chance(3) else moment,
            "seconds": self._seconds(),
        }

    def _seconds(self) -> object:
        written = self.pick.one(["30", None, "0", "59.999", "60.0005", "120", "-5", "0.0005", "90"])
        match self.typed["seconds"]:
            case "decimal":
                return written and Decimal(written)
            case "double":
                return written and float(written)
        odd = ["1,200", "1e3", "60.", ".5", "120-120", "120+", "+90", "2 m", "9 0"]
        return self.pick.one(odd) if self.pick.chance(20) else written

    def _subject(self) -> tuple[str, str | None]:
        about: str | None
        if self.hints.objects and self.pick.chance(80):
            verb, written = self.pick.one(self.hints.objects)
            vary = self.pick.one(OBJECT_VARIANTS[: 4 if self.pick.chance(50) else None])
            about = vary(written)
        else:
            verb = self.pick.one(self.hints.verbs or ["visited"])
            about = self.pick.one([None, "", "/", "https://acme.com/x?q=pricing", "Pricing Guide"])
        if self.pick.chance(10):
            return self.pick.one(
                ["sent email", "unheard of", "opened email", "Unsubscribed"]
            ), about
        return self.pick.one(self.spellings[verb]), about

    def _repeated(self, rows: list[Row]) -> Row:
        """A row told twice: the same but for one part."""
        again = dict(self.pick.one(rows))
        match self.pick.number(0, 5):
            case 0 | 1:
                again["at"] = self._event(str(again["lead_id"]))["at"]
            case 2:
                again["seconds"] = self._seconds()
            case 3:
                again["object"] = self.pick.one([None, str(again["object"]).upper()])
            case 4:
                again["event_id"] = self.pick.one([None, "", " ", "e1"])
            case _:
                pass
        return again


KINDS: dict[FieldType, tuple[str, ...]] = {
    FieldType.NUMBER: ("text", "decimal", "double", "integer", "text"),
    FieldType.MONEY: ("text", "decimal", "double", "text"),
    FieldType.TIME: ("time", "plain time", "date", "text", "time"),
    FieldType.BOOLEAN: ("boolean", "text"),
}
VARIANTS: tuple[Callable[[str], str], ...] = (
    lambda text: text,
    str.upper,
    lambda text: f"  {text}\u00a0",
    lambda text: text.replace(" ", "\t \u3000"),
    lambda text: text.replace(" ", "-"),
    lambda text: f"Senior {text}, EMEA",
    lambda text: f"{text}s",
    lambda text: text[1:],
    lambda text: f"{text}x{text}",
    lambda text: f"({text})",
    lambda text: text.replace("*", "abc").replace("?", "z"),
    lambda text: f"{text} & Söhne {text}",
)
OBJECT_VARIANTS: tuple[Callable[[str], str], ...] = (
    lambda text: text.replace("*", "a/b").replace("?", "1"),
    lambda text: text.upper(),
    lambda text: f"/{text}",
    lambda text: f"https://acme.com/x/{text.replace(' ', '-')}.html?utm=1#top",
    lambda text: f"ACME {text} 2025.pdf",
    lambda text: text.replace("/*", ""),
    lambda text: f"{text}s",
    lambda text: f"www.acme.com/{text}/",
    lambda text: text.replace(" ", "/"),
    lambda text: f" {text}?x=/y ",
    lambda text: f"/{text}//#x",
)

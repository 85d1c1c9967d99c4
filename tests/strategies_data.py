"""Random leads near the constants of a card: hits, near misses, edges, noise of every kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta, timezone
from decimal import Decimal

from leadcard.compiler.vocabulary import FieldType, Vocabulary
from tests.strategies_events import EventWriter, Row
from tests.strategies_moments import Moments
from tests.strategies_pick import DOMAINS, Hints, Pick

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
    "nul \0 within",
    "\0",
    'say "hi" now',
    "İSTANBUL ıI Σς ΌΣΟΣ",
    "👩‍💻 семья 👨‍👩‍👧 🇩🇪",
    "\u202eright to left\u202c مدير",
    "營業部経理ｶﾀｶﾅ",
    "ก็ผู้จัดการฝ่าย",
    "நிர்வாகி निदेशक",
    "{{ jinja }} {% raw %} -- /* x */ ;",
    "tab\there\u2028line\u2003em",
    "e\u0301" * 200,
    "1",
    "true",
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
    "NaN",
    "inf",
    "1_000",
    "٣٤",
    "１２",
    "9" * 40,
    "0x10",
    "-0",
    "00050",
)
ODD_DOUBLES = (float("nan"), float("inf"), float("-inf"), 1e300, -1e-300, -0.0, 0.1 + 0.2, 1e19)
ACCOUNTS = (
    "A1",
    "A2",
    " ",
    "a1",
    " A1 ",
    "n/a",
    "None",
    "0",
    "Ä'1\"",
    "счёт",
    "A\u00a01",
    "N/a ",
    "A1\u00a0",
)
OFF_BY = ("0", "1", "-1", "0.000001", "-0.000001", "0.5")


class DataWriter:
    """Draws rows for one card at one instant."""

    def __init__(self, pick: Pick, vocabulary: Vocabulary, hints: Hints, zone: str) -> None:
        self.pick = pick
        self.vocabulary = vocabulary
        self.hints = hints
        self.moments = Moments(pick, hints, zone)
        self.as_of = self.moments.as_of
        columns = {f.column: f for f in vocabulary.fields}
        wanted = {column for column in hints.fields if column in columns} | {"email", "created"}
        self.fields = [columns[column] for column in sorted(wanted)]
        # How the columns of a table are typed; those that hold what people wrote are text.
        self.typed = {f.column: pick.one(KINDS.get(f.type, ("text",))) for f in self.fields}
        self.typed |= {"at": pick.one(["time", "plain time"])}
        self.typed |= {"seconds": pick.one(["text", "decimal", "double", "integer"])}
        if pick.chance(10):
            self.typed |= {"lead_id": "integer"}
            self.typed |= {"events.lead_id": pick.one(["integer", "text"])}
        self.odd_ids = pick.chance(15)
        self.writer = EventWriter(pick, vocabulary, hints, self.moments, self.typed)

    # --- leads ------------------------------------------------------------------------------------

    def lead(self, number: int) -> Row:
        """One lead."""
        row: Row = {"lead_id": self._id(number)}
        for asked in self.fields:
            row[asked.column] = (
                None if self.pick.chance(6) else self._value(asked.type, asked.column)
            )
            if asked.type is FieldType.MONEY:
                codes = ["EUR", "USD", "usd", "JPY", None, " "]
                row[f"{asked.column}_currency"] = self.pick.one(codes)
        if self.pick.chance(30):
            row["account_id"] = self.pick.one(ACCOUNTS)
        return row

    def _id(self, number: int) -> object:
        if self.typed.get("lead_id") == "integer":
            return number
        return f"L{number}{self.pick.one(ODD_IDS)}" if self.odd_ids else f"L{number}"

    def events(self, lead_id: object) -> list[Row]:
        """The events of one lead."""
        if self.typed.get("events.lead_id") == "text":
            lead_id = str(lead_id)
        return self.writer.events(lead_id)

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
        if self.hints.account and self.pick.chance(40):
            domains = [*DOMAINS[:2], "b.ACME.com", "gmail.com"]
            return f"p{self.pick.number(0, 9)}@{self.pick.one(domains)}"
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
                return self.pick.one(ODD_DOUBLES) if self.pick.chance(8) else float(exact)
            case "integer":
                return int(min(exact, Decimal(10**18)))
        if self.pick.chance(30):
            return self.pick.one(NUMBER_NOISE)
        forms = [
            f"{exact}",
            f" {exact:,} ",
            f"€{exact:f}",
            f"{exact:f}-{exact + 5:f}",
            f"{exact + 5:f} – {exact:f}",
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

    def _time(self, column: str) -> object:
        moment = self.moments.moment()
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


KINDS: dict[FieldType, tuple[str, ...]] = {
    FieldType.NUMBER: ("text", "decimal", "double", "integer", "text"),
    FieldType.MONEY: ("text", "decimal", "double", "text"),
    FieldType.TIME: ("time", "plain time") * 5 + ("date", "text"),
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
ODD_IDS = ("", "'", '"', "é", "/я", " x", "🚀", "%s")

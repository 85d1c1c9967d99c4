"""Random conditions as text, from the grammar of docs/language.md, and the constants in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from leadcard.compiler.vocabulary import Field, FieldType, Vocabulary

_T = TypeVar("_T")

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Pacific/Apia",
    "Africa/Cairo",
)

# Safe without quotes: neither words of the language nor of the vocabulary.
PLAIN_TEXTS = (
    "CEO",
    "manager",
    "technology",
    "head of",
    "VP",
    "производство",
    "经理",
    "구매",
    "Größe",
    "Ελλάς",
    "مدير",
    "İzmir",
    "C#",
    "ผู้จัดการ",
)
QUOTED_TEXTS = (
    "oil and gas",
    "R&D",
    "a, b",
    "O'Brien",
    "50 percent",
    "snake_case-word",
    "back\\slash {{ x }} -- y",
    "🚀 rocket",
    "ДИРЕКТОР по продажам",
    "straße",
    "x; drop table leads",
    "e\u0301te\u0301",
)
OBJECTS = ("pricing", "demo", "case study", "docs", "цены", "案例", "white paper", "v2")
WHOLE_OBJECTS = ("Case Study 2025.pdf", "/Pricing", "https://acme.com/docs/a-b", "Ünïcode, 100%")
PATHS = ("/docs/*", "/pricing", "/blog/v?/x", "/a/*/b", "/*", "/case-study")
COUNTRIES = ("US", "Germany", "South Korea", "Казахстан", "UK", "JP")
DOMAINS = ("acme.com", "rival.example", "mail.ru", "big-corp.de")
NUMBERS = ("50", "0", "100", "21", "2.5", "1,000", "10k", "1.5m", "500", "90")
DURATIONS = ("7d", "24h", "1 month", "90d", "2w", "30 days", "90 min", "1y")
COUNTS = ("2+ times", "3+ times", "exactly 1 time", "at most 2 times", "2-3 times")
DAYS = (date(2026, 1, 1), date(2026, 3, 29), date(2025, 11, 2), date(2026, 10, 4))


@dataclass(kw_only=True)
class Hints:
    """The constants of a card: data drawn near them makes its rules fire and nearly fire."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    verbs: list[str] = field(default_factory=list)
    objects: list[tuple[str, str]] = field(default_factory=list)  # verb, object as written
    durations: list[str] = field(default_factory=list)
    days: list[date] = field(default_factory=list)

    def note(self, column: str, text: str) -> str:
        """Remember a constant that a field is compared with, and give it back."""
        self.fields.setdefault(column, []).append(text)
        return text


class Pick:
    """Choices in the words of this generator; the first of some choices is the simplest.

    All of them come from `number`, which gives a whole number, both ends included.
    """

    def __init__(self, number: Callable[[int, int], int]) -> None:
        self.number = number

    def one(self, choices: Sequence[_T]) -> _T:
        """One of the choices."""
        return choices[self.number(0, len(choices) - 1)]

    def chance(self, percent: int) -> bool:
        """Whether something happens that does so in `percent` of cases."""
        return self.number(0, 99) >= 100 - percent

    def some(self, choices: Sequence[_T], most: int) -> list[_T]:
        """One to `most` different choices."""
        wanted = self.number(1, min(most, len(choices)))
        left = list(choices)
        return [left.pop(self.number(0, len(left) - 1)) for _ in range(wanted)]

    def shuffled(self, things: Sequence[_T]) -> list[_T]:
        """All of them in another order."""
        left = list(things)
        return [left.pop(self.number(0, len(left) - 1)) for _ in things]


@dataclass(frozen=True, kw_only=True)
class CardText:
    """A card as text, and the constants in it."""

    text: str
    hints: Hints


class CardWriter:
    """Writes one card; `full` allows order and speed, `each asset`, decay and accounts."""

    def __init__(self, pick: Pick, vocabulary: Vocabulary, *, full: bool) -> None:
        self.pick = pick
        self.vocabulary = vocabulary
        self.full = full
        self.hints = Hints()
        self.lists: dict[str, list[str]] = {}
        self.flags: list[str] = []
        self.sections: list[str] = []
        self.needs_range = False

    # --- small parts ------------------------------------------------------------------------------

    def quoted(self, text: str) -> str:
        """A text as it may stand in a card."""
        return text if text in PLAIN_TEXTS and self.pick.chance(60) else f'"{text}"'

    def joined(self, values: Sequence[str]) -> str:
        """Values with commas and a last `or`."""
        if len(values) == 1:
            return values[0]
        last = self.pick.one([" or ", ", ", ", or "])
        return ", ".join(values[:-1]) + last + values[-1]

    def duration(self) -> str:
        """A duration, noted."""
        self.hints.durations.append(self.pick.one(DURATIONS))
        return self.hints.durations[-1]

    def day(self) -> str:
        """A calendar day, noted."""
        self.hints.days.append(self.pick.one(DAYS))
        return self.hints.days[-1].isoformat()

    # --- fields -----------------------------------------------------------------------------------

    def field(self) -> str:
        """A test of a field."""
        known = [f for f in self.vocabulary.fields if f.type is not FieldType.EMAIL]
        preferred = [f for f in known if f.column in _USUAL or f.declared]
        asked = self.pick.one(preferred if self.pick.chance(85) else known)
        other = [aka for aka in asked.aka[:1] if " in " not in aka]
        name = self.pick.one([asked.name, *other])
        if self.pick.chance(6):
            self.hints.fields.setdefault(asked.column, [])
            state = self.pick.one(["is known", "is missing", "is not known", "is not missing"])
            return f"{name} {state}"
        match asked.type:
            case FieldType.NUMBER | FieldType.MONEY:
                return self._number(asked, name)
            case FieldType.TIME:
                return self._time(asked, name)
            case FieldType.BOOLEAN:
                self.hints.note(asked.column, "yes")
                return f"{name} {self.pick.one(['is yes', 'is no'])}"
            case FieldType.COUNTRY:
                return self._country(asked, name)
            case FieldType.DOMAIN:
                return self._domain(name)
            case _:
                return self._text(asked, name)

    def _text(self, asked: Field, name: str) -> str:
        if self.pick.chance(8):
            other = self.pick.one(["industry", "city", "company"])
            self.hints.fields.setdefault(other, [])
            negated = self.pick.one(["", "not "])
            return f"{name} is {negated}the same as {other}"
        if self.pick.chance(20):
            negated = self.pick.one(["", "not "])
            return f"{name} {negated}in {self.list_name(asked.column, PLAIN_TEXTS + QUOTED_TEXTS)}"
        words = [word for word, _ in asked.values] * 3
        texts = self.pick.some([*words, *PLAIN_TEXTS, *QUOTED_TEXTS], 3)
        op = self.pick.one(_TEXT_OPS)
        values = self.joined([self._operand(asked, op, text) for text in texts])
        if op in ("is", "contains") and self.pick.chance(15):
            other = self.pick.one(["contains", "starts with", "is"])
            values += f" or {other} {self._operand(asked, other, self.pick.one(PLAIN_TEXTS))}"
        return f"{name} {op} {values}".replace("  ", " ")

    def _operand(self, asked: Field, op: str, text: str) -> str:
        self.hints.note(asked.column, text)
        if "match" in op:
            return f'"{self.pick.one([f"{text[:2]}*", f"*{text[1:]}", f"{text[:1]}?{text[2:]}"])}"'
        if op == "contains" and text.isalpha() and self.pick.chance(20):
            return f'"{self.pick.one([f"{text[:3]}*", f"*{text[-3:]}"])}"'
        return self.quoted(text)

    def list_name(self, column: str, entries: Sequence[str]) -> str:
        """The name of a list of the card, which is made if need be."""
        name = f"{column.replace('_', ' ')} picks"
        if name not in self.lists:
            self.lists[name] = self.pick.some(list(entries), 4)
        for entry in self.lists[name]:
            self.hints.note(column, entry)
        return name

    def _country(self, asked: Field, name: str) -> str:
        if self.pick.chance(30):
            listed = self.list_name(asked.column, COUNTRIES)
            return f"{name} {self.pick.one(['in', 'not in'])} {listed}"
        values = [self.hints.note(asked.column, c) for c in self.pick.some(COUNTRIES, 3)]
        op = self.pick.one(["is", "is not", "is one of", ""])
        return " ".join(f"{name} {op} {self.joined([_country(v) for v in values])}".split())

    def _domain(self, name: str) -> str:
        self.hints.note("email", f"a@{self.pick.one(DOMAINS)}")
        if self.pick.chance(30):
            self.hints.note("email", "b@gmail.com")
            return f"{name} {self.pick.one(['personal', 'in educational', 'not in personal'])}"
        if self.pick.chance(50):
            listed = self.list_name("email_domain", DOMAINS)
            for entry in self.lists[listed]:
                self.hints.note("email", f"c@{entry}")
                self.hints.note("email", f"d@sub.{entry}")
            return f"{name} {self.pick.one(['in', 'not in'])} {listed}"
        domain = self.pick.one(DOMAINS)
        self.hints.note("email", f"e@{domain}")
        return f'{name} {self.pick.one(["is", "ends with", "is not"])} "{domain}"'

    def _number(self, asked: Field, name: str) -> str:
        ends = sorted(self.pick.some(NUMBERS, 2), key=_amount)
        if ends[-1][-1] in "km":
            ends = ends[-1:]  # what `2-10k` means is for the reader to say
        for end in ends:
            self.hints.note(asked.column, str(_amount(end)))
        low, high = ends[0], ends[-1]
        sign = ""
        if asked.type is FieldType.MONEY and self.vocabulary.currency.rates:
            sign = self.pick.one(["", "€", "$"])
        if len(ends) == 2:
            form = self.pick.one(["{low}-{high}", "between {low} and {high}", "is {low}-{high}"])
        else:
            form = self.pick.one(_NUMBER_FORMS)
        if form == "is {low}":
            return f"{name} is {_amount(low)}"
        return f"{name} {form.format(low=sign + low, high=sign + high)}"

    def _time(self, asked: Field, name: str) -> str:
        self.hints.note(asked.column, "now")
        match self.pick.number(0, 5):
            case 0:
                return f"{name} in the last {self.duration()}"
            case 1:
                return f"{name} more than {self.duration()} ago"
            case 2:
                return f"{name} before {self.day()}"
            case 3:
                return f"{name} after {self.day()}"
            case 4:
                return f"{name} within the next {self.duration()}"
            case _:
                return f"{name} {self.between()}"

    def between(self) -> str:
        """A window with two ends."""
        near, far = self.pick.one([("7d", "30d"), ("24h", "2w"), ("30 days", "90 days")])
        self.hints.durations += [near, far]
        return f"between {near} and {far} ago"

    # --- events -----------------------------------------------------------------------------------

    def verb(self) -> str:
        """A verb as cards may phrase it, noted."""
        usual = [v for v in self.vocabulary.verbs if v.name in _USUAL_VERBS]
        others = [v for v in self.vocabulary.verbs if v.name.split()[-1] != "in"]
        verb = self.pick.one(usual if self.pick.chance(85) else others)
        self.hints.verbs.append(verb.name)
        return verb.name

    def object(self, verb: str, *, first: bool = True) -> str:
        """What an event is about, noted; only the first of some may be called as a field is."""
        kind = self.pick.number(0, 9)
        fields = {f.name for f in self.vocabulary.fields} if not first else set()
        pages = [p.name for p in self.vocabulary.pages if p.name not in fields] or ["demo"]
        if kind == 9:
            text = self.pick.one(WHOLE_OBJECTS)
            written = f'"{text}"'
        elif kind >= 7:
            text = written = self.pick.one(PATHS)
        elif kind == 6:
            text = written = self.pick.one(pages)
        else:
            text = written = self.pick.one(OBJECTS)
        self.hints.objects.append((verb, text))
        return written

    def event(self, *, window: bool = True, several: bool = True) -> str:
        """An event clause without a count."""
        if self.pick.chance(8):
            phrase = self.pick.one(["active", "any activity"])
            self.hints.verbs.append("visited")
        else:
            verb = self.verb()
            phrase = verb
            if self.pick.chance(75):
                objects = [self.object(verb)]
                while several and self.pick.chance(20):
                    objects.append(self.object(verb, first=False))
                phrase = f"{verb} {self.joined(objects)}"
        if window and self.pick.chance(55):
            phrase += f" {self.window()}"
        return phrase

    def window(self) -> str:
        """A window of an event."""
        match self.pick.number(0, 5):
            case 0 | 1:
                return f"in {self.duration()}"
            case 2:
                return f"in the last {self.duration()}"
            case 3:
                return f"within {self.duration()}"
            case 4:
                return f"since {self.day()}"
            case _:
                return self.between()

    def sequence(self, *, window: bool = True) -> str:
        """An event that follows another one; with `window` false it has none of its own."""
        gap = f" within {self.duration()}" if self.pick.chance(70) else ""
        second = self.step() if window else self.event(window=False, several=False)
        return f"{self.step()} then {second}{gap}"

    def step(self) -> str:
        """An event with one object at most, whose window cannot be taken for a gap."""
        window = f" in {self.duration()}" if self.pick.chance(40) else ""
        return f"{self.event(window=False, several=False)}{window}"

    def counted(self) -> str:
        """An event clause with a count."""
        phrase = f"{self.event(window=False)} {self.pick.one(COUNTS)}"
        return f"{phrase} {self.window()}" if self.pick.chance(55) else phrase

    def behavior(self) -> str:
        """A condition on events of any kind."""
        kind = self.pick.number(0, 13 if self.full else 9)
        match kind:
            case 0 | 1 | 2 | 3:
                return self.event()
            case 4 | 5:
                return self.counted()
            case 6:
                return f"inactive {self.duration()}"
            case 7:
                return f"not {self.event()}"
            case 8:
                return f"never {self.event(window=False, several=False)}"
            case 9:
                return self.spent()
            case 10 | 11:
                return self.sequence()
            case 12:
                return self.burst()
            case _:
                return self.account()

    def burst(self) -> str:
        """Several events close together."""
        times = f"{self.pick.number(2, 4)}+ times within any {self.duration()}"
        return f"{self.event(window=False, several=False)} {times}"

    def spent(self) -> str:
        """Time spent on something."""
        written = self.object("visited")
        amount = self.pick.one(["1+ minutes", "30+ seconds", "2+ minutes"])
        window = f" {self.window()}" if self.pick.chance(40) else ""
        return f"spent {amount} on {written}{window}"

    def account(self) -> str:
        """A condition over the account."""
        match self.pick.number(0, 3):
            case 0:
                return f"{self.pick.number(1, 3)}+ people {self.step()}"
            case 1:
                return f"anyone {self.step()}"
            case 2:
                return f"nobody {self.step()}"
            case _:
                count = f"{self.pick.number(2, 5)}+ times"
                return f"total {self.event(window=False, several=False)} {count}"

    # --- joined conditions ------------------------------------------------------------------------

    def condition(self, depth: int = 0) -> str:
        """A condition, joined and nested now and then."""
        parts = [self.single(depth)]
        while len(parts) < 4 and self.pick.chance(25):
            parts.append(self.pick.one([" or ", " and ", " or "]))
            parts.append(self.single(depth))
        return "".join(parts)

    def single(self, depth: int) -> str:
        """One condition, or some in parentheses."""
        if depth < 2 and self.pick.chance(12):
            return f"{self.pick.one(['', 'not '])}({self.condition(depth + 1)})"
        return self.field() if self.pick.chance(45) else self.behavior()

    def only_fields(self) -> str:
        """A condition on fields alone."""
        parts = [self.field()]
        while len(parts) < 3 and self.pick.chance(25):
            parts.append(self.field())
        return " and ".join(parts)


_USUAL = frozenset(
    {
        "title", "industry", "employees", "country", "annual_revenue", "email_domain", "created",
        "last_contacted", "consent", "company",
    }
)  # fmt: skip
_USUAL_VERBS = frozenset(
    {
        "visited", "downloaded", "opened email", "clicked", "clicked email", "requested",
        "attended", "registered for", "bounced email", "opened", "submitted", "посетил",
    }
)  # fmt: skip
_TEXT_OPS = (
    "is",
    "contains",
    "",
    "is one of",
    "is not",
    "does not contain",
    "starts with",
    "ends with",
    "matches",
    "does not start with",
    "does not end with",
    "does not match",
)
_NUMBER_FORMS = (
    "{low}+",
    "over {low}",
    "under {low}",
    "at least {low}",
    "at most {low}",
    "{low} or more",
    ">= {low}",
    "is {low}",
)


def _country(name: str) -> str:
    return name if name.isascii() and " " not in name else f'"{name}"'


def _amount(written: str) -> int | float:
    scale = {"k": 1000, "m": 1_000_000}.get(written[-1], 1)
    amount = float(written.rstrip("km").replace(",", "")) * scale
    return int(amount) if amount == int(amount) else amount


def days_of(duration: str) -> timedelta:
    """The length of one of `DURATIONS` and the like."""
    number = "".join(char for char in duration if char.isdigit())
    unit = duration[len(number) :].strip()
    lengths = {
        "min": timedelta(minutes=1),
        "h": timedelta(hours=1),
        "d": timedelta(days=1),
        "days": timedelta(days=1),
        "w": timedelta(weeks=1),
        "month": timedelta(days=30),
        "y": timedelta(days=365),
    }
    return int(number) * lengths[unit]

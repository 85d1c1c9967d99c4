"""Random tests of lead fields as text, of every type and operator."""

from __future__ import annotations

from collections.abc import Sequence

from leadcard.compiler.vocabulary import Field, FieldType, Vocabulary
from tests.strategies_pick import (
    COUNTRIES,
    DAYS,
    DOMAINS,
    DURATIONS,
    MOMENTS,
    NUMBERS,
    OFFSETS,
    PLAIN_TEXTS,
    QUOTED_TEXTS,
    Hints,
    Pick,
    day_of,
)

_USUAL = frozenset(
    {
        "title", "industry", "employees", "country", "annual_revenue", "email_domain", "created",
        "last_contacted", "consent", "company",
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
    "is not {low}",
    "is over {low}",
)
_RANGE_FORMS = (
    "{low}-{high}",
    "between {low} and {high}",
    "is {low}-{high}",
    "{low} to {high}",
    "is not {low}-{high}",
)
# Lists of made vocabularies, with the columns that are likely to hold their entries.
_LISTS_FOR = {
    "chosen titles": ("title", "industry", "need"),
    "core markets": ("country", "home_market"),
    "known rivals": ("email_domain",),
    "priority accounts": ("company", "title", "industry"),
    "long words": ("industry", "city", "company"),
}


class FieldWriter:
    """Writes tests of fields, and notes what they ask for."""

    def __init__(self, pick: Pick, vocabulary: Vocabulary) -> None:
        self.pick = pick
        self.vocabulary = vocabulary
        self.hints = Hints()
        self.lists: dict[str, list[str]] = {}

    # --- small parts ------------------------------------------------------------------------------

    def quoted(self, text: str) -> str:
        """A text as it may stand in a card."""
        if '"' in text:
            return f"«{text}»"
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
        """A calendar day, or an instant, noted."""
        if self.pick.chance(15):
            moment = self.pick.one(MOMENTS)
            self.hints.days.append(day_of(moment))
            offset = self.pick.one(OFFSETS)
            return f"{moment.replace(' ', 'T')}{offset}" if offset else moment
        self.hints.days.append(self.pick.one(DAYS))
        return self.hints.days[-1].isoformat()

    def between(self) -> str:
        """A window with two ends."""
        ends = [("7d", "30d"), ("24h", "2w"), ("30 days", "90 days"), ("1h", "1y")]
        near, far = self.pick.one(ends)
        self.hints.durations += [near, far]
        return f"between {near} and {far} ago"

    # --- fields -----------------------------------------------------------------------------------

    def field(self) -> str:
        """A test of a field."""
        known = [f for f in self.vocabulary.fields if f.type is not FieldType.EMAIL]
        preferred = [f for f in known if f.column in _USUAL or f.declared]
        asked = self.pick.one(preferred if self.pick.chance(85) else known)
        if self.pick.chance(2):
            return self._address()
        other = [aka for aka in asked.aka[:1] if " in " not in aka]
        name = self.pick.one([asked.name, *other])
        if self.pick.chance(8):
            self.hints.fields.setdefault(asked.column, [])
            state = self.pick.one(["is known", "is missing", "is not known", "is not missing"])
            return f"{name} {state}"
        if self.pick.chance(6):
            return self._same(asked, name)
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

    def closed_field(self) -> str:
        """A test of a field without a later alternative, which `and` would take to itself."""
        test = self.field()
        while any(f" or {op}" in test for op in ("contains", "starts with", "is")):
            test = self.field()
        return test

    def _address(self) -> str:
        """A test of the whole address."""
        self.hints.note("email", "a@acme.com")
        return self.pick.one(
            ["email is missing", "email is known", "email contains acme", 'email is "A@acme.com"']
        )

    def _same(self, asked: Field, name: str) -> str:
        """Two fields compared, of one kind."""
        kind = FieldType.TEXT if asked.type is FieldType.DOMAIN else asked.type
        others = [f for f in self.vocabulary.fields if f.type is kind and f is not asked]
        other = self.pick.one(others) if others else asked
        for each in (asked, other):
            self.hints.fields.setdefault(each.column, [])
        self.hints.fields[asked.column] += self.hints.fields[other.column][:2]
        return f"{name} is {self.pick.one(['', 'not '])}the same as {other.name}"

    def _text(self, asked: Field, name: str) -> str:
        if self.pick.chance(25):
            negated = self.pick.one(["", "not "])
            return f"{name} {negated}in {self.list_name(asked.column, PLAIN_TEXTS + QUOTED_TEXTS)}"
        words = [word for word, _ in asked.values] * 3
        texts = self.pick.some([*words, *PLAIN_TEXTS, *QUOTED_TEXTS], 3)
        op = self.pick.one(_TEXT_OPS)
        values = self.joined([self._operand(asked, op, text) for text in texts])
        if op in ("is", "contains") and self.pick.chance(15):
            other = self.pick.one(["contains", "starts with", "is", "is known"])
            last = "" if other == "is known" else self._last(asked, other)
            values += f" or {other}{last}"
        return f"{name} {op} {values}".replace("  ", " ")

    def _last(self, asked: Field, op: str) -> str:
        return f" {self._operand(asked, op, self.pick.one(PLAIN_TEXTS))}"

    def _operand(self, asked: Field, op: str, text: str) -> str:
        self.hints.note(asked.column, text)
        if "match" in op:
            text = text.replace('"', "?").replace("*", "?")
            return f'"{self.pick.one([f"{text[:2]}*", f"*{text[1:]}", f"{text[:1]}?{text[2:]}"])}"'
        if op == "contains" and text.isalpha() and self.pick.chance(20):
            return f'"{self.pick.one([f"{text[:3]}*", f"*{text[-3:]}"])}"'
        return self.quoted(text)

    def list_name(self, column: str, entries: Sequence[str]) -> str:
        """The name of a list of the vocabulary, or of one of the card, made if need be."""
        known = {each.name: each for each in self.vocabulary.lists}
        fitting = [n for n in known if column in _LISTS_FOR.get(n, ())]
        if fitting and self.pick.chance(50):
            name = self.pick.one(fitting)
            for entry in known[name].load()[-5:]:
                self.hints.note(column, entry)
            return name
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
            classes = ["personal", "in educational", "not in personal", "in disposable"]
            return f"{name} {self.pick.one(classes)}"
        if self.pick.chance(50):
            listed = self.list_name("email_domain", DOMAINS)
            for entry in self.lists.get(listed, DOMAINS):
                self.hints.note("email", f"c@{entry}")
                self.hints.note("email", f"d@sub.{entry}")
            return f"{name} {self.pick.one(['in', 'not in'])} {listed}"
        domain = self.pick.one(DOMAINS)
        self.hints.note("email", f"e@{domain}")
        return f'{name} {self.pick.one(["is", "ends with", "is not"])} "{domain}"'

    def _number(self, asked: Field, name: str) -> str:
        ends = sorted(self.pick.some(NUMBERS, 2), key=_amount)
        if ends[-1][-1] in "kmn":
            ends = ends[-1:]  # what `2-10k` means is for the reader to say
        for end in ends:
            self.hints.note(asked.column, str(_amount(end)))
        low, high = ends[0], ends[-1]
        sign = ""
        if asked.type is FieldType.MONEY and self.vocabulary.currency.rates:
            sign = self.pick.one(["", "€", "$"])
        if len(ends) == 2 and self.pick.chance(70):
            form = self.pick.one(_RANGE_FORMS)
        else:
            form = self.pick.one(_NUMBER_FORMS)
        if form in ("is {low}", "is not {low}"):
            return f"{name} {form.format(low=_amount(low))}"
        return f"{name} {form.format(low=sign + low, high=sign + high)}"

    def _time(self, asked: Field, name: str) -> str:
        self.hints.note(asked.column, "now")
        match self.pick.number(0, 6):
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
            case 5:
                return f"{name} since {self.day()}"
            case _:
                return f"{name} {self.between()}"


def _country(name: str) -> str:
    return name if name.isascii() and " " not in name else f'"{name}"'


def _amount(written: str) -> int | float:
    scale = {"k": 1000, "m": 1_000_000, "n": 1_000_000_000}.get(written[-1], 1)
    amount = float(written.rstrip("kmbn").replace(",", "")) * scale
    return int(amount) if amount == int(amount) else amount

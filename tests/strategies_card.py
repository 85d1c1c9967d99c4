"""Random conditions as text, from the grammar of docs/language.md, and the constants in them."""

from __future__ import annotations

from dataclasses import dataclass

from leadcard.compiler.vocabulary import Vocabulary
from tests.strategies_fields import FieldWriter
from tests.strategies_pick import COUNTS, OBJECTS, PATHS, WHOLE_OBJECTS, Hints, Pick

_USUAL_VERBS = frozenset(
    {
        "visited", "downloaded", "opened email", "clicked", "clicked email", "requested",
        "attended", "registered for", "bounced email", "opened", "submitted", "посетил",
    }
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CardText:
    """A card as text, and the constants in it."""

    text: str
    hints: Hints


class CardWriter(FieldWriter):
    """Writes the conditions of one card.

    `full` allows order and speed, `each asset`, decay and accounts.
    """

    def __init__(self, pick: Pick, vocabulary: Vocabulary, *, full: bool) -> None:
        super().__init__(pick, vocabulary)
        self.full = full
        self.flags: list[str] = []
        self.sections: list[str] = []

    # --- events -----------------------------------------------------------------------------------

    def verb(self) -> str:
        """A verb as cards may phrase it, its plain name noted."""
        usual = [v for v in self.vocabulary.verbs if v.name in _USUAL_VERBS]
        others = [v for v in self.vocabulary.verbs if v.name.split()[-1] != "in"]
        verb = self.pick.one(usual if usual and self.pick.chance(60) else others)
        self.hints.verbs.append(verb.name)
        phrases = [aka for aka in verb.aka[:3] if not aka.startswith("was ")]
        if phrases and self.pick.chance(12):
            return self.pick.one(phrases)
        return verb.name

    def object(self, *, first: bool = True) -> str:
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
            if " " not in text and text.isascii() and self.pick.chance(15):
                written = f"{text}s"
        else:
            text = written = self.pick.one(OBJECTS)
        self.hints.objects.append((self.hints.verbs[-1], text))
        return written

    def event(self, *, window: bool = True, several: bool = True) -> str:
        """An event clause without a count."""
        if self.pick.chance(8):
            phrase = self.pick.one(["active", "any activity", "any event"])
            self.hints.verbs.append(self.pick.one(["visited", "bounced email"]))
        else:
            phrase = self.verb()
            if self.pick.chance(75):
                objects = [self.object()]
                while several and self.pick.chance(20):
                    objects.append(self.object(first=False))
                phrase = f"{phrase} {self.joined(objects)}"
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

    def maybe_window(self, percent: int) -> str:
        """A window now and then, with a blank before it, that cannot be taken for a gap."""
        if not self.pick.chance(percent):
            return ""
        return f" {self.pick.one([f'in {self.duration()}', f'since {self.day()}', self.between()])}"

    def step(self) -> str:
        """An event with one object at most, whose window cannot be taken for a gap."""
        return f"{self.event(window=False, several=False)}{self.maybe_window(40)}"

    def counted(self) -> str:
        """An event clause with a count."""
        if self.pick.chance(15):
            self.hints.verbs.append("visited")
            return f"{self.pick.number(1, 4)}+ events{self.maybe_window(60)}"
        phrase = f"{self.event(window=False)} {self.pick.one(COUNTS)}"
        return f"{phrase} {self.window()}" if self.pick.chance(55) else phrase

    def behavior(self) -> str:
        """A condition on events of any kind."""
        match self.pick.number(0, 14 if self.full else 9):
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

    def gap(self) -> str:
        """A duration between two events, noted as one."""
        self.hints.gaps.append(self.duration())
        return self.hints.gaps[-1]

    def sequence(self, *, window: bool = True) -> str:
        """An event that follows another one; with `window` false it has none of its own."""
        within = f" within {self.gap()}" if self.pick.chance(75) else ""
        second = self.step() if window else self.event(window=False, several=False)
        return f"{self.step()} then {second}{within}"

    def burst(self) -> str:
        """Several events close together."""
        low = self.pick.number(2, 4)
        within = f"within any {self.gap()}{self.maybe_window(20)}"
        if self.pick.chance(30):
            self.hints.verbs.append("visited")
            return f"{low}+ events {within}"
        return f"{self.event(window=False, several=False)} {low}+ times {within}"

    def spent(self) -> str:
        """Time spent on something."""
        self.hints.verbs.append("visited")
        written = self.object()
        amounts = ["1+ minutes", "30+ seconds", "2+ minutes", "1.5+ minutes", "1+ hours"]
        window = f" {self.window()}" if self.pick.chance(40) else ""
        return f"spent {self.pick.one(amounts)} on {written}{window}"

    def account(self) -> str:
        """A condition over the account."""
        self.hints.account = True
        match self.pick.number(0, 3):
            case 0:
                low = self.pick.number(1, 3)
                counts = [f"{low}+", f"{low}-{low + 1}", f"exactly {low}", f"at most {low}"]
                return f"{self.pick.one(counts)} people {self.step()}"
            case 1:
                return f"anyone {self.step()}"
            case 2:
                return f"nobody {self.step()}"
            case _:
                low = self.pick.number(1, 5)
                counts = [f"{low}+ times", f"at most {low} times", f"{low}-{low + 2} times"]
                event = self.event(window=False, several=False)
                return f"total {event} {self.pick.one(counts)}{self.maybe_window(40)}"

    # --- joined conditions ------------------------------------------------------------------------

    def condition(self, depth: int = 0) -> str:
        """A condition, joined and nested now and then."""
        parts = [self.single(depth)]
        while len(parts) < 6 and self.pick.chance(22):
            parts.append(self.pick.one([" or ", " and ", " or ", " but not "]))
            parts.append(self.positive(depth) if "not" in parts[-1] else self.single(depth))
        return "".join(parts)

    def single(self, depth: int) -> str:
        """One condition, or some in parentheses."""
        if depth < 3 and self.pick.chance(12):
            return f"{self.pick.one(['', 'not '])}({self.condition(depth + 1)})"
        return self.field() if self.pick.chance(45) else self.behavior()

    def positive(self, depth: int) -> str:
        """What may stand after `but not`."""
        if depth < 3 and self.pick.chance(20):
            return f"({self.condition(depth + 1)})"
        return self.field() if self.pick.chance(50) else self.event(several=False)

    def only_fields(self) -> str:
        """A condition on fields alone."""
        parts = [self.closed_field()]
        while len(parts) < 3 and self.pick.chance(25):
            parts.append(self.closed_field())
        return " and ".join(parts)

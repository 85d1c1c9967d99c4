"""Random cards as text: rules, sections with caps, must haves, tiers, grades, stages, lists."""

from __future__ import annotations

from leadcard.compiler.vocabulary import Vocabulary
from tests.strategies_card import CardText, CardWriter
from tests.strategies_pick import ZONES, Pick

_SECTIONS = ("fit", "behavior", "Профиль", "2nd touch", "minus points")
_POINTS = ("+15", "-10", "+5", "+2.5", "-0.25", "0", "+33.33", "+20 points", "-7", "+0.01")
_FLAGS = ("key account", "Приоритет", "say 100% now", "O'Neil", "a; b", "🚀")
_RANGES = ("20+", "25-49", "below 25", "10-19.5", "at least 5", "over 0", "at most 15", "49.0-60")
_ROUTES = ("Sales", "Отдел; продаж", "O'Neil & 100%")
_LIST_FILES = {
    "title": "titles",
    "industry": "titles",
    "email_domain": "domains",
    "country": "markets",
}


def write_card(pick: Pick, vocabulary: Vocabulary, *, full: bool) -> CardText:
    """A whole card, drawn part by part."""
    writer = CardWriter(pick, vocabulary, full=full)
    return CardText(text=_Layout(writer).text(), hints=writer.hints)


class _Layout:
    """The lines of one card in the making."""

    def __init__(self, writer: CardWriter) -> None:
        self.writer = writer
        self.pick = writer.pick
        self.tier_names: list[str] = []
        # Rules that are still to be written: most cards are small, some are large.
        self.left = self.pick.one(
            [self.pick.number(1, 6), self.pick.number(3, 8), self.pick.number(6, 20)]
        )

    def text(self) -> str:
        """All lines."""
        pick = self.pick
        head = [f"scorecard: {pick.one(['Generated', 'Größe & «Maß» 1', 'карта'])}"]
        if pick.chance(70):
            head.append(f"timezone: {pick.one(ZONES)}")
        if pick.chance(5):
            head.append("buyer stages: awareness, решение")
        body = self.files()
        if pick.chance(40):
            body += self.rules(2)
        for name in pick.some(_SECTIONS, 4):
            if self.left or not self.writer.sections:
                body += self.section(name)
        must_haves = self.must_haves() if pick.chance(30) else []
        tiers = self.tiers() if pick.chance(30) else []
        grades = self.grades() if self.writer.sections and pick.chance(40) else []
        stages = self.stages(bool(must_haves), bool(tiers), bool(grades)) if pick.chance(80) else []
        if tiers:
            head.append(pick.one(["score: 0 to 100", "score: 0 to 999", "score: 0 to 99.5"]))
        elif pick.chance(35):
            head.append(pick.one(["score: 0 to 100", "score: at least 0", "score: up to 50"]))
        lists = [
            f"list {name}: {', '.join(self.entry(entry) for entry in entries)}"
            for name, entries in self.writer.lists.items()
            if entries
        ]
        lines = [*head, *body, *must_haves, *tiers, *grades, *stages, *lists]
        return "\n".join(lines) + "\n"

    def files(self) -> list[str]:
        """Lists that stand in files, and a rule that uses each."""
        if not self.pick.chance(10):
            return []
        column = self.pick.one(list(_LIST_FILES))
        name = f"{_LIST_FILES[column]} on file"
        for entry in ("CEO", "VP Sales", "C#", "DE", "a@acme.com", "b@x.rival.example"):
            self.writer.hints.note("email" if column == "email_domain" else column, entry)
        test = f"{column.replace('_', ' ')} {self.pick.one(['in', 'not in'])} {name}"
        return [f"list {name} from lists/{_LIST_FILES[column]}.txt", f"{test}: +3"]

    def entry(self, entry: str) -> str:
        """An entry of a list, now and then with a wildcard."""
        if '"' in entry:
            return f"«{entry}»"
        if "@" not in entry and "." not in entry and "*" not in entry and self.pick.chance(15):
            return f'"{entry[:3]}*"'
        return f'"{entry}"'

    # --- sections and rules -----------------------------------------------------------------------

    def rules(self, least: int = 1) -> list[str]:
        """One rule or more of those that are left."""
        count = self.pick.number(1, max(least, min(5, self.left)))
        self.left = max(0, self.left - count)
        return [self.rule() for _ in range(count)]

    def section(self, name: str) -> list[str]:
        """A header and its rules."""
        pick = self.pick
        self.writer.sections.append(name)
        when = f" when {self.writer.condition(1)}" if pick.chance(15) else ""
        caps = []
        if pick.chance(35):
            caps.append(f"max {pick.one(['30', '50', '12.5', '0'])}")
        if pick.chance(15):
            caps.append(f"min {pick.one(['-20', '0', '-2.5'])}")
        if pick.chance(20):
            caps.append("best only")
        limits = f" ({', '.join(caps)})" if caps else ""
        return ["", f"{name}{when}{limits}:", *(f"  {rule}" for rule in self.rules())]

    def rule(self) -> str:
        """One rule."""
        pick = self.pick
        star = "* " if pick.chance(10) else ""
        if pick.chance(35):
            return star + self.repeated()
        condition = self.writer.condition()
        effect = self.effect()
        limit = ", max 10" if effect[0] in "+-0" and pick.chance(8) else ""
        flag = f", {self.flag()}" if effect[0] in "+-" and pick.chance(10) else ""
        label = f" [{pick.one(['first', 'Метка'])}]" if pick.chance(4) else ""
        return f"{star}{condition}: {effect}{limit}{flag}{label}"

    def effect(self) -> str:
        """Points, a flag, or the end of it."""
        if self.pick.chance(5):
            return "disqualify"
        if self.pick.chance(7):
            return self.flag()
        return self.pick.one(_POINTS)

    def flag(self) -> str:
        """A flag, remembered for the stages."""
        text = self.pick.one(_FLAGS)
        self.writer.flags.append(text)
        return f'flag "{text}"'

    def repeated(self) -> str:
        """A rule that counts several events, or whose points fade."""
        pick = self.pick
        expires = pick.chance(12)
        events = [self._repeating(window=not expires)]
        while len(events) < 3 and pick.chance(22):
            events.append(self._repeating(window=not expires))
        event = " or ".join(events)
        if pick.chance(25):
            event = f"({event})" if len(events) > 1 else event
            event = f"{self.writer.only_fields()} and {event}"
        modifiers = self._modifiers()
        if expires:
            modifiers.append(f"expires after {self.writer.duration()}")
        if pick.chance(40):
            modifiers.append(f"{pick.one(['max', 'up to'])} {pick.one(['20', '3', '7.5', '0'])}")
        if pick.chance(8):
            modifiers.append(self.flag())
        points = pick.one([p for p in _POINTS if p != "0"])
        return f"{event}: {points} {', '.join(modifiers)}"

    def _repeating(self, *, window: bool) -> str:
        if self.writer.full and self.pick.chance(20):
            return self.writer.sequence(window=window)
        return self.writer.event(window=window)

    def _modifiers(self) -> list[str]:
        """How often the points count, how they fade, or both."""
        often = ["each", "each, once per day", "once per week", "once per month", "once per day"]
        if not self.writer.full:
            return [self.pick.one(often)]
        often.append("each asset")
        match self.pick.number(0, 3):
            case 0:
                return [self._decay()]
            case 1:
                return [self.pick.one(often)]
        return [self.pick.one(often), self._decay()]

    def _decay(self) -> str:
        days = self.pick.one(["7d", "30d", "90d", "1d", "2w", "1 month"])
        self.writer.hints.durations.append(days)
        forms = [f"fades over {days}", f"halves every {days}", f"drops 2.5 every {days}"]
        return self.pick.one(forms)

    # --- what is worked out from the score --------------------------------------------------------

    def must_haves(self) -> list[str]:
        """The must haves."""
        lines = [f"  {self.writer.condition(1)}" for _ in range(self.pick.number(1, 3))]
        if self.pick.chance(40):
            return ["", "must have all:", *lines]
        return ["", f"must have at least {self.pick.number(1, len(lines))}:", *lines]

    def tiers(self) -> list[str]:
        """The tiers."""
        names = self.pick.some(["small", "large", "Средний"], 3)
        lines = [f"  {n} {name}: {self.writer.condition(1)}" for n, name in enumerate(names, 1)]
        self.tier_names = names
        return ["", "tiers:", *lines]

    def grades(self) -> list[str]:
        """The grades."""
        section = self.pick.one(self.writer.sections)
        last = self.pick.one([", D", ""])
        steps = self.pick.one(["A 30+, B 12+, C 0+", "A 24.9+, B 12.5+, C 0.01+"])
        return ["", f"grade from {section}: {steps}{last}"]

    def stages(self, must_haves: bool, tiers: bool, grades: bool) -> list[str]:
        """The stages."""
        names = self.pick.some(["sales ready", "hot", "тёплый", "cold", "nurture"], 4)
        lines = [f"  {name}: {self.stage(must_haves, tiers, grades)}" for name in names]
        return ["", "stages:", *lines]

    def stage(self, must_haves: bool, tiers: bool, grades: bool) -> str:
        """The condition and clauses of one stage."""
        pick = self.pick
        parts = [self.stage_part(tiers, grades)]
        while len(parts) < 4 and pick.chance(25):
            parts.append(pick.one([" or ", " and "]))
            parts.append(self.stage_part(tiers, grades))
        line = _apart("".join(parts))
        if must_haves and pick.chance(40):
            line += ", needs must haves"
        if pick.chance(30):
            line += f', route to "{pick.one(_ROUTES)}"'
        if pick.chance(20):
            respond = ["4h", "2d", "1w", "30 min", "2 months", "1 year"]
            line += f", respond within {pick.one(respond)}"
        if pick.chance(20):
            line += ', notify "call them"'
        return line

    def stage_part(self, tiers: bool, grades: bool) -> str:
        """One condition of a stage, or some in parentheses."""
        if not self.pick.chance(10):
            return self.stage_condition(tiers, grades)
        both = [self.stage_condition(tiers, grades) for _ in range(2)]
        joined = _apart(self.pick.one([" or ", " and "]).join(both))
        return f"{self.pick.one(['', 'not '])}({joined})"

    def stage_condition(self, tiers: bool, grades: bool) -> str:
        """One condition of a stage."""
        pick = self.pick
        kind = pick.number(0, 9)
        if kind in (3, 4) and self.writer.sections:
            return f"{pick.one(self.writer.sections)} {pick.one(_RANGES)}"
        if kind == 5 and grades:
            return pick.one(["grade A or B", "grade C", "grade A"])
        if kind == 6 and tiers:
            return f"tier {pick.one(self.tier_names)}"
        if kind == 7 and self.writer.flags:
            return f'flag "{pick.one(self.writer.flags)}"'
        if kind == 8:
            return "a key conversion"
        if kind == 9:
            return self.writer.single(2)
        return pick.one(_RANGES)


def _apart(condition: str) -> str:
    """A range after `or` in parentheses: `employees is 10 or below 25` reads in two ways."""
    for said in ("below 25", "over 0"):
        condition = condition.replace(f" or {said}", f" or ({said})")
    return condition

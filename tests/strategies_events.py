"""Random events near the constants of a card: repeated, out of order, early, late, half empty."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeAlias

from leadcard.compiler.vocabulary import Vocabulary
from tests.strategies_moments import MICROSECOND, Moments
from tests.strategies_pick import Hints, Pick, days_of

Row: TypeAlias = dict[str, object]

SECONDS = ("30", None, "0", "59.999", "60.0005", "120", "-5", "0.0005", "90", "1e-9", "3600")
ODD_SECONDS = (
    "1,200", "1e3", "60.", ".5", "120-120", "120+", "+90", "2 m", "9 0", "nan", "", "6\u00a00",
    "٦٠", "99999999999999999999999",
)  # fmt: skip
ODD_OBJECTS = (None, "", " \t", "/", "https://acme.com/x?q=pricing", "Pricing Guide", "a\0b", "#")
ODD_IDS = ("", " ", "\u00a0")


class EventWriter:
    """Draws the events of leads for one card."""

    def __init__(
        self,
        pick: Pick,
        vocabulary: Vocabulary,
        hints: Hints,
        moments: Moments,
        typed: Mapping[str, str],
    ) -> None:
        self.pick = pick
        self.hints = hints
        self.moments = moments
        self.typed = typed
        self.with_source = pick.chance(30)
        self.unique = pick.chance(10)  # a source in which every event has an id of its own
        self.spellings = {
            verb.name: (
                verb.name,
                verb.name.upper(),
                *verb.spellings,
                *verb.aka,
                *(text for _, texts in verb.implied for text in texts),
            )
            for verb in vocabulary.verbs
        }
        self.others = [verb.name for verb in vocabulary.verbs]
        self.made = 0

    def events(self, lead_id: object) -> list[Row]:
        """The events of one lead, some of them repeated."""
        rows: list[Row] = []
        for _ in range(self.pick.one([0, 6, 3, 8, 12, 5])):
            again = rows and not self.unique and self.pick.chance(20)
            rows.append(self._repeated(rows) if again else self._event(lead_id, rows))
        return rows

    def _event(self, lead_id: object, earlier: list[Row]) -> Row:
        verb, about = self._subject()
        source = {"source": self.pick.one([None, "web", "mail", ""])} if self.with_source else {}
        return source | {
            "event_id": self._id(),
            "lead_id": lead_id,
            "verb": verb,
            "object": about,
            "at": self._at(earlier),
            "seconds": self._seconds(),
        }

    def _id(self) -> str | None:
        self.made += 1
        if self.unique:
            return f"u{self.made}"
        if self.pick.chance(5):
            return self.pick.one(ODD_IDS)
        return self.pick.one([None, "e1", "e2", "E1", f"e{self.pick.number(3, 9)}", "é\0'"])

    # --- instants ---------------------------------------------------------------------------------

    def _at(self, earlier: list[Row]) -> datetime | None:
        if not self.unique and self.pick.chance(3):
            return None
        moment = self._after(earlier) or self.moments.moment()
        return moment.replace(tzinfo=None) if self.typed["at"] == "plain time" else moment

    def _after(self, earlier: list[Row]) -> datetime | None:
        """An instant as far from an earlier event as the card asks, or as the event itself."""
        known = [at for row in earlier if isinstance(at := row["at"], datetime)]
        if not known or not self.pick.chance(25):
            return None
        other = self.pick.one(known)
        if not self.hints.gaps or self.pick.chance(30):
            return other
        gap = days_of(self.pick.one(self.hints.gaps))
        if not timedelta(0) < other.replace(tzinfo=None) - datetime(1970, 1, 1):
            return other
        if other.year > 2100:
            return other
        return other + self.pick.one([1, 1, -1]) * gap + self.pick.one([0, 1, -1]) * MICROSECOND

    # --- the rest ---------------------------------------------------------------------------------

    def _seconds(self) -> object:
        written = self.pick.one(SECONDS)
        match self.typed["seconds"]:
            case "decimal":
                return written and Decimal(written)
            case "double":
                if self.pick.chance(5):
                    return self.pick.one([float("nan"), float("inf"), -0.0, 1e300])
                return written and float(written)
            case "integer":
                return written and int(float(written))
        return self.pick.one(ODD_SECONDS) if self.pick.chance(20) else written

    def _subject(self) -> tuple[str | None, str | None]:
        about: str | None
        if self.hints.objects and self.pick.chance(80):
            verb, written = self.pick.one(self.hints.objects)
            vary = self.pick.one(OBJECT_VARIANTS[: 4 if self.pick.chance(50) else None])
            about = vary(written)
        else:
            verb = self.pick.one(self.hints.verbs or ["visited"])
            about = self.pick.one(ODD_OBJECTS)
        if self.pick.chance(10):
            other = [self.pick.one(self.others), "unheard of", "Unsubscribed", "", None]
            return self.pick.one(other), about
        return self.pick.one(self.spellings.get(verb) or [verb]), about

    def _repeated(self, rows: list[Row]) -> Row:
        """A row told twice: the same but for one part."""
        again = dict(self.pick.one(rows))
        match self.pick.number(0, 5):
            case 0 | 1:
                again["at"] = self._at(rows)
            case 2:
                again["seconds"] = self._seconds()
            case 3:
                again["object"] = self.pick.one([None, str(again["object"]).upper()])
            case 4:
                again["event_id"] = self.pick.one([None, "", " ", "e1"])
            case _:
                pass
        return again


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

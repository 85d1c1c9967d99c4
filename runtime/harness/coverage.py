"""How much of a card its sample leads show: rules, edges of stages, edges of windows.

A rule is shown by a lead that fires it and one that does not; a stage that begins at a score by one
that has just that score and one just below it; a window by an event just inside its edge and one
just outside. *Just* is a tenth of the window's length, a day at most; of a score it is a point, or
the least points of a rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from leadcard.compiler import plan as p
from leadcard.compiler.pipeline import Checked
from leadcard.dsl import words
from leadcard.runtime.harness.made_leads import leaves
from leadcard.runtime.harness.outcome import Outcome
from leadcard.runtime.harness.probe import Answers, Person, Questions
from leadcard.runtime.harness.sample_lint import edges_of, hopeless_lines, nearness
from leadcard.runtime.harness.samples import SampleFile
from leadcard.runtime.harness.tally import Tally

_SECOND: Final = 10**6
_DAY: Final = 86_400 * _SECOND
_NOW: Final = p.Instant()


class Kind(Enum):
    """What a sample lead should do."""

    FIRES = "fires"
    SPARES = "leaves unfired"
    STAGE_EDGE = "stage edge"
    WINDOW_EDGE = "window edge"
    STAGE = "stage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Something that a sample should show: the line of the card, and what is missing without it.

    By kind: a rule by its line; `scores` in 1/100, both ends included; `test` that must hold of a
    lead; the name of a `stage`.
    """

    kind: Kind
    line: int
    what: str
    scores: tuple[int, int] | None = None
    test: p.Predicate | None = None
    stage: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many needs there are, and those that no sample meets."""

    total: int
    gaps: tuple[Need, ...]

    @property
    def percent(self) -> int:
        """The share that is shown, rounded down, so that 100 means all."""
        return 100 if not self.total else (self.total - len(self.gaps)) * 100 // self.total


def coverage(checked: Checked, card: p.Plan, file: SampleFile) -> Coverage:
    """What the samples of a file show of a card."""
    asked = tuple(needs(checked, card))
    shown = Shown(card, asked)
    people = [Person(lead=s.lead, colleagues=s.colleagues) for s in file.samples]
    met = frozenset(n for one in shown.by(people, file) for n in one[1])
    gaps = tuple(need for n, need in enumerate(asked) if n not in met)
    return Coverage(total=len(asked), gaps=gaps)


class Shown:
    """Which of some needs leads meet."""

    def __init__(self, card: p.Plan, asked: Sequence[Need]) -> None:
        self._asked = asked
        self._questions = Questions(card)
        self._tally = Tally(card, self._questions)
        self._tests = {
            n: self._questions.test(need.test)
            for n, need in enumerate(asked)
            if need.test is not None
        }

    def by(
        self, people: Sequence[Person], file: SampleFile
    ) -> Iterator[tuple[Outcome | None, frozenset[int]]]:
        """For each person what the card says, and the numbers of the needs that it meets."""
        for answers in self._questions.ask(people, file.as_of):
            outcome = self._tally.outcome(answers)
            if outcome is None or answers is None:
                yield None, frozenset()
                continue
            fired = frozenset(reason.line for reason in outcome.reasons)
            found = (n for n in range(len(self._asked)) if self._meets(n, outcome, fired, answers))
            yield outcome, frozenset(found)

    def _meets(self, n: int, outcome: Outcome, fired: frozenset[int], answers: Answers) -> bool:
        need = self._asked[n]
        match need.kind:
            case Kind.FIRES:
                return need.line in fired
            case Kind.SPARES:
                return need.line not in fired
            case Kind.STAGE:
                return outcome.values["stage"] == need.stage
            case Kind.WINDOW_EDGE:
                return self._tests[n] in answers
            case Kind.STAGE_EDGE:
                score = int(outcome.values["score"] * 100)  # type: ignore[operator]
                assert need.scores is not None
                return need.scores[0] <= score <= need.scores[1]


# --- needs ----------------------------------------------------------------------------------------


def needs(checked: Checked, card: p.Plan) -> Iterator[Need]:
    """All that samples should show of a card, but what no lead can."""
    hopeless = hopeless_lines(checked)
    for rule in card.rules:
        if rule.line in hopeless:
            continue
        yield Need(kind=Kind.FIRES, line=rule.line, what="no sample fires this rule")
        yield Need(kind=Kind.SPARES, line=rule.line, what="no sample leaves this rule unfired")
        yield from _windows(rule)
    yield from _stage_edges(card, hopeless)


def stage_needs(checked: Checked, card: p.Plan) -> tuple[Need, ...]:
    """A sample in each stage that some lead can reach."""
    hopeless = hopeless_lines(checked)
    return tuple(
        Need(
            kind=Kind.STAGE,
            line=stage.line,
            what=f"no sample lead is in the stage `{stage.name}`",
            stage=stage.name,
        )
        for stage in card.stages
        if stage.line not in hopeless
    )


def _stage_edges(card: p.Plan, hopeless: frozenset[int]) -> Iterator[Need]:
    near = int(nearness(card) * 100)
    said: set[int] = set()
    for stage in card.stages:
        for edge in (int(e * 100) for e in edges_of(stage.when)):
            if edge in said or stage.line in hopeless:
                continue
            said.add(edge)
            points = words.points(edge)
            sides = (
                ((edge, edge + near), f"at {points}"),
                ((edge - near, edge - 1), f"below {points}"),
            )
            for scores, where in sides:
                what = f"no sample scores just {where}, where `{stage.name}` begins"
                yield Need(kind=Kind.STAGE_EDGE, line=stage.line, what=what, scores=scores)


def _windows(rule: p.Rule) -> Iterator[Need]:
    """Both sides of each edge of each window of a rule; equal windows count once."""
    found: dict[tuple[bool, p.Instant, str], list[p.Predicate]] = {}
    tests = list(leaves(rule.when))
    if rule.repetition is not None:
        tests.append(p.EventCount(events=rule.repetition.events))
    for test in tests:
        for key, narrow in _sides(test):
            found.setdefault(key, []).append(narrow)
    for (inside, edge, field), sides in found.items():
        asked = sides[0] if len(sides) == 1 else p.Or(parts=tuple(sides))
        side = "inside" if inside else "outside"
        where = f"`{field}` just {side}" if field else f"an event just {side}"
        what = f"no sample has {where} the edge of the window of {_length(edge)}"
        yield Need(kind=Kind.WINDOW_EDGE, line=rule.line, what=what, test=asked)


def _length(edge: p.Instant) -> str:
    if edge.absolute is not None:
        return "a fixed date"
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")):
        if edge.offset % (size * _SECOND) == 0:
            return f"{abs(edge.offset) // (size * _SECOND)}{unit}"
    return "less than a second"


def _sides(
    test: p.Predicate,
) -> Iterator[tuple[tuple[bool, p.Instant, str], p.Predicate]]:
    match test:
        case p.InTime():
            yield from _time_sides(test)
        case p.AccountEvents() | p.AccountPeople():
            for key, events in _event_sides(test.events):
                yield key, p.AccountEvents(events=events, low=1)
        case p.EventCount() | p.TimeSpent() | p.Bunched():
            for key, events in _event_sides(test.events):
                yield key, p.EventCount(events=events)
        case _:
            return


def _event_sides(
    events: p.EventSet,
) -> Iterator[tuple[tuple[bool, p.Instant, str], p.EventSet]]:
    """The events of a set just inside and just outside of each edge of its windows."""
    edges = {
        (name, edge)
        for clause in events.clauses
        for name in ("after", "from_", "until")
        if (edge := getattr(clause.window, name)) is not None
    }
    for name, edge in sorted(edges, key=repr):
        here = [c for c in events.clauses if getattr(c.window, name) == edge]
        for inside in (True, False):
            low, high = _strip(edge, later=inside is (name != "until"))
            if name == "from_":
                window = p.Window(from_=low, until=_moved(high, -1))
            else:
                window = p.Window(after=low, until=high)
            yield (
                (inside, edge, ""),
                p.EventSet(clauses=tuple(replace(c, window=window) for c in here)),
            )


def _time_sides(test: p.InTime) -> Iterator[tuple[tuple[bool, p.Instant, str], p.Predicate]]:
    for name in ("after", "from_", "until", "before"):
        edge: p.Instant | None = getattr(test, name)
        if edge is None or edge == _NOW:  # what `in the last 30d` ends at is no edge of anybody's
            continue
        for inside in (True, False):
            low, high = _strip(edge, later=inside is (name in ("after", "from_")))
            if name in ("after", "until"):
                narrow = p.InTime(field=test.field, after=low, until=high)
            else:
                narrow = p.InTime(field=test.field, from_=low, before=high)
            yield (inside, edge, test.field.replace("_", " ")), narrow


def _strip(edge: p.Instant, *, later: bool) -> tuple[p.Instant, p.Instant]:
    """A short time on one side of an edge."""
    near = _DAY if edge.absolute is not None else max(_SECOND, min(_DAY, abs(edge.offset) // 10))
    return (edge, _moved(edge, near)) if later else (_moved(edge, -near), edge)


def _moved(edge: p.Instant, micros: int) -> p.Instant:
    if edge.absolute is None:
        return replace(edge, offset=edge.offset + micros)
    return replace(edge, absolute=edge.absolute + micros)

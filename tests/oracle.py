"""The oracle: a slow, plain interpreter of cards, written from docs/language.md alone.

It shares nothing with the compiler but the vocabulary's data and the fixed lists of the language.
Points are integers of 1/100 inside and exact decimals in the result, instants UTC microseconds,
amounts fractions. Texts and numbers are read in `oracle_values`, chains grouped in
`oracle_conditions`, data read in `oracle_data`, conditions judged in `oracle_holds`; here the
points are added up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from leadcard.compiler.vocabulary import Vocabulary
from leadcard.dsl import ast
from leadcard.dsl.format import format_condition
from tests import oracle_values as read
from tests.oracle_data import Block, Colleague, Event, Judge, Row
from tests.oracle_holds import Bench, Outcome, expiring
from tests.oracle_nodes import Condition

DAY = 86_400_000_000


@dataclass(frozen=True, kw_only=True)
class Fired:
    """A rule that fired: its points in 1/100 after its own maximum, and its evidence."""

    line: int
    rule: ast.Rule
    section: str
    points: int
    counted: bool
    events: int
    latest: int | None


def evaluate(
    card: ast.Scorecard,
    vocabulary: Vocabulary,
    lead: Row,
    events: Sequence[Row],
    as_of: datetime,
    colleagues: Sequence[Colleague] = (),
) -> dict[str, object] | None:
    """The result of a lead by column, or None for a lead created after `as_of`."""
    judge = Judge(card, vocabulary, read.instant(as_of))
    return result(judge, lead, events, colleagues)


def result(
    judge: Judge, lead: Row, events: Sequence[Row], colleagues: Sequence[Colleague] = ()
) -> dict[str, object] | None:
    """The result of a lead before a judge who serves many; None if created after as_of."""
    if judge.created_later(lead):
        return None
    person, account = judge.people(lead, events, colleagues)
    return Verdict(judge, person, account).columns()


class Verdict(Bench):
    """The result of one lead."""

    # --- the result -------------------------------------------------------------------------------

    def columns(self) -> dict[str, object]:
        """The result by column."""
        sections, fired = self._sections()
        raw = sum(sections.values())
        score = self._clamped(raw)
        tier = self._tier()
        self.outcome = Outcome(
            score=score,
            sections=sections,
            grade=self._grade(sections),
            tier=tier.name.text if tier else None,
            flags=_once(self._spelled(each) for f in fired for each in _flags(f.rule)),
            key_conversions=_once(_title(f.rule) for f in fired if f.rule.key_conversion),
            must_haves=self._must_haves(),
        )
        disqualified = any(isinstance(f.rule.effect, ast.Disqualify) for f in fired)
        stage = None if disqualified else self._stage()
        names = [s.name for s in self.judge.statements(ast.NameSetting)]
        return {
            "lead_id": read.plain(self.person.row.get("lead_id")),
            "scorecard": names[0] if names else None,
            "as_of": self.as_of,
            "score": points(score),
            "raw_score": points(raw),
            "displayed": points(score + (tier.number * 100_000 if tier else 0)),
            "stage": "disqualified" if disqualified else stage.name.text if stage else "none",
            "grade": self.outcome.grade,
            "tier": self.outcome.tier,
            "disqualified": disqualified,
            "flags": self.outcome.flags,
            "key_conversions": self.outcome.key_conversions,
            "must_haves": self.outcome.must_haves,
            "route": stage.route.text if stage and stage.route else None,
            "respond_within": _duration(stage.respond_within) if stage else None,
            "notify": stage.notify.text if stage and stage.notify else None,
            "sections": {name: points(total) for name, total in sections.items()},
            "reasons": tuple(_reason(each) for each in fired),
        }

    def _spelled(self, flag: str) -> str:
        """A flag as the card spells it first."""
        known = (text for rule in self.judge.statements(ast.Rule) for text in _flags(rule))
        return next(text for text in known if read.name(text) == read.name(flag))

    def _sections(self) -> tuple[dict[str, int], list[Fired]]:
        totals: dict[str, int] = {}
        fired: list[Fired] = []
        for block in self.judge.blocks:
            header = block.header
            if header and header.when and not self.holds(self.judge.condition(header.when)):
                totals[block.name] = 0
                continue
            of_block = self._fired(block)
            total = sum(each.points for each in of_block if each.counted)
            if header and header.maximum is not None:
                total = min(total, header.maximum)
            if header and header.minimum is not None:
                total = max(total, header.minimum)
            totals[block.name] = total
            fired += of_block
        return totals, fired

    def _fired(self, block: Block) -> list[Fired]:
        scored = [(line, rule, self._points(rule)) for line, rule in block.rules]
        won = [(line, rule, got) for line, rule, got in scored if got is not None]
        contest = [(got, -line) for line, rule, got in won if _has_points(rule)]
        best = -max(contest)[1] if contest else None
        only_best = block.header is not None and block.header.best_only
        fired = []
        for line, rule, got in won:
            count, latest = self._evidence(rule)
            loses = only_best and _has_points(rule) and line != best
            fired.append(
                Fired(
                    line=line,
                    rule=rule,
                    section=block.name,
                    points=got,
                    counted=not loses,
                    events=count,
                    latest=latest,
                )
            )
        return fired

    def _clamped(self, raw: int) -> int:
        for setting in self.judge.statements(ast.ScoreSetting):
            raw = raw if setting.low is None else max(raw, setting.low)
            raw = raw if setting.high is None else min(raw, setting.high)
        return raw

    def _tier(self) -> ast.Tier | None:
        tiers = self.judge.statements(ast.Tier)
        return next((t for t in tiers if self.holds(self.judge.condition(t.condition))), None)

    def _grade(self, sections: Mapping[str, int]) -> str | None:
        for setting in self.judge.statements(ast.GradeSetting):
            total = next(
                t for n, t in sections.items() if read.name(n) == read.name(setting.section.text)
            )
            for step in setting.steps:
                if step.at_least is None or total >= step.at_least:
                    return step.letter.text
        return None

    def _must_haves(self) -> bool | None:
        headers = self.judge.statements(ast.MustHaveHeader)
        if not headers:
            return None
        lines = self.judge.statements(ast.Requirement)
        met = sum(self.holds(self.judge.condition(line.condition)) for line in lines)
        return met >= (len(lines) if headers[0].at_least is None else headers[0].at_least)

    def _stage(self) -> ast.Stage | None:
        for stage in self.judge.statements(ast.Stage):
            if self.holds(self.judge.condition(stage.condition, in_stage=True)):
                return stage
        return None

    # --- rules ------------------------------------------------------------------------------------

    def _points(self, rule: ast.Rule) -> int | None:
        """The points of a rule in 1/100 after its maximum, None where it does not fire."""
        condition = self._condition(rule)
        worth = rule.effect.hundredths if isinstance(rule.effect, ast.Points) else 0
        if not self.holds(condition):
            return None
        if any(isinstance(m, _REPEATING) for m in rule.modifiers):
            times = self._buckets(rule, self.behind(condition))
            parts = [self._decayed(rule, worth, at) for at in times]
            if not times or (worth != 0 and not any(parts)):
                return None
            worth = sum(parts)
        return _limited(rule, worth)

    def _condition(self, rule: ast.Rule) -> Condition:
        ends = [m.duration for m in rule.modifiers if isinstance(m, ast.Expires)]
        return expiring(self.judge.condition(rule.condition), ends[0] if ends else None)

    def _buckets(self, rule: ast.Rule, events: Sequence[Event]) -> list[int]:
        """The instants that count: the latest of each bucket."""
        buckets: list[object]
        once = [m for m in rule.modifiers if isinstance(m, ast.OncePer)]
        if once:
            buckets = [_calendar(once[0].calendar, e.at, self.judge.zone) for e in events]
        elif any(isinstance(m, ast.EachAsset) for m in rule.modifiers):
            buckets = [read.asset(e.object or "") for e in events]
        elif any(isinstance(m, ast.Each) for m in rule.modifiers):
            return [event.at for event in events]
        else:
            return [max(event.at for event in events)]
        latest: dict[object, int] = {}
        for bucket, event in zip(buckets, events, strict=True):
            latest[bucket] = max(latest.get(bucket, event.at), event.at)
        return list(latest.values())

    def _decayed(self, rule: ast.Rule, worth: int, at: int) -> int:
        age = (self.as_of - at) // DAY
        for modifier in rule.modifiers:
            match modifier:
                case ast.Fades():
                    days = modifier.duration.seconds // 86400
                    return read.round_away(worth * max(Fraction(0), 1 - Fraction(age, days)))
                case ast.Halves():
                    steps = age // (modifier.duration.seconds // 86400)
                    return read.round_away(Fraction(worth, 2**steps))
                case ast.Drops():
                    steps = age // (modifier.duration.seconds // 86400)
                    left = max(0, abs(worth) - modifier.hundredths * steps)
                    return left if worth > 0 else -left
        return worth

    def _evidence(self, rule: ast.Rule) -> tuple[int, int | None]:
        events = self.behind(self._condition(rule))
        return len(events), max((e.at for e in events), default=None)


_REPEATING = (ast.Each, ast.OncePer, ast.EachAsset, ast.Fades, ast.Halves, ast.Drops)


def points(hundredths: int) -> Decimal:
    """1/100 as points with two places."""
    return Decimal(hundredths).scaleb(-2)


def _has_points(rule: ast.Rule) -> bool:
    """Whether a rule takes part where only the best counts: not one that flags or disqualifies."""
    return isinstance(rule.effect, ast.Points)


def _limited(rule: ast.Rule, worth: int) -> int:
    for modifier in rule.modifiers:
        if isinstance(modifier, ast.Max):
            limit = abs(modifier.hundredths)
            worth = min(worth, limit) if worth > 0 else max(worth, -limit)
    return worth


def _calendar(unit: ast.Calendar, at: int, zone: ZoneInfo) -> tuple[int, ...]:
    day = read.local_day(at, zone)
    match unit:
        case ast.Calendar.DAY:
            return day.year, day.month, day.day
        case ast.Calendar.WEEK:
            return tuple(day.isocalendar())[:2]
        case ast.Calendar.MONTH:
            return day.year, day.month


_UNITS = {ast.Unit.MINUTE: "min", ast.Unit.HOUR: "h", ast.Unit.DAY: "d", ast.Unit.WEEK: "w"}


def _duration(duration: ast.Duration | None) -> str | None:
    """A duration in its plain form: `4h`, `1 month`."""
    if duration is None:
        return None
    if duration.unit in _UNITS:
        return f"{duration.amount}{_UNITS[duration.unit]}"
    plural = "s" if duration.amount > 1 else ""
    return f"{duration.amount} {duration.unit.name.lower()}{plural}"


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _flags(rule: ast.Rule) -> Iterable[str]:
    return [part.text for part in (rule.effect, *rule.modifiers) if isinstance(part, ast.Flag)]


def _title(rule: ast.Rule) -> str:
    return rule.label.text if rule.label else format_condition(rule.condition)


def _reason(fired: Fired) -> dict[str, object]:
    return {
        "line": fired.line,
        "rule": format_condition(fired.rule.condition),
        "section": fired.section,
        "points": points(fired.points),
        "counted": fired.counted,
        "events": fired.events,
        "latest": fired.latest,
    }

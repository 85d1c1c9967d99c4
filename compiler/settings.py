"""The settings of a card: name, timezone, range of the score, buyer stages, grades."""

from __future__ import annotations

from itertools import pairwise
from pathlib import PurePath
from zoneinfo import ZoneInfo, available_timezones

from leadcard.compiler.text import name_form
from leadcard.dsl import ast
from leadcard.dsl.diagnostics import Diagnostic, Related
from leadcard.dsl.nearest import nearest
from leadcard.dsl.record import dataclass
from leadcard.dsl.source import Source, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the setting lines of a card say; the first of two wins."""

    name: str
    timezone: str
    zone_node: ast.TimezoneSetting | None
    score: ast.ScoreSetting | None
    buyer_stages: tuple[ast.Text, ...]
    grades: ast.GradeSetting | None


def read_settings(card: ast.Scorecard) -> tuple[Settings, tuple[Diagnostic, ...]]:
    """The settings, and complaints: a setting twice, an unknown zone."""
    first: dict[type[object], ast.Statement] = {}
    found: list[Diagnostic] = []
    for line in card.lines:
        node = line.statement
        if isinstance(node, _SETTINGS):
            earlier = first.setdefault(type(node), node)
            if earlier is not node:
                found.append(_twice(card.source, node.span, earlier.span))
    name = first.get(ast.NameSetting)
    zone = first.get(ast.TimezoneSetting)
    score = first.get(ast.ScoreSetting)
    stages = first.get(ast.BuyerStagesSetting)
    grades = first.get(ast.GradeSetting)
    zone_node = zone if isinstance(zone, ast.TimezoneSetting) else None
    score_node = score if isinstance(score, ast.ScoreSetting) else None
    grade_node = grades if isinstance(grades, ast.GradeSetting) else None
    timezone, complaints = _timezone(card.source, zone_node)
    found.extend(complaints)
    found.extend(_grades(card, grade_node))
    return Settings(
        name=name.name if isinstance(name, ast.NameSetting) else _stem(card.source.path),
        timezone=timezone,
        zone_node=zone_node,
        score=score_node,
        buyer_stages=stages.stages if isinstance(stages, ast.BuyerStagesSetting) else (),
        grades=grade_node,
    ), tuple(found)


_SETTINGS = (
    ast.NameSetting,
    ast.TimezoneSetting,
    ast.ScoreSetting,
    ast.BuyerStagesSetting,
    ast.GradeSetting,
)


def _stem(path: str) -> str:
    return PurePath(path).name.removesuffix(".scorecard") or "scorecard"


def _twice(source: Source, span: Span, earlier: Span) -> Diagnostic:
    return Diagnostic(
        code="R119",
        message="this setting stands twice",
        source=source,
        span=span,
        hint=f"the first is in line {source.position(earlier.start).line}",
        related=(Related(source=source, span=earlier, label="the first one"),),
    )


def _timezone(
    source: Source, node: ast.TimezoneSetting | None
) -> tuple[str, tuple[Diagnostic, ...]]:
    if node is None:
        return "UTC", ()
    name = node.zone.text
    by_form = {name_form(z): z for z in available_timezones()}
    known = by_form.get(name_form(name))
    if known is not None and _loads(known):
        return known, ()
    cities = {name_form(z.rsplit("/", 1)[-1]): z for z in sorted(by_form.values(), reverse=True)}
    best = cities.get(name_form(name)) or nearest(name, by_form.values())
    return "UTC", (
        Diagnostic(
            code="R124",
            message=f"no timezone `{name}`",
            source=source,
            span=node.zone.span,
            hint=f"did you mean `{best}`?" if best else "written as `Europe/Berlin`",
            fix=f"timezone: {best or 'Europe/Berlin'}",
        ),
    )


def _loads(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (OSError, ValueError):
        return False
    return True


def _grades(card: ast.Scorecard, node: ast.GradeSetting | None) -> tuple[Diagnostic, ...]:
    """The section exists, the steps go down, only the last is without a range."""
    if node is None:
        return ()
    sections = [
        s.name.text for line in card.lines if isinstance(s := line.statement, ast.SectionHeader)
    ]
    if name_form(node.section.text) not in {name_form(s) for s in sections}:
        best = nearest(node.section.text, sections)
        return (
            Diagnostic(
                code="R126",
                message=f"no section `{node.section.text}` to take grades from",
                source=card.source,
                span=node.section.span,
                hint=f"did you mean `{best}`?" if best else "name a section of this card",
            ),
        )
    limits = [s.at_least for s in node.steps]
    ordered = all(a is not None and (b is None or a > b) for a, b in pairwise(limits))
    if ordered:
        return ()
    return (
        Diagnostic(
            code="R127",
            message="grades go from the best to the least",
            source=card.source,
            span=node.span,
            hint="each needs fewer points than the one before; only the last may stand alone",
            fix="grade from fit: A 40+, B 25+, C 10+, D",
        ),
    )

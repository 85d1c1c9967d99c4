"""A card to its plain form: one layout, every comment kept, the same tree when read again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final, assert_never

from leadcard.dsl import ast, words
from leadcard.dsl.ast import Joiner
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.headers import is_plain_name
from leadcard.dsl.parser import parse
from leadcard.dsl.record import dataclass
from leadcard.dsl.render import display_width
from leadcard.dsl.scan import Piece, cut, is_joint
from leadcard.dsl.source import Source

WIDTH: Final = 100
_STEP: Final = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatResult:
    """The plain form of a card, or None with what stands in the way."""

    text: str | None
    diagnostics: tuple[Diagnostic, ...] = ()


def format_source(
    source: Source, plain: Callable[[ast.Scorecard], ast.Scorecard] = lambda card: card
) -> FormatResult:
    """The plain form of `source`; refused on errors, and where reading it again would differ.

    `plain` rewrites what only a vocabulary can tell to be another way of saying something.
    """
    card, found = parse(source)
    card = plain(card)
    if any(diagnostic.is_error for diagnostic in found):
        return FormatResult(text=None, diagnostics=found)
    bad = next((line for line in card.lines if not _survives(line)), None)
    if bad is not None:
        return FormatResult(text=None, diagnostics=(refusal(source, bad.first),))
    text = format_scorecard(card)
    again, problems = parse(Source(source.path, text))
    again = plain(again)
    if problems or again.lines != card.lines or format_scorecard(again) != text:
        changed = zip(card.lines, again.lines, strict=False)
        bad = next((old for old, new in changed if old != new), card.lines[-1])
        return FormatResult(text=None, diagnostics=(refusal(source, bad.first),))
    return FormatResult(text=text, diagnostics=found)


def _survives(line: ast.Line) -> bool:
    """Whether every text of the line can be written in some quotes."""
    try:
        _laid_out(line, "")
    except words.Unwritable:
        return False
    return True


def refusal(source: Source, line: int) -> Diagnostic:
    """That a line (from 1) cannot be brought to its plain form."""
    return Diagnostic(
        code="S190",
        message="the plain form of this line would not mean the same, so nothing was changed",
        source=source,
        span=source.line_span(line),
        hint="write it in one line, with its comment at the end and one kind of quotes",
    )


def format_condition(chain: ast.Chain) -> str:
    """The plain form of a condition."""
    return words.condition(chain)


def format_scorecard(card: ast.Scorecard) -> str:
    """The plain form of a card."""
    lines: list[str] = []
    indent = ""
    before: ast.Line | None = None
    for at, line in enumerate(card.lines):
        opens = _opens_block(card.lines, at)
        if before is not None and (_blank_before(line, before) or _new_block(opens, before)):
            lines.append("")
        if opens is not None:
            indent = ""
        lines += _laid_out(line, indent)
        if line.statement is not None and _is_header(line.statement):
            indent = _STEP
        before = line
    return "\n".join(lines) + "\n" if lines else ""


def _is_header(statement: ast.Statement) -> bool:
    return isinstance(
        statement, ast.SectionHeader | ast.MustHaveHeader | ast.TiersHeader | ast.StagesHeader
    )


def _is_setting(statement: ast.Statement) -> bool:
    return not _is_header(statement) and not isinstance(
        statement, ast.Rule | ast.Requirement | ast.Tier | ast.Stage
    )


def _opens_block(lines: tuple[ast.Line, ...], at: int) -> ast.Statement | None:
    """The header or setting that line `at` is, or that its comment stands directly above."""
    for place in range(at, len(lines)):
        line = lines[place]
        if place > at and line.first > lines[place - 1].last + 1:
            return None
        if line.statement is not None:
            known = _is_header(line.statement) or _is_setting(line.statement)
            return line.statement if known else None
        # A comment block of that length is no note on one header; looking on would be quadratic.
        if place - at > 200:
            return None
    return None


def _blank_before(line: ast.Line, before: ast.Line) -> bool:
    return line.first > before.last + 1


def _new_block(opens: ast.Statement | None, before: ast.Line) -> bool:
    """Whether a block begins here that has no blank line before it in the source."""
    if opens is None or before.statement is None:
        return False
    return _is_header(opens) or not _is_setting(before.statement)


# --- one line -------------------------------------------------------------------------------------


def _laid_out(line: ast.Line, indent: str) -> list[str]:
    comment = "" if line.comment is None else f"#{line.comment}"
    if line.statement is None:
        return [indent + comment]
    text = statement_text(line.statement)
    if line.inner:
        return _at_comments(text, line, indent, comment)
    tail = f"  {comment}" if comment else ""
    parts = _wrapped(text, indent)
    return [*parts[:-1], parts[-1] + tail]


def _joints(text: str) -> list[Piece]:
    return [piece for piece in cut(text)[0] if is_joint(piece)]


def _at_comments(text: str, line: ast.Line, indent: str, comment: str) -> list[str]:
    """The line broken where its inner comments stand."""
    joints, start = _joints(text), 0
    parts: list[str] = []
    for at, inner in enumerate(line.inner):
        wanted = line.breaks[at] if at < len(line.breaks) else at + 1
        lead = indent if not parts else indent + _STEP * 2
        end = start
        if joints:
            end = joints[min(max(wanted, 1), len(joints)) - 1].end
        part = text[start : max(end, start)].strip()
        parts.append(f"{lead}{part}  #{inner}" if part else f"{lead}#{inner}")
        start = max(end, start)
    tail = f"  {comment}" if comment else ""
    return [*parts, f"{indent}{_STEP * 2}{text[start:].strip()}{tail}"]


def _wrapped(text: str, indent: str) -> list[str]:
    """The line, broken after joints where it is longer than a line may be."""
    if display_width(indent) + display_width(text) <= WIDTH:
        return [indent + text]
    parts: list[str] = []
    start = last = 0
    for end in (*(joint.end for joint in _joints(text)), len(text)):
        lead = indent if not parts else indent + _STEP * 2
        if last > start and display_width(lead + text[start:end].strip()) > WIDTH:
            parts.append(lead + text[start:last].strip())
            start = last
        last = end
    lead = indent if not parts else indent + _STEP * 2
    return [*parts, lead + text[start:].strip()]


def statement_text(statement: ast.Statement) -> str:
    """The plain form of a statement, on one line."""
    match statement:
        case ast.NameSetting():
            return f"scorecard: {words.name(ast.Text(text=statement.name, span=statement.span))}"
        case ast.TimezoneSetting():
            return f"timezone: {words.name(statement.zone)}"
        case ast.ScoreSetting():
            return f"score: {_score(statement)}"
        case ast.BuyerStagesSetting():
            return f"buyer stages: {', '.join(map(words.entry, statement.stages))}"
        case ast.SectionHeader():
            return _header(statement)
        case ast.MustHaveHeader():
            least = statement.at_least
            return f"must have {'all' if least is None else f'at least {least}'}:"
        case ast.TiersHeader():
            return "tiers:"
        case ast.StagesHeader():
            return "stages:"
        case ast.Rule():
            return _rule(statement)
        case ast.Requirement():
            return words.condition(statement.condition) + _label(statement.label)
        case ast.Tier():
            tier = f"{statement.number} {words.name(statement.name)}"
            return f"{tier}: {words.condition(statement.condition)}"
        case ast.GradeSetting():
            steps = ", ".join(map(_step, statement.steps))
            return f"grade from {words.name(statement.section)}: {steps}"
        case ast.Stage():
            return _stage(statement)
        case ast.ListInline():
            entries = ", ".join(map(words.entry, statement.entries))
            return f"list {words.name(statement.name)}: {entries}".rstrip()
        case ast.ListFile():
            return f"list {words.name(statement.name)} from {words.name(statement.path)}"
        case _:
            assert_never(statement)


def _score(setting: ast.ScoreSetting) -> str:
    low, high = setting.low, setting.high
    if low is not None and high is not None:
        return f"{words.points(low)} to {words.points(high)}"
    if low is not None:
        return f"at least {words.points(low)}"
    return f"up to {words.points(high or 0)}"


def _header(header: ast.SectionHeader) -> str:
    named = header.name.text
    text = named if is_plain_name(named) else words.in_quotes(named)
    if header.when is not None:
        text += f" when {words.condition(header.when)}"
    caps = [f"max {words.points(header.maximum)}"] if header.maximum is not None else []
    caps += [f"min {words.points(header.minimum)}"] if header.minimum is not None else []
    caps += ["best only"] if header.best_only else []
    return f"{text} ({', '.join(caps)}):" if caps else f"{text}:"


def _label(label: ast.Text | None) -> str:
    return "" if label is None else f" [{label.text}]"


def _rule(rule: ast.Rule) -> str:
    star = "* " if rule.key_conversion else ""
    text = f"{star}{words.condition(rule.condition)}: {_effect(rule.effect)}"
    for at, modifier in enumerate(rule.modifiers):
        close = at == 0 and isinstance(modifier, ast.Each | ast.EachAsset | ast.OncePer)
        text += f"{' ' if close else ', '}{_modifier(modifier)}"
    return text + _label(rule.label)


def _effect(effect: ast.Effect) -> str:
    match effect:
        case ast.Points():
            text = words.points(effect.hundredths)
            return f"+{text}" if effect.hundredths > 0 else text
        case ast.Disqualify():
            return "disqualify"
        case ast.Flag():
            return f"flag {words.in_quotes(effect.text)}"
        case _:
            assert_never(effect)


def _modifier(modifier: ast.Modifier) -> str:
    match modifier:
        case ast.Each():
            return "each" if modifier.noun is None else f"each {modifier.noun.text}"
        case ast.OncePer():
            return f"once per {modifier.calendar.value}"
        case ast.EachAsset():
            return "each asset"
        case ast.Max():
            return f"max {words.points(modifier.hundredths)}"
        case ast.Fades():
            return f"fades over {words.duration(modifier.duration)}"
        case ast.Halves():
            return f"halves every {words.duration(modifier.duration)}"
        case ast.Drops():
            every = words.duration(modifier.duration)
            return f"drops {words.points(modifier.hundredths)} every {every}"
        case ast.Expires():
            return f"expires after {words.duration(modifier.duration)}"
        case ast.Flag():
            return f"flag {words.in_quotes(modifier.text)}"
        case _:
            assert_never(modifier)


def _step(step: ast.GradeStep) -> str:
    letter = words.name(step.letter)
    return letter if step.at_least is None else f"{letter} {words.points(step.at_least)}+"


def _stage(stage: ast.Stage) -> str:
    text = f"{words.name(stage.name)}: {_stage_condition(stage.condition)}"
    return text + "".join(_clauses(stage))


def _stage_condition(chain: ast.Chain) -> str:
    """The condition, with `needs must haves` after a comma where it holds for all of it."""
    rest = chain.rest
    last = rest[-1] if rest else None
    if (
        last is None
        or not isinstance(last.item, ast.NeedsMustHaves)
        or any(link.joiner is not Joiner.AND for link in rest)
    ):
        return words.condition(chain)
    return f"{words.condition(replace(chain, rest=rest[:-1]))}, needs must haves"


def _clauses(stage: ast.Stage) -> Iterator[str]:
    if stage.route is not None:
        yield f", route to {words.in_quotes(stage.route.text)}"
    if stage.respond_within is not None:
        yield f", respond within {words.duration(stage.respond_within)}"
    if stage.notify is not None:
        yield f", notify {words.in_quotes(stage.notify.text)}"

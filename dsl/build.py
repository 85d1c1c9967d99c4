"""Tokens of lines to nodes: what the grammar calls when it has recognised a part.

Every method is named after a rule of grammar.lark and receives the tokens and nodes of that part.
"""

from __future__ import annotations

from typing import Final

from leadcard.dsl import ast
from leadcard.dsl.ast import Joiner
from leadcard.dsl.build_conditions import (
    ConditionBuilder,
    Part,
    by_kind,
    joined,
    refusal,
    whole_span,
)
from leadcard.dsl.lexer import Token
from leadcard.dsl.source import Span


class LineBuilder(ConditionBuilder):
    """Nodes of effects and of whole lines."""

    def points(self, parts: list[Part]) -> ast.Points:
        """`+15`."""
        return ast.Points(hundredths=parts[0].value, span=whole_span(parts))

    def disqualify(self, parts: list[Part]) -> ast.Disqualify:
        """`disqualify`."""
        return ast.Disqualify(span=whole_span(parts))

    def flag(self, parts: list[Part]) -> ast.Flag:
        """`flag "key account"` as an effect."""
        return ast.Flag(text=joined(parts[1]).text, span=whole_span(parts))

    def each(self, parts: list[Part]) -> ast.Each:
        """`each`."""
        noun = parts[0].value
        text = None if noun is None else ast.Text(text=noun, span=parts[0].span)
        return ast.Each(noun=text, span=whole_span(parts))

    def once(self, parts: list[Part]) -> Token:
        """`once`: what every rule is that does not say otherwise."""
        return Token("ONCE", span=parts[0].span)

    def key_effect(self, parts: list[Part]) -> Token:
        """`key conversion` among the effects: the same as `*` before the rule."""
        return Token("STAR", span=parts[0].span)

    def each_asset(self, parts: list[Part]) -> ast.EachAsset:
        """`each asset`."""
        return ast.EachAsset(span=whole_span(parts))

    def once_per(self, parts: list[Part]) -> ast.OncePer:
        """`once per day`."""
        return ast.OncePer(calendar=parts[0].value, span=whole_span(parts))

    def max(self, parts: list[Part]) -> ast.Max:
        """`max 20`."""
        return ast.Max(hundredths=parts[0].value, span=whole_span(parts))

    def fades(self, parts: list[Part]) -> ast.Fades:
        """`fades over 180d`."""
        return ast.Fades(duration=parts[0].value, span=whole_span(parts))

    def halves(self, parts: list[Part]) -> ast.Halves:
        """`halves every 30d`."""
        return ast.Halves(duration=parts[0].value, span=whole_span(parts))

    def drops(self, parts: list[Part]) -> ast.Drops:
        """`drops 5 every 7d`."""
        hundredths, duration = parts[0].value
        return ast.Drops(hundredths=hundredths, duration=duration, span=whole_span(parts))

    def expires(self, parts: list[Part]) -> ast.Expires:
        """`expires after 30d`."""
        return ast.Expires(duration=parts[0].value, span=whole_span(parts))

    def effects(self, parts: list[Part]) -> tuple[Part, ...]:
        """Effect and modifiers as written, without the commas."""
        kept = tuple(
            part for part in parts if not isinstance(part, Token) or part.type in ("ONCE", "STAR")
        )
        _refuse_once(kept)
        return kept

    def rule(self, parts: list[Part]) -> ast.Rule:
        """A rule."""
        found = by_kind(parts)
        condition = next(part for part in parts if isinstance(part, ast.Chain))
        written = next(part for part in parts if isinstance(part, tuple))
        marks = by_kind(list(written))
        effect, modifiers = _effect_first(
            tuple(part for part in written if not isinstance(part, Token)),
            whole_span(parts),
        )
        label = found.get("LABEL")
        return ast.Rule(
            condition=condition,
            effect=effect,
            modifiers=modifiers,
            key_conversion="STAR" in found or "STAR" in marks,
            label=label.value if label else None,
            span=whole_span(parts),
        )

    def requirement(self, parts: list[Part]) -> ast.Requirement:
        """A rule without points."""
        label = parts[1].value if len(parts) == 2 else None
        return ast.Requirement(condition=parts[0], label=label, span=whole_span(parts))

    def tier(self, parts: list[Part]) -> ast.Tier:
        """`1 small: employees under 50`."""
        number, name, _, condition = parts
        return ast.Tier(
            number=number.value, name=name.value, condition=condition, span=whole_span(parts)
        )

    def caps(self, parts: list[Part]) -> tuple[Token, ...]:
        """The caps of a header, without the commas."""
        return tuple(part for part in parts if part.type in ("MAX", "MIN", "BEST"))

    def header(self, parts: list[Part]) -> ast.SectionHeader:
        """The header of a section of rules."""
        caps = next((part for part in parts if isinstance(part, tuple)), ())
        _refuse_twice(caps)
        found = {cap.type: cap.value for cap in caps}
        return ast.SectionHeader(
            name=parts[0].value,
            when=next((part for part in parts if isinstance(part, ast.Chain)), None),
            maximum=found.get("MAX"),
            minimum=found.get("MIN"),
            best_only="BEST" in found,
            span=whole_span(parts),
        )

    def must_have(self, parts: list[Part]) -> ast.MustHaveHeader:
        """`must have at least 3:`."""
        least = by_kind(parts).get("AT_LEAST")
        return ast.MustHaveHeader(at_least=least.value if least else None, span=whole_span(parts))

    def tiers(self, parts: list[Part]) -> ast.TiersHeader:
        """`tiers:`."""
        return ast.TiersHeader(span=whole_span(parts))

    def stages(self, parts: list[Part]) -> ast.StagesHeader:
        """`stages:`."""
        return ast.StagesHeader(span=whole_span(parts))

    def route(self, parts: list[Part]) -> tuple[str, Part, Span]:
        """`route to "Sales"`."""
        return ("route", joined(parts[1]), whole_span(parts))

    def respond(self, parts: list[Part]) -> tuple[str, Part, Span]:
        """`respond within 4h`."""
        return ("respond", parts[0].value, whole_span(parts))

    def notify(self, parts: list[Part]) -> tuple[str, Part, Span]:
        """`notify "the owner"`."""
        return ("notify", joined(parts[1]), whole_span(parts))

    def also_needs(self, parts: list[Part]) -> tuple[str, Part, Span]:
        """`, needs must haves`."""
        span = whole_span(parts)
        return ("needs", ast.NeedsMustHaves(span=span), span)

    def stage(self, parts: list[Part]) -> ast.Stage:
        """A stage with its clauses."""
        name, _, condition, *clauses = parts
        given: dict[str, Part] = {}
        for kind, value, span in clauses:
            if kind in given:
                raise refusal("the same is said twice", "S113", span, "keep one of the two")
            given[kind] = value
        _refuse_bare_numbers(condition)
        if "needs" in given:
            condition = _also_needs(condition, given["needs"])
        return ast.Stage(
            name=name.value,
            condition=condition,
            route=given.get("route"),
            respond_within=given.get("respond"),
            notify=given.get("notify"),
            span=name.span.to(clauses[-1][2] if clauses else condition.span),
        )

    def name(self, parts: list[Part]) -> ast.NameSetting:
        """`scorecard: Inbound B2B`."""
        return ast.NameSetting(name=parts[2].value.text, span=whole_span(parts))

    def timezone(self, parts: list[Part]) -> ast.TimezoneSetting:
        """`timezone: Europe/Berlin`."""
        return ast.TimezoneSetting(zone=parts[2].value, span=whole_span(parts))

    def score(self, parts: list[Part]) -> ast.ScoreSetting:
        """`score: 0 to 100`."""
        found = by_kind(parts)
        if "BETWEEN" in found:
            low, high = found["BETWEEN"].value
        else:
            low = found["AT_LEAST"].value if "AT_LEAST" in found else None
            high = found["AT_MOST"].value if "AT_MOST" in found else None
        if low is not None and high is not None and low >= high:
            raise refusal(
                "the score begins above its end",
                "S123",
                parts[2].span,
                "the smaller number comes first",
            )
        return ast.ScoreSetting(low=low, high=high, span=whole_span(parts))

    def entries(self, parts: list[Part]) -> tuple[ast.Text, ...]:
        """Entries without the commas."""
        return tuple(part.value for part in parts if part.type == "ENTRY")

    def buyer_stages(self, parts: list[Part]) -> ast.BuyerStagesSetting:
        """`buyer stages: awareness, decision`."""
        return ast.BuyerStagesSetting(stages=parts[2], span=whole_span(parts))

    def list_inline(self, parts: list[Part]) -> ast.ListInline:
        """`list service area: DE, AT`."""
        entries = parts[3] if len(parts) == 4 else ()
        return ast.ListInline(name=parts[1].value, entries=entries, span=whole_span(parts))

    def list_file(self, parts: list[Part]) -> ast.ListFile:
        """`list competitors from lists/competitors.txt`."""
        return ast.ListFile(name=parts[1].value, path=parts[3].value, span=whole_span(parts))

    def step(self, parts: list[Part]) -> ast.GradeStep:
        """`A 40+`."""
        least = parts[1].value if len(parts) == 2 else None
        return ast.GradeStep(letter=joined(parts[0]), at_least=least, span=whole_span(parts))

    def grade(self, parts: list[Part]) -> ast.GradeSetting:
        """`grade from fit: A 40+, B 25+, C`."""
        steps = tuple(part for part in parts if isinstance(part, ast.GradeStep))
        for step in steps:
            letter, _, number = step.letter.text.partition(" ")
            if number.isdigit():
                message = f"grade `{letter}` does not say that it begins at {number}"
                instead = f"{letter} {number}+"
                raise refusal(message, "S115", step.span, f"write `{instead}`", instead)
        for step in steps[:-1]:
            if step.at_least is None:
                raise refusal(
                    f"grade `{step.letter.text}` has no lower end",
                    "S115",
                    step.span,
                    "only the last letter stands alone",
                )
        return ast.GradeSetting(section=parts[1].value, steps=steps, span=whole_span(parts))


_STAGE_CLAUSES: Final = {
    "route": "route to",
    "respond": "respond within",
    "notify": "notify",
    "needs": "needs must haves",
}


def _refuse_bare_numbers(chain: ast.Chain) -> None:
    """`hot: 50`, `hot: +15` and `hot: 50+, route "Sales"` are read, but none says what is meant."""
    for node in (chain.first, *(link.item for link in chain.rest)):
        if not isinstance(node, ast.Bare) or not node.words or node.test is not None:
            continue
        first = node.words[0]
        key = first.text.lower()
        digits = key.lstrip("+-")
        if first.quoted:
            continue
        if len(node.words) == 1 and digits.isascii() and digits.isdigit():
            _refuse_number(node, key, digits)
        if key in _STAGE_CLAUSES:
            right = _STAGE_CLAUSES[key]
            raise refusal(f"`{key}` is not whole", "S106", first.span, f"write `{right} …`", right)


def _refuse_number(node: ast.Bare, key: str, digits: str) -> None:
    if key[0] in "+-":
        raise refusal(
            "points cannot stand among stages",
            "S114",
            node.span,
            "rules stand under the header of a section",
        )
    raise refusal(
        f"`{digits}` does not say from where to where the stage goes",
        "S115",
        node.span,
        f"write `{digits}+` or `below {digits}`",
        f"{digits}+",
    )


def _effect_first(
    written: tuple[ast.Effect | ast.Modifier, ...], whole: Span
) -> tuple[ast.Effect, tuple[ast.Modifier, ...]]:
    """The one effect of a rule, wherever it was written, and its modifiers in order."""
    effects: list[ast.Points | ast.Disqualify] = []
    modifiers: list[ast.Modifier] = []
    for part in written:
        match part:
            case ast.Points() | ast.Disqualify():
                effects.append(part)
            case _:
                modifiers.append(part)
    _refuse_repeated(modifiers)
    if len(effects) > 1:
        raise refusal(
            "a rule has one effect, and here are two", "S112", effects[1].span, "write two rules"
        )
    if effects:
        return effects[0], tuple(modifiers)
    if not modifiers:
        raise refusal("no points are given", "S107", whole, "say how many points, such as `+10`")
    first = modifiers[0]
    if isinstance(first, ast.Flag):
        return first, tuple(modifiers[1:])
    raise refusal(
        "no points are given", "S107", first.span, "say how many points, such as `+10 each`"
    )


_REPEATING: Final = (ast.Each, ast.OncePer, ast.EachAsset)


def _refuse_once(written: tuple[Part, ...]) -> None:
    """`+5 each, once` says two things."""
    once = next((p for p in written if isinstance(p, Token) and p.type == "ONCE"), None)
    again = next((p for p in written if isinstance(p, _REPEATING)), None)
    if once is not None and again is not None:
        later = max(once.span, again.span)
        raise refusal("`once` and `each` exclude each other", "S113", later, "keep one of the two")


_DECAYS: Final = (ast.Fades, ast.Halves, ast.Drops, ast.Expires)


def _refuse_repeated(modifiers: list[ast.Modifier]) -> None:
    seen: set[type] = set()
    for modifier in modifiers:
        if isinstance(modifier, ast.Flag):
            continue
        kind: type = ast.Fades if isinstance(modifier, _DECAYS[:3]) else type(modifier)
        if kind in seen:
            raise refusal("the same is said twice", "S113", modifier.span, "keep one of the two")
        seen.add(kind)


def _refuse_twice(caps: tuple[Token, ...]) -> None:
    seen: set[str] = set()
    for cap in caps:
        if cap.type in seen:
            raise refusal("the same is said twice", "S113", cap.span, "keep one of the two")
        seen.add(cap.type)


def _also_needs(condition: ast.Chain, needs: ast.NeedsMustHaves) -> ast.Chain:
    """`…, needs must haves` holds for the whole condition, alternatives included."""
    link = ast.Link(joiner=Joiner.AND, item=needs, span=needs.span)
    if all(other.joiner is Joiner.AND for other in condition.rest):
        return ast.Chain(
            first=condition.first,
            rest=(*condition.rest, link),
            span=condition.span.to(needs.span),
        )
    group = ast.Group(chain=condition, span=condition.span)
    return ast.Chain(first=group, rest=(link,), span=condition.span.to(needs.span))

"""Tokens of one line to nodes: what the grammar calls when it has recognised a part.

Every method is named after a rule of grammar.lark and receives the tokens and nodes of that part.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final, TypeAlias

from leadcard.dsl import ast
from leadcard.dsl.ast import Joiner
from leadcard.dsl.lexer import Misread, Token
from leadcard.dsl.source import Span
from leadcard.dsl.times import SECONDS
from leadcard.dsl.values import Fault

Part: TypeAlias = Any
"""A token or a node; the grammar says which."""

_JOINERS: Final = {"AND": Joiner.AND, "OR": Joiner.OR, "COMMA": Joiner.COMMA}
_PER_UNIT: Final = dict(SECONDS.values())


def _span(parts: list[Part]) -> Span:
    first, last = parts[0], parts[-1]
    start: Span = first[0].span if isinstance(first, tuple) else first.span
    end: Span = last[-1].span if isinstance(last, tuple) else last.span
    return Span(start.start, end.end)


def _tokens(parts: list[Part]) -> dict[str, Token]:
    return {part.type: part for part in parts if isinstance(part, Token)}


def _fault(message: str, code: str, span: Span, hint: str, instead: str | None = None) -> Misread:
    return Misread(Fault(code=code, message=message, span=span, hint=hint, instead=instead))


def _joined(token: Token) -> ast.Text:
    """Words as one text, for flags and the names in clauses."""
    words: ast.Words = token.value
    return ast.Text(text=" ".join(word.text for word in words), span=token.span)


class ConditionBuilder:
    """Nodes of conditions."""

    def condition(self, parts: list[Part]) -> Part:
        """A lone condition."""
        return parts[0]

    def chain(self, parts: list[Part]) -> ast.Chain:
        """Items and the joiners between them."""
        links = tuple(
            ast.Link(
                joiner=_JOINERS[parts[at].type],
                item=parts[at + 1],
                but=parts[at].value == "but",
                span=parts[at].span.to(parts[at + 1].span),
            )
            for at in range(1, len(parts), 2)
        )
        return ast.Chain(first=parts[0], rest=links, span=_span(parts))

    def negated(self, parts: list[Part]) -> ast.Not:
        """`not` before an item."""
        item = parts[1]
        if isinstance(item, ast.AccountTest) and item.op in (
            ast.AccountOp.ANYONE,
            ast.AccountOp.NOBODY,
        ):
            other = "nobody" if item.op is ast.AccountOp.ANYONE else "anyone"
            span = Span(parts[0].span.start, item.span.start + len(item.op.value))
            raise _fault(
                f"`not {item.op.value}` can be read in two ways",
                "S118",
                span,
                f"say `{other}`",
                other,
            )
        return ast.Not(item=item, span=_span(parts))

    def group(self, parts: list[Part]) -> ast.Group:
        """A chain in parentheses."""
        return ast.Group(chain=parts[1], span=_span(parts))

    def op_test(self, parts: list[Part]) -> ast.OpTest:
        """Words, an operator and its operand."""
        *subject, op, operand = parts
        words: ast.Words = subject[0].value if subject else ()
        if operand.type == "WORDS":
            return ast.OpTest(subject=words, op=op.value, value=operand.value, span=_span(parts))
        return ast.OpTest(subject=words, op=op.value, test=operand.value, span=_span(parts))

    def op_alone(self, parts: list[Part]) -> ast.OpTest:
        """Words and an operator without an operand."""
        op, value = parts[-1].value
        words: ast.Words = parts[0].value if len(parts) == 2 else ()
        return ast.OpTest(subject=words, op=op, value=value, span=_span(parts))

    def tested(self, parts: list[Part]) -> ast.Bare:
        """Words with a range or a date test, or the test alone."""
        words: ast.Words = parts[0].value if len(parts) == 2 else ()
        return ast.Bare(words=words, test=parts[-1].value, span=_span(parts))

    def event(self, parts: list[Part]) -> ast.Bare:
        """Words with a count and a window, in any order."""
        found = _tokens(parts)
        count, window, words = found.get("COUNT"), found.get("WINDOW"), found.get("WORDS")
        return ast.Bare(
            words=words.value if words else (),
            count=count.value if count else None,
            window=window.value if window else None,
            span=_span(parts),
        )

    def counted(self, parts: list[Part]) -> ast.Bare:
        """`5+ events in 24h`."""
        return ast.Bare(
            words=parts[1].value,
            count=_count_of(parts[0]),
            window=parts[2].value if len(parts) == 3 else None,
            count_first=True,
            span=_span(parts),
        )

    def burst(self, parts: list[Part]) -> ast.Burst:
        """`5+ events within any 24h`."""
        found = _tokens(parts)
        window = found.get("WINDOW")
        return ast.Burst(
            count=found["COUNT"].value if "COUNT" in found else _count_of(found["RANGE"]),
            words=found["WORDS"].value,
            within=found["WITHIN_ANY"].value,
            window=window.value if window else None,
            count_first="RANGE" in found,
            span=_span(parts),
        )

    def sequence(self, parts: list[Part]) -> ast.Sequence:
        """`A then B within 24h`."""
        gap = parts[3].value if len(parts) == 4 else None
        return ast.Sequence(first=parts[0], second=parts[2], within=gap, span=_span(parts))

    def inactive(self, parts: list[Part]) -> ast.Inactive:
        """`inactive 90d`."""
        return ast.Inactive(duration=parts[0].value, span=_span(parts))

    def never(self, parts: list[Part]) -> ast.Never:
        """`never requested demo`."""
        return ast.Never(event=parts[1], span=_span(parts))

    def spent(self, parts: list[Part]) -> ast.Spent:
        """`spent 2+ minutes on pricing`."""
        time = parts[0].value
        return ast.Spent(
            seconds=Decimal(time.amount * _PER_UNIT[time.unit]),
            unit=time.unit,
            words=parts[1].value,
            window=parts[2].value if len(parts) == 3 else None,
            span=_span(parts),
        )

    def account(self, parts: list[Part]) -> ast.AccountTest:
        """A quantifier over the leads of the account, and its event."""
        opening, event = parts
        return ast.AccountTest(
            op=ast.AccountOp[opening.type],
            event=event,
            people=opening.value if opening.type == "PEOPLE" else None,
            span=_span(parts),
        )

    def needs(self, parts: list[Part]) -> ast.NeedsMustHaves:
        """`needs must haves`."""
        return ast.NeedsMustHaves(span=_span(parts))

    def key(self, parts: list[Part]) -> ast.AnyKeyConversion:
        """`a key conversion`."""
        return ast.AnyKeyConversion(span=_span(parts))

    def flag_test(self, parts: list[Part]) -> ast.FlagTest:
        """`flag "key account"` as a condition."""
        return ast.FlagTest(text=_joined(parts[1]), span=_span(parts))


def _count_of(token: Token) -> ast.Count:
    """A range of whole numbers as a count of events."""
    test: ast.NumberRange = token.value
    low, high = test.low, test.high
    for end in (low, high):
        if end is not None and (end.value != int(end.value) or end.currency or end.value < 0):
            raise _fault(
                "events are counted in whole numbers", "S128", token.span, "write `3+` or `3-5`"
            )
    least = int(low.value) + (1 if test.low_open else 0) if low else 0
    most = int(high.value) - (1 if test.high_open else 0) if high else None
    return ast.Count(low=least, high=most, span=token.span)


class LineBuilder(ConditionBuilder):
    """Nodes of effects and of whole lines."""

    def points(self, parts: list[Part]) -> ast.Points:
        """`+15`."""
        return ast.Points(hundredths=parts[0].value, span=_span(parts))

    def disqualify(self, parts: list[Part]) -> ast.Disqualify:
        """`disqualify`."""
        return ast.Disqualify(span=_span(parts))

    def flag(self, parts: list[Part]) -> ast.Flag:
        """`flag "key account"` as an effect."""
        return ast.Flag(text=_joined(parts[1]).text, span=_span(parts))

    def each(self, parts: list[Part]) -> ast.Each:
        """`each`."""
        return ast.Each(span=_span(parts))

    def each_asset(self, parts: list[Part]) -> ast.EachAsset:
        """`each asset`."""
        return ast.EachAsset(span=_span(parts))

    def once_per(self, parts: list[Part]) -> ast.OncePer:
        """`once per day`."""
        return ast.OncePer(calendar=parts[0].value, span=_span(parts))

    def max(self, parts: list[Part]) -> ast.Max:
        """`max 20`."""
        return ast.Max(hundredths=parts[0].value, span=_span(parts))

    def fades(self, parts: list[Part]) -> ast.Fades:
        """`fades over 180d`."""
        return ast.Fades(duration=parts[0].value, span=_span(parts))

    def halves(self, parts: list[Part]) -> ast.Halves:
        """`halves every 30d`."""
        return ast.Halves(duration=parts[0].value, span=_span(parts))

    def drops(self, parts: list[Part]) -> ast.Drops:
        """`drops 5 every 7d`."""
        hundredths, duration = parts[0].value
        return ast.Drops(hundredths=hundredths, duration=duration, span=_span(parts))

    def expires(self, parts: list[Part]) -> ast.Expires:
        """`expires after 30d`."""
        return ast.Expires(duration=parts[0].value, span=_span(parts))

    def effects(self, parts: list[Part]) -> tuple[ast.Effect | ast.Modifier, ...]:
        """Effect and modifiers as written, without the commas."""
        return tuple(part for part in parts if not isinstance(part, Token))

    def rule(self, parts: list[Part]) -> ast.Rule:
        """A rule."""
        found = _tokens(parts)
        condition = next(part for part in parts if isinstance(part, ast.Chain))
        written = next(part for part in parts if isinstance(part, tuple))
        effect, modifiers = _effect_first(written)
        label = found.get("LABEL")
        return ast.Rule(
            condition=condition,
            effect=effect,
            modifiers=modifiers,
            key_conversion="STAR" in found,
            label=label.value if label else None,
            span=_span(parts),
        )

    def requirement(self, parts: list[Part]) -> ast.Requirement:
        """A rule without points."""
        label = parts[1].value if len(parts) == 2 else None
        return ast.Requirement(condition=parts[0], label=label, span=_span(parts))

    def tier(self, parts: list[Part]) -> ast.Tier:
        """`1 small: employees under 50`."""
        number, name, _, condition = parts
        return ast.Tier(
            number=number.value, name=name.value, condition=condition, span=_span(parts)
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
            span=_span(parts),
        )

    def must_have(self, parts: list[Part]) -> ast.MustHaveHeader:
        """`must have at least 3:`."""
        least = _tokens(parts).get("AT_LEAST")
        return ast.MustHaveHeader(at_least=least.value if least else None, span=_span(parts))

    def tiers(self, parts: list[Part]) -> ast.TiersHeader:
        """`tiers:`."""
        return ast.TiersHeader(span=_span(parts))

    def stages(self, parts: list[Part]) -> ast.StagesHeader:
        """`stages:`."""
        return ast.StagesHeader(span=_span(parts))

    def route(self, parts: list[Part]) -> tuple[str, Part, Span]:
        """`route to "Sales"`."""
        return ("route", _joined(parts[1]), _span(parts))

    def respond(self, parts: list[Part]) -> tuple[str, Part, Span]:
        """`respond within 4h`."""
        return ("respond", parts[0].value, _span(parts))

    def notify(self, parts: list[Part]) -> tuple[str, Part, Span]:
        """`notify "the owner"`."""
        return ("notify", _joined(parts[1]), _span(parts))

    def also_needs(self, parts: list[Part]) -> tuple[str, Part, Span]:
        """`, needs must haves`."""
        span = _span(parts)
        return ("needs", ast.NeedsMustHaves(span=span), span)

    def stage(self, parts: list[Part]) -> ast.Stage:
        """A stage with its clauses."""
        name, _, condition, *clauses = parts
        given: dict[str, Part] = {}
        for kind, value, span in clauses:
            if kind in given:
                raise _fault("the same is said twice", "S113", span, "keep one of the two")
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
        return ast.NameSetting(name=parts[2].value.text, span=_span(parts))

    def timezone(self, parts: list[Part]) -> ast.TimezoneSetting:
        """`timezone: Europe/Berlin`."""
        return ast.TimezoneSetting(zone=parts[2].value, span=_span(parts))

    def score(self, parts: list[Part]) -> ast.ScoreSetting:
        """`score: 0 to 100`."""
        found = _tokens(parts)
        if "BETWEEN" in found:
            low, high = found["BETWEEN"].value
        else:
            low = found["AT_LEAST"].value if "AT_LEAST" in found else None
            high = found["AT_MOST"].value if "AT_MOST" in found else None
        if low is not None and high is not None and low >= high:
            raise _fault(
                "the score begins above its end",
                "S123",
                parts[2].span,
                "the smaller number comes first",
            )
        return ast.ScoreSetting(low=low, high=high, span=_span(parts))

    def entries(self, parts: list[Part]) -> tuple[ast.Text, ...]:
        """Entries without the commas."""
        return tuple(part.value for part in parts if part.type == "ENTRY")

    def buyer_stages(self, parts: list[Part]) -> ast.BuyerStagesSetting:
        """`buyer stages: awareness, decision`."""
        return ast.BuyerStagesSetting(stages=parts[2], span=_span(parts))

    def list_inline(self, parts: list[Part]) -> ast.ListInline:
        """`list service area: DE, AT`."""
        entries = parts[3] if len(parts) == 4 else ()
        return ast.ListInline(name=parts[1].value, entries=entries, span=_span(parts))

    def list_file(self, parts: list[Part]) -> ast.ListFile:
        """`list competitors from lists/competitors.txt`."""
        return ast.ListFile(name=parts[1].value, path=parts[3].value, span=_span(parts))

    def step(self, parts: list[Part]) -> ast.GradeStep:
        """`A 40+`."""
        least = parts[1].value if len(parts) == 2 else None
        return ast.GradeStep(letter=_joined(parts[0]), at_least=least, span=_span(parts))

    def grade(self, parts: list[Part]) -> ast.GradeSetting:
        """`grade from fit: A 40+, B 25+, C`."""
        steps = tuple(part for part in parts if isinstance(part, ast.GradeStep))
        for step in steps:
            letter, _, number = step.letter.text.partition(" ")
            if number.isdigit():
                message = f"grade `{letter}` does not say that it begins at {number}"
                instead = f"{letter} {number}+"
                raise _fault(message, "S115", step.span, f"write `{instead}`", instead)
        for step in steps[:-1]:
            if step.at_least is None:
                raise _fault(
                    f"grade `{step.letter.text}` has no lower end",
                    "S115",
                    step.span,
                    "only the last letter stands alone",
                )
        return ast.GradeSetting(section=parts[1].value, steps=steps, span=_span(parts))


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
            raise _fault(f"`{key}` is not whole", "S106", first.span, f"write `{right} …`", right)


def _refuse_number(node: ast.Bare, key: str, digits: str) -> None:
    if key[0] in "+-":
        raise _fault(
            "points cannot stand among stages",
            "S114",
            node.span,
            "rules stand under the header of a section",
        )
    raise _fault(
        f"`{digits}` does not say from where to where the stage goes",
        "S115",
        node.span,
        f"write `{digits}+` or `below {digits}`",
        f"{digits}+",
    )


def _effect_first(
    written: tuple[ast.Effect | ast.Modifier, ...],
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
        raise _fault(
            "a rule has one effect, and here are two", "S112", effects[1].span, "write two rules"
        )
    if effects:
        return effects[0], tuple(modifiers)
    first = modifiers[0]
    if isinstance(first, ast.Flag):
        return first, tuple(modifiers[1:])
    raise _fault(
        "no points are given", "S107", first.span, "say how many points, such as `+10 each`"
    )


_DECAYS: Final = (ast.Fades, ast.Halves, ast.Drops, ast.Expires)


def _refuse_repeated(modifiers: list[ast.Modifier]) -> None:
    seen: set[type] = set()
    for modifier in modifiers:
        if isinstance(modifier, ast.Flag):
            continue
        kind: type = ast.Fades if isinstance(modifier, _DECAYS[:3]) else type(modifier)
        if kind in seen:
            raise _fault("the same is said twice", "S113", modifier.span, "keep one of the two")
        seen.add(kind)


def _refuse_twice(caps: tuple[Token, ...]) -> None:
    seen: set[str] = set()
    for cap in caps:
        if cap.type in seen:
            raise _fault("the same is said twice", "S113", cap.span, "keep one of the two")
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

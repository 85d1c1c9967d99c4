"""Tokens of conditions to nodes: what the grammar calls when it has recognised a part.

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
from leadcard.dsl.values import MAX_COUNT, Fault

Part: TypeAlias = Any
"""A token or a node; the grammar says which."""

_JOINERS: Final = {"AND": Joiner.AND, "OR": Joiner.OR, "COMMA": Joiner.COMMA}
_PER_UNIT: Final = dict(SECONDS.values())


def whole_span(parts: list[Part]) -> Span:
    """From the first of `parts` to the last one."""
    first, last = parts[0], parts[-1]
    start: Span = first[0].span if isinstance(first, tuple) else first.span
    end: Span = last[-1].span if isinstance(last, tuple) else last.span
    return Span(start.start, end.end)


def by_kind(parts: list[Part]) -> dict[str, Token]:
    """The tokens among `parts` by their kinds."""
    return {part.type: part for part in parts if isinstance(part, Token)}


def refusal(message: str, code: str, span: Span, hint: str, instead: str | None = None) -> Misread:
    """What ends the reading of a line that is well formed and says nothing useful."""
    return Misread(Fault(code=code, message=message, span=span, hint=hint, instead=instead))


def joined(token: Token) -> ast.Text:
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
        return ast.Chain(first=parts[0], rest=links, span=whole_span(parts))

    def negated(self, parts: list[Part]) -> ast.Not:
        """`not` before an item."""
        item = parts[1]
        if isinstance(item, ast.AccountTest) and item.op in (
            ast.AccountOp.ANYONE,
            ast.AccountOp.NOBODY,
        ):
            other = "nobody" if item.op is ast.AccountOp.ANYONE else "anyone"
            span = Span(parts[0].span.start, item.span.start + len(item.op.value))
            raise refusal(
                f"`not {item.op.value}` can be read in two ways",
                "S118",
                span,
                f"say `{other}`",
                other,
            )
        return ast.Not(item=item, span=whole_span(parts))

    def group(self, parts: list[Part]) -> ast.Group:
        """A chain in parentheses."""
        return ast.Group(chain=parts[1], span=whole_span(parts))

    def op_test(self, parts: list[Part]) -> ast.OpTest:
        """Words, an operator and its operand."""
        *subject, op, operand = parts
        words: ast.Words = subject[0].value if subject else ()
        if operand.type == "WORDS":
            return ast.OpTest(
                subject=words, op=op.value, value=operand.value, span=whole_span(parts)
            )
        return ast.OpTest(subject=words, op=op.value, test=operand.value, span=whole_span(parts))

    def op_alone(self, parts: list[Part]) -> ast.OpTest:
        """Words and an operator without an operand."""
        op, value = parts[-1].value
        words: ast.Words = parts[0].value if len(parts) == 2 else ()
        return ast.OpTest(subject=words, op=op, value=value, span=whole_span(parts))

    def tested(self, parts: list[Part]) -> ast.Bare:
        """Words with a range or a date test, or the test alone."""
        words: ast.Words = parts[0].value if len(parts) == 2 else ()
        return ast.Bare(words=words, test=parts[-1].value, span=whole_span(parts))

    def event(self, parts: list[Part]) -> ast.Bare:
        """Words with a count and a window, in any order."""
        found = by_kind(parts)
        count, window, words = found.get("COUNT"), found.get("WINDOW"), found.get("WORDS")
        return ast.Bare(
            words=words.value if words else (),
            count=count.value if count else None,
            window=window.value if window else None,
            span=whole_span(parts),
        )

    def counted(self, parts: list[Part]) -> ast.Bare:
        """`5+ events in 24h`."""
        return ast.Bare(
            words=parts[1].value,
            count=_count_of(parts[0]) if _counts_events(parts[0].value) else None,
            amount=parts[0].value,
            window=parts[2].value if len(parts) == 3 else None,
            count_first=True,
            span=whole_span(parts),
        )

    def burst(self, parts: list[Part]) -> ast.Burst:
        """`5+ events within any 24h`."""
        found = by_kind(parts)
        window = found.get("WINDOW")
        return ast.Burst(
            count=found["COUNT"].value if "COUNT" in found else _count_of(found["RANGE"]),
            words=found["WORDS"].value,
            within=found["WITHIN_ANY"].value,
            window=window.value if window else None,
            count_first="RANGE" in found,
            span=whole_span(parts),
        )

    def sequence(self, parts: list[Part]) -> ast.Sequence:
        """`A then B within 24h`."""
        gap = parts[3].value if len(parts) == 4 else None
        return ast.Sequence(first=parts[0], second=parts[2], within=gap, span=whole_span(parts))

    def inactive(self, parts: list[Part]) -> ast.Inactive:
        """`inactive 90d`."""
        return ast.Inactive(duration=parts[0].value, span=whole_span(parts))

    def never(self, parts: list[Part]) -> ast.Never:
        """`never requested demo`."""
        return ast.Never(event=parts[1], span=whole_span(parts))

    def spent(self, parts: list[Part]) -> ast.Spent:
        """`spent 2+ minutes on pricing`."""
        time = parts[0].value
        return ast.Spent(
            seconds=Decimal(time.amount * _PER_UNIT[time.unit]),
            unit=time.unit,
            words=parts[1].value,
            window=parts[2].value if len(parts) == 3 else None,
            span=whole_span(parts),
        )

    def account(self, parts: list[Part]) -> ast.AccountTest:
        """A quantifier over the leads of the account, and its event."""
        opening, event = parts
        return ast.AccountTest(
            op=ast.AccountOp[opening.type],
            event=event,
            people=opening.value if opening.type == "PEOPLE" else None,
            span=whole_span(parts),
        )

    def needs(self, parts: list[Part]) -> ast.NeedsMustHaves:
        """`needs must haves`."""
        return ast.NeedsMustHaves(span=whole_span(parts))

    def key(self, parts: list[Part]) -> ast.AnyKeyConversion:
        """`a key conversion`."""
        return ast.AnyKeyConversion(span=whole_span(parts))

    def flag_test(self, parts: list[Part]) -> ast.FlagTest:
        """`flag "key account"` as a condition."""
        return ast.FlagTest(text=joined(parts[1]), span=whole_span(parts))


def _counts_events(test: ast.NumberRange) -> bool:
    """Whether events could be counted so: in whole numbers, and without a currency."""
    ends = [end for end in (test.low, test.high) if end is not None]
    return all(
        end.value == int(end.value) and not end.currency and 0 <= end.value <= MAX_COUNT
        for end in ends
    )


def _count_of(token: Token) -> ast.Count:
    """A range of whole numbers as a count of events."""
    test: ast.NumberRange = token.value
    low, high = test.low, test.high
    for end in (low, high):
        if end is not None and (end.value != int(end.value) or end.currency or end.value < 0):
            raise refusal(
                "events are counted in whole numbers", "S128", token.span, "write `3+` or `3-5`"
            )
    least = int(low.value) + (1 if test.low_open else 0) if low else 0
    most = int(high.value) - (1 if test.high_open else 0) if high else None
    return ast.Count(low=least, high=most, span=token.span)

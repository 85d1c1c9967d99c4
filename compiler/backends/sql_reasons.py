"""The reasons of a result: a JSON array written by the statement itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from sqlglot import exp

from leadcard.compiler import plan as p
from leadcard.compiler.backends.sql_build import (
    Build,
    Node,
    all_of,
    any_of,
    case,
    col,
    equal,
    joined,
    known,
    number,
)


class Reasons:
    """Writes the reasons of `rules`: each with its column of firing and its column of points.

    `points` gives the points of a rule as they compete where only the best counts.
    """

    def __init__(
        self,
        build: Build,
        plan: p.Plan,
        rules: Sequence[tuple[p.Rule, str, str]],
        points: Callable[[p.Rule, str], Node],
    ) -> None:
        self._b = build
        self._plan = plan
        self._rules = rules
        self._points = points

    def array(self) -> Node:
        """A JSON array with one object for each rule that fired."""
        b = self._b
        order = sorted(range(len(self._rules)), key=lambda i: self._rules[i][0].line)
        pieces = [self._reason(i) for i in order]
        if not pieces:
            return b.text("[]")
        inside = exp.Substring(this=exp.Paren(this=joined(pieces)), start=number(2))
        return joined([b.text("["), inside, b.text("]")])

    def _reason(self, i: int) -> Node:
        b = self._b
        rule, fired, points = self._rules[i]
        start = {"line": rule.line, "rule": rule.text, "section": rule.section}
        head = "," + json.dumps(start, ensure_ascii=False)[:-1] + ', "points": '
        pieces: list[Node] = [b.text(head), self._plain(rule, points), b.text(', "counted": ')]
        pieces += [self._counted(i), b.text(', "events": ')]
        if rule.evidence is None and rule.account_evidence is None:
            pieces.append(b.text('0, "latest": null}'))
        else:
            pieces += [b.call("text", x=col(f"events_{i + 1}")), b.text(', "latest": ')]
            pieces += [self._iso(f"latest_{i + 1}"), b.text("}")]
        return case([(col(fired), joined(pieces))], b.text(""))

    def _plain(self, rule: p.Rule, points: str) -> Node:
        if rule.repetition is not None:
            return self._b.call("plain number", x=col(points))
        value = limited(rule, rule.points)
        sign, size = ("-" if value < 0 else ""), abs(value)
        text = f"{size // 100}.{size % 100:02}".rstrip("0").rstrip(".")
        return self._b.text(sign + text)

    def _counted(self, i: int) -> Node:
        """`true`, or `false` where `best only` chose another rule."""
        b = self._b
        rule, _, points = self._rules[i]
        section = next(s for s in self._plan.sections if s.name == rule.section)
        if not section.best_only or not rule.scored:
            return b.text("true")
        mine, beaten = self._points(rule, points), []
        for j, (other, fired, other_points) in enumerate(self._rules):
            if j != i and other.section == rule.section and other.scored:
                theirs = self._points(other, other_points)
                better = exp.GTE if j < i else exp.GT
                beats = better(this=theirs, expression=mine.copy())
                beaten.append(all_of([col(fired), beats]))
        return case([(any_of(beaten), b.text("false"))], b.text("true"))

    def _iso(self, column: str) -> Node:
        b = self._b
        whole = equal(exp.Mod(this=col(column), expression=number(1_000_000)), number(0))
        text = case(
            [(whole, b.call("iso seconds", x=col(column)))],
            b.call("iso microseconds", x=col(column)),
        )
        quoted = joined([b.text('"'), text, b.text('"')])
        return case([(known(col(column)), quoted)], b.text("null"))


def limited(rule: p.Rule, points: int) -> int:
    """Points that are awarded once, within the rule's maximum."""
    if rule.maximum is None or points == 0:
        return points
    return min(points, rule.maximum) if points > 0 else max(points, rule.maximum)

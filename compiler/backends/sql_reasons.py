"""The reasons of a result: a JSON array written by the statement itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from sqlglot import exp

from leadcard.compiler import plan as p
from leadcard.compiler.backends.sql_build import (
    Build,
    Node,
    alias,
    all_of,
    any_of,
    case,
    col,
    equal,
    false,
    joined,
    known,
    negation,
    number,
    select,
)
from leadcard.compiler.backends.sql_values import table_of_rows


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
        beaten = self.is_beaten(i)
        return case([(beaten, self._b.text("false"))], self._b.text("true"))

    def is_beaten(self, i: int) -> Node:
        """Whether `best only` chose another rule than the one at place `i`."""
        rule, _, points = self._rules[i]
        section = next(s for s in self._plan.sections if s.name == rule.section)
        if not section.best_only or not rule.scored:
            return false()
        mine, beaten = self._points(rule, points), []
        for j, (other, fired, other_points) in enumerate(self._rules):
            if j != i and other.section == rule.section and other.scored:
                theirs = self._points(other, other_points)
                better = exp.GTE if j < i else exp.GT
                beats = better(this=theirs, expression=mine.copy())
                beaten.append(all_of([col(fired), beats]))
        return any_of(beaten)

    def _iso(self, column: str) -> Node:
        b = self._b
        whole = equal(exp.Mod(this=col(column), expression=number(1_000_000)), number(0))
        text = case(
            [(whole, b.call("iso seconds", x=col(column)))],
            b.call("iso microseconds", x=col(column)),
        )
        quoted = joined([b.text('"'), text, b.text('"')])
        return case([(known(col(column)), quoted)], b.text("null"))

    # --- as a table -------------------------------------------------------------------------------

    def rules(self) -> exp.Select:
        """The rules with what a table of reasons says of each."""
        b = self._b
        rows = (
            (number(i + 1), number(rule.line), b.text(rule.text), b.text(rule.section))
            for i, (rule, _, _) in enumerate(self._rules)
        )
        return table_of_rows(b, "rules", ("place", "line", "rule", "section"), rows)

    def table(self) -> exp.Select:
        """One row for each rule that fired for a lead."""
        b = self._b
        points = b.call("points", x=self._by_rule(self._awarded))
        columns: list[Node] = [
            alias(b.call("text", x=col("lead_id", "staged")), "lead_id"),
            col("line", "rules"),
            col("rule", "rules"),
            col("section", "rules"),
            alias(points, "points"),
            alias(self._by_rule(lambda i: negation(self.is_beaten(i))), "counted"),
            alias(b.call("whole", x=self._by_rule(self._number_of_events)), "events"),
            alias(b.call("instant", x=self._by_rule(self._latest)), "latest"),
        ]
        query = select(*columns).from_("staged", copy=False)
        query = query.join("rules", join_type="cross", copy=False)
        fired = [col(self._rules[i][1], "staged") for i in range(len(self._rules))]
        return query.where(self._by_rule(fired.__getitem__), copy=False)

    def _by_rule(self, said: Callable[[int], Node]) -> Node:
        """What is said of the rule of a row."""
        return case(
            [
                (equal(col("place", "rules"), number(i + 1)), said(i))
                for i in range(len(self._rules))
            ]
        )

    def _awarded(self, i: int) -> Node:
        rule, _, points = self._rules[i]
        return col(points) if rule.repetition is not None else number(limited(rule, rule.points))

    def _has_evidence(self, i: int) -> bool:
        rule = self._rules[i][0]
        return rule.evidence is not None or rule.account_evidence is not None

    def _number_of_events(self, i: int) -> Node:
        return col(f"events_{i + 1}") if self._has_evidence(i) else number(0)

    def _latest(self, i: int) -> Node:
        if self._has_evidence(i):
            return col(f"latest_{i + 1}")
        return exp.Cast(this=exp.Null(), to=exp.DataType.build("bigint"))


def limited(rule: p.Rule, points: int) -> int:
    """Points that are awarded once, within the rule's maximum."""
    if rule.maximum is None or points == 0:
        return points
    return min(points, rule.maximum) if points > 0 else max(points, rule.maximum)

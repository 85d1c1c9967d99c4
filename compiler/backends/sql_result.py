"""From tests to the result: sections, score, tier, grade, stage, and the columns of `result.py`.

Points are whole numbers of 1/100 until the last query. Each query has one row a lead and adds
columns to the one before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from sqlglot import exp

from leadcard.compiler import plan as p
from leadcard.compiler.backends.sql_accounts import Accounts
from leadcard.compiler.backends.sql_build import (
    Build,
    Node,
    Step,
    above,
    alias,
    all_of,
    any_of,
    at_least,
    below,
    case,
    clamped,
    col,
    equal,
    false,
    greatest,
    joined,
    least,
    name,
    negation,
    number,
    one_of,
    select,
    surely,
    total,
    true,
    unequal,
)
from leadcard.compiler.backends.sql_events import Events
from leadcard.compiler.backends.sql_facts import Facts
from leadcard.compiler.backends.sql_leads import Leads
from leadcard.compiler.backends.sql_reasons import Reasons, limited
from leadcard.compiler.backends.stage_conditions import asked_by
from leadcard.compiler.result import JOIN_TEXT

_LOWEST = -(10**17)  # below all points that a rule can have


class Result:
    """Builds the queries that follow `lead_values` and `per_lead`."""

    def __init__(
        self,
        build: Build,
        plan: p.Plan,
        facts: Facts,
        leads: Leads,
        events: Events,
        accounts: Accounts,
        *,
        reasons: bool,
    ) -> None:
        self._b = build
        self._plan = plan
        self._facts = facts
        self._leads = leads
        self._events = events
        self._accounts = accounts
        self._with_reasons = reasons
        self._said = ""
        self._rules = [
            (rule, f"fired_{i + 1}", f"points_{i + 1}") for i, rule in enumerate(plan.rules)
        ]
        self._columns: dict[str, str] = {}
        for i, section in enumerate(plan.sections):
            self._columns[section.name] = f"section_{i + 1}"
        # Tests must be built before the queries that hold their parts are.
        self._tested = self._test_columns()
        self._rest = self._later_columns()

    # --- predicates -------------------------------------------------------------------------------

    def _at(self, line: int | None, said: str) -> None:
        self._said = said if line is None else f"line {line}: {said}"

    def _holds(self, predicate: p.Predicate) -> Node:
        """A predicate as a condition that is never NULL."""
        match predicate:
            case p.Constant():
                return true() if predicate.value else false()
            case p.And():
                return all_of([self._holds(part) for part in predicate.parts])
            case p.Or():
                return any_of([self._holds(part) for part in predicate.parts])
            case p.Not():
                return negation(self._holds(predicate.part))
            case p.EventCount() | p.TimeSpent() | p.Bunched():
                return self._events.test(predicate, self._said)
            case p.AccountPeople() | p.AccountEvents():
                return self._accounts.test(predicate, self._said)
            case (
                p.ScoreIn()
                | p.GradeIn()
                | p.TierIn()
                | p.HasFlag()
                | p.HasKeyConversion()
                | p.MustHavesMet()
            ):
                return self._result_test(predicate)
            case _:
                return self._leads.test(predicate)

    def _result_test(self, test: p.ResultTest) -> Node:
        match test:
            case p.ScoreIn():
                column = "score_points" if test.section is None else self._columns[test.section]
                parts = []
                if test.low is not None:
                    parts.append(at_least(col(column), number(test.low)))
                if test.high is not None:
                    parts.append(below(col(column), number(test.high)))
                return all_of(parts)
            case p.GradeIn():
                return surely(one_of(col("grade"), self._b.texts(test.letters)))
            case p.TierIn():
                return surely(one_of(col("tier"), self._b.texts(test.names)))
            case p.HasFlag():
                return any_of([col(fired) for r, fired, _ in self._rules if r.flag == test.flag])
            case p.HasKeyConversion():
                return any_of([col(fired) for r, fired, _ in self._rules if r.key_conversion])
            case p.MustHavesMet():
                return surely(col("must_haves")) if self._plan.must_haves else false()
            case _:
                assert_never(test)

    # --- tests: over lead_values and per_lead -----------------------------------------------------

    def _test_columns(self) -> list[Node]:
        """Columns of `tests`: what rules, sections, tiers and stages ask of leads and events."""
        columns: list[Node] = []
        gates = {s.name: s for s in self._plan.sections if s.when != p.TRUE}
        for section in gates.values():
            self._at(section.line, section.name)
            made = alias(self._holds(section.when), f"open_{self._columns[section.name]}")
            columns.append(self._b.comment(made, f"{section.name} counts"))
        for rule, fired, points in self._rules:
            self._at(rule.line, rule.source)
            columns.append(self._b.comment(alias(self._fires(rule), fired), self._beside(rule)))
            if rule.repetition is not None:
                columns.append(alias(self._repeated_points(rule), points))
        columns += self._must_have_columns()
        return columns + self._evidence_columns()

    def _beside(self, rule: p.Rule) -> str:
        return f"line {rule.line}: {rule.source}"

    def _fires(self, rule: p.Rule) -> Node:
        condition = self._holds(rule.when)
        if rule.repetition is None:
            return condition
        return all_of([condition, self._repeats(rule, rule.repetition)])

    def _repeats(self, rule: p.Rule, repetition: p.Repetition) -> Node:
        """Whether some bucket has points; of a rule without points, whether there is an event."""
        if rule.points == 0 or (repetition.by is p.Repeat.LATEST and repetition.decay is None):
            return self._events.any(repetition.events)
        if repetition.by is p.Repeat.EACH and repetition.decay is None:
            return above(self._events.count(repetition.events, self._beside(rule)), number(0))
        points = self._events.points(rule, repetition, self._beside(rule))
        return unequal(points, number(0))

    def _sum(self, rule: p.Rule, repetition: p.Repetition) -> Node:
        """The points of all buckets of the rule's events."""
        if repetition.by is p.Repeat.EACH and repetition.decay is None:
            times = self._events.count(repetition.events, self._beside(rule))
            return exp.Mul(this=times, expression=number(rule.points))
        return self._events.points(rule, repetition, self._beside(rule))

    def _repeated_points(self, rule: p.Rule) -> Node:
        """The sum over buckets, within the rule's maximum."""
        repetition = rule.repetition
        assert repetition is not None
        if rule.points == 0 or (repetition.by is p.Repeat.LATEST and repetition.decay is None):
            return number(limited(rule, rule.points))
        points = self._sum(rule, repetition)
        if rule.maximum is None:
            return points
        if rule.points > 0:
            return least(points, number(rule.maximum))
        return greatest([points, number(rule.maximum)])

    def _must_have_columns(self) -> list[Node]:
        must = self._plan.must_haves
        if must is None:
            return []
        met = []
        for requirement in must.requirements:
            self._at(requirement.line, requirement.text)
            node = case([(self._holds(requirement.when), number(1))], number(0))
            met.append(self._b.comment(node, f"line {requirement.line}: {requirement.text}"))
        enough = at_least(exp.Paren(this=total(met)), number(must.at_least))
        return [alias(enough, "must_haves")]

    def _evidence_columns(self) -> list[Node]:
        if not self._with_reasons:
            return []
        columns: list[Node] = []
        for i, (rule, _, _) in enumerate(self._rules):
            said = self._beside(rule)
            if rule.account_evidence is not None:
                count, latest = self._accounts.evidence(rule, said)
                columns += [alias(count, f"events_{i + 1}"), alias(latest, f"latest_{i + 1}")]
            elif rule.evidence is not None:
                columns.append(alias(self._events.count(rule.evidence, said), f"events_{i + 1}"))
                columns.append(alias(self._events.latest(rule.evidence, said), f"latest_{i + 1}"))
        return columns

    # --- after the tests --------------------------------------------------------------------------

    def _later_columns(self) -> dict[str, Node]:
        """Conditions of tiers and stages that ask leads or events, as columns of `tests`."""
        found: dict[str, Node] = {}
        for i, tier in enumerate(self._plan.tiers):
            self._at(tier.line, tier.name)
            found[f"in_tier_{i + 1}"] = self._holds(tier.when)
        for i, stage in enumerate(self._plan.stages):
            self._at(stage.line, stage.name)
            for j, part in enumerate(asked_by(stage.when)):
                found[f"stage_{i + 1}_{j + 1}"] = self._holds(part)
        return found

    def steps(self) -> Iterator[Step]:
        """The queries after the leads and events."""
        for said, query, what in self._queries():
            yield Step(name=said, query=query, said=what, kept=True)

    def _queries(self) -> Iterator[tuple[str, exp.Select, str]]:
        yield "tests", self._tests(), "what each rule asks, answered for each lead"
        if any(s.when != p.TRUE for s in self._plan.sections):
            yield "fired", self._gated(), "rules of sections that count for the lead"
        yield "totals", self._section_totals(), "sections, in 1/100 of a point"
        yield "scores", self._scores(), "their sum, kept within the score's range"
        yield "grades", self._graded(), "tier and grade"
        yield "staged", self._staged(), "the first stage that holds"

    def _tests(self) -> exp.Select:
        joins = [*self._events.joins(), *self._accounts.joins()]
        later = [alias(node, said) for said, node in self._rest.items()]
        columns = [col("lead_id", "lead_values"), *self._tested, *later]
        query = select(*columns).from_("lead_values", copy=False)
        query = query.join("moment", join_type="cross", copy=False)
        for table in joins:
            on = equal(self._key(name("lead_id", table)), self._key(col("lead_id", "lead_values")))
            query = query.join(table, on=on, join_type="left", copy=False)
        return query

    def _key(self, lead_id: Node) -> Node:
        return lead_id if self._facts.same_ids else self._b.call("text", x=lead_id)

    def _gated(self) -> exp.Select:
        """Rules fire only in sections that count."""
        changed = []
        for rule, fired, _ in self._rules:
            section = next(s for s in self._plan.sections if s.name == rule.section)
            if section.when != p.TRUE:
                is_open = col(f"open_{self._columns[section.name]}")
                changed.append(alias(all_of([col(fired), is_open]), fired))
        if self._b.dialect.star_replace:
            return select(exp.Star(replace=changed)).from_("tests", copy=False)
        by_name = {node.alias: node for node in changed}
        names = ["lead_id", *(node.alias_or_name for node in self._tested), *self._rest]
        query = select(*(by_name.get(said) or col(said) for said in names))
        return query.from_("tests", copy=False)

    def _after_tests(self) -> str:
        return "fired" if any(s.when != p.TRUE for s in self._plan.sections) else "tests"

    def _points(self, rule: p.Rule, points: str) -> Node:
        if rule.repetition is not None:
            return col(points)
        return number(limited(rule, rule.points))

    def _section_totals(self) -> exp.Select:
        made: list[Node] = []
        for section in self._plan.sections:
            rules = [r for r in self._rules if r[0].section == section.name]
            if section.best_only:
                points = self._best(rules)
            else:
                points = total([self._awarded(r) for r in rules])
            points = clamped(points, section.minimum, section.maximum)
            if section.when != p.TRUE:
                is_open = col(f"open_{self._columns[section.name]}")
                points = case([(is_open, points)], number(0))
            whole = self._b.call("whole", x=points)
            said = alias(whole, self._columns[section.name])
            made.append(self._b.comment(said, section.name))
        return select(exp.Star(), *made).from_(self._after_tests(), copy=False)

    def _awarded(self, entry: tuple[p.Rule, str, str]) -> Node:
        rule, fired, points = entry
        return case([(col(fired), self._points(rule, points))], number(0))

    def _best(self, rules: Sequence[tuple[p.Rule, str, str]]) -> Node:
        """The largest points of the rules that fired; 0 where none did."""
        offers = [
            case([(col(fired), self._points(rule, points))], number(_LOWEST))
            for rule, fired, points in rules
            if rule.scored
        ]
        if not offers:
            return number(0)
        best = greatest(offers)
        return case([(unequal(best, number(_LOWEST)), best.copy())], number(0))

    def _scores(self) -> exp.Select:
        raw = total([col(column) for column in self._columns.values()])
        inner = select(exp.Star(), alias(raw, "raw_points")).from_("totals", copy=False)
        plan = self._plan
        score = clamped(col("raw_points"), plan.score_low, plan.score_high)
        query = select(exp.Star(), alias(score, "score_points"))
        return query.from_(inner.subquery("summed", copy=False), copy=False)

    def _graded(self) -> exp.Select:
        b, plan = self._b, self._plan
        tiers = [(col(f"in_tier_{i + 1}"), b.text(t.name)) for i, t in enumerate(plan.tiers)]
        offsets = [
            (col(f"in_tier_{i + 1}"), number(t.number * 100_000)) for i, t in enumerate(plan.tiers)
        ]
        columns: list[Node] = [alias(self._text_case(tiers), "tier")]
        shown = exp.Add(this=col("score_points"), expression=case(offsets, number(0)))
        columns.append(alias(shown if offsets else col("score_points"), "displayed_points"))
        columns.append(alias(self._grade(), "grade"))
        out = [col(fired) for rule, fired, _ in self._rules if rule.disqualify]
        columns.append(alias(any_of(out), "disqualified"))
        return select(exp.Star(), *columns).from_("scores", copy=False)

    def _grade(self) -> Node:
        grades, whens, rest = self._plan.grades, [], None
        if grades is not None:
            section = self._columns[grades.section]
            for letter, low in grades.steps:
                if low is None:
                    rest = self._b.text(letter)
                    break
                whens.append((at_least(col(section), number(low)), self._b.text(letter)))
        return self._text_case(whens, rest)

    def _text_case(self, whens: Sequence[tuple[Node, Node]], otherwise: Node | None = None) -> Node:
        if not whens and otherwise is None:
            return exp.Cast(this=exp.Null(), to=exp.DataType.build("text"))
        return case(whens, otherwise)

    def _staged(self) -> exp.Select:
        """The number of the stage: 0 disqualified, NULL none."""
        whens: list[tuple[Node, Node]] = [(col("disqualified"), number(0))]
        for i, stage in enumerate(self._plan.stages):
            asked = iter(range(1, 1 + len(asked_by(stage.when))))
            condition = self._stage_condition(stage.when, i + 1, asked)
            met = self._b.comment(number(i + 1), f"line {stage.line}: {stage.name}")
            whens.append((condition, met))
        return select(exp.Star(), alias(case(whens), "stage_number")).from_("grades", copy=False)

    def _stage_condition(self, predicate: p.Predicate, stage: int, asked: Iterator[int]) -> Node:
        """The condition of a stage, over results and the columns that `_later_columns` made."""
        match predicate:
            case p.And():
                parts = [self._stage_condition(x, stage, asked) for x in predicate.parts]
                return all_of(parts)
            case p.Or():
                parts = [self._stage_condition(x, stage, asked) for x in predicate.parts]
                return any_of(parts)
            case p.Not():
                return negation(self._stage_condition(predicate.part, stage, asked))
            case p.Constant() | p.ScoreIn() | p.GradeIn() | p.TierIn() | p.HasFlag():
                return self._holds(predicate)
            case p.HasKeyConversion() | p.MustHavesMet():
                return self._holds(predicate)
            case _:
                return col(f"stage_{stage}_{next(asked)}")

    # --- the result -------------------------------------------------------------------------------

    def final(self) -> exp.Select:
        """The columns of the result."""
        b, plan = self._b, self._plan
        moment = exp.Subquery(this=select(col("as_of")).from_("moment", copy=False))

        def points(column: str, said: str) -> Node:
            return alias(b.call("points", x=col(column)), said)

        columns: list[Node] = [
            alias(b.call("text", x=col("lead_id")), "lead_id"),
            alias(b.text(plan.scorecard), "scorecard"),
            alias(b.text(plan.version), "version"),
            alias(b.call("instant", x=moment), "as_of"),
            points("score_points", "score"),
            points("raw_points", "raw_score"),
            points("displayed_points", "displayed"),
            alias(self._stage_name(), "stage"),
            col("grade"),
            col("tier"),
            col("disqualified"),
            alias(self._flags(), "flags"),
            alias(self._key_conversions(), "key_conversions"),
            self._must_haves(),
            *(alias(self._by_stage(part), part) for part in ("route", "respond_within", "notify")),
        ]
        for section in plan.sections:
            node = b.call("points", x=col(self._columns[section.name]))
            columns.append(alias(node, f"section_{section.column}", quoted=True))
        if self._with_reasons:
            columns.append(alias(self.reasons().array(), "reasons"))
        return select(*columns).from_("staged", copy=False)

    def reasons(self) -> Reasons:
        """What says why a lead has its score."""
        return Reasons(self._b, self._plan, self._rules, self._points)

    def points_of_rules(self) -> exp.Select:
        """The columns of `sql_points.py`."""
        b = self._b
        columns: list[Node] = [
            alias(b.call("text", x=col("lead_id")), "lead_id"),
            alias(b.call("whole", x=col("score_points")), "score"),
            alias(b.call("whole", x=col("raw_points")), "raw"),
            alias(self._stage_name(), "stage"),
            *(col(column) for column in self._columns.values()),
        ]
        why = self.reasons()
        for i, (rule, fired, points) in enumerate(self._rules):
            offer = b.call("whole", x=self._points(rule, points))
            counted = case([(why.is_beaten(i), number(0))], offer)
            columns.append(alias(case([(col(fired), counted)]), f"rule_{i + 1}"))
            section = next(s for s in self._plan.sections if s.name == rule.section)
            if section.best_only and rule.scored:
                columns.append(alias(case([(col(fired), offer.copy())]), f"offer_{i + 1}"))
        return select(*columns).from_("staged", copy=False)

    def _must_haves(self) -> Node:
        if self._plan.must_haves is not None:
            return col("must_haves")
        return alias(exp.Cast(this=exp.Null(), to=exp.DataType.build("boolean")), "must_haves")

    def _stage_name(self) -> Node:
        b = self._b
        whens = [(equal(col("stage_number"), number(0)), b.text("disqualified"))]
        for i, stage in enumerate(self._plan.stages):
            whens.append((equal(col("stage_number"), number(i + 1)), b.text(stage.name)))
        return case(whens, b.text("none"))

    def _by_stage(self, part: str) -> Node:
        whens = []
        for i, stage in enumerate(self._plan.stages):
            said = getattr(stage, part)
            if said is not None:
                whens.append((equal(col("stage_number"), number(i + 1)), self._b.text(said)))
        return self._text_case(whens)

    def _flags(self) -> Node:
        return self._joined_texts(
            [(rule.flag, col(fired)) for rule, fired, _ in self._rules if rule.flag is not None]
        )

    def _key_conversions(self) -> Node:
        return self._joined_texts(
            [
                (rule.label or rule.text, col(fired))
                for rule, fired, _ in self._rules
                if rule.key_conversion
            ]
        )

    def _joined_texts(self, said: Sequence[tuple[str, Node]]) -> Node:
        """The texts of the rules that fired, in order and each once; the empty text if none."""
        b = self._b
        if not said:
            return b.text("")
        texts = {text for text, _ in said}
        if len(texts) == 1:
            fired = any_of([node for _, node in said])
            return case([(fired, b.text(said[0][0]))], b.text(""))
        pieces = []
        earlier: dict[str, list[Node]] = {}
        for text, node in said:
            before = earlier.setdefault(text, [])
            first = all_of([node, negation(any_of(before))]) if before else node
            before.append(node)
            pieces.append(case([(first, b.text(JOIN_TEXT + text))], b.text("")))
        return exp.Substring(this=joined(pieces), start=number(len(JOIN_TEXT) + 1))

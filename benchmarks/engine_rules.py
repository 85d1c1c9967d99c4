"""The thirty rules in the language of each rule engine, and each engine's way to score with them.

Each writes the rules as its documentation does and compiles them once: rule-engine and
business-rules know rules that hold or not, so that points are added by the caller; JsonLogic and
ZEN are languages of expressions, in which the whole score is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias, assert_never

from benchmarks.thirty_rules import (
    BEHAVIOR,
    FIT,
    Between,
    Condition,
    Happened,
    Is,
    Prepared,
    Quiet,
    Rule,
    Says,
    Spent,
)

Scorer: TypeAlias = Callable[[Prepared], int]

_SECTIONS: Final = (FIT, BEHAVIOR)
_MOST: Final = 60


def _total(sections: list[int]) -> int:
    """The score of section totals: each at most 60, all between 0 and 100."""
    return max(0, min(100, sum(min(_MOST, total) for total in sections)))


# --- rule-engine --------------------------------------------------------------------------------


def rule_engine() -> Scorer:
    """Rules in the language of rule-engine, which look for events in the lead's list of them."""
    import rule_engine as engine

    return _with_rule_engine(_rule_engine, engine.resolve_item)


def rule_engine_counts() -> Scorer:
    """The same, but what rules ask of events is counted by a resolver in Python."""
    conditions = {_count_name(rule): rule.condition for rule in BEHAVIOR}

    def resolve(lead: Prepared, name: str) -> Any:
        return _met(conditions[name], lead) if name in conditions else lead[name]

    def text(rule: Rule) -> str:
        name = _count_name(rule)
        return (
            _rule_engine(rule) if name not in conditions else name if rule.most else f"{name} >= 1"
        )

    return _with_rule_engine(text, resolve)


def _count_name(rule: Rule) -> str:
    return f"count_{BEHAVIOR.index(rule)}" if rule in BEHAVIOR else ""


def _with_rule_engine(text: Callable[[Rule], str], resolve: Callable[[Any, str], Any]) -> Scorer:
    import rule_engine as engine

    context = engine.Context(resolver=resolve)
    compiled = [
        [(engine.Rule(text(rule), context=context), rule) for rule in section]
        for section in _SECTIONS
    ]

    def points(matched: Any, rule: Rule) -> int:
        return (min(int(matched), rule.most) if rule.most else bool(matched)) * rule.points

    def score(lead: Prepared) -> int:
        return _total(
            [sum(points(each.evaluate(lead), rule) for each, rule in s) for s in compiled]
        )

    return score


def _rule_engine(rule: Rule) -> str:
    """A rule as text; one that counts each event gives their number."""
    match rule.condition:
        case Is(field=field, values=values):
            return f"{field} in {list(values)}"
        case Says(field=field, phrases=phrases):
            return " or ".join(f"'{phrase}' in {field}" for phrase in phrases)
        case Between(field=field, low=low, high=high):
            return f"{field} >= {low} and {field} <= {high}"
        case Happened(times=times) as event:
            found = f"[e for e in events if {_event_test(event)}]"
            return f"{found}.length" if rule.most else f"{found}.length >= {times}"
        case Spent(about=about, milliseconds=least):
            found = f"[e['milliseconds'] for e in events if '{about}' in e['about']]"
            return f"$sum({found}) >= {least}"
        case Quiet(seconds=span):
            recent = f"[e for e in events if e['active'] == 1 and e['age'] < {span}]"
            return f"age >= {span} and {recent}.length == 0"
        case _ as never:
            assert_never(never)


def _event_test(event: Happened) -> str:
    said = f" and '{event.about}' in e['about']" if event.about else ""
    return f"e['verb'] == '{event.verb}'{said} and e['age'] < {event.within}"


# --- ZEN ----------------------------------------------------------------------------------------


def zen_engine() -> Scorer:
    """A decision of one expression node, whose content the engine has compiled."""
    import json

    import zen

    node = {
        "id": "points",
        "name": "points",
        "type": "expressionNode",
        "content": {"expressions": [{"id": "1", "key": "score", "value": _zen_score()}]},
    }
    ends = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [
        {"id": "a", "sourceId": "in", "targetId": "points", "type": "edge"},
        {"id": "b", "sourceId": "points", "targetId": "out", "type": "edge"},
    ]
    content = json.dumps({"nodes": [*ends, node], "edges": edges})
    decision = zen.ZenEngine().create_decision(zen.ZenDecisionContent(content))

    def score(lead: Prepared) -> int:
        return int(decision.evaluate(lead)["result"]["score"])

    return score


def zen_expression() -> Scorer:
    """The same as one compiled expression, without a decision around it."""
    import zen

    compiled = zen.compile_expression(_zen_score())

    def score(lead: Prepared) -> int:
        return int(compiled.evaluate(lead))

    return score


def _zen_score() -> str:
    sections = (
        f"min([{_MOST}, sum([{', '.join(map(_zen_points, section))}])])" for section in _SECTIONS
    )
    return f"max([0, min([100, {' + '.join(sections)}])])"


def _zen_points(rule: Rule) -> str:
    if rule.most and isinstance(rule.condition, Happened):
        return f"min([{rule.most}, {_zen_count(rule.condition)}]) * {rule.points}"
    return f"({_zen(rule.condition)} ? {rule.points} : 0)"


def _zen(condition: Condition) -> str:
    match condition:
        case Is(field=field, values=values):
            return f"{field} in {list(values)}"
        case Says(field=field, phrases=phrases):
            return " or ".join(f"contains({field}, '{phrase}')" for phrase in phrases)
        case Between(field=field, low=low, high=high):
            return f"{field} >= {low} and {field} <= {high}"
        case Happened(times=times) as event:
            return f"{_zen_count(event)} >= {times}"
        case Spent(about=about, milliseconds=least):
            found = f"filter(events, contains(#.about, '{about}'))"
            return f"sum(map({found}, #.milliseconds)) >= {least}"
        case Quiet(seconds=span):
            return f"age >= {span} and none(events, #.active == 1 and #.age < {span})"
        case _ as never:
            assert_never(never)


def _zen_count(event: Happened) -> str:
    said = f" and contains(#.about, '{event.about}')" if event.about else ""
    return f"count(events, #.verb == '{event.verb}'{said} and #.age < {event.within})"


# --- JsonLogic ----------------------------------------------------------------------------------


def datalogic() -> Scorer:
    """JsonLogic compiled by a library in Rust."""
    import datalogic_py

    engine = datalogic_py.Engine()
    rule, session = engine.compile(_json_score()), engine.session()

    def score(lead: Prepared) -> int:
        return int(session.evaluate(rule, lead))

    return score


def json_logic() -> Scorer:
    """JsonLogic walked by a library in Python."""
    from json_logic import jsonLogic

    rule = _json_score()

    def score(lead: Prepared) -> int:
        return int(jsonLogic(rule, lead))

    return score


def _json_score() -> dict[str, Any]:
    """The whole score as one rule."""
    sections = [
        {"min": [_MOST, {"+": [_json_points(rule) for rule in section]}]} for section in _SECTIONS
    ]
    return {"max": [0, {"min": [100, {"+": sections}]}]}


def _json_points(rule: Rule) -> dict[str, Any]:
    condition = rule.condition
    if rule.most and isinstance(condition, Happened):
        return {"*": [{"min": [rule.most, _json_sum(_json_event(condition), 1)]}, rule.points]}
    return {"if": [_json(condition), rule.points, 0]}


def _json(condition: Condition) -> dict[str, Any]:
    match condition:
        case Is(field=field, values=values):
            return {"in": [{"var": field}, list(values)]}
        case Says(field=field, phrases=phrases):
            return {"or": [{"in": [phrase, {"var": field}]} for phrase in phrases]}
        case Between(field=field, low=low, high=high):
            return {"<=": [low, {"var": field}, high]}
        case Happened(times=1) as event:
            return {"some": [{"var": "events"}, _json_event(event)]}
        case Happened(times=times) as event:
            return {">=": [_json_sum(_json_event(event), 1), times]}
        case Spent(about=about, milliseconds=least):
            test = {"in": [about, {"var": "about"}]}
            return {">=": [_json_sum(test, {"var": "current.milliseconds"}), least]}
        case Quiet(seconds=span):
            recent = {"and": [{"==": [{"var": "active"}, 1]}, {"<": [{"var": "age"}, span]}]}
            none = {"none": [{"var": "events"}, recent]}
            return {"and": [{">=": [{"var": "age"}, span]}, none]}
        case _ as never:
            assert_never(never)


def _json_event(event: Happened) -> dict[str, Any]:
    said = [{"in": [event.about, {"var": "about"}]}] if event.about else []
    verb = {"==": [{"var": "verb"}, event.verb]}
    return {"and": [verb, *said, {"<": [{"var": "age"}, event.within]}]}


def _json_sum(test: dict[str, Any], value: object) -> dict[str, Any]:
    found = {"filter": [{"var": "events"}, test]}
    return {"reduce": [found, {"+": [{"var": "accumulator"}, value]}, 0]}


# --- business-rules -----------------------------------------------------------------------------


def business_rules() -> Scorer:
    """Rules of business-rules: variables that look into the lead, actions that add points."""
    from business_rules import run_all
    from business_rules.actions import BaseActions, rule_action
    from business_rules.fields import FIELD_NUMERIC
    from business_rules.variables import BaseVariables, numeric_rule_variable

    class Variables(BaseVariables):  # type: ignore[misc]  # the library has no types
        """What rules ask of a lead."""

        def __init__(self, lead: Prepared) -> None:
            self.lead = lead

    class Actions(BaseActions):  # type: ignore[misc]
        """What rules do to the score."""

        def __init__(self, lead: Prepared) -> None:
            self.lead = lead
            self.sections = [0] * len(_SECTIONS)

        @rule_action(params={"section": FIELD_NUMERIC, "points": FIELD_NUMERIC})  # type: ignore[untyped-decorator]
        def add(self, section: int, points: int) -> None:
            """Add points to a section."""
            self.sections[section] += points

        @rule_action(params={"section": FIELD_NUMERIC, "place": FIELD_NUMERIC})  # type: ignore[untyped-decorator]
        def add_each(self, section: int, place: int) -> None:
            """Add the points of a rule that counts each event."""
            rule = _SECTIONS[section][place]
            times = min(_met(rule.condition, self.lead), rule.most or 1)
            self.sections[section] += times * rule.points

    rules = []
    for number, section in enumerate(_SECTIONS):
        for place, rule in enumerate(section):
            name = f"count_{number}_{place}"
            setattr(Variables, name, numeric_rule_variable(_variable(rule.condition)))
            test = {"name": name, "operator": "greater_than_or_equal_to", "value": 1}
            params = {"section": number, "points": rule.points}
            action = {"name": "add", "params": params}
            if rule.most:
                action = {"name": "add_each", "params": {"section": number, "place": place}}
            rules.append({"conditions": {"all": [test]}, "actions": [action]})

    def score(lead: Prepared) -> int:
        actions = Actions(lead)
        run_all(rules, Variables(lead), actions, stop_on_first_trigger=False)
        return _total(actions.sections)

    return score


def _variable(condition: Condition) -> Callable[[Any], int]:
    """A variable that gives how often a condition is met, as a number."""

    def variable(self: Any) -> int:
        return _met(condition, self.lead)

    return variable


def _met(condition: Condition, lead: Prepared) -> int:
    match condition:
        case Is(field=field, values=values):
            return int(lead[field] in values)
        case Says(field=field, phrases=phrases):
            return int(any(phrase in lead[field] for phrase in phrases))
        case Between(field=field, low=low, high=high):
            return int(low <= lead[field] <= high)
        case Happened(verb=verb, about=about, within=within, times=times):
            found = sum(
                e["verb"] == verb and about in e["about"] and e["age"] < within
                for e in lead["events"]
            )
            return int(found // times)
        case Spent(about=about, milliseconds=least):
            spent = sum(e["milliseconds"] for e in lead["events"] if about in e["about"])
            return int(spent >= least)
        case Quiet(seconds=span):
            recent = any(e["active"] and e["age"] < span for e in lead["events"])
            return int(lead["age"] >= span and not recent)
        case _ as never:
            assert_never(never)


CONTESTANTS: Final[Mapping[str, Callable[[], Scorer]]] = MappingProxyType(
    {
        "zen-engine, expression": zen_expression,
        "zen-engine, decision": zen_engine,
        "datalogic-py (JsonLogic)": datalogic,
        "panzi-json-logic": json_logic,
        "business-rules": business_rules,
        "rule-engine, counts in Python": rule_engine_counts,
        "rule-engine": rule_engine,
    }
)

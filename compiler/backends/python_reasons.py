"""Tables of rules, stages and tiers, evidence and the account, for the Python module."""

from __future__ import annotations

from collections.abc import Iterable

from leadcard.compiler.backends.python_events import EventReader
from leadcard.compiler.backends.python_rules import Scoring, capped, takes_part
from leadcard.compiler.backends.python_text import (
    Bits,
    all_of,
    filled,
    literal,
    long_literal,
    statement,
)
from leadcard.compiler.plan import EventSet, Plan, Rule

# --- tables ---------------------------------------------------------------------------------------


def table_lines(plan: Plan, scoring: Scoring) -> list[str]:
    """The tables that results are read from."""
    return [
        *_rule_table(plan),
        "",
        *_stage_table(plan),
        *_tier_table(plan),
        "# Rules whose points depend on their events, and groups of which only the best counts.",
        *_numbers("_REPEATED", scoring.earned),
        *_best_only(plan),
    ]


def _rule_table(plan: Plan) -> list[str]:
    lines = ["_RULES: Final[tuple[_Rule, ...]] = ("]
    for rule in plan.rules:
        lines += ["    _Rule(", *_rule_fields(rule), "    ),"]
    return [*lines, ")"]


def _rule_fields(rule: Rule) -> list[str]:
    lines = [f"        line={rule.line},"]
    lines += _text_field("text", rule.text) + _text_field("section", rule.section)
    lines.append(f"        points={capped(rule)},")
    if rule.disqualify:
        lines.append("        disqualify=True,")
    if rule.flag is not None:
        lines += _text_field("flag", rule.flag)
    if rule.key_conversion:
        lines.append("        key_conversion=True,")
    if rule.label is not None:
        lines += _text_field("label", rule.label)
    return lines


def _text_field(name: str, text: str | None) -> list[str]:
    line = f"        {name}={None if text is None else literal(text)},"
    if len(line) <= 100 or text is None:
        return [line]
    return [f"        {name}=(", *long_literal(text, 3), "        ),"]


def _stage_table(plan: Plan) -> list[str]:
    lines = ["_STAGES: Final[tuple[_Stage, ...]] = ("]
    for stage in plan.stages:
        lines += ["    _Stage(", *_text_field("name", stage.name)]
        for name, text in (
            ("route", stage.route),
            ("respond_within", stage.respond_within),
            ("notify", stage.notify),
        ):
            lines += _text_field(name, text) if text is not None else []
        lines.append("    ),")
    return [*lines, '    _Stage(name="none"),', '    _Stage(name="disqualified"),', ")"]


def _tier_table(plan: Plan) -> list[str]:
    if not plan.tiers:
        return []
    lines = ["_TIERS: Final[tuple[tuple[int, str | None], ...]] = ("]
    for tier in plan.tiers:
        lines += ["    (", f"        {tier.number},", *_text_item(tier.name), "    ),"]
    return [*lines, "    (0, None),", ")"]


def _text_item(text: str) -> list[str]:
    line = f"        {literal(text)},"
    return [line] if len(line) <= 100 else ["        (", *long_literal(text, 3), "        ),"]


def _numbers(name: str, numbers: Iterable[int]) -> list[str]:
    listed = [str(number) for number in numbers]
    return [f"{name}: Final[tuple[int, ...]] = (", *filled(listed, 1), ")"]


def _best_only(plan: Plan) -> list[str]:
    lines = ["_BEST_ONLY: Final[tuple[tuple[int, ...], ...]] = ("]
    for section in plan.sections:
        rivals = [
            str(number)
            for number, rule in enumerate(plan.rules)
            if section.best_only and rule.section == section.name and takes_part(rule)
        ]
        if rivals:
            lines += ["    (", *filled(rivals, 2), "    ),"]
    return [*lines, ")"]


# --- evidence -------------------------------------------------------------------------------------


def evidence_body(plan: Plan, events: EventReader) -> list[str]:
    """The body of the function that finds the events behind the rules; empty if no rule has any."""
    lines: list[str] = []
    for number, rule in enumerate(plan.rules):
        if rule.evidence is None:
            continue
        condition = all_of((Bits("fired", 1 << number), events.belongs(rule.evidence)))
        lines += statement("if ", condition, ":", 2, events.module.masks)
        lines.append(f"            found.setdefault({number}, []).append(at)")
    if not lines:
        return []
    return [
        "    found: dict[int, list[datetime]] = {}",
        "    for at, kind, _, _ in rows:",
        *lines,
        "    return found",
    ]


# --- the account ----------------------------------------------------------------------------------


def account_body(events: EventReader) -> list[str]:
    """The body of the function that counts over all leads of the account; may be empty."""
    if not events.members:
        return []
    names = [*events.members.values()]
    lines = [
        "    if not colleagues and not _has_account(lead):",
        "        return (",
        *filled(["-1"] * len(names), 3),
        "        )",
        *(f"    {name} = 0" for name in names),
        "    for member in _members(lead, events, colleagues, as_of):",
        *(f"        {name}_own = 0" for name in names),
        "        for at, kind, _, _ in _rows(member, as_of):",
    ]
    for (_, wanted), name in events.members.items():
        assert isinstance(wanted, EventSet)
        lines += statement("if ", events.belongs(wanted), ":", 3, events.module.masks)
        lines.append(f"                {name}_own += 1")
    for (what, _), name in events.members.items():
        more = f"{name}_own > 0" if what == "people" else f"{name}_own"
        lines.append(f"        {name} += {more}")
    return [*lines, "    return (", *filled(names, 2), "    )"]

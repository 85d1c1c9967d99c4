"""Tables of rules, stages and tiers, evidence and the account, for the Python module."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from leadcard.compiler.backends.python_events import EventReader
from leadcard.compiler.backends.python_rules import Scoring, capped, takes_part
from leadcard.compiler.backends.python_text import (
    Always,
    Bits,
    Condition,
    Module,
    all_of,
    any_of,
    filled,
    literal,
    long_literal,
    statement,
    text_set,
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
        condition = any_of(_behind(number, rule, events))
        if condition == Always(False):
            continue
        lines += statement("if ", condition, ":", 2, events.module.masks)
        lines.append(f"            found.setdefault({number}, []).append(at)")
    if not lines:
        return []
    return [
        "    found: dict[int, list[datetime]] = {}",
        *events.first_lines(lines, 1),
        "    for at, kind, _, _ in rows:",
        *lines,
        "    return found",
    ]


def _behind(number: int, rule: Rule, events: EventReader) -> Iterator[Condition]:
    """The ways in which an event is one of those behind a rule, each event once."""
    if rule.evidence is not None:
        yield all_of((Bits("own", 1 << number), events.belongs(rule.evidence)))
    if rule.account_evidence is not None:
        yield all_of((Bits("shared", 1 << number), events.belongs(rule.account_evidence)))


# --- the account ----------------------------------------------------------------------------------


def asks_for_account(plan: Plan, events: EventReader) -> bool:
    """Whether the rules, or their reasons, look at events of other leads of the account."""
    shared = any(rule.account_evidence is not None for rule in plan.rules)
    return shared or bool(events.members)


def account_test(plan: Plan, module: Module) -> list[str]:
    """The constants and the body of the function that tells whether a lead has an account."""
    no_ids = _missing_words("_NO_ACCOUNTS", plan.account_missing, module)
    fields = {field.column: field for field in plan.fields}
    domain = fields.get("email_domain")
    address = fields.get(domain.domain_of) if domain and domain.domain_of else domain
    words = address.missing if address else ()
    no_values = _missing_words("_NO_ADDRESSES", words, module)
    module.needs.add("domain")
    value = "value"
    if domain is None or domain.domain_of is not None:
        module.needs.add("domain_of")
        value = "_domain_of(value)"
    personal = "frozenset()" if plan.personal is None else module.list_constant(plan.personal)
    return [
        *no_ids,
        *no_values,
        *(["", ""] if no_ids or no_values else []),
        "def _has_account(lead: _Lead) -> bool:",
        '    """Whether the lead has an account id, or a mail domain that is not personal."""',
        '    account = _text(lead.get("account_id"))',
        f"    if account{' and account not in _NO_ACCOUNTS' if no_ids else ''}:",
        "        return True",
        f"    value = lead.get({literal(address.column if address else 'email')})",
        *(["    if _text(value) in _NO_ADDRESSES:", "        return False"] if no_values else []),
        f"    domain = _name(_text({value}))",
        f"    return bool(domain) and not _in_domains(domain, {personal})",
    ]


def _missing_words(name: str, words: tuple[str, ...], module: Module) -> list[str]:
    module.compared(words)
    return text_set(name, words) if words else []


def account_body(events: EventReader) -> list[str]:
    """The body of the function that counts over all leads of the account; may be empty."""
    if not events.members:
        return []
    names = [*events.members.values()]
    counting: list[str] = []
    for (_, wanted), name in events.members.items():
        assert isinstance(wanted, EventSet)
        counting += statement("if ", events.belongs(wanted), ":", 3, events.module.masks)
        counting.append(f"                {name}_own += 1")
    lines = [
        "    if not colleagues and not _has_account(lead):",
        "        return (",
        *filled(["-1"] * len(names), 3),
        "        )",
        *(f"    {name} = 0" for name in names),
        "    for done in (events, *_done_by(colleagues, as_of)):",
        "        rows = _rows(done, as_of)",
        *events.first_lines(counting, 2),
        *(f"        {name}_own = 0" for name in names),
        "        for at, kind, _, _ in rows:",
        *counting,
    ]
    for (what, _), name in events.members.items():
        more = f"{name}_own > 0" if what == "people" else f"{name}_own"
        lines.append(f"        {name} += {more}")
    return [*lines, "    return (", *filled(names, 2), "    )"]

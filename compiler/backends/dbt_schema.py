"""What dbt is told of the models: descriptions taken from the card, tests, sources, exposures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from leadcard.compiler.backends.dbt_tables import SourceTable, source_name, without_templates
from leadcard.compiler.backends.sql_build import Build
from leadcard.compiler.backends.staging import Staging
from leadcard.compiler.plan import Plan, Section
from leadcard.compiler.result import result_columns
from leadcard.dsl.record import dataclass

Entry = dict[str, Any]

_SAID: Final = {
    "lead_id": "the lead; one row each",
    "scorecard": "the scorecard's name",
    "version": "a hash of card, vocabulary, lists and compiler: one version, one score",
    "as_of": "the moment of the score: the variable as_of, else the beginning of the run",
    "raw_score": "the sum of the sections before it is kept within the score's range",
    "displayed": "tier × 1000 + score; without tiers the score",
    "flags": "the flags of the rules that fired, joined by `; `",
    "key_conversions": "the key conversions that the lead did, joined by `; `",
}
_REASONS: Final = {
    "lead_id": "the lead",
    "line": "the line of the rule in the scorecard",
    "rule": "the rule's condition",
    "section": "the section of the rule",
    "points": "what the rule gave, after its own maximum",
    "counted": "false where `best only` left the rule out",
    "events": "the number of events behind it",
    "latest": "the latest of these events",
}
_SPECIAL: Final = re.compile(r"['\\{}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """The names of the models of one card."""

    card: str
    leads: str
    events: str
    merges: str
    scores: str
    reasons: str
    lists: str

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all of them."""
        return (self.leads, self.events, self.merges, self.scores, self.reasons, self.lists)

    @staticmethod
    def of(card: str) -> Models:
        """The names that belong to a card whose plain name is `card`."""
        return Models(
            card=card,
            leads=f"stg_{card}_leads",
            events=f"stg_{card}_events",
            merges=f"stg_{card}_merges",
            scores=f"{card}_scores",
            reasons=f"{card}_reasons",
            lists=f"{card}_lists",
        )


class Schema:
    """The entries of schema.yml for one card; `file` is the card's name as people know it."""

    def __init__(self, plan: Plan, build: Build, models: Models, file: str) -> None:
        self._plan, self._b, self._models, self._file = plan, build, models, file

    @property
    def _capitals(self) -> bool:
        return self._b.dialect.capitals

    # --- models -----------------------------------------------------------------------------------

    def models(self, staged: Staging, *, events_unique: bool) -> list[Entry]:
        """All models of the card; a promise that ids of events do not repeat is tested."""
        of_leads = {"lead_id": ["unique", "not_null"]}
        of_events: dict[str, list[Any]] = {c: ["not_null"] for c in ("lead_id", "verb", "at")}
        if events_unique:
            of_events["event_id"] = [self._once(staged)]
        made = [
            self._scores(),
            self._reasons(),
            self._staged(self._models.leads, "leads", staged.lead_columns, of_leads),
            self._staged(self._models.events, "events", staged.event_columns, of_events),
        ]
        return made if staged.merges is None else [*made, self._merges()]

    def _scores(self) -> Entry:
        said = f"The score of each lead by the scorecard {self._title}, from {self._file}."
        columns = [
            self._column(column.name) for column in result_columns(self._plan, reasons=False)
        ]
        return self._statement(self._models.scores, said, columns)

    @property
    def _title(self) -> str:
        return self._plan.scorecard or self._file

    def _column(self, name: str) -> Entry:
        column: Entry = {"name": name, "description": without_templates(self._said(name))}
        if (
            name.startswith("section_") and not self._capitals
        ):  # named by the card, and so written with quotes
            column["quote"] = True
        tests = self._tests(name)
        return column | ({"data_tests": tests} if tests else {})

    def _said(self, name: str) -> str:
        plan = self._plan
        section = next((s for s in plan.sections if f"section_{s.column}" == name), None)
        if section is not None:
            return self._of_section(section)
        match name:
            case "score":
                return f"the score, {_range(plan.score_low, plan.score_high)}"
            case "stage":
                return _listed("the first of these that holds", self._stage_lines())
            case "tier" if plan.tiers:
                return "the first that holds of: " + ", ".join(t.name for t in plan.tiers)
            case "grade" if plan.grades is not None:
                return f"from the section {plan.grades.section}"
            case "must_haves" if plan.must_haves is not None:
                needs = [f"line {r.line}: {r.text}" for r in plan.must_haves.requirements]
                return _listed(f"whether at least {plan.must_haves.at_least} of these hold", needs)
            case "route" | "respond_within" | "notify":
                return f"what the stage says of {name.replace('_', ' ')}"
            case "disqualified":
                rules = [f"line {r.line}: {r.source}" for r in plan.rules if r.disqualify]
                return _listed("whether one of these rules fired", rules) if rules else "never"
            case _:
                return _SAID.get(name, "not used by this scorecard")

    def _of_section(self, section: Section) -> str:
        rules = [r for r in self._plan.rules if r.section == section.name]
        return _listed(
            f"points of the section {section.name}", [f"line {r.line}: {r.source}" for r in rules]
        )

    def _stage_lines(self) -> list[str]:
        lines = []
        for stage in self._plan.stages:
            acts = [
                f"{word} {value}"
                for word, value in (
                    ("route to", stage.route),
                    ("respond within", stage.respond_within),
                    ("notify", stage.notify),
                )
                if value
            ]
            lines.append(f"line {stage.line}: {', '.join([stage.name, *acts])}")
        return lines

    # --- tests ------------------------------------------------------------------------------------

    def _tests(self, name: str) -> list[Any]:
        plan = self._plan
        match name:
            case "lead_id":
                return ["unique", "not_null"]
            case "version" | "as_of" | "disqualified":
                return ["not_null"]
            case "score":
                return ["not_null", *self._within(plan.score_low, plan.score_high)]
            case "stage":
                ends = [
                    "none",
                    *(["disqualified"] if any(r.disqualify for r in plan.rules) else []),
                ]
                return ["not_null", self._one_of([*(s.name for s in plan.stages), *ends])]
            case "tier" if plan.tiers:
                return [self._one_of([t.name for t in plan.tiers])]
            case "grade" if plan.grades is not None:
                return [self._one_of([letter for letter, _ in plan.grades.steps])]
            case _:
                section = next((s for s in plan.sections if f"section_{s.column}" == name), None)
                return [] if section is None else self._within(section.minimum, section.maximum)

    def _within(self, low: int | None, high: int | None) -> list[Any]:
        ends = {"least": _points(low), "most": _points(high)}
        given = {key: value for key, value in ends.items() if value is not None}
        return [{"leadcard_within": {"arguments": given}}] if given else []

    def _once(self, staged: Staging) -> Any:
        """The test that no id of events stands twice; sources may share ids."""
        if "source" not in staged.event_columns:
            return "unique"
        within = "SOURCE" if self._capitals else "source"
        return {"leadcard_once": {"arguments": {"within": within}}}

    def _one_of(self, values: Iterable[str]) -> Entry:
        """The test that a column holds one of some values.

        dbt puts values between quotes as they are: where one holds a quote, they are written as
        constants of the database.
        """
        wanted = list(dict.fromkeys(values))
        if not any(_SPECIAL.search(value) for value in wanted):
            return {"accepted_values": {"arguments": {"values": wanted}}}
        dialect = self._b.dialect.sqlglot
        constants = [without_templates(self._b.text(v).sql(dialect=dialect)) for v in wanted]
        return {"accepted_values": {"arguments": {"values": constants, "quote": False}}}

    # --- the other models -------------------------------------------------------------------------

    def _reasons(self) -> Entry:
        columns: list[Entry] = [{"name": n, "description": said} for n, said in _REASONS.items()]
        of = {"to": f"ref('{self._models.scores}')", "field": "lead_id"}
        columns[0]["data_tests"] = ["not_null", {"relationships": {"arguments": of}}]
        columns[1]["data_tests"] = ["not_null"]
        said = f"Why each lead has its score: one row for each rule of {self._title} that fired."
        return self._statement(self._models.reasons, said, columns)

    def _statement(self, name: str, said: str, columns: list[Entry]) -> Entry:
        """A model that is a table, and what its session is told first."""
        made = _model(name, said, "table", columns)
        if self._b.dialect.hook is not None:
            made["config"]["pre_hook"] = self._b.dialect.hook
        return made

    def _staged(
        self, model: str, what: str, names: Sequence[str], tests: Mapping[str, Sequence[Any]]
    ) -> Entry:
        columns = [
            {"name": n.upper() if self._capitals else n, "quote": True}
            | ({"data_tests": tests[n]} if n in tests else {})
            for n in dict.fromkeys(names)
        ]
        said = f"The {what} as the vocabulary (leadcard.yaml) maps them, for {self._title}."
        return _model(model, said, "view", columns)

    def _merges(self) -> Entry:
        said = "Leads that were merged into others. No master: leads merged in a circle."
        tests = {"lead_id": ["unique", "not_null"], "master": ["not_null"]}
        columns = [
            {"name": n.upper() if self._capitals else n, "quote": True, "data_tests": tests[n]}
            for n in tests
        ]
        return _model(self._models.merges, said, "view", columns)

    # --- sources and exposures --------------------------------------------------------------------

    def sources(self, tables: Iterable[SourceTable]) -> list[Entry]:
        """The tables that the staging models read, by schema."""
        grouped: dict[str, list[SourceTable]] = {}
        for table in tables:
            grouped.setdefault(source_name(self._models.card, table), []).append(table)
        entries = []
        for source, found in grouped.items():
            schema = found[0].schema or "{{ var('leadcard_schema', target.schema) }}"
            entries.append({"name": source, "schema": schema, "tables": [_table(t) for t in found]})
        return entries

    def exposures(self) -> list[Entry]:
        """Who acts on the scores: those to whom stages route or whom they notify."""
        acting: dict[str, list[str]] = {}
        for stage, line in zip(self._plan.stages, self._stage_lines(), strict=True):
            for who in (stage.route, stage.notify):
                if who:
                    acting.setdefault(who, []).append(line)
        acting = acting or {self._title: self._stage_lines()}
        return [
            self._exposure(number, who, lines)
            for number, (who, lines) in enumerate(acting.items(), start=1)
        ]

    def _exposure(self, number: int, who: str, lines: list[str]) -> Entry:
        return {
            "name": f"{self._models.card}_for_{_word(who, number)}",
            "label": without_templates(f"{self._title}: {who}"),
            "type": "application",
            "owner": {"name": without_templates(who)},
            "description": without_templates(_listed("acts on leads in these stages", lines)),
            "depends_on": [f"ref('{self._models.scores}')", f"ref('{self._models.reasons}')"],
        }


def _model(name: str, said: str, materialized: str, columns: list[Entry]) -> Entry:
    return {
        "name": name,
        "description": without_templates(said),
        "config": {"materialized": materialized},
        "columns": columns,
    }


def _table(table: SourceTable) -> Entry:
    if table.identifier == table.name:
        return {"name": table.name}
    return {"name": table.name, "identifier": without_templates(table.identifier)}


def _listed(said: str, lines: Sequence[str]) -> str:
    return "\n".join([f"{said}:", *(f"- {line}" for line in lines)]) if lines else said


def _points(hundredths: int | None) -> int | float | None:
    if hundredths is None:
        return None
    return hundredths // 100 if hundredths % 100 == 0 else float(Decimal(hundredths) / 100)


def _range(low: int | None, high: int | None) -> str:
    if low is None and high is None:
        return "without limits"
    ends = [f"from {_points(low)}" if low is not None else "", f"to {_points(high)}"]
    return " ".join(end for end in ends if end and not end.endswith("None"))


def _word(text: str, number: int) -> str:
    """A word for the name of an exposure, which holds plain letters only."""
    plain = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    return plain if plain and plain.isascii() else str(number)

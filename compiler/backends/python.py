"""The Python backend: a plan as a module that needs nothing but the standard library.

The other `python_*` files write the parts of the module; this one puts them into the template.
The same plan gives the same text, byte for byte.

How the module works: each value of a lead is read once and becomes the tests that it passes, as
bits, remembered by the value as it stands in the data. Each event becomes the kinds that it is
of, as bits too, remembered by verb and object. Rules then only look at bits, which keeps them
readable and fast; what has to be counted is gathered apart (`python_events` says why). Reasons
are worked out when asked for.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from leadcard.compiler.backends.python_conditions import Conditions
from leadcard.compiler.backends.python_constants import (
    list_lines,
    number_lines,
    text_lines,
    zone_lines,
)
from leadcard.compiler.backends.python_events import EventReader, set_of
from leadcard.compiler.backends.python_fields import FieldReader, definition_lines, load_lines
from leadcard.compiler.backends.python_gather import gather_body
from leadcard.compiler.backends.python_instants import Instants
from leadcard.compiler.backends.python_kinds import kind_definitions
from leadcard.compiler.backends.python_reasons import (
    account_body,
    account_test,
    asks_for_account,
    evidence_body,
    table_lines,
)
from leadcard.compiler.backends.python_rules import Scoring
from leadcard.compiler.backends.python_text import (
    Module,
    Names,
    filled,
    literal,
    shown,
    text_constant,
)
from leadcard.compiler.plan import LeadField, Plan
from leadcard.compiler.result import result_columns

if TYPE_CHECKING:
    from jinja2 import Template

_LONGEST_NAME: Final = 24  # of a field's variable, so that lines stay short
_NESTED: Final = 6  # windows within one another
_LOCALS: Final = (
    "account", "as_of", "at", "bucket", "careful", "colleagues", "created", "done", "event",
    "events", "fired", "found", "get", "grade", "index", "instants", "kept", "kind", "latest",
    "lead", "met", "must_haves", "own", "part", "piece", "raw_total", "result", "rows", "score",
    "shared", "spent", "stage", "thing", "tier", "total",
)  # fmt: skip


def to_python(plan: Plan) -> str:
    """The text of the module for `plan`."""
    return _Writer.of(plan).module()


@dataclass(slots=True)
class _Writer:
    """The parts of a module, while it is written."""

    plan: Plan
    text: Module
    names: Names
    fields: dict[str, FieldReader]
    events: EventReader
    conditions: Conditions
    scoring: Scoring

    @staticmethod
    def of(plan: Plan) -> _Writer:
        text, names = Module(), Names(_LOCALS)
        fields = {
            found.column: FieldReader(
                lead_field=found,
                variable=_variable(found.column, names, number),
                no_addresses=_no_addresses(plan, found),
            )
            for number, found in enumerate(plan.fields)
        }
        events = EventReader(text, Instants(names), names)
        conditions = Conditions(plan, text, fields, events)
        return _Writer(
            plan, text, names, fields, events, conditions, Scoring(plan, conditions, names)
        )

    @property
    def _has_account(self) -> bool:
        return asks_for_account(self.plan, self.events)

    # --- the function `score` ---

    def score_body(self) -> list[str]:
        """The lines of `score`. What adds up comes first: writing it notes what has to be read."""
        scoring = self.scoring
        adding = [
            *scoring.sections(),
            *scoring.must_haves(),
            *scoring.tiers(),
            *scoring.grades(),
            *scoring.stages(),
        ]
        created = ["if created is not None and created > as_of:", "    return None"]
        after = [*created, *self._field_lines(), *self._walk(), *adding, "", *self._result()]
        head = ["instants = _INSTANTS[as_of]", "as_of = instants[0]"]
        return [
            *head,
            *self.events.instants.load_lines(after),
            "get = lead.get",
            *self._load("created"),
            *after,
        ]

    def _load(self, column: str) -> list[str]:
        return load_lines(self.fields[column], self.text)

    def _field_lines(self) -> list[str]:
        lines: list[str] = []
        for column, reader in self.fields.items():
            if column != "created" and (reader.tests or reader.is_time):
                lines += self._load(column)
        return lines

    def _walk(self) -> list[str]:
        events = self.events
        gathered = [*events.gathered.values()]
        lines = [""]
        for name in (*events.windows.values(), *gathered):
            lines.append(f"{name} = 0")
        if events.windows or gathered:
            lines += self._loop()
        if gathered:
            lines += ["if careful:", *_unpacked(gathered, "_gather(careful, instants)", 1)]
        if events.members:
            call = "_account(lead, events, colleagues, instants)"
            lines += _unpacked([*events.members.values()], call, 0)
        return lines

    def _loop(self) -> list[str]:
        inside = self._windows()
        if self.events.gathered:
            inside += [
                f"if kind & {self.text.masks.text(self.events.careful)}:",
                "    careful.append((at, kind, event))",
            ]
        careful = ["careful: list[_Kept] = []"] if self.events.gathered else []
        return [
            "events = tuple(events)",
            *careful,
            "try:",
            "    for event in events:",
            '        kind = _KINDS[event["verb"]]',
            *self._by_object(),
            "        if not kind:",
            "            continue",
            '        at = event["at"]',
            "        if at <= as_of:",
            *(f"            {line}" for line in inside),
            "except (KeyError, TypeError):",
            "    # Some time is no aware datetime, or is missing: once more, brought into form.",
            "    return score(lead, _readable(events), as_of, colleagues)",
        ]

    def _by_object(self) -> list[str]:
        if not self._has_objects():
            return []
        return [
            "        if kind.__class__ is _Objects:",
            '            kind = kind[event.get("object")]',
        ]

    def _has_objects(self) -> bool:
        return any(objects for _, objects in self.events.kinds)

    def _windows(self) -> list[str]:
        """The lines that note the kinds of an event in each window that it is in."""
        lines: list[str] = []
        lengths: list[tuple[int, str, str]] = []
        for window, name in self.events.windows.items():
            lower = self.events.lower(window)
            if lower is None:
                lines.append(f"{name} |= kind")
            elif window.after is not None and window.after.absolute is None:
                lengths.append((window.after.offset, lower, name))
            else:
                lines += [f"if at >= {lower}:", f"    {name} |= kind"]
        return lines + _nested(sorted(lengths))

    # --- the result ---

    def _result(self) -> list[str]:
        plan = self.plan
        sections = [self.conditions.points[section.name] for section in plan.sections]
        values = {
            "as_of": "as_of",
            "_earned": _tuple([*self.scoring.earned.values()]),
            "_events": "events",
            "_fired": "fired",
            "_lead_id": 'get("lead_id")',
            "_raw": "raw_total",
            "_score": "total",
            "_sections": _tuple(sections),
            "_stage": "stage",
        }
        values |= {"grade": "grade"} if plan.grades is not None else {}
        values |= {"_tier": "tier"} if plan.tiers else {}
        values |= {"must_haves": "must_haves"} if plan.must_haves is not None else {}
        values |= {"_lead": "lead", "_colleagues": "colleagues"} if self._has_account else {}
        lines = ["result = _new(Score)"]
        for name, value in sorted(values.items()):
            line = f"result.{name} = {value}"
            if len(line) > 90:
                lines += [f"result.{name} = (", *_rows(value[1:-1].split(", "), 1), ")"]
            else:
                lines.append(line)
        return [*lines, "return result"]

    # --- the module ---

    def module(self) -> str:
        """The whole text."""
        score = self.score_body()
        counts = account_body(self.events)
        evidence = evidence_body(self.plan, self.events)
        gather = gather_body(self.events) if self.events.gathered else []
        account = account_test(self.plan, self.text) if self._has_account else []
        context = {
            **self._facts(),
            **self._definitions(),
            "has_account_lines": _text(account),
            "account_body": _text(self._with_instants(counts)),
            "evidence_body": _text(self._with_instants(evidence)),
            "gather_body": _text(self._with_instants(gather)),
            "score_body": _text([f"    {line}" if line else "" for line in score]),
            "tables": _text(table_lines(self.plan, self.scoring)),
        }
        body = _template().render(context)
        return _head(self.plan, body) + body

    def _with_instants(self, lines: list[str]) -> list[str]:
        """Function lines after those that take `as_of` and other instants from the tuple."""
        as_of = ["as_of = instants[0]"] if any("as_of" in line for line in lines) else []
        loads = [*as_of, *self.events.instants.load_lines(lines)]
        return [*(f"    {line}" for line in loads), *lines] if lines else []

    def _facts(self) -> dict[str, Any]:
        created = self.fields["created"]
        missing = f", {created.name('MISSING')}" if created.lead_field.missing else ""
        return {
            "constants": _text(
                [
                    *text_constant("SCORECARD", self.plan.scorecard),
                    *text_constant("VERSION", self.plan.version),
                ]
            ),
            "timezone": self.plan.timezone,
            "sections": self._section_names(),
            "columns": self._columns(),
            "column_lines": self._column_lines(),
            "has_grades": self.plan.grades is not None,
            "has_tiers": bool(self.plan.tiers),
            "has_must_haves": self.plan.must_haves is not None,
            "has_account": self._has_account,
            "has_objects": self._has_objects(),
            "spent": self._spent(),
            "has_events": bool(self.events.kinds),
            "missing_times": any(f.is_time and f.lead_field.missing for f in self.fields.values()),
            "created_of_colleague": f'_instant(colleague.get("created"){missing})',
            "slots": self._slots(),
        }

    def _spent(self) -> str:
        """The milliseconds of an event, for those kinds whose time is added up."""
        kinds = 0
        for what, wanted in self.events.gathered:
            if what == "spent":
                for clause in set_of(wanted).clauses:
                    kinds |= self.events.kind(clause)
        if not kinds:
            return "0"
        return f'_MILLISECONDS[event.get("seconds")] if kind & {self.text.masks.text(kinds)} else 0'

    def _slots(self) -> list[str]:
        result = [line.partition(" = ")[0] for line in self._result() if line.startswith("result.")]
        return sorted(name.removeprefix("result.") for name in result)

    def _section_names(self) -> list[dict[str, object]]:
        return [
            {
                "column": section.column,
                "title": shown(section.name),
                "number": number,
                "is_name": _is_attribute(f"section_{section.column}"),
            }
            for number, section in enumerate(self.plan.sections)
        ]

    def _columns(self) -> list[dict[str, str]]:
        places = {f"section_{s.column}": n for n, s in enumerate(self.plan.sections)}
        return [
            {
                "key": literal(column.name),
                "value": f"_points(self._sections[{places[column.name]}])"
                if column.name in places
                else f"self.{column.name}",
            }
            for column in result_columns(self.plan, reasons=False)
        ]

    def _column_lines(self) -> list[str]:
        columns = {"lead_id"}
        for reader in self.fields.values():
            columns.add(reader.lead_field.domain_of or reader.lead_field.column)
            columns |= (
                {reader.lead_field.currency} if reader.lead_field.currency is not None else set()
            )
        if self._has_account:
            columns.add("account_id")
        listed = ", ".join(f"`{shown(column)}`" for column in sorted(columns))
        return textwrap.wrap(f"{listed}.", 92, break_on_hyphens=False)

    def _definitions(self) -> dict[str, Any]:
        """The constants below the functions, written in the order in which needs become known."""
        fields: list[str] = []
        for reader in self.fields.values():
            if reader.tests or reader.is_time:
                fields += definition_lines(reader, self.text)
        kinds = kind_definitions(self.plan.verbs, self.events) if self.events.kinds else []
        if "spent" in self.text.needs:
            self.text.needs.add("number")
        lists = list_lines(self.plan.lists, self.text)
        zone = zone_lines(self.plan.timezone, calendar="calendar" in self.text.needs)
        texts = text_lines(self.text)
        masks = self.text.masks.definitions()
        return {
            "list_definitions": _text(lists),
            "field_definitions": _text(fields).strip("\n"),
            "kind_definitions": _text(kinds).strip("\n"),
            "number_constants": _text(number_lines()) if "number" in self.text.needs else "",
            "zone_constants": _text(zone),
            "instant_lines": self.events.instants.definitions(),
            "text_constants": _text(texts),
            "mask_constants": _text(masks),
            "needs": defaultdict(bool, dict.fromkeys(self.text.needs, True)),
        }


def _nested(windows: Sequence[tuple[int, str, str]]) -> list[str]:
    """Windows before `as_of`, the longest first: what is not in one is not in the shorter ones."""
    lines: list[str] = []
    for number, (_, lower, name) in enumerate(windows):
        margin = "    " * (number % _NESTED)
        lines += [f"{margin}if at >= {lower}:", f"{margin}    {name} |= kind"]
    return lines


# --- pieces ---------------------------------------------------------------------------------------


def _variable(column: str, names: Names, number: int) -> str:
    if column == "created":
        return column
    return names.new(column if len(column) <= _LONGEST_NAME else "", f"field_{number + 1}")


def _no_addresses(plan: Plan, of: LeadField) -> tuple[str, ...]:
    """The words with an `@` that count as missing in the column that `of` takes its domain from."""
    address = next((field for field in plan.fields if field.column == of.domain_of), None)
    return tuple(word for word in (address.missing if address else ()) if "@" in word)


def _is_attribute(name: str) -> bool:
    """Whether Python reads `name` as it is written."""
    return name.isidentifier() and unicodedata.normalize("NFKC", name) == name


def _tuple(names: Sequence[str]) -> str:
    return f"({', '.join(names)}{',' if len(names) == 1 else ''})"


def _unpacked(names: Sequence[str], call: str, indent: int) -> list[str]:
    margin = "    " * indent
    line = f"{margin}{_tuple(names)} = {call}"
    if len(line) <= 90:
        return [line]
    return [f"{margin}(", *_rows(names, indent + 1), f"{margin}) = {call}"]


def _rows(names: Sequence[str], indent: int) -> list[str]:
    """Names with commas in rows that fit even when the body of `score` is moved to the right."""
    return [row.removeprefix("    ") for row in filled(names, indent + 1)]


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines)


@lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("python_module.py.j2")


_IMPORTS: Final = (
    ("bisect", ("bisect_left", "bisect_right")),
    ("collections.abc", ("Callable", "Collection", "Iterable", "Mapping", "Sequence")),
    ("datetime", ("UTC", "date", "datetime", "timedelta")),
    ("decimal", ("Decimal",)),
    ("operator", ("index",)),
    ("typing", ("Any", "Final", "NamedTuple", "TypeAlias")),
)


_DESCRIPTION: Final = """

Written by leadcard from the scorecard: change the scorecard, not this file. It needs Python 3.11 or
later and nothing but the standard library.

    result = score(lead, events, as_of)
    if result is not None:
        print(result.score, result.stage, [reason.rule for reason in result.reasons])

Points are exact, and nothing reads the clock: the same lead, events and `as_of` have one score.
\"""

"""


def _head(plan: Plan, body: str) -> str:
    """The docstring and the imports that `body` uses."""
    words = set(re.findall(r"\w+", body))
    title = f'"""Scorecard {shown(plan.scorecard)}, version {shown(plan.version)}.'
    lines = ["from __future__ import annotations", ""]
    lines += ["import re"] if "re" in words else []
    for source, names in _IMPORTS:
        used = [name for name in names if name in words]
        if used:
            lines.append(f"from {source} import {', '.join(used)}")
    docstring = _text(textwrap.wrap(title, 100, break_on_hyphens=False)) + _DESCRIPTION
    return docstring + _text(lines) + "\n\n"

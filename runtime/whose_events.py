"""Whose events these are: leads met by an address or another field, and events of strangers."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from leadcard.compiler.text import name_form as form_of
from leadcard.compiler.vocabulary import FieldType, Vocabulary
from leadcard.compiler.vocabulary_events import ID
from leadcard.dsl.diagnostics import Diagnostic, Severity
from leadcard.runtime.bad_rows import BadRows
from leadcard.runtime.events_part import EventsPart
from leadcard.runtime.load_leads import Leads
from leadcard.runtime.part_query import FILE, MASK, ROW
from leadcard.runtime.sql_text import name, name_form, text, trimmed
from leadcard.runtime.strangers import has_strangers


class Owners:
    """Finds the leads of events; findings that stop the run are in `errors`, others in `notes`."""

    def __init__(
        self, engine: duckdb.DuckDBPyConnection, vocabulary: Vocabulary, bad: BadRows
    ) -> None:
        self._engine, self._vocabulary, self._bad = engine, vocabulary, bad
        self.errors: list[Diagnostic] = []
        self.notes: list[Diagnostic] = []

    def match(self, one: EventsPart, leads: Leads) -> None:
        """Give events that name leads by address (or another field) the ids of those leads."""
        found = [self._keys(matched, leads) for matched in one.matches]
        tables = [key for key in found if key is not None]
        if not tables:
            self._no_field_to_match(one)
            return
        joins = "".join(
            f" LEFT JOIN {name(table)} k{n} ON {form} = k{n}.key"
            for n, (table, form) in enumerate(tables)
        )
        joined = f"{one.relation} e{joins}"
        lead = f"coalesce({', '.join(f'k{n}.lead_id' for n in range(len(tables)))})"
        count = f"coalesce({', '.join(f'k{n}.leads' for n in range(len(tables)))})"
        problems = [("D211", f"{count} > 1")]
        if one.source.lead is not None and one.source.lead.strangers:
            counts = f"count(*) FILTER ({lead} IS NULL), count(*)"
            self._tell_strangers(one, f"SELECT {counts} FROM {joined}")
        else:
            problems.insert(0, ("D206", f"{lead} IS NULL"))
        for code, test in problems:
            self._bad.add(
                one.part,
                f"SELECT e.{FILE} AS file, e.{ROW} AS number, {text(code)} AS code,"
                f" {text(one.header)} AS header FROM {joined} WHERE {test}",
            )
        one.relation = f"(SELECT e.*, {lead} AS lead_id FROM {joined} WHERE {count} = 1)"

    def _no_field_to_match(self, one: EventsPart) -> None:
        """None of the fields is in the data: an error, unless a preset only hoped for them."""
        if one.source.optional:
            one.relation = f"(SELECT e.*, NULL AS lead_id FROM {one.relation} e WHERE false)"
            return
        fields = " or ".join(f"`{matched}`" for matched in one.matches)
        self.errors.append(
            Diagnostic(
                code="D104",
                message=f"events of `{one.part.shown}` name leads by {fields}, which no"
                " column of the leads holds",
                path=one.part.shown,
            )
        )

    def _keys(self, matched: str, leads: Leads) -> tuple[str, str] | None:
        """The table of the keys by which a field (or the id) tells leads apart, and SQL for the
        form in which an event's key is looked up. Addresses are compared without regard to case,
        ids as they are. None where the data lacks the field.
        """
        known = self._vocabulary.field_index.get(form_of(matched))
        column = "lead_id" if matched == ID else known.column if known is not None else matched
        if column != "lead_id" and column not in leads.columns:
            return None
        folded = known is not None and known.type is FieldType.EMAIL
        words = f"CAST({name(column)} AS VARCHAR)"
        key = name_form(words) if folded else trimmed(words)
        pairs = f"SELECT {key} AS key, lead_id FROM leads"
        if column == "lead_id" and leads.merged:
            pairs += f" UNION ALL SELECT {key}, master FROM leadcard_merges"
        table = f"leadcard_keys_{column}"
        self._engine.execute(
            f"CREATE TABLE IF NOT EXISTS {name(table)} AS SELECT key, min(lead_id) AS lead_id,"
            f" count(DISTINCT lead_id) AS leads FROM ({pairs}) WHERE key <> '' GROUP BY key"
        )
        return table, name_form("e.__key") if folded else "e.__key"

    def find_strangers(self, parts: Sequence[EventsPart], leads: Leads) -> None:
        """Count events of nobody among the leads; those that a source expects are left out."""
        for one in parts:
            expected = one.source.lead is not None and one.source.lead.strangers
            if one.matches or not has_strangers(self._engine, one.relation, leads):
                continue
            known = "leadcard_known_leads k ON e.lead_id = k.lead_id"
            if expected:
                strange = f"SELECT count(*) FROM {one.relation} e ANTI JOIN {known}"
                self._tell_strangers(
                    one, f"SELECT ({strange}), (SELECT count(*) FROM {one.relation})"
                )
                one.relation = f"(SELECT e.* FROM {one.relation} e SEMI JOIN {known})"
                continue
            source = one.relation
            if one.table is None:
                masked = one.query.select(numbered=True, masked=True)
                source = f"(SELECT * FROM ({masked}) WHERE {MASK} = 0)"
            self._bad.add(
                one.part,
                f"SELECT e.{FILE} AS file, e.{ROW} AS number, 'D206' AS code,"
                f" {text(one.header)} AS header FROM {source} e ANTI JOIN {known}",
            )

    def _tell_strangers(self, one: EventsPart, counting: str) -> None:
        """Say how many events of a source name a lead that is not among the leads, and all events.

        If there are others, that is as expected; if not, the wrong column says whose they are.
        """
        row = self._engine.execute(counting).fetchone()
        if not row or not row[0]:
            return
        strange, every = row
        events = "1 event" if strange == 1 else f"{strange:,} events"
        whose = "names a lead that is" if strange == 1 else "name leads that are"
        count = "counts" if strange == 1 else "count"
        hint = (
            f"no event is a lead's: perhaps `{one.header}` holds another id; say which field of the"
            " leads it is with `matches`, or name another column under `lead` in leadcard.yaml"
            if strange == every
            else f"`{one.header}` says whose they are; `unknown: error` under `lead` in"
            " leadcard.yaml makes this an error"
        )
        self.notes.append(
            Diagnostic(
                code="D128",
                message=f"{events} of `{one.part.shown}` {whose} not among the leads, and"
                f" {count} for nobody",
                hint=hint,
                path=one.part.shown,
                severity=Severity.WARNING if strange == every else Severity.NOTE,
            )
        )

"""The files of a new project whose data is as a source system keeps it."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadcard.compiler.vocabulary import Vocabulary

_WIDTH = 100


def preset_files(name: str) -> dict[str, str]:
    """The texts of leadcard.yaml, README.md and data/README.md for a preset, by path."""
    from leadcard.compiler.vocabulary_file import preset

    vocabulary = preset(name)
    return {
        "leadcard.yaml": _vocabulary_text(name, vocabulary),
        "README.md": _README.format(name=name, leads=_leads_hint(vocabulary)),
        "data/README.md": _data_text(name, vocabulary),
    }


def _vocabulary_text(name: str, vocabulary: Vocabulary) -> str:
    leads = ""
    if vocabulary.leads.location is None:
        leads = (
            "\nleads: {from: leads.csv}        # the preset has events only; your leads are here\n"
        )
    return _YAML.format(
        name=name, leads=leads, field=_field_example(vocabulary), source=_source(vocabulary)
    )


def _field_example(vocabulary: Vocabulary) -> str:
    """A field of the preset with another column, and the one it would have."""
    for field in vocabulary.fields:
        if field.source is not None and field.source.name is not None:
            return f"{field.name}: my_column        # instead of `{field.source.name}`"
    return "title: my_column"


def _source(vocabulary: Vocabulary) -> str:
    first = vocabulary.events[0]
    return first.name or first.location or ""


def _leads_hint(vocabulary: Vocabulary) -> str:
    if vocabulary.leads.location is None:
        return " (leads are in `leads.csv`)"
    return ""


def _data_text(name: str, vocabulary: Vocabulary) -> str:
    """What to put into the folder of data: each table with what is read of it."""
    lines = [f"# Tables of {name}", "", _DATA_HEAD, ""]
    leads = vocabulary.leads
    if leads.location is not None:
        lines.append(f"- `{leads.location}`: the leads, with `{_key(vocabulary)}` as their id")
    tables = {join.location: "joined to the leads" for join in leads.joins}
    tables |= {merges.location: "leads that were merged" for merges in leads.merges}
    for source in vocabulary.events:
        if source.location is not None:
            tables.setdefault(source.location, f"events (`{source.name}`)")
        for join in source.joins:
            tables.setdefault(join.location, f"joined to events (`{source.name}`)")
    tables.pop(leads.location or "", None)
    lines += [f"- `{table}`: {what}" for table, what in tables.items()]
    return "\n".join([*lines, "", _DATA_FOOT, ""])


def _key(vocabulary: Vocabulary) -> str:
    column = vocabulary.leads.id
    if column is None:
        return "lead_id"
    return column.name or " or ".join(column.aka[:2])


_DATA_HEAD = fill(
    "One file for each table, called as here: `NAME.csv`, `NAME.parquet` or `NAME.json`, or a"
    " folder `NAME` of such files. Only the leads must be there; what is missing is left out, and a"
    " note says so. In place of this folder, `data` in leadcard.yaml may name a DuckDB or SQLite"
    " database that has these tables.",
    _WIDTH,
)
_DATA_FOOT = "`leadcard inspect` says what was understood."

_YAML = """\
# The vocabulary: how the words of scorecards meet the tables of your account.
# The preset `{name}` knows its tables and columns; data/README.md lists them. What you say here
# goes before it, what you do not say stays as the preset has it. Take away the `#` of what you use.
preset: {name}
data: data                      # the folder with the tables, or a database such as warehouse.duckdb
{leads}
# leads:
#   fields:
#     {field}
#     fleet size: {{column: vehicles, type: number}}    # a field of your own
#
# events:
#   - {{as: {source}, from: my_table}}    # a source of the preset under another name
#   - {{as: {source}, use: no}}           # a source that is not wanted
#   - {{from: webinars.csv, verb: attended}}    # a source of your own
#
# verbs:
#   opened support ticket: {{activity: no}}
#
# pages:
#   pricing: [/pricing, /plans/*]
#
# currency: {{base: EUR, rates: {{USD: 0.92}}}}
"""

_README = """\
# Lead scorecards

    leadcard check                        # find mistakes
    leadcard test                         # run the sample leads
    leadcard inspect inbound.scorecard    # what the data holds against the card
    leadcard score inbound.scorecard -o scores.csv

The scorecard is `inbound.scorecard`, its sample leads are in `inbound.leads.yaml`. The tables of
{name} go into the folder `data`{leads}; `leadcard.yaml` says what your account calls otherwise.
"""

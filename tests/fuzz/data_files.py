"""Files of leads, as CSV and as JSON: rows, rows set aside, or a finding; never another error."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from leadcard.compiler.vocabulary_file import builtin
from leadcard.runtime.data_error import DataError
from leadcard.runtime.load import open_data
from tests.fuzz.properties import told
from tests.loaded_data import plan_of


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="leadcard-fuzz-")


def data_file(data: bytes) -> None:
    """Leads in a file that holds `data`; with a brace first in it, as JSON."""
    json = data.lstrip()[:1] in (b"{", b"[")
    name = "leads.json" if json else "leads.csv"
    folder = Path(_folder().name)
    (folder / name).write_bytes(data)
    events = folder / "events.csv"
    events.write_text("lead_id,verb,at\n1,visited,2026-05-01T10:00:00Z\n", "utf-8")
    try:
        with open_data(
            builtin(),
            plan_of(),
            leads=[name],
            events=[events.name],
            folder=folder,
            threads=1,
            memory_limit="300MB",
        ) as loaded:
            told(loaded.diagnostics, len(data))
            loaded.connection.execute(f"SELECT * FROM {loaded.leads}").fetchall()
            list(loaded.bad_rows.rows())
    except DataError as refused:
        told(refused.diagnostics, len(data))

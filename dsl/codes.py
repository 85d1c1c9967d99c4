"""The table of diagnostic codes: code to title. Each has a page in docs/diagnostics/.

Keep the entries sorted; a code once published is never given another meaning.
"""

from __future__ import annotations

from typing import Final

CODES: Final[dict[str, str]] = {
    # S: syntax of cards
    "S101": "the line cannot be read",
    # R: words of cards that cannot be bound, or mean nothing together
    "R101": "no event verb of that name",
    "R102": "no field of that name",
    # L: lint (warnings)
    # V: vocabulary and list files
    "V101": "the file is not valid YAML",
    # T: sample leads
    # D: data
    # C: compilation
    "C101": "not supported yet",
    # F: files
    "F101": "the file cannot be read",
    "F102": "the file is not text",
    "F103": "the file is not UTF-8",
    "F104": "the file is too large",
    "F105": "nothing to do",
    "F106": "the file cannot be written",
}

"""How headers of data are looked up: in name form, `JobTitle` also as `job title`.

Which headers are usual for which column is data of the vocabulary's presets; only what stands in
for the id of a lead when nothing else is there is listed here.
"""

from __future__ import annotations

import re
from typing import Final

from leadcard.compiler.text import name_form

# Headers of an event's lead that hold an address; used only where leads have one too.
ADDRESSES: Final = (
    "email", "email address", "e mail", "e mail address", "mail", "recipient", "user email",
    "contact email", "lead email", "recipient email",
)  # fmt: skip

# Words in a header that say in which unit a duration or time is kept.
_UNITS: Final = {
    "ms": "ms", "msec": "ms", "millis": "ms", "milliseconds": "ms",
    "us": "us", "usec": "us", "micros": "us", "microseconds": "us",
}  # fmt: skip

_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def header_forms(header: str) -> tuple[str, ...]:
    """The name forms under which a header is looked up, as written first."""
    forms = (name_form(header), name_form(_HUMPS.sub(" ", header)))
    return forms if forms[0] != forms[1] else forms[:1]


def bare_form(header: str) -> str:
    """The name form of a header without the unit that it may end in."""
    words = header_forms(header)[-1].split(" ")
    return " ".join(word for word in words if word not in _UNITS)


def unit_of(header: str) -> str | None:
    """The unit that a header names: `duration_ms` is `ms`."""
    words = header_forms(header)[-1].split(" ")
    return next((_UNITS[word] for word in reversed(words) if word in _UNITS), None)

"""Fixes of binding are offered only if they would be read.

Binding puts one word into a line; whether the line can be read then depends on all the others.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.parser import parse
from leadcard.dsl.source import Source

# A line is read by the kind of its section; under one of these each kind of line can stand.
_HEADS: Final = ("", "stages:\n", "must have all:\n", "tiers:\n")


def with_sound_fix(found: Diagnostic) -> Diagnostic:
    """`found`, without its fix if nobody could read that."""
    if found.fix is None or any(not parse(Source("", h + found.fix))[1] for h in _HEADS):
        return found
    return replace(found, fix=None)

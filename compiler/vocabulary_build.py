"""Reading the section `build` of leadcard.yaml: what `leadcard build` writes and asks for."""

from __future__ import annotations

from typing import Final

from leadcard.compiler.node_reader import Findings, keys, text, texts
from leadcard.compiler.text import name_form
from leadcard.compiler.vocabulary import BuildSettings
from leadcard.compiler.yaml_source import Node, Scalar

_KEYS: Final = ("dialects", "dbt", "min coverage", "random")
_DIALECT: Final = "the name of a database"


def read_build(found: Findings, node: Node) -> BuildSettings:
    """The section as settings; what is not said is None."""
    parts = keys(found, node, "`build`", _KEYS)
    return BuildSettings(
        dialects=_dialects(found, parts["dialects"]) if "dialects" in parts else None,
        dbt=_dbt(found, parts["dbt"]) if "dbt" in parts else None,
        min_coverage=_whole(found, parts.get("min coverage"), 0, 100),
        random=_whole(found, parts.get("random"), 0, 1_000_000),
    )


def _dialects(found: Findings, node: Node) -> tuple[str, ...]:
    words = texts(found, node, _DIALECT, empty=True)
    known = (_dialect(found, word) for word in words)
    return tuple(dict.fromkeys(name for name in known if name is not None))


def _dbt(found: Findings, node: Node) -> str | None:
    said = text(found, node, _DIALECT)
    return _dialect(found, node) if said is not None and isinstance(node, Scalar) else None


def _dialect(found: Findings, word: Scalar) -> str | None:
    from leadcard.compiler.backends.dialects import DIALECTS  # few files name a database

    name = name_form(word.text)
    if name in DIALECTS:
        return name
    found.unknown("V204", "database", word, DIALECTS)
    return None


def _whole(found: Findings, node: Node | None, low: int, high: int) -> int | None:
    """A whole number within these ends; None where there is none."""
    if node is None:
        return None
    what = f"a whole number from {low} to {high:,}"
    said = text(found, node, what)
    if said is None:
        return None
    plain = said.strip().removesuffix("%").rstrip()
    if plain.isascii() and plain.isdigit() and low <= int(plain) <= high:
        return int(plain)
    found.add("V202", f"{what} is expected here, but there is `{said}`", node.span)
    return None

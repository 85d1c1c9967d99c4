"""The tables of docs/phrasing.md, made from the golden files of natural phrasing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from leadcard.dsl.reserved import reserved_words
from tests.natural_cards import Phrase, phrases

_TITLES = {
    "visits": "Visits to pages",
    "events": "Other events",
    "counts-and-windows": "How often, when, how long",
    "absence": "What did not happen",
    "presence": "Whether something is known",
    "fields": "Texts, lists, countries, addresses",
    "numbers": "Numbers, money, dates",
    "joining": "And, or, not",
    "accounts": "The account",
    "effects": "Points and modifiers",
    "lines": "Whole lines",
    "headers": "Sections, must haves, tiers",
    "stages": "Stages",
    "settings": "Settings and lists",
}


def page(written: str, said: Path, refused: Path) -> str:
    """The page with its tables made again."""
    tables = "\n".join(
        f"## {title}\n\n{_said(phrases(said / f'{stem}.txt'))}" for stem, title in _TITLES.items()
    )
    written = _between(written, "said", tables)
    written = _between(written, "refused", _refused(phrases(refused)))
    return _between(written, "reserved", _reserved())


def files() -> frozenset[str]:
    """The golden files that the page shows."""
    return frozenset(_TITLES)


def _between(text: str, name: str, table: str) -> str:
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.S)
    return pattern.sub(lambda found: f"{found[1]}\n{table}\n{found[2]}", text)


def _said(found: Iterable[Phrase]) -> str:
    """A table with one row for each plain line."""
    rows: dict[str, list[str]] = {}
    for phrase in found:
        rows.setdefault(phrase.below[0], []).append(phrase.said)
    lines = ["| People write | It means |", "|---|---|"]
    for plain, said in rows.items():
        others = [one for one in said if one != plain]
        if others:
            lines.append(f"| {', '.join(map(_code, others))} | {_code(plain)} |")
    return "\n".join(lines) + "\n"


def _refused(found: Iterable[Phrase]) -> str:
    lines = ["| Written | Why not | Write |", "|---|---|---|"]
    for phrase in found:
        code, why = phrase.below[0].removeprefix("! ").split(" ", 1)
        advice = [line.strip() for line in phrase.below[1:]]
        fix = next((a.removeprefix("fix: ") for a in advice if a.startswith("fix: ")), None)
        said = _code(_plain(phrase.kind, fix)) if fix else _cell(advice[0])
        message = _cell(why.split("`: ", 1)[1])
        lines.append(
            f"| {_code(phrase.said)} | [{code}](diagnostics/{code}.md) {message} | {said} |"
        )
    return "\n".join(lines) + "\n"


def _plain(kind: str, fix: str) -> str:
    if kind == "conditions":
        return fix.removesuffix(": +1")
    return fix.removeprefix("visited pricing: ") if kind == "effects" else fix


def _reserved() -> str:
    words = reserved_words()
    return "".join(
        f"- {where}: {', '.join(_code(word) for word in known)}\n"
        for where, known in (
            ("everywhere in a condition", words.anywhere),
            ("everywhere but after `contains`, `starts with` and the like", words.outside_text),
            ("as the last word of a condition", words.at_end),
        )
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _code(text: str) -> str:
    return f"`{_cell(text)}`"

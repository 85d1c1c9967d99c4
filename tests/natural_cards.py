"""Cards around one line, for golden files of natural phrasing and of mistakes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from leadcard.compiler.lower import lower
from leadcard.compiler.plan import Plan
from leadcard.compiler.resolve import resolve
from leadcard.compiler.simplify import simplify
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.parser import parse
from leadcard.dsl.source import Source

_LISTS = """\
list service area: DE, AT
list competitors: Rival
list our domains: acme.com
list decision makers: CEO
"""
_SECTIONS = """\
fit:
visited pricing: +60, flag "vip"
engagement (max 30):
visited docs: +5
must have all:
country is US
"""
_GRADED = "grade from fit: A 40+, B\nscore: 0 to 100\ntiers:\n1 small: employees under 50\n"
BEFORE = {
    "stages": f"{_SECTIONS}{_GRADED}stages:\n",
    "must haves": "title is X: +1\n",
    "tiers": "score: 0 to 100\ntitle is X: +1\ntiers:\n",
    "requirements": "title is X: +1\nmust have all:\n",
}
AFTER = {
    "headers": "\nvisited pricing: +5",
    "settings": "\ntitle is X: +1",
    "lines": "\ntitle is X: +1",
    "must haves": "\ncountry is US\ntitle is CEO\nphone is known",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A line as people say it, what stands below it in the golden file, and the card around it."""

    kind: str
    said: str
    below: tuple[str, ...]

    @property
    def id(self) -> str:
        """A name for the test of the phrase."""
        return f"{self.kind}: {self.said}"


def phrases(path: Path) -> Iterator[Phrase]:
    """The phrases of a golden file; `#: stages` says what the lines below it are."""
    kind, said, below = "conditions", "", []
    for line in [*path.read_text("utf-8").splitlines(), ""]:
        if line.startswith("  ") and said:
            below.append(line[2:])
            continue
        if said:
            yield Phrase(kind=kind, said=said, below=tuple(below))
        said, below = "", []
        if line.startswith("#: "):
            kind = line[3:]
        elif line.strip() and not line.startswith("# "):
            said = line


def card(kind: str, line: str, comment: str = "") -> str:
    """A whole card with `line` in it."""
    match kind:
        case "conditions":
            line = f"{line}: +1"
        case "effects":
            line = f"visited pricing: {line}"
        case _:
            pass
    return f"{BEFORE.get(kind, '')}{line}{comment}{AFTER.get(kind, '')}\n{_LISTS}"


def line_of(kind: str, text: str) -> str:
    """The line that a phrase stands for in a card: of conditions without their points."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    line = lines[BEFORE.get(kind, "").count("\n")]
    if kind == "conditions":
        return line.removesuffix(": +1")
    return line.removeprefix("visited pricing: ") if kind == "effects" else line


def bare_plan(text: str) -> Plan:
    """The plan of a card whose words are taken as they are, without the pass for other phrasing."""
    source = Source("card", text)
    tree, found = parse(source)
    bound, more = resolve(tree, builtin(), None)
    plan, last = lower(bound, "")
    errors = [d.message for d in (*found, *more, *last) if d.is_error]
    assert not errors, (text, errors)
    return simplify(plan)


def meaning(plan: Plan) -> Plan:
    """A plan without the version, which is of the text."""
    return replace(plan, version="")

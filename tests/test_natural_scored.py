"""Lines of scoring sheets, each with a lead that meets it and one that does not.

A line that is read, and then fires for nobody, is worse than one that is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from leadcard.compiler.pipeline import check_source
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.source import Source
from leadcard.runtime.compiled import compiled

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PATH = Path(__file__).parent / "golden" / "natural" / "scored.txt"
LISTS = """
list target countries: DE, AT, CH
list target accounts: Initech, Hooli
"""
PLAIN: dict[str, Any] = {
    "title": "Marketing Manager",
    "email": "ann@initech.com",
    "company": "Initech",
    "employees": 120,
    "country": "US",
    "industry": "Software",
    "created": NOON - timedelta(days=40),
    "phone": "1",
}


def _cases() -> list[tuple[str, str, str]]:
    lines = [x for x in PATH.read_text("utf-8").splitlines() if x and not x.startswith("# ")]
    threes = zip(lines[::3], lines[1::3], lines[2::3], strict=True)
    return [
        (said, meets.removeprefix("  +"), not_.removeprefix("  -")) for said, meets, not_ in threes
    ]


def _lead(text: str) -> dict[str, Any]:
    lead = dict(PLAIN)
    for part in filter(None, map(str.strip, text.split(" ; "))):
        if part.startswith("@"):
            continue
        name, _, value = part.partition("=")
        field = builtin().find_field(name.replace("_", " ").split(" "))
        assert field is not None, name
        lead[field[0].column] = _ago(value) if name == "created" else value
    return lead


def _events(text: str) -> Iterator[dict[str, Any]]:
    for part in filter(None, map(str.strip, text.split(" ; "))):
        if not part.startswith("@"):
            continue
        verb, what, age, *seconds = part[1:].split("|")
        age, _, times = age.partition("x")
        for n in range(int(times or 1)):
            at = _ago(age) - timedelta(minutes=n)
            yield {"verb": verb, "object": what, "at": at, "seconds": "".join(seconds) or None}


def _ago(age: str) -> datetime:
    units = {"d": timedelta(days=1), "h": timedelta(hours=1)}
    return NOON - int(age[:-1]) * units[age[-1]]


def _marked() -> list[object]:
    """All cases; the quick run takes one in eight."""
    return [
        pytest.param(*case, marks=[pytest.mark.slow] if n % 8 else [])
        for n, case in enumerate(_cases())
    ]


@pytest.mark.parametrize(("said", "meets", "not_"), _marked(), ids=lambda text: text.strip()[:60])
def test_the_right_lead_scores(said: str, meets: str, not_: str) -> None:
    checked = check_source(Source("card", f"{said}{LISTS}"), builtin())
    assert checked.plan is not None, [d.message for d in checked.diagnostics]
    scorer = compiled(checked.plan)
    assert scorer.score(_lead(meets), list(_events(meets)), NOON).raw_score != 0
    assert scorer.score(_lead(not_), list(_events(not_)), NOON).raw_score == 0


def test_there_are_many_lines() -> None:
    assert len(_cases()) > 380

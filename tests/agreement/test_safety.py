"""Whatever stands in a card, a vocabulary or data reaches each database as a plain value."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from leadcard.compiler.vocabulary import Field, FieldType, Vocabulary
from leadcard.compiler.vocabulary_file import builtin
from tests.agreement.compare import check, judge
from tests.agreement.databases import DATABASES, missing
from tests.agreement.engines import by_oracle
from tests.strategies import Case

NASTY = (
    "O'Neil'; DROP TABLE leads; -- ",
    "back\\slash \\' \\n \\\\",
    "*/ 1 /* {{ var('x') }} {% raw %} {# no #}",
    "`tick` $1 :as_of @as_of %s ? %(x)s ${x} $$",
    "経 é \u202e 😀 x'41' U&'\\0041'",
    "100% _sure_ !really",
)
COLUMN = "odd`'; -- {{ x }} /* \\ é"
CARD = """\
scorecard: It's `{{ x }}` \\ */ -- ; 経

odd {{ x }} parts */:
""" + "".join(
    f'  title is "{text}": +{1 << n}, flag "{text}"\n'
    f'  visited "{text}": +{1 << (n + 6)}\n'
    f'  odd is "{text}": +{1 << (n + 12)}\n'
    for n, text in enumerate(NASTY)
)


class Odd(Case):
    """A case whose vocabulary has a field with an odd column."""

    __slots__ = ()

    @property
    def vocabulary(self) -> Vocabulary:
        """The built-in words, and the field."""
        odd = Field(name="odd", column=COLUMN, type=FieldType.TEXT, declared=True)
        known = builtin()
        return replace(known, fields=(*known.fields, odd))


def odd(*, informed: bool) -> Odd:
    """A lead and an event for each odd text, and one for none."""
    texts = (*NASTY, "nothing", "x\0y", "\\", "'", '"')
    return Odd(
        card=CARD,
        words="plain",
        as_of=datetime(2026, 11, 21, 12, tzinfo=UTC),
        leads=tuple({"lead_id": f"{t} {n}", "title": t, COLUMN: t} for n, t in enumerate(texts)),
        events=tuple(
            {
                "event_id": text,
                "lead_id": f"{text} {n}",
                "verb": "visited",
                "object": text,
                "at": datetime(2026, 11, 1, tzinfo=UTC),
                "seconds": None,
            }
            for n, text in enumerate(texts)
        ),
        typed={},
        informed=informed,
    )


def test_each_odd_text_is_met() -> None:
    case = odd(informed=True)
    checked = check(case)
    assert checked.plan is not None
    assert checked.card is not None
    found = by_oracle(case, checked.card, checked.plan)
    scores = [found[f"{text} {n}"]["score"] for n, text in enumerate(NASTY)]
    assert scores == [(1 << n) * (1 + 64 + 4096) for n in range(len(NASTY))]


@pytest.mark.parametrize("informed", [True, False])
@pytest.mark.parametrize("engine", ["python", "sql", *sorted(DATABASES)])
def test_texts_are_values(engine: str, informed: bool) -> None:
    why = missing(engine) if engine in DATABASES else None
    if why:
        pytest.skip(why)
    assert judge(odd(informed=informed), (engine,)).differences == ()

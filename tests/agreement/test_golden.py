"""Small cards on which engines once differed, or that were refused, with the right answers.

They stand in tests/golden/agreement as cards with sample leads. What is still wrong is listed in
`OPEN`, and a mistake that is gone must leave the list.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from leadcard.compiler.vocabulary_file import builtin
from tests.agreement.compare import check
from tests.agreement.databases import DATABASES, SLOW, missing
from tests.agreement.engines import Results, by_oracle, by_python, by_sql
from tests.sample_leads import Row, Sample, differences, read_samples
from tests.strategies import Case

GOLDEN = Path(__file__).parents[1] / "golden" / "agreement"
CARDS = sorted(GOLDEN.glob("*.scorecard"))
ENGINES = ("oracle", "python", "sql", *sorted(DATABASES))
OPEN: dict[str, tuple[str, ...]] = {}


def _marked() -> list[object]:
    return [
        pytest.param(
            path,
            engine,
            id=f"{path.stem}-{engine}",
            marks=[
                *([pytest.mark.xfail(strict=True)] if engine in OPEN.get(path.stem, ()) else []),
                *([pytest.mark.slow] if engine in SLOW else []),
            ],
        )
        for path in CARDS
        for engine in ENGINES
    ]


@pytest.mark.parametrize(("path", "engine"), _marked())
def test_right_answers(path: Path, engine: str) -> None:
    as_of, samples = read_samples(path.with_suffix(".leads.yaml"), builtin())
    people = [one for each in samples for one in _people(each)]
    case = Case(
        card=path.read_text(encoding="utf-8"),
        words="plain",
        as_of=as_of,
        leads=tuple(lead for lead, _ in people),
        events=tuple(event for _, events in people for event in events),
        typed={},
        informed=False,
    )
    results = _results(case, engine)
    later = [each.name for each in samples if not each.expect]  # those that get no row
    assert set(results) & {each.name for each in samples} == {
        each.name for each in samples if each.name not in later
    }
    wrong = [
        f"{each.name}: {what}"
        for each in samples
        if each.expect
        for what in differences(results[each.name], _by_column(each, case))
    ]
    assert wrong == []


def _people(sample: Sample) -> list[tuple[Row, list[Row]]]:
    """A sample lead and its colleagues as rows; their account must be in their fields."""
    named = [(sample.name, sample.lead, sample.events)]
    named += [(f"{sample.name}, {n}", *each) for n, each in enumerate(sample.colleagues)]
    return [
        (lead | {"lead_id": name}, [event | {"lead_id": name} for event in events])
        for name, lead, events in named
    ]


def _results(case: Case, engine: str) -> Results:
    checked = check(case)
    assert checked.plan is not None
    assert checked.card is not None
    if engine in DATABASES:
        why = missing(engine)
        if why:
            pytest.skip(why)
        return DATABASES[engine].results(DATABASES[engine].held(case), checked.plan)
    match engine:
        case "oracle":
            return by_oracle(case, checked.card, checked.plan)
        case "python":
            return by_python(case, checked.plan, checked.card)
        case _:
            return by_sql(case, checked.plan)


def _by_column(sample: Sample, case: Case) -> dict[str, object]:
    """What is expected, with sections under the names of their columns."""
    expect = dict(sample.expect)
    sections = expect.pop("sections", {})
    plan = check(case).plan
    assert plan is not None
    columns = {section.name: f"section {section.column}" for section in plan.sections}
    return expect | {columns[name]: points for name, points in sections.items()}

"""Proposed expectations: what is written, what stays, and what is refused."""

from __future__ import annotations

import pytest

from leadcard.compiler.pipeline import Checked, check_source
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.source import Source
from leadcard.runtime.harness.runner import FileResult, run_samples
from leadcard.runtime.harness.suite import marks, unreviewed
from leadcard.runtime.harness.update import Updated, updated
from tests.quality_cards import GOLDEN, samples_of


def _checked() -> Checked:
    text = (GOLDEN / "unfinished.scorecard").read_text("utf-8")
    return check_source(Source("a.scorecard", text), builtin(), folder=GOLDEN)


def _updated(text: str) -> Updated:
    checked = _checked()
    assert checked.plan is not None
    return updated(Source("a.leads.yaml", text), checked, checked.plan)


def _before() -> str:
    return (GOLDEN / "unfinished.before.yaml").read_text("utf-8")


def _after() -> str:
    return (GOLDEN / "unfinished.after.yaml").read_text("utf-8")


def test_only_wrong_values_change_and_all_else_stays(update: bool) -> None:
    found = _updated(_before())
    assert found.text is not None
    if update:
        (GOLDEN / "unfinished.after.yaml").write_text(found.text, "utf-8")
    assert found.text == _after()
    assert found.leads == 6


def test_what_was_proposed_passes_and_is_not_proposed_again() -> None:
    checked = _checked()
    assert checked.plan is not None
    result = run_samples(checked, checked.plan, samples_of(checked, _after()))
    assert isinstance(result, FileResult)
    assert result.failed == 0
    assert _updated(_after()) == Updated(text=None, leads=0)


def test_each_lead_warns_until_somebody_takes_the_mark_away() -> None:
    checked = _checked()
    found = [*unreviewed(samples_of(checked, _after()))]
    assert [one.message.rpartition(" of ")[2] for one in found] == [
        "`chief`", "`visitor # unreviewed`", "`new one`", "`new in one line`",
        "`over several lines`", "`last`",
    ]  # fmt: skip
    assert {one.code for one in found} == {"T124"}
    reviewed = _after().replace("  # unreviewed", "")
    assert [*unreviewed(samples_of(checked, reviewed))] == []


def test_the_words_in_a_text_are_no_mark() -> None:
    assert marks(Source("a", 'leads:\n  - name: "a # unreviewed"\n')) == ()
    assert len(marks(Source("a", "leads:\n  - name: a # unreviewed\n"))) == 1
    assert len(marks(Source("a", "# unreviewed\nleads: 1\n"))) == 1


@pytest.mark.parametrize(
    ("expect", "proposed"),
    [
        ("{score: 1}", "{score: 20}"),
        ("{score: {at least: 21}}", "{score: 20}"),
        ("{stage: hot, score: 20}", "{stage: cold, score: 20}"),
        ("{flags: [x]}", "{flags: []}"),
        ("{fired: []}", "{fired: [title is CEO]}"),
        ("{fired: [visited pricing, title is CEO]}", "{fired: [title is CEO]}"),
        ("{not fired: [title is CEO, visited pricing]}", "{not fired: [visited pricing]}"),
        ("{not fired: title is CEO}", "{not fired: [visited pricing, requested demo]}"),
        ("{section fit: 3}", "{section fit: 20}"),
        ("{sections: {behavior: 3, fit: 20}}", "{sections: {behavior: 0, fit: 20}}"),
        ("{disqualified: yes}", "{disqualified: false}"),
        ("", "{score: 20, stage: cold}"),
    ],
)
def test_every_kind_of_expectation_is_proposed(expect: str, proposed: str) -> None:
    head = "as_of: 2026-11-21\nleads:\n  - name: a\n    lead: {title: CEO}\n    expect:"
    found = _updated(f"{head} {expect}".rstrip() + "\n")
    assert found.text == f"{head} {proposed}  # unreviewed\n"


def test_a_lead_without_a_score_is_expected_to_have_none() -> None:
    head = "as_of: 2026-11-21\nleads:\n  - {name: a, lead: {created: in 3d}, expect: "
    assert _updated(head + "{score: 3}}").text == head + "{score: none}}  # unreviewed"


def test_a_file_with_other_mistakes_is_left_alone() -> None:
    found = _updated("as_of: 2026-11-21\nleads:\n  - {name: a, lead: {titel: CEO}}\n")
    assert found.text is None
    assert [one.code for one in found.problems] == ["T107"]


def test_a_mark_that_would_become_part_of_a_text_is_refused() -> None:
    text = 'leads:\n  - {name: a, expect: {score: 1}, lead: {title: "CEO\n     of all"}}\n'
    found = _updated("as_of: 2026-11-21\n" + text)
    assert found.text is None
    assert [one.code for one in found.problems] == ["T127"]

"""Loading data: which header is taken for what."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadcard.runtime.data_error import DataError
from tests.loaded_data import (
    LEADS,
    opened,
    refusals,
    rows,
)


def test_usual_headers_are_recognised(tmp_path: Path) -> None:
    leads = "Contact ID,Job Title,company_size,Email,CreatedAt,Shoe Size\n7,CEO,20,a@b.c,,41\n"
    with opened(tmp_path, leads=leads, events=None) as data:
        taken = {c.header: c.column for c in data.sources[0].columns}
        assert taken == {
            "Contact ID": "lead_id",
            "Job Title": "title",
            "company_size": "employees",
            "Email": "email",
            "CreatedAt": "created",
        }
        assert data.sources[0].unused == ("Shoe Size",)
        assert data.absent == {"consent"}
        assert [d.code for d in data.diagnostics] == ["D107", "D103"]


def test_no_header_for_the_id(tmp_path: Path) -> None:
    with (
        pytest.raises(DataError) as error,
        opened(tmp_path, leads="first,second\na,b\n", events=None),
    ):
        pass
    assert refusals(error) == ["D101"]
    assert "`first`, `second`" in error.value.diagnostics[0].message


def test_an_address_is_the_last_resort_for_an_id(tmp_path: Path) -> None:
    with opened(tmp_path, leads="Email,Title\na@b.c,CEO\n", events=None) as data:
        assert rows(data, "leads", "lead_id, email") == [("a@b.c", "a@b.c")]


def test_two_headers_for_a_field_the_card_reads(tmp_path: Path) -> None:
    with opened(tmp_path, leads="id,title,role\n1,CEO,CTO\n", events=None) as data:
        assert [d.message for d in data.diagnostics if d.code == "D102"] == [
            "`title` and `role` can all hold `title`; `title` is taken"
        ]
        assert rows(data, "leads", "title") == [("CEO",)]
    with (
        pytest.raises(DataError) as error,
        opened(tmp_path, leads="id,position,role\n1,CEO,CTO\n", events=None),
    ):
        pass
    assert refusals(error) == ["D102"]


def test_two_headers_for_a_field_the_card_does_not_read(tmp_path: Path) -> None:
    with opened(tmp_path, leads="id,sector,vertical\n1,a,b\n", events=None) as data:
        assert not [d for d in data.diagnostics if d.code == "D102"]


def test_columns_that_the_vocabulary_names(tmp_path: Path) -> None:
    vocabulary = """
leads:
  id: key
  fields:
    title: {column: "What are you?"}
events:
  - lead: who
    at: {column: moment, unit: ms}
    verb: {column: kind, values: {PV: visited, pv2: visited}}
    object: page
    where: {bot: false}
"""
    leads = "key,id,What are you?\na,1,CEO\n"
    events = (
        "who,moment,kind,page,bot\na,1760000000000,PV,/x,no\n"
        "a,1760000000001,other,/y,0\na,1760000000002,PV,/z,true\n"
    )
    with opened(tmp_path, leads=leads, events=events, vocabulary=vocabulary) as data:
        assert rows(data, "leads", "lead_id, title") == [("a", "CEO")]
        assert rows(data, "events", 'verb, object, epoch_ms("at")') == [
            ("other", "/y", 1760000000001),
            ("visited", "/x", 1760000000000),
        ]


def test_a_column_of_the_vocabulary_that_is_not_there(tmp_path: Path) -> None:
    vocabulary = "leads:\n  fields:\n    title: {column: Function}\n"
    with (
        pytest.raises(DataError) as error,
        opened(tmp_path, events=None, vocabulary=vocabulary),
    ):
        pass
    assert refusals(error) == ["D105"]


def test_a_mistyped_column_is_told_with_the_nearest_of_the_data(tmp_path: Path) -> None:
    vocabulary = (
        "leads:\n  fields:\n    title: {column: titel}\n"
        "    company: {column: company, else: brand}\n"
    )
    with (
        pytest.raises(DataError) as error,
        opened(tmp_path, leads="lead_id,title,company,brand\n1,CEO,,x\n", vocabulary=vocabulary),
    ):
        pass
    (found,) = error.value.diagnostics
    assert found.message.endswith("; it has `lead_id`, `title`, `company`, `brand`")
    assert found.hint == "did you mean `title`?"


def test_places_of_the_vocabulary_are_beside_it(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "people.csv").write_text(LEADS)
    (tmp_path / "data" / "views.csv").write_text("lead_id,at,page\n1,2026-01-01,/pricing\n")
    (tmp_path / "data" / "mails.csv").write_text("lead_id,at,event\n2,2026-01-02,email_open\n")
    vocabulary = (
        "leads: {from: data/people.csv}\nevents:\n"
        "  - {from: data/views.csv, verb: visited}\n  - {from: data/mails.csv}\n"
    )
    with opened(tmp_path, leads=None, events=None, vocabulary=vocabulary) as data:
        assert data.lead_count == 2
        assert rows(data, "events", "source, lead_id, verb, object") == [
            ("data/mails.csv", "2", "email_open", None),
            ("data/views.csv", "1", "visited", "/pricing"),
        ]


def test_events_without_verb_time_or_lead_are_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(DataError) as error,
        opened(tmp_path, events="lead_id,page\n1,/pricing\n"),
    ):
        pass
    assert "D104" in refusals(error)
    assert "`lead_id`, `page`" in error.value.diagnostics[0].message

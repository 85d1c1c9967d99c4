"""`leadcard test --engine`: sample leads on databases, all of which must agree."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from leadcard.runtime.data_error import DataError
from leadcard.runtime.harness.engines import ENGINES, Outcomes
from tests.agreement import mariadb_server, postgres_server, spark_session
from tests.agreement.postgres_server import NoServer
from tests.command_line import leadcard

CARD = """buyer stages: early, late
title contains manager: +20
visited pricing: +1.25 each, max 5
created in the last 30d: +2
email domain personal: -10
inactive 90d: -7
account:
2+ people active in 30d: +15
stages:
hot: 20+
cold: below 20
"""
LEADS = """as_of: 2026-11-21T12:00:00Z
leads:
  - name: a manager who looks twice
    buyer stage: late
    lead: {title: "Manager, \\\\ and 'quotes' \\"too\\"", email: ann@acme.com, created: 3d ago}
    events: ["visited pricing x2, 3d ago to 1d ago"]
    expect: {score: 24.5, stage: hot}
  - name: a quiet one at a private address
    buyer stage: early
    lead: {email: ann@gmail.com, created: 400d ago}
    expect: {score: -17, stage: cold}
  - name: not alone
    buyer stage: late
    lead: {title: 经理, created: 2026-10-22T12:00:00.000001Z}
    events: ["visited /pricing?x=1, 1d ago"]
    colleagues: [{events: ["opened email, 2d ago"]}]
    expect: {score: 18.25, stage: cold}
"""


def _project(folder: Path) -> Path:
    (folder / "a.scorecard").write_text(CARD, encoding="utf-8")
    (folder / "a.leads.yaml").write_text(LEADS, encoding="utf-8")
    return folder


def _address() -> str:
    try:
        said = dict(part.split("=") for part in postgres_server.connection_text().split())
    except NoServer as why:
        pytest.skip(str(why))
    return f"postgresql://{said['user']}@/{said['dbname']}?host={said['host']}"


def test_a_server_by_its_address(tmp_path: Path) -> None:
    done = leadcard("test", "--engine", f"python,{_address()},duckdb", folder=_project(tmp_path))
    assert (done.code, done.stderr) == (0, "")
    assert "on python and postgres and duckdb" in done.stdout
    assert "3 sample leads passed" in done.stdout


def test_a_server_by_the_usual_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = dict(part.split("=") for part in _address().partition("?")[2].split("&"))
    monkeypatch.setenv("PGHOST", said["host"])
    monkeypatch.setenv("PGUSER", "leadcard")
    monkeypatch.setenv("PGDATABASE", "postgres")
    folder = _project(tmp_path)
    done = leadcard("test", "--engine", "postgres,python", "--random", "20", folder=folder)
    assert (done.code, done.stderr) == (0, "")
    assert "ok   postgres and python agree" in done.stdout


def test_nothing_stays_on_the_server(tmp_path: Path) -> None:
    import psycopg

    with psycopg.connect(_address(), autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS leads")
        connection.execute("CREATE TABLE leads (mine text)")
        asked = "SELECT relname FROM pg_class WHERE relname ~ '^lead'"
        before = connection.execute(asked).fetchall()
        done = leadcard("test", "--engine", _address(), folder=_project(tmp_path))
        assert (done.code, connection.execute(asked).fetchall()) == (0, before)
        connection.execute("DROP TABLE leads")


def _mariadb() -> str:
    pytest.importorskip("pymysql")
    try:
        with mariadb_server.connected():
            return f"mariadb://root@localhost/leadcard?socket={mariadb_server.socket()}"
    except NoServer as why:
        pytest.skip(str(why))


def _tables_of_mariadb() -> list[tuple[str, ...]]:
    with mariadb_server.connected() as connection, connection.cursor() as cursor:
        cursor.execute("SHOW TABLES")
        return sorted(cursor.fetchall())


def test_mariadb_by_its_address(tmp_path: Path) -> None:
    engines, folder = f"python,{_mariadb()},duckdb", _project(tmp_path)
    before = _tables_of_mariadb()
    done = leadcard("test", "--engine", engines, "--random", "20", folder=folder)
    assert (done.code, done.stderr) == (0, "")
    assert "on python and mariadb and duckdb" in done.stdout
    assert "ok   python and mariadb and duckdb agree" in done.stdout
    assert _tables_of_mariadb() == before


def test_mariadb_by_the_usual_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MYSQL_UNIX_PORT", _mariadb().partition("socket=")[2])
    (tmp_path / ".my.cnf").write_text("[client]\nuser=root\ndatabase=leadcard\n", "utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    done = leadcard("test", "--engine", "mariadb", folder=_project(tmp_path))
    assert (done.code, done.stderr) == (0, "")
    assert "3 sample leads passed" in done.stdout


@pytest.mark.slow
def test_clickhouse_in_this_process(tmp_path: Path) -> None:
    pytest.importorskip("chdb")
    done = leadcard("test", "--engine", "python,clickhouse", folder=_project(tmp_path))
    assert (done.code, done.stderr) == (0, "")
    assert "on python and clickhouse" in done.stdout


@pytest.mark.slow
def test_spark_in_this_process(tmp_path: Path) -> None:
    try:
        spark_session.session()
    except (ImportError, NoServer) as why:
        pytest.skip(str(why))
    done = leadcard("test", "--engine", "python,spark", folder=_project(tmp_path))
    assert (done.code, done.stderr) == (0, "")
    assert "on python and spark" in done.stdout


@pytest.mark.parametrize(
    ("engine", "package", "extra"),
    [("postgres", "psycopg", "postgres"), ("clickhouse", "chdb", "chdb"),
     ("spark", "pyspark", "spark"), ("mariadb", "pymysql", "mysql")],
)  # fmt: skip
def test_a_missing_package_is_named_with_its_extra(
    engine: str, package: str, extra: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leadcard.runtime.harness import engine_clickhouse

    engine_clickhouse._session.cache_clear()
    for name in [each for each in sys.modules if each.split(".")[0] == package]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, package, None)
    done = leadcard("test", "--engine", engine, folder=_project(tmp_path))
    assert (done.code, done.stdout) == (1, "")
    assert f"the package {package} is not installed" in done.stderr
    assert f"leadcard[{extra}]" in done.stderr
    assert done.stderr.count("error[D902]") == 1


@pytest.mark.parametrize(
    ("package", "address", "name"),
    [
        ("psycopg", "postgres://nobody@/none?host={}", "PostgreSQL"),
        ("pymysql", "mariadb://nobody@127.0.0.1:1/none", "MariaDB"),
    ],
)
def test_a_server_that_is_not_there(package: str, address: str, name: str, tmp_path: Path) -> None:
    pytest.importorskip(package)
    done = leadcard("test", "--engine", address.format(tmp_path), folder=_project(tmp_path))
    assert (done.code, done.stdout) == (1, "")
    assert f"error[D902]: {name} cannot do its work" in done.stderr


@pytest.mark.parametrize(
    ("engine", "said"),
    [
        ("oracle", "there is no engine `oracle`"),
        ("python,,oracle", "there is no engine `oracle`"),
        (",", "name an engine"),
        ("postgres://ann:s3cret@host/db", "an address with a password"),
        ("mariadb://ann:s3cret@host/db", "put it into MYSQL_PWD"),
    ],
)
def test_an_engine_that_cannot_be_meant(engine: str, said: str, tmp_path: Path) -> None:
    done = leadcard("test", "--engine", engine, folder=_project(tmp_path))
    assert done.code == 2
    assert said in done.stderr
    assert "s3cret" not in done.stderr


def test_commas_within_an_address_part_nothing() -> None:
    from leadcard.cli.engine_option import engines_of

    said = "Python, postgres://a:1,b:2/db?x=1,duckdb,postgresql://c"
    wanted = ("python", "postgres://a:1,b:2/db?x=1", "duckdb", "postgresql://c")
    assert engines_of(said) == wanted


def test_an_engine_that_stops_between_samples_and_generated_leads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leadcard.dsl.diagnostics import Diagnostic

    runs: list[int] = []

    def sometimes(plan: object, file: object) -> Outcomes:
        runs.append(1)
        if len(runs) > 1:
            raise DataError(Diagnostic(code="D902", message="the server went away"))
        return ENGINES["python"](plan, file)  # type: ignore[arg-type]

    monkeypatch.setitem(ENGINES, "duckdb", sometimes)
    done = leadcard("test", "--random", "5", folder=_project(tmp_path))
    assert (done.code, done.stdout) == (1, "")
    assert "the server went away" in done.stderr

"""dbt as a program of its own: where it is found, and what it says."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).parent.parent
_PROFILE = """\
leadcard:
  target: {target}
  outputs:
    duckdb: {{type: duckdb, path: warehouse.duckdb, threads: 1}}
    postgres: {{type: postgres, host: '{host}', port: 5432, user: leadcard, password: none,
      dbname: postgres, schema: dbt_runs, threads: 1}}
"""


def program() -> str | None:
    """dbt, from its own environment (`make engines`) or the path; None where it is missing."""
    own = ROOT / ".venv-dbt" / "bin" / "dbt"
    beside = Path(sys.executable).with_name("dbt")
    return next((str(p) for p in (own, beside) if p.exists()), None) or shutil.which("dbt")


def run(
    project: Path,
    command: str,
    *,
    target: str,
    variables: Mapping[str, str],
    host: str = "nowhere.invalid",
) -> str:
    """What dbt prints; fails where dbt does. `host` is that of PostgreSQL."""
    profile = _PROFILE.format(target=target, host=host)
    (project / "profiles.yml").write_text(profile, encoding="utf-8")
    dbt = program()
    assert dbt is not None
    options = ["--no-use-colors", "--profiles-dir", ".", "--vars", json.dumps(variables)]
    ended = subprocess.run(
        [dbt, command, *options],
        cwd=project,
        capture_output=True,
        text=True,
        env=os.environ | {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1"},
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def manifest(project: Path) -> dict[str, Any]:
    """What dbt has understood of a project."""
    text = (project / "target" / "manifest.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def fill_shop(path: Path) -> None:
    """The tables of the shop, as tests/golden/dbt/leadcard.yaml maps them."""
    with duckdb.connect(str(path)) as engine:
        for statement in _SHOP:
            engine.execute(statement)


_SHOP = (
    """CREATE TABLE crm_contact AS SELECT * FROM (VALUES
  (1, 'Manager', 'Ann@acme.test', 60, 'Deutschland (DE)', 10, 1760000000000, 'lead', false,
    TIMESTAMP '2026-01-01'),
  (1, 'Clerk', 'ann@acme.test', 60, 'France', 10, 1760000000000, 'lead', false,
    TIMESTAMP '2025-01-01'),
  (2, '{{ boss }}', 'bo@gmail.com', NULL, 'France', 11, 1760000000000, 'lead', NULL,
    TIMESTAMP '2026-01-01'),
  (3, 'x', 'c@d.test', 10, 'France', 11, 1760000000000, 'lead', true, TIMESTAMP '2026-01-01'),
  (4, 'x', 'c@d.test', 10, 'France', 11, 1760000000000, 'customer', false,
    TIMESTAMP '2026-01-01'),
  (5, 'x', 'e@f.test', 10, 'Germany', NULL, 1795000000000, 'lead', false, TIMESTAMP '2026-01-01'),
  (6, NULL, NULL, NULL, NULL, 12, 1750000000001, 'lead', false, NULL))
  t(contact_key, "Job {{ Title }}", email_address, staff, country, company_key, created_ms, kind,
    deleted, changed)""",
    """CREATE TABLE crm_company AS SELECT * FROM (VALUES (10, '40', '{% if %}', 12000000, 'usd '),
  (11, '70', 'Select', 1, 'EUR')) t(company_key, staff, industry, revenue, money)""",
    # The hour that comes twice, when summer time ends; v1 twice; one minute too few for v4.
    """CREATE TABLE page_views AS SELECT * FROM (VALUES
  ('v1', 1, TIMESTAMP '2026-11-20 10:00:00', '/pricing', 130000),
  ('v1', 1, TIMESTAMP '2026-11-20 10:00:00', '/pricing', 130000),
  ('v2', 1, TIMESTAMP '2026-10-25 02:30:00', '/pricing', 1),
  ('v3', 2, TIMESTAMP '2026-11-19 10:00:00', '/blog', 1),
  ('v4', 6, TIMESTAMP '2026-11-19 00:00:00', '/pricing', 119999))
  t(view_id, contact_key, viewed_at, path, millis)""",
    "CREATE SCHEMA crm",
    """CREATE TABLE crm.mails AS SELECT * FROM (VALUES
  ('ANN@acme.test', TIMESTAMP '2026-11-20 10:00:00', 'OPEN', false),
  ('bo@gmail.com', TIMESTAMP '2026-11-20 10:00:00', 'Answers {{ us }}', false),
  ('bo@gmail.com', TIMESTAMP '2026-11-20 10:00:00', 'OPEN', true),
  ('zz@z.test', TIMESTAMP '2026-11-20 10:00:00', 'OPEN', false))
  t(recipient, sent_at, what, machine)""",
)

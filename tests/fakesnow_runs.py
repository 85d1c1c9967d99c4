"""Statements for Snowflake on fakesnow, an imitation, in an environment of its own.

fakesnow reads Snowflake's SQL with sqlglot, in a version that it chooses, and runs it on DuckDB.
What is put right here is its own: RTRIM that trims both ends, `$` in texts, HEX_DECODE_STRING.
Run as a program it takes cases as JSON from standard input and prints rows as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).parent.parent / ".venv-snow" / "bin" / "python"


def missing() -> str | None:
    """Why fakesnow cannot be run; None if it can."""
    return None if PROGRAM.exists() else "fakesnow is not installed: `make engines` does it"


def rows_of(cases: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The rows that each case's statement gives on its tables; values as texts."""
    ended = subprocess.run(
        [str(PROGRAM), "-W", "ignore", str(Path(__file__).resolve())],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    found: list[list[dict[str, Any]]] = json.loads(ended.stdout.splitlines()[-1])
    return found


def _run(cases: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    import fakesnow
    import fakesnow.transforms
    import snowflake.connector
    from fakesnow.variables import Variables

    fakesnow.transforms.trim_cast_varchar = lambda expression: expression
    Variables.inline_variables = lambda self, text: text
    results = []
    with fakesnow.patch():
        connection = snowflake.connector.connect(database="leads", schema="public")
        cursor = connection.cursor()
        cursor._duck_conn.execute("CREATE MACRO hex_decode_string(x) AS decode(unhex(x))")
        for case in cases:
            for name, table in case["tables"].items():
                listed = ", ".join(f'"{c.upper()}" {kind}' for c, kind in table["columns"].items())
                cursor.execute(f"CREATE OR REPLACE TABLE {name} ({listed})")
                marks = ", ".join("%s" for _ in table["columns"])
                for row in table["rows"]:
                    cursor.execute(f"INSERT INTO {name} VALUES ({marks})", row)
            cursor.execute(case["statement"])
            names = [column[0].lower() for column in cursor.description]
            results.append(
                [
                    {n: None if v is None else str(v) for n, v in zip(names, row, strict=True)}
                    for row in cursor.fetchall()
                ]
            )
    return results


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(json.dumps(_run(json.loads(sys.stdin.read()))))

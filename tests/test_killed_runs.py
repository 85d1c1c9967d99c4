"""A run that is killed while it writes leaves what was there as it was."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

_RUN = """
import os, signal, sys
from pathlib import Path

import duckdb

from leadcard.compiler.result import ResultColumn
from leadcard.runtime.execute import Scored
from leadcard.runtime.write import write_result

output, fatal = sys.argv[1:]


class Mortal:
    '''A connection whose process is killed right before a statement that begins so.'''

    def __init__(self, inner):
        self._inner = inner

    def execute(self, statement):
        if statement.startswith(fatal):
            os.kill(os.getpid(), signal.SIGKILL)
        return self._inner.execute(statement)


engine = duckdb.connect()
engine.execute("CREATE TABLE made AS SELECT 'new ' || i AS lead_id FROM range(300000) AS t(i)")
columns = (ResultColumn(name="lead_id", type="text"),)
scored = Scored(connection=Mortal(engine), relation="made", columns=columns, rows=300000)
write_result(scored, output)
print("written")
"""


def _killed(output: str, fatal: str) -> int:
    run = subprocess.run(
        [sys.executable, "-c", _RUN, output, fatal], capture_output=True, text=True, check=False
    )
    assert run.returncode in (0, -signal.SIGKILL), run.stderr
    return run.returncode


@pytest.mark.parametrize("fatal", ["CREATE", "COMMIT", "never"])
def test_a_table_of_duckdb_is_the_old_or_the_new_one(tmp_path: Path, fatal: str) -> None:
    path = tmp_path / "scores.duckdb"
    with duckdb.connect(str(path)) as engine:
        engine.execute("CREATE TABLE scores AS SELECT 'old' AS lead_id")
        engine.execute("CREATE TABLE beside AS SELECT 1 AS other")
    code = _killed(f"{path}:scores", fatal)
    with duckdb.connect(str(path)) as engine:
        rows = engine.execute("SELECT count(*), min(lead_id) FROM scores").fetchone()
        assert engine.execute("SELECT other FROM beside").fetchone() == (1,)
    if fatal == "never":
        assert (code, rows) == (0, (300000, "new 0"))
    else:
        assert (code, rows) == (-signal.SIGKILL, (1, "old"))


def test_a_file_is_not_there_until_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "scores.duckdb"
    assert _killed(str(path), "COMMIT") == -signal.SIGKILL
    assert not path.exists()

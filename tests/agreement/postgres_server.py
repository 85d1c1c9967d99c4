"""A PostgreSQL server of the tests' own: started in a folder of its own, stopped when they end.

The server refuses to run as root, so root starts it as the user `postgres` or `nobody`. It listens
on a socket in its folder only.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
from functools import cache
from glob import glob
from pathlib import Path


class NoServer(Exception):
    """Why there is no server."""


def programs() -> Path:
    """The folder with `initdb` and `pg_ctl`, the newest version first."""
    found = [shutil.which("pg_ctl")] if shutil.which("initdb") else []
    found += sorted(glob("/usr/lib/postgresql/*/bin/pg_ctl"), reverse=True)
    for path in found:
        folder = Path(path or "").resolve().parent
        if (folder / "initdb").exists():
            return folder
    raise NoServer("PostgreSQL is not installed (`make engines` installs it)")


@cache
def connection_text() -> str:
    """How to connect to the server, which is started at the first call."""
    place = programs()
    folder = Path(tempfile.mkdtemp(prefix="leadcard-pg-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    user = _user()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    data = folder / "data"
    # A locale in which nothing is as in English: sorting, case and dates must not matter.
    _run(user, place / "initdb", "-D", data, "-U", "leadcard", "-A", "trust", "-E", "UTF8",
         "--locale=C.UTF-8", "--no-sync")  # fmt: skip
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c timezone=Asia/Kathmandu"
    _run(user, place / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start")
    atexit.register(_run, user, place / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    return f"host={folder} user=leadcard dbname=postgres"


def _user() -> pwd.struct_passwd | None:
    """Whom the server runs as; None for whoever runs the tests."""
    if os.getuid() != 0:
        return None
    names = {each.pw_name: each for each in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in names:
            return names[name]
    raise NoServer("PostgreSQL does not run as root, and there is no user `postgres` or `nobody`")


def _run(user: pwd.struct_passwd | None, *command: object) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise NoServer(f"PostgreSQL does not start: {done.stderr.strip()[-300:]}")

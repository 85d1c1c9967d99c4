"""A MariaDB server of the tests' own: started in a folder of its own, stopped when they end.

It listens on a socket in its folder only. Its collations and its time zone are such that nothing
comes out right by chance: `é` is `e` and `A` is `a` unless a statement says otherwise.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any

from tests.agreement.postgres_server import NoServer

_OPTIONS = (
    "--skip-networking",
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_general_ci",
    "--default-time-zone=+05:45",
    "--innodb-buffer-pool-size=32M",
    "--innodb-flush-log-at-trx-commit=0",
    "--performance-schema=off",
)
_SECONDS = 60


@cache
def socket() -> str:
    """Where the server listens, which is started at the first call."""
    server, installer = _program("mariadbd"), _program("mariadb-install-db")
    folder = Path(tempfile.mkdtemp(prefix="leadcard-my-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    user = _user()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    data = f"--datadir={folder / 'data'}"
    made = ("--no-defaults", data, "--auth-root-authentication-method=normal", "--skip-test-db")
    done = subprocess.run([installer, *made], **_as(user), stdout=subprocess.DEVNULL)
    if done.returncode != 0:
        raise NoServer("MariaDB cannot make its tables")
    listens = f"--socket={folder / 'socket'}"
    running = subprocess.Popen(
        [server, "--no-defaults", data, listens, *_OPTIONS],
        **_as(user),
        stdout=subprocess.DEVNULL,
    )
    atexit.register(_stop, running)
    _await(folder / "socket", running)
    return str(folder / "socket")


def connected() -> Any:
    """A connection to the server, with a database of its own."""
    import pymysql

    connection = pymysql.connect(
        unix_socket=socket(), user="root", charset="utf8mb4", autocommit=True
    )
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE IF NOT EXISTS leadcard")
        cursor.execute("USE leadcard")
    return connection


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise NoServer("MariaDB is not installed (`make engines` installs it)")
    return found


def _user() -> pwd.struct_passwd | None:
    """Whom the server runs as; None for whoever runs the tests."""
    if os.getuid() != 0:
        return None
    names = {each.pw_name: each for each in pwd.getpwall()}
    for name in ("mysql", "nobody"):
        if name in names:
            return names[name]
    raise NoServer("MariaDB does not run as root, and there is no user `mysql` or `nobody`")


def _as(user: pwd.struct_passwd | None) -> dict[str, Any]:
    """How a program is run as that user."""
    return {
        "user": user.pw_uid if user else None,
        "group": user.pw_gid if user else None,
        "extra_groups": [] if user else None,
        "env": {"PATH": os.environ.get("PATH", "") + ":/usr/sbin", "LC_ALL": "C"},
        "cwd": "/",
        "stdin": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
    }


def _await(path: Path, running: subprocess.Popen[bytes]) -> None:
    """Wait until the server listens."""
    until = time.monotonic() + _SECONDS
    while not path.exists():
        if running.poll() is not None or time.monotonic() > until:
            raise NoServer("MariaDB does not start")
        time.sleep(0.1)


def _stop(running: subprocess.Popen[bytes]) -> None:
    running.kill()
    running.wait()

"""ClickHouse behind HTTP: the engine in this process, asked by the protocol that servers speak.

As much of the protocol as the client of `leadcard score` uses: statements in the body or the
address, named parameters, settings, blocks of rows, exceptions as text, and who asks.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib import import_module
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@contextmanager
def serving(engine: Any, password: str) -> Iterator[str]:
    """Serve a client of the engine to `ann`, who has the password; gives host and port."""

    class Handler(_Handler):
        client = engine
        credentials = base64.b64encode(f"ann:{password}".encode()).decode()

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    client: Any
    credentials: str

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        if self.headers.get("Transfer-Encoding") != "chunked":
            self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            return
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        packed = self.headers.get("Content-Encoding") == "lz4"
        self._answer(import_module("lz4.frame").decompress(body) if packed else body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def _answer(self, body: bytes) -> None:
        asked = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        if self.headers.get("Authorization") != f"Basic {self.credentials}":
            self._send(403, b"Code: 516. DB::Exception: ann: Authentication failed", "516")
            return
        try:
            self._send(200, self._done(asked, body))
        except Exception as error:  # whatever the engine raises is the server's answer
            self._send(500, str(error).encode(), "1")

    def _done(self, asked: dict[str, str], body: bytes) -> bytes:
        if "database" in asked:
            self.client.command(f"USE {asked['database']}")
        if body.startswith(b"INSERT"):
            head, _, block = body.partition(b"\n")
            self._insert(head.decode(), block)
            return b""
        statement = asked.get("query") or body.decode()
        statement = statement.rstrip().removesuffix("FORMAT Native")
        named = {k.removeprefix("param_"): v for k, v in asked.items() if k.startswith("param_")}
        settings = {k: v for k, v in asked.items() if k == "max_query_size"}
        if statement.lstrip().upper().startswith(("SELECT", "SHOW", "DESCRIBE")):
            made: bytes = self.client.raw_query(statement, named, settings, fmt="Native")
            return made
        self.client.command(statement, settings=settings)
        return b""

    def _insert(self, head: str, block: bytes) -> None:
        table, _, rest = head.removeprefix("INSERT INTO ").partition(" ")
        columns = [name.strip(" `") for name in rest[1 : rest.index(")")].split(",")]
        self.client.raw_insert(table, columns, insert_block=block, fmt="Native")

    def _send(self, status: int, body: bytes, code: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-ClickHouse-Format", "Native")
        if code is not None:
            self.send_header("X-ClickHouse-Exception-Code", code)
        self.end_headers()
        self.wfile.write(body)

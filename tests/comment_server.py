"""A server that keeps comments as GitHub and GitLab do, for what templates of CI say to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

PAGE = 3


class Comments:
    """The comments, oldest first, and each request but those that only read."""

    def __init__(self) -> None:
        self.address = ""
        self.texts: list[str] = [f"somebody says {n}" for n in range(PAGE + 1)]
        self.changes: list[str] = []
        self.headers: list[dict[str, str]] = []


@contextmanager
def comment_server() -> Iterator[Comments]:
    """A server on a free port of this machine, which gives `PAGE` comments a page."""
    kept = Comments()

    class Handler(BaseHTTPRequestHandler):
        """Reads lists page by page, adds to them, and changes one comment by its number."""

        def do_GET(self) -> None:
            asked = parse_qs(urlsplit(self.path).query)
            assert asked["per_page"] == ["100"]
            start = (int(asked["page"][0]) - 1) * PAGE
            self._answer([_comment(kept, n) for n in range(len(kept.texts))][start : start + PAGE])

        def do_POST(self) -> None:
            kept.texts.append(self._body())
            self._answer(_comment(kept, len(kept.texts) - 1))

        def do_PATCH(self) -> None:
            number = int(self.path.rpartition("/")[2])
            kept.texts[number] = self._body()
            self._answer(_comment(kept, number))

        do_PUT = do_PATCH

        def _body(self) -> str:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            kept.changes.append(f"{self.command} {self.path}")
            kept.headers.append(dict(self.headers))
            text: str = sent["body"]
            return text

        def _answer(self, value: object) -> None:
            body = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: tests print only failures."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        kept.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join()


def _comment(kept: Comments, number: int) -> dict[str, object]:
    url = f"{kept.address}/comments/{number}"
    return {"id": number, "url": url, "body": kept.texts[number]}

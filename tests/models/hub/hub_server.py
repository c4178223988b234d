"""A small hub on this machine: the calls by which a model's files are listed and fetched, faults included."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class HubServer(ThreadingHTTPServer):
    """Serves the files of one folder as the repository `org/model`, on the branches `main` and `v2`.

    Args:
        folder: its files.

    Attributes:
        commit: where both branches stand; set another to publish what `files` holds as newer.
        broken: a file of which only the first half can be had.
        sent: how many bytes of each file were sent.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
        self.commit = COMMIT
        self.broken = ""
        self.sent: dict[str, int] = {}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: HubServer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        path = self.path.partition("?")[0]
        if "/locked" in path:
            self._send(403, b"", {"X-Error-Code": "GatedRepo"})
        elif "org/model" not in path:
            self._send(404, b"", {"X-Error-Code": "RepoNotFound"})
        elif match := re.fullmatch(r"/api/models/org/model(?:/revision/(.+))?", path):
            self._send_commit(match.group(1) or "main")
        elif path.startswith("/api/models/org/model/tree/"):
            self._send_files()
        elif match := re.fullmatch(r"/org/model/resolve/[^/]+/(.+)", path):
            self._send_file(match.group(1))
        else:
            self._send(404, b"", {})

    def _send_commit(self, revision: str) -> None:
        commit = self.server.commit
        if revision in ("main", "v2", commit):
            body = {"id": "org/model", "sha": commit, "siblings": []}
            self._send(200, json.dumps(body).encode(), {})
        else:
            self._send(404, b"", {"X-Error-Code": "RevisionNotFound"})

    def _send_files(self) -> None:
        entries = [
            {"type": "file", "path": name, "size": len(data), "oid": _etag(data)}
            for name, data in self.server.files.items()
        ]
        self._send(200, json.dumps(entries).encode(), {})

    def _send_file(self, name: str) -> None:
        data = self.server.files[name]
        headers = {
            "ETag": f'"{_etag(data)}"',
            "X-Repo-Commit": self.server.commit,
            "Accept-Ranges": "bytes",
        }
        range_match = re.match(r"bytes=(\d+)-", self.headers.get("range") or "")
        start, status = (int(range_match.group(1)), 206) if range_match else (0, 200)
        if range_match:
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        end = len(data) // 2 if self.server.broken == name else len(data)
        if self.command == "GET":
            self.server.sent[name] = self.server.sent.get(name, 0) + max(0, end - start)
        self._send(status, data[start:], headers, num_bytes=max(0, end - start))

    def _send(
        self, status: int, body: bytes, headers: Mapping[str, str], *, num_bytes: int | None = None
    ) -> None:
        """Answer; with fewer `num_bytes` than announced, hang up in the middle."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        self.wfile.write(body[:num_bytes])
        self.close_connection = num_bytes is not None and num_bytes < len(body)


@contextmanager
def serving(folder: Path) -> Iterator[HubServer]:
    """A hub that serves a folder until the block ends."""
    server = HubServer(folder)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _etag(data: bytes) -> str:
    return hashlib.sha1(data).hexdigest()

"""The webhook of monitoring: retries, signature, and what is lost at the end."""

from __future__ import annotations

import http.server
import json
import threading

import pytest

from tests.workflows.test_monitor import serving
from vqa.errors import SettingError
from vqa.workflows.event_log import SIGNATURE_HEADER, Webhook, signature


class HookServer(http.server.HTTPServer):
    """Fails the first request, then accepts."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), HookHandler)
        self.requests: list[tuple[bytes, str | None]] = []


class HookHandler(http.server.BaseHTTPRequestHandler):
    server: HookServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((body, self.headers[SIGNATURE_HEADER]))
        self.send_response(503 if len(self.server.requests) == 1 else 204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        del format, args


def test_a_webhook_is_tried_again_and_signed() -> None:
    server = HookServer()
    with serving(server) as address:
        hook = Webhook(address, secret="key", warn=pytest.fail, first_wait_s=0.05)
        hook.send({"condition": "red", "source": "Tür"})
        hook.close()
    (first, _), (body, sign) = server.requests
    assert first == body
    assert json.loads(body)["source"] == "Tür"
    assert sign == signature(body, "key")
    assert sign != signature(body, "another key")


def test_a_webhook_that_is_not_there_is_reported() -> None:
    warnings: list[str] = []
    hook = Webhook("http://127.0.0.1:9/", secret=None, warn=warnings.append, first_wait_s=0.01)
    hook.send({"condition": "red"})
    hook.close()
    assert "not sent" in warnings[0]
    with pytest.raises(SettingError, match="webhook"):
        Webhook("ftp://x", secret=None, warn=pytest.fail)


def test_events_that_are_not_sent_at_the_end_are_reported() -> None:
    warnings: list[str] = []
    hook = Webhook("http://127.0.0.1:9/", secret=None, warn=warnings.append, first_wait_s=60.0)
    for _ in range(3):
        hook.send({"condition": "red"})
    hook.close(timeout_s=0.3)
    assert len(warnings) == 2  # of the event whose retries end, and of those that wait
    assert warnings[-1].endswith("too slow: 2.")


def test_a_receiver_that_hangs_ends_nothing() -> None:
    release = threading.Event()

    class HangingHandler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            release.wait(10)

    warnings: list[str] = []
    with serving(http.server.ThreadingHTTPServer(("127.0.0.1", 0), HangingHandler)) as address:
        hook = Webhook(address, secret=None, warn=warnings.append)
        hook.send({"condition": "red"})
        hook.close(timeout_s=0.2)
        assert warnings == ["Events not sent, because the webhook is too slow: 1."]
        release.set()

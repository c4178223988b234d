"""The endpoint model against a real HTTP server that speaks the protocol and imitates faults."""

from __future__ import annotations

import base64
import io
import json
import select
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from PIL import Image

from vqa.chat.session import ChatSession
from vqa.errors import EndpointError
from vqa.models import openai_endpoint as endpoint
from vqa.models.openai_endpoint import EndpointModel
from vqa.models.registry import load
from vqa.types import SamplingPlan, TimedText
from vqa.video.reader import read_clip

UNSTREAMED: dict[str, tuple[int, str, dict[str, str]]] = {
    "moved": (307, "", {"Location": "http://elsewhere/v1"}),
    "page": (200, "<html>", {}),
    "whole": (200, '{"choices": [{"message": {"content": "a cat"}, "finish_reason": "stop"}]}', {}),
    "no error": (200, '{"choices": [{"message": {"content": "a cat"}}], "error": null}', {}),
}
EVENTS = {
    "nonsense": "<html>",
    "fails": '{"error": {"message": "CUDA out of memory", "type": "server_error", "code": 500}}',
    "fails in words": '{"error": "CUDA out of memory"}',
    "fails in detail": '{"error": {"message": null, "detail": [{"msg": "CUDA out of memory"}]}}',
    "wordless": '{"choices": [{"delta": {}, "finish_reason": "length"}]}',
    "unnumbered": '{"choices": {"first": {}}}',
    "list of texts": '{"choices": [{"delta": {"content": ["a", "cat"]}}]}',
    "number": '{"choices": [{"delta": {"content": 5}}]}',
}


class Server(ThreadingHTTPServer):
    """Serves one model; each request takes the first of `faults`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.faults: list[str] = []
        self.listed = json.dumps({"data": [{"id": "served-model"}]})
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.lists_nothing = False
        self.request_event = threading.Event()
        self.hung_up = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing."""

    def do_GET(self) -> None:
        if self.server.lists_nothing:
            self.server.request_event.set()
            self._wait_for_hang_up()
            return
        self._plain(200, self.server.listed)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.requests.append(body)
        self.server.keys.append(self.headers.get("authorization"))
        self.server.request_event.set()
        fault = self.server.faults.pop(0) if self.server.faults else ""
        if fault[:3].isdigit():
            reason = fault[4:] or "no"
            self._plain(int(fault[:3]), reason, {"Retry-After": "0"} if fault == "429" else {})
            return
        if fault in UNSTREAMED:
            self._plain(*UNSTREAMED[fault])
            return
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True
        if fault == "silent":
            self._wait_for_hang_up()
            return
        if fault in EVENTS:
            self._event(EVENTS[fault])
            return
        words = ["jumping", " to", " catch", " a", " toy"] * (200 if fault == "endless" else 1)
        try:
            for number, word in enumerate(words):
                if fault == "broken" and number == 2:
                    return
                self._event(json.dumps({"choices": [{"delta": {"content": word}}]}))
                if fault == "endless":
                    time.sleep(0.01)
            self._event("[DONE]")
        except (BrokenPipeError, ConnectionResetError):
            self.server.hung_up.set()

    def _wait_for_hang_up(self) -> None:
        """Send nothing until the client closes the connection."""
        readable, _, _ = select.select([self.connection], [], [], 60)
        assert readable
        self.server.hung_up.set()

    def _event(self, data: str) -> None:
        self.wfile.write(f"data: {data}\n\n".encode())
        self.wfile.flush()

    def _plain(self, status: int, text: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"content-length": str(len(text)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(endpoint, "_FIRST_PAUSE_S", 0.01)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    serving = Server()
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    yield serving
    serving.shutdown()
    serving.server_close()
    thread.join()


def ask(model: EndpointModel, cuts: Path, question: str = "What is it doing?") -> str:
    session = ChatSession(model)
    session.watch(cuts)
    return "".join(session.ask(question))


def test_the_request_has_frames_with_their_times_before_the_question(
    server: Server, cuts: Path
) -> None:
    model = load(f"{server.address}#served-model")
    assert isinstance(model, EndpointModel)
    session = ChatSession(model)
    context = session.watch(cuts)
    assert "".join(session.ask("What is it doing?")) == "jumping to catch a toy"
    (request,) = server.requests
    assert request["model"] == "served-model"
    system, user = request["messages"]
    assert system["role"] == "system"
    pictures = [p for p in user["content"] if p["type"] == "image_url"]
    texts = [p["text"] for p in user["content"] if p["type"] == "text"]
    assert len(pictures) == len(context.clip.times_s) == 16
    assert all(p["image_url"]["url"].startswith("data:image/jpeg;base64,/9j/") for p in pictures)
    assert texts[:-1] == [f"Frame at {t:.1f} s:" for t in context.clip.times_s]
    assert texts[-1] == "What is it doing?"


def test_timed_texts_are_labelled_by_their_source(cuts: Path) -> None:
    model = EndpointModel("http://127.0.0.1:9/v1#m")
    clip = read_clip(cuts, SamplingPlan(num_frames=1))
    lines = [
        TimedText(start_s=1.0, end_s=2.0, text=source, source=source)
        for source in get_args(get_type_hints(TimedText)["source"])
    ]
    parts = model.encode(clip, text=lines).state[-len(lines) :]
    assert [part["text"] for part in parts] == [
        "Said at 1.0 s: speech", "Written on the screen at 1.0 s: screen", "Sound at 1.0 s: sound",
    ]  # fmt: skip


def test_a_later_request_starts_with_the_same_messages(server: Server, cuts: Path) -> None:
    session = ChatSession(EndpointModel(f"{server.address}#m"))
    session.watch(cuts)
    list(session.ask("one"))
    list(session.ask("two"))
    first, second = server.requests
    assert second["messages"][: len(first["messages"])] == first["messages"]
    assert [m["role"] for m in second["messages"]] == ["system", "user", "assistant", "user"]


def test_without_a_name_the_first_listed_model_is_used(server: Server, cuts: Path) -> None:
    ask(EndpointModel(server.address), cuts)
    assert server.requests[0]["model"] == "served-model"


def test_the_key_comes_from_the_environment(
    server: Server, cuts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VQA_API_KEY", "secret")
    ask(EndpointModel(server.address), cuts)
    assert server.keys == ["Bearer secret"]


@pytest.mark.parametrize("faults", [["429"], ["500", "503"], ["silent"]])
def test_transient_faults_are_retried(server: Server, cuts: Path, faults: list[str]) -> None:
    server.faults = list(faults)
    assert ask(EndpointModel(server.address, read_timeout_s=0.5), cuts) == "jumping to catch a toy"
    assert len(server.requests) == len(faults) + 1


@pytest.mark.parametrize(
    ("faults", "message", "requests"),
    [
        (["401"], "VQA_API_KEY", 1),
        (["404"], "after the #", 1),
        (["400"], "fewer frames", 1),
        (["429"] * 9, "Wait", 4),
        (["500"] * 9, "later", 4),
        (["broken"], "closed the connection", 1),
        (["nonsense"], "protocol", 1),
        (["page"], "protocol", 1),
        (["unnumbered"], "protocol", 1),
        (["list of texts"], "protocol", 1),
        (["number"], "protocol", 1),
        (["fails"], "^The server failed while answering: CUDA out of memory", 1),
        (["fails in words"], "^The server failed while answering: CUDA out of memory", 1),
        (["fails in detail"], "^The server failed while answering: CUDA out of memory", 1),
        (["wordless"], "reasoning model", 1),
        (["moved"], "http://elsewhere/v1 if you trust it", 1),
        (["403"], "VQA_API_KEY", 1),
        (["413"], "fewer frames", 1),
        (["422"], "fewer frames", 1),
        (
            ['422 {"detail": [{"loc": ["body"], "msg": "images are not taken"}]}'],
            r"Entity: images are not taken\.",
            1,
        ),
        (['400 {"message": "too long", "code": 400}'], r"Bad Request: too long\.", 1),
    ],
)
def test_permanent_faults_raise_with_their_cure(
    server: Server, cuts: Path, faults: list[str], message: str, requests: int
) -> None:
    server.faults = list(faults)
    with pytest.raises(EndpointError, match=message):
        ask(EndpointModel(server.address), cuts)
    assert len(server.requests) == requests


def test_a_refused_connection_raises(cuts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "_FIRST_PAUSE_S", 0.01)
    with pytest.raises(EndpointError, match="cannot be reached"):
        ask(EndpointModel("http://127.0.0.1:9/v1#m"), cuts)


def test_stopping_closes_the_connection(server: Server, cuts: Path) -> None:
    server.faults = ["endless"]
    session = ChatSession(EndpointModel(f"{server.address}#m"))
    session.watch(cuts)
    stream = session.ask("what?")
    assert next(fragment for fragment in stream if fragment) == "jumping"
    stream.close()  # type: ignore[attr-defined]
    assert server.hung_up.wait(5)
    assert session.history[0].answer.stopped


def seconds_to_stop(session: ChatSession, server: Server) -> float:
    """Ask a server that stays silent, and stop half a second after it has the request."""
    stream = session.ask("what?")
    while not server.request_event.is_set():
        assert next(stream) == ""
    assert [next(stream), next(stream)] == ["", ""]
    began = time.monotonic()
    stream.close()  # type: ignore[attr-defined]
    return time.monotonic() - began


def test_a_silent_server_can_be_stopped_at_once(server: Server, cuts: Path) -> None:
    server.faults = ["silent"]
    session = ChatSession(EndpointModel(f"{server.address}#m"))
    session.watch(cuts)
    assert seconds_to_stop(session, server) < 1
    assert server.hung_up.wait(5)
    assert not session.history


def test_a_server_that_lists_no_models_can_be_stopped_at_once(server: Server, cuts: Path) -> None:
    server.lists_nothing = True
    session = ChatSession(EndpointModel(server.address))
    session.watch(cuts)
    assert seconds_to_stop(session, server) < 1
    assert server.hung_up.wait(5)


def test_the_pause_before_a_retry_can_be_stopped_at_once(
    server: Server, cuts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "_FIRST_PAUSE_S", 60.0)
    server.faults = ["500"] * 9
    session = ChatSession(EndpointModel(f"{server.address}#m"))
    session.watch(cuts)
    assert seconds_to_stop(session, server) < 1
    assert len(server.requests) == 1


def test_the_reader_of_a_silent_server_gets_empty_fragments(server: Server, cuts: Path) -> None:
    server.faults = ["silent"]
    model = EndpointModel(f"{server.address}#m", read_timeout_s=1.0)
    session = ChatSession(model)
    session.watch(cuts)
    fragments = list(session.ask("what?"))
    assert fragments[0] == ""
    assert "".join(fragments) == "jumping to catch a toy"
    assert session.history[0].answer.timings_s["first_token"] > 1


@pytest.mark.parametrize("status", ["400", "404", "422"])
def test_an_unlisted_model_is_reported_with_the_listed_ones(
    server: Server, cuts: Path, status: str
) -> None:
    server.faults = [status]
    message = r"does not list a model 'wrong'.*after the #: served-model\."
    with pytest.raises(EndpointError, match=message):
        ask(EndpointModel(f"{server.address}#wrong"), cuts)


def test_a_line_separator_within_a_fragment_does_not_end_its_event(
    server: Server, cuts: Path
) -> None:
    text = "one\u2028two\x85three"
    event = {"choices": [{"delta": {"content": text}, "finish_reason": "stop"}]}
    EVENTS["separators"] = json.dumps(event, ensure_ascii=False)
    server.faults = ["separators"]
    assert ask(EndpointModel(f"{server.address}#m"), cuts) == text


def test_a_silent_server_is_asked_at_most_twice(server: Server, cuts: Path) -> None:
    server.faults = ["silent"] * 9
    with pytest.raises(EndpointError, match="did not answer in time"):
        ask(EndpointModel(server.address, read_timeout_s=0.3), cuts)
    assert len(server.requests) == 2


def test_an_answer_without_streaming_is_read(server: Server, cuts: Path) -> None:
    for fault in ("whole", "no error"):
        server.faults = [fault]
        assert ask(EndpointModel(server.address), cuts) == "a cat"


@pytest.mark.parametrize("listed", ["<html>", "[]", '{"data": [{}]}', '{"data": []}'])
def test_a_malformed_list_of_models_raises(server: Server, cuts: Path, listed: str) -> None:
    server.listed = listed
    with pytest.raises(EndpointError, match=r"protocol|serves no model"):
        ask(EndpointModel(server.address), cuts)
    assert not server.requests


def test_frames_are_sent_as_one_video_if_the_address_says_so(server: Server, cuts: Path) -> None:
    session = ChatSession(EndpointModel(f"{server.address}?frames=video#m"))
    clip = session.watch(cuts, plan=SamplingPlan(num_frames=3)).clip
    list(session.ask("What is it doing?"))
    (request,) = server.requests
    times, video, question = request["messages"][1]["content"]
    assert times["text"] == "The video's 3 frames are at " + ", ".join(
        f"{time_s:.1f}" for time_s in clip.times_s
    ) + " s:"  # fmt: skip
    head, *frames = video["video_url"]["url"].split(",")
    assert head == "data:video/jpeg;base64"
    pictures = [Image.open(io.BytesIO(base64.b64decode(frame))) for frame in frames]
    assert [picture.size for picture in pictures] == [clip.frames.shape[2:0:-1]] * 3
    centres = [picture.getpixel((20, 20)) for picture in pictures]
    assert [pixel.index(max(pixel)) for pixel in centres] == [0, 1, 2]
    assert question["text"] == "What is it doing?"

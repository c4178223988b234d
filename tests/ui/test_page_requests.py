"""Requests to the events of a page with values that its components do not send."""

from __future__ import annotations

import asyncio
import copy
import json
import random
import re
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import gradio as gr
import httpx
import pytest
from gradio.state_holder import SessionState

from tests.ui.conftest import serving
from vqa.ui.page_requests import PageBlocks

FILE = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}
VALUES: list[Any] = [
    None, True, -1, 1e300, 10**400, "", "x", "\x00", "x" * 5000, "\ud83d", [], [[]], {}, {"a": [1]}, FILE, [FILE],
    {"video": FILE}, {"path": "../../etc/passwd"}, {"path": None, "url": "file:///etc/passwd"},
    {"path": "http://127.0.0.1:1/a.mp4", "meta": {"_type": "gradio.FileData"}}, {"text": 5, "files": [FILE]},
]  # fmt: skip
EVENTS: list[Any] = [
    None, 5, "x", [], {}, {"index": 9, "value": 5}, {"item": "x"}, {"item": 1e300, "action": 5, "text": None},
    {"item": -1, "action": "save", "text": ""}, {"start_s": "x", "end_s": None}, {"start_s": 1e20, "end_s": -1},
    {"time_s": [], "left": {}, "top": 0, "right": 1, "bottom": 1}, {"value": {"text": 5}},
    {"time_s": -1, "left": 0, "top": 0, "right": 1, "bottom": 1},
]  # fmt: skip


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a page of its own, whose log must hold no traceback afterwards."""
    chosen = {"access": {"is_local": False}}
    with (
        serving(tmp_path_factory.mktemp("page"), chosen) as url,
        httpx.Client(base_url=url) as client,
    ):
        client.get("/")
        yield client


def outcome(client: httpx.Client, number: int, data: list[Any], event: Any) -> Any:
    """The output of an event, or its error."""
    session = f"{random.getrandbits(60):x}"
    body = {"data": data, "fn_index": number, "session_hash": session, "event_data": event}
    joined = client.post(
        "/gradio_api/queue/join",
        content=json.dumps(body),
        headers={"content-type": "application/json"},
    )
    assert joined.status_code == 200, joined.text
    stream = client.get("/gradio_api/queue/data", params={"session_hash": session}, timeout=60)
    (last,) = re.findall(r'data: (\{"msg": ?"process_completed".*)', stream.text)
    return json.loads(last)["output"]


@pytest.mark.parametrize("seed", range(3))
def test_values_of_any_type_are_results_or_errors_with_a_text(
    page: httpx.Client, seed: int
) -> None:
    rng = random.Random(seed)
    events = page.get("/config").json()["dependencies"]
    assert len(events) > 40
    for event in events:
        size = len(event["inputs"]) if rng.random() < 0.8 else rng.randrange(3)
        data = [rng.choice(VALUES) for _ in range(size)]
        if any(isinstance(value, int) and value > 1e300 for value in data):
            data = [None] * size
        result = outcome(page, event["id"], data, rng.choice(EVENTS))
        assert result.get("error", "") is not None, (event["id"], event["api_name"], data)
        assert "root:x:0" not in json.dumps(result)


def test_missing_values_are_results_or_errors_with_a_text(page: httpx.Client) -> None:
    for event in page.get("/config").json()["dependencies"]:
        result = outcome(page, event["id"], [None] * len(event["inputs"]), None)
        assert result.get("error", "") is not None, (event["id"], event["api_name"])


@pytest.mark.parametrize(
    "box",
    [
        {"time_s": -1, "left": 0, "top": 0, "right": 1, "bottom": 1},
        {"time_s": 0, "left": 0.5, "top": 0, "right": 0.5, "bottom": 1},
        {"time_s": 0, "left": 0, "top": 0, "right": 2, "bottom": 1},
    ],
)
def test_a_box_outside_of_the_picture_is_an_error_with_its_reason(
    page: httpx.Client, box: dict[str, float]
) -> None:
    (event,) = (e for e in page.get("/config").json()["dependencies"] if e["api_name"] == "on_draw")
    error = outcome(page, event["id"], [], box)["error"]
    assert "box inside the picture" in error
    assert "Error(" not in error


@pytest.mark.parametrize("name", ["ask", "caption", "search", "summarize"])
@pytest.mark.parametrize(
    "video",
    ["/etc/passwd", "", "\x00", "a" * 5000, "concat:/etc/passwd", "http://127.0.0.1:1/a.mp4"],
)
def test_files_that_were_not_uploaded_are_errors_with_a_text(
    page: httpx.Client, name: str, video: str, tmp_path: Path
) -> None:
    (tmp_path / "secret.mp4").write_bytes(b"not for visitors")
    for path in (video, str(tmp_path / "secret.mp4")):
        data = [{"path": path, "meta": {"_type": "gradio.FileData"}}, "What?"]
        started = page.post(f"/gradio_api/call/{name}", json={"data": data})
        text = page.get(f"/gradio_api/call/{name}/{started.json()['event_id']}").text
        error = json.loads(re.findall(r"data: (.*)", text)[-1])["error"]
        assert re.search("cannot read this request|choose a video", error, re.IGNORECASE)


def run_in_a_thread(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine; an event loop of the browser tests may run in this thread."""
    with ThreadPoolExecutor(1) as threads:
        threads.submit(asyncio.run, coroutine).result()


@pytest.mark.parametrize(
    "values",
    [
        [gr.skip(), gr.skip(), gr.skip()],
        ["a", gr.skip(), gr.skip()],
        [gr.skip(), gr.update(value="b", visible=False), [{"role": "user", "content": "hi"}]],
        ["a", gr.update(label="b"), gr.skip()],
        gr.skip(),
    ],
)
def test_skipped_components_are_passed_over_with_the_same_result(values: Any) -> None:
    async def check() -> None:
        with PageBlocks() as blocks:
            outputs = [gr.Markdown(), gr.Textbox(), gr.Chatbot()]
            gr.on([blocks.load], lambda: values, None, outputs)
        event, state = next(iter(blocks.fns.values())), SessionState(blocks)
        data = await blocks.postprocess_data(event, copy.deepcopy(values), state)
        expected = await gr.Blocks.postprocess_data(blocks, event, values, SessionState(blocks))
        assert data == expected

    run_in_a_thread(check())


def test_a_stream_sends_changed_values_whole_and_lists_as_differences() -> None:
    """The client applies a difference to a value that it may not have displayed yet."""

    async def check() -> None:
        with PageBlocks() as blocks:
            outputs = [gr.Markdown(), gr.Button(), gr.Chatbot()]
            gr.on([blocks.load], lambda: None, None, outputs)
        event = next(iter(blocks.fns.values()))
        hidden, chat = {"visible": False, "__type__": "update"}, ["a"]
        steps = [["a", hidden, chat], ["a", gr.skip(), ["a", "b"]], ["b", gr.skip(), ["a", "b"]]]
        sent = [
            blocks.handle_streaming_diffs(event, copy.deepcopy(step), "tab", "run", final=False)
            for step in steps
        ]
        assert sent[0] == steps[0]
        assert sent[1] == [[], [["replace", [], gr.skip()]], [["add", [1], "b"]]]
        assert sent[2] == [[["replace", [], "b"]], [], []]
        last = blocks.handle_streaming_diffs(event, [None] * 3, "tab", "run", final=True)
        assert last == steps[2]
        assert "tab" not in blocks.pending_diff_streams
        for step in steps:  # programs get whole values
            simple = blocks.handle_streaming_diffs(
                event, [*step], "tab", "run", final=False, simple_format=True
            )
            assert simple == step

    run_in_a_thread(check())

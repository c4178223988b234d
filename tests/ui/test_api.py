"""The page as programs use it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path

import pytest
from gradio.utils import get_function_description
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from tests.ui.conftest import serving
from tests.ui.scripted_model import LONG
from vqa.ui.api import Endpoints


@pytest.fixture(scope="module")
def client(served: str) -> Client:
    return Client(served, verbose=False, analytics_enabled=False)


def test_ask(client: Client, videos: Mapping[str, Path]) -> None:
    video = handle_file(videos["h264.mp4"])
    result = client.predict(video, "What colour is it?", api_name="/ask")
    assert result["answer"] == "It is red at 0:01, question 1."
    assert result["confidence"] == 0.9
    assert result["answerable"] is True
    assert len(result["frames"]) == 6
    assert result["evidence"][0]["weight"] == 0.7
    assert set(result["timings_s"]) == {"read", "encode", "first_token", "total"}
    assert result["model"] == "scripted"
    assert "question 2" in client.predict(video, "And?", api_name="/ask")["answer"]


def test_an_answer_streams_and_its_last_state_is_complete(
    client: Client, videos: Mapping[str, Path]
) -> None:
    video = handle_file(videos["h264.mp4"])
    job = client.submit(video=video, question="What colour is it?", api_name="/ask")
    *partial, last = list(job)
    assert len(partial) >= 2
    assert all(state.keys() == {"answer"} for state in partial)
    texts = [state["answer"] for state in partial]
    assert all(b.startswith(a) and len(b) > len(a) for a, b in pairwise(texts))
    assert last["answer"].startswith(texts[-1].strip())
    assert last["confidence"] == 0.9
    assert last["evidence"]


def test_a_cancelled_answer_ends_and_the_next_question_is_answered(
    client: Client, videos: Mapping[str, Path]
) -> None:
    video = handle_file(videos["h264.mp4"])
    job = client.submit(video, LONG, api_name="/ask")
    next(iter(job))
    job.cancel()
    start = time.monotonic()
    assert client.predict(video, "What colour is it?", api_name="/ask")["answer"]
    assert time.monotonic() - start < 20


def test_parameters_have_names_and_labels(client: Client, videos: Mapping[str, Path]) -> None:
    api = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    names = {
        name: [(p["parameter_name"], p["label"]) for p in endpoint["parameters"]]
        for name, endpoint in api.items()
    }
    video = ("video", "Video")
    assert names == {
        "/ask": [video, ("question", "Question")],
        "/caption": [video],
        "/search": [video, ("words", "Words")],
        "/summarize": [video],
    }
    file = handle_file(videos["h264.mp4"])
    assert client.predict(video=file, words="red", api_name="/search")["moments"]


def test_caption_search_and_summarize(client: Client, videos: Mapping[str, Path]) -> None:
    video = handle_file(videos["h264.mp4"])
    caption = client.predict(video, api_name="/caption")["captions"][0]
    assert caption["text"].startswith("frame")
    assert caption["source"] == "picture"
    (moment,) = client.predict(video, "red", api_name="/search")["moments"]
    assert moment["start_s"] == 0
    assert moment["text"] == ""
    assert client.predict(video, "blue", api_name="/search") == {"moments": []}
    assert client.predict(video, api_name="/summarize")["summary"]
    assert client.predict(video, api_name="/summarize")["chapters"][0]["start_s"] == 0


def test_only_the_actions_are_public(client: Client) -> None:
    api = client.view_api(return_format="dict", print_info=False)
    assert set(api["named_endpoints"]) == {"/ask", "/caption", "/search", "/summarize"}
    assert api["unnamed_endpoints"] == {}


@pytest.mark.parametrize(
    ("handler", "parameters"),
    [
        (Endpoints.ask, ["video", "question"]),
        (Endpoints.caption, ["video"]),
        (Endpoints.search, ["video", "words"]),
        (Endpoints.summarize, ["video"]),
    ],
)
def test_mcp_clients_get_a_description_of_each_tool(
    handler: Callable[..., object], parameters: list[str]
) -> None:
    """Gradio reads the description of a tool and its parameters from the handler's docstring."""
    description, texts, results = get_function_description(handler)
    assert description.endswith(".")
    assert "`" not in description
    assert {name for name, text in texts.items() if text} == {"request", *parameters}
    assert results


def test_failures_say_what_and_which_cure(
    client: Client, videos: Mapping[str, Path], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_text("no video")
    with pytest.raises(AppError, match=r"broken\.mp4"):
        client.predict(handle_file(broken), "What?", api_name="/ask")
    with pytest.raises(AppError, match="Please type a question first"):
        client.predict(handle_file(videos["h264.mp4"]), " ", api_name="/ask")
    with pytest.raises(AppError, match="Please choose a video first"):
        client.predict(None, "What?", api_name="/ask")


def test_a_file_of_the_server_cannot_be_asked_about(client: Client, tmp_path: Path) -> None:
    secret = tmp_path / "secret.mp4"
    secret.write_bytes(b"not for visitors")
    with pytest.raises(AppError):
        client.predict(
            {"path": str(secret), "meta": {"_type": "gradio.FileData"}}, "What?", api_name="/ask"
        )


def test_uploads_are_deleted_when_their_time_is_over(
    videos: Mapping[str, Path], tmp_path: Path
) -> None:
    with serving(tmp_path, {"limits": {"keep_s": 12}}) as brief:
        client = Client(brief, verbose=False, analytics_enabled=False)
        client.submit(handle_file(videos["h264.mp4"]), "What?", api_name="/ask")
        # On a slow machine the answer can take longer than the file is kept.
        assert _becomes(lambda: _has_uploads(tmp_path), within_s=60)
        assert _becomes(lambda: not _has_uploads(tmp_path), within_s=60)


def _has_uploads(folder: Path) -> bool:
    return any((folder / "page").rglob("*.mp4"))


def _becomes(is_true: Callable[[], bool], *, within_s: float) -> bool:
    ends = time.monotonic() + within_s
    while not is_true() and time.monotonic() < ends:
        time.sleep(0.2)
    return is_true()


def test_a_shared_page_bounds_what_a_visitor_takes(
    videos: Mapping[str, Path], tmp_path: Path
) -> None:
    chosen = {"limits": {"video_s": 1, "asks_per_minute": 2}, "auth": ["anna", "secret"]}
    with serving(tmp_path, chosen) as strict:
        with pytest.raises(Exception, match=r"auth|login|401"):
            Client(strict, verbose=False, analytics_enabled=False)
        anna = Client(strict, auth=("anna", "secret"), verbose=False, analytics_enabled=False)
        video = handle_file(videos["h264.mp4"])
        for message in ("is 0:02 long", "is 0:02 long", "more than 2 requests"):
            with pytest.raises(AppError, match=message):
                anna.predict(video, "What?", api_name="/ask")

"""The HTTP API as programs use it: through the official `openai` client."""

from __future__ import annotations

import base64
import hashlib
import http.server
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from openai import OpenAI

from tests.fakes import ColourModel
from tests.server.conftest import client_of, make_service, serving
from vqa.errors import EndpointError
from vqa.models.protocol import VideoContext
from vqa.server.video_sources import parse_network
from vqa.types import AnswerOptions, Question, Turn
from vqa.ui.limits import SHARED_LIMITS, Limits


def data_url(path: Path) -> str:
    return f"data:video/mp4;base64,{base64.b64encode(path.read_bytes()).decode()}"


def question(url: str, text: str = "Which colours are there?") -> list[Any]:
    video = {"type": "video_url", "video_url": {"url": url}}
    return [{"role": "user", "content": [video, {"type": "text", "text": text}]}]


def upload(client: OpenAI, path: Path) -> dict[str, Any]:
    answer = client.post("/videos", cast_to=httpx.Response, files={"file": path.read_bytes()},
                         options={"headers": {"Content-Type": "multipart/form-data"}})  # fmt: skip
    return dict(answer.json())


def test_models_are_listed(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["colours"]
    assert client.models.retrieve("colours").id == "colours"
    with pytest.raises(openai.NotFoundError, match="does not offer the model 'gpt'"):
        client.models.retrieve("gpt")


def test_a_video_in_the_message_is_answered_with_confidence_and_evidence(
    client: OpenAI, cuts: Path
) -> None:
    completion = client.chat.completions.create(
        model="colours", messages=question(data_url(cuts)), max_tokens=20, temperature=0
    )
    (choice,) = completion.choices
    assert choice.message.content == "red then green then blue"
    assert choice.finish_reason == "stop"
    extension = (completion.model_extra or {})["vqa"]
    assert extension["confidence"] == 0.8
    assert extension["evidence"][0]["weight"] == 0.9
    assert extension["answerable"] is True
    assert extension["ignored"] == []
    assert len(extension["frames"]) == 6


def test_a_stream_has_fragments_and_ends_with_the_evidence(client: OpenAI, cuts: Path) -> None:
    stream = client.chat.completions.create(
        model="colours", messages=question(data_url(cuts)), stream=True
    )
    chunks = list(stream)
    fragments = [chunk.choices[0].delta.content for chunk in chunks[:-1]]
    assert fragments == ["red", " then green", " then blue"]
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert (chunks[-1].model_extra or {})["vqa"]["evidence"][0]["time_s"] >= 0


def test_an_upload_is_found_by_its_hash_and_encoded_once(cuts: Path) -> None:
    model = ColourModel()
    with client_of(make_service(model)) as client:
        digest = hashlib.sha256(cuts.read_bytes()).hexdigest()
        with pytest.raises(openai.NotFoundError, match="Upload it again"):
            client.get(f"/videos/{digest}", cast_to=httpx.Response)
        video = upload(client, cuts)
        assert video["id"] == digest
        assert video["duration_s"] == pytest.approx(9, abs=0.2)
        assert client.get(f"/videos/{digest}", cast_to=httpx.Response).json()["url"] == video["url"]
        messages = question(video["url"])
        first = client.chat.completions.create(model="colours", messages=messages)
        text = first.choices[0].message.content
        messages += [
            {"role": "assistant", "content": text},
            {"role": "user", "content": "And what else?"},
        ]
        client.chat.completions.create(model="colours", messages=messages)
        client.chat.completions.create(model="colours", messages=question(data_url(cuts)))
        assert model.num_encoded == 1
        assert [count for _, count in model.calls] == [0, 1, 0]
        client.delete(f"/videos/{digest}", cast_to=httpx.Response)
        with pytest.raises(openai.NotFoundError):
            client.chat.completions.create(model="colours", messages=messages)


class RecordingModel(ColourModel):
    """Records the history that it receives."""

    def __init__(self) -> None:
        super().__init__()
        self.history: tuple[Turn, ...] = ()

    def stream(
        self, context: VideoContext, question: Question, *, history: Sequence[Turn] = (),
        options: AnswerOptions | None = None,
    ) -> Iterator[str]:  # fmt: skip
        self.history = tuple(history)
        yield "red"


@pytest.mark.parametrize(("text", "confidence"), [("red", 0.8), ("not what was answered", None)])
def test_a_conversation_keeps_the_confidence_of_earlier_answers(
    cuts: Path, text: str, confidence: float | None
) -> None:
    model = RecordingModel()
    with client_of(make_service(model)) as client:
        messages = question(data_url(cuts))
        client.chat.completions.create(model="colours", messages=messages)
        messages += [
            {"role": "assistant", "content": text},
            {"role": "user", "content": "What colour is it?"},
        ]
        client.chat.completions.create(model="colours", messages=messages)
    (turn,) = model.history
    assert turn.answer.text == text
    assert turn.answer.confidence == confidence


def test_frames_and_time_range_can_be_chosen(client: OpenAI, cuts: Path) -> None:
    completion = client.chat.completions.create(
        model="colours",
        messages=question(data_url(cuts)),
        extra_body={"vqa": {"num_frames": 2, "start_s": 3.2, "end_s": 5.8}},
    )
    assert completion.choices[0].message.content == "green"
    assert len((completion.model_extra or {})["vqa"]["frames"]) == 2


def test_moments_captions_and_summary(client: OpenAI, cuts: Path) -> None:
    body: dict[str, Any] = {"video": data_url(cuts)}
    moments = client.post(
        "/moments", cast_to=httpx.Response, body={**body, "query": "green"}
    ).json()
    (moment,) = moments["moments"]
    assert moment["start_s"] == pytest.approx(3, abs=0.2)
    captions = client.post("/captions", cast_to=httpx.Response, body=body).json()["captions"]
    assert captions[0]["start_s"] == 0
    assert client.post("/summary", cast_to=httpx.Response, body=body).json()["summary"]


@pytest.mark.parametrize(
    ("changes", "error", "reason"),
    [
        ({"messages": [{"role": "user", "content": "What?"}]}, openai.BadRequestError, "No message has a video"),
        ({"messages": []}, openai.BadRequestError, "messages"),
        ({"model": "gpt"}, openai.NotFoundError, "Choose one of: colours"),
        ({"n": 2}, openai.BadRequestError, "does not support n"),
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, openai.BadRequestError, "tools"),
        ({"max_tokens": 0}, openai.BadRequestError, "max_tokens"),
        ({"messages": question("data:video/mp4;base64,AAA")}, openai.BadRequestError, "base64"),
        ({"messages": question("data:video/mp4;base64,bm8gdmlkZW8=")}, openai.BadRequestError, "video-"),
        ({"messages": question("https://example.org/a.mp4")}, openai.BadRequestError, "--allow-urls"),
        ({"messages": question("/etc/passwd")}, openai.BadRequestError, "names no upload"),
        ({"messages": question("file:///etc/passwd")}, openai.BadRequestError, "names no upload"),
        ({"messages": question("0" * 64)}, openai.NotFoundError, "Upload it again"),
        (
            {"messages": [{"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}]},
            openai.BadRequestError,
            "input_audio",
        ),
    ],
)  # fmt: skip
def test_failures_say_what_and_which_cure(
    client: OpenAI, cuts: Path, changes: dict[str, Any], error: type[Exception], reason: str
) -> None:
    request = {"model": "colours", "messages": question(data_url(cuts)), **changes}
    with pytest.raises(error, match=reason):
        client.chat.completions.create(**request)


def test_fields_without_effect_are_named(client: OpenAI, cuts: Path) -> None:
    messages = [{"role": "system", "content": "Be brief."}, *question(data_url(cuts))]
    completion = client.chat.completions.create(model="colours", messages=messages, top_p=0.5)
    assert (completion.model_extra or {})["vqa"]["ignored"] == ["top_p", "system message"]


def test_keys_are_required_and_uploads_belong_to_their_key(cuts: Path) -> None:
    with serving(make_service(), ["anna-key", "ben-key"]) as address:
        base = f"{address}/v1"
        with pytest.raises(openai.AuthenticationError, match="Authorization: Bearer"):
            OpenAI(base_url=base, api_key="wrong", max_retries=0).models.list()
        anna = OpenAI(base_url=base, api_key="anna-key", max_retries=0)
        ben = OpenAI(base_url=base, api_key="ben-key", max_retries=0)
        video = upload(anna, cuts)
        assert anna.chat.completions.create(
            model="colours", messages=question(video["url"])
        ).choices
        with pytest.raises(openai.NotFoundError):
            ben.chat.completions.create(model="colours", messages=question(video["url"]))


def test_limits_are_those_of_the_page(cuts: Path, videos: Mapping[str, Path]) -> None:
    limits = Limits(video_s=5, asks_per_minute=3, upload_bytes=50_000_000)
    with client_of(make_service(limits=limits)) as client:
        with pytest.raises(openai.APIStatusError, match="0:09") as caught:
            client.chat.completions.create(model="colours", messages=question(data_url(cuts)))
        assert caught.value.status_code == 413
        short = question(data_url(videos["h264.mp4"]))
        client.chat.completions.create(model="colours", messages=short)
        client.chat.completions.create(model="colours", messages=short)
        with pytest.raises(openai.RateLimitError, match="3 requests") as limited:
            client.chat.completions.create(model="colours", messages=short)
        assert int(limited.value.response.headers["retry-after"]) > 0


def test_the_bytes_of_an_hour_are_bounded(cuts: Path) -> None:
    limits = Limits(hourly_bytes=int(2.5 * cuts.stat().st_size))
    with client_of(make_service(limits=limits)) as client:
        video = upload(client, cuts)
        client.chat.completions.create(model="colours", messages=question(data_url(cuts)))
        for send in (
            lambda: upload(client, cuts),
            lambda: client.chat.completions.create(
                model="colours", messages=question(data_url(cuts))
            ),
            lambda: client.chat.completions.create(
                model="colours", messages=question(f"\n {data_url(cuts)}")
            ),
        ):
            with pytest.raises(openai.RateLimitError):
                send()
        named = client.chat.completions.create(model="colours", messages=question(video["url"]))
        assert named.choices[0].message.content == "red then green then blue"


def test_refused_videos_leave_the_bytes_of_an_hour(cuts: Path) -> None:
    size = cuts.stat().st_size
    limits = Limits(hourly_bytes=int(1.5 * size), asks_per_minute=6)
    noise = b"no video" * (size // 8)
    url = f"data:video/mp4;base64,{base64.b64encode(noise).decode()}"
    with serving(make_service(limits=limits)) as address:
        for _ in range(2):
            refusal = httpx.post(f"{address}/v1/videos", files={"file": noise})
            assert refusal.status_code == 400, refusal.text
            assert httpx.post(f"{address}/v1/captions", json={"video": url}).status_code == 400

        def send() -> httpx.Response:
            return httpx.post(f"{address}/v1/videos", files={"file": cuts.read_bytes()})

        assert send().status_code == 200
        texts = [send().json()["error"]["message"] for _ in range(5)]
        # Beyond the bytes, a refusal takes none of the minute's requests.
        assert all("within an hour" in text for text in texts), texts


def test_a_request_larger_than_a_video_is_refused(cuts: Path) -> None:
    limits = Limits(upload_bytes=1000)
    with serving(make_service(limits=limits)) as address:
        large = httpx.post(f"{address}/v1/videos", files={"file": b"0" * 2_000_000})
        assert large.status_code == 413
        assert "larger" in large.json()["error"]["message"]
        body = (b"0" * 100_000 for _ in range(20))  # without a length
        headers = {"Content-Type": "application/json"}
        chunked = httpx.post(f"{address}/v1/captions", content=body, headers=headers)
        assert chunked.status_code == 413
        small = httpx.post(f"{address}/v1/videos", files={"file": cuts.read_bytes()})
        assert small.status_code == 413
        assert "larger than 0 MB" in small.json()["error"]["message"]


class SlowModel(ColourModel):
    """Generates a fragment every 20 ms until it is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.closed = threading.Event()

    def stream(
        self, context: VideoContext, question: Question, *, history: Sequence[Turn] = (),
        options: AnswerOptions | None = None,
    ) -> Iterator[str]:  # fmt: skip
        try:
            while True:
                time.sleep(0.02)
                yield "on "
        finally:
            self.closed.set()


def test_the_model_stops_when_the_client_leaves(cuts: Path) -> None:
    model = SlowModel()
    with client_of(make_service(model)) as client:
        for is_streamed in (True, False):
            model.closed.clear()
            request: Any = {"model": "colours", "messages": question(data_url(cuts))}
            if is_streamed:
                with client.chat.completions.create(**request, stream=True) as stream:
                    next(iter(stream))
            else:
                with pytest.raises(openai.APITimeoutError):
                    client.with_options(timeout=1.0).chat.completions.create(**request)
            assert model.closed.wait(5)


def test_answers_end_with_a_word_when_the_server_stops(cuts: Path) -> None:
    service = make_service(SlowModel())
    with client_of(service) as client:
        request: Any = {"model": "colours", "messages": question(data_url(cuts))}
        stream = iter(client.chat.completions.create(**request, stream=True))
        next(stream)
        service.stop()
        with pytest.raises(openai.APIError, match="being stopped"):
            list(stream)
        with pytest.raises(openai.InternalServerError, match="when it is up"):
            client.chat.completions.create(**request)


def test_more_requests_than_threads_are_answered_or_refused(cuts: Path) -> None:
    body = {"messages": question(data_url(cuts)), "model": "colours", "stream": True}
    with serving(make_service()) as address, ThreadPoolExecutor(60) as clients:

        def ask(_: int) -> int:
            return httpx.post(f"{address}/v1/chat/completions", json=body, timeout=60).status_code

        statuses = list(clients.map(ask, range(60)))
    assert set(statuses) <= {200, 429}
    assert statuses.count(200) >= 30


class FailingModel(ColourModel):
    """Fails in the middle of an answer."""

    def stream(
        self, context: VideoContext, question: Question, *, history: Sequence[Turn] = (),
        options: AnswerOptions | None = None,
    ) -> Iterator[str]:  # fmt: skip
        yield "red"
        raise EndpointError("The server went away.", cure="Start it again.")


def test_a_failure_in_mid_answer_is_an_error_of_the_client(cuts: Path) -> None:
    with client_of(make_service(FailingModel())) as client:
        request: Any = {"model": "colours", "messages": question(data_url(cuts))}
        with pytest.raises(openai.InternalServerError, match="Start it again"):
            client.chat.completions.create(**request)
        with pytest.raises(openai.APIError, match="Start it again"):
            list(client.chat.completions.create(**request, stream=True))


def test_urls_lead_to_listed_networks_alone(cuts: Path) -> None:
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(cuts.parent))
    handler.func.log_message = lambda *_: None  # type: ignore[attr-defined]
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as files:
        threading.Thread(target=files.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{files.server_address[1]}/{cuts.name}"
        with (
            client_of(make_service(allows_urls=True)) as client,
            pytest.raises(openai.BadRequestError, match="private network"),
        ):
            client.chat.completions.create(model="colours", messages=question(url))
        listed = make_service(allows_urls=True, networks=[parse_network("127.0.0.0/8")])
        with client_of(listed) as client:
            completion = client.chat.completions.create(model="colours", messages=question(url))
            assert completion.choices[0].message.content == "red then green then blue"
            files.shutdown()
            again = client.chat.completions.create(model="colours", messages=question(url))
            assert again.choices[0].message.content == "red then green then blue"


def test_the_openapi_page_needs_no_other_machine(client: OpenAI) -> None:
    root = str(client.base_url)
    page = httpx.get(f"{root}docs").text
    assert "//cdn" not in page
    for name in ("swagger-ui-bundle.js", "swagger-ui.css"):
        assert f"/v1/docs-files/{name}" in page
        assert httpx.get(f"{root}docs-files/{name}").status_code == 200
    described = httpx.get(f"{root}openapi.json").json()
    assert {"/models", "/chat/completions", "/videos", "/moments", "/captions", "/summary"} <= set(
        described["paths"]
    )


def test_other_names_of_this_machine_are_refused(client: OpenAI) -> None:
    url = f"{client.base_url}models"
    assert httpx.get(url, headers={"Host": "evil.example"}).status_code == 403
    assert httpx.get(url).status_code == 200
    with serving(make_service(limits=SHARED_LIMITS)) as address:  # behind a proxy
        proxied = httpx.get(f"{address}/v1/models", headers={"Host": "films.example"})
        assert proxied.status_code == 200

"""What visitors read while others are served, and when the page stops."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import gradio as gr
import pytest

from tests.ui.scripted_model import LONG, ScriptedModel
from vqa.ui import chat_handlers, handlers
from vqa.ui.api import Endpoints
from vqa.ui.limits import PRIVATE_LIMITS, RateLimiter
from vqa.ui.model_pool import ModelPool
from vqa.ui.reading_options import ReadingOptions
from vqa.ui.session_state import SessionState, SessionStates
from vqa.ui.updates import PageUpdate
from vqa.ui.visitors.waiting_line import Services, WaitingLine

ROOT = Path(__file__).resolve().parents[2]
BUSY = '<span class="vqa-busy">…</span>'
Videos = Mapping[str, Path]


@pytest.fixture
def pool() -> ModelPool:
    return ModelPool(loader=lambda name, device, progress: ScriptedModel())


def watched(pool: ModelPool, path: Path, services: Services) -> SessionState:
    state = SessionState(model="scripted", services=services)
    list(handlers.watch(pool, state, str(path), ReadingOptions(), PRIVATE_LIMITS))
    return state


def text_of(update: PageUpdate) -> str:
    return " ".join(str(getattr(m["content"], "value", m["content"])) for m in update.chat or [])


def test_the_place_in_the_line_is_displayed_in_the_chat(pool: ModelPool, videos: Videos) -> None:
    services = Services(answering=WaitingLine(1))
    state = watched(pool, videos["h264.mp4"], services)
    with services.answering.ticket("another"), services.answering.ticket("a third"):
        updates = chat_handlers.ask(state, "What?")
        next(updates)
        assert "1 ahead of you; questions being answered: 1" in text_of(next(updates))
    assert "It is red" in text_of(list(updates)[-1])


def test_nothing_is_said_about_a_line_in_which_nobody_is_ahead(
    pool: ModelPool, videos: Videos
) -> None:
    services = Services(answering=WaitingLine(1), reading=WaitingLine(1))
    state = watched(pool, videos["h264.mp4"], services)
    with services.answering.ticket("another"):
        updates = chat_handlers.ask(state, "What?")
        waiting = [next(updates), next(updates)]
        queued = chat_handlers.enqueue(state, "And?")
    for update in (*waiting, queued):
        assert "ahead" not in text_of(update)
        assert text_of(update).endswith(BUSY)
    list(updates)
    with services.reading.ticket("another"):
        video = str(videos["uneven.mp4"])
        updates = handlers.watch(pool, state, video, ReadingOptions(), PRIVATE_LIMITS)
        statuses = [next(updates).status or "" for _ in range(2)]
        assert not any("ahead" in status for status in statuses)
        assert "Decoding the video" in statuses[-1]
        state.cancel_reading.set()
        list(updates)


def test_stop_ends_the_wait(pool: ModelPool, videos: Videos) -> None:
    services = Services(answering=WaitingLine(1))
    state = watched(pool, videos["h264.mp4"], services)
    with services.answering.ticket("another"):
        updates = chat_handlers.ask(state, "What?")
        next(updates)
        next(updates)
        state.stop.set()
        list(updates)
    assert state.turns == []
    assert services.answering.num_waiting == 0


def test_the_place_of_a_video_is_displayed_and_can_be_cancelled(
    pool: ModelPool, videos: Videos
) -> None:
    services = Services(reading=WaitingLine(1))
    state = SessionState(model="scripted", services=services)
    with services.reading.ticket("another"), services.reading.ticket("a third"):
        updates = handlers.watch(
            pool, state, str(videos["h264.mp4"]), ReadingOptions(), PRIVATE_LIMITS
        )
        waiting = next(u for u in updates if "Waiting to read" in (u.status or ""))
        assert "1 ahead of you" in (waiting.status or "")
        state.cancel_reading.set()
        assert "I stopped" in (list(updates)[-1].status or "")
    assert state.context is None


def test_running_answers_end_with_a_word_when_the_page_stops(
    pool: ModelPool, videos: Videos
) -> None:
    states = SessionStates("scripted")
    state = states.of("anna")
    list(handlers.watch(pool, state, str(videos["h264.mp4"]), ReadingOptions(), PRIVATE_LIMITS))
    updates = chat_handlers.ask(state, LONG)
    while "word3" not in text_of(next(updates)):
        pass
    states.stop()
    last = list(updates)[-1]
    assert "being stopped" in (last.status or "")
    assert state.turns[-1].answer.stopped


def test_programs_learn_that_the_page_stops(
    pool: ModelPool, videos: Videos, caplog: pytest.LogCaptureFixture
) -> None:
    """While an answer is generated, while a request waits, and when it arrives afterwards."""
    states, video = SessionStates("scripted"), str(videos["h264.mp4"])
    endpoints = Endpoints(pool, states, RateLimiter(None), PRIVATE_LIMITS)
    running = endpoints.ask(gr.Request(session_hash="first"), video, LONG)
    next(running)
    errors = list[str]()

    def ask(session: str) -> None:
        with pytest.raises(gr.Error) as caught:
            list(endpoints.ask(gr.Request(session_hash=session), video, LONG))
        errors.append(caught.value.message)

    threads = [threading.Thread(target=ask, args=(f"tab {number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    ends = time.monotonic() + 30
    while not states.services.answering.num_waiting and time.monotonic() < ends:
        time.sleep(0.02)
    states.stop()
    with pytest.raises(gr.Error, match="being stopped"):
        list(running)
    ask("late")
    for thread in threads:
        thread.join(20)
    assert len(errors) == 7
    assert all("being stopped" in error for error in errors), errors
    assert not states.services.is_busy
    assert not caplog.records


def test_a_folder_that_cannot_be_written_costs_no_answer(
    pool: ModelPool, videos: Videos, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    state = watched(pool, videos["h264.mp4"], Services())
    (tmp_path / "file").write_bytes(b"")
    state.__dict__["folder"] = tmp_path / "file" / "folder"
    for number in (1, 2):
        last = list(chat_handlers.ask(state, "What?"))[-1]
        assert f"question {number}" in text_of(last)
        assert last.status is None
    assert caplog.text.count("Results are not stored") == 1


def test_a_stopped_page_leaves_nothing_behind(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-u", "app.py", "--model", "echo"],
        cwd=ROOT,
        env=os.environ | {"VQA_HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    while "Ctrl+C" not in process.stdout.readline():
        pass
    (run,) = (tmp_path / "home" / "page").iterdir()
    (run / "uploads" / "film.mp4").write_bytes(b"x")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert list((tmp_path / "home" / "page").iterdir()) == []
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


def test_a_video_that_waits_is_not_read_when_the_page_stops(
    pool: ModelPool, videos: Videos
) -> None:
    services = Services(reading=WaitingLine(1))
    state = SessionState(model="scripted", services=services)
    with services.reading.ticket("another"):
        video = str(videos["h264.mp4"])
        updates = handlers.watch(pool, state, video, ReadingOptions(), PRIVATE_LIMITS)
        next(u for u in updates if "Decoding the video" in (u.status or ""))
        services.stop()
        assert "being stopped" in (list(updates)[-1].status or "")
    assert state.context is None


def test_a_question_that_waits_is_not_answered_when_the_page_stops(
    pool: ModelPool, videos: Videos
) -> None:
    services = Services(answering=WaitingLine(1))
    state = watched(pool, videos["h264.mp4"], services)
    with services.answering.ticket("another"):
        updates = chat_handlers.ask(state, "What?")
        next(updates)
        next(updates)
        services.stop()
        assert "being stopped" in text_of(list(updates)[-1])
    assert state.turns == []

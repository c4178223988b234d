"""Metrics and the request log."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.fakes import ColourModel
from tests.ui.scripted_model import ScriptedModel
from vqa.chat.session import ChatSession
from vqa.storage.contexts import ContextStore
from vqa.ui import chat_handlers, handlers
from vqa.ui.limits import PRIVATE_LIMITS
from vqa.ui.model_pool import ModelPool
from vqa.ui.reading_options import ReadingOptions
from vqa.ui.session_state import SessionState
from vqa.ui.visitors.telemetry import CountedStore, Telemetry
from vqa.ui.visitors.waiting_line import Services


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, object]]]:
    """The parsed lines of the request log."""
    parsed: list[dict[str, object]] = []

    class Parser(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            parsed.append(json.loads(record.getMessage()))

    log = logging.getLogger("vqa.requests")
    monkeypatch.setattr(log, "handlers", [Parser()])
    monkeypatch.setattr(log, "propagate", False)
    level = log.level
    log.setLevel(logging.INFO)  # not by monkeypatch: the logger caches what is enabled
    yield parsed
    log.setLevel(level)


@pytest.mark.parametrize("log_content", [False, True])
def test_each_request_is_one_line(
    videos: Mapping[str, Path], tmp_path: Path, lines: list[dict[str, object]], log_content: bool
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_text("no video")
    telemetry = Telemetry(log_content=log_content)
    state = SessionState(model="scripted", services=Services(telemetry=telemetry))
    pool = ModelPool(loader=lambda name, device, progress: ScriptedModel())
    list(handlers.watch(pool, state, str(broken), ReadingOptions(), PRIVATE_LIMITS))
    list(handlers.watch(pool, state, str(videos["h264.mp4"]), ReadingOptions(), PRIVATE_LIMITS))
    list(chat_handlers.ask(state, "Where is my secret?"))
    list(chat_handlers.ask(state, "too much"))
    kinds = [(line["kind"], line["outcome"], line.get("error")) for line in lines]
    assert kinds == [
        ("watch", "failed", "VideoUnreadable"),
        ("watch", "done", None),
        ("ask", "done", None),
        ("ask", "failed", "OutOfMemory"),
    ]
    assert {line["model"] for line in lines[1:]} == {"scripted"}
    assert len({str(line["id"]) for line in lines}) == 4
    seconds = lines[2]["seconds"]
    assert isinstance(seconds, dict)
    assert {"wait", "read", "encode", "first_token", "total"} <= set(seconds)
    assert ("secret" in json.dumps(lines)) is log_content
    metrics = telemetry.text().decode()
    assert 'vqa_requests_total{kind="ask",outcome="failed"} 1.0' in metrics
    assert 'vqa_stage_seconds_count{kind="ask",stage="first_token"} 1.0' in metrics


def test_look_ups_of_stored_videos_are_counted(cuts: Path, tmp_path: Path) -> None:
    telemetry = Telemetry()
    for _ in range(3):
        store = CountedStore(ContextStore(tmp_path), telemetry)
        ChatSession(ColourModel(), store=store).watch(cuts)
    metrics = telemetry.text().decode()
    assert 'vqa_cache_lookups_total{result="miss"} 1.0' in metrics
    assert 'vqa_cache_lookups_total{result="hit"} 2.0' in metrics

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import gradio as gr
import pytest

from tests.ui.scripted_model import ScriptedModel
from vqa.storage.remote_video import DownloadLimits
from vqa.ui import handlers, url_download
from vqa.ui.limits import PRIVATE_LIMITS, SHARED_LIMITS
from vqa.ui.model_pool import ModelPool
from vqa.ui.reading_options import ReadingOptions
from vqa.ui.session_state import SessionState
from vqa.ui.video_player import VideoPlayer
from vqa.video import worker_pool


def test_player_runs_no_program_on_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ffmpeg", "ffprobe"):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\ntouch {tmp_path}/was-run\n", encoding="utf-8")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    video = tmp_path / "film.avi"
    video.write_bytes(b"RIFF")
    data = VideoPlayer().postprocess(video)
    assert data is not None
    assert data.path == str(video)
    assert VideoPlayer().preprocess(data) == str(video)
    assert VideoPlayer().postprocess(None) is None
    assert VideoPlayer().preprocess(None) is None
    assert not (tmp_path / "was-run").exists()


def test_page_has_no_player_that_probes() -> None:
    folder = Path(str(find_spec("vqa.ui").origin)).parent  # type: ignore[union-attr]
    sources = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.py")}
    components = sources["components.py"] + sources["api.py"]
    assert "gr.Video" not in components
    assert components.count("VideoPlayer") >= 4
    assert VideoPlayer().get_block_name() == gr.Video().get_block_name() == "video"


@pytest.mark.skipif(sys.platform != "linux", reason="signals")
def test_visitor_who_leaves_ends_the_worker(cuts: Path) -> None:
    pool = ModelPool(loader=lambda name, device, progress: ScriptedModel())
    state = SessionState(model="scripted")
    worker_pool.close()
    worker_pool.start_worker()
    assert worker_pool.active_limits()
    (process_id,) = worker_pool.process_ids()
    os.kill(process_id, signal.SIGSTOP)
    updates = handlers.watch(pool, state, str(cuts), ReadingOptions(), PRIVATE_LIMITS)
    for _ in range(4):
        next(updates)
    threading.Thread(target=updates.close).start()  # type: ignore[attr-defined]
    end = time.monotonic() + 5
    while process_id in worker_pool.process_ids():
        assert time.monotonic() < end, "the worker goes on for nobody"
        time.sleep(0.05)


def test_address_is_downloaded_into_the_player(cuts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[object] = []

    def fake(
        url: str, folder: Path, *, limits: object, on_progress: Callable[[float], None]
    ) -> Path:
        given.append(limits)
        on_progress(0.5)
        return Path(shutil.copy(cuts, folder / "film.mp4"))

    monkeypatch.setattr(url_download, "download_video", fake)
    state = SessionState(model="scripted")
    *_, last = url_download.download(state, "https://example.org/film.mp4", SHARED_LIMITS)
    assert isinstance(last.player, Path)
    assert last.player.read_bytes() == cuts.read_bytes()
    assert state.folder in last.player.parents
    assert given == [DownloadLimits(num_bytes=SHARED_LIMITS.upload_bytes or 0, seconds=300.0)]


def test_address_of_a_private_network_is_refused_on_the_page() -> None:
    state = SessionState(model="scripted")
    *_, last = url_download.download(state, "http://127.0.0.1:7860/config", PRIVATE_LIMITS)
    assert last.player is None
    assert "private network" in (last.status or "")

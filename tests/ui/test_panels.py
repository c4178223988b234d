from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.ui.scripted_model import ScriptedModel
from vqa.errors import VQAError
from vqa.ui import handlers, panels
from vqa.ui.limits import PRIVATE_LIMITS
from vqa.ui.model_pool import ModelPool
from vqa.ui.session_state import ReadingOptions, SessionState
from vqa.video.reader import probe


def test_a_moment_is_saved_as_a_film(
    videos: Mapping[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    state = SessionState(model="scripted")
    with pytest.raises(VQAError, match="choose a video"):
        panels.save_moment(state, 0.0, 1.0)
    pool = ModelPool(loader=lambda name, device, progress: ScriptedModel())
    for _ in handlers.watch(pool, state, str(videos["h264.mp4"]), ReadingOptions(), PRIVATE_LIMITS):
        pass
    assert 'data-start="0.000"' in panels.moments_html(state, "something red")
    film = panels.save_moment(state, 0.75, 1.25)
    assert film.parent == state.folder
    assert probe(film).duration_s == pytest.approx(0.5, abs=0.05)
    with pytest.raises(VQAError, match="no frame"):
        panels.save_moment(state, 7.0, 8.0)
    monkeypatch.setattr(panels, "_LONGEST_EXACT_S", 0.1)  # longer ones are copied
    duration_s = probe(panels.save_moment(state, 0.75, 1.25)).duration_s
    assert duration_s == pytest.approx(0.75, abs=0.05)  # from the key frame at 0.5 s

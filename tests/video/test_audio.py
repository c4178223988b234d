from __future__ import annotations

import itertools
import tracemalloc
import wave
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.speaking import RATE, with_sound
from vqa.errors import VideoUnreadable
from vqa.video.audio import SAMPLE_RATE_HZ, read_audio


def tone(seconds: float, hertz: float = 440.0) -> NDArray[np.int16]:
    return (16_000 * np.sin(np.arange(round(seconds * RATE)) * 2 * np.pi * hertz / RATE)).astype(
        np.int16
    )


def write_wave(path: Path, samples: NDArray[np.int16]) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return path


def test_blocks_are_contiguous_and_complete(tmp_path: Path) -> None:
    path = write_wave(tmp_path / "tone.wav", tone(5.0))
    blocks = list(read_audio(path, block_s=2.0))
    assert len(blocks) == 3
    assert all(b.samples.dtype == np.float32 for b in blocks)
    assert all(len(b.samples) <= 2 * SAMPLE_RATE_HZ for b in blocks)
    for one, other in itertools.pairwise(blocks):
        assert other.start_s == pytest.approx(one.end_s, abs=0.01)
    samples = np.concatenate([b.samples for b in blocks])
    assert len(samples) == pytest.approx(5 * SAMPLE_RATE_HZ, rel=0.01)
    assert np.abs(samples).max() == pytest.approx(16_000 / 32_768, rel=0.05)
    loudest = np.abs(np.fft.rfft(samples)).argmax() * SAMPLE_RATE_HZ / len(samples)
    assert loudest == pytest.approx(440, abs=2)


def test_times_are_on_the_picture_clock(cuts: Path, tmp_path: Path) -> None:
    sound = np.zeros(9 * RATE, np.int16)
    sound[4 * RATE : 5 * RATE] = tone(1.0)
    path = with_sound(cuts, sound, tmp_path / "beep.mp4")
    (block,) = read_audio(path)
    loud = np.flatnonzero(np.abs(block.samples) > 0.2)
    assert block.start_s + loud[0] / SAMPLE_RATE_HZ == pytest.approx(4.0, abs=0.05)
    (part,) = read_audio(path, start_s=3.5, end_s=4.5)
    assert (part.start_s, part.end_s) == pytest.approx((3.5, 4.5), abs=0.01)
    loud = np.flatnonzero(np.abs(part.samples) > 0.2)
    assert part.start_s + loud[0] / SAMPLE_RATE_HZ == pytest.approx(4.0, abs=0.05)


def test_video_without_audio_yields_nothing(videos: Mapping[str, Path], tmp_path: Path) -> None:
    assert list(read_audio(videos["h264.mp4"])) == []
    (tmp_path / "no.mp4").write_text("no video", encoding="utf-8")
    with pytest.raises(VideoUnreadable):
        list(read_audio(tmp_path / "no.mp4"))


def test_memory_is_independent_of_the_length(tmp_path: Path) -> None:
    path = write_wave(tmp_path / "long.wav", np.zeros(600 * RATE, np.int16))
    tracemalloc.start()
    try:
        seconds = sum(len(block.samples) for block in read_audio(path, block_s=30)) / SAMPLE_RATE_HZ
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert seconds == pytest.approx(600, abs=0.1)
    assert peak < 12e6  # ten minutes at once would be 38 MB

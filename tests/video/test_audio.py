from __future__ import annotations

import itertools
import threading
import tracemalloc
import wave
from collections.abc import Mapping
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.speaking import RATE, with_sound
from tests.video.kinds import ffmpeg
from tests.videos import BLUE, RED, write_clip
from vqa.errors import VideoUnreadable
from vqa.types import SamplingPlan
from vqa.video import worker_pool
from vqa.video.audio import SAMPLE_RATE_HZ, read_audio
from vqa.video.reader import read_clip


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


def test_reading_is_cancelled_although_blocks_keep_coming(tmp_path: Path) -> None:
    path = write_wave(tmp_path / "long.wav", np.zeros(60 * RATE, np.int16))
    cancel = threading.Event()
    with worker_pool.cancellable(cancel):
        blocks = read_audio(path, block_s=0.1)
        next(blocks)
        cancel.set()
        with pytest.raises(InterruptedError):
            next(blocks)


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


def test_sound_whose_rate_and_channels_change_is_read_to_the_end(tmp_path: Path) -> None:
    path = tmp_path / "broadcast.mp3"
    data = b""
    for number, (rate, layout) in enumerate([(44_100, "stereo"), (32_000, "mono")]):
        part = tmp_path / f"{number}.mp3"
        with av.open(str(part), "w", options={"write_xing": "0", "id3v2_version": "0"}) as target:
            stream = target.add_stream("mp3", rate=rate, layout=layout)
            samples = (12_000 * np.sin(np.arange(2 * rate) * 880 * np.pi / rate)).astype(np.int16)
            samples = np.repeat(samples, stream.codec_context.layout.nb_channels)[None]
            frame = av.AudioFrame.from_ndarray(samples, format="s16", layout=layout)
            frame.sample_rate, frame.pts = rate, 0
            target.mux(stream.encode(frame))
            target.mux(stream.encode(None))
        data += part.read_bytes()
    path.write_bytes(data)
    samples = np.concatenate([block.samples for block in read_audio(path)])
    assert len(samples) / SAMPLE_RATE_HZ == pytest.approx(4.0, abs=0.3)
    for second in (0.5, 3.0):
        part_of = samples[round(second * SAMPLE_RATE_HZ) :][: SAMPLE_RATE_HZ // 2]
        loudest = np.abs(np.fft.rfft(part_of)).argmax() * SAMPLE_RATE_HZ / len(part_of)
        assert loudest == pytest.approx(440, abs=5)


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts"])
def test_sound_and_picture_share_a_clock_that_sound_starts(suffix: str, tmp_path: Path) -> None:
    """A beep and a change of the picture at the same time, in a file whose picture starts 2 s after its sound."""
    path = tmp_path / f"late.{suffix}"
    ffmpeg(
        "-itsoffset", "2", "-i", write_clip(tmp_path / "cut.mp4", [(RED, 2.0), (BLUE, 2.0)]),
        "-f", "lavfi", "-i", "sine=f=440:d=6", "-map", "0", "-map", "1", "-c:v", "copy",
        "-af", "volume='gte(t,4)':eval=frame", path,
    )  # fmt: skip
    blocks = list(read_audio(path))
    samples = np.concatenate([block.samples for block in blocks])
    loud = np.flatnonzero(np.abs(samples) > 0.05)
    beep_s = blocks[0].start_s + loud[0] / SAMPLE_RATE_HZ
    clip = read_clip(path, SamplingPlan(strategy="shots", num_frames=2))
    assert beep_s == pytest.approx(4.0, abs=0.1)
    assert clip.shots[1].start_s == pytest.approx(4.0, abs=0.15)


def test_sound_of_joined_streams_goes_on(tmp_path: Path) -> None:
    part, path = tmp_path / "part.ts", tmp_path / "joined.ts"
    ffmpeg(
        "-i", write_clip(tmp_path / "cut.mp4", [(RED, 3.0)]), "-f", "lavfi", "-i", "sine=d=3", "-c:v", "copy",
        "-af", "volume='gte(t,2)':eval=frame", part,
    )  # fmt: skip
    path.write_bytes(2 * part.read_bytes())
    blocks = list(read_audio(path))
    assert blocks[-1].end_s == pytest.approx(6.0, abs=0.2)
    loud_s = [
        block.start_s + place / SAMPLE_RATE_HZ
        for block in blocks
        for place in np.flatnonzero(np.abs(block.samples) > 0.05)
    ]
    assert min(loud_s) == pytest.approx(2.0, abs=0.15)
    assert min(t for t in loud_s if t > 3.3) == pytest.approx(5.0, abs=0.2)
    (late,) = read_audio(path, start_s=4.5, end_s=5.5)
    assert (late.start_s, late.end_s) == pytest.approx((4.5, 5.5), abs=0.05)

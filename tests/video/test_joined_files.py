"""Files that were joined byte by byte: every part is read, with times that continue."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.video.kinds import base, copies, ffmpeg
from tests.videos import BLUE, GREEN, RED, read_frame_number, write_clip
from vqa.errors import SettingError
from vqa.types import SamplingPlan
from vqa.video.audio import read_audio
from vqa.video.file_parts import find_parts
from vqa.video.reader import probe, read_clip
from vqa.video.sandbox import in_process
from vqa.video.stream_copy import copy_ranges
from vqa.video.subtitle_tracks import read_subtitles

ENCODERS = {
    "mkv": ("-c:v", "copy"),
    "webm": ("-c:v", "libvpx", "-deadline", "realtime", "-b:v", "1M", "-g", "5"),
    "flv": ("-c:v", "copy", "-ar", "44100"),
    "ogv": ("-c:v", "libtheora", "-q:v", "9", "-g", "5"),
    "mp4": ("-c:v", "copy", "-movflags", "faststart"),
    "avi": ("-c:v", "mpeg4", "-q:v", "2", "-g", "5", "-c:a", "pcm_s16le"),
}


def film(folder: Path, suffix: str) -> Path:
    """Four seconds of numbered frames with sound."""
    path = folder / f"part.{suffix}"
    ffmpeg(
        "-i", base(folder, options={"g": "5", "bf": "0"}), "-f", "lavfi", "-i", "sine=d=4", "-map", "0", "-map", "1",
        *ENCODERS[suffix], path,
    )  # fmt: skip
    return path


def numbers(path: Path, *, start_s: float = 0.0) -> list[tuple[float, int]]:
    """(Time, number) of all frames from a time on."""
    clip = in_process(read_clip)(path, SamplingPlan(num_frames=500, start_s=start_s))
    return [(t, read_frame_number(f)) for t, f in zip(clip.times_s, clip.frames, strict=True)]


@pytest.mark.parametrize("suffix", ENCODERS)
def test_an_unfinished_part_does_not_hide_the_next(suffix: str, tmp_path: Path) -> None:
    whole = film(tmp_path, suffix).read_bytes()
    path = tmp_path / f"joined.{suffix}"
    path.write_bytes(whole[: len(whole) * 7 // 10] + whole)
    assert find_parts(path) == (
        (0, len(whole) * 7 // 10),
        (len(whole) * 7 // 10, path.stat().st_size),
    )
    frames = numbers(path)
    times = [time_s for time_s, _ in frames]
    assert [number for _, number in frames[-40:]] == list(range(40))
    assert len(frames) > 40
    assert [number for _, number in frames[:15]] == list(range(15))
    assert times == sorted(set(times))
    assert np.diff(times[-40:]) == pytest.approx([0.1] * 39, abs=0.02)
    assert max(np.diff(times)) < 0.6


@pytest.mark.parametrize("suffix", ["mkv", "mp4"])
def test_parts_of_other_sizes_and_codecs_are_read(suffix: str, tmp_path: Path) -> None:
    first = write_clip(tmp_path / f"first.{suffix}", [(RED, 2.0)])
    second, third = tmp_path / f"second.{suffix}", tmp_path / f"third.{suffix}"
    ffmpeg("-i", write_clip(tmp_path / "g.mp4", [(GREEN, 2.0)]), "-vf", "scale=96:64", second)
    ffmpeg(
        "-i", write_clip(tmp_path / "b.mp4", [(BLUE, 2.0)]), "-f", "lavfi", "-i", "sine=d=2", "-map", "1", "-map", "0",
        "-c:v", "mpeg4", "-q:v", "2", third,
    )  # fmt: skip
    path = tmp_path / f"joined.{suffix}"
    path.write_bytes(b"".join(p.read_bytes() for p in (first, second, third)))
    assert in_process(probe)(path).duration_s == pytest.approx(6.0, abs=0.1)
    clip = in_process(read_clip)(path, SamplingPlan(num_frames=6))
    assert [int(f[-1, 96].argmax()) for f in clip.frames] == [0, 0, 1, 1, 2, 2]
    assert clip.gaps_s == ()
    assert clip.readable_until_s is None


@pytest.mark.parametrize("suffix", ["mkv", "flv", "ogv", "avi"])
def test_the_sound_of_every_part_is_read(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"joined.{suffix}"
    path.write_bytes(2 * film(tmp_path, suffix).read_bytes())
    blocks = list(in_process(read_audio)(path))
    assert blocks[-1].end_s == pytest.approx(8.0, abs=0.15)
    assert sum(len(b.samples) for b in blocks) / 16_000 == pytest.approx(8.0, abs=0.25)
    (later, *_) = in_process(read_audio)(path, start_s=6.0)
    assert later.start_s == pytest.approx(6.0, abs=0.1)


def test_a_long_joined_film_is_read_by_seeking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vqa.video.seeking._SEQUENTIAL_PIXELS", 0)
    path = tmp_path / "joined.mkv"
    path.write_bytes(3 * film(tmp_path, "mkv").read_bytes())
    for strategy in ("uniform", "shots"):
        plan = SamplingPlan(strategy=strategy, num_frames=9)
        clip = in_process(read_clip)(path, plan)
        assert clip.times_s[-1] > 10
        for time_s, index, picture in zip(clip.times_s, clip.indices, clip.frames, strict=True):
            assert time_s == pytest.approx(index / 10, abs=0.05)
            assert read_frame_number(picture) == index % 40
    assert [number for _, number in numbers(path, start_s=7.55)][:5] == [36, 37, 38, 39, 0]


def test_subtitles_of_every_part_are_read(tmp_path: Path) -> None:
    lines, part = tmp_path / "lines.srt", tmp_path / "part.mkv"
    lines.write_text("1\n00:00:01,000 --> 00:00:02,000\nHello\n\n")
    ffmpeg("-i", base(tmp_path), "-i", lines, "-map", "0", "-map", "1", "-c:v", "copy", part)
    path = tmp_path / "joined.mkv"
    path.write_bytes(2 * part.read_bytes())
    assert [cue.start_s for cue in read_subtitles(path)] == pytest.approx([1.0, 5.0], abs=0.02)


def test_a_joined_file_cannot_be_copied(tmp_path: Path) -> None:
    path = copies("x.mkv", "-c:v", "copy")(tmp_path)
    with pytest.raises(SettingError, match="joined"):
        list(in_process(copy_ranges)(path, [(1.0, 2.0)], ".mkv"))


def test_a_file_within_a_file_is_no_part(tmp_path: Path) -> None:
    """An attachment of a Matroska file, and trailing bytes that are no file."""
    attachment, path = film(tmp_path, "mkv"), tmp_path / "x.mkv"
    ffmpeg(
        "-i", base(tmp_path), "-c", "copy", "-attach", attachment, "-metadata:s:t", "mimetype=video/x-matroska", path
    )  # fmt: skip
    size = path.stat().st_size
    assert find_parts(path) == ((0, size),)
    assert in_process(probe)(path).duration_s == pytest.approx(4.0, abs=0.1)
    plain = film(tmp_path, "mp4")
    shutil.copy(plain, tmp_path / "tail.mp4")
    with (tmp_path / "tail.mp4").open("ab") as file:
        file.write(bytes(1000))
    assert len(find_parts(tmp_path / "tail.mp4")) == 1
    assert in_process(probe)(tmp_path / "tail.mp4").duration_s == pytest.approx(4.0, abs=0.1)


def test_a_part_that_cannot_be_opened_is_reported(tmp_path: Path) -> None:
    whole = film(tmp_path, "mkv").read_bytes()
    path = tmp_path / "joined.mkv"
    path.write_bytes(whole + whole[:300] + b"\0" * 5000)
    clip = in_process(read_clip)(path, SamplingPlan(num_frames=4))
    assert clip.readable_until_s == pytest.approx(3.9, abs=0.3)


def test_a_damaged_length_points_nowhere(tmp_path: Path) -> None:
    """A segment of nearly 2 to the power of 56 bytes, further than file systems can seek."""
    path = tmp_path / "damaged.webm"
    header = bytes.fromhex("1a45dfa3") + b"\x87\x42\x82\x84webm"
    path.write_bytes(header + bytes.fromhex("18538067 01fffffffffffffe") + bytes(200))
    assert find_parts(path) == ((0, path.stat().st_size),)

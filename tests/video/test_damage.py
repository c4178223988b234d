"""Damaged files: what can be decoded is read, at its time, and what cannot is reported."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from tests.video.kinds import ffmpeg
from tests.videos import VideoSpec, read_frame_number, write_video
from vqa.errors import VideoError
from vqa.types import SamplingPlan
from vqa.video.reader import read_clip
from vqa.video.sandbox import in_process

FPS, COUNT = 25, 250


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten seconds with a key frame every 12 frames."""
    folder = tmp_path_factory.mktemp("damage")
    return write_video(VideoSpec(file="base.mp4", fps=FPS, count=COUNT), folder)


@pytest.mark.parametrize("container", ["mp4", "mov", "mkv", "ts", "avi"])
@pytest.mark.parametrize(("fill", "strategy"), [("zeros", "uniform"), ("noise", "shots")])
def test_damage_in_the_middle_is_skipped_and_reported(
    container: str, fill: str, strategy: str, base: Path, tmp_path: Path
) -> None:
    path = tmp_path / f"damaged.{container}"
    ffmpeg("-i", base, "-c", "copy", "-bsf:v", "h264_mp4toannexb" if container == "ts" else "null", path)  # fmt: skip
    data = bytearray(path.read_bytes())
    start, end = len(data) // 3, 2 * len(data) // 3
    noise = np.random.default_rng(0).bytes(end - start)
    data[start:end] = noise if fill == "noise" else bytes(end - start)
    path.write_bytes(data)
    clip = in_process(read_clip)(path, SamplingPlan(strategy=strategy, num_frames=12))  # type: ignore[arg-type]
    assert min(clip.times_s) < 2
    assert max(clip.times_s) > 8
    assert clip.readable_until_s is None
    assert len(clip.gaps_s) >= 1
    gap_start_s, gap_end_s = clip.gaps_s[0][0], clip.gaps_s[-1][1]
    assert 1.5 < gap_start_s < 5
    assert 5 < gap_end_s < 9.5
    for picture, time_s in zip(clip.frames, clip.times_s, strict=True):
        if time_s < gap_start_s - 0.5 or time_s > gap_end_s + 1.0:
            assert read_frame_number(picture) == pytest.approx(time_s * FPS, abs=0.6)


@pytest.mark.parametrize("container", ["mp4", "mkv", "ts", "flv"])
def test_file_that_breaks_off_says_until_when_it_is_readable(
    container: str, base: Path, tmp_path: Path
) -> None:
    path = tmp_path / f"cut.{container}"
    options = ("-movflags", "faststart") if container == "mp4" else ()
    ffmpeg("-i", base, "-c", "copy", *options, path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    clip = in_process(read_clip)(path, SamplingPlan(num_frames=8))
    assert max(clip.times_s) < 7
    if container != "ts":  # nothing tells how long a transport stream was
        assert clip.readable_until_s is not None
        assert max(clip.times_s) <= clip.readable_until_s < 7


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("small.mkv", ("-c:v", "libx265", "-x265-params", "log-level=none:keyint=25")),
        ("small.wmv", ("-c:v", "wmv2", "-q:v", "2", "-g", "25")),
        ("pages.ogv", ("-c:v", "libtheora", "-q:v", "9", "-g", "25")),
    ],
)
def test_damaged_packets_of_a_small_file_are_reported(
    name: str, options: tuple[str, ...], base: Path, tmp_path: Path
) -> None:
    path = tmp_path / name
    ffmpeg("-i", base, *options, path)
    data = bytearray(path.read_bytes())
    start, end = round(0.35 * len(data)), round(0.5 * len(data))
    data[start:end] = np.random.default_rng(5).bytes(end - start)
    path.write_bytes(data)
    clip = in_process(read_clip)(path, SamplingPlan(num_frames=25))
    assert len(clip.gaps_s) >= 1
    assert clip.times_s[-1] > 9
    for picture, time_s in zip(clip.frames, clip.times_s, strict=True):
        if not any(start_s - 0.1 < time_s < end_s + 1.1 for start_s, end_s in clip.gaps_s):
            assert read_frame_number(picture) == pytest.approx(time_s * FPS, abs=0.6)


def test_fragments_that_cannot_be_reached_are_reported(base: Path, tmp_path: Path) -> None:
    """No fragment of an MP4 file is found behind a damaged one."""
    path = tmp_path / "fragments.mp4"
    ffmpeg("-i", base, "-vf", "noise=alls=40:allf=t", "-c:v", "libx264", "-g", "25", "-preset", "ultrafast",
           "-movflags", "frag_keyframe+empty_moov", path)  # fmt: skip
    whole = in_process(read_clip)(path, SamplingPlan(num_frames=8))
    assert whole.readable_until_s is None
    data = bytearray(path.read_bytes())
    start, end = round(0.4 * len(data)), round(0.5 * len(data))
    data[start:end] = bytes(end - start)
    path.write_bytes(data)
    clip = in_process(read_clip)(path, SamplingPlan(num_frames=8))
    assert clip.readable_until_s is not None
    assert clip.times_s[-1] <= clip.readable_until_s < 6


def test_single_damaged_bytes_never_crash(base: Path, tmp_path: Path) -> None:
    data = base.read_bytes()
    rng = np.random.default_rng(1)
    path = tmp_path / "flipped.mp4"
    for _ in range(10):
        damaged = bytearray(data)
        for place in rng.integers(0, len(data), 20):
            damaged[place] = int(rng.integers(256))
        path.write_bytes(damaged)
        with suppress(VideoError):
            clip = in_process(read_clip)(path, SamplingPlan(num_frames=4))
            assert list(clip.times_s) == sorted(clip.times_s)

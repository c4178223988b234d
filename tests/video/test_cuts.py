"""Cuts of long videos: the true ones are found by seeking, and motion makes none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.video.kinds import ffmpeg
from vqa.types import Clip, SamplingPlan
from vqa.video.reader import read_clip
from vqa.video.sandbox import in_process

SHOT_SECONDS = (3, 5, 2, 6, 4, 3, 7, 2, 4, 5)
SCENES = ("testsrc2", "mandelbrot", "rgbtestsrc", "smptebars", "testsrc")
ENCODERS = {
    "long groups": ("-c:v", "libx264", "-preset", "ultrafast"),
    "short groups": ("-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-sc_threshold", "0"),
    "MPEG-4": ("-c:v", "mpeg4", "-g", "12", "-q:v", "5"),
}


@pytest.fixture(autouse=True)
def seeks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make short videos count as long."""
    monkeypatch.setattr("vqa.video.seeking._SEQUENTIAL_PIXELS", 0)


def read_shots(path: Path) -> Clip:
    return in_process(read_clip)(path, SamplingPlan(strategy="shots", num_frames=16))


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize("scene", ["testsrc2", "mandelbrot"])
def test_motion_makes_no_cut(scene: str, encoder: str, tmp_path: Path) -> None:
    path = tmp_path / "shot.mp4"
    ffmpeg(
        "-f", "lavfi", "-i", f"{scene}=s=192x108:r=25", "-t", "30", "-pix_fmt", "yuv420p", *ENCODERS[encoder], path
    )  # fmt: skip
    assert len(read_shots(path).shots) == 1


@pytest.mark.parametrize("max_key_frames", [128, 8])
@pytest.mark.parametrize("encoder", ENCODERS)
def test_cuts_are_located(
    encoder: str, max_key_frames: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if only some of the keyframes are compared, as in a film of hours."""
    monkeypatch.setattr("vqa.video.seeking._MAX_KEY_FRAMES", max_key_frames)
    path, inputs = tmp_path / "film.mp4", []
    for number, seconds in enumerate(SHOT_SECONDS):
        scene = SCENES[number % len(SCENES)]
        inputs += ["-f", "lavfi", "-t", str(seconds), "-i", f"{scene}=s=192x108:r=25"]
    joined = "".join(f"[{n}]setsar=1,format=yuv420p[v{n}];" for n in range(len(SHOT_SECONDS)))
    joined += "".join(f"[v{n}]" for n in range(len(SHOT_SECONDS)))
    joined += f"concat=n={len(SHOT_SECONDS)}:v=1[v]"
    ffmpeg(*inputs, "-filter_complex", joined, "-map", "[v]", *ENCODERS[encoder], path)
    cuts_s = [float(sum(SHOT_SECONDS[: n + 1])) for n in range(len(SHOT_SECONDS) - 1)]
    actual_s = [shot.start_s for shot in read_shots(path).shots[1:]]
    located = [cut_s for cut_s in cuts_s if any(abs(cut_s - s) < 0.25 for s in actual_s)]
    if max_key_frames == 128:
        assert located == cuts_s
    else:
        assert len(located) >= 5
    assert all(any(abs(s - cut_s) < 0.25 for cut_s in cuts_s) for s in actual_s)

"""Cuts of long videos: the true ones are found by seeking, and motion makes none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.video.kinds import ffmpeg
from tests.videos import write_clip
from vqa.types import Clip, SamplingPlan
from vqa.video.cuts import is_cut
from vqa.video.inspection import inspect
from vqa.video.opencv import content_change
from vqa.video.reader import read_clip
from vqa.video.sandbox import in_process
from vqa.video.shots import CUT_THRESHOLD

SHOT_SECONDS = (3, 5, 2, 6, 4, 3, 7, 2, 4, 5)
CUTS_S = [float(sum(SHOT_SECONDS[: n + 1])) for n in range(len(SHOT_SECONDS) - 1)]
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


def write_film(path: Path, *options: str) -> Path:
    """Write ten shots that last SHOT_SECONDS, so that the cuts lie at CUTS_S."""
    inputs: list[str] = []
    for number, seconds in enumerate(SHOT_SECONDS):
        scene = SCENES[number % len(SCENES)]
        inputs += [
            "-f",
            "lavfi",
            "-t",
            str(seconds),
            "-i",
            f"{scene}=s=192x108:r=25",
        ]
    joined = "".join(f"[{n}]setsar=1,format=yuv420p[v{n}];" for n in range(len(SHOT_SECONDS)))
    joined += "".join(f"[v{n}]" for n in range(len(SHOT_SECONDS)))
    joined += f"concat=n={len(SHOT_SECONDS)}:v=1[v]"
    ffmpeg(*inputs, "-filter_complex", joined, "-map", "[v]", *options, path)
    return path


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize("scene", ["testsrc2", "mandelbrot"])
def test_motion_makes_no_cut(scene: str, encoder: str, tmp_path: Path) -> None:
    path = tmp_path / "shot.mp4"
    ffmpeg(
        "-f", "lavfi", "-i", f"{scene}=s=192x108:r=25", "-t", "30", "-pix_fmt", "yuv420p", *ENCODERS[encoder], path
    )  # fmt: skip
    assert len(read_shots(path).shots) == 1


def test_keyframe_that_restores_detail_makes_no_cut() -> None:
    """The frames before it lost the dark noise of the picture; a cut changes more than noise."""
    rng = np.random.default_rng(0)
    sharp = rng.integers(0, 24, (72, 128, 3)).astype(np.uint8)
    blocks = sharp.reshape(18, 4, 32, 4, 3).mean((1, 3)).round().astype(np.uint8)
    faded = blocks.repeat(4, axis=0).repeat(4, axis=1)
    bright = np.flip(sharp, 0) + np.linspace(0, 200, 72).astype(np.uint8)[:, None, None]
    assert content_change(faded, sharp) > CUT_THRESHOLD
    assert not is_cut(faded, sharp)
    assert is_cut(sharp, bright)


@pytest.mark.parametrize("max_key_frames", [128, 8])
@pytest.mark.parametrize("encoder", ENCODERS)
def test_cuts_are_located(
    encoder: str, max_key_frames: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if only some of the keyframes are compared, as in a film of hours."""
    monkeypatch.setattr("vqa.video.seeking._MAX_KEY_FRAMES", max_key_frames)
    path = write_film(tmp_path / "film.mp4", *ENCODERS[encoder])
    actual_s = [shot.start_s for shot in read_shots(path).shots[1:]]
    located = [cut_s for cut_s in CUTS_S if any(abs(cut_s - s) < 0.25 for s in actual_s)]
    if max_key_frames == 128:
        assert located == CUTS_S
    else:
        assert len(located) >= 5
    assert all(any(abs(s - cut_s) < 0.25 for cut_s in CUTS_S) for s in actual_s)


def camera_pictures() -> Iterator[NDArray[np.uint8]]:
    """Yield the frames of ten shots, each a pan over a textured picture of its own."""
    rng = np.random.default_rng(0)
    for seconds in SHOT_SECONDS:
        coarse = Image.fromarray(rng.integers(0, 255, (8, 12, 3), np.uint8))
        smooth = np.asarray(coarse.resize((460, 108), Image.Resampling.BICUBIC)).astype(np.int16)
        texture = rng.integers(-25, 25, (108, 460, 1)) + smooth
        canvas = np.clip(texture, 0, 255).astype(np.uint8)
        for number in range(25 * seconds):
            yield canvas[:, number : number + 192]


@pytest.mark.parametrize(
    "options",
    [
        ("-c:v", "libx264", "-preset", "veryfast", "-keyint_min", "250"),
        ("-c:v", "libx264", "-preset", "veryfast", "-keyint_min", "25"),
        (
            "-c:v",
            "libx265",
            "-preset",
            "superfast",
            "-x265-params",
            "log-level=none",
        ),
    ],
)
def test_intra_coded_frames_are_cuts(
    options: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The encoder marks the cuts, so that a few decoded ones show that all are to be trusted."""
    monkeypatch.setattr("vqa.video.cuts._CONFIRMED_PIXELS", 60 * 192 * 108)
    plain, path = tmp_path / "plain.mp4", tmp_path / "film.mp4"
    write_clip(plain, [], fps=25, pictures=[*camera_pictures()])
    ffmpeg("-i", plain, *options, path)
    timeline = inspect(path).timeline
    if options[-1].endswith("250"):
        assert len(set(timeline.intra_times_s.round(2).tolist()) & set(CUTS_S)) >= 3
    actual_s = [shot.start_s for shot in read_shots(path).shots[1:]]
    assert set(np.round(actual_s, 2).tolist()) <= set(CUTS_S)
    assert len(actual_s) >= 6


@pytest.mark.parametrize("encoder", ["long groups", "regular groups"])
def test_cuts_of_a_part_are_those_of_the_whole(
    encoder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the packets mark after the part takes none of its budget."""
    monkeypatch.setattr("vqa.video.cuts._CONFIRMED_PIXELS", 30 * 192 * 108)
    options = {
        "long groups": ("-keyint_min", "1"),
        "regular groups": ("-g", "100", "-keyint_min", "100", "-sc_threshold", "0"),
    }
    path, plain = tmp_path / "film.mp4", tmp_path / "plain.mp4"
    rng = np.random.default_rng(0)
    canvases = [
        np.asarray(Image.fromarray(coarse).resize((300, 108), Image.Resampling.BICUBIC))
        for coarse in rng.integers(0, 255, (20, 8, 12, 3), np.uint8)
    ]
    pictures = [canvas[:, n : n + 192] for canvas in canvases for n in range(100)]  # 4 s each
    write_clip(plain, [], fps=25, pictures=pictures)
    ffmpeg("-i", plain, "-c:v", "libx264", "-preset", "veryfast", *options[encoder], path)
    plan = SamplingPlan(strategy="shots", num_frames=480, start_s=10.0, end_s=34.0)
    clip = in_process(read_clip)(path, plan)
    starts_s = [shot.start_s for shot in clip.shots[1:]]
    assert starts_s == pytest.approx([12.0, 16.0, 20.0, 24.0, 28.0, 32.0], abs=0.05)


def slow_pictures(shot_frames: Sequence[int]) -> Iterator[NDArray[np.uint8]]:
    """Yield the frames of shots, each a slow pan over a picture in which a textured square moves."""
    rng = np.random.default_rng(1)
    square = rng.integers(0, 255, (40, 40, 3), np.uint8)
    for num_frames in shot_frames:
        coarse = Image.fromarray(rng.integers(0, 255, (6, 9, 3), np.uint8))
        canvas = np.asarray(coarse.resize((260, 108), Image.Resampling.BICUBIC)).astype(np.int16)
        canvas = np.clip(canvas + rng.integers(-20, 20, (108, 260, 1)), 0, 255).astype(np.uint8)
        for number in range(num_frames):
            picture = canvas[:, number // 8 : number // 8 + 192].copy()
            picture[30:70, number % 150 : number % 150 + 40] = square
            yield picture


EQUAL_SHOTS, UNEQUAL_SHOTS = (100,) * 10, (70, 130, 90, 110, 60, 150, 80, 120, 140, 50)
FAST = ("-c:v", "libx264", "-preset", "veryfast")
KINDS = {
    "equal shots": (EQUAL_SHOTS, FAST),
    "equal shots, settings removed": (EQUAL_SHOTS, (*FAST, "-bsf:v", "filter_units=remove_types=6")),
    "cuts at a fixed interval": (EQUAL_SHOTS, (*FAST, "-g", "100", "-sc_threshold", "0")),
    "cuts within fixed groups": (UNEQUAL_SHOTS, (*FAST, "-g", "250", "-sc_threshold", "0")),
    "HEVC, cuts within fixed groups": (
        UNEQUAL_SHOTS,
        ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def plain_films(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[int, ...], Path]:
    folder = tmp_path_factory.mktemp("films")
    return {
        shots: write_clip(folder / f"{shots[0]}.mp4", [], fps=25, pictures=[*slow_pictures(shots)])
        for shots in (EQUAL_SHOTS, UNEQUAL_SHOTS)
    }


@pytest.mark.parametrize("kind", KINDS)
def test_cuts_are_found_within_a_small_budget(
    kind: str,
    plain_films: dict[tuple[int, ...], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The budget suffices for about a fifth of the video."""
    monkeypatch.setattr("vqa.video.cuts._CONFIRMED_PIXELS", 200 * 192 * 108)
    shots, options = KINDS[kind]
    path = tmp_path / "film.mp4"
    ffmpeg("-i", plain_films[shots], *options, path)
    actual_s = [shot.start_s for shot in read_shots(path).shots[1:]]
    assert actual_s == pytest.approx((np.cumsum(shots[:-1]) / 25).tolist(), abs=0.17)


def test_shaking_camera_makes_no_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All keyframes differ, and none of the ranges between them has a cut."""
    monkeypatch.setattr("vqa.video.cuts._CONFIRMED_PIXELS", 60 * 192 * 108)
    rng = np.random.default_rng(0)
    coarse = Image.fromarray(rng.integers(0, 255, (24, 40, 3), np.uint8))
    canvas = np.asarray(coarse.resize((800, 500), Image.Resampling.BICUBIC))
    steps = np.arange(1000) / 25
    lefts = (300 + 280 * np.sin(1.3 * steps)).astype(int)
    tops = (190 + 180 * np.sin(1.7 * steps)).astype(int)
    pictures = [canvas[y : y + 108, x : x + 192] for x, y in zip(lefts, tops, strict=True)]
    plain, path = tmp_path / "plain.mp4", tmp_path / "film.mp4"
    write_clip(plain, [], fps=25, pictures=pictures)
    ffmpeg("-i", plain, *FAST, "-g", "100", "-sc_threshold", "0", path)
    assert len(read_shots(path).shots) == 1

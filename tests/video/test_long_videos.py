"""Long videos are read by seeking, and their packets may not be scanned: the same frames, damage reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.video.kinds import ffmpeg
from tests.videos import VideoSpec, read_frame_number, write_video
from vqa.types import Clip, SamplingPlan
from vqa.video import inspection
from vqa.video.reader import read_clip
from vqa.video.sandbox import in_process
from vqa.video.source import Source

FPS, COUNT = 10, 250


@pytest.fixture(autouse=True)
def no_remembered_files() -> None:
    """The limits that tests change are applied when a file is inspected for the first time."""
    inspection._inspect_state.cache_clear()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """25 s with a keyframe every 6 s, and frames that no other frame refers to."""
    spec = VideoSpec(file="film.mp4", fps=FPS, count=COUNT, options={"g": "60", "bf": "3"})
    return write_video(spec, tmp_path_factory.mktemp("long"))


def read(path: Path, **plan: object) -> Clip:
    return in_process(read_clip)(path, SamplingPlan(**plan))  # type: ignore[arg-type]


@pytest.mark.parametrize("is_scanned", [True, False])
@pytest.mark.parametrize("container", ["mp4", "mkv"])
@pytest.mark.parametrize(
    "plan",
    [
        {"num_frames": 7},
        {"num_frames": 16, "start_s": 3.3, "end_s": 21.0},
        {"strategy": "interval", "interval_s": 2.5, "num_frames": 32},
    ],
)
def test_seeking_reads_the_frames_of_sequential_decoding(
    plan: dict[str, object], container: str, is_scanned: bool, film: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    path = tmp_path / f"film.{container}"
    ffmpeg("-i", film, "-c", "copy", path)
    expected = read(path, **plan)
    inspection._inspect_state.cache_clear()
    monkeypatch.setattr("vqa.video.seeking._SEQUENTIAL_PIXELS", 0)
    if not is_scanned:
        monkeypatch.setattr("vqa.video.inspection._MAX_SCAN_BYTES", 0)
    actual = read(path, **plan)
    assert actual.times_s == pytest.approx(expected.times_s, abs=0.001 if is_scanned else 0.1)
    for picture, time_s in zip(actual.frames, actual.times_s, strict=True):
        assert read_frame_number(picture) == round(time_s * FPS)


@pytest.mark.parametrize("fewer_pixels", [True, False])
@pytest.mark.parametrize("container", ["mp4", "mkv", "ts", "avi"])
@pytest.mark.parametrize("strategy", ["uniform", "shots"])
def test_damage_in_a_file_too_large_to_scan_is_reported(
    strategy: str, container: str, fewer_pixels: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """The rest is read at its times, by seeking and by decoding all frames."""
    monkeypatch.setattr("vqa.video.inspection._MAX_SCAN_BYTES", 0)
    if not fewer_pixels:
        monkeypatch.setattr("vqa.video.seeking._SEQUENTIAL_PIXELS", 0)
    film, path = tmp_path / "film.mp4", tmp_path / f"damaged.{container}"
    write_video(VideoSpec(file="film.mp4", fps=FPS, count=COUNT), tmp_path)
    ffmpeg("-i", film, "-c", "copy", path)
    data = bytearray(path.read_bytes())
    start, end = 2 * len(data) // 5, 3 * len(data) // 5
    data[start:end] = bytes(end - start)
    path.write_bytes(data)
    clip = read(path, strategy=strategy, num_frames=10)
    assert clip.times_s[0] < 2.5
    assert clip.times_s[-1] > 21
    assert clip.readable_until_s is None
    assert len(clip.gaps_s) == 1
    ((gap_start_s, gap_end_s),) = clip.gaps_s
    assert 6 < gap_start_s < 12
    assert 13 < gap_end_s < 18
    for picture, time_s in zip(clip.frames, clip.times_s, strict=True):
        if not gap_start_s - 0.5 < time_s < gap_end_s + 1.5:
            assert read_frame_number(picture) == pytest.approx(time_s * FPS, abs=0.6)


def test_a_file_is_inspected_once_until_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_video(VideoSpec(file="film.mp4", fps=FPS, count=COUNT), tmp_path)
    inspected: list[Path] = []
    inspect_container = inspection._inspect_container

    def count(path: Path, *, scans_all: bool) -> Source:
        inspected.append(path)
        return inspect_container(path, scans_all=scans_all)

    monkeypatch.setattr(inspection, "_inspect_container", count)
    for start_s in (0.0, 5.0, 10.0):
        read(path, num_frames=2, start_s=start_s, end_s=start_s + 5)
    assert inspected == [path]
    write_video(VideoSpec(file="film.mp4", fps=FPS, count=COUNT // 2), tmp_path)
    assert read(path, num_frames=2).info.duration_s == pytest.approx(COUNT / FPS / 2, abs=0.2)
    assert inspected == [path] * 2


def test_the_packets_of_a_long_file_are_read_on_request(
    film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vqa.video.inspection._MAX_SCAN_BYTES", 0)
    plan = SamplingPlan(num_frames=4)
    estimate = in_process(read_clip)(film, plan)
    exact = in_process(read_clip)(film, plan, scans_all=True)
    assert exact.indices == tuple(round(time_s * FPS) for time_s in exact.times_s)
    assert estimate.times_s == pytest.approx(exact.times_s, abs=0.1)
    monkeypatch.setattr("vqa.video.seeking._SEQUENTIAL_PIXELS", 0)
    assert not len(inspection.inspect(film).timeline.times_s)
    assert len(inspection.inspect(film, scans_all=True).timeline.times_s) == COUNT


def test_a_plan_by_shots_takes_frames_that_need_few_others(
    film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A keyframe, else one as early as its share of the time allows."""
    monkeypatch.setattr("vqa.video.seeking._SEQUENTIAL_PIXELS", 0)
    clip = read(film, strategy="shots", num_frames=5, end_s=12.4)
    assert len(clip.shots) == 1
    # The times are 1.24, 3.72, …, give or take 1; there are keyframes at 0, 6 and 12.
    assert clip.times_s == pytest.approx((0.25, 2.73, 6.0, 7.7, 12.0), abs=0.1)
    for picture, time_s in zip(clip.frames, clip.times_s, strict=True):
        assert read_frame_number(picture) == round(time_s * FPS)

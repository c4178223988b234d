"""The picture on show at a time answers for it: slides, stills with sound, gaps before the first picture."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.video.kinds import base, ffmpeg, late
from tests.videos import frame, read_frame_number
from vqa.types import Clip, SamplingPlan
from vqa.video.reader import probe, read_clip
from vqa.video.sandbox import in_process


def read(path: Path, **plan: object) -> Clip:
    return in_process(read_clip)(path, SamplingPlan(**plan))  # type: ignore[arg-type]


def main_colours(clip: Clip) -> list[int]:
    """For each frame, which of red, green and blue dominates."""
    return [int(frame.mean((0, 1)).argmax()) for frame in clip.frames]


@pytest.fixture
def slides(tmp_path: Path) -> Path:
    """Red for 10 s, green for 10 s, blue for 30 s, in three frames."""
    for number, (colour, seconds) in enumerate([("red", 10), ("lime", 10), ("blue", 30)]):
        ffmpeg(
            "-f", "lavfi", "-i", f"color={colour}:s=192x128:r=1/{seconds}:d={seconds}", "-frames:v", "1",
            "-c:v", "libx264", "-pix_fmt", "yuv420p", tmp_path / f"{number}.mkv",
        )  # fmt: skip
    listing = tmp_path / "list"
    listing.write_text(
        "file 0.mkv\nduration 10\nfile 1.mkv\nduration 10\nfile 2.mkv\nduration 30\n"
    )
    path = tmp_path / "slides.mkv"
    ffmpeg("-f", "concat", "-i", listing, "-c", "copy", path)
    return path


@pytest.mark.parametrize("strategy", ["uniform", "shots"])
@pytest.mark.parametrize(
    ("start_s", "end_s", "colours"),
    [
        (0, None, [0, 1, 2]),
        (7, 9, [0]),
        (9, 11, [0, 1]),
        (12, 19, [1]),
        (45, 49, [2]),
        (0, 5, [0]),
        (5, None, [0, 1, 2]),
    ],
)
def test_slide_on_show_is_read(
    strategy: str, start_s: float, end_s: float | None, colours: list[int], slides: Path
) -> None:
    clip = read(slides, strategy=strategy, num_frames=9, start_s=start_s, end_s=end_s)
    assert main_colours(clip) == colours
    assert clip.times_s == tuple(10.0 * colour for colour in colours)
    assert clip.info.duration_s == pytest.approx(50)
    assert clip.readable_until_s is None
    assert clip.gaps_s == ()


def test_single_frame_lasts_as_long_as_the_file_says(tmp_path: Path) -> None:
    path = tmp_path / "one.mp4"
    ffmpeg("-f", "lavfi", "-i", "color=red:s=192x128:r=1/5:d=5", "-frames:v", "1", "-c:v", "libx264", "-pix_fmt", "yuv420p", path)  # fmt: skip
    for start_s in (0.0, 3.0):
        clip = read(path, strategy="shots", start_s=start_s)
        assert clip.times_s == (0.0,)
        assert clip.readable_until_s is None
        assert clip.info.duration_s == pytest.approx(5)


@pytest.mark.parametrize("frames", [1, 10])
def test_sound_outlasts_the_picture(frames: int, tmp_path: Path) -> None:
    path = tmp_path / "still.webm"
    ffmpeg(
        "-f", "lavfi", "-i", f"color=red:s=192x128:r=10:d={frames / 10}", "-f", "lavfi", "-i", "sine=d=60",
        "-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libvorbis", path,
    )  # fmt: skip
    assert in_process(probe)(path).duration_s == pytest.approx(60, abs=0.1)
    for strategy in ("uniform", "shots"):
        clip = read(path, strategy=strategy, num_frames=16)
        assert len(clip.times_s) == frames
        assert clip.readable_until_s is None
        later = read(path, strategy=strategy, num_frames=4, start_s=30, end_s=40)
        assert later.times_s == clip.times_s[-1:]
        assert later.readable_until_s is None


def test_first_picture_answers_for_the_sound_before_it(tmp_path: Path) -> None:
    path = late("late.mp4")(tmp_path)
    clip = read(path, num_frames=4, start_s=1, end_s=3)
    assert [read_frame_number(frame) for frame in clip.frames] == [0]
    assert clip.times_s == pytest.approx((5.0,))
    clip = read(path, num_frames=2, start_s=4, end_s=6)
    assert min(clip.times_s) >= 5.0 - 1e-6
    assert max(clip.times_s) < 6.0


def test_window_of_a_time_lapse_shows_its_picture(tmp_path: Path) -> None:
    path = tmp_path / "lapse.mp4"
    ffmpeg("-r", "1/3", "-i", base(tmp_path), "-c:v", "libx264", path)
    # One picture in three seconds: number k from 3 k on.
    clip = read(path, num_frames=3, start_s=31, end_s=32)
    assert [read_frame_number(frame) for frame in clip.frames] == [10]


@pytest.mark.parametrize("name", ["a.gif", "a.png", "a.webp", "a.avif", "frame%03d.png", "a%d.gif"])
def test_pictures_of_an_animation_last_as_long_as_they_say(name: str, tmp_path: Path) -> None:
    delays_s = (0.1, 3.0, 0.2, 5.0, 0.1, 7.0)
    pictures = [Image.fromarray(frame(k, ((k * 40), 90, 160))) for k in range(6)]
    durations = [round(1000 * s) for s in delays_s]
    pictures[0].save(
        tmp_path / name, save_all=True, append_images=pictures[1:], duration=durations, quality=90
    )
    assert in_process(probe)(tmp_path / name).duration_s == pytest.approx(sum(delays_s), abs=0.05)
    for number, delay_s in enumerate(delays_s):
        start_s = sum(delays_s[:number])
        clip = read(
            tmp_path / name, num_frames=1, start_s=start_s + 0.01, end_s=start_s + delay_s - 0.01
        )
        assert [read_frame_number(f) for f in clip.frames] == [number]
        assert clip.times_s[0] == pytest.approx(start_s, abs=0.03)


def test_last_picture_of_reordered_slides_ends_when_it_ends(tmp_path: Path) -> None:
    """The last frame displayed is decoded before others, for as long as a slide."""
    listing, path = tmp_path / "list", tmp_path / "slides.mp4"
    lines = []
    for number, seconds in enumerate((0.1, 3, 0.2, 5, 0.1, 7)):
        Image.fromarray(frame(number, (90, 90, 90))).save(tmp_path / f"{number}.png")
        lines.append(f"file {number}.png\nduration {seconds}\n")
    listing.write_text("".join([*lines, "file 5.png\n"]))
    ffmpeg(
        "-f", "concat", "-i", listing, "-vsync", "vfr", "-pix_fmt", "yuv420p", "-c:v", "libx264",
        "-preset", "veryfast", path,
    )  # fmt: skip
    assert in_process(probe)(path).duration_s == pytest.approx(15.44, abs=0.1)


def test_track_that_begins_late_in_a_program_stream_is_found(tmp_path: Path) -> None:
    """Nothing lists the tracks of a program stream; the picture begins after 20 s of sound."""
    make = late("late.vob", 20, "-vf", "fps=25", "-c:v", "mpeg2video", "-vsync", "passthrough")
    clip = read(make(tmp_path), num_frames=8)
    assert clip.info.duration_s == pytest.approx(24, abs=0.1)
    assert len(clip.times_s) == 8
    for picture, time_s in zip(clip.frames, clip.times_s, strict=True):
        assert read_frame_number(picture) == pytest.approx((time_s - 20) * 10, abs=1)

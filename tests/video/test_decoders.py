"""One contract for all decoders, over all videos: the true frame, at its true time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest

from tests.videos import HEIGHT, SPECS, WIDTH, number_of
from vqa.video import opencv, pyav

DECODERS = {"opencv": opencv, "pyav": pyav}


# OpenCV reads no AV1; the reader gives it to PyAV.
CASES = [(d, n) for d in DECODERS for n in SPECS if (d, n) != ("opencv", "av1.mp4")]


@pytest.mark.parametrize(("decoder", "name"), CASES)
def test_every_frame_is_given_at_its_time(
    decoder: str, name: str, videos: Mapping[str, Path]
) -> None:
    module: ModuleType = DECODERS[decoder]
    spec = SPECS[name]
    seen = []
    for frame in module.frames(videos[name]):
        picture = frame.rgb(10_000)
        if spec.turned:
            assert picture.shape == (WIDTH, HEIGHT, 3)
            picture = picture.swapaxes(0, 1)[:, ::1][::1]
            picture = picture if number_of(picture) == frame.index else picture[::-1]
        seen.append((frame.index, number_of(picture), frame.time_s))
    assert [index for index, *_ in seen] == list(range(spec.count))
    assert [number for _, number, _ in seen] == list(range(spec.count))
    assert [time_s for *_, time_s in seen] == pytest.approx(spec.times_s, abs=0.012)


@pytest.mark.parametrize("decoder", DECODERS)
def test_pictures_shrink_but_never_grow(decoder: str, videos: Mapping[str, Path]) -> None:
    for side, shape in ((64, (64, 96, 3)), (4000, (HEIGHT, WIDTH, 3))):
        running = DECODERS[decoder].frames(videos["h264.mp4"])
        assert next(running).rgb(side).shape == shape


def test_both_decoders_see_the_same_colours(videos: Mapping[str, Path]) -> None:
    running, other = opencv.frames(videos["h264.mp4"]), pyav.frames(videos["h264.mp4"])
    ours, theirs = next(running).rgb(500)[-1, 0], next(other).rgb(500)[-1, 0]
    assert abs(ours.astype(int) - theirs.astype(int)).max() <= 6
    assert ours[0] > ours[2]


def test_key_frames_carry_their_own_times(videos: Mapping[str, Path]) -> None:
    found = list(pyav.key_frames(videos["h264.mp4"], [0.1, 0.6, 1.1, 1.7], 24))
    assert found
    for frame in found:
        assert number_of(frame.rgb(500)) == frame.index
        assert frame.time_s == pytest.approx(frame.index / 24, abs=0.01)


def test_a_time_is_reached_by_decoding_on(videos: Mapping[str, Path]) -> None:
    found = list(pyav.frames_at(videos["h264.mp4"], [0.5, 1.0, 1.5], 24))
    assert [frame.index for frame in found] == [12, 24, 36]
    assert [number_of(frame.rgb(500)) for frame in found] == [12, 24, 36]

"""Contract of every decoder over every test video: the true frame at its true time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest

from tests.videos import HEIGHT, SPECS, WIDTH, read_frame_number
from vqa.video import opencv, pyav
from vqa.video.inspection import inspect
from vqa.video.seeking_decoder import DecoderPool, SeekingDecoder

DECODERS = {"opencv": opencv, "pyav": pyav}


# OpenCV reads no AV1; the reader gives it to PyAV.
CASES = [(d, n) for d in DECODERS for n in SPECS if (d, n) != ("opencv", "av1.mp4")]


@pytest.mark.parametrize(("decoder", "name"), CASES)
def test_every_frame_has_its_time(decoder: str, name: str, videos: Mapping[str, Path]) -> None:
    module: ModuleType = DECODERS[decoder]
    spec = SPECS[name]
    decoded = []
    for frame in module.decode_frames(inspect(videos[name])):
        picture = frame.rgb(10_000)
        if spec.rotated:
            assert picture.shape == (WIDTH, HEIGHT, 3)
            picture = picture.swapaxes(0, 1)[:, ::1][::1]
            picture = picture if read_frame_number(picture) == frame.index else picture[::-1]
        decoded.append((frame.index, read_frame_number(picture), frame.time_s))
    assert [index for index, *_ in decoded] == list(range(spec.count))
    assert [number for _, number, _ in decoded] == list(range(spec.count))
    assert [time_s for *_, time_s in decoded] == pytest.approx(spec.times_s, abs=0.012)


@pytest.mark.parametrize("decoder", DECODERS)
def test_frames_are_downscaled_never_upscaled(decoder: str, videos: Mapping[str, Path]) -> None:
    for side, shape in ((64, (64, 96, 3)), (4000, (HEIGHT, WIDTH, 3))):
        decoder_frames = DECODERS[decoder].decode_frames(inspect(videos["h264.mp4"]))
        assert next(decoder_frames).rgb(side).shape == shape


def test_decoders_agree_on_colours(videos: Mapping[str, Path]) -> None:
    opencv_frames, pyav_frames = (
        opencv.decode_frames(inspect(videos["h264.mp4"])),
        pyav.decode_frames(inspect(videos["h264.mp4"])),
    )
    ours, theirs = next(opencv_frames).rgb(500)[-1, 0], next(pyav_frames).rgb(500)[-1, 0]
    assert abs(ours.astype(int) - theirs.astype(int)).max() <= 6
    assert ours[0] > ours[2]


def test_key_frames_have_their_own_times(videos: Mapping[str, Path]) -> None:
    with SeekingDecoder(inspect(videos["h264.mp4"])) as decoder:
        frames = [decoder.key_frame(time_s) for time_s in (0.1, 0.6, 1.1, 1.7)]
    assert len(frames) == 4
    for frame in frames:
        assert frame is not None
        assert read_frame_number(frame.rgb(500)) == frame.index
        assert frame.time_s == pytest.approx(frame.index / 24, abs=0.01)


def test_decoding_on_from_a_key_frame_reaches_each_time(videos: Mapping[str, Path]) -> None:
    with SeekingDecoder(inspect(videos["h264.mp4"])) as decoder:
        for time_s in (0.45, 1.2, 1.6):
            frames = [
                (f.index, read_frame_number(f.rgb(500)), f.time_s)
                for f in decoder.frames_between(time_s, time_s)
            ]
            assert frames[0][2] <= time_s <= frames[-1][2] <= time_s + 0.2
            for index, number, frame_s in frames:
                assert index == number
                assert frame_s == pytest.approx(index / 24, abs=0.01)


def test_a_pool_opens_each_of_its_decoders_once(
    videos: Mapping[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[SeekingDecoder] = []
    enter = SeekingDecoder.__enter__

    def counted(decoder: SeekingDecoder) -> SeekingDecoder:
        opened.append(decoder)
        return enter(decoder)

    def number_at(decoder: SeekingDecoder, time_s: float) -> int:
        frame = decoder.key_frame(time_s)
        assert frame is not None
        return read_frame_number(frame.rgb(500))

    monkeypatch.setattr(SeekingDecoder, "__enter__", counted)
    times_s = [1.7, 0.1, 1.1, 0.6]
    with SeekingDecoder(inspect(videos["h264.mp4"])) as decoder:
        numbers = [number_at(decoder, time_s) for time_s in times_s]
    assert len(set(numbers)) > 1
    opened.clear()
    with DecoderPool(inspect(videos["h264.mp4"])) as decoders:
        assert not opened
        for _ in range(3):
            assert decoders.run(times_s, number_at, lambda _: None) == numbers
    assert 1 <= len(opened) <= 2

"""Sequential decoding converts only the frames that may be chosen, whether times are known or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.videos import write_clip
from vqa.types import SamplingPlan
from vqa.video import sequential
from vqa.video.frame import DecodedFrame
from vqa.video.inspection import inspect
from vqa.video.sampling import Window
from vqa.video.sequential import Reading, decode_in_order, read_sequentially
from vqa.video.source import Source
from vqa.video.timeline import Timeline

_NUM_VIDEO_FRAMES, _FPS = 400, 20
_PLAN = SamplingPlan(strategy="shots", num_frames=8, short_side_px=48)


def _read(source: Source, *, start_s: float = 0.0) -> Reading:
    end_s = _NUM_VIDEO_FRAMES / _FPS
    window = Window(start_s=start_s, end_s=end_s, first_s=start_s)
    return read_sequentially(source, _PLAN, window, lambda _: None)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    path = tmp_path_factory.mktemp("video") / "film.mp4"
    write_clip(path, [((200, 40, 40), _NUM_VIDEO_FRAMES / _FPS)], fps=_FPS)
    return inspect(Path(path))


@pytest.mark.parametrize("start_s", [0.0, 7.3])
def test_known_times_choose_the_frames_of_unknown_ones(source: Source, start_s: float) -> None:
    without_times = replace(source, timeline=Timeline(end_s=source.timeline.end_s))
    known, unknown = _read(source, start_s=start_s), _read(without_times, start_s=start_s)
    assert len(known.frames) == _PLAN.num_frames
    assert [f.index for f in known.frames] == [f.index for f in unknown.frames]
    for ours, theirs in zip(known.frames, unknown.frames, strict=True):
        assert (ours.rgb() == theirs.rgb()).all()


def test_known_times_spare_conversions(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    converted: list[int] = []

    def counted(source: Source, *, start_s: float = 0.0) -> Iterator[DecodedFrame]:
        for frame in decode_in_order(source, start_s=start_s):

            def rgb(side: int, frame: DecodedFrame = frame) -> NDArray[np.uint8]:
                converted.append(frame.index)
                return frame.rgb(side)

            yield replace(frame, rgb=rgb)

    monkeypatch.setattr(sequential, "decode_in_order", counted)
    _read(source)
    # Eight candidates per frame of the plan are the most that remain in the end.
    assert len(converted) <= 8 * _PLAN.num_frames
    assert len(set(converted)) == len(converted)


@pytest.mark.parametrize("strategy", ["shots", "uniform"])
def test_the_usual_gap_is_not_computed_for_each_frame(
    strategy: Literal["shots", "uniform"], source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the median over all frames: with a frame each, long videos would take quadratic time."""
    calls: list[int] = []
    compute = vars(Timeline)["usual_gap_s"].fget

    def counted(timeline: Timeline) -> float:
        calls.append(1)
        return float(compute(timeline))

    monkeypatch.setattr(Timeline, "usual_gap_s", property(counted))
    window = Window(start_s=0.0, end_s=_NUM_VIDEO_FRAMES / _FPS, first_s=0.0)
    read_sequentially(source, replace(_PLAN, strategy=strategy), window, lambda _: None)
    assert len(calls) <= 2

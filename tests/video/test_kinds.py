"""Every kind of file: each frame at its true time, the true duration and the true size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.video.kinds import KINDS
from tests.videos import read_frame_number
from vqa.types import SamplingPlan
from vqa.video.reader import probe, read_clip
from vqa.video.sandbox import in_process


@pytest.mark.parametrize("name", KINDS)
def test_kind_is_read_right(name: str, tmp_path: Path) -> None:
    kind = KINDS[name]
    path = kind.make(tmp_path)
    info = in_process(probe)(path)
    assert (info.width, info.height) == kind.size
    assert info.duration_s == pytest.approx(kind.duration_s, abs=0.1)
    for strategy in ("uniform", "shots"):
        plan = SamplingPlan(strategy=strategy, num_frames=8)
        clip = in_process(read_clip)(path, plan)
        assert len(clip.times_s) == 8
        assert clip.readable_until_s is None
        assert clip.gaps_s == ()
        assert clip.frames.shape[1:] == (kind.size[1], kind.size[0], 3)
        for picture, index, time_s in zip(clip.frames, clip.indices, clip.times_s, strict=True):
            assert time_s == pytest.approx(kind.start_s + index / kind.fps, abs=0.03)
            if kind.repeats_after > 0:
                assert read_frame_number(picture) == index % kind.repeats_after
            elif kind.repeats_after < 0:
                assert read_frame_number(picture) == index - kind.repeats_after
            else:
                assert read_frame_number(picture) == pytest.approx(time_s * 10, abs=1)
        times = np.array(clip.times_s)
        assert times[0] < kind.start_s + 1.0
        assert times[-1] > kind.duration_s - 1.5

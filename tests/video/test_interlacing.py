"""Interlaced video in files that do not say so is recognised by its pixels; progressive video is not taken for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.video.kinds import ffmpeg
from vqa.types import SamplingPlan
from vqa.video.inspection import inspect
from vqa.video.reader import read_clip
from vqa.video.sandbox import in_process

CODECS = {
    "huffyuv": "yuv422p",
    "utvideo": "yuv422p",
    "ffv1": "yuv422p",
    "rawvideo": "yuyv422",
}
PROGRESSIVE = {
    "shapes": "testsrc2=s=720x576:r=25",
    "zoom": "mandelbrot=s=720x576:r=25",
    "noise": "color=gray:s=720x576:r=25,noise=alls=60:allf=t",
    "vertical scroll": "testsrc2=s=720x576:r=25,scroll=vertical=0.013",
    "a scroll by one line": "testsrc2=s=720x576:r=25,scroll=vertical=1/576",
    "horizontal scroll": "testsrc2=s=720x576:r=25,scroll=horizontal=0.02",
    "fade": "testsrc2=s=720x576:r=25,fade=out:d=1",
    "lines that flicker": "color=gray:s=720x576:r=25,geq=lum='128+100*mod(Y+N\\,2)'",
    "fine lines": "color=gray:s=720x576:r=25,geq=lum='128+100*mod(Y+floor(X/3-N/3)\\,2)'",
    "cells": "life=s=720x576:r=25:mold=10:ratio=0.2",
}


@pytest.mark.parametrize("lowpass", [0, 1])
@pytest.mark.parametrize("field", ["tff", "bff"])
@pytest.mark.parametrize("codec", CODECS)
def test_fields_that_nothing_states_are_deinterlaced(
    codec: str, field: str, lowpass: int, tmp_path: Path
) -> None:
    path = tmp_path / "tape.avi"
    ffmpeg(
        "-f", "lavfi", "-i", "color=black:s=720x576:r=50:d=1", "-f", "lavfi", "-i", "color=white:s=80x576:r=50:d=1",
        "-filter_complex", f"[0][1]overlay=x='600*t':shortest=1,interlace=scan={field}:lowpass={lowpass},setfield=prog",
        "-pix_fmt", CODECS[codec], "-c:v", codec, path,
    )  # fmt: skip
    assert inspect(path).parity == field
    clip = in_process(read_clip)(path, SamplingPlan(num_frames=5, short_side_px=576))
    for frame, time_s in zip(clip.frames, clip.times_s, strict=True):
        rows = frame[100:400].astype(np.int16).mean(-1)
        assert np.abs(rows[1:] - rows[:-1]).mean() < 3  # with combs 8 and more
        bright = np.flatnonzero(rows.mean(0) > 127)
        assert bright[0] == pytest.approx(600 * time_s, abs=4)


def test_motion_may_begin_late(tmp_path: Path) -> None:
    path = tmp_path / "tape.avi"
    ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=s=720x576:r=50:d=1", "-vf",
        "interlace=scan=tff,setfield=prog,tpad=start=40", "-pix_fmt", "yuv422p", "-c:v", "huffyuv", path,
    )  # fmt: skip
    assert inspect(path).parity == "tff"


@pytest.mark.parametrize("name", PROGRESSIVE)
def test_progressive_video_is_left_alone(name: str, tmp_path: Path) -> None:
    path = tmp_path / "film.avi"
    ffmpeg(
        "-f", "lavfi", "-i", PROGRESSIVE[name], "-t", "1", "-pix_fmt", "yuv422p", "-c:v", "huffyuv", path
    )  # fmt: skip
    assert inspect(path).hides_fields
    assert not inspect(path).is_interlaced

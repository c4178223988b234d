"""A photograph as a video of one frame, one second long, as training composes it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from vqa.types import Clip, SamplingPlan, VideoInfo


def picture_clip(path: Path) -> Clip:
    """A photograph as a clip of one frame."""
    with Image.open(path) as picture:
        frame = np.array(picture.convert("RGB"))
    info = VideoInfo(
        path=path,
        size_bytes=path.stat().st_size,
        width=frame.shape[1],
        height=frame.shape[0],
        duration_s=1.0,
        num_frames=1,
        fps=None,
        codec=path.suffix.lstrip("."),
        decoder="opencv",
    )
    return Clip(
        info=info,
        plan=SamplingPlan(num_frames=1),
        frames=frame[np.newaxis],
        times_s=(0.5,),
        indices=(0,),
    )

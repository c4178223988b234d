"""Detection of interlaced frames by pixels, where neither container nor codec states fields."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_FRAMES = 100
_HEIGHTS = (480, 486, 512, 576, 608, 1080, 1088)  # of broadcast and analog capture
_MIN_CHANGE = 1.0  # mean difference of two frames in grey values, 0 to 255
_MIN_RATIO, _MIN_WEAVE = 1.3, 0.6
_PARITIES: tuple[Literal["tff", "bff"], ...] = ("tff", "bff")
_NUM_VOTES, _MIN_SHARE = 5, 0.8


def may_be_interlaced(height: int) -> bool:
    """Whether a height in pixels is one of broadcast or analog capture, such as 576 or 1080."""
    return height in _HEIGHTS


def detect_parity(frames: Iterable[Any]) -> Literal["", "tff", "bff"]:
    """Return the field order of interlaced frames, or "" for progressive frames.

    `tff` means that the top field is displayed first, `bff` the bottom field; "" also means too
    little motion to tell. Reads frames until five of them have moved enough to be judged, at most
    100. Each is compared, as are its fields, with the frames before and after it; four of the five
    must agree.

    Args:
        frames: consecutive decoded `av.VideoFrame`s.

    Source: the filter idet of FFmpeg, with stricter thresholds.
    """
    lumas: list[NDArray[np.float32]] = []
    votes: list[Literal["", "tff", "bff"]] = []
    for _, frame in zip(range(MAX_FRAMES), frames, strict=False):
        lumas = [*lumas[-2:], frame.to_ndarray(format="gray").astype(np.float32)]
        if len(lumas) < 3 or len({luma.shape for luma in lumas}) > 1:
            continue
        if min(float(np.abs(b - a).mean()) for a, b in pairwise(lumas)) < _MIN_CHANGE:
            continue
        votes.append(_vote(*lumas))
        if len(votes) == _NUM_VOTES:
            break
    if len(votes) == _NUM_VOTES:
        for parity in _PARITIES:
            if votes.count(parity) >= _MIN_SHARE * _NUM_VOTES:
                return parity
    return ""


def _vote(
    previous_frame: NDArray[np.float32], frame: NDArray[np.float32], next_frame: NDArray[np.float32]
) -> Literal["", "tff", "bff"]:
    """Return the field order that the lines of three (H, W) frames suggest; "" for none.

    Each line is compared with its neighbours of the other field: in time order, a field is near to
    one field of the adjacent frame and far from the other one. In progressive frames, both are
    equally far, and much farther than the lines of the frame itself.
    """
    upper_lines, lower_lines = frame[:-2], frame[2:]

    def combing(lines: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the mean of |above - 2 line + below| of each line but the first and the last."""
        rows: NDArray[np.float32] = np.abs(upper_lines - 2 * lines[1:-1] + lower_lines).mean(1)
        return rows

    previous_combing, next_combing, weave = (
        combing(previous_frame),
        combing(next_frame),
        float(combing(frame).mean()),
    )
    # Row 0 of these is line 1 of the frame, which belongs to the bottom field.
    if_top = float(previous_combing[0::2].mean() + next_combing[1::2].mean())
    if_bottom = float(previous_combing[1::2].mean() + next_combing[0::2].mean())
    if 2 * weave < _MIN_WEAVE * min(if_top, if_bottom):
        return ""
    if if_bottom > _MIN_RATIO * if_top:
        return "tff"
    if if_top > _MIN_RATIO * if_bottom:
        return "bff"
    return ""

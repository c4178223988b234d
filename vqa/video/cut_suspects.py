"""Time ranges of a long video that may contain cuts, found from keyframes and packet sizes.

At a cut, an encoder starts a new group of pictures, inserts an intra-coded frame, or spends about
as many bytes on the frame after it as on a keyframe. Keyframes that differ are the other sign of a
cut; motion makes them differ, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from vqa.video.opencv import content_change
from vqa.video.shots import CUT_THRESHOLD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vqa.video.sampling import SampledFrame
    from vqa.video.source import Source

_REGULAR_SHARE = 0.9
_MAX_STEADINESS = 0.5
_MIN_SIZE_SHARE, _CUT_SIZE_SHARE = 0.07, 0.7
_PEAK_FRAMES, _WINDOW_S, _MIN_WINDOW, _MAX_WINDOW = 4, 1.0, 12, 30
_MAX_PEAK, _MIN_WINDOW_PICTURES = 3.3, 3
_PEAK_WEIGHTS, _SHARE_WEIGHT = (2.3, 3.7), 3.5
_MIN_SCORE, _MIN_UNMARKED_SCORE = 3.6, 5.0
_UNKNOWN_GROUP_S = 5.0
_TOLERANCE_S, _TOLERANCE_FRAMES = 0.15, 4.5


@dataclass(frozen=True)
class KeyFrame:
    """Decoded keyframe.

    Args:
        time_s: presentation time in seconds.
        preview: (h, w, 3) uint8 RGB, short side at most 72 pixels.
        sample: frame in the size of the plan; None if not needed.
    """

    time_s: float
    preview: NDArray[np.uint8]
    sample: SampledFrame | None


class CutEvidence(IntEnum):
    """Why a range is suspected, in the order in which ranges are decoded."""

    PEAK = 0
    """Its keyframes differ, and a frame between them is unusually large."""
    STEADY = 1
    """Its keyframes differ, and so do its neighbours', as in motion."""
    DISTINCT = 2
    """Its keyframes differ more than its neighbours'."""
    INSERTION = 3
    """It ends with an intra-coded frame that is no keyframe."""
    OPEN = 4
    """It has no keyframe at its end, and a frame in it is unusually large."""
    EARLY_KEY = 5
    """It ends with a keyframe that the encoder inserted."""
    MOVING = 6
    """Its keyframes differ, but so do frames at its start, so that motion is likely."""
    HIDDEN = 7
    """Only its packets suggest a cut, while its keyframes are similar."""


@dataclass(frozen=True, kw_only=True)
class Suspect:
    """Time range that may contain cuts, in seconds.

    Args:
        start_s: time of the keyframe before.
        end_s: time until which frames are decoded.
        cuts_s: times of the likely cuts.
        evidence: why the range is suspected.
        tolerance_s: largest distance of a likely cut from the actual one.
        enough_s: time until which frames are decoded if a likely cut is one.
        cost: approximate number of frames to decode until the last likely cut.
        whole_cost: approximate number of frames to decode until the end.
        change: content change between its keyframes; 0 if these are similar.
        has_keys: whether there may be further keyframes inside.
    """

    start_s: float
    end_s: float
    cuts_s: tuple[float, ...]
    evidence: CutEvidence
    tolerance_s: float
    enough_s: float
    cost: int
    whole_cost: int
    change: float = 0.0
    has_keys: bool = False


def find_suspects(source: Source, keys: Sequence[KeyFrame], until_s: float) -> list[Suspect]:
    """Return the ranges before `until_s` that may contain cuts, in order of time.

    They may overlap; empty without keyframes.

    Args:
        source: the video.
        keys: decoded keyframes, in order.
        until_s: end of the time range whose keyframes these are.
    """
    has_all_keys = bool(keys) and _covers(source, keys)
    changes = [content_change(a.preview, b.preview) for a, b in pairwise(keys)]
    marks_s = _marks(source)
    min_score = _MIN_UNMARKED_SCORE if len(marks_s) else _MIN_SCORE
    suspects: list[Suspect] = []
    for number, (first_key, second_key) in enumerate(pairwise(keys)):
        start_s, end_s = first_key.time_s, second_key.time_s
        is_changed = changes[number] > CUT_THRESHOLD
        if not (is_changed or has_all_keys):
            continue
        inner_marks_s = marks_s[
            (marks_s > start_s + 1e-6) & (marks_s < end_s + (1e-6 if is_changed else -1e-6))
        ]
        if len(inner_marks_s):
            suspects += _marked_suspects(source, inner_marks_s, is_changed=is_changed)
            continue
        peaks_s = size_peaks(source, start_s, end_s, min_score) if has_all_keys else ()
        if peaks_s:
            evidence = CutEvidence.PEAK if is_changed else CutEvidence.HIDDEN
            suspect = _suspect(source, start_s, end_s, peaks_s, evidence)
            suspects.append(replace(suspect, change=changes[number]))
        elif is_changed:
            is_steady = _steadiness(changes, number) > _MAX_STEADINESS and has_all_keys
            evidence = CutEvidence.STEADY if is_steady else CutEvidence.DISTINCT
            suspect = _suspect(source, start_s, end_s, (end_s,), evidence)
            suspects.append(replace(suspect, change=changes[number], has_keys=not has_all_keys))
    if has_all_keys:
        start_s = keys[-1].time_s
        inner_marks_s = marks_s[(marks_s > start_s + 1e-6) & (marks_s < until_s)]
        suspects += _marked_suspects(source, inner_marks_s, is_changed=True)
        peaks_s = () if len(inner_marks_s) else size_peaks(source, start_s, until_s, min_score)
        if peaks_s:
            suspects.append(_suspect(source, start_s, until_s, peaks_s, CutEvidence.OPEN))
    return suspects


def _marks(source: Source) -> NDArray[np.float64]:
    """Return the times of frames that the encoder intra-coded outside of its regular interval.

    These are likely cuts: keyframes after a shorter group of pictures than the longest one that the
    encoder makes, and intra-coded frames between keyframes.
    """
    timeline = source.timeline
    keys = timeline.key_times_s
    lengths = np.diff(np.searchsorted(timeline.times_s, keys - 1e-6))
    longest = timeline.max_group_frames or lengths.max(initial=0)
    early_keys = keys[1:][lengths < _REGULAR_SHARE * longest]
    return np.sort(np.concatenate([early_keys, timeline.intra_times_s]))


def _marked_suspects(
    source: Source, marks_s: NDArray[np.float64], *, is_changed: bool
) -> list[Suspect]:
    keys = source.timeline.key_times_s
    suspects = []
    for time_s in marks_s.tolist():
        start_s = float(keys[max(0, int(np.searchsorted(keys, time_s - 1e-6)) - 1)])
        evidence = CutEvidence.EARLY_KEY if time_s in keys else CutEvidence.INSERTION
        if not is_changed:
            evidence = CutEvidence.HIDDEN
        suspects.append(_suspect(source, start_s, time_s, (time_s,), evidence))
    return suspects


def _suspect(
    source: Source,
    start_s: float,
    end_s: float,
    cuts_s: tuple[float, ...],
    evidence: CutEvidence,
) -> Suspect:
    # The largest frame may be the one to which those after the cut refer, a few frames later.
    tolerance_s = max(_TOLERANCE_S, _TOLERANCE_FRAMES / (source.fps or 30.0))
    return Suspect(
        start_s=start_s,
        end_s=end_s,
        cuts_s=cuts_s,
        evidence=evidence,
        tolerance_s=tolerance_s,
        enough_s=cuts_s[-1] + tolerance_s,
        cost=_decoding_cost(source, start_s, cuts_s[-1]),
        whole_cost=_decoding_cost(source, start_s, end_s),
    )


def _decoding_cost(source: Source, start_s: float, end_s: float) -> int:
    """Return the approximate number of usual frames to decode in one group of a range.

    Half of the time depends on the number of frames, and half on their bytes.
    """
    timeline = source.timeline
    if not len(timeline.times_s):
        return round(min(end_s - start_s, _UNKNOWN_GROUP_S) * (source.fps or 30.0))
    num_keys = int(np.ptp(np.searchsorted(timeline.key_times_s, (start_s + 1e-6, end_s - 1e-6))))
    first, last = np.searchsorted(timeline.times_s, (start_s, end_s))
    sizes = timeline.sizes[first:last]
    num_usual_sizes = float(sizes.sum() / timeline.sizes.mean())
    return round((len(sizes) + num_usual_sizes) / 2 / (1 + num_keys))


def _steadiness(changes: Sequence[float], number: int) -> float:
    """Return the smaller change of the neighbouring ranges divided by the change of a range.

    It is near 0 for a cut and near 1 for motion.
    """
    neighbors = [changes[i] for i in (number - 1, number + 1) if 0 <= i < len(changes)]
    return min(neighbors, default=0.0) / changes[number]


def _covers(source: Source, keys: Sequence[KeyFrame]) -> bool:
    """Whether `keys` are all keyframes of the file between the first and the last of them."""
    times = source.timeline.key_times_s
    times_between = times[(times >= keys[0].time_s - 1e-6) & (times <= keys[-1].time_s + 1e-6)]
    return len(keys) == len(times_between)


def size_peaks(
    source: Source, start_s: float, end_s: float, min_score: float = _MIN_SCORE
) -> tuple[float, ...]:
    """Return the times in seconds of frames in a group of pictures whose sizes suggest a cut.

    Such a frame is not smaller than its three neighbours on each side. Its score rises with its
    size relative to the other frames within a second before and after it, and the nearer it is to
    0.7 times the size of one of the two keyframes. The weights were fitted to camera footage of
    known cuts in 20 encodings: of the frames above the smallest score in groups whose keyframes
    differ, 98 % are at cuts. Times are in order; empty for fewer than three frames between the
    keyframes, and without a timeline.

    Args:
        source: the video.
        start_s: time of the group's keyframe in seconds.
        end_s: time of the next keyframe, or the end.
        min_score: smallest score of a frame.
    """
    timeline = source.timeline
    first = int(np.searchsorted(timeline.times_s, start_s + 1e-6))
    last = int(np.searchsorted(timeline.times_s, end_s - 1e-6))
    if first == 0 or last - first < 3:
        return ()
    num_window = int(np.clip(_WINDOW_S * (source.fps or 30.0), _MIN_WINDOW, _MAX_WINDOW))
    base = max(0, first - num_window)
    sizes = timeline.sizes[base : last + num_window].astype(np.float64)
    times_s = timeline.times_s[base : last + num_window]
    inter = np.where(np.isin(times_s, timeline.key_times_s), 0.0, sizes)
    key_sizes = timeline.sizes[[first - 1, min(last, len(timeline.sizes) - 1)]][
        : 1 + (last < len(timeline.sizes))
    ]
    peaks_s = []
    for row in range(first - base, last - base):
        size = inter[row]
        near = inter[max(0, row - _PEAK_FRAMES + 1) : row + _PEAK_FRAMES]
        if size < _MIN_SIZE_SHARE * key_sizes.min() or size < near.max():
            continue
        windows = (
            inter[max(0, row - num_window) : max(0, row - _PEAK_FRAMES + 1)],
            inter[row + _PEAK_FRAMES : row + num_window + 1],
        )
        largest = [w.max(initial=1.0) if len(w) >= _MIN_WINDOW_PICTURES else size for w in windows]
        peaks = np.log(np.clip(size / np.array(largest), 1 / _MAX_PEAK, _MAX_PEAK))
        distance = np.abs(np.log(size / key_sizes / _CUT_SIZE_SHARE)).min()
        if np.sort(peaks) @ _PEAK_WEIGHTS - _SHARE_WEIGHT * distance > min_score:
            peaks_s.append(float(times_s[row]))
    return tuple(peaks_s)

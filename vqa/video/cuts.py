"""Shot boundaries of long videos, found without decoding all frames.

A time range between keyframes may contain a cut, and is a suspect, if its keyframes differ, or if
it has an intra-coded frame between keyframes or a packet of unusual size: at a cut, an encoder
starts a new group of pictures, inserts an intra-coded frame, or spends many bytes on the frame
after it. Suspects are decoded within a budget. A cut is confirmed by two successive frames that
differ, so that motion alone makes no cut. If few suspects are confirmed, decoding ends, and the
packets decide about the remaining ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from vqa.video.opencv import content_change, resize_to_short_side
from vqa.video.sampling import SampledFrame
from vqa.video.seeking_decoder import DecoderPool, SeekingDecoder
from vqa.video.shots import CUT_THRESHOLD, SMALL_SIDE_PX

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vqa.video.source import Source

_SHORT_GROUP_S = 2.5
_REGULAR_SHARE = 0.9
_OUTLIER_FACTOR, _OUTLIER_SHARE, _UNMARKED_SHARE = 4.0, 0.35, 0.8
_CONFIRMED_PIXELS, _USUAL_FRAMES = 200_000_000, 24
_ROUND = 6
_MIN_TRIALS, _MIN_CONFIRMED_SHARE, _TRUSTED_SHARE = 3, 1 / 3, 2 / 3
_MAX_HALVINGS = 8
_LAYOUT_SIDE_PX, _LAYOUT_THRESHOLD = 9, CUT_THRESHOLD / 3
_UNKNOWN_GROUP_S = 5.0
_MIN_SHOT_S = 0.3


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


@dataclass(frozen=True, kw_only=True)
class _Suspect:
    """Time range that may contain a cut, in seconds.

    Args:
        start_s: time of the keyframe before.
        end_s: time until which frames are decoded.
        cut_s: time of the cut if the range is not decoded; None if only decoding shows a cut.
        steadiness: smaller one of the content changes in the neighbouring ranges, divided by the
            change in this range: near 0 for a cut, near 1 for motion; 0 also if packet sizes
            suggest a cut.
        has_keys: whether there may be further keyframes inside.
        is_inserted: whether `cut_s` is an intra-coded frame that is no keyframe.
        is_regular: whether `cut_s` is a keyframe at the regular interval, which nothing but the
            different pictures suggests.
    """

    start_s: float
    end_s: float
    cut_s: float | None = None
    steadiness: float = 0.0
    has_keys: bool = False
    is_inserted: bool = False
    is_regular: bool = False


def find_cuts(
    source: Source,
    keys: Sequence[KeyFrame],
    decoders: DecoderPool,
    *,
    end_s: float,
    num_frames: int,
) -> list[float]:
    """Return the times in seconds of the first frames after cuts, sorted, at least 0.3 s apart.

    The first cut is at least 0.3 s after the first keyframe. Empty without cuts or keyframes.

    Args:
        source: the video.
        keys: decoded keyframes, in order of time.
        decoders: decoders of the video.
        end_s: end of the time range whose keyframes these are, in seconds.
        num_frames: number of frames that are to be decoded of the range; with more than 24, more
            suspects are decoded, too.
    """
    suspects = _suspects(source, keys, end_s)
    budget = int(_CONFIRMED_PIXELS * max(1.0, num_frames / _USUAL_FRAMES))
    num_pixels = source.width * source.height
    candidates, rest = _confirm(source, suspects, decoders, budget // num_pixels)
    candidates += [s.cut_s for s in rest if s.cut_s is not None]
    cuts: list[float] = []
    for cut_s in sorted(candidates):
        if cut_s - (cuts[-1] if cuts else keys[0].time_s) >= _MIN_SHOT_S:
            cuts.append(cut_s)
    return cuts


def _suspects(source: Source, keys: Sequence[KeyFrame], until_s: float) -> list[_Suspect]:
    """Return the ranges before `until_s` that may contain cuts, the most likely first.

    Args:
        source: the video.
        keys: decoded keyframes, in order.
        until_s: end of the time range whose keyframes these are.
    """
    has_all_keys = bool(keys) and _covers(source, keys)
    changes = [content_change(a.preview, b.preview) for a, b in pairwise(keys)]
    marks_s = _marks(source)
    suspects = []
    for number, (first_key, second_key) in enumerate(pairwise(keys)):
        start_s, end_s = first_key.time_s, second_key.time_s
        is_changed = changes[number] > CUT_THRESHOLD
        mark_times_s = [
            t for t in marks_s if start_s + 1e-6 < t < end_s + (1e-6 if is_changed else -1e-6)
        ]
        if mark_times_s and (is_changed or has_all_keys):
            suspects += [
                _marked_suspect(source, time_s, is_likely=is_changed) for time_s in mark_times_s
            ]
            continue
        outlier_s = _size_outlier(source, start_s, end_s) if has_all_keys else None
        if not is_changed:
            if outlier_s is not None:
                suspects.append(_Suspect(start_s=start_s, end_s=outlier_s))
            continue
        # Where the encoder marks cuts, a frame that it did not mark must be as large as a keyframe.
        likely_s = outlier_s
        if marks_s and has_all_keys:
            likely_s = _size_outlier(source, start_s, end_s, key_share=_UNMARKED_SHARE)
        is_regular = likely_s is None and has_all_keys and end_s - start_s > _SHORT_GROUP_S
        if likely_s is None:
            likely_s = end_s
        suspects.append(
            _Suspect(
                start_s=start_s,
                end_s=end_s,
                cut_s=likely_s,
                steadiness=_steadiness(changes, number) if outlier_s is None else 0,
                has_keys=not has_all_keys,
                is_regular=is_regular,
            )
        )
    if has_all_keys:
        start_s = keys[-1].time_s
        mark_times_s = [time_s for time_s in marks_s if start_s + 1e-6 < time_s < until_s]
        suspects += [_marked_suspect(source, time_s, is_likely=True) for time_s in mark_times_s]
        outlier_s = None if mark_times_s else _size_outlier(source, start_s, until_s)
        if outlier_s is not None:
            suspects.append(_Suspect(start_s=start_s, end_s=outlier_s))
    return sorted(
        suspects, key=lambda s: (s.cut_s is None or s.is_regular, s.steadiness, s.end_s - s.start_s)
    )


def _marks(source: Source) -> list[float]:
    """Return the times of frames that the encoder intra-coded outside of its regular interval.

    These are likely cuts: keyframes after a shorter group of pictures than the longest one, and
    intra-coded frames between keyframes.
    """
    keys = source.timeline.key_times_s
    lengths_s = np.diff(keys)
    early_keys = keys[1:][lengths_s < _REGULAR_SHARE * lengths_s.max(initial=0.0)]
    return sorted([*early_keys.tolist(), *source.timeline.intra_times_s.tolist()])


def _marked_suspect(source: Source, time_s: float, *, is_likely: bool) -> _Suspect:
    keys = source.timeline.key_times_s
    start_s = float(keys[max(0, int(np.searchsorted(keys, time_s - 1e-6)) - 1)])
    return _Suspect(
        start_s=start_s,
        end_s=time_s,
        cut_s=time_s if is_likely else None,
        is_inserted=time_s not in keys,
    )


def _steadiness(changes: Sequence[float], number: int) -> float:
    neighbors = [changes[i] for i in (number - 1, number + 1) if 0 <= i < len(changes)]
    return min(neighbors, default=0.0) / changes[number]


def _covers(source: Source, keys: Sequence[KeyFrame]) -> bool:
    """Whether `keys` are all keyframes of the file between the first and the last of them."""
    times = source.timeline.key_times_s
    times_between = times[(times >= keys[0].time_s - 1e-6) & (times <= keys[-1].time_s + 1e-6)]
    return len(keys) == len(times_between)


def _size_outlier(
    source: Source, start_s: float, end_s: float, *, key_share: float = _OUTLIER_SHARE
) -> float | None:
    """Return the time in seconds of the largest frame of a group of pictures if it is an outlier.

    An outlier has more than 4 times the median size and more than `key_share` of the keyframe's
    size. None if there is no outlier, or fewer than three frames.
    """
    timeline = source.timeline
    first = int(np.searchsorted(timeline.times_s, start_s + 1e-6))
    last = int(np.searchsorted(timeline.times_s, end_s - 1e-6))
    sizes = timeline.sizes[first:last]
    if first == 0 or len(sizes) < 3:
        return None
    largest = int(sizes.argmax())
    limit = max(
        _OUTLIER_FACTOR * float(np.median(sizes)), key_share * float(timeline.sizes[first - 1])
    )
    return float(timeline.times_s[first + largest]) if sizes[largest] > limit else None


def _confirm(
    source: Source, suspects: Sequence[_Suspect], decoders: DecoderPool, budget: int
) -> tuple[list[float], Sequence[_Suspect]]:
    """Decode suspects in rounds, the likeliest first, to find which of them are cuts.

    Decoding ends when fewer than a third of a round are cuts, or when the budget is spent.

    Args:
        source: the video.
        suspects: ranges that may contain cuts, the most likely first.
        decoders: decoders of the video.
        budget: number of frames to decode.

    Returns:
        (times in seconds of the cuts, suspects that the spent budget left undecoded).
    """
    cuts: list[float] = []
    insertion_trials: list[bool] = []
    regular_trials: list[bool] = []
    for number in range(0, len(suspects), _ROUND):
        jobs: list[_Suspect] = []
        for suspect in suspects[number : number + _ROUND]:
            budget -= _decoding_cost(source, suspect)
            if budget >= 0 or not number + len(jobs):
                jobs.append(suspect)
        results = decoders.run(jobs, _locate, lambda _: None)
        cuts += [time_s for result in results for time_s in result]
        insertion_trials += [
            bool(r) for job, r in zip(jobs, results, strict=True) if job.is_inserted
        ]
        regular_trials += [
            job.cut_s in result for job, result in zip(jobs, results, strict=True) if job.is_regular
        ]
        num_confirmations = sum(bool(result) for result in results)
        if len(jobs) >= _MIN_TRIALS and num_confirmations < _MIN_CONFIRMED_SHARE * len(jobs):
            return cuts, ()
        if budget < 0:
            # Encoders also insert intra-coded frames in motion.
            trusts_insertions = 2 * sum(insertion_trials) >= len(insertion_trials)
            trusts_regular = len(regular_trials) >= _MIN_TRIALS and (
                sum(regular_trials) >= _TRUSTED_SHARE * len(regular_trials)
            )
            rest = suspects[number + len(jobs) :]
            return cuts, [
                suspect
                for suspect in rest
                if (trusts_insertions or not suspect.is_inserted)
                and (trusts_regular or not suspect.is_regular)
            ]
    return cuts, ()


def _decoding_cost(source: Source, suspect: _Suspect) -> int:
    """Return the approximate number of frames to decode to locate the cut in a range."""
    timeline = source.timeline
    key_rows = np.searchsorted(timeline.key_times_s, (suspect.start_s + 1e-6, suspect.end_s - 1e-6))
    num_groups = 1 + int(key_rows[1] - key_rows[0])
    span_s = suspect.end_s - suspect.start_s
    if not len(timeline.times_s):
        return round(min(span_s, _UNKNOWN_GROUP_S) * (source.fps or 30.0))
    return (
        round(np.ptp(np.searchsorted(timeline.times_s, (suspect.start_s, suspect.end_s))))
        // num_groups
    )


def _locate(decoder: SeekingDecoder, suspect: _Suspect) -> list[float]:
    """Return the times in seconds of the frames of a range that are cuts, as `is_cut` decides."""
    start_s, end_s = (
        _narrow(decoder, suspect) if suspect.has_keys else (suspect.start_s, suspect.end_s)
    )
    cuts: list[float] = []
    previous_preview: NDArray[np.uint8] | None = None
    for frame in decoder.frames_between(start_s, end_s):
        preview = frame.preview(SMALL_SIDE_PX)
        if previous_preview is not None and is_cut(previous_preview, preview):
            cuts.append(frame.time_s)
        previous_preview = preview
    return cuts


def is_cut(first_frame: NDArray[np.uint8], second_frame: NDArray[np.uint8]) -> bool:
    """Whether two successive frames, (h, w, 3) uint8 RGB, differ enough to be a cut, in layout too.

    A keyframe restores detail that the frames before it lost. In noise or dark pictures, that
    changes hue as much as a cut does, but not at 9 pixels of height.
    """
    if content_change(first_frame, second_frame) <= CUT_THRESHOLD:
        return False
    layouts = [
        resize_to_short_side(preview, _LAYOUT_SIDE_PX) for preview in (first_frame, second_frame)
    ]
    return content_change(*layouts) > _LAYOUT_THRESHOLD


def _narrow(decoder: SeekingDecoder, suspect: _Suspect) -> tuple[float, float]:
    """Narrow a range to one group of pictures, by decoding keyframes in the middle and comparing.

    Each step keeps the half with the larger content change.

    Returns:
        (start, end) in seconds.
    """
    start_s, end_s = suspect.start_s, suspect.end_s
    first, last = decoder.key_frame(start_s), decoder.key_frame(end_s)
    if first is None or last is None:
        return start_s, end_s
    low, high = first.preview(SMALL_SIDE_PX), last.preview(SMALL_SIDE_PX)
    for _ in range(_MAX_HALVINGS):
        key = decoder.key_frame((start_s + end_s) / 2)
        if key is None or not start_s < key.time_s < end_s:
            break
        middle = key.preview(SMALL_SIDE_PX)
        if content_change(low, middle) > content_change(middle, high):
            end_s, high = key.time_s, middle
        else:
            start_s, low = key.time_s, middle
    return start_s, end_s

"""Sequential decoding of all frames of a time range; for short videos, cheaper than seeking."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from vqa.types import ProgressCallback, SamplingPlan, Shot
from vqa.video import image, opencv, pyav
from vqa.video.sampling import SampledFrame, Window, choose_frames, distance_s, plan_times
from vqa.video.shots import SMALL_SIDE_PX, CutDetector

if TYPE_CHECKING:
    from vqa.video.frame import DecodedFrame
    from vqa.video.source import Source

_CUT_DETECTION_HZ = 8.0
_CANDIDATES_PER_FRAME = 4
_LONG_S = 180.0
_MIN_GAP_S = 0.5


@dataclass
class Reading:
    """Result of decoding a time range.

    Args:
        frames: the frames that the plan selects, in order; empty if none could be decoded.
        shots: detected shots, if the plan's strategy is `shots`.
        last_s: time of the last frame that was decoded, in seconds; 0 without one.
        gaps_s: (start, end) in seconds of ranges over 0.5 s that could not be decoded.
    """

    frames: list[SampledFrame] = field(default_factory=list)
    shots: tuple[Shot, ...] = ()
    last_s: float = 0.0
    gaps_s: list[tuple[float, float]] = field(default_factory=list)


def decode_in_order(source: Source, *, start_s: float = 0.0) -> Iterator[DecodedFrame]:
    """Yield the frames of a source in presentation order, with the decoder chosen for it.

    With PyAV and a seekable container, decoding starts at the keyframe at or before `start_s`;
    otherwise at the first frame. OpenCV ends at the first frame that it cannot decode.

    Raises:
        VideoError: PyAV cannot open the file, or it is encrypted; with Pillow, it is damaged.
    """
    if source.decoder == "opencv":
        return opencv.decode_frames(source)
    if source.decoder == "pillow":
        return image.decode_frames(source)
    return pyav.decode_frames(source, start_s=start_s)


def read_sequentially(
    source: Source, plan: SamplingPlan, window: Window, on_progress: ProgressCallback
) -> Reading:
    """Decode a time range frame by frame, sample the frames of the plan, and detect cuts.

    Only frames that the plan may need are converted to RGB. Cuts are detected only for the strategy
    `shots`, at 8 frames per second. `on_progress` is called with the completed fraction, 0 to 1.

    Raises:
        EOFError: OpenCV has no picture for a frame.
        VideoUnreadable: the file is encrypted or damaged.
    """
    reading = Reading()
    collector = _collector(source, plan, window)
    detector = CutDetector(_CUT_DETECTION_HZ) if plan.strategy == "shots" else None
    next_detection_s = window.first_s
    last_gap_s = 0.0
    is_first = True
    for frame in decode_in_order(source, start_s=window.first_s):
        last_gap_s, before_s = frame.time_s - reading.last_s, reading.last_s
        reading.last_s = frame.time_s
        if (
            not is_first
            and last_gap_s > _MIN_GAP_S
            and frame.time_s > window.first_s
            and _is_gap(source, before_s, frame)
        ):
            reading.gaps_s.append((before_s, frame.time_s))
        is_first = False
        if frame.time_s < window.first_s - 1e-6:
            continue
        if frame.time_s >= window.end_s and collector.frames:
            break
        is_new_shot = False
        if detector is not None and frame.time_s >= next_detection_s:
            is_new_shot = detector.process(frame.time_s, frame.preview(SMALL_SIDE_PX))
            next_detection_s = frame.time_s + 1 / _CUT_DETECTION_HZ
        collector.offer(frame, is_new_shot=is_new_shot)
        on_progress(min(1.0, max(0.0, frame.time_s / window.end_s)))
    until_s = max(reading.last_s + max(last_gap_s, 1e-3), _display_end(source, reading.last_s))
    finish_s = min(window.end_s, until_s)
    start_s = window.start_s
    if detector is not None:
        reading.shots = detector.shots(start_s, finish_s)
    times_s = plan_times(plan, start_s, finish_s, reading.shots)
    reading.frames = choose_frames(collector.frames, times_s, reading.shots)
    return reading


def _is_gap(source: Source, before_s: float, frame: DecodedFrame) -> bool:
    """Whether frames are missing between the one at `before_s` and `frame`, decoded after it."""
    if not len(source.timeline.times_s):
        return frame.follows_damage
    return source.index_at(frame.time_s) - source.index_at(before_s) > 1


def _display_end(source: Source, time_s: float) -> float:
    until_s = source.timeline.display_end_s(source.index_at(time_s))
    return time_s if until_s is None else until_s


def _collector(source: Source, plan: SamplingPlan, window: Window) -> _Collector:
    if plan.strategy == "shots" or not np.isfinite(window.end_s):
        return _Spread(source, plan, window)
    times_s = plan_times(plan, window.start_s, window.end_s)
    if len(source.timeline.times_s):
        times_s = nearest_frames(source, window, times_s)
    return _Targets(source, plan, times_s)


def nearest_frames(source: Source, window: Window, times_s: list[float]) -> list[float]:
    """Return the presentation times of the frames nearest to some times, sorted, without repeats.

    Of two equally near frames, the earlier one; a frame displayed for over 0.25 s is near
    throughout. If no frame is in the window, the first one after its start is used.

    Args:
        source: the video; its timeline has at least one frame at or after `window.first_s`.
        window: the time range.
        times_s: the times in seconds.
    """
    timeline = source.timeline
    all_times = timeline.times_s
    usable = all_times[(all_times >= window.first_s - 1e-6) & (all_times < window.end_s)]
    if not len(usable):
        usable = all_times[all_times >= window.first_s - 1e-6][:1]

    def rank(index: int, time_s: float) -> tuple[float, float]:
        start_s = float(usable[index])
        until_s = timeline.display_end_s(timeline.index_at(start_s))
        # Of two equally near, the earlier.
        return round(distance_s(start_s, until_s, time_s), 4), start_s

    numbers = set()
    for time_s in times_s:
        next_row = int(np.searchsorted(usable, time_s))
        nearby_rows = range(max(0, next_row - 2), min(len(usable), next_row + 2))
        numbers.add(float(usable[min(nearby_rows, key=lambda index: rank(index, time_s))]))
    return sorted(numbers)


class _Collector(ABC):
    """Base class of collectors; each keeps the candidates for the frames of a clip in `frames`."""

    def __init__(self, source: Source, plan: SamplingPlan) -> None:
        self.frames: list[SampledFrame] = []
        self._source = source
        self._plan = plan

    @abstractmethod
    def offer(self, frame: DecodedFrame, *, is_new_shot: bool) -> None:
        """Keep the frame if it may be needed; `is_new_shot` is whether a cut was detected at it."""

    def _sample(self, frame: DecodedFrame) -> SampledFrame:
        index = self._source.index_at(frame.time_s)
        if not len(self._source.timeline.times_s):
            index = frame.index
        return SampledFrame(
            index,
            frame.time_s,
            frame.keep(self._plan.short_side_px),
            self._source.timeline.display_end_s(index),
        )


class _Targets(_Collector):
    """Collector of the frames at given times, or of the next decodable ones after them."""

    def __init__(self, source: Source, plan: SamplingPlan, times_s: list[float]) -> None:
        super().__init__(source, plan)
        self._times = _TargetTimes(source, times_s)

    def offer(self, frame: DecodedFrame, *, is_new_shot: bool) -> None:
        if self._times.accepts(frame.time_s):
            self.frames.append(self._sample(frame))


class _Spread(_Collector):
    """Collector of evenly spaced frames, and of the first frame of each of the first shots.

    If the timeline is known, the spaced frames are chosen before decoding, so that no others are
    converted. The first frames of as many shots as the plan has frames are kept; those of later
    shots are not.
    """

    def __init__(self, source: Source, plan: SamplingPlan, window: Window) -> None:
        super().__init__(source, plan)
        self._spaced_frames: list[SampledFrame] = []
        self._openings: list[SampledFrame] = []
        # Between a half and all of them are kept; of a long part, fewer: its shots are long, too.
        is_long = window.end_s - window.first_s > _LONG_S
        max_frames = (1 if is_long else 2) * _CANDIDATES_PER_FRAME * plan.num_frames
        self._spacing = _Spacing(max_frames, window.first_s)
        times_s = source.timeline.times_s
        for time_s in times_s[(times_s >= window.first_s - 1e-6) & (times_s < window.end_s)]:
            self._spacing.accepts(float(time_s))
        planned_s = self._spacing.times_s
        self._times = _TargetTimes(source, planned_s) if planned_s else None

    def offer(self, frame: DecodedFrame, *, is_new_shot: bool) -> None:
        is_due = (self._times or self._spacing).accepts(frame.time_s)
        if not is_due and not is_new_shot:
            return
        sample = self._sample(frame)
        if is_new_shot and len(self._openings) < self._plan.num_frames:
            self._openings.append(sample)
        if is_due:
            self._spaced_frames.append(sample)
            if self._times is None:
                times_s = set(self._spacing.times_s)
                self._spaced_frames = [f for f in self._spaced_frames if f.time_s in times_s]
        self.frames = sorted([*self._spaced_frames, *self._openings], key=lambda f: f.index)


class _TargetTimes:
    """Times in ascending order, each of which is due at the first frame at or after it.

    Args:
        source: the video; its usual gap between frames sets the tolerance.
        times_s: the times in seconds.
    """

    def __init__(self, source: Source, times_s: Sequence[float]) -> None:
        self._pending = times_s
        # Decoders may round times. The median of all gaps is computed once, not per frame.
        self._tolerance_s = source.timeline.usual_gap_s / 4

    def accepts(self, time_s: float) -> bool:
        """Drop the times that are due at a frame; return whether there were any."""
        if not self._pending or time_s < self._pending[0] - self._tolerance_s:
            return False
        self._pending = [t for t in self._pending if t - self._tolerance_s > time_s]
        return True


class _Spacing:
    """Evenly spaced times out of a growing series, never as many as `max_times`.

    At first every time is accepted. Each time that `max_times` are reached, every other one is
    dropped and the spacing is at least doubled.

    Args:
        max_times: number of times at which half of them are dropped.
        first_s: times before this one are not accepted, in seconds.
    """

    def __init__(self, max_times: int, first_s: float) -> None:
        self.times_s: list[float] = []
        self._max = max_times
        self._gap_s, self._next_s = 0.0, first_s - 1e-6

    def accepts(self, time_s: float) -> bool:
        """Add the next time of the series if it is due; return whether it was."""
        if time_s < self._next_s:
            return False
        self.times_s.append(time_s)
        self._next_s = time_s + self._gap_s
        if len(self.times_s) >= self._max:
            self.times_s = self.times_s[::2]
            span_s = self.times_s[-1] - self.times_s[0]
            self._gap_s = max(2 * self._gap_s, span_s / len(self.times_s))
            self._next_s = self.times_s[-1] + self._gap_s
        return True

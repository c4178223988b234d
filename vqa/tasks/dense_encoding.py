"""Encoding of long videos with many frames, window by window in bounded memory.

The number of frames grows with the length. While one window is encoded, the next one is decoded. A
window that is in the store is neither decoded nor encoded, so that an interrupted encoding
continues where it stopped. A caller that has more urgent work can pause the encoding between slices
of a few frames.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vqa.errors import VideoUnreadable
from vqa.models.protocol import Embeds, Merges, VideoContext, VideoQAModel
from vqa.types import Clip, ProgressCallback, SamplingPlan, Shot, TimedText, VideoInfo
from vqa.video.opencv import fit_into
from vqa.video.reader import read_clip

_FRAMES_PER_WINDOW = 64
# A window with more shots than frames is decoded again with one frame per shot, up to this many.
_MAX_FRAMES_PER_WINDOW = 256
# Frames that are encoded between two pauses: a tenth of a second on a laptop.
_FRAMES_PER_SLICE = 4
# Short sides of the frames that are encoded, and of those that are kept for display.
_ENCODED_SIDE_PX, _DISPLAY_SIDE_PX = 288, 144
# Two shots that meet at the edge of a window are one if the cosine of their frames reaches this.
_SAME_SHOT_COSINE = 0.85


class Store(Protocol):
    """Storage of encoded videos between sessions."""

    def get(
        self, model: VideoQAModel, path: Path, plan: SamplingPlan, text: Sequence[TimedText] = ()
    ) -> VideoContext | None:
        """Return the stored encoding of a video with this timed text attached; None without one.

        Args:
            model: the model that encoded the video.
            path: the video file.
            plan: the sampling plan.
            text: timed text to attach; it is not stored.
        """
        ...

    def put(self, model: VideoQAModel, context: VideoContext) -> None:
        """Store an encoded video without its timed text; replace an encoding with the same plan."""
        ...


class Interim:
    """Preliminary encodings of a whole video during its dense encoding.

    Each joins the dense windows so far with the coarse frames after them.

    Args:
        coarse: encoding of the whole video with few frames.
        use: called with each new encoding, in the thread that encodes; its plan is that of
            `coarse`.
    """

    def __init__(self, coarse: VideoContext, use: Callable[[VideoContext], None]) -> None:
        self._coarse, self._use = coarse, use

    def update(
        self, model: VideoQAModel, parts: Sequence[VideoContext], text: Sequence[TimedText]
    ) -> None:
        """Call `use` with the encoding of the dense windows and of the coarse frames after them.

        Does nothing if no coarse frame is later than the windows.

        Args:
            model: a model that implements `Merges`.
            parts: encoded windows from the start of the video, in order; at least one.
            text: timed text of the video.
        """
        assert isinstance(model, Merges)
        clip, last = self._coarse.clip, parts[-1].clip
        rows = [row for row, time_s in enumerate(clip.times_s) if time_s > last.times_s[-1]]
        if not rows:
            return
        height, width = last.frames.shape[1:3]
        end_s = last.shots[-1].end_s if last.shots else last.times_s[-1]
        rest = replace(
            clip,
            frames=np.stack([fit_into(clip.frames[row], width, height) for row in rows]),
            times_s=tuple(clip.times_s[row] for row in rows),
            indices=tuple(clip.indices[row] for row in rows),
            shots=tuple(
                replace(shot, start_s=max(shot.start_s, end_s))
                for shot in clip.shots
                if shot.end_s > end_s
            ),
        )
        coarse = model.merge([self._coarse], [rows], rest)
        self._use(_merge(model, [*parts, coarse], clip.plan, text))


def dense_plan(model: VideoQAModel, info: VideoInfo) -> SamplingPlan | None:
    """Return the plan of a long video with as many frames as its length needs.

    That is the model's `frames_per_minute`, up to its `max_frames`, in all shots, with a short side
    of 144 pixels.

    Returns:
        The plan; None if the model's own plan has at least half as many frames, if the length is
        unknown, or if the model does not implement `Merges`.
    """
    if not isinstance(model, Merges) or info.duration_s is None:
        return None
    num_frames = min(model.max_frames, round(info.duration_s / 60 * model.frames_per_minute))
    if num_frames <= 2 * model.sampling.num_frames:
        return None
    return replace(
        model.sampling, strategy="shots", num_frames=num_frames, short_side_px=_DISPLAY_SIDE_PX
    )


def encode_densely(
    model: VideoQAModel,
    info: VideoInfo,
    plan: SamplingPlan,
    *,
    text: Sequence[TimedText] = (),
    store: Store | None = None,
    on_progress: ProgressCallback | None = None,
    pause: Callable[[], None] | None = None,
    interim: Interim | None = None,
) -> VideoContext:
    """Decode and encode a video by a plan of `dense_plan`, in windows of about 64 frames.

    Unreadable windows are left out. Frames are kept at half their encoded height and width.

    Args:
        model: a model that implements `Merges`.
        info: metadata of the video, with its duration.
        plan: the plan; a window with more shots than frames gets one frame per shot, up to 256.
        text: timed text of the video.
        store: storage of the windows; None keeps them in memory alone.
        on_progress: called after each window with the processed share of the windows, up to 1.
        pause: called before every slice of 4 frames; an exception from it ends the encoding.
        interim: receives the encoding so far after each window that is not from the store.

    Raises:
        VideoError: no window can be decoded, or one exceeds a limit of time or memory.
    """
    windows = _window_plans(info, plan)
    parts: list[VideoContext] = []
    failure: VideoUnreadable | None = None

    def load(window: SamplingPlan) -> VideoContext | Clip | VideoUnreadable:
        stored_context = store.get(model, info.path, window) if store else None
        try:
            return stored_context or _read_window(info.path, window)
        except VideoUnreadable as error:
            return error

    with ThreadPoolExecutor(1) as reader:
        submit = contextvars.copy_context().run  # so that a cancelled reading stops this one too
        future = reader.submit(submit, load, windows[0])
        for number, next_window in enumerate([*windows[1:], None], 1):
            content = future.result()
            if next_window is not None:
                future = reader.submit(submit, load, next_window)
            if isinstance(content, VideoUnreadable):
                failure = content
            elif isinstance(content, Clip):
                parts.append(_encode_window(model, content, store, pause))
                if interim and next_window is not None:
                    interim.update(model, parts, text)
            else:
                parts.append(content)
            if on_progress:
                on_progress(number / len(windows))
    if not parts:
        assert failure is not None
        raise failure
    return _merge(model, parts, plan, text)


def _encode_window(
    model: VideoQAModel, clip: Clip, store: Store | None, pause: Callable[[], None] | None
) -> VideoContext:
    """Encode a window, keep its frames at half their height and width, and store it."""
    part = _encode_slices(model, clip, pause) if pause else model.encode(clip)
    part = replace(part, clip=replace(clip, frames=_halve(clip.frames)))
    if store:
        store.put(model, part)
    return part


def _encode_slices(model: VideoQAModel, clip: Clip, pause: Callable[[], None]) -> VideoContext:
    """Encode a clip in slices of at most 4 frames and merge them; call `pause` before each."""
    assert isinstance(model, Merges)
    slices = []
    for start in range(0, len(clip.times_s), _FRAMES_PER_SLICE):
        pause()
        rows = slice(start, start + _FRAMES_PER_SLICE)
        part = replace(
            clip,
            frames=clip.frames[rows],
            times_s=clip.times_s[rows],
            indices=clip.indices[rows],
            shots=(),
        )
        slices.append(model.encode(part))
    return model.merge(slices, [range(len(part.clip.times_s)) for part in slices], clip)


def load_dense(
    model: VideoQAModel,
    info: VideoInfo,
    plan: SamplingPlan,
    *,
    text: Sequence[TimedText] = (),
    store: Store,
) -> VideoContext | None:
    """Return the dense encoding of a video if all its windows are in the store, else None.

    See `encode_densely` for the arguments; nothing is decoded.
    """
    parts = []
    for window in _window_plans(info, plan):
        part = store.get(model, info.path, window)
        if part is None:
            return None
        parts.append(part)
    return _merge(model, parts, plan, text)


def _merge(
    model: VideoQAModel,
    parts: Sequence[VideoContext],
    plan: SamplingPlan,
    text: Sequence[TimedText],
) -> VideoContext:
    """Merge consecutive encoded parts to one encoding, each frame once, with this plan and text."""
    assert isinstance(model, Merges)
    rows = list(_new_rows(parts))
    return model.merge(parts, rows, _join_clips(model, parts, rows, plan), text=text)


def _window_plans(info: VideoInfo, plan: SamplingPlan) -> list[SamplingPlan]:
    """Divide a plan into plans of consecutive equal time ranges with about 64 frames each.

    Their frames have a short side of 288 pixels; the last one is open-ended.
    """
    assert info.duration_s is not None
    count = max(1, round(plan.num_frames / _FRAMES_PER_WINDOW))
    edges = [round(n * info.duration_s / count, 3) for n in range(count)]
    return [
        replace(
            plan,
            num_frames=-(-plan.num_frames // count),
            start_s=start_s,
            end_s=end_s,
            short_side_px=_ENCODED_SIDE_PX,
        )
        for start_s, end_s in pairwise([*edges, None])
        if start_s is not None
    ]


def _read_window(path: Path, window: SamplingPlan) -> Clip:
    """Decode a window; if it has more shots than frames, again with a frame per shot, up to 256.

    The plan of the returned clip is `window` in both cases.

    Raises:
        VideoError: the window cannot be decoded.
    """
    clip = read_clip(path, window, scans_all=True)
    if len(clip.shots) > window.num_frames:
        num_frames = min(len(clip.shots), _MAX_FRAMES_PER_WINDOW)
        denser = replace(window, num_frames=num_frames)
        clip = replace(read_clip(path, denser, scans_all=True), plan=window)
    return clip


def _halve(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Downscale (T, H, W, 3) uint8 frames to half their size, by the mean of four pixels.

    An odd last row or column is dropped; frames of one row or column are returned unchanged.
    """
    height, width = (side // 2 * 2 for side in frames.shape[1:3])
    if not height or not width:
        return frames
    sums = np.zeros((len(frames), height // 2, width // 2, 3), np.uint16)
    for row, column in np.ndindex(2, 2):
        sums += frames[:, row:height:2, column:width:2]
    return (sums // 4).astype(np.uint8)


def _new_rows(parts: Sequence[VideoContext]) -> Iterator[list[int]]:
    """Yield for each part the rows of its frames that are later than all frames of earlier parts.

    A frame that is displayed across the edge of two windows is in both, and is yielded once.
    """
    last_s = -1.0
    for part in parts:
        rows = [row for row, time_s in enumerate(part.clip.times_s) if time_s > last_s]
        last_s = max(last_s, part.clip.times_s[-1])
        yield rows


def _join_clips(
    model: VideoQAModel,
    parts: Sequence[VideoContext],
    rows: Sequence[Sequence[int]],
    plan: SamplingPlan,
) -> Clip:
    """Build the clip of a whole video from chosen frames of its consecutive parts.

    Args:
        model: the model that encoded the parts.
        parts: encoded parts, in order.
        rows: rows of each part's frames to use.
        plan: the sampling plan of the whole video.
    """
    pairs = [(part.clip, list(part_rows)) for part, part_rows in zip(parts, rows, strict=True)]
    ends = [clip.readable_until_s for clip, _ in pairs if clip.readable_until_s is not None]
    return Clip(
        info=pairs[0][0].info,
        plan=plan,
        frames=np.concatenate([clip.frames[part_rows] for clip, part_rows in pairs]),
        times_s=tuple(clip.times_s[row] for clip, part_rows in pairs for row in part_rows),
        indices=tuple(clip.indices[row] for clip, part_rows in pairs for row in part_rows),
        shots=_join_shots(model, parts),
        readable_until_s=max(ends, default=None),
        gaps_s=tuple(sorted({gap for clip, _ in pairs for gap in clip.gaps_s})),
    )


def _join_shots(model: VideoQAModel, parts: Sequence[VideoContext]) -> tuple[Shot, ...]:
    """Concatenate the shots of consecutive parts; similar shots at an edge become one.

    They are similar if the embeddings of the frames on both sides have a cosine of at least 0.85.
    """
    shots: list[Shot] = []
    last: NDArray[np.float32] | None = None
    for part in parts:
        vectors = model.embed_frames(part) if isinstance(model, Embeds) else None
        part_shots = list(part.clip.shots)
        if shots and part_shots and vectors is not None and last is not None:
            is_same = float(vectors[0] @ last) >= _SAME_SHOT_COSINE
            if is_same:
                shots[-1] = replace(shots[-1], end_s=part_shots.pop(0).end_s)
        shots += part_shots
        last = vectors[-1] if vectors is not None else None
    return tuple(shots)

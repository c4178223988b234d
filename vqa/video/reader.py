"""Reading videos: `probe` returns facts about a file, `read_clip` the frames that a plan asks for.

OpenCV decodes each file whose first frame it can decode; PyAV decodes the rest (AV1 above all). `VideoInfo.decoder`
names which. Videos up to `LONG_S` are read in one pass from the start. In longer ones PyAV seeks key frames (about ten
times faster), and shots are detected among these. Each frame has its own exact time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vqa.errors import VideoEmpty, VideoNotFound, VideoUnreadable
from vqa.types import Clip, ProgressCallback, SamplingPlan, Shot, VideoInfo
from vqa.video import opencv, pyav
from vqa.video.image import DecodedFrame
from vqa.video.sampling import interval_times, shot_times, uniform_times
from vqa.video.sandbox import sandboxed
from vqa.video.shots import SMALL_SIDE_PX, CutDetector

LONG_S = 180.0
_CUT_DETECTION_HZ = 8.0
_LONG_KEY_FRAMES = 240
_CANDIDATES_PER_FRAME = 4
_DAMAGE_S, _DAMAGE_SHARE = 1.0, 0.1


@dataclass(frozen=True)
class _SampledFrame:
    """Frame that may become part of the clip: index, time and RGB image."""

    index: int
    time_s: float
    rgb: NDArray[np.uint8]


@sandboxed
def probe(path: str | Path) -> VideoInfo:
    """Return facts about a video file without decoding all of it.

    Raises:
        VideoNotFound: there is no such file.
        VideoEmpty: the file has no bytes.
        VideoUnreadable: no decoder can open it, or it yields no frame.
        VideoHasNoPicture: it has no video track.
    """
    file = Path(path)
    try:
        if not file.is_file():
            raise VideoNotFound(f"There is no file {file}.", cure="Check the path.")
        size = file.stat().st_size
        with file.open("rb") as stream:
            stream.read(1)
    except PermissionError as error:
        raise VideoUnreadable(
            f"{file} may not be read.", cure="Give yourself permission to read the file."
        ) from error
    if size == 0:
        raise VideoEmpty(
            f"{file.name} is empty (0 bytes).", cure="Download or export the video again."
        )
    header = pyav.read_header(file)
    decoder: Literal["opencv", "pyav"]
    if header.codec != "av1" and opencv.can_decode(file):
        decoder = "opencv"
    elif next(pyav.decode_frames(file), None) is not None:
        decoder = "pyav"
    else:
        raise VideoUnreadable(
            f"{file.name} opens, but not one frame of it can be decoded (codec {header.codec}).",
            cure="The file is damaged or incomplete; download or export it again.",
        )
    duration = header.duration_s if header.duration_s is not None else pyav.measure_duration(file)
    return VideoInfo(
        path=file,
        size_bytes=size,
        width=header.width,
        height=header.height,
        duration_s=duration,
        num_frames=header.num_frames,
        fps=header.fps,
        codec=header.codec,
        decoder=decoder,
        has_audio=header.has_audio,
    )


@sandboxed
def read_clip(
    path: str | Path, plan: SamplingPlan, *, progress: ProgressCallback | None = None
) -> Clip:
    """Read the frames that a plan asks for, with their exact times.

    Args:
        path: the video file.
        plan: how many frames, which, from when to when, how large.
        progress: called with the completed share, 0 to 1.

    Raises:
        VideoError: see `probe`; also if the plan starts after the end of the video.
    """
    info = probe(path)
    end = min(info.duration_s or np.inf, plan.end_s or np.inf)
    if info.duration_s is not None and plan.start_s >= info.duration_s:
        raise VideoUnreadable(
            f"{info.path.name} is {info.duration_s:.1f} s long; nothing is left after {plan.start_s:.1f} s.",
            cure="Begin earlier.",
        )
    on_progress = progress or _ignore_progress
    long = np.isfinite(end) and end - plan.start_s > LONG_S
    frames, shots, last_s = (_read_long if long else _read_through)(
        info, plan, float(end), on_progress
    )
    if not frames:
        raise VideoUnreadable(
            f"No frame of {info.path.name} lies between {plan.start_s:.1f} s and {end:.1f} s.",
            cure="Widen the range, or check whether the file is complete.",
        )
    on_progress(1.0)
    damaged = np.isfinite(end) and end - last_s > max(_DAMAGE_S, _DAMAGE_SHARE * float(end))
    return Clip(
        info=info,
        plan=plan,
        frames=np.stack([p.rgb for p in frames]),
        times_s=tuple(p.time_s for p in frames),
        indices=tuple(p.index for p in frames),
        shots=shots,
        readable_until_s=last_s if damaged else None,
    )


def _ignore_progress(_: float) -> None:
    """Progress callback that does nothing."""


def _decode(info: VideoInfo) -> Iterator[DecodedFrame]:
    return (
        opencv.decode_frames(info.path)
        if info.decoder == "opencv"
        else pyav.decode_frames(info.path)
    )


def _read_through(
    info: VideoInfo, plan: SamplingPlan, end_s: float, on_progress: ProgressCallback
) -> tuple[list[_SampledFrame], tuple[Shot, ...], float]:
    """One pass from the start: keep candidates spread evenly, find the cuts, then choose among the candidates.

    The candidates are a few times as many as the plan asks for; whenever there are twice that, every other one goes.
    """
    max_candidates = _CANDIDATES_PER_FRAME * plan.num_frames
    candidates: list[_SampledFrame] = []
    shot_openings: list[_SampledFrame] = []
    detector = CutDetector(_CUT_DETECTION_HZ) if plan.strategy == "shots" else None
    # With times fixed beforehand, keep the frame nearest to each; otherwise keep candidates, ever sparser.
    has_fixed_targets = np.isfinite(end_s) and plan.strategy != "shots"
    targets = _targets(plan, end_s, ()) if has_fixed_targets else []
    usual_gap = 1 / info.fps if info.fps else 0.04
    gap, next_candidate_s, next_detection_s = 0.0, plan.start_s, plan.start_s
    last_s = last_gap_s = 0.0
    for frame in _decode(info):
        last_gap_s, last_s = frame.time_s - last_s, frame.time_s
        if frame.time_s < plan.start_s:
            continue
        if frame.time_s >= end_s and candidates:
            break
        is_new_shot = False
        if detector is not None and frame.time_s >= next_detection_s:
            is_new_shot = detector.process(frame.time_s, frame.rgb(SMALL_SIDE_PX))
            next_detection_s = frame.time_s + 1 / _CUT_DETECTION_HZ
        if has_fixed_targets:
            next_candidate_s = targets[0] - max(last_gap_s, usual_gap) / 2 if targets else np.inf
        if frame.time_s >= next_candidate_s or is_new_shot:
            sampled = _SampledFrame(frame.index, frame.time_s, frame.rgb(plan.short_side_px))
            if is_new_shot and len(shot_openings) < plan.num_frames:
                shot_openings.append(sampled)
            if has_fixed_targets:
                candidates.append(sampled)
                targets = [t for t in targets if t - max(last_gap_s, usual_gap) / 2 > frame.time_s]
            elif frame.time_s >= next_candidate_s:
                candidates.append(sampled)
                next_candidate_s = frame.time_s + gap
                if len(candidates) >= 2 * max_candidates:
                    candidates = candidates[::2]
                    gap = max(
                        2 * gap, (candidates[-1].time_s - candidates[0].time_s) / len(candidates)
                    )
                    next_candidate_s = candidates[-1].time_s + gap
        if np.isfinite(end_s):
            on_progress(min(1.0, frame.time_s / end_s))
    finish = min(end_s, last_s + max(last_gap_s, 1e-3))
    shots = detector.shots(plan.start_s, finish) if detector is not None else ()
    return (
        _choose(sorted([*candidates, *shot_openings], key=lambda p: p.index), plan, finish, shots),
        shots,
        last_s,
    )


def _read_long(
    info: VideoInfo, plan: SamplingPlan, end_s: float, on_progress: ProgressCallback
) -> tuple[list[_SampledFrame], tuple[Shot, ...], float]:
    """Seek key frames: those the plan needs, or enough of them to find the shots."""
    detector = CutDetector(1.0) if plan.strategy == "shots" else None
    targets = _targets(plan, end_s, ())
    if detector is not None:
        targets = uniform_times(plan.start_s, end_s, max(_LONG_KEY_FRAMES, 2 * plan.num_frames))
    step = max(1, len(targets) // (_CANDIDATES_PER_FRAME * plan.num_frames))
    candidates: list[_SampledFrame] = []
    last_s = 0.0
    for number, frame in enumerate(pyav.decode_key_frames(info.path, targets, info.fps)):
        last_s = frame.time_s
        is_new_shot = detector is not None and detector.process(
            frame.time_s, frame.rgb(SMALL_SIDE_PX)
        )
        if frame.time_s >= plan.start_s and (is_new_shot or number % step == 0):
            candidates.append(
                _SampledFrame(frame.index, frame.time_s, frame.rgb(plan.short_side_px))
            )
        on_progress(min(1.0, frame.time_s / end_s))
    if len(candidates) < plan.num_frames:
        # Key frames are too sparse for the plan: decode on from them to each time.
        plan_times = _targets(plan, end_s, ())
        candidates += [
            _SampledFrame(frame.index, frame.time_s, frame.rgb(plan.short_side_px))
            for frame in pyav.decode_frames_at(info.path, plan_times, info.fps)
        ]
        last_s = max([last_s, *(p.time_s for p in candidates)])
    spacing = (end_s - plan.start_s) / max(1, min(len(candidates), len(targets)))
    finish = end_s if end_s - last_s <= 3 * spacing else last_s + spacing
    shots = detector.shots(plan.start_s, finish) if detector is not None else ()
    return _choose(candidates, plan, finish, shots), shots, end_s if finish == end_s else last_s


def _targets(plan: SamplingPlan, end_s: float, shots: tuple[Shot, ...]) -> list[float]:
    """Times that the plan asks for."""
    if plan.strategy == "interval":
        assert plan.interval_s is not None
        return interval_times(plan.start_s, end_s, plan.interval_s, plan.num_frames)
    if plan.strategy == "shots" and shots:
        return shot_times(shots, plan.num_frames)
    return uniform_times(plan.start_s, end_s, plan.num_frames)


def _choose(
    candidates: list[_SampledFrame], plan: SamplingPlan, end_s: float, shots: tuple[Shot, ...]
) -> list[_SampledFrame]:
    """For each time of the plan, pick the nearest candidate of the same shot; each candidate at most once."""
    chosen: dict[int, _SampledFrame] = {}
    for target in _targets(plan, end_s, shots):
        shot = next((s for s in shots if s.start_s <= target < s.end_s), None)
        in_shot = [
            p for p in candidates if shot is None or shot.start_s <= p.time_s < shot.end_s
        ] or candidates
        available = [p for p in in_shot if p.index not in chosen]
        if available:
            nearest = min(available, key=lambda p: abs(p.time_s - target))
            chosen[nearest.index] = nearest
    return [chosen[index] for index in sorted(chosen)]

"""Reading videos: `probe` for what a file says of itself, `read_clip` for the frames a model is shown.

Which decoder, by a stated rule: OpenCV, where it opens the file and yields a frame; else PyAV (AV1, above all).
`VideoInfo.decoder` names it. How it reads: one pass from the start, except for videos longer than `LONG_S`, of which
PyAV seeks key frames (some ten times faster); there, shots are found among key frames. Times are always those of the
very frames that are returned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vqa.errors import VideoEmpty, VideoNotFound, VideoUnreadable
from vqa.types import Clip, SamplingPlan, Shot, VideoInfo
from vqa.video import opencv, pyav
from vqa.video.decoding import DecodedFrame
from vqa.video.sampling import interval_times, shot_times, uniform_times
from vqa.video.shots import SMALL_SIDE_PX, CutFinder

LONG_S = 180.0
_CUTS_SEEN_A_SECOND = 8.0
_LONG_KEY_FRAMES = 240
_CANDIDATES_A_FRAME = 4
_DAMAGE_S, _DAMAGE_SHARE = 1.0, 0.1

Progress = Callable[[float], None]


@dataclass(frozen=True)
class _Picture:
    """A frame kept: its position, time and RGB picture."""

    index: int
    time_s: float
    rgb: NDArray[np.uint8]


def probe(path: str | Path) -> VideoInfo:
    """What a video is, without reading it through.

    Raises:
        VideoNotFound: no file there.
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
    elif next(pyav.frames(file), None) is not None:
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


def read_clip(path: str | Path, plan: SamplingPlan, *, progress: Progress | None = None) -> Clip:
    """The frames that a plan asks for, with their true times.

    Args:
        path: the file.
        plan: how many frames, which, from when to when, how large.
        progress: told how far reading is, 0 to 1.

    Raises:
        VideoError: see `probe`; also where the plan begins after the video's end.
    """
    info = probe(path)
    end = min(info.duration_s or np.inf, plan.end_s or np.inf)
    if info.duration_s is not None and plan.start_s >= info.duration_s:
        raise VideoUnreadable(
            f"{info.path.name} is {info.duration_s:.1f} s long; nothing is left after {plan.start_s:.1f} s.",
            cure="Begin earlier.",
        )
    told = progress or _silent
    long = np.isfinite(end) and end - plan.start_s > LONG_S
    pictures, shots, last_s = (_read_long if long else _read_through)(info, plan, float(end), told)
    if not pictures:
        raise VideoUnreadable(
            f"No frame of {info.path.name} lies between {plan.start_s:.1f} s and {end:.1f} s.",
            cure="Widen the range, or check whether the file is complete.",
        )
    told(1.0)
    damaged = np.isfinite(end) and end - last_s > max(_DAMAGE_S, _DAMAGE_SHARE * float(end))
    return Clip(
        info=info,
        plan=plan,
        frames=np.stack([p.rgb for p in pictures]),
        times_s=tuple(p.time_s for p in pictures),
        indices=tuple(p.index for p in pictures),
        shots=shots,
        readable_until_s=last_s if damaged else None,
    )


def _silent(_: float) -> None:
    """Nobody wants to know."""


def _decode(info: VideoInfo) -> Iterator[DecodedFrame]:
    return opencv.frames(info.path) if info.decoder == "opencv" else pyav.frames(info.path)


def _read_through(
    info: VideoInfo, plan: SamplingPlan, end_s: float, told: Progress
) -> tuple[list[_Picture], tuple[Shot, ...], float]:
    """One pass from the start: keep candidates spread evenly, find the cuts, then choose among the candidates.

    The candidates are a few times as many as the plan asks for; whenever there are twice that, every other one goes.
    """
    room = _CANDIDATES_A_FRAME * plan.num_frames
    kept: list[_Picture] = []
    openings: list[_Picture] = []
    finder = CutFinder(_CUTS_SEEN_A_SECOND) if plan.strategy == "shots" else None
    # Where the times are known beforehand, the nearest frame to each is kept; else candidates, ever sparser.
    known = np.isfinite(end_s) and plan.strategy != "shots"
    targets = _targets(plan, end_s, ()) if known else []
    usual_gap = 1 / info.fps if info.fps else 0.04
    gap, next_kept, next_small = 0.0, plan.start_s, plan.start_s
    last_s = gap_seen = 0.0
    for frame in _decode(info):
        gap_seen, last_s = frame.time_s - last_s, frame.time_s
        if frame.time_s < plan.start_s:
            continue
        if frame.time_s >= end_s and kept:
            break
        opens = False
        if finder is not None and frame.time_s >= next_small:
            opens = finder.feed(frame.time_s, frame.rgb(SMALL_SIDE_PX))
            next_small = frame.time_s + 1 / _CUTS_SEEN_A_SECOND
        if known:
            next_kept = targets[0] - max(gap_seen, usual_gap) / 2 if targets else np.inf
        if frame.time_s >= next_kept or opens:
            picture = _Picture(frame.index, frame.time_s, frame.rgb(plan.short_side_px))
            if opens and len(openings) < plan.num_frames:
                openings.append(picture)
            if known:
                kept.append(picture)
                targets = [t for t in targets if t - max(gap_seen, usual_gap) / 2 > frame.time_s]
            elif frame.time_s >= next_kept:
                kept.append(picture)
                next_kept = frame.time_s + gap
                if len(kept) >= 2 * room:
                    kept = kept[::2]
                    gap = max(2 * gap, (kept[-1].time_s - kept[0].time_s) / len(kept))
                    next_kept = kept[-1].time_s + gap
        if np.isfinite(end_s):
            told(min(1.0, frame.time_s / end_s))
    finish = min(end_s, last_s + max(gap_seen, 1e-3))
    shots = finder.shots(plan.start_s, finish) if finder is not None else ()
    return (
        _choose(sorted([*kept, *openings], key=lambda p: p.index), plan, finish, shots),
        shots,
        last_s,
    )


def _read_long(
    info: VideoInfo, plan: SamplingPlan, end_s: float, told: Progress
) -> tuple[list[_Picture], tuple[Shot, ...], float]:
    """Seek key frames: those the plan needs, or enough of them to find the shots."""
    finder = CutFinder(1.0) if plan.strategy == "shots" else None
    targets = _targets(plan, end_s, ())
    if finder is not None:
        targets = uniform_times(plan.start_s, end_s, max(_LONG_KEY_FRAMES, 2 * plan.num_frames))
    step = max(1, len(targets) // (_CANDIDATES_A_FRAME * plan.num_frames))
    kept: list[_Picture] = []
    last_s = 0.0
    for number, frame in enumerate(pyav.key_frames(info.path, targets, info.fps)):
        last_s = frame.time_s
        opens = finder is not None and finder.feed(frame.time_s, frame.rgb(SMALL_SIDE_PX))
        if frame.time_s >= plan.start_s and (opens or number % step == 0):
            kept.append(_Picture(frame.index, frame.time_s, frame.rgb(plan.short_side_px)))
        told(min(1.0, frame.time_s / end_s))
    if len(kept) < plan.num_frames:
        # Key frames are too sparse for the plan: decode on from them to each time.
        wanted = _targets(plan, end_s, ())
        kept += [
            _Picture(frame.index, frame.time_s, frame.rgb(plan.short_side_px))
            for frame in pyav.frames_at(info.path, wanted, info.fps)
        ]
        last_s = max([last_s, *(p.time_s for p in kept)])
    spacing = (end_s - plan.start_s) / max(1, min(len(kept), len(targets)))
    finish = end_s if end_s - last_s <= 3 * spacing else last_s + spacing
    shots = finder.shots(plan.start_s, finish) if finder is not None else ()
    return _choose(kept, plan, finish, shots), shots, end_s if finish == end_s else last_s


def _targets(plan: SamplingPlan, end_s: float, shots: tuple[Shot, ...]) -> list[float]:
    """The times the plan asks for."""
    if plan.strategy == "interval":
        assert plan.interval_s is not None
        return interval_times(plan.start_s, end_s, plan.interval_s, plan.num_frames)
    if plan.strategy == "shots" and shots:
        return shot_times(shots, plan.num_frames)
    return uniform_times(plan.start_s, end_s, plan.num_frames)


def _choose(
    candidates: list[_Picture], plan: SamplingPlan, end_s: float, shots: tuple[Shot, ...]
) -> list[_Picture]:
    """For each time the plan asks for the nearest candidate of the same shot; each is taken once."""
    chosen: dict[int, _Picture] = {}
    for target in _targets(plan, end_s, shots):
        shot = next((s for s in shots if s.start_s <= target < s.end_s), None)
        inside = [
            p for p in candidates if shot is None or shot.start_s <= p.time_s < shot.end_s
        ] or candidates
        left = [p for p in inside if p.index not in chosen]
        if left:
            nearest = min(left, key=lambda p: abs(p.time_s - target))
            chosen[nearest.index] = nearest
    return [chosen[index] for index in sorted(chosen)]

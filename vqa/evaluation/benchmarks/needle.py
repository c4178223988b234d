"""Needle benchmark: short scenes in a long video are found by search, and asked about by time.

A video shows nine held-out photographs for minutes each, with a moving camera, and five others, the
needles, for five seconds each at random times. A search for a caption of a needle should find it;
then the question what happens at its time should have evidence frames in it. The same search in a
short video of the same shots shows which needles the model can find at all: `recall_at_1` counts
only these.
"""

from __future__ import annotations

import argparse
import dataclasses
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image
from tqdm import tqdm

from vqa.argument_types import finite_number
from vqa.chat.session import ChatSession
from vqa.errors import SettingError
from vqa.evaluation.synthetic_video import ComposedVideo, compose_video, pan_and_zoom, write_video
from vqa.models.protocol import VideoContext, VideoQAModel
from vqa.models.registry import load
from vqa.tasks.search import find_moments
from vqa.timecode import format_time
from vqa.training.data.records import Record, Split, read_records
from vqa.types import Shot

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NUM_NEEDLES, NUM_BACKGROUNDS = 5, 9
NEEDLE_S = 5.0
# A multiple of 1 / NEEDLE_S; fewer frames per second than usual, so that an hour is written in minutes.
_FPS = 5


@dataclass(frozen=True, kw_only=True)
class NeedleScores:
    """Share of short scenes that are found in long videos, 0 to 1.

    Args:
        recall_at_1: share of the needles found in the short video that are also the first result of
            the search in the long video; 0 if none is found in the short one.
        recall_of_all: share of all needles that are the first result in the long video.
        recall_in_short_video: share of all needles that are the first result in the short video.
        evidence_at_time: share of the needles for which all evidence frames of the answer about
            their time are in the needle.
        n: number of needles.
        minutes: duration of a video.
    """

    recall_at_1: float
    recall_of_all: float
    recall_in_short_video: float
    evidence_at_time: float
    n: int
    minutes: float


def compose_needle_video(
    records: Sequence[Record], path: Path, *, minutes: float, rng: random.Random
) -> ComposedVideo:
    """Write a video of long shots that are interrupted by needles, at 5 frames per second.

    Args:
        records: images; the first five are the needles, the other ones, at least one, are shown
            for equal times.
        path: output file.
        minutes: duration of the video, at least 1.25.
        rng: random number generator of times and camera movements.

    Returns:
        The video; its shots and records are those of the needles alone.
    """
    num_frames, length = round(minutes * 60 * _FPS), round(NEEDLE_S * _FPS)
    # Each needle has a slot of its own, so that no two overlap or touch.
    slot = num_frames // NUM_NEEDLES
    starts = [n * slot + rng.randint(1, slot - length - 1) for n in range(NUM_NEEDLES)]
    needles, backgrounds = records[:NUM_NEEDLES], records[NUM_NEEDLES:]
    edges = [round(n * num_frames / len(backgrounds)) for n in range(len(backgrounds) + 1)]

    def shot(record: Record, count: int) -> Iterator[NDArray[np.uint8]]:
        with Image.open(record.file) as picture:
            yield from pan_and_zoom(picture, count, rng)

    def frames() -> Iterator[NDArray[np.uint8]]:
        number = 0
        for record, (start, end) in zip(backgrounds, pairwise(edges), strict=True):
            background = shot(record, end - start)
            while number < end:
                if number in starts:
                    yield from shot(needles[starts.index(number)], length)
                    number += length
                else:
                    yield next(background)
                    number += 1

    write_video(path, frames(), fps=_FPS)
    shots = tuple(Shot(start_s=n / _FPS, end_s=(n + length) / _FPS) for n in starts)
    return ComposedVideo(path=path, shots=shots, records=tuple(needles))


def _is_first(model: VideoQAModel, context: VideoContext, record: Record, shot: Shot) -> bool:
    """Whether the first result of a search for a caption of a record lies in its shot."""
    moments = find_moments(context, model, record.captions[0], limit=1)
    return bool(moments) and shot.start_s <= moments[0].thumbnail_s < shot.end_s


def _is_evidence(session: ChatSession, shot: Shot) -> bool:
    """Ask what happens in the middle of a shot; return whether all evidence frames are in the shot.

    False without evidence frames.
    """
    middle_s = (shot.start_s + shot.end_s) / 2
    "".join(session.ask(f"What happens at {format_time(middle_s)}?"))
    evidence = session.history[-1].answer.evidence
    return bool(evidence) and all(shot.start_s <= e.time_s < shot.end_s for e in evidence)


def measure(
    model: VideoQAModel, data: Path, split: Split, *, num_videos: int, minutes: float
) -> NeedleScores:
    """Compose videos from held-out images, search for their needles and ask about them.

    Args:
        model: model that embeds frames and text in one space, and attributes answers to frames.
        data: a folder in the training data format.
        split: `val` or `test`.
        num_videos: number of long videos, each with five needles, at least 1.
        minutes: duration of a long video, at least 1.25.

    Raises:
        SettingError: the split is missing or malformed, or has fewer than 14 images with captions,
            or `minutes` is too low.
        Unsupported: the model does not embed frames and text.
    """
    records = [r for r in read_records(data, split) if not r.is_clip and r.captions]
    if len(records) < NUM_NEEDLES + NUM_BACKGROUNDS:
        raise SettingError(
            f"The {split} split of {data} has too few pictures with captions.",
            cure=f"It needs at least {NUM_NEEDLES + NUM_BACKGROUNDS}.",
        )
    if minutes * 60 < 3 * NUM_NEEDLES * NEEDLE_S:
        raise SettingError(
            f"{minutes} minutes are too short for {NUM_NEEDLES} scenes.", cure="Pass --minutes 20."
        )
    rng = random.Random(0)
    short, long, evidence = list[bool](), list[bool](), list[bool]()
    for _ in tqdm(range(num_videos), unit=" videos", disable=None):
        sample = rng.sample(records, NUM_NEEDLES + NUM_BACKGROUNDS)
        with tempfile.TemporaryDirectory() as folder:
            video = compose_video(sample, Path(folder) / "short.mp4", rng)
            context = ChatSession(model).watch(video.path)
            pairs = list(zip(video.records, video.shots, strict=True))[:NUM_NEEDLES]
            short += [_is_first(model, context, *pair) for pair in pairs]
            video = compose_needle_video(
                sample, Path(folder) / "long.mp4", minutes=minutes, rng=rng
            )
            session = ChatSession(model)
            session.watch(video.path)
            context = session.refine()
            pairs = list(zip(video.records, video.shots, strict=True))
            long += [_is_first(model, context, *pair) for pair in pairs]
            evidence += [_is_evidence(session, shot) for shot in video.shots]
    both = sum(a and b for a, b in zip(short, long, strict=True))
    return NeedleScores(
        recall_at_1=both / max(1, sum(short)),
        recall_of_all=sum(long) / len(long),
        recall_in_short_video=sum(short) / len(short),
        evidence_at_time=sum(evidence) / len(evidence),
        n=len(long),
        minutes=minutes,
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add `--minutes`, the duration of a video, to a parser."""
    parser.add_argument(
        "--minutes",
        type=finite_number,
        default=20.0,
        help="duration of a video (default: %(default)s)",
    )


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Run the benchmark of short scenes in long videos; return the fields of `NeedleScores`.

    Args:
        arguments: parsed arguments with `model` and `device`, and those of `measure`: `data`,
            `split`, `minutes` and, for `num_videos`, `limit`.

    Raises:
        VQAError: the model or the data cannot be used, or `minutes` is below 1.25.
    """
    model = load(arguments.model, device=arguments.device)
    scores = measure(
        model,
        arguments.data,
        arguments.split,
        num_videos=arguments.limit,
        minutes=arguments.minutes,
    )
    return dataclasses.asdict(scores)


def format_text(figures: Mapping[str, Any]) -> str:
    """Format the result of `run`, the fields of `NeedleScores`, as plain text, one per line."""
    return "\n".join(
        f"{name.replace('_', ' '):20} {value:6.3f}"
        if isinstance(value, float)
        else f"{name:20} {value}"
        for name, value in figures.items()
    )

"""Composed-video benchmark: search and evidence frames in videos whose shots are held-out images.

The correct shot of each query is known, because the benchmark composes the videos. They are encoded
to files, decoded and divided into shots like any other video. There are four measures:

- `moments`: search with a human caption for its shot, among ten;
- `when`: search with the name of an object for the only shot that shows it, among six;
- `evidence`: whether the evidence frame of highest weight is in the shot that the question is
  about, among four;
- `retrieval`: search with a caption for its image, among up to 500.
"""

from __future__ import annotations

import argparse
import dataclasses
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from tqdm import tqdm

from vqa.errors import SettingError, Unsupported
from vqa.evaluation.synthetic_video import ComposedVideo, compose_video
from vqa.models.protocol import Embeds, Explains, VideoContext, VideoQAModel
from vqa.models.registry import load
from vqa.questions.parse import parse
from vqa.tasks.search import find_moments
from vqa.training.data.records import (
    DatasetQuestion,
    Record,
    Split,
    load_clip,
    read_records,
    subsample,
)
from vqa.video.reader import read_clip
from vqa.video.sandbox import in_process

if TYPE_CHECKING:
    from vqa.types import Shot

MOMENT_SHOTS, WHEN_SHOTS, EVIDENCE_SHOTS = 10, 6, 4
RETRIEVAL_PICTURES = 500
_EVIDENCE_TYPES = ("object", "color")


@dataclass(frozen=True, kw_only=True)
class LocalizationScores:
    """Accuracy of finding the correct shot.

    Args:
        recall_at_1: share of queries whose first result is in the correct shot, 0 to 1.
        mean_iou: mean temporal intersection over union of first result and correct shot, 0 to 1; 0
            for a query without results.
        chance: `recall_at_1` of a random shot.
        n: number of queries.
    """

    recall_at_1: float
    mean_iou: float
    chance: float
    n: int


@dataclass(frozen=True, kw_only=True)
class RetrievalScores:
    """Recall of image retrieval by caption.

    Args:
        at_1: share of captions whose image has rank 1, 0 to 1.
        at_5: share of captions whose image is among the first 5.
        at_10: share of captions whose image is among the first 10.
        chance_at_1: `at_1` of a random ranking.
        n: number of captions, and of images.
    """

    at_1: float
    at_5: float
    at_10: float
    chance_at_1: float
    n: int


def temporal_iou(start_s: float, end_s: float, shot: Shot) -> float:
    """Return the temporal intersection over union, 0 to 1, of a time range and a shot.

    Times are in seconds; the range or the shot has a length above 0.
    """
    intersection = min(end_s, shot.end_s) - max(start_s, shot.start_s)
    union = max(end_s, shot.end_s) - min(start_s, shot.start_s)
    return max(0.0, intersection) / union


def _encoded_videos(
    model: VideoQAModel,
    records: Sequence[Record],
    *,
    num_shots: int,
    num_videos: int,
    seed: int,
) -> Iterator[tuple[ComposedVideo, VideoContext]]:
    """Yield composed videos with their encodings; each file is deleted before the next is written.

    Args:
        model: model that encodes the videos.
        records: images, from which each video samples its own.
        num_shots: number of shots of each video.
        num_videos: number of videos.
        seed: random seed.

    Raises:
        SettingError: there are fewer images than shots.
    """
    if len(records) < num_shots:
        raise SettingError(
            f"A video of {num_shots} shots needs as many pictures; {len(records)} are suitable.",
            cure="Choose a data folder with more pictures that have captions, boxes or questions.",
        )
    rng = random.Random(seed)
    for _ in tqdm(range(num_videos), unit=f" videos of {num_shots} shots", disable=None):
        with tempfile.TemporaryDirectory() as folder:
            shot_records = rng.sample(records, num_shots)
            video = compose_video(shot_records, Path(folder) / "video.mp4", rng)
            yield video, model.encode(in_process(read_clip)(video.path, model.sampling))


def _search(
    model: VideoQAModel, context: VideoContext, query: str, shot: Shot
) -> tuple[bool, float]:
    """Search a video; return whether the first result is in a shot, and their temporal IoU.

    (False, 0.0) without a result.
    """
    moments = find_moments(context, model, query, limit=1)
    if not moments:
        return False, 0.0
    best = moments[0]
    is_hit = shot.start_s <= best.thumbnail_s < shot.end_s
    return is_hit, temporal_iou(best.start_s, best.end_s, shot)


def _localization_scores(
    results: Sequence[tuple[bool, float]], num_shots: int
) -> LocalizationScores:
    """Return the scores of (is_hit, IoU) pairs, at least one, for videos of `num_shots` shots."""
    return LocalizationScores(
        recall_at_1=sum(is_hit for is_hit, _ in results) / len(results),
        mean_iou=sum(iou for _, iou in results) / len(results),
        chance=1 / num_shots,
        n=len(results),
    )


def measure_moments(
    model: VideoQAModel, records: Sequence[Record], num_videos: int
) -> LocalizationScores:
    """Search for every shot of ten-shot videos with a human caption of its image.

    Args:
        model: model that embeds frames and text in one space.
        records: images, at least ten of them with captions.
        num_videos: number of videos, at least 1.

    Raises:
        SettingError: there are fewer than ten images with captions.
        Unsupported: the model does not embed frames.
    """
    captioned_records = [record for record in records if record.captions]
    rng = random.Random(1)
    results = [
        _search(model, context, rng.choice(record.captions), shot)
        for video, context in _encoded_videos(
            model, captioned_records, num_shots=MOMENT_SHOTS, num_videos=num_videos, seed=1
        )
        for record, shot in zip(video.records, video.shots, strict=True)
    ]
    return _localization_scores(results, MOMENT_SHOTS)


def measure_when(
    model: VideoQAModel, records: Sequence[Record], num_videos: int
) -> LocalizationScores | None:
    """Search six-shot videos for objects that, by exhaustive boxes, only one shot shows.

    None if no video has such an object.

    Args:
        model: model that embeds frames and text in one space.
        records: images, at least six of them with boxes.
        num_videos: number of videos, at least 1.

    Raises:
        SettingError: there are fewer than six images with boxes.
        Unsupported: the model does not embed frames.
    """
    boxed_records = [record for record in records if record.objects]
    results = []
    for video, context in _encoded_videos(
        model, boxed_records, num_shots=WHEN_SHOTS, num_videos=num_videos, seed=2
    ):
        names = [{box[0] for box in record.objects or ()} for record in video.records]
        num_shots_with = Counter(name for shot_names in names for name in shot_names)
        for shot_names, shot in zip(names, video.shots, strict=True):
            results += [
                _search(model, context, name, shot)
                for name in sorted(shot_names)
                if num_shots_with[name] == 1
            ]
    return _localization_scores(results, WHEN_SHOTS) if results else None


def _evidence_question(record: Record) -> DatasetQuestion | None:
    """Return the record's first COCO-QA question about an object or a color; None without one."""
    return next(
        (q for q in record.questions if q.src == "cocoqa" and q.type in _EVIDENCE_TYPES), None
    )


def measure_evidence(
    model: VideoQAModel, records: Sequence[Record], num_videos: int
) -> LocalizationScores:
    """Ask about every shot of four-shot videos; the first evidence frame should be in the shot.

    `mean_iou` is the same as `recall_at_1` here.

    Args:
        model: model that attributes answers to frames.
        records: images, at least four of them with a COCO-QA question about an object or a color.
        num_videos: number of videos, at least 1.

    Raises:
        SettingError: there are fewer than four such images.
        Unsupported: the model cannot attribute its answers to frames.
    """
    if not isinstance(model, Explains):
        raise Unsupported(
            f"{model.name} cannot attribute its answers to frames.", cure="Choose another --model."
        )
    question_records = [record for record in records if _evidence_question(record)]
    results = []
    for video, context in _encoded_videos(
        model, question_records, num_shots=EVIDENCE_SHOTS, num_videos=num_videos, seed=3
    ):
        for record, shot in zip(video.records, video.shots, strict=True):
            question = _evidence_question(record)
            assert question is not None
            answer = "".join(model.stream(context, parse(question.text)))
            evidence = model.explain(context, parse(question.text), answer)
            is_hit = bool(evidence) and shot.start_s <= evidence[0].time_s < shot.end_s
            results.append((is_hit, float(is_hit)))
    return _localization_scores(results, EVIDENCE_SHOTS)


def measure_retrieval(model: VideoQAModel, records: Sequence[Record]) -> RetrievalScores:
    """Rank up to 500 images by cosine for the last caption of each.

    Ties count against the model. With more images, evenly spaced ones are used; those without a
    caption are left out.

    Raises:
        Unsupported: the model does not embed frames and text in one space.
        ValueError: no image has a caption.
    """
    if not isinstance(model, Embeds):
        raise Unsupported(f"{model.name} cannot search.", cure="Choose another --model.")
    captioned_records = subsample(
        [record for record in records if record.captions], RETRIEVAL_PICTURES
    )
    vectors = np.stack(
        [
            model.embed_frames(model.encode(load_clip(record, model))).mean(axis=0)
            for record in captioned_records
        ]
    )
    scores = model.embed_text([record.captions[-1] for record in captioned_records]) @ vectors.T
    # Ties count against the model, or equal scores for everything would rank first.
    ranks = (scores >= np.diag(scores)[:, np.newaxis]).sum(axis=1) - 1
    at_1, at_5, at_10 = (float((ranks < top).mean()) for top in (1, 5, 10))
    return RetrievalScores(
        at_1=at_1,
        at_5=at_5,
        at_10=at_10,
        chance_at_1=1 / len(captioned_records),
        n=len(captioned_records),
    )


def measure(
    model: VideoQAModel, data: Path, split: Split, *, num_videos: int
) -> dict[str, LocalizationScores | RetrievalScores]:
    """Compute the four measures; those for which the data folder has too few images are omitted.

    `when` is also omitted if no object is in one shot alone.

    Args:
        model: model that embeds frames and text in one space, and attributes answers to frames.
        data: a folder in the training data format.
        split: `val` or `test`.
        num_videos: number of videos for each of the first three measures, at least 1.

    Returns:
        Scores by name: `moments`, `when`, `evidence`, `retrieval`.

    Raises:
        SettingError: no measure has enough images, or the split is missing or malformed.
        Unsupported: the model lacks an ability that a measure needs.
    """
    records = [record for record in read_records(data, split) if not record.is_clip]
    num_caption_records = sum(bool(record.captions) for record in records)
    num_box_records = sum(bool(record.objects) for record in records)
    num_with_questions = sum(_evidence_question(record) is not None for record in records)
    measures: dict[str, tuple[bool, Callable[[], LocalizationScores | RetrievalScores | None]]] = {
        "moments": (
            num_caption_records >= MOMENT_SHOTS,
            lambda: measure_moments(model, records, num_videos),
        ),
        "when": (
            num_box_records >= WHEN_SHOTS,
            lambda: measure_when(model, records, num_videos),
        ),
        "evidence": (
            num_with_questions >= EVIDENCE_SHOTS,
            lambda: measure_evidence(model, records, num_videos),
        ),
        "retrieval": (
            num_caption_records >= MOMENT_SHOTS,
            lambda: measure_retrieval(model, records),
        ),
    }
    results = {name: compute() for name, (is_possible, compute) in measures.items() if is_possible}
    scores = {name: result for name, result in results.items() if result is not None}
    if not scores:
        raise SettingError(
            f"The {split} split of {data} has too few pictures to compose videos of.",
            cure=f"It needs at least {EVIDENCE_SHOTS} pictures with questions, boxes or captions.",
        )
    return scores


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Run the benchmark; return the fields of the scores by measure.

    Args:
        arguments: parsed arguments with `data`, `split`, `model`, `device` and `limit` (videos).

    Raises:
        VQAError: the model or the data cannot be used.
    """
    model = load(arguments.model, device=arguments.device)
    scores = measure(model, arguments.data, arguments.split, num_videos=arguments.limit)
    return {name: dataclasses.asdict(score) for name, score in scores.items()}


def format_text(figures: Mapping[str, Any]) -> str:
    """Format the result of `run` as plain text, one line per measure, shares in percent."""
    lines = []
    for name, score in figures.items():
        if name == "retrieval":
            lines.append(
                f"{name:10} R@1 {100 * score['at_1']:.1f} %  R@5 {100 * score['at_5']:.1f} %  "
                f"R@10 {100 * score['at_10']:.1f} %  "
                f"(chance {100 * score['chance_at_1']:.1f} %, n = {score['n']})"
            )
        else:
            lines.append(
                f"{name:10} recall@1 {100 * score['recall_at_1']:5.1f} %  mean IoU {score['mean_iou']:.2f}  "
                f"(chance {100 * score['chance']:.1f} %, n = {score['n']})"
            )
    return "\n".join(lines)

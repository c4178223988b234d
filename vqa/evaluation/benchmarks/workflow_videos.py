"""Workflow benchmark: composing and monitoring with videos whose shots are held-out photographs.

- `story`: human captions, one per photograph, become a film composed of these videos; the share of
  sentences that got their own photograph, of title cards, and of shots that cross a cut of their
  video;
- `monitor`: names of things are monitored in videos at one frame a second; the share of the shots
  that show a thing and begin an event, and the false alarms per hour and absent thing.
"""

from __future__ import annotations

import argparse
import dataclasses
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from vqa.errors import SettingError
from vqa.evaluation.synthetic_video import ComposedVideo, compose_video
from vqa.models.protocol import VideoQAModel
from vqa.models.registry import load
from vqa.tasks.indexing import index_folder, open_library
from vqa.training.data.records import Record, Split, read_records
from vqa.types import SamplingPlan
from vqa.video.reader import read_clip
from vqa.video.sandbox import in_process
from vqa.workflows.compose import StoryShot, plan_story
from vqa.workflows.frame_feed import MonitorFrame
from vqa.workflows.monitor import Monitor

STORY_VIDEOS, STORY_SHOTS = 4, 5
MONITOR_SHOTS = 6
_NUM_CONDITIONS = 5
_TOLERANCE_S = 0.1
_LARGE_SHARE = 0.1


@dataclass(frozen=True, kw_only=True)
class StoryScores:
    """Scores of stories that `plan_story` composes from captions of known photographs.

    Args:
        recall_at_1: share of sentences whose moment is within the shot of their photograph, 0 to 1.
        cards: share of sentences that got a title card instead of a moment.
        jumps: share of sentences whose moment crosses a cut of its source video.
        chance: `recall_at_1` of a random choice.
        n: number of sentences.
    """

    recall_at_1: float
    cards: float
    jumps: float
    chance: float
    n: int


@dataclass(frozen=True, kw_only=True)
class MonitorScores:
    """Scores of the events that monitoring finds in videos with known contents.

    Args:
        recall: share of the pairs of a monitored thing and a shot in which it comes into view, for
            which an event begins in the shot, 0 to 1; 0 without such a pair.
        recall_large: recall of the pairs whose thing covers at least a tenth of the picture.
        false_alarms_per_hour: events per hour of video and thing that the video does not show; 0
            without such a thing.
        num_shots: number of pairs.
        num_large: number of pairs whose thing covers at least a tenth of the picture.
        hours: length of the videos in hours, each times the number of its absent things.
    """

    recall: float
    recall_large: float
    false_alarms_per_hour: float
    num_shots: int
    num_large: int
    hours: float


def measure_story(model: VideoQAModel, records: Sequence[Record], num_stories: int) -> StoryScores:
    """Compose stories of twenty captions from libraries of four videos with five shots each.

    Args:
        model: model that embeds frames and text.
        records: images with captions, at least twenty.
        num_stories: number of stories, each with a library of its own, at least 1.

    Raises:
        Unsupported: the model does not embed frames and text.
        ValueError: there are fewer than twenty images.
    """
    rng = random.Random(4)
    results = []
    for _ in tqdm(range(num_stories), unit=" stories", disable=None):
        with tempfile.TemporaryDirectory() as folder:
            sample = rng.sample(records, STORY_VIDEOS * STORY_SHOTS)
            videos = []
            for number in range(STORY_VIDEOS):
                part = sample[number * STORY_SHOTS : (number + 1) * STORY_SHOTS]
                path = Path(folder) / "videos" / f"{number}.mp4"
                path.parent.mkdir(exist_ok=True)
                videos.append(compose_video(part, path, rng))
            rng.shuffle(sample)
            library = open_library(model, Path(folder) / "library")
            try:
                for _ in index_folder(library, model, Path(folder) / "videos"):
                    pass
                story = plan_story([rng.choice(r.captions) for r in sample], library, model)
            finally:
                library.close()
            results += [
                _grade(shot, record, videos) for shot, record in zip(story, sample, strict=True)
            ]
    return StoryScores(
        recall_at_1=results.count("right") / len(results),
        cards=results.count("card") / len(results),
        jumps=results.count("jump") / len(results),
        chance=1 / (STORY_VIDEOS * STORY_SHOTS),
        n=len(results),
    )


def _grade(shot: StoryShot, record: Record, videos: Sequence[ComposedVideo]) -> str:
    """Return the grade of the moment that a caption got: `right`, `wrong`, `jump` or `card`.

    `right` and `wrong` moments are within one shot, of the caption's photograph or another one; a
    `jump` crosses a cut; a `card` is a title card, without a moment.
    """
    scene = shot.scene
    if scene is None:
        return "card"
    video = next(video for video in videos if video.path.resolve() == scene.path.resolve())
    for source, shot_record in zip(video.shots, video.records, strict=True):
        starts_inside = source.start_s - _TOLERANCE_S <= scene.start_s
        if starts_inside and scene.end_s <= source.end_s + _TOLERANCE_S:
            return "right" if shot_record is record else "wrong"
    return "jump"


def measure_monitor(
    model: VideoQAModel, records: Sequence[Record], num_videos: int
) -> MonitorScores:
    """Monitor videos of six shots for five things that they show and five that they do not show.

    There may be fewer of either.

    Args:
        model: model that embeds frames and text.
        records: images with boxes, at least six.
        num_videos: number of videos.

    Raises:
        Unsupported: the model does not embed frames and text.
        ValueError: there are fewer than six images.
    """
    rng = random.Random(5)
    names = sorted({box[0] for record in records for box in record.objects or ()})
    num_alarms = 0
    hits: dict[bool, list[bool]] = {False: [], True: []}  # by whether the thing is large
    hours = 0.0
    for _ in tqdm(range(num_videos), unit=" videos", disable=None):
        with tempfile.TemporaryDirectory() as folder:
            sample = rng.sample(records, MONITOR_SHOTS)
            video = compose_video(sample, Path(folder) / "video.mp4", rng)
            things = [{box[0] for box in record.objects or ()} for record in video.records]
            present = sorted(set().union(*things))
            absent = [name for name in names if name not in present]
            present_names = rng.sample(present, min(_NUM_CONDITIONS, len(present)))
            absent = rng.sample(absent, min(_NUM_CONDITIONS, len(absent)))
            monitor = Monitor([*present_names, *absent], model, cooldown_s=0.0)
            events = list(monitor.watch(_frames(video)))
        hours += video.shots[-1].end_s / 3600 * len(absent)
        num_alarms += sum(event.condition in absent for event in events)
        for number, (shot, contents) in enumerate(zip(video.shots, things, strict=True)):
            earlier = things[number - 1] if number else set()
            # A thing that the shot before shows too is one event that goes on.
            for name in (contents - earlier).intersection(present_names):
                is_large = _largest_share(video.records[number], name) >= _LARGE_SHARE
                hits[is_large].append(
                    any(
                        event.condition == name and shot.start_s <= event.time_s <= shot.end_s
                        for event in events
                    )
                )
    num_shots = sum(map(len, hits.values()))
    return MonitorScores(
        recall=sum(map(sum, hits.values())) / max(1, num_shots),
        recall_large=sum(hits[True]) / max(1, len(hits[True])),
        false_alarms_per_hour=num_alarms / hours if hours else 0.0,
        num_shots=num_shots,
        num_large=len(hits[True]),
        hours=hours,
    )


def _largest_share(record: Record, name: str) -> float:
    """Return the share of the picture, 0 to 1, that the largest box of a thing covers; 0 without one."""
    return max((box[3] * box[4] for box in record.objects or () if box[0] == name), default=0.0)


def _frames(video: ComposedVideo) -> Iterator[MonitorFrame]:
    """Yield one frame per second of a video, at most 600."""
    plan = SamplingPlan(strategy="interval", interval_s=1.0, num_frames=600)
    clip = in_process(read_clip)(video.path, plan)
    for time_s, rgb in zip(clip.times_s, clip.frames, strict=True):
        yield MonitorFrame(source="video", time_s=time_s, rgb=rgb, is_live=False)


def measure(
    model: VideoQAModel, data: Path, split: Split, *, num_videos: int
) -> dict[str, StoryScores | MonitorScores]:
    """Compute both measures; one for which the data folder has too few images is omitted.

    Args:
        model: model that embeds frames and text.
        data: a folder in the training data format.
        split: `val` or `test`.
        num_videos: number of stories, and of monitored videos.

    Returns:
        Scores by name: `story`, `monitor`.

    Raises:
        SettingError: the split is missing or malformed, or has too few images for either.
        Unsupported: the model does not embed frames and text.
    """
    records = [record for record in read_records(data, split) if not record.is_clip]
    captioned_records = [record for record in records if record.captions]
    boxed_records = [record for record in records if record.objects]
    scores: dict[str, StoryScores | MonitorScores] = {}
    if len(captioned_records) >= STORY_VIDEOS * STORY_SHOTS:
        scores["story"] = measure_story(model, captioned_records, num_videos)
    if len(boxed_records) >= MONITOR_SHOTS:
        scores["monitor"] = measure_monitor(model, boxed_records, num_videos)
    if not scores:
        raise SettingError(
            f"The {split} split of {data} has too few pictures to compose videos of.",
            cure=f"It needs {STORY_VIDEOS * STORY_SHOTS} with captions, or {MONITOR_SHOTS} with boxes.",
        )
    return scores


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Run the benchmark; return the fields of the scores by measure, `story` and `monitor`.

    Args:
        arguments: parsed arguments with `data`, `split`, `model`, `device` and `limit` (stories and
            videos).

    Raises:
        VQAError: the model or the data cannot be used.
    """
    model = load(arguments.model, device=arguments.device)
    scores = measure(model, arguments.data, arguments.split, num_videos=arguments.limit)
    return {name: dataclasses.asdict(score) for name, score in scores.items()}


def format_text(figures: Mapping[str, Any]) -> str:
    """Format the result of `run` as plain text: a line per measure, shares in percent."""
    lines = []
    if story := figures.get("story"):
        lines.append(
            f"story    R@1 {100 * story['recall_at_1']:.1f} %  title cards {100 * story['cards']:.1f} %  "
            f"jumps {100 * story['jumps']:.1f} %  (chance {100 * story['chance']:.1f} %, n = {story['n']})"
        )
    if monitor := figures.get("monitor"):
        lines.append(
            f"monitor  recall {100 * monitor['recall']:.1f} %  of large things {100 * monitor['recall_large']:.1f} %  "
            f"false alarms per hour {monitor['false_alarms_per_hour']:.2f}  "
            f"({monitor['num_shots']} shots, {monitor['num_large']} large, {monitor['hours']:.2f} hours)"
        )
    return "\n".join(lines)

"""JSON format of results and errors, shared by the command line and the page's API.

Times are seconds from the start of the video and their keys end in `_s`; frame indices count from
0. Keys are added, never renamed or removed, because scripts depend on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vqa.errors import VQAError
from vqa.types import Answer, Caption, Chapter, Clip, Moment

if TYPE_CHECKING:
    from vqa.storage.library import SegmentMatch
    from vqa.tasks.summary import Summary
    from vqa.workflows.compose import StoryShot
    from vqa.workflows.cut import Cut

Json = dict[str, Any]


def answer_json(answer: Answer, *, clip: Clip, model: str, device: str) -> Json:
    """Return an answer as JSON values.

    The keys are the fields of `Answer`, with `text` as `answer`, and `frames` (`index` and `time_s`
    of each frame of the clip), `model`, `device` and `readable_until_s`. If the answer has no
    `reply`, the value is its `text`; it is empty only if both are.

    Args:
        answer: the finished answer.
        clip: the frames that the model received.
        model: name of the model that answered.
        device: device of the model, such as `cpu` or `cuda:0`.
    """
    return {
        "answer": answer.text,
        "reply": answer.reply or answer.text,
        "confidence": answer.confidence,
        "answerable": answer.answerable,
        "frames": [
            {"index": index, "time_s": time_s}
            for index, time_s in zip(clip.indices, clip.times_s, strict=True)
        ],
        "evidence": [
            {"time_s": frame.time_s, "weight": frame.weight, "index": frame.index}
            for frame in answer.evidence
        ],
        "timings_s": dict(answer.timings_s),
        "model": model,
        "device": device,
        "readable_until_s": clip.readable_until_s,
        "note": answer.note,
        "suggestions": list(answer.suggestions),
        "stopped": answer.stopped,
    }


def moments_json(moments: Iterable[Moment], thumbnails: Sequence[Path] = ()) -> Json:
    """Return search results in one video as JSON values, in the given order.

    The only key is `moments`, a list of objects with the fields of `Moment` and, with thumbnails,
    `thumbnail`, a path.

    Args:
        moments: the search results; without any, the list is empty.
        thumbnails: path of one image file per moment, in the same order; empty if none were
            written.

    Raises:
        ValueError: the numbers of moments and of thumbnails differ.
    """
    return {"moments": _with_thumbnails([asdict(moment) for moment in moments], thumbnails)}


def library_moments_json(moments: Iterable[SegmentMatch], thumbnails: Sequence[Path] = ()) -> Json:
    """Return search results in all indexed videos as JSON values, with the file of each as `path`.

    The only key is `moments`, a list of objects with the fields of `SegmentMatch`, in the given
    order; `path` is a `Path`, which `print_json` prints as a string. The JPEG image is left out
    and, with thumbnails, `thumbnail` is a path.

    Args:
        moments: the search results; without any, the list is empty.
        thumbnails: path of one image file per moment, in the same order; empty if none were
            written.

    Raises:
        ValueError: the numbers of moments and of thumbnails differ.
    """
    rows = [
        {key: value for key, value in asdict(moment).items() if key != "thumbnail"}
        for moment in moments
    ]
    return {"moments": _with_thumbnails(rows, thumbnails)}


def captions_json(captions: Iterable[Caption]) -> Json:
    """Return captions as JSON values: the key `captions`, objects with the fields of `Caption`.

    They are in the given order; without captions, the list is empty.
    """
    return {"captions": [asdict(caption) for caption in captions]}


def chapters_json(chapters: Iterable[Chapter]) -> list[Json]:
    """Return chapters as a list of JSON objects with the fields of `Chapter`, in their order."""
    return [asdict(chapter) for chapter in chapters]


def summary_json(summary: Summary) -> Json:
    """Return a summary as JSON values: `summary` (a paragraph), `chapters` and `scenes`.

    The last two are lists of objects with the fields of `Chapter` and of `Caption`, in order of
    time.
    """
    return {
        "summary": summary.text,
        "chapters": chapters_json(summary.chapters),
        "scenes": captions_json(summary.scenes)["captions"],
    }


def cut_json(cut: Cut) -> Json:
    """Return a cut as JSON values: `file`, `length_s`, `exact` (see `Cut.is_exact`) and `parts`.

    A part has the fields of `Scene`, with the range that the cut has as `start_s` and `end_s`, and
    the range that was requested as `requested_start_s` and `requested_end_s`. `file` is the path of
    the cut as a string; the `path` of a part is a `Path`, which `print_json` prints as a string.
    """
    return {
        "file": str(cut.path),
        "length_s": cut.length_s,
        "exact": cut.is_exact,
        "parts": [
            {
                **asdict(scene),
                "requested_start_s": requested_scene.start_s,
                "requested_end_s": requested_scene.end_s,
            }
            for scene, requested_scene in zip(cut.scenes, cut.requested_scenes, strict=True)
        ],
    }


def story_json(shots: Iterable[StoryShot], film: Path) -> Json:
    """Return a composed film as JSON values: `file`, and `shots` with the fields of `StoryShot`.

    `file` is the path of the film as a string. The shots are in the given order; `scene` is null
    for a title card, else its `path` is a `Path`, which `print_json` prints as a string.
    """
    return {"file": str(film), "shots": [asdict(shot) for shot in shots]}


def error_json(error: VQAError) -> Json:
    """Return an error as JSON values: `error` (the message), `cure` and `type`, its class name."""
    return {"error": error.message, "cure": error.cure, "type": type(error).__name__}


def _with_thumbnails(rows: list[Json], thumbnails: Sequence[Path]) -> list[Json]:
    if not thumbnails:
        return rows
    return [{**row, "thumbnail": str(file)} for row, file in zip(rows, thumbnails, strict=True)]

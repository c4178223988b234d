"""The JSON form of results and errors, shared by the command line, the page's API and any server.

Times are seconds from the start of the video and end in `_s`; frame indices count from 0. Keys are added, never
renamed or removed: scripts read them.
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

Json = dict[str, Any]


def answer_json(answer: Answer, *, clip: Clip, model: str, device: str) -> Json:
    """An answer with its confidence, its evidence frames and the frames that the model received.

    Args:
        answer: the finished answer.
        clip: the frames that the model received.
        model: name of the model that answered.
        device: where the model ran, for example `cpu` or `cuda:0`.
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
    """Moments of one video, best first.

    Args:
        moments: what the search returned.
        thumbnails: one image file per moment, where they were written.
    """
    return {"moments": _with_thumbnails([asdict(moment) for moment in moments], thumbnails)}


def library_moments_json(moments: Iterable[SegmentMatch], thumbnails: Sequence[Path] = ()) -> Json:
    """Moments of all indexed videos, best first; each names its file as `path`.

    Args:
        moments: what the search of the library returned.
        thumbnails: one image file per moment, where they were written.
    """
    rows = [
        {key: value for key, value in asdict(moment).items() if key != "thumbnail"}
        for moment in moments
    ]
    return {"moments": _with_thumbnails(rows, thumbnails)}


def captions_json(captions: Iterable[Caption]) -> Json:
    """Captions in order of time; `source` is `picture`, `speech` or `screen`."""
    return {"captions": [asdict(caption) for caption in captions]}


def chapters_json(chapters: Iterable[Chapter]) -> list[Json]:
    """Chapters in order of time."""
    return [asdict(chapter) for chapter in chapters]


def summary_json(summary: Summary) -> Json:
    """A summary paragraph with its chapters."""
    return {"summary": summary.text, "chapters": chapters_json(summary.chapters)}


def error_json(error: VQAError) -> Json:
    """A failure: `error` says what happened, `cure` what helps, `type` is the class of `vqa.errors`."""
    return {"error": error.message, "cure": error.cure, "type": type(error).__name__}


def _with_thumbnails(rows: list[Json], thumbnails: Sequence[Path]) -> list[Json]:
    if not thumbnails:
        return rows
    return [{**row, "thumbnail": str(file)} for row, file in zip(rows, thumbnails, strict=True)]

"""The JSON that the command line and the page's API share."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vqa import serialize
from vqa.errors import VideoEmpty
from vqa.tasks.summary import Summary
from vqa.types import Answer, Caption, Chapter, Clip, Evidence, Moment, SamplingPlan, VideoInfo

CLIP = Clip(
    info=VideoInfo(
        path=Path("a.mp4"), size_bytes=1, width=2, height=2, duration_s=4.0, num_frames=96, fps=24.0,
        codec="h264", decoder="opencv",
    ),
    plan=SamplingPlan(num_frames=2),
    frames=np.zeros((2, 2, 2, 3), np.uint8),
    times_s=(1.0, 3.0),
    indices=(24, 72),
    readable_until_s=3.5,
)  # fmt: skip


def test_an_answer_has_frames_evidence_and_how_far_the_file_was_readable() -> None:
    answer = Answer(
        text="a cat",
        confidence=0.8,
        answerable=True,
        evidence=(Evidence(index=24, time_s=1.0, weight=0.6),),
        timings_s={"total": 0.5},
        note="(damaged)",
    )
    result = serialize.answer_json(answer, clip=CLIP, model="fused", device="cpu")
    assert result["answer"] == "a cat"
    assert result["frames"] == [{"index": 24, "time_s": 1.0}, {"index": 72, "time_s": 3.0}]
    assert result["evidence"] == [{"time_s": 1.0, "weight": 0.6, "index": 24}]
    assert result["readable_until_s"] == 3.5
    assert (result["model"], result["device"], result["note"]) == ("fused", "cpu", "(damaged)")


def test_moments_captions_chapters_and_summaries_carry_every_field() -> None:
    moment = Moment(start_s=0.0, end_s=1.0, score=0.9, thumbnail_s=0.5, text="hello")
    assert serialize.moments_json([moment]) == {
        "moments": [
            {"start_s": 0.0, "end_s": 1.0, "score": 0.9, "thumbnail_s": 0.5, "text": "hello"}
        ]
    }
    with_file = serialize.moments_json([moment], [Path("m.jpg")])
    assert with_file["moments"][0]["thumbnail"] == "m.jpg"
    caption = Caption(start_s=0.0, end_s=1.0, text="hello", source="speech")
    assert serialize.captions_json([caption])["captions"][0]["source"] == "speech"
    chapter = Chapter(start_s=0.0, end_s=4.0, title="A cat")
    scene = Caption(start_s=0.0, end_s=4.0, text="a cat")
    summary = Summary(text="A cat.", chapters=(chapter,), scenes=(scene,))
    assert serialize.summary_json(summary) == {
        "summary": "A cat.",
        "chapters": [{"start_s": 0.0, "end_s": 4.0, "title": "A cat", "confidence": None}],
        "scenes": serialize.captions_json([scene])["captions"],
    }


def test_an_error_has_its_cure_and_its_class() -> None:
    assert serialize.error_json(VideoEmpty("a.mp4 is empty.", cure="Copy it again.")) == {
        "error": "a.mp4 is empty.",
        "cure": "Copy it again.",
        "type": "VideoEmpty",
    }

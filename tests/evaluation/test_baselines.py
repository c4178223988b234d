from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from vqa.evaluation.baselines import (
    NearestCaption,
    answer_from_caption,
    blank_frames,
    count_priors,
    frequent_answer,
    question_type,
    read_priors,
    shuffle_frames,
)
from vqa.models.echo import EchoModel
from vqa.models.protocol import VideoContext
from vqa.types import Clip, SamplingPlan, VideoInfo


class ColourSpace:
    """Embeds a frame as its mean colour and a text as the colours it names."""

    embedding_dim = 3
    search_threshold = 0.5

    def match_probability(self, score: float) -> float:
        return score

    def embed_frames(self, context: VideoContext) -> NDArray[np.float32]:
        means = context.clip.frames.mean(axis=(1, 2)).astype(np.float32)
        unit: NDArray[np.float32] = means / np.linalg.norm(means, axis=1, keepdims=True)
        return unit

    def embed_text(self, texts: Sequence[str]) -> NDArray[np.float32]:
        names = ("red", "green", "blue")
        return np.array([[float(name in text) for name in names] for text in texts], np.float32)


@pytest.fixture
def clip() -> Clip:
    frames = np.zeros((4, 8, 8, 3), np.uint8)
    for row in range(4):
        frames[row, ..., 1] = 50 * (row + 1)
    info = VideoInfo(
        path=Path("green.mp4"), size_bytes=1, width=8, height=8, duration_s=2.0, num_frames=4,
        fps=2.0, codec="h264", decoder="opencv",
    )  # fmt: skip
    return Clip(
        info=info,
        plan=SamplingPlan(num_frames=4),
        frames=frames,
        times_s=(0.0, 0.5, 1.0, 1.5),
        indices=(0, 1, 2, 3),
    )


def test_blank_frames_are_grey_with_unchanged_times(clip: Clip) -> None:
    blank = blank_frames(clip)
    assert (blank.frames == 127).all()
    assert blank.frames.shape == clip.frames.shape
    assert blank.times_s == clip.times_s
    assert not (clip.frames == 127).any(), "the original clip is unchanged"


def test_shuffle_frames_permutes_the_frames_with_unchanged_times(clip: Clip) -> None:
    shuffled = shuffle_frames(clip)
    levels = [int(frame[0, 0, 1]) for frame in shuffled.frames]
    assert sorted(levels) == [50, 100, 150, 200]
    assert levels != [50, 100, 150, 200]
    assert shuffled.times_s == clip.times_s


def test_nearest_caption_retrieves_the_caption_of_the_video(clip: Clip, tmp_path: Path) -> None:
    lines = [
        {"image": "a.png", "captions": [caption, "ignored"]}
        for caption in ("a red bus", "green grass")
    ]
    (tmp_path / "train.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    model = ColourSpace()
    captions = NearestCaption.from_data(tmp_path, model, batch_size=1)
    assert captions.caption(model, EchoModel().encode(clip)) == "green grass"


@pytest.mark.parametrize(
    ("question", "accepted", "expected"),
    [
        ("What colour is the grass?", ["green"], "green"),
        ("What animal is it?", ["cow"], "green grass"),
        ("Is there grass in the video?", ["yes"], "yes"),
        ("Is there a dog?", ["no"], "no"),
    ],
)
def test_answer_from_caption_is_the_best_that_the_caption_allows(
    question: str, accepted: list[str], expected: str
) -> None:
    yes_no = accepted[0] in ("yes", "no")
    assert answer_from_caption("green grass", accepted, question, yes_no=yes_no) == expected


@pytest.mark.parametrize(
    ("stated_type", "question", "expected"),
    [
        ("yes/no", "Is it?", "yesno"),
        ("number", "How many?", "count"),
        ("other", "What color is the bus?", "color"),
        ("daquar", "how many chairs are there", "count"),
        ("daquar", "where is the lamp", "location"),
        ("other", "What is the man doing?", "action"),
        ("daquar", "what is on the table", "object"),
        ("object", "Where?", "object"),
    ],
)
def test_question_type_maps_to_the_types_of_the_exam(
    stated_type: str, question: str, expected: str
) -> None:
    assert question_type(stated_type, question) == expected


def test_priors_are_the_most_frequent_training_answers(tmp_path: Path) -> None:
    def line(type_name: str, *answers: str) -> dict[str, object]:
        return {"image": "a.png", "qa": [{"q": "?", "a": a, "type": type_name} for a in answers]}

    lines = [line("color", "red", "blue", "Red"), line("yes/no", "no", "no", "no", "no", "yes")]
    (tmp_path / "train.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert count_priors(tmp_path) == {"any": "red", "color": "red", "yesno": "no"}


def test_every_type_of_the_exam_has_a_prior() -> None:
    priors = read_priors()
    for type_name in ("object", "action", "color", "count", "location", "temporal", "yesno"):
        assert frequent_answer(type_name, priors)


def test_a_type_without_a_prior_has_that_of_all_types_or_none() -> None:
    assert frequent_answer("yesno", {"yesno": "no"}) == "no"
    assert frequent_answer("color", {"yesno": "no", "any": "red"}) == "red"
    assert frequent_answer("color", {"yesno": "no"}) == ""

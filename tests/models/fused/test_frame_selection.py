from __future__ import annotations

import pytest
import torch

from vqa.models.fused.frame_selection import select_frames
from vqa.questions.parse import parse
from vqa.types import Shot

SHOTS = (Shot(start_s=0, end_s=2), Shot(start_s=2, end_s=5), Shot(start_s=5, end_s=6))
TIMES = (0.5, 1.5, 2.5, 4.5, 5.5)
FITS = torch.tensor([0.1, 0.0, 0.2, 0.5, 0.48])


@pytest.mark.parametrize("question", ["What is the dog doing?", "Is there a cat?"])
def test_a_question_about_one_thing_means_the_shots_that_fit_it(question: str) -> None:
    assert select_frames(parse(question), FITS, TIMES, 6.0, SHOTS).tolist() == [
        False,
        False,
        True,
        True,
        True,
    ]
    clearer = FITS - torch.tensor([0, 0, 0, 0, 0.3])
    assert select_frames(parse(question), clearer, TIMES, 6.0, SHOTS).tolist() == [
        False, False, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "question",
    [
        "What happens after the dog runs?",
        "How many shots are there?",
        "Which is shown first, the dog or the cat?",
        "Describe the video.",
    ],
)
def test_order_and_the_whole_need_every_frame(question: str) -> None:
    assert select_frames(parse(question), FITS, TIMES, 6.0, SHOTS).all()


def test_a_video_without_cuts_is_seen_whole() -> None:
    assert select_frames(parse("What is it?"), FITS, TIMES, 6.0, SHOTS[:1]).all()
    assert select_frames(parse("What is it?"), FITS, TIMES, 6.0, ()).all()


def test_a_question_that_names_a_time_means_the_frames_of_it() -> None:
    end = parse("What is the dog doing at the end?")
    assert end.rendered == "What is the dog doing at the end?", "which was taught in words"
    assert end.subject == "dog"
    assert select_frames(end, FITS, TIMES, 6.0, SHOTS).tolist() == [False] * 4 + [True]
    at = parse("Is there a dog at 0:02?")
    assert (at.target, at.rendered) == ("dog", "Is there a dog?")
    assert select_frames(at, FITS, TIMES, 6.0, ()).tolist() == [False, True, False, False, False]
    first = parse("Describe the first two seconds")
    assert first.intent == "describe"
    assert select_frames(first, FITS, TIMES, 6.0, SHOTS).tolist() == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_a_question_about_many_frames_uses_the_best_and_an_even_spread() -> None:
    num_frames = 200
    times = tuple(n + 0.5 for n in range(num_frames))
    shots = tuple(Shot(start_s=10.0 * n, end_s=10.0 * n + 10) for n in range(20))
    scores = torch.zeros(num_frames)
    scores[50:70] = torch.linspace(0.9, 0.91, 20)
    rows = (
        select_frames(parse("What is the dog doing?"), scores, times, 200.0, shots)
        .nonzero()[:, 0]
        .tolist()
    )
    assert len(rows) == 16
    assert set(range(58, 70)) <= set(rows)
    assert [row for row in rows if not 50 <= row < 70] == [25, 75, 125, 175]


@pytest.mark.parametrize("question", ["Describe the video.", "What happens after the dog runs?"])
def test_the_course_of_a_long_video_is_seen_evenly(question: str) -> None:
    times = tuple(n + 0.5 for n in range(160))
    rows = select_frames(parse(question), torch.rand(160), times, 160.0, SHOTS).nonzero()[:, 0]
    assert rows.tolist() == [5 + 10 * n for n in range(16)]


def test_a_time_range_of_many_frames_is_seen_evenly() -> None:
    times = tuple(n / 10 for n in range(1000))
    question = parse("What happens from 0:20 to 0:52?")
    assert question.time_range is not None
    rows = select_frames(question, torch.rand(1000), times, 100.0, SHOTS).nonzero()[:, 0]
    assert len(rows) == 16
    assert 200 <= rows[0] < 220
    assert 500 < rows[-1] <= 520

"""Training examples: a clip, a question and its correct answers."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from vqa.training.qa.paraphrases import typo
from vqa.training.qa.question_answer import QAPair

_TYPO_SHARE = 0.06


@dataclass(frozen=True, kw_only=True)
class Example:
    """A clip, a question and its correct answers.

    Args:
        rows: feature row of each frame; empty for clips of label tokens or captions alone.
        times_s: time of each frame in seconds.
        duration_s: duration of the clip in seconds.
        label: ImageNet class of synthetic label tokens; with `rows`, they contradict the frames.
        drop_labels: whether uninformative label tokens replace those of the frames.
        text: timed text as (sentence, time in seconds).
        captions: sentences whose embeddings replace the frames, where `rows` is empty.
    """

    rows: tuple[int, ...]
    times_s: tuple[float, ...]
    duration_s: float
    question: str
    answers: tuple[str, ...]
    answerable: bool
    family: str
    label: int | None = None
    drop_labels: bool = False
    text: tuple[tuple[str, float], ...] = field(default=())
    captions: tuple[str, ...] = field(default=())


def even_times(duration_s: float, num_frames: int) -> tuple[float, ...]:
    """Centre times of `num_frames` equal spans."""
    return tuple(duration_s * (i + 0.5) / num_frames for i in range(num_frames))


def even_indices(count: int, num_frames: int) -> list[int]:
    """Indices of at most `num_frames` of `count` frames, evenly spaced with both ends."""
    number = min(count, num_frames)
    return [round(i * (count - 1) / max(1, number - 1)) for i in range(number)]


def build_example(
    qa: QAPair,
    rows: tuple[int, ...],
    times_s: tuple[float, ...],
    duration_s: float,
    rng: random.Random,
    *,
    label: int | None = None,
    drop_labels: bool = False,
    text: tuple[tuple[str, float], ...] = (),
    captions: tuple[str, ...] = (),
) -> Example:
    """Combine a pair and a clip; one question in sixteen gets typing errors."""
    question = qa.question
    if rng.random() < _TYPO_SHARE:
        question = typo(question, rng)
    return Example(
        rows=rows, times_s=times_s, duration_s=duration_s, question=question, answers=qa.answers,
        answerable=qa.answerable, family=qa.family, label=label, drop_labels=drop_labels, text=text, captions=captions,
    )  # fmt: skip

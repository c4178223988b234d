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
        rows: row of each frame in the feature table; empty for clips with a `label` or `captions`
            instead of frames.
        times_s: time of each frame in seconds.
        duration_s: duration of the clip in seconds.
        question: the question.
        answers: correct answers.
        answerable: whether the clip contains what the question asks about.
        family: question family, see `QAPair`.
        label: number of the ImageNet class whose synthetic logits replace those of the frames; None
            keeps the latter. With `rows`, the class contradicts the frames.
        drop_labels: whether noise replaces the ImageNet logits of the frames.
        text: timed text as (sentence, time in seconds).
        captions: sentences whose embeddings replace the frames' if `rows` is empty.
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
    """Return the center times, in seconds and rising, of `num_frames` equal spans of a clip.

    Empty for 0 frames.
    """
    return tuple(duration_s * (i + 0.5) / num_frames for i in range(num_frames))


def even_indices(count: int, num_frames: int) -> list[int]:
    """Return at most `num_frames` evenly spaced indices from 0 to `count` - 1, rising.

    The first and the last are included; a single index is 0. All if there are not more; [] for 0.
    """
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
    """Build an example from a question-answer pair and a clip; misspell 6 % of the questions.

    Args:
        qa: the pair.
        rows: as in `Example`, as the other arguments.
        times_s: as in `Example`.
        duration_s: as in `Example`.
        rng: random number generator that samples the typing errors.
        label: as in `Example`.
        drop_labels: as in `Example`.
        text: as in `Example`.
        captions: as in `Example`.
    """
    question = qa.question
    if rng.random() < _TYPO_SHARE:
        question = typo(question, rng)
    return Example(
        rows=rows, times_s=times_s, duration_s=duration_s, question=question, answers=qa.answers,
        answerable=qa.answerable, family=qa.family, label=label, drop_labels=drop_labels, text=text, captions=captions,
    )  # fmt: skip

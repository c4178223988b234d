"""Text-stream benchmark: questions that only speech or on-screen text answers.

Each held-out image gets one to three sentences of timed text, sampled as in training; one sentence
answers the question. Without the text, a right answer is a guess. The model answers alone, without
the chat's transcript search.
"""

from __future__ import annotations

import argparse
import dataclasses
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tqdm import tqdm

from vqa.errors import SettingError
from vqa.evaluation import metrics
from vqa.models.protocol import VideoQAModel
from vqa.models.registry import load
from vqa.questions.interpretation.modality import asks_to_read
from vqa.questions.normalization.normalize import normalized_wording
from vqa.questions.parse import parse
from vqa.training.data.records import Record, Split, load_clip, read_records, subsample
from vqa.training.qa.spoken_lines import sample_spoken_line
from vqa.types import TimedText

_MAX_DISTRACTORS = 2
_LINE_S = 2.0


@dataclass(frozen=True, kw_only=True)
class TextQuestion:
    """An image record with timed text, a question that the text answers, and the answer."""

    record: Record
    text: tuple[TimedText, ...]
    question: str
    answer: str


@dataclass(frozen=True, kw_only=True)
class TextStreamScores:
    """Accuracy, 0 to 1, on `n` questions with and without the text.

    An answer is right if it equals the right answer or, in the fields with `contains`, if it
    contains the right answer.
    """

    with_text: float
    without_text: float
    with_text_contains: float
    without_text_contains: float
    n: int


def draw_questions(records: Sequence[Record], *, seed: int = 0) -> Iterator[TextQuestion]:
    """Sample one question per image, with the sentence that answers it and up to two distractors.

    Sentences last two seconds each, from 0 on, in random order; distractors that begin like the
    right sentence are left out.

    Args:
        records: images; the questions are in their order.
        seed: random seed; the same one gives the same questions.
    """
    rng = random.Random(seed)
    for record in records:
        sentence, question, answer = sample_spoken_line(rng)
        distractors = [
            sample_spoken_line(rng)[0] for _ in range(rng.randrange(_MAX_DISTRACTORS + 1))
        ]
        sentences = [line for line in distractors if line.split()[:2] != sentence.split()[:2]]
        sentences.insert(rng.randrange(len(sentences) + 1), sentence)
        source: Literal["screen", "speech"] = (
            "screen" if asks_to_read(normalized_wording(question)) else "speech"
        )
        text = tuple(
            TimedText(
                start_s=_LINE_S * number, end_s=_LINE_S * (number + 1), text=line, source=source
            )
            for number, line in enumerate(sentences)
        )
        yield TextQuestion(record=record, text=text, question=question, answer=answer)


def measure_text_stream(
    model: VideoQAModel, data: Path, split: Split, *, limit: int | None = None
) -> TextStreamScores:
    """Ask one question per image of a split, with and without the text; compute the accuracy.

    Args:
        model: model to test.
        data: a folder in the training data format.
        split: `val` or `test`.
        limit: maximum number of images, evenly spaced in the split; None means all.

    Raises:
        SettingError: the split is missing or malformed, or has no images.
    """
    pictures = [record for record in read_records(data, split) if not record.is_clip]
    questions = list(draw_questions(subsample(pictures, limit)))
    if not questions:
        raise SettingError(
            f"The {split} split of {data} has no pictures.", cure="Name another --split."
        )
    exact: dict[bool, list[bool]] = {True: [], False: []}
    contains: dict[bool, list[bool]] = {True: [], False: []}
    for item in tqdm(questions, unit=" pictures", disable=None):
        clip = load_clip(item.record, model)
        for with_text in (True, False):
            context = model.encode(clip, text=item.text if with_text else ())
            answer = "".join(model.stream(context, parse(item.question)))
            exact[with_text].append(metrics.is_right(answer, [item.answer]))
            contains[with_text].append(metrics.contains_right(answer, [item.answer]))
    n = len(questions)
    return TextStreamScores(
        with_text=sum(exact[True]) / n,
        without_text=sum(exact[False]) / n,
        with_text_contains=sum(contains[True]) / n,
        without_text_contains=sum(contains[False]) / n,
        n=n,
    )


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Run the benchmark; return the fields of `TextStreamScores`.

    Args:
        arguments: parsed arguments with `data`, `split`, `model`, `device` and `limit`.

    Raises:
        VQAError: the model or the data cannot be used.
    """
    model = load(arguments.model, device=arguments.device)
    scores = measure_text_stream(model, arguments.data, arguments.split, limit=arguments.limit)
    return dataclasses.asdict(scores)


def format_text(figures: Mapping[str, Any]) -> str:
    """Format the result of `run` as one line of plain text, accuracies in percent."""
    percent = {name: f"{100 * value:.1f}" for name, value in figures.items()}
    return (
        f"{figures['n']} questions that only the text answers: accuracy {percent['with_text']} % with the text, "
        f"{percent['without_text']} % without it (answers that contain the right one: "
        f"{percent['with_text_contains']} % and {percent['without_text_contains']} %)"
    )

"""Exam benchmark: human questions about real videos, for model, baselines and ablation.

A line of the exam file is a JSON object with `video` (a path relative to the file's folder) and
`qa`, a list of objects with `q`, `accept` (or `a`, a single answer) and `type`. `python -m vqa
evaluate` runs the exam, too.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from vqa.answering.answer import QuestionTurn
from vqa.argument_types import positive_count
from vqa.errors import SettingError
from vqa.evaluation import metrics
from vqa.evaluation.baselines import (
    NearestCaption,
    answer_from_caption,
    blank_frames,
    frequent_answer,
    read_priors,
    shuffle_frames,
)
from vqa.evaluation.grading import ExamQuestion, GradedAnswer, format_text, grade
from vqa.evaluation.report import save_strip, write_report
from vqa.models.protocol import Embeds, VideoQAModel
from vqa.models.registry import load
from vqa.training.data.records import parse_text, parse_texts, read_json_lines
from vqa.types import Clip
from vqa.video.reader import read_clip
from vqa.video.sandbox import in_process

__all__ = ["ExamVideo", "add_arguments", "answer_video", "format_text", "main", "read_exam", "run"]


@dataclass(frozen=True, kw_only=True)
class ExamVideo:
    """A video of the exam with its questions; `name` is the path as written in the exam file."""

    name: str
    path: Path
    questions: tuple[ExamQuestion, ...]


def read_exam(path: Path, *, limit: int | None = None) -> list[ExamVideo]:
    """Read the videos and questions of an exam file, in its order; see `read_json_lines`.

    The videos are not opened.

    Args:
        path: exam file in JSON lines.
        limit: maximum number of videos, from the first on, at least 1; None means all.

    Raises:
        SettingError: the file does not exist, is empty, or has a line of another format.
    """
    if not path.is_file():
        raise SettingError(f"There is no exam file {path}.", cure="Give the path of a .jsonl file.")
    videos = []
    for record, location in read_json_lines(path):
        try:
            questions = tuple(map(_parse_question, record["qa"]))
            name = parse_text(record["video"])
        except (KeyError, TypeError, AttributeError) as error:
            raise SettingError(
                f"{location} is not an exam line: {error!r}.",
                cure='Each line is {"video": …, "qa": [{"q": …, "accept": […], "type": …}]}.',
            ) from error
        videos.append(ExamVideo(name=name, path=path.parent / name, questions=questions))
    if not videos:
        raise SettingError(f"{path} has no video.", cure="Give an exam with at least one line.")
    return videos[:limit]


def _parse_question(qa: Any) -> ExamQuestion:
    """Return the question of an object of `qa`; its answers are those of `accept`, else `a`.

    Raises:
        KeyError: a key is missing.
        TypeError, AttributeError: a value has another type.
    """
    return ExamQuestion(
        text=parse_text(qa["q"]),
        accepted_answers=parse_texts(qa.get("accept") or [qa["a"]]),
        type=parse_text(qa["type"]),
    )


def _text(reply: QuestionTurn) -> str:
    """Return the whole streamed answer to a question."""
    return "".join(reply.stream())


def answer_video(
    model: VideoQAModel, video: ExamVideo, *, captions: NearestCaption | None = None
) -> tuple[Clip, list[GradedAnswer]]:
    """Answer every question of a video independently, as the chat answers a first question.

    Args:
        model: model to test; it also answers for blank and for shuffled frames.
        video: the video and its questions.
        captions: nearest-caption baseline; None, or a model that does not embed, omits it.

    Returns:
        The sampled clip, and the answers to each question, in order: the model's, and in `others`
        those of `frequent`, `blanked`, `shuffled` and, with captions, `nearest_caption`.

    Raises:
        VideoError: the video cannot be decoded.
    """
    clip = in_process(read_clip)(video.path, model.sampling)
    context = model.encode(clip)
    blank_context = model.encode(blank_frames(clip))
    shuffled_context = model.encode(shuffle_frames(clip))
    priors = read_priors()
    nearest = captions.caption(model, context) if captions and isinstance(model, Embeds) else None
    answers = []
    for question in video.questions:
        reply = QuestionTurn(model, context, question.text)
        answer = reply.judge(_text(reply))
        others = {
            "frequent": frequent_answer(question.type, priors),
            "blanked": _text(QuestionTurn(model, blank_context, question.text)),
            "shuffled": _text(QuestionTurn(model, shuffled_context, question.text)),
        }
        if nearest is not None:
            yes_no = metrics.is_yes_no(question.accepted_answers)
            others["nearest_caption"] = answer_from_caption(
                nearest, question.accepted_answers, question.text, yes_no=yes_no
            )
        answers.append(
            GradedAnswer(
                video=video.name,
                question=question,
                answer=answer.text,
                confidence=answer.confidence,
                answerable=answer.answerable,
                others=others,
            )
        )
    return clip, answers


def answer_exam(
    model: VideoQAModel,
    videos: Sequence[ExamVideo],
    *,
    captions: NearestCaption | None = None,
    strip_folder: Path | None = None,
) -> list[GradedAnswer]:
    """Answer the questions of all videos, see `answer_video`; return the answers in order.

    Args:
        model: model to test.
        videos: videos and questions of the exam.
        captions: nearest-caption baseline; None omits it.
        strip_folder: existing folder for a contact strip per video, `0.jpg` for the first; None
            saves none.

    Raises:
        VideoError: a video cannot be decoded.
    """
    answers: list[GradedAnswer] = []
    for number, video in enumerate(tqdm(videos, unit=" videos", disable=None)):
        clip, video_answers = answer_video(model, video, captions=captions)
        if strip_folder is not None:
            save_strip(clip, strip_folder / f"{number}.jpg")
        answers += video_answers
    return answers


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the argument `exam` and the options `--report` and `--bank` to a parser."""
    parser.add_argument("exam", type=Path, help="a .jsonl file, a video and its questions a line")
    parser.add_argument("--report", type=Path, help="write index.html with frames and answers here")
    parser.add_argument(
        "--bank", type=Path, help="a training data folder, for the nearest-caption baseline"
    )


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Answer and grade the exam, and write the HTML report if `--report` names a folder.

    Args:
        arguments: parsed arguments with `exam`, `report`, `bank`, `model`, `device` and `limit`.

    Returns:
        The result of `grade`, with `model` and `device` added.

    Raises:
        VQAError: the exam, a video or the model cannot be used.
        IndexError: no video has a question.
    """
    videos = read_exam(arguments.exam, limit=arguments.limit)
    model = load(arguments.model, device=arguments.device)
    captions = None
    if arguments.bank is not None:
        if not isinstance(model, Embeds):
            raise SettingError(
                f"{model.name} does not embed frames and text in one space, as --bank needs.",
                cure="Leave out --bank, or choose another model.",
            )
        captions = NearestCaption.from_data(arguments.bank, model)
    if arguments.report is not None:
        arguments.report.mkdir(parents=True, exist_ok=True)
    answers = answer_exam(model, videos, captions=captions, strip_folder=arguments.report)
    grades = {"model": model.name, "device": model.device, **grade(answers)}
    if arguments.report is not None:
        names = [video.name for video in videos]
        write_report(arguments.report / "index.html", grades, names)
    return grades


def main(argv: Sequence[str]) -> int:
    """Run the command line `vqa evaluate`: answer the exam, print the results, and return 0.

    `argv` has the arguments after `evaluate`; wrong ones exit with code 2.

    Raises:
        VQAError: the exam, a video or the model cannot be used.
        IndexError: no video has a question.
    """
    parser = argparse.ArgumentParser(
        prog="vqa evaluate", description="Answer and grade an exam of questions about real videos."
    )
    add_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.add_argument("--model", default="fused", help="a name of `vqa models` (default: fused)")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps")
    parser.add_argument("--limit", type=positive_count, help="only the first LIMIT videos")
    arguments = parser.parse_args(argv)
    grades = run(arguments)
    as_json = json.dumps(grades, indent=2, ensure_ascii=False)
    sys.stdout.write(f"{as_json if arguments.json else format_text(grades)}\n")
    return 0

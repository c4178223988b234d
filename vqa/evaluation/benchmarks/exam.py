"""The exam: real videos, human questions, and what a model's answers are worth beside four that do not look.

    python -m vqa evaluate EXAM.jsonl [--json] [--model M] [--device D] [--report DIR] [--bank DATA_DIR] [--limit N]

A line of the file is a video: `video` (a path from the file's folder) and `qa`, a list of `q`, `accept` (or `a`
alone) and `type`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vqa.answering.answer import Reply
from vqa.errors import SettingError
from vqa.evaluation import metrics
from vqa.evaluation.baselines import (
    NearestCaption,
    answer_from_caption,
    blanked,
    frequent_answer,
    shuffled,
)
from vqa.evaluation.benchmarks.priors import read_priors
from vqa.evaluation.grading import Question, Verdict, as_text, grade
from vqa.evaluation.progress_bar import counted
from vqa.evaluation.report import save_strip, write_report
from vqa.models.protocol import Embeds, VideoQAModel
from vqa.models.registry import load
from vqa.types import Clip
from vqa.video.reader import read_clip


@dataclass(frozen=True, kw_only=True)
class ExamVideo:
    """A video and what is asked about it; `name` is the path as the exam states it."""

    name: str
    path: Path
    questions: tuple[Question, ...]


def read_exam(path: Path, *, limit: int | None = None) -> list[ExamVideo]:
    """The exam's videos, in the file's order.

    Args:
        path: the JSON-lines file.
        limit: at most this many videos.

    Raises:
        SettingError: the file is not there, or a line is not of the format.
    """
    if not path.is_file():
        raise SettingError(f"There is no exam file {path}.", cure="Give the path of a .jsonl file.")
    videos = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            questions = tuple(
                Question(
                    text=qa["q"], accepted=tuple(qa.get("accept") or [qa["a"]]), kind=qa["type"]
                )
                for qa in record["qa"]
            )
            name = record["video"]
        except (ValueError, KeyError, TypeError) as error:
            raise SettingError(
                f"Line {number} of {path} is not an exam line: {error!r}.",
                cure='Each line is {"video": …, "qa": [{"q": …, "accept": […], "type": …}]}.',
            ) from error
        videos.append(ExamVideo(name=name, path=path.parent / name, questions=questions))
    if not videos:
        raise SettingError(f"{path} holds no video.", cure="Give an exam with at least one line.")
    return videos[:limit]


def _said(reply: Reply) -> str:
    return "".join(reply.pieces())


def sit(
    model: VideoQAModel, video: ExamVideo, *, bank: NearestCaption | None = None
) -> tuple[Clip, list[Verdict]]:
    """Ask every question of a video, each on its own as the chat asks a first one, of the model and of those who do not look.

    Raises:
        VideoError: the video cannot be read.
    """
    clip = read_clip(video.path, model.sampling)
    seen = model.encode(clip)
    unseen = model.encode(blanked(clip))
    disordered = model.encode(shuffled(clip))
    priors = read_priors()
    nearest = bank.caption(model, seen) if bank and isinstance(model, Embeds) else None
    verdicts = []
    for question in video.questions:
        reply = Reply(model, seen, question.text)
        answer = reply.judged(_said(reply))
        others = {
            "frequent": frequent_answer(question.kind, priors),
            "blanked": _said(Reply(model, unseen, question.text)),
            "shuffled": _said(Reply(model, disordered, question.text)),
        }
        if nearest is not None:
            yes_no = metrics.is_yes_no(question.accepted)
            others["nearest_caption"] = answer_from_caption(
                nearest, question.accepted, question.text, yes_no=yes_no
            )
        verdicts.append(
            Verdict(
                video=video.name,
                question=question,
                answer=answer.text,
                confidence=answer.confidence,
                answerable=answer.answerable,
                others=others,
            )
        )
    return clip, verdicts


def sit_all(
    model: VideoQAModel,
    videos: Sequence[ExamVideo],
    *,
    bank: NearestCaption | None = None,
    strips: Path | None = None,
) -> list[Verdict]:
    """Sit the whole exam, telling the progress on stderr.

    Args:
        model: who sits it.
        videos: what is asked.
        bank: training captions for the nearest-caption baseline; None leaves it out.
        strips: a folder for a picture of each video's frames, `0.jpg` for the first video.
    """
    verdicts: list[Verdict] = []
    for number, video in enumerate(counted(videos, "videos")):
        clip, of_video = sit(model, video, bank=bank)
        if strips is not None:
            save_strip(clip, strips / f"{number}.jpg")
        verdicts += of_video
    return verdicts


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="vqa evaluate", description="Sit an exam of questions about real videos."
    )
    parser.add_argument("exam", type=Path, help="a .jsonl file, a video and its questions a line")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.add_argument("--model", default="fused", help="a name of `vqa models` (default: fused)")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps")
    parser.add_argument("--report", type=Path, help="write index.html with frames and answers here")
    parser.add_argument(
        "--bank", type=Path, help="a training data folder, for the nearest-caption baseline"
    )
    parser.add_argument("--limit", type=int, help="only the first LIMIT videos")
    return parser.parse_args(argv)


def main(argv: Sequence[str]) -> int:
    """Sit the exam and print the figures.

    Raises:
        VQAError: the exam, a video or the model cannot be used.
    """
    asked = _arguments(argv)
    videos = read_exam(asked.exam, limit=asked.limit)
    model = load(asked.model, device=asked.device)
    bank = None
    if asked.bank is not None:
        if not isinstance(model, Embeds):
            raise SettingError(
                f"{model.name} does not place frames and words in one space, as --bank needs.",
                cure="Leave --bank away, or choose another model.",
            )
        bank = NearestCaption.from_data(asked.bank, model)
    if asked.report is not None:
        asked.report.mkdir(parents=True, exist_ok=True)
    verdicts = sit_all(model, videos, bank=bank, strips=asked.report)
    grades = {"model": model.name, "device": model.device, **grade(verdicts)}
    if asked.report is not None:
        write_report(asked.report / "index.html", grades, [video.name for video in videos])
    text = json.dumps(grades, indent=2, ensure_ascii=False) if asked.json else as_text(grades)
    sys.stdout.write(f"{text}\n")
    return 0

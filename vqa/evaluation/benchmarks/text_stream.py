"""What the text stream is worth: questions whose answer is only said or written, asked with the words and without.

    python -m vqa.evaluation.benchmarks.text_stream DATA_DIR [--split test] [--limit 300] [--model M] [--json]

Beside each held-out picture up to three sentences stand in the text stream, drawn like those of training; one of them
answers the question. The same is asked once more with the stream left out: what is then right was guessed. Both times the
model alone answers, not the chat, which would quote the sentence.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from vqa.errors import SettingError, VQAError
from vqa.evaluation import metrics
from vqa.evaluation.datasets import show, thinned
from vqa.evaluation.progress_bar import counted
from vqa.models.protocol import VideoQAModel
from vqa.models.registry import load
from vqa.questions.modality import asks_to_read
from vqa.training.data.records import Record, Split, read_records
from vqa.training.qa.spoken_lines import draw_line
from vqa.types import TimedText

_MOST_OTHERS = 2
_LINE_S = 2.0


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question about a picture, the lines beside it, and its answer."""

    record: Record
    text: tuple[TimedText, ...]
    question: str
    answer: str


@dataclass(frozen=True, kw_only=True)
class StreamScores:
    """Share of questions answered rightly with the text stream and without it.

    An answer is right when it is the expected one word for word, or, as `holding`, when it contains it.
    """

    with_text: float
    without_text: float
    with_text_holding: float
    without_text_holding: float
    n: int


def draw(records: Sequence[Record], *, seed: int = 0) -> Iterator[Asked]:
    """For each picture lines of text and a question that one of them answers."""
    dice = random.Random(seed)
    for record in records:
        sentence, question, answer = draw_line(dice)
        others = [draw_line(dice)[0] for _ in range(dice.randrange(_MOST_OTHERS + 1))]
        spoken = [other for other in others if other.split()[:2] != sentence.split()[:2]]
        spoken.insert(dice.randrange(len(spoken) + 1), sentence)
        source: Literal["screen", "speech"] = "screen" if asks_to_read(question) else "speech"
        text = tuple(
            TimedText(
                start_s=_LINE_S * place, end_s=_LINE_S * (place + 1), text=words, source=source
            )
            for place, words in enumerate(spoken)
        )
        yield Asked(record=record, text=text, question=question, answer=answer)


def measure_stream(
    model: VideoQAModel, data: Path, split: Split, *, limit: int | None = None
) -> StreamScores:
    """Ask about the pictures of a split; progress goes to stderr.

    Raises:
        SettingError: the split has no pictures.
    """
    pictures = [record for record in read_records(data, split) if not record.is_clip]
    asked = list(draw(thinned(pictures, limit)))
    if not asked:
        raise SettingError(
            f"The {split} split of {data} has no pictures.", cure="Name another --split."
        )
    exact: dict[bool, list[bool]] = {True: [], False: []}
    held: dict[bool, list[bool]] = {True: [], False: []}
    for one in counted(asked, "pictures"):
        clip = show(data, one.record, model)
        for spoken in (True, False):
            context = model.encode(clip, text=one.text if spoken else ())
            answer = "".join(model.stream(context, one.question))
            exact[spoken].append(metrics.is_right(answer, [one.answer]))
            held[spoken].append(metrics.contains_right(answer, [one.answer]))
    n = len(asked)
    return StreamScores(
        with_text=sum(exact[True]) / n,
        without_text=sum(exact[False]) / n,
        with_text_holding=sum(held[True]) / n,
        without_text_holding=sum(held[False]) / n,
        n=n,
    )


def main(argv: Sequence[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m vqa.evaluation.benchmarks.text_stream")
    parser.add_argument("data", type=Path, help="a folder in the training data format")
    parser.add_argument("--split", choices=("val", "test"), default="test")
    parser.add_argument("--model", default="fused")
    parser.add_argument("--device", default="auto")
    parser.add_argument(
        "--limit", type=int, default=300, help="at most LIMIT pictures, evenly spread"
    )
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(argv)
    try:
        model = load(asked.model, device=asked.device)
        scores = measure_stream(model, asked.data, asked.split, limit=asked.limit)
    except VQAError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if asked.json:
        sys.stdout.write(json.dumps(dataclasses.asdict(scores), indent=2) + "\n")
        return 0
    sys.stdout.write(
        f"{scores.n} questions whose answer is only in the text: right with the text stream "
        f"{100 * scores.with_text:.1f} %, without it {100 * scores.without_text:.1f} % "
        f"(answers that hold it: {100 * scores.with_text_holding:.1f} and {100 * scores.without_text_holding:.1f} %)\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

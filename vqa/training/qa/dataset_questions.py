"""The questions that came with the pictures and clips."""

from __future__ import annotations

from collections.abc import Iterator

from vqa.training.data.records import Record
from vqa.training.qa import word_lists as words
from vqa.training.qa.question_answer import Ask


def source_questions(record: Record) -> Iterator[Ask]:
    """The questions people asked, with templates over boxes left out where our own cover them."""
    for question in record.questions:
        if (
            record.objects is not None
            and question.src == "coco_boxes_gen"
            and question.type in ("yes/no", "count")
        ):
            continue
        answers = [a for a, n in question.variants for _ in range(n)] or [question.answer]
        text = question.text
        for word in ("image", "picture", "photo"):
            text = text.replace(word, "video")
        yield Ask(
            question=text,
            answers=tuple(words.NUMBER_NAMES.get(int(a), a) if a.isdigit() and int(a) > 0 else a for a in answers),
            family="human" if question.src in ("cocoqa", "vqa", "daquar") else f"given-{question.type}",
            whole=question.type in ("number", "count"),
            sided=bool({"left", "right"} & set(f"{question.text} {question.answer}".lower().strip("?").split())),
        )  # fmt: skip

"""Baselines and ablations of the exam: blank or shuffled frames, frequent answers, captions."""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vqa.errors import SettingError
from vqa.evaluation.metrics import normalized_words
from vqa.models.protocol import Embeds, VideoContext
from vqa.training.data.records import read_records

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vqa.types import Clip

PRIORS = Path(__file__).with_name("priors.json")
ANY_TYPE = "any"
MID_GREY = 127
_SAME_TYPE = {"yes/no": "yesno", "number": "count"}
_FUNCTION_WORDS = frozenset(
    "is are was were do does did can could you see there any it in on at of to this that and video picture image "
    "clip visible shown seen here be being has have".split()
)


def blank_frames(clip: Clip) -> Clip:
    """Return a clip with uniform grey frames (127) of the same size and times.

    So only the question is informative.
    """
    return dataclasses.replace(clip, frames=np.full_like(clip.frames, MID_GREY))


def shuffle_frames(clip: Clip, *, seed: int = 0) -> Clip:
    """Return a clip with randomly permuted frames and unchanged times and indices.

    The same `seed` gives the same order, by chance that of the clip; one frame stays as it is.
    """
    order = list(range(len(clip.frames)))
    random.Random(seed).shuffle(order)
    return dataclasses.replace(clip, frames=clip.frames[order])


def question_type(stated_type: str, question: str) -> str:
    """Map a data set's question type to that in evaluation results: `yesno`, `count`, `color`, ….

    Args:
        stated_type: type in the data set; for the unspecific types `other` and `daquar`, the
            wording determines the result: `count`, `color`, `location`, `action` or `object`.
            `yes/no` is `yesno`, `number` is `count`; any other type is returned unchanged.
        question: text of the question.
    """
    if stated_type not in ("other", "daquar"):
        return _SAME_TYPE.get(stated_type, stated_type)
    words = normalized_words(question)
    if words[:2] == ("how", "many"):
        return "count"
    if "color" in words or "colour" in words or "colors" in words:
        return "color"
    if words[:1] == ("where",):
        return "location"
    return "action" if words[:1] == ("what",) and "doing" in words else "object"


def count_priors(data: Path) -> dict[str, str]:
    """Find the most frequent training answer of each question type.

    Args:
        data: a folder in the training data format.

    Returns:
        Normalized answer by type, in alphabetical order of the types that occur; under `any`, the
        most frequent answer to all questions except yes/no questions. The first one of equally
        frequent answers; empty without questions.

    Raises:
        SettingError: the train split is missing or malformed.
    """
    counts: dict[str, Counter[str]] = {}
    for record in read_records(data, "train"):
        for question in record.questions:
            type_name = question_type(question.type, question.text)
            answer = " ".join(normalized_words(question.answer.replace("_", " ")))
            counts.setdefault(type_name, Counter())[answer] += 1
            if type_name != "yesno":
                counts.setdefault(ANY_TYPE, Counter())[answer] += 1
    return {name: counter.most_common(1)[0][0] for name, counter in sorted(counts.items())}


def read_priors() -> Mapping[str, str]:
    """Read the most frequent answers, by question type, from the package's `priors.json`."""
    priors: dict[str, str] = json.loads(PRIORS.read_text(encoding="utf-8"))
    return priors


def frequent_answer(type_name: str, priors: Mapping[str, str]) -> str:
    """Return the most frequent training answer to questions of a type.

    A type that `priors` does not have gets the answer of `any`; without that, '' is returned, which
    no answer equals.

    Args:
        type_name: question type, see `question_type`.
        priors: answers by type, see `read_priors`.
    """
    return priors.get(type_name, priors.get(ANY_TYPE, ""))


class NearestCaption:
    """Retrieval baseline: finds the human training caption that is most similar to a video.

    The training captions are not part of the package; `from_data` embeds those of a data folder.

    Args:
        captions: N sentences, at least one.
        vectors: (N, D) float32 embeddings of the sentences, unit vectors.
    """

    def __init__(self, captions: Sequence[str], vectors: NDArray[np.float32]) -> None:
        self._captions = captions
        self._vectors = vectors

    @classmethod
    def from_data(cls, data: Path, model: Embeds, *, batch_size: int = 256) -> NearestCaption:
        """Build the baseline from the first caption of every training image.

        Args:
            data: a folder in the training data format.
            model: model that embeds the captions, and later the frames, in one vector space.
            batch_size: number of sentences to embed at once, at least 1.

        Raises:
            SettingError: the train split is missing or malformed.
            ValueError: no training image has a caption.
        """
        captions = [
            caption for record in read_records(data, "train") for caption in record.captions[:1]
        ]
        vectors = [
            model.embed_text(captions[start : start + batch_size])
            for start in range(0, len(captions), batch_size)
        ]
        return cls(captions, np.concatenate(vectors))

    def caption(self, model: Embeds, context: VideoContext) -> str:
        """Return the sentence with the highest cosine to the mean frame embedding of a video.

        `model` must be the one that embedded the sentences.
        """
        mean = model.embed_frames(context).mean(axis=0)
        return self._captions[int(np.argmax(self._vectors @ mean))]


def answer_from_caption(
    caption: str, accepted_answers: Sequence[str], question: str, *, yes_no: bool
) -> str:
    """Derive the best answer that a caption contains, an upper bound for the retrieval baseline.

    Words are compared as `metrics.normalized_words` returns them.

    Args:
        caption: the retrieved sentence.
        accepted_answers: answers that count as right; the first that the caption contains is
            returned.
        question: the question; a yes/no question is answered yes if the caption has all its content
            words, or if there are none.
        yes_no: whether the question is a yes/no question.

    Returns:
        `yes` or `no` to a yes/no question, else an accepted answer, or the caption itself if it
        contains none.
    """
    words = normalized_words(caption)
    if yes_no:
        content = [word for word in normalized_words(question) if word not in _FUNCTION_WORDS]
        return "yes" if all(word in words for word in content) else "no"
    padded_words = f" {' '.join(words)} "
    for candidate in accepted_answers:
        if f" {' '.join(normalized_words(candidate))} " in padded_words:
            return candidate
    return caption


def run(arguments: argparse.Namespace) -> Mapping[str, str]:
    """Find the most frequent answers of a data folder, write them to `priors.json`, return them.

    Args:
        arguments: parsed arguments with `data`.

    Raises:
        SettingError: the train split is missing or has no question; `priors.json` stays as it is.
    """
    priors = count_priors(arguments.data)
    if not priors:
        raise SettingError(
            f"The train split of {arguments.data} has no questions.", cure="Name another folder."
        )
    PRIORS.write_text(json.dumps(priors, indent=2) + "\n", encoding="utf-8")
    return priors


def format_text(priors: Mapping[str, str]) -> str:
    """Format the result of `run` as plain text: the file, then a line per type with its answer."""
    return "\n".join([f"written to {PRIORS}", *(f"{n:10} {a}" for n, a in priors.items())])

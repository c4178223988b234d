"""Ways to sit the exam without looking, or without understanding: what a model must beat to have shown anything."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vqa.evaluation.benchmarks.priors import ANY_TYPE
from vqa.evaluation.metrics import normalized_words
from vqa.models.protocol import Embeds, VideoContext
from vqa.training.data.records import read_records

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vqa.types import Clip

MID_GREY = 127
_FUNCTION_WORDS = frozenset(
    "is are was were do does did can could you see there any it in on at of to this that and video picture image "
    "clip visible shown seen here be being has have".split()
)


def blanked(clip: Clip) -> Clip:
    """The same clip with nothing to see: every frame mid-grey, the times kept."""
    return dataclasses.replace(clip, frames=np.full_like(clip.frames, MID_GREY))


def shuffled(clip: Clip, *, seed: int = 0) -> Clip:
    """The same frames in another order at the same times: what is left when order means nothing."""
    order = list(range(len(clip.frames)))
    random.Random(seed).shuffle(order)
    return dataclasses.replace(clip, frames=clip.frames[order])


def frequent_answer(kind: str, priors: Mapping[str, str]) -> str:
    """The most frequent training answer to questions of this type."""
    return priors.get(kind, priors[ANY_TYPE])


class NearestCaption:
    """Answers with the training caption nearest to the video, found among human sentences.

    The sentences belong to the training data and are not shipped; a bank is made from a data folder.
    """

    def __init__(self, captions: Sequence[str], vectors: NDArray[np.float32]) -> None:
        self._captions = captions
        self._vectors = vectors

    @classmethod
    def from_data(cls, data: Path, model: Embeds, *, batch: int = 256) -> NearestCaption:
        """Embed the first caption of every training picture.

        Args:
            data: a folder in the documented training format.
            model: whose space frames and words share.
            batch: sentences embedded at a time.
        """
        captions = [
            caption for record in read_records(data, "train") for caption in record.captions[:1]
        ]
        parts = [
            model.embed_text(captions[start : start + batch])
            for start in range(0, len(captions), batch)
        ]
        return cls(captions, np.concatenate(parts))

    def caption(self, model: Embeds, context: VideoContext) -> str:
        """The sentence nearest to the mean of the frames."""
        mean = model.embed_frames(context).mean(axis=0)
        return self._captions[int(np.argmax(self._vectors @ mean))]


def answer_from_caption(
    caption: str, accepted: Sequence[str], question: str, *, yes_no: bool
) -> str:
    """The best answer this caption allows: an accepted one it contains, else the caption itself.

    Yes/no is answered yes when the caption has every word of the question that carries meaning. That is generous to
    the baseline: it is told which answer to look for.
    """
    words = normalized_words(caption)
    if yes_no:
        asked = [word for word in normalized_words(question) if word not in _FUNCTION_WORDS]
        return "yes" if all(word in words for word in asked) else "no"
    said = f" {' '.join(words)} "
    for one in accepted:
        if f" {' '.join(normalized_words(one))} " in said:
            return one
    return caption

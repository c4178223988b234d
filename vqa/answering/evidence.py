"""What an answer rests on: the frames that carry it, where the model can tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vqa.models.protocol import Explains, VideoContext, VideoQAModel
from vqa.types import Answer, Turn

_MOST_FRAMES_SHOWN = 4
# A frame that weighs less than this share of the heaviest one carries nothing.
_LEAST_SHARE = 0.1


def with_evidence(
    answer: Answer,
    model: VideoQAModel,
    context: VideoContext,
    question: str,
    earlier: Sequence[Turn],
) -> Answer:
    """The same answer with its frames, heaviest first; as it was where the model can name none, or what is asked about is not there."""
    if not isinstance(model, Explains) or answer.answerable is False:
        return answer
    frames = model.explain(context, question, answer.text, history=earlier)
    least = _LEAST_SHARE * max((frame.weight for frame in frames), default=0.0)
    carrying = [frame for frame in frames if frame.weight >= least]
    return replace(answer, evidence=tuple(carrying[:_MOST_FRAMES_SHOWN]))

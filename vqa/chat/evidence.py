"""What an answer rests on: how far to trust it, and the frames that carry it, where the model can tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vqa.models.base import Explains, Judges, VideoContext, VideoQAModel
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
    """The same answer with its confidence and its frames, heaviest first; as it was where the model can do neither."""
    if isinstance(model, Judges):
        judgement = model.judge(context, question, answer.text, history=earlier)
        answer = replace(answer, confidence=judgement.confidence, answerable=judgement.answerable)
    if isinstance(model, Explains) and answer.answerable is not False:
        frames = model.explain(context, question, answer.text, history=earlier)
        least = _LEAST_SHARE * max((frame.weight for frame in frames), default=0.0)
        carrying = [frame for frame in frames if frame.weight >= least]
        answer = replace(answer, evidence=tuple(carrying[:_MOST_FRAMES_SHOWN]))
    return answer

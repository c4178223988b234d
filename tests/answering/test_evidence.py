from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.fakes import ColourModel
from vqa.answering.evidence import with_evidence
from vqa.models.protocol import VideoContext
from vqa.types import Answer, Evidence, Turn
from vqa.video.reader import read_clip


class Weighing(ColourModel):
    """Gives its frames these weights, in their order."""

    def __init__(self, *weights: float) -> None:
        super().__init__()
        self.weights = weights

    def explain(
        self, context: VideoContext, question: str, answer: str, *, history: Sequence[Turn] = ()
    ) -> tuple[Evidence, ...]:
        clip = context.clip
        return tuple(
            Evidence(index=clip.indices[row], time_s=clip.times_s[row], weight=weight)
            for row, weight in enumerate(self.weights)
        )


def weights_shown(model: ColourModel, film: Path) -> list[float]:
    context = model.encode(read_clip(film, model.sampling))
    told = with_evidence(Answer(text="red", timings_s={}), model, context, "What?", ())
    return [frame.weight for frame in told.evidence]


def test_frames_that_carry_next_to_nothing_are_not_shown(cuts: Path) -> None:
    assert weights_shown(Weighing(0.7, 0.005, 0.3), cuts) == [0.7, 0.3]
    assert weights_shown(Weighing(0.02, 0.6), cuts) == [0.6]
    assert weights_shown(Weighing(0.0), cuts) == [0.0]
    assert weights_shown(Weighing(), cuts) == []


def test_four_frames_are_enough(cuts: Path) -> None:
    assert weights_shown(Weighing(0.5, 0.4, 0.4, 0.3, 0.3, 0.2), cuts) == [0.5, 0.4, 0.4, 0.3]

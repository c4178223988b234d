"""Monitoring asks the model whether a thing is there before it reports an event."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import ColourModel
from tests.videos import BLUE, GREEN, RED
from tests.workflows.test_monitor import colour_frames, conditions_of
from vqa.models.protocol import VideoContext
from vqa.types import Judgement, Question
from vqa.workflows.monitor import Monitor, combine_probabilities


class DoubtfulModel(ColourModel):
    """Embeddings take blue for a red wall with 70 %; asked, the model says yes to red alone."""

    def embed_text(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.tile(np.array([[0.9, 0.0, 0.7]], np.float32), (len(texts), 1))

    def stream(self, context, question, *, history=(), options=None):  # type: ignore[no-untyped-def]
        self.calls.append((question.text, len(history)))
        yield "yes" if context.state[0] == 0 else "no"

    def judge(self, context: VideoContext, question: Question, answer: str) -> Judgement:
        return Judgement(confidence=0.95, answerable=True)


def test_a_thing_that_merely_resembles_the_description_is_no_event() -> None:
    model = DoubtfulModel()
    colours = [GREEN] * 5 + [BLUE] * 20 + [RED] * 5
    events = list(Monitor(["a red wall"], model).watch(colour_frames(colours)))
    assert conditions_of(events) == [("a red wall", 26.0)]
    scores = (combine_probabilities(0.7, 0.05), *[combine_probabilities(0.9, 0.95)] * 2)
    assert events[0].confidence == pytest.approx(sum(scores) / 3, abs=0.01)
    assert {text for text, _ in model.calls} == {"Is there a red wall in the video?"}
    assert len(model.calls) == 25  # what does not match at all is not asked


@pytest.mark.parametrize("condition", ["the red wall falls", "a red wall at sea", "nothing red"])
def test_a_description_that_is_no_thing_is_compared_alone(condition: str) -> None:
    model = DoubtfulModel()
    events = list(Monitor([condition], model).watch(colour_frames([GREEN] * 5 + [BLUE] * 5)))
    assert [event.confidence for event in events] == [pytest.approx(0.7 * 2 / 3, abs=0.24)]
    assert model.calls == []


def test_both_probabilities_count() -> None:
    assert combine_probabilities(0.99, 0.9) > 0.7
    assert combine_probabilities(0.99, 0.1) < 0.3
    assert combine_probabilities(0.1, 0.9) < combine_probabilities(0.9, 0.9) - 0.05
    assert 0 <= combine_probabilities(0, 0) < combine_probabilities(1, 1) <= 1
    grid = [combine_probabilities(a / 10, 0.5) for a in range(11)]
    assert grid == sorted(grid)

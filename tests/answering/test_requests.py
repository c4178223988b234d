from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import ColourModel
from vqa.answering.conversation import answer_conversation
from vqa.answering.requests import answer_request
from vqa.models.protocol import VideoContext
from vqa.questions.parse import parse
from vqa.types import Judgement, Question, TimedText
from vqa.video.reader import read_clip


class UnsureModel(ColourModel):
    """Gives each caption a confidence of 5 %."""

    def judge(self, context: VideoContext, question: Question, answer: str) -> Judgement:
        return Judgement(confidence=0.05, answerable=True)


LINE = TimedText(start_s=1, end_s=2, text="I can't tell a lie.", source="speech")


def encode(model: ColourModel, path: Path) -> VideoContext:
    return model.encode(read_clip(path, model.sampling), text=[LINE])


def test_the_summary_of_a_confident_model_is_the_answer(cuts: Path) -> None:
    model = ColourModel()
    result = answer_request(model, encode(model, cuts), parse("Summarize the video."))
    assert result is not None
    assert "red picture" in result.text


def test_without_a_confident_caption_the_model_answers(cuts: Path) -> None:
    model = UnsureModel()
    assert answer_request(model, encode(model, cuts), parse("Summarize the video.")) is None


@pytest.mark.parametrize("text", ["translate it into Spanish", "in French please"])
def test_a_translation_is_declined_once(text: str, cuts: Path) -> None:
    model = ColourModel()
    context = encode(model, cuts)
    assert answer_conversation(context, parse(text), []) is None
    result = answer_request(model, context, parse(text))
    assert result is not None
    assert result.answerable is False
    assert "Transcribe the video." in result.suggestions

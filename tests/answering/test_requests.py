from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.fakes import ColourModel
from vqa.answering.conversation import answer_conversation
from vqa.answering.requests import answer_request
from vqa.models.protocol import VideoContext
from vqa.questions.parse import parse
from vqa.types import Answer, Judgement, Question, TimedText, Turn
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


@pytest.mark.parametrize("text", ["make it shorter", "shorter please", "in one word"])
@pytest.mark.parametrize("request_text", ["make captions", "list the scenes", "make chapters"])
def test_lists_of_scenes_are_shortened_to_a_summary(
    cuts: Path, request_text: str, text: str
) -> None:
    model = ColourModel()
    context = encode(model, cuts)
    answer = Answer(text="0:00–0:03 a red picture")
    history = [Turn(question=request_text, answer=answer, parsed=parse(request_text))]
    question = parse(text, history)
    assert answer_conversation(question, history) is None
    result = answer_request(model, context, question)
    summary = answer_request(model, context, parse("summarize the video in one sentence"))
    assert result is not None
    assert result == summary


@pytest.mark.parametrize(
    "text", ["Summarize the video.", "what happens in the video", "tell me everything you see"]
)
def test_without_a_confident_caption_the_scenes_are_a_guess(cuts: Path, text: str) -> None:
    model = UnsureModel()
    result = answer_request(model, encode(model, cuts), parse(text))
    assert result is not None
    assert result.text.startswith("First, a red picture (0:00). ")
    assert result.reply.startswith("I'm not sure, but this is what I seem to see: first, a")
    assert result.confidence == 0.05


@pytest.mark.parametrize("text", ["describe the video", "whats going on here"])
def test_a_description_covers_all_scenes(cuts: Path, text: str) -> None:
    model = ColourModel()
    result = answer_request(model, encode(model, cuts), parse(text))
    assert result is not None
    assert result.text.count(" (0:0") == len(result.text.split(". "))
    assert result.text.startswith("First, ")
    assert "Finally, " in result.text
    assert not result.reply


class PartlySureModel(ColourModel):
    """Is sure of red alone, and can't tell what is blue."""

    def describe_frames(self, context: VideoContext, indices: Sequence[int]) -> list[str]:
        captions = super().describe_frames(context, indices)
        return ["something is blue" if "blue" in caption else caption for caption in captions]

    def judge(self, context: VideoContext, question: Question, answer: str) -> Judgement:
        return Judgement(confidence=0.9 if "red" in answer else 0.05, answerable=True)


def test_only_unsure_scenes_are_hedged(cuts: Path) -> None:
    model = PartlySureModel()
    result = answer_request(model, encode(model, cuts), parse("what happens in the video"))
    assert result is not None
    assert result.reply == (
        "First, a red picture (0:00). Then maybe a green picture (0:03). "
        "Finally, a scene that I can't make out (0:06)."
    )


@pytest.mark.parametrize("text", ["what happens at the end?", "describe the second scene"])
def test_a_description_of_a_part_is_left_to_the_model(cuts: Path, text: str) -> None:
    model = ColourModel()
    assert answer_request(model, encode(model, cuts), parse(text)) is None


@pytest.mark.parametrize("text", ["translate it into Spanish", "in French please"])
def test_a_translation_is_declined_once(text: str, cuts: Path) -> None:
    model = ColourModel()
    context = encode(model, cuts)
    assert answer_conversation(parse(text), []) is None
    result = answer_request(model, context, parse(text))
    assert result is not None
    assert result.answerable is False
    assert "Transcribe the video." in result.suggestions


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("say that again", "yes"),
        ("what did you say about the ship", "white"),
        ("pls repeat what u said about the table", "a plate"),
        ("what was your first answer", "white"),
        ("what you said about the plate again?", "a plate"),
        ("repeat what you told me about the ship colour", "white"),
    ],
)
def test_the_answer_about_the_thing_that_is_named_is_repeated(
    text: str, answer: str, cuts: Path
) -> None:
    history = [
        Turn(question=question, answer=Answer(text=text), parsed=parse(question))
        for question, text in [
            ("what color is the ship", "white"),
            ("what is on the table", "a plate"),
            ("is it night", "yes"),
        ]
    ]
    request = parse(text, history)
    assert request.intent == "repeat"
    result = answer_conversation(request, history)
    assert result is not None
    assert result.text == answer


def test_what_no_answer_was_about_is_not_repeated(cuts: Path) -> None:
    history = [Turn(question="is it night", answer=Answer(text="yes"), parsed=parse("is it night"))]
    text = "what did you say about the ship"
    result = answer_conversation(parse(text, history), history)
    assert result is not None
    assert result.answerable is False

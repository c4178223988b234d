"""The embedded model answers every question that the page suggests for its examples, and claims nothing wrong."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.ui.scripted_model import ScriptedModel
from vqa.answering.answer import QuestionTurn
from vqa.models.protocol import VideoQAModel
from vqa.models.registry import load
from vqa.tasks.captions import caption_video, is_confident
from vqa.tasks.summary import summarize
from vqa.ui import handlers
from vqa.ui.example_videos import EXAMPLES, QUESTIONS
from vqa.ui.limits import PRIVATE_LIMITS
from vqa.ui.model_pool import ModelPool
from vqa.ui.question_suggestions import name_things, suggest_questions
from vqa.ui.reading_options import ReadingOptions
from vqa.ui.session_state import SessionState
from vqa.video.reader import read_clip

ANSWERS = {
    ("example_parrot", "What animal is this?"): "parrot",
    ("example_parrot", "Is there a bird?"): "yes",
    ("example_parrot", "How long is the video?"): "4.5 seconds",
    ("example_cat", "What animal is this?"): "cat",
    ("example_cat", "Is there a dog?"): "no",
    ("example_cat", "How long is the video?"): "4 seconds",
    ("example_shots", "What animal is this?"): "cat",
    ("example_shots", "When do you see a cup?"): "At 0:04 to 0:08.",
    ("example_shots", "When do you see a person?"): "At 0:08 to 0:12.",
}


@pytest.fixture(scope="module")
def model() -> VideoQAModel:
    return load("fused", device="cpu")


def test_every_example_has_an_icon_and_an_expected_answer_for_every_question() -> None:
    assert {(key, text) for key, texts in QUESTIONS.items() for text in texts} == set(ANSWERS)
    for path in EXAMPLES.values():
        assert path.with_suffix(".jpg").is_file()


@pytest.mark.parametrize("key", EXAMPLES)
def test_suggested_questions_are_answered_and_summaries_claim_nothing_doubtful(
    model: VideoQAModel, key: str
) -> None:
    context = model.encode(read_clip(EXAMPLES[key], model.sampling))
    for text in QUESTIONS[key]:
        turn = QuestionTurn(model, context, text)
        answer = turn.judge("".join(turn.stream()))
        assert answer.text.lower().startswith(ANSWERS[key, text].lower()), text
        assert (answer.confidence or 0.0) >= 0.75, text
    assert "What animal is this?" in suggest_questions(context, model, name_things(context, model))
    # Captions of these videos are wrong, and the model knows it.
    assert not any(is_confident(caption) for caption in caption_video(context, model))
    assert summarize(context, model).text == "I can't tell what happens in this video."
    things = {
        "example_parrot": ("a parrot",),
        "example_cat": ("a cat",),
        "example_shots": ("a cat", "a person"),
    }
    assert name_things(context, model) == things[key]
    # The chat says so, too.
    turn = QuestionTurn(model, context, "What is happening?")
    answer = turn.judge("".join(turn.stream()))
    assert answer.reply.startswith("I'm not sure, but ")
    assert answer.text[0] != "I"


@pytest.mark.parametrize("key", ["example_parrot", "example_cat"])
@pytest.mark.parametrize(
    "text", ["what happens?", "What is happening?", "describe the video", "what's going on in here"]
)
def test_the_chat_says_what_the_overview_says(model: VideoQAModel, key: str, text: str) -> None:
    context = model.encode(read_clip(EXAMPLES[key], model.sampling))
    turn = QuestionTurn(model, context, text)
    answer = turn.judge("".join(turn.stream()))
    (caption,) = caption_video(context, model)
    assert (caption.text, caption.confidence) == (answer.text, answer.confidence)


def test_examples_and_their_questions_leave_when_a_video_is_read(
    videos: Mapping[str, Path],
) -> None:
    state, model = SessionState(model="scripted"), ScriptedModel()
    pool = ModelPool(loader=lambda name, device, progress: model)
    views = handlers.watch(pool, state, str(videos["h264.mp4"]), ReadingOptions(), PRIVATE_LIMITS)
    first = next(views)
    assert first.has_no_video is False
    assert first.suggestions is not None
    assert "When do you see a cup?" not in first.suggestions
    assert first.chat is None  # a question that was clicked stays
    list(views)


def test_a_file_that_is_no_video_brings_the_examples_back(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_text("no video")
    state, model = SessionState(model="scripted"), ScriptedModel()
    pool = ModelPool(loader=lambda name, device, progress: model)
    views = handlers.watch(pool, state, str(broken), ReadingOptions(), PRIVATE_LIMITS)
    assert list(views)[-1].has_no_video is True


def test_a_person_is_asked_for_only_where_one_is_seen(model: VideoQAModel) -> None:
    """A search finds the best moment of a person in a film of a parrot, too."""
    context = model.encode(read_clip(EXAMPLES["example_parrot"], model.sampling))
    assert not any(
        "person" in question
        for question in suggest_questions(context, model, name_things(context, model))
    )

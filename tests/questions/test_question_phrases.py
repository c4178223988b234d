from __future__ import annotations

import pytest

from tests.questions.messages import sentence_encoder
from tests.questions.test_antecedents import ask
from vqa.questions.conversation.discourse import read_history
from vqa.questions.follow_ups.question_phrases import resolve_phrase
from vqa.questions.parse import parse
from vqa.types import Answer, Turn


def resolve(question: str, answer: str, text: str) -> str | None:
    turn = Turn(question=question, answer=Answer(text=answer))
    resolution = resolve_phrase(text, read_history([turn], [parse(question)]))
    return None if resolution is None else resolution.text


@pytest.mark.parametrize(
    ("question", "answer", "text", "complete"),
    [
        ("is the girl waving", "yes", "to whom?", "who is the girl waving to?"),
        ("what is the cook cutting", "an onion", "with what", "what is the cook cutting an onion with?"),
        ("does the llama spit", "yes", "in which direction", "which direction does the llama spit in?"),
        ("did the boxer fall", "yes", "how often", "how often did the boxer fall?"),
        ("is the woman cooking", "yes", "cooking what", "what is the woman cooking?"),
        ("is anyone in the pool", "yes", "who", "who is in the pool?"),
        ("is she holding something", "yes", "what exactly", "what is she holding?"),
        ("is he playing an instrument", "yes", "which one", "which instrument is he playing?"),
        ("is there a scar on his arm", "yes", "which arm", "which arm is the scar on?"),
        ("what is on the plate", "pancakes", "how many", "how many pancakes are there?"),
        ("is the man wearing a uniform", "yes", "what colour", "what color is the uniform?"),
        ("is there a dog", "yes", "what breed", "what breed is the dog?"),
        ("are there boats", "yes", "where", "where are the boats?"),
        ("what is in the bag", "an apple", "what else", "what else is in the bag?"),
        ("where are the plants", "on the shelf", "how many are there", "how many plants are there?"),
        ("is there a bike", "yes", "why", None),
        ("is there a person", "yes", "what sleeve colour", "what color is the sleeve?"),
        ("is there a temple", "yes", "what color pillar", "what color is the pillar?"),
        ("what happens", "a small dog is chasing a ball", "with whom", "who is the small dog chasing a ball with?"),
    ],
)  # fmt: skip
def test_question_phrases_are_completed(
    question: str, answer: str, text: str, complete: str | None
) -> None:
    assert resolve(question, answer, text) == complete


@pytest.mark.parametrize(
    ("earlier", "text", "resolved"),
    [
        ("who falls down?", "when does that happen", "when does someone fall down?"),
        ("who kicks who?", "at what second?", "when does someone kick someone else?"),
        ("who throws the ball?", "when?", "when does someone throw the ball?"),
    ],
)
def test_when_asks_for_the_event_of_somebody(earlier: str, text: str, resolved: str) -> None:
    question = parse(earlier)
    history = [Turn(question=earlier, answer=Answer(text="people"), parsed=question)]
    assert parse(text, history, encoder=sentence_encoder()).resolved == resolved


def test_which_one_with_a_verb_is_complete() -> None:
    history = [Turn(question="when do the people appear?", answer=Answer(text="At 0:03."))]
    question = parse("which one pushed him", history, encoder=sentence_encoder())
    assert question.resolved.rstrip("?") in ("which one pushed him", "which one pushed the person")


@pytest.mark.parametrize(
    "exchanges",
    [
        ["Does a person in red appear?", "no", "when?"],
        ["Does a person in red appear?", "no", "which side?"],
        ["Does someone fall?", "no", "who?"],
        ["Does someone fall?", "no", "where?"],
    ],
)
def test_what_was_denied_has_no_place_and_no_time(exchanges: list[str]) -> None:
    assert ask(*exchanges).intent == "denied"

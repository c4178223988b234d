"""Answers that need no video: doubts, explanations and refusals."""

from __future__ import annotations

import pytest

from vqa.answering.conversation import answer_conversation
from vqa.questions.parse import parse
from vqa.types import Answer, Evidence, Turn

_FRAME = Evidence(index=9, time_s=3.0, weight=1.0)


def turn_of(text: str, answer: Answer) -> Turn:
    return Turn(question=text, answer=answer, parsed=parse(text))


@pytest.mark.parametrize(
    ("earlier", "text", "reply"),
    [
        (turn_of("how long is the video?", Answer(text="5 seconds", reply="It is 5 seconds long.")), "are you sure?", "Yes, that comes from the file itself: It is 5 seconds long."),
        (turn_of("is it a dog?", Answer(text="yes", confidence=0.8)), "are you sure?", "I'm about 80 % sure of my answer: yes"),
        (turn_of("is it a dog?", Answer(text="yes", confidence=0.3)), "are you sure?", "No, I'm only about 30 % sure of my answer: yes"),
        (turn_of("is it a dog?", Answer(text="yes", confidence=0.3)), "how sure are you?", "I'm only about 30 % sure of my answer: yes"),
        (turn_of("is it a dog?", Answer(text="yes", confidence=0.3)), "are you just guessing?", "Yes, partly: I'm only about 30 % sure of my answer: yes"),
        (turn_of("is it a dog?", Answer(text="yes")), "are you sure?", "I can't put a number on that answer, so please check it in the video: yes"),
        (turn_of("what is it?", Answer(text="I can't tell what it is.")), "are you sure?", "No, I'm not sure at all. I can't tell what it is."),
        (turn_of("when is the dog seen?", Answer(text="I don't find it.", answerable=False)), "are you sure?", "Yes, I'm sure of that: I don't find it."),
        (turn_of("how long is the video?", Answer(text="5 seconds")), "how do you know?", "That is stated in the video file itself."),
        (turn_of("is it a dog?", Answer(text="yes", evidence=(_FRAME,))), "how do you know?", "I looked at the frames of the video that fit your question best, at 0:03. They led me to this answer: yes"),
        (turn_of("is it a dog?", Answer(text="yes")), "how do you know?", "I compared your question with the frames that I looked at and gave the answer that fits them best: yes"),
        (turn_of("what is it?", Answer(text="I can't tell what it is.")), "how do you know?", "I compared your question with the frames that I looked at, and none of them shows it clearly."),
        (turn_of("when is the dog seen?", Answer(text="I look at single frames.", answerable=False)), "how do you know?", "That is all that I can do here: I look at single frames."),
    ],
)  # fmt: skip
def test_a_doubt_gets_the_confidence_and_the_source_of_the_answer(
    earlier: Turn, text: str, reply: str
) -> None:
    result = answer_conversation(parse(text, [earlier]), [earlier])
    assert result is not None
    assert (result.text, result.answerable) == (reply, True)


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("are you sure?", "I haven't answered anything about this video yet."),
        ("that's wrong", "I haven't answered anything about this video yet."),
        ("was siehst du in diesem Video?", "I"),
        ("is he good at it?", "I can't judge how well somebody does something"),
        ("is this a good film?", "I can't judge that: it's a matter of taste."),
        ("which one is bigger?", "I can't tell which one"),
        ("who is this man?", "I can't tell who somebody is"),
        ("why does he run?", "I can't know what something is for, or the reasons"),
        ("asdkjh qwlekj", "I didn't understand that."),
        ("delete the file", "I can't do that"),
        ("what is 3 + 4?", "I don't do calculations."),
        ("how fast is the car?", "I can't measure sizes, weights, distances or speeds"),
    ],
)
def test_what_a_video_cannot_answer_is_refused(text: str, beginning: str) -> None:
    result = answer_conversation(parse(text), [])
    assert result is not None
    assert result.answerable is False
    assert result.text.startswith(beginning)
    assert result.suggestions


@pytest.mark.parametrize("text", ["is there a dog?", "tell me more", "describe the man"])
def test_what_the_video_may_answer_is_left_to_it(text: str) -> None:
    earlier = turn_of("what is it?", Answer(text="a dog"))
    assert answer_conversation(parse(text, [earlier]), [earlier]) is None

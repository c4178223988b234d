from __future__ import annotations

import pytest

from vqa.questions.parse import parse
from vqa.types import Answer, Question, Turn


def ask(*exchanges: str) -> Question:
    """Parse the last of some messages; before it, questions and answers alternate."""
    *earlier, text = exchanges
    history: list[Turn] = []
    for question, answer in zip(earlier[::2], earlier[1::2], strict=True):
        parsed = parse(question, history)
        is_refusal = answer.startswith("I ")
        history.append(
            Turn(
                question=question,
                answer=Answer(text=answer, answerable=False if is_refusal else None),
                parsed=parsed,
            )
        )
    return parse(text, history)


@pytest.mark.parametrize(
    ("exchanges", "resolved"),
    [
        (["What color is his shirt?", "red", "Is there a mirror in it?"], "is there a mirror in the video"),
        (["Is there a dog?", "yes", "is there a fence in it too?"], "is there a fence in the video"),
        (["Does it have sound?", "no", "who is in it?"], "who is in the video"),
        (["Is there a box?", "yes", "is there a toy in it?"], "is there a toy in the box"),
        (["Is there a car?", "yes", "is anyone in it?"], "is anyone in the car"),
        (["Is there a bike?", "yes", "is he smiling before it ends?"], "is he smiling before the video ends"),
        (["What color is the ball?", "red", "does it have subtitles?"], "does the video have subtitles"),
        (["Is there a van?", "yes", "does it have a ladder?"], "does it have a ladder"),
    ],
)  # fmt: skip
def test_it_is_the_video_where_the_thing_does_not_fit(exchanges: list[str], resolved: str) -> None:
    assert ask(*exchanges).resolved.lower().rstrip("?") == resolved


@pytest.mark.parametrize(
    ("exchanges", "resolved"),
    [
        (["What is happening?", "a couple dancing", "can you see his face?"], "can you see the man's face"),
        (["What is happening?", "a crowd watching a game", "is her hair long?"], "is the woman's hair long"),
        (["What is he doing?", "walking", "is there a boy next to him?", "yes", "is he tall?"], "is the man tall"),
        (["Is there a boy?", "yes", "is he tall?"], "is the boy tall"),
        (["How many men are there?", "five", "is there anyone with a hat?", "no", "is he tall?"], "is the man tall"),
        (["What color are their helmets?", "red", "does the referee help them?"], "does the referee help the people"),
        (["What color are the shoes?", "red", "is the coach going to call them?"], "is the coach going to call the people"),
        (["What color are the shoes?", "red", "is he tying them?"], "is he tying the shoes"),
    ],
)  # fmt: skip
def test_pronouns_for_people_are_neither_groups_nor_things(
    exchanges: list[str], resolved: str
) -> None:
    assert ask(*exchanges).resolved.lower().rstrip("?") == resolved


@pytest.mark.parametrize(
    ("exchanges", "noun"),
    [
        (["Is there real danger?", "yes", "where is it?"], "danger"),
        (["Is there direct sunlight?", "yes", "where does it fall?"], "sunlight"),
        (["Is there an obvious crack?", "yes", "where is it?"], "crack"),
    ],
)
def test_an_adjective_is_no_noun(exchanges: list[str], noun: str) -> None:
    assert ask(*exchanges).subject == noun


@pytest.mark.parametrize(
    ("exchanges", "absent"),
    [
        (["Is anyone in blue?", "no", "what does he do next?"], ""),
        (["Is there a person?", "no", "male or female?"], "person"),
        (["How many people are there?", "0", "is it a man or a woman?"], "person"),
        (["Is there a dog?", "no", "what color is the cat?"], ""),
        (["Is there a dog?", "no", "what color is it?"], "dog"),
        (["Ok, the left hand. Is that a ring?", "no", "what color is it?"], ""),
        (["Is there a dog?", "no", "is it big?", "I see no dog.", "what color is it?", "I see no dog.", "where is it?"], ""),
    ],
)  # fmt: skip
def test_only_what_was_denied_is_absent(exchanges: list[str], absent: str) -> None:
    assert ask(*exchanges).absent == absent


def test_a_denied_name_is_not_the_subject() -> None:
    assert ask("is that a helmet?", "no", "what color is it").subject == ""

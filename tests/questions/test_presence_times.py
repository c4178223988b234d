"""Questions on how long a thing stays in the picture."""

from __future__ import annotations

import pytest

from vqa.question_parts import PresenceTime
from vqa.questions.parse import parse


@pytest.mark.parametrize(
    ("text", "presence"),
    [
        ("is the bus in it the whole time", PresenceTime(thing="bus", form="whole")),
        ("is the dog in it the whole time or does it come in later?", PresenceTime(thing="dog", form="whole", offers_other=True)),
        ("is the cat there from the start or does it come later", PresenceTime(thing="cat", form="start", offers_other=True)),
        ("and is the lady there till the end?", PresenceTime(thing="lady", form="end")),
        ("does the boy stay in the picture the whole time", PresenceTime(thing="boy", form="whole")),
        ("does a bus show up at some point", PresenceTime(thing="bus", form="later")),
        ("do the men disappear", PresenceTime(thing="men", form="leaves")),
        ("does the woman come back later", PresenceTime(thing="woman", form="returns")),
    ],
)  # fmt: skip
def test_the_time_of_a_thing_in_the_picture(text: str, presence: PresenceTime) -> None:
    question = parse(text)
    assert (question.intent, question.presence) == ("when", presence)


@pytest.mark.parametrize(
    "text",
    [
        "is the man running the whole time",
        "does the dog leave the room",
        "is the light on all the time",
        "is the car always red",
        "does the man stay on the bike",
    ],
)
def test_what_a_thing_does_is_another_question(text: str) -> None:
    assert parse(text).presence is None

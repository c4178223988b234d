from __future__ import annotations

import pytest

from vqa.questions.coreference import whole_question
from vqa.types import Answer, Turn


def turns(*questions: str) -> list[Turn]:
    return [Turn(question=question, answer=Answer(text="yes")) for question in questions]


@pytest.mark.parametrize(
    ("earlier", "question", "whole"),
    [
        (("Is there a dog?",), "And a cat?", "is there a cat?"),
        (("Can you see a dog?",), "what about a red car?", "is there a red car?"),
        (("Is there a dog?", "and a cat?"), "and the horses?", "is there a horse?"),
        (("What color is the dog?",), "How about the cat?", "What color is the cat?"),
        (("What is the man doing?",), "And the woman?", "What is the woman doing?"),
        (("How many dogs are there?",), "and the cats?", "How many cats are there?"),
        (("When does the dog appear?",), "And the cat?", "When does the cat appear?"),
        (("Is it raining?",), "And the dog?", "the dog?"),
        (("Is it a dog or a swan?",), "And a cat?", "is there a cat?"),
        (("Is there a dog?",), "What color is it?", "What color is it?"),
        (("Is there a dog?",), "and the left one?", "the left one?"),
        ((), "a dog?", "is there a dog?"),
        ((), "the dog?", "the dog?"),
        ((), "What's the dog doing?", "What is the dog doing?"),
    ],
)
def test_another_thing_is_asked_for_as_the_first_was(
    earlier: tuple[str, ...], question: str, whole: str
) -> None:
    assert whole_question(question, turns(*earlier)) == whole

from __future__ import annotations

import pytest

from vqa.questions.normalization.normalize import normalized_wording


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("what drink he has", "what drink does he have"),
        ("how he is flying", "how is he flying"),
        ("what he do with the arm", "what does he do with the arm"),
        ("how many people i can see", "how many people can i see"),
        ("what color the wall is", "what color is the wall"),
        ("what colour shirt the girl wearing", "what colour is the girl's shirt"),
        ("which instrument the man plays", "which instrument does the man play"),
        ("to where the man walks", "where does the man walk to"),
        ("how many wheel has the truck", "how many wheels does the truck have"),
        ("what is wearing the second man", "what is the second man wearing"),
        ("how it is called this animal", "what is this animal called"),
        ("does he is smiling?", "is he smiling?"),
        ("what the person in red is doing with his phone", "what is the person in red doing with his phone"),
        ("he is where, on the beach?", "where is he, on the beach?"),
        ("where is he go", "where does he go"),
        ("train number??", "what is the number on the train??"),
        ("what bout the chair", "what about the chair"),
        ("do the boys playing", "are the boys playing"),
        ("how call this sport", "what is this sport called"),
        ("explain me what he does", "what does he do"),
        ("lady stand where", "where does the lady stand"),
        ("she no wear shoes?", "does she wear shoes?"),
        ("this dog he runs fast?", "this dog runs fast?"),
    ],
)  # fmt: skip
def test_the_auxiliary_stands_before_its_subject(question: str, plain: str) -> None:
    assert normalized_wording(question) == plain


@pytest.mark.parametrize(
    "question",
    [
        "what is chasing the dog",
        "which dog has the ball",
        "what makes the man cry",
        "which of the dogs is bigger",
        "what this man is doing is strange",
        "what has he done",
        "does the man keep looking at the camera",
    ],
)
def test_right_word_order_stays(question: str) -> None:
    assert normalized_wording(question) == question

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
        ("he not smiling", "is he smiling?"),
        ("what pattern has this sofa", "what pattern does this sofa have"),
        ("what clothes the man wears", "what clothes does the man wear"),
        ("how often the light blinks", "how often does the light blink"),
        ("how many claps you count", "how many claps do you count"),
        ("what color the girl dress", "what color is the girl's dress"),
        ("does he watches tv", "does he watch tv"),
        ("has they a dog", "do they have a dog"),
        ("after the goal what the players do", "what do the players do after the goal"),
        ("after this which dog comes?", "which dog comes after this?"),
        ("wears he a helmet?", "does he wear a helmet?"),
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
        "what has this done",
        "what makes you say so",
        "what made the horse run off",
        "what might he do",
        "what should i do",
        "what am i looking at",
        "what comes after he leaves",
        "what happens while she is here",
        "what occurs before the bell rings",
        "what takes place when it rains",
        "which song plays while they dance",
        "do the twin dancers end up there",
        "how do the two cars differ",
        "does the man keep looking at the camera",
    ],
)
def test_right_word_order_stays(question: str) -> None:
    assert normalized_wording(question) == question

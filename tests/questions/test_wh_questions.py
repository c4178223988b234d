from __future__ import annotations

import pytest

from vqa.questions.parse import parse
from vqa.questions.sentences.wh_questions import indirect_question, suggestion_as_question


@pytest.mark.parametrize(
    ("question", "noun", "indirect"),
    [
        ("what is the young man doing?", "young man", "what the young man is doing"),
        ("what is behind the woman?", "woman", "what is behind the woman"),
        ("where does the car go?", "car", "where the car goes"),
        ("when does the boy stand up", "boy", "when the boy stands up"),
        ("how many dogs are there", "dog", "how many dogs there are"),
        ("what color is her hair", "hair", "what color her hair is"),
        ("which letter is put last?", "letter", "which letter is put last"),
        ("what is the lady with the hat doing", "lady", "what the lady with the hat is doing"),
        ("what did he do", "man", "what he does"),
        ("what did the men throw", "man", "what the men throw"),
        ("who has the blue cap", "cap", "who has the blue cap"),
        ("who hit who?", "", "who hit whom"),
        ("which of them started it?", "", "which of them started it"),
        ("what is the red thing on his arm?", "", "what the red thing on his arm is"),
        ("in the first part, which way does he go?", "man", "which way he goes"),
        ("where is it, on the table or the floor?", "table", "where it is"),
        ("what is the man who fell doing", "man", "what the man who fell is doing"),
        ("what is the tall, thin man doing", "tall, thin man", "what the tall, thin man is doing"),
        ("at first, where are the old, red cars?", "old, red car", "where the old, red cars are"),
        ("how many people do you see?", "person", "how many people you see"),
        ("how many people can you see?", "person", "how many people you can see"),
        ("who is there?", "", "who is there"),
        (
            "what does the man in red do after standing?",
            "man",
            "what the man in red does after standing",
        ),
        (
            "what does the man in red look at before jumping?",
            "man",
            "what the man in red looks at before jumping",
        ),
        ("whose shoes are those", "", "whose shoes those are"),
        ("whose hat is the girl wearing?", "hat", "whose hat the girl is wearing"),
        ("is it a dog", "dog", ""),
        ("what is the round black thing in corner", "", "what the round black thing in corner is"),
        ("what is that animal", "", "what that animal is"),
        ("what is that on the wall", "", "what that is on the wall"),
        (
            "what is that woman by the window doing",
            "woman",
            "what that woman by the window is doing",
        ),
        ("what color is the sign over the shop", "sign", "what color the sign over the shop is"),
        ("what are the boxes in", "box", "what the boxes are in"),
        ("what is the wall behind him made of", "wall", "what the wall behind him is made of"),
        ("what is the weather like there", "weather", "what the weather is like there"),
        ("what did the baby just do", "baby", "what the baby just does"),
        ("what does the front of the shop look like", "", "what the front of the shop looks like"),
        ("what is the clown look like", "clown", "what the clown looks like"),
        ("where can i see the logo", "logo", "where I can see the logo"),
        ("which is heavier looking", "", "which is heavier looking"),
    ],
)
def test_a_question_as_it_follows_i_cannot_tell(question: str, noun: str, indirect: str) -> None:
    assert indirect_question(question, noun) == indirect


@pytest.mark.parametrize(
    ("question", "rendered"),
    [
        ("what colour are the cups, blue?", "are the cups blue?"),
        ("where in the shop are they, behind the counter?", "are they behind the counter?"),
        ("whats that at the bottom, a bicycle?", "is that a bicycle at the bottom?"),
        ("what is floor, is it wood", "is the floor wood?"),
        ("when does he fall, beginning or end?", "when does he fall?"),
        ("what's he doing, dancing?", "is he dancing?"),
        ("whats he holding, a ball", "is he holding a ball?"),
        ("what game is it, chess?", "is it chess?"),
        ("how high does she jump, over the bar?", "does she jump over the bar?"),
        ("how far does he sink, below the waist?", "does he sink below the waist?"),
        ("when does he jump, at the end?", "does he jump at the end?"),
        ("what color shirt is he wearing, red?", "is he wearing a red shirt?"),
        ("what is on the table, a cup?", "is there a cup on the table?"),
        ("what are they all doing at the table, eating?", "are they all eating at the table?"),
        ("where does it go, to the left?", "does it go to the left?"),
    ],
)
def test_a_suggested_answer_is_asked_about(question: str, rendered: str) -> None:
    assert suggestion_as_question(question) == rendered
    assert parse(question).rendered == rendered


def test_a_suggested_place_is_left_out() -> None:
    assert parse("where is this, a shop?").rendered == "where is this?"
    assert parse("where is he, is it a gym?").rendered == "where is he?"


@pytest.mark.parametrize(
    "question",
    ["what is it, please?", "what color is it, red or blue?", "where is the cat, exactly?", "who is that, do you know?", "what is that, why?"],
)  # fmt: skip
def test_other_questions_suggest_nothing(question: str) -> None:
    assert suggestion_as_question(question) == question


@pytest.mark.parametrize(
    ("question", "result"),
    [
        ("which one is the biggest, the red?", "is the red one the biggest?"),
        ("which is the smallest, the one on the left?", "is the one on the left the smallest?"),
        ("which dog is the tallest, the poodle?", "is the poodle the tallest?"),
        ("which one is asleep, the puppy?", "is the puppy asleep?"),
        ("which of them is louder, the drum?", "is the drum louder?"),
        ("what is the fence made of, wood?", "is the fence made of wood?"),
        ("what is he wearing, no shirt right?", "what is he wearing?"),
    ],
)
def test_a_suggested_choice_and_a_denial(question: str, result: str) -> None:
    assert suggestion_as_question(question) == result

"""The sentence of a reply is sound, or the plain form of the answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vqa.answering.joined_answers import joined_answer, new_fragments
from vqa.answering.replies import full_sentence
from vqa.questions.parse import parse
from vqa.types import Answer

_PLAIN = "No, not as far as I can see."


@pytest.mark.parametrize(
    "question",
    [
        "is the belt in the man's hands one in each hand?",
        "is the couple top green?",
        "is the woman skirt red?",
        "is the bar the guy's elbows moving?",
        "is the rope his wrists?",
        "is the dog cat?",
    ],
)
def test_an_unsound_clause_is_not_repeated(question: str) -> None:
    assert full_sentence(parse(question), "no") == _PLAIN


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("are the sheep in the barn?", "No, the sheep are not in the barn."),
        ("are they the same size?", "No, they are not the same size."),
        ("is she giving the boy a ball?", "No, she is not giving the boy a ball."),
        ("is the dog light brown?", "No, the dog is not light brown."),
        ("does the man have no shirt?", "No, the man has a shirt."),
        ("is the bag on the man's back?", "No, the bag is not on the man's back."),
        ("are the man and the woman friends?", "No, the man and the woman are not friends."),
        ("are those horses?", "No, those are not horses."),
        ("is neither of the men smiling?", "No, one of the men is smiling."),
        ("are any of the dogs brown?", "No, none of the dogs are brown."),
        ("do any of the boys wear glasses?", "No, none of the boys wear glasses."),
        ("are all the lights on?", "No, not all the lights are on."),
        ("do most of the people wear hats?", "No, most of the people don't wear hats."),
        ("is one of the boys barefoot?", "No, none of the boys is barefoot."),
        ("is everyone looking at the camera?", "No, not everyone is looking at the camera."),
        ("Is there a dog in this?", "No, I don't see a dog."),
        ("is there an animal somewhere?", "No, I don't see an animal anywhere."),
        (
            "there are plants in this office, yes or no",
            "No, I don't see any plants in this office.",
        ),
    ],
)
def test_a_sound_clause_is_repeated(question: str, reply: str) -> None:
    assert full_sentence(parse(question), "no") == reply


@pytest.mark.parametrize(
    ("question", "answer", "reply"),
    [
        ("is the kitchen an old one or a modern one?", "old", "An old one."),
        ("is it a left side or a right side of his body?", "left", "The left side."),
        ("left side or right side?", "right side", "The right side."),
        ("is it a skier or a jumper or just somebody falling?", "jumper", "A jumper."),
        ("does she hold an apple or an orange?", "orange", "An orange."),
        ("what is the man holding?", "old", "I can't tell what the man is holding."),
        ("what is on the floor?", "modern", "I can't tell what is on the floor."),
        ("what are the kids doing?", "dance", "The kids are dancing."),
        ("what does the woman do?", "run", "The woman is running."),
    ],
)
def test_a_bare_answer_gets_a_fitting_form(question: str, answer: str, reply: str) -> None:
    assert full_sentence(parse(question), answer) == reply


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("does he bend his knees?", "No, he doesn't bend his knees."),
        (
            "does the man keep looking at the camera?",
            "No, the man doesn't keep looking at the camera.",
        ),
        ("and the large banner?", "As for “and the large banner”: no, not as far as I can see."),
    ],
)
def test_the_reply_to_one_of_several_questions_tells_which(question: str, reply: str) -> None:
    parsed = parse(question)
    parsed = replace(
        parsed,
        intent="verify",
        answer_kind="yes_no",
        form=replace(parsed.form, number_in_message=2),
    )
    assert full_sentence(parsed, "no") == reply


def test_a_message_gets_no_sentence_twice() -> None:
    first = Answer(text="yes", reply="Yes, it is a dog.")
    second = Answer(text="yes", reply="That led me to this answer: Yes, it is a dog.")
    assert joined_answer([first, second]).reply == "Yes, it is a dog. That led me to this answer."
    assert joined_answer([first, first]).reply == "Yes, it is a dog."
    assert list(new_fragments(iter([second.reply, ""]), [first])) == [
        "That led me to this answer.",
        "",
    ]

from __future__ import annotations

import pytest

from tests.questions.messages import parts_of, wordings_of
from vqa.questions.messages.run_ons import split_remark, with_topic


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("its so dark can u see anything", ["it is so dark.", "can u see anything"]),
        ("i cant see anything is the video broken", ["i can't see anything.", "is the video broken"]),
        ("this is so funny what is he doing", ["this is so funny.", "what is he doing"]),
        ("i see a dog is it running", ["i see a dog.", "is it running"]),
    ],
)  # fmt: skip
def test_remark_before_a_question_is_split_off(text: str, parts: list[str]) -> None:
    assert [part.text for part in parts_of(text)] == parts
    assert [part.kind for part in parts_of(text)] == ["remark", "question"]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("why is it so dark i cant see anything", "why is it so dark"),
        ("the person in red what are they doing", "what is the person in red doing"),
        ("the animal lying on the ground what is it", "what is the animal lying on the ground"),
        (
            "ok so the one on the right, what is it looking at",
            "what is the one on the right looking at",
        ),
        ("what about the guy standing up where does he go", "where does the guy standing up go"),
        ("the dog is it brown", "is the dog brown"),
        ("The dog what color is it", "what color is the dog"),
        ("the guy on the left how old is he", "how old is the guy on the left"),
        ("the car how fast is it going", "how fast is the car going"),
        ("his scarf, is that wool?", "is his scarf wool?"),
        ("the horse, does he ride it", "does he ride the horse"),
        ("is it loud, the engine?", "is the engine loud?"),
        ("does he hand them to her, the plates?", "does he hand the plates to her?"),
        ("where is she, the old lady?", "where is the old lady?"),
        ("is it closed, the window on the left?", "is the window on the left closed?"),
        ("what color is it, the roof", "what color is the roof"),
        ("where is she going, the girl in red?", "where is the girl in red going?"),
    ],
)
def test_one_question_is_left(text: str, question: str) -> None:
    assert wordings_of(text) == (question,)


@pytest.mark.parametrize(
    "text",
    [
        "it is a cat is it",
        "tell me what he is doing",
        "what can i ask",
        "i dont understand what is happening here",
        "how many times do i need to ask",
        "what did i just see",
        "the dog is brown is it",
        "is that what i think it is",
        "what is he carrying, the box?",
        "what is it, the big one?",
        "who is behind her, the old man?",
        "who opens it, the girl or the boy?",
        "where is it, the garden?",
        "what is he holding, the cup?",
        "is it there, the whole time?",
    ],
)
def test_other_sentences_stay_whole(text: str) -> None:
    assert split_remark(text) is None
    assert with_topic(text) == text


def test_names_side_by_side_are_one_question() -> None:
    assert wordings_of("school? hospital? mall?") == ("school, hospital or mall?",)
    assert wordings_of("a cat? or a dog?") == ("cat or dog?",)
    assert wordings_of("is he running? why?") == ("is he running?", "why?")


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("How long is it, it feels like it goes on forever", ("How long is it",)),
        (
            "Is he waving to someone, can you see anybody else?",
            ("Is he waving to someone", "can you see anybody else?"),
        ),
        ("can you tell me what happens first and what happens last", ("tell me what happens first", "what happens last")),
        ("There is a dog, is there?", ("There is a dog, right?",)),
        # Two clauses with "or" are one choice.
        ("Is he bald, or does he have long hair?", ("Is he bald, or does he have long hair?",)),
        ("what about the one on the left, whats he doing", ("what is the one on the left doing",)),
        ("whats the quality of this file its so blurry", ("what is the quality of this file",)),
    ],
)  # fmt: skip
def test_reasons_are_dropped_and_two_questions_are_split(
    text: str, questions: tuple[str, ...]
) -> None:
    assert wordings_of(text) == questions

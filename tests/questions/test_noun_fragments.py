from __future__ import annotations

import pytest

from vqa.questions.conversation.discourse import read_history
from vqa.questions.follow_ups.noun_fragments import resolve_noun_phrase
from vqa.questions.follow_ups.noun_replacement import without_last_place
from vqa.questions.nouns.noun_phrases import read_noun_phrase
from vqa.questions.parse import parse
from vqa.types import Answer, Turn


def resolve(question: str, answer: str, text: str) -> str | None:
    turn = Turn(question=question, answer=Answer(text=answer))
    resolution = resolve_noun_phrase(text, read_history([turn], [parse(question)]))
    return None if resolution is None else resolution.text.rstrip("?")


def test_a_noun_phrase_has_a_determiner_a_noun_and_a_tail() -> None:
    phrase = read_noun_phrase("no, i meant the old boy in boots")
    assert phrase is not None
    assert (phrase.determiner, phrase.core, phrase.tail) == ("the", "old boy", "in boots")
    assert read_noun_phrase("which hand") is None
    assert read_noun_phrase("in the back") is None


@pytest.mark.parametrize(
    ("question", "answer", "text", "complete"),
    [
        ("are her sleeves rolled up", "yes", "his?", "are his sleeves rolled up"),
        ("what color is the woman's hat", "red", "the girl's", "what color is the girl's hat"),
        ("what is in her left hand", "a cup", "the right?", "what is in her right hand"),
        ("is the red car moving", "no", "blue?", "is the blue car moving"),
        ("does the worker wear a vest", "yes", "mask?", "does the worker wear a mask"),
        ("does the worker wear a vest", "yes", "the boss", "does the boss wear a vest"),
        ("is the woman on the left asleep", "no", "the one on the right?", "is the woman on the right asleep"),
        ("is the man with the beard smoking", "yes", "the bald one", "is the bald man smoking"),
        ("what is the girl in pink doing", "drawing", "and the boy in boots", "what is the boy in boots doing"),
        ("is there a cat", "no", "a zebra?", "is there a zebra"),
        ("does he use his hands", "no", "what about his head", "does he use the head"),
        ("what is the man on the left wearing", "a hat", "and the pants?", "describe the pants of the man on the left"),
        ("what is the girl in the car wearing", "a hat", "and the table?", "describe the table"),
        ("what color is the shirt the man on the left is wearing", "red", "and the pants?", "what color are the pants the man on the left is wearing"),
        ("what color shirt does the boy at the table wear", "red", "and the cap?", "what color cap does the boy at the table wear"),
        ("how tall is the house near the river standing there", "2 m", "and the tower?", "how tall is the tower near the river standing there"),
        ("what color is the wall in the swimming pool", "blue", "and the floor?", "what color is the floor"),
    ],
)  # fmt: skip
def test_another_noun_repeats_the_question(
    question: str, answer: str, text: str, complete: str
) -> None:
    assert resolve(question, answer, text) == complete


@pytest.mark.parametrize(
    ("question", "without_place"),
    [
        ("is the cup on the table?", "is the cup"),
        ("is the dog in the garden barking?", "is the dog in the garden barking"),
        ("who is the woman with the bag talking to", "who is the woman with the bag talking to"),
        ("what does he hold in the left hand?", "what does he hold"),
        ("what does the man in the car hold in his hand?", "what does the man in the car hold"),
        ("do the people at the table eat?", "do the people at the table eat"),
    ],
)
def test_only_a_place_behind_the_verb_is_removed(question: str, without_place: str) -> None:
    assert without_last_place(question) == without_place


@pytest.mark.parametrize(
    ("question", "answer", "text", "complete"),
    [
        ("is one of the dogs barking", "no", "the one on the right you mean?", "is the dog on the right barking"),
        ("are any of the women tall", "yes", "the left one?", "is the left woman tall"),
        ("who is wearing a hat", "a girl", "you mean the girl at the back?", "is the girl at the back wearing a hat"),
    ],
)  # fmt: skip
def test_a_suggested_member_of_a_group(
    question: str, answer: str, text: str, complete: str
) -> None:
    resolved = parse(text, [Turn(question=question, answer=Answer(text=answer))]).resolved
    assert resolved.rstrip("?") == complete

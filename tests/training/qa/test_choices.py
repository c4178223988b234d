from __future__ import annotations

import random

import pytest

from vqa.training.data.records import Record
from vqa.training.qa import lexicon as words
from vqa.training.qa.caption_parser import CaptionFacts, Event, NounPhrase
from vqa.training.qa.choices import choice_questions, colour_mode_questions

DOG = NounPhrase(lemma="dog", name="dog", plural=False, colours=("brown",))
SITTING = Event(subject="dog", plural=False, verb="sit", doing="sitting")
FACT = CaptionFacts(text="a brown dog is sitting", things=(DOG,), events=(SITTING,))


def test_one_option_is_correct_in_either_position() -> None:
    qa_pairs = [
        a for seed in range(60) for a in choice_questions([FACT, FACT], random.Random(seed))
    ]
    firsts = set()
    for qa in qa_pairs:
        (true,) = qa.answers
        assert true in ("brown", "dog", "sitting")
        before, after = qa.question.rstrip("?").split(" or ")
        assert (true in before.split()[-1:]) != (true in after.split())
        firsts.add((true, true in before))
    assert len(firsts) == 6


def test_the_wrong_option_is_not_related_to_the_right_one() -> None:
    for seed in range(60):
        for qa in choice_questions([FACT, FACT], random.Random(seed)):
            question_words = set(qa.question.rstrip("?").split()) - {"dog", "brown", "sitting"}
            assert not question_words & (words.related_words("dog") - {"dog"})
            assert "sleeping" not in question_words
            assert "eating" not in question_words


def test_a_noun_with_two_colours_gives_no_choice() -> None:
    grey = NounPhrase(lemma="dog", name="dog", plural=False, colours=("gray",))
    two = CaptionFacts(text="a gray dog", things=(grey,), events=())
    qa_pairs = list(choice_questions([FACT, two], random.Random(0)))
    assert not any(qa.answers[0] in ("brown", "gray") for qa in qa_pairs)


@pytest.mark.parametrize(
    ("source", "truth"), [("scene15", "black and white"), ("flickr8k", "color")]
)
def test_the_source_decides_between_colour_and_greyscale(source: str, truth: str) -> None:
    record = Record(path="x", source=source)
    for seed in range(30):
        (qa,) = colour_mode_questions(record, random.Random(seed))
        if qa.family == "choice":
            assert qa.answers == (truth,)
        else:
            assert qa.answers == (("yes",) if truth in qa.question else ("no",))


def test_unknown_sources_give_no_colour_mode_question() -> None:
    assert list(colour_mode_questions(Record(path="x", source="own"), random.Random(0))) == []
    photo = Record(path="x", source="flickr8k", captions=("A black and white photo of a man",))
    assert list(colour_mode_questions(photo, random.Random(0))) == []

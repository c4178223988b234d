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


def test_one_of_the_two_is_true_and_its_place_tells_nothing() -> None:
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


def test_the_wrong_answer_is_not_true_too() -> None:
    for seed in range(60):
        for qa in choice_questions([FACT, FACT], random.Random(seed)):
            said = set(qa.question.rstrip("?").split()) - {"dog", "brown", "sitting"}
            assert not said & (words.related_words("dog") - {"dog"})
            assert "sleeping" not in said
            assert "eating" not in said


def test_a_thing_of_two_colours_is_not_asked_about() -> None:
    grey = NounPhrase(lemma="dog", name="dog", plural=False, colours=("gray",))
    two = CaptionFacts(text="a gray dog", things=(grey,), events=())
    qa_pairs = list(choice_questions([FACT, two], random.Random(0)))
    assert not any(qa.answers[0] in ("brown", "gray") for qa in qa_pairs)


@pytest.mark.parametrize(
    ("source", "truth"), [("scene15", "black and white"), ("flickr8k", "color")]
)
def test_colour_or_not_is_told_by_the_source(source: str, truth: str) -> None:
    record = Record(path="x", source=source)
    for seed in range(30):
        (qa,) = colour_mode_questions(record, random.Random(seed))
        if qa.family == "choice":
            assert qa.answers == (truth,)
        else:
            assert qa.answers == (("yes",) if truth in qa.question else ("no",))


def test_colour_is_not_asked_of_sources_that_are_not_known() -> None:
    assert list(colour_mode_questions(Record(path="x", source="own"), random.Random(0))) == []
    said = Record(path="x", source="flickr8k", captions=("A black and white photo of a man",))
    assert list(colour_mode_questions(said, random.Random(0))) == []

from __future__ import annotations

import random

import pytest

from vqa.training.data.records import Record
from vqa.training.qa import word_lists as words
from vqa.training.qa.caption_parser import CaptionFacts, Event, Thing
from vqa.training.qa.choices import either_or, palette

DOG = Thing(lemma="dog", name="dog", plural=False, colours=("brown",))
SITTING = Event(subject="dog", plural=False, verb="sit", doing="sitting")
FACT = CaptionFacts(text="a brown dog is sitting", things=(DOG,), events=(SITTING,))


def test_one_of_the_two_is_true_and_its_place_tells_nothing() -> None:
    asks = [a for seed in range(60) for a in either_or([FACT, FACT], random.Random(seed))]
    firsts = set()
    for ask in asks:
        (true,) = ask.answers
        assert true in ("brown", "dog", "sitting")
        before, after = ask.question.rstrip("?").split(" or ")
        assert (true in before.split()[-1:]) != (true in after.split())
        firsts.add((true, true in before))
    assert len(firsts) == 6


def test_the_wrong_answer_is_not_true_too() -> None:
    for seed in range(60):
        for ask in either_or([FACT, FACT], random.Random(seed)):
            said = set(ask.question.rstrip("?").split()) - {"dog", "brown", "sitting"}
            assert not said & (words.kindred("dog") - {"dog"})
            assert "sleeping" not in said
            assert "eating" not in said


def test_a_thing_of_two_colours_is_not_asked_about() -> None:
    grey = Thing(lemma="dog", name="dog", plural=False, colours=("gray",))
    two = CaptionFacts(text="a gray dog", things=(grey,), events=())
    asks = list(either_or([FACT, two], random.Random(0)))
    assert not any(ask.answers[0] in ("brown", "gray") for ask in asks)


@pytest.mark.parametrize(
    ("source", "truth"), [("scene15", "black and white"), ("flickr8k", "color")]
)
def test_colour_or_not_is_told_by_the_source(source: str, truth: str) -> None:
    record = Record(path="x", source=source)
    for seed in range(30):
        (ask,) = palette(record, random.Random(seed))
        if ask.family == "choice":
            assert ask.answers == (truth,)
        else:
            assert ask.answers == (("yes",) if truth in ask.question else ("no",))


def test_colour_is_not_asked_of_sources_that_are_not_known() -> None:
    assert list(palette(Record(path="x", source="own"), random.Random(0))) == []
    said = Record(path="x", source="flickr8k", captions=("A black and white photo of a man",))
    assert list(palette(said, random.Random(0))) == []

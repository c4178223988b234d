from __future__ import annotations

import pytest

from vqa.questions.nouns.mentions import earlier_clauses, nouns_of, predicate_noun


@pytest.mark.parametrize(
    ("text", "nouns"),
    [
        ("What is the man with the red hat holding?", ("man", "red hat")),
        ("When does the referee show the card?", ("referee", "card")),
        ("is the baby cute?", ("baby",)),
        ("is the shirt white or grey?", ("shirt",)),
        ("is the baby a boy or a girl?", ("baby", "boy", "girl")),
        ("are the dogs herons or storks", ("dog",)),
        ("is the old man beside the lake", ("old man", "lake")),
        ("does the long haired lady clap", ("long haired lady",)),
        ("how long does the whale breach near the end", ("whale",)),
        ("a group of friends", ("friend",)),
        ("what kind of dog you think it is", ()),
        ("the other people", ("person",)),
        ("is this filmed from above?", ()),
        ("that helps me", ()),
        ("the white one", ()),
        ("does he wear gloves?", ("glove",)),
        ("are there lots of dogs in the yard", ("dog", "yard")),
    ],
)
def test_nouns_of_a_text(text: str, nouns: tuple[str, ...]) -> None:
    assert nouns_of(text) == nouns


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("is the baby a boy", "boy"),
        ("is the man the referee", "referee"),
        ("is the man in the car", ""),
        ("what is the dog", ""),
    ],
)
def test_noun_that_a_subject_is_said_to_be(text: str, noun: str) -> None:
    assert predicate_noun(text) == noun


def test_clauses_before_the_last() -> None:
    assert earlier_clauses("is he in the ring or next to") == "is he in the ring"
    assert earlier_clauses("is he next to") == ""

from __future__ import annotations

import pytest

from vqa.english import is_plural, names_noun, plural_of, singular_of


def test_singular_of() -> None:
    many = "dogs buses ladies children wolves teddy_bears benches boxes shoes horses skis glasses taxis"
    one = "dog bus lady child wolf teddy_bear bench box shoe horse skis glasses taxi"
    assert [singular_of(name.replace("_", " ")) for name in many.split()] == [
        name.replace("_", " ") for name in one.split()
    ]
    for name in ("dog", "bus", "dress", "grass", "red car", "tennis", "cactus"):
        assert singular_of(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "dog", "man", "person", "bus", "wine glass", "knife", "cookie", "skis", "scissors", "quiz", "waltz",
        "snowman", "old man", "young person", "human", "", "  ",
    ],
)  # fmt: skip
def test_singular_of_plural_of_is_the_identity(name: str) -> None:
    assert singular_of(plural_of(name)) == name


@pytest.mark.parametrize(
    ("noun", "many"),
    [
        ("old man", "old men"), ("big red knife", "big red knives"), ("young person", "young people"),
        ("policewoman", "policewomen"), ("human", "humans"), ("quiz", "quizzes"), ("waltz", "waltzes"),
        ("black sheep", "black sheep"), ("wine glass", "wine glasses"), ("toy bus", "toy buses"), ("", ""), (" ", " "),
    ],
)  # fmt: skip
def test_the_last_word_of_a_phrase_becomes_plural(noun: str, many: str) -> None:
    assert plural_of(noun) == many


def test_a_plural_takes_are() -> None:
    assert all(map(is_plural, ("the men", "her trousers", "they", "these", "red cars", "people")))
    assert all(map(is_plural, ("the two", "the other three")))
    assert not any(
        map(
            is_plural,
            (
                "shot two",
                "the other one",
                "this",
                "his",
                "its",
                "the bus",
                "the woman",
                "that",
                "it",
            ),
        )
    )


def test_a_text_names_a_noun_by_whole_words() -> None:
    assert names_noun("the men on the left", "man")
    assert names_noun("The tall man's hat", "man")
    assert not names_noun("the woman", "man")
    assert not names_noun("the red bus and the car", "red hat")
    assert not names_noun("the dog", "")

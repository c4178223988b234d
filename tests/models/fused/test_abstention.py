from __future__ import annotations

import pytest

from vqa.models.fused.abstention import absent_sentence, is_named, neither_sentence


@pytest.mark.parametrize(
    "phrase",
    [
        *("a zebra", "a red car", "a tennis ball", "a bus", "an octopus", "a cactus", "a walrus", "a dress"),
        *("an umbrella", "an orange cat", "an uncle", "an unmade bed", "an oven", "an hour", "an heir"),
        *("a unicorn", "a uniform", "a university", "a union flag", "a one-way sign", "a ukulele", "a utility pole"),
        *("a horse", "a house", "a used car", "an x-ray", "an suv", "a european flag", "a urinal", "an urn"),
        *("children", "mice", "dogs", "buses", "people", "feet", "sheep", "scissors", "sunglasses", "tennis"),
        *("water", "snow", "bread", "rice", "furniture", "traffic", "wooden furniture", "orange juice"),
    ],
)  # fmt: skip
def test_absence_is_put_into_words(phrase: str) -> None:
    noun = phrase.removeprefix("a ").removeprefix("an ")
    assert absent_sentence(noun) == f"I do not see {phrase} in this video."


def test_none_of_several_is_put_into_words() -> None:
    assert neither_sentence(("dog", "orange cat")) == (
        "I see neither a dog nor an orange cat in this video."
    )
    assert neither_sentence(("water", "wine", "beer")) == (
        "I see neither water nor wine nor beer in this video."
    )


def test_what_has_no_name_is_that() -> None:
    assert absent_sentence("") == "I do not see that in this video."


@pytest.mark.parametrize(
    ("noun", "question"),
    [
        ("horse", "What color is the horse?"),
        ("dog", "How many dogs are there?"),
        ("dogs", "Where is the dog?"),
        ("tennis ball", "Where is the tennis ball?"),
        ("man", "What color is the man's shirt?"),
        ("child", "What are the children, if any, doing?"),
        ("bus", "How many buses are there?"),
        ("dog", 'Where is the "dog"?'),
        ("t-shirt", "What color is the t-shirt?"),
    ],
)
def test_what_was_asked_for_is_said_to_be_missing(noun: str, question: str) -> None:
    assert is_named(noun, question)


@pytest.mark.parametrize(
    ("noun", "question"),
    [
        ("person", "What color is it?"),
        ("man", "How many times does it jump?"),
        ("bus", "What is the building made of?"),
        ("cat", "What does the dog catch?"),
        ("car", "What is on the card?"),
        ("tennis ball", "Who plays tennis?"),
        ("", "What is it?"),
        (" ", "What is it?"),
    ],
)
def test_what_was_not_asked_for_is_not_said_to_be_missing(noun: str, question: str) -> None:
    assert not is_named(noun, question)

from __future__ import annotations

import pytest

from vqa.english import without_article
from vqa.questions.normalization.normalize import normalized_wording
from vqa.questions.nouns.entities import (
    bare_noun,
    head_noun,
    presence_target,
    subject_of,
    without_visibility_words,
)


@pytest.mark.parametrize(
    ("phrase", "noun"),
    [
        ("the big old rusty car", "car"),
        ("a very big old rusty car with wheels", "car"),
        ("the tall young man in red", "tall young man"),
        ("the two big old wooden chairs", "chair"),
        ("the little old lady's big red hat", "lady's hat"),
        ("the man laugh very loudly outside", "man"),
        ("the small white ceramic coffee cup that he holds", "cup"),
        ("the second car", "second car"),
    ],
)
def test_the_noun_of_a_phrase_is_its_last_word(phrase: str, noun: str) -> None:
    assert head_noun(phrase) == noun


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("Is there a cat?", "cat"),
        ("And is there an umbrella?", "umbrella"),
        ("Are there any dogs in the video?", "dog"),
        ("Can you see a red car?", "red car"),
        ("Do you see a man in this clip?", "man"),
        ("do you see people", "person"),
        ("Does the video show a bike?", "bike"),
        ("Does this clip contain any snow?", "snow"),
        ("Is a dog visible?", "dog"),
        ("Are dogs visible in the scene?", "dog"),
        ("Are any dogs present?", "dog"),
        ("Can a fire hydrant be seen in the picture?", "fire hydrant"),
        ("Does a dog appear in the video?", "dog"),
        ("Is a cat in the video?", "cat"),
        ("is there any snow in this clip", "snow"),
        ("Is there a tv on screen?", "tv"),
        ("Is there a bus here?", "bus"),
        ("Is there a building?", "building"),
        ("Are there any wine glasses at all?", "wine glass"),
        ("Is there a present?", "present"),
        ("Are there any trees pictured?", "tree"),
        ("Any dogs in here?", "dog"),
        ("Is it a cat?", "cat"),
        ("Isn't that a red car?", "red car"),
        ("There is a dog, right?", "dog"),
        ("Could there be a dog?", "dog"),
        ("Is there a physical therapist?", "physical therapist"),
        ("Is there a direct flight?", "direct flight"),
        ("Is there any physical contact?", "contact"),
        ("Is there a real cowboy?", "cowboy"),
    ],
)
def test_a_question_of_presence_names_one_thing(question: str, thing: str) -> None:
    assert presence_target(normalized_wording(question)) == thing


@pytest.mark.parametrize(
    "question",
    [
        "Is the dog running?",
        "Is there a dog running?",
        "Is there more than one person?",
        "Are there two dogs?",
        "Are there 2 dogs?",
        "Are there enough chairs?",
        "Is there a dog on the couch?",
        "Is there a dog nearby?",
        "Are there clouds in the sky?",
        "Is there a dog and a cat?",
        "Is there a dog or a cat?",
        "Is there a dog that barks?",
        "Is there a dog at the end?",
        "Is there a dog first?",
        "Is it a sunny day?",
        "Is this a video?",
        "Is that a dog on the couch?",
        "Is it a dog or a cat?",
        "Is there a small brown and white dog?",
        "Does the dog appear before the cat?",
        "Is the shirt red in the video?",
        "Is it there?",
        "Is there one?",
        "Do you see anyone?",
        "Is there a sound?",
        "Is this indoors?",
        "What is there?",
        "Is there",
    ],
)
def test_what_asks_more_or_names_nothing_is_no_question_of_presence(question: str) -> None:
    assert presence_target(normalized_wording(question)) is None


def test_what_only_says_that_a_thing_is_seen_is_no_part_of_its_name() -> None:
    assert without_visibility_words("a dog appear in the video") == "a dog"
    assert without_visibility_words("the red car first visible on screen") == "the red car"
    assert without_article("the red car") == "red car"
    assert without_article("anything") == "anything"


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("What color is the cat?", "cat"),
        ("what colour are the cars in the video", "car"),
        ("What is the color of the man's shirt?", "man's shirt"),
        ("Where is the dog?", "dog"),
        ("Where are the children sitting?", "child"),
        ("And where is the fire hydrant located?", "fire hydrant"),
        ("What is the dog doing?", "dog"),
        ("What are the people doing in the video?", "person"),
        ("What is the little girl hiding behind?", "little girl"),
        ("How many dogs are there?", "dog"),
        ("How many wine glasses can you see?", "wine glass"),
        ("How many birds are in the video?", "bird"),
        ("What is next to the bus?", "bus"),
        ("What is on top of the table?", "table"),
    ],
)
def test_what_a_question_is_about_is_named(question: str, subject: str) -> None:
    assert subject_of(normalized_wording(question)) == subject


@pytest.mark.parametrize(
    "question",
    [
        "What color is it?",
        "What color is the sky?",
        "What is in the background?",
        "Where is this?",
        "Where was the video filmed?",
        "What is the video about?",
        "What is happening?",
        "How many scenes does the video have?",
        "What happens after the dog runs?",
        "What is the man in the red shirt on the left doing?",
        "Who is riding the horse?",
        "Is the dog brown?",
        "Is there a dog?",
        "Describe the video.",
    ],
)
def test_what_names_nothing_to_look_for_has_no_subject(question: str) -> None:
    assert subject_of(normalized_wording(question)) is None


def test_a_count_without_a_noun_presupposes_nothing() -> None:
    assert subject_of("how many are there?") is None


def test_a_thing_is_no_verb() -> None:
    assert subject_of("what is the red thing on the table?") is None
    assert subject_of("what is the red bird eating?") == "red bird"


def test_a_number_is_no_part_of_a_noun() -> None:
    assert bare_noun("two actions") == "action"
    assert bare_noun("the one") == "the one"

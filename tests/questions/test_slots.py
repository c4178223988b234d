"""Slots of whole questions: subject, target, options, presence."""

from __future__ import annotations

import pytest

from tests.questions.messages import sentence_encoder
from vqa.questions.classifiers.slot_tagger import TaggedPhrase
from vqa.questions.interpretation.slots import fill_slots, find_options
from vqa.questions.parse import parse
from vqa.types import Answer, Turn


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("I left my umbrella in that shop, is there an umbrella please?", "umbrella"),
        ("can you check if there is a helmet anywhere", "helmet"),
        ("is anybody in the video?", "person"),
    ],
)
def test_presence_in_any_wording_is_scored_by_the_bare_noun(text: str, noun: str) -> None:
    question = parse(text)
    assert (question.intent, question.target) == ("presence", noun)
    assert question.asks_presence
    assert question.scored_noun == noun


@pytest.mark.parametrize(
    "text", ["Is there a man in the car?", "Are there more than two dogs?", "are there two cats?"]
)
def test_more_than_presence_is_left_to_the_model(text: str) -> None:
    assert not parse(text).asks_presence


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("does she wear a hat or a scarf", ("hat", "scarf")),
        ("tell me, is the shop open or closed", ("open", "closed")),
        ("what pattern has the sofa", ("plain", "striped", "checkered", "dotted", "floral")),
        ("how long is her hair", ("long", "short")),
        ("is it indoors or outdoors", ("indoors", "outdoors")),
        ("Is it a dog or a cat?", ("dog", "cat")),
    ],
)
def test_options_in_any_wording(text: str, options: tuple[str, ...]) -> None:
    assert parse(text).options == options


def test_a_few_words_that_name_nothing_are_about_the_subject_before() -> None:
    before = Turn(question="what is the dog doing?", answer=Answer(text="barking"))
    assert parse("how often?", [before]).subject == "dog"


def test_a_person_who_was_not_mentioned_is_named_by_the_pronoun() -> None:
    assert parse("what is she wearing?").subject == "woman"


def test_a_subject_before_two_options_is_no_option() -> None:
    query = "are the men best friends or angry strangers"
    texts = ("men", "best friends", "angry strangers")
    phrases = [
        TaggedPhrase(role="option", text=text, start=query.index(text), end=len(text))
        for text in texts
    ]
    assert find_options(query, phrases, "choice") == texts[1:]


def test_a_mark_before_or_is_no_option() -> None:
    assert parse("is it h264 ? or hevc").options == ("h264", "hevc")


@pytest.mark.parametrize(
    ("text", "offer", "options"),
    [
        ("are there men or women", ("men", "women"), ("man", "woman")),
        ("does he read books or watch films", ("read books", "watch films"), ("read books", "watch films")),
        ("are they men in shorts or women in skirts", ("men in shorts", "women in skirts"), ("men in shorts", "women in skirts")),
    ],
)  # fmt: skip
def test_options_become_singular_if_they_are_plural_nouns(
    text: str, offer: tuple[str, ...], options: tuple[str, ...]
) -> None:
    assert fill_slots(text, text, (), "choice", offer).options == options


@pytest.mark.parametrize(
    ("phrase", "noun"),
    [("flowers open", "flower"), ("trousers move", "trousers"), ("two dogs", "dog"), ("these dogs", "dog"), ("both men", "man")],
)  # fmt: skip
def test_a_counted_noun_is_no_number(phrase: str, noun: str) -> None:
    phrases = [TaggedPhrase(text=phrase, role="subject", start=0, end=len(phrase))]
    assert fill_slots("count them", "count them", phrases, "count", ()).subject.split()[-1] == noun


def test_punctuation_and_words_that_the_question_lacks_are_no_options() -> None:
    query = "is the gentleman inside the hall, yes or no"
    for first in (",", "parrot"):
        phrases = [
            TaggedPhrase(role="option", text=text, start=0, end=len(text))
            for text in (first, "hall")
        ]
        assert "" not in find_options(query, phrases, "choice")
        assert first not in find_options(query, phrases, "choice")


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("What is the older gentleman wearing?", "man"),
        ("What is the grumpy chap holding?", "man"),
        ("What is the young lady doing?", "woman"),
        ("What is the tall man wearing?", "man"),
        ("What is the skier wearing?", "skier"),
        ("Is there an older gentleman?", "older gentleman"),
        ("What is the white dog holding?", "white dog"),
    ],
)
def test_words_of_the_writer_for_a_person_are_not_searched_literally(
    question: str, noun: str
) -> None:
    assert parse(question).scored_noun == noun


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("is that person a woman", "verify"),
        ("is this person a child?", "verify"),
        ("is that person a celebrity", "person_identity"),
        ("who is she dressed up as?", "identify"),
    ],
)
def test_sex_and_age_group_are_no_identity(text: str, intent: str) -> None:
    assert parse(text, encoder=sentence_encoder()).intent == intent


@pytest.mark.parametrize(
    ("text", "subject", "aspect"),
    [
        ("describe the shoes of the man", "man", "shoes"),
        ("describe the man's shoes", "man", "shoes"),
    ],
)
def test_the_part_of_a_thing_is_described(text: str, subject: str, aspect: str) -> None:
    question = parse(text)
    assert (question.intent, question.subject, question.aspect) == (
        "describe_part",
        subject,
        aspect,
    )


@pytest.mark.parametrize("text", ["is it a cat or what?", "is that a cat or what"])
def test_what_is_no_option(text: str) -> None:
    question = parse(text)
    assert (question.intent, question.target, question.options) == ("presence", "cat", ())


@pytest.mark.parametrize("text", ["and how big?", "how heavy", "and how large is it"])
def test_the_size_after_a_fact_of_the_file_is_that_of_the_file(text: str) -> None:
    history = [Turn(question="how long is the video?", answer=Answer(text="9 seconds"))]
    question = parse(text, history, encoder=sentence_encoder())
    assert (question.intent, question.fact) == ("file_info", "size")

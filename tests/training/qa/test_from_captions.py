from __future__ import annotations

import random

import pytest

from vqa.english import plural_of
from vqa.questions.sentences.options import options_of
from vqa.training.data.records import Record
from vqa.training.qa import lexicon as words
from vqa.training.qa.boxes import OBJECT_NAMES, from_boxes
from vqa.training.qa.caption_parser import CaptionFacts, Event, NounPhrase
from vqa.training.qa.from_captions import from_captions
from vqa.training.qa.noun_statistics import missing_people
from vqa.training.qa.question_answer import QAPair

COMMON = ["guitar", "boat", "horse", "umbrella"]

FREQUENCIES = dict.fromkeys(OBJECT_NAMES, 1)


def facts(number: int | None = 1) -> tuple[CaptionFacts, ...]:
    dog = NounPhrase(lemma="dog", name="dog", plural=number != 1, colours=("brown",), number=number)
    beach = NounPhrase(lemma="beach", name="beach", plural=False)
    running = Event(
        subject="dog",
        plural=number != 1,
        verb="run",
        doing="running",
        place_word="on",
        place="beach",
    )
    one = CaptionFacts(
        text="a brown dog is running on the beach", things=(dog, beach), events=(running,)
    )
    return (one, one, one)


def sample_questions(number: int | None = 1) -> list[QAPair]:
    return [
        a for seed in range(30) for a in from_captions(facts(number), COMMON, random.Random(seed))
    ]


@pytest.mark.parametrize("number", [0, 11, 400])
def test_numbers_without_a_name_are_not_asked_for(number: int) -> None:
    assert not {"count", "yesno-count"} & {qa.family for qa in sample_questions(number)}


def test_answers_come_from_the_captions() -> None:
    by_family: dict[str, set[str]] = {}
    for qa in sample_questions():
        by_family.setdefault(qa.family, set()).update(qa.answers)
    assert by_family["action"] == {"running"}
    assert by_family["color"] == {"brown"}
    assert by_family["count"] == {"one"}
    assert {"beach", "outdoors"} <= by_family["location"]
    assert by_family["presence"] == {"yes", "no"}


@pytest.mark.parametrize("number", [1, 2])
def test_presence_answers_are_correct(number: int) -> None:
    for qa in sample_questions(number):
        if qa.family == "presence":
            is_mentioned = any(w in qa.question for w in ("dog", "beach"))
            assert qa.answers == ("yes" if is_mentioned else "no",)


def test_counts_need_the_full_view() -> None:
    assert all(
        qa.needs_full_view for qa in sample_questions(2) if qa.family in ("count", "yesno-count")
    )
    assert {a for qa in sample_questions(2) if qa.family == "count" for a in qa.answers} == {"two"}


def test_related_words_never_count_as_absent() -> None:
    for qa in (
        a
        for s in range(50)
        for a in from_captions(facts(), ["puppy", "sand", "boat"], random.Random(s))
    ):
        if qa.answers == ("no",) and qa.family == "presence":
            assert "puppy" not in qa.question
            assert "sand" not in qa.question


def test_boxes_give_counts_and_absence() -> None:
    record = Record(
        path="x",
        source="s",
        objects=(
            ("dog", 0.2, 0.5, 0.3, 0.4),
            ("dog", 0.7, 0.5, 0.3, 0.4),
            ("bed", 0.5, 0.8, 0.9, 0.3),
        ),
    )
    qa_pairs = [
        a for seed in range(30) for a in from_boxes(record, random.Random(seed), FREQUENCIES)
    ]
    assert {a.answers for a in qa_pairs if a.family == "count" and a.subject == "dog"} == {("two",)}
    for qa in qa_pairs:
        if qa.family == "absent":
            embed_frames = "dog" in qa.question.replace("hot dog", "") or "bed" in qa.question
            assert qa.answerable == embed_frames
            assert bool(qa.answers) != embed_frames
    assert {a.answerable for a in qa_pairs if a.family == "absent"} == {True, False}
    places = [a for a in qa_pairs if a.family == "yesno-place"]
    assert places
    assert all((a.answers == ("yes",)) == ("indoors" in a.question) for a in places)


def test_one_of_two_box_options_is_visible() -> None:
    record = Record(path="x", source="s", objects=(("dog", 0.2, 0.5, 0.3, 0.4),))
    qa_pairs = [
        a for seed in range(30) for a in from_boxes(record, random.Random(seed), FREQUENCIES)
    ]
    choices = [qa for qa in qa_pairs if qa.family == "choice"]
    assert {qa.answers for qa in choices} == {("dog",)}
    offered = [options_of(qa.question) for qa in choices]
    assert all(pair is not None and "dog" in pair for pair in offered)
    assert {pair.index("dog") for pair in offered if pair is not None} == {0, 1}


def test_a_record_without_boxes_gives_no_questions() -> None:
    assert list(from_boxes(Record(path="x", source="s"), random.Random(0), FREQUENCIES)) == []


@pytest.mark.parametrize(
    ("noun", "many"), [("dog", "dogs"), ("bus", "buses"), ("man", "men"), ("city", "cities")]
)
def test_plurals(noun: str, many: str) -> None:
    assert plural_of(noun) == many


def test_related_words_are_symmetric() -> None:
    assert "puppy" in words.related_words("dog")
    assert "dog" in words.related_words("puppy")
    assert words.related_words("piano") == {"piano"}


def test_people_are_absent_only_if_no_caption_mentions_them() -> None:
    def captions_about(noun: str) -> list[CaptionFacts]:
        thing = NounPhrase(lemma=noun, name=noun, plural=False, colours=(), number=None)
        return [CaptionFacts(text=f"the {noun} waits", things=(thing,), events=())] * 3

    assert "woman" in missing_people(captions_about("dog"), random.Random(0))
    assert set(missing_people(captions_about("man"), random.Random(0))) <= {"woman", "girl"}
    assert missing_people(captions_about("crowd"), random.Random(0)) == []

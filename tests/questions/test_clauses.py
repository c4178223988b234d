from __future__ import annotations

import pytest

from vqa.questions.conversation.discourse import Discourse, read_history
from vqa.questions.parse import parse
from vqa.questions.sentences.clause_parsing import certain_clause
from vqa.questions.sentences.clauses import (
    how_many_people,
    is_complete,
    latest_clause,
    subject_noun,
    what_question,
    who_question,
)
from vqa.types import Answer, Turn


def discourse_of(question: str, answer: str) -> Discourse:
    turn = Turn(question=question, answer=Answer(text=answer))
    return read_history([turn], [parse(question)])


@pytest.mark.parametrize(
    ("question", "answer", "clause"),
    [
        ("is the man waving?", "yes", "is the man waving"),
        ("what color is the car", "red", "is the car red"),
        ("how many ducks are there", "three", "are there three ducks"),
        ("what is the woman doing?", "dancing", "is the woman dancing"),
        ("what does the clown do?", "juggles", "does the clown juggle"),
        ("what does the man do?", "goes home", "does the man go home"),
        ("what does the man do?", "fixes the car", "does the man fix the car"),
        ("what does the man do?", "carries a bag", "does the man carry a bag"),
        ("what does the man do?", "has lunch", "does the man have lunch"),
        (
            "what does the man do?",
            "slowly gets up and sits down",
            "does the man slowly get up and sit down",
        ),
        ("what does the man do?", "eats fish and chips", "does the man eat fish and chips"),
        ("what does the dog do?", "is asleep", "is the dog asleep"),
        ("where is the ball", "under the table", "is the ball under the table"),
        ("what is she holding", "umbrella", "is she holding an umbrella"),
        ("who is on the swing", "a girl", "is the girl on the swing"),
        ("who is on the swing", "two girls", "are the girls on the swing"),
        ("what is in the field", "three brown cows", "are the brown cows in the field"),
    ],
)
def test_a_question_and_its_answer_become_a_yes_no_question(
    question: str, answer: str, clause: str
) -> None:
    assert str(latest_clause(discourse_of(question, answer))) == clause


def test_a_question_without_a_usable_answer_has_no_clause() -> None:
    assert latest_clause(discourse_of("what color is the car", "I don't see a car.")) is None


def test_the_parts_of_a_clause() -> None:
    clause = latest_clause(discourse_of("is the old man reading a book", "yes"))
    assert clause is not None
    assert (clause.verb, clause.predicate) == ("is", "reading a book")
    assert subject_noun(clause) == "old man"


@pytest.mark.parametrize(
    ("question", "be"),
    [
        ("did the men walk?", "are"),
        ("can they walk?", "are"),
        ("did the man walk?", "is"),
        ("were the men up?", "were"),
    ],
)
def test_the_form_of_be_agrees_with_the_subject(question: str, be: str) -> None:
    clause = latest_clause(discourse_of(question, "yes"))
    assert clause is not None
    assert clause.be == be


@pytest.mark.parametrize(
    ("who", "how_many"),
    [
        ("who falls off", "how many people fall off"),
        ("who has a hat", "how many people have a hat"),
        ("who ever carries a bag", "how many people ever carry a bag"),
        ("who was there", "how many people are there"),
        ("who can swim", "how many people can swim"),
    ],
)
def test_many_people_take_a_plural_verb(who: str, how_many: str) -> None:
    assert how_many_people(who) == how_many


def test_an_adverb_is_not_inflected() -> None:
    clause = latest_clause(discourse_of("does anyone ever fall off", "yes"))
    assert clause is not None
    assert who_question(clause) == "who ever falls off"


def test_the_question_word_for_an_indefinite_pronoun() -> None:
    somebody = latest_clause(discourse_of("does anyone touch the vase", "yes"))
    something = latest_clause(discourse_of("is he carrying something", "yes"))
    assert somebody is not None
    assert something is not None
    assert who_question(somebody) == "who touches the vase"
    assert what_question(something) == "what is he carrying"
    assert who_question(something) == ""


@pytest.mark.parametrize(
    ("text", "complete"),
    [
        ("he was standing before", True),
        ("so the kids are asleep", False),
        ("what kind of flowers are these", True),
        ("what color is that", False),
        ("the man who is sitting", False),
        ("is it?", False),
    ],
)
def test_questions_and_statements_with_their_own_verb_are_complete(
    text: str, complete: bool
) -> None:
    assert is_complete(text) is complete


def test_a_person_named_by_what_he_wears() -> None:
    clause = certain_clause("is the red hat guy leaving", "red hat")
    assert clause is not None
    assert (clause.subject, clause.predicate) == ("the red hat guy", "leaving")


def test_two_nouns_are_one_subject() -> None:
    clause = certain_clause("do the dog and the man ever appear together", "dog")
    assert clause is not None
    assert (clause.subject, clause.predicate) == ("the dog and the man", "ever appear together")

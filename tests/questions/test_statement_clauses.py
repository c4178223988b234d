"""Statements beside the question of a sentence are remarks."""

from __future__ import annotations

import pytest

from tests.questions.messages import wordings_of
from vqa.questions.messages.statement_clauses import (
    report_as_request,
    split_statements,
    with_plain_tag,
)
from vqa.questions.parse import parse
from vqa.types import Answer, Turn


@pytest.mark.parametrize(
    ("text", "before", "question", "after"),
    [
        ("In the hall I can see a lamp, but is there a chair?", "In the hall I can see a lamp", "but is there a chair?", ""),
        ("the dog runs off, does he come back?", "the dog runs off", "does he come back?", ""),
        ("is there a lift, because my mother can't walk", "", "is there a lift", "because my mother can't walk"),
        ("what season is it, I'm thinking autumn", "", "what season is it", "I'm thinking autumn"),
        ("Before I send it, what is on the table?", "Before I send it", "what is on the table?", ""),
        ("there's a light, I can't tell whether it's a car or a house", "there's a light", "tell me whether it's a car or a house", ""),
        ("Now the shelf below, there's a red thing, what is it?", "Now the shelf below, there's a red thing", "what is it?", ""),
    ],
)  # fmt: skip
def test_statements_are_split_off(text: str, before: str, question: str, after: str) -> None:
    clauses = split_statements(text)
    assert clauses is not None
    assert (clauses.before, clauses.question, clauses.after) == (before, question, after)


@pytest.mark.parametrize(
    "text",
    [
        "If he falls, does he get up?",
        "the dog or the cat, which is bigger?",
        "There is a dog, is there?",
        "when the man sits down, what does the woman do?",
        "is it red, or is it blue?",
        "At 0:05, there's a dog, what is it doing?",
        "what is it, I mean the left one",
        "a red car, a bus",
    ],
)
def test_other_sentences_stay_whole(text: str) -> None:
    assert split_statements(text) is None


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("tell me what kind of car it is and whether it is new", ("tell me what kind of car it is", "tell me whether it is new")),
        ("I need to know how long it is and if it has sound", ("tell me how long it is", "tell me if it has sound")),
        ("how does it end, is the man still in the picture?", ("how does it end", "is the man still in the picture?")),
        ("are the knees bent, and would you say both skis are green?", ("are the knees bent", "are both skis green?")),
        ("is there a vase, and where?", ("is there a vase?", "where?")),
        ("is it sunny all day or do clouds come in?", ("is it sunny all day or do clouds come in?",)),
        ("why's it so loud, is it a party or is the mic bad?", ("why's it so loud. is it a party or is the mic bad?",)),
        ("we can't agree whether he slips or jumps", ("tell me whether he slips or jumps",)),
        ("In the shop there is a lamp, it is red or blue?", ("In the shop there is a lamp. is it red or blue?",)),
        ("is she sitting, kneeling, lying down?", ("is she sitting, kneeling or lying down?",)),
        ("what is the dog doing, is it running or lying down?", ("what is the dog doing. is it running or lying down?",)),
    ],
)  # fmt: skip
def test_questions_of_one_sentence(text: str, questions: tuple[str, ...]) -> None:
    assert wordings_of(text) == questions


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("one more question: is there a bus?", "is there a bus?"),
        ("you've been kind, last one: does it bark?", "does it bark?"),
        ("my mum thinks he's wearing a wig and I say it's a hat", "is he wearing a wig or a hat?"),
        ("at the far wall is there a clock?", "is there a clock at the far wall?"),
        ("she wants to know more so tell me what he does", "tell me what he does"),
        ("my son wants to know if the cat is asleep", "tell me if the cat is asleep"),
        ("now the tall man, I have to write down what he wears", "tell me what he wears"),
        ("around which second does he leave, and around which second does she come?", "around which second does she come?"),
        ("I collect clips and I'm wondering if this is usable, what is he throwing?", "what is he throwing?"),
    ],
)  # fmt: skip
def test_the_question_of_a_long_sentence(text: str, question: str) -> None:
    assert wordings_of(text)[-1].endswith(question)


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("can you make out what the people are wearing?", "what are the people wearing?"),
        ("tell me what the girl in red does", "what does the girl in red do"),
        ("what building we can see here?", "what building can we see here?"),
        ("is the boy w/o a hat running?", "is the boy without a hat running?"),
        ("how many kids involved?", "how many kids are involved?"),
        (
            "what does the one in the pinkish jacket do?",
            "what does the person in the pinkish jacket do?",
        ),
    ],
)
def test_wordings_of_reported_questions(text: str, wording: str) -> None:
    assert parse(text).rendered == wording


@pytest.mark.parametrize(
    "text",
    [
        "when he is in the car, is the dog there?",
        "where the car is parked, is there a tree nearby?",
        "who is he, do you know?",
        "what brand is it, does it say?",
        "how many are there, can you count them?",
        "is he wearing a red hat, or is it something else?",
        "is he just curious, or bored?",
        "there is a man at 0:10, what is he doing?",
        "is there a dog, i think at 0:05?",
        "it is a man, or is it a woman?",
        'is there a sign that says "sorry, we are closed"?',
        "is it the first time he has fallen?",
        "is he sitting on a bench, reading a book?",
        "is it a wolf, i guess, or a dog?",
        "is he talking to me, my friend or the dog?",
        "on the other hand, is he wearing gloves?",
        "i agree what a nice dog",
        "how can you say he is happy?",
        "could that be translated?",
        "the tennis match?",
    ],
)
def test_ordinary_questions_keep_all_their_words(text: str) -> None:
    assert wordings_of(text) == (text,)


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("i know what he is doing, but why?", "but why?"),
        ("i don't know what it is called, is it a pan?", "is it a pan?"),
        ("the man is wearing a hat, is there something on it?", "is there something on it?"),
        ("what is he doing, and is she holding something?", "is she holding something?"),
        ("describe the man and is he tall?", "is he tall?"),
        ("he is happy, do you think?", "is he happy?"),
    ],
)
def test_the_question_behind_another_clause(text: str, last: str) -> None:
    assert wordings_of(text)[-1].endswith(last)


@pytest.mark.parametrize(
    ("earlier", "answer", "text", "wording"),
    [
        ("is there a cat?", "yes", "does it jump from the table?", "does the cat jump from the table?"),
        ("is there a man?", "yes", "how old do you think?", "how old is the man?"),
        ("what is he doing?", "dancing", "what else do you think?", "what else is he doing?"),
        ("does he stay under water?", "yes", "how long do you think?", "how long does he stay under water?"),
    ],
)  # fmt: skip
def test_a_follow_up_with_a_hedge(earlier: str, answer: str, text: str, wording: str) -> None:
    history = [Turn(question=earlier, answer=Answer(text=answer), parsed=parse(earlier))]
    assert parse(text, history).resolved == wording


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the man sings, doesn't he?", "the man sings, right?"),
        ("the dog doesn't bark, does it?", "the dog doesn't bark, right?"),
        ("she isn't sad is she", "she isn't sad, right?"),
        ("you can see a boat, can't you?", "you can see a boat, right?"),
        ("he won't fall, will he?", "he won't fall, right?"),
        ("so that was a tower, was it?", "so that was a tower, right?"),
        ("is it a dog, is it?", "is it a dog, is it?"),
        ("It is round, what on earth is it?", "It is round, what on earth is it?"),
        ("the woman in red, does she?", "the woman in red, does she?"),
        ("when the man falls does he", "when the man falls does he"),
    ],
)
def test_a_tag_with_the_verb_of_its_statement_becomes_right(text: str, expected: str) -> None:
    assert with_plain_tag(text) == expected


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("The man is not singing, is he?", "is The man singing?"),
        ("the woman looks happy, doesn't she", "does the woman look happy?"),
        ("the people are walking, aren't they", "are the people walking?"),
        ("he can swim, can't he?", "can he swim?"),
        ("there aren't any birds are there", "are there any birds?"),
        ("she has a hat on, hasn't she?", "does she have a hat on?"),
    ],
)
def test_a_tag_asks_about_its_whole_statement(text: str, rendered: str) -> None:
    assert parse(text).rendered == rendered


@pytest.mark.parametrize(
    ("text", "request_text"),
    [
        ("she wants to know its color", "what is its color"),
        ("my son asks the name of the dog", "what is the name of the dog"),
        ("My wife wonders about the color of the car", "what is the color of the car"),
        ("my son wants to know is the dog old", "is the dog old"),
        ("he is asking how old the boy is", "tell me how old the boy is"),
        ("can't tell if that's a man", "tell me if that's a man"),
        ("she wants to know me", "she wants to know me"),
    ],
)
def test_what_somebody_wants_to_know_is_asked(text: str, request_text: str) -> None:
    assert report_as_request(text) == request_text

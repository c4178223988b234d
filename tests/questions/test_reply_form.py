from __future__ import annotations

import pytest

from vqa.questions.parse import parse


@pytest.mark.parametrize(
    ("question", "fields"),
    [
        ("what is he playing with?", {"asks_tool"}),
        ("what is the girl painting with", {"asks_tool"}),
        ("who hits who?", {"asks_whom"}),
        ("who is in the car?", {"asks_present"}),
        ("who is there?", {"asks_present"}),
        ("who throws the ball?", set()),
        ("is he up?", set()),
    ],
)
def test_what_else_an_indirect_question_asks(question: str, fields: set[str]) -> None:
    form = parse(question).form
    names = ("asks_tool", "asks_whom", "asks_present")
    assert {name for name in names if getattr(form, name)} == fields


def test_the_words_of_an_indirect_question() -> None:
    assert parse("What is the Dog doing?").form.words == ("what", "the", "dog", "is", "doing")
    assert parse("Dogs?").form.words == ()


@pytest.mark.parametrize(
    "question",
    [
        "was he both hands empty?",
        "is the girl both eyes closed?",
        "is he shoes on?",
        "is hers shoes on?",
        "is the man 2 hands up?",
        "is his head at any point?",
        "is the dog at all?",
        "is it the same guy in both parts, same clothes i mean?",
        "is she happy i mean really happy?",
        "was the dog in the yard, the big one?",
        "is the lamp on the table same?",
        "is he looking at you?",
        "is the cat happy it is eating?",
    ],
)
def test_an_uncertain_clause_is_not_repeated(question: str) -> None:
    form = parse(question).form
    assert (form.verb, form.subject, form.predicate) == ("", "", "")
    assert not form.indirect


@pytest.mark.parametrize(
    ("question", "predicate"),
    [
        ("is the lamp on the whole time?", "on the whole time"),
        ("is the flag red, white and blue?", "red, white and blue"),
        ("is that a long, thin stick in his hand?", "a long, thin stick in his hand"),
        ("is he always running?", "always running"),
        ("are they both wearing hats?", "both wearing hats"),
        ("is the man on the other side tall?", "tall"),
        ("is this the man who is running?", "the man who is running"),
        ("is he dressed in black?", "dressed in black"),
    ],
)
def test_a_certain_clause_is_repeated(question: str, predicate: str) -> None:
    assert parse(question).form.predicate == predicate


def test_both_verbs_of_an_indirect_question_are_in_the_third_person() -> None:
    form = parse("does the boy fall or just stumble?").form
    assert form.indirect == "whether the boy falls or just stumbles"
    assert parse("does she hold a cup or a ball?").form.indirect.endswith("a cup or a ball")


@pytest.mark.parametrize(
    ("question", "has_actions"),
    [
        ("does he jump or throw a ball", True),
        ("is she cooking or cleaning", True),
        ("is he inside the ring or leaving it", True),
        ("does he hold a bat or a ball", False),
        ("is it a meeting or a wedding", False),
        ("is he up or down", False),
        ("is he up", False),
    ],
)
def test_only_verbs_are_offered_actions(question: str, has_actions: bool) -> None:
    assert parse(question).form.offers_actions is has_actions


def test_the_words_of_the_options_in_the_question() -> None:
    form = parse("who began, the one in the red top or a man in green?").form
    assert form.option_phrases == ("the one in the red top", "a man")
    assert parse("is it open or shut").form.option_phrases == ("", "")
    assert parse("is it open").form.option_phrases == ()


@pytest.mark.parametrize(
    ("question", "is_thing"),
    [("what is on the wall", True), ("what is the toy", True), ("what is she in", False), ("what is on the floor of the room", False)],
)  # fmt: skip
def test_a_question_for_a_thing_that_no_room_can_be(question: str, is_thing: bool) -> None:
    assert parse(question).form.asks_thing is is_thing


@pytest.mark.parametrize(
    ("question", "indirect"),
    [
        (
            "what does the man in the dark red jacket do?",
            "what the man in the dark red jacket does",
        ),
        ("what does the girl with the big hat hold?", "what the girl with the big hat holds"),
        ("is this one running or lying down?", "whether this one is running or lying down"),
        ("what is the boy without the shirt doing?", "what the boy without the shirt is doing"),
    ],
)
def test_the_subject_of_an_indirect_question_keeps_its_modifiers(
    question: str, indirect: str
) -> None:
    assert parse(question).form.indirect == indirect


@pytest.mark.parametrize(
    ("question", "end"),
    [
        ("which comes later, the dog or the cat?", "last"),
        ("who arrives sooner, the man or the boy?", "first"),
        ("does the dog or the cat come last", "last"),
        ("what is the first to appear, the dog or the cat", "first"),
        ("which is seen earlier in the video, the ship or the truck", "first"),
        ("what appears last, the red car or the first bus?", "last"),
        ("is the first cat black or white", ""),
        ("is it the last scene or the middle one", ""),
    ],
)
def test_the_end_of_an_order_that_is_asked_for(question: str, end: str) -> None:
    assert parse(question).form.order_end == end

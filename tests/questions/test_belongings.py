from __future__ import annotations

import pytest

from tests.questions.test_antecedents import ask


@pytest.mark.parametrize(
    ("exchanges", "resolved"),
    [
        (["Is there a dog?", "yes", "has it got a leash?", "yes", "anyone walking with it?"], "is anyone walking with the dog"),
        (["Is there a dog?", "yes", "has it got a leash?", "yes", "is it leather?"], "is the leash leather"),
        (["What is the dog carrying?", "a ball", "which room is it in?"], "which room is the dog in"),
        (["What is the dog carrying?", "a ball", "what color is it?"], "what color is the ball"),
        (["What does the cat have in its mouth?", "a mouse", "is it on the carpet?"], "is the cat on the carpet"),
        (["Is the horse wearing a blanket?", "yes", "is it striped?"], "is the blanket striped"),
        (["Is the horse wearing a blanket?", "yes", "is it in a stable?"], "is the horse in a stable"),
        (["Is the horse wearing a blanket?", "no", "is it brown?"], "is the horse brown"),
        (["Where is the van?", "on a road", "does it have a ladder?", "yes", "where is it parked?"], "where is the van parked"),
        (["Is the dog on a leash?", "yes", "who holds it?"], "who holds the leash"),
        (["Is there a statue?", "yes", "what is the kid wearing?", "a white shirt", "does he climb on it?"], "does the kid climb on the statue"),
        (["What is the kid wearing?", "a white shirt", "is it dirty?"], "is the white shirt dirty"),
        (["What is the boy wearing?", "a red shirt", "is the bigger one happy?"], "is the bigger boy happy"),
        (["Does the room have a window?", "yes", "is it open?"], "is the window open"),
        (["Does the table have a drawer?", "yes", "is it next to the wall?"], "is the table next to the wall"),
        (["Are there two cars?", "yes", "do they crash?"], "do the cars crash"),
        (["How many dogs are there?", "two", "do all of them have tails?", "yes", "does one of them have a collar?"], "does one of the dogs have a collar"),
        (["Do the dogs have collars?", "yes", "do they have toys?"], "do the dogs have toys"),
        (["Do the horses have saddles?", "yes", "are they running?"], "are the horses running"),
        (["Do the dogs have collars?", "yes", "are they red?"], "are the collars red"),
        (["Do the cats have bells?", "yes", "is one of them a kitten?"], "is one of the cats a kitten"),
        (["Are the girls holding balloons?", "yes", "what color are they?"], "what color are the balloons"),
        (["What is the boy wearing?", "a blue shirt", "are some of them outside?"], "are some of the boys outside"),
        (["Is the man carrying a bag?", "no", "is it on his back?"], "is the bag on the man's back"),
        (["Is there a dog?", "yes", "is that thing in the corner a bin?"], "is that thing in the corner a bin"),
        (["What is the dog looking at?", "a cat", "is it on the sofa?"], "is the cat on the sofa"),
    ],
)  # fmt: skip
def test_it_is_the_owner_of_a_belonging_or_the_belonging(
    exchanges: list[str], resolved: str
) -> None:
    assert ask(*exchanges).resolved.lower().rstrip("?") == resolved


@pytest.mark.parametrize(
    ("exchanges", "resolved"),
    [
        (["What is the girl eating?", "ice", "Who gives it to her?", "a woman", "what color is her dress?"], "what color is the girl's dress"),
        (["Is there a boy?", "yes", "who is hugging him?", "a man", "is he crying?"], "is the boy crying"),
        (["Is there a man?", "yes", "who is next to him?", "a man", "is he tall?"], "is the man tall"),
        (["Is there a woman?", "yes", "who is talking to her?", "a man", "is he tall?"], "is the man tall"),
        (["Is there a baby?", "yes", "who is holding him?", "a man", "does he have a beard?"], "does the man have a beard"),
    ],
)  # fmt: skip
def test_the_person_acted_on_stays_the_one_that_the_conversation_is_about(
    exchanges: list[str], resolved: str
) -> None:
    assert ask(*exchanges).resolved.lower().rstrip("?") == resolved


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Is the dog on a lead?", "Which colour?"),
        ("Is he wearing a hat?", "what color is the hat?"),
        ("Is the dog next to a car?", "where is the car?"),
    ],
)
def test_what_yes_says_to_be_in_the_video_is_known(question: str, text: str) -> None:
    assert ask(question, "yes", text).known_present
    assert not ask(question, "no", text).known_present


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("what else is there besides mountains?", ("mountain",)),
        ("what else can you see apart from the man and the dog?", ("dog", "man")),
        ("other than the sofa what is there?", ("sofa",)),
        ("what is there?", ()),
    ],
)
def test_what_a_question_excepts_is_no_answer(text: str, names: tuple[str, ...]) -> None:
    assert ask(text).excluded_names == names


def test_a_remark_on_the_writers_people_introduces_nobody() -> None:
    assert ask("my grandma would adore him").intent == "acknowledge"
    question = ask("Is there a dog?", "yes", "my brother looks like him", "", "is it running?")
    assert question.resolved == "is the dog running?"

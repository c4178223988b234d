from __future__ import annotations

import pytest

from tests.questions.test_antecedents import ask
from vqa.questions.conversation.doubts import claim_of_doubt, perceived_thing


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("r u sure it wasnt a fight", "was it a fight?"),
        ("so you're certain that nobody is there?", "is anybody there?"),
        ("really sure the dog doesnt have a collar", "does the dog have a collar?"),
        ("are you sure about the dog being wet?", "is the dog wet?"),
        ("ok but u sure theres only one", "only one?"),
        ("are you sure?", ""),
        ("are you sure about that?", ""),
        ("is the man sure of it?", ""),
    ],
)
def test_a_doubt_asks_its_claim(text: str, question: str) -> None:
    assert claim_of_doubt(text) == question


@pytest.mark.parametrize(
    ("exchanges", "intent"),
    [
        (["Are they fighting?", "no", "what happens next?", "a dog runs", "r u sure it wasnt a fight"], "presence"),
        (["Is the dog running?", "yes", "what color is it?", "brown", "are you sure its running"], "verify"),
        (["What animal is it?", "a dog", "are you sure it's a dog?"], "certainty"),
        (["Is the dog wet?", "yes", "are you sure the dog is wet?"], "certainty"),
    ],
)  # fmt: skip
def test_a_doubt_about_the_latest_answer_rates_it(exchanges: list[str], intent: str) -> None:
    assert ask(*exchanges).intent == intent


@pytest.mark.parametrize(
    ("exchanges", "rendered"),
    [
        (["I believe I also saw a pizza. Am I mistaken?"], "is there a pizza?"),
        (["I thought there was a pizza too. Was there?"], "is there a pizza?"),
        (["I did see some logs though, didn't I?"], "are there any logs?"),
        (["i see a pizza on the table"], "is there a pizza on the table?"),
        (["We saw some horses in the field."], "are there any horses in the field?"),
        (["what is the man doing?", "walking", "I also noticed a bicycle"], "is there a bicycle?"),
    ],
)
def test_a_thing_that_the_writer_saw_is_asked_for(exchanges: list[str], rendered: str) -> None:
    question = ask(*exchanges)
    assert (question.intent, question.rendered) == ("presence", rendered)


@pytest.mark.parametrize(
    "text",
    ["I see", "I see a problem", "I saw a dog like that yesterday", "I saw a movie about this once", "I see no dog"],
)  # fmt: skip
def test_the_life_of_the_writer_asks_for_no_thing(text: str) -> None:
    assert perceived_thing(text) == ""


def test_a_thing_seen_where_the_answer_has_none_corrects_it() -> None:
    assert ask("is there a car?", "no", "I see a car").rendered == "I see a car"

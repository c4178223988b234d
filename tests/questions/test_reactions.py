from __future__ import annotations

import pytest

from tests.questions.messages import sentence_encoder
from tests.questions.test_antecedents import ask
from vqa.questions.conversation.reactions import (
    corrected_noun,
    exclamation_noun,
    is_exclamation,
    is_thanks,
)
from vqa.questions.parse import parse
from vqa.types import Answer, Turn


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("what a cute pup", "pup"),
        ("omg what a lovely little dog!", "dog"),
        ("such a pretty garden", "garden"),
        ("what a mess", "mess"),
        ("beautiful birds!", "bird"),
        ("love this kitchen", "kitchen"),
        ("poor thing", ""),
        ("how cute", ""),
        ("aww so sweet :)", ""),
        ("this is hilarious lol", ""),
        ("looks delicious", ""),
        ("awww", ""),
        ("haha", ""),
        ("good boys :)", "boy"),
        ("clever dog", "dog"),
    ],
)
def test_exclamations_ask_nothing(text: str, noun: str) -> None:
    assert is_exclamation(text)
    assert exclamation_noun(text) == noun
    assert parse(text).intent == "acknowledge"


@pytest.mark.parametrize(
    "text",
    ["cute dog?", "sweet potato", "great dane", "like the cat", "what a man does", "what a woman in red holds", "how cute is it", "a cat", "", "strange sound"],
)  # fmt: skip
def test_questions_are_no_exclamations(text: str) -> None:
    assert not is_exclamation(text)
    assert exclamation_noun(text) == ""


def test_an_animal_of_an_exclamation_is_what_it_refers_to() -> None:
    history = ["What a cute pup", "All right.", "is it asleep?"]
    assert ask(*history).resolved == "is the pup asleep?"
    assert (
        ask("Is there a man?", "yes", "cute dog!", "ok", "is it wet?").resolved == "is the dog wet?"
    )


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("its a cat not a dog", "cat"),
        ("no, that's a fox", "fox"),
        ("wrong, it is actually a van, not a car", "van"),
        ("no thats wrong", ""),
        ("no, that's a mistake", ""),
        ("it's a cat in a box", "cat"),
        ("Hmm I think that's a man actually, what do you think?", "man"),
        ("that looks more like a young lady to me", "young lady"),
        ("pretty sure he's not a boy, she's clearly a girl", "girl"),
        ("you made a mistake", ""),
        ("is it a cat", ""),
        ("", ""),
    ],
)
def test_a_correction_names_a_noun(text: str, noun: str) -> None:
    assert corrected_noun(text) == noun


def test_it_refers_to_what_a_correction_names() -> None:
    texts = ("what animal is this", "what is it doing", "no, that's a fox")
    history: list[Turn] = []
    for text, answer in zip(
        texts, ("dog", "playing", "Thank you for the correction."), strict=True
    ):
        parsed = parse(text, history)
        history.append(Turn(question=text, answer=Answer(text=answer), parsed=parsed))
    assert parse("what color is it", history).resolved == "what color is the fox"


@pytest.mark.parametrize("text", ["thanks", "ok thank you so much", "good bot", "thx, that helps"])
def test_thanks_ask_nothing(text: str) -> None:
    assert is_thanks(text)


@pytest.mark.parametrize(
    "text", ["thanks, can you write one line about it", "thank you. and the cat?", "good boy"]
)
def test_thanks_before_a_request_are_no_thanks_alone(text: str) -> None:
    assert not is_thanks(text)


@pytest.mark.parametrize(
    ("question", "answer", "text", "intent"),
    [
        ("what color are the chairs?", "red", "they look more like a dark orange to me than like a red", "correction"),
        ("what color are the chairs?", "red", "i disagree with you, the chairs in that room are red and not blue", "correction"),
        ("what color are the chairs?", "red", "we have the same chairs at our school and the kids love them", "acknowledge"),
    ],
)  # fmt: skip
def test_a_long_message_that_contradicts_the_answer_is_a_correction(
    question: str, answer: str, text: str, intent: str
) -> None:
    encoder = sentence_encoder()
    earlier = parse(question, encoder=encoder)
    history = [Turn(question=question, answer=Answer(text=answer), parsed=earlier)]
    assert parse(text, history, encoder=encoder).intent == intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("We have a lovely dog at home that looks exactly the same as him.", "acknowledge"),
        ("I take care of horses every weekend and they are never that calm.", "acknowledge"),
        ("All right then, you have a lovely evening and take care, my friend.", "goodbye"),
    ],
)
def test_a_long_remark_is_a_goodbye_only_by_its_wishes(text: str, intent: str) -> None:
    assert parse(text).intent == intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("haha my son would love this, thanks", "thanks"),
        ("lol his face. ok thx", "thanks"),
        ("omg that dog", "acknowledge"),
        ("that's the cutest thing ever, thank you", "thanks"),
        ("my dog does the same haha", "acknowledge"),
        ("cats are so cute", "acknowledge"),
        ("i could watch this all day", "acknowledge"),
        ("sing something", "social"),
        ("do you like pizza?", "social"),
        ("is it good for my back too?", "safety"),
        ("is it bad for the knees", "safety"),
        ("is it a good video?", "opinion"),
    ],
)
def test_remarks_without_a_question(text: str, intent: str) -> None:
    question = parse(text, encoder=sentence_encoder())
    assert question.intent == intent

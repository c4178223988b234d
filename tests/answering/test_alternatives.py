from __future__ import annotations

from dataclasses import replace

import pytest

from tests.questions.messages import parts_of
from vqa.answering.replies import full_sentence
from vqa.questions.parse import parse
from vqa.types import Answer, Turn


@pytest.mark.parametrize(
    ("question", "answer", "reply"),
    [
        ("are they happy or are they sad", "women", "I can't tell whether they are happy or sad."),
        ("they are happy or they are sad?", "women", "I can't tell whether they are happy or sad."),
        ("are the women sisters or rivals?", "women", "I can't tell whether the women are sisters or rivals."),
        ("does the car move, or is it me that moves?", "bench", "I can't tell whether the car moves or it is me that moves."),
        ("is the crane moving or the truck", "bench", "I can't tell."),
        ("does she use both arms or one arm", "yes", "I can't tell whether she uses both arms or one arm."),
        ("does it land on the mat or next to it", "no", "I can't tell whether it lands on the mat or next to it."),
        ("is the gate open or shut", "yes", "I can't tell whether the gate is open or shut."),
        ("does he look tired or bored to you", "person", "I can't tell whether he looks tired or bored."),
        ("does she really bite it or is it just a photo", "eating", "I can't tell whether she really bites it or it is just a photo."),
        ("does the horse clear it or does it knock a pole", "jumping", "I can't tell whether the horse clears it or knocks a pole."),
        ("is she wearing a ring? or a watch or anything", "gloves", "I can't tell whether she is wearing a ring or a watch."),
        ("did she slip or was she pulled", "woman", "I can't tell whether she slips or she was pulled."),
    ],
)  # fmt: skip
def test_an_answer_that_is_no_alternative_is_refused(
    question: str, answer: str, reply: str
) -> None:
    assert full_sentence(parse(question), answer) == reply


@pytest.mark.parametrize(
    ("question", "answer", "reply"),
    [
        ("does the boy jump or just hop", "hop", "The boy hops."),
        ("does she hold a cup or does she eat?", "cup", "She holds a cup."),
        ("does she eat or does she hold a cup?", "cup", "She holds a cup."),
        ("is she holding a cup or is she eating?", "cup", "She is holding a cup."),
        ("does he have a red or blue hat?", "red", "Red."),
        ("is he jumping on the bed or sleeping on the sofa?", "sleeping", "He is sleeping on the sofa."),
        ("is the jacket darker than the jeans?", "jacket", "Yes, as far as I can see."),
        ("is the jacket darker than the jeans?", "jeans", "No, the jeans."),
        ("is it a big or small dog?", "big", "Big."),
        ("is he wearing a yellow or light coloured jacket?", "yellow", "Yellow."),
        ("is it a dog or cat?", "dog", "A dog."),
        ("is it a man or woman here?", "man", "A man."),
        ("does she hold an apple or an orange?", "orange", "An orange."),
        ("is the engine real or a toy", "toy", "A toy."),
        ("was it there in the first half or the second half", "first half", "In the first half."),
        ("do they dance or fight", "dance", "They dance."),
        ("at the very end, does she stop or keep going?", "keep going", "She keeps going."),
        ("is it the real place or is that just a photo", "that is just a photo", "That is just a photo."),
        ("is the woman cooking or cleaning", "cooking", "The woman is cooking."),
        ("is the crane moving or the truck", "truck", "The truck."),
        ("is it the crane or the truck that moves", "crane", "The crane."),
        ("does the truck stop or does it turn around", "turn around", "The truck turns around."),
        ("is she reading a book or is it a phone", "book", "She is reading a book."),
        ("is the ball on the left or on the right", "left", "On the left."),
        ("does it look like a real dog or just a couple of toys", "couple of toys", "A couple of toys."),
        ("is it a dance or a fight", "dance", "A dance."),
        ("is the gate open or shut", "shut", "Shut."),
        ("who began, the one in the checked coat or the other one", "checked coat", "The one in the checked coat."),
        ("who began, the one in the checked coat or the other one", "other coat", "The other one."),
        ("which one began, the person in the checked coat or the other one", "checked coat", "The person in the checked coat."),
        ("do you see anybody jump, or are they down by then", "somebody jumps", "Somebody jumps."),
        ("do you see anybody trip, or are they down by then", "", "I can't tell whether they are down by then."),
        ("is the lady inside the tent, or sitting beside it", "inside the tent", "Inside the tent."),
        ("does he hold a bat or a ball", "bat", "A bat."),
        ("does she wear a ring or a watch", "watch", "A watch."),
        ("does it show a dance or a fight", "fight", "A fight."),
        ("does he hold a stick or rope", "rope", "Rope."),
        ("is this a wedding or a meeting", "meeting", "A meeting."),
        ("does she read books or watch films", "watch films", "She watches films."),
        ("was the boy walking or running", "running", "The boy was running."),
        ("were they fighting or dancing", "dancing", "They were dancing."),
        ("does the man in shorts jump or fall", "fall", "The man in shorts falls."),
        ("does she blink, does she smile or does she cry", "smile", "She smiles."),
        ("does the goalkeeper dive, jump or just stand", "jump", "The goalkeeper jumps."),
        ("is the boat sailing or tied up in the harbour", "tied up in the harbor", "The boat is tied up in the harbor."),
        ("is he waving or more like stopping a bus", "stopping a bus", "He is stopping a bus."),
        ("is anybody else training or is the hall empty", "somebody else is training", "Somebody else is training."),
        ("are they eating together or does each have a plate", "each has a plate", "Each has a plate."),
        ("who holds it, the girl or someone else", "girl", "The girl."),
    ],
)  # fmt: skip
def test_an_alternative_is_told_in_the_words_of_the_question(
    question: str, answer: str, reply: str
) -> None:
    assert full_sentence(parse(question), answer) == reply


@pytest.mark.parametrize(
    "text",
    ["who is wearing green?", "and who is wearing green?", "ok so which one is wearing green"],
)
def test_the_side_of_the_one_that_is_asked_for_names_that_one(text: str) -> None:
    history = [Turn(question="is there a man?", answer=Answer(text="yes"))]
    assert full_sentence(parse(text, history), "left") == "The man on the left."


def test_alternatives_that_are_asked_of_the_latest_answer_get_one_of_them() -> None:
    history = [Turn(question="what is she doing", answer=Answer(text="hopping"))]
    question = parse("both feet together or one foot?", history)
    assert question.options == ("both feet together", "one foot")
    assert full_sentence(question, "one foot") == "One foot."


def test_it_before_a_person_refers_to_no_thing() -> None:
    history = [Turn(question="is there a truck", answer=Answer(text="yes"))]
    assert "is it him" in parse("does the crane move or is it him that moves", history).resolved
    history = [Turn(question="what color is the truck", answer=Answer(text="red"))]
    question = parse("does it look like a real video or like photos", history)
    assert "truck" not in question.resolved


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("was the gate broken at all, or is there no way to tell?", "Yes, the gate was broken."),
        ("is the gate open or can't you tell", "Yes, the gate is open."),
        ("is the gate open, or is it impossible to say?", "Yes, the gate is open."),
        ("is she carrying anything, like a bag or a box?", "Yes, she is carrying something."),
    ],
)
def test_a_question_without_a_real_alternative_is_answered_by_yes(
    question: str, reply: str
) -> None:
    assert full_sentence(parse(question), "yes") == reply


def test_an_offer_to_refuse_is_no_question_of_its_own() -> None:
    parts = parts_of("was the gate broken at all, or is there no way to tell?")
    assert [part.kind for part in parts] == ["question"]


def test_clauses_that_make_no_sentence_are_no_alternatives() -> None:
    question = parse("he does a leg thing, a kick or is he falling")
    assert not question.form.offers_clauses
    question = parse("and then he does a leg thing, is that a kick or is he falling?")
    assert question.options == ("that is a kick", "he is falling")


def test_it_behind_an_alternative_refers_to_a_thing_of_the_question() -> None:
    history = [Turn(question="is there a truck", answer=Answer(text="yes"))]
    question = parse("is the man inside the tent, or sitting beside it?", history)
    assert "truck" not in question.resolved


def test_an_alternative_is_told_as_it_was_typed() -> None:
    question = parse("which one began, the one in the checked scarf or the other one?")
    resolved = "which one began, the desk in the checked scarf or the other person?"
    reply = full_sentence(replace(question, resolved=resolved), "checked scarf")
    assert reply == "The one in the checked scarf."

from __future__ import annotations

import pytest

from vqa.answering.kind_mismatch import reply_to_other_kind
from vqa.answering.replies import full_sentence
from vqa.questions.parse import parse


@pytest.mark.parametrize(
    ("question", "answer", "reply"),
    [
        ("what breed is the dog", "dog", "I can't tell the breed, only that I see a dog."),
        ("what breed is the dog", "golden retriever", ""),
        ("what kind of flowers are these", "applying makeup", "I can't tell the kind of flower."),
        ("what kind of shoes does he have?", "shirt", "I can't tell the kind of shoe."),
        ("what kind of hair does the woman have?", "brown", "Brown hair."),
        ("what is next to the mirror", "mirror", "I can't tell anything else there than the mirror."),
        ("what animal is it", "dog", ""),
        ("what sport is this", "playing tennis", ""),
        ("what is the man holding", "guitar", ""),
        ("which one is red", "car", "I can't tell which one is red."),
        ("what breed is it", "peas", "I can't tell the breed."),
        ("what breed is it", "cat", "I can't tell the breed, only that I see a cat."),
        ("what city is that", "vienna", "I can't tell the city."),
        ("in which country it was filmed?", "beach", "I can't tell the country, only that I see a beach."),
        ("which one is the tallest", "boy", "I can't tell which one is the tallest, only that I see a boy."),
        ("what kind of street is it", "street", "I can't tell the kind of street."),
        ("what game is she playing", "pink", "I can't tell the kind of game."),
        ("what is behind the woman", "applying makeup", "I can't tell what is behind the woman."),
        ("what is she coloring her eye with", "coloring her eye", "I can't tell what she is coloring her eye with."),
        ("which country is this", "stage", "I can't tell the country, only that I see a stage."),
        ("what exercise is this", "mat", "I can't tell the kind of exercise."),
        ("what exercise is this", "kicking", ""),
        ("which one came first, the car or the bus", "surfer", "I can't tell which one."),
        ("which one is on the left", "on the left", "I can't tell which one is on the left."),
        ("what breed is the dog", "brown and white", "I can't tell the breed."),
        ("which cup is it under", "left", "The left one."),
        ("who hits the man", "rope", "I can't tell who hits the man."),
        ("who hits the man", "another boy", ""),
        ("which one is getting the makeup", "applying makeup", "I can't tell which one is getting the makeup."),
        ("which of them have glasses", "glasses", "I can't tell which of them have glasses."),
        ("what does the dog have in its mouth", "brown and white", "I can't tell, only that it is brown and white."),
        ("what kind of dog is it", "golden retriever", ""),
        ("what kind of dog is it", "dog", "I can't tell the kind of dog."),
        ("what trick is this", "yard", "I can't tell the kind of trick."),
        ("which one has jeans", "black", "The black one."),
        ("which one has a hat", "hat", "I can't tell which one has a hat."),
        ("what bird is that", "black", "A black bird."),
        ("what is the man wearing on his head", "shirt", "I can't tell what the man is wearing on his head."),
        ("what is the man wearing on his head", "hat", ""),
        ("what is behind", "girl", ""),
        ("who throws the first punch", "man", "I can't tell who throws the first punch, only that I see a man."),
        ("who started the argument", "people", "I can't tell who started the argument, only that I see people."),
        ("who has the yellow helmet", "people", "I can't tell who has the yellow helmet, only that I see people."),
        ("which boxer is losing", "man", "I can't tell which boxer is losing, only that I see a man."),
        ("which wrestler is in front", "black", "The one in black."),
        ("which one punched", "white", "The one in white."),
        ("who kicked who", "man", "I can't tell who kicked whom."),
        ("who kicks the bottle", "man", ""),
        ("who starts the engine", "man", ""),
        ("who kicks the boy", "a man", "I can't tell who kicks the boy, only that I see a man."),
        ("who hit him first", "one boy", "I can't tell who hit him first, only that I see one boy."),
        ("which truck wins", "red", "A red truck."),
        ("which team loses", "red", "The one in red."),
        ("which drawer does she push first", "red", "I can't tell which drawer she pushes first."),
        ("which color is the winner's hat", "red", ""),
        ("who is stronger", "two men", "I can't tell who is stronger, only that I see two men."),
        ("who is dancing", "person", "I can't tell who is dancing, only that I see a person."),
        ("who is dancing", "woman", ""),
        ("who opens the window", "boy", ""),
        ("who is in the car", "people", ""),
        ("which workout does he do", "lying down", "I can't tell which workout he does, only that he is lying down."),
        ("what sport is she doing", "standing", "I can't tell the kind of sport, only that she is standing."),
        ("what activity is it", "sleeping", ""),
        ("what building would that be", "standing", "I can't tell the kind of building."),
        ("what is the round thing on his head", "banana", "I can't tell what the round thing on his head is."),
        ("what is on the woman's skirt", "skirt", "I can't tell anything else there than the skirt."),
        ("what is she cutting with", "woman", "I can't tell what she is cutting with."),
        ("which muscles does it train", "subway", "I can't tell which muscles it trains."),
        ("what is he lifting", "tennis", "I can't tell what he is lifting."),
        ("what does she move", "birthday", "I can't tell what she moves."),
        ("what are they carrying around", "old", "I can't tell what they are carrying around."),
        ("what has he got in his hand", "birthday", "I can't tell what he has in his hand."),
        ("what is next to the dog", "old", "I can't tell what is next to the dog."),
        ("what is next to the dog", "campfire", ""),
        ("which part of his body is on the roller", "end", "I can't tell which part of his body is on the roller."),
        ("what part of the body does it train", "street", "I can't tell what part of the body it trains."),
        ("which part of his body is on the roller", "legs", ""),
        ("what is he lifting", "barbell", ""),
        ("what is he holding", "remote", ""),
        ("which toy does the dog have", "dog", "I can't tell which toy the dog has."),
        ("what toy is that", "dog", ""),
        ("what is on the table", "lunch", ""),
        ("what are they celebrating", "birthday", ""),
        ("who is behind the man", "man", "Another man."),
        ("what is behind the man", "man", "I can't tell anything else there than the man."),
        ("what is he throwing", "frisbee", ""),
    ],
)  # fmt: skip
def test_an_answer_of_another_kind_is_not_given_for_the_kind(
    question: str, answer: str, reply: str
) -> None:
    assert reply_to_other_kind(parse(question), answer) == reply


@pytest.mark.parametrize(
    ("question", "answer", "reply"),
    [
        ("what is the shiny thing on the door", "bedroom", "I can't tell what the shiny thing on the door is."),
        ("what is on the table", "office", "I can't tell what is on the table."),
        ("what are the white stripes at the top", "color", "I can't tell what the white stripes at the top are."),
        ("what toy is that", "woman", "I can't tell what toy that is."),
        ("what animal is it", "truck", "I can't tell what animal it is."),
        ("what is around her waist", "phone", "I can't tell what is around her waist."),
        ("what changes", "remote", "I can't tell the change."),
        ("what is this", "kitchen", "A kitchen."),
        ("what is the building in the back", "church", "A church."),
        ("what is on his head", "bird", "A bird."),
        ("what animal is it", "dog", "A dog."),
    ],
)  # fmt: skip
def test_an_answer_of_an_impossible_kind_is_refused(question: str, answer: str, reply: str) -> None:
    assert full_sentence(parse(question), answer) == reply


@pytest.mark.parametrize(
    ("question", "answer", "reply"),
    [
        ("which way does the man walk", "dog", "I can't tell which way the man walks."),
        ("what are his arms doing", "standing", "I can't tell what his arms are doing, only that he is standing."),
        ("which one is on the chair", "red", "The red one."),
        ("where is the man", "red", "I can't tell where the man is."),
        ("what is it?", "something", "I can't tell what it is."),
        ("is there a man's hat?", "yes", "Yes, I see the man's hat."),
    ],
)  # fmt: skip
def test_a_whole_reply_fits_the_kind(question: str, answer: str, reply: str) -> None:
    assert full_sentence(parse(question), answer) == reply

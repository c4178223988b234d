from __future__ import annotations

from dataclasses import replace

import pytest

from vqa.answering.descriptions import is_no_garment
from vqa.answering.replies import full_sentence
from vqa.answering.reply_times import at_time
from vqa.questions.parse import parse
from vqa.types import Answer, TimeRange, Turn


@pytest.mark.parametrize(
    ("question", "answer", "reply"),
    [
        ("does he run", "yes", "Yes, he runs."),
        ("what ball is it?", "in the water", "I can't tell what ball it is."),
        ("is that dark thing in the corner a lamp?", "no", "No, that dark thing in the corner is not a lamp."),
        ("is this thing a phone?", "yes", "Yes, this thing is a phone."),
        ("which side of the man is the lamp on?", "right", "The lamp is on the right."),
        ("are any of the dogs wet?", "yes", "Yes, some of the dogs are wet."),
        ("is any of the dogs black", "yes", "Yes, some of the dogs are black."),
        ("is most of the grass wet?", "yes", "Yes, most of the grass is wet."),
        (
            "does the reddish one on the stove have a lid?",
            "yes",
            "Yes, the reddish one on the stove has a lid.",
        ),
        ("is the tall one running?", "no", "No, the tall one is not running."),
        ("is there some grown-up close by?", "no", "No, I don't see any adult close by."),
        ("is there some man on the left?", "no", "No, I don't see a man on the left."),
        ("is there a railway wagon?", "yes", "Yes, there is a railway wagon."),
        ("what is behind her?", "color", "I can't tell what is behind her."),
        ("where is the dog?", "color", "I can't tell where the dog is."),
        ("what animal is it?", "color", "I can't tell what animal it is."),
        ("is there nobody in the hall", "yes", "Right, nobody is in the hall."),
        (
            "is she taller than the other girl",
            "girl",
            "I can't tell whether she is taller than the other girl.",
        ),
        ("where is the cat looking", "in the mirror", "At the mirror."),
        ("what was before", "cat", "A cat."),
        ("which sport is at the end", "tennis", "Tennis."),
        ("is the hat darker than the coat", "coat", "No, the coat."),
        ("is the hat darker than the coat", "hat", "Yes, as far as I can see."),
        ("eyes what color", "brown", "The eyes are brown."),
        ("Who starts it?", "", "I can't tell who starts it."),
        ("does the arms turn", "no", "No, the arms don't turn."),
        (
            "does the girl look happy or a bit worried",
            "bench",
            "I can't tell whether the girl looks happy or a bit worried.",
        ),
        ("she is carry a box", "yes", "Yes, she is carrying a box."),
        ("he is smile", "no", "No, he is not smiling."),
        ("he looks like he is waiting, right?", "no", "No, he is not waiting."),
        ("does the long haired lady clap", "yes", "Yes, the long haired lady claps."),
        ("does the small old man sit down", "no", "No, the small old man doesn't sit down."),
        ("is there blood", "no", "No, I don't see blood."),
        ("is there eye contact between them", "no", "No, I don't see eye contact between them."),
        ("are there peoples in the room", "no", "No, I don't see any people in the room."),
        ("where are this children", "grass", "The children are in the grass."),
        ("what two womans are doing", "dancing", "The two women are dancing."),
        (
            "what does the boy in the red shirt do first",
            "running",
            "The boy in the red shirt is running.",
        ),
        ("can you see his shoes", "yes", "Yes, I see his shoes."),
        ("where is the car", "carpet", "The car is on the carpet."),
        ("where is the ring", "string", "The ring is by the string."),
        ("where is the car", "the cars", "I can't tell where the car is."),
        ("who is there", "people", "People."),
        (
            "just before that she was sitting?",
            "",
            "I can't tell whether she was sitting just before that.",
        ),
        ("does the boy in white clap", "no", "No, the boy in white doesn't clap."),
        (
            "before that she was just sitting?",
            "",
            "I can't tell whether she was just sitting before that.",
        ),
        (
            "what is the other leg doing",
            "sitting",
            "I can't tell what the other leg is doing, only that someone is sitting.",
        ),
        (
            "what are her feet doing",
            "walking",
            "I can't tell what her feet are doing, only that she is walking.",
        ),
        (
            "is she on the left or on the right",
            "dog",
            "I can't tell whether she is on the left or on the right.",
        ),
        (
            "does the boy hold a cup or a ball",
            "table",
            "I can't tell whether the boy holds a cup or a ball.",
        ),
        (
            "what is the man who fell over wearing",
            "40",
            "I can't tell what the man who fell over is wearing.",
        ),
        ("color of the shirts", "white", "The shirts are white."),
        ("what colour is the cashier wearing", "red", "The cashier is wearing red."),
        ("who is taller", "", "I can't tell who is taller."),
        ("where are the people", "fighting", "I can't tell where the people are."),
        ("what is this man lifting", "", "I can't tell what this man is lifting."),
        ("are there people watching", "yes", "Yes, there are people watching."),
        ("are there people watching", "no", "No, I don't see any people watching."),
        ("what colour are the two men wearing", "black", "The two men are wearing black."),
        ("what colour are his trainers", "black", "His trainers are black."),
        ("how many guys are fighting", "zero", "I don't see any guys."),
        ("what is he playing with", "others", "I can't tell what he is playing with."),
        ("is the man waving at me", "yes", "Yes, the man is waving at you."),
        ("are they on my left", "no", "No, they are not on your left."),
        ("what is he lying on", "ground", "The ground."),
        ("do they wear shirts", "no", "No, they don't wear shirts."),
        ("did the dog bark", "no", "No, the dog didn't bark."),
        ("did anybody fall", "no", "No, nobody did."),
        ("where is the man", "mat", "The man is on the mat."),
        ("where is the dog", "kitchen", "The dog is in the kitchen."),
        ("where is the man", "microphone", "The man is by the microphone."),
        ("where is the man looking", "guitar", "At the guitar."),
        ("where are his hands", "standing", "I can't tell where his hands are."),
        ("what does she do next", "something on a banana", "Something on a banana."),
        ("what is the guy doing", "using a computer", "The guy is using a computer."),
        ("where is this", "mat", "I can't tell the place, only that I see a mat."),
        ("which way does he go", "right", "To the right."),
        ("where is the car going", "bridge", "Toward the bridge."),
        ("is he carrying something", "no", "No, he is not carrying anything."),
        ("is the boy jumping too", "no", "No, the boy is not jumping."),
        ("what color is her shirt", "black", "Her shirt is black."),
        ("its beak colour", "black", "Its beak is black."),
        ("can you see people", "yes", "Yes, there are people."),
        ("does the other one do anything", "yes", "Yes, the other one does something."),
        ("what are these two guys up to", "", "I can't tell what these two guys are doing."),
        ("Can you see anyone's face?", "no", "No, I don't see anyone's face."),
        ("how many ppl total", "two", "I count two people."),
        ("looks like an angry face to me, no?", "yes", "Yes, it is an angry face."),
        ("is there a dog at least", "no", "No, I don't see a dog."),
        ("Then what hair has she?", "brown", "Brown hair."),
        ("which way do they turn", "toward the camera", "Toward the camera."),
        ("which bottle does it grab", "bottle", "I can't tell which bottle it grabs."),
        ("What colour is the person's clothing?", "black", "The person's clothing is black."),
        ("what is he lifting bro", "sitting", "I can't tell what he is lifting."),
        (
            "when does he first go down",
            "I cannot tell when",
            "I can't tell when he first goes down.",
        ),
        (
            "what can you see behind the person",
            "no",
            "I can't tell what is behind the person.",
        ),
        ("is that hair I see?", "yes", "Yes, as far as I can see."),
        ("it is the time or the points?", "time", "The time."),
        ("is it seen from above or from the ground", "from above", "From above."),
        ("which way do they turn", "cut", "I can't tell which way they turn."),
        ("what is the white thing on the left", "white", "I can't tell, only that it is white."),
        (
            "what does the one in the dark jacket do",
            "fighting",
            "The person in the dark jacket is fighting.",
        ),
        ("can you see anybody else?", "yes", "Yes, there is somebody else."),
        ("what color is the car on the left", "red", "The car on the left is red."),
        ("what is the man in white doing", "kicking", "The man in white is kicking."),
        ("which way do they tilt their heads", "right", "To the right."),
        ("where does the light come from", "window", "From the window."),
        ("what is she putting on her face", "applying eye makeup", "Eye makeup."),
        ("what is he holding", "sitting", "I can't tell what he is holding."),
        ("what is in the hand", "person", "I can't tell what is in the hand."),
        (
            "what is he doing with his arms",
            "jumping",
            "I can't tell what he is doing with his arms, only that he is jumping.",
        ),
        ("what is she doing with her hands", "clapping", "The woman is clapping."),
        (
            "what is he wearing on his knees",
            "uniform",
            "I can't tell what he is wearing on his knees.",
        ),
        (
            "are there any lights in the distance",
            "no",
            "No, I don't see any lights in the distance.",
        ),
        ("are they gentlemen or ladies", "gentleman", "Gentlemen."),
        ("where is this", "running", "I can't tell where this is."),
        ("does the young man have a beard", "no", "No, the young man doesn't have a beard."),
        ("what is that", "black", "I can't tell, only that it is black."),
        ("what is that", "no", "I can't tell what that is."),
        ("what is behind the woman", "no", "I can't tell what is behind the woman."),
        ("what does the man do", "mattting", "I can't tell what the man does."),
        ("what is he doing", "holding", "The man is holding something."),
        ("what sport is this", "golf", "Golf."),
        ("what is the flower doing", "picking flowers", "I can't tell what the flower is doing."),
        ("so nobody's holding it?", "yes", "Yes, nobody is holding it."),
        (
            "what does the man on the left do",
            "brick wall",
            "I can't tell what the man on the left does.",
        ),
        ("where is the bus", "on street", "The bus is on the street."),
        ("where is the boy", "in bed", "The boy is in bed."),
        ("which side does she look", "left", "To the left."),
        ("how many of the people are women", "one", "I count one woman."),
        ("is anybody stealing something", "no", "No, nobody is stealing anything."),
        ("where is the bar", "on", "I can't tell where the bar is."),
        ("where is the cup", "one", "I can't tell where the cup is."),
        ("are there three persons here", "three", "Yes, I count three people."),
        ("is someone holding a phone", "no", "No, nobody is holding a phone."),
        ("is anyone else training there", "yes", "Yes, someone else is training there."),
        (
            "is the lady in the green wearing a hat",
            "no",
            "No, the lady in the green is not wearing a hat.",
        ),
        ("is the door on the right open", "yes", "Yes, the door on the right is open."),
        ("is this basketball", "yes", "Yes, this is basketball."),
        ("what is he pouring", "in the water", "Water."),
        ("what is on the dress", "toost", "I can't tell what is on the dress."),
        ("which way is he walking", "", "I can't tell which way he is walking."),
        (
            "what do the players do at the net",
            "sport",
            "I can't tell what the players do at the net.",
        ),
        ("what time of day is it", "bench", "I can't tell what time of day it is."),
        ("what time of day is it", "evening", "Evening."),
        ("who goes first", "man", "A man."),
        ("where is the dog", "the sofa", "The dog is on the sofa."),
        ("where is the dog", "his lap", "The dog is on his lap."),
        ("where is the dog", "a basket", "The dog is in a basket."),
        ("where is the dog", "man's lap", "The dog is on the man's lap."),
        ("what is she holding", "holding my cup", "A cup."),
        ("what is she holding", "holding two cups", "Two cups."),
        ("what is she holding", "my cup", "My cup."),
        ("is it a ladybug", "yes", "Yes, it is a ladybug."),
        ("is this a cartoon", "no", "No, this is not a cartoon."),
        ("is she standing at any point", "yes", "Yes, she is standing at some point."),
        ("can you see the man's face", "no", "No, I don't see the man's face."),
        ("are they in a office", "yes", "Yes, they are in an office."),
        ("where is this", "kitchen", "It looks like a kitchen."),
        ("what does the man do first", "standing", "The man is standing."),
        ("what does she do next", "dancing", "She is dancing."),
        ("what are those others doing", "walking", "The others are walking."),
        (
            "does he do the same thing from beginning to end, or does he change at some point",
            "do the same thing from beginning to end",
            "He does the same thing from beginning to end.",
        ),
        ("is the lamp between the beds on", "yes", "Yes, the lamp between the beds is on."),
        ("what is the woman doing", "applying", "The woman is applying something."),
        ("what was the woman's arm doing", "taking a picture", "The woman is taking a picture."),
        ("what are the other two up to", "walking", "The other two are walking."),
        ("what color is the left one", "red", "The left one is red."),
        ("what is on the table", "g", "I can't tell what is on the table."),
        ("which one is the starting pose", "", "I can't tell which one is the starting pose."),
        ("what are the old rolls", "", "I can't tell what the old rolls are."),
        ("is the goose from the beginning also in that field", "no", "No, the goose from the beginning is not in that field."),
        ("What is the boy in it doing?", "running", "The boy is running."),
        ("In the snow, is there a tram?", "yes", "Yes, there is a tram in the snow."),
        ("are there weights in the man's hands", "no", "No, I don't see any weights in the man's hands."),
        ("is there a cat's ear", "no", "No, I don't see the cat's ear."),
        ("what does she have on her feet", "shirt", "I can't tell what she has on her feet."),
    ],
)  # fmt: skip
def test_bare_answers_become_sentences(question: str, answer: str, reply: str) -> None:
    assert full_sentence(parse(question), answer) == reply


def test_a_follow_up_that_names_only_a_time_is_answered_for_that_time() -> None:
    history = [Turn(question="is the boy jumping", answer=Answer(text="no"))]
    question = parse("and before?", history)
    reply = at_time(question, full_sentence(question, "no"))
    assert reply == "In the first half: no, the boy is not jumping."
    question = parse("and at 0:05?", history)
    assert at_time(question, "Yes.") == "At 0:05: yes."
    question = parse("is the boy jumping at 0:05")
    assert at_time(question, "Yes.") == "Yes."


@pytest.mark.parametrize(
    ("question", "answer", "reply"),
    [
        ("where is he at the end", "bench", "At the end, the man is on the bench."),
        ("how many people are there at the start?", "two", "At the beginning, I count two people."),
        ("what is the dog doing in the last 2 seconds", "running", "In the last 2 seconds, the dog is running."),
        ("what animal is it at 0:03", "dog", "At 0:03: a dog."),
        ("what is the dog doing in the second quarter", "running", "In the second quarter, the dog is running."),
        ("where is the cat in the last third", "bed", "In the last third, the cat is on the bed."),
        ("what is the dog doing at 75%", "running", "Three quarters of the way through, the dog is running."),
        ("what is the dog doing at 10 percent", "running", "At 10%, the dog is running."),
        ("what is the dog doing halfway through", "running", "In the middle, the dog is running."),
        ("what does the girl do in the last scene", "eating a pizza", "In the last scene, the girl is eating a pizza."),
        ("what sport is it in the second scene", "tennis", "Tennis."),
        ("is he sitting or standing in the first scene", "sitting", "In the first scene, he is sitting."),
        ("what happens in the third scene", "two dogs in the grass", "In the third scene, I see two dogs in the grass."),
        ("what happens in the third scene", "a dog is running", "In the third scene, a dog is running."),
        ("what color is the car in the beach part", "red", "In the beach part, the car is red."),
        ("what are they watching, in the skater part", "skater", "A skater."),
        ("is the dog running at the end", "yes", "Yes, the dog is running at the end."),
        ("what is the dog doing", "running", "The dog is running."),
    ],
)  # fmt: skip
def test_a_reply_tells_the_time_of_its_question(question: str, answer: str, reply: str) -> None:
    parsed = parse(question)
    if parsed.time_range is None and (parsed.shot_number or parsed.anchor):
        parsed = replace(parsed, time_range=TimeRange(start=2.0, end=5.0))
    assert at_time(parsed, full_sentence(parsed, answer)) == reply


def test_a_part_is_not_said_to_be_the_whole_video() -> None:
    question = parse("what color is the horse in the second scene")
    question = replace(question, time_range=TimeRange(start=2.0, end=5.0))
    reply = full_sentence(question, "I do not see a horse in this video.", answerable=False)
    assert at_time(question, reply) == "I don't see a horse there."


@pytest.mark.parametrize(
    ("text", "answer", "reply"),
    [
        ("at least three?", "two", "At 0:10: no, I count two people."),
        ("more than one", "two", "At 0:10: yes, I count two people."),
        ("only two?", "two", "At 0:10: yes, I count two people."),
        ("less than 5?", "5", "At 0:10: no, I count 5 people."),
    ],
)
def test_a_number_that_is_suggested_gets_yes_or_no(text: str, answer: str, reply: str) -> None:
    first = parse("how many people are there at 0:10?")
    turn = Turn(question=first.text, answer=Answer(text="two"), parsed=first)
    question = parse(text, [turn])
    assert at_time(question, full_sentence(question, answer)) == reply


@pytest.mark.parametrize(
    ("question", "answer", "reply"),
    [
        ("is anyone else there at the beginning", "no", "No, nobody else is there at the beginning."),
        ("is anybody there at the opening", "yes", "Yes, somebody is there at the opening."),
        ("is there a person, yes or no", "no", "No, I don't see a person."),
    ],
)  # fmt: skip
def test_a_place_is_no_part_of_an_indefinite_subject(
    question: str, answer: str, reply: str
) -> None:
    parsed = parse(question)
    assert full_sentence(parsed, answer) == reply


@pytest.mark.parametrize(
    ("question", "answer", "reply"),
    [
        ("what is the man doing at the moment?", "running", "The man is running."),
        ("what is the woman with two men doing", "singing", "The woman with two men is singing."),
        ("what is the man in the basement doing", "reading", "The man in the basement is reading."),
        ("what color is the car near the carson sign", "red", "The car near the carson sign is red."),
        ("where is the ant on the plants", "leaf", "The ant on the plants is by the leaf."),
        ("what are the men doing with the documents", "reading", "The men are reading."),
        ("what is the group of men doing", "running", "The group of men is running."),
        ("what color are his trousers", "blue", "His trousers are blue."),
    ],
)  # fmt: skip
def test_the_subject_decides_on_is_and_are(question: str, answer: str, reply: str) -> None:
    assert full_sentence(parse(question), answer) == reply


@pytest.mark.parametrize(
    "part", ["hand", "foot", "shoulder", "knee", "ear", "elbow", "wrist", "ankle", "cheek"]
)
def test_one_of_two_parts_of_the_body_is_the_left_or_the_right_one(part: str) -> None:
    question = parse(f"which {part} does he use?")
    assert question.options == ("left", "right")
    assert full_sentence(question, "left") == "The left one."


@pytest.mark.parametrize(
    ("answer", "is_none"), [("boat", True), ("a dog", True), ("red shirt", False), ("hat", False)]
)
def test_an_answer_that_nobody_wears(answer: str, is_none: bool) -> None:
    assert is_no_garment(answer) is is_none


def test_an_action_does_not_follow_itself() -> None:
    question = parse("what does he do after walking")
    assert full_sentence(question, "walking") == "I can't tell what he does after walking."
    assert full_sentence(question, "sitting") == "He is sitting."

from __future__ import annotations

import pytest

from vqa.questions.interpretation.rendering import is_yes_no
from vqa.questions.normalization.normalize import normalized_wording
from vqa.questions.sentences.options import (
    offers_things,
    option_phrase,
    options_of,
    selects_person,
)


@pytest.mark.parametrize(
    ("question", "offered"),
    [
        ("Is it a dog or a cat?", ("dog", "cat")),
        ("cat or dog", ("cat", "dog")),
        ("is it a bird on the roof or a bat", ("bird", "bat")),
        ("is he in a boat or a car", ("boat", "car")),
        ("is it a boy in a coat or a girl", ("boy", "girl")),
        ("is the car or the house red", ("car", "house")),
        ("is the door or the window open?", ("door", "window")),
        ("Is there a person or an animal in the video?", ("person", "animal")),
        ("Is the plane landing or taking off?", ("landing", "taking off")),
        ("Is the man sitting on a chair or standing?", ("sitting on a chair", "standing")),
        ("is he riding a horse or walking on the beach?", ("riding a horse", "walking on the beach")),
        ("What color is it, red or blue?", ("red", "blue")),
        ("Is the wing red or blue?", ("red", "blue")),
        ("is it a zoo or a farm or is that not clear", ("zoo", "farm")),
        ("ship or truck, what do we see first", ("ship", "truck")),
        ("are there any people or only dogs", ("people", "dogs")),
        ("does he do anything at all or just wait", ("do anything", "wait")),
        ("do the kids fight or they really only play", ("fight", "play")),
        ("is that a puddle or like a lake", ("puddle", "lake")),
        ("is there any snow or just trees", ("snow", "trees")),
        ("is it a tie or a bow or neither", ("tie", "bow")),
        ("is he sitting or standing or both", ("sitting", "standing")),
        ("is it day or night or something in between", ("day", "night")),
        ("Is the video in color or black and white?", ("color", "black and white")),
        ("Is this in color or in black and white?", ("color", "black and white")),
        ("Are there two or three people?", ("two", "three")),
        ("Is the cup on the table or on the floor?", ("table", "floor")),
        ("Is the cup on the table or under the table?", ("on the table", "under the table")),
        ("does the boy run or walk?", ("run", "walk")),
        ("Is the cake to the left or right of the tie?", ("left", "right")),
        ("Is the cake to the right or the left of the tie?", ("right", "left")),
        ("Does the dog appear before or after the cat?", ("before", "after")),
        ("Is the ball in front of or behind the car?", ("in front of", "behind")),
        ("Is it a cat or is it a dog?", ("cat", "dog")),
        ("Is the woman cooking or is she cleaning?", ("cooking", "cleaning")),
        ("Is the dog black or brown and white?", ("black", "brown and white")),
        ("Is the video black and white or in color?", ("black and white", "color")),
        ("Is the man wearing a red or blue shirt?", ("red", "blue")),
        ("Are there 2 or 3 dogs?", ("two", "three")),
        ("Are there two dogs or three?", ("two", "three")),
        ("Are the people inside or outside the house?", ("inside", "outside")),
        ("Can you tell me if it is a dog or a cat?", ("dog", "cat")),
        ("What do you see first, a dog or a cat?", ("dog", "cat")),
        ("Is it red, green or blue?", ("red", "green", "blue")),
        ("Is it red, green or dark blue?", ("red", "green", "dark blue")),
        ("Is the car light grey or dark blue?", ("light grey", "dark blue")),
        ("What is he wearing, dark clothes or light ones?", ("dark clothes", "light clothes")),
        ("Is it a playground or a parking lot?", ("playground", "parking lot")),
        ("Is it a pond or a swimming pool?", ("pond", "swimming pool")),
        ("Does it look modern or rather old fashioned?", ("modern", "old-fashioned")),
        ("What color is it, red, green, or blue?", ("red", "green", "blue")),
        ("Is it men or women who play?", ("men", "women")),
        ("Is the cat shown before the dog or after it?", ("before", "after")),
        ("Is the door open or does it close?", ("the door is open", "it closes")),
        ("Anyway is it red or blue?", ("red", "blue")),
        ("Anyways is the dog asleep or awake?", ("asleep", "awake")),
        ("Is the dog asleep or is he eating?", ("asleep", "eating")),
        ("Is the horse white or is she brown?", ("white", "brown")),
        ("is she walking away from us or towards us?", ("away from us", "towards us")),
        ("does the man or the woman drive?", ("man", "woman")),
        ("does the woman or the dog have the toy?", ("woman", "dog")),
        ("is it h264 ? or hevc", ("h264", "hevc")),
        ("is the boy or the girl holding the kite?", ("boy", "girl")),
        ("Is the car parked or is he driving?", ("the car is parked", "he is driving")),
        ("Did a child fall or was he pushed?", ("a child falls", "he was pushed")),
        ("Does the bus stop or do they run after it?", ("the bus stops", "they run after it")),
        ("Is anyone asleep or is it a game?", ("someone is asleep", "it is a game")),
        ("Are they brothers or they fights?", ("they are brothers", "they fight")),
        ("Does he clap all the time or only at the start?", ("all the time", "only at the start")),
        ("Walking to the door or away?", ("walking to the door", "away")),
        ("Is she looking at the sea or away from it?", ("looking at the sea", "away from it")),
        ("he is lying down or sitting", ("lying down", "sitting")),
        ("is she inside or in the garden", ("inside", "garden")),
        ("does the car park in a space or just drive past", ("park in a space", "drive past")),
        ("is it alone or with babies", ("alone", "with babies")),
        ("is he on the left or on the right?", ("left", "right")),
        ("does the truck stop or turn around", ("stop", "turn around")),
        ("tell me whether the dog barks or does it sleep", ("bark", "sleep")),
        ("is he up or is he down", ("up", "down")),
        ("they are tired or they are bored", ("tired", "bored")),
        ("is the crane moving or the truck", ("crane", "truck")),
        ("is he swinging the rope or the chain", ("rope", "chain")),
        ("does it look like a real dog or just a couple of toys", ("dog", "couple of toys")),
        ("does he jump with both legs or one leg", ("both legs", "one leg")),
        ("does it land on the mat or next to it", ("on the mat", "next to it")),
        ("Is it the crane or the truck that moves?", ("crane", "truck")),
        ("a dog or a cat or a horse?", ("dog", "cat", "horse")),
        ("Is it a dog, a cat, a cow or a horse in the video?", ("dog", "cat", "cow", "horse")),
        ("Is the man running, walking or sitting on a chair?", ("running", "walking", "sitting on a chair")),
        ("Is the wall more grey or more pink?", ("grey", "pink")),
        ("Is it more like a dog or more like a cat?", ("dog", "cat")),
        ("Is the sky rather blue or rather grey?", ("blue", "grey")),
        ("Is it early or late in the day?", ("early", "late in the day")),
        ("Is the boat sailing or tied up at the pier?", ("sailing", "tied up at the pier")),
        ("Are the shoes black or more like dark blue?", ("black", "dark blue")),
        ("Is she waving or more like calling for a taxi?", ("waving", "calling for a taxi")),
        ("Is the dessert chocolate cake or ice cream?", ("chocolate cake", "ice cream")),
        ("Is the lake calm, a bit wavy or stormy?", ("calm", "bit wavy", "stormy")),
        ("Is the street empty or full of people?", ("empty", "full of people")),
        ("Is he alone or accompanied by a guard?", ("alone", "accompanied by a guard")),
        ("Are they on a square, in a hall or only in the street?", ("square", "hall", "street")),
        ("does he step back, does he fall, or does he try to run away?", ("step back", "fall", "try to run away")),
        ("does she close it or keep it open for all of the time", ("close it", "keep it open for all of the time")),
        ("Is he standing up or kneeling, or what exactly is he doing?", ("standing up", "kneeling")),
        ("the girl in red, is she clapping or playing the flute?", ("clapping", "playing the flute")),
        ("who is faster, the one in black or the one in white", ("person in black", "person in white")),
        ("Which eye, the left side of the picture or the right?", ("left", "right")),
        ("Has the boy already hit it or is it still flying?", ("the boy has already hit it", "it is still flying")),
        ("Are they eating together or does each have a plate?", ("they are eating together", "each has a plate")),
        ("Is anybody else running or is the track empty?", ("somebody else is running", "the track is empty")),
        ("do the men move at all or do his feet stay on the floor", ("the men move", "his feet stay on the floor")),
        ("does the man's hat fit or is it too big", ("the man's hat fits", "it is too big")),
        ("is this guy doing shrugs or calf raises", ("shrugs", "calf raises")),
        ("are they drinking red wine or grape juice?", ("red wine", "grape juice")),
        ("is he holding dumbbells or a barbell", ("dumbbells", "barbell")),
        ("is he in long pants or shorts", ("long pants", "shorts")),
        ("is the wall made of brick or wood", ("brick", "wood")),
        ("is there grass or sand on the ground?", ("grass", "sand")),
        ("is there carpet or tiles in the hall", ("carpet", "tiles")),
        ("does she have long hair or short hair", ("long hair", "short hair")),
        ("does he wear long or short sleeves", ("long", "short")),
        ("is the grip wide or narrow in the gym?", ("wide", "narrow")),
        ("is the floor wet or dry where he stands", ("wet", "dry")),
        ("is the sink full of water or empty", ("full of water", "empty")),
        ("is she smiling or serious", ("smiling", "serious")),
        ("does he do it with one arm or both arms", ("one arm", "both arms")),
        ("is it his elbows moving or just the wrists?", ("his elbows", "wrists")),
        ("is it only his fingers that move or the whole arm?", ("his fingers", "whole arm")),
        ("is it his arms or his legs moving?", ("his arms", "his legs")),
        ("is it his leg lying on the roller, or is it his back?", ("his leg", "his back")),
        ("is that a kite he's holding or a ball?", ("kite", "ball")),
        ("do we see his whole body or only the upper part?", ("his whole body", "upper part")),
        ("are his arms straight the entire time or does he bend the elbows?", ("his arms are straight the entire time", "he bends the elbows")),
        ("is the water calm the whole time or does it get rough", ("the water is calm the whole time", "it gets rough")),
        ("who is on the left, him or her?", ("man", "woman")),
        ("are they at a concert, a party or only on the street?", ("concert", "party", "street")),
        ("does he or she drive?", ("man", "woman")),
    ],
)  # fmt: skip
def test_two_answers_are_read_from_the_question(question: str, offered: tuple[str, str]) -> None:
    assert options_of(normalized_wording(question)) == offered


@pytest.mark.parametrize(
    "question",
    [
        "What is the dog doing?",
        "Is it raining or not?",
        "Is the man, who wears a hat, running or sitting?",
        "Is it a dog, a cat or a dog?",
        "Are there one or more dogs?",
        "What is the man or woman doing?",
        "Is there any food or drink on the table?",
        "Is it a or the?",
        "Anybody in the boat or near it?",
        "Did he trip or fall at any point?",
        "Does she ever sit or lie down?",
        "Did any of the dogs bark or jump?",
        "Does anyone sit or lie on the grass?",
        "Are there any bikes or scooters around?",
        "or",
        "",
        "Are there more dogs or more cats?",
        "Is there snow or not really",
        "Is the grass wet or not at all?",
        "Is there a crowd watching or isn't there?",
        "Does he smile or doesn't he?",
        "Is there a towel or a cloth somewhere?",
        "Is there a barbell or some rack anywhere around him",
        "Is that a microphone or what is it?",
    ],
)
def test_what_offers_no_two_answers_is_left_alone(question: str) -> None:
    assert options_of(normalized_wording(question)) is None


def test_or_not_is_answered_with_yes_or_no() -> None:
    assert is_yes_no(normalized_wording("Is it raining or not?"))
    assert is_yes_no("Did anybody touch the bag or sit near it?")
    assert not is_yes_no("Is it raining or snowing?")


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("Is it a dog or a cat?", True),
        ("Do you see a bus, a car or a truck?", True),
        ("Is it a photo or a painting?", False),
        ("Is it a sunny day or a rainy day?", False),
        ("Is it red or blue?", False),
        ("Is the dog running or sitting?", False),
        ("Is it two or three dogs?", False),
        ("Is there a dog?", False),
    ],
)
def test_whether_what_is_offered_may_be_missing(question: str, things: bool) -> None:
    assert offers_things(question) is things


@pytest.mark.parametrize(
    ("option", "question", "phrase"),
    [
        ("old", "is it an old one or a modern one in your opinion", "an old one"),
        ("left", "left side or right side of the body?", "the left side"),
        ("elbow", "is it his elbows moving or just the wrists?", "elbows"),
        ("wrist", "is it his elbows moving or just the wrists?", "the wrists"),
        ("frisbee", "are they frisbees or plates", "frisbees"),
        ("red", "is it red or blue", ""),
    ],
)
def test_an_option_is_worded_like_the_question(option: str, question: str, phrase: str) -> None:
    assert option_phrase(option, [question]) == phrase


@pytest.mark.parametrize(
    ("question", "options", "selects"),
    [
        ("who is on the left, the man or the woman?", ("man", "woman"), True),
        ("who laughs, the old man or the young girl", ("old man", "young girl"), True),
        ("who is she, his wife or his daughter?", ("his wife", "his daughter"), False),
        ("who is this, the judge or the owner?", ("judge", "owner"), False),
        ("is that his mother or his sister?", ("his mother", "his sister"), False),
    ],
)
def test_who_with_persons_to_choose_from(
    question: str, options: tuple[str, ...], *, selects: bool
) -> None:
    assert selects_person(question, options) is selects


@pytest.mark.parametrize(
    ("question", "options"),
    [
        ("his arms, straight or bent?", ("straight", "bent")),
        ("the jacket, open or zipped up?", ("open", "zipped up")),
        ("the dog, the cat or the horse?", ("dog", "cat", "horse")),
        ("does she go from right to left or the other way?", ("from right to left", "from left to right")),
        ("is he walking up or the other way round?", ("up", "down")),
        ("is the person wearing both shoes or just the one?", ("both shoes", "one")),
        ("is this really a lizard she is holding or is it a snake?", ("lizard", "snake")),
    ],
)  # fmt: skip
def test_options_behind_a_topic_and_of_ways(question: str, options: tuple[str, ...]) -> None:
    assert options_of(question) == options

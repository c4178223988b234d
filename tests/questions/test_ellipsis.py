from __future__ import annotations

import pytest

from tests.questions.messages import sentence_encoder
from vqa.questions.parse import parse
from vqa.types import Answer, Turn


@pytest.mark.parametrize(
    ("earlier", "answer", "text", "resolved"),
    [
        ("does the person have a hat", "yes", "not him the first guy", "does the first guy have a hat"),
        ("what are the people at the top doing", "standing", "and those at the bottom", "what are the people at the bottom doing"),
        ("is there a man", "yes", "what trousers?", "what trousers is the man wearing?"),
        ("can you see the girl's face", "no", "which shoes", "which shoes is the girl wearing?"),
        ("is she waving at someone", "yes", "at who", "who is she waving at?"),
        ("what is the other person wearing", "a coat", "do they both have jeans on?", "do the people both have jeans on?"),
        ("what is the other boy wearing", "a coat", "do both have hats", "do both boys have hats?"),
        ("is somebody running", "yes", "how many of them are there", "how many of the people are there"),
        ("is she wearing a hat", "yes", "what about him", "is the man wearing a hat"),
        ("does she have a bag", "yes", "and him?", "does the man have a bag"),
        ("is the lamp on", "no", "on the table i mean", "is the lamp on the table?"),
        ("does the dog move", "no", "not even its head?", "does the dog's head move?"),
        ("is the woman tattooed", "no", "her arms too?", "are the woman's arms tattooed?"),
        ("is the dog jumping", "yes", "on what, grass?", "is the dog jumping on grass?"),
        ("is she talking", "yes", "to who, the kid?", "is she talking to the kid?"),
        ("is he running", "yes", "where, the park?", "is he running in the park?"),
        ("is he looking at something", "yes", "at what, the phone?", "is he looking at the phone?"),
        ("what color is her shirt", "red", "and what color is his", "what color is his shirt"),
        ("is the man's hair long", "yes", "and the woman, is hers long too", "is the woman's hair long"),
        ("does the brown dog have a collar", "yes", "and the grey ones, what color are theirs", "what color are the grey dogs' collars"),
        ("how many dogs are there", "two", "any brown ones?", "are there any brown dogs?"),
        ("how many dogs are there", "two", "any of them on a leash?", "are any of the dogs on a leash?"),
        ("does the brown dog have a collar", "yes", "do the other dogs have one", "do the other dogs have a collar"),
        ("is that a ball above it", "no", "how about the second animal", "describe the second animal"),
        ("what does the other child have on", "a jacket", "and on his feet", "what is the other child wearing on his feet"),
        ("what color are the trousers", "red", "and the other person?", "what color are the trousers of the other person"),
        ("what color is the shirt", "red", "and the woman?", "what color is the shirt of the woman"),
        ("what does he have in his hand", "a cup", "and in the other one", "what does he have in the other hand"),
        ("what is in the left corner", "a plant", "and in the other", "what is in the other corner"),
        ("is that a dog", "no", "what is it then", "what animal is it"),
        ("is there a bus", "no", "what is it then", "what vehicle is it"),
        ("is that a woman", "no", "ok who is it then", "who is there"),
        ("what is the man wearing", "a shirt", "and on the bottom?", "describe the man's trousers"),
        ("who falls", "the man", "the left one or the right one", "is the man on the left or on the right"),
        ("is there a dog", "yes", "the brown or the black one", "is the dog brown or black"),
        ("what color is the cat", "black", "same for her", "what color is the woman"),
        ("what color is the cat", "black", "ask the same thing about the dog", "what color is the dog"),
        ("what is the man doing", "running", "same question but for the second scene", "what is the man doing in the second shot?"),
        ("is there a dog", "yes", "and in the last scene?", "is there a dog in the last shot?"),
        ("what color is the dog", "black", "not the dog the cat", "what color is the cat"),
        ("what color is the dog", "black", "not that one the other one", "what color is the other dog"),
        ("what is the man doing", "running", "not him the other guy", "what is the other guy doing"),
        ("what color is his shirt", "red", "and her shirt?", "what color is her shirt?"),
        ("what color is the shirt of the man on the left", "red", "and his pants", "what color are the pants of the man on the left"),
        ("what color is the hat of the girl in red", "pink", "and her bag", "what color is the bag of the girl in red"),
        ("is the man on the left or the right", "left", "what about the other one", "is the other man on the left or the right"),
        ("which of the guys has stripes", "the left one", "and the other one?", "describe the other guy"),
        ("what color is that plate", "blue", "and the others", "what color are the other plates"),
        ("where is that dog", "on a sofa", "and the other ones?", "where are the other dogs"),
        ("what color is her hair", "black", "and the one sitting down?", "what color is the hair of the person sitting down"),
        ("is that a hospital", "yes", "ok so where are they", "where are the people"),
        ("how many computers are there", "four", "and the chairs at the table in the middle", "how many chairs at the table in the middle are there?"),
        ("what color are the trousers of the one in the middle", "black", "and the guy on the left", "what color are the trousers of the guy on the left"),
        ("do they shake hands", "yes", "what then", "what happens next?"),
        ("has he glasses", "no", "They are friends?", "are the people friends?"),
        ("What's the person on the left wearing?", "a shirt", "And the other?", "What is the person on the right wearing?"),
        ("where is the post", "in the pool", "floor color??", "what color is the floor??"),
        ("does the person walk", "no", "swim?", "does the person swim?"),
        ("is the man singing?", "no", "dancing?", "is the man dancing?"),
        ("are her eyes open", "no", "the whole time?", "are her eyes open the whole time?"),
        ("car or bike, which comes first", "car", "which is bigger", "which is bigger, the car or the bike?"),
        ("what is the dog doing", "running", "and him?", "what is the man doing"),
        ("are his feet on the floor", "no", "hands?", "are the hands on the floor"),
        ("Is the cyclist wearing a helmet?", "no", "what about his clothes?", "describe the cyclist's clothes"),
        ("is there a stone", "yes", "how heavy", "how heavy is the stone?"),
        ("is the man sitting", "yes", "since when", "since when is the man sitting?"),
        ("is there a dog", "yes", "lol ok and a cat", "is there a cat?"),
        ("is there a dog", "yes", "two cats?", "are there two cats?"),
        ("is there a dog", "yes", "both cats?", "are there any cats?"),
        ("what color is the dog", "black", "and all the cats?", "what color are the cats"),
        ("what color is the dog", "black", "every cat?", "what color is the cat"),
        ("how many scenes are there", "three", "what happens in the second one", "what happens in the second shot?"),
        ("what happens in the first shot?", "a cat", "and the last?", "what happens in the last shot?"),
        ("are they fighting", "no", "then what", "what are they doing?"),
        ("what happens first", "a cat runs", "and then?", "what happens next?"),
        ("what is the woman doing", "bending down", "and then?", "what does the woman do after bending down?"),
        ("what is she doing", "bending down", "and then?", "what does the woman do after bending down?"),
        ("what is the other man doing", "standing", "and then?", "what does the other man do after standing?"),
        ("what is the man in red doing", "standing", "and then?", "what does the man in red do after standing?"),
        ("what are the two men doing", "standing", "and then?", "what do the two men do after standing?"),
        ("when does he jump the second time?", "At 0:03.", "and the third time?", "when does he jump for the third time?"),
        ("what are the boys doing", "running", "ok and then?", "what do the boys do after running?"),
        ("what does the man do before standing", "walking", "and at the end?", "what does the man do?"),
        ("Is she putting on a coat?", "yes", "by herself?", "is she putting on a coat by herself?"),
        ("how many fruits are there", "three", "which ones?", "what fruits are there?"),
        ("how many strings does the guitar have", "six", "what color is it?", "what color is the guitar?"),
        ("when do they shake hands", "0:02", "what do they do after that", "what do the people do after that"),
        ("Is there something on the floor?", "yes", "what is it", "what is there on the floor?"),
        ("describe the man on the left", "x", "and the one on the right?", "describe the man on the right"),
        ("what color is her hair", "brown", "and her eyes", "what color are the eyes"),
        ("what color is the woman's hair", "brown", "and her eyes", "what color are the woman's eyes"),
        ("is there a hat", "no", "and no scarf neither", "is there any scarf"),
        ("what colour is the girls skirt", "white", "and her top", "what colour is the girl's top"),
        ("is this filmed from above", "yes", "what are those things at the top", "what are those things at the top"),
        ("what is he wearing", "The man is wearing a shirt.", "and on his head?", "what is he wearing on his head?"),
        ("how many people are sitting here", "four", "how many wear glasses", "how many people wear glasses"),
        ("does he wears gloves", "yes", "what colour", "what color are the gloves?"),
        ("is anyone in the room", "yes", "just one?", "how many people are there?"),
        ("what does the man do", "flies a kite", "the whole time?", "does the man fly a kite the whole time?"),
        ("did the men walk", "no", "running?", "are the men running?"),
        ("are the girls smiling", "yes", "wave their hands?", "do the girls wave their hands?"),
        ("are the men tall", "yes", "long hair or short hair?", "do the men have long hair or short hair?"),
        ("is the vest orange", "yes", "none of them?", "are none of the vests orange?"),
        ("is the vest orange", "yes", "most of them?", "are most of the vests orange?"),
        ("is the vest orange", "yes", "some of them?", "are some of the vests orange?"),
        ("is the vest orange", "yes", "each of them?", "is each of the vests orange?"),
        ("is the vest orange", "yes", "every one of them?", "is every one of the vests orange?"),
        ("is the man in red running", "yes", "all of them?", "are all the men in red running?"),
        ("are his shoes black", "yes", "both of them?", "are both his shoes black?"),
        ("do the dogs bark", "yes", "each of them?", "does each of the dogs bark?"),
        ("does he wear glasses", "yes", "a beard?", "does he wear a beard?"),
        ("is he wearing gloves", "yes", "an umbrella?", "is he wearing an umbrella?"),
        ("does he wear glasses", "yes", "or a big hat?", "does he wear a big hat?"),
        ("does he wear a tie", "yes", "gloves?", "does he wear gloves?"),
        ("which dog is bigger, the black dog or the brown dog?", "black dog", "and the other one?", "what is the brown dog doing?"),
        ("which is bigger, the dog or the cat?", "Dog.", "and the other one?", "what is the cat doing?"),
        ("what color are her shoes", "red", "black?", "are the shoes black?"),
        ("what color are her trousers", "red", "black?", "are the trousers black?"),
        ("what animals are in the field", "cows", "brown?", "are the cows brown?"),
        ("are her shoes new", "yes", "red or blue?", "are her shoes red or blue?"),
        ("is there a dog", "no", "and that red thing on the wall?", "what is that red thing on the wall?"),
        ("what is the man doing", "running", "that thing on the wall?", "what is that thing on the wall?"),
        ("what color is the hat", "red", "those objects on the table?", "what are those objects on the table?"),
        ("what color is the hat", "red", "that on the wall?", "what is that on the wall?"),
        ("is there a dog", "no", "and these behind the man?", "what are these behind the man?"),
        ("what is in the first shot?", "a dog", "and in the second one?", "what is in the second shot?"),
        ("what does he do in the first scene?", "runs", "and the last?", "what does he do in the last shot?"),
        ("is there a dog", "yes", "are their hats red?", "are the people's hats red?"),
        ("is there a dog", "yes", "are their coats red?", "are the people's coats red?"),
        ("is it red or orange", "red", "the leafs", "are the leafs red or orange"),
        ("what is he sitting on", "bench", "color?", "what color is the bench?"),
        ("is it the same person in both parts", "no", "she changed her clothes", "has the person changed her clothes"),
        ("are there any tomatoes", "yes", "what about cabbages", "are there any cabbages?"),
        ("are the bottles glass or plastic?", "glass", "are they full", "are the bottles full"),
        ("how many bottles", "two", "always three?", "how many bottles"),
        ("how many people are in the picture", "two", "at least three?", "how many people are in the picture"),
        ("is it inside or outside", "inside", "both?", "is it outside?"),
        ("how many scenes are there", "three", "what happens in number 2", "what happens in the second shot?"),
        ("who is in the first scene", "a man", "and the one after", "who is in the second shot?"),
        ("who is in the third scene", "a man", "the previous one", "who is in the second shot?"),
        ("list the scenes", "0:00 a dog", "the third one, what is she doing", "what is it doing in the third shot?"),
        ("is the first part brighter than the second part?", "no", "is there a car in the first", "is there a car in the first shot?"),
        ("is there a dog in the first scene?", "no", "and the second", "is there a dog in the second shot?"),
        ("what room is this", "kitchen", "the whole time?", "is it a kitchen the whole time?"),
        ("what animal is it", "dog", "always?", "is it a dog always?"),
        ("is it a cat or a dog?", "dog", "both?", "is it a cat?"),
        ("when does the street scene start", "at 0:03", "and stop", "when does the street scene stop?"),
        ("how many scenes are there", "four", "who is in the last one", "who is in the last shot?"),
        ("who is in the first scene", "a man", "who is in the last one", "who is in the last shot?"),
        ("do you see any tomatoes?", "yes", "what about cabbages", "do you see any cabbages?"),
        ("is anyone there", "yes", "only one?", "how many people are there?"),
        ("how many bottles are there", "two", "always three?", "how many bottles are there?"),
        ("which fruit comes first", "banana", "and the last one?", "which fruit comes last"),
        ("which fruit comes first", "banana", "then", "which fruit comes next"),
        ("what does the man do first", "standing", "and after that?", "what does the man do next"),
        ("what animal is it", "dog", "brown?", "is the dog brown?"),
        ("is it a man or a woman", "man", "what about the shirt", "describe the shirt"),
        ("what is she doing to her eye", "painting", "with what", "what is she painting to her eye with?"),
        ("did the person leave", "no", "so he was standing before?", "was the person standing before?"),
        ("is the man playing", "yes", "same thing till the end?", "is the man playing till the end?"),
        ("which hand is holding the cup", "left", "and the other one", "what is the right hand doing?"),
        ("are they fighting or dancing", "fighting", "how many of them", "how many people are there?"),
        ("what happens", "a black and white dog is playing", "how many in total", "how many dogs are there?"),
        ("is he jumping", "yes", "how many", "how many times is he jumping?"),
        ("is anybody watching him", "yes", "how many of them", "how many people are watching him?"),
        ("what are the blue things on the wall", "bags", "how many of those", "how many bags are there?"),
        ("what is in his hand", "bag", "both hands?", "is the bag in both hands?"),
        ("who's on the floor", "people", "how many of them", "how many people are on the floor?"),
        ("what comes after that", "a person is splashing in a puddle", "what animal is it", "what animal is it"),
        ("what comes then", "a man is riding a bike", "what vehicle is it", "what vehicle is it"),
        ("is someone walking", "yes", "only one?", "how many people are walking?"),
        ("what is the logo in the corner", "ketchup", "other corner", "what is the logo in the other corner"),
        ("is he a policeman?", "yes", "a guard then?", "is he a guard?"),
        ("is she the cashier", "yes", "what about the guy with the bag", "is the guy with the bag the cashier?"),
        ("what is the red thing", "plane", "no i mean on the left at the bottom", "what is the red thing on the left at the bottom?"),
        ("where are they", "in a park", "what are they both wearing?", "what are the people both wearing?"),
        ("what is he holding over his head", "mill", "a chair?", "is he holding a chair over his head?"),
        ("what's that on the right", "man", "a pole?", "is that a pole on the right?"),
        ("where are they", "in the grass", "a park?", "are they in a park?"),
        ("is his shirt yellow or white", "white", "and pants?", "what color are the pants?"),
        ("what time was this recorded", "I cannot say.", "and the year", "which year was this filmed?"),
        ("what do you see", "two boys stand in a field", "in which second does it happen?", "when do you see two boys stand in a field?"),
        ("is he wearing jeans", "yes", "jeans too?", "is he wearing jeans"),
        ("what color are the trousers", "red", "black shoes, right?", "what color are the black shoes"),
        ("what he wear", "white hat", "color?", "what color is the hat?"),
        ("are there any cars", "no", "what time of day", "what time of day is it?"),
        ("is the person looking at us", "yes", "and the floor?", "what is the floor like?"),
        ("is the person asleep", "yes", "what about the room?", "what is the room like?"),
        ("what is the man doing", "sitting", "and the weather?", "what is the weather like?"),
        ("what is the woman holding", "a bag", "and the background?", "what is the background like?"),
        ("does he wear a hat", "yes", "what about the mood?", "what is the mood like?"),
        ("is the dog running", "yes", "what about the light?", "what is the light like?"),
        ("where is the man", "in the kitchen", "what about the time of day?", "what time of day is it?"),
        ("is he alone", "yes", "and the season?", "what season is it?"),
        ("what is she doing", "dancing", "and the music?", "is there music?"),
        ("is he cooking", "yes", "and the colours?", "what colors do you see?"),
        ("what color is the shirt", "red", "and the floor?", "what color is the floor"),
        ("is he alone", "yes", "and the shorts?", "describe the shorts"),
        ("what happens next", "a dog runs", "which vegetables", "which vegetables are there?"),
        ("what is the dog doing", "running", "are both dogs running or is one of them standing still", "are both dogs running or is one of them standing still"),
        ("is the man wearing a hat", "no", "is the weather one of those nice ones", "is the weather one of those nice ones"),
        ("how heavy is the bar", "I cannot measure that.", "just a guess then", "how heavy is the bar"),
        ("what color is the carrot", "green", "and then what comes after", "what happens after the carrot?"),
        ("is there a car", "yes", "is it one of those old trucks?", "is it one of those old trucks?"),
        ("what is he doing", "jumping", "anyone else there?", "is anyone else there?"),
        ("who's there", "man", "just one?", "how many men are there?"),
        ("how many seconds does the lady get", "5 seconds", "and how many do the dogs?", "how many seconds do the dogs get"),
        ("what is he holding", "bag", "what about that grey thing on the left", "what is that grey thing on the left?"),
        ("what is in the room", "man", "the red thing behind, what is it?", "what is the red thing?"),
        ("where is the lady", "kitchen", "barefoot or not", "is the lady barefoot?"),
        ("what color is the car", "blue", "still wet?", "is the car still wet?"),
        ("sunny or cloudy", "sunny", "windy?", "is it windy?"),
        ("where's the lamp", "on the wall", "above the bed?", "is the lamp above the bed?"),
        ("is the cow walking", "yes", "towards the barn?", "is the cow walking towards the barn?"),
        ("where is the cup", "table", "on the shelf or in the sink?", "is the cup on the shelf or in the sink?"),
    ],
)  # fmt: skip
def test_fragments_are_completed(earlier: str, answer: str, text: str, resolved: str) -> None:
    history = [Turn(question=earlier, answer=Answer(text=answer))]
    question = parse(text, history)
    wordings = {question.resolved.rstrip("?"), question.rendered.rstrip("?")}
    assert resolved.rstrip("?") in wordings


@pytest.mark.parametrize(
    "text",
    [
        "what color is it?",
        "the other one?",
        "and the one on the left?",
        "which one",
        "since when",
    ],
)
def test_a_first_question_that_refers_to_another_is_unclear(text: str) -> None:
    assert parse(text).intent == "unclear"
    assert parse("where is this?").intent != "unclear"
    assert parse("where are they?").intent != "unclear"
    history = [Turn(question="Is there a cat?", answer=Answer(text="yes"))]
    assert parse(text, history).intent != "unclear"


@pytest.mark.parametrize(
    ("text", "start_s", "end_s"),
    [
        ("and the first bit?", 0, 5),
        ("beginning?", 0, 0),
        ("start?", 0, 0),
        ("the very start?", 0, 0),
        ("the first part of the video?", 0, 5),
        ("what about the end?", 10, 10),
        ("the last part?", 5, 10),
        ("earlier?", 0, 5),
        ("later?", 5, 10),
    ],
)
def test_a_vague_time_is_a_part_of_the_video(text: str, start_s: float, end_s: float) -> None:
    history = [Turn(question="is the man running?", answer=Answer(text="yes"))]
    question = parse(text, history)
    assert question.resolved == "is the man running?"
    assert question.time_range is not None
    assert question.time_range.resolve(10) == pytest.approx((start_s, end_s))


def test_an_unnamed_thing_is_not_what_was_asked_about_before() -> None:
    history = [Turn(question="is there a dog?", answer=Answer(text="yes"))]
    assert parse("and that red thing?", history).subject != "dog"


def test_her_clothes_are_a_womans_after_an_animal() -> None:
    history = [Turn(question="what is the dog doing?", answer=Answer(text="running"))]
    assert parse("what color are her jeans", history).subject == "woman's jeans"


def test_a_wrong_name_is_no_absent_thing() -> None:
    history = [
        Turn(question="what is on the wall", answer=Answer(text="clock")),
        Turn(question="is it a mirror?", answer=Answer(text="no")),
    ]
    assert parse("what color is it", history).absent == ""


def test_it_is_a_person_if_nothing_else_was_mentioned() -> None:
    history = [Turn(question="is there a person?", answer=Answer(text="yes"))]
    assert parse("what is it doing", history).rendered == "what is the person doing"


def test_with_whom_asks_for_a_person_in_the_picture() -> None:
    history = [Turn(question="is the man dancing", answer=Answer(text="yes"))]
    question = parse("with whom", history)
    assert question.rendered.startswith("who is the man dancing with")
    assert (question.intent, question.name_kind) == ("identify", "person")


@pytest.mark.parametrize(
    "question",
    [
        "What color is Mrs. Miller's bag?",
        "Is there a St. Nicholas statue?",
        "Is the E.U. flag torn?",
        "Is a U.S. flag torn?",
        "What does J. Doe hold?",
    ],
)
def test_a_point_of_an_abbreviation_ends_no_sentence(question: str) -> None:
    turn = Turn(question=question, answer=Answer(text="red"), parsed=parse(question))
    assert parse("and in the middle?", [turn]).resolved == question


@pytest.mark.parametrize(
    ("earlier", "answer", "text"),
    [
        ("what are the woman's legs doing?", "riding", "is the wall behind the woman grey?"),
        ("what comes after the cat?", "food", "what comes after the cup?"),
        ("what comes after the cat?", "food", "what comes before the astronaut?"),
        ("what comes after the cat?", "food", "what happens before the woman jumps?"),
    ],
)
def test_a_complete_question_names_what_it_asks_about(earlier: str, answer: str, text: str) -> None:
    history = [Turn(question=earlier, answer=Answer(text=answer), parsed=parse(earlier))]
    assert parse(text, history).resolved == text


@pytest.mark.parametrize(
    ("earlier", "resolved"),
    [
        ("what color is the man's shirt", "what is on the man's shirt?"),
        ("what color is the table", "what is on the table?"),
    ],
)
def test_what_is_on_the_thing_that_was_asked_about(earlier: str, resolved: str) -> None:
    history = [Turn(question=earlier, answer=Answer(text="black"), parsed=parse(earlier))]
    assert parse("and on it?", history, encoder=sentence_encoder()).resolved == resolved


@pytest.mark.parametrize(
    ("earlier", "text", "resolved"),
    [
        ("how often does he raise his arm", "when is the first time?", "when does he raise his arm for the first time?"),
        ("how many times does she jump?", "and the last time?", "when does she jump for the last time?"),
        ("does the man kick", "when was the first time", "when does the man kick for the first time?"),
    ],
)  # fmt: skip
def test_the_first_time_is_that_of_the_event(earlier: str, text: str, resolved: str) -> None:
    history = [Turn(question=earlier, answer=Answer(text="yes"))]
    assert parse(text, history).resolved == resolved

from __future__ import annotations

import pytest

from tests.questions.messages import sentence_encoder
from vqa.questions.parse import parse
from vqa.types import Answer, Turn


@pytest.mark.parametrize(
    ("earlier", "answer", "text", "rendered"),
    [
        # Options and properties of the thing that was found or named
        ("is there a dog", "yes", "big or small", "is the dog big or small?"),
        ("are there any flowers", "yes", "red or yellow", "are the flowers red or yellow?"),
        ("is the puppy asleep", "yes", "aww sweet, male or female", "is the puppy male or female?"),
        ("is the road dry", "yes", "but everything is grey.. is it foggy", "is it foggy"),
        ("is there a dog", "yes", "left or right", "is the dog on the left or on the right?"),
        ("what is the woman selling", "flowers", "which ones", "which flowers is the woman selling?"),
        ("what is in the basket", "fruit", "can you name a few", "which fruit is in the basket?"),
        ("what is on the tray", "apples", "which ones", "which apples are on the tray?"),
        ("what is the diver wearing", "a suit", "and goggles", "is the diver wearing goggles?"),
        ("is the boy alone", "no", "what are they doing", "what are the people doing"),
        ("is the girl with someone", "yes", "what are they looking at", "what are the people looking at"),
        ("how many pupils are there", "six", "how many of those have their books open", "how many of the pupils have their books open"),
        ("is anyone speaking", "yes", "what language", "what language is anyone speaking in?"),
        ("who comes in", "a woman", "carrying", "what is the woman carrying?"),
        ("is there a coin", "yes", "from which country", "which country is the coin from?"),
        ("is the man running", "yes", "does he make it to the door", "does the man make it to the door"),
        ("is there a drawer", "yes", "what is in there", "what is in the drawer"),
        ("who is next to the bride", "a man", "her father", "is the man the bride's father?"),
        ("is there a goat", "yes", "sorry i meant how many", "how many goats are there?"),
        ("is the window open", "yes", "does it stay that way", "does the window stay open?"),
        ("is there a cat", "no", "a fox maybe, or anything like a wolf", "is there a fox, or a wolf?"),
        ("what is the camel doing", "walking past a tent", "is someone on its back", "is someone on the camel's back"),
        ("what does he do after cooking", "he sits down", "and before", "what does he do before cooking"),
        ("how many boats are empty", "two", "and moving", "how many boats are moving?"),
        ("how many women wear skirts", "two", "and boots", "how many women wear boots?"),
        ("is the yard empty", "yes", "no bike in it", "is there any bike in the yard?"),
        ("is it dark", "yes", "are there street lamps on", "are there street lamps on"),
        ("is there a goose", "no", "not even a little one", "is there a little goose?"),
        ("does someone open it", "yes", "a man or a woman", "is it a man or a woman who opens it?"),
        ("is the man wearing a tie", "yes", "properly", "is the man wearing a tie properly?"),
        ("is the boy waiting", "yes", "for the bus", "is the boy waiting for the bus?"),
        ("does the car stop", "yes", "for long", "does the car stop for long?"),
        ("what is the weather like", "rainy", "the whole time", "is it rainy the whole time?"),
        ("is her hair long", "yes", "tied back or loose", "is her hair tied back or loose?"),
        ("is the train moving", "yes", "fast or slow", "is the train fast or slow?"),
        ("where is the parrot", "on a branch", "which branch, the thick one", "is the parrot on the thick branch?"),
        ("are there boats", "yes", "all the same size", "are the boats all the same size?"),
        ("are there sailors", "yes", "all in white", "are the sailors all in white?"),
        ("how many horses are there", "two", "what is the second doing", "what is the second horse doing"),
        ("is the tower tall", "no", "near the river or on a hill", "is the tower near the river or on a hill?"),
        ("what is behind the desk", "a lamp", "left or right of the window", "is the lamp left or right of the window?"),
        ("does the car have a scratch", "yes", "front or back", "is the scratch at the front or at the back?"),
        ("does the girl laugh", "yes", "before or after the song", "does the girl laugh before or after the song?"),
        ("what is the woman wearing", "a blue dress", "long or short", "is the dress long or short?"),
        ("what is the man riding", "a horse", "black or brown", "is the horse black or brown?"),
        ("what color is the car", "blue", "dark or light blue", "is the car dark blue or light blue?"),
        ("what color is the car", "red", "dark red?", "is the car dark red?"),
        ("what color is the car", "red", "only red?", "is the car only red?"),
        ("what color is the car", "red", "all of it?", "is the whole car red?"),
        ("what color is the shirt", "blue", "the whole thing?", "is the whole shirt blue?"),
        ("is there a dog", "yes", "its color?", "what color is the dog?"),
        ("are there any cars", "yes", "their color", "what color are the cars?"),
        ("is there a man", "yes", "his age?", "how old is the man?"),
        ("is there a dog", "yes", "and its size?", "how big is the dog?"),
        ("is there a dog", "yes", "what breed is it", "what breed is the dog"),
        ("what animal is it", "a bird", "what species is it", "what species is the bird"),
        ("what is the woman wearing", "a blue dress", "long sleeves?", "does the dress have long sleeves?"),
        ("what is the woman wearing", "a blue dress", "with stripes?", "does the dress have stripes?"),
        ("what is the woman doing", "cooking", "with a spoon?", "is the woman cooking with a spoon?"),
        ("what is the woman wearing", "a blue dress", "and her hair", "describe the woman's hair"),
        ("is the horse tall", "yes", "taller than the fence?", "is the horse taller than the fence?"),
        ("how old is the man", "50", "older or younger than the woman", "is the man older or younger than the woman?"),
        ("what color is the cat", "grey", "breed?", "what breed is the cat?"),
        ("what color is the van", "white", "and the size", "how big is the van?"),
        # After an exclamation or a judgement
        ("is there a horse", "yes", "lovely, is it tame", "is the horse tame"),
        ("is there a horse", "yes", "ew are those flies on it", "are those flies on the horse"),
        ("is there a baby", "yes", "oh how sweet. awake?", "is the baby awake?"),
        ("does the man fall", "yes", "oh dear. on the ice?", "does the man fall on the ice?"),
        ("is there a horse", "yes", "that's sad. is it hurt", "is the horse hurt"),
        ("is there a kite", "yes", "sorry, i meant how many", "how many kites are there?"),
        ("what is in the box", "toys", "only toys?", "what else is in the box?"),
        ("what is she wearing", "a skirt", "nothing else?", "what else is she wearing?"),
        ("who is on the boat", "a woman", "just her?", "is anyone else on the boat?"),
        ("what animals are there", "a cow", "anything else?", "what other animals are there?"),
        ("is there a kite", "yes", "whose is it", "whose is the kite"),
        ("what is in the boy's right hand", "a pen", "and in the other one?", "what is in the other hand?"),
        # More of the same
        ("is there a dog", "yes", "any others?", "are there any other dogs?"),
        ("is there a man", "yes", "are there more", "are there any other men?"),
        ("is there a dog", "no", "none at all?", "is there a dog"),
        ("are there any cars", "no", "not any?", "are there any cars"),
        ("is there a dog", "no", "there is one on the left", "is there a dog on the left?"),
        ("is there a dog", "no", "on the left there is one", "is there a dog on the left?"),
        ("how many people are there", "three", "the one in the middle?", "describe the person in the middle"),
        # Verbs and places without a subject
        ("what does the cook do with the lid", "lifts it", "and drops it?", "does the cook drop the lid?"),
        ("when does the bus arrive", "0:04", "and leaves", "when does the bus leave?"),
        ("is the dog sitting", "yes", "gets up again?", "does the dog get up again?"),
        ("what is the cat doing", "sleeping", "toys?", "does the cat have toys?"),
        ("is the girl happy", "yes", "sitting or lying down?", "is the girl sitting or lying down?"),
        ("is the boy awake", "yes", "lying down?", "is the boy lying down?"),
        ("is there a tree", "yes", "monkeys in it?", "are there monkeys in the tree?"),
        ("is there a man", "yes", "child with him?", "is there a child with the man?"),
        ("is there a girl", "yes", "holding balloons?", "is the girl holding balloons?"),
        ("what is the chef doing", "cutting", "wearing a hat", "is the chef wearing a hat?"),
        ("is there a horse", "yes", "galloping where?", "where is the horse galloping?"),
        ("what color is the bus", "red", "and the van the same?", "what color is the van"),
        ("is there a cat", "yes", "who does it belong to", "who does the cat belong to"),
        ("is there a cat", "yes", "does anything happen to it", "does anything happen to the cat"),
        ("what is the girl wearing", "skirt", "color?", "what color is the skirt?"),
        ("what is the girl wearing", "skirt", "is anyone else wearing one", "is anyone else wearing a skirt"),
        # Phrases without a verb, and places
        ("how many boys are there", "four", "how many with caps", "how many boys are there with caps"),
        ("are there any dogs", "yes", "how many lying down?", "how many dogs are there lying down?"),
        ("are there any cats", "yes", "how many on the left?", "how many cats are there on the left?"),
        ("is there a lamp", "yes", "where in the picture", "where in the picture is the lamp?"),
        ("is there a dog", "yes", "doing what", "what is the dog doing?"),
        ("are there any kids", "yes", "eating what?", "what are the kids eating?"),
        ("what is the man doing", "running", "in which scene", "when is the man running?"),
        ("what color is the car", "red", "which car?", "where is the car?"),
        ("is there a car", "yes", "which one", "where is the car?"),
        ("where is the cat", "on the sofa", "in which room", "which room is the cat in?"),
        ("where is the cat", "on the sofa", "not on the floor?", "is the cat on the floor?"),
        ("what color is the car", "red", "what's behind", "what is behind the car?"),
        ("is there a dog", "yes", "who is next to", "who is next to the dog?"),
        ("what color is the car", "red", "what is in front", "what is in front of the car?"),
        ("what color is the car", "red", "no the truck", "what color is the truck"),
        ("what is the man doing", "running", "no the woman", "what is the woman doing"),
        ("which leg is up", "right", "not the left?", "is it the left leg?"),
    ],
)  # fmt: skip
def test_short_follow_ups_are_completed(
    earlier: str, answer: str, text: str, rendered: str
) -> None:
    history = [Turn(question=earlier, answer=Answer(text=answer))]
    assert parse(text, history, encoder=sentence_encoder()).rendered == rendered


@pytest.mark.parametrize(
    ("text", "intent"),
    [("so?", "elaborate"), ("what about it", "elaborate"), ("how so", "explain")],
)  # fmt: skip
def test_a_fragment_about_the_answer(text: str, intent: str) -> None:
    history = [Turn(question="is there a dog", answer=Answer(text="yes"))]
    assert parse(text, history, encoder=sentence_encoder()).intent == intent

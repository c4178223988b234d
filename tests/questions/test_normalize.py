from __future__ import annotations

import pytest

from vqa.questions.normalization.normalize import RULES, normalize, normalized_wording
from vqa.questions.words.rewriting import RewriteRule


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("Can you describe the video?", "describe the video?"),
        ("Could you tell me what color the dog is?", "what color is the dog?"),
        ("Do you know what animal this is?", "what animal is this?"),
        ("please tell me where the cat is", "where is the cat"),
        ("is that the moon I can see over the lake?", "is that the moon over the lake?"),
        ("how long till the boat sinks?", "when does the boat sink?"),
        ("besides the cat who is in the room", "who is in the room besides the cat"),
        ("is it just me or is it dark", "is it dark"),
        ("could be evening, no?", "is it evening?"),
        ("is it asleep omg", "is it asleep"),
        ("is she on a boat or so", "is she on a boat"),
        ("is it a wolf, or?", "is it a wolf?"),
        ("tell me the main points", "tell me the main points"),
        ("tell me the bear is a toy", "is the bear a toy?"),
        ("pls tell me she isn't alone", "is she alone?"),
        ("tell me what the man is doing", "what is the man doing"),
        ("I want to know how many dogs there are", "how many dogs are there"),
        ("do you know if there is a cat?", "is there a cat?"),
        ("Can you tell me whether the dog is running?", "is the dog running?"),
        ("Can you count the people?", "how many people are there?"),
        ("Could you tell me when the dog appears?", "when does the dog appear?"),
        ("Tell me when the dog is running", "when is the dog running"),
        ("What's the dog doing?", "What is the dog doing?"),
        ("Where\u2019s the cat?", "Where is the cat?"),
        ("Isn't there a cat?", "Is there a cat?"),
        ("the boy wouldn't happen to own a bike, would he?", "does the boy own a bike?"),
        ("does she happen to smile?", "does she smile?"),
        ("nobody helps him?", "does anybody help him?"),
        ("after how many seconds the boat sinks?", "when does the boat sink?"),
        ("yikes did the tree fall", "did the tree fall"),
        ("nobody is on the boat, I hope?", "is anybody on the boat?"),
        ("Can't you see the cat?", "can you see the cat?"),
        ("Is it raining or not?", "Is it raining?"),
        ("Hey, and what color is it, please?", "what color is it?"),
        ("  two   spaces ", "two spaces"),
        ("whats going on", "what is going on"),
        ("Any dogs?", "are there any dogs?"),
        ("number of cars?", "how many cars are there?"),
        ("Colour of the car?", "what color is the car?"),
        ("There is a dog, right?", "is There a dog?"),
        ("It's a cat, isn't it?", "is It a cat?"),
        ("tell me what you see", "what do you see"),
        ("Is she happy do you think?", "Is she happy?"),
        ("what season do you think it is", "what season do you think it is"),
        ("what color is the table itself", "what color is the table"),
        ("does she do that by herself", "does she do that by herself"),
        ("is he doing all this by himself", "is he doing all this by himself"),
        ("does this move itself", "does this move itself"),
        ("what is in it's mouth", "what is in its mouth"),
        ("from minute two on it's only people", "from minute two on it is only people"),
        ("from 0:10 on it's dark, is he alone?", "from 0:10 on it is dark, is he alone?"),
        ("later on it's night", "later on it is night"),
        ("is that what he works with it's a saw", "is that what he works with it is a saw"),
    ],
)
def test_a_question_is_put_plainly(question: str, plain: str) -> None:
    assert normalized_wording(question) == plain
    assert normalized_wording(plain) == plain


@pytest.mark.parametrize(
    "question",
    ["Can you see a dog?", "Do you see a dog?", "What do you see?", "Tell me a story", "Anyone here?", ""],
)  # fmt: skip
def test_what_is_plain_stays(question: str) -> None:
    assert normalized_wording(question) == question


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_rules_do_what_their_example_says(rule: RewriteRule) -> None:
    before, after = rule.example
    assert rule.pattern.sub(rule.replacement, before).strip() == after


@pytest.mark.parametrize(
    ("text", "positive", "expects_absence"),
    [
        ("Is he not running?", "Is he running?", True),
        ("It is not red, right?", "is It red?", True),
        ("Are there no cats?", "Are there any cats?", True),
        ("Isn't there a cat?", "Is there a cat?", False),
        ("There are no people, correct?", "are there any people?", True),
        ("you don't see a guitar, do you", "is there a guitar?", True),
        ("so no dog?", "is there any dog?", True),
        ("is the bus not moving", "is the bus moving", True),
        ("the horse isnt running right", "is the horse running?", True),
        ("The man is not singing, is he?", "is The man singing?", True),
        ("The tape hasn't got any cuts, has it?", "has The tape got any cuts?", True),
        ("does nobody speak?", "does anybody speak?", True),
        ("is nobody in the kitchen", "is anybody in the kitchen", True),
        ("is there no one", "is there anybody", True),
    ],
)
def test_negation_is_undone_and_noted(text: str, positive: str, expects_absence: bool) -> None:
    normalized = normalize(text)
    assert normalized.text == positive
    assert normalized.has_negation
    assert normalized.expects_absence is expects_absence


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("what color dress is she wearing", "what color is her dress"),
        ("what color bus do they have", "what color is their bus"),
        ("what colour trousers has he got", "what colour are his trousers"),
        ("her dress, red?", "is her dress red?"),
        ("checkered or plain tie", "is the tie checkered or plain?"),
        ("dots or stripes, his tie", "is his tie dots or stripes?"),
        ("narrow road or wide", "is the road narrow or wide?"),
        ("which hat she wears", "which hat does she wear"),
        ("how many cow is there", "how many cows are there"),
        ("how many cake are there", "how many cakes are there"),
        ("how many color are there", "how many colors are there"),
        ("how many wedding guests wear hats", "how many wedding guests wear hats"),
        ("how many mb is it", "how many mb is it"),
        ("a truck no?", "a truck?"),
        ("are the plates the same color or different", "are the plates the same color"),
        ("how does the lady feel", "what emotion does the lady show"),
        ("what is that violinist called", "what is that violinist's name"),
        ("what is this bird called", "what is this bird called"),
        ("one of them smiling?", "is one of them smiling?"),
        ("anything wet in the room?", "is there anything wet in the room?"),
        ("something broken?", "is there anything broken?"),
        ("anything else?", "anything else?"),
        ("dog size?", "what size is the dog?"),
        ("what colour top have the boys got", "what colour is the boys' top"),
        ("whos got the kite", "who has the kite"),
        ("the children, asleep?", "are the children asleep?"),
        ("what color the canvas", "what color is the canvas"),
        ("where the glass", "where is the glass"),
        ("where the people", "where are the people"),
        ("who those men", "who are those men"),
        ("what the dogs doing", "what are the dogs doing"),
        ("where the bus going", "where is the bus going"),
        ("where the man sits", "where does the man sit"),
        ("where the dogs sleep", "where do the dogs sleep"),
    ],
)
def test_be_agrees_with_its_noun(question: str, plain: str) -> None:
    assert normalized_wording(question) == plain


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_normalized_examples_of_the_rules_stay(rule: RewriteRule) -> None:
    for example in rule.example:
        text = normalized_wording(example)
        assert normalized_wording(text) == text


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("count the jars on the belt", "how many jars are on the belt"),
        ("number of wheels on that cart?", "how many wheels are on that cart"),
        ("how many dogs in the car are there", "how many dogs are in the car"),
        ("number of players in the first minute", "how many players in the first minute are there?"),
        ("i'm colour blind, what's on the screen?", "what is on the screen?"),
        ("second half?", "in the second half?"),
        ("in the last quarter, what happens?", "in the last quarter what happens?"),
        ("tell me how many sheep you see", "how many sheep do you see"),
        ("i'd like to know what one can hear", "what can one hear"),
        ("show me where they put up the rafters", "where do they put up the rafters"),
    ],
)  # fmt: skip
def test_what_is_normalized_stays(question: str, plain: str) -> None:
    assert normalized_wording(question).rstrip("?") == plain.rstrip("?")
    assert normalized_wording(normalized_wording(question)) == normalized_wording(question)


@pytest.mark.parametrize("text", ["yes or no: is it a dog?", "yes or no, is it a dog?"])
def test_the_form_of_the_answer_is_no_part_of_the_question(text: str) -> None:
    assert normalized_wording(text) == "is it a dog?"

from __future__ import annotations

import pytest

from tests.questions.messages import sentence_encoder
from vqa.questions.parse import parse
from vqa.types import Answer, Turn


def turns(*exchanges: tuple[str, str]) -> list[Turn]:
    return [Turn(question=question, answer=Answer(text=answer)) for question, answer in exchanges]


@pytest.mark.parametrize(
    ("earlier", "question", "resolved"),
    [
        ([("Is there a dog?", "yes")], "And a cat?", "is there a cat?"),
        ([("Can you see a dog?", "yes")], "what about a red car?", "is there a red car?"),
        ([("Is there a dog?", "yes"), ("and a cat?", "no")], "and the horses?", "are there any horses?"),
        ([("What color is the dog?", "brown")], "How about the cat?", "What color is the cat?"),
        ([("What is the man doing?", "running")], "And the woman?", "What is the woman doing?"),
        ([("How many dogs are there?", "two")], "and the cats?", "How many cats are there?"),
        ([("When does the dog appear?", "At 0:01.")], "And the cat?", "When does the cat appear?"),
        ([("Is it a dog or a swan?", "dog")], "And a cat?", "is there a cat?"),
        ([("What happens first?", "running"), ("then what", "a dog runs")], "how many buses", "how many buses"),
        ([("Is the cup on the table?", "yes")], "and on the chair?", "is the cup on the chair?"),
        ([("How many cows are there?", "two"), ("what is the brown one doing", "walking")], "and the black one", "what is the black cow doing"),
        ([("How many people are there?", "two")], "what about the third one", "describe the third person"),
        ([("Is there a stand?", "yes")], "which side of the bed is it", "which side of the bed is the stand"),
        ([("is the jacket darker than the jeans", "jeans")], "what about her shoes", "describe the shoes"),
        ([("Is there a dog?", "yes")], "What color is it?", "what color is the dog?"),
        ([("Is there a cat?", "yes")], "What is it doing?", "what is the cat doing?"),
        ([("Is there a cat?", "yes")], "Where is it?", "where is the cat?"),
        ([("Are there any cars?", "yes")], "How many?", "how many cars are there?"),
        ([("How many people are there?", "four")], "How many of them are women?", "how many of the people are women?"),
        ([("What animal is it?", "horse")], "Does it run?", "Does the horse run?"),
        ([("What color is the man's shirt?", "red")], "and the woman's?", "What color is the woman's shirt?"),
        ([("Is there a dog?", "yes")], "And at 0:05?", "Is there a dog?"),
        ([("Does the dog jump?", "yes")], "When?", "when does the dog jump?"),
        ([], "a dog?", "is there a dog?"),
        ([], "any dogs?", "are there any dogs?"),
        ([], "a priest appears?", "does a priest appear?"),
        ([], "any trousers?", "are there any trousers?"),
        ([("what is in the red box?", "a cat"), ("is there a bird?", "no")], "the blue box?", "what is in the blue box?"),
        ([("what is in the red box?", "a cat"), ("is there a bird?", "no")], "a blue box?", "is there a blue box?"),
        ([("are the people dancing?", "yes")], "what about them in the back", "are the people in the back dancing?"),
        ([("what are the men in front doing?", "singing")], "and them behind the fence?", "what are the men behind the fence doing?"),
        ([("is the man tall?", "yes")], "him on the left?", "is the man on the left tall?"),
        ([("How many pieces are in the bowl?", "one")], "do they all have the same shape?", "do the pieces all have the same shape?"),
        ([("Is there a dog?", "yes"), ("is there a man?", "yes")], "what color is his fur?", "what color is the dog's fur?"),
        ([("Is there a dog?", "yes")], "is somebody holding it or are they feeding it?", "is somebody holding the dog or are they feeding it?"),
        ([("Is there a dog?", "yes")], "where is he, is it a garden or a park?", "is it a garden or a park?"),
        ([("Who is on the road?", "people")], "what is it they are carrying?", "what are the people carrying?"),
        ([("Is there a cat?", "yes")], "is this one grey?", "is the cat grey?"),
        ([("How many glasses are there?", "three")], "is she asleep on somebody's shoulder or just hugging them?", "is she asleep on somebody's shoulder or just hugging them?"),
        ([("Are there couches?", "yes")], "What is on the carpet in this one?", "What is on the carpet in the video?"),
        ([("Is there an animal?", "yes")], "What does the yellow bag have on it?", "What does the yellow bag have on it?"),
        ([("How many chairs are there?", "two"), ("is there a man?", "yes")], "what are they doing?", "what is the man doing?"),
        ([("What is the first dog carrying?", "a stick")], "what's the second one doing?", "what is the second dog doing?"),
        ([("Is there a woman?", "yes")], "is the shadow hers?", "is the shadow the woman's?"),
        ([("Is there a dog?", "yes")], "What is that orange thing he has, a toy or a cloth?", "What is that orange thing the dog has, a toy or a cloth?"),
    ],
)  # fmt: skip
def test_follow_ups_are_made_self_contained(
    earlier: list[tuple[str, str]], question: str, resolved: str
) -> None:
    parsed = parse(question, turns(*earlier))
    wording = parsed.rendered if not earlier else parsed.resolved
    assert wording.lower() == resolved.lower()


@pytest.mark.parametrize(
    ("earlier", "question", "rendered"),
    [
        # What only animals do, the insect does; a thing falls.
        ([("what is the insect sitting on", "in the grass")], "does it fly away", "does the insect fly away"),
        ([("what is on the table", "ball")], "does it roll off", "does the ball roll off"),
        ([("what is the cat doing", "lying on a sofa")], "is it asleep", "is the cat asleep"),
        ([("how many cars are there", "four")], "how many of them are moving", "how many of the cars are moving"),
        ([("are there any dogs", "yes")], "how many of those two are red", "how many of the two dogs are red"),
        ([("are there two dogs", "yes")], "which of these two is asleep", "which of the two dogs is asleep"),
        ([("what are the people doing", "standing"), ("is there a lamp", "yes")], "is either of them smiling", "is either of the people smiling"),
        ([("is someone holding a phone", "no")], "are they colleagues", "are the people colleagues"),
        ([("how many people are there", "two")], "what are the two in front wearing", "what are the two people in front wearing"),
        # The opposite side, and what a remark names.
        ([("who is on the left", "a man")], "and the other one?", "who is on the right"),
        ([("what is the left one wearing", "jacket")], "and the other one?", "what is the right one wearing"),
        ([], "I see a cat in the bushes, what color is it?", "what color is the cat"),
        ([], "i am a dentist, are his teeth visible?", "are his teeth visible"),
        ([], "barista here, which hand has the kettle", "which hand has the kettle"),
        ([("does he wear glasses", "no")], "a beard then?", "is there a beard"),
        ([("what is he doing", "walking")], "is it the same one?", "is it the same man"),
        ([("what is the lady saying", "I cannot hear it.")], "what color is her jacket", "what color is the lady's jacket"),
        ([("what colour is the girl's hat", "red")], "and the boy?", "what colour is the boy's hat"),
        ([("what is he wearing", "shirt")], "a watch too?", "is the man wearing a watch"),
        ([("is this a beach or a lake", "beach")], "second scene: is it a bathroom", "is it a bathroom"),
        ([("is there a weapon", "no")], "is it in colour or black and white", "is it in colour or black and white"),
        ([("what are the people wearing", "hats")], "is one of them his trainer", "is one of the people his trainer"),
        ([("what does she pick up", "cup")], "what about the end?", "what does she pick up"),
        ([("what is the floor made of", "wood")], "can you see their faces", "can you see the people's faces"),
        ([("what are they doing", "fighting")], "who starts it", "what are they doing fighting. who starts it"),
        ([("what colour is her hair", "brown")], "blonde?", "is her hair blonde"),
        ([("is there a bench", "yes")], "I asked which color", "what color is the bench"),
        ([("two women are shown", "yes"), ("how many women are there", "two")], "what is the other one wearing", "what is the other woman wearing"),
        ([], "i like the lamp lol, what colour is it", "what colour is the lamp"),
        ([("what instrument is he playing", "guitar")], "electric?", "is the guitar electric"),
        ([("what does he do", "holding")], "indoors?", "is it indoors"),
        ([("is there a tshirt", "no")], "and on his arm", "what is on his arm"),
        ([], "I see no car, is there one?", "is there a car"),
        ([("is there a kettle", "yes")], "mug colour", "what color is the mug"),
        ([("does the swan look back", "yes")], "and if it did, when", "when does the swan look back"),
        ([("does the man have glasses", "yes")], "same question for the lady", "does the lady have glasses"),
        ([], "whos hand is it", "whose hand is it"),
        ([("who is holding the kettle", "a man")], "what are they wearing", "what is the man wearing"),
        ([("what are the men doing", "running")], "are they tired", "are the men tired"),
        # "She" carries the baby, and "with her" is with herself.
        ([("what is the woman carrying", "baby")], "does she drop it", "does the woman drop the baby"),
        ([("what is the woman carrying", "baby")], "what else does she have with her?", "what else does the woman have with her"),
        ([("what equipment do you see", "rack")], "which gym is it", "what equipment do you see rack. which gym is it"),
        ([("what is in the left hand", "cup")], "and what in the other", "what is in the other hand"),
        ([("how many dogs are there", "two")], "are both brown", "are both dogs brown"),
        ([("which animals do you see", "a horse"), ("describe the second animal", "The animal is brown. The animal is in the grass.")], "what is the last one eating", "what is the last animal eating"),
        ([("what do the people wear", "white shirts")], "do they have poles", "do the people have poles"),
        ([("are there houses", "no"), ("what is in the last part", "umbrella")], "is it black", "is the umbrella black"),
        ([("what are the two men wearing", "red shirts")], "do they have the same shoes", "do the men have the same shoes"),
        ([("how many cars are there", "two")], "which one is red", "is the red car on the left or on the right"),
        ([("how many people are there", "two")], "which of them wears green", "is the person in green on the left or on the right"),
        ([("is the baby cute", "yes")], "what is it wearing", "what is the baby wearing"),
        ([("is there a giraffe", "yes")], "how many big ones are there", "how many big giraffes are there"),
        ([("what is behind the woman", "a wall")], "what color is that", "what color is the wall"),
        ([("what is she sitting on", "a bench")], "what is behind that", "what is behind the bench"),
        ([("what sport is it", "skiing")], "how many of them are there", "how many of the people are there"),
        ([("what appliances are there", "sink")], "how many of them are riding", "how many of the people are riding"),
        ([("are the cat's eyes open", "yes")], "what color are they", "what color are the cat's eyes"),
        ([("is there a dog", "yes"), ("is it a he or a she", "she")], "what is he doing", "what is the dog doing"),
        ([("what animals are there", "giraffes")], "what is the one on the right looking at", "what is the giraffe on the right looking at"),
        ([("is there a dog", "yes")], "what color is the one in front", "what color is the dog in front"),
        ([("what are they wearing", "red shirts")], "is the one on the left running", "is the person on the left running"),
        ([("is there a man and a woman", "yes")], "are they talking", "are the people talking"),
        ([("what animals are there", "a dog and a cat")], "where are they", "where are the animals"),
        ([("is there a cat", "yes"), ("is there a dog", "no")], "what is it doing", "what is the dog doing"),
        ([("what happens", "a brown dog runs down a sidewalk"), ("is there a cat", "no")], "what color is it then", "what color is the cat"),
        ([("what instrument is that", "a piano"), ("what is next to the piano", "a plant")], "is anyone playing it", "is anyone playing the piano"),
        ([("what is in the street", "a car"), ("what is next to the car", "a dog")], "is anyone driving it", "is anyone driving the car"),
        ([("what is the last thing", "umbrella")], "is it open", "is the umbrella open"),
        ([("what are they wearing", "red shirts")], "is the taller one smiling", "is the taller person smiling"),
        ([("what do you see", "a dog and a cat on a sofa")], "what color is the first thing you mentioned", "what color is the dog"),
        ([("what animals are there", "a dog, a cat and a horse")], "where is the last one", "where is the horse"),
        ([("what are they wearing", "shirt")], "the shoes of the one in red?", "describe the shoes of the person in red"),
        # Two pronouns mean two things, and a person is not an animal beside persons.
        ([("who throws the ball", "a man"), ("does the dog bring it", "no")], "does she throw it", "does she throw the ball"),
        ([("is there a dog", "yes"), ("what color is the ball", "red")], "does he hold it", "does the dog hold the ball"),
        ([("where is the bird", "water"), ("what bird is that", "black")], "does it swim", "does the bird swim"),
        ([("what are the blocks made of", "wood")], "what color are they", "what color are the blocks"),
    ],
)  # fmt: skip
def test_pronouns_of_one_question_have_different_antecedents(
    earlier: list[tuple[str, str]], question: str, rendered: str
) -> None:
    assert parse(question, turns(*earlier)).rendered.rstrip("?").endswith(rendered)


def test_why_asks_for_the_reason_of_an_action_or_for_that_of_an_answer() -> None:
    assert parse("why", turns(("what is the man doing", "running"))).intent == "reason"
    assert parse("why not", turns(("does he drink", "no"))).intent == "reason"
    assert parse("why", turns(("is there a dog", "no"))).intent == "explain"


@pytest.mark.parametrize(
    ("text", "intent"),
    [("i think its two", "acknowledge"), ("no i think 2", "correction"), ("no i count three", "correction")],
)  # fmt: skip
def test_who_repeats_the_answer_agrees_with_it(text: str, intent: str) -> None:
    assert parse(text, turns(("how many dogs are there", "two"))).intent == intent


def test_a_refusal_is_no_context() -> None:
    history = turns(("what happened to him", "I can't know that."))
    assert "I can't" not in parse("is he sad", history).rendered


@pytest.mark.parametrize("question", ["What color is it?", "Where is it?", "what is it doing?"])
def test_what_was_found_absent_stays_absent(question: str) -> None:
    history = turns(("Is there a horse?", "no"))
    assert parse(question, history).absent == "horse"
    assert parse("Is there a horse at 0:02?", history).absent == ""
    assert parse(question, turns(("Is there a horse?", "yes"))).absent == ""


@pytest.mark.parametrize(
    ("question", "intent"),
    [("are you sure?", "certainty"), ("why?", "explain"), ("that's wrong", "correction"), ("tell me more", "elaborate"), ("what did you say?", "repeat")],
)  # fmt: skip
def test_questions_about_the_answer_are_not_about_a_thing(question: str, intent: str) -> None:
    assert parse(question, turns(("Is there a dog?", "yes"))).intent == intent


@pytest.mark.parametrize(
    ("question", "answer", "text", "resolved"),
    [
        ("is the man holding something?", "yes", "what?", "what is the man holding?"),
        ("what is in the bag?", "an apple", "what else?", "what else is in the bag?"),
        ("how many cows are there?", "6", "how many are standing?", "how many cows are standing?"),
        (
            "what is the player doing?",
            "running",
            "the goalie not the player",
            "what is the goalie doing?",
        ),
        (
            "when does the dog appear?",
            "at 0:40",
            "and the second one?",
            "when does the second dog appear?",
        ),
        (
            "what does the man take?",
            "a beer",
            "did he pay for it?",
            "did the man pay for the beer?",
        ),
    ],
)
def test_follow_ups_of_other_kinds(question: str, answer: str, text: str, resolved: str) -> None:
    before = Turn(question=question, answer=Answer(text=answer))
    assert parse(text, [before]).resolved == resolved


def test_a_bit_later_is_a_time() -> None:
    before = Turn(question="what happens at 0:10?", answer=Answer(text="a diver jumps in"))
    time_range = parse("a bit later?", [before]).time_range
    assert time_range is not None
    assert time_range.start == 15


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Thanks, that helps.", "thanks"),
        ("thank u my friend", "thanks"),
        ("Many thanks", "thanks"),
        ("very good, thank you", "thanks"),
        ("who's winning", "compare"),
        ("is it the same guy", "verify"),
        ("can you tell me where to buy it", "outside_world"),
        ("she looks so bored", "verify"),
    ],
)
def test_what_needs_no_earlier_turn_is_not_completed_by_one(text: str, intent: str) -> None:
    earlier = Turn(question="What color is her jacket?", answer=Answer(text="blue"))
    assert parse(text, [earlier]).intent == intent


def test_what_is_in_an_absent_thing_is_not_asked() -> None:
    assert (
        parse("is there anything floating in it", turns(("is there a pool", "no"))).absent == "pool"
    )
    assert parse("is there a pool in it", turns(("is there a pool", "no"))).absent == ""


def test_a_declined_answer_names_nothing() -> None:
    declined = Answer(text="sink", reply="I can't tell the kind of appliance.")
    history = [Turn(question="what appliances are there", answer=declined)]
    assert parse("what color is it", history).subject != "sink"


@pytest.mark.parametrize(
    ("earlier", "message", "resolved"),
    [
        ([("is there a dog", "yes")], "There's also a man with a hat. Is he old?", "is the man old"),
        ([("what is the woman doing", "cooking")], "the last one is a boy, or a young man already. what does he do?", "what does the boy do"),
        ([("is there an elephant", "yes")], "A man stands beside the elephant as well. Is he walking or cycling?", "is the man walking or cycling"),
        ([("how many vehicles are there", "two")], "Then comes a group of tourists. How many are they?", "how many tourists are there"),
        ([("how many dogs are there", "two")], "Then comes the group that jumps. How many are there?", "how many people are there"),
        ([("how many birds are there", "two")], "I don't understand why there are elephants at the end. How many are there?", "how many elephants are there"),
        ([("what color is the door", "red")], "I'd love to see the broken bridge again. Is it old?", "is the broken bridge old"),
        ([("is the bag red", "yes")], "moving on to the ship, is it big?", "is the ship big"),
        ([("is the bag red", "yes")], "Finally the cat at the end. What color is it?", "what color is the cat"),
        ([("is there a bike", "yes")], "What a cute kitten. Is it asleep?", "is the kitten asleep"),
        ([("is the baby a boy or a girl", "boy")], "what is it holding to its ear?", "what is the baby holding to its ear"),
        ([("where are the cows", "field"), ("is the baby asleep", "no")], "does it smile?", "does the baby smile"),
        ([("is the kid happy", "yes"), ("where is the skater", "park")], "what color is his board?", "what color is the skater's board"),
        ([("how many women are there", "two"), ("what is the person in green doing", "skiing")], "is there a dog with them?", "is there a dog with the person"),
        ([("who is there", "a woman")], "There's someone behind her. Can you see their face?", "can you see the person's face"),
        ([("is the bag red", "yes")], "Isn't it odd that the goat ignores the child?", "isn't it odd that the goat ignores the child"),
        ([("is the bag red", "yes")], "is the cat jumping away from the dog or is it biting him?", "is the cat jumping away from the dog or is it biting him"),
        ([("is the bag red", "yes")], "the cat and the parrot are funny :) are they eating?", "are the animals eating"),
        ([("where is the cat", "sofa")], "The kid in pyjamas made me laugh. What is it holding?", "what is the kid holding"),
        ([("what is the boy eating", "ice cream")], "My favourite is the penguin though. Is it swimming?", "is the penguin swimming"),
        ([("what does the lady hold", "umbrella")], "I believe some cyclists overtake her later. How many are there?", "how many cyclists are there"),
        ([("is the man her father or a waiter", "waiter")], "what color is his tie?", "what color is the man's tie"),
        ([("what are the fighters wearing", "white shorts")], "which of them throws the punch?", "which of the fighters throws the punch"),
        ([("are the apples red", "yes")], "I noticed some legs at the top. Do they stop to help?", "do the people stop to help"),
        ([("how many kids are there", "five"), ("is the skateboarder in the air", "no")], "what is he wearing", "what is the skateboarder wearing"),
    ],
)  # fmt: skip
def test_pronouns_mean_what_was_introduced_last_and_agrees(
    earlier: list[tuple[str, str]], message: str, resolved: str
) -> None:
    text = parse(message, turns(*earlier)).resolved.lower().rstrip("?")
    assert text.rpartition(". ")[2] == resolved


def test_a_thing_of_a_remark_stays_for_later_questions() -> None:
    first = "There's a skier in red. What color is the sky?"
    assert (
        parse("what is he wearing?", turns((first, "blue"))).resolved
        == "what is the skier wearing?"
    )


@pytest.mark.parametrize(
    ("earlier", "text", "absent"),
    [
        ("is there a ball?", "where is the ball", "ball"),
        ("is there a ball?", "is the ball big?", "ball"),
        ("is there a road?", "any people on it?", "road"),
        ("is there a ball?", "is there a ball or a balloon?", ""),
        ("is there a ball?", "where is the man?", ""),
    ],
)
def test_what_a_question_presupposes_stays_absent(earlier: str, text: str, absent: str) -> None:
    history = [Turn(question=earlier, answer=Answer(text="no"))]
    assert parse(text, history).absent == absent


def test_anything_else_asks_for_more_of_the_same() -> None:
    history = [Turn(question="what is on the table?", answer=Answer(text="a bottle"))]
    question = parse("anything else?", history, encoder=sentence_encoder())
    assert question.resolved == "what else is on the table?"


def test_one_is_nothing_that_was_denied_and_that_thing_is_new() -> None:
    history = [
        Turn(question="what animals are these?", answer=Answer(text="giraffes")),
        Turn(question="is one a baby?", answer=Answer(text="no")),
    ]
    question = parse("what is the big one doing", history, encoder=sentence_encoder())
    assert question.subject != "big baby"
    history = [Turn(question="is the man standing?", answer=Answer(text="yes"))]
    assert parse("what's that thing on the right", history).subject != "man"

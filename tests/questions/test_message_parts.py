from __future__ import annotations

import pytest

from tests.questions.messages import parts_of, wordings_of
from vqa.questions.messages.message_parts import split_message
from vqa.questions.parse import parse
from vqa.types import Answer, Turn


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Is there a dog?", [("question", "Is there a dog?")]),
        ("ok back to the dog. is it on a leash", [("topic", "dog"), ("question", "is it on a leash")]),
        ("back to the bike, what colour is it", [("topic", "bike"), ("question", "what colour is it")]),
        ("Her jacket, is it denim?", [("question", "is her jacket denim?")]),
        ("lady in a white coat, what is she doing", [("topic", "lady"), ("question", "what is she doing")]),
        ("I teach cosmetology. Does she hold a brush?", [("remark", "I teach cosmetology."), ("question", "Does she hold a brush?")]),
        ("How long is it? How many shots?", [("question", "How long is it?"), ("question", "How many shots?")]),
        ("is it red and how many are there", [("question", "is it red"), ("question", "how many are there")]),
        ("there is a cat in it. no?", [("question", "there is a cat in it, no?")]),
        ("at 1.5 s, is there a cat or a dog?", [("question", "at 1.5 s, is there a cat or a dog?")]),
        ("a man and a dog are running", [("question", "a man and a dog are running")]),
        ("car or bike, which comes first", [("question", "car or bike, which comes first")]),
        ("What a lovely dog! What is he doing?", [("remark", "What a lovely dog!"), ("question", "What is he doing?")]),
        ("the one in red? what did he do", [("remark", "the one in red?"), ("question", "what did he do")]),
        ("what about glasses, is he wearing any", [("topic", "glasses"), ("question", "is he wearing any")]),
        ("are there any bees or insects?", [("question", "are there any bees?"), ("question", "are there any insects?")]),
        ("is there a barbell or some rack anywhere near him", [("question", "is there any barbell anywhere near him?"), ("question", "is there any rack anywhere near him?")]),
        ("was there toilet paper or a towel somewhere?", [("question", "was there any toilet paper somewhere?"), ("question", "was there any towel somewhere?")]),
        ("do you think he is happy or sad", [("question", "is he happy or sad?")]),
        ("ok and what colour is the wall", [("question", "what colour is the wall")]),
        ("how sweet. is it eating", [("remark", "how sweet."), ("question", "is it eating")]),
        ("how many? and where?", [("question", "how many?"), ("question", "and where?")]),
        ("Is he alone? I am worried about our house.", [("question", "Is he alone?")]),
        ("what is it? answer in one word", [("question", "what is it? answer in one word")]),
        ("How lovely, like my cat. Is it wet?", [("remark", "How lovely, like my cat."), ("question", "Is it wet?")]),
        ("what is in the left hand and what in the other", [("question", "what is in the left hand"), ("question", "what in the other")]),
        ("is anyone asleep or is it a game?", [("question", "is anyone asleep or is it a game?")]),
        ("what's the colour of his shirt and his trousers?", [("question", "what's the colour of his shirt?"), ("question", "what's the colour of his trousers?")]),
        ("what color are the walls and the floor", [("question", "what color are the walls?"), ("question", "what color is the floor?")]),
        ("which colour do the sofa and the curtains have", [("question", "which colour does the sofa have?"), ("question", "which colour do the curtains have?")]),
        ("what colour is the black and white cat", [("question", "what colour is the black and white cat")]),
        ("He is holding a rake. Can you confirm that?", [("remark", "He is holding a rake."), ("question", "is He holding a rake?")]),
        ("My son cooks. Can you check this pan?", [("remark", "My son cooks."), ("question", "Can you check this pan?")]),
        ("is it a cat or is it a dog?", [("question", "is it a cat or is it a dog?")]),
        ("its so dark, is it night?", [("remark", "it is so dark."), ("question", "is it night?")]),
        ("Hi, I sell lamps, what is behind her?", [("remark", "Hi, I sell lamps."), ("question", "what is behind her?")]),
        ("Facilities: is the door open?", [("remark", "Facilities."), ("question", "is the door open?")]),
        ("what are the size and color of the cat?", [("question", "what is the size of the cat?"), ("question", "what is the color of the cat?")]),
        ("how many cats how many birds?", [("question", "how many cats?"), ("question", "how many birds?")]),
        ("shoe color + hair color", [("question", "what is the shoe color?"), ("question", "what is the hair color?")]),
        ("what's the resolution and fps?", [("question", "what is the resolution?"), ("question", "what is the fps?")]),
        ("he starts with the wave. is that right", [("question", "he starts with the wave, right?")]),
        ("what about the cat?", [("question", "what about the cat?")]),
        ("Is the church in St. Louis? It is big.", [("question", "Is the church in St. Louis?")]),
        ("Is he from the U.K. team?", [("question", "Is he from the U.K. team?")]),
        ("I see J. Doe and so do I. What is he doing?", [("remark", "I see J. Doe and so do I."), ("question", "What is he doing?")]),
        ("is that a bank and does either touch it", [("question", "is that a bank"), ("question", "does either touch it")]),
        ("is it wool ? or silk", [("question", "is it wool or silk")]),
        ("do you see any bins or boxes?", [("question", "do you see any bins?"), ("question", "do you see any boxes?")]),
        ("When the dog jumps, what does the man do?", [("question", "When the dog jumps, what does the man do?")]),
        ("Is anyone there? Or tell me what you see", [("question", "Is anyone there?"), ("question", "Or tell me what you see")]),
        ("is it dark, and at what time is it?", [("question", "is it dark"), ("question", "at what time is it?")]),
        ("who's that and what's he doing", [("question", "who's that"), ("question", "what's he doing")]),
        ("What does he do, when does he stop?", [("question", "What does he do?"), ("question", "when does he stop?")]),
        ("how does she react, does she laugh or cry?", [("remark", "how does she react."), ("question", "does she laugh or cry?")]),
        ("I was told it is a horse?? what is it", [("remark", "I was told it is a horse??"), ("question", "what is it")]),
        ("Is it a gym? Or is it a kitchen?", [("question", "Is it a gym or is it a kitchen?")]),
        ("What is it? Or is it a kitchen?", [("question", "What is it?"), ("question", "Or is it a kitchen?")]),
        ("Is it Mr. Smith or Dr. No?", [("question", "Is it Mr. Smith or Dr. No?")]),
        ("and after the push, do they wait or does one walk away?", [("question", "and after the push, do they wait or does one walk away?")]),
        ("the resolution and the frame rate?", [("question", "what is the resolution?"), ("question", "what is the frame rate?")]),
        ("can you read it, or at least tell me if it's a song", [("question", "can you read it"), ("question", "tell me if it's a song")]),
        ("count the cups and describe the table", [("question", "count the cups"), ("question", "describe the table")]),
        ("Is it a kite, what colour is it?", [("question", "Is it a kite?"), ("question", "what colour is it?")]),
        ("Does he let go, and if so when?", [("question", "Does he let go?"), ("question", "when?")]),
        ("Does the cook stir, does he chop or does he peel?", [("question", "Does the cook stir, does he chop or does he peel?")]),
        ("can you see his face, or is the head cut off?", [("question", "can you see his face?"), ("question", "is the head cut off?")]),
        ("moving on to the tram, is it full?", [("topic", "tram"), ("question", "is it full?")]),
        ("finally the parrot, is it asleep?", [("topic", "parrot"), ("question", "is it asleep?")]),
        ("what kind of room is it, a kitchen, a bathroom, an office?", [("question", "what kind of room is it, a kitchen, a bathroom or an office?")]),
    ],
)  # fmt: skip
def test_a_message_is_split(text: str, parts: list[tuple[str, str]]) -> None:
    assert [(part.kind, part.text) for part in parts_of(text)] == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "next: the man in white, which sport is he playing and is he any good",
            [("question", "which sport is the man in white playing"), ("question", "is he any good")],
        ),
        (
            "okay cool, now the thing on top of the fridge, what is it and what colour is it?",
            [("question", "what is the thing on top of the fridge"), ("question", "what colour is it?")],
        ),
        (
            "ohh and the logo in the back, is it pink or red, i think that's a toy brand",
            [("question", "is the logo in the back pink or red")],
        ),
        (
            "her hair, is it long or short, and is it tied up? I'm asking because mine is",
            [("question", "is her hair long or short"), ("question", "is it tied up?")],
        ),
        (
            "so the car, is it parked or driving and can you see a driver in it",
            [("question", "is the car parked or driving"), ("question", "can you see a driver in it")],
        ),
        (
            "Alright, pick one word for the mood: scary, boring or romantic.",
            [("question", "Alright, pick one word for the mood: scary, boring or romantic.")],
        ),
    ],
)  # fmt: skip
def test_a_topic_with_a_place_takes_the_place_of_the_pronoun(
    text: str, parts: list[tuple[str, str]]
) -> None:
    assert [(part.kind, part.text) for part in parts_of(text)] == parts


@pytest.mark.parametrize(
    ("text", "wordings"),
    [
        (
            "The geese look so calm. How many are there, and are they swimming toward us or away from us?",
            ("The geese look so calm. How many are there", "are they swimming toward us or away from us?"),
        ),
        (
            "Last one. When does the tram arrive, and do you think it was a long stop or only a short one?",
            ("When does the tram arrive", "was it a long stop or only a short one?"),
        ),
        (
            "And what does the goalkeeper do then, does he dive, does he jump, or does he just keep standing?",
            ("And what does the goalkeeper do then. does he dive, does he jump, or does he just keep standing?",),
        ),
        (
            "I see something in the grass. Is it a frisbee, what colour is it, and who is running after it?",
            ("I see something in the grass. Is it a frisbee", "what colour is it", "who is running after it?"),
        ),
        (
            "Does the waiter stay behind the bar or does he come out at some point, and if so when?",
            ("Does the waiter stay behind the bar or does he come out at some point?", "when?"),
        ),
        (
            "I can't keep them apart, which one has the red helmet and which the blue, and are both tall?",
            ("which one has the red helmet", "which one has the blue helmet?", "are both tall?"),
        ),
        (
            "Yes but who is who by hats, I mean which one has the straw hat and is she smiling?",
            ("which one has the straw hat", "is she smiling?"),
        ),
        (
            "In the beginning, is there also a second boat, and is it moving or anchored?",
            ("In the beginning, is there also a second boat", "is it moving or anchored?"),
        ),
    ],
)  # fmt: skip
def test_each_question_of_a_long_message_is_asked_once(
    text: str, wordings: tuple[str, ...]
) -> None:
    assert tuple(wording.removeprefix("Last one. ") for wording in wordings_of(text)) == wordings


def test_every_question_keeps_the_topic_before_it() -> None:
    text = "What is the man doing? Now back to the dog. Is it wet?"
    assert wordings_of(text) == ("What is the man doing?", "back to the dog. Is it wet?")


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("What a cute dog! What is he doing?", "What is the dog doing?"),
        ("what about glasses, is it wearing any", "is the cat wearing any glasses"),
        ("back to the horse. what color is it", "what color is the horse"),
        ("Noted. And the goat, where does it go?", "where does the goat go?"),
        ("Fine. Is there a tree?", "Is there a tree?"),
        ("forget the ladder. where is the bucket", "where is the bucket"),
    ],
)
def test_pronouns_refer_to_the_topic_of_their_message(text: str, rendered: str) -> None:
    history = [Turn(question="Is there a cat?", answer=Answer(text="yes"))]
    assert parse(text, history).rendered.rstrip("?") == rendered.rstrip("?")


@pytest.mark.parametrize(
    ("text", "wordings"),
    [
        (
            "She's carrying something heavy, and it looks wet, so what is that exactly?",
            ("She's carrying something heavy. what is that exactly?",),
        ),
        (
            "I can hardly see it, is it a goat or a calf? What do you think?",
            ("is it a goat or a calf?",),
        ),
        (
            "Nice one. Is the tide coming in or going out, or is there no way to know from one clip?",
            (
                "Nice one. Is the tide coming in or going out, or is there no way to know from one clip?",
            ),
        ),
    ],
)
def test_statements_opinions_and_offers_to_refuse_are_no_questions(
    text: str, wordings: tuple[str, ...]
) -> None:
    assert wordings_of(text) == wordings


@pytest.mark.parametrize(
    ("text", "wordings"),
    [
        (
            "at the end there is a skateboard on the road. what color are the wheels and what is under it?",
            ("at the end there is a skateboard on the road. what color are the wheels", "what is under it?"),
        ),
        (
            "at the end there is a new scene with a person who jumps. where is she, and what does she wear?",
            ("at the end there is a new scene with a person who jumps. where is she", "what does she wear?"),
        ),
    ],
)  # fmt: skip
def test_a_time_in_a_sentence_before_joins_no_question(
    text: str, wordings: tuple[str, ...]
) -> None:
    assert wordings_of(text) == wordings


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("no no, not that one, the one that is running over there", "what about the one that is running over there?"),
        ("no sorry, not the dog on the sofa, the dog in the garden", "what about the dog in the garden?"),
        ("same question again but only for the last part of it please", "and in the last part of it?"),
        ("Once more the same question, but about the woman on the left", "and what about the woman on the left?"),
    ],
)  # fmt: skip
def test_a_correction_and_a_repeated_question_are_no_remarks(text: str, question: str) -> None:
    assert [(part.kind, part.text) for part in parts_of(text)] == [("question", question)]


@pytest.mark.parametrize(
    ("text", "question"),
    [("yes? what color", "what color"), ("no? and a dog?", "and a dog?"), ("yes?", "yes?")],
)
def test_a_bare_yes_is_no_question_beside_another(text: str, question: str) -> None:
    assert [part.text for part in parts_of(text) if part.kind == "question"] == [question]


def test_a_statement_with_a_tag_before_a_question_is_a_remark() -> None:
    message = "A farmer also walks by, doesn't he? Is he carrying a stick, and what does he wear?"
    first = split_message(message)[0]
    assert [part.text for part in first.before] == ["A farmer also walks by."]


@pytest.mark.parametrize(
    ("text", "aside", "num_questions"),
    [
        ("Lovely, that is clear enough for me. Could you sum it all up in two short sentences, so that I can send it to my sister who has the same problem with her back?", "sister", 1),
        ("I like it a lot. Could you describe the room once more, so my husband who is a carpenter can build the same shelf?", "carpenter", 1),
        ("My glasses are in the other room. Could you read me the words on the banners, especially the large pink and white one?", "glasses", 1),
        ("I believe she has a red bag on her shoulder. Can you check that for me, and what is in her hand?", "check", 2),
        ("Honestly he looks like a photograph to me. Is he moving at all, even a little bit, or does he hold that position?", "bit", 1),
    ],
)  # fmt: skip
def test_no_part_of_an_aside_becomes_a_question(text: str, aside: str, num_questions: int) -> None:
    questions = [question.text for question in split_message(text)]
    assert len(questions) == num_questions
    assert not any(aside in question for question in questions)


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("what colour is the bag, does she carry it in her left or right hand, and what is behind her?", ["what colour is the bag", "does she carry it in her left or right hand", "what is behind her?"]),
        ("what is she wearing, is she sitting or standing, and is there a dog near her?", ["what is she wearing", "is she sitting or standing", "is there a dog near her?"]),
        ("what are they wearing, are they sitting or standing in the room?", ["what are they wearing?", "are they sitting or standing in the room?"]),
        ("how does the goalkeeper react to it, does he jump or just stand there?", ["does he jump or just stand there?"]),
        ("what colour are the walls of the room, are they white or more of a cream?", ["what colour are the walls of the room, are they white or more of a cream?"]),
        ("is the bag leather or am i wrong, and does she wear a hat or is it a scarf", ["is the bag leather", "does she wear a hat or is it a scarf"]),
        ("I need the direction, like does she go up or down, and what is on her head", ["does she go up or down", "what is on her head"]),
        ("After that it is only dogs, which the pupils will like more, could you tell me how many there are?", ["tell me how many there are?"]),
        ("she also claims theres a house somewhere at the end of the path but i see only trees, is there any building in it?", ["is there any building in it?"]),
        ("There's a tall man and i cant decide if he plays or only stands there, what do you think, and what is he holding?", ["tell me if he plays or only stands there?", "what is he holding?"]),
        ("my friend bets it is a pitbull and i say it's a boxer, the loser buys pizza, so who's right and how sure are you?", ["is it a pitbull or a boxer", "how sure are you?"]),
        ("my flatmate says its from our trip in october. what does the ground look like, any leaves?", ["what does the ground look like?", "are there any leaves?"]),
        ("How many seconds does the lady get and how many do the dogs? I would guess the same.", ["How many seconds does the lady get", "How many seconds do the dogs get?"]),
        ("she says he is great, is that really a hammer hes holding or is it a weight", ["is that really a hammer he is holding or is it a weight"]),
        ("so tell me what is she wearing, top and bottom, and is there a cat in the room", ["tell me what is she wearing on her upper body?", "tell me what is she wearing on her legs?", "is there a cat in the room"]),
        ("what colours is he wearing on top and on the bottom?", ["what colour is his top?", "what colour are his trousers?"]),
        ("Last year I was there. What exactly he carries, can you see it?", ["What exactly he carries?"]),
        ("is she cooking or what is she up to there?", ["is she cooking?", "what is she up to there?"]),
        ("what are they looking at and one of them has a bag?", ["what are they looking at", "does one of them have a bag?"]),
        ("how many folders do you see and on which shelf they are standing?", ["how many folders do you see", "on which shelf they are standing?"]),
        ("Compare what they wear and say who stands on the left.", ["Compare what they wear", "say who stands on the left."]),
        ("Could you tell me how many children you can see altogether, including the ones behind?", ["tell me how many children you can see altogether"]),
        ("And the young fellow who was there before her, what did it say on the sign behind him?", ["what did it say on the sign behind him?"]),
        ("In the end there are two dogs and I am scared, they play or they bite each other?", ["do they play or they bite each other?"]),
        ("Is there one and are people on it?", ["Is there one", "are people on it?"]),
        ("my mum thinks she is crying and my dad says that she is laughing. so who's right?", ["is she crying or laughing?"]),
        ("Are you sure? look at the top", ["Are you sure?"]),
        ("Look at the bear. What is it doing?", ["What is it doing?"]),
    ],
)  # fmt: skip
def test_each_thing_that_a_sentence_asks_is_a_question(text: str, questions: list[str]) -> None:
    texts = [question.text.rstrip("?") for question in split_message(text)]
    assert texts == [question.rstrip("?") for question in questions]


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("what about the man? and the woman?", ["what about the man?", "and the woman?"]),
        ("how about the cat? what about the dog?", ["what about the cat?", "what about the dog?"]),
        ("back to the dog. is it wet?", ["is it wet?"]),
        (
            "any cats, dogs or birds?",
            ["are there any cats?", "are there any dogs?", "are there any birds?"],
        ),
        ("is there any connection or nah", ["is there any connection or nah"]),
        ("first the man: what does he wear", ["what does he wear"]),
        ("then the car: what color is it", ["what color is it"]),
    ],
)
def test_things_named_alone_are_questions(text: str, questions: list[str]) -> None:
    assert [one.text for one in split_message(text)] == questions

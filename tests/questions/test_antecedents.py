from __future__ import annotations

import pytest

from vqa.questions.parse import parse
from vqa.types import Answer, Question, Turn


def ask(*exchanges: str) -> Question:
    """Parse the last of some messages; before it, questions and answers alternate."""
    *earlier, text = exchanges
    history: list[Turn] = []
    for question, answer in zip(earlier[::2], earlier[1::2], strict=True):
        parsed = parse(question, history)
        is_refusal = answer.startswith("I ")
        history.append(
            Turn(
                question=question,
                answer=Answer(text=answer, answerable=False if is_refusal else None),
                parsed=parsed,
            )
        )
    return parse(text, history)


@pytest.mark.parametrize(
    ("exchanges", "resolved"),
    [
        (["What color is his shirt?", "red", "Is there a mirror in it?"], "is there a mirror in the video"),
        (["Is there a dog?", "yes", "is there a fence in it too?"], "is there a fence in the video"),
        (["Does it have sound?", "no", "who is in it?"], "who is in the video"),
        (["What color is the dog's collar?", "red", "is it running?"], "is the dog running"),
        (["What color is the dog's collar?", "red", "is it shiny?"], "is the dog's collar shiny"),
        (["Is there a cup?", "yes", "does he do it fast?"], "does he do it fast"),
        (["Is there a man?", "yes", "can you see his hands?", "yes", "what is he doing with them?"], "what is the man doing with the man's hands"),
        (["Is he asleep at any point?", "no", "are there numbers on it?"], "are there numbers on it"),
        (["Is there a gun?", "no", "what sort of shop is it do you think?"], "what sort of shop is it do you think"),
        (["Is there a man?", "yes", "that's a lot of screens! are they on?"], "are the screens on"),
        (["Is there a box?", "yes", "is there a toy in it?"], "is there a toy in the box"),
        (["Is there a car?", "yes", "is anyone in it?"], "is anyone in the car"),
        (["Is there a statue?", "yes", "is she interested in it?"], "is she interested in the statue"),
        (["Is there a pie?", "yes", "does he put a fork in it?"], "does he put a fork in the pie"),
        (["Is there a cat?", "yes", "what is in it's paws?"], "what is in the cat's paws"),
        (["Is there a bike?", "yes", "is he smiling before it ends?"], "is he smiling before the video ends"),
        (["What color is the ball?", "red", "does it have subtitles?"], "does the video have subtitles"),
        (["Is there a van?", "yes", "does it have a ladder?"], "does the van have a ladder"),
    ],
)  # fmt: skip
def test_it_is_the_thing_or_the_video(exchanges: list[str], resolved: str) -> None:
    assert ask(*exchanges).resolved.lower().rstrip("?") == resolved


@pytest.mark.parametrize(
    ("exchanges", "resolved"),
    [
        (["Is that a goat on the rock?", "yes", "is it alone?"], "is the goat alone"),
        (["Is it a bird in the tree?", "yes", "what color is it?"], "what color is the bird"),
        (["What is the monkey on the roof eating?", "banana", "is it looking at us?"], "is the monkey looking at us"),
        (["Is there a dog on the beach?", "yes", "how big is it?"], "how big is the dog"),
        (["Is that a cat on the bed?", "yes", "which way is it looking?"], "which way is the cat looking"),
        (["Does the sheep walk?", "yes", "when does it switch?"], "when does the video switch"),
        (["Is there a dog?", "yes", "at what second does it change?"], "when does the video change"),
        (["Is there a screen?", "yes", "when does it change to red?"], "when does the screen change to red"),
    ],
)  # fmt: skip
def test_it_is_the_thing_that_was_named(exchanges: list[str], resolved: str) -> None:
    assert ask(*exchanges).resolved.lower().rstrip("?") == resolved


@pytest.mark.parametrize(
    ("exchanges", "resolved"),
    [
        (["What is happening?", "a couple dancing", "can you see his face?"], "can you see the man's face"),
        (["What is happening?", "a crowd watching a game", "is her hair long?"], "is the woman's hair long"),
        (["What is he doing?", "walking", "is there a boy next to him?", "yes", "is he tall?"], "is the man tall"),
        (["Is there a boy?", "yes", "is he tall?"], "is the boy tall"),
        (["How many men are there?", "five", "is there anyone with a hat?", "no", "is he tall?"], "is the man tall"),
        (["What color are their helmets?", "red", "does the referee help them?"], "does the referee help the people"),
        (["What color are the shoes?", "red", "is the coach going to call them?"], "is the coach going to call the people"),
        (["What color are the shoes?", "red", "is he tying them?"], "is he tying the shoes"),
        (["What is he beating?", "carpets", "does the woman beat them?"], "does the woman beat the carpets"),
        (["Are there any pigeons?", "yes", "does the child chase them?"], "does the child chase the pigeons"),
        (["Are there any drones?", "yes", "does she stop them?"], "does she stop the drones"),
        (["Are there any drones?", "yes", "does she warn them?"], "does she warn the people"),
        (["Is there a drone?", "yes", "does she stop them?"], "does she stop the people"),
    ],
)  # fmt: skip
def test_pronouns_for_people_are_neither_groups_nor_things(
    exchanges: list[str], resolved: str
) -> None:
    assert ask(*exchanges).resolved.lower().rstrip("?") == resolved


@pytest.mark.parametrize(
    ("exchanges", "noun"),
    [
        (["Is there real danger?", "yes", "where is it?"], "danger"),
        (["Is there direct sunlight?", "yes", "where does it fall?"], "sunlight"),
        (["Is there an obvious crack?", "yes", "where is it?"], "crack"),
    ],
)
def test_an_adjective_is_no_noun(exchanges: list[str], noun: str) -> None:
    assert ask(*exchanges).subject == noun


@pytest.mark.parametrize(
    ("exchanges", "absent"),
    [
        (["Is anyone in blue?", "no", "what does he do next?"], ""),
        (["Is there a person?", "no", "male or female?"], "person"),
        (["Is anybody around?", "no", "what does she do?"], "person"),
        (["Are there any people nearby?", "no", "what does she do?"], "person"),
        (["Is somebody with a hat there?", "no", "what does she do?"], ""),
        (["How many people are there?", "0", "is it a man or a woman?"], "person"),
        (["Is there a dog?", "no", "what color is the cat?"], ""),
        (["Is there a dog?", "no", "what color is it?"], "dog"),
        (["Ok, the left hand. Is that a ring?", "no", "what color is it?"], ""),
        (["Is there a dog?", "no", "is it big?", "I see no dog.", "what color is it?", "I see no dog.", "where is it?"], ""),
    ],
)  # fmt: skip
def test_only_what_was_denied_is_absent(exchanges: list[str], absent: str) -> None:
    assert ask(*exchanges).absent == absent


def test_a_denied_name_is_not_the_subject() -> None:
    assert ask("is that a helmet?", "no", "what color is it").subject == ""


@pytest.mark.parametrize(
    ("exchanges", "resolved"),
    [
        (["What color is the wall behind the girl?", "white", "and the carpet?"], "what color is the carpet"),
        (["What color is the car next to the house?", "white", "and the tree?"], "what color is the tree"),
        (["What colour is the pole behind him?", "black", "And his jacket?"], "what colour is the man's jacket"),
        (["What color are the trousers of the man on the left?", "black", "and the shoes?"], "what color are the shoes of the man on the left"),
        (["Is the cup on the table?", "yes", "and the plate?"], "is the plate on the table"),
        (["What color is his jacket?", "blue", "Same as the trousers?"], "is his jacket the same color as the trousers"),
        (["Where is the jacket?", "on a chair", "Same color as the shoes?"], "is the jacket the same color as the shoes"),
        (["Is the car big?", "yes", "the same kind as the truck?"], "is the car the same kind as the truck"),
        (["What color are her shoes?", "red", "the same as her bag?"], "are her shoes the same color as her bag"),
        (["Is she in a skirt or trousers?", "trousers", "which color?"], "what color are the trousers"),
        (["Is she wearing boots or sandals?", "boots", "color?"], "what color are the boots"),
        (["Is he walking or running?", "running", "what color?"], "what color is the man"),
        (["What a nice cap! What colors are the stripes?", "black", "and the gloves?"], "what colors are the gloves"),
    ],
)  # fmt: skip
def test_another_thing_leaves_the_place_of_the_first(exchanges: list[str], resolved: str) -> None:
    assert ask(*exchanges).resolved.lower().rstrip("?") == resolved


@pytest.mark.parametrize(
    ("exchanges", "resolved"),
    [
        (["Is she clapping?", "yes", "how many claps u count"], "how many claps do you count"),
        (["How many times does he jump?", "I cannot count.", "Are his arms up?", "yes", "can you count them again"], "how many times does he jump"),
        (["How many squats does she do?", "I cannot count.", "is she tired", "yes", "count again"], "how many squats does she do"),
        (["is he waving", "yes", "How many times he move the hand"], "how many times does the man move the hand"),
        (["Does he jump?", "yes", "how many times then"], "how many times does he jump"),
    ],
)  # fmt: skip
def test_repetitions_are_counted_again(exchanges: list[str], resolved: str) -> None:
    question = ask(*exchanges)
    assert question.rendered.lower().rstrip("?") == resolved
    assert question.intent == "frequency"


def test_things_are_counted_again() -> None:
    exchanges = ["how many dogs are there", "two", "are they brown", "yes", "count them again"]
    assert ask(*exchanges).intent == "count"
    assert ask("are there any boats", "yes", "count them").resolved == "how many boats are there?"


@pytest.mark.parametrize(
    ("exchanges", "rendered"),
    [
        (["How many kicks does he do?", "I cannot count.", "when is the first one?"], "when is the first kick"),
        (["How many spins does the girl do?", "I cannot count.", "when is the last one?"], "when is the last spin"),
        (["When does he lift the hand?", "0:00", "and second time?"], "when does he lift the hand for the second time"),
        (["What is he doing?", "running", "And before that he was just standing?"], "was the man just standing before that"),
        (["Is he running?", "yes", "And after that he is sitting?"], "is the man sitting after that"),
        (["Anyone moving in this one?", "no", "only one?"], "how many people are moving in this one"),
    ],
)  # fmt: skip
def test_another_time_of_an_event(exchanges: list[str], rendered: str) -> None:
    assert ask(*exchanges).rendered.lower().rstrip("?") == rendered


@pytest.mark.parametrize(
    ("exchanges", "rendered"),
    [
        (["Is she clapping?", "yes", "how many times?", "3", "how many people you see"], "how many people do you see"),
        (["When does he jump?", "0:03", "and the second time?", "0:08", "and the third time?"], "when does he jump for the third time"),
        (["Does he fall for the first time?", "no", "and the last time?"], "does he fall for the last time"),
        (["When does she jump?", "0:01", "and the third time?"], "when does she jump for the third time"),
    ],
)  # fmt: skip
def test_a_question_gets_its_auxiliary_and_one_ordinal(exchanges: list[str], rendered: str) -> None:
    assert ask(*exchanges).rendered.lower().rstrip("?") == rendered


@pytest.mark.parametrize(
    ("exchanges", "resolved"),
    [
        (["is there a man with documents?", "yes", "where?"], "where is the man"),
        (["is there a man at the moment?", "yes", "what color is his hat?", "red", "and where is he?"], "where is the man"),
        (["is there a car near the carson sign?", "yes", "what color is it?"], "what color is the car"),
        (["is there an ant on the plants?", "yes", "where?"], "where is the ant"),
        (["are there men in the basement?", "yes", "where?"], "where are the men"),
    ],
)  # fmt: skip
def test_a_word_that_contains_a_plural_makes_no_plural(exchanges: list[str], resolved: str) -> None:
    assert ask(*exchanges).resolved.rstrip("?") == resolved


@pytest.mark.parametrize(
    ("exchanges", "resolved"),
    [
        (["how many dogs are there?", "two", "is there a tree?", "yes", "and behind them?"], "is there a tree behind the dogs"),
        (["how many boys are there?", "three", "is there a ball?", "yes", "and in front of them?"], "is there a ball in front of the boys"),
        (["are there cups?", "yes", "is there a spoon?", "no", "and next to them?"], "is there a spoon next to the cups"),
        (["how many cats are there?", "two", "is there a bowl?", "yes", "where?"], "where is the bowl"),
        (["how many cats are there?", "two", "is there a bowl?", "yes", "what color?"], "what color is the bowl"),
    ],
)  # fmt: skip
def test_them_is_a_thing_in_the_plural(exchanges: list[str], resolved: str) -> None:
    assert ask(*exchanges).resolved.rstrip("?") == resolved


@pytest.mark.parametrize(
    ("exchanges", "resolved"),
    [
        (["Is there a dog?", "yes", "Who do we see after the dog?", "the dog is talking", "does he have a beard?"], "does the man have a beard"),
        (["Is there a cat?", "yes", "Who comes after the cat?", "a woman", "is she wearing glasses?"], "is the woman wearing glasses"),
        (["What is the girl eating?", "an apple", "who is sitting on the bench?", "a woman", "is he reading?"], "is the man reading"),
        (["What are the kids doing?", "playing", "who is that by the river?", "a boy", "what is she holding?"], "what is the woman holding"),
        (["Is there a cat?", "yes", "who picks it up?", "a woman", "is she smiling?"], "is the woman smiling"),
        (["Is there a dog?", "yes", "who is with the dog?", "no one", "is he wet?"], "is the dog wet"),
        (["Who is the lady in the boat?", "I can't tell who somebody is.", "what does she have in her hand?"], "what does the lady have in her hand"),
        (["Is there a child?", "yes", "and the one sitting in the boat, does she have a hat?", "yes", "what color is the bag next to her?"], "what color is the bag next to the person"),
        (["Who is in the first scene?", "a woman", "what's next to the couple?", "beer", "is he tall?"], "is the man tall"),
        (["What is the man wearing?", "a suit", "and the woman?", "a dress", "are they dancing?"], "are the man and the woman dancing"),
        (["Is there a man?", "yes", "what is the monkey holding?", "a banana", "are they friends?"], "are the man and the monkey friends"),
        (["What are the kids doing?", "playing", "is there a dog?", "yes", "are they wet?"], "are the kids wet"),
        (["Is there a man?", "yes", "what color is the man's top?", "red", "is he tall?"], "is the man tall"),
        (["Is there a motorbike?", "yes", "is there a tree next to it?", "yes", "is somebody riding it?"], "is somebody riding the motorbike"),
        (["What is the dog doing?", "running", "Then a young lad shows up. What does he do?"], "what does the young lad do"),
        (["Is there a dog?", "yes", "The lass with the long hair looks happy. What is she wearing?"], "what is the lass wearing"),
        (["Someone in our office posted this. What is shown?", "a table", "is it red?"], "is the table red"),
    ],
)  # fmt: skip
def test_he_she_and_they_agree_with_who_is_asked_about(exchanges: list[str], resolved: str) -> None:
    text = ask(*exchanges).resolved.lower().rstrip("?")
    assert text.rpartition(". ")[2] == resolved


@pytest.mark.parametrize(
    ("exchanges", "resolved"),
    [
        (["What is the boy doing?", "running", "and the one standing at the window, is he smoking?"], "is the person standing at the window smoking"),
        (["Is there a dog?", "yes", "what is the one leaning against the car wearing?"], "what is the person leaning against the car wearing"),
        (["How many dogs are there?", "three", "what is the one lying on the left doing?"], "what is the dog lying on the left doing"),
        (["Is there a dog?", "yes", "what color is the one on the left?"], "what color is the dog on the left"),
    ],
)  # fmt: skip
def test_the_one_that_does_something_is_new_after_one_person(
    exchanges: list[str], resolved: str
) -> None:
    assert ask(*exchanges).resolved.lower().rstrip("?") == resolved


@pytest.mark.parametrize(
    ("exchanges", "resolved"),
    [
        (["Is the woman's top green?", "yes", "what about him"], "is the man's top green"),
        (["Is her dress red?", "yes", "and him?"], "is the man's dress red"),
        (["Is the couple's car new?", "yes", "how about her"], "is the woman's car new"),
        (["What is the man doing with his hands?", "waving", "and her?"], "what is the woman doing with his hands"),
    ],
)  # fmt: skip
def test_a_pronoun_alone_is_another_owner(exchanges: list[str], resolved: str) -> None:
    assert ask(*exchanges).resolved.lower().rstrip("?") == resolved


@pytest.mark.parametrize(
    ("exchanges", "resolved"),
    [
        (["What is the woman doing?", "running", "no, that's a man", "ok", "what is he wearing?"], "what is the man wearing"),
        (["What is the woman doing?", "running", "no, it's a boy", "ok", "are they wet?"], "is the boy wet"),
    ],
)  # fmt: skip
def test_a_corrected_person_replaces_the_wrong_one(exchanges: list[str], resolved: str) -> None:
    assert ask(*exchanges).resolved.lower().rstrip("?") == resolved


@pytest.mark.parametrize(
    ("exchanges", "resolved"),
    [
        (["What are the people doing?", "shaking hands", "which one puts his hand out first?"], "which one puts his hand out first"),
        (["What are the men doing?", "boxing", "which of them is lowering his arms?"], "which of the men is lowering his arms"),
        (["Is there a man?", "yes", "who is holding his hand?"], "who is holding the man's hand"),
        (["Is there a man?", "yes", "which one is on his left?"], "which one is on the man's left"),
        (["What are the people doing?", "shaking hands", "is there a third person?", "yes", "do they hug?"], "do the people hug"),
        (["What are the men doing?", "boxing", "is there another person?", "no", "are they smiling?"], "are the men smiling"),
        (["What are the people doing?", "talking", "is there a third person?", "yes", "no, I mean behind them"], "is there a third person behind the people"),
        (["What color is the bird?", "white", "find the baseball part", "0:06", "is he batting or throwing?"], "is the man batting or throwing"),
        (["What is the dog doing?", "playing", "show me the cooking scene", "0:06", "what is she wearing?"], "what is the woman wearing"),
        (["What is the dog doing?", "playing", "find the ball", "0:06", "is he wet?"], "is the dog wet"),
        (["What is the man holding?", "a controller", "in which hand?", "left", "does he raise it?"], "does the man raise the controller"),
        (["What is the boy holding?", "a balloon", "does he put it on his knee?", "no", "what shape is it?"], "what shape is the balloon"),
        (["Is his arm up?", "yes", "does he lower it?"], "does the man lower the arm"),
        (["Is the bear's mouth open?", "yes", "can you see its whole body?"], "can you see the bear's whole body"),
        (["What animals are there?", "a giraffe", "and the woman with the dog, what is she doing?", "walking", "is there a bench near them?"], "is there a bench near the dog and the woman"),
    ],
)  # fmt: skip
def test_pronouns_mean_those_who_are_asked_about(exchanges: list[str], resolved: str) -> None:
    assert ask(*exchanges).resolved.lower().rstrip("?") == resolved


@pytest.mark.parametrize(
    ("exchanges", "resolved"),
    [
        (["What are the blue things on him?", "balls", "on both legs?"], "are the blue things on both legs"),
        (["What is the red stuff on her arms?", "paint", "on both arms?"], "is the red stuff on both arms"),
        (["What is the man lifting?", "a box", "with both hands?"], "is the man lifting a box with both hands"),
    ],
)  # fmt: skip
def test_a_known_thing_may_be_in_several_places(exchanges: list[str], resolved: str) -> None:
    assert ask(*exchanges).resolved.lower().rstrip("?") == resolved


@pytest.mark.parametrize(
    ("text", "resolved"),
    [
        ("our teacher always asks about costume. what is she wearing?", "what is she wearing"),
        ("A friend of mine sent me this. is he alone?", "is he alone"),
        ("I'm making a quiz for the kids at my nursery. are they outside?", "are they outside"),
    ],
)
def test_people_of_the_writer_are_not_seen(text: str, resolved: str) -> None:
    question = ask(text)
    assert question.resolved.lower().rstrip("?").rpartition(". ")[2] == resolved
    later = ask("What is the person doing?", "dancing", text)
    assert "person" in later.resolved or "people" in later.resolved


@pytest.mark.parametrize(
    "text", ["who is with the dog?", "who's with him?", "who is behind the man?"]
)
def test_who_is_with_somebody_asks_for_no_name(text: str) -> None:
    assert ask("Is there a man and a dog?", "yes", text).intent == "identify"


@pytest.mark.parametrize(
    ("text", "resolved"),
    [
        ("My aunt sits there until midnight and looks just like this lady. Is she smiling, and does she look tired?", "does the lady look tired?"),
        ("Hers bite each other all day. The dogs have red collars, so do these two look like they are fighting?", "do these two look like they are fighting?"),
        ("The first dog, the tan one on the lawn, is standing on two legs. What are its front legs doing?", "what are the dog's front legs doing?"),
        ("He's wearing proper racing clothes. Could you describe them?", "describe the proper racing clothes?"),
        ("My niece bends like that, too. Are the girl's feet in the air, or can't you see them because of the grass?", "are the girl's feet in the air?"),
        ("I can't do a single pull-up, so I envy this man. How many does he manage?", "how many pull-ups does the man manage?"),
        ("I noticed that he has something tied to his wrist. Can you see what it is?", "what is the thing tied to his wrist?"),
        ("the boy is hiding something in a box, what is it", "what is the boy hiding in a box?"),
        ("the woman waves at someone, who is it?", "who does the woman wave at?"),
        ("somebody sits on the swing. who is that?", "who sits on the swing?"),
        ("I have a bad back, so I could never do what that girl does. Is she on her hands?", "is the girl on her hands?"),
        ("we walked past this statue years ago, what a memory. are there any people around it?", "are there any people around the statue?"),
        ("out of nowhere theres a dog, which made her laugh. is it running towards us?", "is the dog running towards us?"),
    ],
)  # fmt: skip
def test_a_remark_names_who_the_question_is_about(text: str, resolved: str) -> None:
    question = parse(text)
    assert resolved in (question.resolved.lower(), question.rendered.lower())


def test_an_adjective_with_one_takes_the_noun_of_the_conversation() -> None:
    earlier = parse("what is the brown dog doing?")
    turns = [Turn(question=earlier.text, answer=Answer(text="running"), parsed=earlier)]
    text = "there's also a white one with paper in its mouth, is it walking?"
    assert parse(text, turns).resolved == "is the white dog walking?"

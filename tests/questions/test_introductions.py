from __future__ import annotations

import pytest

from vqa.questions.conversation.introductions import (
    alternatives_of,
    introduced_things,
    topic_noun,
)
from vqa.questions.conversation.writers_life import persons_of_writer
from vqa.questions.parse import parse
from vqa.types import Answer, Turn


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("And then there's a black dog, who I don't know, but he seems happy.", "black dog"),
        ("Later there are two horses on a hill, one is white.", "horses"),
        ("A piano, that's funny, my wife teaches piano.", "piano"),
        ("omg my cat does the exact same thing!!", "cat"),
        ("haha our dog is just like that.", "dog"),
        ("My phone does the same.", ""),
        ("Oh a kite, I used to make those with my father.", "kite"),
        ("Ah, so it's a burger.", "burger"),
        ("After that we see this little boy in a yellow coat.", "little boy"),
        ("There's also a flower shaped cushion.", "flower shaped cushion"),
        ("I see hands on the tap too.", "hands"),
        ("I don't understand why there are elephants at the end.", "elephants"),
        ("the last one is a boy, or maybe he is a young man already.", "boy"),
        ("Then comes a bunch of tourists.", "tourists"),
        ("The old photograph made me emotional, my father had one.", "old photograph"),
        ("There's somebody coming in, a nurse or a doctor.", "nurse"),
        ("The first one, with the man.", "man"),
        ("He looks at the dog.", ""),
        ("My sister loves dogs.", ""),
        ("What a pity!", ""),
        ("It's a shame.", ""),
        ("That's my dog.", ""),
        ("A bus would make sense because we came on one too.", ""),
        ("I have a cat at home.", ""),
        ("My aunt sits at her laptop all night and looks like this lady.", "lady"),
        ("Our neighbour breeds beagles and those dogs look just like hers, even the ears.", "dogs"),
        ("Mine never keeps his tail still when guests arrive, which drives me mad.", ""),
        ("Hers are twins and they fight all day.", ""),
        ("She used to wear a blue scarf.", ""),
        ("We had a terrier for years, so when it jumped to the dog I smiled.", "dog"),
        ("Then it changes to something nicer with kids in a garden.", "kids"),
        ("After that it's only cows, which the children will love.", "cows"),
        ("The part with the girl hurts my back.", "girl"),
        ("My kids prefer the horses.", "horses"),
        ("My friend says there's a bird on the roof.", "bird"),
        ("That calms me down, I'd rather look at the tall woman.", "tall woman"),
        ("It's nice in any case.", ""),
        ("Videos like this make me nervous.", ""),
        ("My neighbour snores like a tractor, and this one looks as lazy.", ""),
        ("My dad has a track just like this one, full of puddles.", "track"),
        ("It looks like my room when I was a student.", ""),
        ("What a memory, I walked past this statue.", "statue"),
        ("Someone at the club told me that it must be a puppy.", "puppy"),
        ("Good, that's a relief.", ""),
    ],
)
def test_the_introduced_thing_of_a_remark(text: str, noun: str) -> None:
    assert (introduced_things(text) or ("",))[-1] == noun


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("There are two horses beside a barn.", ("barn", "horses")),
        ("The cat and the dog are funny.", ("cat and the dog",)),
        ("After the game there is a boat.", ("game", "boat")),
    ],
)
def test_a_new_thing_is_more_important_than_one_behind_a_preposition(
    text: str, things: tuple[str, ...]
) -> None:
    assert introduced_things(text) == things


@pytest.mark.parametrize(
    ("phrase", "noun"),
    [
        ("a fox", "fox"),
        ("finally the cat at the end", "cat"),
        ("moving on to the airplane", "airplane"),
        ("the children then", "children"),
        ("kids again", "kids"),
        ("her jacket", "her jacket"),
        ("shoes of the man", "shoes"),
        ("moving", ""),
    ],
)
def test_a_topic_is_its_noun_alone(phrase: str, noun: str) -> None:
    assert topic_noun(phrase) == noun


def test_alternatives_of_a_remark() -> None:
    assert (
        alternatives_of("tell me if it is a skier or a snowboarder.") == "a skier or a snowboarder"
    )
    assert alternatives_of("There is a skier with a snowboarder.") == ""


@pytest.mark.parametrize(
    ("earlier", "answer", "message", "resolved"),
    [
        ("what does it show", "A plate of food", "A piano, that is funny. Whereabouts in the room is it?", "Whereabouts in the room is the piano?"),
        ("what is the red thing", "umbrellas", "Oh a kite, I used to make those with my father. Is it red?", "is the kite red?"),
        ("what is it", "a cat", "And then there's a black dog. What is he doing?", "what is the black dog doing?"),
        ("who is it", "a man", "Then there's the young man on the board. Is this one wearing a helmet?", "is the young man wearing a helmet?"),
        ("what is he eating", "soup", "Oh so it's a burger. Is there a drink next to it?", "is there a drink next to the burger?"),
    ],
)  # fmt: skip
def test_pronouns_refer_to_the_introduced_thing(
    earlier: str, answer: str, message: str, resolved: str
) -> None:
    history = [Turn(question=earlier, answer=Answer(text=answer))]
    assert parse(message, history).resolved.lower().rstrip("?") == resolved.lower().rstrip("?")


@pytest.mark.parametrize(
    ("text", "persons"),
    [
        ("my cousin throws pictures together", {"cousin"}),
        ("a friend of mine filmed this", {"friend"}),
        ("it is a quiz for the kids", {"kid"}),
        ("my cousin is in this clip", set()),
        ("I feel sorry for the dog", set()),
    ],
)
def test_people_of_the_writers_life(text: str, persons: set[str]) -> None:
    assert persons_of_writer(text) == persons


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("The building put me in mind of an old bank.", "building"),
        ("The dog reminds me of a wolf.", "dog"),
        ("The building is almost like a railway station.", "building"),
        ("A dog sits up as if someone were holding a treat.", "dog"),
        ("There is a bird, maybe it's only the perspective.", "bird"),
        ("My daughter cares more about the flowers, I'm afraid.", "flowers"),
        ("I couldn't quite read the writing on his shirt.", "writing"),
        ("I can't make out the logo on the box.", "logo"),
        ("I'm more interested in the boats.", "boats"),
        ("I could not find the puck anywhere on the ice.", "puck"),
        ("this video looks like an advertisement.", ""),
        ("It was almost like a railway station.", ""),
        ("I read a book about this.", ""),
    ],
)
def test_a_comparison_introduces_nothing(text: str, thing: str) -> None:
    assert "".join(introduced_things(text)[-1:]) == thing

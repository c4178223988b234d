from __future__ import annotations

import pytest

from vqa.questions.introductions import introduced_noun, with_introduction
from vqa.questions.parse import parse
from vqa.questions.sentence_parts import MessagePart
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
        ("young man on the board", "young man"),
        ("What a pity!", ""),
        ("It's a shame.", ""),
        ("That's my dog.", ""),
        ("A bus would make sense because we came on one too.", ""),
        ("I have a cat at home.", ""),
        ("Good, that's a relief.", ""),
    ],
)
def test_the_introduced_thing_of_a_remark(text: str, noun: str) -> None:
    assert introduced_noun(text) == noun


def test_a_topic_loses_its_article() -> None:
    assert with_introduction(MessagePart(kind="topic", text="a fox")).text == "fox"
    assert with_introduction(MessagePart(kind="remark", text="Nice!")).kind == "remark"


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

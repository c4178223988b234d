"""Messages with words left out, doubled or swapped at random never end in an error."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.questions.messages import wordings_of
from tests.questions.test_corpus import rows
from vqa.answering.replies import full_sentence
from vqa.questions.parse import parse
from vqa.types import Answer, Turn

_ANSWERS = ("yes", "no", "a man in a red shirt", "two", "running", "on the table", "")
_INSERTS = ("or", "and", "?", ".", ",", "'s", "it", "the", "any", "who", "not", "then", "0:05", "-")


def _drop(words: list[str], place: int, _: random.Random) -> None:
    del words[place]


def _double(words: list[str], place: int, _: random.Random) -> None:
    words.insert(place, words[place])


def _swap(words: list[str], place: int, _: random.Random) -> None:
    words[place], words[-1] = words[-1], words[place]


def _insert(words: list[str], place: int, generator: random.Random) -> None:
    words.insert(place, generator.choice(_INSERTS))


_MUTATIONS: tuple[Callable[[list[str], int, random.Random], None], ...] = (
    _drop,
    _double,
    _swap,
    _insert,
)


def _mutate(text: str, generator: random.Random) -> str:
    """Return a text with one to four random changes of its words."""
    words = text.split()
    for _ in range(generator.randint(1, 4)):
        if words:
            generator.choice(_MUTATIONS)(words, generator.randrange(len(words)), generator)
    return " ".join(words)


def _converse(generator: random.Random, texts: list[str]) -> None:
    """Parse three mutated messages of one conversation, with a reply to each question."""
    turns: list[Turn] = []
    for _ in range(3):
        for text in wordings_of(_mutate(generator.choice(texts), generator)):
            question = parse(text, turns)
            answer = generator.choice(_ANSWERS)
            full_sentence(question, answer)
            turns.append(Turn(question=text, answer=Answer(text=answer), parsed=question))


def test_mutated_messages_never_end_in_an_error() -> None:
    texts = [row["text"] for row in rows("dev")]
    assert texts
    generator = random.Random(7)
    for _ in range(150):
        _converse(generator, texts)

"""A question with its true answers, and the wordings that families share."""

from __future__ import annotations

import random
from dataclasses import dataclass

from vqa.english import plural_of, with_article
from vqa.training.qa import word_lists as words


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A question and its true answers.

    Args:
        question: as a person would put it.
        answers: true answers; one given more often is drawn more often. Empty where only presence is known.
        family: what it teaches, for balance and for the dataset card.
        whole: true only while the whole picture is in view (counts).
        sided: true only while the picture is not mirrored.
        answerable: whether the picture holds what is asked about.
        subject: the noun it is about, so that shots can be told apart; may be empty.
    """

    question: str
    answers: tuple[str, ...]
    family: str
    whole: bool = False
    sided: bool = False
    answerable: bool = True
    subject: str = ""


def pick(dice: random.Random, *choices: str) -> str:
    """One of these wordings."""
    return choices[dice.randrange(len(choices))]


def presence(noun: str, truth: str, dice: random.Random) -> Ask:
    """Is there such a thing in the video: `truth` is yes or no."""
    a_noun = noun if noun in words.MASS else with_article(noun)
    many = noun if noun in words.MASS else plural_of(noun)
    return Ask(
        question=pick(
            dice,
            f"Is there {a_noun} in the {video_word(dice)}?",
            f"Is there {a_noun}?",
            f"Can you see {a_noun}?",
            f"Is {a_noun} visible?",
            f"Does the {video_word(dice)} show {a_noun}?",
            f"Is there any {noun}?" if noun in words.MASS else f"Are there any {many}?",
            f"Do you see {a_noun} in the {video_word(dice)}?",
        ),
        answers=(truth,),
        family="presence",
        subject=noun if truth == "yes" else "",
    )


def there(noun: str, dice: random.Random) -> Ask:
    """A question about a thing that is there, whose answer nobody wrote down: it teaches presence alone."""
    return Ask(question=_about(noun, dice), answers=(), family="absent", subject=noun)


def absent(noun: str, dice: random.Random) -> Ask:
    """A question about a thing that is not there."""
    return Ask(
        question=_about(noun, dice),
        answers=(f"there is no {noun}",),
        family="absent",
        answerable=False,
    )


def _about(noun: str, dice: random.Random) -> str:
    """A question that only makes sense where the thing is."""
    wordings = [
        f"What color is the {noun}?",
        f"Where is the {noun}?",
        f"How many {plural_of(noun)} are there?",
    ]
    if noun in words.ACTORS:
        wordings += [
            f"What is the {noun} doing?",
            f"What is the {noun} doing in the {video_word(dice)}?",
        ]
    return wordings[dice.randrange(len(wordings))]


def video_word(dice: random.Random) -> str:
    """What people call a video."""
    return pick(dice, "video", "video", "clip", "scene")

"""Question-answer pairs, and question templates that several families share."""

from __future__ import annotations

import random
from dataclasses import dataclass

from vqa.english import plural_of, with_article
from vqa.training.qa import lexicon as words


@dataclass(frozen=True, kw_only=True)
class QAPair:
    """A question with its correct answers.

    Args:
        question: as a user would type it.
        answers: correct answers; duplicates raise the probability of being sampled. Empty if only presence is known.
        family: kind of question, for balancing and for the dataset card.
        needs_full_view: correct only for uncropped views (counts).
        mirror_sensitive: correct only for views that are not mirrored.
        answerable: whether the picture shows what the question is about.
        subject: the noun that the question is about; empty if there is none.
    """

    question: str
    answers: tuple[str, ...]
    family: str
    needs_full_view: bool = False
    mirror_sensitive: bool = False
    answerable: bool = True
    subject: str = ""


def pick(rng: random.Random, *choices: str) -> str:
    """Sample one of several wordings."""
    return choices[rng.randrange(len(choices))]


def presence_question(noun: str, truth: str, rng: random.Random) -> QAPair:
    """Ask whether a noun is in the video; `truth` is "yes" or "no"."""
    a_noun = noun if noun in words.MASS else with_article(noun)
    many = noun if noun in words.MASS else plural_of(noun)
    return QAPair(
        question=pick(
            rng,
            f"Is there {a_noun} in the {video_word(rng)}?",
            f"Is there {a_noun}?",
            f"Can you see {a_noun}?",
            f"Is {a_noun} visible?",
            f"Does the {video_word(rng)} show {a_noun}?",
            f"Is there any {noun}?" if noun in words.MASS else f"Are there any {many}?",
            f"Do you see {a_noun} in the {video_word(rng)}?",
        ),
        answers=(truth,),
        family="presence",
        subject=noun if truth == "yes" else "",
    )


def present_question(noun: str, rng: random.Random) -> QAPair:
    """Ask about a visible object without giving an answer: a positive example for answerability."""
    return QAPair(question=_question_about(noun, rng), answers=(), family="absent", subject=noun)


def absent_question(noun: str, rng: random.Random) -> QAPair:
    """Ask about an object that is not visible; the answer is "there is no NOUN"."""
    return QAPair(
        question=_question_about(noun, rng),
        answers=(f"there is no {noun}",),
        family="absent",
        answerable=False,
    )


def _question_about(noun: str, rng: random.Random) -> str:
    """Sample a question that presupposes the noun: its colour, place, number or action."""
    wordings = [
        f"What color is the {noun}?",
        f"Where is the {noun}?",
        f"How many {plural_of(noun)} are there?",
    ]
    if noun in words.ACTORS:
        wordings += [
            f"What is the {noun} doing?",
            f"What is the {noun} doing in the {video_word(rng)}?",
        ]
    return wordings[rng.randrange(len(wordings))]


def video_word(rng: random.Random) -> str:
    """Sample a word for the video: "video", "clip" or "scene"."""
    return pick(rng, "video", "video", "clip", "scene")

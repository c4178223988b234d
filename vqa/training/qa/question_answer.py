"""Question-answer pairs, and question templates that several generators share."""

from __future__ import annotations

import random
from dataclasses import dataclass

from vqa.english import FREQUENT_MASS_NOUNS, plural_of, with_article
from vqa.training.qa import lexicon as words


@dataclass(frozen=True, kw_only=True)
class QAPair:
    """A question with its correct answers.

    Args:
        question: the question, worded as by a user.
        answers: correct answers; a repeated answer is sampled more often. Empty if the answer is
            unknown but the subject is present.
        family: name of the question type, such as `count`; the training distribution is balanced by
            it.
        needs_full_view: whether the answers hold only for nearly uncropped views (counts).
        mirror_sensitive: whether the answers hold only for views that are not mirrored (left,
            right).
        answerable: whether the image shows what the question is about.
        subject: the noun that the question is about; empty without such a noun.
    """

    question: str
    answers: tuple[str, ...]
    family: str
    needs_full_view: bool = False
    mirror_sensitive: bool = False
    answerable: bool = True
    subject: str = ""


def pick(rng: random.Random, *choices: str) -> str:
    """Sample one of several wordings, at least one, all equally likely."""
    return choices[rng.randrange(len(choices))]


def presence_question(noun: str, truth: str, rng: random.Random) -> QAPair:
    """Build a question whether the video shows a noun, in a random wording.

    The answer is `truth`, "yes" or "no"; the pair has the noun as its `subject` only for "yes".
    """
    a_noun = noun if noun in FREQUENT_MASS_NOUNS else with_article(noun)
    many = noun if noun in FREQUENT_MASS_NOUNS else plural_of(noun)
    return QAPair(
        question=pick(
            rng,
            f"Is there {a_noun} in the {video_word(rng)}?",
            f"Is there {a_noun}?",
            f"Can you see {a_noun}?",
            f"Is {a_noun} visible?",
            f"Does the {video_word(rng)} show {a_noun}?",
            f"Is there any {noun}?" if noun in FREQUENT_MASS_NOUNS else f"Are there any {many}?",
            f"Do you see {a_noun} in the {video_word(rng)}?",
        ),
        answers=(truth,),
        family="presence",
        subject=noun if truth == "yes" else "",
    )


def present_question(noun: str, rng: random.Random) -> QAPair:
    """Build a question about a visible object, without answers, to train answerability.

    Its family is "absent", as that of questions about absent objects, but it is answerable.
    """
    return QAPair(question=_question_about(noun, rng), answers=(), family="absent", subject=noun)


def absent_question(noun: str, rng: random.Random) -> QAPair:
    """Build an unanswerable question about an absent object; the answer is "there is no NOUN"."""
    return QAPair(
        question=_question_about(noun, rng),
        answers=(f"there is no {noun}",),
        family="absent",
        answerable=False,
    )


def _question_about(noun: str, rng: random.Random) -> str:
    """Sample a question that presupposes a noun: about its color, place, number or action."""
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
    """Sample a word for the video in a question: "video" (half of the time), "clip" or "scene"."""
    return pick(rng, "video", "video", "clip", "scene")

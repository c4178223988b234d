"""Rewording of questions: follow-ups with a pronoun, typing errors, description requests."""

from __future__ import annotations

import random
from collections.abc import Sequence

from vqa.training.qa import lexicon as words
from vqa.training.qa.question_answer import QAPair, pick


def describe_question(rng: random.Random) -> str:
    """Sample one of five requests for a description of the video, such as "Describe the video."."""
    return pick(
        rng, "Describe the video.", "What happens in the video?", "Describe what you see.", "What is the video about?", "Describe this clip in a sentence."
    )  # fmt: skip


def follow_up(qa: QAPair, qa_pairs: Sequence[QAPair], rng: random.Random) -> QAPair:
    """Convert a question to a follow-up of another one: with a pronoun in place of the subject.

    The result begins with the other question and its answer, which is the subject: "What animal is
    this? dog. What color is it?". It has no `subject` itself. If there is no such question, or "the
    SUBJECT" is not in the question, the pair is returned unchanged.

    Args:
        qa: the pair to convert.
        qa_pairs: candidates for the question before.
        rng: random number generator that selects it.
    """
    earlier = [a for a in qa_pairs if a.answers and a.answers[0].split()[-1:] == [qa.subject]]
    pattern = f"the {qa.subject}"
    if not earlier or pattern not in qa.question:
        return qa
    previous = earlier[rng.randrange(len(earlier))]
    pronoun = "he" if qa.subject in words.MALE else "she" if qa.subject in words.FEMALE else "it"
    question = qa.question.replace(
        f"{pattern}'s", {"he": "his", "she": "her", "it": "its"}[pronoun]
    ).replace(pattern, pronoun)
    return QAPair(
        question=f"{previous.question} {previous.answers[0]}. {question}",
        answers=qa.answers, family=qa.family, needs_full_view=qa.needs_full_view, mirror_sensitive=qa.mirror_sensitive,
    )  # fmt: skip


def typo(question: str, rng: random.Random) -> str:
    """Lower-case a question, drop "?" and "." at its end and sometimes swap two adjacent letters.

    Two random adjacent characters are swapped half of the time, if both are letters.
    """
    question = question.lower().rstrip("?.")
    at = rng.randrange(max(1, len(question) - 1))
    if rng.random() < 0.5 and question[at : at + 2].isalpha():
        question = question[:at] + question[at : at + 2][::-1] + question[at + 2 :]
    return question

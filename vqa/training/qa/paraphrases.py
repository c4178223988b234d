"""How people word what they ask: leaning on the turn before, hastily, or simply for a description."""

from __future__ import annotations

import random
from collections.abc import Sequence

from vqa.training.qa import word_lists as words
from vqa.training.qa.question_answer import Ask, pick


def describe_question(dice: random.Random) -> str:
    """One of the ways to ask for a description."""
    return pick(
        dice, "Describe the video.", "What happens in the video?", "Describe what you see.", "What is the video about?", "Describe this clip in a sentence."
    )  # fmt: skip


def follow_up(ask: Ask, asks: Sequence[Ask], dice: random.Random) -> Ask:
    """The same question leaning on a turn before it: its subject becomes a pronoun."""
    earlier = [a for a in asks if a.answers and a.answers[0].split()[-1:] == [ask.subject]]
    pattern = f"the {ask.subject}"
    if not earlier or pattern not in ask.question:
        return ask
    before = earlier[dice.randrange(len(earlier))]
    pronoun = "he" if ask.subject in words.MALE else "she" if ask.subject in words.FEMALE else "it"
    asked = ask.question.replace(
        f"{pattern}'s", {"he": "his", "she": "her", "it": "its"}[pronoun]
    ).replace(pattern, pronoun)
    return Ask(
        question=f"{before.question} {before.answers[0]}. {asked}",
        answers=ask.answers, family=ask.family, whole=ask.whole, sided=ask.sided,
    )  # fmt: skip


def typo(question: str, dice: random.Random) -> str:
    """How people type: no capital, no question mark, two letters swapped."""
    question = question.lower().rstrip("?.")
    at = dice.randrange(max(1, len(question) - 1))
    if dice.random() < 0.5 and question[at : at + 2].isalpha():
        question = question[:at] + question[at : at + 2][::-1] + question[at + 2 :]
    return question

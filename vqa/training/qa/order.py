"""Question-answer pairs about the order of shots or actions in a clip that training composes."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import pairwise

from vqa.english import NUMBER_NAMES, with_article
from vqa.training.qa.caption_parser import CaptionFacts
from vqa.training.qa.question_answer import QAPair, pick, video_word


def order_questions(
    shots: Sequence[Sequence[CaptionFacts]], subjects: Sequence[str], rng: random.Random
) -> Iterator[QAPair]:
    """Generate pairs about order and number of shots, and the part of a clip that shows a subject.

    Args:
        shots: parsed captions of each shot, in order; one to ten shots.
        subjects: main subject (a noun) of each shot, in order, all different.
        rng: random number generator that selects the wordings.
    """
    video = video_word(rng)

    def activities_in(place: int) -> tuple[str, ...]:
        """List the activities of the main subject in shot number `place`, from 0."""
        activities = [
            e.doing for f in shots[place] for e in f.events if e.subject == subjects[place]
        ]
        return tuple(activities)

    for place, when in ((0, "first"), (-1, "last")):
        phrase = pick(
            rng,
            *(("at the beginning", "at the start") if place == 0 else ("at the end", "in the end")),
        )
        yield QAPair(
            question=pick(
                rng, f"What is shown {when}?", f"Who or what appears {when}?", f"What is seen {phrase} of the {video}?", f"What do you see {phrase}?"
            ),
            answers=(subjects[place],), family="order",
        )  # fmt: skip
        if activities_in(place):
            yield QAPair(
                question=pick(rng, f"What happens {phrase} of the {video}?", f"What happens {when}?"),
                answers=activities_in(place), family="order",
            )  # fmt: skip
    for index, next_index in zip(range(len(subjects)), range(1, len(subjects)), strict=False):
        a, b = subjects[index], subjects[next_index]
        yield QAPair(
            question=pick(rng, f"What comes after the {a}?", f"What is shown after the {a}?"),
            answers=(b,),
            family="order",
        )
        yield QAPair(
            question=pick(rng, f"What comes before the {b}?", f"What is shown before the {b}?"),
            answers=(a,),
            family="order",
        )
        first, second = (a, b) if rng.random() < 0.5 else (b, a)
        yield QAPair(
            question=pick(rng, f"Which appears first, the {first} or the {second}?", f"What comes first, {with_article(first)} or {with_article(second)}?"),
            answers=(a,), family="order",
        )  # fmt: skip
        yield QAPair(
            question=pick(rng, f"Does the {first} appear before the {second}?", f"Is the {first} shown before the {second}?"),
            answers=("yes" if first == a else "no",), family="order",
        )  # fmt: skip
    yield QAPair(
        question=pick(rng, "How many shots are there?", f"How many scenes does the {video} have?", "How many different scenes are shown?"),
        answers=(NUMBER_NAMES[len(shots)],), family="shots",
    )  # fmt: skip
    place = rng.randrange(len(subjects))
    position = ("at the beginning", "in the middle", "at the end")[
        0 if place == 0 else 2 if place == len(subjects) - 1 else 1
    ]
    yield QAPair(
        question=f"In which part of the {video} is the {subjects[place]}?",
        answers=(position,),
        family="order",
    )


def action_order_questions(actions: Sequence[str], rng: random.Random) -> Iterator[QAPair]:
    """Generate pairs about the order of different actions in a clip.

    Args:
        actions: the actions in order, at least one, as gerunds, such as "riding a bicycle".
        rng: random number generator that selects the wordings.
    """
    who = pick(rng, "the person", "the person", "the man", "the woman", "he", "she")
    for place, when, phrase in (
        (0, "first", pick(rng, "at the beginning", "at the start")),
        (-1, "last", pick(rng, "at the end", "in the end")),
    ):
        yield QAPair(
            question=pick(
                rng, f"What happens {when}?", f"What does {who} do {when}?", f"What is the {when} action?", f"What does {who} do {phrase}?",
                f"What is {who} doing {phrase} of the {video_word(rng)}?",
            ),
            answers=(actions[place],), family="order",
        )  # fmt: skip
    for action, next_action in pairwise(actions):
        yield QAPair(
            question=pick(rng, f"What does {who} do after {action}?", f"What happens after {action}?", f"What does {who} do next after {action}?"),
            answers=(next_action,), family="order",
        )  # fmt: skip
        yield QAPair(
            question=pick(rng, f"What does {who} do before {next_action}?", f"What happens before {next_action}?"),
            answers=(action,), family="order",
        )  # fmt: skip
        first, second = (action, next_action) if rng.random() < 0.5 else (next_action, action)
        yield QAPair(
            question=pick(rng, f"Is {who} {first} before {second}?", f"Does {who} start {first} before {second}?"),
            answers=("yes" if first == action else "no",), family="order",
        )  # fmt: skip

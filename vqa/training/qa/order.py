"""Questions about the order of shots, true because the clip was cut that way."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from vqa.english import with_article
from vqa.training.qa import word_lists as words
from vqa.training.qa.caption_parser import CaptionFacts
from vqa.training.qa.question_answer import Ask, pick, video_word


def order_asks(
    shots: Sequence[Sequence[CaptionFacts]], subjects: Sequence[str], dice: random.Random
) -> Iterator[Ask]:
    """Questions about order, number of shots and presence anywhere."""
    video = video_word(dice)

    def doing(place: int) -> tuple[str, ...]:
        said = [e.doing for f in shots[place] for e in f.events if e.subject == subjects[place]]
        return tuple(said)

    for place, when in ((0, "first"), (-1, "last")):
        edge = pick(
            dice,
            *(("at the beginning", "at the start") if place == 0 else ("at the end", "in the end")),
        )
        yield Ask(
            question=pick(
                dice, f"What is shown {when}?", f"Who or what appears {when}?", f"What is seen {edge} of the {video}?", f"What do you see {edge}?"
            ),
            answers=(subjects[place],), family="order",
        )  # fmt: skip
        if doing(place):
            yield Ask(
                question=pick(dice, f"What happens {edge} of the {video}?", f"What happens {when}?"),
                answers=doing(place), family="order",
            )  # fmt: skip
    for earlier, later in zip(range(len(subjects)), range(1, len(subjects)), strict=False):
        a, b = subjects[earlier], subjects[later]
        yield Ask(
            question=pick(dice, f"What comes after the {a}?", f"What is shown after the {a}?"),
            answers=(b,),
            family="order",
        )
        yield Ask(
            question=pick(dice, f"What comes before the {b}?", f"What is shown before the {b}?"),
            answers=(a,),
            family="order",
        )
        one, other = (a, b) if dice.random() < 0.5 else (b, a)
        yield Ask(
            question=pick(dice, f"Which appears first, the {one} or the {other}?", f"What comes first, {with_article(one)} or {with_article(other)}?"),
            answers=(a,), family="order",
        )  # fmt: skip
        yield Ask(
            question=pick(dice, f"Does the {one} appear before the {other}?", f"Is the {one} shown before the {other}?"),
            answers=("yes" if one == a else "no",), family="order",
        )  # fmt: skip
    yield Ask(
        question=pick(dice, "How many shots are there?", f"How many scenes does the {video} have?", "How many different scenes are shown?"),
        answers=(words.NUMBER_NAMES[len(shots)],), family="shots",
    )  # fmt: skip
    place = dice.randrange(len(subjects))
    position = ("at the beginning", "in the middle", "at the end")[
        0 if place == 0 else 2 if place == len(subjects) - 1 else 1
    ]
    yield Ask(
        question=f"In which part of the {video} is the {subjects[place]}?",
        answers=(position,),
        family="order",
    )

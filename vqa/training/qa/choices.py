"""Question-answer pairs with two options, one of them correct: "Is it a dog or a cat?"."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Sequence

from vqa.english import COLOURS, ing_form, plural_of, with_article
from vqa.training.data.records import Record
from vqa.training.qa import lexicon as words
from vqa.training.qa.caption_parser import CaptionFacts
from vqa.training.qa.noun_statistics import lemma_votes
from vqa.training.qa.question_answer import QAPair, pick, video_word

_GREYSCALE_SOURCES = frozenset({"scene15"})
_COLOUR_SOURCES = frozenset({"coco2014_256", "daquar", "flickr8k"})
_RARE_COLOURS = frozenset("grey tan beige maroon gold silver".split())
_POSTURES = ("standing", "sitting", "walking", "running", "jumping", "sleeping", "swimming", "eating")  # fmt: skip
# Verbs of one group may describe the same scene.
_COMPATIBLE_VERBS = (frozenset("walk run jump play race chase leap stand".split()), frozenset("sit sleep eat lie".split()))  # fmt: skip


def choice_questions(facts: Sequence[CaptionFacts], rng: random.Random) -> Iterator[QAPair]:
    """Generate choice pairs about color, kind and activity from parsed captions of an image.

    The options are in random order, and the only answer is one of them. None without captions.
    """
    yield from _colour_choices(facts, rng)
    yield from _kind_choices(facts, rng)
    yield from _activity_choices(facts, rng)


def colour_mode_questions(record: Record, rng: random.Random) -> Iterator[QAPair]:
    """Generate one pair that asks whether an image is in color or black and white.

    It is a choice or a yes/no question. Nothing is generated unless the data set or the captions
    determine the answer.
    """
    captions = " ".join(record.captions).lower()
    is_greyscale = record.source in _GREYSCALE_SOURCES
    if not is_greyscale and (
        record.source not in _COLOUR_SOURCES or "black and white p" in captions
    ):
        return
    video = video_word(rng)
    first, second = _shuffle_pair("color", "black and white", rng)
    if rng.random() < 0.5:
        yield QAPair(
            question=pick(rng, f"Is the {video} in {first} or {second}?", f"Is this in {first} or in {second}?"),
            answers=("black and white" if is_greyscale else "color",), family="choice",
        )  # fmt: skip
        return
    asks_greyscale = rng.random() < 0.5
    yield QAPair(
        question=pick(
            rng,
            f"Is the {video} {'black and white' if asks_greyscale else 'in color'}?",
            f"Is this a {'black and white' if asks_greyscale else 'color'} {video}?",
        ),
        answers=("yes" if asks_greyscale == is_greyscale else "no",), family="yesno-palette",
    )  # fmt: skip


def _colour_choices(facts: Sequence[CaptionFacts], rng: random.Random) -> Iterator[QAPair]:
    """Generate pairs that ask which of two colors a noun has."""
    colours_by_noun: dict[str, set[str]] = {}
    for thing in (t for fact in facts for t in fact.things if t.colours):
        colours_by_noun.setdefault(thing.lemma, set()).update(thing.colours)
    for noun, colours in colours_by_noun.items():
        if len(colours) != 1:
            continue
        (true,) = colours
        wrong = _sample(COLOURS - _RARE_COLOURS - colours, rng)
        first, second = _shuffle_pair(true, wrong, rng)
        yield QAPair(
            question=f"Is the {noun} {first} or {second}?",
            answers=(true,), family="choice", subject=noun,
        )  # fmt: skip


def _kind_choices(facts: Sequence[CaptionFacts], rng: random.Random) -> Iterator[QAPair]:
    """Generate pairs that ask which of two animals or vehicles is visible."""
    votes = lemma_votes(facts)
    mentioned_words = {word for fact in facts for word in fact.text.split()} | votes.keys()
    related_words = set().union(*(words.related_words(noun) for noun in mentioned_words))
    for kind in (words.ANIMALS - {"animal", "insect"}, words.VEHICLES):
        for noun in sorted(kind & votes.keys()):
            if votes[noun] < 2:
                continue
            first, second = _shuffle_pair(noun, _sample(kind - related_words, rng), rng)
            pair = f"{with_article(first)} or {with_article(second)}"
            yield QAPair(
                question=pick(
                    rng, f"Is it {pair}?", f"Is this {pair}?", f"Is there {pair} in the {video_word(rng)}?"
                ),
                answers=(noun,), family="choice", subject=noun,
            )  # fmt: skip


def _activity_choices(facts: Sequence[CaptionFacts], rng: random.Random) -> Iterator[QAPair]:
    """Generate pairs that ask which of two activities a subject performs."""
    events = [event for fact in facts for event in fact.events]
    verbs = {event.verb for event in events}
    for event in events:
        if event.verb not in words.QUESTION_VERBS:
            continue
        excluded_verbs = verbs.union(
            *(compatible for compatible in _COMPATIBLE_VERBS if compatible & verbs)
        )
        others = {
            activity
            for activity in _POSTURES
            if not any(ing_form(v) == activity for v in excluded_verbs)
        }
        if not others:
            continue
        true = ing_form(event.verb)
        first, second = _shuffle_pair(true, _sample(others, rng), rng)
        subject = plural_of(event.subject) if event.plural else event.subject
        yield QAPair(
            question=f"{'Are' if event.plural else 'Is'} the {subject} {first} or {second}?",
            answers=(true,), family="choice", subject=event.subject,
        )  # fmt: skip


def _shuffle_pair(true: str, wrong: str, rng: random.Random) -> tuple[str, str]:
    """Return both options in random order."""
    return (true, wrong) if rng.random() < 0.5 else (wrong, true)


def _sample(choices: Collection[str], rng: random.Random) -> str:
    """Sample one option of a set, in a way that is reproducible for a seed."""
    ordered_choices = sorted(choices)
    return ordered_choices[rng.randrange(len(ordered_choices))]

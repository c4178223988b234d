"""Questions that name two answers, of which one is true: "Is it a dog or a cat?"."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Sequence

from vqa.english import plural_of, with_article
from vqa.training.data.records import Record
from vqa.training.qa import word_lists as words
from vqa.training.qa.caption_parser import CaptionFacts, gerund
from vqa.training.qa.question_answer import Ask, pick, video_word
from vqa.training.qa.scenes import lemma_votes

_GREY_SOURCES = frozenset({"scene15"})
_COLOUR_SOURCES = frozenset({"coco2014_256", "daquar", "flickr8k"})
_RARE_COLOURS = frozenset("grey tan beige maroon gold silver".split())
_POSTURES = ("standing", "sitting", "walking", "running", "jumping", "sleeping", "swimming", "eating")  # fmt: skip
# One who does the first may be said to do the other.
_ALIKE = (frozenset("walk run jump play race chase leap stand".split()), frozenset("sit sleep eat lie".split()))  # fmt: skip


def either_or(facts: Sequence[CaptionFacts], dice: random.Random) -> Iterator[Ask]:
    """All choices that one picture's captions decide."""
    yield from _colours(facts, dice)
    yield from _kinds(facts, dice)
    yield from _doings(facts, dice)


def palette(record: Record, dice: random.Random) -> Iterator[Ask]:
    """Whether a picture is in colour, where its source or its captions tell."""
    said = " ".join(record.captions).lower()
    grey = record.source in _GREY_SOURCES
    if not grey and (record.source not in _COLOUR_SOURCES or "black and white p" in said):
        return
    video = video_word(dice)
    first, second = _either("color", "black and white", dice)
    if dice.random() < 0.5:
        yield Ask(
            question=pick(dice, f"Is the {video} in {first} or {second}?", f"Is this in {first} or in {second}?"),
            answers=("black and white" if grey else "color",), family="choice",
        )  # fmt: skip
        return
    asked_grey = dice.random() < 0.5
    yield Ask(
        question=pick(
            dice,
            f"Is the {video} {'black and white' if asked_grey else 'in color'}?",
            f"Is this a {'black and white' if asked_grey else 'color'} {video}?",
        ),
        answers=("yes" if asked_grey == grey else "no",), family="yesno-palette",
    )  # fmt: skip


def _colours(facts: Sequence[CaptionFacts], dice: random.Random) -> Iterator[Ask]:
    told: dict[str, set[str]] = {}
    for thing in (t for fact in facts for t in fact.things if t.colours):
        told.setdefault(thing.lemma, set()).update(thing.colours)
    for noun, colours in told.items():
        if len(colours) != 1:
            continue
        (true,) = colours
        wrong = _other(words.COLOURS - _RARE_COLOURS - colours, dice)
        first, second = _either(true, wrong, dice)
        yield Ask(
            question=f"Is the {noun} {first} or {second}?",
            answers=(true,), family="choice", subject=noun,
        )  # fmt: skip


def _kinds(facts: Sequence[CaptionFacts], dice: random.Random) -> Iterator[Ask]:
    votes = lemma_votes(facts)
    named = {word for fact in facts for word in fact.text.split()} | votes.keys()
    near = set().union(*(words.kindred(noun) for noun in named))
    for kind in (words.ANIMALS - {"animal", "insect"}, words.VEHICLES):
        for noun in sorted(kind & votes.keys()):
            if votes[noun] < 2:
                continue
            first, second = _either(noun, _other(kind - near, dice), dice)
            pair = f"{with_article(first)} or {with_article(second)}"
            yield Ask(
                question=pick(
                    dice, f"Is it {pair}?", f"Is this {pair}?", f"Is there {pair} in the {video_word(dice)}?"
                ),
                answers=(noun,), family="choice", subject=noun,
            )  # fmt: skip


def _doings(facts: Sequence[CaptionFacts], dice: random.Random) -> Iterator[Ask]:
    events = [event for fact in facts for event in fact.events]
    done = {event.verb for event in events}
    for event in events:
        if event.verb not in words.VERBS_ASKED:
            continue
        unfit = done.union(*(alike for alike in _ALIKE if alike & done))
        others = {doing for doing in _POSTURES if not any(gerund(v) == doing for v in unfit)}
        if not others:
            continue
        true = gerund(event.verb)
        first, second = _either(true, _other(others, dice), dice)
        subject = plural_of(event.subject) if event.plural else event.subject
        yield Ask(
            question=f"{'Are' if event.plural else 'Is'} the {subject} {first} or {second}?",
            answers=(true,), family="choice", subject=event.subject,
        )  # fmt: skip


def _either(true: str, wrong: str, dice: random.Random) -> tuple[str, str]:
    """Both, in an order that tells nothing."""
    return (true, wrong) if dice.random() < 0.5 else (wrong, true)


def _other(choices: Collection[str], dice: random.Random) -> str:
    ordered = sorted(choices)
    return ordered[dice.randrange(len(ordered))]

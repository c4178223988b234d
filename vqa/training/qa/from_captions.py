"""Questions with true answers, made from what captions say: who does what, with which colours.

Each maker yields `Ask`s of one family. Nothing is asked that the captions leave open: what is said to be absent is
neither named in any caption nor kin to anything named.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from vqa.english import plural_of, with_article
from vqa.training.qa import scenes
from vqa.training.qa import word_lists as words
from vqa.training.qa.caption_parser import CaptionFacts, Event, Thing, gerund
from vqa.training.qa.question_answer import Ask, pick, video_word


def from_captions(
    facts: Sequence[CaptionFacts], common: Sequence[str], dice: random.Random
) -> Iterator[Ask]:
    """All families that one picture's captions allow.

    Args:
        facts: its captions, taken apart.
        common: nouns often seen elsewhere, that this picture may be asked for in vain; likelier ones more often.
        dice: what wordings are drawn with.
    """
    things = [thing for fact in facts for thing in fact.things]
    events = [event for fact in facts for event in fact.events]
    yield from _actions(events, dice)
    yield from _objects_of(events, dice)
    yield from _colours(things, dice)
    yield from _worn(facts, dice)
    yield from scenes.counts(facts, dice)
    yield from scenes.kinds(facts, dice)
    yield from scenes.places(facts, events, dice)
    yield from scenes.relations(facts, dice)
    yield from scenes.presences(facts, common, dice)
    yield from _verbs(events, dice)


def _actions(events: Sequence[Event], dice: random.Random) -> Iterator[Ask]:
    by_subject: dict[tuple[str, bool], list[str]] = {}
    for event in events:
        words_said = f"{event.doing} {_with_article(event)}" if event.object else event.doing
        by_subject.setdefault((event.subject, event.plural), []).append(words_said.strip())
    for (subject, plural), said in by_subject.items():
        noun = plural_of(subject) if plural else subject
        verb = "are" if plural else "is"
        yield Ask(
            question=pick(
                dice,
                f"What {verb} the {noun} doing?",
                f"What {verb} the {noun} doing in the {video_word(dice)}?",
                f"What {verb} the {noun} doing here?",
                f"what action {'do' if plural else 'does'} the {noun} perform?",
            ),
            answers=tuple(said),
            family="action",
            subject=subject,
        )
    everything = [s for said in by_subject.values() for s in said]
    if everything:
        humans = [
            s for (subject, _), said in by_subject.items() if subject in words.PEOPLE for s in said
        ]
        yield Ask(
            question=pick(
                dice,
                "What is happening?",
                f"What is going on in the {video_word(dice)}?",
                "What activity is this?",
                f"What is happening in the {video_word(dice)}?",
                "What action is being performed?",
            ),
            answers=tuple(everything),
            family="action",
        )
        if humans:
            yield Ask(
                question=pick(
                    dice,
                    "What is the person doing?",
                    "What are they doing?",
                    "What are the people doing?",
                ),
                answers=tuple(humans),
                family="action",
            )


def _with_article(event: Event) -> str:
    """The object as it stands after the verb: "riding a bike"."""
    if event.doing.split()[0] == "playing" or event.object.endswith("s"):
        return event.object
    return with_article(event.object)


def _objects_of(events: Sequence[Event], dice: random.Random) -> Iterator[Ask]:
    for event in events:
        verb = "are" if event.plural else "is"
        noun = plural_of(event.subject) if event.plural else event.subject
        if event.object:
            yield Ask(
                question=f"What {verb} the {noun} {event.doing}?",
                answers=(event.object,),
                family="object",
                subject=event.subject,
            )
        if event.place and event.place_word in (
            "over",
            "on",
            "at",
            "with",
            "into",
            "through",
            "behind",
            "near",
            "off",
        ):
            yield Ask(
                question=f"What {verb} the {noun} {event.doing} {event.place_word}?",
                answers=(event.place,),
                family="object",
                subject=event.subject,
            )


def _colours(things: Sequence[Thing], dice: random.Random) -> Iterator[Ask]:
    told: dict[tuple[str, str], list[str]] = {}
    for thing in things:
        if thing.colours:
            told.setdefault((thing.lemma, thing.owner), []).append(" and ".join(thing.colours))
    for (lemma, owner), colours in told.items():
        noun = lemma if lemma not in ("short", "jean", "pant", "glass", "trunk") else f"{lemma}s"
        be = "are" if noun.endswith("s") and not noun.endswith("ss") else "is"
        asks = [
            f"What color {be} the {noun}?",
            f"What colour {be} the {noun}?",
            f"What color {be} the {noun} in the {video_word(dice)}?",
            f"what is the color of the {noun}?",
        ]
        if owner:
            asks += [
                f"What color {be} the {owner}'s {noun}?",
                f"What color {noun} is the {owner} wearing?",
                f"What is the color of the {owner}'s {noun}?",
            ]
        yield Ask(
            question=asks[dice.randrange(len(asks))],
            answers=tuple(colours),
            family="color",
            subject=lemma,
        )
        colour = colours[dice.randrange(len(colours))]
        first = colour.split()[0]
        others = sorted(
            words.COLOURS - set(" ".join(colours).split()) - {"grey", "tan", "beige", "maroon"}
        )
        wrong = others[dice.randrange(len(others))]
        shown, truth = (first, "yes") if dice.random() < 0.5 else (wrong, "no")
        yield Ask(
            question=pick(
                dice, f"{be.title()} the {noun} {shown}?", f"Is there a {shown} {lemma}?"
            ),
            answers=(truth,),
            family="yesno-color",
            subject=lemma,
        )


def _worn(facts: Sequence[CaptionFacts], dice: random.Random) -> Iterator[Ask]:
    by_wearer: dict[str, list[str]] = {}
    for fact in facts:
        for wearer, thing in fact.worn:
            said = " ".join([" and ".join(thing.colours), thing.name]).strip()
            by_wearer.setdefault(wearer, []).append(said)
    for wearer, worn in by_wearer.items():
        yield Ask(
            question=pick(
                dice,
                f"What is the {wearer} wearing?",
                f"What clothes does the {wearer} wear?",
                f"What does the {wearer} have on?",
            ),
            answers=tuple(worn),
            family="object",
            subject=wearer,
        )


def _verbs(events: Sequence[Event], dice: random.Random) -> Iterator[Ask]:
    done = {e.verb for e in events}
    for event in events:
        if event.verb not in words.VERBS_ASKED:
            continue
        subject = plural_of(event.subject) if event.plural else event.subject
        be = "Are" if event.plural else "Is"
        if dice.random() < 0.5:
            yield Ask(
                question=pick(
                    dice,
                    f"{be} the {subject} {event.doing}?",
                    f"Is anyone {event.doing}?"
                    if event.subject in words.PEOPLE
                    else f"{be} the {subject} {event.doing}?",
                ),
                answers=("yes",),
                family="yesno-action",
                subject=event.subject,
            )
            continue
        wrong = words.VERBS_ASKED[dice.randrange(len(words.VERBS_ASKED))]
        clash = (
            {"run", "jump", "walk", "play"}
            if done & {"run", "jump", "walk", "play", "chase", "race", "leap"}
            else done
        )
        if wrong in done or wrong in clash or wrong in ("stand", "play", "look"):
            continue
        yield Ask(
            question=f"{be} the {subject} {gerund(wrong)}?",
            answers=("no",),
            family="yesno-action",
            subject=event.subject,
        )

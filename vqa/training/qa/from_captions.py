"""Question-answer pairs from parsed captions: actions, objects, colors, clothing.

A noun that counts as absent is neither mentioned in a caption nor related to a mentioned noun.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from vqa.english import COLOURS, ing_form, plural_of, with_article
from vqa.training.qa import lexicon as words
from vqa.training.qa import scene_questions
from vqa.training.qa.caption_parser import CaptionFacts, Event, NounPhrase
from vqa.training.qa.question_answer import QAPair, pick, video_word


def from_captions(
    facts: Sequence[CaptionFacts], common: Sequence[str], rng: random.Random
) -> Iterator[QAPair]:
    """Generate the question-answer pairs that the captions of one image support.

    Args:
        facts: parsed captions of one image.
        common: frequent nouns of other images, repeated by weight: candidates for absent nouns.
        rng: random number generator that selects wordings and samples.
    """
    things = [thing for fact in facts for thing in fact.things]
    events = [event for fact in facts for event in fact.events]
    yield from _action_questions(events, rng)
    yield from _object_questions(events, rng)
    yield from _colour_questions(things, rng)
    yield from _clothing_questions(facts, rng)
    yield from scene_questions.count_questions(facts, rng)
    yield from scene_questions.kind_questions(facts, rng)
    yield from scene_questions.place_questions(facts, events, rng)
    yield from scene_questions.relation_questions(facts, rng)
    yield from scene_questions.presence_questions(facts, common, rng)
    yield from _verb_questions(events, rng)


def unanswerable_questions(
    facts: Sequence[CaptionFacts],
    others: Sequence[Sequence[CaptionFacts]],
    common: Sequence[str],
    rng: random.Random,
) -> Iterator[QAPair]:
    """Generate unanswerable pairs: questions of other images about nouns that this image lacks.

    Their wording is that of answerable questions, so that it does not predict the answer.

    Args:
        facts: parsed captions of this image.
        others: parsed captions of each of the other images; at most one pair comes from each.
        common: see `from_captions`.
        rng: random number generator that selects wordings and samples.
    """
    text = {word for fact in facts for word in fact.text.replace("-", " ").split()}
    lemmas = {thing.lemma for fact in facts for thing in fact.things} | text
    related_words = set().union(*(words.related_words(lemma) for lemma in lemmas))
    for other in others:
        qa_pairs = [
            qa
            for qa in from_captions(other, common, rng)
            if qa.answerable
            and qa.subject
            and qa.family in ("action", "color", "count", "location")
        ]
        if not qa_pairs:
            continue
        qa = qa_pairs[rng.randrange(len(qa_pairs))]
        noun = qa.subject
        if (
            noun not in related_words
            and noun not in words.PEOPLE
            and noun not in words.UNMENTIONED_NOUNS
        ):
            yield QAPair(
                question=qa.question,
                answers=(f"there is no {noun}",),
                family="absent",
                answerable=False,
            )


def _action_questions(events: Sequence[Event], rng: random.Random) -> Iterator[QAPair]:
    """Generate pairs about what each subject does and what happens; `rng` selects the wordings."""
    by_subject: dict[tuple[str, bool], list[str]] = {}
    for event in events:
        activity = f"{event.doing} {_object_phrase(event)}" if event.object else event.doing
        by_subject.setdefault((event.subject, event.plural), []).append(activity.strip())
    for (subject, plural), activities in by_subject.items():
        noun = plural_of(subject) if plural else subject
        verb = "are" if plural else "is"
        yield QAPair(
            question=pick(
                rng,
                f"What {verb} the {noun} doing?",
                f"What {verb} the {noun} doing in the {video_word(rng)}?",
                f"What {verb} the {noun} doing here?",
                f"what action {'do' if plural else 'does'} the {noun} perform?",
            ),
            answers=tuple(activities),
            family="action",
            subject=subject,
        )
    all_activities = [s for activities in by_subject.values() for s in activities]
    if all_activities:
        human_activities = [
            s
            for (subject, _), activities in by_subject.items()
            if subject in words.PEOPLE
            for s in activities
        ]
        yield QAPair(
            question=pick(
                rng,
                "What is happening?",
                f"What is going on in the {video_word(rng)}?",
                "What activity is this?",
                f"What is happening in the {video_word(rng)}?",
                "What action is being performed?",
            ),
            answers=tuple(all_activities),
            family="action",
        )
        if human_activities:
            yield QAPair(
                question=pick(
                    rng,
                    "What is the person doing?",
                    "What are they doing?",
                    "What are the people doing?",
                ),
                answers=tuple(human_activities),
                family="action",
            )


def _object_phrase(event: Event) -> str:
    """Return the object of an event as it follows the verb: "a bike" in "riding a bike"."""
    if event.doing.split()[0] == "playing" or event.object.endswith("s"):
        return event.object
    return with_article(event.object)


def _object_questions(events: Sequence[Event], rng: random.Random) -> Iterator[QAPair]:
    """Generate pairs that ask for the object of a verb and for the noun after its preposition."""
    for event in events:
        verb = "are" if event.plural else "is"
        noun = plural_of(event.subject) if event.plural else event.subject
        if event.object:
            yield QAPair(
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
            yield QAPair(
                question=f"What {verb} the {noun} {event.doing} {event.place_word}?",
                answers=(event.place,),
                family="object",
                subject=event.subject,
            )


def _colour_questions(things: Sequence[NounPhrase], rng: random.Random) -> Iterator[QAPair]:
    """Generate an open pair and a yes/no pair about the color of each noun with a color."""
    colours_by_noun: dict[tuple[str, str], list[str]] = {}
    for thing in things:
        if thing.colours:
            colours_by_noun.setdefault((thing.lemma, thing.owner), []).append(
                " and ".join(thing.colours)
            )
    for (lemma, owner), colours in colours_by_noun.items():
        noun = lemma if lemma not in ("short", "jean", "pant", "glass", "trunk") else f"{lemma}s"
        be = "are" if noun.endswith("s") and not noun.endswith("ss") else "is"
        wordings = [
            f"What color {be} the {noun}?",
            f"What colour {be} the {noun}?",
            f"What color {be} the {noun} in the {video_word(rng)}?",
            f"what is the color of the {noun}?",
        ]
        if owner:
            wordings += [
                f"What color {be} the {owner}'s {noun}?",
                f"What color {noun} is the {owner} wearing?",
                f"What is the color of the {owner}'s {noun}?",
            ]
        yield QAPair(
            question=wordings[rng.randrange(len(wordings))],
            answers=tuple(colours),
            family="color",
            subject=lemma,
        )
        colour = colours[rng.randrange(len(colours))]
        first = colour.split()[0]
        others = sorted(
            COLOURS - set(" ".join(colours).split()) - {"grey", "tan", "beige", "maroon"}
        )
        wrong = others[rng.randrange(len(others))]
        colour_in_question, truth = (first, "yes") if rng.random() < 0.5 else (wrong, "no")
        yield QAPair(
            question=pick(
                rng,
                f"{be.title()} the {noun} {colour_in_question}?",
                f"Is there a {colour_in_question} {lemma}?",
            ),
            answers=(truth,),
            family="yesno-color",
            subject=lemma,
        )


def _clothing_questions(facts: Sequence[CaptionFacts], rng: random.Random) -> Iterator[QAPair]:
    """Generate a pair about the clothes of each person whose clothes a caption mentions."""
    by_wearer: dict[str, list[str]] = {}
    for fact in facts:
        for wearer, thing in fact.worn:
            garment = " ".join([" and ".join(thing.colours), thing.name]).strip()
            by_wearer.setdefault(wearer, []).append(garment)
    for wearer, garments in by_wearer.items():
        yield QAPair(
            question=pick(
                rng,
                f"What is the {wearer} wearing?",
                f"What clothes does the {wearer} wear?",
                f"What does the {wearer} have on?",
            ),
            answers=tuple(garments),
            family="object",
            subject=wearer,
        )


def _verb_questions(events: Sequence[Event], rng: random.Random) -> Iterator[QAPair]:
    """Generate yes/no pairs about whether a subject performs an action."""
    verbs = {e.verb for e in events}
    for event in events:
        if event.verb not in words.QUESTION_VERBS:
            continue
        subject = plural_of(event.subject) if event.plural else event.subject
        be = "Are" if event.plural else "Is"
        if rng.random() < 0.5:
            yield QAPair(
                question=pick(
                    rng,
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
        wrong = words.QUESTION_VERBS[rng.randrange(len(words.QUESTION_VERBS))]
        excluded_verbs = (
            {"run", "jump", "walk", "play"}
            if verbs & {"run", "jump", "walk", "play", "chase", "race", "leap"}
            else verbs
        )
        if wrong in verbs or wrong in excluded_verbs or wrong in ("stand", "play", "look"):
            continue
        yield QAPair(
            question=f"{be} the {subject} {ing_form(wrong)}?",
            answers=("no",),
            family="yesno-action",
            subject=event.subject,
        )

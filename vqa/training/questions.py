"""Questions with true answers, made from what captions say and from complete boxes.

Each maker yields `Ask`s of one family. Nothing is asked that the captions leave open: what is said to be absent is
neither named in any caption nor kin to anything named.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vqa.training import words
from vqa.training.grammar import CaptionFacts, Event, Thing, gerund


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A question and its true answers.

    Args:
        question: as a person would put it.
        answers: true answers; one given more often is drawn more often.
        family: what it teaches, for balance and for the dataset card.
        whole: true only while the whole picture is in view (counts).
        sided: true only while the picture is not mirrored.
        answerable: whether the picture holds what is asked about.
        subject: the noun it is about, so that shots can be told apart; may be empty.
    """

    question: str
    answers: tuple[str, ...]
    family: str
    whole: bool = False
    sided: bool = False
    answerable: bool = True
    subject: str = ""


def pick(dice: random.Random, *choices: str) -> str:
    """One of these wordings."""
    return choices[dice.randrange(len(choices))]


def article(noun: str) -> str:
    """The noun with a or an."""
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


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
    yield from _counts(facts, dice)
    yield from _kinds(facts, dice)
    yield from _places(facts, events, dice)
    yield from _presence(facts, common, dice)
    yield from _verbs(events, dice)


def _actions(events: Sequence[Event], dice: random.Random) -> Iterator[Ask]:
    by_subject: dict[tuple[str, bool], list[str]] = {}
    for event in events:
        said = f"{event.doing} {_with_article(event)}" if event.object else event.doing
        by_subject.setdefault((event.subject, event.plural), []).append(said.strip())
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
    return article(event.object)


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


def _counts(facts: Sequence[CaptionFacts], dice: random.Random) -> Iterator[Ask]:
    totals: dict[str, list[int]] = {}
    for fact in facts:
        people: int | None = 0
        for thing in fact.things:
            if thing.lemma in words.VAGUE or (thing.number is None and not thing.plural):
                continue
            if thing.number is not None and thing.lemma not in words.VAGUE:
                totals.setdefault(thing.lemma, []).append(thing.number)
            if thing.lemma in words.PEOPLE:
                people = None if people is None or thing.number is None else people + thing.number
        if people:
            totals.setdefault("people", []).append(people)
    for noun, numbers in totals.items():
        number, votes = Counter(numbers).most_common(1)[0]
        if votes < 2 or votes < 0.7 * len(numbers) or number > 10:
            continue
        if number == 1 and votes < 3:
            continue
        many = "people" if noun in ("people", "person") else plural_of(noun)
        yield Ask(
            question=pick(
                dice,
                f"How many {many} are there?",
                f"How many {many} are in the {video_word(dice)}?",
                f"How many {many} can you see?",
                f"How many {many} are visible?",
                f"What is the number of {many}?",
            ),
            answers=(words.NUMBER_NAMES[number],),
            family="count",
            whole=True,
            subject=noun,
        )
        if dice.random() < 0.4:
            yield Ask(
                question=pick(dice, f"Is there more than one {noun}?", f"Are there several {many}?")
                if noun != "people"
                else "Is there more than one person?",
                answers=("yes" if number > 1 else "no",),
                family="yesno-count",
                whole=True,
                subject=noun,
            )


def _kinds(facts: Sequence[CaptionFacts], dice: random.Random) -> Iterator[Ask]:
    lemmas = Counter(lemma for f in facts for lemma in {t.lemma for t in f.things})
    animals = [a for a in lemmas if a in words.ANIMALS and a != "animal" and lemmas[a] >= 2]
    video = video_word(dice)
    if len({"dog" if a in words.DOGS else a for a in animals}) == 1:
        animal = "dog" if animals[0] in words.DOGS else animals[0]
        yield Ask(
            question=pick(
                dice,
                f"What animal is in the {video}?",
                "What animal is this?",
                "What kind of animal is shown?",
                "Which animal can be seen?",
                f"What animal do you see in the {video}?",
            ),
            answers=(animal,),
            family="object",
            subject=animal,
        )
    first = [t.lemma for f in facts for t in f.things[:1] if t.lemma in words.ACTORS]
    if len(first) >= 2:
        yield Ask(
            question=pick(
                dice,
                f"Who is in the {video}?",
                f"Who or what is in the {video}?",
                "What is the main subject?",
                f"What can be seen in the {video}?",
            ),
            answers=tuple(first),
            family="object",
        )
    males = sum(lemmas[w] for w in words.MALE)
    females = sum(lemmas[w] for w in words.FEMALE)
    children = sum(lemmas[w] for w in words.CHILDREN)
    if max(males, females) >= 3 and min(males, females) == 0:
        answer = ("boy" if males else "girl") if children >= 3 else ("man" if males else "woman")
        yield (
            Ask(
                question=pick(
                    dice,
                    "Is the person a man or a woman?"
                    if children == 0
                    else "Is it a boy or a girl?",
                    "Is the person male or female?" if children == 0 else f"Who is in the {video}?",
                    f"Who can be seen in the {video}?",
                ),
                answers=(answer,),
                family="object",
            )
            if dice.random() < 0.5
            else Ask(
                question=f"Is the {'child' if children >= 3 else 'person'} {'male' if (m := dice.random() < 0.5) else 'female'}?",
                answers=("yes" if m == bool(males) else "no",),
                family="yesno-kind",
            )
        )
    texts = [f.text.replace("tennis ball", "ball") for f in facts]
    sports = {words.SPORTS[w] for text in texts for w in text.split() if w in words.SPORTS}
    if len(sports) == 1:
        yield Ask(
            question=pick(
                dice,
                "What sport is this?",
                "What sport is being played?",
                f"What sport is shown in the {video}?",
                "Which sport are they doing?",
            ),
            answers=(next(iter(sports)),),
            family="action",
        )


def _places(
    facts: Sequence[CaptionFacts], events: Sequence[Event], dice: random.Random
) -> Iterator[Ask]:
    texts = " ".join(f.text for f in facts).split()
    outside, inside = bool(words.OUTDOORS & set(texts)), bool(words.INDOORS & set(texts))
    if "outdoors" in texts or "outside" in texts:
        outside = True
    if outside != inside:
        place = "indoors" if dice.random() < 0.5 else "outdoors"
        truth = (place == "outdoors") == outside
        yield Ask(
            question=pick(
                dice,
                f"Is this {place}?",
                f"Is this {video_word(dice)} filmed {place}?",
                f"Was this filmed {place}?",
                f"Is the scene {place}?",
                f"Does this take place {place}?",
                "Is this inside?" if place == "indoors" else "Is this outside?",
            ),
            answers=("yes" if truth else "no",),
            family="yesno-place",
        )
        yield Ask(
            question=pick(
                dice,
                "Is this indoors or outdoors?",
                f"Is the {video_word(dice)} filmed indoors or outdoors?",
            ),
            answers=("outdoors" if outside else "indoors",),
            family="location",
        )
    said: dict[str, list[str]] = {}
    for event in events:
        head = event.place.split()[-1] if event.place else ""
        if head in words.PLACES and event.place_word in (
            "in",
            "on",
            "at",
            "through",
            "along",
            "across",
            "down",
            "up",
            "into",
        ):
            said.setdefault(plural_of(event.subject) if event.plural else event.subject, []).append(
                event.place
            )
    for noun, places in said.items():
        be = "are" if noun.endswith("s") or noun in ("people", "men", "women", "children") else "is"
        yield Ask(
            question=pick(
                dice,
                f"Where {be} the {noun}?",
                f"Where {be} the {noun} located?",
                f"where {be} the {noun}?",
            ),
            answers=tuple(places),
            family="location",
            subject=noun,
        )
    everywhere = [
        place
        for places in said.values()
        for place in places
        if place not in ("air", "bench", "chair")
    ]
    if everywhere:
        yield Ask(
            question=pick(
                dice,
                "Where is this?",
                "Where does this take place?",
                f"Where was this {video_word(dice)} filmed?",
                "What place is this?",
                "What is the setting?",
                f"What kind of place is shown in the {video_word(dice)}?",
            ),
            answers=tuple(everywhere),
            family="location",
        )


def _presence(
    facts: Sequence[CaptionFacts], common: Sequence[str], dice: random.Random
) -> Iterator[Ask]:
    lemmas = Counter(lemma for f in facts for lemma in {t.lemma for t in f.things})
    there = [
        n
        for n, votes in lemmas.items()
        if n not in words.VAGUE and (votes >= 2 or n in words.ANIMALS)
    ]
    missing = _missing(facts, common, dice, len(there))
    for noun, truth in [(n, "yes") for n in there] + [(n, "no") for n in missing]:
        yield presence(noun, truth, dice)


def presence(noun: str, truth: str, dice: random.Random) -> Ask:
    """Is there such a thing in the video: `truth` is yes or no."""
    a_noun = noun if noun in words.MASS else article(noun)
    many = noun if noun in words.MASS else plural_of(noun)
    return Ask(
        question=pick(
            dice,
            f"Is there {a_noun} in the {video_word(dice)}?",
            f"Is there {a_noun}?",
            f"Can you see {a_noun}?",
            f"Is {a_noun} visible?",
            f"Does the {video_word(dice)} show {a_noun}?",
            f"Is there any {noun}?" if noun in words.MASS else f"Are there any {many}?",
            f"Do you see {a_noun} in the {video_word(dice)}?",
        ),
        answers=(truth,),
        family="presence",
        subject=noun if truth == "yes" else "",
    )


def absent(noun: str, dice: random.Random) -> Ask:
    """A question about a thing that is not there."""
    wordings = [
        f"What color is the {noun}?",
        f"Where is the {noun}?",
        f"How many {plural_of(noun)} are there?",
    ]
    if noun in words.ACTORS:
        wordings += [
            f"What is the {noun} doing?",
            f"What is the {noun} doing in the {video_word(dice)}?",
        ]
    return Ask(
        question=wordings[dice.randrange(len(wordings))],
        answers=(f"there is no {noun}",),
        family="absent",
        answerable=False,
    )


def _missing(
    facts: Sequence[CaptionFacts], common: Sequence[str], dice: random.Random, number: int
) -> list[str]:
    """Nouns that nothing in the captions could be."""
    text = {w for f in facts for w in f.text.replace("-", " ").split()}
    lemmas = {t.lemma for f in facts for t in f.things} | text
    near = set().union(*(words.kindred(lemma) for lemma in lemmas)) if lemmas else set()
    chosen: list[str] = []
    for _ in range(number * 6):
        noun = common[dice.randrange(len(common))]
        if (
            noun not in near
            and noun not in chosen
            and plural_of(noun) not in text
            and noun not in words.PEOPLE
        ):
            chosen.append(noun)
        if len(chosen) == number:
            break
    return chosen


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


def plural_of(noun: str) -> str:
    """More than one of it."""
    irregular = {"man": "men", "woman": "women", "child": "children", "person": "people", "people": "people",
                 "sheep": "sheep", "fish": "fish", "deer": "deer", "foot": "feet", "tooth": "teeth", "goose": "geese",
                 "wolf": "wolves", "knife": "knives", "leaf": "leaves", "mouse": "mice", "bus": "buses"}  # fmt: skip
    if noun in irregular:
        return irregular[noun]
    if noun.endswith(("s", "x", "ch", "sh")):
        return f"{noun}es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}s"


def video_word(dice: random.Random) -> str:
    """What people call a video."""
    return pick(dice, "video", "video", "clip", "scene")

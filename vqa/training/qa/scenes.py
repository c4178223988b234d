"""What captions say of a scene as a whole: how many, which kinds, where, what is there and what is not."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence

from vqa.english import plural_of
from vqa.training.qa import word_lists as words
from vqa.training.qa.caption_parser import CaptionFacts, Event
from vqa.training.qa.question_answer import Ask, pick, presence, video_word


def lemma_votes(facts: Sequence[CaptionFacts]) -> Counter[str]:
    """How many captions name each thing, in the order of their words: a set's order would change from run to run."""
    return Counter(lemma for f in facts for lemma in dict.fromkeys(t.lemma for t in f.things))


def counts(facts: Sequence[CaptionFacts], dice: random.Random) -> Iterator[Ask]:
    """How many there are, where the captions agree."""
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
        # One is said of most things: without this, the answer would be no.
        if dice.random() < (0.8 if number > 1 else 0.1):
            yield Ask(
                question=pick(dice, f"Is there more than one {noun}?", f"Are there several {many}?")
                if noun != "people"
                else "Is there more than one person?",
                answers=("yes" if number > 1 else "no",),
                family="yesno-count",
                whole=True,
                subject=noun,
            )


def kinds(facts: Sequence[CaptionFacts], dice: random.Random) -> Iterator[Ask]:
    """Which animal, who, man or woman, which sport."""
    lemmas = lemma_votes(facts)
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


def places(
    facts: Sequence[CaptionFacts], events: Sequence[Event], dice: random.Random
) -> Iterator[Ask]:
    """Indoors or outdoors, and where things happen."""
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


def relations(facts: Sequence[CaptionFacts], dice: random.Random) -> Iterator[Ask]:
    """What is on, in or under what, and where a thing is that does nothing."""
    there: dict[tuple[str, str], list[str]] = {}
    where: dict[str, list[str]] = {}
    for relation in (r for fact in facts for r in fact.relations):
        thing, place = relation.thing, relation.place
        unfit = words.VAGUE | words.CLOTHES
        if thing.lemma in unfit or place.lemma in unfit:
            continue
        if thing.lemma not in words.PEOPLE and relation.word != "at":
            there.setdefault((relation.word, place.lemma), []).append(thing.name)
        if thing.lemma not in words.PEOPLE or place.lemma in words.PLACES:
            noun = plural_of(thing.lemma) if thing.plural else thing.lemma
            where.setdefault(noun, []).append(place.name)
    for (word, place_noun), things in there.items():
        yield Ask(
            question=pick(
                dice,
                f"What is {word} the {place_noun}?",
                f"What can be seen {word} the {place_noun}?",
            ),
            answers=tuple(things),
            family="object",
            subject=place_noun,
        )
    for noun, places in where.items():
        be = "are" if noun.endswith("s") and not noun.endswith("ss") else "is"
        yield Ask(
            question=pick(
                dice, f"Where {be} the {noun}?", f"Where {be} the {noun} in the {video_word(dice)}?"
            ),
            answers=tuple(places),
            family="location",
            subject=noun,
        )


def presences(
    facts: Sequence[CaptionFacts], common: Sequence[str], dice: random.Random
) -> Iterator[Ask]:
    """Things that are there, and as many that are not."""
    lemmas = lemma_votes(facts)
    there = [
        n
        for n, votes in lemmas.items()
        if n not in words.VAGUE
        and (votes >= 2 or n in words.ANIMALS)
        # People are in most pictures: asked about as often, yes would be a safe guess.
        and (n not in words.PEOPLE or dice.random() < 0.6)
    ]
    missing = missing_nouns(facts, common, dice, len(there)) + missing_people(facts, dice)
    for noun, truth in [(n, "yes") for n in there] + [(n, "no") for n in missing]:
        yield presence(noun, truth, dice)


def missing_people(facts: Sequence[CaptionFacts], dice: random.Random) -> list[str]:
    """Whom several captions would have named, had they been there."""
    if len(facts) < 3:
        return []
    named = {w for f in facts for w in f.text.split()} | {t.lemma for f in facts for t in f.things}
    people = named & words.PEOPLE
    if not people:
        return dice.sample(["person", "man", "woman", "child", "boy", "girl"], 5)
    if people <= words.MALE:
        return ["woman" if dice.random() < 0.6 else "girl"]
    if people <= words.FEMALE:
        return ["man" if dice.random() < 0.6 else "boy"]
    return []


def missing_nouns(
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

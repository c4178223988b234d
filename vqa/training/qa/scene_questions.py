"""Question-answer pairs from captions about the scene: counts, kinds, places, relations, presence.

Arguments of the generators: `facts` are the parsed captions of one image, `rng` selects wordings
and samples.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence

from vqa.english import NUMBER_NAMES, plural_of
from vqa.training.qa import lexicon as words
from vqa.training.qa.caption_parser import CaptionFacts, Event
from vqa.training.qa.noun_statistics import lemma_votes, missing_nouns, missing_people
from vqa.training.qa.question_answer import QAPair, pick, presence_question, video_word


def count_questions(facts: Sequence[CaptionFacts], rng: random.Random) -> Iterator[QAPair]:
    """Generate pairs about the number of objects of a noun on which most captions agree.

    The number is 1 to 10. At least 70 % of the statements of a number of the noun agree on it, and
    at least two, or three for the number one. The people of a caption are also counted together.
    """
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
        if votes < 2 or votes < 0.7 * len(numbers) or number not in NUMBER_NAMES:
            continue
        if number == 1 and votes < 3:
            continue
        plural = "people" if noun in ("people", "person") else plural_of(noun)
        yield QAPair(
            question=pick(
                rng,
                f"How many {plural} are there?",
                f"How many {plural} are in the {video_word(rng)}?",
                f"How many {plural} can you see?",
                f"How many {plural} are visible?",
                f"What is the number of {plural}?",
            ),
            answers=(NUMBER_NAMES[number],),
            family="count",
            needs_full_view=True,
            subject=noun,
        )
        # Captions say "a" of most nouns: unbalanced, "no" would be the safe answer.
        if rng.random() < (0.8 if number > 1 else 0.1):
            yield QAPair(
                question=pick(
                    rng, f"Is there more than one {noun}?", f"Are there several {plural}?"
                )
                if noun != "people"
                else "Is there more than one person?",
                answers=("yes" if number > 1 else "no",),
                family="yesno-count",
                needs_full_view=True,
                subject=noun,
            )


def kind_questions(facts: Sequence[CaptionFacts], rng: random.Random) -> Iterator[QAPair]:
    """Generate pairs about the animal, main subjects, person's gender or age, and sport.

    Animal, person and sport only if the captions agree on one; the subjects if two captions begin
    with a person or an animal, and each of these is an answer.
    """
    lemmas = lemma_votes(facts)
    animals = [a for a in lemmas if a in words.ANIMALS and a != "animal" and lemmas[a] >= 2]
    video = video_word(rng)
    if len({"dog" if a in words.DOGS else a for a in animals}) == 1:
        animal = "dog" if animals[0] in words.DOGS else animals[0]
        yield QAPair(
            question=pick(
                rng,
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
    first_nouns = [t.lemma for f in facts for t in f.things[:1] if t.lemma in words.ACTORS]
    if len(first_nouns) >= 2:
        yield QAPair(
            question=pick(
                rng,
                f"Who is in the {video}?",
                f"Who or what is in the {video}?",
                "What is the main subject?",
                f"What can be seen in the {video}?",
            ),
            answers=tuple(first_nouns),
            family="object",
        )
    males = sum(lemmas[w] for w in words.MALE)
    females = sum(lemmas[w] for w in words.FEMALE)
    children = sum(lemmas[w] for w in words.CHILDREN)
    if max(males, females) >= 3 and min(males, females) == 0:
        answer = ("boy" if males else "girl") if children >= 3 else ("man" if males else "woman")
        yield (
            QAPair(
                question=pick(
                    rng,
                    "Is the person a man or a woman?"
                    if children == 0
                    else "Is it a boy or a girl?",
                    "Is the person male or female?" if children == 0 else f"Who is in the {video}?",
                    f"Who can be seen in the {video}?",
                ),
                answers=(answer,),
                family="object",
            )
            if rng.random() < 0.5
            else QAPair(
                question=f"Is the {'child' if children >= 3 else 'person'} {'male' if (m := rng.random() < 0.5) else 'female'}?",
                answers=("yes" if m == bool(males) else "no",),
                family="yesno-kind",
            )
        )
    texts = [f.text.replace("tennis ball", "ball") for f in facts]
    sports = {words.SPORTS[w] for text in texts for w in text.split() if w in words.SPORTS}
    if len(sports) == 1:
        yield QAPair(
            question=pick(
                rng,
                "What sport is this?",
                "What sport is being played?",
                f"What sport is shown in the {video}?",
                "Which sport are they doing?",
            ),
            answers=(next(iter(sports)),),
            family="action",
        )


def place_questions(
    facts: Sequence[CaptionFacts], events: Sequence[Event], rng: random.Random
) -> Iterator[QAPair]:
    """Generate pairs about indoors or outdoors, places of activities and the place of the scene.

    Args:
        facts: parsed captions of one image.
        events: the events of these captions.
        rng: random number generator.
    """
    texts = " ".join(f.text for f in facts).split()
    outdoors, indoors = bool(words.OUTDOORS & set(texts)), bool(words.INDOORS & set(texts))
    if "outdoors" in texts or "outside" in texts:
        outdoors = True
    if outdoors != indoors:
        place = "indoors" if rng.random() < 0.5 else "outdoors"
        truth = (place == "outdoors") == outdoors
        yield QAPair(
            question=pick(
                rng,
                f"Is this {place}?",
                f"Is this {video_word(rng)} filmed {place}?",
                f"Was this filmed {place}?",
                f"Is the scene {place}?",
                f"Does this take place {place}?",
                "Is this inside?" if place == "indoors" else "Is this outside?",
            ),
            answers=("yes" if truth else "no",),
            family="yesno-place",
        )
        yield QAPair(
            question=pick(
                rng,
                "Is this indoors or outdoors?",
                f"Is the {video_word(rng)} filmed indoors or outdoors?",
            ),
            answers=("outdoors" if outdoors else "indoors",),
            family="location",
        )
    places_by_noun: dict[str, list[str]] = {}
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
            places_by_noun.setdefault(
                plural_of(event.subject) if event.plural else event.subject, []
            ).append(event.place)
    for noun, place_names in places_by_noun.items():
        be = "are" if noun.endswith("s") or noun in ("people", "men", "women", "children") else "is"
        yield QAPair(
            question=pick(
                rng,
                f"Where {be} the {noun}?",
                f"Where {be} the {noun} located?",
                f"where {be} the {noun}?",
            ),
            answers=tuple(place_names),
            family="location",
            subject=noun,
        )
    all_places = [
        place
        for place_names in places_by_noun.values()
        for place in place_names
        if place not in ("air", "bench", "chair")
    ]
    if all_places:
        yield QAPair(
            question=pick(
                rng,
                "Where is this?",
                "Where does this take place?",
                f"Where was this {video_word(rng)} filmed?",
                "What place is this?",
                "What is the setting?",
                f"What kind of place is shown in the {video_word(rng)}?",
            ),
            answers=tuple(all_places),
            family="location",
        )


def relation_questions(facts: Sequence[CaptionFacts], rng: random.Random) -> Iterator[QAPair]:
    """Generate pairs about what is on, in or under an object, and about where an object is.

    None if no caption states a spatial relation. Vague nouns and clothes are left out.
    """
    things_at: dict[tuple[str, str], list[str]] = {}
    places_of: dict[str, list[str]] = {}
    for relation in (r for fact in facts for r in fact.relations):
        thing, place = relation.thing, relation.place
        excluded_nouns = words.VAGUE | words.CLOTHES
        if thing.lemma in excluded_nouns or place.lemma in excluded_nouns:
            continue
        if thing.lemma not in words.PEOPLE and relation.word != "at":
            things_at.setdefault((relation.word, place.lemma), []).append(thing.name)
        if thing.lemma not in words.PEOPLE or place.lemma in words.PLACES:
            noun = plural_of(thing.lemma) if thing.plural else thing.lemma
            places_of.setdefault(noun, []).append(place.name)
    for (word, place_noun), things in things_at.items():
        yield QAPair(
            question=pick(
                rng,
                f"What is {word} the {place_noun}?",
                f"What can be seen {word} the {place_noun}?",
            ),
            answers=tuple(things),
            family="object",
            subject=place_noun,
        )
    for noun, place_names in places_of.items():
        be = "are" if noun.endswith("s") and not noun.endswith("ss") else "is"
        yield QAPair(
            question=pick(
                rng, f"Where {be} the {noun}?", f"Where {be} the {noun} in the {video_word(rng)}?"
            ),
            answers=tuple(place_names),
            family="location",
            subject=noun,
        )


def presence_pair(
    noun: str, facts: Sequence[CaptionFacts], common: Sequence[str], rng: random.Random
) -> list[QAPair]:
    """Build a presence question about a noun, and one about a noun that is absent from all captions.

    Empty if no noun is certainly absent.

    Args:
        noun: a noun that is mentioned.
        facts: parsed captions of all shots of a clip.
        common: frequent nouns of other images, repeated by weight: candidates for absent nouns.
        rng: random number generator.
    """
    absent_nouns = missing_nouns(facts, common, rng, 1)
    if not absent_nouns:
        return []
    return [presence_question(noun, "yes", rng), presence_question(absent_nouns[0], "no", rng)]


def presence_questions(
    facts: Sequence[CaptionFacts], common: Sequence[str], rng: random.Random
) -> Iterator[QAPair]:
    """Generate yes/no pairs about the presence of mentioned and of about as many absent nouns.

    Args:
        facts: parsed captions of one image.
        common: frequent nouns of other images, repeated by weight: candidates for absent nouns.
        rng: random number generator.
    """
    lemmas = lemma_votes(facts)
    mentioned_nouns = [
        n
        for n, votes in lemmas.items()
        if n not in words.VAGUE
        and (votes >= 2 or n in words.ANIMALS)
        # People are in most pictures: unbalanced, "yes" would be the safe answer.
        and (n not in words.PEOPLE or rng.random() < 0.6)
    ]
    absent_nouns = missing_nouns(facts, common, rng, len(mentioned_nouns)) + missing_people(
        facts, rng
    )
    for noun, truth in [(n, "yes") for n in mentioned_nouns] + [(n, "no") for n in absent_nouns]:
        yield presence_question(noun, truth, rng)

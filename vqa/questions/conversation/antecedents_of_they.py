"""Antecedents of "they" and "how many", the most likely first: plural nouns, a pair, people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from vqa.english import COLOURS
from vqa.place_nouns import SCENES
from vqa.questions.conversation.belongings import with_owner_first
from vqa.questions.conversation.discourse import Discourse
from vqa.questions.conversation.earlier_questions import asks_another
from vqa.questions.nouns.mentions import nouns_of
from vqa.questions.nouns.pronouns import OF_PERSON, acts_as_person, is_of_person, they_act
from vqa.questions.words.living_nouns import (
    FEMALE,
    GROUPS,
    MALE,
    is_animal,
    is_living,
    is_person,
    is_vehicle,
)


def nouns_for_many(candidates: Sequence[str], discourse: Discourse) -> list[str]:
    """Return the nouns for several things, plural nouns first: "people" for a group."""
    singular = {noun for noun in candidates if not _is_many(noun, discourse)}
    persons = {noun for noun in singular if is_person(noun)}
    # "Is anyone on the beach?" may be of several persons, but of one beach.
    nouns = sorted(
        candidates,
        key=lambda noun: (noun in singular, noun in singular & SCENES, noun in persons),
    )
    # "Then comes a group.", "how many are there?"
    return ["people" if noun in GROUPS else noun for noun in nouns]


def nouns_for_them(candidates: Sequence[str], discourse: Discourse, plain: str) -> list[str]:
    """Return the nouns that "they" can refer to, plural nouns first.

    Singular places, such as "park", are left out. "Do they look at each other?" takes only persons
    and animals that were named in the plural. If no noun is left, the list is "people" alone; it is
    empty if no noun was mentioned at all.
    """
    pair = _pair_of(candidates, discourse)
    if pair:
        return [pair]
    if _EACH_OTHER.search(plain):
        candidates = [noun for noun in candidates if noun in discourse.plural and is_living(noun)]
    things = [
        noun
        for noun in candidates
        if (noun in discourse.plural or noun.split()[-1] not in SCENES)
        and not (noun in discourse.absent and they_act(plain, has_plural=False))
    ]
    latest = things[:1]
    if acts_as_person(plain):
        # "I see some legs.", "do they stop to help?"
        things = [noun for noun in things if is_living(noun) or is_vehicle(noun)] or ["people"]
    things.sort(key=lambda noun: not _is_many(noun, discourse))
    is_several = "people" in discourse.plural or (
        discourse.question is not None and asks_another(discourse.question)
    )
    if latest == ["person"] and not is_several:
        # "What is the person in red doing?", "is there a dog with them?"
        things.sort(key=lambda noun: noun != "person")
    if re.search(
        rf"\b(?:they (?:have|wear|hold|carry|know|see|look|like)|(?<!his )(?<!her ){OF_PERSON})\b",
        plain,
    ):
        # "Do they have the same shoes?" is not about the shirts.
        things.sort(key=is_of_person)
    things = with_owner_first(things, discourse.owners, discourse.belongings, plain)
    if not COLOURS.isdisjoint(plain.lower().strip(" ?.!").split()) or _ASKS_COLOR.match(plain):
        # "Are the girls holding balloons?", "what color are they?"
        asked_nouns = nouns_of(discourse.question.resolved) if discourse.question else ()
        answer_nouns = takewhile(lambda noun: noun not in asked_nouns, candidates)
        latest_nouns = {*asked_nouns, *answer_nouns}
        things.sort(key=lambda noun: is_person(noun) or noun not in latest_nouns)
    return things if things or not discourse.nouns else ["people"]


_ASKS_COLOR = re.compile(
    r"^(?:and |so )?(?:what|which) colou?rs? (?:are|were) (?:they|those)\b", re.I
)


_EACH_OTHER = re.compile(
    r"\b(?:each other|one another|together|(?:best )?friends|brothers|sisters|twins|siblings|partners|colleagues|enemies|related|married|lovers)\b",
    re.IGNORECASE,
)


def _is_many(noun: str, discourse: Discourse) -> bool:
    """Whether a noun was mentioned in the plural or names a group, such as "crowd"."""
    return noun in discourse.plural or noun.split()[-1] in GROUPS


def _pair_of(candidates: Sequence[str], discourse: Discourse) -> str:
    """Return "man and the woman" if "they" means the two that were mentioned; else empty.

    The two must differ: a man and a woman, or a person and an animal. Where others were mentioned
    before, the latest question names the two.
    """
    # "What animals are there?", "and the lady with the dog?": the two are the latest.
    recent = list(takewhile(lambda noun: not _is_many(noun, discourse), candidates))
    living = [noun for noun in recent if is_living(noun) and noun not in discourse.absent]
    question = discourse.question
    nouns = nouns_of(question.resolved) + question.new_things if question is not None else ()
    before = candidates[len(recent) :]
    if before or len(living) > _PAIR:
        living = [noun for noun in living if noun in nouns]
    if len(living) != _PAIR or any(map(is_person, before)):
        return ""
    later, earlier = living
    is_other_kind = is_animal(later) != is_animal(earlier)
    is_one_couple = {_pronoun_of(later), _pronoun_of(earlier)} == {"he", "she"}
    return f"{earlier} and the {later}" if is_other_kind or is_one_couple else ""


_PAIR = 2


def _pronoun_of(noun: str) -> str:
    """Return the pronoun that a noun for one person takes: "he" for "man", "she" for "woman"; or ""."""
    head = noun.split()[-1]
    return "he" if head in MALE - FEMALE else "she" if head in FEMALE - MALE else ""

"""Belongings of animals and vehicles: whether "it" or "they" are the collar of a dog, or the dog that the talk is about.

A belonging is where its owner is. So a question for a place, an action or company is about the
owner, and one for a property, such as a color, about the belonging.

Source: Grosz, Joshi and Weinstein 1995, "Centering", for the entity that the conversation is about.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from vqa.english import BODY_PART, is_doing
from vqa.questions.nouns.pronouns import STATES_OF_LIVING, is_of_person
from vqa.questions.words.living_nouns import is_living, is_person, is_vehicle


def owner_of_belongings(wording: str, nouns: Sequence[str]) -> str:
    """Return who has something by a question: "dog" for "does the dog have a collar"; or "".

    Also "dog" for "what is in the dog's mouth"; "" for a question in which nobody has, holds or wears
    a thing.

    Args:
        wording: the self-contained question.
        nouns: all nouns of the question, in order: "dog", "collar".
    """
    if _HAS.search(wording) is None:
        return ""
    # "Does the room have a window?"
    first = nouns[0] if nouns and _HAVE.match(wording) is not None else ""
    return next((noun for noun in nouns if is_living(noun) or is_vehicle(noun)), first)


def is_belonging(noun: str, owner: str) -> bool:
    """Whether a thing goes where its owner goes: what an animal has, and what a person wears."""
    if noun == owner or re.fullmatch(BODY_PART, noun.rpartition(" ")[2]):
        return False
    return is_of_person(noun) if is_person(owner) else not is_person(noun)


def with_owner_first(
    nouns: Sequence[str], owners: Mapping[str, str], latest: Sequence[str], plain: str
) -> list[str]:
    """Order the nouns that "it" or "they" can refer to by whether a question is about an owner or a belonging.

    "Is anyone walking with it?" after "does the dog have a leash?" has the dog first, "is it
    leather?" the leash. Nobody climbs on clothes: these are last, "does he climb on it?". Nouns
    without owner keep their order.

    Args:
        nouns: the nouns, the most likely first.
        owners: the owner of each belonging.
        latest: the belongings that the latest turn affirms.
        plain: the question with "it".
    """
    first = nouns[0] if nouns else ""
    others = [noun for noun in latest if owners.get(noun) == first and noun in nouns]
    if asks_of_owner(plain):
        owner = owners.get(first, "")
        is_clothes = {noun: is_of_person(noun) and noun in owners for noun in nouns}
        return sorted(nouns, key=lambda noun: (noun != owner, is_clothes[noun]))
    return sorted(nouns, key=lambda noun: noun not in others)


def asks_of_owner(plain: str) -> bool:
    """Whether a question asks where "it" is or "they" are, what it does, or who is with it; not for its color."""
    doing = _DOING.search(plain)
    return (
        _PLACE.search(plain) is not None
        or _COMPANY.search(plain) is not None
        or (doing is not None and is_doing(doing["verb"]))
    )


_HAVE = re.compile(r"^(?:does|do|did) (?:the|this|that|these|those|his|her|its) .+ have\b", re.I)
_HAS = re.compile(
    r"\b(?:have|has|had|got|wear|wears|wearing|hold|holds|holding|carry|carries|carrying|drag|dragging|pull|pulling)\b|"
    r"\bon an? (?:leash|lead|rope|chain|line)\b|\bwith an? [a-z]+|"
    rf"\b(?:in|on|around|round|from) (?:the [a-z ]+'?s|its|his|her|their) (?:{BODY_PART}|tail|paws?|beak|fur|roof)\b",
    re.IGNORECASE,
)
_PLACES = r"(?:in|on|at|near|next to|beside|behind|by|under|inside|outside|indoors|outdoors|between|close to|from)"
# "Is it on grass?", "which room is it in?", "where is it parked?"; not "is it in its mouth?"
_PLACE = re.compile(
    rf"\b(?:is|was|are|were) (?:it|they) (?:still |also |really |always )?{_PLACES}\b(?! (?:(?:the|its|his|her) )?(?:[a-z]+'s )?(?:{BODY_PART}|paws?)\b)|"
    r"^(?:(?:in|on|at) )?(?:what|which) (?:room|place|side|part|area|corner|street|road|field|yard|garden|park|scene) |"
    r"^where (?:is|was|are|were|do|does|did) (?:it|they)\b(?! from\b)",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"\b(?:(?<!playing )(?<!play )(?<!plays )(?<!played )with|behind|beside|near|next to|around|in front of|(?:climb|jump|stand|sit|step|walk|run|lie|hang)(?:s|ing|ping|ting|ning)? (?:on|onto|in|into|over|under|off)|"
    r"(?:pet|strok|feed|walk|rid|train|follow|chas|watch|patt?|hug|kiss|driv)(?:ting|e|es|s|ing)?|who owns) (?:it|them)\b|"
    rf"\b(?:is|was|are|were) (?:it|they) (?:all |really |still )?(?:{'|'.join(sorted(STATES_OF_LIVING))}|parked)\b|"
    r"\b(?:do|does|did) (?:it|they|(?:some|any|all|both|one|each|most) of them) (?:all |both |also )?(?:(?:have|wear|hold|carry)\b|[a-z]+ (?:it|them)\b)",
    re.IGNORECASE,
)
_DOING = re.compile(
    r"\b(?:is|was|are|were|do|does|did|can|will) (?:it|they) (?:also |ever |really |still |just )?(?P<verb>[a-z]+)",
    re.I,
)

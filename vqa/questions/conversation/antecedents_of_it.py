"""Antecedents of "it", the most likely first: a thing, a container, or the video itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from vqa.english import KINDS, PREPOSITIONS, base_form, is_doing
from vqa.place_nouns import SCENES
from vqa.questions.conversation.belongings import with_owner_first
from vqa.questions.conversation.discourse import Discourse
from vqa.questions.conversation.earlier_questions import base_wording
from vqa.questions.nouns.pronouns import acts_on_it, is_object, is_of_person, it_acts
from vqa.questions.words.living_nouns import is_animal, is_living, is_person, is_vehicle
from vqa.types import Question

BABIES = frozenset("baby toddler infant newborn".split())
CHILDREN = frozenset("child kid boy girl".split())


def nouns_for_it(candidates: Sequence[str], discourse: Discourse, plain: str) -> list[str]:
    """Return the nouns that "it" can refer to, the most likely first.

    Only "video" for "when it ends", and for "is there a mirror in it?" unless a container, such as
    a box, was mentioned.
    """
    words = re.findall(r"[a-z]+", plain.lower())
    if _asks_contents(plain):
        return list(filter(_can_contain, candidates)) or ["video"]
    if _means_video(plain):
        return ["video"]
    if words[:3] == ["where", "is", "it"] and all(one in discourse.plural for one in candidates):
        # "Any drinks?", "where is it, a school?" is about the place.
        return []
    nouns = _things_first(candidates, discourse, words)
    nouns = with_owner_first(nouns, discourse.owners, discourse.belongings, plain)
    if ITS_BODY.search(plain):
        # "Does it have anything round its neck?"
        nouns.sort(key=lambda noun: not is_living(noun))
    baby = discourse.question.subject if discourse.question is not None else ""
    is_doing_it = any(is_doing(after) for word, after in pairwise(words) if word == "it")
    acts = is_doing_it or it_acts(plain) or ITS_BODY.search(plain) is not None
    # "The kid in the car is cute.", unlike "what is the kid holding?", "a toy"
    young = BABIES if discourse.answer else BABIES | CHILDREN
    if acts and baby in candidates and baby.split()[-1] in young:
        # "Is the baby a boy?", "what is it holding?"
        return [baby]
    if it_acts(plain):
        # "Is the dog's collar red?", "is it running?" asks about the dog.
        owners = [noun.partition("'s ")[0] for noun in nouns if "'s " in noun]
        nouns += [owner for owner in owners if owner not in nouns and is_living(owner)]
        # "Does it fly away?" asks about the insect, not the grass that it sits on.
        nouns.sort(key=lambda noun: not (is_living(noun) or is_vehicle(noun)))
    question = discourse.question
    acts_on_thing = acts_on_it(plain) and question is not None and is_living(question.subject)
    if question is not None and (acts_on_thing or _asks_of_thing(plain, question)):
        # "What is the bicycle leaning against?", "does it have a basket?"; "what is the cat chasing?", "does it catch it?"
        nouns.sort(key=lambda noun: noun != question.subject)
    if _THROWS & set(words):
        # "What is the pitcher wearing?", "does he throw it?"
        wearer = question.subject if question is not None and question.aspect == "clothes" else ""
        nouns = [noun for noun in nouns if not is_of_person(noun) and noun != wearer]
    if {"he", "she"} & set(words) or words[-1] in _OF_NO_LIVING:
        # "Does she throw it?" asks about the ball, "is it deep?" about the water, not the dog.
        nouns.sort(key=is_living)
    # "Is anyone playing it?" asks about the piano, not the plant next to it.
    fits = next((test for verb, test in _OBJECTS.items() if is_object(verb, words)), None)
    if fits is not None and not acts_on_it(plain):
        nouns.sort(key=lambda noun: not fits(noun))
    return nouns


_OF_NO_LIVING = frozenset(
    "deep shallow crowded dense salty frozen paved muddy sandy steep slippery flooded fenced furnished locked wooden plastic electric".split()
)


def _things_first(
    candidates: Sequence[str], discourse: Discourse, words: Sequence[str]
) -> list[str]:
    """Return the nouns that "it" can refer to, single things first: the guitar, not its strings.

    Children are left out, `BABIES` decides on them, and places where "it" is what somebody acts on.
    """
    no_things = CHILDREN | _AREAS if _is_object_of_action(words) else CHILDREN
    things = [
        noun
        for noun in candidates
        if not (noun.split()[-1] in no_things or (is_person(noun) and noun in discourse.plural))
    ]
    return sorted(things, key=lambda noun: noun in discourse.plural)


def _asks_of_thing(plain: str, question: Question) -> bool:
    """Whether a question is on what "it" is or has, after one for the place of its subject: "what is it leaning on?"."""
    earlier = base_wording(question).lower().strip(" ?.!")
    thing = re.escape(question.subject)
    is_placed = (
        re.match(rf"what (?:is|was) (?:the|this|that) {thing} .*{_AT}$", earlier) is not None
    )
    return is_placed and re.match(r"(?:is|was|does|did) it\b", plain, re.IGNORECASE) is not None


_AT = r"\b(?:on|in|against|under|behind|beside|near|inside|by|above|to|of)"
_THROWS = frozenset(
    "throw throws throwing catch catches catching hit hits hitting kick kicks kicking bounce pitch".split()
)


def _is_object_of_action(words: Sequence[str]) -> bool:
    """Whether "it" is the object of a verb that no place can have: "does she taste it?"."""
    asks_action = words[:1] in (["does"], ["do"], ["did"], ["can"], ["will"])
    return any(
        after == "it"
        and not {word, base_form(word)} & _OF_PLACES
        and (asks_action or is_doing(word))
        for word, after in pairwise(words[1:])
    )


_AREAS = SCENES - frozenset(
    "bag basket boat bottle bowl box bus cage car container cup mirror pen pot sink suitcase tree truck vase".split()
)
# "Does he leave it?", "can you see it?"
_OF_PLACES = PREPOSITIONS | frozenset(
    "see leave enter clean cross film show like know recognize recognise describe be do have call name paint build fill share use visit pass "
    "reach approach face light".split()
)


def _asks_contents(plain: str) -> bool:
    """Whether a question asks what is in "it": "is there a mirror in it?"; not "is he interested in it?"."""
    return _IN_CONTAINER.match(plain) is not None


def _means_video(plain: str) -> bool:
    """Whether "it" in a question is the video, by its wording: "is he in view when it ends?"."""
    return _OF_VIDEO.search(plain) is not None


def _can_contain(noun: str) -> bool:
    """Whether "in it" can mean in this noun: a container, vehicle or place, such as "box"."""
    return noun.split()[-1] in _CONTAINERS or is_vehicle(noun)


_IN_CONTAINER = re.compile(
    r"^(?:(?:is|are|was|were) (?:there\b.*|(?:an?|any|some) [a-z]+|(?:any|some)(?:one|body|thing)(?: else)?)|"
    r"(?:who|what)(?: else)? (?:is|are|was|were|happens)(?: there)?|how many .+ (?:is|are|was|were)(?: there)?|what colou?r (?:is|are) .+|(?:what )?(?:can|could|do|did) (?:you|we|i) (?:see|spot|notice|find)\b.*)"
    r" (?:in|inside) it(?: too| also| as well)?[?.! ]*$",
    re.IGNORECASE,
)
_OF_VIDEO = re.compile(
    r"\bin it (?:the (?:whole|entire) time|all the time|from the (?:start|beginning)|throughout)\b|"
    r"\bit (?:switch|cut)(?:es|s|ting|ing)? from\b|^what (?:is|was) it (?:all )?about[?.! ]*$|"
    # "At what second does it change?"
    r"^(?:and |so |but )?(?:when|how often|how many times|(?:at |in |on |after )?(?:what|which) (?:second|time|minute|moment|point|frame)|how many seconds)\b.*"
    r"\bit (?:is )?(?:chang|cut|switch)(?:e?s|e|ing|ting)?(?: over| again| scenes?| to (?!an? |[a-z]+[?.! ]*$).*)?[?.! ]*$|"
    r"\b(?:when|before|until|till|after|once|as) it (?:ends?|starts?|begins?|finishes|is over)\b|"
    r"\b(?:does|did) it have (?:an? |any )?(?:sound|audio|music|subtitles?|captions?|title|credits|watermark|intro|ending)\b|"
    r"\b(?:sentences?|lines?|words?|paragraph|summary|recap) (?:about|on|of) it\b",
    re.IGNORECASE,
)
# Nouns that contain things, besides vehicles: places and containers.
_CONTAINERS = SCENES | frozenset(
    "aquarium backpack barrel basin bathtub bin book briefcase bucket bush cabin cabinet can cart case cave chest closet cooler "
    "crate crib cupboard dish drawer elevator envelope fountain freezer fridge glass grass hand handbag hat hole jar jug kettle lift "
    "locker mailbox mouth mug nest oven package packet pan parcel picture plate pocket pouch purse refrigerator rucksack sack safe salad "
    "sandwich shed shelf soup stroller tank teapot tent toilet tray trolley trunk tub tube wallet wardrobe wheelbarrow window".split()
)
ITS_BODY = re.compile(
    r"\bits (?:(?:front|back|hind|left|right|own) )?(?:neck|heads?|legs?|tail|ears?|eyes?|mouth|tongue|teeth|paws?|feet|fur|back|wings?|beak|nose|body|owner)\b",
    re.IGNORECASE,
)
# The things that a verb has as its object.
_OBJECTS: dict[str, Callable[[str], bool]] = {
    "play": lambda noun: noun.split()[-1] in KINDS["instrument"],
    "eat": lambda noun: noun.split()[-1] in KINDS["food"],
    "drive": is_vehicle,
    "ride": lambda noun: is_vehicle(noun) or is_animal(noun),
    "wear": is_of_person,
}

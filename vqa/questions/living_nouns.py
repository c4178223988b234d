"""Nouns for persons and animals, by sex where the noun says it."""

from __future__ import annotations

import re

MALE = frozenset(
    "man boy guy gentleman father dad driver lecturer cook goalkeeper drummer speaker player king husband".split()
)
FEMALE = frozenset(
    "woman girl lady mother mom bride queen wife lecturer cook driver goalkeeper speaker player actress".split()
)
PEOPLE = (
    MALE
    | FEMALE
    | frozenset(
        (
            "person child kid toddler baby people police singer dancer guitarist rider worker cyclist pedestrian suspect crowd team audience "
            "boss coach chef guest host pilot nurse thief guard priest monk nun clown judge student tourist pupil teen adult human uncle aunt cousin "
            "grandpa grandma granny nephew niece son daughter friend buddy girlfriend boyfriend partner groom referee goalie captain twin client "
            "stranger owner staff crew patient mechanic cop agent hero villain witness mayor prince princess witch santa athlete gymnast acrobat kids"
        ).split()
    )
)
# Nouns that "he" and "she" refer to if no person was mentioned.
ANIMALS = frozenset(
    "animal bear bird bull bunny calf camel cat chicken cow deer dog donkey duck elephant fox giraffe goat goose hamster hen "
    "horse kitten lamb lion monkey mouse panda parrot pig pony puppy rabbit rooster seal sheep squirrel swan tiger turtle wolf zebra".split()
)
# Nouns for things that end like nouns for persons: "flower", "mirror".
_NO_PERSON = frozenset(
    "flower water paper computer river mirror door floor color colour corner letter number sweater hair chair stair feather weather "
    "cover counter center drawer finger shoulder roller scooter helicopter tractor motor air other neither either heater hammer ladder "
    "trailer container printer speaker summer winter monster spider tiger beer deer pier tower shower power flour laser lighter poster "
    "folder dinner burger butter pepper ginger fiber filter razor sensor anchor armor list wrist mist fist dress glass grass mattress "
    "cutter toaster blender mixer shaker boiler cooker freezer charger".split()
)
# Endings of nouns for people: "hiker", "cyclist", "librarian", "policewoman".
_PERSON_ENDING = re.compile(r"(?:er|or|ist|ian|man|woman|boy|girl|guy|lady|ess|mother|father)$")


def is_person(noun: str) -> bool:
    """Whether a singular noun names a person or people: "woman", "tall man", "cyclist".

    Its last word decides, by a list and by endings such as "-er" and "-ist".

    Args:
        noun: a noun phrase in lower case; False for an empty one.
    """
    head = noun.split()[-1] if noun else ""
    return head in PEOPLE or (_PERSON_ENDING.search(head) is not None and head not in _NO_PERSON)


def is_living(noun: str) -> bool:
    """Whether a singular noun in lower case names a person, people or an animal; False if empty."""
    return is_person(noun) or (bool(noun) and noun.split()[-1] in ANIMALS)

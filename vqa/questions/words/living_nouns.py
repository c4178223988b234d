"""Nouns for persons, animals and vehicles: WordNet's, and corrections of them."""

from __future__ import annotations

from functools import cache

from vqa.english import KINDS
from vqa.noun_kinds import words_of_kind

MALE = frozenset(
    "man boy guy gentleman father dad driver lecturer cook goalkeeper drummer speaker player king husband brother uncle grandpa nephew son boyfriend groom dude bloke chap fellow fella lad geezer gent grandad grandfather daddy".split()
)
FEMALE = frozenset(
    "woman girl lady mother mom bride queen wife lecturer cook driver goalkeeper speaker player actress sister aunt grandma granny niece daughter girlfriend waitress mum mama nun lass lassie gal grandmother mommy mummy".split()
)
# What WordNet does not list as a person, or lists with another sense before it.
_MORE_PEOPLE = frozenset(
    "person people child police suspect team crew staff audience crowd adult teen human relative host queen santa agent hero villain witch chap "
    "neighbour mum fireman driver operator builder florist goalie goalkeeper biker climber racer trainer kayaker kickboxer kids shooter "
    "spiderman superman batman tailor vlogger blogger youtuber influencer protestor motorist organist paraglider parasailer barista referee".split()
)
# Persons in WordNet that name other things in talk about videos.
_NO_PEOPLE = frozenset(
    "nobody longer batter pitcher comforter sir closer ex favourite whale divider chased coaster cutter cub dummy fuller canary tiler prof crank "
    "packer peeler shaver planter saver loader buster ducky buff topper walk-in elder pursued fry bleacher preserver rocker rover smith "
    "cooper picker signer capo don swinger looker goer tout tease scrapper fixer lama lord sneak passer mover reader controller escort "
    "bouncer stager hack puncher sharper joiner lifter teller tosser wag hurler harper hitter ump herder buster patron shepherd poof hooker "
    "temp drone wheeler casualty supporter checker supplier provider protector observer tracker handler spoiler stoic plunger hauler".split()
)
PEOPLE = MALE | FEMALE | _MORE_PEOPLE | (words_of_kind("person") - _NO_PEOPLE)
# Words of a writer for somebody whom captions call otherwise.
_COMMON_NAMES = {
    **dict.fromkeys("gentleman gent guy dude bloke chap fellow fella lad geezer".split(), "man"),
    **dict.fromkeys("lady lass lassie gal".split(), "woman"),
    **dict.fromkeys("youngster youth kiddo".split(), "child"),
    **dict.fromkeys("elder senior pensioner stranger somebody someone".split(), "person"),
}
_COMMON_PERSONS = frozenset("man woman boy girl child person".split())
# Nouns for several people.
GROUPS = frozenset("people crowd team audience police staff crew kids couple family group".split())
# Nouns that "he" and "she" refer to if no person was mentioned.
ANIMALS = frozenset(
    "animal bear bird bull bunny calf camel cat chicken cow deer dog donkey duck elephant fox giraffe goat goose hamster hen "
    "horse kitten lamb lion monkey mouse panda parrot pig pony pooch pup puppy rabbit rooster seal sheep squirrel swan tiger turtle wolf zebra".split()
)
_MORE_ANIMALS = frozenset(
    "cub fly leopard lobster ostrich otter raccoon shrimp skunk weasel whale".split()
)
# Animals in WordNet that name food, devices or persons in talk about videos.
_NO_ANIMALS = frozenset(
    "male female drone bot giant ai hind queen feeder tom charger beef salmon oyster clam turkey poultry cob jay mount colt junco killer milker "
    "mustang conch ewe impala jaguar entire".split()
)
# With animals that only "it" refers to.
_ANIMALS = ANIMALS | _MORE_ANIMALS | (words_of_kind("animal") - _NO_ANIMALS)
_MORE_VEHICLES = frozenset("bus rocket train tram van vehicle".split())
_NO_VEHICLES = frozenset(
    "skateboard balloon gig tank wheelbarrow missile galley pontoon bomber sulky shipwreck".split()
)
_VEHICLES = frozenset(KINDS["vehicle"]) | _MORE_VEHICLES | (words_of_kind("vehicle") - _NO_VEHICLES)
# Compounds of these name persons, too: "stuntman", "windsurfer".
_MIN_COMPOUND_LETTERS = 6
_LAST_PARTS = (
    *"man woman boy girl guy lady boxer keeper rider".split(),
    *(
        noun
        for noun in PEOPLE
        if noun.endswith(("er", "or")) and len(noun) >= _MIN_COMPOUND_LETTERS
    ),
)
# Nouns for things and names that end like persons.
_NO_PERSON = _NO_PEOPLE | frozenset(
    "german roman ottoman snowman screwdriver typewriter dvd-player loudspeaker streamer walker roller".split()
)


def is_person(noun: str) -> bool:
    """Whether a noun phrase names a person or people: "woman", "tall man", "cyclist", "crowd".

    The last word decides, by WordNet's nouns for persons and by endings such as "-man".

    Args:
        noun: a singular noun phrase in lower case, without article; False for an empty one.
    """
    return bool(noun) and _is_person(noun.split()[-1])


@cache
def _is_person(word: str) -> bool:
    return word in PEOPLE | GROUPS or (word not in _NO_PERSON and word.endswith(_LAST_PARTS))


def common_name(noun: str) -> str:
    """Return the noun of captions for a person in a writer's words: "older gentleman" -> "man".

    Without what the writer thinks of the person: "grumpy man" -> "man". Any other noun is unchanged.
    """
    head = noun.split()[-1] if noun else ""
    name = _COMMON_NAMES.get(head, head)
    return name if name in _COMMON_PERSONS else noun


def is_living(noun: str) -> bool:
    """Whether a noun phrase names a person, people or an animal: "dog"; see `is_person`."""
    return is_person(noun) or (bool(noun) and noun.split()[-1] in _ANIMALS)


def is_animal(noun: str) -> bool:
    """Whether a noun phrase names an animal: "black dog"; for the argument see `is_person`."""
    return is_living(noun) and not is_person(noun)


def is_vehicle(noun: str) -> bool:
    """Whether a noun phrase names a vehicle: "red car"; for the argument see `is_person`."""
    return bool(noun) and noun.split()[-1] in _VEHICLES

"""Word lists of persons, animals and vehicles, and the tests of a noun against them."""

from __future__ import annotations

import re

from vqa.english import KINDS

MALE = frozenset(
    "man boy guy gentleman father dad driver lecturer cook goalkeeper drummer speaker player king husband brother uncle grandpa nephew son boyfriend groom dude bloke chap".split()
)
FEMALE = frozenset(
    "woman girl lady mother mom bride queen wife lecturer cook driver goalkeeper speaker player actress sister aunt grandma granny niece daughter girlfriend waitress mum mama nun".split()
)
PEOPLE = (
    MALE
    | FEMALE
    | frozenset(
        (
            "person child kid toddler baby people police suspect crowd team audience "
            "ref umpire goalkeeper boss coach chef guest host pilot nurse thief guard priest monk nun clown judge student pupil teen adult uncle aunt cousin "
            "grandpa grandma granny nephew niece son daughter friend buddy girlfriend boyfriend partner groom referee jockey somebody someone goalie captain twin client colleague neighbour sibling relative classmate teammate couple lover spouse "
            "stranger staff crew patient mechanic cop agent hero villain witness prince princess witch santa athlete gymnast acrobat kids"
        ).split()
    )
)
# Nouns for several people.
GROUPS = frozenset("people crowd team audience police staff crew kids couple family group".split())
# Nouns that "he" and "she" refer to if no person was mentioned.
ANIMALS = frozenset(
    "animal bear bird bull bunny calf camel cat chicken cow deer dog donkey duck elephant fox giraffe goat goose hamster hen "
    "horse kitten lamb lion monkey mouse panda parrot pig pony pooch pup puppy rabbit rooster seal sheep squirrel swan tiger turtle wolf zebra".split()
)
# With animals that only "it" refers to.
_ANIMALS = ANIMALS | frozenset(
    "ant bat bee beetle bison boar bug butterfly chimpanzee cobra crab cricket crocodile crow dolphin dragonfly eagle fish flamingo fly frog gazelle "
    "gorilla grasshopper hawk hedgehog hippopotamus hyena insect jellyfish kangaroo koala ladybird ladybug leopard lizard lobster meerkat "
    "moth ostrich otter owl ox peacock pelican penguin pigeon raccoon rat reindeer salamander scorpion seagull shark skunk snail snake "
    "spider starfish stork toad vulture wasp weasel whale worm".split()
)
_VEHICLES = frozenset(
    (
        *KINDS["vehicle"],
        *"ambulance bike ferry jet lorry moped plane rocket scooter ship taxi tram van vehicle".split(),
    )
)
# Nouns for things with an ending of `_PERSON_ENDING`.
_NO_PERSON = frozenset(
    "list mist wrist fist twist heist screwdriver reader dvd-player loudspeaker walker streamer".split()
)
# Stems of nouns for people that end in -er or -or; the longer ones also in compounds: "kickboxer".
_SHORT_STEMS = (
    "act bak bik camp kick box buy div gam hik host lead mak may min offic own rac rang read rid row serv ski tail tut us view vot "
    "cheerlead"
)
_STEMS = (
    "advis announc archeolog board auth babysitt barb bartend begg beginn bowl brok build butch carpent climb commentat compos "
    "conduct custom danc deal defend design develop direct doct drink driv drumm edit engine explor farm fenc fight fish "
    "foreign garden golf hairdress hunt hurdl influenc inspect instruct jogg juggl kayak keep kickbox lawy learn lectur listen manag "
    "memb mess?eng narrat neighb neighbou operat oppon paint paraglid passeng perform photograph play plumb preach present prison "
    "produc profess programm protest report rescu research robb runn sail scor sell shoot shopp sing skat smok snowboard "
    "soldi speak spectat sprint stream strik surf swimm teach teenag throw tourn train trad travel travell vend visit vlogg "
    "blogg volunte wait walk warri weld winn work wrestl writ youngst youtub"
)
_PERSON_ENDING = re.compile(
    r"(?:ist|ian|man|woman|boy|girl|guy|lady|mother|father)$|"
    rf"(?:^(?:{'|'.join(_SHORT_STEMS.split())})|(?:{'|'.join(_STEMS.split())}))(?:er|or)$"
)


def is_person(noun: str) -> bool:
    """Whether a noun phrase names a person or people: "woman", "tall man", "cyclist", "crowd".

    The last word decides, by a word list and by endings such as "-ist" and "-man".

    Args:
        noun: a singular noun phrase in lower case, without article; False for an empty one.
    """
    head = noun.split()[-1] if noun else ""
    return head in PEOPLE | GROUPS or (
        _PERSON_ENDING.search(head) is not None and head not in _NO_PERSON
    )


def is_living(noun: str) -> bool:
    """Whether a noun phrase names a person, people or an animal: "dog"; see `is_person`."""
    return is_person(noun) or (bool(noun) and noun.split()[-1] in _ANIMALS)


def is_animal(noun: str) -> bool:
    """Whether a noun phrase names an animal: "black dog"; for the argument see `is_person`."""
    return is_living(noun) and not is_person(noun)


def is_vehicle(noun: str) -> bool:
    """Whether a noun phrase names a vehicle: "red car"; for the argument see `is_person`."""
    return bool(noun) and noun.split()[-1] in _VEHICLES

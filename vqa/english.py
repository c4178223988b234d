"""English word lists and inflection: colors, numbers, plurals, stop words, verb forms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

COLOURS = frozenset(
    "red orange yellow green blue purple pink brown black white gray grey tan gold silver maroon beige".split()
)
NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
NUMBER_NAMES = {value: name for name, value in NUMBERS.items()}
_TEENS = "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
# Number words up to ninety-nine, and ordinals up to twelfth, with their values.
CARDINALS: dict[str, int] = {
    **NUMBERS,
    **{word: 11 + place for place, word in enumerate(_TEENS)},
    **{word: 10 * (2 + place) for place, word in enumerate(_TENS)},
    **{f"{ten}-{one}": 10 * (2 + place) + value for place, ten in enumerate(_TENS) for one, value in NUMBERS.items() if value < 10},
}  # fmt: skip
ORDINALS = {
    word: 1 + place
    for place, word in enumerate("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split())
}  # fmt: skip
ORDINAL_OF = {number: name for name, number in ORDINALS.items()}
# Words for the medium itself, as a pattern.
VIDEO = r"(?:video|clip|film|movie|footage|recording|scene|picture|image|photo|frame|shot)s?"
# Mass nouns that captions name often; the wording of generated training questions depends on exactly these.
FREQUENT_MASS_NOUNS = frozenset(
    "clothing dirt fire fog food furniture grass ice mud rain sand smoke snow traffic water".split()
)
MASS_NOUNS = FREQUENT_MASS_NOUNS | frozenset(
    "art artwork fur bacon baggage beef beer blood contact bread broccoli butter cattle cereal cheese chocolate coffee cream dust equipment foliage fruit gas "
    "gravel hair hay jewelry jewellery juice lettuce lightning luggage machinery makeup meat milk mist money music news oil paper pasta "
    "police popcorn produce rice salt seafood silverware soup spaghetti steam sugar sunlight tea toast vegetation wheat wine wood "
    "ketchup mustard mayo mayonnaise sauce karate judo yoga gymnastics tennis golf football baseball basketball soccer volleyball hockey badminton cricket rugby ballet graffiti leather denim concrete "
    "outdoors indoors outside inside afternoon dawn daytime dusk evening midday midnight morning night nighttime noon".split()
)
# Words that a full-text search ignores.
STOP_WORDS = frozenset(
    "a an the this that these those of in on at to for from with by and or is are was were be it its he she they his their her "
    "there some any what who".split()
)
# Words that begin a place or a direction, as in "in the car" and "up the hill".
PREPOSITIONS = frozenset(
    "in on at under behind near next beside inside outside above over by between to from with into onto through up down off out along around".split()
)
ARTICLES = frozenset({"a", "an", "the", "some"})
FORMS_OF_BE = frozenset({"is", "are", "was", "were"})
# Words that begin a noun phrase; so does a number in digits.
DETERMINERS = (
    ARTICLES
    | frozenset(CARDINALS)
    | frozenset(
        "this that these those his her its their my your our any no each every both all another".split()
    )
)
# Words that end like a participle and are none, or are nouns as often: nouns, pronouns, "bring" and "during".
ING_NOUNS = frozenset(
    "anything awning bedding bowstring bring building ceiling clothing crossing darling drawing drawstring duckling dumpling during "
    "earring evening everything farthing gosling hamstring herring icing inkling inning keyring king lapwing lightning morning nothing "
    "offspring painting plaything pudding railing ring sapling scaffolding seedling shoestring sibling sling something spring starling "
    "sterling string swing thing upswing viking wedding wing".split()
)
_VOWEL = re.compile(r"[aeiouy]")

# Adjectives that only please; "cool box", "great dane" and "sweet potato" are things.
PLEASING = frozenset(
    "adorable amazing awesome beautiful brilliant cute epic fantastic gorgeous incredible lovely nice stunning wonderful".split()
)

# Common things by kind, as singular nouns; "What KIND is in the video?" asks for one of them.
KINDS: dict[str, tuple[str, ...]] = {
    "animal": tuple("bear bird cat cow deer dog duck elephant fish giraffe goat horse lion monkey rabbit sheep tiger zebra".split()),
    "vehicle": tuple("airplane bicycle boat bus car helicopter motorcycle tractor train truck".split()),
    "food": tuple("apple banana bread burger cake carrot cheese orange pizza salad sandwich soup".split()),
    "furniture": tuple("bed bench cabinet chair couch desk shelf table".split()),
    "instrument": tuple("cello drum flute guitar harp piano saxophone trumpet violin".split()),
}  # fmt: skip

# Parts of the body with a left and a right one.
PAIRED_PARTS = frozenset(
    "hand arm elbow shoulder wrist palm fist foot leg knee ankle hip thigh heel eye eyebrow ear cheek paw wing".split()
)
# Parts of the body on which something is worn.
BODY_PART = r"(?:head|face|neck|back|chest|shoulder|arm|elbow|wrist|hand|finger|waist|hip|leg|knee|ankle|foot|feet|eye|ear|nose|mouth)s?"

_ARTICLE = re.compile(r"^(?:an?|the|any|some) ", re.IGNORECASE)
_IRREGULAR_PLURALS = {
    "foot": "feet", "tooth": "teeth", "goose": "geese", "mouse": "mice", "wolf": "wolves", "knife": "knives", "leaf": "leaves",
    "shelf": "shelves", "bookshelf": "bookshelves", "elf": "elves", "hoof": "hooves", "loaf": "loaves", "calf": "calves",
    "scarf": "scarves", "tomato": "tomatoes", "potato": "potatoes", "hero": "heroes", "mango": "mangoes",
    "volcano": "volcanoes", "wife": "wives", "life": "lives", "thief": "thieves", "half": "halves", "quiz": "quizzes",
    "whiz": "whizzes", "chest of drawers": "chests of drawers",
} | {f"{use} glass": f"{use} glasses" for use in ("wine", "beer", "water", "champagne", "drinking", "magnifying")}  # fmt: skip
# Last parts of nouns with their plurals: "fireman", "grandchild", "salesperson".
_IRREGULAR_ENDINGS = {"man": "men", "child": "children", "person": "people"}
_REGULAR_IN_MAN = frozenset("human german roman shaman talisman ottoman caiman doberman".split())
_SINGULARS_IN_MEN = frozenset(
    "specimen semen abdomen omen regimen acumen stamen ramen amen".split()
)
_IRREGULAR_SINGULARS = {plural: singular for singular, plural in _IRREGULAR_PLURALS.items()}
_PLURAL_ONLY = frozenset(
    "pliers tweezers tongs shears overalls dungarees bagpipes underpants sweatpants panties knickers spectacles eyeglasses earphones suspenders "
    "skis scissors pants jeans shorts trousers glasses sunglasses goggles clothes binoculars headphones stairs tights leggings pajamas".split()
)
_INVARIABLES = frozenset(
    "atlas axis canvas christmas downstairs gas indoors iris lens news series outdoors overseas tennis texas upstairs "
    "mantis ibis trellis pelvis oasis basis crisis metropolis chassis debris gymnastics athletics aerobics acrobatics "
    "hers theirs ours yours".split()
) | _PLURAL_ONLY | STOP_WORDS  # fmt: skip
_SAME_PLURAL = _PLURAL_ONLY | {"people", "police", "sheep", "fish", "deer", "series", "tennis"}
# Nouns whose last letter before "-s" is an e that others get in the plural: "zombie", "moustache", "fuse".
_NOUNS_IN_E = frozenset(
    "beanie birdie boogie bowtie brownie budgie caddie calorie collie cookie cutie eerie foodie genie goalie goodie groupie hippie hoodie "
    "junkie kiddie lassie magpie movie necktie newbie onesie pinkie pixie potpie prairie rookie selfie smoothie veggie walkie-talkie zombie "
    "ache headache toothache avalanche brioche cache cliche moustache mustache niche quiche axe pickaxe crevasse lacrosse posse "
    "shoe snowshoe horseshoe toe tiptoe hoe backhoe canoe oboe doe foe floe aloe fuse muse ruse use excuse abuse recluse refuse".split()
)
# Vowel letters pronounced as consonants (a unicorn, a one-way sign), and consonant letters pronounced as vowels (an hour).
_AS_CONSONANT = r"uni(?!n|m)|us[aeu]|uku|ut[ei]|uri|eu|ewe|one\b|once\b|ufo\b|usb\b|u-"
_AS_VOWEL = r"hour|heir|honest|hono|x-?ray|xbox|(?:suv|rv|mp3|lcd|led)\b"
_WRONG_ARTICLE = re.compile(r"\b(an?) (?=([a-z][\w-]*))", re.IGNORECASE)
_TAKES_AN = re.compile(rf"(?!{_AS_CONSONANT})[aeiou]|{_AS_VOWEL}")


def with_article(noun: str) -> str:
    """Prefix a noun in lower case with "a", with "an" before a vowel sound, or with "the" before "same"."""
    if noun.startswith("same "):
        return f"the {noun}"
    return f"{'an' if _TAKES_AN.match(noun) else 'a'} {noun}"


def fix_articles(text: str) -> str:
    """Correct "a" and "an" for the following word: "a orange shirt" -> "an orange shirt".

    Other words, and upper case, are unchanged.
    """

    def right(match: re.Match[str]) -> str:
        article = with_article(match[2].lower()).split()[0]
        return f"{article.capitalize() if match[1][0].isupper() else article} "

    return _WRONG_ARTICLE.sub(right, text)


def has_determiner(phrase: str) -> bool:
    """Whether a noun phrase begins with a word of `DETERMINERS` or a number in digits, in any case.

    So do "the man's hat", "his room", "Two dogs", "3 cars" and "this", but not "man's hat". False
    for an empty phrase.
    """
    first = phrase.lower().split()[0] if phrase.strip() else ""
    return first in DETERMINERS or first.isdigit()


def with_article_if_countable(noun: str) -> str:
    """Prefix a noun phrase with "a" or "an" unless it is a plural or a mass noun.

    The last word decides; the phrase is in lower case and has at least one word. One that has a
    determiner, "his room", "one man", is returned as it is.
    """
    last = noun.split()[-1]
    plural = singular_of(last) != last or plural_of(last) == last
    return noun if plural or has_determiner(noun) or last in MASS_NOUNS else with_article(noun)


def without_article(phrase: str) -> str:
    """Remove a leading "a", "an", "the", "any" or "some" from a noun phrase, in any case.

    A text that does not begin with one of them and a space is returned as it is.
    """
    return _ARTICLE.sub("", phrase)


def plural_of(noun: str) -> str:
    """Return the plural of a singular noun or noun phrase in lower case, by English rules.

    Only the last word is changed. A blank text, and a noun without another plural such as "sheep",
    are returned as they are.
    """
    if noun in _IRREGULAR_PLURALS:
        return _IRREGULAR_PLURALS[noun]
    last = noun.split()[-1] if noun.strip() else ""
    if not last or last in _SAME_PLURAL:
        return noun
    modifiers = noun.rstrip().removesuffix(last)
    if last in _IRREGULAR_PLURALS:
        return f"{modifiers}{_IRREGULAR_PLURALS[last]}"
    for ending, many in _IRREGULAR_ENDINGS.items() if last not in _REGULAR_IN_MAN else ():
        if last.endswith(ending):
            return f"{modifiers}{last.removesuffix(ending)}{many}"
    return _with_s(noun)


def _with_s(word: str) -> str:
    """Append the regular ending of a plural noun and of a verb in the third person: "-s", "-es"."""
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return f"{word}es"
    is_consonant_y = word.endswith("y") and word[-2:-1] not in "aeiou"
    return f"{word[:-1]}ies" if is_consonant_y else f"{word}s"


def is_plural_noun(phrase: str) -> bool:
    """Whether the last word of a phrase is a noun in the plural: "dogs", "my trousers", "people".

    Unlike `is_plural`, False for "two", "they" and "these", and for an empty phrase.
    """
    last = phrase.lower().split()[-1] if phrase.strip() else ""
    is_plural_only = last in _PLURAL_ONLY or last in ("people", "police")
    return not last.endswith(("'s", "'")) and (is_plural_only or singular_of(last) != last)


def is_plural(phrase: str) -> bool:
    """Whether a noun phrase takes "are": "the men", "her trousers", "the two", "these".

    The noun before a preposition, a relative clause or a verb in -ing decides: "the man in shorts"
    takes "is". Two nouns with determiners and "and" between them take "are", and after a quantity
    with "of" the noun that follows decides: "some of the men". False for an empty phrase.
    """
    words = phrase.lower().split()
    head = head_of(phrase.lower()).split()
    if not head:
        return False
    *modifiers, last = head
    behind = words[len(head) :]
    if last in _QUANTITIES and behind[:1] == ["of"]:
        return is_plural(" ".join(behind[1:]))
    is_number = CARDINALS.get(last, 1) > 1 and set(modifiers) <= _BEFORE_NUMBER
    names_two = _AND_ANOTHER.search(" ".join(head)) is not None
    return is_number or last in _PLURAL_PRONOUNS or names_two or is_plural_noun(last)


def is_or_are(phrase: str) -> Literal["is", "are"]:
    """Return the form of "be" that a noun phrase takes; see `is_plural`."""
    return "are" if is_plural(phrase) else "is"


def does_or_do(phrase: str) -> str:
    """Return the form of "do" that a subject takes: "do" for "the men", "they" and "you"."""
    return "do" if is_plural(phrase) or phrase.lower() in ("i", "you", "we") else "does"


_PLURAL_PRONOUNS = frozenset("they them these those both".split())
# "The other two", unlike "shot two"
_BEFORE_NUMBER = STOP_WORDS | {"other", "first", "last", "next"}
# "Some of the men", "a lot of people"
_QUANTITIES = frozenset("all some most many few several half lot lots couple majority".split())
# "The man and the woman", unlike "the black and white dog"
_AND_ANOTHER = re.compile(rf"[a-z] and (?:{'|'.join(sorted(DETERMINERS))}) (?=[a-z])")


def head_of(phrase: str) -> str:
    """Return the words of a noun phrase up to its noun: "the man" for "the man in shorts".

    They end before a preposition, "of", "who", "that", "which" or a verb in -ing, unless this
    belongs to the noun, as in "the running man". Spaces between the words become single.
    """
    words = phrase.split()
    end = next((n for n in range(1, len(words)) if _ends_head(words[:n], words[n])), len(words))
    return " ".join(words[:end])


def _ends_head(before: Sequence[str], word: str) -> bool:
    """Whether a noun phrase has its noun in `before`, at least one word, and `word` describes it."""
    last, follows = before[-1].lower(), word.lower()
    stands_alone = last in CARDINALS and len(before) > 1
    if follows in _BEHIND_NOUN:
        return last not in _BEFORE_NOUN
    return is_doing(follows) and (stands_alone or last not in DETERMINERS)


# Words that begin what describes the noun before them.
_BEHIND_NOUN = PREPOSITIONS | {"of", "who", "that", "which", "without"}
# Determiners that no noun phrase ends with, unlike "two" and "these"
_BEFORE_NOUN = ARTICLES - {"some"} | frozenset("his its their my your our every no".split())


@lru_cache(maxsize=4096)
def singular_of(phrase: str) -> str:
    """Return the singular of a noun phrase in lower case; unchanged without one, as "trousers".

    Only the last word is changed, unless it is a stop word such as "this"; the words are joined by
    single spaces. A blank text is returned as it is.
    """
    words = phrase.split()
    if not words or phrase in _IRREGULAR_PLURALS:
        return phrase
    for size in (3, 2):  # "chests of drawers", "red wine glasses"
        if " ".join(words[-size:]) in _IRREGULAR_SINGULARS:
            return " ".join([*words[:-size], _IRREGULAR_SINGULARS[" ".join(words[-size:])]])
    return " ".join([*words[:-1], _singular_word(words[-1])])


def _singular_word(noun: str) -> str:
    """Return the singular of one word in lower case; see `singular_of`."""
    if noun in _INVARIABLES or noun in _SINGULARS_IN_MEN:
        return noun
    if noun in _IRREGULAR_SINGULARS:
        return _IRREGULAR_SINGULARS[noun]
    for ending, many in _IRREGULAR_ENDINGS.items():
        if noun.endswith(many):
            return f"{noun.removesuffix(many)}{ending}"
    if noun.removesuffix("s") in _NOUNS_IN_E:
        return noun.removesuffix("s")
    bare = re.sub(r"(?<=..)ies$", "y", noun)
    bare = re.sub(r"(ch|sh|x|ss|zz|tz|(?<!^)o|[^aeou]us|iris|mantis|trellis|lens)es$", r"\1", bare)
    return re.sub(r"(?<=[^su])s$", "", noun) if bare == noun else bare


def names_noun(text: str, noun: str) -> bool:
    """Whether a text has all words of a noun, in any order: "the man's hat", not "woman", for "man".

    Number and the ending of an owner do not count: "the men's shoes" names "man's shoe".

    Args:
        text: the text, in upper or lower case, with words in the singular or plural.
        noun: a singular noun in lower case; False for an empty one.
    """
    return bool(noun) and _singular_words(text) >= _singular_words(noun)


def names_plural(text: str, noun: str) -> bool:
    """Whether a text has the plural of a noun as whole words: "two men", not "documents", for "man".

    A noun without a singular, "trousers", is always in the plural; one whose plural is the same,
    "sheep", never. The ending of an owner does not count: "the men's shoes" has the plural.

    Args:
        text: the text, in upper or lower case.
        noun: a singular noun or noun phrase in lower case; False for an empty one.
    """
    many = plural_of(noun)
    if not noun or (many == noun and not is_plural_noun(noun)):
        return False
    words = " ".join(["", *re.findall(r"[\w'-]+", text.lower()), ""])
    return any(f" {many}{owner} " in words for owner in ("", "'s", "'"))


def _singular_words(text: str) -> set[str]:
    """Return the words of a text in lower case and singular, without "'s"."""
    return {singular_of(word) for word in re.findall(r"(?<!')\b[a-z0-9-]+", text.lower())}


def is_doing(word: str) -> bool:
    """Whether a lower-case word is a present participle: "running", "bathing", not "ring", "bring".

    A verb has a vowel before the ending. Words that are nouns as often as participles, such as
    "building" and "painting", do not count.
    """
    stem = word.removesuffix("ing")
    return stem != word and bool(_VOWEL.search(stem)) and word not in ING_NOUNS


# One syllable that ends in a single consonant behind a single vowel, as "jog" and "squat"; w, x and y are never doubled.
_DOUBLES_LAST = re.compile(r"(?:qu|y(?=[aeiou])|[^aeiouyq])*[aeiouy][bdfgjklmnprstvz]")
# Verbs of more syllables that end so and have the stress on the last one.
_FINAL_STRESS = frozenset(
    "admit babysit begin commit compel control equip forget kidnap occur outrun overlap patrol permit prefer program propel refer regret "
    "reset submit transfer unplug unwrap unzip upset zigzag".split()
)


def ing_form(verb: str) -> str:
    """Return the -ing form of a lower-case verb: "jogging" for "jog", "smiling" for "smile"."""
    if verb in _FINAL_STRESS or _DOUBLES_LAST.fullmatch(verb):
        return f"{verb}{verb[-1]}ing"
    if verb.endswith("ie"):
        return f"{verb[:-2]}ying"
    if verb.endswith("ic"):
        return f"{verb}king"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")) and _VOWEL.search(verb[:-1]):
        return f"{verb[:-1]}ing"
    return f"{verb}ing"


def third_person(verb: str) -> str:
    """Return the third person singular of a lower-case verb: "carries" for "carry"."""
    regular = f"{verb}es" if verb.endswith("o") and not verb.endswith("oo") else _with_s(verb)
    return _THIRD_PERSONS.get(verb, regular)


def base_form(verb: str) -> str:
    """Return the base form of a verb in the third person, "carry" for "carries"; unchanged if other."""
    if verb in _BASE_FORMS:
        return _BASE_FORMS[verb]
    base = re.sub(r"(?<=..)ies$", "y", verb)
    base = re.sub(r"(ch|sh|x|ss|zz|tz|o)es$", r"\1", base)
    return re.sub(r"(?<=[^su])s$", "", base)


_THIRD_PERSONS = {"be": "is", "have": "has", "ache": "aches", "tiptoe": "tiptoes", "focus": "focuses", "quiz": "quizzes"}  # fmt: skip
_BASE_FORMS = {third: base for base, third in _THIRD_PERSONS.items()}

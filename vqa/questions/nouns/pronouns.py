"""What the verb of a pronoun says about its antecedent: "what do they do?" asks about people or animals."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vqa.english import BODY_PART, is_doing, plural_of, singular_of
from vqa.questions.words.living_nouns import is_living, is_person
from vqa.questions.words.spelling import is_property, is_verb

# Words for somebody without a noun.
INDEFINITE_PERSONS = frozenset("anyone anybody someone somebody everyone everybody".split())
# The subject form of each possessive pronoun.
SUBJECT_FORMS = {"his": "he", "her": "she", "its": "it", "their": "they"}
_PERSON_WORDS = {
    **dict.fromkeys(("he", "him"), "man"),
    **dict.fromkeys(("she",), "woman"),
    "they": "person",
}
THEY_ACT = re.compile(
    r"\b(?:do|did) they (?!(?:both |all |also |still |just |now |really |actually |only |even |ever )*(?:appear|show|look|match|have|fit|move|come|belong|lay|lie|hang|stand|go|end|stay|rest|float|point|start|stop|crash|collide|drive|race|turn|pass|overtake|brake|park|roll|fly|sail|sink|explode|burn|bounce|spin|glow|shine|blink|flash|flicker)\b)|\b(?:are|were) they (?:both |all |also |still |just |now |really |actually |only |even |ever )*(?!moving|lying|standing|hanging|missing|driving|crashing|racing|turning|parking|rolling|flying|sailing|floating|burning|bouncing|spinning|glowing|shining)[a-z]+ing\b",
    re.IGNORECASE,
)


def persons_of(wording: str) -> list[str]:
    """Return a noun for each pronoun that means a person, in order: "man" for "he" or "him".

    A pronoun behind a person or an animal means this one. "They" gives "person" only as the subject of an action: "are they fighting".
    """
    words = re.findall(r"[a-z]+", wording.lower())
    return [
        _PERSON_WORDS[word]
        for word in dict.fromkeys(words)
        if word in _PERSON_WORDS
        and (word != "they" or THEY_ACT.search(wording))
        and not any(is_living(singular_of(before)) for before in words[: words.index(word)])
    ]


def is_of_person(noun: str) -> bool:
    """Whether a noun names what a person wears, carries or has as a part: "red hat", "hand"."""
    return re.fullmatch(OF_PERSON, noun.rpartition(" ")[2]) is not None


def owner_of(noun: str, after: str) -> str:
    """Return the owner of a part of a body before another part: "bear" for "bear's mouth", " legs".

    "Is the bear's mouth open, and can you see its whole body?" asks for the body of the bear. Other
    nouns are returned unchanged.

    Args:
        noun: the noun that a possessive pronoun stands for.
        after: the words behind the pronoun.
    """
    words = re.findall(r"[a-z]+", after.lower())[:2]
    is_part = any(word == "body" or re.fullmatch(BODY_PART, word) for word in words)
    return noun.partition("'s ")[0] if is_part else noun


def they_act(plain: str, *, has_plural: bool) -> bool:
    """Whether "they" or "them" means people or animals by the rest of the question.

    True for "what do they do?", "help them" and "are they men?"; for "chase them", which is also
    said of things, only if no plural noun was mentioned.

    Args:
        plain: the normalized question.
        has_plural: whether a plural noun was mentioned.
    """
    words = {singular_of(word) for word in re.findall(r"[a-z-]+", plain.lower())}
    patterns = (THEY_ACT, _WITH_PEOPLE) if has_plural else (THEY_ACT, _WITH_PEOPLE, _TO_SOMEBODY)
    is_about_people = "they" in plain.lower().split() and any(map(is_person, words))
    return is_about_people or any(pattern.search(plain) for pattern in patterns)


def acts_as_person(plain: str) -> bool:
    """Whether "they" do what no thing does: "do they wave?", "which of them throws it?"; not "are they dry?"."""
    words = [word for word in re.findall(r"[a-z]+", plain.lower()) if not word.endswith("ly")]
    after = next(
        (
            words[n + 1 :]
            for n, word in enumerate(words)
            if word == "they" or words[n - 1 : n + 1] == ["of", "them"]
        ),
        [],
    )
    verb = after[2] if after[1:2] == ["to"] and after[2:] else (after or [""])[0]
    base = singular_of(verb)
    is_state = re.search(r"\b(?:are|were|be) they\b", plain, re.IGNORECASE) is not None
    does = is_doing(verb) or (is_verb(base) and not is_state)
    return does and base not in _VERBS_OF_THINGS | {"go", "going"}


def only_living_do(word: str) -> bool:
    """Whether a verb in -ing is not said of things: "riding", unlike "moving" and "lying"."""
    return is_doing(word) and word not in _VERBS_OF_THINGS


def is_object(verb: str, words: Sequence[str]) -> bool:
    """Whether "it" is the object of a verb in any form: "playing it", "is it played"."""
    forms = {verb, f"{verb}s", f"{verb}ing", f"{verb.removesuffix('e')}ing"}
    places = [place for place, word in enumerate(words) if word == "it" and place]
    return any(words[place - 1] in forms for place in places)


def acts_on_it(plain: str) -> bool:
    """Whether a question asks what "it" does to another thing: "how does it open it?", "where did it get that?"."""
    return _ACTS_ON_IT.search(plain.lower()) is not None


def it_acts(plain: str) -> bool:
    """Whether a question asks what an animal or a vehicle does: "does it fly?", "is it asleep?".

    False for verbs that things have, too: "does it fall?", unless they have an object: "does it hold it?".
    """
    match = _VERB_OF_IT.search(plain.lower())
    if acts_on_it(plain):
        return True
    if _GAZES.search(plain.lower()) is not None and "like" not in plain.lower().split():
        return not plain.lower().startswith(("how ", "what "))
    if match is None or match["verb"] in _VERBS_OF_THINGS:
        return False
    is_state = match["verb"] in STATES_OF_LIVING
    return match["aux"] not in ("is", "was") or is_doing(match["verb"]) or is_state


# Verbs whose object "them" is people: "is he going to help them?"
_WITH_PEOPLE = re.compile(
    r"\b(?:(?<!\bdo )(?<!\bdoing )(?<!\bdoes )with|help|call|teach|join|greet|arrest|thank|scold|warn|interrupt|"
    r"(?:talk|speak|shout|wave|listen|smile|nod|laugh)(?:s|ing)? (?:to|at)) them\b",
    re.IGNORECASE,
)
# Verbs whose object "them" is people more often than things.
_TO_SOMEBODY = re.compile(
    r"\b(?:stop|separate|hug|kiss|chase|attack|save|rescue|beat|defeat|scare) them\b", re.IGNORECASE
)
# Adjectives that are said of people and animals, not of things.
STATES_OF_LIVING = frozenset(
    "alone young cute male female friendly wild tame alive dead asleep awake tired hungry thirsty happy scared angry calm sad sick hurt fat "
    "furry fluffy afraid bored barefoot bald blonde blond shy nervous excited injured pregnant elderly married drunk sleepy lonely curious "
    "worried".split()
)


_VERB_OF_IT = re.compile(
    r"\b(?P<aux>do|does|did|is|was|can|will) it (?:also |ever |really |still |just |all )?(?P<verb>[a-z]+)"
)
_ACTS_ON_IT = re.compile(
    r"\bit (?:also |ever |really |still |just |then |already )?(?!(?:and|or|but|when|while|if|that|as|before|after|because|until|than|like|is|was|does) )[a-z]+"
    r"(?: (?:at|to|with|on|up|off|down|into|for|over|around|from|back))? (?:it|that(?=[?.! ]*$)|the thing)\b"
)
# "Which way is it looking?", unlike "is it looking good?"
_GAZES = re.compile(
    r"\bit (?:look|looking|star(?:e|ing)|gaz(?:e|ing))(?= (?:at|to|up|down|away|around|for|into|toward|towards|out|left|right)\b|[?.! ]*$)"
)
# Verbs that things have, too, in the base form and in -ing.
_VERBS_OF_THINGS = frozenset(
    form
    for verb in (
        "fall break open close roll burn melt work look have mean belong say fit stand hang lie float stay contain cost taste smell feel "
        "need match happen take start begin end stop last show appear change come get hold cover turn be bounce spin shine glow move drop "
        "land reach hit flicker blink flash sway drip flow disappear keep seem sound weigh consist".split()
    )
    for form in (verb, f"{verb}ing", f"{verb[:-1]}ing", f"{verb}{verb[-1]}ing")
) | {"lying"}
# Clothes and parts of the body, as alternatives of a regular expression.
_NOUNS_OF_PERSON = (
    "shirt t-shirt tshirt pants trousers jeans shorts hat cap shoe jacket coat dress skirt glasses glove hair face eye head leg foot "
    "mouth beard sock boot tie scarf sweater hoodie uniform watch hand arm clothes outfit bag backpack helmet belt suit vest"
).split()
OF_PERSON = (
    rf"(?:{'|'.join(form for noun in _NOUNS_OF_PERSON for form in (noun, plural_of(noun)))})"
)


def with_personal_pronoun(text: str) -> str:
    """Replace "that" and "those" by "it" and "they": "what color is that?" -> "what color is it?".

    "That" is replaced at the end of a question for a property or a place, "those" before a state:
    "are those ripe?", "are these for him?".
    """
    those = _THOSE.match(text)
    if those is not None and (is_property(those["state"].lower()) or those["state"] == "for"):
        return f"{those['be']} they{text[those.end('those') :]}"
    *before, verb, last = ("", "", *text.strip(" ?.!").split())
    asks = " ".join(before).strip().lower()
    asks_property = last.lower() == "that" and asks.startswith(_ASKS_PROPERTY)
    takes_it = verb.lower() in _BEFORE_IT or asks.endswith((" next", " close"))
    return f"{text.rstrip(' ?.!')[:-4]}it" if asks_property and takes_it else text


_THOSE = re.compile(
    r"^(?P<be>are|were) (?P<those>those|these) (?:(?:all|still|really|very|too) )*(?P<state>for(?= )|[a-z]+(?=[?.! ]*$| (?:or|and|for|in|on|at)\b))",
    re.IGNORECASE,
)
_BEFORE_IT = frozenset("is was behind under near on beside inside".split())
_ASKS_PROPERTY = (
    "what color",
    "what colour",
    "where",
    "how ",
    "what is",
    "which side",
    "what shape",
)

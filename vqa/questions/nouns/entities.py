"""Entities: the things that a question is about, as singular noun phrases without article.

Search and presence scores are calibrated on such nouns: articles and surrounding words raise the
similarity of the text to all frames.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vqa.english import (
    ING_NOUNS,
    MASS_NOUNS,
    NUMBERS,
    ORDINALS,
    VIDEO,
    is_plural_noun,
    singular_of,
    without_article,
)
from vqa.questions.words.living_nouns import is_living
from vqa.questions.words.spelling import is_adjective, is_verb

# Words for one occurrence of an event: "for the second time".
OCCURRENCES = frozenset({*ORDINALS, "next", "last"})
_TIME_OF_MANY = rf" (?:for )?the (?:{'|'.join(sorted(OCCURRENCES))}) time"
OCCURRENCE = re.compile(rf"{_TIME_OF_MANY}$", re.IGNORECASE)
# A question about a time; the group `what` is the object or event to search for.
WHEN = re.compile(
    r"^(?:(?:about|around|roughly|approximately|exactly) )?"
    r"(?:(?:from )?when|(?:(?:at|in|from|around|about|roughly) )*(?:what|which) (?:time|moment|point|second|minute)|from when to when)"
    r"(?: exactly| roughly| approximately| about)? "
    r"(?:do|does|did|is|are|was|were|can|could)(?: (?:you|we|i|one))?(?: (?:first |last )?see)? (?P<what>.+?)"
    rf"(?:{_TIME_OF_MANY})?[?.! ]*$",
    re.IGNORECASE,
)

_LONGEST_NAME_WORDS = 3
# Answers that name nothing: "what is he playing with?", "others".
NO_NAMES = frozenset(
    "other others something anything thing things one ones nothing someone object item herself himself themselves itself else".split()
)
# "Direct" is removed from "direct sunlight", "physical" stays in "physical therapist".
_VISIBILITY_WORDS = re.compile(
    rf"\b((?:real|actual|obvious|noticeable|genuine)(?= [a-z])|(?:physical|direct)(?= (?:{'|'.join(sorted(MASS_NOUNS))})\b)|appears?|appearing|shown|pictured|visible|(?:be )?seen|(?:in|around) t?here|(?<!the )(?<!a )present(?=$| in )|come in|show up|first|t?here|anywhere|somewhere|at all|either|neither|on (?:the )?screen|"
    rf"(?:anywhere )?in (?:it|(?:the|this|that) {VIDEO}))(?!\w)",
    re.IGNORECASE,
)
_PRESENCE = re.compile(
    r"^(?:"
    r"(?:is|are|was|were) there|(?:could|might|would) there be|"
    r"(?:is|was) (?:it|this|that)(?= an? )|"
    r"(?:can|could|do|did) (?:you|we|i|one) (?:see|spot|notice|find)|"
    rf"(?:do|does|did) (?:the|this) {VIDEO} (?:show|contain|have|include|feature)|"
    r"(?:can|could)(?= .+ be seen\b)|"
    r"(?:do|does|did)(?= (?:an?|any|some) .+ (?:appear|show up)\b)|"
    r"(?:is|are|was|were)(?= .+ (?:visible|shown|seen|present)\b)|"
    rf"(?:is|are|was|were)(?= (?:an?|any|some) .+ in (?:the|this|that) {VIDEO}\b)"
    r") (?P<what>.+?)[?.! ]*$",
    re.IGNORECASE,
)
_POSSESSION = re.compile(
    rf"^(?:do|does|did) (?:he|she|it|they|(?:the|this|that|these|those|his|her|its|their) (?!{VIDEO}\b)[a-z' -]+?) (?:all |also |both )?have (?P<what>.+?)[?.! ]*$",
    re.IGNORECASE,
)
# "Is this a sunny day?" does not ask for the presence of an object.
_IT_IS = re.compile(r"^(?:is|was) (?:it|this|that) ", re.IGNORECASE)
_NO_THING = re.compile(
    rf"\b(?:{VIDEO}|days?|nights?|morning|afternoon|evening|summer|winter|spring|autumn|fall|bit|fake|game|match|part|"
    r"lot|real|joke|trick|show|view|moment|kind)$",
    re.IGNORECASE,
)
_ONE_THING = re.compile(r"^(?:is|was) |\ban? ", re.IGNORECASE)
# A phrase with one of these words is not a plain name of a thing.
_MORE_THAN_A_NAME = frozenset(
    "are is was were do does there about above across actually after again against along also always and another any anybody anyone anything around as at be before behind below "
    "beside between both but by during each else enough ever every everybody everyone everything few fewer for from have he her him "
    "his how if in inside into is it its last less like lot lots many me more most much near nearby next no nobody none nor not nothing "
    "of off on one only onto or other outside over plenty really same several she somebody someone something still than that the "
    "their them then these they this those through to too toward towards two three four five six seven eight nine ten "
    "under until up us was we were what when where which while who whose why with without yet you "
    "change cut difference kind music noise problem reason sound sounds talking text type way word words".split()
)
_SUBJECT = re.compile(
    r"^(?:"
    r"(?:what|which) colou?rs? (?:is|are|was|were) (?:the|this|that) |"
    r"(?:what|which) (?:is|are|was|were) the colou?rs? of (?:the|this|that) |"
    r"where (?:is|are|was|were) (?:the|this|that) (?!(?:filmed|taken|recorded|shot|made)\b)|"
    r"what (?:is|are|was|were) (?:the|this|that) (?=\w.* (?!\w*thing\b)\w+ing\b)|"
    r"what (?:is|are|was|were) (?:next to|on|on top of|under|behind|in front of|near|beside|inside) (?:the|this|that) |"
    r"(?:on |to )?(?:what|which) side of .+? (?:is|are|was|were) (?:the|this|that) |"
    r"how many (?=\w+(?: \w+)?[?.! ]*$)|"
    r"how many (?=.+ (?:are|is|were|was|can|do) (?:there|in the|you|we|visible|shown)\b)"
    r")(?P<what>.+?)(?: on)?[?.! ]*$",
    re.IGNORECASE,
)
_MANY = re.compile(r"\b(?:are|were|how many)\b", re.IGNORECASE)
_AFTER_SUBJECT = re.compile(
    rf" (?:(?!(?:{'|'.join(sorted(ING_NOUNS))}|\w*thing)\b)\w+ing\b(?:[ ,].*)?|(?:are|is|were|was|can|do) (?:there|in the|you|we|visible|shown)\b.*|located|parked|headed|hidden|placed|kept|hooked|tied)$",
    re.IGNORECASE,
)
# Nouns that captions rarely mention, so that the presence score has not learned them: scenery, and
# parts of persons, animals and clothes, which are there with their owners.
_SCENERY = frozenset(
    "hair face eye eyebrow ear nose mouth lip tooth teeth tongue chin cheek neck shoulder arm elbow hand finger thumb leg knee foot feet toe skin "
    "sleeve collar pocket button cuff heel fur "
    "thing object item stuff something "
    "air background ceiling color colour cut cuts floor foreground ground light lights minute minutes number place room "
    "second seconds sky text time times title wall walls weather".split()
)


def without_visibility_words(phrase: str) -> str:
    """Remove "visible", "here", "in the video" and the like anywhere in a phrase.

    "A dog appear in the video" -> "a dog"; "first" is removed, too: "the first red car" -> "the red
    car". Runs of white space become one space.
    """
    return " ".join(_VISIBILITY_WORDS.sub(" ", phrase).split())


def presence_target(question: str) -> str | None:
    """Return the thing whose presence is asked: "red car" for "Are there any red cars?".

    A singular noun phrase of one to three words, in lower case, without article. None if the
    question is no yes/no question about presence, asks for the place, action or number of the
    thing, too, or names no thing.

    Args:
        question: one self-contained question, normalized.
    """
    match = _PRESENCE.match(question)
    if match is None or re.search(r"\bfirst\b", question, re.IGNORECASE):
        return None
    name = _plain_name(match["what"])
    if name and _IT_IS.match(question) and _NO_THING.search(name):
        return None
    return name if name is None or _ONE_THING.search(question) else singular_of(name)


def possession_of(question: str) -> str | None:
    """Return what a question asks somebody or something to have: "toy" for "do the dogs have toys?".

    A noun phrase as by `presence_target`; None for any other question.
    """
    match = _POSSESSION.match(question)
    name = _plain_name(match["what"]) if match is not None else None
    return (
        name
        if name is None or match is None or _ONE_THING.search(match["what"])
        else singular_of(name)
    )


def subject_of(question: str) -> str | None:
    """Return the thing that a question presupposes: "dog" for "What is the dog doing?".

    Questions about a color, a place, an action or a number presuppose a thing. The result is a
    singular noun phrase of one to three words, in lower case, without article. None for other
    questions, for the video itself, and for scenery and parts, such as the sky and an ear.

    Args:
        question: one self-contained question, normalized.
    """
    match = _SUBJECT.match(question)
    name = match and _plain_name(_AFTER_SUBJECT.sub("", match["what"].strip()))
    if not name or name.split()[-1] in _SCENERY or re.search(rf"\b{VIDEO}\b", name):
        return None
    first, *others = name.split()
    if others and is_plural_noun(first) and not is_plural_noun(name):
        # "How many people fight" counts people.
        name = first
    return singular_of(name) if _MANY.search(question) else name


def _plain_name(phrase: str) -> str | None:
    """Return a phrase of one to three words in lower case, without article; None for other phrases.

    None also if the phrase has a number, a preposition, a pronoun or a similar word, or a verb in
    -ing after its first word.
    """
    name = without_article(without_visibility_words(phrase)).lower()
    words = name.split()
    doing = any(word.endswith("ing") and word not in ING_NOUNS for word in words[1:])
    has_count = any(word[0].isdigit() for word in words)
    unfit = doing or has_count or _MORE_THAN_A_NAME & set(words)
    return None if unfit or not 1 <= len(words) <= _LONGEST_NAME_WORDS else name


_DETERMINER = re.compile(
    r"^(?:(?:an?|the|any|some|this|that|these|those|his|her|its|their|my|your|our|all|every|each|no|both|other|another|only|"
    r"one|two|three|four|five|six|\d+|many|more|several|different|also|really|first|last|single|still|else)\b ?)+",
    re.IGNORECASE,
)
_KEEPS_ORDINAL = re.compile(
    r"^(?:the )?((?:first|second|third|last|other|next) [a-z-]+)$", re.IGNORECASE
)
_MODIFIER = re.compile(
    r" (?:with|in|on|at|of|near|behind|from|to|who|that|which|wearing|holding|doing|under|over|beside|next|inside|into|for|"
    r"by|around|through|during|while|when|after|before|is|are|was|were|has|have|does|do|did|can|will|here|there|together|"
    r"right now|now|again|anywhere|somewhere|visible|shown|located|exactly|please|today|as|and|or|be|being|up|down|out|off|away|"
    r"really|already|ever|too|but|than|like|so|if|not|all|also|look|looks|jump|jumps|run|runs|appear|appears|arrive|arrives|"
    r"come|comes|go|goes|say|says|take|takes|hit|hits|start|starts|stop|stops|move|moves|drive|play|get|gets|wake|wakes|"
    r"land|lands|enter|enters|leave|leaves|catch|catches|cut|cuts|wear|wears|hold|holds|carry|carries|eat|eats|drink|drinks|throw|throws|kick|kicks|push|pushes|pull|pulls|lift|lifts|add|adds|mention|mentions|put|puts|happen|happens|"
    r"fly|flies|walk|walks|sit|sits|stand|stands|talk|talks|see|seen|for the)\b.*$",
    re.IGNORECASE,
)
_PARTICIPLE = re.compile(r"^(?P<noun>.+?) (?P<verb>\w{2,}(?:ing(?= |$)|ed$)).*$", re.IGNORECASE)
_NO_PARTICIPLES = frozenset("red shaped colored coloured sized".split())
_PRONOUNS = frozenset(
    "it he she they him her them this that these those i you we one something anything nothing everything there here what who".split()
)
_SOMEBODY = frozenset(
    "anyone anybody someone somebody nobody everybody everyone people persons humans human".split()
)


_FIRST_OR_LAST = re.compile(rf"^(?:(?:very )?(?:first|last)|{'|'.join(NUMBERS)}) (?=\w)")
_IN_ALL = re.compile(
    r"(?<=\w) (?:all(?: together)?|altogether|in total|in all|overall|too|as well|now|again|exactly|right now|there|here)$"
)


def bare_noun(phrase: str) -> str:
    """Return a noun phrase in lower case and singular: "Two red cars in total" -> "red car".

    A leading "first", "last" or number word, a final possessive "'s" and words such as "in total"
    are removed; other modifiers and an article stay. Pronouns such as "somebody" give "person".

    Args:
        phrase: a noun phrase without article that ends with its noun: "red cars", "anyone".
    """
    text = _IN_ALL.sub("", _FIRST_OR_LAST.sub("", " ".join(phrase.lower().split())))
    text = text.removesuffix("'s").removesuffix("'")
    return "person" if text in _SOMEBODY else singular_of(text)


def head_noun(phrase: str) -> str:
    """Return the noun of a phrase without what follows it: "man" for "the man with the guitar".

    Singular, in lower case, without determiner. Adjectives stay, "tall man", unless there are more
    than two: then only an owner stays, "lady's hat". "The second car" keeps its ordinal. Pronouns
    such as "somebody" give "person"; other pronouns, and a phrase without a noun, give "".

    Args:
        phrase: a noun phrase, with or without article.
    """
    text = " ".join(phrase.lower().strip(" ?.!,").split())
    ordinal = _KEEPS_ORDINAL.match(text)
    if ordinal is not None:
        return singular_of(ordinal[1])
    if text in _SOMEBODY or (text.split()[:1] and text.split()[0] in _SOMEBODY):
        return "person"
    text = _MODIFIER.sub("", _DETERMINER.sub("", text)).strip()
    participle = _PARTICIPLE.match(text)
    if (
        participle
        and participle["verb"] not in ING_NOUNS
        and participle["verb"] not in _NO_PARTICIPLES
        # "Proper racing clothes"
        and not is_adjective(participle["noun"])
    ):
        text = participle["noun"]
    words = text.split()
    if not words or words[0] in _PRONOUNS:
        return ""
    if len(words) > _LONGEST_NAME_WORDS:
        words = _without_modifiers(words)
    return singular_of(" ".join(words)).removesuffix("'")


def _without_modifiers(words: Sequence[str]) -> list[str]:
    """Return the noun of a long phrase, after its owner if it has one: "car", "lady's hat".

    A verb that follows a person or an animal ends the phrase: "dog bite somebody badly" -> "dog".

    Args:
        words: the words of a phrase in lower case, without determiner, at least one.
    """
    end = next(
        (n for n in range(1, len(words)) if is_living(singular_of(words[n - 1])) and is_verb(words[n])),
        len(words),
    )  # fmt: skip
    owner = [word for word in words[: end - 1] if word.endswith("'s")]
    return [*owner[-1:], words[end - 1]]

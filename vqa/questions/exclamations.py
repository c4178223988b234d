"""Exclamations: messages that only say how something pleases or strikes, such as "how cute"."""

from __future__ import annotations

import re

from vqa.english import singular_of
from vqa.questions.corrected_nouns import corrected_noun
from vqa.questions.living_nouns import is_living, is_vehicle

_PLEASING = "adorable|amazing|awesome|beautiful|brilliant|cool|cute|epic|fantastic|gorgeous|great|incredible|lovely|nice|stunning|sweet|wonderful"
_STRIKING = (
    f"{_PLEASING}|awful|bizarre|cozy|crazy|creepy|delicious|disgusting|fun|funny|gross|hilarious|horrible|impressive|insane|interesting|peaceful|"
    "pretty|relaxing|sad|scary|shocking|silly|spooky|strange|terrible|terrifying|touching|ugly|weird|wholesome|wild|yummy"
)
_NOUN = r"(?P<noun>[a-z][a-z-]+)"
_WHAT_A = rf"(?:what|such) an? (?:(?:(?:really|very|little|big|huge|tiny|absolute|{_STRIKING}) )+{_NOUN}|(?P<thing>[a-z][a-z-]+))"
_THIS_IS = r"(?:(?:it|this|that|everything)(?:'s| is| was| looks| seems) |(?:looks|seems) )?"
# "What a cute pup", "aww so sweet", "this is hilarious", "nice kitchen", "love this clip"
_EXCLAMATION = re.compile(
    r"^(?:(?:a+w+|omg|wow|lol|haha+|hehe|oh|ah|ooh|whoa|woah|ha|yay|man|damn|god|ok|well|yeah)[,!. ]+)*"
    rf"(?:{_WHAT_A}|{_THIS_IS}(?:(?:so|very|really|how|too|absolutely|super|kinda|quite|pretty|just|totally|a bit) )*(?:{_STRIKING})|"
    rf"poor (?:thing|things|guy|girl|boy|man|woman|dog|cat|bird|animal|baby|kid)|(?:{_PLEASING}) (?P<name>[a-z][a-z-]+)|(?:i )?(?:love|loving|adore|like) (?:it|(?:this|that|the) (?P<object>[a-z][a-z-]+)))"
    r"(?:(?:,? (?:lol|haha+|hehe|omg|wow|man|though|tho|honestly|really))|!|\.| |[:;][a-z()]+)*$",
    re.IGNORECASE,
)


def is_exclamation(text: str) -> bool:
    """Whether a message only says how something pleases or strikes: "what a cute pup"; not with "?"."""
    return _EXCLAMATION.match(text) is not None


def exclamation_noun(text: str) -> str:
    """Return the noun that an exclamation names, in the singular: "pup" for "what a cute pup".

    Empty for an exclamation without a noun, and for any other message.
    """
    match = _EXCLAMATION.match(text)
    names = filter(None, match.groups()) if match is not None else iter(())
    return singular_of(next(names, "").lower())


def noun_of_remark(intent: str, text: str) -> str:
    """Return the noun that "it" can refer to after a remark: "fox" after "no, it's a fox".

    Of an exclamation, only an animal, a person or a vehicle, singular; empty for any other message.

    Args:
        intent: the intent of the message.
        text: the message as typed.
    """
    if intent == "correction":
        return corrected_noun(text)
    noun = exclamation_noun(text) if intent == "acknowledge" else ""
    return noun if is_living(noun) or is_vehicle(noun) else ""

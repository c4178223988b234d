"""Claims to check: doubts, "are you sure it wasn't a fight?", and things that the writer saw, "I saw a pizza"."""

from __future__ import annotations

import re

from vqa.english import NUMBERS, names_plural
from vqa.noun_kinds import words_of_kind
from vqa.questions.normalization.normalize import normalized_wording
from vqa.questions.normalization.statements import as_question
from vqa.questions.nouns.mentions import nouns_of
from vqa.text_words import word_stems
from vqa.types import Answer, Question

_DOUBT = re.compile(
    r"^(?:(?:so|but|and|ok|okay|wait|hm+|lol|well)[, ]+)*(?:(?:are |is )?(?:you|your|you are) )?(?:(?:really|quite|absolutely|completely|totally|very|100 ?%|so|still) )*"
    r"(?:sure|certain|positive|convinced|confident)(?: that)?,? (?P<claim>(?!of\b|about (?!.* being )).+?)[?.! ]*$",
    re.IGNORECASE,
)
# "A cow, you say?"
_QUOTE = re.compile(
    r"^(?:so |oh )?(?P<name>an? [a-z]+(?: [a-z]+)?),? (?:you|u) (?:say|said)[?.! ]*$", re.I
)
_ABOUT_BEING = re.compile(r"^about (?P<subject>.+?) being (?P<rest>.+)$", re.IGNORECASE)
_NOT_DOING = re.compile(
    r"^(?P<subject>.+?) (?P<verb>does|do|did|can|will)(?:n't| not) (?P<rest>.+)$", re.IGNORECASE
)
# "There's only one" of what was counted.
_NUMBER = re.compile(
    rf"^there (?:is|are|was|were) (?P<number>(?:only |just |exactly )?(?:\d+|{'|'.join(NUMBERS)}))$",
    re.IGNORECASE,
)
_NOBODY = re.compile(r"^(?:nobody|no one|none of them) (?=is |was |are )", re.IGNORECASE)
# "I believe I also saw a pizza", "I thought there were some logs too"
_PERCEIVES = re.compile(
    r"^(?:(?:so|but|and|ok|okay|well|hm+|also|oh|wait|hey|hi|hello)[, ]+)*(?:i (?:think|thought|believed?|guess|suppose|swear|could swear|am (?:pretty |quite )?sure)(?: that)? )?"
    r"(?:(?:i|we) (?:(?:also|still|just|only|clearly|definitely|maybe|can|could|did|do|have|even|actually|really|briefly) )*(?:see|saw|seen|notice|noticed|spot|spotted)|"
    r"(?<=\w )there (?:was|were))(?: (?:also|maybe))? (?P<thing>(?:an?|some|several|many) [^,.?!]+?)(?:,? (?:too|as well|also|though|there|right|yes|no|correct|i think))*[?.! ]*$",
    re.IGNORECASE,
)
# "I saw a dog like that yesterday"
_OF_LIFE = re.compile(
    r"\b(?:i|we|my|our|me|us|like|once|ago|yesterday|today|before|last|year|week|day|every|is|are|was|were|has|have|does|do|lot|bit|and|or|that|but|so|because|when|while)\b",
    re.IGNORECASE,
)
_YES_NO_KINDS = frozenset({"yes_no", "choice"})
# Words of a claim that name nothing: "there is only one", "that is right".
_EMPTY = frozenset("only just really right correct true wrong answer".split())


def claim_of_doubt(text: str) -> str:
    """Return the claim of a doubt as a question: "sure it wasn't a fight?" -> "was it a fight?"; or "".

    Empty for a doubt without a claim, "are you sure about that?", and for any other text.
    """
    quote = _QUOTE.match(text)
    if quote is not None:
        return f"is it {quote['name']}?"
    doubt = _DOUBT.match(normalized_wording(text))
    if doubt is None:
        return ""
    claim = _ABOUT_BEING.sub(r"\g<subject> is \g<rest>", doubt["claim"])
    claim = _NOBODY.sub("anybody ", claim)
    number = _NUMBER.match(claim)
    if number is not None:
        return f"{number['number']}?"
    denial = _NOT_DOING.match(claim)
    if denial is not None:
        return f"{denial['verb']} {denial['subject']} {denial['rest']}?"
    claim = re.sub(r"^its (?=[a-z]+ing\b|an? |the |not )", "it is ", claim)
    claim = re.sub(r"(?<=[a-z])n't\b", " not", claim)
    be, _, rest = claim.removeprefix("anybody ").partition(" ")
    question = f"{be} anybody {rest}?" if claim.startswith("anybody ") else as_question(claim)
    return f"{normalized_wording(question).strip(' ?')}?" if question != claim else ""


def perceived_thing(text: str) -> str:
    """Return a claim to have seen something as a question: "I saw a pizza too" -> "is there a pizza?"; or "".

    Empty for what cannot be seen, "I see a problem", for the writer's life, "I saw a dog like that
    yesterday", and for any other text.
    """
    match = _PERCEIVES.match(normalized_wording(text))
    nouns = nouns_of(match["thing"]) if match is not None else ()
    if match is None or not nouns or _OF_LIFE.search(match["thing"]):
        return ""
    if nouns[0].split()[-1] in words_of_kind("immaterial"):
        return ""
    thing = re.sub(r"^some\b", "any", match["thing"], flags=re.IGNORECASE)
    be = "are" if names_plural(thing, nouns[0]) else "is"
    return f"{be} there {thing}?"


def is_on_answer(claim: str, question: Question, answer: Answer) -> bool:
    """Whether a claim repeats what an answer says, so that a doubt about it is one about the answer.

    "It's a dog" after "what animal is it?", "a dog"; not after "where is the dog?".
    """
    words = word_stems(claim) - _EMPTY
    texts = [answer.text]
    if question.answer_kind in _YES_NO_KINDS or question.intent in ("count", "presence"):
        texts.append(question.resolved)
    return words <= word_stems(normalized_wording(" ".join(texts)))

"""The question behind two opinions and "who is right?", and behind a claim and "is that so?"."""

from __future__ import annotations

import re

from vqa.english import COLOURS, NUMBERS, has_determiner, is_doing, with_article_if_countable
from vqa.questions.normalization.statements import as_question, is_claim
from vqa.questions.normalization.subjects import PRONOUNS
from vqa.questions.times.shot_words import SHOT_WORDS
from vqa.questions.words.spelling import is_adjective

_WHO_IS_RIGHT = re.compile(
    r"\b(?:who|which(?: one)?(?: of (?:us|them|the two)(?: two)?)?)(?:'s| is| was| has| got it| do (?:you|u) (?:think|reckon|say|believe) is)(?: it)? (?:right|correct|wrong)(?: then| now| here)?\b",
    re.IGNORECASE,
)
_OPINES = (
    r"(?:sees?|saw|say|says|said|saying|thinks?|thought|shout(?:s|ed|ing)?|insist(?:s|ed)?|swears?|swore|claim(?:s|ed)?|reckon(?:s|ed)?|bets?|believes?|believed|"
    r"(?:told|tells?) (?:me|us|him|her|them)|told|tells|to me|for me|(?:call|calls|called)(?= (?:it|this|that)\b))"
)
_OPINION = re.compile(
    rf"\b{_OPINES},? (?:that )?(?:(?:it|this|that|he|she|they|there)(?: (?:is|was|are|were|looks? like|must be|has to be)|'s|'re)? )?(?:(?:only|just|really|actually|clearly|definitely|like|more) )*(?P<thing>[a-z][a-z' -]*?)(?= (?:but|and|while|so|because|or)\b| *[,.;!?]| *$)",
    re.IGNORECASE,
)
# "One says three" counts nothing by "one".
_NUMBER = re.compile(
    rf"\b(?:{'|'.join(sorted(set(NUMBERS) - {'one'}))}|\d+|(?:(?<=only )|(?<=just )|(?<=is )|(?<=says )|(?<=counted ))one)\b",
    re.IGNORECASE,
)
_COUNT_OF = re.compile(
    rf"{_NUMBER.pattern} (?:(?!(?:and|or|but)\b)[a-z]+ ){{0,2}}?(?P<noun>[a-z]+s|people|men|women|children)\b",
    re.IGNORECASE,
)
# "He was scratching his head"
_CLAIM = re.compile(
    rf"\b{_OPINES},? (?:that )?(?P<claim>[a-z][^,.;!?]*?)(?= (?:but|and|while|so|because) (?:i|my|he|she|we|they|the|now)\b| *[,.;!?]| *$)",
    re.IGNORECASE,
)
_MAX_WORDS = 4


def with_decision(text: str) -> str:
    """Replace "who is right?" by the question that decides between two opinions before it.

    "He said a seal, but I think it is a dog. Who is right?" asks "is it a seal or a dog?"; "she counts two people and I count
    three, who is right?" asks "how many people are there?". Other texts are returned unchanged.
    """
    match = _WHO_IS_RIGHT.search(text)
    if match is None:
        return text
    claims = text[: match.start()]
    question, mark, link = claims.rpartition("?")
    if mark and " or " in question and link.strip(" ,").lower() in ("", "so", "and", "and so"):
        # "Is it a seal or a dog? So who is right?"
        return f"{question}?{text[match.end() :].lstrip(' ?.!')}".rstrip()
    question = _decision(claims)
    return f"{claims}{question}{text[match.end() :]}" if question else text


def _decision(claims: str) -> str:
    """Return the question that decides between two opinions, without a mark; or ""."""
    count = _COUNT_OF.search(claims)
    if count is not None and len(set(map(str.lower, _NUMBER.findall(claims)))) > 1:
        noun = "scenes" if count["noun"].rstrip("s") in SHOT_WORDS else count["noun"]
        return f"how many {noun} are there"
    things = [match["thing"].strip() for match in _OPINION.finditer(claims)]
    things = [thing for thing in things if not _is_clause(thing)]
    first, second, *_ = [*things[-2:], "", ""]
    if second and first != second:
        return f"is it {_option(first)} or {_option(second)}"
    statements = [match["claim"] for match in _CLAIM.finditer(claims)][-2:]
    questions = [as_question(one).rstrip("?") for one in statements if is_claim(one)]
    return " or ".join(questions) if len(questions) > 1 else ""


def _is_clause(thing: str) -> bool:
    """Whether the words of an opinion are no name of a thing or a property."""
    words = thing.lower().split()
    is_long = len(words) > _MAX_WORDS or is_claim(thing)
    return is_long or words[0] in PRONOUNS | {"i", "you", "we", "so", "me"}


def _option(thing: str) -> str:
    """Return a thing with its article: "seal" -> "a seal"; a property is unchanged."""
    last = thing.lower().split()[-1]
    is_property = is_adjective(last) or last in COLOURS or is_doing(thing.split()[0])
    return thing if has_determiner(thing) or is_property else with_article_if_countable(thing)


def confirmation_of_last(match: re.Match[str]) -> str:
    """Return "there is a man. does he jump?" for "there is a man and I think he jumps, is that so?"."""
    *before, claim = _BEFORE_OPINION.split(_EXAMPLE.sub("", match["claim"]), maxsplit=1)
    question = confirmation_question(claim, "")
    return " ".join([*(f"{one}." for one in before), question]) if question else match[0]


# "He had a name on his back I think, garcia or something like that"
_EXAMPLE = re.compile(
    r"(?:,? i (?:think|believe|guess))?,? [a-z0-9 ]+ or something(?: like (?:that|it))?$|,? i (?:think|believe|guess)$",
    re.IGNORECASE,
)
_BEFORE_OPINION = re.compile(
    r",? (?:and|but|so) (?=i (?:think|believe|guess|suppose)\b)", re.IGNORECASE
)


def confirmation_question(claim: str, text: str) -> str:
    """Return a claim as a yes/no question; the whole text if the claim has no form that is known."""
    claim = _MIGHT_BE.sub(r"\1 is", _CONTRACTION.sub(_in_full, claim))
    question = as_question(claim)
    return text if question == claim else question


def _in_full(match: re.Match[str]) -> str:
    """Return "it is" or "they are" for a contraction."""
    return f"{match[1]} {'are' if match[2].lower() == 're' else 'is'}"


# "There might be a fox behind the tree, can you check?"
_MIGHT_BE = re.compile(
    r"\b(he|she|it|that|this|there) (?:might|may|must|could) be\b", re.IGNORECASE
)
_CONTRACTION = re.compile(r"\b(he|she|it|that|there|they|these|those)'(s|re)\b", re.IGNORECASE)

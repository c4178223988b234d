"""Numbers that a question suggests: "are there at least two dogs?", "only one?"."""

from __future__ import annotations

import re

from vqa.english import NUMBERS, PREPOSITIONS, is_doing, plural_of, singular_of
from vqa.questions.nouns.mentions import ends_phrase

_BOUNDS = r"(?P<bound>(?:no|not) (?:more|fewer|less) than|more than|over|at least|(?:less|fewer) than|under|at most|up to|only|just|exactly)"
_NUMBER = rf"(?P<number>\d+|{'|'.join(NUMBERS)}|a single|a couple of|several|multiple|a few)"
_ADVERBS = r"(?:(?:not|so|and|but|then|always|really|actually|even|now|the|all|any|only|just) )*"
# "Are there three?", "but I see three"
_CLAIMS = (
    r"(?!(?:is|was) there one$|there (?:is|was) one$)(?:(?:but|hm+|well|and|so)\b,? )*(?:i (?:think|thought|believe) )?"
    r"(?:(?:(?:is|are|was|were)(?:n't)? (?:there|it|they|that)|there (?:is|are|were)|(?:it|they) (?:is|are)|i (?:can )?(?:see|saw|count|counted)) )?"
)
# "Only one?", "always three?", "just the two?", "at least 3"
_NUMBER_ALONE = re.compile(
    rf"^{_CLAIMS}{_ADVERBS}(?:{_BOUNDS} )?{_ADVERBS}(?:{_NUMBER}|many)"
    r"(?: of (?:them|those|these)| or (?:more|several|many))?(?:,? (?:no|right|i think))?$"
)
# "Are there at least two dogs in the box?", "can you see three people?"
_SUGGESTS = re.compile(
    r"^(?:(?:is|are|was|were)(?:n't)? there|(?:do|does|did|can|could)(?:n't)? (?:you|we|i|u) see) "
    rf"{_ADVERBS}(?:{_BOUNDS} )?{_ADVERBS}{_NUMBER} "
    r"(?P<thing>(?!(?:of|or|and|in|on|at|to|under|behind|near|more|less|other|another|left|with|who|that|[a-z]+ing)\b)[a-z-]+)(?P<rest>(?!.*\b(?:or|and)\b).*?)[?.! ]*$",
    re.IGNORECASE,
)
_MANY = 999
# "At least two", "only the two"
_MAX_FRAGMENT_WORDS = 3


def is_number_alone(text: str) -> bool:
    """Whether a message is a number, with or without an adverb: "three", "only one?"."""
    return _NUMBER_ALONE.match(text.lower().strip(" ?.!,")) is not None


def number_range(text: str) -> tuple[int, int] | None:
    """Return the smallest and the largest number that a question suggests: "at least 3" -> (3, 999).

    (2, 2) for "only two?" and "are there two dogs?", (3, 999) for "several". None for any other text.
    """
    text = text.lower().strip(" ?.!,")
    match = _SUGGESTS.match(text) or _NUMBER_ALONE.match(text)
    word = "" if match is None else match["number"] or ""
    if word in _SEVERAL:
        return _SEVERAL[word], _MANY
    number = int(word) if word.isdigit() else {**NUMBERS, **_PHRASES}.get(word)
    if match is None or number is None or " or " in text:
        return None
    match (match["bound"] or "").split():
        case ["more", "than"] | ["over"]:
            return number + 1, _MANY
        case ["at", "least"] | ["no" | "not", "fewer" | "less", "than"]:
            return number, _MANY
        case ["less" | "fewer", "than"] | ["under"]:
            return 0, number - 1
        case ["at", "most"] | ["up", "to"] | ["no" | "not", "more", "than"]:
            return 0, number
    return number, number


_PHRASES = {"a single": 1, "a couple of": 2}
_SEVERAL = {"multiple": 2, "a few": 2, "several": 3}


def states_number(text: str, number: str) -> bool:
    """Whether a text states a number and asks nothing: "I think it's two" and "two"."""
    value = NUMBERS.get(number.lower().strip(" ."))
    is_same = value is not None and number_range(text) == (value, value)
    return is_same and "?" not in text and len(text.split()) > _MAX_FRAGMENT_WORDS


def count_question(text: str) -> str:
    """Return the question for a number behind a suggested one; any other text is returned unchanged.

    "Are there at least two dogs in the box?" -> "how many dogs in the box are there?".
    """
    match = _SUGGESTS.match(text)
    if match is None:
        return text
    words = f"{match['thing']}{match['rest']}".split()
    end = next(
        (n for n, word in enumerate(words) if n and (ends_phrase(word) or is_doing(word))),
        len(words),
    )
    noun, rest = words[:end], words[end:]
    if noun[-1].lower() == "left" or match["thing"].lower() in _TIMES:
        # "Is there one dog left?"
        return text
    noun[-1] = plural_of(singular_of(noun[-1]))
    is_place = rest and (rest[0].lower() in PREPOSITIONS or is_doing(rest[0]))
    where = f"are {' '.join(rest)}" if is_place else f"{' '.join([*rest, ''])}are there"
    return f"how many {' '.join(noun)} {where.removeprefix('there ')}?"


_TIMES = frozenset("second seconds sec secs minute minutes more".split())

"""Answer options that a question offers: "dog" and "cat" in "is it a dog or a cat?"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from vqa.english import (
    COLOURS,
    NUMBERS,
    is_doing,
    singular_of,
    with_article,
    without_article,
)
from vqa.questions.clause_options import PARTICLES, is_inclusive, statements_of
from vqa.questions.entities import thing_asked_for, without_visibility_words
from vqa.questions.normalize import plainly
from vqa.questions.noun_replacement import CONTRASTS
from vqa.questions.spelling import is_verb
from vqa.questions.statements import PRONOUNS

_WH = re.compile(r"^(?:wh\w+|how|describe)\b")
# "Is it a cat or is it a dog?"
_AGAIN = (
    r"(?:(?:is|are|was|were|does|do|did|has|have) (?:it|he|she|they|this|that|there|the \w+)|"
    r"(?:it|he|she|they|this|that|there) (?:is|are|was|were)) "
)
_ASKED_AGAIN = re.compile(rf"^{_AGAIN}")
_REPEATED = re.compile(rf",?( or ){_AGAIN}", re.IGNORECASE)
_CLEFT = re.compile(
    r"^(?P<offer>(?:is|are|was|were) (?:it|there|that) (?:(?:an?|the) )?[a-z]+ or (?:(?:an?|the) )?[a-z]+) (?:who|that|[a-z]+ing)\b.*$"
)
# "Or just a couple of photos?"
_BETWEEN = re.compile(r",? or (?:(?:just|simply|rather|maybe|perhaps|really) )*|, ")
_ONE_WORD = {"black and white": "black-and-white"}
_ARTICLES = frozenset({"a", "an", "the", "some"})
_PLACES = frozenset("at behind beside by in inside near next on outside under".split())
_OPPOSITES = (
    ("left", "right"), ("before", "after"), ("inside", "outside"), ("in front of", "behind"), ("above", "below"),
    ("over", "under"), ("on", "off"), ("up", "down"), ("in", "out"), ("with", "without"), ("first", "last"),
)  # fmt: skip
_NUMBER_OF = {word: word for word in NUMBERS} | {str(n): word for word, n in NUMBERS.items()}
_NO_ANSWER = _ARTICLES | frozenset(
    "all am anyone anything are be been can did do does else fewer had has have he her here him his how is it just less more my no "
    "not only other our she someone something that their them then there these they this those was we were what when where "
    "which who why you your".split()
)
_LONGEST_DOING_WORDS = 4
_MAX_WORDS = 4
_QUANTITIES = frozenset({*NUMBERS, "both", "all"})

_Words = Sequence[str]
_Options = tuple[str, str] | None
_Rule = Callable[[_Words, _Words], _Options]


def options_of(question: str) -> tuple[str, ...] | None:
    """Return the two or more options that a question offers, in lower case and without articles.

    In the order of the question: "Is it on the table or on the floor?" offers "table" and "floor".
    None if the question offers no options, or if no rule can determine where the first one begins.

    Args:
        question: one self-contained question, as typed or normalized.
    """
    return _offer_of(question)[0]


def is_certain(question: str) -> bool:
    """Whether `options_of` finds options by a rule other than the uncertain `_single_words`."""
    return _offer_of(question)[1] not in (None, _single_words)


def offers_things(question: str) -> bool:
    """Whether the options are nouns with articles, all of things whose presence can be scored.

    False without options.
    """
    options, rule = _offer_of(question)
    return rule is _things and all(
        thing_asked_for(f"Is it {with_article(option)}?") for option in options or ()
    )


def offers_clauses(question: str) -> bool:
    """Whether the options are clauses: "is the camera fixed or does it move?"; see `options_of`."""
    return _offer_of(question)[1] is _clauses


def without_repeated_clause(question: str) -> str:
    """Return "is she cooking or cleaning" for "is she cooking or is she cleaning".

    A question that offers two clauses, and one without options, is returned unchanged.
    """
    return question if offers_clauses(question) else _REPEATED.sub(r"\1", question)


_LIST = re.compile(
    r"^(?:(?:which|what)(?: one)?(?: of)? (?:these|those|the following|them|do you see|can you see|can be seen|is it|is shown|of the following)[^:,]*[:,] ?|"
    r"(?:choose|pick|select)(?: one)?[^:]*: ?|(?=a\) ))(?P<items>.+)$",
    re.IGNORECASE,
)
_BULLET = re.compile(r"\b[a-e1-5]\) ?", re.IGNORECASE)
_MIN_ITEMS = 2


def list_options(question: str) -> tuple[str, ...] | None:
    """Return the options of a list: "which of these is in it: a train, a dog, a plane?".

    In order, in lower case, singular and without articles. None for a question of another form, and
    unless it lists two or more options, all different.

    Args:
        question: the question, in upper or lower case; it is not normalized here.
    """
    match = _LIST.match(question.strip(" ?.!"))
    if match is None:
        return None
    items = re.split(r",? or |, ?|; ?", _BULLET.sub(", ", match["items"]).strip(" ,"))
    options = tuple(
        singular_of(without_article(without_visibility_words(item.strip(" ?.!,")).lower()))
        for item in items
        if item.strip(" ,")
    )
    return options if len(options) >= _MIN_ITEMS and len(set(options)) == len(options) else None


# Options alone, without a sentence: "walking or running?", "a cat or a dog?".
_FRAGMENT = re.compile(
    r"^(?P<article>an? )?(?P<first>(?!(?:is|are|was|were|does|do|did|has|have|can|could|will|wh\w+|how|tell|show)\b)"
    r"[a-z-]+(?: [a-z-]+)?) or (?:an? )?(?P<second>[a-z-]+(?: [a-z-]+)?)$"
)


def _offer_of(question: str) -> tuple[tuple[str, ...] | None, _Rule | None]:
    """Return the options of a question and the rule that found them; both None without options."""
    text = plainly(question).lower().rstrip("?.! ")
    if " or " not in text:
        return None, None
    statements = _clauses(*(part.strip(" ,").split() for part in text.split(" or ", 1)))
    if statements is not None:
        return statements, _clauses
    if is_inclusive(text):
        return None, None
    fragment = _FRAGMENT.match(text)
    if fragment is not None:
        kind: _Rule = _things if fragment["article"] else _single_words
        return (fragment["first"], fragment["second"]), kind
    for apart, together in _ONE_WORD.items():
        text = text.replace(apart, together)
    if _CLEFT.match(text):
        # "Is it men or women who play?"
        text = _CLEFT.sub(r"\g<offer>", text)
    parts = _BETWEEN.split(text)
    if _WH.match(text):
        # "What color is it, red or blue?"
        stem, *parts = parts
        if not text.startswith(f"{stem},"):
            return None, None
    first, *others = (without_visibility_words(_ASKED_AGAIN.sub("", part) if place else part).split() for place, part in enumerate(parts))  # fmt: skip
    if not first or not others or not all(others):
        return None, None
    for rule in _RULES:
        pairs = [rule(first, other) for other in others]
        options = _together([pair for pair in pairs if pair is not None])
        if None not in pairs and options is not None:
            return options, rule
    return None, None


def _together(pairs: Sequence[tuple[str, str]]) -> tuple[str, ...] | None:
    """Merge pairs that share their first option into one tuple, the shared option first.

    None if the first options differ or an option occurs twice.
    """
    first_options = {first for first, _ in pairs}
    if len(first_options) != 1:
        return None
    options = (*first_options, *(second for _, second in pairs))
    if len(set(options)) < len(options):
        return None
    return tuple(option.replace("-and-", " and ") for option in options)


# Each rule below gets the words before "or" (`first_part`) and after it (`second_part`), in lower
# case and not empty, and returns the options that they offer; None if the rule does not apply.
def _clauses(first_part: _Words, second_part: _Words) -> _Options:
    """Match two clauses: "is it fixed or does it move" gives "it is fixed" and "it moves"."""
    return statements_of(" ".join(first_part), " ".join(second_part))


def _opposites(first_part: _Words, second_part: _Words) -> _Options:
    """Match opposites beside "or": "on the left or on the right of the car"; else None."""
    while len(second_part) > 1 and second_part[0] in _ARTICLES | {"on", "to", "at", "from"}:
        second_part = second_part[1:]
    for pair in _OPPOSITES:
        for first, second in (pair, pair[::-1]):
            is_order = {first, second} == {"before", "after"} and first in first_part
            if (_ends(first_part, first) or is_order) and _begins(second_part, second):
                return first, second
    return None


def _numbers(first_part: _Words, second_part: _Words) -> _Options:
    """Match two numbers: "two or three dogs", "2 dogs or three"; else None.

    The options are number words, such as "two".
    """
    numbers = [_NUMBER_OF[word] for word in first_part[-2:] if word in _NUMBER_OF]
    return (
        (numbers[-1], _NUMBER_OF[second_part[0]])
        if numbers and second_part[0] in _NUMBER_OF
        else None
    )


def _quantities(first_part: _Words, second_part: _Words) -> _Options:
    """Match phrases with a number or "both": "both feet together or one foot"; else None.

    Each has at most four words.
    """
    first_place = _last(first_part, _QUANTITIES.__contains__)
    if first_place is None or second_part[0] not in _QUANTITIES or len(second_part) > _MAX_WORDS:
        return None
    first = first_part[first_place:]
    return (" ".join(first), " ".join(second_part)) if len(first) <= _MAX_WORDS else None


def _likenesses(first_part: _Words, second_part: _Words) -> _Options:
    """Match what something looks like: "does it look like a dog or real wolves"; else None."""
    first_place = _last(first_part, "like".__eq__)
    if first_place in (None, len(first_part) - 1) or len(second_part) > _MAX_WORDS + 1:
        return None
    first = without_article(" ".join(first_part[first_place + 1 :]))
    return first, without_article(" ".join(second_part))


def _subjects(first_part: _Words, second_part: _Words) -> _Options:
    """Match two subjects of one verb: "is the camera moving or the man"; else None.

    The first one has one word, and no noun with an article follows the verb, as in "is the man
    holding the ball or the rope".
    """
    _, *first = first_part
    is_verb_alone = first[:1] == ["the"] and len(first) > 2 and not _ARTICLES & set(first[1:])
    is_subject = len(second_part) == 2 and second_part[0] == "the"
    if not (is_verb_alone and is_subject and (is_doing(first[2]) or is_verb(first[2]))):
        return None
    return first[1], second_part[1]


def _colours(first_part: _Words, second_part: _Words) -> _Options:
    """Match colors: "a red or blue shirt", "black or brown and white"; else None."""
    if first_part[-1] not in COLOURS or second_part[0] not in COLOURS:
        return None
    return first_part[-1], " ".join(second_part[:3]) if second_part[1:2] == [
        "and"
    ] else second_part[0]


def _things(first_part: _Words, second_part: _Words) -> _Options:
    """Match nouns with articles, the second up to a preposition: "a dog or a cat on the floor".

    The options have no articles; None unless both nouns have one.
    """
    first_place = _last(first_part, _ARTICLES.__contains__)
    if first_place is None or second_part[0] not in _ARTICLES:
        return None
    right_end = next(
        (place for place, word in enumerate(second_part) if word in _PLACES), len(second_part)
    )
    first, second = (
        " ".join(words[1:]) for words in (first_part[first_place:], second_part[:right_end])
    )
    return (first, second) if first and second else None


def _places(first_part: _Words, second_part: _Words) -> _Options:
    """Match phrases with prepositions: "on the table or on the floor" gives "table" and "floor".

    With the same noun twice, the prepositions are kept: "on the table" and "under the table".
    """
    first_place = _last(first_part, _PLACES.__contains__)
    if first_place is None or second_part[0] not in _PLACES or len(second_part) < 2:
        return None
    if first_place == len(first_part) - 1:
        # "Is she inside or in the garden?"
        return first_part[-1], without_article(" ".join(second_part[1:]))
    first, second = (
        without_article(" ".join(words[1:])) for words in (first_part[first_place:], second_part)
    )
    is_other_place = first != second and second_part[-1] not in PRONOUNS
    return (
        (first, second)
        if is_other_place and "next" not in (first_part[first_place], second_part[0])
        else (" ".join(first_part[first_place:]), " ".join(second_part))
    )


def _doings(first_part: _Words, second_part: _Words) -> _Options:
    """Match phrases that begin with a verb in -ing, "riding a horse or walking"; else None.

    The second phrase has at most four words.
    """
    first_place = _last(first_part, is_doing)
    if (
        first_place is None
        or not is_doing(second_part[0])
        or len(second_part) > _LONGEST_DOING_WORDS
    ):
        return None
    return " ".join(first_part[first_place:]), " ".join(second_part)


def _verbs(first_part: _Words, second_part: _Words) -> _Options:
    """Match verb phrases after "do": "does the car park in a space or just drive past"; else None.

    The first one begins at the first verb after a pronoun, or after an article and a noun.
    """
    if first_part[0] not in ("do", "does", "did") or len(second_part) > _LONGEST_DOING_WORDS:
        return None
    second = [word for word in second_part if word not in ("just", "only", "simply", "rather")]
    start = 2 if first_part[1:2] and first_part[1] in PRONOUNS else 3
    is_alone = len(first_part) == start + 1
    first_place = next(
        (n for n in range(start, len(first_part)) if is_alone or is_verb(first_part[n])), None
    )
    if (
        first_place is None
        or not second
        or not (is_verb(second[0]) or set(second[1:2]) & PARTICLES)
    ):
        return None
    return " ".join(first_part[first_place:]), " ".join(second)


def _company(first_part: _Words, second_part: _Words) -> _Options:
    """Match "alone" or "together" and a phrase with "with": "alone or with friends"; else None."""
    is_company = (
        first_part[-1] in ("alone", "together")
        and second_part[0] == "with"
        and len(second_part) > 1
    )
    return (first_part[-1], " ".join(second_part)) if is_company else None


def _phrases(first_part: _Words, second_part: _Words) -> _Options:
    """Match "from above or from the ground", both with the same preposition; else None.

    So are "facing the camera or away", and "all the time or only at the start".
    """
    span = next((span for span in _SPANS if _ends(first_part, span)), "")
    if span:
        return span, " ".join(second_part)
    if second_part[0] == "away":
        doing, toward = (_last(first_part, opens) for opens in (is_doing, _TOWARDS.__contains__))
        start = toward if doing is None else doing
        first = "" if start is None else " ".join(first_part[start:])
        return (first, " ".join(second_part)) if first else None
    first_place = _last(first_part, _SOURCES.__contains__)
    if first_place is None or len(second_part) < 2 or second_part[0] != first_part[first_place]:
        return None
    first, second = " ".join(first_part[first_place:]), " ".join(second_part)
    return (first, second) if first != second and len(first_part) > first_place + 1 else None


def _persons(first_part: _Words, second_part: _Words) -> _Options:
    """Match "herself or somebody else" and the like; else None."""
    is_other = len(second_part) == 2 and second_part[1] == "else"
    return (first_part[-1], " ".join(second_part)) if is_other and first_part else None


def _adjectives(first_part: _Words, second_part: _Words) -> _Options:
    """Match two adjectives of which the first has a noun, "a wide grip or narrow"; else None."""
    if len(second_part) != 1 or len(first_part) < 2:
        return None
    first, second = first_part[-2], second_part[0]
    is_offer = any({first, second} <= group for group in _CONTRASTING)
    return (first, second) if is_offer and first != second else None


_SOURCES = frozenset("from with".split())
_TOWARDS = frozenset("to toward towards at into".split())
_SPANS = ("all the time", "the whole time", "the entire time", "always")
_CONTRASTING = (
    *CONTRASTS,
    *(
        frozenset(pair.split("/"))
        for pair in "wide/narrow light/dark high/low open/closed full/empty new/old thick/thin wet/dry clean/dirty fast/slow hot/cold soft/hard straight/bent real/fake".split()
    ),
)


def _single_words(first_part: _Words, second_part: _Words) -> _Options:
    """Match single words beside "or": "tall or short", "black and white or in color"; else None."""
    second_part = second_part[1:] if second_part[0] == "in" else second_part
    if len(second_part) != 1 or {first_part[-1], second_part[0]} & _NO_ANSWER:
        return None
    return first_part[-1], second_part[0]


_RULES: tuple[_Rule, ...] = (
    _opposites, _numbers, _quantities, _colours, _likenesses, _subjects, _things, _places, _doings, _verbs, _company, _phrases, _persons, _adjectives, _single_words,
)  # fmt: skip


def _last(words: _Words, opens: Callable[[str], bool]) -> int | None:
    """Return the index of the last word for which `opens` is true; None if there is none."""
    return next((place for place in reversed(range(len(words))) if opens(words[place])), None)


def _ends(words: _Words, phrase: str) -> bool:
    """Whether the last words are those of a phrase."""
    return f" {' '.join(words)}".endswith(f" {phrase}")


def _begins(words: _Words, phrase: str) -> bool:
    """Whether the first words are those of a phrase."""
    return f"{' '.join(words)} ".startswith(f"{phrase} ")

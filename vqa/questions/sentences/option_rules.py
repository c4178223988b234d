"""Rules that extract the two options beside "or": colors, numbers, places, verbs, clauses."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vqa.english import (
    ARTICLES,
    COLOURS,
    DETERMINERS,
    NUMBERS,
    PREPOSITIONS,
    is_doing,
    without_article,
)
from vqa.questions.normalization.statements import PRONOUNS, split_subject
from vqa.questions.sentences.clause_options import PARTICLES, statements_of
from vqa.questions.words.living_nouns import is_person
from vqa.questions.words.spelling import is_past_participle, is_verb

# Groups of words of which one replaces another: "the left hand", "and the right?".
CONTRASTS: tuple[frozenset[str], ...] = (
    COLOURS,
    frozenset("left right middle center".split()),
    frozenset("first second third fourth fifth last next other previous".split()),
    frozenset("front back".split()),
    frozenset("upper lower top bottom".split()),
    frozenset("big bigger small smaller large little".split()),
    frozenset("near far".split()),
    frozenset("male female".split()),
    frozenset("old young older younger".split()),
    frozenset("tall short taller shorter long longer".split()),
)
CONTRAST_WORDS = frozenset().union(*CONTRASTS)
_PLACES = frozenset("at behind beside by in inside near next on outside under".split())
_OPPOSITES = (
    ("left", "right"), ("before", "after"), ("inside", "outside"), ("in front of", "behind"), ("above", "below"),
    ("over", "under"), ("on", "off"), ("up", "down"), ("in", "out"), ("with", "without"), ("first", "last"),
)  # fmt: skip
_NUMBER_OF = {word: word for word in NUMBERS} | {str(n): word for word, n in NUMBERS.items()}
_NO_ANSWER = ARTICLES | frozenset(
    "all am anyone anything are be been can did do does else fewer had has have he her here him his how is it just less more my no "
    "not only other our she someone something that their them then there these they this those was we were what when where "
    "which who why you your".split()
)
_MAX_PARTICIPLE_WORDS = 8
_MAX_WORDS = 4
_ADVERBS = frozenset("just only simply rather really actually maybe more".split())
_QUANTITIES = frozenset({*NUMBERS, "both", "all"})
_SHADES = frozenset("dark light bright pale".split())

_Words = Sequence[str]
_Options = tuple[str, str] | None
Rule = Callable[[_Words, _Words], _Options]


# Each rule below gets the words before "or" (`first_part`) and after it (`second_part`), in lower
# case and not empty, and returns the options that they offer; None if the rule does not apply.
def match_clauses(first_part: _Words, second_part: _Words) -> _Options:
    """Match two clauses: "is it fixed or does it move" -> "it is fixed", "it moves"; else None."""
    return statements_of(" ".join(first_part), " ".join(second_part))


def _match_opposites(first_part: _Words, second_part: _Words) -> _Options:
    """Match opposites: "on the left or on the right of the car" -> "left", "right"; else None."""
    while len(second_part) > 1 and second_part[0] in ARTICLES | {"one", "on", "to", "at", "from"}:
        second_part = second_part[1:]
    for pair in _OPPOSITES:
        for first, second in (pair, pair[::-1]):
            is_order = {first, second} == {"before", "after"} and first in first_part
            # "The left side of it or the right"
            is_side = f" {first} side " in f" {' '.join(first_part)} "
            if (_ends(first_part, first) or is_order or is_side) and _begins(second_part, second):
                return first, second
    return None


def _match_numbers(first_part: _Words, second_part: _Words) -> _Options:
    """Match two numbers: "2 dogs or three" -> "two", "three", always as words; else None."""
    numbers = [_NUMBER_OF[word] for word in first_part[-2:] if word in _NUMBER_OF]
    return (
        (numbers[-1], _NUMBER_OF[second_part[0]])
        if numbers and second_part[0] in _NUMBER_OF
        else None
    )


def _match_quantities(first_part: _Words, second_part: _Words) -> _Options:
    """Match phrases of up to four words that begin with a number, "both" or "all"; else None.

    "Are both feet together or one foot" -> "both feet together", "one foot".
    """
    first_place = _last(first_part, _QUANTITIES.__contains__)
    if first_place is None or second_part[0] not in _QUANTITIES or len(second_part) > _MAX_WORDS:
        return None
    first = first_part[first_place:]
    return (" ".join(first), " ".join(second_part)) if len(first) <= _MAX_WORDS else None


def _match_likenesses(first_part: _Words, second_part: _Words) -> _Options:
    """Match likenesses: "does it look like a dog or a wolf" -> "dog", "wolf"; else None."""
    first_place = _last(first_part, "like".__eq__)
    if first_place in (None, len(first_part) - 1) or len(second_part) > _MAX_WORDS + 1:
        return None
    first = without_article(" ".join(first_part[first_place + 1 :]))
    return first, without_article(" ".join(second_part))


def _match_subjects(first_part: _Words, second_part: _Words) -> _Options:
    """Match subjects of one verb: "is the camera moving or the man" -> "camera", "man"; else None.

    The verb may also follow both: "does the man or the woman drive". The first subject has one
    word. A noun with an article after the verb is an object: "is the man holding the ball or the
    rope" is not matched.
    """
    _, *first = first_part
    are_side_by_side = len(first) == 2 and first[0] == "the" and len(second_part) > 2
    if are_side_by_side and second_part[0] == "the":
        doing = second_part[2]
        acts = is_verb(doing) if first_part[0] in ("do", "does", "did") else is_doing(doing)
        return (first[1], second_part[1]) if acts else None
    is_verb_alone = first[:1] == ["the"] and len(first) > 2 and not ARTICLES & set(first[1:])
    is_subject = len(second_part) == 2 and second_part[0] == "the"
    if not (is_verb_alone and is_subject and (is_doing(first[2]) or is_verb(first[2]))):
        return None
    return first[1], second_part[1]


def _match_colors(first_part: _Words, second_part: _Words) -> _Options:
    """Match colors: "a black or brown and white dog" -> "black", "brown and white"; else None.

    "Dark", "light" and "bright" belong to a color: "black or dark grey" -> "black", "dark grey".
    """
    shade = second_part[0] if second_part[0] in _SHADES else ""
    second_part = second_part[bool(shade) :]
    if first_part[-1] not in COLOURS or not second_part or second_part[0] not in COLOURS:
        return None
    second = second_part[: 3 if second_part[1:2] == ["and"] else 1]
    first = first_part[-2:] if set(first_part[-2:-1]) & _SHADES else first_part[-1:]
    return " ".join(first), " ".join(filter(None, (shade, *second)))


def _match_same_noun(first_part: _Words, second_part: _Words) -> _Options:
    """Match two adjectives before a noun and "one": "dark clothes or light ones"; else None.

    Both options have the noun: "dark clothes", "light clothes".
    """
    adjective, noun = second_part[0], second_part[-1]
    first = first_part[-2:]
    if len(second_part) != len(first) or noun not in ("one", "ones"):
        return None
    return None if set(first) & _NO_ANSWER else (" ".join(first), f"{adjective} {first[-1]}")


def match_things(first_part: _Words, second_part: _Words) -> _Options:
    """Match nouns with articles: "a dog or a cat on the floor" -> "dog", "cat"; else None.

    The second noun ends before a preposition. Both nouns need an article, which the options leave
    out; instead, the second may have "some" or its owner, "a shop or just somebody's house". If the
    only article before "or" belongs to the subject, the first option is the predicate: "is the
    train real or a model" -> "real", "model"; None after "do".
    """
    first_place = _last(first_part, ARTICLES.__contains__)
    second_part = _without_adverbs(second_part)
    has_owner = second_part[0].endswith("'s")
    if first_place is None or not (has_owner or second_part[0] in ARTICLES | {"some"}):
        return None
    right_end = next(
        (place for place, word in enumerate(second_part) if word in _PLACES), len(second_part)
    )
    first = " ".join(first_part[first_place + 1 :])
    if first_part[first_place - 1 : first_place] == ["all"]:
        # "Do we see all the words or only a part?"
        first = " ".join(first_part[first_place - 1 :])
    if first.startswith(f"{' '.join(second_part[not has_owner : right_end])} "):
        # "The one in black or the one in white"
        right_end = len(second_part)
    second = " ".join(second_part[not has_owner : right_end])
    if first_place == 1 and first_part[0] in ("do", "does", "did"):
        # "Does the girl look happy or a bit worried?"
        return None
    if first_place == 1 and first_part[0] in ("is", "are", "was", "were"):
        # "Is the train real or a model?"
        _, predicate = split_subject(" ".join(first_part[1:]), verb=first_part[0])
        first = predicate or first
    return (first, second) if first and second else None


def _match_places(first_part: _Words, second_part: _Words) -> _Options:
    """Match places: "on the table or on the floor" -> "table", "floor"; else None.

    With the same noun twice, a pronoun or "next to", the prepositions are kept: "on the table",
    "under the table". A preposition alone is an option, too: "inside or in the garden".
    """
    first_place = _last(first_part, _PLACES.__contains__)
    second_part = _without_adverbs(second_part)
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


def match_participles(first_part: _Words, second_part: _Words) -> _Options:
    """Match phrases that begin with a verb in -ing: "riding a horse", "walking"; else None.

    The first phrase begins at the last such verb; the second phrase has at most eight words.
    """
    second_part = _without_adverbs(second_part)
    first_place = _last(first_part, is_doing)
    if (
        first_place is None
        or not is_doing(second_part[0])
        or len(second_part) > _MAX_PARTICIPLE_WORDS
    ):
        return None
    return " ".join(first_part[first_place:]), " ".join(second_part)


def match_verbs(first_part: _Words, second_part: _Words) -> _Options:
    """Match verbs after "do": "does the car park or just drive past" -> "park", "drive past".

    The first phrase begins at the first verb after a pronoun, or after an article and a noun. The
    second one begins with a verb, or a word before a particle, and loses adverbs such as "just"; of
    more than four words, those from a preposition of place on are left out. None for other texts,
    and if it still has more than eight words.
    """
    if first_part[0] not in ("do", "does", "did"):
        return None
    if len(second_part) > _MAX_WORDS:
        # "Touch each other or stay apart in the highest position"
        place = next((n for n in range(1, len(second_part)) if second_part[n] in _PLACES), None)
        second_part = second_part[:place]
    if not 0 < len(second_part) <= _MAX_PARTICIPLE_WORDS:
        return None
    second = [word for word in second_part if word not in _ADVERBS]
    is_pronoun = bool(set(first_part[1:2]) & PRONOUNS)
    start = 2 if is_pronoun else 3
    verbs = [n for n in range(start, len(first_part)) if first_part[n] not in _ADVERBS]
    is_certain = is_pronoun or len(first_part) == start + 1
    # "Does the young man step back?"
    ends = (n for n in verbs if set(first_part[n + 1 : n + 2]) & PARTICLES)
    acts = (
        n for n in verbs if is_certain or (is_verb(first_part[n]) and not is_person(first_part[n]))
    )
    first_place = min((*acts, *ends), default=None)
    if (
        first_place is None
        or not second
        or not (is_verb(second[0]) or set(second[1:2]) & PARTICLES)
    ):
        return None
    return " ".join(first_part[first_place:]), " ".join(second)


def _match_phrases(first_part: _Words, second_part: _Words) -> _Options:
    """Match phrases of one preposition: "from above or from the ground"; else None.

    A direction and "away" also match, "facing the camera or away", and "all the time" or "always"
    with any other time, "all the time or only at the start".
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
    if first_place is None or len(second_part) < 2:
        return None
    if first_part[first_place - 1 : first_place] == ["away"]:
        first_place -= 1
    are_opposite = {first_part[first_place], second_part[0]} <= _WAYS
    if not are_opposite and second_part[0] != first_part[first_place]:
        return None
    first, second = " ".join(first_part[first_place:]), " ".join(second_part)
    return (first, second) if first != second and len(first_part) > first_place + 1 else None


def _match_persons(first_part: _Words, second_part: _Words) -> _Options:
    """Match the second with "else": "herself or somebody else", "at me or somewhere else"; or None."""
    place = _last(first_part, _TOWARDS.__contains__)
    if list(second_part) == ["else"] and place is not None:
        # "At each other or somewhere else", without "somewhere"
        return " ".join(first_part[place:]), "somewhere else"
    is_other = len(second_part) == 2 and second_part[1] == "else"
    return (first_part[-1], " ".join(second_part)) if is_other and first_part else None


def _match_adjectives(first_part: _Words, second_part: _Words) -> _Options:
    """Match contrasting adjectives: "a wide grip or narrow" -> "wide", "narrow"; else None."""
    if len(second_part) != 1 or len(first_part) < 2:
        return None
    first, second = first_part[-2], second_part[0]
    is_offer = any({first, second} <= group for group in _CONTRASTING)
    return (first, second) if is_offer and first != second else None


def match_predicates(first_part: _Words, second_part: _Words) -> _Options:
    """Match what is said of the subject after "be": "sailing or tied up" -> "sailing", "tied up".

    The second one begins with a participle, a preposition or an article, or the first one has none
    of these: "black or dark blue", but not "holding a cup or glass". Of nouns behind a noun whose
    end is unclear, the first option has as many words as the second, at least two: "is the dessert
    chocolate cake or ice cream". Else None, and for clauses and more than eight words.
    """
    second = _without_adverbs(second_part)
    if second[0] == "in" and len(second) == len(("in", "color")):
        second = second[1:]
    if first_part[0] not in _BE or len(second) > _MAX_PARTICIPLE_WORDS:
        return None
    if not set(first_part[1:2]) & (DETERMINERS | PRONOUNS):
        # "Are there more dogs", without "there"
        return None
    subject, predicate = split_subject(" ".join(first_part[1:]), verb=first_part[0])
    first = predicate.split()
    if not first or second[0] in _NO_ANSWER - ARTICLES or set(first + list(second)) <= ARTICLES:
        return None
    if not opens_predicate(second[0]) and any(map(opens_predicate, first)):
        return None
    is_certain = subject in PRONOUNS or opens_predicate(first[0]) or len(first) == 1
    if not is_certain:
        # "Is the dessert chocolate cake or ice cream?"
        first = first[-len(second) :] if len(second) > 1 else []
    options = without_article(" ".join(first)), without_article(" ".join(second))
    return options if all(options) and options[0] != options[1] else None


def opens_predicate(word: str) -> bool:
    """Whether a word is a participle, a preposition or an article."""
    return is_doing(word) or is_past_participle(word) or word in PREPOSITIONS | ARTICLES


def _without_adverbs(words: _Words) -> _Words:
    """Leave out adverbs such as "just" before the other words of an option; one word is left."""
    first = next((n for n, word in enumerate(words) if word not in _ADVERBS), len(words) - 1)
    return words[first:]


_BE = frozenset("is are was were".split())
_SOURCES = frozenset("from with towards toward away for".split())
# "Is she walking away from us or towards us?"
_WAYS = frozenset("away towards toward".split())
_TOWARDS = frozenset("to toward towards at into".split())
_SPANS = ("all the time", "the whole time", "the entire time", "always")
_CONTRASTING = (
    *CONTRASTS,
    *(
        frozenset(pair.split("/"))
        for pair in "wide/narrow light/dark high/low open/closed full/empty new/old thick/thin wet/dry clean/dirty fast/slow hot/cold soft/hard straight/bent real/fake".split()
    ),
)


def match_single_words(first_part: _Words, second_part: _Words) -> _Options:
    """Match the two words beside "or": "is he tall or short" -> "tall", "short"; else None.

    This rule is uncertain, because it does not determine where the first option begins. "In" before
    the second word is left out: "black and white or in color". None if either word is a function
    word, such as "it", and if more than one word follows "or", apart from adverbs: "rather old".
    """
    skip = next(
        (n for n, word in enumerate(second_part) if word not in _ADVERBS - {"more"} | {"in"}), 0
    )
    second_part = second_part[skip:]
    if len(second_part) != 1 or {first_part[-1], second_part[0]} & _NO_ANSWER:
        return None
    return first_part[-1], second_part[0]


RULES: tuple[Rule, ...] = (
    _match_opposites, _match_numbers, _match_quantities, _match_colors, _match_same_noun, _match_likenesses, _match_subjects, match_things, _match_places, match_participles, match_verbs, _match_phrases, _match_persons, _match_adjectives, match_predicates, match_single_words,
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

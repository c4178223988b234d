"""Rules that extract options that are nouns: things, colors, numbers, places; see `option_rules`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vqa.english import (
    ARTICLES,
    COLOURS,
    DETERMINERS,
    FORMS_OF_BE,
    NUMBERS,
    PREPOSITIONS,
    is_doing,
    without_article,
)
from vqa.questions.normalization.subjects import PRONOUNS, split_subject
from vqa.questions.nouns.noun_phrases import POSSESSIVES
from vqa.questions.words.living_nouns import is_living
from vqa.questions.words.spelling import is_verb

PLACES = frozenset("at behind beside by in inside near next on outside under".split())
BEGIN_CLAUSE = frozenset("where when while as".split())
BEFORE_NOUN = PREPOSITIONS | {"of"}
_BEGIN_THING = ARTICLES | POSSESSIVES
_NUMBER_OF = {word: word for word in NUMBERS} | {str(n): word for word, n in NUMBERS.items()}
NO_ANSWER = ARTICLES | frozenset(
    "all am anyone anything are be been can did do does else fewer had has have he her here him his how is it just less more my no "
    "not only other our she someone something that their them then there these they this those was we were what when where "
    "which who why you your".split()
)
MAX_WORDS = 4
_MAX_OBJECT_WORDS = 3
ADVERBS = frozenset("just only simply rather really actually maybe more".split())
_QUANTITIES = frozenset({*NUMBERS, "both", "all"})
_SHADES = frozenset("dark light bright pale".split())

Words = Sequence[str]
Options = tuple[str, str] | None
Rule = Callable[[Words, Words], Options]


# Each rule gets the words before "or" (`first_part`) and after it (`second_part`), in lower case and
# not empty, and returns the options that they offer; None if the rule does not apply.
def match_numbers(first_part: Words, second_part: Words) -> Options:
    """Match two numbers: "2 dogs or three" -> "two", "three", always as words; else None."""
    numbers = [_NUMBER_OF[word] for word in first_part[-2:] if word in _NUMBER_OF]
    return (
        (numbers[-1], _NUMBER_OF[second_part[0]])
        if numbers and second_part[0] in _NUMBER_OF
        else None
    )


def match_quantities(first_part: Words, second_part: Words) -> Options:
    """Match phrases with numbers: "both feet or one foot" -> "both feet", "one foot"; else None.

    "Are both feet together or one foot" -> "both feet together", "one foot".
    """
    first_place = last_index(first_part, _QUANTITIES.__contains__)
    second_part = without_adverbs(second_part)
    if second_part[:1] == ["the"] and len(second_part) > 1:
        # "Both shoes or just the one"
        second_part = second_part[1:]
    if first_place is None or second_part[0] not in _QUANTITIES or len(second_part) > MAX_WORDS:
        return None
    first = first_part[first_place:]
    return (" ".join(first), " ".join(second_part)) if len(first) <= MAX_WORDS else None


def match_likenesses(first_part: Words, second_part: Words) -> Options:
    """Match what follows "like": "look like a dog or a wolf" -> "dog", "wolf"; else None."""
    first_place = last_index(first_part, "like".__eq__)
    if first_place in (None, len(first_part) - 1) or len(second_part) > MAX_WORDS + 1:
        return None
    first = without_article(" ".join(first_part[first_place + 1 :]))
    return first, without_article(" ".join(second_part))


def match_colors(first_part: Words, second_part: Words) -> Options:
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


def match_same_noun(first_part: Words, second_part: Words) -> Options:
    """Match "dark clothes or light ones" -> "dark clothes", "light clothes"; else None.

    Both options have the noun, "dark clothes", "light clothes", which may also stand twice.
    """
    adjective, noun = second_part[0], second_part[-1]
    first = first_part[-2:]
    if len(second_part) != len(first) or noun not in ("one", "ones", first[-1]):
        return None
    if {*first, adjective} & (NO_ANSWER | PREPOSITIONS):
        return None
    return " ".join(first), f"{adjective} {first[-1]}"


def match_things(first_part: Words, second_part: Words) -> Options:
    """Match nouns with articles: "a dog or a cat on the floor" -> "dog", "cat"; else None.

    The second noun ends before a preposition. Both nouns need an article, which the options leave
    out; instead, the second may have "some" or its owner, "a shop or just somebody's house". If the
    only article before "or" belongs to the subject, the first option is the predicate: "is the
    train real or a model" -> "real", "model"; None after "do".
    """
    second_part = without_adverbs(second_part)
    first_part = _without_place(first_part, second_part)
    first_place = last_index(first_part[:-1], _BEGIN_THING.__contains__)
    has_owner = second_part[0].endswith("'s") or second_part[0] in POSSESSIVES
    if first_place is None or not (has_owner or second_part[0] in ARTICLES):
        return None
    right_end = next(
        (place for place, word in enumerate(second_part) if word in PLACES), len(second_part)
    )
    first = " ".join(first_part[first_place + (first_part[first_place] in ARTICLES) :])
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
    if first_place == 1 and first_part[0] in FORMS_OF_BE:
        # "Is the train real or a model?"
        _, predicate = split_subject(" ".join(first_part[1:]), verb=first_part[0])
        first = predicate or first
    return (first, second) if first and second else None


def _without_place(first_part: Words, second_part: Words) -> Words:
    """Leave out the place between two indefinite nouns: "is it a boy on the left", "a girl"."""
    place = last_index(first_part, PLACES.__contains__)
    if not place or second_part[0] not in ("a", "an") or first_part[place + 1 :] == []:
        return first_part
    has_article = {"a", "an"} & {*first_part[max(0, place - 3) : place - 1]}
    # "A man in a suit or a woman", unlike "at a table or a desk"
    are_living = is_living(first_part[place - 1]) and is_living(second_part[-1])
    is_place = first_part[place + 1] not in ("a", "an") or are_living
    return first_part[:place] if has_article and is_place else first_part


def match_places(first_part: Words, second_part: Words) -> Options:
    """Match places: "on the table or on the floor" -> "table", "floor"; else None.

    With the same noun twice, a pronoun or "next to", the prepositions are kept: "on the table",
    "under the table". A preposition alone is an option, too: "inside or in the garden".
    """
    first_place = last_index(first_part, PLACES.__contains__)
    second_part = without_adverbs(second_part)
    if first_place is None or second_part[0] not in PLACES or len(second_part) < 2:
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


def match_objects(first_part: Words, second_part: Words) -> Options:
    """Match bare nouns: "wearing jeans or shorts" -> "jeans", "shorts"; else None.

    The options are "jeans" and "leather trousers": one to three words without articles, the second
    up to a place that both share, "is there grass or sand on the ground". The second may have an
    article; None if it begins like another kind of phrase.
    """
    is_do = first_part[0] in ("do", "does", "did")
    place = last_index(
        first_part, lambda word: is_doing(word) or word in BEFORE_NOUN or (is_do and is_verb(word))
    )
    if (
        place is None
        and first_part[0] in FORMS_OF_BE
        and not set(first_part) & (DETERMINERS | PRONOUNS)
    ):
        # "Is there grass", without "there"
        place = 0
    first, second = (
        [word for word in words if word not in ADVERBS - {"more"}]
        for words in (first_part[(place or 0) + 1 :], second_part)
    )
    if (
        place is None
        or not second
        or (is_do and place < 2)
        or is_doing(second[0])
        or second[0] in BEFORE_NOUN
    ):
        return None
    second = second[second[0] in ARTICLES :]
    end = next((n for n, word in enumerate(second) if word in PLACES | BEGIN_CLAUSE), None)
    second = second[:end]
    are_short = all(0 < len(words) <= _MAX_OBJECT_WORDS for words in (first, second))
    if not are_short or NO_ANSWER & {*first, *second} or first == second:
        return None
    return " ".join(first), " ".join(second)


def without_adverbs(words: Words) -> Words:
    """Leave out adverbs that begin an option, "just a dog" -> "a dog"; the last word stays."""
    first = next((n for n, word in enumerate(words) if word not in ADVERBS), len(words) - 1)
    return words[first:]


def last_index(words: Words, opens: Callable[[str], bool]) -> int | None:
    """Return the index of the last word for which `opens` is true; None if there is none."""
    return next((place for place in reversed(range(len(words))) if opens(words[place])), None)

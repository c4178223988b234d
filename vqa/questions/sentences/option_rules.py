"""Rules that extract the two options beside "or": clauses, verbs, phrases; nouns by `noun_options`."""

from __future__ import annotations

from vqa.english import (
    ARTICLES,
    COLOURS,
    DETERMINERS,
    FORMS_OF_BE,
    PREPOSITIONS,
    is_doing,
    without_article,
)
from vqa.questions.normalization.subjects import PRONOUNS, split_subject
from vqa.questions.sentences.clause_options import SPANS, statements_of
from vqa.questions.sentences.noun_options import (
    ADVERBS,
    BEFORE_NOUN,
    BEGIN_CLAUSE,
    MAX_WORDS,
    NO_ANSWER,
    PLACES,
    Options,
    Rule,
    Words,
    last_index,
    match_colors,
    match_likenesses,
    match_numbers,
    match_objects,
    match_places,
    match_quantities,
    match_same_noun,
    match_things,
    without_adverbs,
)
from vqa.questions.words.living_nouns import is_person
from vqa.questions.words.rewriting import PARTICLES
from vqa.questions.words.spelling import is_past_participle, is_property, is_verb

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
_OPPOSITES = (
    ("left", "right"), ("before", "after"), ("inside", "outside"), ("in front of", "behind"), ("above", "below"),
    ("over", "under"), ("on", "off"), ("up", "down"), ("in", "out"), ("with", "without"), ("first", "last"),
)  # fmt: skip
_MAX_PARTICIPLE_WORDS = 8


# Each rule below gets the words before "or" (`first_part`) and after it (`second_part`), in lower
# case and not empty, and returns the options that they offer; None if the rule does not apply.
def match_clauses(first_part: Words, second_part: Words) -> Options:
    """Match two clauses: "is it fixed or does it move" -> "it is fixed", "it moves"; else None."""
    return statements_of(" ".join(first_part), " ".join(second_part))


def _match_opposites(first_part: Words, second_part: Words) -> Options:
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


def _match_other_way(first_part: Words, second_part: Words) -> Options:
    """Match a way and the other one: "from left to right or the other way"; else None.

    The options are "from left to right" and "from right to left", or "up" and "down" of "is it
    going up or the other way".
    """
    words = [word for word in second_part if word not in _OF_OTHER_WAY]
    if words not in (["other"], ["opposite"], ["reverse"]) or words == list(second_part):
        return None
    start = last_index(first_part, "from".__eq__)
    origin, _, goal = " ".join(first_part[(start or 0) + 1 :]).partition(" to ")
    if start is not None and goal:
        return f"from {origin} to {goal}", f"from {goal} to {origin}"
    pairs = (both for pair in _OPPOSITES for both in (pair, pair[::-1]))
    return next((pair for pair in pairs if pair[0] == first_part[-1]), None)


_OF_OTHER_WAY = frozenset("the in way direction side round around exact".split())


def _match_subjects(first_part: Words, second_part: Words) -> Options:
    """Match subjects of one verb: "is the camera moving or the man" -> "camera", "man"; else None.

    The verb may also follow both: "does the man or the woman drive". The first subject has one
    word. A noun with an article after the verb is an object: "is the man holding the ball or the
    rope" is not matched.
    """
    _, *first = first_part
    are_side_by_side = len(first) == 2 and first[0] == "the" and len(second_part) > 2
    if are_side_by_side and second_part[0] == "the":
        doing = second_part[2]
        has_do = first_part[0] in ("do", "does", "did")
        # "Is the car or the house red?"
        is_state = len(second_part) == 3 and is_property(doing)
        acts = is_verb(doing) if has_do else is_doing(doing) or is_state
        return (first[1], second_part[1]) if acts else None
    is_verb_alone = first[:1] == ["the"] and len(first) > 2 and not ARTICLES & set(first[1:])
    is_subject = len(second_part) == 2 and second_part[0] == "the"
    if not (is_verb_alone and is_subject and (is_doing(first[2]) or is_verb(first[2]))):
        return None
    return first[1], second_part[1]


def match_participles(first_part: Words, second_part: Words) -> Options:
    """Match phrases that begin with a verb in -ing: "riding a horse", "walking"; else None.

    The first phrase begins at the last such verb; the second phrase has at most eight words.
    """
    second_part = without_adverbs(second_part)
    first_place = last_index(first_part, is_doing)
    if (
        first_place is None
        or not is_doing(second_part[0])
        or len(second_part) > _MAX_PARTICIPLE_WORDS
    ):
        return None
    return " ".join(first_part[first_place:]), " ".join(second_part)


def _match_things_or_places(first_part: Words, second_part: Words) -> Options:
    """Match a place and, without its preposition, another: "at a concert", "a party", "on a street"."""
    return match_things(first_part, second_part) or match_places(first_part, second_part)


def match_verbs(first_part: Words, second_part: Words) -> Options:
    """Match verbs after "do": "does the car park or just drive past" -> "park", "drive past".

    The first phrase begins at the first verb after a pronoun, or after an article and a noun. The
    second one begins with a verb, or a word before a particle, and loses adverbs such as "just"; of
    more than four words, those from a preposition of place on are left out. None for other texts,
    and if it still has more than eight words.
    """
    if first_part[0] not in ("do", "does", "did"):
        return None
    if len(second_part) > MAX_WORDS:
        # "Touch each other or stay apart in the highest position"
        place = next((n for n in range(1, len(second_part)) if second_part[n] in PLACES), None)
        second_part = second_part[:place]
    if not 0 < len(second_part) <= _MAX_PARTICIPLE_WORDS:
        return None
    second = [word for word in second_part if word not in ADVERBS]
    is_pronoun = bool(set(first_part[1:2]) & PRONOUNS)
    start = 2 if is_pronoun else 3
    verbs = [n for n in range(start, len(first_part)) if first_part[n] not in ADVERBS]
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


def _match_phrases(first_part: Words, second_part: Words) -> Options:
    """Match phrases of one preposition: "from above or from the ground"; else None.

    A direction and "away" also match, "facing the camera or away", and "all the time" or "always"
    with any other time, "all the time or only at the start".
    """
    span = next((span for span in SPANS if _ends(first_part, span)), "")
    if span:
        return span, " ".join(second_part)
    if second_part[0] == "away":
        doing, toward = (
            last_index(first_part, opens) for opens in (is_doing, _TOWARDS.__contains__)
        )
        start = toward if doing is None else doing
        first = "" if start is None else " ".join(first_part[start:])
        return (first, " ".join(second_part)) if first else None
    first_place = last_index(first_part, _SOURCES.__contains__)
    if first_place is None or len(second_part) < 2:
        return None
    if first_part[first_place - 1 : first_place] == ["away"]:
        first_place -= 1
    are_opposite = {first_part[first_place], second_part[0]} <= _WAYS
    if not are_opposite and second_part[0] != first_part[first_place]:
        return None
    first, second = " ".join(first_part[first_place:]), " ".join(second_part)
    return (first, second) if first != second and len(first_part) > first_place + 1 else None


def _match_persons(first_part: Words, second_part: Words) -> Options:
    """Match the second with "else": "herself or somebody else", "at me or somewhere else"; or None."""
    place = last_index(first_part, _TOWARDS.__contains__)
    if list(second_part) == ["else"] and place is not None:
        # "At each other or somewhere else", without "somewhere"
        return " ".join(first_part[place:]), "somewhere else"
    is_other = len(second_part) == 2 and second_part[1] == "else"
    return (first_part[-1], " ".join(second_part)) if is_other and first_part else None


def _match_adjectives(first_part: Words, second_part: Words) -> Options:
    """Match contrasting adjectives: "a wide grip or narrow" -> "wide", "narrow"; else None.

    The noun may follow either, "long or short sleeves"; a phrase behind the first belongs to it,
    "full of water or empty", and one behind the second to both, "wide or narrow in the gym".
    """
    second, *rest = second_part
    place = last_index(
        first_part, lambda word: any({word, second} <= group for group in _CONTRASTING)
    )
    if place is None or first_part[place] == second or place == 0:
        return None
    before = first_part[place + 1 :]
    if len(before) <= 1 and not (before and rest) and _is_noun_or_adjunct(rest):
        return first_part[place], second
    is_phrase = bool(before) and before[0] in BEFORE_NOUN
    return (" ".join(first_part[place:]), second) if is_phrase and not rest else None


def _is_noun_or_adjunct(words: Words) -> bool:
    """Whether the words behind an adjective are none, one noun, or a phrase of place or time."""
    return len(words) <= 1 or words[0] in PLACES | BEGIN_CLAUSE


def match_predicates(first_part: Words, second_part: Words) -> Options:
    """Match what is said of the subject after "be": "sailing or tied up" -> "sailing", "tied up".

    The second one begins with a participle, a preposition or an article, or the first one has none
    of these: "black or dark blue", but not "holding a cup or glass". Of nouns behind a noun whose
    end is unclear, the first option has as many words as the second, at least two: "is the dessert
    chocolate cake or ice cream". Else None, and for clauses and more than eight words.
    """
    second = without_adverbs(second_part)
    if second[0] == "in" and len(second) == len(("in", "color")):
        second = second[1:]
    if first_part[0] not in FORMS_OF_BE or len(second) > _MAX_PARTICIPLE_WORDS:
        return None
    if not set(first_part[1:2]) & (DETERMINERS | PRONOUNS):
        # "Are there more dogs", without "there"
        return None
    subject, predicate = split_subject(" ".join(first_part[1:]), verb=first_part[0])
    first = predicate.split()
    no_answer = NO_ANSWER - (DETERMINERS if len(second) > 1 else ARTICLES)
    if not first or second[0] in no_answer or set(first + list(second)) <= ARTICLES:
        return None
    is_pair = len(first) == len(second) == 1
    if not (is_pair or opens_predicate(second[0])) and any(map(opens_predicate, first)):
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


_SOURCES = frozenset("from with towards toward away for".split())
# "Is she walking away from us or towards us?"
_WAYS = frozenset("away towards toward".split())
_TOWARDS = frozenset("to toward towards at into".split())
_CONTRASTING = (
    *CONTRASTS,
    *(
        frozenset(pair.split("/"))
        for pair in "wide/narrow light/dark high/low open/closed full/empty new/old thick/thin wet/dry clean/dirty fast/slow hot/cold soft/hard straight/bent real/fake calm/rough tidy/messy loud/quiet light/heavy happy/sad".split()
    ),
)


def match_single_words(first_part: Words, second_part: Words) -> Options:
    """Match the two words beside "or": "is he tall or short" -> "tall", "short"; else None.

    This rule is uncertain, because it does not determine where the first option begins. "In" before
    the second word is left out: "black and white or in color". None if either word is a function
    word, such as "it", and if more than one word follows "or", apart from adverbs: "rather old".
    """
    skip = next(
        (n for n, word in enumerate(second_part) if word not in ADVERBS - {"more"} | {"in"}), 0
    )
    second_part = second_part[skip:]
    if len(second_part) != 1 or {first_part[-1], second_part[0]} & NO_ANSWER:
        return None
    return first_part[-1], second_part[0]


RULES: tuple[Rule, ...] = (
    _match_other_way, _match_opposites, match_numbers, match_quantities, match_colors, match_same_noun, match_likenesses, _match_subjects, match_things, match_places, _match_things_or_places, match_participles, match_verbs, _match_phrases, _match_persons, _match_adjectives, match_objects, match_predicates, match_single_words,
)  # fmt: skip


def _ends(words: Words, phrase: str) -> bool:
    """Whether the last words are those of a phrase."""
    return f" {' '.join(words)}".endswith(f" {phrase}")


def _begins(words: Words, phrase: str) -> bool:
    """Whether the first words are those of a phrase."""
    return f"{' '.join(words)} ".startswith(f"{phrase} ")

"""Mentions of things: the noun phrases of a text, and the nouns that they name."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from functools import lru_cache
from itertools import dropwhile

from vqa.english import (
    CARDINALS,
    COLOURS,
    DETERMINERS,
    FORMS_OF_BE,
    ORDINALS,
    PREPOSITIONS,
    is_doing,
    is_plural_noun,
    singular_of,
)
from vqa.questions.nouns.entities import head_noun
from vqa.questions.nouns.noun_phrases import NO_THING, QUESTION_WORDS, TWO_COLORS
from vqa.questions.words.living_nouns import is_living
from vqa.questions.words.spelling import is_adjective, is_verb


@lru_cache(maxsize=512)
def nouns_of(wording: str) -> tuple[str, ...]:
    """Return the singular nouns of a text that have a determiner, in order and in lower case.

    "What is the man with the red hat holding?" -> ("man", "red hat"). A noun keeps up to two
    modifiers. A final object without determiner, "does he wear gloves?", is added last. Words for
    the video, times and sides, such as "clip", "end" and "left", are left out.
    """
    words = marked_words(TWO_COLORS.sub("", wording))
    nouns = [noun_of(words[start:end]) for start, end in phrase_spans(words)]
    bare_object = _BARE_OBJECT.search(wording)
    if bare_object is not None:
        nouns.append(noun_of([bare_object["noun"].lower()]))
    return tuple(filter(None, nouns))


def noun_of(phrase: Sequence[str]) -> str:
    """Return the singular noun of the words of a phrase; empty if it names no thing of a video."""
    noun = head_noun(" ".join(dropwhile(_BEFORE_NOUN.__contains__, phrase)))
    owner, _, part = noun.partition("'s ")
    if part in NO_THING and is_living(owner):
        return owner  # "the man's top"
    is_superlative = noun.endswith("est") and noun.split()[-1] not in _NOUNS_IN_EST
    is_thing = noun not in _NO_NOUNS and not set(noun.split()) & NO_THING
    return noun if is_thing and not is_superlative else ""


def predicate_noun(wording: str) -> str:
    """Return the noun that a question with "is" says its subject to be: "is the baby a boy" -> "boy".

    Empty for any other question.
    """
    words = marked_words(wording)
    spans = phrase_spans(words)
    if words[:1] == [] or words[0] not in FORMS_OF_BE or len(spans) == 1 or not spans:
        return ""
    (start, end), (start_of_predicate, end_of_predicate) = spans[:2]
    between = words[end:start_of_predicate]
    is_predicate = bool(between) and _BEGINS_PHRASE.issuperset(between)
    return (
        noun_of(words[start_of_predicate:end_of_predicate]) if start == 2 and is_predicate else ""
    )


def things_of(wording: str, options: Sequence[str]) -> tuple[str, ...]:
    """Return the nouns of a question, each after its owner: "man" before "man's tie".

    "Is the man her father?" names the man alone, "is the dessert cake or ice cream?" a dessert.
    """
    nouns = nouns_of(wording)[:1] if predicate_noun(wording) else nouns_of(wording)
    ends = tuple(f" {option}" for option in options)
    names = [
        next((noun.removesuffix(end) for end in ends if noun.endswith(end)), noun) for noun in nouns
    ]
    owners = [noun.partition("'s ")[0] if "'s " in noun else "" for noun in names]
    return tuple(thing for pair in zip(owners, names, strict=True) for thing in pair if thing)


def exceptions_of(wording: str) -> set[str]:
    """Return the nouns that a question excepts: "mountain" for "what else is there besides mountains?"."""
    match = _EXCEPTION.search(wording)
    names = re.split(r",| and | or ", match["what"].lower()) if match is not None else []
    nouns = (_ARTICLE.sub("", name.strip()) for name in names)
    return {singular_of(noun) for noun in nouns if noun}


_EXCEPTION = re.compile(
    r"\b(?:besides?|except(?: for)?|apart from|other than|aside from|beyond|not counting)(?: from)? (?P<what>[a-z ,]+?)"
    r"(?=,? (?:what|who|which|is|are|do|does|can)\b|[?.! ]*$)",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:the|an?|his|her|its|their|this|that|these|those) ")


def earlier_clauses(text: str) -> str:
    """Return the words of a text before its last clause: "is he in the ring or next to" -> "is he in the ring".

    A clause begins behind a mark and at a conjunction. Empty for a single clause.
    """
    words = text.lower().split()
    starts = [
        n
        for n, word in enumerate(words)
        if word in _CONJUNCTIONS or words[max(n - 1, 0)].endswith(",")
    ]
    return " ".join(words[: starts[-1]]) if starts else ""


_CONJUNCTIONS = frozenset("and or but while when before after because if".split())


def marked_words(text: str) -> list[str]:
    """Return the words of a text in lower case, each mark at the end of a word as a word of its own."""
    words: list[str] = []
    for word in text.lower().split():
        bare = word.strip('.,;:!?()"')
        words += [bare] if bare else []
        words += ["."] if not bare or word[-1] != bare[-1] else []
    return words


def phrase_spans(
    words: Sequence[str], before_bare: Container[str] = frozenset()
) -> list[tuple[int, int]]:
    """Return where each noun phrase with a determiner has its words behind the determiner.

    Args:
        words: the words of a text, with a mark between clauses; see `marked_words`.
        before_bare: words behind which a plural needs no determiner, such as "are" for "there are
            dogs".
    """
    spans: list[tuple[int, int]] = []
    position = 0
    while position < len(words):
        start = _after_determiner(words, position)
        is_bare = start == position
        if is_bare and words[max(position - 1, 0)] not in before_bare:
            position += 1
            continue
        end = next((n for n in range(start, len(words)) if words[n] in PHRASE_ENDS), len(words))
        position = max(end, start) + (end == start and is_bare)
        stands_alone = words[end : end + 1] in (["one"], ["ones"])
        end = _noun_end(words, start, end)
        is_noun = not is_bare or is_plural_noun(" ".join(words[start:end]))
        if start < end and is_noun and not stands_alone:
            spans.append((start, end))
    return spans


def _after_determiner(words: Sequence[str], position: int) -> int:
    """Return the position behind the determiners at `position`; `position` itself without one.

    "That" behind a noun or before a determiner begins a clause, and "two of" counts no noun.
    """
    first, *rest = words[position : position + 3]
    is_quantity = bool(rest) and rest[0] in _QUANTITIES and rest[1:] == ["of"]
    if is_quantity and first in _BEGINS_PHRASE:
        return _after_determiner(words, position + 3) if words[position + 3 :] else position
    if [first, *rest[:1]] == ["lots", "of"]:
        return position + 2
    is_owner = first.endswith("'s") and first[:4] in ("some", "anyb", "anyo")
    if first not in _BEGINS_PHRASE and not is_owner:
        return position
    if first == "one" and words[max(position - 1, 0)] in ("which", "the", "this", "that"):
        return position
    is_relative = first == "that" and words[max(position - 1, 0)] in ("one", "ones", "something")
    # "Videos like this make me nervous"
    acts = first in ("this", "that") and rest[1:2] and rest[1] in _PERSONS
    # "Is it all brown?", "is he any good?"
    looks = {"all": COLOURS, "any": {"good", "better", "different"}}.get(first, set())
    is_look = bool(rest) and rest[0] in looks and {*rest[1:]} <= PHRASE_ENDS
    is_one = first in ("this", "that") and rest[:1] == ["one"]
    if acts or is_one or is_look or is_relative or _is_pronoun(first, rest[0] if rest else ""):
        return position
    end = position + 1
    while end < len(words) and words[end] in _BEFORE_NOUN:
        end += 1
    rest = [*words[end : end + 2], "."]
    if is_doing(rest[0]) and rest[1] in PHRASE_ENDS and words[end - 1] in _STANDS_ALONE:
        # "What are these two doing?"
        return position
    return end


_STANDS_ALONE = frozenset({"these", "those", "both", "all", *CARDINALS})


def _is_pronoun(word: str, follower: str) -> bool:
    """Whether a word stands for a noun: "is this filmed", "that helps", "are they all sitting"."""
    if word in ("all", "both"):
        return is_doing(follower)
    # "That calms me", "this looks odd"
    is_verb_form = follower.endswith("ed") or follower != singular_of(follower)
    return word in ("this", "that") and is_verb_form


def _noun_end(words: Sequence[str], start: int, end: int) -> int:
    """Return where the noun of a phrase ends, without the verb or the adjective of its clause.

    "The man wear" in a question with "does", "the dogs run", and "the shirt white" after "is" all
    end in what is said of a noun.

    Args:
        words: the words of the text.
        start: position of the first word behind the determiner.
        end: position behind the last word before a preposition, a conjunction or the like.
    """
    phrase = words[start:end]
    last = next(
        (n for n in range(1, len(phrase)) if _is_predicate(phrase[n - 1], phrase[n])), len(phrase)
    )
    if last < len(phrase):
        return start + last
    first = start
    while first > 0 and words[first - 1] in _BEFORE_NOUN:
        first -= 1
    auxiliary = words[first - 1] if first else ""
    rest = words[end : end + 2]
    # "I can't do a single pull-up"
    is_main = auxiliary == "do" and words[max(first - 2, 0)] in _BEFORE_MAIN_DO
    lacks_verb = auxiliary in _DO and not (is_main or (rest and is_verb(rest[0])))
    # "Some cyclists overtake her"
    has_object = (
        rest[:1] and rest[0] in _OBJECTS and last > 1 and is_living(singular_of(phrase[-2]))
    )
    if last > 1 and (is_adverb(phrase[-1]) or lacks_verb or has_object):
        return end - 1
    begins = first <= 1 or words[first - 2] in _BEGINS_CLAUSE
    is_choice = rest[:1] == ["or"] and rest[-1] not in _BEGINS_PHRASE
    is_end = not rest or rest[0] in (".", "and", "than") or rest == ["at", "all"]
    if last > 1 and auxiliary in FORMS_OF_BE and begins and (is_end or is_choice):
        # "Is the baby cute?", "is the shirt white or grey?"
        return end - 1
    return end


def _is_predicate(noun: str, word: str) -> bool:
    """Whether a word behind a noun is its verb: "the dogs run", "the man throws", "the cat lying"."""
    if is_doing(word):
        # "Proper racing clothes"
        return not is_adjective(noun)
    if word in ("drawing", "painting", "building"):
        # "What is the girl drawing?"
        return is_living(singular_of(noun))
    is_one, singular = singular_of(noun) == noun, singular_of(word)
    verb = word if not is_one else singular if singular != word else ""
    return bool(verb) and is_living(singular_of(noun)) and is_verb(verb)


def is_adverb(word: str) -> bool:
    """Whether a word is an adverb by its ending: "slowly", unlike "family"."""
    return word.endswith(("ly", "kwards", "rwards")) and word not in _NOUNS_IN_LY


# "A bunch of tourists", "the group of friends" name tourists and friends.
_QUANTITIES = frozenset(
    "lot bunch group couple pair number herd flock crowd team row pile kind sort type piece".split()
)
_DO = frozenset({"does", "do", "did", "can", "could", "will"})
_PERSONS = frozenset({"me", "us", "him", "her", "them", "you"})
_BEFORE_MAIN_DO = frozenset("can can't cannot could couldn't to barely i we you they never".split())
_OBJECTS = frozenset("him her it them me us you the a an his its their each".split())
_BEGINS_CLAUSE = frozenset({".", "and", "or", "but", "so"})
_BEGINS_PHRASE = DETERMINERS - {"no", "each", "every"}
_BEFORE_NOUN = _BEGINS_PHRASE | set(ORDINALS) | {"other", "last", "same", "very", "only"}
# Words that no noun phrase goes on with.
PHRASE_ENDS = (
    PREPOSITIONS
    | QUESTION_WORDS
    | FORMS_OF_BE
    | _DO
    | DETERMINERS
    | frozenset(
        ". of for than as like against across through without towards toward below and or but nor if while before after during until because since so though "
        "has have had would should might may must be been being am isn't aren't doesn't don't didn't hasn't can't won't "
        "i he she it they we you him them me us he's she's it's they're there's that's i'm who's anyone somebody someone anybody anything something everything nothing nobody everyone "
        "lol too also again already now then there here ever even just still really very together anywhere somewhere else "
        "everywhere nowhere whenever wherever got caught told said years months weeks ago yesterday not never always often usually exactly maybe perhaps though anyway please rather quite actually instead twice once at least most more later afterwards ones "
        "lol haha omg wow go goes get gets look looks looked seem seems seemed come comes came makes made".split()
    )
)


_NOUNS_IN_LY = frozenset(
    "family butterfly dragonfly fly belly jelly lily bully trolley ally rally assembly".split()
)
# Nouns of the medium, which are part of the name of a thing: "race part", "round thing".
_NO_NOUNS = frozenset({"", "thing", "part", "half", "shot", "frame", "size", "photo", "image"})
_NOUNS_IN_EST = frozenset(
    "chest guest vest forest nest test west rest priest harvest contest request".split()
)


# "Does he wear gloves?"
_BARE_OBJECT = re.compile(
    r"\b(?:wear|wearing|hold|holding|carry|carrying|eat|eating|drink|drinking|play|playing|have|use|using|ride|riding) "
    r"(?P<noun>[a-z-]{3,})[?.! ]*$",
    re.IGNORECASE,
)


def ends_phrase(word: str) -> bool:
    """Whether no noun phrase goes on with a word in lower case: "in", "is", "then", "the"."""
    return word in PHRASE_ENDS

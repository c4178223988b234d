"""Check that the clause of a question makes a sentence: not "the man was both hands empty"."""

from __future__ import annotations

import itertools
import re

from vqa.english import (
    ARTICLES,
    COLOURS,
    DETERMINERS,
    FORMS_OF_BE,
    NUMBERS,
    PREPOSITIONS,
    head_of,
    is_doing,
    is_plural,
    is_plural_noun,
    plural_of,
    singular_of,
)
from vqa.questions.nouns.noun_phrases import QUESTION_WORDS
from vqa.questions.sentences.clauses import Clause
from vqa.questions.words.living_nouns import is_living
from vqa.questions.words.spelling import is_adjective, is_frequent, is_past_participle

# "Same clothes, I mean", "is he the one that you saw"
_OF_SPEAKER = re.compile(r"\b(?:i|we|you|your|yours|yourself)\b", re.IGNORECASE)
_COMMA = re.compile(r", ?")
# "A long, thin stick"
_BETWEEN_MODIFIERS = re.compile(
    r"\b(?:an?|the|some|his|her|their|its) (?:[a-z-]+ )?[a-z-]+, (?=(?!(?:an?|the)\b)[a-z-]+ [a-z])",
    re.IGNORECASE,
)
_FINITE = re.compile(r"\b(?<!to )(?<!not )(?:is|are|was|were|does|do|did)\b", re.IGNORECASE)
_OPENS_CLAUSE = QUESTION_WORDS | frozenset(
    "that while because if before after as since until like".split()
)
ANY_TIME = r"(?:ever|at (?:all|any (?:point|time|moment|stage)))"
# An adverbial of time or degree says nothing of a subject by itself.
_TIME_ALONE = re.compile(
    rf"(?:{ANY_TIME}|at (?:some|one|the same) (?:point|time|moment|stage)|never|again|then|once|twice|"
    r"(?:(?:all|most|some|half|much) (?:of )?)?(?:(?:the|that) )?(?:(?:whole|entire|full|same) )?(?:time|video|clip|way)s?)",
    re.IGNORECASE,
)
# "There is anyone fall", unlike "anyone falling", "anyone else", "anyone in it"
_SOMEBODY_WITH_VERB = re.compile(
    rf"(?:any|some)(?:one|body) (?!(?:{'|'.join(sorted(PREPOSITIONS))}|else|there|here|who|that|left|alone|[a-z]+ing|[a-z]+ed|[a-z]+en|[a-z]+ble)\b)[a-z]+"
)
_NO_OPENING = frozenset("and or but then because if he she they it".split())
_OF_TWO = frozenset({"both", "each", "either", "neither"})
_NAMES = frozenset("it this that these those there".split())
# Words in -s that are no plurals and no forms of a verb.
_ADVERB = re.compile(
    r"(?:always|sometimes|perhaps|besides|across|towards|afterwards|indeed|.+(?:wards|ways|doors|stairs|seas|less|ous))"
)


def is_well_formed(clause: Clause) -> bool:
    """Whether "is", "the man", "asleep" certainly makes the statement "the man is asleep".

    True for "is he standing". False without a predicate, for a remark in it ("the same man, same
    clothes"), for words for the speaker or the app ("i mean", "you"), for a second verb in subject
    or predicate, and for "there" with "anyone fall". After a form of "be", also False for a
    predicate that says nothing of the subject ("at any point", "both hands empty").
    """
    predicate = clause.predicate.lower()
    rest = _BETWEEN_MODIFIERS.sub("", predicate)
    has_remark = _COMMA.search(rest) is not None and not _is_list(rest)
    if not predicate or has_remark or _OF_SPEAKER.search(f"{clause.subject} {predicate}"):
        return False
    if clause.is_existential and _SOMEBODY_WITH_VERB.match(predicate):
        return False
    if _has_second_verb(clause.subject) or clause.subject.endswith(","):
        # "The dog in the yard, the big one"
        return False
    if not (_agrees(clause) and is_whole_phrase(predicate)):
        return False
    takes_do = clause.verb in ("does", "do", "did") and predicate.startswith("do ")
    # "Does he do the same thing?" has the main verb "do".
    return not _has_second_verb(predicate.removeprefix("do ") if takes_do else predicate) and (
        clause.verb not in FORMS_OF_BE
        or clause.is_existential
        or (_can_be_predicate(clause, predicate.split()) and not _has_leftover(predicate.split()))
    )


def is_whole_phrase(text: str) -> bool:
    """Whether a phrase repeats no word ("not not") and does not end in one such as "the" or "or".

    False for "not not", "on the floor or" and "holding the"; True for an empty phrase.

    Args:
        text: the phrase in any case, without final punctuation.
    """
    words = text.lower().replace(",", " ,").split()
    repeats = any(
        first == second and first not in ("had", "that")
        for first, second in itertools.pairwise(words)
    )
    return not repeats and words[-1:] not in ([word] for word in _NEEDS_MORE)


_NEEDS_MORE = frozenset("a an the or and nor but if whether because than as my your".split())


def _agrees(clause: Clause) -> bool:
    """Whether a verb in the plural has a subject in the plural: not "the dog don't".

    Subjects of several nouns, of a group ("the couple") and of any number ("the sheep", "some") do.
    """
    subject = clause.subject.lower()
    last = head_of(subject).split()[-1]
    is_open = clause.is_existential or " and " in subject or subject.split()[0] in _ANY_NUMBER
    is_many = clause.verb in ("do", "are", "were", "have")
    return (
        is_open or not is_many or is_plural(subject) or last in _GROUPS or plural_of(last) == last
    )


_ANY_NUMBER = frozenset(
    "all some any most both none either neither half one two a what who you i".split()
)
_GROUPS = frozenset(
    "couple team crowd family group pair band crew audience public staff class rest".split()
)


def _has_leftover(words: list[str]) -> bool:
    """Whether a noun phrase without a preposition follows another one: "in his hands one in each hand".

    Also where a color or another adjective follows a noun alone, "top green". A time, "the whole
    time", and what belongs to a verb, a clause or "and" is no leftover.
    """
    if is_doing(words[0]) or is_past_participle(words[0]) or _OPENS_CLAUSE & set(words):
        return False
    if (
        len(words) > 1
        and words[1] in COLOURS
        and words[0].isalpha()
        and words[0] not in _BEFORE_COLOR
    ):
        return not (
            words[0] in COLOURS | DETERMINERS | PREPOSITIONS
            or words[0].endswith(("ly", "ish"))
            or is_adjective(words[0])
        )
    start = 0
    for position, word in enumerate(words):
        before = words[position - 1] if position else ""
        is_open = start and position - start > 1 and before not in PREPOSITIONS | _JOINS
        opens = word in _STARTS_PHRASE or (word in NUMBERS and is_plural_noun(before))
        if is_open and opens and not _TIMES & set(words[position:]):
            return True
        if word in DETERMINERS:
            start = position + 1
        elif word in PREPOSITIONS | _JOINS or is_doing(word):
            start = 0
    return False


_BEFORE_COLOR = frozenset(
    "all mostly not just only still also pure solid navy sky dark light".split()
)
_STARTS_PHRASE = ARTICLES | frozenset("his their its this these those each every".split())
_JOINS = frozenset(
    "and or but of with without like as than for about during after before until since past across against toward towards except".split()
)
_TIMES = frozenset("time times day night way moment second minute point part half end".split())


def _is_list(predicate: str) -> bool:
    """Whether commas separate single words before "and" or "or": "red, white and blue"."""
    *items, last = _COMMA.split(predicate)
    is_joined = re.match(r"(?:[a-z-]+ )?(?:and|or) ", last) is not None
    return is_joined and all(len(item.split()) == 1 for item in items[1:])


def _has_second_verb(predicate: str) -> bool:
    """Whether a predicate has a finite auxiliary that no conjunction or pronoun introduces."""
    finite = _FINITE.search(predicate)
    before = predicate[: finite.start()].split() if finite is not None else []
    return finite is not None and not _OPENS_CLAUSE & set(before)


def _names_several(words: list[str]) -> bool:
    """Whether a noun phrase behind "is" is in the plural, "his elbows", or acts, "his arm moving"."""
    noun = head_of(" ".join(words)).rstrip(",").split()
    return is_plural(" ".join(noun)) or any(map(is_doing, words[len(noun) : len(noun) + 1]))


_POSSESSIVES = frozenset("his her their its".split())


def _can_be_predicate(clause: Clause, words: list[str]) -> bool:
    """Whether the words after "is" can be the predicate of the subject: not "both hands empty"."""
    first, is_many = words[0], is_plural(clause.subject)
    if _TIME_ALONE.fullmatch(" ".join(words)) or (first in _NO_OPENING and len(words) > 1):
        return False
    if first in QUESTION_WORDS and clause.subject not in _NAMES:
        return False
    if clause.subject in _NAMES:
        return True
    if first in _POSSESSIVES | ARTICLES and not is_many and _names_several(words):
        return False
    if len(words) == 1 and is_living(first) and not is_plural(first):
        # "The dog is cat"
        return False
    if is_many:
        return True
    is_number = first in NUMBERS or first.isdigit()
    if first in _OF_TWO or first == "same" or (is_number and len(words) > 1):
        # "The man was both hands empty", "he is one hand up"
        return False
    has_form = is_doing(first) or first in PREPOSITIONS
    is_form_in_s = not has_form and singular_of(first) != first and _ADVERB.fullmatch(first) is None
    # "He is shoes on", "he is runs away"
    return not (is_form_in_s and is_frequent(singular_of(first)))

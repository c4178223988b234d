"""Check that the clause of a question makes a sentence: not "the man was both hands empty"."""

from __future__ import annotations

import re

from vqa.english import NUMBERS, PREPOSITIONS, is_doing, is_plural, singular_of
from vqa.questions.nouns.noun_phrases import QUESTION_WORDS
from vqa.questions.sentences.clauses import Clause
from vqa.questions.words.spelling import is_frequent

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
    """Whether subject and predicate of a yes/no clause certainly make a statement for the reply.

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
    takes_do = clause.verb in ("does", "do", "did") and predicate.startswith("do ")
    # "Does he do the same thing?" has the main verb "do".
    return not _has_second_verb(predicate.removeprefix("do ") if takes_do else predicate) and (
        clause.verb not in ("is", "are", "was", "were")
        or clause.is_existential
        or _can_be_predicate(clause, predicate.split())
    )


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


def _can_be_predicate(clause: Clause, words: list[str]) -> bool:
    """Whether the words after "is" can be the predicate of the subject: not "both hands empty"."""
    first, is_many = words[0], is_plural(clause.subject)
    if _TIME_ALONE.fullmatch(" ".join(words)) or (first in _NO_OPENING and len(words) > 1):
        return False
    if first in QUESTION_WORDS and clause.subject not in _NAMES:
        return False
    if clause.subject in _NAMES or is_many:
        return True
    is_number = first in NUMBERS or first.isdigit()
    if first in _OF_TWO or first == "same" or (is_number and len(words) > 1):
        # "The man was both hands empty", "he is one hand up"
        return False
    has_form = is_doing(first) or first in PREPOSITIONS
    is_form_in_s = not has_form and singular_of(first) != first and _ADVERB.fullmatch(first) is None
    # "He is shoes on", "he is runs away"
    return not (is_form_in_s and is_frequent(singular_of(first)))

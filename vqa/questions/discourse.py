"""The conversation before a question: its latest question, the nouns that it mentions, and those found absent."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from vqa.english import plural_of, singular_of, without_article
from vqa.questions.entities import head_noun
from vqa.types import Question, TimeRange, Turn

_MALE = frozenset(
    "man boy guy gentleman father dad driver lecturer cook goalkeeper drummer speaker player king husband".split()
)
_FEMALE = frozenset(
    "woman girl lady mother mom bride queen wife lecturer cook driver goalkeeper speaker player actress".split()
)
_PEOPLE = (
    _MALE
    | _FEMALE
    | frozenset("person child kid toddler baby people singer dancer guitarist rider worker".split())
)
# "He" and "she" may be an animal.
_ANIMALS = frozenset(
    "animal bear bird bull bunny calf camel cat chicken cow deer dog donkey duck elephant fox giraffe goat goose hamster hen "
    "horse kitten lamb lion monkey mouse panda parrot pig pony puppy rabbit rooster seal sheep squirrel swan tiger turtle wolf zebra".split()
)
# Intents that say nothing about the video; a follow-up refers to what was asked before them.
_PASSED_OVER = frozenset(
    "greeting thanks goodbye acknowledge wellbeing identity capabilities certainty explain repeat elaborate correction social "
    "other_language gibberish too_long math command general_knowledge outside_world".split()
)
_NEGATIVE = re.compile(
    r"^(?:no\b|none\b|nothing\b|0\b(?!:)|zero\b|i (?:do not|don't|did not) (?:see|find)|i see neither)",
    re.IGNORECASE,
)
_ANSWER_NOUN = re.compile(
    r"\b(?:a|an|the|one|two|three|four|five|some)\b((?: [a-z-]+){1,3})", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """A self-contained question.

    Args:
        text: its wording in plain words.
        changed: whether the conversation changed it.
        absent: noun that it is about and that was found absent before; empty where there is none.
        time_range: a time that is named relative to the turn before; None where there is none.
    """

    text: str
    changed: bool = False
    absent: str = ""
    time_range: TimeRange | None = None


@dataclass
class Discourse:
    """What the conversation so far is about."""

    question: Question | None = None
    answer: str = ""
    # Nouns in the order of mention, the latest last, bare and singular.
    nouns: list[str] = field(default_factory=list)
    absent: set[str] = field(default_factory=set)
    plural: set[str] = field(default_factory=set)


def read_history(history: Sequence[Turn], parsed: Sequence[Question]) -> Discourse:
    """Collect the latest question and the nouns of earlier turns; `parsed` holds the question of each turn."""
    discourse = Discourse()
    for turn, question in zip(history, parsed, strict=True):
        if question.intent in _PASSED_OVER:
            continue
        answer = turn.answer.text
        discourse.question, discourse.answer = question, answer
        noun = question.target or question.subject or question.scored_noun
        is_negative = turn.answer.answerable is False or _NEGATIVE.match(answer.strip()) is not None
        if noun:
            _mention(discourse, noun)
            if (
                question.intent in ("presence", "count", "when", "find_moment")
                or question.scored_noun
            ):
                asks_absence = question.expects_absence and not answer.lower().startswith("i ")
                if is_negative != asks_absence and (question.intent != "verify"):
                    discourse.absent.add(noun)
                else:
                    discourse.absent.discard(noun)
            if question.intent == "count" or plural_of(noun) in question.resolved.lower():
                discourse.plural.add(noun)
        if (
            question.intent
            in ("choice", "identify", "describe", "order", "action", "compare", "person_identity")
            and not is_negative
        ):
            named = answer_noun(answer, question.intent)
            if named and not (question.intent == "action" and noun):
                _mention(discourse, named)
    return discourse


def answer_noun(answer: str, intent: str) -> str:
    """Noun that an answer names: "dog" of "a brown dog jumps"; empty where it names none."""
    lower = answer.lower().strip(" .")
    match = _ANSWER_NOUN.search(lower)
    if match is not None:
        return head_noun(match[1].strip())
    words = lower.split()
    return (
        head_noun(lower)
        if intent in ("identify", "choice", "person_identity") and 1 <= len(words) <= 2
        else ""
    )


def _mention(discourse: Discourse, noun: str) -> None:
    if noun in discourse.nouns:
        discourse.nouns.remove(noun)
    discourse.nouns.append(noun)


def resolved(text: str, discourse: Discourse, noun: str = "") -> Resolution:
    """Resolution that a rule reached, marked absent if `noun` was found absent and the question is not about presence."""
    is_presence = re.match(
        r"^(?:is|are|was|were) there\b|^(?:can|do) you see\b|^find\b", text, re.IGNORECASE
    )
    absent = noun if noun in discourse.absent and not is_presence else ""
    return Resolution(text=text, changed=True, absent=absent)


# Endings of nouns for people: "hiker", "cyclist", "librarian", "policewoman".
_PERSON_ENDING = re.compile(r"(?:er|or|ist|ian|man|woman|boy|girl|guy|lady|ess|mother|father)$")
_NOT_HE, _NOT_SHE = _FEMALE - _MALE, _MALE - _FEMALE
# What each pronoun can stand for, the best first: nouns of the first kind that has one.
_KINDS: dict[str, tuple[Callable[[str], bool], ...]] = {
    "he": (
        lambda noun: noun.split()[-1] in _PEOPLE - _NOT_HE,
        lambda noun: _PERSON_ENDING.search(noun) is not None and noun not in _NOT_HE,
        lambda noun: noun.split()[-1] in _ANIMALS,
    ),
    "she": (
        lambda noun: noun.split()[-1] in _PEOPLE - _NOT_SHE,
        lambda noun: _PERSON_ENDING.search(noun) is not None and noun not in _NOT_SHE,
        lambda noun: noun.split()[-1] in _ANIMALS,
    ),
    "it": (lambda noun: noun not in _MALE | _FEMALE | {"person", "people"},),
}
_SAME_AS = {"his": "he", "her": "she", "its": "it"}


def antecedent(discourse: Discourse, kind: str, plain: str) -> str:
    """Return the latest noun that a pronoun can stand for; empty if there is none.

    "He" and "she" prefer people, and stand for an animal where no person has been mentioned.
    """
    named = {singular_of(word) for word in re.findall(r"[a-z-]+", plain.lower())}
    candidates = [
        noun for noun in reversed(discourse.nouns) if noun not in named and without_article(noun)
    ]
    for is_of_kind in _KINDS.get(_SAME_AS.get(kind, kind), (bool,)):
        noun = next(filter(is_of_kind, candidates), "")
        if noun:
            return noun
    return ""

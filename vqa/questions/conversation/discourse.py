"""Discourse state of the earlier turns: the latest question, mentioned nouns, absent nouns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from vqa.english import names_plural, singular_of
from vqa.questions.conversation.answer_nouns import SIDES, is_name, object_of, things_of_answer
from vqa.questions.conversation.belongings import is_belonging, owner_of_belongings
from vqa.questions.conversation.earlier_questions import (
    affirms_presence,
    asks_another,
    event_of_count,
    pair_of,
    pair_of_company,
    text_of,
    wording_with_time,
)
from vqa.questions.conversation.reactions import noun_of_reaction
from vqa.questions.intent_table.intents import is_search
from vqa.questions.normalization.normalize import normalized_wording
from vqa.questions.nouns.mentions import nouns_of, predicate_noun, things_of
from vqa.questions.nouns.noun_phrases import NO_THING
from vqa.questions.nouns.pronouns import INDEFINITE_PERSONS, persons_of
from vqa.questions.words.living_nouns import FEMALE, MALE, is_animal, is_living, is_person
from vqa.text_words import is_first_person
from vqa.types import Question, TimeRange, Turn

# Intents that are not about the video; turns with them are skipped when a follow-up is resolved.
_SKIPPED_INTENTS = frozenset(
    "greeting thanks goodbye acknowledge wellbeing identity capabilities certainty explain repeat elaborate correction social "
    "other_language gibberish too_long math command general_knowledge outside_world".split()
)
_NEGATIVE = re.compile(
    r"^(?:no\b|none\b|nothing\b|0\b(?!:)|zero\b|i (?:do not|don't|did not) (?:see|find)|i see neither)",
    re.IGNORECASE,
)
_ALTERNATIVE_WORDS = 3  # "snake or rope"
_MAX_REFUSALS = 2  # then a question about an absent noun is answered


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """Result of coreference and ellipsis resolution: a question that needs no earlier turn.

    Args:
        text: the self-contained wording.
        is_changed: whether earlier turns changed the wording.
        absent: noun of the question that an earlier answer found absent; or empty.
        time_range: time range of a fragment such as "at 0:20?" or "ten seconds later"; None if the
            question is no such fragment.
        intent: the intent, if the resolution decides it; or empty.
    """

    text: str
    is_changed: bool = False
    absent: str = ""
    time_range: TimeRange | None = None
    intent: str = ""


@dataclass
class Discourse:
    """Discourse state of the turns so far.

    Args:
        question: latest question about the video; None if there is none.
        answer: text of the answer to `question`; empty without one.
        question_with_answer: latest question about the video with an answer, no topic; None without one.
        questions: all questions about the video, oldest first.
        nouns: mentioned nouns, singular and without article, most recently mentioned last.
        absent: nouns that are not in the video, by the latest answer about each.
        plural: nouns that a question counted or that were mentioned in the plural.
        present: nouns that are in the video, by the latest answer about each.
        count: latest question for a number of things or of times; None if there is none.
        refusals: number of refused questions, by absent noun.
        owners: who has a thing, by this thing: "dog" for "collar".
        belongings: the keys of `owners` that the latest question and its answer affirm.
    """

    question: Question | None = None
    answer: str = ""
    question_with_answer: Question | None = None
    questions: list[Question] = field(default_factory=list)
    nouns: list[str] = field(default_factory=list)
    absent: set[str] = field(default_factory=set)
    plural: set[str] = field(default_factory=set)
    present: set[str] = field(default_factory=set)
    count: Question | None = None
    refusals: Counter[str] = field(default_factory=Counter)
    owners: dict[str, str] = field(default_factory=dict)
    belongings: tuple[str, ...] = ()


def read_history(history: Sequence[Turn], parsed_history: Sequence[Question]) -> Discourse:
    """Return the discourse state after the earlier turns; it is empty for no turns.

    Turns with an intent that is not about the video, such as `thanks` or `repeat`, are skipped, but
    for the noun of a reaction such as "what a cute pup".

    Args:
        history: earlier turns, oldest first.
        parsed_history: the parsed question of each turn.

    Raises:
        ValueError: the two have different lengths.
    """
    discourse = Discourse()
    for turn, question in zip(history, parsed_history, strict=True):
        if question.intent == "repeat":
            for noun in nouns_of(normalized_wording(question.text)):
                _mention(discourse, noun)
        for thing in question.new_things:
            _note_introduction(discourse, thing)
        if question.intent not in _SKIPPED_INTENTS:
            is_declined = turn.answer.reply.startswith("I can't tell") and (
                ", only that" not in turn.answer.reply
            )
            # A declined answer names nothing.
            answer = turn.answer.reply if is_declined else turn.answer.text
            discourse.question, discourse.answer = question, answer
            discourse.questions.append(question)
            discourse.question_with_answer = question if answer else discourse.question_with_answer
            # "No, I count two dogs." denies no dog.
            is_negative = turn.answer.answerable is False or (
                _NEGATIVE.match(discourse.answer.strip()) is not None
                and question.form.number_range is None
            )
            nouns_before = tuple(discourse.nouns)
            _note_turn(discourse, question, is_negative=is_negative)
            _note_belongings(discourse, question, nouns_before, is_negative=is_negative)
        noun = noun_of_reaction(question.intent, question.text)
        if noun and question.intent == "correction" and discourse.question is not None:
            # "I think that's a man": the woman was none.
            wrong = discourse.question.subject if is_person(noun) else ""
            discourse.nouns = [one for one in discourse.nouns if one != wrong or not is_person(one)]
        if noun:
            # "What a cute pup", then "how old is it?"
            _mention(discourse, noun)
            request = f"describe the {noun}"
            topic = replace(question, intent="describe_part", subject=noun, resolved=request)
            discourse.question = discourse.question or topic
    return discourse


def _note_introduction(discourse: Discourse, thing: str) -> None:
    """Mention a thing that a remark introduced: "dogs", or two, "cat and the dog", the first last."""
    for name in reversed(thing.split(" and the ")):
        noun = singular_of(name)
        _mention(discourse, noun)
        discourse.plural |= {noun} if noun != name else set()
    _mention_pair(discourse, pair_of(f"the {thing}"))


def _note_turn(discourse: Discourse, question: Question, *, is_negative: bool) -> None:
    """Update `discourse` in place by the nouns of its latest question and answer.

    Args:
        discourse: state with the latest question and answer; changed in place.
        question: the latest question.
        is_negative: whether the answer is "no" or a refusal.
    """
    noun = _noun_of(question)
    if noun and is_negative and _IDENTIFIES.match(question.resolved):
        # "Is it a clock?", "no": the thing is present, under another name.
        return
    # Unlike `base_wording`, with the time; a remark before it is in `new_things`.
    base = wording_with_time(question)
    nouns = things_of(base, question.options)
    if predicate_noun(base):
        noun = nouns[-1]
    # "Is anyone on the beach?", "yes"
    is_of_anyone = not (is_negative or INDEFINITE_PERSONS.isdisjoint(base.lower().split()))
    persons = persons_of(normalized_wording(question.resolved)) + ["person"] * is_of_anyone
    if _IDENTIFIES.match(base) and any(map(is_animal, nouns)):
        # "Is he a puppy?" mentions no man, "is that a goat on the rock?" the goat.
        noun, persons = next(filter(is_animal, nouns)), []
    if base.lower().startswith(("is it ", "is this ", "is that ")):
        persons = []  # "Is it a he or a she?"
        noun = "" if {"he", "she"} <= set(question.options) else noun
    discourse.plural |= {"person"} & set(persons)
    for other in (*persons, *nouns):
        _mention(discourse, other)
        if other == "person" and "person" in base.lower().split() and not asks_another(question):
            discourse.plural.discard(other)
        if names_plural(base, other):
            discourse.plural.add(other)
    _mention_pair(discourse, pair_of(base))
    _mention_pair(discourse, pair_of_company(base, is_negative=is_negative))
    discourse.present |= set(nouns) if affirms_presence(question, discourse.answer) else set()
    # "Is anyone in red there?" denies no person.
    is_selected = question.intent == "presence" and noun == "person" and not question.asks_presence
    if noun and not (is_negative and is_selected):
        _note_noun(discourse, question, noun, is_negative=is_negative)
        others = [other for other in nouns if is_person(other) and other != noun]
        if question.intent == "presence" and is_person(noun) and others:
            # "Is there a kid with the man?": "he" stays the man.
            _mention(discourse, others[-1])
    if question.intent in ("count", "frequency"):
        _note_count(discourse, question, base)
    # "Is the man her father or a waiter?", "a waiter": "he" stays the man.
    is_named = bool(predicate_noun(base)) and noun.rpartition(" ")[2] in MALE | FEMALE
    if question.intent in _NAMES_THINGS and not (is_negative or is_named):
        _mention_pair(discourse, pair_of(discourse.answer))
        _mention_answer(discourse, question, noun)


def _note_belongings(
    discourse: Discourse, question: Question, earlier: Sequence[str], *, is_negative: bool
) -> None:
    """Note who has the things that the latest question and its answer name.

    Args:
        discourse: state after the latest question and answer; changed in place.
        question: the latest question.
        earlier: the nouns that were mentioned before.
        is_negative: whether the answer is "no" or a refusal.
    """
    base = wording_with_time(question)
    nouns = things_of(base, question.options)
    owner = owner_of_belongings(base, nouns)
    mentions = [noun for noun in discourse.nouns if noun in nouns or noun not in earlier]
    things = [noun for noun in mentions if owner and is_belonging(noun, owner)]
    discourse.owners |= dict.fromkeys(things, owner)
    discourse.belongings = () if is_negative else tuple(things)


def _note_count(discourse: Discourse, question: Question, base: str) -> None:
    """Note the latest question for a number, and mention its event: "laps" of "how many laps does he do?"."""
    discourse.count = question
    event = event_of_count(base)
    if event:
        _mention(discourse, event)


def _mention_pair(discourse: Discourse, pair: tuple[str, str] | None) -> None:
    """Mention "people" or "animal" in the plural for "a man and a woman" or "a dog and a cat".

    "They" then means both. They are mentioned before all other nouns.
    """
    if pair is None:
        return
    first, second = (noun.lower() for noun in pair)
    for group, is_of_group in (("people", is_person), ("animal", is_animal)):
        if is_of_group(first) and any(map(is_of_group, second.split())):
            discourse.plural.add(group)
            if group not in discourse.nouns:
                discourse.nouns.insert(0, group)


def _note_noun(discourse: Discourse, question: Question, noun: str, *, is_negative: bool) -> None:
    """Update `discourse` by the noun of the latest question: mentioned, present, absent, plural.

    For the arguments see `_note_absence`.
    """
    _mention(discourse, noun)
    _note_absence(discourse, question, noun, is_negative=is_negative)
    if noun not in discourse.absent and not is_negative and question.intent in _PRESUPPOSES_NOUN:
        discourse.present.add(noun)
    if question.intent == "count" or names_plural(question.resolved, noun):
        discourse.plural.add(noun)
    if question.absent:
        discourse.refusals[question.absent] += 1
        if discourse.refusals[question.absent] >= _MAX_REFUSALS:
            # The user insists: the next question about the noun is answered.
            discourse.absent.discard(question.absent)


def _note_absence(
    discourse: Discourse, question: Question, noun: str, *, is_negative: bool
) -> None:
    """Add a noun to `discourse.absent`, or remove it, by what the latest answer states.

    Nothing changes if the answer states neither. A noun that becomes absent is no longer `present`.

    Args:
        discourse: state with the latest answer; changed in place.
        question: the question that it answers.
        noun: the question's noun.
        is_negative: whether the answer is "no" or a refusal.
    """
    asks_time = is_search(question.intent)
    if question.intent not in ("presence", "count") and not (asks_time or question.scored_noun):
        return
    if question.modality not in ("sight", "date"):
        # "What is the lady saying?" is also refused if there is no sound.
        return
    if asks_time and is_negative and question.search_text != noun:
        # If no moment of an event was found, its thing may still be present.
        return
    asks_absence = question.expects_absence and not discourse.answer.lower().startswith("i ")
    if is_negative != asks_absence and question.intent != "verify":
        is_somewhere = question.time_range is not None or question.anchor_side
        if not (is_somewhere or asks_another(question)):
            discourse.absent.add(noun)  # what a part lacks may be in another one
            discourse.present.discard(noun)
    else:
        discourse.absent.discard(noun)


def _noun_of(question: Question) -> str:
    """Return the noun of a question; empty without one, and for places such as "right side"."""
    noun = text_of(question) or question.target or question.subject or question.scored_noun
    return "" if noun and noun.split()[-1] in NO_THING else noun


# Intents whose answers, except "no" and refusals, presuppose the noun.
_PRESUPPOSES_NOUN = frozenset(
    "presence count color location action describe_part identify when find_moment".split()
)
# Intents whose answers name things.
_NAMES_THINGS = frozenset(
    "choice identify describe describe_part order action compare person_identity location".split()
)


def _mention_answer(discourse: Discourse, question: Question, noun: str) -> None:
    """Mention the nouns of the latest answer: "dog" of "a dog", "bike" of "riding a bike".

    They are added to `nouns` and `present`, except sides such as "left", materials and the
    question's own noun. The options that a names one leaves are removed from `nouns`. A refusal
    changes nothing.

    Args:
        discourse: state with the latest answer; changed in place.
        question: the question that it answers.
        noun: the question's noun; empty if it is unknown.
    """
    answer = discourse.answer
    if is_first_person(answer):
        return  # a refusal mentions no thing
    is_name_alone = len(question.rendered.split()) == _ALTERNATIVE_WORDS
    if question.intent == "choice":
        # The options that were not names are no antecedents; a sentence chooses by its nouns.
        names = {answer.lower().strip(" ."), *nouns_of(answer)}
        others = [one for one in question.options if not names & {one, *nouns_of(one)}]
        if len(others) < len(question.options):
            other_things = {noun for option in others for noun in (option, *nouns_of(option))}
            discourse.nouns = [thing for thing in discourse.nouns if thing not in other_things]
    is_property = question.intent == "choice" and not (
        question.options_are_things
        or _HAS_OBJECT.search(question.resolved)
        or is_living(answer)
        or (is_name_alone and is_name(answer))
    )
    if _MATERIAL.search(question.resolved) or is_property:
        # "Wood" is a material of the blocks; "they" still refers to the blocks.
        return
    things = things_of_answer(answer, question.intent, has_noun=bool(noun))
    for thing in things:
        if names_plural(answer, thing) or " and the " in thing:
            discourse.plural.add(thing)
        if thing in SIDES or thing == noun or set(thing.split()) & NO_THING:
            continue
        _mention(discourse, thing)
        discourse.present.add(thing)
        agents = [noun] if is_person(noun) else persons_of(question.resolved)
        if agents and is_person(thing) and thing == object_of(answer):
            _mention(discourse, agents[-1])  # "She holds a child.": "her eyes" are the woman's.
    if question.intent == "location" and things and noun:
        # "Where is the cup?", "on a table": "it" stays the cup.
        _mention(discourse, noun)


# "Is she wearing boots or sandals?"
_HAS_OBJECT = re.compile(
    r"\b(?:wear|hold|carry|eat|drink|ride|use|play)(?:s|ing)?\b.* or |\b(?:is|are) (?:he|she|it|they|the [a-z]+) in (?:an? )?[a-z]+ or ",
    re.IGNORECASE,
)
_MATERIAL = re.compile(r"\bmade (?:of|from|out of)\b|\bmaterial\b", re.IGNORECASE)
_IDENTIFIES = re.compile(
    r"^(?:.*[.!,] )?(?:is|was|are|were|isn't|wasn't) (?:it|this|that|they|these|those|he|she) (?:an?|the) ",
    re.IGNORECASE,
)


def _mention(discourse: Discourse, noun: str) -> None:
    """Make a noun the most recently mentioned one, the last of `discourse.nouns`."""
    if noun in discourse.nouns:
        discourse.nouns.remove(noun)
    discourse.nouns.append(noun)


def resolution_of(text: str, discourse: Discourse, noun: str = "") -> Resolution:
    """Build the resolution of a question that earlier turns completed to `text`.

    `absent` is `noun` if an earlier answer denied it and `text` does not ask for its presence.
    """
    is_presence = re.match(
        r"^(?:is|are|was|were) there\b|^(?:can|do) you see\b|^find\b", text, re.IGNORECASE
    )
    absent = noun if noun in discourse.absent and not is_presence else ""
    return Resolution(text=text, is_changed=True, absent=absent)

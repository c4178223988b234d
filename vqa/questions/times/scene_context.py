"""The part of the video that a question is about although it does not name it itself.

A message names it, "The last part is so dark. Who is there?", or the conversation is about it: after a
question about the second scene, "what is he holding?" is about the second scene, too.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from vqa.english import FORMS_OF_BE, ORDINAL_OF
from vqa.place_nouns import ROOMS
from vqa.question_parts import Scene
from vqa.questions.intent_table.intents import is_search
from vqa.questions.nouns.mentions import nouns_of
from vqa.questions.nouns.noun_phrases import NO_THING
from vqa.questions.times.part_range import thing_of_part
from vqa.questions.times.shot_words import SHOT_WORDS, cardinal_number, ordinal_number
from vqa.questions.times.time_range import split_time
from vqa.text_words import is_denial
from vqa.types import Question, TimeRange, Turn

_EDGES = {
    **dict.fromkeys(("beginning", "start"), "at the start"),
    **dict.fromkeys(("end", "ending"), "at the end"),
}
_MIDDLE = TimeRange(start=0.5, end=0.5, is_fraction=True, margin=0.1)
# Words before the part that opens a message: "ok and now the second one with the water".
_OPENING = frozenset(
    "the and or but so ok okay then now next also about for as what how to back going moving on let's lets go finally well alright right "
    "great thanks thank you again in at from".split()
)
_LEADS = frozenset("in of from on for with during about that".split())
# Words that follow "one" if it stands for a scene: "the last one is a boy", "the second one with water".
_AFTER_ONE = frozenset("with is shows has where of a the looks seems in now".split())
# "The first part of my homework" is none of the video; "of the video" is.
_OWNERS = frozenset({"my", "our", "your"})
# Intents of questions about what is seen.
_OF_SIGHT = frozenset(
    "color describe_part identify location count presence verify choice action".split()
)
_WITH_EVIDENCE = frozenset({"when", "find_moment", "order", "describe"})
_DESCRIBES = frozenset({"describe", "compare"})
_PRONOUNS = frozenset("it he she they them him her his its their".split())
# Words of a remark that goes on about the same part: "there is also a man with them".
_CONTINUES = _PRONOUNS | {"there", "also", "too"}
# Words of a question about the order of events.
_IN_TIME = frozenset("before after next first last then later earlier".split())
# Words of a question about the whole video.
_WHOLE = frozenset(
    "video clip film movie anywhere ever throughout overall whole entire scenes parts both shots".split()
)


def named_scene(text: str) -> Scene | None:
    """Return the part of the video that a text names; None if it names none, or two.

    "The last part is so dark." -> the last shot, "For the bus part, I saw nobody." -> the part that
    shows a bus, "And the end, I couldn't see him." -> the end, "In the kitchen I see fruit." -> a
    part that shows a kitchen.

    Args:
        text: a question, remark or topic, as typed.
    """
    words = _words(text)
    numbers = _shot_numbers(words, [word[-1:] in ",.:;" for word in text.replace("-", " ").split()])
    if numbers:
        return Scene(is_named=True, shot_number=numbers[0]) if len(set(numbers)) == 1 else None
    thing = thing_of_part(text)
    if thing:
        return Scene(is_named=True, topics=(thing,))
    time_range = _edge(words) or split_time(text)[1]
    if time_range is not None and time_range.is_fraction:
        return Scene(is_named=True, time_range=time_range)
    places = [
        word
        for place, (before, word) in enumerate(zip(words, words[2:], strict=False))
        if before in ("in", "at", "on")
        and words[place + 1] in ("the", "that", "this")
        and (word in ROOMS or _OPENING.issuperset(words[:place]))
    ]
    return Scene(topics=(places[0],)) if places else None


def _words(text: str) -> list[str]:
    """Return the words of a text in lower case, without punctuation."""
    return [word.strip(".,:;!?\"'()").lower() for word in text.replace("-", " ").split()]


def _shot_numbers(words: Sequence[str], ends: Sequence[bool]) -> list[int]:
    """Return the numbers of the shots that a text names, in order; -1 is the last.

    Args:
        words: the words of the text, in lower case and without punctuation.
        ends: for each word, whether a punctuation mark follows it.
    """
    numbers: list[int] = []
    for place, (word, noun) in enumerate(itertools.pairwise(words)):
        after = words[place + 2] if place + 2 < len(words) else ""
        owner = words[place + 3] if after == "of" and place + 3 < len(words) else ""
        if owner in _OWNERS:
            continue
        # "The last thing looks yummy."
        is_thing = noun == "thing" and after in _AFTER_ONE
        singular = noun if noun in SHOT_WORDS or is_thing else ""
        number = ordinal_number(word)
        is_one = noun == "one" and _is_scene(words[:place], after, ends[place + 1])
        is_numbered = word in SHOT_WORDS and cardinal_number(noun) in ORDINAL_OF
        if number and (singular or is_one):
            numbers.append(number)
        elif is_numbered and after not in ("or", "and", "of"):
            numbers.append(cardinal_number(noun))
    return numbers


def _is_scene(before: Sequence[str], after: str, is_clause_end: bool) -> bool:
    """Whether "the first one" stands for a scene, by the words before and after it.

    It does at the start of a text, "now the last one, with the boy", and behind a preposition, "the
    man in the first one".
    """
    if before[-2:-1] and before[-2] in _LEADS and before[-1] == "the":
        return True
    opens = set(before) <= _OPENING
    return opens and (is_clause_end or not after or after in _AFTER_ONE)


def _edge(words: Sequence[str]) -> TimeRange | None:
    """Return the start or the end that opens a text, "and the end, I couldn't see it"; else None."""
    if {"middle"} & set(words) and SHOT_WORDS & set(words):
        return _MIDDLE
    for place, word in enumerate(words):
        if word in _EDGES and words[place + 1 : place + 2] != ["of"]:
            return split_time(_EDGES[word])[1]
        if word not in _OPENING:
            return None
    return None


def scene_of(
    text: str,
    question: Question,
    message_scene: Scene | None,
    preface: str,
    history: Sequence[Turn],
    parsed_turns: Sequence[Question],
) -> Scene | None:
    """Return the part of the video that a question is about, if it names none itself; or None.

    That is the part that its message names, else the part of the topic or remark before it, else
    the part that the latest answer was about.

    Args:
        text: the question as typed.
        question: the parsed question.
        message_scene: the part that its message names; None without one.
        preface: the topics and remarks of the message before the question.
        history: earlier turns, oldest first; remarks of the same message have an empty answer.
        parsed_turns: the question of each of these turns.
    """
    words = _words(text)
    if question.time_range is not None or question.shot_number or question.anchor_side:
        return None
    asks_time = is_search(question.intent) or question.intent == "event_duration"
    if asks_time and message_scene is not None and message_scene.shot_number:
        # "When does the last scene start?", "The last part is dark. When does it start?"
        is_of_scene = not SHOT_WORDS.isdisjoint(words) or not question.search_text
        return message_scene if is_of_scene else None
    if question.absent or not _WHOLE.isdisjoint(words):
        return None
    is_in_order = not _IN_TIME.isdisjoint(words)
    if message_scene is not None and question.intent in _OF_SIGHT | _DESCRIBES:
        return None if is_in_order and message_scene.time_range is not None else message_scene
    if question.intent not in _OF_SIGHT or is_in_order:
        return None
    scene = _latest(history, parsed_turns)
    if scene is None:
        return None
    if scene.topics and _CONTINUES.isdisjoint(_words(preface)):
        scene = Scene(topics=scene.topics)
    if not _PRONOUNS.isdisjoint(words) or _is_place(words):
        return scene
    nouns = nouns_of(text) or (question.subject or question.target,)
    return replace(scene, things=tuple(noun for noun in nouns if noun and noun not in NO_THING))


def _is_place(words: Sequence[str]) -> bool:
    """Whether a question ends with "there" that means a place: "is anyone there", not "is there"."""
    return len(words) > 1 and words[-1] == "there" and words[-2] not in FORMS_OF_BE


def _latest(history: Sequence[Turn], parsed_turns: Sequence[Question]) -> Scene | None:
    """Return the part of the topics and remarks of the message, and of the latest answer."""
    topics: list[str] = []
    for turn, earlier in zip(reversed(history), reversed(parsed_turns), strict=False):
        if earlier.intent == "person_identity":
            # "Who is the person in the snow?", "what is he wearing?"
            topics += nouns_of(earlier.resolved)[::-1]
            return Scene(topics=tuple(topics))
        if earlier.intent not in {*_OF_SIGHT, *_WITH_EVIDENCE}:
            continue
        if not turn.answer.text:
            topics += filter(None, [earlier.subject or earlier.target])
            continue
        is_scoped = bool(earlier.scene or earlier.shot_number or earlier.anchor_side == "during")
        if earlier.intent == "presence" and is_denial(turn.answer.text) and not is_scoped:
            # Nothing was seen in the frames of a "no".
            continue
        time_range = earlier.time_range
        if time_range is not None and time_range.is_fraction:
            time_range = None
        if earlier.anchor_side == "during" and earlier.time_range is None:
            topics.append(earlier.anchor)
        return Scene(
            topics=tuple(topics),
            time_range=time_range if is_scoped else None,
            shot_number=earlier.shot_number,
            times_s=tuple(frame.time_s for frame in turn.answer.evidence),
        )
    return Scene(topics=tuple(topics)) if topics else None

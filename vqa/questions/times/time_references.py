"""Times that refer to an earlier turn: "what is he doing then?", "in that part", "is anyone there?"."""

from __future__ import annotations

from collections.abc import Sequence

from vqa.questions.intent_table.intents import is_search
from vqa.questions.times.part_range import VideoPart, named_part, split_part
from vqa.questions.times.shot_words import NEIGHBOURS, SHOT_WORDS, neighbour_ordinal
from vqa.questions.times.time_range import split_shot, split_time
from vqa.types import Question, TimeRange, Turn

_BE = frozenset({"is", "are", "was", "were", "be"})
_MOMENTS = frozenset("moment time point second instant stage".split())
_MIN_WORDS = 3


def split_range(
    wording: str, plain: str, history: Sequence[Turn], parsed_turns: Sequence[Question]
) -> tuple[str, VideoPart | None, TimeRange | None, int]:
    """Split a question from the part of the video, the time or the shot that it is about.

    Args:
        wording: the self-contained wording.
        plain: the normalized question before its resolution.
        history: earlier turns, oldest first.
        parsed_turns: the question of each of these turns.

    Returns:
        The remaining question, "what happens?" for none; the part and the time range, each None
        without one; and the number of the shot, 0 without one.
    """
    query, part = split_part(_with_neighbour(wording, parsed_turns))
    query, time_range, shot_number = _split_shot_and_time(query)
    if time_range is None and part is None and not shot_number:
        query, time_range, shot_number = _split_earlier_time(query, plain, history, parsed_turns)
    if part is not None:
        part = named_part(part, parsed_turns)
        if not part.side and parsed_turns:
            time_range = time_range or parsed_turns[-1].time_range
    has_range = time_range is not None or shot_number or part is not None
    if has_range and not query.strip(" ?.!,"):
        query = "what happens?"
    return query, part, time_range, shot_number


def _split_shot_and_time(query: str) -> tuple[str, TimeRange | None, int]:
    """Split a question from the shot and the time that it names.

    "In the first part" gives both: the first half of a video that has no shots, or too many.
    """
    rest, shot_number = split_shot(query)
    named_range = split_time(query)[1] if shot_number else None
    rest, time_range = split_time(rest)
    return rest, time_range or named_range, shot_number


def _with_neighbour(wording: str, parsed_turns: Sequence[Question]) -> str:
    """Name "the next scene" by its number after a question about a numbered one.

    After "who is in the first scene?", "is it dark in the next scene?" -> "... in the second scene?".
    """
    number = parsed_turns[-1].shot_number if parsed_turns else 0
    words = wording.split()
    for n, which in enumerate(words):
        ordinal = neighbour_ordinal(which, number) if which in NEIGHBOURS else ""
        has_noun = " ".join(words[n + 1 : n + 2]).strip("?.!,") in SHOT_WORDS
        is_of_thing = words[n + 2 : n + 3] == ["of"]  # "in the next part of the room"
        if ordinal and words[max(n - 2, 0) : n] == ["in", "the"] and has_noun and not is_of_thing:
            noun = words[n + 1].replace("part", "scene").replace("bit", "scene")
            return " ".join([*words[:n], ordinal, noun, *words[n + 2 :]])
    return wording


def _split_earlier_time(
    query: str, plain: str, history: Sequence[Turn], parsed_turns: Sequence[Question]
) -> tuple[str, TimeRange | None, int]:
    """Split a question from "then", "at that moment" and "there" that mean an earlier time.

    After "when does the dog appear?", "At 0:03." or "what happens at 0:03?": "what is he doing
    then?" -> "what is he doing?", 3 s to 3 s. "There" stays in the question: "is anyone there?".

    Args:
        query: the self-contained wording.
        plain: the normalized question before its resolution, which removes "then".
        history: earlier turns, oldest first.
        parsed_turns: the question of each of these turns.

    Returns:
        The remaining question, the time range and the number of the shot; the question unchanged,
        None and 0 if it refers to no time, or the latest turn has none.
    """
    reference = _reference(plain)
    asks_next = bool({"next", "after", "before"} & set(query.lower().strip(" ?.!").split()))
    if not reference or asks_next or not parsed_turns:
        return query, None, 0
    earlier = parsed_turns[-1]
    time_range = earlier.time_range
    if reference == "there" and (earlier.scene or earlier.shot_number):
        return query, None, 0  # see `scene_of`
    if is_search(earlier.intent) and history[-1].answer.answerable is not False:
        time_range = None if reference == "there" else split_time(history[-1].answer.text)[1]
    if time_range is None and not earlier.shot_number:
        return query, None, 0
    rest = query.rstrip(" ?.!")
    if reference != "there":
        rest = rest.removesuffix(reference).rstrip(" ,")
    return f"{rest}?", time_range, earlier.shot_number


def _reference(plain: str) -> str:
    """Return the words that end a question and refer to a time: "then", "at that point"; or "".

    "What is there?" has none, and neither has a question of fewer than three words.
    """
    words = plain.lower().rstrip(" ?.!").split()
    if len(words) < _MIN_WORDS:
        return ""
    *_, before, last = words
    if last == "then" or (last == "there" and before not in _BE):
        return last
    is_moment = last in _MOMENTS and before in ("that", "this") and words[-3] in ("at", "in", "by")
    return " ".join(words[-3:]) if is_moment else ""

"""Follow-ups that name only a time or a shot: "and at 0:20?", "in the second one?"."""

from __future__ import annotations

import re
from dataclasses import replace

from vqa.english import NUMBERS
from vqa.questions.conversation.discourse import Discourse, Resolution
from vqa.questions.conversation.earlier_questions import base_wording
from vqa.questions.intent_table.intents import intents, is_about_frames, is_search
from vqa.questions.nouns.entities import OCCURRENCE, OCCURRENCES
from vqa.questions.times.part_range import split_part
from vqa.questions.times.scene_pronouns import is_about_scenes
from vqa.questions.times.shot_words import (
    NEIGHBOUR,
    ORDINAL,
    SHOT_OR_PART_NOUN,
    length_question,
    neighbour_ordinal,
    ordinal_name,
)
from vqa.questions.times.time_range import split_anchor, split_time, time_offset, with_shot
from vqa.types import Question, TimeRange


def resolve_time(bare: str, discourse: Discourse) -> Resolution | None:
    """Repeat the latest question for another time: "and at 0:20?", "ten seconds later".

    "When is it open?" is repeated as "is it open?", and a question with an anchor, "what does he do
    after standing?", without it. After a question about the file, a task or the conversation, the
    result is "what happens?" at that time. "Ten seconds later" counts from the
    end of the time range of the latest question, or from its start if it has no end; the time is at
    least 0.

    Args:
        bare: the message, see `vqa.questions.follow_ups.ellipsis.resolve_ellipsis`.
        discourse: state of the earlier turns, with a latest question.

    Returns:
        The question with its time range. None if `bare` names no time or has other words, and if it
        names an offset but the latest question has no time range in seconds.
    """
    question = discourse.question
    assert question is not None
    rest, part = split_part(bare)
    if part is not None and not set(rest.lower().strip(" ?.!,").split()) - EMPTY_TIME_WORDS:
        # "And in the dog scene?"
        place = bare.strip(" ?.!,") if bare.lower().startswith(_IN) else f"in {bare.strip(' ?.!,')}"
        return Resolution(text=f"{base_wording(question).rstrip(' ?.!')} {place}?", is_changed=True)
    offset_s = time_offset(bare)
    if (
        offset_s is not None
        and question.time_range is not None
        and not question.time_range.is_fraction
    ):
        start_s = max(0.0, (question.time_range.end or question.time_range.start) + offset_s)
        return Resolution(
            text=base_wording(question),
            is_changed=True,
            time_range=TimeRange(start=start_s, end=start_s),
        )
    bare = _with_unit(bare, question)
    if bare.lower().strip(" ?.!,") in ("the rest", "rest") and question.time_range is not None:
        rest_of_it = replace(question.time_range, start=question.time_range.end or 0.0, end=None)
        return Resolution(text=base_wording(question), is_changed=True, time_range=rest_of_it)
    edge = _EDGE.match(bare)
    rest, time_range = split_time(f"in the {edge['edge']}" if edge is not None else bare)
    if time_range is None or set(rest.lower().strip(" ?.!,").split()) - EMPTY_TIME_WORDS:
        return None
    if intents()[question.intent].needs in ("facts", "conversation", "none", "task"):
        return Resolution(text="what happens?", is_changed=True, time_range=time_range)
    text = base_wording(question)
    if is_search(question.intent):
        # "When is it open?", "and at 0:05?" asks whether it is open then.
        text = _WHEN.sub("", text) if _WHEN.match(text) else "what happens?"
        return Resolution(text=text, is_changed=True, time_range=time_range)
    if question.anchor:
        # "What does he do after standing?", "and at the end?"
        return Resolution(text=split_anchor(text)[0], is_changed=True, time_range=time_range)
    return Resolution(text=text, is_changed=True, time_range=time_range, intent=question.intent)


def _with_unit(bare: str, question: Question) -> str:
    """Complete "the last 2" after a question about seconds, and "the other half" after one half."""
    time_range = question.time_range
    *others, before, last = ("", "", *bare.lower().strip(" ?.!,").split())
    if time_range is None:
        return bare
    if before == "to" and last.isdigit() and others[-1].isdigit():
        return f"from {others[-1]} to {last} seconds"  # "now 4 to 7"
    if before in ("first", "last") and (last.isdigit() or last in NUMBERS.keys() - {"one"}):
        return f"{' '.join(filter(None, others))} {before} {last} seconds"
    is_half = time_range.is_fraction and time_range.start in (0.0, 0.5) and last == "half"
    if before == "other" and is_half:
        return f"in the {'second' if time_range.start == 0 else 'first'} half"
    return bare


def asks_after_time(bare: str) -> bool:
    """Whether a question word follows a time: "from second 9 to 11 which animal"."""
    rest, time_range = split_time(bare)
    first = rest.lower().split()[:1]
    return time_range is not None and first != bare.lower().split()[:1] and first in _WH


_WH = (["what"], ["which"], ["who"], ["where"], ["how"])
# Words that may stand beside the time in "not even at the end?", "and now at 0:20".
EMPTY_TIME_WORDS = frozenset(
    "look check try again not even and now also only what about how right just no i mean meant but i'm asking sorry then".split()
)
# "Beginning?", "and the first part?", "what about the end?"
_EDGE = re.compile(
    rf"^(?:(?:{'|'.join(sorted(EMPTY_TIME_WORDS))}|at|in|for|the|very)[ ,]+)*(?P<edge>beginning|start|(?<=the )opening|outset|end|(?<=the )ending|"
    r"(?:first|second|last|opening|initial|final|closing|middle) (?:little )?(?:bit|part))(?: of (?:it|the (?:video|clip|film)))?[?.! ]*$",
    re.IGNORECASE,
)
_IN = ("in ", "during ", "at ", "for ", "from ")
_WHEN = re.compile(
    r"^(?:when|at what (?:time|second|minute|moment)) (?=(?:is|are|was|were|does|do|did) )",
    re.IGNORECASE,
)


def resolve_occurrence(bare: str, discourse: Discourse) -> Resolution | None:
    """Repeat a question about an event for another occurrence: "and the second time?".

    After "when does he lift his hand?" -> "when does he lift his hand for the second time?"; after "how often does he lift it?", "when is the first time?" asks
    when he does. "And
    stop?" after "when does it start?" -> "when does it stop?". None for other messages, and after a
    question about anything but an event.
    """
    question = discourse.question
    assert question is not None
    words = set(bare.lower().strip(" ?.!,").split()) - EMPTY_TIME_WORDS - {"the", "for"}
    # "When is the first time?"
    words -= {"when", "is", "was"} if "time" in words else set()
    start, _, verb = base_wording(question).rstrip(" ?.!").rpartition(" ")
    if len(words) == 1 and {verb, *words} <= _EDGE_VERBS:
        return Resolution(text=f"{start} {words.pop()}?", is_changed=True)
    ordinal = next(iter(words - {"time"}), "")
    if ordinal not in OCCURRENCES or words != {ordinal, "time"} or question.intent not in _EVENTS:
        return None
    event = OCCURRENCE.sub("", base_wording(question).rstrip(" ?.!"))
    event = _HOW_OFTEN.sub("when ", event)
    is_when = bare.lower().startswith("when ") and question.intent == "verify"
    event = f"when {event}" if is_when else event
    return Resolution(text=f"{event} for the {ordinal} time?", is_changed=True)


_EDGE_VERBS = frozenset("start begin stop end finish".split())
_EVENTS = frozenset({"when", "find_moment", "verify", "action", "frequency"})
_HOW_OFTEN = re.compile(r"^how (?:often|many times) ", re.IGNORECASE)


_AGAIN = re.compile(r" again(?=[?.! ]*$)", re.IGNORECASE)
_SHOT_ALONE = re.compile(
    rf"^(?P<before>.*?)(?:\b(?:in|at|of|during) )?\bthe (?P<which>{ORDINAL}|{NEIGHBOUR})"
    rf"(?: (?P<noun>one|{SHOT_OR_PART_NOUN})(?P<rest> .+)?)?(?P<after>[?.! ]*)$",
    re.IGNORECASE,
)
_NEIGHBOURS = {"the one after": "the next one", "the one before": "the previous one"}
_SHOT_WORDS = frozenset("scene scenes shot shots part parts".split())


def resolve_shot(bare: str, discourse: Discourse) -> Resolution | None:
    """Repeat the latest question for another shot: "and in the second scene?"; None for other texts.

    After "is there a dog in the first shot?" -> "is there a dog in the second shot?"; after a
    question about the shots -> "what happens in the second shot?", and "what is the third one
    doing?" -> "what is it doing in the third shot?". "The next one" needs a question about a
    numbered shot. After a question about no shot, the message has to name one: "and in the second
    scene?". For the arguments see `vqa.questions.follow_ups.ellipsis.resolve_ellipsis`.
    """
    question = discourse.question
    assert question is not None
    key = bare.lower().strip(" ?.!")
    length = _length_question(key, question)
    if length:
        return Resolution(text=length, is_changed=True)
    bare = _AGAIN.sub("", bare)
    match = _SHOT_ALONE.match(_NEIGHBOURS.get(key.removesuffix(" that"), bare))
    if match is None:
        return None
    names_shot = match["noun"] is not None and match["noun"].lower() not in ("one", "part", "bit")
    asks_of_shot = names_shot and is_about_frames(question.intent)
    is_of_shots = is_about_scenes([question])
    article = match.string[match.end("before") : match.start("which")].strip().lower()
    named_before = _SHOT_WORDS & set(base_wording(question).lower().strip(" ?.!").split())
    is_bare = match["noun"] is None and article == "in the" and bool(named_before)
    # "In the first one" after a question about a scene that it does not name itself.
    is_in_scene = question.scene is not None and article == "in the" and match["noun"] is not None
    if not (question.shot_number or is_of_shots or asks_of_shot or is_bare or is_in_scene):
        return None
    before = re.sub(r"\b(?:what|how) about\b", "", match["before"]).strip(" ,")
    which = neighbour_ordinal(match["which"].lower(), question.shot_number)
    if match["rest"] is not None:
        is_subject = is_of_shots and match["noun"] == "one" and before and article == "the"
        text = f"{before} it{match['rest'].rstrip(' ?.!')} in the {which} shot?"
        return Resolution(text=text, is_changed=True) if is_subject and which else None
    if which and before.lower() == "how long is" and match["noun"] is not None:
        return Resolution(text=f"how long is the {which} shot?", is_changed=True)
    in_shot = is_bare or (match["noun"] == "one" and article != "the")
    if not which or (before and not is_of_shots and not in_shot):
        return None
    before = (
        "" if before.lower() in ("what is", "what was", "what happens", "what happened") else before
    )
    if question.intent == "duration" and question.shot_number and not before:
        return Resolution(text=f"how long is the {which} shot?", is_changed=True)
    if not is_of_shots and not before:
        return Resolution(text=with_shot(base_wording(question), which), is_changed=True)
    return Resolution(text=f"{before or 'what happens'} in the {which} shot?", is_changed=True)


def _length_question(key: str, question: Question) -> str:
    """Name the part or the thing in "how long is it?" by the latest question; "" for another one."""
    if not length_question(key):
        return ""
    if question.anchor_side == "during" and question.anchor:
        return f"how long is the {question.anchor} part?"
    if is_search(question.intent) and question.target:
        return f"how long is the {question.target} shown?"
    ordinal = ordinal_name(question.shot_number)
    return f"how long is the {ordinal} shot?" if ordinal else ""

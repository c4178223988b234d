"""Fragments that name a time or a shot alone: "and at 0:20?", "in the second one?"."""

from __future__ import annotations

import re

from vqa.questions.discourse import Discourse, Resolution, base_wording
from vqa.questions.entities import OCCURRENCE, OCCURRENCES
from vqa.questions.intents import intents
from vqa.questions.time_range import split_anchor, split_shot, split_time, time_offset
from vqa.types import TimeRange


def resolve_time(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete a fragment that only names a time: "and at 0:20?", "ten seconds later".

    The latest question is repeated for that time: of a question such as "when is it open?", the
    words after "when". After a question about the file, a task or the conversation, an explicit
    time asks "what happens?". "Ten seconds later" counts from the end of the time range of the
    latest question, or from its start if it has no end, but not from before the start of the video.

    Args:
        bare: the message, see `vqa.questions.ellipsis.resolve_ellipsis`.
        discourse: state of the earlier turns, with a latest question.

    Returns:
        The question with its time range. None if `bare` names no time or has other words, and if it
        names an offset but the latest question has no time range in seconds.
    """
    question = discourse.question
    assert question is not None
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
    rest, time_range = split_time(bare)
    if time_range is None or set(rest.lower().strip(" ?.!,").split()) - EMPTY_TIME_WORDS:
        return None
    if intents()[question.intent].needs in ("facts", "conversation", "none", "task"):
        return Resolution(text="what happens?", is_changed=True, time_range=time_range)
    text = base_wording(question)
    if question.intent in ("when", "find_moment"):
        # "When is it open?", "and at 0:05?" asks whether it is open then.
        text = _WHEN.sub("", text) if _WHEN.match(text) else "what happens?"
        return Resolution(text=text, is_changed=True, time_range=time_range)
    if question.anchor:
        # "What does he do after standing?", "and at the end?"
        return Resolution(text=split_anchor(text)[0], is_changed=True, time_range=time_range)
    return Resolution(text=text, is_changed=True, time_range=time_range, intent=question.intent)


_WHEN = re.compile(
    r"^(?:when|at what (?:time|second|minute|moment)) (?=(?:is|are|was|were|does|do|did) )",
    re.IGNORECASE,
)


def resolve_occurrence(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete "and the second time?" after a question about an event; None for other messages.

    "When does he lift his hand?" becomes "when does he lift his hand for the second time?".
    """
    question = discourse.question
    assert question is not None
    words = set(bare.lower().strip(" ?.!,").split()) - EMPTY_TIME_WORDS - {"the", "for"}
    ordinal = next(iter(words - {"time"}), "")
    if ordinal not in OCCURRENCES or words != {ordinal, "time"} or question.intent not in _EVENTS:
        return None
    event = OCCURRENCE.sub("", base_wording(question).rstrip(" ?.!"))
    return Resolution(text=f"{event} for the {ordinal} time?", is_changed=True)


_EVENTS = frozenset({"when", "find_moment", "verify", "action"})
# Words that may stand beside the time in "not even at the end?", "and now at 0:20".
EMPTY_TIME_WORDS = frozenset(
    "not even and now also only what about how right just no i mean meant but i'm asking sorry then".split()
)


_SHOT_ALONE = re.compile(
    r"^(?P<before>.*?)(?:\b(?:in|at|of|during) )?\bthe (?P<which>first|second|third|fourth|fifth|sixth|last|next)(?: (?:one|scene|shot|part))?(?P<after>[?.! ]*)$",
    re.IGNORECASE,
)


def resolve_shot(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete "and in the second one?" after a question about shots; None for other texts.

    The latest question is repeated for that shot; after a question about the number of shots, it is
    "what happens in the second shot?". For the arguments see
    `vqa.questions.ellipsis.resolve_ellipsis`.
    """
    question = discourse.question
    assert question is not None
    match = _SHOT_ALONE.match(bare)
    if match is None or not (question.shot_number or question.intent == "shot_count"):
        return None
    before = re.sub(r"\b(?:what|how) about\b", "", match["before"]).strip(" ,")
    if before and question.intent != "shot_count":
        return None
    base = before or (split_shot(base_wording(question))[0] if question.shot_number else "")
    asks = base.strip(" ?.!") or "what happens"
    return Resolution(text=f"{asks} in the {match['which'].lower()} shot?", is_changed=True)

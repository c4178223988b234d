"""Questions that the file itself answers: how long the video is, how large, how fast, of how many shots, with sound or not."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from vqa.answering.lookup_result import Found, frame_at
from vqa.answering.temporal import named_last
from vqa.english import NUMBER_NAMES, VIDEO
from vqa.questions.normalize import plainly
from vqa.timecode import format_time
from vqa.types import Clip, Turn

_IT = rf"(?:it|this|(?:the|this|that)(?: whole| entire)? {VIDEO})"
_LENGTH = re.compile(
    rf"^(?:how long (?:is|was) {_IT}|how long (?:does|do|did) {_IT} (?:last|take|run|go on)|"
    rf"how many (?:seconds|minutes) (?:long is {_IT}|(?:does|do) {_IT} (?:last|have))|"
    rf"what is the (?:length|duration|running time|runtime)(?: of {_IT})?)[?.! ]*$",
    re.IGNORECASE,
)
_SHOTS = re.compile(
    rf"^how many (?:different )?(?P<what>shots|scenes|cuts)(?: (?:are|were) (?:there|shown)| (?:does|do) {_IT} have)?"
    rf"(?: in {_IT})?[?.! ]*$",
    re.IGNORECASE,
)
_SIZE = re.compile(
    rf"^(?:what|which) (?:is the )?(?:resolution|size|dimensions?)(?: (?:of|is|are|does) {_IT}(?: have)?)?[?.! ]*$",
    re.IGNORECASE,
)
_RATE = re.compile(
    rf"^(?:what is the (?:frame ?rate|fps)|(?:what|which) (?:frame ?rate|fps) (?:is|does)|"
    rf"how many (?:frames (?:per|a) second|fps)(?: (?:is|are|does|do))?)(?: (?:of )?{_IT}(?: have)?| there)?[?.! ]*$",
    re.IGNORECASE,
)
_SOUND = re.compile(
    rf"^(?:is there (?:any |a )?|(?:does|do) {_IT} (?:have|contain) (?:any |a )?|has {_IT} (?:any |got )?)"
    rf"(?:sound|audio)(?: ?track)?(?: in {_IT})?[?.! ]*$",
    re.IGNORECASE,
)
_POINTING = re.compile(rf"\b(?:it|this)\b(?! (?:whole |entire )?{VIDEO}\b)", re.IGNORECASE)
_A_MINUTE = 60.0


def answer_known(clip: Clip, question: str, earlier: Sequence[Turn] = ()) -> Found | None:
    """What is known for certain, without looking; None where something else is asked, or the file does not tell.

    Args:
        clip: the frames that were seen, with what the file says.
        question: as asked.
        earlier: what was said before; after "is there a rope?", "how long is it?" asks of the rope.
    """
    asked = plainly(question)
    if _POINTING.search(asked) and named_last(earlier):
        return None
    for pattern, told in _RULES:
        if pattern.match(asked):
            return told(clip, asked)
    return None


def _length(clip: Clip, _: str) -> Found | None:
    length = clip.info.duration_s
    if length is None:
        return None
    seconds = f"{round(length, 1):g} second{'' if round(length, 1) == 1 else 's'}"
    return _sure(seconds if length < _A_MINUTE else f"{format_time(length)} ({length:.0f} seconds)")


def _shots(clip: Clip, asked: str) -> Found | None:
    plan = clip.plan
    if not clip.shots or plan.start_s > 0 or plan.end_s is not None:
        return None
    number = len(clip.shots) - ("cuts" in asked.lower())
    evidence = tuple(frame_at(clip, (shot.start_s + shot.end_s) / 2, 1.0) for shot in clip.shots)
    return Found(text=NUMBER_NAMES.get(number, str(number)), there=True, evidence=evidence)


def _size(clip: Clip, _: str) -> Found:
    return _sure(f"{clip.info.width} × {clip.info.height} pixels")


def _rate(clip: Clip, _: str) -> Found | None:
    return None if clip.info.fps is None else _sure(f"{clip.info.fps:.4g} frames per second")


def _sound(clip: Clip, _: str) -> Found | None:
    if clip.info.has_audio is None:
        return None
    return _sure("yes" if clip.info.has_audio else "no")


def _sure(text: str) -> Found:
    return Found(text=text, there=True, confidence=1.0)


_RULES: tuple[tuple[re.Pattern[str], Callable[[Clip, str], Found | None]], ...] = (
    (_LENGTH, _length), (_SHOTS, _shots), (_SIZE, _size), (_RATE, _rate), (_SOUND, _sound),
)  # fmt: skip

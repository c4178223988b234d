"""Questions about time: "when does the dog appear?" is answered by searching the video, not by guessing.

"When does she mention the price?" is answered from what is said or written, where that is known.
"""

from __future__ import annotations

import re

from vqa.chat.found import Found, frame_at
from vqa.models.base import Embeds, VideoContext, VideoQAModel
from vqa.models.names import bare_name, without_tail
from vqa.tasks.lines import fitting_lines
from vqa.tasks.moments import best_score, clock, seen_moments

_WHEN = re.compile(
    r"^(?:and )?(?:when|at (?:what|which) (?:time|moment|point)|from when to when) "
    r"(?:do|does|did|is|are|was|were|can|could)(?: (?:you|we|i|one))?(?: see)? (?P<what>.+?)[?.! ]*$",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"^(?:and )?(?:when|at (?:what|which) (?:time|moment|point)) (?:do|does|did|is|are|was|were) (?P<who>.*?)\b"
    r"(?:says?|said|talk(?:s|ed)? about|speaks? (?:about|of)|spoken (?:about|of)|mentions?|mentioned)\b(?P<after>.*?)[?.! ]*$",
    re.IGNORECASE,
)
_SPEAKERS = re.compile(r"^(?:he|she|they|someone|anyone|people|i|we|you|something)$", re.IGNORECASE)
_MOST_MOMENTS = 3
_NEAR_BEST = 0.75


def answer_when(model: VideoQAModel, context: VideoContext, question: str) -> Found | None:
    """The times (mm:ss) at which what is asked for is seen or said; None where no time is asked, or nothing can be searched."""
    told = _TOLD.match(question.strip())
    if told is not None and context.text and (said := _what_is_told(told)):
        return _answer_told(model, context, said)
    match = _WHEN.match(question.strip())
    if match is None or not isinstance(model, Embeds):
        return None
    what = without_tail(match["what"])
    return _answer_seen(model, context, what) if what else None


def _answer_seen(model: Embeds, context: VideoContext, what: str) -> Found:
    """The times at which it is in the picture, with the frames that fit best."""
    name = bare_name(what)
    moments = sorted(seen_moments(context, model, name), key=lambda m: -m.score)[:_MOST_MOMENTS]
    if not moments:
        chance = model.match_probability(best_score(context, model, name))
        return Found(
            text=f"I do not find {what} in this video.", there=False, confidence=1 - chance
        )
    return Found(
        text=_at([(m.start_s, m.end_s) for m in moments]),
        there=True,
        confidence=model.match_probability(moments[0].score),
        evidence=tuple(
            frame_at(context.clip, m.thumbnail_s, model.match_probability(m.score)) for m in moments
        ),
    )


def _what_is_told(told: re.Match[str]) -> str:
    """X of "when does she mention X" and of "when is X mentioned"; empty where no subject is named."""
    who, after = told["who"].strip(), told["after"].strip().strip("\"'“”")
    return after or ("" if _SPEAKERS.match(who) else who)


def _answer_told(model: VideoQAModel, context: VideoContext, what: str) -> Found:
    """The times of the lines that say it, with what is seen meanwhile."""
    found = fitting_lines(context.text, what, model)[:_MOST_MOMENTS]
    if not found:
        return Found(text=f"I do not hear or read {what} in this video.", there=False)
    lines = [(line, score) for line, score in found if score >= _NEAR_BEST * found[0][1]]
    return Found(
        text=_at([(line.start_s, line.end_s) for line, _ in lines]),
        there=True,
        evidence=tuple(
            frame_at(context.clip, (line.start_s + line.end_s) / 2, score) for line, score in lines
        ),
    )


def _at(stretches: list[tuple[float, float]]) -> str:
    """Stretches of time as a sentence, in order."""
    spans = [
        clock(start_s) if end_s - start_s < 1 else f"{clock(start_s)} to {clock(end_s)}"
        for start_s, end_s in sorted(stretches)
    ]
    return f"At {', '.join(spans)}."

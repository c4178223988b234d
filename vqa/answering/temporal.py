"""Questions about time: "when does the dog appear?" is answered by searching the video, not by guessing.

"When does she mention the price?" is answered from what is said or written, where that is known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vqa.answering.lookup_result import Found, frame_at
from vqa.english import VIDEO, without_article
from vqa.models.protocol import Embeds, VideoContext, VideoQAModel
from vqa.questions.coreference import whole_question
from vqa.questions.entities import WHEN, subject_of, thing_asked_for, without_tail
from vqa.tasks.search import best_score, find_picture_moments, match_lines
from vqa.timecode import format_time
from vqa.types import Turn

_TOLD = re.compile(
    r"^(?:when|at (?:what|which) (?:time|moment|point)) (?:do|does|did|is|are|was|were) (?P<who>.*?)\b"
    r"(?:says?|said|talk(?:s|ed)? about|speaks? (?:about|of)|spoken (?:about|of)|mentions?|mentioned)\b(?P<after>.*?)[?.! ]*$",
    re.IGNORECASE,
)
_SPEAKERS = re.compile(r"^(?:he|she|they|someone|anyone|people|i|we|you|something)$", re.IGNORECASE)
# When a video was made is not in it, and where it starts and ends is nothing to look for.
_MADE = r"(?:filmed|taken|recorded|made|shot|captured|created|edited|published|uploaded|released)"
_RUNS = r"(?:start|begin|end|stop|finish|over)"
_OF_THE_VIDEO = re.compile(
    rf"^(?:the|this|that|these|those|your)(?: first| last)? {VIDEO}(?: of .+?)? (?:{_MADE}|{_RUNS})\b|"
    rf"^(?:it|this|that|these|those|they) (?:{_MADE}\b|(?:{_RUNS}|happen|occur)$)|"
    rf"\b(?:film|record|make|shoot|take) (?:it|this|that|(?:the|this|that|your) {VIDEO})$",
    re.IGNORECASE,
)
_WEATHER = re.compile(
    r"^it (?:(?:start|begin|get|become) (?:to )?)?(?=(?:rain|snow|hail|dark|night|day|sunny|cloudy|foggy|windy|stormy)\w*$)",
    re.IGNORECASE,
)
_AGAIN = re.compile(r" (?:again|next)$", re.IGNORECASE)
_PRONOUNS = frozenset("it he she they him them".split())
_POINTING = frozenset("this that these those his her its their".split())
_MOST_MOMENTS = 3
_NEAR_BEST = 0.75


def answer_when(
    model: VideoQAModel, context: VideoContext, question: str, earlier: Sequence[Turn] = ()
) -> Found | None:
    """The times (mm:ss) at which what is asked for is seen or said.

    None where no time is asked, where nothing can be searched, and where it cannot be told what is to be looked for.
    """
    question = whole_question(question, earlier)
    told = _TOLD.match(question)
    if told is not None and context.text and (said := _what_is_told(told)):
        meant = _meant(said, earlier)
        return _answer_told(model, context, meant) if meant else None
    match = WHEN.match(question)
    if match is None or not isinstance(model, Embeds):
        return None
    what = _looked_for(match["what"], earlier)
    return _answer_seen(model, context, what) if what else None


def _looked_for(said: str, earlier: Sequence[Turn]) -> str:
    """What to look for in the pictures; empty where that cannot be told, or is the video itself."""
    what = _AGAIN.sub("", without_tail(said))
    if _WEATHER.match(what):
        return _WEATHER.sub("", what)
    return "" if _OF_THE_VIDEO.search(what) else _meant(what, earlier)


def _meant(said: str, earlier: Sequence[Turn]) -> str:
    """The same words with the thing that the last turn named for every pronoun; empty where one is left without a thing."""
    words = said.split()
    if len(words) > 1 and words[0].lower() in _POINTING:
        words[0] = "the"
    standing = {
        place: "" if word.lower() == "one" else "the "
        for place, word in enumerate(words)
        if word.lower() in _PRONOUNS
        or (place == len(words) - 1 and word.lower() in _POINTING | {"one"})
    }
    named = named_last(earlier) if standing else ""
    if standing and not named:
        return ""
    for place, article in standing.items():
        words[place] = f"{article}{named}"
    return " ".join(words)


def named_last(earlier: Sequence[Turn]) -> str:
    """The bare name of the thing that the last turn asked for, or about; empty where it named none."""
    if not earlier:
        return ""
    *before, last = earlier
    asked = whole_question(last.question, before)
    if name := thing_asked_for(asked) or subject_of(asked):
        return name
    match = WHEN.match(asked)
    what = _looked_for(match["what"], before) if match else ""
    return (thing_asked_for(f"Are there {what}?") or "") if what else ""


def _answer_seen(model: Embeds, context: VideoContext, what: str) -> Found:
    """The times at which it is in the picture, with the frames that fit best."""
    name = without_article(what)
    moments = sorted(find_picture_moments(context, model, name), key=lambda m: -m.score)[
        :_MOST_MOMENTS
    ]
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
    found = match_lines(context.text, what, model)[:_MOST_MOMENTS]
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
        format_time(start_s)
        if end_s - start_s < 1
        else f"{format_time(start_s)} to {format_time(end_s)}"
        for start_s, end_s in sorted(stretches)
    ]
    return f"At {', '.join(spans)}."

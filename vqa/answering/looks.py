"""Answers from the pixels: how dark, colorful or sharp the picture is, whether the camera moves, which scene is longer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vqa.answering.lookup import LookupResult, middle_frame
from vqa.answering.metadata import duration_text
from vqa.answering.reply_times import in_words, shots_in_words
from vqa.answering.responses import respond
from vqa.look_words import Look
from vqa.question_parts import LookQuery
from vqa.tasks.picture_measures import SCALES, LookScale, measure_shots
from vqa.tasks.search import shots_or_whole
from vqa.text_words import as_sentence
from vqa.timecode import format_time
from vqa.types import Clip, Question, Shot

_TWO = 2


@dataclass(frozen=True)
class _Wording:
    """Words of a look: what is true with and without it, its comparative and superlative, and "equally ..."."""

    is_so: str
    is_not: str
    more: str
    most: str
    equal: str


_BLURRY = ("the picture is blurry", "the picture is sharp")
_COLOR = ("the picture is in color", "the picture is in black and white")
_CHANGES = ("there is movement in the picture", "nothing moves: it is a still picture")
_MOVES = ("the camera moves", "the camera stays still")
_WORDINGS: dict[Look, _Wording] = {
    "dark": _Wording("the picture is dark", "the picture is not dark", "is darker", "is the darkest", "equally dark"),
    "bright": _Wording("the picture is bright", "the picture is not bright", "is brighter", "is the brightest", "equally bright"),
    "grey": _Wording(*_COLOR[::-1], "has less color", "has the least color", "equally colorful"),
    "colored": _Wording(*_COLOR, "has more color", "has the most color", "equally colorful"),
    "colorful": _Wording("the picture is colorful", "the picture is not very colorful", "is more colorful", "is the most colorful", "equally colorful"),
    "blurry": _Wording(*_BLURRY, "is blurrier", "is the blurriest", "equally sharp"),
    "sharp": _Wording(*_BLURRY[::-1], "is sharper", "is the sharpest", "equally sharp"),
    "moving": _Wording(*_MOVES, "has more camera movement", "has the most camera movement", "equally steady"),
    "still": _Wording(*_MOVES[::-1], "is steadier", "is the steadiest", "equally steady"),
    "frozen": _Wording(*_CHANGES[::-1], "", "", ""),
    "changing": _Wording(*_CHANGES, "", "", ""),
    "long": _Wording("", "", "is longer", "is the longest", "equally long"),
    "short": _Wording("", "", "is shorter", "is the shortest", "equally long"),
}  # fmt: skip


def answer_look(clip: Clip, question: Question, *, is_visual: bool) -> LookupResult | None:
    """Answer a question on the look of the picture: "Yes, the picture is blurry."; None for others.

    "The first scene (0:00) is darker." compares the detected shots. The part that the question
    names counts, else the whole video. Unanswerable if the measure is unknown. The evidence is the
    middle frame of each scene that the answer names.

    Args:
        clip: the sampled frames.
        question: the parsed question.
        is_visual: whether the model is visual-only; for any other, only lengths are answered.
    """
    query = question.look
    if query is None or not (is_visual or query.look in ("long", "short")):
        return None
    shots = _shots_in_question(clip, question)
    values = measure_shots(clip, shots, SCALES[query.look].measure)
    if np.isnan(values).all():
        return LookupResult(text=respond("cannot_tell"), answerable=False)
    if query.form == "quality":
        return _quality(clip, values.tolist())
    if query.form in ("when", "why"):
        return _when(clip, query, shots, values.tolist())
    if query.degree:
        return _compare(clip, query, shots, values.tolist())
    return _describe(clip, query, shots, values.tolist())


def _shots_in_question(clip: Clip, question: Question) -> tuple[Shot, ...]:
    """Return the shots that a question on a look is about."""
    shots, query, time_range = shots_or_whole(clip), question.look, question.time_range
    assert query is not None
    numbers = [number for number in query.shot_numbers if 0 < abs(number) <= len(shots)]
    if numbers and not query.degree:
        return tuple(shots[number - 1 if number > 0 else number] for number in numbers)
    if time_range is not None and not query.degree:
        start_s, end_s = time_range.resolve(clip.duration_s)
        return (Shot(start_s=start_s, end_s=max(end_s, start_s + 1e-3)),)
    return shots


def _describe(
    clip: Clip, query: LookQuery, shots: Sequence[Shot], values: Sequence[float]
) -> LookupResult:
    """Answer whether the shots have a look, which of them, or whether every one has."""
    scale, wording = SCALES[query.look], _WORDINGS[query.look]
    matches = [number for number, value in enumerate(values) if scale.has_look(value)]
    names = shots_in_words(clip, [shots[number] for number in matches])
    is_whole, is_none = len(matches) == len(shots), not matches
    if query.form == "which":
        text = as_sentence(names) if matches else respond("no_scene")
        return _result(clip, text, text, [shots[number] for number in matches])
    if query.form == "choice":
        statement = wording.is_so if is_whole else wording.is_not
        if not (is_whole or is_none):
            statement = f"in {names}, {wording.is_so}, and otherwise {wording.is_not}"
        bare = next(filter(None, (statement.partition(subject)[2] for subject in _SUBJECTS)), "")
        text = bare if is_whole or is_none else statement
        return _result(clip, text or statement, as_sentence(statement), shots)
    if is_whole:
        return _result(clip, "yes", f"Yes, {wording.is_so}.", shots)
    if is_none:
        return _result(clip, "no", f"No, {wording.is_not}.", shots)
    opening = "No" if query.form == "every" else "Partly"
    text = f"{opening}, {wording.is_so} only in {names}."
    return _result(
        clip,
        "no" if query.form == "every" else "partly",
        text,
        [shots[number] for number in matches],
    )


# What a statement on a look begins with, the longest first.
_SUBJECTS = ("the picture is in ", "the picture is ", "the camera ")


def _when(
    clip: Clip, query: LookQuery, shots: Sequence[Shot], values: Sequence[float]
) -> LookupResult:
    """Answer from when to when the picture has a look, or that the reason is unknown, with that time."""
    wording, scale = _WORDINGS[query.look], SCALES[query.look]
    matches = [
        shot for shot, value in zip(shots, values, strict=True) if scale.has_look(float(value))
    ]
    times = [f"from {format_time(shot.start_s)} to {format_time(shot.end_s)}" for shot in matches]
    is_whole = len(matches) == len(shots_or_whole(clip))
    when = "the whole time" if is_whole else in_words(times)
    statement = f"{wording.is_so} {when}" if matches else f"{wording.is_not} the whole time"
    reply = as_sentence(statement)
    if query.form == "why":
        return LookupResult(text=respond("look_reason", statement=reply), answerable=False)
    return _result(clip, f"At {when.removeprefix('from ')}." if times else "no", reply, matches)


def _quality(clip: Clip, values: Sequence[float]) -> LookupResult:
    """Answer how large the picture is and whether it is sharp."""
    flags = {SCALES["sharp"].has_look(value) for value in values}
    sharpness = "partly blurry" if len(flags) > 1 else "sharp" if True in flags else "rather blurry"
    width, height = clip.info.width, clip.info.height
    text = f"The picture is {width} × {height} pixels large and {sharpness}."
    return _result(clip, text, text, ())


def _compare(
    clip: Clip, query: LookQuery, shots: Sequence[Shot], values: Sequence[float]
) -> LookupResult:
    """Answer which of several shots has more or most of a look, or whether one has more than others."""
    scale, wording = SCALES[query.look], _WORDINGS[query.look]
    if len(shots) == 1:
        return LookupResult(text=respond("only_scene"), answerable=True)
    numbers = [number for number in query.shot_numbers if 0 < abs(number) <= len(shots)]
    rows = [number - 1 if number > 0 else len(shots) - 1 for number in dict.fromkeys(numbers)]
    candidates = rows if len(rows) > 1 else list(range(len(shots)))
    order = sorted(candidates, key=lambda row: _rank(values[row], scale))
    best = [row for row in order if not abs(values[row] - values[order[0]]) >= scale.margin]
    verb = wording.more if len(candidates) == _TWO else wording.most
    best_names = shots_in_words(clip, [shots[row] for row in sorted(best)])
    verb = verb.replace("is ", "are ").replace("has ", "have ") if len(best) > 1 else verb
    statement = f"{best_names} {verb}{_lengths(query.look, shots, order, num_best=len(best))}"
    is_equal = len(best) == len(candidates)
    if is_equal:
        statement = f"the scenes are about {wording.equal}"
    best_shots = [shots[row] for row in best]
    if query.form == "which":
        text = "none" if is_equal else best_names
        return _result(clip, text, as_sentence(statement), best_shots)
    is_so = not is_equal and (best == rows[:1] if rows else True)
    opening = "Yes" if is_so else "No"
    return _result(clip, opening.lower(), f"{opening}, {statement}.", best_shots)


def _rank(value: float, scale: LookScale) -> float:
    """Return the place of a value among others, the highest degree of the look first."""
    if np.isnan(value):
        return float("inf")
    return -value if scale.is_high else value


def _lengths(look: Look, shots: Sequence[Shot], order: Sequence[int], *, num_best: int) -> str:
    """Return the lengths that a comparison of lengths rests on: ": 5 seconds, the other 3 seconds"."""
    if look not in ("long", "short"):
        return ""
    first, *others = (duration_text(shots[row].end_s - shots[row].start_s) for row in order)
    each = " each" if num_best > 1 else ""
    return f": {first}, the other {others[0]}" if len(others) == 1 else f": {first}{each}"


def _result(clip: Clip, text: str, reply: str, shots: Sequence[Shot]) -> LookupResult:
    return LookupResult(
        text=text,
        answerable=True,
        reply=reply,
        evidence=tuple(middle_frame(clip, shot) for shot in shots),
    )

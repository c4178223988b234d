"""Answers that compare the scenes of a video: each is asked the question, and their answers are combined."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from vqa.answering.lookup import LookupResult, middle_frame
from vqa.answering.replies import full_sentence
from vqa.answering.reply_times import shots_in_words
from vqa.answering.responses import respond
from vqa.english import CARDINALS, NUMBER_NAMES
from vqa.models.protocol import Prepares, VideoContext, VideoQAModel
from vqa.text_words import as_sentence
from vqa.types import Answer, Clip, Question, Shot, TimeRange

_MAX_SCENES = 24
_EDGE_S = 0.05  # the first frame of the next shot is not in the range
_NUMBER = re.compile(r"\d+|[a-z]+")


@dataclass(frozen=True, kw_only=True)
class _SceneAnswer:
    """Answer of one scene."""

    shot: Shot
    answer: Answer


def answer_scene_comparison(
    model: VideoQAModel, context: VideoContext, question: Question
) -> LookupResult | None:
    """Answer "which scene is dark?" or "is it dark in every scene?" by asking each scene; or None.

    "The first scene (0:00) and the third scene (0:09).", "No, only in the first scene (0:00).".

    The scenes are the detected shots. With a single one, that is said. The confidence is that of the
    least certain scene, the evidence the middle frame of each scene of the answer. None for another
    question, for a model that does not prepare questions, and for more than 24 scenes.

    Args:
        model: answers the question for each scene.
        context: the video, encoded by that model.
        question: the parsed question; its `scene` has the quantifier.
    """
    from vqa.answering.answer import QuestionTurn

    shots = context.clip.shots
    if question.scene is None or not question.scene.quantifier or not isinstance(model, Prepares):
        return None
    if len(shots) <= 1:
        return LookupResult(text=respond("only_scene"), answerable=True)
    if len(shots) > _MAX_SCENES:
        return None
    answers = []
    for shot in shots:
        time_range = TimeRange(start=shot.start_s, end=shot.end_s - _EDGE_S)
        turn = QuestionTurn(model, context, replace(question, scene=None, time_range=time_range))
        answer = turn.judge("".join(turn.stream()))
        answer = replace(answer, reply=full_sentence(question, answer.text))
        answers.append(_SceneAnswer(shot=shot, answer=answer))
    reply, best_answers = _combined(context.clip, question.scene.quantifier, answers)
    confidences = [one.answer.confidence for one in answers if one.answer.confidence is not None]
    return LookupResult(
        text=reply,
        answerable=True,
        confidence=min(confidences, default=None),
        evidence=tuple(
            middle_frame(context.clip, one.shot, one.answer.confidence or 0.0)
            for one in best_answers
        ),
    )


def _combined(
    clip: Clip, quantifier: str, answers: Sequence[_SceneAnswer]
) -> tuple[str, Sequence[_SceneAnswer]]:
    """Return the reply, and the answers of the scenes that it is about."""
    if quantifier in ("most", "fewest"):
        return _extreme(clip, answers, is_most=quantifier == "most")
    if quantifier == "each":
        sentences = [as_sentence(f"{_names(clip, [one])}: {one.answer.text}") for one in answers]
        return " ".join(sentences), answers
    is_wanted = quantifier != "without"
    matches = [one for one in answers if one.answer.text.lower().startswith("yes") == is_wanted]
    names = _names(clip, matches)
    if quantifier in ("number", "which", "without"):
        count = NUMBER_NAMES.get(len(matches), str(len(matches)))
        text = f"{count}: {names}" if quantifier == "number" else names
        return as_sentence(text) if matches else respond("no_scene"), matches
    if len(matches) == len(answers):
        number = (
            "both" if len(matches) == 2 else f"all {NUMBER_NAMES.get(len(matches), len(matches))}"
        )
        return respond("every_scene", number=number), matches
    return respond("some_scenes", scenes=names) if matches else respond("not_any_scene"), matches


def _names(clip: Clip, answers: Sequence[_SceneAnswer]) -> str:
    return shots_in_words(clip, [one.shot for one in answers])


def _extreme(
    clip: Clip, answers: Sequence[_SceneAnswer], *, is_most: bool
) -> tuple[str, Sequence[_SceneAnswer]]:
    """Return the reply on the scenes with the largest or smallest number, and their answers."""
    numbers = [_number_of(one.answer) for one in answers]
    counts = [number for number in numbers if number is not None]
    if not counts:
        return respond("which_unknown"), ()
    best = max(counts) if is_most else min(counts)
    best_answers = [one for one, number in zip(answers, numbers, strict=True) if number == best]
    if len(best_answers) == len(answers):
        return respond("equal_scenes", number=NUMBER_NAMES.get(best, str(best))), best_answers
    reply = best_answers[0].answer.reply or best_answers[0].answer.text
    text = f"{_names(clip, best_answers)}: {reply if best else respond('none_there')}"
    return as_sentence(text), best_answers


def _number_of(answer: Answer) -> int | None:
    """Return the number that an answer states, 0 if there is nothing to count; None without one."""
    if answer.answerable is False:
        return 0
    for word in _NUMBER.findall(answer.text.lower()):
        if word.isdigit():
            return int(word)
        if word in CARDINALS:
            return CARDINALS[word]
        if word in ("none", "no", "zero", "nobody"):
            return 0
    return None

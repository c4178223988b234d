"""Questions on the look of the picture and on the scenes of a video, parsed as wholes, before those on things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from vqa.question_parts import LookQuery, Scene
from vqa.questions.classifiers.intent_classifier import SentenceEncoder
from vqa.questions.intent_table.intents import is_about_frames
from vqa.questions.interpretation.rendering import DESCRIBE
from vqa.questions.normalization.normalize import normalized_wording
from vqa.questions.single_question import parse_single
from vqa.questions.times.look_questions import look_query, resolve_look_time
from vqa.questions.times.scene_pronouns import is_about_scenes
from vqa.questions.times.scene_quantifiers import split_scene_quantifier
from vqa.questions.times.scene_requests import scene_request
from vqa.questions.words.spelling import correct_spelling
from vqa.types import Question, Turn


def parse_scene_question(
    text: str,
    encode: SentenceEncoder | None,
    history: Sequence[Turn],
    parsed_turns: Sequence[Question],
) -> Question | None:
    """Parse a question on the look of the picture, on all scenes, or on each of them; else None.

    - "Is it blurry?", "which scene is the darkest?": a question with a `look`.
    - "List the scenes", "compare the two clips": a request for captions or a description.
    - "Which scene is outdoors?": the question for one scene, with a quantifier.

    Args:
        text: the question, as typed.
        encode: sentence encoder; None classifies by hashed features alone.
        history: earlier turns, oldest first.
        parsed_turns: the parsed question of each turn of `history`.
    """
    wordings = (correct_spelling(text), normalized_wording(text))
    look = _look_of(wordings, parsed_turns)
    if look is not None:
        return _look_question(text, look)
    request = next(filter(None, map(scene_request, wordings)), "")
    if request:
        return Question(
            text=text,
            resolved=text,
            rendered=DESCRIBE,
            intent=request,
            answer_kind="description",
            aspect="difference" if request == "describe" else "",
        )
    split = next(filter(None, map(split_scene_quantifier, wordings)), None)
    if split is None:
        return None
    quantifier, wording = split
    question = parse_single(wording, history, parsed_turns, encode)
    is_answered = question.answer_kind in ("yes_no", "choice") or question.intent == "count"
    if not (is_about_frames(question.intent) and is_answered):
        return None
    return replace(question, text=text, resolved=text, scene=Scene(quantifier=quantifier))


def _look_of(wordings: Sequence[str], parsed_turns: Sequence[Question]) -> LookQuery | None:
    """Return what the wordings of a question ask of the look of the picture; None for other questions."""
    latest = parsed_turns[-1] if parsed_turns else None
    has_thing = latest is not None and bool(latest.subject or latest.target)
    is_after_scenes = is_about_scenes(parsed_turns)
    queries = (
        look_query(one, is_after_scenes=is_after_scenes, has_thing=has_thing) for one in wordings
    )
    latest_look = latest.look if latest is not None else None
    return next(filter(None, queries), resolve_look_time(wordings[-1], latest_look))


def _look_question(text: str, look: LookQuery) -> Question:
    """Return the question on a look; the lengths of scenes and the size of the picture are facts of the file."""
    is_length = look.look in ("long", "short")
    number = look.shot_numbers[0] if len(look.shot_numbers) == 1 and not look.degree else 0
    return Question(
        text=text,
        resolved=text,
        rendered=text,
        intent="shot_count" if is_length else _LOOK_INTENTS.get(look.form, "verify"),
        shot_number=number,
        look=look,
    )


_LOOK_INTENTS: Mapping[str, str] = {"when": "when", "why": "reason", "quality": "resolution"}

"""Parts of the video that a question names: a shot, or the part that shows a thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vqa.answering.lookup import LookupResult, middle_frame, needs_app
from vqa.answering.metadata import duration_text
from vqa.answering.reply_times import shot_name
from vqa.answering.responses import respond
from vqa.english import NUMBER_NAMES, is_doing, with_article_if_countable
from vqa.look_words import PART_LOOKS
from vqa.models.protocol import Embeds, Prepares, VideoContext, VideoQAModel
from vqa.question_parts import Scene
from vqa.questions.intent_table.intents import is_search
from vqa.questions.parse import parse
from vqa.tasks.search import find_only_part, find_part, may_show, shot_index
from vqa.timecode import format_time
from vqa.types import Clip, Question, Shot, TimeRange

# Below this probability that the video shows a thing, no part of it is named by that thing. A person
# who names a part has usually seen it, so that it is lower than for "is there a dog?".
_MIN_PRESENCE = 0.25
# In a video with more shots, "the second part" is no shot.
MAX_PARTS = 8


def with_time_range(question: Question, context: VideoContext, model: VideoQAModel) -> Question:
    """Set the time range of a question that is about a shot or a part of the video: "in the dog scene".

    If the video doesn't show what the part is named by, that is the question's `absent` noun. A
    part that the question does not name itself is that of its `scene`, if the frames show where it
    is; a model that gets the whole conversation finds it itself. Returned unchanged if the question
    is about the whole video, already has a time range, or names a shot that the video does not
    have. A part needs a model that embeds frames, and frames of the whole video.
    """
    question = with_shot(question, context.clip.shots)
    if question.scene is not None and question.scene.quantifier:
        return question
    if question.scene is not None and question.time_range is None and needs_app(model):
        time_range = _scene_range(question.scene, context, model)
        # "Is it a ball or a balloon?" presupposes one of them.
        is_known = question.known_present or question.answer_kind == "choice"
        return replace(question, time_range=time_range, known_present=is_known)
    names_part = question.anchor_side in ("during", "part") and question.time_range is None
    if not names_part or question.absent or not isinstance(model, Embeds):
        return question
    part = find_part(context, model, question.anchor)
    if part is None and question.anchor in PART_LOOKS:
        return replace(question, absent=f"{question.anchor} part")
    if not is_shown(context, model, question.anchor):
        return replace(question, absent=question.anchor)
    if part is None or question.anchor_side == "part":
        return question
    return replace(question, time_range=TimeRange(start=part.start_s, end=part.end_s))


def _scene_range(scene: Scene, context: VideoContext, model: VideoQAModel) -> TimeRange | None:
    """Return the time range of a scene; None if the frames do not show where it is."""
    shots = context.clip.shots
    if len(shots) <= 1 or not isinstance(model, Embeds):
        return scene.time_range
    for topic in scene.topics:
        part = find_only_part(context, model, topic)
        if part is None and scene.is_named:
            part = find_part(context, model, topic)
        if part is not None and _shows_all(context, model, part, scene.things):
            return TimeRange(start=part.start_s, end=part.end_s)
    time_range = _shot_at_edge(scene.time_range, shots)
    if 0 < abs(scene.shot_number) <= len(shots):
        time_range = time_range or _shot_range(scene.shot_number, shots)
    numbers = {shot_index(time_s, shots) for time_s in scene.times_s}
    if time_range is None and len(numbers) == 1:
        time_range = _shot_range(numbers.pop() + 1, shots)
    if time_range is None or scene.is_named:
        return time_range
    start_s, end_s = time_range.resolve(context.clip.duration_s)
    part = Shot(start_s=start_s, end_s=end_s)
    return time_range if _shows_all(context, model, part, scene.things) else None


def _shows_all(context: VideoContext, model: Embeds, part: Shot, things: Sequence[str]) -> bool:
    """Whether a part of a video may show all of some things."""
    return all(may_show(context, model, part, thing) for thing in things)


def _shot_at_edge(time_range: TimeRange | None, shots: Sequence[Shot]) -> TimeRange | None:
    """Return the first, middle or last of two to eight shots for an instant of the video: "the end".

    Any other time range is unchanged.
    """
    if time_range is None or not time_range.is_fraction or time_range.start != time_range.end:
        return time_range
    if len(shots) > MAX_PARTS:
        return time_range
    return _shot_range(1 + round(time_range.start * (len(shots) - 1)), shots)


def _shot_range(number: int, shots: Sequence[Shot]) -> TimeRange:
    """Return the time range of a shot by its number, from 1; -1 is the last."""
    shot = shots[number - 1 if number > 0 else number]
    return TimeRange(start=shot.start_s, end=shot.end_s)


def is_shown(context: VideoContext, model: VideoQAModel, thing: str) -> bool:
    """Whether the video may show a thing; True for a look, and for a model that can't judge it."""
    if thing in PART_LOOKS or not isinstance(model, Prepares):
        return True
    question = parse(f"Is there {with_article_if_countable(thing)}?")
    if question.answer_kind != "yes_no":
        return True
    confidence = model.prepare(context, question).judge("yes").confidence
    return confidence is None or confidence >= _MIN_PRESENCE


def with_shot(question: Question, shots: Sequence[Shot]) -> Question:
    """Set the time range of a question that names a shot: "in the second shot" -> 4.0 to 9.5 s.

    "In the second part" is the second shot of a video of two to eight shots, else the second half.
    Returned unchanged if the question names no shot, has another time range, or names a shot that
    the video does not have.

    Args:
        question: the parsed question.
        shots: the shots of the video in order; empty if they have not been detected.
    """
    number, time_range = question.shot_number, question.time_range
    if not number or number > len(shots) or not shots:
        return question
    if time_range is not None and not (time_range.is_fraction and 1 < len(shots) <= MAX_PARTS):
        return question
    return replace(question, time_range=_shot_range(number, shots))


def answer_missing_shot(clip: Clip, question: Question) -> LookupResult | None:
    """Answer that the video has no such scene: "The video has only two scenes."; None if it has."""
    shots, scene, look = clip.shots, question.scene, question.look
    numbers = (
        question.shot_number,
        scene.shot_number if scene is not None else 0,
        *(look.shot_numbers if look is not None else ()),
    )
    is_whole = clip.plan.start_s == 0 and clip.plan.end_s is None
    # "The second part" of a single shot is its second half.
    if not shots or not is_whole or question.time_range is not None or max(numbers) <= len(shots):
        return None
    count = NUMBER_NAMES.get(len(shots), str(len(shots)))
    text = respond("only_scene") if len(shots) == 1 else respond("only_scenes", number=count)
    return LookupResult(text=text, answerable=False)


def answer_part_time(
    model: VideoQAModel, context: VideoContext, question: Question
) -> LookupResult | None:
    """Answer when a part of the video is, or how long: "The dog part starts at 0:11.".

    None if the question does not ask for the time of a part, the part is not found, or the model
    does not embed frames. For a part of a thing that is absent, the answer says that.
    """
    if question.absent and question.anchor_side == "part":
        return absent_thing(question.absent)
    part = _part_in_question(model, context, question)
    if part is None:
        return None
    length = duration_text(part.end_s - part.start_s)
    start, end = format_time(part.start_s), format_time(part.end_s)
    name = _part_name(question)
    text = span = f"from {start} to {end}"
    reply = f"{name} is {span}."
    if question.intent == "event_duration":
        text, reply = length, f"{name} is {length} long, {span}."
    elif question.time_edge == "start":
        text, reply = f"At {start}.", f"{name} starts at {start}."
    elif question.time_edge == "end":
        text, reply = f"At {end}.", f"{name} ends at {end}."
    return LookupResult(
        text=text,
        answerable=True,
        reply=reply,
        evidence=(middle_frame(context.clip, part),),
    )


def _part_in_question(
    model: VideoQAModel, context: VideoContext, question: Question
) -> Shot | None:
    """Return the part of the video whose time a question asks for; None if it asks for none."""
    if question.anchor_side == "part":
        return find_part(context, model, question.anchor) if isinstance(model, Embeds) else None
    asks_time = is_search(question.intent) or question.intent == "event_duration"
    shots, scene = context.clip.shots, question.scene
    if not asks_time or scene is None or not 0 < abs(scene.shot_number) <= len(shots):
        return None
    return shots[scene.shot_number - 1 if scene.shot_number > 0 else -1]


def _part_name(question: Question) -> str:
    """Return the part whose time is asked: "The last scene", "The dog part", "The part with dogs"."""
    if question.scene is not None:
        name = shot_name(question.scene.shot_number)
        return f"{name[0].upper()}{name[1:]}"
    return f"{question.part_name[0].upper()}{question.part_name[1:]}"


def absent_thing(noun: str) -> LookupResult:
    """Return the answer to a question about a noun that the video does not show; unanswerable."""
    # "I don't see swimming."
    thing = noun if is_doing(noun.split()[-1]) else with_article_if_countable(noun)
    return LookupResult(
        text=f"I do not see {thing} in this video.",
        reply=respond("known_absent", thing=thing),
        answerable=False,
    )

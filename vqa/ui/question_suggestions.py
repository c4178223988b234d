"""Questions to suggest about a video: about what is seen in it, answered confidently by the model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from vqa.answering.answer import QuestionTurn, parse_for
from vqa.answering.replies import full_sentence
from vqa.english import is_or_are, without_article
from vqa.models.protocol import VideoContext, VideoQAModel
from vqa.questions.words.living_nouns import is_animal, is_living, is_person, is_vehicle
from vqa.tasks.search import shots_or_whole
from vqa.text_words import is_denial, word_stems
from vqa.types import ProgressCallback, Question, TimeRange

_NUM_QUESTIONS = 3
_MIN_CONFIDENCE = 0.75
_MAX_NAMED_SHOTS = 4
_MAX_NAME_WORDS = 2
_MARGIN_S = 0.05  # the first frame of the next shot is not in the range
_ANIMAL_QUESTION, _VEHICLE_QUESTION = "What animal is this?", "What vehicle is this?"
# What their confident answers name is certainly seen, also where no sentence about the video is confident.
_NAMING_QUESTIONS = (_ANIMAL_QUESTION, _VEHICLE_QUESTION, "What is the main object?")
_WHEN = "When do you see {}?"
# Of a thing that is named: of a person, of an animal, of anything else.
_ABOUT_PERSON = ("What {be} {thing} doing?", "What {be} {thing} wearing?")
_ABOUT_ANIMAL = ("What {be} {thing} doing?", "Where {be} {thing}?", "What color {be} {thing}?")
_ABOUT_THING = ("Where {be} {thing}?", "What color {be} {thing}?")
_GENERAL = (
    "What is happening?",
    "Where is this?",
    "How many people are there?",
    "What is the weather like?",
    "Is it indoors or outdoors?",
    "Is it day or night?",
)
# These are answered from the file, so that they are always right.
_SHOTS = "How many shots are there?"
_FACTS = ("How long is the video?", _SHOTS, "Does the video have sound?")


def suggest_questions(
    context: VideoContext,
    model: VideoQAModel,
    things: Sequence[str],
    on_progress: ProgressCallback | None = None,
) -> tuple[str, ...]:
    """Return three questions to suggest about a video, in English.

    They are questions that the model answers with a confidence of at least 0.75, not with "no" and
    not alike: about the things that it has named, then about the whole video. Questions about facts
    of the file, such as its length, follow as far as they are needed.

    Args:
        context: the encoded video.
        model: the model that encoded it; it describes frames and estimates its confidence.
        things: what the video shows, as from `name_things`.
        on_progress: called with the completed share before each question to the model; an exception
            from it ends the work.
    """
    nouns = [without_article(thing) for thing in things]
    candidates = [*_naming_questions(nouns), *_questions_about(things, context), *_GENERAL]
    questions: list[str] = []
    answers = {""}
    for number, text in enumerate(candidates):
        if len(questions) >= _NUM_QUESTIONS:
            break
        if on_progress:
            on_progress(number / len(candidates))
        answer = _confident_answer(context, model, text)
        # A thing is no place: "in the boat", of a boat, or of a video of one.
        names_thing = text.startswith("Where") and word_stems(answer) <= word_stems(" ".join(nouns))
        if answer not in answers and not names_thing:
            questions.append(text)
            answers.add(answer)
    facts = [text for text in _FACTS if len(context.clip.shots) > 1 or text != _SHOTS]
    return tuple([*questions, *facts][:_NUM_QUESTIONS])


def _naming_questions(nouns: Sequence[str]) -> list[str]:
    """Return the question for the name of an animal or of a vehicle, if one of the nouns is such."""
    if any(map(is_animal, nouns)):
        return [_ANIMAL_QUESTION]
    return [_VEHICLE_QUESTION] if any(map(is_vehicle, nouns)) else []


def _questions_about(things: Sequence[str], context: VideoContext) -> Iterator[str]:
    """Yield questions about things, such as "a dog": one about each, then a second one about each.

    Different things are first asked about in different ways: when, where, of which color.
    """
    has_shots = len(context.clip.shots) > 1
    rows = []
    for number, thing in enumerate(things):
        noun = without_article(thing)
        be = is_or_are(noun)
        templates = (
            _ABOUT_PERSON if is_person(noun) else _ABOUT_ANIMAL if is_living(noun) else _ABOUT_THING
        )
        questions = [template.format(be=be, thing=f"the {noun}") for template in templates]
        if has_shots:
            questions.insert(0, _WHEN.format(thing))
        first = number % len(questions)
        rows.append([*questions[first:], *questions[:first]])
    for row in zip_longest(*rows):
        yield from filter(None, row)


def name_things(
    context: VideoContext, model: VideoQAModel, on_progress: ProgressCallback | None = None
) -> tuple[str, ...]:
    """Return what the model names with a confidence of at least 0.75, such as "a cat".

    The model is asked for the animal, the vehicle and the main object of each shot, in the order of
    time; with more than four shots, of the four longest. Each thing occurs once.

    Args:
        context: the encoded video.
        model: the model that encoded it; it estimates its confidence.
        on_progress: called with the completed share before each question to the model; an exception
            from it ends the work.
    """
    shots = sorted(shots_or_whole(context.clip), key=lambda shot: shot.start_s - shot.end_s)
    things: list[str] = []
    longest_shots = sorted(shots[:_MAX_NAMED_SHOTS], key=lambda shot: shot.start_s)
    requests = [(shot, text) for shot in longest_shots for text in _NAMING_QUESTIONS]
    for number, (shot, text) in enumerate(requests):
        if on_progress:
            on_progress(number / len(requests))
        time_range = TimeRange(start=shot.start_s, end=shot.end_s - _MARGIN_S)
        question = parse_for(model, text)
        about_shot = replace(question, time_range=time_range)
        answer = _confident_answer(context, model, about_shot)
        if _is_name(answer):
            thing = full_sentence(question, answer).strip(" .")  # without the time of the shot
            things.append(thing[:1].lower() + thing[1:])
    return tuple(dict.fromkeys(things))


def _is_name(answer: str) -> bool:
    """Whether an answer is a name of one or two words."""
    words = answer.strip(" .").split()
    return 0 < len(words) <= _MAX_NAME_WORDS and "".join(words).isalpha()


def _confident_answer(context: VideoContext, model: VideoQAModel, question: Question | str) -> str:
    """Return the bare answer to a question; "" below a confidence of 0.75 or for a negative one."""
    turn = QuestionTurn(model, context, question)
    answer = turn.judge("".join(turn.stream()))
    is_positive = answer.answerable is not False and not is_denial(answer.text)
    is_confident = is_positive and (answer.confidence or 0.0) >= _MIN_CONFIDENCE
    return answer.text if is_confident else ""

"""Output on request: description of all scenes, summary, chapters, captions, transcript, more detail."""

from __future__ import annotations

from collections.abc import Sequence

from vqa.answering.lookup import LookupResult
from vqa.answering.responses import respond
from vqa.models.protocol import Describes, VideoContext, VideoQAModel
from vqa.tasks.captions import caption_video, has_subject, is_confident, merge_equal
from vqa.tasks.summary import Summary, summarize
from vqa.timecode import format_time
from vqa.types import Caption, Question

_MAX_LINES = 12
# Most shots of a video whose description captions each of them: a caption takes a tenth of a second.
_MAX_SHOTS = 8


def answer_request(
    model: VideoQAModel, context: VideoContext, question: Question
) -> LookupResult | None:
    """Return the output that a question requests: "summarize the video"; None for other intents.

    Captions or chapters in fewer words, the intent `shorten`, are a brief summary.
    None also for the description or the summary of a single scene without a confident caption, and for
    more detail on a video with a single caption. An output that the model or the video cannot give
    is declined in a sentence, as unanswerable. There are at most 12 captions; the result has no
    evidence, and a confidence only if it describes several scenes.

    Args:
        model: describes frames.
        context: the video, encoded by that model.
        question: the parsed question.
    """
    match question.intent:
        case "describe" if _is_about_all_shots(context, question):
            return _description(summarize(context, model))
        case "summarize" | "shorten":
            summary = summarize(context, model)
            has_few_shots = len(context.clip.shots) <= _MAX_SHOTS
            description = _description(summary) if has_few_shots else None
            is_shortened = question.intent == "shorten"
            is_brief = is_shortened or bool(question.fact)
            if description is not None and not (is_brief and summary.is_confident):
                return description
            return _result(summary.text) if summary.is_confident or is_shortened else None
        case "chapters":
            chapters = summarize(context, model).chapters
            if len(chapters) == 1 and len(context.clip.shots) > 1:
                # A timeline of one line says less than the shots.
                return _captions(model, context, is_detail=False)
            lines = [f"{format_time(chapter.start_s)} {chapter.title}" for chapter in chapters]
            return _result("\n".join(lines), suggestions=("Summarize the video.",))
        case "captions" | "elaborate":
            return _captions(model, context, is_detail=question.intent == "elaborate")
        case "transcribe":
            return _transcript(context)
        case "translate":
            return LookupResult(
                text=respond("translate"),
                answerable=False,
                suggestions=("Transcribe the video.", "Describe the video."),
            )
    return None


def _is_about_all_shots(context: VideoContext, question: Question) -> bool:
    """Whether a description is asked of a whole video of two to eight shots."""
    is_whole = question.time_range is None and not (question.anchor or question.shot_number)
    return (
        is_whole
        and question.answer_kind == "description"
        and 1 < len(context.clip.shots) <= _MAX_SHOTS
    )


def _description(summary: Summary) -> LookupResult | None:
    """Describe the scenes in their order: "First, a dog runs (0:00). Finally, a cat sleeps (0:04).".

    The reply says "maybe" of a scene whose caption is not confident, and once of all if none is.
    None for fewer than two scenes with different captions.
    """
    scenes = merge_equal(summary.scenes)
    if len(scenes) < 2:
        return None
    text = _in_order([scene.text for scene in scenes], scenes)
    some_are_sure = any(map(is_confident, scenes))
    reply = _in_order([_in_words(scene, with_maybe=some_are_sure) for scene in scenes], scenes)
    if not some_are_sure:
        reply = respond("scenes_guess", description=f"{reply[0].lower()}{reply[1:]}")
    confidences = [scene.confidence for scene in scenes if scene.confidence is not None]
    return LookupResult(
        text=text,
        reply="" if reply == text else reply,
        answerable=True,
        confidence=min(confidences, default=None),
    )


def _in_words(scene: Caption, *, with_maybe: bool) -> str:
    """Return what a scene shows; "maybe" begins a caption that is not confident, if wanted."""
    if not has_subject(scene.text):
        return respond("unclear_scene")
    is_guess = with_maybe and not is_confident(scene)
    return respond("scene_guess", description=scene.text) if is_guess else scene.text


def _in_order(sentences: Sequence[str], scenes: Sequence[Caption]) -> str:
    """Join what two or more scenes show, with the time at which each begins."""
    openings = ["First, ", *("then " for _ in scenes[2:]), "finally, "]
    return " ".join(
        f"{opening[0].upper()}{opening[1:]}{words} ({format_time(scene.start_s)})."
        for opening, words, scene in zip(openings, sentences, scenes, strict=True)
    )


def _captions(
    model: VideoQAModel, context: VideoContext, *, is_detail: bool
) -> LookupResult | None:
    """Return up to 12 captions, one per line: "0:03–0:06 a dog runs".

    For a model that cannot caption, the result says so and is unanswerable. None if more detail is
    wanted (`is_detail`) and there are fewer than two captions.
    """
    if not isinstance(model, Describes):
        return LookupResult(text=respond("cannot_caption"), answerable=False)
    captions = caption_video(context, model)
    if is_detail and len(captions) < 2:
        return None
    lines = [
        f"{format_time(caption.start_s)}–{format_time(caption.end_s)} {caption.text}"
        for caption in captions[:_MAX_LINES]
    ]
    return _result("\n".join(lines), suggestions=("Summarize the video.", "Make chapters."))


def _transcript(context: VideoContext) -> LookupResult:
    """Return all lines of speech with their start times, one per line: "0:03 Hello.".

    Without such lines or an audio track, the answer says so and is unanswerable.
    """
    lines = [line for line in context.text if line.source == "speech"]
    if context.clip.info.has_audio is False:
        return LookupResult(text=respond("only_no_sound"), answerable=False)
    if not lines:
        return LookupResult(text=respond("no_transcript"), answerable=False)
    return _result("\n".join(f"{format_time(line.start_s)} {line.text}" for line in lines))


def _result(text: str, *, suggestions: tuple[str, ...] = ()) -> LookupResult:
    """Return an answerable result without confidence and evidence."""
    return LookupResult(text=text, answerable=True, suggestions=suggestions)

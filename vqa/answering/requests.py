"""Output on request: description of all scenes, summary, chapters, captions, transcript, more detail."""

from __future__ import annotations

from vqa.answering.lookup import LookupResult
from vqa.answering.responses import respond
from vqa.models.protocol import Describes, VideoContext, VideoQAModel
from vqa.tasks.captions import caption_video, is_confident, merge_equal
from vqa.tasks.summary import Summary, summarize
from vqa.timecode import format_time
from vqa.types import Question

_MAX_LINES = 12
# Most shots of a video whose description captions each of them: a caption takes a tenth of a second.
_MAX_SHOTS = 8


def answer_request(
    model: VideoQAModel, context: VideoContext, question: Question
) -> LookupResult | None:
    """Return the output that a question requests: "summarize the video"; None for other intents.

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
            return _result(summary.text) if summary.is_confident else _description(summary)
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

    If a caption is not confident, the reply says that it is a guess. None for fewer than two scenes
    with different captions.
    """
    scenes = merge_equal(summary.scenes)
    if len(scenes) < 2:
        return None
    openings = ["First, ", *("Then " for _ in scenes[2:]), "Finally, "]
    text = " ".join(
        f"{opening}{scene.text} ({format_time(scene.start_s)})."
        for opening, scene in zip(openings, scenes, strict=True)
    )
    is_sure = all(map(is_confident, scenes))
    guess = respond("description_guess", description=f"{text[0].lower()}{text[1:]}")
    confidences = [scene.confidence for scene in scenes if scene.confidence is not None]
    return LookupResult(
        text=text,
        reply="" if is_sure else guess,
        answerable=True,
        confidence=min(confidences, default=None),
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

"""Answers that quote timed text, that is speech and on-screen text, verbatim with times."""

from __future__ import annotations

from collections.abc import Sequence

from vqa.answering.hearing import without_sound
from vqa.answering.lookup import LookupResult, middle_frame, needs_app
from vqa.answering.responses import respond
from vqa.models.protocol import Embeds, EncodesSentences, VideoContext, VideoQAModel
from vqa.tasks.search import contains_words, match_lines
from vqa.timecode import format_time
from vqa.types import Question, TimedText, TimeRange

_MAX_LINES = 5
_MIN_SCORE_FRACTION = 0.75
# Lowest mean similarity of a line about a topic; fitted to tests/answering/topics.txt.
MIN_TOPIC_SIMILARITY = 0.24
_TOPIC_FORMS = ("{topic}", "This sentence is about {topic}.", "What does she say about {topic}?")
_SOURCES = {"read_text": "screen", "has_text": "screen", "speech_content": "speech", "has_speech": "speech"}  # fmt: skip


def answer_text(
    model: VideoQAModel, context: VideoContext, question: Question
) -> LookupResult | None:
    """Quote the speech or on-screen text that the question asks for: "I hear “Hello.” (0:03).".

    At most five lines in the order of the video's text, of those in the question's time range:
    those about the topic; without a topic the first or last if it is asked for, and for "is there
    text?" and "does anyone speak?" the first. The frames of these lines are the evidence; there is
    no confidence. If no line is in the range or about the topic, the answer says so.
    None for other intents, or if the video has no such text; but a question about speech to a
    visual-only model is answered by "no sound" if there is no audio track.

    Args:
        model: embeds text, to find lines about a topic.
        context: the video with its timed text.
        question: the parsed question.
    """
    source = _SOURCES.get(question.intent)
    lines = [line for line in context.text if line.source == source]
    if source is None or not lines:
        return _without_text(context, question) if needs_app(model) else None
    asks_whether = question.intent in ("has_speech", "has_text")
    if question.time_range is not None:
        lines = _lines_in_range(lines, question.time_range, context.clip.duration_s)
        if not lines:
            reply = respond(f"no_{source}_then")
            return LookupResult(
                text="no" if asks_whether else reply,
                reply=f"No. {reply}" if asks_whether else reply,
                answerable=asks_whether,
            )
    if topic := question.topic:
        lines = lines_about(lines, topic, model)
        if not lines:
            verb = "read" if source == "screen" else "hear"
            text = f"I do not {verb} anything about {topic} in this video."
            return LookupResult(text=text, answerable=False)
    elif asks_whether or question.line_position == "first":
        lines = lines[:1]
    elif question.line_position == "last":
        lines = lines[-1:]
    quotes = ", ".join(map(_quote, lines[:_MAX_LINES]))
    reply = (
        f"Yes: {quotes}."
        if asks_whether
        else f"I {'read' if source == 'screen' else 'hear'} {quotes}."
    )
    return LookupResult(
        text=f"yes, {quotes}" if asks_whether else quotes,
        answerable=True,
        reply=reply,
        evidence=tuple(middle_frame(context.clip, line) for line in lines[:_MAX_LINES]),
    )


def _lines_in_range(
    lines: Sequence[TimedText], time_range: TimeRange, duration_s: float
) -> list[TimedText]:
    """Return the lines that overlap a time range and its margin; the whole second of an instant.

    A vague range, such as "at the end", has a margin: without a line in it, the nearest line
    counts.
    """
    start_s, end_s = time_range.resolve_with_margin(duration_s)
    if start_s == end_s:
        end_s += 1
    lines_inside = [line for line in lines if line.end_s >= start_s and line.start_s < end_s]
    if lines_inside or not time_range.margin:
        return lines_inside
    return [min(lines, key=lambda line: max(start_s - line.end_s, line.start_s - end_s))]


def lines_about(lines: Sequence[TimedText], topic: str, model: VideoQAModel) -> list[TimedText]:
    """Return the lines about a topic in time order (see `match_topic`); empty without any."""
    best = [line for line, _ in match_topic(lines, topic, model)]
    return sorted(best, key=lambda line: line.start_s)


def match_topic(
    lines: Sequence[TimedText], topic: str, model: VideoQAModel
) -> list[tuple[TimedText, float]]:
    """Return the lines of timed text about a topic, even in other words, with scores, best first.

    "the price" matches "the bicycle costs 45 dollars". The score of a line is 1 if it contains all
    content words of the topic, else the mean cosine similarity of its sentence embedding to those
    of the topic and of two sentences about it. A line counts from a score of 0.24 and of 75 % of
    the highest similarity. Without sentence embeddings, lines as in `match_lines` count from 75 %
    of the best score.

    Args:
        lines: timed text; may be empty.
        topic: noun phrase, such as "the price".
        model: embeddings are compared only if it encodes sentences.
    """
    if not isinstance(model, Embeds) or not isinstance(model, EncodesSentences) or not lines:
        matches = match_lines(lines, topic, model)
        return [(line, s) for line, s in matches if s >= _MIN_SCORE_FRACTION * matches[0][1]]
    wordings = model.embed_text([form.format(topic=topic) for form in _TOPIC_FORMS])
    similarities = (model.embed_text([line.text for line in lines]) @ wordings.T).mean(1).tolist()
    threshold = max(MIN_TOPIC_SIMILARITY, _MIN_SCORE_FRACTION * max(similarities))
    scores = [
        1.0 if contains_words(line.text, topic) else similarity
        for line, similarity in zip(lines, similarities, strict=True)
    ]
    order = sorted(range(len(lines)), key=lambda row: -scores[row])
    return [(lines[row], scores[row]) for row in order if scores[row] >= threshold]


def _without_text(context: VideoContext, question: Question) -> LookupResult | None:
    """Answer a question about speech in a video without an audio track; None for any other."""
    has_audio = context.clip.info.has_audio
    if question.intent in ("speech_content", "has_speech") and has_audio is False:
        return without_sound(question, asks_whether=question.intent == "has_speech")
    return None


def _quote(line: TimedText) -> str:
    """Return a line in quotation marks with its start time: “Hello.” (0:03)."""
    return f"“{line.text}” ({format_time(line.start_s)})"

"""Quiz: generated questions with answers and times, each checked with the model that answers them.

A candidate is dropped if the model's answer is not confident, or if the model contradicts it when
asked for confirmation.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from vqa.chat.session import ChatSession
from vqa.english import COLOURS, KINDS, content_words, plural_of, singular_of, with_article
from vqa.errors import ModelError, SettingError
from vqa.questions.entities import head_noun
from vqa.tasks.captions import caption_video
from vqa.types import Answer, TimedText

_MIN_CONFIDENCE = 0.5
_MIN_ABSENCE = 0.5
_NUM_OPTIONS = 4
_MIN_GAP_CHARS, _MIN_LINE_WORDS = 5, 4
_GAP = "____"
_MAX_TRIES = 12  # of options, which the model may see in the video


@dataclass(frozen=True, kw_only=True)
class QuizItem:
    """Question of a quiz.

    Args:
        question: the question, or a sentence with a gap.
        answer: the right answer; one of the options if there are any.
        options: answers to choose from; empty for an open question.
        time_s: time in the video that shows the answer, in seconds; None if it is the whole video.
        confidence: the model's estimate that the answer is right, 0 to 1; None without an estimate,
            as for a quotation of the transcript.
        source: where the answer comes from: the frames (`picture`) or the transcript (`speech`).
    """

    question: str
    answer: str
    options: tuple[str, ...] = ()
    time_s: float | None = None
    confidence: float | None = None
    source: Literal["picture", "speech"] = "picture"


def make_quiz(session: ChatSession, *, limit: int = 10, seed: int = 0) -> list[QuizItem]:
    """Return questions about the session's current video, in order of time; those without a time first.

    About half of them are about the speech if there is any. The session's history is left
    unchanged.

    Args:
        session: a session with a video.
        limit: maximum number of questions.
        seed: random seed of the choice of questions and the order of options.

    Raises:
        SettingError: the limit is below 1, or there is no question that the video answers.
    """
    if limit < 1:
        raise SettingError("A quiz has at least one question.", cure="Choose a limit above 0.")
    assert session.context is not None
    rng = random.Random(seed)
    speech = list(_gap_items(session.context.text, rng))
    rng.shuffle(speech)
    pictures: list[QuizItem] = []
    num_pictures = limit - min(len(speech), limit // 2)
    for item in _picture_items(session, rng):
        pictures.append(item)
        if len(pictures) >= num_pictures:
            break
    items = [*pictures, *speech[: limit - len(pictures)]]
    if not items:
        raise SettingError(
            "There is no question that the model answers with confidence from this video.",
            cure="Choose a larger model, or pass --speech or --screen-text.",
        )
    return sorted(items, key=lambda item: -1.0 if item.time_s is None else item.time_s)


def _picture_items(session: ChatSession, rng: random.Random) -> Iterator[QuizItem]:
    """Yield checked questions about the kinds of objects, and their colors, actions and numbers."""
    nouns: list[str] = []
    for kind in KINDS:
        answer = _ask(session, f"What {kind} is in the video?")
        noun = head_noun(answer.text)
        if not _is_confident(answer) or noun not in KINDS[kind] or noun in nouns:
            continue
        if not _sees(session, noun):
            continue
        options = _absent_options(session, noun, KINDS[kind], rng)
        if options:
            nouns.append(noun)
            question = f"What {kind} is in the video?"
            yield _item(question, noun, answer, rng, options)
    for noun in _caption_nouns(session):
        if noun not in nouns and _sees(session, noun):
            nouns.append(noun)
    for noun in nouns:
        yield from _noun_items(session, noun, rng)


def _noun_items(session: ChatSession, noun: str, rng: random.Random) -> Iterator[QuizItem]:
    """Yield questions about an object's color, action and number; each only if the model confirms it."""
    color = _ask(session, f"What color is the {noun}?")
    if _is_confident(color) and color.text in COLOURS:
        others = [c for c in sorted(COLOURS) if c != color.text]
        rng.shuffle(others)
        wrong = others[: _NUM_OPTIONS - 1]
        if all(_prefers(session, noun, color.text, other) for other in wrong):
            yield _item(f"What color is the {noun}?", color.text, color, rng, wrong)
    action = _ask(session, f"What is the {noun} doing?")
    if _is_confident(action) and _confirms(session, f"Is the {noun} {action.text}?"):
        yield _item(f"What is the {noun} doing?", action.text, action, rng)
    number = _ask(session, f"How many {plural_of(noun)} are there?")
    if _is_confident(number) and _confirms(session, f"Are there {number.text} {plural_of(noun)}?"):
        yield _item(f"How many {plural_of(noun)} are there?", number.text, number, rng)


def _item(
    question: str, text: str, answer: Answer, rng: random.Random, wrong: Sequence[str] = ()
) -> QuizItem:
    options = [text, *wrong] if wrong else []
    rng.shuffle(options)
    return QuizItem(
        question=question,
        answer=text,
        options=tuple(options),
        time_s=answer.evidence[0].time_s if answer.evidence else None,
        confidence=answer.confidence,
    )


def _ask(session: ChatSession, question: str) -> Answer:
    """Return the answer to a question asked without earlier turns; the session's history stays unchanged."""
    earlier = session.history
    session.clear()
    try:
        for _ in session.ask(question):
            pass
        return session.history[-1].answer
    finally:
        session.clear()
        session.restore(earlier)


def _is_confident(answer: Answer) -> bool:
    """Whether an answer has a confidence of at least 0.5, or none; False if it is empty or unanswerable."""
    if answer.answerable is False or not answer.text.strip():
        return False
    return answer.confidence is None or answer.confidence >= _MIN_CONFIDENCE


def _confirms(session: ChatSession, question: str) -> bool:
    """Whether the model answers "yes" to a question, with a confidence of at least 0.5 or none."""
    answer = _ask(session, question)
    return _is_confident(answer) and answer.text.lower().startswith("yes")


def _sees(session: ChatSession, noun: str) -> bool:
    return _confirms(session, f"Is there {with_article(noun)}?")


def _prefers(session: ChatSession, noun: str, right: str, wrong: str) -> bool:
    """Whether the model, asked for one of two colors of an object, chooses `right` in either order."""
    questions = (f"Is the {noun} {right} or {wrong}?", f"Is the {noun} {wrong} or {right}?")
    return all(right in _ask(session, question).text.lower().split() for question in questions)


def _absent_options(
    session: ChatSession, noun: str, kind: Sequence[str], rng: random.Random
) -> list[str]:
    """Return three wrong options: names of the same kind that the model judges to be absent.

    Each must be denied in a yes/no question and lose in a choice against `noun`. Empty if fewer
    than three such names exist.
    """
    others = [other for other in kind if other != noun]
    rng.shuffle(others)
    options: list[str] = []
    for other in others[:_MAX_TRIES]:
        answer = _ask(session, f"Is there {with_article(other)}?")
        is_absent = answer.text.lower().startswith("no") and (
            answer.confidence is None or answer.confidence >= _MIN_ABSENCE
        )
        pair = f"Is it {with_article(other)} or {with_article(noun)}?"
        if is_absent and noun in _ask(session, pair).text.lower():
            options.append(other)
            if len(options) == _NUM_OPTIONS - 1:
                return options
    return []


def _caption_nouns(session: ChatSession) -> list[str]:
    """Return the nouns in the captions of the shots that `KINDS` contains, in order of first mention.

    Empty for a model that cannot caption.
    """
    assert session.context is not None
    try:
        captions = caption_video(session.context, session.model)
    except ModelError:  # the model cannot caption; its answers are enough
        return []
    kind_nouns = {noun for nouns in KINDS.values() for noun in nouns}
    words = (singular_of(word) for c in captions for word in content_words(c.text))
    return [word for word in dict.fromkeys(words) if word in kind_nouns]


def _gap_items(text: Sequence[TimedText], rng: random.Random) -> Iterator[QuizItem]:
    """Yield sentences of the speech with one word replaced by a gap; the options are words of the speech.

    They quote the transcript, so that no model needs to check them. A word that occurs twice in its
    sentence is not replaced; a sentence that occurs twice is not used.
    """
    lines = [line for line in text if line.source == "speech"]
    words = {
        word: None
        for line in lines
        for word in content_words(line.text)
        if len(word) >= _MIN_GAP_CHARS and word.isalpha()
    }
    repeated_lines = {line.text for line in lines if sum(o.text == line.text for o in lines) > 1}
    for line in lines:
        own = content_words(line.text)
        gaps = [w for w in own if w in words and own.count(w) == 1]
        others = [word for word in words if word not in own]
        if len(line.text.split()) < _MIN_LINE_WORDS or not gaps or line.text in repeated_lines:
            continue
        if len(others) < _NUM_OPTIONS - 1:
            continue
        answer = max(gaps, key=len)
        rng.shuffle(others)
        options = [answer, *others[: _NUM_OPTIONS - 1]]
        rng.shuffle(options)
        sentence = re.sub(rf"\b{answer}\b", _GAP, line.text, count=1, flags=re.IGNORECASE)
        yield QuizItem(
            question=f"Fill the gap: “{sentence}”",
            answer=answer,
            options=tuple(options),
            time_s=line.start_s,
            source="speech",
        )

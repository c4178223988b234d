"""Quiz: generated questions about a video, with answers and times.

Answers about the frames come from the model. A question is dropped if the model's answer is not
confident, or if the model denies the answer in a second, yes/no question.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from vqa.chat.session import ChatSession
from vqa.english import CARDINALS, COLOURS, KINDS, plural_of, singular_of, with_article
from vqa.errors import ModelError, SettingError
from vqa.questions.nouns.entities import head_noun
from vqa.tasks.captions import caption_video
from vqa.text_words import content_words, is_denial
from vqa.types import Answer, ProgressCallback, TimedText

_MIN_CONFIDENCE = 0.5
_MIN_ABSENCE = 0.5
_NUM_OPTIONS = 4
_MIN_GAP_CHARS, _MIN_LINE_WORDS = 5, 4
_GAP = "____"
Ask = Callable[[str], Answer]  # a question without a history, to its answer
_NEGATIONS = frozenset({"no", "not", "never", "nobody", "nothing", "none", "isn't", "aren't"})
_ENDING = re.compile(r"(?<=\w{3})(?:ing|ed|es|e|s)$")
_MAX_TRIES = 12  # candidates for a wrong option; the model may see some of them in the video


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
        source: where the answer comes from: the frames ("picture") or the transcript ("speech").
    """

    question: str
    answer: str
    options: tuple[str, ...] = ()
    time_s: float | None = None
    confidence: float | None = None
    source: Literal["picture", "speech"] = "picture"


def make_quiz(
    session: ChatSession,
    *,
    limit: int = 10,
    seed: int = 0,
    on_question: Callable[[], None] | None = None,
    on_captions: ProgressCallback | None = None,
) -> list[QuizItem]:
    """Return questions about the session's current video, in order of time.

    Questions without a time come first. Up to half of the questions are about the speech, and more
    if there are too few about the frames. There is at least one question, and there may be fewer
    than `limit`. The session's history is left unchanged.

    Args:
        session: a session with a current video; without one, an AssertionError is raised.
        limit: maximum number of questions, at least 1.
        seed: random seed of the choice of questions and the order of options.
        on_question: called before each question to the model; an exception from it ends the work.
        on_captions: called with the completed share of the captions, which name things to ask
            about; an exception from it ends the work.

    Raises:
        SettingError: the limit is below 1, or no question was found.
        ModelError: the model cannot answer.
        VideoError: a part of the video cannot be decoded again for an answer.
    """
    if limit < 1:
        raise SettingError("A quiz has at least one question.", cure="Choose a limit above 0.")
    assert session.context is not None
    rng = random.Random(seed)
    speech = list(_gap_items(session.context.text, rng))
    rng.shuffle(speech)
    pictures: list[QuizItem] = []
    num_pictures = limit - min(len(speech), limit // 2)

    def ask(question: str) -> Answer:
        if on_question is not None:
            on_question()
        return _ask(session, question)

    for item in _picture_items(session, ask, rng, on_captions):
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


def is_right(item: QuizItem, reply: str) -> bool:
    """Whether a reply to a quiz question is right.

    A reply to a question with options must equal the right option, except for spaces around it. A
    reply to an open question is compared with the answer by content words: number words equal
    digits, forms of a word are equal, and either text may say more than the other ("sitting", "it
    is sitting on a sofa"), but the reply must have the answer's first content word. Both must have
    the same numbers and the same negations. If either has no content word, all words must be equal,
    whatever their case and punctuation.
    """
    if item.options:
        return reply.strip() == item.answer
    reply_words, answer_words = _answer_words(reply), _answer_words(item.answer)
    if not reply_words or not answer_words:
        return _plain(reply) == _plain(item.answer)
    for kind in (str.isdigit, _NEGATIONS.__contains__):
        if {w for w in reply_words if kind(w)} != {w for w in answer_words if kind(w)}:
            return False
    is_covered = set(answer_words) <= set(reply_words) or set(reply_words) <= set(answer_words)
    return is_covered and answer_words[0] in reply_words


def _answer_words(text: str) -> list[str]:
    """Return the words of an answer that `is_right` compares, in order.

    They are the stems of the text's content words, its cardinals as digits, and its negations.
    """
    words = re.findall(r"[\w'-]+", text.lower().replace("’", "'"))
    content = set(content_words(text))
    return [
        str(CARDINALS[word]) if word in CARDINALS else _stem(word)
        for word in words
        if word in CARDINALS or word in _NEGATIONS or content.issuperset(re.findall(r"\w+", word))
    ]


def _stem(word: str) -> str:
    """Return a word without the ending of a plural or verb form: "runs" and "running" are "run"."""
    if word in _NEGATIONS:
        return word
    stem = _ENDING.sub("", singular_of(word))
    return stem[:-1] if len(stem) > 3 and stem[-1] == stem[-2] else stem


def _plain(text: str) -> str:
    """Return the words of a text in lower case, with single spaces and without punctuation."""
    return " ".join(re.findall(r"\w+", text.lower()))


def _picture_items(
    session: ChatSession, ask: Ask, rng: random.Random, on_captions: ProgressCallback | None
) -> Iterator[QuizItem]:
    """Yield questions about the objects in the frames, and their colors, actions and numbers.

    The model confirms each answer. Objects are the nouns of `KINDS` that the model names or that
    the captions mention.
    """
    nouns: list[str] = []
    for kind in KINDS:
        answer = ask(f"What {kind} is in the video?")
        noun = head_noun(answer.text)
        if not _is_confident(answer) or noun not in KINDS[kind] or noun in nouns:
            continue
        if not _sees(ask, noun):
            continue
        options = _absent_options(ask, noun, KINDS[kind], rng)
        if options:
            nouns.append(noun)
            question = f"What {kind} is in the video?"
            yield _item(question, noun, answer, rng, options)
    for noun in _caption_nouns(session, on_captions):
        if noun not in nouns and _sees(ask, noun):
            nouns.append(noun)
    for noun in nouns:
        yield from _noun_items(ask, noun, rng)


def _noun_items(ask: Ask, noun: str, rng: random.Random) -> Iterator[QuizItem]:
    """Yield questions about an object's color, action and number whose answers the model confirms.

    Only the question about the color has options: the right color and three that the model rejects.
    """
    color = ask(f"What color is the {noun}?")
    if _is_confident(color) and color.text in COLOURS:
        others = [c for c in sorted(COLOURS) if c != color.text]
        rng.shuffle(others)
        wrong = others[: _NUM_OPTIONS - 1]
        if all(_prefers(ask, noun, color.text, other) for other in wrong):
            yield _item(f"What color is the {noun}?", color.text, color, rng, wrong)
    action = ask(f"What is the {noun} doing?")
    if _is_confident(action) and _confirms(ask, f"Is the {noun} {action.text}?"):
        yield _item(f"What is the {noun} doing?", action.text, action, rng)
    number = ask(f"How many {plural_of(noun)} are there?")
    if _is_confident(number) and _confirms(ask, f"Are there {number.text} {plural_of(noun)}?"):
        yield _item(f"How many {plural_of(noun)} are there?", number.text, number, rng)


def _item(
    question: str, text: str, answer: Answer, rng: random.Random, wrong: Sequence[str] = ()
) -> QuizItem:
    """Return a question with a right answer and, if there are wrong ones, shuffled options.

    `answer` is the model's answer; the item has the time of its first evidence frame, or None, and
    its confidence.
    """
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
    """Ask a question without earlier turns and return the answer; keep the session's history."""
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
    """Whether an answer has a confidence of at least 0.5, or no estimate of it.

    False if it is empty or unanswerable.
    """
    if answer.answerable is False or not answer.text.strip():
        return False
    return answer.confidence is None or answer.confidence >= _MIN_CONFIDENCE


def _confirms(ask: Ask, question: str) -> bool:
    """Whether the model answers "yes" to a question; see `_is_confident`."""
    answer = ask(question)
    return _is_confident(answer) and answer.text.lower().startswith("yes")


def _sees(ask: Ask, noun: str) -> bool:
    """Whether the model confirms that the video shows an object; see `_confirms`."""
    return _confirms(ask, f"Is there {with_article(noun)}?")


def _prefers(ask: Ask, noun: str, right: str, wrong: str) -> bool:
    """Whether the model chooses `right` of two colors of an object, in both orders."""
    questions = (f"Is the {noun} {right} or {wrong}?", f"Is the {noun} {wrong} or {right}?")
    return all(right in ask(question).text.lower().split() for question in questions)


def _absent_options(ask: Ask, noun: str, kind: Sequence[str], rng: random.Random) -> list[str]:
    """Return three wrong options: names of the same kind that the model judges to be absent.

    For each name, the model must answer a yes/no question with "no", and must choose `noun` when
    asked which of both it is. At most 12 names are tried; empty if fewer than three pass.
    """
    others = [other for other in kind if other != noun]
    rng.shuffle(others)
    options: list[str] = []
    for other in others[:_MAX_TRIES]:
        answer = ask(f"Is there {with_article(other)}?")
        is_absent = is_denial(answer.text) and (
            answer.confidence is None or answer.confidence >= _MIN_ABSENCE
        )
        pair = f"Is it {with_article(other)} or {with_article(noun)}?"
        if is_absent and noun in ask(pair).text.lower():
            options.append(other)
            if len(options) == _NUM_OPTIONS - 1:
                return options
    return []


def _caption_nouns(session: ChatSession, on_progress: ProgressCallback | None) -> list[str]:
    """Return the nouns of the shots' captions that are in `KINDS`, in order of first mention.

    Empty if the model cannot caption, or fails to.
    """
    assert session.context is not None
    try:
        captions = caption_video(session.context, session.model, on_progress=on_progress)
    except ModelError:  # its answers are enough
        return []
    kind_nouns = {noun for nouns in KINDS.values() for noun in nouns}
    words = (singular_of(word) for c in captions for word in content_words(c.text))
    return [word for word in dict.fromkeys(words) if word in kind_nouns]


def _gap_items(text: Sequence[TimedText], rng: random.Random) -> Iterator[QuizItem]:
    """Yield sentences of the speech with one word replaced by a gap, with four words as options.

    The longest content word of at least five letters is replaced; the wrong options are such words
    of other sentences. The questions quote the transcript, so that no model needs to check them. A
    word that occurs twice in its sentence is not replaced. A sentence is not used if it occurs
    twice, has fewer than four words, or the other sentences have fewer than three such words.
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
        line_words = content_words(line.text)
        gaps = [w for w in line_words if w in words and line_words.count(w) == 1]
        others = [word for word in words if word not in line_words]
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

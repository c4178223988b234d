"""Answer one question about an encoded video, by lookup if possible, else by the model.

`look_up` uses file metadata, sounds, the transcript, search and the conversation. The chat and the
benchmarks use the same code, so that benchmarks measure what users see.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from vqa.answering.adjacent_parts import range_beside
from vqa.answering.alternatives import fits_suggestion
from vqa.answering.conversation import is_understood
from vqa.answering.lookup import look_up, needs_app
from vqa.answering.parts import with_time_range
from vqa.answering.replies import full_sentence
from vqa.answering.reply_times import at_time
from vqa.answering.responses import respond
from vqa.answering.temporal import same_event_reply
from vqa.english import fix_articles, names_noun
from vqa.models.protocol import (
    Embeds,
    EncodesSentences,
    Explains,
    Judges,
    PreparedQuestion,
    Prepares,
    VideoContext,
    VideoQAModel,
)
from vqa.questions.classifiers.intent_classifier import SentenceEncoder
from vqa.questions.messages.message_parts import split_message
from vqa.questions.parse import parse, parse_part
from vqa.questions.words.living_nouns import is_living
from vqa.tasks.captions import MIN_CONFIDENCE, has_subject
from vqa.types import (
    Answer,
    AnswerOptions,
    Evidence,
    Judgement,
    Question,
    TimedText,
    Turn,
)

_MAX_EVIDENCE_FRAMES = 4
# A frame below this fraction of the highest weight is left out.
_MIN_WEIGHT_FRACTION = 0.1


class _Mark(str):
    """Empty fragment that is told from others by identity."""

    __slots__ = ()


# The fragment between the text of an answer and the search for its evidence, which takes longer than
# the text: a program that serves several users can let others go first.
TEXT_END = _Mark()


def parse_for(model: VideoQAModel, text: str, history: Sequence[Turn] = ()) -> Question:
    """Parse a question for the model that will answer it; see `vqa.questions.parse.parse`.

    For a visual-only model with a sentence encoder, intent and slots are also determined from the
    encoder's states of the text; for any other model, from the words alone. Nothing is raised: a
    text that is no question gets an intent such as `gibberish`.

    Args:
        model: the model that will answer the question.
        text: the question in natural language.
        history: earlier turns, oldest first, to resolve references.
    """
    return parse(text, history, encoder=_encoder_of(model))


def parse_message(
    model: VideoQAModel, text: str, history: Sequence[Turn], turns: Sequence[Turn]
) -> Iterator[Question]:
    """Yield each parsed question of a message; a hub or served model gets the message whole.

    A question that is not understood is left out beside others.

    Args:
        model: the model that will answer the questions.
        text: the message.
        history: the turns before the message, oldest first.
        turns: the turns of the message; the caller appends one for each yielded question.
    """
    if not needs_app(model):
        yield parse_for(model, text, history)
        return
    encode = _encoder_of(model)
    # The message, whose questions are found, may be one of the questions that are parsed.
    encoder = cache(encode) if encode is not None else None
    questions = split_message(text, encoder)
    for number, question in enumerate(questions, start=1):
        parsed_question = parse_part(question, (*history, *turns), encoder=encoder)
        number_in_message = number if len(questions) > 1 else 0
        form = replace(parsed_question.form, number_in_message=number_in_message)
        parsed_question = replace(parsed_question, form=form)
        is_alone = not turns and number == len(questions)
        if is_alone or is_understood(parsed_question):
            yield parsed_question


def _encoder_of(model: VideoQAModel) -> SentenceEncoder | None:
    """Return the sentence encoder of a visual-only model; None if it has none."""
    if needs_app(model) and isinstance(model, EncodesSentences):
        return model.encode_sentence
    return None


def _as_visual_question(
    question: Question, context: VideoContext, model: VideoQAModel
) -> tuple[Question, bool]:
    """Turn a question on speech into one on the picture if the video has no sound.

    "Is she talking?" becomes a yes/no question for the model. Only questions about a person are
    changed, and only for a visual-only model.

    Returns:
        The question, and whether it was changed.
    """
    subject = question.form.subject
    is_of_person = subject in ("he", "she", "they") or (
        is_living(question.subject) and names_noun(subject, question.subject)
    )
    asks_sight = (
        needs_app(model)
        and context.clip.info.has_audio is False
        and question.intent == "has_speech"
        and is_of_person
    )
    if not asks_sight:
        return question, False
    sight = replace(question, intent="verify", answer_kind="yes_no", modality="sight", sound=None)
    return sight, True


class QuestionTurn:
    """Question about an encoded video: streams the answer, then adds confidence and evidence.

    Creating a turn looks up the answer and prepares the model. Then use up `stream` or
    `stream_reply` once, join the fragments, and give the text to `judge` or `explain`:

        turn = QuestionTurn(model, context, "What animal is it?")
        answer = turn.explain("".join(turn.stream()))

    Args:
        model: generates the answer if it cannot be looked up.
        context: the video, encoded by that model.
        question: its text, or the parsed question with the time range of the part that it names
            (`with_time_range`).
        history: earlier turns of the conversation, oldest first.
        options: generation options; None leaves them to the model.
        listen: returns the sound events of a video file; None detects them without a cache.
    """

    def __init__(
        self,
        model: VideoQAModel,
        context: VideoContext,
        question: Question | str,
        *,
        history: Sequence[Turn] = (),
        options: AnswerOptions | None = None,
        listen: Callable[[Path], Sequence[TimedText]] | None = None,
    ) -> None:
        if isinstance(question, str):
            question = with_time_range(parse_for(model, question, history), context, model)
        self.question, self._is_mute = _as_visual_question(question, context, model)
        self._model = model
        self._context = context
        self._history = tuple(history)
        self._options = options
        self._lookup = look_up(model, context, self.question, self._history, listen=listen)
        self._prepared_question: PreparedQuestion | None = None
        self._judgements: dict[str, Judgement] = {}
        self._number = ""
        if self._lookup is None and isinstance(model, Prepares):
            if isinstance(model, Embeds) and self.question.intent == "order":
                beside = range_beside(model, context, self.question, self._history)
                time_range = beside or self.question.time_range
                self.question = replace(self.question, time_range=time_range)
            self._prepared_question = model.prepare(context, self.question)

    def stream(self) -> Generator[str, None, None]:
        """Stream the bare answer, such as "dog" or "yes", as incremental text fragments.

        A looked-up answer is one fragment, and so is that of a model that prepares questions; in
        the latter, "yes" and "no" are swapped for a question whose "yes" means absence. Closing the
        generator stops the model.
        """
        if self._lookup is not None:
            yield self._lookup.text
        elif self._prepared_question is not None:
            yield self._bare_answer("".join(self._prepared_question.stream(self._options)))
        else:
            yield from self._model.stream(
                self._context, self.question, history=self._history, options=self._options
            )

    def _bare_answer(self, text: str) -> str:
        """Return the answer to the question as worded, for the model's answer to the rendered one.

        "Yes" and "no" are swapped if "yes" means absence; "two" becomes "no" for "are there three?".
        """
        asks_number = self.question.intent == "count"
        fits = fits_suggestion(self.question.form, text) if asks_number else None
        if fits is not None:
            self._number = text
            return "yes" if fits else "no"
        is_flipped = self.question.expects_absence and text in ("yes", "no")
        return {"yes": "no", "no": "yes"}[text] if is_flipped else fix_articles(text)

    def stream_reply(self) -> Generator[tuple[str, str], None, None]:
        """Stream pairs (fragment of the bare answer, fragment of the reply to display).

        The two are equal unless the app composes a full sentence: ("dog", "A dog.").
        """
        for text in self.stream():
            yield text, (self._reply(text) if needs_app(self._model) else "") or text

    def judge(self, text: str) -> Answer:
        """Return the finished answer with confidence and answerability, without evidence frames.

        A looked-up answer has those of its look-up, and its suggestions. Otherwise they are the
        model's, and both are None for a model that is neither `Prepares` nor `Judges`.

        Args:
            text: the complete bare answer, as streamed.
        """
        if self._lookup is not None:
            return Answer(
                text=text,
                reply=self._reply(text),
                confidence=self._lookup.confidence,
                answerable=self._lookup.answerable,
                suggestions=self._lookup.suggestions,
            )
        if self._prepared_question is not None:
            judgement = self._judge_once(self._prepared_question, self._model_text(text))
        elif isinstance(self._model, Judges):
            judgement = self._model.judge(self._context, self.question, text)
        else:
            return Answer(text=text)
        return Answer(
            text=text,
            reply=self._reply(text),
            confidence=judgement.confidence,
            answerable=judgement.answerable,
        )

    def explain(self, text: str) -> Answer:
        """Return the finished answer with confidence and evidence frames, highest weight first.

        A generated answer has at most four frames (`strongest_frames`), an unanswerable one and
        that of a model that cannot explain none, and a looked-up answer all of its frames.

        Args:
            text: the complete bare answer, as streamed.
        """
        answer = self.judge(text)
        if self._lookup is not None:
            return replace(answer, evidence=self._lookup.evidence)
        if answer.answerable is False:
            return answer
        if self._prepared_question is not None:
            frames = self._prepared_question.explain(self._model_text(text))
        elif isinstance(self._model, Explains):
            frames = self._model.explain(self._context, self.question, text)
        else:
            return answer
        return replace(answer, evidence=strongest_frames(frames))

    def _reply(self, text: str) -> str:
        """Return the full sentence for a bare answer; empty if there is none to compose.

        If a question about something else ("what else ...?") gets an earlier answer again, the
        sentence states that there is no more to tell.
        """
        reply = self._sentence(text)
        if self.question.form.asks_else and needs_app(self._model):
            answers = [turn.answer.reply or turn.answer.text for turn in self._history]
            if any((reply or text) in answer for answer in answers):
                return respond("no_more", description=reply or text)
        return reply

    def _sentence(self, text: str) -> str:
        """Return the full sentence for a bare answer; that of a looked-up answer whatever the text.

        Empty for a model that words its answers itself. A description of low confidence is marked
        as a guess. A question about the next event may get the previous answer again; see
        `same_event_reply`.
        """
        if self._lookup is not None:
            is_part = bool(self._lookup.reply) and self.question.intent == "describe_part"
            return at_time(self.question, self._lookup.reply) if is_part else self._lookup.reply
        if self._prepared_question is None or not needs_app(self._model):
            return ""
        sentence = full_sentence(self.question, self._number or text)
        if self.question.answer_kind == "description" and self._is_guess(text):
            key = "description_guess" if has_subject(text) else "no_description"
            if self.question.time_range is not None and not has_subject(text):
                key = "no_part_description"
            guess = at_time(self.question, f"It looks like {_uncapitalized(sentence)}")
            return respond(key, description=_uncapitalized(guess))
        reply = at_time(self.question, sentence)
        if self._is_mute:
            return respond("without_sound", answer=reply)
        if not text.strip() or self.question.intent != "order" or not self._history:
            return reply
        is_same = self._history[-1].answer.text.strip() == text.strip()
        return same_event_reply(self.question, text) if is_same else reply

    def _is_guess(self, text: str) -> bool:
        """Whether the confidence of a description is below that of captions that are displayed."""
        assert self._prepared_question is not None
        confidence = self._judge_once(self._prepared_question, text).confidence
        return bool(text) and confidence is not None and confidence < MIN_CONFIDENCE

    def _judge_once(self, prepared_question: PreparedQuestion, text: str) -> Judgement:
        """Return the judgement of a text; the model computes it once."""
        if text not in self._judgements:
            self._judgements[text] = prepared_question.judge(text)
        return self._judgements[text]

    def _model_text(self, text: str) -> str:
        """Return the answer to the rendered question, for the model to judge.

        If "yes" means absence, `stream` has swapped "yes" and "no" of the model; they are swapped
        back. A number that became "yes" or "no" is the answer again.
        """
        if self._number and text in ("yes", "no"):
            return self._number
        if self.question.expects_absence and text in ("yes", "no"):
            return {"yes": "no", "no": "yes"}[text]
        return text


def strongest_frames(frames: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return the first four evidence frames, without those below 10 % of the highest weight.

    In the given order; empty without frames.

    Args:
        frames: evidence frames, highest weight first.
    """
    threshold = _MIN_WEIGHT_FRACTION * max((frame.weight for frame in frames), default=0.0)
    return tuple(frame for frame in frames if frame.weight >= threshold)[:_MAX_EVIDENCE_FRAMES]


def _uncapitalized(sentence: str) -> str:
    """Return a sentence for use behind the beginning of another one."""
    return sentence[:1].lower() + sentence[1:]

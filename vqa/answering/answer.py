"""Answer one question: from the file, the transcript, a search or the conversation where possible, else by the model.

The chat and the exam use the same path, so that the exam measures what people see.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace

from vqa.answering.lookup import look_up
from vqa.answering.parts import range_after
from vqa.answering.replies import fix_articles, full_sentence
from vqa.models.protocol import (
    Embeds,
    Explains,
    Judges,
    PreparedQuestion,
    Prepares,
    VideoContext,
    VideoQAModel,
    VisualOnly,
)
from vqa.questions.parse import parse
from vqa.types import Answer, AnswerOptions, Evidence, Question, Turn

_MAX_EVIDENCE_FRAMES = 4
# A frame below this fraction of the highest weight is left out.
_MIN_WEIGHT_FRACTION = 0.1


def parse_for(model: VideoQAModel, text: str, history: Sequence[Turn] = ()) -> Question:
    """Parse a question; what no template fits is compared with examples where the model embeds text.

    Args:
        model: answers the question later.
        text: what the person wrote.
        history: earlier turns.
    """
    embedder = model.embed_text if needs_app(model) and isinstance(model, Embeds) else None
    return parse(text, history, embedder=embedder)


def needs_app(model: VideoQAModel) -> bool:
    """Whether the app must hold the conversation and word full sentences for a model."""
    return isinstance(model, VisualOnly) and model.visual_only


class QuestionTurn:
    """One question about an encoded video, up to the finished answer.

    Args:
        model: answers what can't be looked up.
        context: the video, encoded by that model.
        question: the parsed question, or what the person wrote.
        history: earlier turns of the conversation.
        options: generation options.
    """

    def __init__(
        self,
        model: VideoQAModel,
        context: VideoContext,
        question: Question | str,
        *,
        history: Sequence[Turn] = (),
        options: AnswerOptions | None = None,
    ) -> None:
        self.question = (
            parse_for(model, question, history) if isinstance(question, str) else question
        )
        self._model = model
        self._context = context
        self._history = tuple(history)
        self._options = options
        self._found = look_up(model, context, self.question, self._history)
        self._prepared: PreparedQuestion | None = None
        if self._found is None and isinstance(model, Prepares):
            if isinstance(model, Embeds) and self.question.intent == "order":
                after = range_after(model, context, self.question)
                self.question = replace(self.question, time_range=after or self.question.time_range)
            self._prepared = model.prepare(context, self.question)

    def stream(self) -> Generator[str, None, None]:
        """Stream the bare answer as text fragments; closing the generator stops the model."""
        if self._found is not None:
            yield self._found.text
        elif self._prepared is not None:
            text = "".join(self._prepared.stream(self._options))
            is_flipped = self.question.expects_absence and text in ("yes", "no")
            yield {"yes": "no", "no": "yes"}[text] if is_flipped else fix_articles(text)
        else:
            yield from self._model.stream(
                self._context, self.question, history=self._history, options=self._options
            )

    def stream_reply(self) -> Generator[tuple[str, str], None, None]:
        """Stream pairs of a fragment of the bare answer and the fragment of the reply to show for it."""
        for text in self.stream():
            yield text, (self._reply(text) if needs_app(self._model) else "") or text

    def judge(self, text: str) -> Answer:
        """The finished answer with its confidence, without evidence frames.

        Args:
            text: the joined fragments of the bare answer.
        """
        if self._found is not None:
            return Answer(
                text=text,
                reply=self._found.reply,
                confidence=self._found.confidence,
                answerable=self._found.answerable,
                suggestions=self._found.suggestions,
            )
        if self._prepared is not None:
            judgement = self._prepared.judge(self._model_text(text))
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
        """The finished answer with its confidence and its evidence frames, highest weight first.

        Args:
            text: the joined fragments of the bare answer.
        """
        answer = self.judge(text)
        if self._found is not None:
            return replace(answer, evidence=self._found.evidence)
        if answer.answerable is False:
            return answer
        if self._prepared is not None:
            frames = self._prepared.explain(self._model_text(text))
        elif isinstance(self._model, Explains):
            frames = self._model.explain(self._context, self.question, text)
        else:
            return answer
        return replace(answer, evidence=strongest(frames))

    def _reply(self, text: str) -> str:
        if self._found is not None:
            return self._found.reply
        if self._prepared is None or not needs_app(self._model):
            return ""
        return full_sentence(self.question, text)

    def _model_text(self, text: str) -> str:
        """The answer as the model gave it, before a negated question turned it round."""
        if self.question.expects_absence and text in ("yes", "no"):
            return {"yes": "no", "no": "yes"}[text]
        return text


def strongest(frames: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The evidence frames worth showing: at most four, none far below the heaviest."""
    threshold = _MIN_WEIGHT_FRACTION * max((frame.weight for frame in frames), default=0.0)
    return tuple(frame for frame in frames if frame.weight >= threshold)[:_MAX_EVIDENCE_FRAMES]

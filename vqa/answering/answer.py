"""Answer one parsed question: from the file, the transcript or a search where possible, else by the model.

The chat and the exam use the same path, so that the exam measures what people see.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace

from vqa.answering.lookup import look_up
from vqa.models.protocol import (
    Explains,
    Judges,
    PreparedQuestion,
    Prepares,
    VideoContext,
    VideoQAModel,
)
from vqa.questions.parse import parse
from vqa.types import Answer, AnswerOptions, Evidence, Turn

_MAX_EVIDENCE_FRAMES = 4
# A frame below this fraction of the highest weight is left out.
_MIN_WEIGHT_FRACTION = 0.1


class QuestionTurn:
    """One question about an encoded video, from the parse to the finished answer.

    Args:
        model: answers what cannot be looked up.
        context: the video, encoded by that model.
        text: what the person wrote.
        history: earlier turns of the conversation.
        options: generation options.
    """

    def __init__(
        self,
        model: VideoQAModel,
        context: VideoContext,
        text: str,
        *,
        history: Sequence[Turn] = (),
        options: AnswerOptions | None = None,
    ) -> None:
        self.question = parse(" ".join(text.split()), history)
        self._model = model
        self._context = context
        self._history = tuple(history)
        self._options = options
        self._found = look_up(model, context, self.question, self._history)
        self._prepared: PreparedQuestion | None = None
        if self._found is None and isinstance(model, Prepares):
            self._prepared = model.prepare(context, self.question)

    def stream(self) -> Generator[str, None, None]:
        """Stream the answer as text fragments; closing the generator stops the model."""
        if self._found is not None:
            yield self._found.text
        elif self._prepared is not None:
            yield from self._prepared.stream(self._options)
        else:
            yield from self._model.stream(
                self._context, self.question, history=self._history, options=self._options
            )

    def judge(self, text: str) -> Answer:
        """The finished answer with its confidence, without evidence frames.

        Args:
            text: the joined fragments.
        """
        if self._found is not None:
            return Answer(
                text=text, confidence=self._found.confidence, answerable=self._found.there
            )
        if self._prepared is not None:
            judgement = self._prepared.judge(text)
        elif isinstance(self._model, Judges):
            judgement = self._model.judge(self._context, self.question, text)
        else:
            return Answer(text=text)
        return Answer(text=text, confidence=judgement.confidence, answerable=judgement.answerable)

    def explain(self, text: str) -> Answer:
        """The finished answer with its confidence and its evidence frames, highest weight first.

        Args:
            text: the joined fragments.
        """
        answer = self.judge(text)
        if self._found is not None:
            return replace(answer, evidence=self._found.evidence)
        if answer.answerable is False:
            return answer
        if self._prepared is not None:
            frames = self._prepared.explain(text)
        elif isinstance(self._model, Explains):
            frames = self._model.explain(self._context, self.question, text)
        else:
            return answer
        return replace(answer, evidence=strongest(frames))


def strongest(frames: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The evidence frames worth showing: at most four, none far below the heaviest."""
    threshold = _MIN_WEIGHT_FRACTION * max((frame.weight for frame in frames), default=0.0)
    return tuple(frame for frame in frames if frame.weight >= threshold)[:_MAX_EVIDENCE_FRAMES]

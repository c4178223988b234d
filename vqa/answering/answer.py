"""A reply to one question: what can be looked up is looked up, the rest the model says, and each is judged by its own measure.

The chat shows replies and the exam grades them: what is measured is what people see.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace

from vqa.answering.evidence import with_evidence
from vqa.answering.lookup import look_up
from vqa.models.protocol import Judges, VideoContext, VideoQAModel
from vqa.types import Answer, AnswerOptions, Turn


class Reply:
    """One question, put to a model about a video it has seen; looks up what can be looked up.

    Args:
        model: whom to ask where nothing is looked up.
        context: the video as that model saw it.
        question: as people write it.
        earlier: what was said before.
        options: how the model is to answer.
    """

    def __init__(
        self,
        model: VideoQAModel,
        context: VideoContext,
        question: str,
        *,
        earlier: Sequence[Turn] = (),
        options: AnswerOptions | None = None,
    ) -> None:
        self._model = model
        self._context = context
        self._question = " ".join(question.split())
        self._earlier = tuple(earlier)
        self._options = options
        self._found = look_up(model, context, self._question, self._earlier)

    def pieces(self) -> Generator[str, None, None]:
        """The words as they come; closing it stops the model."""
        if self._found is not None:
            yield self._found.text
        else:
            yield from self._model.stream(
                self._context, self._question, history=self._earlier, options=self._options
            )

    def judged(self, text: str) -> Answer:
        """The finished words with how far to trust them; the frames they rest on are left out.

        Args:
            text: all pieces, joined.
        """
        if self._found is not None:
            return Answer(
                text=text, confidence=self._found.confidence, answerable=self._found.there
            )
        if not isinstance(self._model, Judges):
            return Answer(text=text)
        judged = self._model.judge(self._context, self._question, text, history=self._earlier)
        return Answer(text=text, confidence=judged.confidence, answerable=judged.answerable)

    def explained(self, text: str) -> Answer:
        """The same, with the frames."""
        answer = self.judged(text)
        if self._found is not None:
            return replace(answer, evidence=self._found.evidence)
        return with_evidence(answer, self._model, self._context, self._question, self._earlier)

"""Interfaces of a video question-answering model.

A model encodes a clip once (`encode`) and answers many questions about it (`stream`). Optional abilities are separate
small protocols, checked by `isinstance`. A model holds no user data: all of it is in the `VideoContext`, which is frozen
and may be shared between threads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from vqa.types import (
    AnswerOptions,
    Clip,
    Evidence,
    Judgement,
    Question,
    SamplingPlan,
    TimedText,
    Turn,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class VideoContext:
    """A video as one model encoded it; made by `encode`, read by every question.

    Args:
        model: name of the model that made it.
        clip: the encoded frames.
        state: that model's own encoding; opaque to everybody else.
        text: timed text of the video, rising in time.
    """

    model: str
    clip: Clip
    state: Any = field(repr=False)
    text: tuple[TimedText, ...] = ()


@runtime_checkable
class VideoQAModel(Protocol):
    """Answers questions about a video.

    Attributes:
        name: catalog name it was loaded by.
        sampling: how it wants videos to be sampled.
        device: where it computes, in readable form, such as `cpu` or `cuda:0`.
    """

    name: str
    sampling: SamplingPlan
    device: str

    def encode(self, clip: Clip, *, text: Sequence[TimedText] = ()) -> VideoContext:
        """Encode a clip once, for all later questions."""
        ...

    def stream(
        self,
        context: VideoContext,
        question: Question,
        *,
        history: Sequence[Turn] = (),
        options: AnswerOptions | None = None,
    ) -> Iterator[str]:
        """Stream the answer as text fragments that join to the whole.

        A model that waits for a server yields empty fragments meanwhile, so that its reader can stop. Closing the iterator ends the computation within one token. An error inside reaches the reader.

        Args:
            context: the encoded video.
            question: the parsed question; its `resolved` wording needs no history.
            history: earlier turns, for models that hold a conversation themselves.
            options: generation options; None leaves them to the model.
        """
        ...


class PreparedQuestion(Protocol):
    """A question joined with an encoded video, computed once a turn; gives the answer, its confidence and its evidence."""

    def stream(self, options: AnswerOptions | None = None) -> Iterator[str]:
        """Stream the answer as text fragments."""
        ...

    def judge(self, answer: str) -> Judgement:
        """Calibrated confidence of an answer, and whether the question is answerable."""
        ...

    def explain(self, answer: str) -> tuple[Evidence, ...]:
        """Evidence frames of an answer, highest weight first."""
        ...


@runtime_checkable
class Prepares(Protocol):
    """Can join a question with an encoded video once and use the result for answer, confidence and evidence."""

    def prepare(self, context: VideoContext, question: Question) -> PreparedQuestion:
        """Join a question with an encoded video."""
        ...


@runtime_checkable
class VisualOnly(Protocol):
    """Answers in a few words what frames show and nothing else.

    For such a model the app holds the conversation, declines what a video cannot answer, and words full sentences.

    Attributes:
        visual_only: True.
    """

    visual_only: bool


@runtime_checkable
class Judges(Protocol):
    """Can estimate how reliable its own answers are."""

    def judge(self, context: VideoContext, question: Question, answer: str) -> Judgement:
        """Calibrated confidence of an answer, and whether the question is answerable."""
        ...


@runtime_checkable
class Explains(Protocol):
    """Can name the frames that an answer is based on."""

    def explain(
        self, context: VideoContext, question: Question, answer: str
    ) -> tuple[Evidence, ...]:
        """Evidence frames of an answer, highest weight first; nothing is encoded again."""
        ...


@runtime_checkable
class Embeds(Protocol):
    """Embeds frames and text in one space, so that text finds moments.

    Attributes:
        embedding_dim: D of the vectors.
        search_threshold: lowest cosine at which a moment counts as a hit; calibrated on held-out pictures.
    """

    embedding_dim: int
    search_threshold: float

    def match_probability(self, score: float) -> float:
        """Calibrated probability, 0 to 1, that a frame with this cosine shows what the text names."""
        ...

    def embed_frames(self, context: VideoContext) -> NDArray[np.float32]:
        """(T, D) unit vectors, one a frame."""
        ...

    def embed_text(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(N, D) unit vectors, one a text."""
        ...


@runtime_checkable
class Describes(Protocol):
    """Can caption single frames, many at a time."""

    def describe_frames(self, context: VideoContext, indices: Sequence[int]) -> list[str]:
        """Caption each of these rows of `context.clip.frames`."""
        ...


@runtime_checkable
class Stores(Protocol):
    """Can convert its encoding of a video to arrays and back, so that it survives a restart.

    Attributes:
        state_version: unique to the model; changes whenever stored encodings no longer fit the weights or the code.
    """

    state_version: str

    def export_state(self, context: VideoContext) -> Mapping[str, NDArray[Any]]:
        """Arrays that `import_state` turns into the same context."""
        ...

    def import_state(
        self, clip: Clip, arrays: Mapping[str, NDArray[Any]], *, text: Sequence[TimedText] = ()
    ) -> VideoContext:
        """Rebuild the context from exported arrays."""
        ...

"""Interfaces of a video question-answering model.

A model encodes a clip once (`encode`) and answers many questions about it (`stream`). Optional
abilities are separate small protocols, checked by `isinstance`. A model object holds no user data:
the frames, the text and their encoding are in the `VideoContext`, which is frozen and may be shared
between threads.

Shape letters: T frames of a clip, N texts, D embedding size. Times are seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from vqa.questions.classifiers.intent_classifier import SentenceEncoding
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


_TEXT_LABELS = {"speech": "Said", "screen": "Written on the screen", "sound": "Sound"}


def label_text(line: TimedText) -> str:
    """Return the label and the start of a timed text for a prompt, such as "Said at 1.5 s"."""
    return f"{_TEXT_LABELS[line.source]} at {line.start_s:.1f} s"


@dataclass(frozen=True, kw_only=True)
class VideoContext:
    """A video encoded by one model: returned by `encode`, passed to the model with every question.

    Args:
        model: name of the model that encoded the video; no other model can use the context.
        clip: the frames that were encoded, with their times.
        state: encoding in the model's own format, such as features; only that model interprets it.
        text: speech, on-screen text and sounds with their times, in order of time.
    """

    model: str
    clip: Clip
    state: Any = field(repr=False)
    text: tuple[TimedText, ...] = ()


@runtime_checkable
class VideoQAModel(Protocol):
    """Interface of a model that answers questions about a video.

    Attributes:
        name: name that the model was loaded by, such as a catalog name.
        sampling: plan by which frames are to be sampled from a video for this model.
        device: devices that the model runs on, for display, such as `cpu` or `cuda:0`.
    """

    name: str
    sampling: SamplingPlan
    device: str

    def encode(self, clip: Clip, *, text: Sequence[TimedText] = ()) -> VideoContext:
        """Encode a clip, once for all questions about it.

        Args:
            clip: the frames to encode, at least one.
            text: speech, on-screen text and sounds with their times, in order of time.
        """
        ...

    def stream(
        self,
        context: VideoContext,
        question: Question,
        *,
        history: Sequence[Turn] = (),
        options: AnswerOptions | None = None,
    ) -> Iterator[str]:
        """Stream the answer as incremental text fragments, whose concatenation is the whole answer.

        A model that waits for a server yields empty strings meanwhile, so that the consumer can
        stop. Closing the iterator stops the generation within one token. An error during the
        generation is raised by the iterator.

        Args:
            context: the encoded video, from this model's `encode`.
            question: the parsed question; its `resolved` wording is self-contained.
            history: earlier turns, for models that use the conversation as context.
            options: generation options; None uses the model's defaults.
        """
        ...


class PreparedQuestion(Protocol):
    """Joint encoding of a question and a video, computed once per turn.

    The answer, its confidence and its evidence frames are computed from it.
    """

    def stream(self, options: AnswerOptions | None = None) -> Iterator[str]:
        """Stream the answer as incremental text fragments, whose concatenation is the whole answer.

        Args:
            options: generation options; None uses the model's defaults.
        """
        ...

    def judge(self, answer: str) -> Judgement:
        """Estimate the calibrated confidence of an answer, and whether the question is answerable.

        `answer` is the whole text that `stream` yielded.
        """
        ...

    def explain(self, answer: str) -> tuple[Evidence, ...]:
        """Return the evidence frames of an answer, highest weight first; empty for a refusal.

        `answer` is the whole text that `stream` yielded.
        """
        ...


@runtime_checkable
class Prepares(Protocol):
    """Interface of a model that encodes question and video jointly, once per turn."""

    def prepare(self, context: VideoContext, question: Question) -> PreparedQuestion:
        """Encode a question jointly with a video that this model's `encode` has encoded."""
        ...


@runtime_checkable
class VisualOnly(Protocol):
    """Interface of a model that answers in a few words, and only questions about what frames show.

    For such a model the app resolves references to earlier turns, declines questions that a video
    cannot answer, and expands the answer to a full sentence.

    Attributes:
        visual_only: always True; `isinstance` checks that the attribute exists.
    """

    visual_only: bool


@runtime_checkable
class Judges(Protocol):
    """Interface of a model that estimates the confidence of its own answers."""

    def judge(self, context: VideoContext, question: Question, answer: str) -> Judgement:
        """Estimate the calibrated confidence of an answer, and whether the question is answerable.

        `answer` is the whole text that `stream` yielded.
        """
        ...


@runtime_checkable
class Explains(Protocol):
    """Interface of a model that attributes an answer to frames."""

    def explain(
        self, context: VideoContext, question: Question, answer: str
    ) -> tuple[Evidence, ...]:
        """Return the evidence frames of an answer, highest weight first; empty for a refusal.

        `answer` is the whole text that `stream` yielded.
        """
        ...


@runtime_checkable
class Embeds(Protocol):
    """Interface of a model that embeds frames and text in one vector space, for search.

    Attributes:
        embedding_dim: D, number of components of an embedding.
        search_threshold: lowest cosine similarity of a frame and a text that counts as a search
            result; calibrated on held-out images.
    """

    embedding_dim: int
    search_threshold: float

    def match_probability(self, score: float) -> float:
        """Convert a cosine similarity, -1 to 1, to the probability, 0 to 1, of a match.

        A match is a text that describes the frame.
        """
        ...

    def embed_frames(self, context: VideoContext) -> NDArray[np.float32]:
        """Return the (T, D) float32 embeddings of the clip's frames, in order, as unit vectors."""
        ...

    def embed_text(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed N ≥ 1 texts, in order, in the space of the frames: (N, D) float32 unit vectors."""
        ...


@runtime_checkable
class EncodesSentences(Protocol):
    """Interface of a model with a sentence encoder, which the parser of questions uses."""

    def encode_sentence(self, text: str) -> SentenceEncoding:
        """Return the sentence embedding of a text and the hidden states of its tokens."""
        ...


@runtime_checkable
class Describes(Protocol):
    """Interface of a model that captions single frames, in batches."""

    def describe_frames(self, context: VideoContext, indices: Sequence[int]) -> list[str]:
        """Return one caption for each of some frames, in the order of `indices`; [] for none.

        `indices` are row indices in `context.clip.frames`, not frame numbers of the video.
        """
        ...


@runtime_checkable
class Stores(Protocol):
    """Interface of a model whose encoding of a video can be stored as arrays and restored.

    Attributes:
        state_version: version of the encoding, unique to the model; differs whenever encodings that
            were stored with other weights or code are not valid any more.
    """

    state_version: str

    def export_state(self, context: VideoContext) -> Mapping[str, NDArray[Any]]:
        """Return the encoding as named arrays, from which `import_state` restores the context."""
        ...

    def import_state(
        self, clip: Clip, arrays: Mapping[str, NDArray[Any]], *, text: Sequence[TimedText] = ()
    ) -> VideoContext:
        """Restore the context of a clip from the arrays that `export_state` returned for it.

        `text` is its timed text, which is not part of the arrays.

        Raises:
            KeyError: an array is missing.
            ModelError: the memory or the context window is too small for the clip.
        """
        ...


@runtime_checkable
class Merges(Protocol):
    """Interface of a model that answers from many frames, which are encoded part by part.

    Attributes:
        frames_per_minute: frames that a long video needs per minute.
        max_frames: maximum number of frames of one video.
    """

    frames_per_minute: float
    max_frames: int

    def merge(
        self,
        parts: Sequence[VideoContext],
        rows: Sequence[Sequence[int]],
        clip: Clip,
        *,
        text: Sequence[TimedText] = (),
    ) -> VideoContext:
        """Join the encodings of consecutive parts of a video.

        Args:
            parts: encoded parts, in order, at least one.
            rows: rows of each part's frames to use, in order; one sequence per part.
            clip: those frames of all parts, as one clip.
            text: timed text of the whole video, in order of time.
        """
        ...

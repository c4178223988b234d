"""The seam: what the rest of the product asks of a model, and nothing more.

A model is shown a clip once (`encode`) and asked about it many times (`stream`). What only some models can do is a
small protocol of its own, asked for by `isinstance`. No user's data lives inside a model: it all lives in the
`VideoContext`, which is frozen and may be shared between threads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from vqa.types import AnswerOptions, Clip, Evidence, Judgement, SamplingPlan, TimedText, Turn

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class VideoContext:
    """A video as one model has seen it; made by `encode`, read by every question.

    Args:
        model: the name of the model that made it.
        clip: the very frames it saw.
        state: what that model keeps of them; its own business. What it says of a question never changes after `encode`,
            though it may keep what it worked out for the newest one.
        text: timed words that came with the video, rising in time.
    """

    model: str
    clip: Clip
    state: Any = field(repr=False)
    text: tuple[TimedText, ...] = ()


@runtime_checkable
class VideoQAModel(Protocol):
    """Answers questions about a video it has been shown.

    Attributes:
        name: the name it was loaded by.
        sampling: how it wants to be shown a video.
        device: where it computes, for people to read, such as `cpu` or `cuda:0`.
    """

    name: str
    sampling: SamplingPlan
    device: str

    def encode(self, clip: Clip, *, text: Sequence[TimedText] = ()) -> VideoContext:
        """Look at the clip, once; every later question reads what this returns."""
        ...

    def stream(
        self,
        context: VideoContext,
        question: str,
        *,
        history: Sequence[Turn] = (),
        options: AnswerOptions | None = None,
    ) -> Iterator[str]:
        """Answer in pieces as they come; joined they are the answer.

        Closing the iterator ends the computation within one token. An error inside reaches the reader.
        `options=None` means the model's own choice.
        """
        ...


@runtime_checkable
class Judges(Protocol):
    """Can say how far an answer of its own can be trusted."""

    def judge(
        self, context: VideoContext, question: str, answer: str, *, history: Sequence[Turn] = ()
    ) -> Judgement:
        """The calibrated probability of the answer, and whether the video holds what is asked."""
        ...


@runtime_checkable
class Explains(Protocol):
    """Can say which frames an answer rests on, by asking again with frames hidden."""

    def explain(
        self, context: VideoContext, question: str, answer: str, *, history: Sequence[Turn] = ()
    ) -> tuple[Evidence, ...]:
        """Frames that carry the answer, heaviest first; encodes nothing again."""
        ...


@runtime_checkable
class Embeds(Protocol):
    """Places frames and words in one space, so that words find moments.

    Attributes:
        embedding_dim: D of the vectors.
        search_threshold: a cosine below which a moment does not count as found; calibrated on held-out pictures.
    """

    embedding_dim: int
    search_threshold: float

    def match_probability(self, score: float) -> float:
        """The calibrated chance, 0 to 1, that a frame with this cosine shows what the words name."""
        ...

    def embed_frames(self, context: VideoContext) -> NDArray[np.float32]:
        """(T, D) unit vectors, one a frame."""
        ...

    def embed_text(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(N, D) unit vectors, one a text."""
        ...


@runtime_checkable
class Describes(Protocol):
    """Can say in a sentence what a single frame shows, many frames at a time."""

    def describe_frames(self, context: VideoContext, indices: Sequence[int]) -> list[str]:
        """A sentence for each of these rows of `context.clip.frames`."""
        ...


@runtime_checkable
class Stores(Protocol):
    """Can put what it keeps of a video into arrays and take it up again, so that it survives a restart.

    Attributes:
        state_version: of no other model, and another whenever states of older weights or code no longer fit.
    """

    state_version: str

    def export_state(self, context: VideoContext) -> Mapping[str, NDArray[Any]]:
        """Arrays that `import_state` turns into the same context."""
        ...

    def import_state(
        self, clip: Clip, arrays: Mapping[str, NDArray[Any]], *, text: Sequence[TimedText] = ()
    ) -> VideoContext:
        """The context these arrays were taken from."""
        ...

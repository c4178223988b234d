"""A model with no weights: it answers with what it was shown. For tests, and for trying the page in a second."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vqa.models.protocol import VideoContext
from vqa.types import AnswerOptions, Clip, SamplingPlan, TimedText, Turn


class EchoModel:
    """Says how many frames it saw, from when to when, and repeats the question; word by word."""

    def __init__(self) -> None:
        self.name = "echo"
        self.sampling = SamplingPlan(num_frames=8)
        self.device = "cpu"

    def encode(self, clip: Clip, *, text: Sequence[TimedText] = ()) -> VideoContext:
        """Keep the clip; there is nothing to compute."""
        return VideoContext(model=self.name, clip=clip, state=None, text=tuple(text))

    def stream(
        self,
        context: VideoContext,
        question: str,
        *,
        history: Sequence[Turn] = (),
        options: AnswerOptions | None = None,
    ) -> Iterator[str]:
        """The answer, word by word, cut at `options.max_new_tokens` words."""
        clip = context.clip
        sentence = (
            f"I saw {len(clip.times_s)} frames from {clip.times_s[0]:.2f} s to {clip.times_s[-1]:.2f} s, "
            f"heard {len(history)} earlier questions, and was asked: {question}"
        )
        limit = (options or AnswerOptions()).max_new_tokens
        for position, word in enumerate(sentence.split()[:limit]):
            yield word if position == 0 else f" {word}"

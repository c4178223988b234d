"""Model without weights that repeats the question; for tests and for trying the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vqa.models.protocol import VideoContext
from vqa.types import AnswerOptions, Clip, Question, SamplingPlan, TimedText, Turn


class EchoModel:
    """Model whose answer repeats the question after counts and times.

    These are the number of frames, the first and last time, and the number of earlier questions.
    """

    def __init__(self) -> None:
        self.name = "echo"
        self.sampling = SamplingPlan(num_frames=8)
        self.device = "cpu"

    def encode(self, clip: Clip, *, text: Sequence[TimedText] = ()) -> VideoContext:
        """Return a context with the clip and the text, and without an encoding."""
        return VideoContext(model=self.name, clip=clip, state=None, text=tuple(text))

    def stream(
        self,
        context: VideoContext,
        question: Question,
        *,
        history: Sequence[Turn] = (),
        options: AnswerOptions | None = None,
    ) -> Iterator[str]:
        """Stream the answer word by word, each word after the first with a space before it.

        The answer states frames, times and `question.text`. It has at most
        `options.max_new_tokens` words, 128 without options; the other options are ignored.
        """
        clip = context.clip
        sentence = (
            f"I saw {len(clip.times_s)} frames from {clip.times_s[0]:.2f} s to {clip.times_s[-1]:.2f} s, "
            f"heard {len(history)} earlier questions, and was asked: {question.text}"
        )
        limit = (options or AnswerOptions()).max_new_tokens
        for position, word in enumerate(sentence.split()[:limit]):
            yield word if position == 0 else f" {word}"

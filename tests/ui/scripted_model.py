"""A model that can do everything a model may do, slowly where told; what it says is known."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vqa.errors import OutOfMemory
from vqa.models.protocol import VideoContext
from vqa.types import (
    AnswerOptions,
    Clip,
    Evidence,
    Judgement,
    Question,
    SamplingPlan,
    Strategy,
    TimedText,
    Turn,
)

LONG = "long story"
MAX_FRAMES = 3


class ScriptedModel:
    """Answers with a time and its first frame as evidence; red frames are found by "red", others by nothing.

    `frame_s` is how long the encoding of a frame takes, in seconds. With `sees_cats` it sees one
    cat. While the file `hold` exists, nothing is captioned, and nothing encoded but a first look,
    whose plan is `sampling`.
    """

    frames_per_minute = 30.0
    max_frames = 100

    def __init__(
        self,
        name: str = "scripted",
        *,
        frame_s: float = 0.0,
        strategy: Strategy = "uniform",
        sees_cats: bool = False,
        hold: Path | None = None,
    ) -> None:
        self._hold = hold
        self.name = name
        self.sees_cats = sees_cats
        self.frame_s = frame_s
        self.sampling = SamplingPlan(num_frames=6, strategy=strategy)
        self.device = "cpu"
        self.embedding_dim = 2
        self.search_threshold = 0.5
        self.num_encoded = 0

    def encode(self, clip: Clip, *, text: Sequence[TimedText] = ()) -> VideoContext:
        self.num_encoded += 1
        is_first_look = clip.plan.num_frames == self.sampling.num_frames
        if not is_first_look:
            self._wait()
        time.sleep(self.frame_s * len(clip.times_s))
        return VideoContext(model=self.name, clip=clip, state=None, text=tuple(text))

    def _wait(self) -> None:
        """Wait while the file `hold` exists."""
        while self._hold is not None and self._hold.exists():
            time.sleep(0.01)

    def merge(
        self,
        parts: Sequence[VideoContext],
        rows: Sequence[Sequence[int]],
        clip: Clip,
        *,
        text: Sequence[TimedText] = (),
    ) -> VideoContext:
        return VideoContext(model=self.name, clip=clip, state=None, text=tuple(text))

    def stream(
        self,
        context: VideoContext,
        question: Question,
        *,
        history: Sequence[Turn] = (),
        options: AnswerOptions | None = None,
    ) -> Iterator[str]:
        if question.text == "too much" and len(context.clip.times_s) > MAX_FRAMES:
            raise OutOfMemory("The clip does not fit.", cure="Use fewer frames.")
        if question.text == "<b>bold</b>":
            yield "<script>document.title = 'stolen'</script> safe"
            return
        if question.text == LONG:
            for number in range(600):
                yield f"word{number} "
                time.sleep(0.03)
            return
        if (reply := self._reply_about_cats(question.resolved.lower())) is not None:
            yield reply
            return
        yield "It is red"
        yield f" at 0:01, question {len(history) + 1}."

    def _reply_about_cats(self, text: str) -> str | None:
        """The reply of a model that sees one cat, slowly; None unless `sees_cats` and asked about it."""
        if not self.sees_cats:
            return None
        time.sleep(0.05)
        if " or " in text or "what animal" in text:
            return "cat"
        if text.startswith(("is there", "are there")):
            return "yes" if "cat" in text else "no"
        return "one" if "how many cats" in text else None

    def judge(self, context: VideoContext, question: Question, answer: str) -> Judgement:
        absent = "unicorn" in question.text
        return Judgement(confidence=0.2 if absent else 0.9, answerable=not absent)

    def explain(
        self, context: VideoContext, question: Question, answer: str
    ) -> tuple[Evidence, ...]:
        return (
            Evidence(index=context.clip.indices[0], time_s=context.clip.times_s[0], weight=0.7),
        )

    def match_probability(self, score: float) -> float:
        return score

    def embed_frames(self, context: VideoContext) -> NDArray[np.float32]:
        red = context.clip.frames[:, -8:, :, 0].mean(axis=(1, 2)) > 128
        return np.stack([red, ~red], axis=1).astype(np.float32)

    def embed_text(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([[1, 0] if "red" in t else [0, 0] for t in texts], np.float32)

    def describe_frames(self, context: VideoContext, indices: Sequence[int]) -> list[str]:
        self._wait()
        return [f"frame {index}" for index in indices]

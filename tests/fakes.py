"""Models written by hand for tests: they see colours, and can all that a model can."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vqa.models.protocol import VideoContext
from vqa.transcripts.speech import Word
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
from vqa.video.audio import SAMPLE_RATE_HZ

COLOURS = ("red", "green", "blue")


class ColourModel:
    """Sees which of red, green and blue each frame has most of; answers with the colours it saw, in order."""

    def __init__(self, *, strategy: Any = "shots", num_frames: int = 6) -> None:
        self.name = "colours"
        self.sampling = SamplingPlan(strategy=strategy, num_frames=num_frames)
        self.device = "cpu"
        self.embedding_dim = len(COLOURS)
        self.search_threshold = 0.5
        self.state_version = "1"
        self.num_encoded = 0
        self.calls: list[tuple[str, int]] = []

    def encode(self, clip: Clip, *, text: Sequence[TimedText] = ()) -> VideoContext:
        self.num_encoded += 1
        colours = np.array([int(frame[-1, 0].argmax()) for frame in clip.frames])
        return VideoContext(model=self.name, clip=clip, state=colours, text=tuple(text))

    def stream(
        self,
        context: VideoContext,
        question: Question,
        *,
        history: Sequence[Turn] = (),
        options: AnswerOptions | None = None,
    ) -> Iterator[str]:
        self.calls.append((question.text, len(history)))
        if "fail" in question.text:
            raise RuntimeError("asked to fail")
        order = dict.fromkeys(COLOURS[number] for number in context.state)
        for place, colour in enumerate(order):
            yield colour if place == 0 else f" then {colour}"

    def judge(self, context: VideoContext, question: Question, answer: str) -> Judgement:
        return Judgement(confidence=0.8, answerable="zebra" not in question.text)

    def explain(
        self, context: VideoContext, question: Question, answer: str
    ) -> tuple[Evidence, ...]:
        clip = context.clip
        return (Evidence(index=clip.indices[0], time_s=clip.times_s[0], weight=0.9),)

    def match_probability(self, score: float) -> float:
        return score

    def embed_frames(self, context: VideoContext) -> NDArray[np.float32]:
        return np.eye(3, dtype=np.float32)[context.state]

    def embed_text(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = [[float(colour in text) for colour in COLOURS] for text in texts]
        return np.array(rows, dtype=np.float32)

    def describe_frames(self, context: VideoContext, indices: Sequence[int]) -> list[str]:
        return [f"a {COLOURS[context.state[i]]} picture" for i in indices]

    def export_state(self, context: VideoContext) -> Mapping[str, NDArray[Any]]:
        return {"colours": np.asarray(context.state)}

    def import_state(
        self, clip: Clip, arrays: Mapping[str, NDArray[Any]], *, text: Sequence[TimedText] = ()
    ) -> VideoContext:
        return VideoContext(
            model=self.name, clip=clip, state=np.asarray(arrays["colours"]), text=tuple(text)
        )


class PatientColourModel(ColourModel):
    """Answers from two frames a second of a video that is longer than its own plan is good for."""

    frames_per_minute = 120.0
    max_frames = 30

    def __init__(self) -> None:
        super().__init__(num_frames=6)
        self.judged: list[tuple[float, float | None]] = []

    def merge(
        self,
        parts: Sequence[VideoContext],
        rows: Sequence[Sequence[int]],
        clip: Clip,
        *,
        text: Sequence[TimedText] = (),
    ) -> VideoContext:
        state = np.concatenate([p.state[list(r)] for p, r in zip(parts, rows, strict=True)])
        return VideoContext(model=self.name, clip=clip, state=state, text=tuple(text))

    def judge(self, context: VideoContext, question: Question, answer: str) -> Judgement:
        if question.time_range is not None:
            self.judged.append((question.time_range.start, question.time_range.end))
        return super().judge(context, question, answer)


class FakeRecogniser:
    """Detects speech in every loud range and recognises, in turn, the lines it was constructed with.

    Args:
        lines: recognised text, one per voiced range.
        inputs: list that receives the samples of each call.
    """

    def __init__(
        self, lines: Sequence[str], inputs: list[NDArray[np.float32]] | None = None
    ) -> None:
        self.source = "fake"
        self._lines = iter(lines)
        self.inputs = inputs if inputs is not None else []

    def detect_speech(self, samples: NDArray[np.float32]) -> list[tuple[float, float]]:
        tenth = SAMPLE_RATE_HZ // 10
        loud = [
            bool(np.abs(samples[at : at + tenth]).max() > 0.05)
            for at in range(0, len(samples), tenth)
        ]
        edges = [n for n, (a, b) in enumerate(pairwise([False, *loud, False])) if a != b]
        return [(a / 10, b / 10) for a, b in zip(edges[::2], edges[1::2], strict=True)]

    def recognise(self, samples: NDArray[np.float32]) -> Iterator[Word]:
        self.inputs.append(samples)
        for start_s, end_s in self.detect_speech(samples):
            yield Word(start_s, end_s, f" {next(self._lines)}")

"""Throughput: encoding of frames, concurrent questions, and loading of stored encodings."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from vqa.chat.session import ChatSession
from vqa.evaluation.benchmarks.hub_speed import SECOND_QUESTION
from vqa.evaluation.timing import Measurement
from vqa.models.protocol import VideoContext, VideoQAModel
from vqa.storage.contexts import ContextStore
from vqa.types import Clip

NUM_IN_FLIGHT = (1, 4, 16, 64)
_NUM_FRAMES = 64
_QUESTIONS_PER_RUN = 64


def time_encoding(model: VideoQAModel, clip: Clip, *, runs: int) -> Measurement:
    """Measure how many frames per second the model encodes from memory, 64 at a time.

    A first run, for warm-up, is not measured.

    Args:
        model: model to measure.
        clip: decoded frames, which are repeated to 64.
        runs: number of repetitions, each of which gives one value of the measurement.
    """
    rows = np.resize(np.arange(len(clip.times_s)), _NUM_FRAMES)
    frames = clip.frames[rows]
    repetition = Clip(
        info=clip.info,
        plan=clip.plan,
        frames=frames,
        times_s=tuple(float(number) for number in range(_NUM_FRAMES)),
        indices=tuple(range(_NUM_FRAMES)),
    )
    rates = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        model.encode(repetition)
        rates.append(_NUM_FRAMES / (time.perf_counter() - start))
    return Measurement(name="encoding, frames per second", unit="/s", values=tuple(rates[1:]))


def time_in_flight(
    model: VideoQAModel, video: Path, *, num_in_flight: Sequence[int] = NUM_IN_FLIGHT
) -> list[Measurement]:
    """Measure answers per second with several concurrent ("in flight") questions about one video.

    Each question is asked in a session of its own, with evidence frames. The video is encoded, and
    a first question asked, before the measurement.

    Args:
        model: model to measure.
        video: video file.
        num_in_flight: numbers of threads, at least 1; each gives one measurement of 64 questions.
    """
    session = ChatSession(model)
    session.watch(video)

    def ask(_: int) -> None:
        "".join(session.branch().ask(SECOND_QUESTION))

    ask(0)
    measurements = []
    for number in num_in_flight:
        with ThreadPoolExecutor(number) as pool:
            start = time.perf_counter()
            list(pool.map(ask, range(_QUESTIONS_PER_RUN)))
            rate = _QUESTIONS_PER_RUN / (time.perf_counter() - start)
        measurements.append(
            Measurement(name=f"answers per second, {number} in flight", unit="/s", values=(rate,))
        )
    return measurements


def time_store(model: VideoQAModel, context: VideoContext, *, runs: int) -> Measurement:
    """Measure the seconds to load an encoded video from the store on disk.

    The file was just written, so that the operating system has it in its cache.

    Args:
        model: model that encoded the video and implements `Stores`.
        context: the encoded video.
        runs: number of repetitions.
    """
    clip = context.clip
    with tempfile.TemporaryDirectory() as folder:
        store = ContextStore(Path(folder))
        store.put(model, context)
        durations = []
        for _ in range(runs):
            start = time.perf_counter()
            stored_context = store.get(model, clip.info.path, clip.plan)
            durations.append(time.perf_counter() - start)
            assert stored_context is not None
    return Measurement(name="stored video, loading", unit="s", values=tuple(durations))

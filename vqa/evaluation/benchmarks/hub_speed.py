"""Latency of a hub model's second question, and of its first after a restart: `speed --hub`.

The model has SmolVLM2-256M's architecture and random weights, so nothing is downloaded.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path

from vqa.chat.session import ChatSession
from vqa.evaluation.synthetic_video import write_footage
from vqa.evaluation.timing import Measurement, peak_memory_gb
from vqa.models.protocol import VideoQAModel
from vqa.storage.contexts import ContextStore
from vqa.types import AnswerOptions

FIRST_QUESTION = "What is in the video?"
SECOND_QUESTION = "What colour is the square?"
_ANSWER_TOKENS = 16


def time_questions(
    model: VideoQAModel, video: Path, *, runs: int, num_frames: int
) -> list[Measurement]:
    """Measure the latency of two questions about the same frames, with up to 16 answer tokens.

    Args:
        model: model to measure.
        video: video file; `watch` is called before each question, and the time starts with that
            call.
        runs: number of sessions, at least 1.
        num_frames: number of frames to sample.

    Returns:
        Seconds to the first fragment and to the end of each answer, one value per session, and the
        ratios of first to second question.
    """
    options = AnswerOptions(max_new_tokens=_ANSWER_TOKENS)
    plan = replace(model.sampling, num_frames=num_frames)
    durations: dict[str, list[float]] = {}
    for _ in range(runs):
        session = ChatSession(model)
        for name, question in (("first", FIRST_QUESTION), ("second", SECOND_QUESTION)):
            start = time.perf_counter()
            session.watch(video, plan=plan)
            chunks = session.ask(question, options=options)
            next(chunks)
            first_words_s = time.perf_counter() - start
            "".join(chunks)
            whole_s = time.perf_counter() - start
            durations.setdefault(f"{name} question, first words", []).append(first_words_s)
            durations.setdefault(f"{name} question, whole answer", []).append(whole_s)
    measurements = [
        Measurement(name=name, unit="s", values=tuple(values)) for name, values in durations.items()
    ]
    for part in ("first words", "whole answer"):
        pairs = zip(
            durations[f"first question, {part}"], durations[f"second question, {part}"], strict=True
        )
        ratios = tuple(first / second for first, second in pairs)
        measurements.append(Measurement(name=f"second sooner by, {part}", unit="x", values=ratios))
    return measurements


def time_restart(
    model: VideoQAModel, video: Path, *, runs: int, num_frames: int
) -> list[Measurement]:
    """Measure the latency of a first question about a stored video, and the store's size.

    Args:
        model: model to measure.
        video: video file, which is encoded and stored once before the measurement.
        runs: number of sessions, at least 1.
        num_frames: number of frames to sample.

    Returns:
        Seconds from the call of `watch` to the first fragment of the answer, and size of the store
        in MB.
    """
    options = AnswerOptions(max_new_tokens=_ANSWER_TOKENS)
    plan = replace(model.sampling, num_frames=num_frames)
    with tempfile.TemporaryDirectory() as folder:
        store = ContextStore(Path(folder))
        ChatSession(model, store=store).watch(video, plan=plan)
        durations = []
        for _ in range(runs):
            session = ChatSession(model, store=store)
            start = time.perf_counter()
            session.watch(video, plan=plan)
            next(session.ask(FIRST_QUESTION, options=options))
            durations.append(time.perf_counter() - start)
        size_mb = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
    return [
        Measurement(name="after a restart, first words", unit="s", values=tuple(durations)),
        Measurement(name="size on disk", unit="MB", values=(size_mb,)),
    ]


def measure(*, device: str = "auto", runs: int = 3, num_frames: int = 32) -> list[Measurement]:
    """Measure the latency of a hub model with a cached prompt in memory and with features on disk.

    The model has random weights, and the video is generated. The peak memory of this process is
    measured too, where the system reports it.

    Args:
        device: device of the model, as for `load`.
        runs: number of sessions per measurement, at least 1.
        num_frames: number of frames to sample.
    """
    from vqa.models.hub.random_weights import random_smolvlm

    model = random_smolvlm(device=device)
    with tempfile.TemporaryDirectory() as folder:
        video = write_footage(Path(folder) / "video.mp4")
        measurements = time_questions(model, video, runs=runs, num_frames=num_frames)
        measurements += time_restart(model, video, runs=runs, num_frames=num_frames)
    if (peak := peak_memory_gb()) is not None:
        measurements.append(Measurement(name="peak memory", unit="GB", values=(peak,)))
    return measurements

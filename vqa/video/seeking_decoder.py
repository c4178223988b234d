"""Decoder of single frames and short ranges of a seekable container (PyAV)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from vqa.types import ProgressCallback
from vqa.video.container import open_container
from vqa.video.packets import decoder_of, read_packets
from vqa.video.pyav import (
    MIN_STEP_S,
    Deinterlacer,
    clock_time_s,
    clocked_frames,
    decode_or_none,
    decoded_frame,
    prepare_stream,
    seek,
)

if TYPE_CHECKING:
    from vqa.video.frame import DecodedFrame
    from vqa.video.source import Source

_EXACT_S = 0.1
_NUM_WORKERS = min(2, os.cpu_count() or 1)

_Job = TypeVar("_Job")
_Result = TypeVar("_Result")


class SeekingDecoder:
    """Decoder of single frames of a seekable container, with one thread; a context manager.

    Entering it raises VideoError if the file cannot be opened.

    Args:
        source: a video whose container is seekable.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._stack = ExitStack()

    def __enter__(self) -> SeekingDecoder:
        self._container = self._stack.enter_context(open_container(self._source.path))
        self._stream = prepare_stream(self._container, self._source, threads=1)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def key_frame(self, time_s: float) -> DecodedFrame | None:
        """Return the deinterlaced keyframe at or before a time in seconds.

        None if it cannot be decoded or has no timestamp. After damage, it may be a later keyframe.
        """
        frame = self.key_av_frame(time_s)
        if frame is None:
            return None
        frame.time_base = self._stream.time_base
        deinterlacer = Deinterlacer(self._source.parity)
        frame = next(iter((*deinterlacer.process(frame), *deinterlacer.flush())))
        frame_s = clock_time_s(frame, self._source, -np.inf)
        return None if frame_s is None else decoded_frame(frame, frame_s, self._source, False)

    def key_av_frame(self, time_s: float) -> Any | None:
        """Return the keyframe at or before a time in seconds as `av.VideoFrame`, not deinterlaced.

        None if it cannot be decoded; after damage, it may be a later keyframe.
        """
        self._seek(time_s)
        for packet in read_packets(self._container, [self._stream]):
            if packet.is_keyframe:
                context = decoder_of(self._container, self._stream)
                # Draining the decoder yields the frame without decoding the ones that follow it.
                frames = [*decode_or_none(context, packet), *decode_or_none(context, None)]
                context.flush_buffers()
                intact = (f for f in frames if f is not None and not f.is_corrupt)
                return next(intact, None)
        return None

    def frames_between(
        self, start_s: float, end_s: float, *, targets_s: Sequence[float] = ()
    ) -> Iterator[DecodedFrame]:
        """Yield the frames from the keyframe at or before `start_s` to the first from `end_s` on.

        Frames that no other frame refers to are skipped, except in interlaced video and within 0.1
        s of a target. A frame stays valid when the decoder advances.

        Args:
            start_s: time in seconds; frames before it, from its keyframe on, are yielded too.
            end_s: time in seconds; the stream ends with the file if no frame is at or after it.
            targets_s: times near which no frame is skipped, in seconds.
        """
        self._seek(start_s)

        def skips(time_s: float) -> bool:
            return all(abs(time_s - target_s) > _EXACT_S for target_s in targets_s)

        frames = clocked_frames(
            self._container, self._stream, self._source,
            skips=None if self._source.is_interlaced else skips,
        )  # fmt: skip
        try:
            for frame in frames:
                yield frame
                if frame.time_s >= end_s - MIN_STEP_S:
                    break
        finally:
            context = decoder_of(self._container, self._stream)
            context.skip_frame = "DEFAULT"
            context.flush_buffers()

    def _seek(self, time_s: float) -> None:
        decoder_of(self._container, self._stream).flush_buffers()
        seek(self._container, self._stream, self._source, time_s)


class DecoderPool:
    """At most two decoders of one video that work in parallel; a context manager.

    A decoder is opened when it is first used: opening reads the whole index of a file, which takes
    30 ms for an hour of video.

    Args:
        source: a video whose container is seekable.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._stack = ExitStack()
        self._decoders: dict[int, SeekingDecoder] = {}

    def __enter__(self) -> DecoderPool:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def run(
        self,
        jobs: Sequence[_Job],
        work: Callable[[SeekingDecoder, _Job], _Result],
        on_progress: ProgressCallback,
    ) -> list[_Result]:
        """Run independent jobs, one thread per decoder; return their results in the jobs' order.

        Args:
            jobs: the jobs.
            work: takes a decoder and a job and returns its result; an exception is raised to the
                caller.
            on_progress: called with the completed fraction, 0 to 1, from the first thread only, so
                that the last call may be below 1.
        """
        results: dict[int, _Result] = {}

        def run(offset: int) -> None:
            decoder = self._decoder(offset)
            for number in range(offset, len(jobs), _NUM_WORKERS):
                results[number] = work(decoder, jobs[number])
                if offset == 0:
                    on_progress(len(results) / len(jobs))

        offsets = range(min(_NUM_WORKERS, len(jobs)))
        with ThreadPoolExecutor(_NUM_WORKERS) as pool:
            for future in [pool.submit(run, offset) for offset in offsets]:
                future.result()
        return [results[number] for number in range(len(jobs))]

    def _decoder(self, number: int) -> SeekingDecoder:
        if number not in self._decoders:
            decoder = SeekingDecoder(self._source)
            self._decoders[number] = self._stack.enter_context(decoder)
        return self._decoders[number]

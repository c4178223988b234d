"""Worker processes that encode videos for the library; the parent process writes the library."""

from __future__ import annotations

import os
import signal
from collections import Counter, deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Protocol

from vqa.errors import VideoError, VQAError
from vqa.storage.library import Segment
from vqa.storage.video_files import file_state

MAX_ATTEMPTS = 2
"""Maximum number of attempts to encode a video, if its worker is lost in each."""

_STOP_S = 5.0


@dataclass(frozen=True, kw_only=True)
class EncodedVideo:
    """Result of encoding one video: its segments, or an error.

    Args:
        path: the video file.
        state: size and times of the file before it was decoded, see `file_state`; None without
            segments.
        segments: frame segments and lines.
        text_sources: sources that were transcribed: `speech`, `screen`.
        model_version: version of the embeddings, see `embedding_version`; empty without segments.
        error: why the video could not be encoded; empty if it was.
        fatal: (message, cure) of an error that concerns every video, such as a missing package.
    """

    path: Path
    state: tuple[int, float, float] | None = None
    segments: tuple[Segment, ...] = ()
    text_sources: frozenset[str] = frozenset()
    model_version: str = ""
    error: str = ""
    fatal: tuple[str, str] | None = None


class VideoEncoder(Protocol):
    """Interface of a function that encodes one video."""

    def __call__(self, path: Path) -> EncodedVideo:
        """Return the result with the segments of a video.

        Raises:
            VideoError: the file cannot be decoded.
        """
        ...


# Builds the encoder inside a worker process; picklable, called once per process.
EncoderFactory = Callable[[], VideoEncoder]


class EncoderPool(Protocol):
    """Interface of a pool of workers that encode videos."""

    def encode(self, paths: Sequence[Path]) -> Generator[EncodedVideo, None, None]:
        """Encode videos and yield one result per path when it is ready, in any order.

        A video that cannot be decoded gives a result with `error`. Nothing without paths.

        Raises:
            VQAError: an error that concerns every video, such as a missing package.
        """
        ...


@dataclass
class _Worker:
    """Process with its connection, and the video that it encodes; None while it is idle."""

    process: SpawnProcess
    connection: Connection
    path: Path | None = None


@dataclass
class IndexWorkers:
    """Pool of processes that encode videos, each with a model of its own.

    If a process dies, it is replaced and its video is encoded again; a second death of a process
    with the same video gives an error for that video.

    Args:
        factory: builds the encoder in each process.
        num_workers: maximum number of processes, at least 1; they start when videos are waiting.

    Raises:
        ValueError: `num_workers` is below 1.
    """

    factory: EncoderFactory
    num_workers: int
    _workers: list[_Worker] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.num_workers < 1:
            raise ValueError(f"num_workers must be at least 1, not {self.num_workers}")

    @property
    def pids(self) -> list[int]:
        """Process ids of the running processes."""
        return [worker.process.pid for worker in self._workers if worker.process.pid is not None]

    def encode(self, paths: Sequence[Path]) -> Generator[EncodedVideo, None, None]:
        """Encode videos and yield one result per path when it is ready, in any order.

        A video that cannot be decoded gives a result with `error`. The processes are killed at the
        end, and when the iterator is closed.

        Raises:
            VQAError: an error that concerns every video, such as a missing package.
        """
        waiting_paths, attempts = deque(paths), Counter[Path]()
        try:
            while waiting_paths or any(worker.path is not None for worker in self._workers):
                self._assign(waiting_paths)
                busy = {worker.connection: worker for worker in self._workers if worker.path}
                for connection in wait(list(busy)):
                    assert isinstance(connection, Connection)
                    worker = busy[connection]
                    result = self._receive(worker)
                    if result is None:
                        assert worker.path is not None
                        attempts[worker.path] += 1
                        self._end(worker)
                        if attempts[worker.path] < MAX_ATTEMPTS:
                            waiting_paths.appendleft(worker.path)
                            continue
                        message = f"The process that encoded it ended {MAX_ATTEMPTS} times."
                        result = EncodedVideo(path=worker.path, error=message)
                    elif result.fatal is not None:
                        raise VQAError(result.fatal[0], cure=result.fatal[1])
                    worker.path = None
                    yield result
        finally:
            for worker in tuple(self._workers):
                self._end(worker)

    def _assign(self, waiting_paths: deque[Path]) -> None:
        """Give each idle process a video; start processes that are missing."""
        while waiting_paths:
            idle = next((worker for worker in self._workers if worker.path is None), None)
            if idle is None:
                if len(self._workers) >= self.num_workers:
                    return
                idle = self._start()
            idle.path = waiting_paths.popleft()
            try:
                idle.connection.send(idle.path)
            except OSError:
                continue  # it died while it was idle; `_receive` reports that

    def _start(self) -> _Worker:
        """Start a worker process and return it; it is idle and among the workers."""
        context = get_context("spawn")  # torch's threads do not survive a fork
        ours, theirs = context.Pipe()
        process = context.Process(
            target=_run, args=(theirs, self.factory, self.num_workers), daemon=True
        )
        process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker

    def _receive(self, worker: _Worker) -> EncodedVideo | None:
        """Return the result of a process; None if the process has ended."""
        try:
            result = worker.connection.recv()
        except (EOFError, OSError):
            return None
        assert isinstance(result, EncodedVideo)
        return result

    def _end(self, worker: _Worker) -> None:
        """Kill a worker process, wait at most 5 s for its end, and remove it from the workers."""
        self._workers.remove(worker)
        worker.connection.close()
        worker.process.kill()
        worker.process.join(_STOP_S)


def _run(connection: Connection, factory: EncoderFactory, num_workers: int) -> None:
    """Encode the videos that the connection names until it is closed. Runs in a worker process.

    The encoder is built with the first video. A `VQAError` is sent as a result with `error` or
    `fatal`.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C ends the parent, which ends this process
    encoder: VideoEncoder | None = None
    while True:
        try:
            path = connection.recv()
        except EOFError:
            return
        try:
            if encoder is None:
                limit_worker_threads((os.cpu_count() or 1) // num_workers)
                encoder = factory()
            result = encode_or_report(encoder, path)
        except VQAError as error:
            result = EncodedVideo(path=path, fatal=(error.message, error.cure))
        connection.send(result)


def encode_or_report(encoder: VideoEncoder, path: Path) -> EncodedVideo:
    """Return the result of an encoder; a `VQAError` becomes a result with an error.

    A `VideoError` is its `error`, any other `VQAError` its `fatal`.
    """
    try:
        return encoder(path)
    except VideoError as error:
        return EncodedVideo(path=path, error=str(error))
    except VQAError as error:
        return EncodedVideo(path=path, fatal=(error.message, error.cure))


def limit_worker_threads(num_threads: int) -> None:
    """Limit the threads of torch in this process to `num_threads`, at least 1."""
    from vqa.models.devices import limit_threads

    limit_threads(max(1, num_threads))


def encode_in_turn(
    encoder: VideoEncoder, paths: Sequence[Path]
) -> Generator[EncodedVideo, None, None]:
    """Encode videos one after another in this process and yield one result per path, in order.

    A video that cannot be decoded gives a result with `error`; other errors are raised.
    """
    for path in paths:
        try:
            yield encoder(path)
        except VideoError as error:
            yield EncodedVideo(path=path, error=str(error))


def file_has_changed(video: EncodedVideo) -> bool:
    """Whether a video's file was replaced, changed or deleted since before it was decoded.

    False for a result without `state`.
    """
    try:
        return video.state is not None and file_state(video.path) != video.state
    except VideoError:
        return True

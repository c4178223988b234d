"""Pool of worker processes: started on demand, reused, and killed when a file misbehaves.

A crash, a timeout, a file that exceeds a limit, or a cancelled call ends one worker and raises one
error. Workers are never forked from this process: torch and threads do not survive a fork.
"""

from __future__ import annotations

import atexit
import logging
import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path
from typing import Any

from vqa import errors, settings
from vqa.errors import VideoTooLarge, VideoUnreadable, VQAError
from vqa.types import ProgressCallback
from vqa.video.worker_process import ReadLimits, Worker, WorkerDied

_log = logging.getLogger(__name__)

_POLL_S = 0.1
_MAX_CALLS = 200
_PUBLIC_WALL_S = 60.0
_STALL_S, _UNLIMITED_S = 30.0, 1e9
_NUM_IDLE, _NUM_BACKGROUND = 2, 2

_cancel: ContextVar[threading.Event | None] = ContextVar("_cancel", default=None)
_is_background: ContextVar[bool] = ContextVar("_is_background", default=False)


class WorkerPool:
    """Pool of the workers that one process uses.

    Args:
        size: maximum number of workers at a time; further calls wait.
        limits: resource limits of one call.
    """

    def __init__(self, size: int, limits: ReadLimits) -> None:
        self.limits = limits
        self._slots = threading.BoundedSemaphore(size)
        self._lock = threading.Lock()
        self._workers: set[Worker] = set()
        self._idle: list[Worker] = []
        self._is_closed = False

    @contextmanager
    def lease(self) -> Iterator[Worker]:
        """Context manager that yields a ready worker.

        Afterwards the worker is killed if its last call has not ended, else it can be reused.

        Raises:
            InterruptedError: the call was cancelled while it waited for a worker.
            VideoUnreadable: the worker does not start.
        """
        cancel = _cancel.get()
        while not self._slots.acquire(timeout=_POLL_S):
            if cancel is not None and cancel.is_set():
                raise InterruptedError("The call was cancelled while it waited for a worker.")
        worker: Worker | None = None
        try:
            worker = self._take()
            worker.wait_until_ready()
            yield worker
        finally:
            try:
                if worker is not None:
                    self._give_back(worker)
            finally:
                self._slots.release()

    def start_one(self) -> None:
        """Start a worker unless one is idle or the pool is closed; do not wait for it."""
        with self._lock:
            if self._idle or self._is_closed:
                return
            worker = Worker(self.limits)
            self._workers.add(worker)
            self._idle.append(worker)

    def workers(self) -> tuple[Worker, ...]:
        """Return all workers, including idle ones."""
        with self._lock:
            return tuple(self._workers)

    def close(self) -> None:
        """Kill all workers, also those with a running call; `start_one` does nothing afterwards."""
        with self._lock:
            self._is_closed = True
            workers, self._workers, self._idle = self._workers, set(), []
        for worker in workers:
            worker.kill()

    def abandon(self) -> None:
        """Detach from the workers in a forked child process; the parent continues to use them."""
        for worker in self._workers:
            worker.abandon()

    def _take(self) -> Worker:
        with self._lock:
            while self._idle:
                worker = self._idle.pop()
                if worker.is_alive() and worker.limits == self.limits:
                    return worker
                self._workers.discard(worker)
                worker.kill()
            worker = Worker(self.limits)
            self._workers.add(worker)
            return worker

    def _give_back(self, worker: Worker) -> None:
        with self._lock:
            if (
                worker.is_idle
                and worker.applied_limits
                and worker.num_calls < _MAX_CALLS
                and worker.limits == self.limits
                and len(self._idle) < _NUM_IDLE
                and worker in self._workers
            ):
                self._idle.append(worker)
                return
            self._workers.discard(worker)
        worker.kill()


def call(name: str, arguments: tuple[Any, ...], keywords: Mapping[str, Any]) -> Any:
    """Run a sandboxed function in a worker and return its result.

    Args:
        name: key of the function in `sandbox.FUNCTIONS`.
        arguments: positional arguments, of types that `wire_format.write_message` sends.
        keywords: keyword arguments; a `progress` callback is called in this process.

    Raises:
        VQAError: the function raised it, the call exceeded a limit, or the worker died.
        InterruptedError: the call was cancelled; see `cancellable`.
    """
    result = None
    for message in _messages(name, arguments, keywords, _pool()):
        result = message["value"]
    return result


def iterate(
    name: str, arguments: tuple[Any, ...], keywords: Mapping[str, Any], *, camera: bool = False
) -> Iterator[Any]:
    """Run a sandboxed generator in a worker and yield its items; closing it early kills the worker.

    Args:
        name: key of the function in `sandbox.FUNCTIONS`.
        arguments: positional arguments; see `call` for their types and the errors.
        keywords: keyword arguments. The limit of wall time is for each item, not for all together.
        camera: whether it reads a camera, in a worker of its own with network and any CPU time; the
            limit is then `interval_s` of `keywords` (default 0) and 30 s.
    """
    if camera:
        pool = WorkerPool(1, _camera_limits(keywords.get("interval_s", 0.0)))
        try:
            yield from _items(_messages(name, arguments, keywords, pool))
        finally:
            pool.close()
    else:
        yield from _items(_messages(name, arguments, keywords, _pool()))


def _items(messages: Iterator[dict[str, Any]]) -> Iterator[Any]:
    for message in messages:
        if message["kind"] == "item":
            yield message["value"]


@contextmanager
def cancellable(cancel: threading.Event) -> Iterator[None]:
    """Context manager in which setting an event cancels this thread's running calls.

    Args:
        cancel: once it is set, a running call raises InterruptedError within 0.1 s, a generator at
            its next item, and the worker is killed.
    """
    token = _cancel.set(cancel)
    try:
        yield
    finally:
        _cancel.reset(token)


@contextmanager
def in_background() -> Iterator[None]:
    """Context manager in which this thread's calls run at low priority, in workers of their own."""
    token = _is_background.set(True)
    try:
        yield
    finally:
        _is_background.reset(token)


def start_worker() -> None:
    """Start a worker in advance and do not wait for it; nothing with the sandbox off."""
    if settings.uses_sandbox():
        _pool().start_one()


def active_limits() -> tuple[str, ...]:
    """Return the names of the limits under which files are decoded on this machine, for `doctor`.

    They are `separate process`, `time`, and what the system supports of `memory`, `cpu time`,
    `writing`, `open files`, `system calls`; none with the sandbox off.
    """
    if not settings.uses_sandbox():
        return ()
    with _pool().lease() as worker:
        return worker.applied_limits


def process_ids() -> tuple[int, ...]:
    """Return the process ids of all workers, including idle ones and those of low priority."""
    with _shared_lock:
        pools = tuple(_shared_pools.values())
    return tuple(worker.process_id for pool in pools for worker in pool.workers())


def set_limits(limits: ReadLimits) -> None:
    """Set the limits of later calls, but not of cameras, until `close`; ignore `is_background`."""
    for is_background in (False, True):
        _pool(is_background).limits = replace(limits, is_background=is_background)


def default_limits() -> ReadLimits:
    """Return the limits of the settings; the CPU time is the wall time times max(2, cores).

    Raises:
        SettingError: VQA_READ_SECONDS or VQA_READ_MEMORY_GB is not a finite number above 0.
    """
    seconds = settings.read_seconds()
    return ReadLimits(
        memory_bytes=settings.read_memory_bytes(),
        wall_s=seconds,
        cpu_s=seconds * max(2, os.cpu_count() or 1),
    )


def _camera_limits(interval_s: float) -> ReadLimits:
    """Return the limits of a camera's worker: network, the interval and 30 s, any CPU time."""
    return replace(default_limits(), wall_s=interval_s + _STALL_S, cpu_s=_UNLIMITED_S, network=True)


def public_limits() -> ReadLimits:
    """Return the limits for a page with untrusted visitors: at most 60 s per call.

    The CPU time is reduced in the same ratio; the memory limit is the usual one.
    """
    limits = default_limits()
    wall_s = min(limits.wall_s, _PUBLIC_WALL_S)
    return replace(limits, wall_s=wall_s, cpu_s=limits.cpu_s * wall_s / limits.wall_s)


def close() -> None:
    """Kill all workers; the next call starts new ones."""
    with _shared_lock:
        pools = tuple(_shared_pools.values())
        _shared_pools.clear()
    for pool in pools:
        pool.close()


_shared_pools: dict[bool, WorkerPool] = {}  # by whether its workers run at low priority
_shared_lock = threading.Lock()
atexit.register(close)


def _pool(is_background: bool | None = None) -> WorkerPool:
    """Return the pool of workers of low or usual priority; None takes that of `in_background`."""
    low_priority = _is_background.get() if is_background is None else is_background
    with _shared_lock:
        if low_priority not in _shared_pools:
            size = _NUM_BACKGROUND if low_priority else max(2, min(4, os.cpu_count() or 1))
            _shared_pools[low_priority] = WorkerPool(
                size, replace(default_limits(), is_background=low_priority)
            )
        return _shared_pools[low_priority]


def _forget_after_fork() -> None:
    global _shared_lock
    for pool in _shared_pools.values():
        pool.abandon()
    _shared_pools.clear()
    _shared_lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_after_fork)


def _messages(
    name: str, arguments: tuple[Any, ...], keywords: Mapping[str, Any], pool: WorkerPool
) -> Iterator[dict[str, Any]]:
    """Send one call to a worker and yield its item and result messages; raise its errors."""
    on_progress: ProgressCallback | None = keywords.get("progress")
    with pool.lease() as worker:
        try:
            worker.send(
                {
                    "function": name,
                    "arguments": arguments,
                    "keywords": {k: v for k, v in keywords.items() if k != "progress"},
                    "progress": on_progress is not None,
                    "folder": str(Path.cwd()),
                    "cpu_s": worker.limits.cpu_s,
                }
            )
            yield from _receive_all(worker, on_progress, _file_name(arguments, keywords))
        except WorkerDied as death:
            raise _death_error(
                worker.exit_code(), worker.limits, _file_name(arguments, keywords)
            ) from death


def _receive_all(
    worker: Worker, on_progress: ProgressCallback | None, file_name: str
) -> Iterator[dict[str, Any]]:
    """Yield the worker's item and result messages; enforce the time limit and cancellation."""
    began, cancel = time.monotonic(), _cancel.get()
    while True:
        if cancel is not None and cancel.is_set():
            raise InterruptedError(f"Reading {file_name} was cancelled.")
        message = worker.receive(_POLL_S)
        kind = message["kind"] if message is not None else None
        if kind in ("item", "result"):
            worker.is_idle = kind == "result"
            yield message
            if kind == "result":
                return
            began = time.monotonic()  # the time the caller takes with an item is not the worker's
        elif kind in ("error", "bug", "no memory"):
            worker.is_idle = kind == "error"
            raise _reported_error(message, worker.limits, file_name)
        else:
            if message is not None and on_progress is not None:
                on_progress(message["share"])
            if time.monotonic() - began > worker.limits.wall_s:
                raise _too_slow(file_name, worker.limits.wall_s)


def _reported_error(message: Mapping[str, Any], limits: ReadLimits, file_name: str) -> VQAError:
    """Return the error that a worker's message describes."""
    if message["kind"] == "no memory":
        return _too_much_memory(file_name, limits)
    if message["kind"] == "bug":
        _log.error("reading %s failed unexpectedly:\n%s", file_name, message["traceback"])
        return VideoUnreadable(
            f"{file_name} cannot be read: its contents lead to {message['error']}.",
            cure="The file is damaged or of a rare kind; convert it, for example to .mp4.",
        )
    error_class = getattr(errors, str(message["class"]), None)
    if not (isinstance(error_class, type) and issubclass(error_class, VQAError)):
        error_class = VideoUnreadable
    return error_class(str(message["message"]), cure=str(message["cure"]))


def _death_error(code: int, limits: ReadLimits, file_name: str) -> VQAError:
    """Return the error for a worker that ended unexpectedly with this exit code."""
    if os.name == "posix" and code == -signal.SIGXCPU:
        return _too_slow(file_name, limits.cpu_s)
    cause = f"signal {-code}" if code < 0 else f"exit code {code}"
    return VideoUnreadable(
        f"The process that read {file_name} ended unexpectedly ({cause}).",
        cure="The file is damaged or malicious; convert it, for example to .mp4, or choose another.",
    )


def _too_slow(file_name: str, seconds: float) -> VideoTooLarge:
    return VideoTooLarge(
        f"Reading {file_name} takes longer than {seconds:.0f} s.",
        cure="Cut it or export it with a smaller picture; VQA_READ_SECONDS sets the limit.",
    )


def _too_much_memory(file_name: str, limits: ReadLimits) -> VideoTooLarge:
    return VideoTooLarge(
        f"Reading {file_name} takes more than {limits.memory_bytes / 1e9:.1f} GB of memory.",
        cure="Export it with a smaller picture or ask for fewer frames; VQA_READ_MEMORY_GB sets the limit.",
    )


def _file_name(arguments: tuple[Any, ...], keywords: Mapping[str, Any]) -> str:
    """Return the name of the file that a call opens (argument 1 or `path`), without a password."""
    path = arguments[0] if arguments else keywords["path"]
    is_address = "://" in str(path)  # of a camera
    return Path(settings.without_password(path) if is_address else path).name

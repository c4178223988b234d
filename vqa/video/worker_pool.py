"""A small pool of worker processes: started when first needed, reused, and killed when a file misbehaves.

A crash, a hang, a file that takes too much, or a cancelled call costs one worker and gives one `VQAError`. Workers are
started afresh, never forked from this process: torch and a page's threads do not survive a fork.
"""

from __future__ import annotations

import atexit
import logging
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from vqa import errors, settings
from vqa.errors import VideoTooLarge, VideoUnreadable, VQAError
from vqa.types import ProgressCallback
from vqa.video.wire_format import WireError, read_message, write_message

_log = logging.getLogger(__name__)

_POLL_S = 0.1
_START_S = 120.0
_EXIT_S, _CLOSE_S = 10.0, 1.0
_MAX_CALLS = 200
_PUBLIC_WALL_S = 60.0
_NUM_IDLE = 2
_BUFFERED_MESSAGES = 2
# No keys and tokens: a worker needs to find its libraries, and nothing else.
_ENVIRONMENT = (
    "PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "WINDIR", "PYTHONHOME",
    "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ReadLimits:
    """What reading one file may take.

    Args:
        memory_bytes: memory beyond what an idle worker takes (Linux).
        wall_s: seconds until the result, or between two items of an iterator.
        cpu_s: CPU seconds of all threads (Linux, macOS).
    """

    memory_bytes: int
    wall_s: float
    cpu_s: float


_cancel: ContextVar[threading.Event | None] = ContextVar("_cancel", default=None)


class _Died(Exception):
    """The worker ended without a reply."""


class _Worker:
    """One worker process, and a thread that receives its messages."""

    def __init__(self, limits: ReadLimits) -> None:
        self.limits = limits
        self.num_calls = 0
        self.is_idle = True
        self.applied_limits: tuple[str, ...] = ()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "vqa.video.worker", str(limits.memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            start_new_session=True,  # Ctrl-C is for the parent, which then kills the worker
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests: Any = self._process.stdin
        self._messages: queue.Queue[Any] = queue.Queue(_BUFFERED_MESSAGES)
        self._closed = threading.Event()
        self._thread = threading.Thread(
            target=self._receive, args=(self._process.stdout,), daemon=True
        )
        self._thread.start()

    def wait_until_ready(self) -> None:
        """Wait until the worker has imported its libraries and confined itself.

        Raises:
            VideoUnreadable: it does not start.
        """
        if self.applied_limits:
            return
        try:
            message = self._messages.get(timeout=_START_S)
        except queue.Empty:
            message = None
        if not isinstance(message, dict):
            raise VideoUnreadable(
                f"The process that reads video files does not start ({sys.executable} -m vqa.video.worker).",
                cure="Run that command to see why, or set VQA_SANDBOX=off to read files without it.",
            )
        self.applied_limits = ("separate process", "time", *message["limits"])

    def send(self, request: Mapping[str, Any]) -> None:
        """Send a request."""
        self.is_idle = False
        self.num_calls += 1
        try:
            write_message(self._requests, dict(request))
        except OSError as error:
            raise _Died from error

    def receive(self, timeout_s: float) -> Any:
        """The next message, or None if none comes in time.

        Raises:
            _Died: the worker has ended.
        """
        try:
            message = self._messages.get(timeout=timeout_s)
        except queue.Empty:
            return None
        if not isinstance(message, dict) or "kind" not in message:
            raise _Died
        return message

    def kill(self) -> int:
        """End the process now and collect it; returns its exit code, negative for a signal."""
        self._closed.set()
        if self._process.poll() is None:
            self._process.kill()
        code = self._process.wait(_EXIT_S)
        with suppress(OSError):  # what was left to be written has no reader
            self._requests.close()
        while self._thread.is_alive():
            self._take_all()
            self._thread.join(0.01)
        return code

    def exit_code(self) -> int:
        """Exit code of a worker that has closed its pipes; kills it where it has not ended."""
        try:
            return self._process.wait(_CLOSE_S)
        except subprocess.TimeoutExpired:
            return self.kill()

    @property
    def process_id(self) -> int:
        """The operating system's number of the process."""
        return self._process.pid

    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def abandon(self) -> None:
        """Forget a process that belongs to the parent of this forked process."""
        self._process.returncode = 0
        self._requests.raw.close()  # else the worker would outlive its parent as long as this process

    def _take_all(self) -> None:
        while not self._messages.empty():
            self._messages.get_nowait()

    def _receive(self, stream: BinaryIO) -> None:
        """Queue messages until the worker ends; None is the last."""
        try:
            while not self._closed.is_set():
                message = read_message(stream, max_array_bytes=self.limits.memory_bytes)
                self._messages.put(message)
        except (EOFError, OSError, WireError, MemoryError):
            pass  # `None` tells the reader that nothing more comes
        finally:
            if not self._closed.is_set():
                self._messages.put(None)
            stream.close()


class WorkerPool:
    """Workers for the calls of one process.

    Args:
        size: the most workers at one time; further calls wait.
        limits: what one call may take.
    """

    def __init__(self, size: int, limits: ReadLimits) -> None:
        self.limits = limits
        self._slots = threading.BoundedSemaphore(size)
        self._lock = threading.Lock()
        self._workers: set[_Worker] = set()
        self._idle: list[_Worker] = []
        self._closed = False

    @contextmanager
    def lease(self) -> Iterator[_Worker]:
        """A ready worker; it returns to the pool if its last call has ended, and is killed otherwise."""
        cancel = _cancel.get()
        while not self._slots.acquire(timeout=_POLL_S):
            if cancel is not None and cancel.is_set():
                raise InterruptedError("The call was cancelled while it waited for a worker.")
        worker: _Worker | None = None
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
        """Start a worker now, unless one is idle, so that the first call finds it warm; does not wait for it."""
        with self._lock:
            if self._idle or self._closed:
                return
            worker = _Worker(self.limits)
            self._workers.add(worker)
            self._idle.append(worker)

    def workers(self) -> tuple[_Worker, ...]:
        """All workers, idle ones included."""
        with self._lock:
            return tuple(self._workers)

    def close(self) -> None:
        """Kill all workers."""
        with self._lock:
            self._closed = True
            workers, self._workers, self._idle = self._workers, set(), []
        for worker in workers:
            worker.kill()

    def abandon(self) -> None:
        """Forget the workers in a forked child, whose parent goes on using them."""
        for worker in self._workers:
            worker.abandon()

    def _take(self) -> _Worker:
        with self._lock:
            while self._idle:
                worker = self._idle.pop()
                if worker.is_alive():
                    return worker
                self._workers.discard(worker)
                worker.kill()
            worker = _Worker(self.limits)
            self._workers.add(worker)
            return worker

    def _give_back(self, worker: _Worker) -> None:
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
        name: its full name in `sandbox.FUNCTIONS`.
        arguments: positional arguments.
        keywords: keyword arguments; a `progress` callback is called here.

    Raises:
        VQAError: that of the function, or the file took too much, or the worker died over it.
    """
    result = None
    for message in _messages(name, arguments, keywords):
        result = message["value"]
    return result


def iterate(name: str, arguments: tuple[Any, ...], keywords: Mapping[str, Any]) -> Iterator[Any]:
    """Run a sandboxed generator in a worker and yield its items; see `call`."""
    for message in _messages(name, arguments, keywords):
        if message["kind"] == "item":
            yield message["value"]


@contextmanager
def cancellable(cancel: threading.Event) -> Iterator[None]:
    """Let an event end this thread's calls at once, with the workers that serve them.

    Args:
        cancel: once it is set, a call raises InterruptedError within a fraction of a second.
    """
    token = _cancel.set(cancel)
    try:
        yield
    finally:
        _cancel.reset(token)


def start_worker() -> None:
    """Start a worker in advance, unless the sandbox is off."""
    if settings.uses_sandbox():
        _pool().start_one()


def active_limits() -> tuple[str, ...]:
    """Names of the limits under which files are read on this machine, for `doctor`; empty with the sandbox off.

    Returns:
        `separate process` and `time`, and what the system has of `memory`, `cpu time`, `writing`, `open files`,
        `system calls`.
    """
    if not settings.uses_sandbox():
        return ()
    with _pool().lease() as worker:
        return worker.applied_limits


def process_ids() -> tuple[int, ...]:
    """Process ids of the workers, idle ones included."""
    return tuple(worker.process_id for worker in _pool().workers())


def set_limits(limits: ReadLimits) -> None:
    """Set what reading one file may take from now on; the workers of other limits are replaced as they come back."""
    _pool().limits = limits


def default_limits() -> ReadLimits:
    """The limits that the settings name."""
    seconds = settings.read_seconds()
    return ReadLimits(
        memory_bytes=settings.read_memory_bytes(),
        wall_s=seconds,
        cpu_s=seconds * max(2, os.cpu_count() or 1),
    )


def public_limits() -> ReadLimits:
    """Stricter limits for a page that strangers reach: at most a minute for a file."""
    limits = default_limits()
    wall_s = min(limits.wall_s, _PUBLIC_WALL_S)
    return replace(limits, wall_s=wall_s, cpu_s=limits.cpu_s * wall_s / limits.wall_s)


def close() -> None:
    """Kill all workers; the next call starts new ones."""
    global _shared
    with _shared_lock:
        pool, _shared = _shared, None
    if pool is not None:
        pool.close()


_shared: WorkerPool | None = None
_shared_lock = threading.Lock()
atexit.register(close)


def _pool() -> WorkerPool:
    global _shared
    with _shared_lock:
        if _shared is None:
            _shared = WorkerPool(max(2, min(4, os.cpu_count() or 1)), default_limits())
        return _shared


def _forget_after_fork() -> None:
    global _shared, _shared_lock
    if _shared is not None:
        _shared.abandon()
    _shared, _shared_lock = None, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_after_fork)


def _messages(
    name: str, arguments: tuple[Any, ...], keywords: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """The items and the result that a worker sends for one call; its errors are raised."""
    on_progress: ProgressCallback | None = keywords.get("progress")
    with _pool().lease() as worker:
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
        except _Died as death:
            raise _death_error(
                worker.exit_code(), worker.limits, _file_name(arguments, keywords)
            ) from death


def _receive_all(
    worker: _Worker, on_progress: ProgressCallback | None, file_name: str
) -> Iterator[dict[str, Any]]:
    """Yield the worker's items and its result; watch the clock and whether the call is cancelled."""
    began, cancel = time.monotonic(), _cancel.get()
    while True:
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
            if cancel is not None and cancel.is_set():
                raise InterruptedError(f"Reading {file_name} was cancelled.")
            if time.monotonic() - began > worker.limits.wall_s:
                raise _too_slow(file_name, worker.limits.wall_s)


def _reported_error(message: Mapping[str, Any], limits: ReadLimits, file_name: str) -> VQAError:
    """The error that a worker's message stands for."""
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
    """The error for a worker that ended by itself with this exit code."""
    if os.name == "posix" and code == -signal.SIGXCPU:
        return _too_slow(file_name, limits.cpu_s)
    cause = f"signal {-code}" if code < 0 else f"exit code {code}"
    return VideoUnreadable(
        f"The process that read {file_name} ended unexpectedly ({cause}).",
        cure="The file is damaged or made to harm; convert it, for example to .mp4, or choose another.",
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
    """Name of the file that a call reads."""
    path = arguments[0] if arguments else keywords["path"]
    return Path(path).name


def _environment() -> dict[str, str]:
    """The worker's environment: how it finds this package and its libraries, and no secrets."""
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    root = str(Path(settings.__file__).resolve().parent.parent)
    folders = [root, *(entry for entry in sys.path if entry and Path(entry).is_absolute())]
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join(folders),
        "PYTHONSAFEPATH": "1",
        "PYTHONUTF8": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
    }

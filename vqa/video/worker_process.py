"""Handle of one worker process in its parent: start, send, receive and kill."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from vqa import settings
from vqa.errors import VideoUnreadable
from vqa.video.wire_format import WireError, read_message, write_message

_START_S = 120.0
_EXIT_S, _CLOSE_S = 10.0, 1.0
_BUFFERED_MESSAGES = 2
# No keys and tokens: a worker needs to find its libraries, and nothing else.
_ENVIRONMENT = (
    "PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "WINDIR", "PYTHONHOME",
    "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ReadLimits:
    """Resource limits of one call that opens a file.

    Args:
        memory_bytes: memory beyond that of an idle worker, in bytes (Linux).
        wall_s: seconds until the result, or between two items of a generator.
        cpu_s: CPU seconds of all threads (Linux, macOS).
        network: whether the worker may connect to other machines, to read a camera.
        is_background: whether the worker runs at low priority, behind all other processes.
    """

    memory_bytes: int
    wall_s: float
    cpu_s: float
    network: bool = False
    is_background: bool = False


class WorkerDied(Exception):
    """Error: the worker ended without a reply, or sent something that is no valid message."""


class Worker:
    """Worker process, and a thread that receives its messages; created, it starts at once.

    `applied_limits` names the limits in effect, and is empty until the worker is ready; `is_idle`
    is false while a call runs; `num_calls` counts the requests.
    """

    def __init__(self, limits: ReadLimits) -> None:
        self.limits = limits
        self.num_calls = 0
        self.is_idle = True
        self.applied_limits: tuple[str, ...] = ()
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "vqa.video.worker", str(limits.memory_bytes)),
                *(["network"] if limits.network else []),
                *(["background"] if limits.is_background else []),
            ],
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
        self._close_request = threading.Event()
        self._thread = threading.Thread(
            target=self._receive, args=(self._process.stdout,), daemon=True
        )
        self._thread.start()

    def wait_until_ready(self) -> None:
        """Wait until the worker has imported its libraries and confined itself, at most 120 s.

        Raises:
            VideoUnreadable: the worker does not start.
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
        """Send a request, see `worker._replies`; it does not wait for the reply.

        Raises:
            WorkerDied: the worker has ended.
        """
        self.is_idle = False
        self.num_calls += 1
        try:
            write_message(self._requests, dict(request))
        except OSError as error:
            raise WorkerDied from error

    def receive(self, timeout_s: float) -> Any:
        """Return the next message, a dict with the key `kind`; None if none comes in `timeout_s` s.

        Raises:
            WorkerDied: the worker has ended, or has sent something else.
        """
        try:
            message = self._messages.get(timeout=timeout_s)
        except queue.Empty:
            return None
        if not isinstance(message, dict) or "kind" not in message:
            raise WorkerDied
        return message

    def kill(self) -> int:
        """Kill the process, wait for its end and return its exit code, negative for a signal.

        A process that has ended already is not an error.

        Raises:
            subprocess.TimeoutExpired: the process has not ended after 10 s.
        """
        self._close_request.set()
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
        """Return the exit code of a worker that has closed its pipes, negative for a signal.

        If it has not ended within 1 s, it is killed.
        """
        try:
            return self._process.wait(_CLOSE_S)
        except subprocess.TimeoutExpired:
            return self.kill()

    @property
    def process_id(self) -> int:
        """Process id of the worker."""
        return self._process.pid

    def is_alive(self) -> bool:
        """Whether the process is running."""
        return self._process.poll() is None

    def abandon(self) -> None:
        """Detach from the worker in a forked child process; the parent continues to use it."""
        self._process.returncode = 0
        self._requests.raw.close()  # else the worker would outlive its parent as long as this process

    def _take_all(self) -> None:
        while not self._messages.empty():
            self._messages.get_nowait()

    def _receive(self, stream: BinaryIO) -> None:
        """Queue messages until the worker ends, then None."""
        try:
            while not self._close_request.is_set():
                message = read_message(stream, max_array_bytes=self.limits.memory_bytes)
                self._messages.put(message)
        except (EOFError, OSError, WireError, MemoryError):
            pass  # `None` tells the reader that nothing more comes
        finally:
            if not self._close_request.is_set():
                self._messages.put(None)
            stream.close()


def _environment() -> dict[str, str]:
    """Return the worker's environment: paths of this package and its libraries, no secrets."""
    environment = settings.inherited_environment(_ENVIRONMENT)
    root = str(Path(settings.__file__).resolve().parent.parent)
    folders = [root, *(entry for entry in sys.path if entry and Path(entry).is_absolute())]
    return {
        **environment,
        "PYTHONPATH": os.pathsep.join(folders),
        "PYTHONSAFEPATH": "1",
        "PYTHONUTF8": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
    }

"""Limit on concurrent requests: a few are processed, some wait, further ones are refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from vqa.errors import TooManyRequests, VQAError

CONCURRENCY = 4
_RETRY_S = 5


class ServerStopping(VQAError):
    """The server is being stopped."""

    def __init__(self) -> None:
        super().__init__(
            "The server is being stopped.", cure="Send the request again when it is up."
        )


class Admission:
    """Limit on concurrent requests, with a bounded queue of waiting ones; safe for threads.

    Args:
        concurrency: maximum number of requests that are processed at a time, at least 1.
        queue_length: maximum number of waiting requests; None is unlimited, 0 lets none wait.
    """

    def __init__(self, *, concurrency: int = CONCURRENCY, queue_length: int | None = None) -> None:
        self._slots = threading.Semaphore(concurrency)
        self._queue_length = queue_length
        self._num_waiting = 0
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Refuse all requests from now on, because the server is being stopped.

        Waiting requests are refused when a slot becomes free for them; running ones end at their
        next `check`.
        """
        self._stopping.set()

    def check(self) -> None:
        """Raise `ServerStopping` if the server is being stopped."""
        if self._stopping.is_set():
            raise ServerStopping

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Context manager that holds one of the `concurrency` slots; waits until one is free.

        The wait has no time limit. Yields None.

        Raises:
            TooManyRequests: all slots are taken and `queue_length` requests wait already.
            ServerStopping: the server is being stopped.
        """
        if not self._slots.acquire(blocking=False):
            self._wait()
        try:
            self.check()
            yield
        finally:
            self._slots.release()

    def _wait(self) -> None:
        """Wait until a slot is free, and take it.

        Raises:
            TooManyRequests: `queue_length` requests wait already.
        """
        with self._lock:
            if self._queue_length is not None and self._num_waiting >= self._queue_length:
                raise TooManyRequests(
                    f"{self._num_waiting} requests are waiting already.",
                    cure=f"Try again in {_RETRY_S} seconds.",
                    wait_s=_RETRY_S,
                )
            self._num_waiting += 1
        try:
            self._slots.acquire()
        finally:
            with self._lock:
                self._num_waiting -= 1

"""Quotas of a visitor: places in the queue, uploaded bytes, and requests of any kind."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from vqa.ui.visitors.visitor import LOCAL_VISITOR, SCOPE_KEY

_MIN_PLACES = 4
_STEPS = 600


class QueuePlaces:
    """Fair division of the places in Gradio's queue among visitors.

    With n visitors in the queue, each may have 1 / (n + 1) of the places, at least 4, so that there
    is room for another visitor.

    Args:
        num_places: places in all, waiting and running; None is unlimited.
    """

    def __init__(self, num_places: int | None) -> None:
        self._num_places = num_places
        self._arriving: Counter[str] = Counter()

    @contextmanager
    def arrive(self, key: str, events: Callable[[], Iterator[Any]]) -> Iterator[bool]:
        """Context manager for a request that joins the queue; yields whether it is admitted.

        A request counts against its visitor during the block, admitted or not.

        Args:
            key: quota key of the visitor.
            events: returns Gradio's events that wait or run.
        """
        counts = Counter(self._arriving)
        if self._num_places is not None:
            for event in events():
                visitor = event.request.scope.get(SCOPE_KEY, LOCAL_VISITOR)
                counts[visitor.quota_key] += 1
        self._arriving[key] += 1
        try:
            yield self._num_places is None or (
                counts[key] < self._share(counts, key) and counts.total() < self._num_places
            )
        finally:
            self._arriving[key] -= 1
            self._arriving += Counter()

    def _share(self, counts: Counter[str], key: str) -> int:
        """Return the number of places of a visitor, from the places in use by quota key."""
        assert self._num_places is not None
        return max(_MIN_PLACES, self._num_places // (len({*counts, key}) + 1))


def queued_events(queue: Any) -> Iterator[Any]:
    """Yield all events of a Gradio queue that wait or run."""
    for event_queue in tuple(queue.event_queue_per_concurrency_id.values()):
        yield from tuple(event_queue.queue)
    for job in tuple(queue.active_jobs):
        yield from job or ()


class SlidingSum:
    """Sum of the amounts that each visitor has used within the last `period_s` seconds.

    Amounts within 1/600 of the period are stored as one, so that many small ones cost no more time.

    Args:
        limit: maximum sum of a visitor; None is unlimited.
        period_s: the period in seconds.
        now: returns the current time in seconds; replaceable in tests.
    """

    def __init__(
        self, limit: int | None, period_s: float, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.limit = limit
        self._period_s = period_s
        self._now = now
        self._amounts: dict[str, deque[tuple[float, int]]] = {}
        self._lock = threading.Lock()

    def add(self, key: str, amount: int) -> bool:
        """Add an amount to a visitor's sum, unless the sum would then exceed the limit.

        Returns whether it was added; always True without a limit.
        """
        if self.limit is None:
            return True
        with self._lock:
            now = self._now()
            amounts = self._current(key, now)
            if sum(number for _, number in amounts) + amount > self.limit:
                return False
            if amounts and now - amounts[-1][0] < self._period_s / _STEPS:
                since_s, last = amounts.pop()
                amounts.append((since_s, last + amount))
                return True
            old = now - self._period_s
            for idle in [k for k, v in self._amounts.items() if not v or v[-1][0] < old]:
                del self._amounts[idle]
            amounts.append((now, amount))
            self._amounts[key] = amounts
            return True

    def remaining(self, key: str) -> int | None:
        """Return the amount, at least 0, that a visitor may still use now; None if unlimited."""
        if self.limit is None:
            return None
        with self._lock:
            return self.limit - sum(number for _, number in self._current(key, self._now()))

    def wait_s(self, key: str) -> int:
        """Return the whole seconds, rounded up, until a visitor's oldest amount no longer counts.

        0 if none counts.
        """
        with self._lock:
            now = self._now()
            amounts = self._current(key, now)
            return math.ceil(self._period_s - (now - amounts[0][0])) if amounts else 0

    def _current(self, key: str, now: float) -> deque[tuple[float, int]]:
        """Return a visitor's (time, amount) pairs of the period, oldest first; drop older ones."""
        amounts = self._amounts.get(key, deque())
        while amounts and now - amounts[0][0] >= self._period_s:
            amounts.popleft()
        return amounts

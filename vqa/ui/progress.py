"""Progress, time left and cancellation of work in a thread, as a generator that Gradio can close."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from vqa.types import ProgressCallback

_PROGRESS_STEP, _PROGRESS_INTERVAL_S = 0.02, 0.5
# An estimate of the time left from less than this is a guess.
_MIN_SHARE, _MIN_ELAPSED_S = 0.05, 1.0


@dataclass(frozen=True)
class Progress:
    """How far work is.

    Args:
        share: completed share, 0 to 1.
        remaining_s: estimate of the seconds that the work still takes; None if it is unknown.
    """

    share: float
    remaining_s: float | None = None


class RemainingTime:
    """Estimate of the time that work still takes, from the times at which its share has risen.

    A share of 0, or below the last one, begins a stage, which is estimated by itself. What is
    completed within the first second of a stage does not count: it may be stored from an earlier
    run. All times are seconds of one clock.

    Args:
        time_s: time at which the work begins.
    """

    def __init__(self, time_s: float) -> None:
        self._share = 0.0
        self._begin(0.0, time_s)

    def record(self, share: float, time_s: float) -> None:
        """Record that the work has reached a share, 0 to 1, at a time."""
        if share == 0 or share < self._share:
            self._begin(share, time_s)
        elif share > self._share:
            self._share, self._share_s = share, time_s
            if time_s - self._start_s < _MIN_ELAPSED_S:
                self._first_share, self._first_share_s = share, time_s

    def seconds(self, time_s: float) -> float | None:
        """Return the estimate at a time; it counts down while the share stays the same.

        None if it is unknown, see `remaining_s`.
        """
        if self._share >= 1:
            return None
        share = (self._share - self._first_share) / (1 - self._first_share)
        seconds = remaining_s(share, self._share_s - self._first_share_s)
        return None if seconds is None else max(0.0, seconds - (time_s - self._share_s))

    def _begin(self, share: float, time_s: float) -> None:
        """Begin a stage."""
        self._start_s = time_s
        # The last share, and the one from which on the time is measured.
        self._share = self._first_share = share
        self._share_s = self._first_share_s = time_s


@dataclass(frozen=True)
class BackgroundTask:
    """Work on a video that takes long; `cancel` is set to end it."""

    path: Path
    cancel: threading.Event = field(default_factory=threading.Event)


class TaskRegistry:
    """The newest task of each kind, such as `caption`, so that it can be cancelled by its kind."""

    def __init__(self) -> None:
        self._tasks: dict[str, BackgroundTask] = {}
        self._lock = threading.Lock()

    def start(self, kind: str, path: Path) -> BackgroundTask:
        """Return a new task on the video at `path`; cancel the earlier one of this kind."""
        task = BackgroundTask(path)
        with self._lock:
            earlier_task = self._tasks.get(kind)
            self._tasks[kind] = task
        if earlier_task is not None:
            earlier_task.cancel.set()
        return task

    def is_running(self, kind: str, path: Path) -> bool:
        """Whether the newest task of this kind is on the video at `path` and is not cancelled."""
        with self._lock:
            task = self._tasks.get(kind)
        return task is not None and task.path == path and not task.cancel.is_set()

    def cancel(self, kind: str) -> None:
        """Cancel the newest task of this kind, if there is one."""
        with self._lock:
            task = self._tasks.get(kind)
        if task is not None:
            task.cancel.set()

    def cancel_all(self, *, keep_path: Path | None = None) -> None:
        """Cancel all tasks, except those on the video at `keep_path`, if one is given."""
        with self._lock:
            tasks = tuple(self._tasks.values())
        for task in tasks:
            if task.path != keep_path:
                task.cancel.set()


def check_cancel(cancel: threading.Event, activity: str) -> None:
    """Raise InterruptedError if `cancel` is set; `activity` is what it ends, for the message."""
    if cancel.is_set():
        raise InterruptedError(f"{activity} was cancelled")


def cancellable_progress(
    cancel: threading.Event, on_progress: ProgressCallback, activity: str
) -> ProgressCallback:
    """Return a progress callback that calls `on_progress`, but raises once `cancel` is set.

    It raises InterruptedError with `activity` in its message; see `check_cancel`.
    """

    def check_and_report(share: float) -> None:
        check_cancel(cancel, activity)
        on_progress(share)

    return check_and_report


def remaining_s(share: float, elapsed_s: float) -> float | None:
    """Estimate the seconds that work still takes, from its completed share and the time it took.

    None below a share of 0.05 or a second, and for completed work.
    """
    if not _MIN_SHARE <= share < 1 or elapsed_s < _MIN_ELAPSED_S:
        return None
    return elapsed_s * (1 - share) / share


def progress_of(work: Callable[[ProgressCallback], object]) -> Iterator[Progress]:
    """Run `work` in a thread; yield its progress, and raise its error in the caller.

    Steps below 0.02 are not yielded, except at the end of the work. The last value is yielded again
    every 0.5 s without progress, because Gradio can close the generator of a visitor who has left
    only at a `yield`. Closing the generator does not stop `work`, which must notice that by itself.
    """
    reports: queue.Queue[tuple[float, float] | None] = queue.Queue()
    errors: list[BaseException] = []

    def run() -> None:
        try:
            work(lambda share: reports.put((share, time.monotonic())))
        except BaseException as error:  # noqa: BLE001 - carried across the thread, raised below
            errors.append(error)
        reports.put(None)

    threading.Thread(target=run, daemon=True).start()
    share, last_share, last_yield_s = 0.0, 0.0, time.monotonic()
    remaining_time = RemainingTime(last_yield_s)
    while True:
        try:
            report = reports.get(timeout=_PROGRESS_INTERVAL_S)
            if report is None:
                break
            share, time_s = report
            remaining_time.record(share, time_s)
        except queue.Empty:
            pass
        now_s = time.monotonic()
        is_old = now_s - last_yield_s >= _PROGRESS_INTERVAL_S
        if share - last_share >= _PROGRESS_STEP or share >= 1 or is_old:
            last_share, last_yield_s = share, now_s
            yield Progress(share, remaining_time.seconds(now_s))
    if errors:
        raise errors[0]

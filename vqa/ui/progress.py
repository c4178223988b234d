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

    def cancel(self, kind: str) -> None:
        """Cancel the newest task of this kind, if there is one."""
        with self._lock:
            task = self._tasks.get(kind)
        if task is not None:
            task.cancel.set()

    def cancel_all(self) -> None:
        """Cancel all tasks."""
        with self._lock:
            tasks = tuple(self._tasks.values())
        for task in tasks:
            task.cancel.set()


def check_cancel(cancel: threading.Event, activity: str) -> None:
    """Raise InterruptedError if `cancel` is set; `activity` is what it ends, for the message."""
    if cancel.is_set():
        raise InterruptedError(f"{activity} was cancelled")


def cancellable_progress(
    cancel: threading.Event, on_progress: ProgressCallback, activity: str
) -> ProgressCallback:
    """Return a progress callback that calls `on_progress`, but raises once `cancel` is set.

    It raises InterruptedError; see `check_cancel`.
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


def progress_of(work: Callable[[ProgressCallback], object]) -> Iterator[float]:
    """Run `work` in a thread; yield its progress, 0 to 1, and raise its error in the caller.

    Steps below 0.02 are not yielded. The last value is yielded again every 0.5 s without progress,
    because Gradio can close the generator of a visitor who has left only at a `yield`. Closing the
    generator does not stop `work`, which must notice that by itself.
    """
    shares: queue.Queue[float | None] = queue.Queue()
    errors: list[BaseException] = []

    def run() -> None:
        try:
            work(shares.put)
        except BaseException as error:  # noqa: BLE001 - carried across the thread, raised below
            errors.append(error)
        shares.put(None)

    threading.Thread(target=run, daemon=True).start()
    last, yielded_at = 0.0, time.monotonic()
    while True:
        try:
            share = shares.get(timeout=_PROGRESS_INTERVAL_S)
        except queue.Empty:
            share = last
        if share is None:
            break
        is_old = time.monotonic() - yielded_at >= _PROGRESS_INTERVAL_S
        if share - last >= _PROGRESS_STEP or share >= 1 or is_old:
            last, yielded_at = share, time.monotonic()
            yield share
    if errors:
        raise errors[0]

"""Progress of work in a thread, as a generator that Gradio can close."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator

from vqa.types import ProgressCallback

_PROGRESS_STEP, _PROGRESS_INTERVAL_S = 0.02, 0.5


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

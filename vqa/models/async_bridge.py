"""Synchronous iteration over an asynchronous iterator, which can be cancelled at any time.

A blocking network read cannot be interrupted from another thread; an asynchronous read can be
cancelled.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import suppress
from queue import Empty, Queue
from typing import Any

# How long closing waits for the clean-up; a blocked DNS lookup cannot be cancelled.
_CLOSE_TIMEOUT_S = 1.0


class _End:
    """Last item of the queue; `error` is the exception that ended the stream, None on success."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def iterate_in_thread(stream: AsyncIterator[str], *, heartbeat_s: float) -> Iterator[str]:
    """Run an asynchronous iterator in a thread; yield its items, and "" while it has none.

    The thread starts with the first item that is requested. Closing the returned iterator cancels
    the asynchronous iterator at the `await` where it waits, and waits at most 1 s for its clean-up.
    The empty strings return control to the consumer regularly, so that it can close the iterator.

    Args:
        stream: the asynchronous iterator.
        heartbeat_s: seconds without an item after which an empty string is yielded, above 0.

    Raises:
        BaseException: the exception that the asynchronous iterator raised, except for
            `asyncio.CancelledError`, which ends the iteration.
    """
    queue: Queue[str | _End] = Queue()

    async def forward() -> None:
        async for fragment in stream:
            queue.put(fragment)

    task = _ThreadTask(forward(), on_end=lambda error: queue.put(_End(error)))
    try:
        while True:
            try:
                item = queue.get(timeout=heartbeat_s)
            except Empty:
                yield ""
                continue
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            yield item
    finally:
        task.cancel()


class _ThreadTask:
    """Coroutine that runs in an event loop in its own thread.

    Args:
        coroutine: the coroutine; the constructor starts it.
        on_end: called in the thread with the exception that ended the coroutine; with None on
            success and after a cancellation.
    """

    def __init__(
        self, coroutine: Coroutine[Any, Any, None], on_end: Callable[[BaseException | None], None]
    ) -> None:
        self._loop = asyncio.new_event_loop()
        self._task = self._loop.create_task(coroutine)
        self._on_end = on_end
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Cancel the coroutine if it still runs, and wait at most 1 s for its clean-up."""
        with suppress(RuntimeError):  # the loop is closed: the coroutine has ended
            self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(_CLOSE_TIMEOUT_S)

    def _run(self) -> None:
        error: BaseException | None = None
        try:
            self._loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            pass
        except BaseException as exception:  # noqa: BLE001 - carried across the thread, raised by the reader
            error = exception
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()
        self._on_end(error)

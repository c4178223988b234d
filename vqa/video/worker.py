"""Worker process: confines itself, then runs requests that open files for its parent process.

Started by `worker_pool` as `python -m vqa.video.worker MEMORY_BYTES [network] [background]`.
Requests arrive on stdin, replies go to stdout (see `wire_format`). The process ends when stdin
closes, even during a request, so that it never outlives its parent.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, BinaryIO

from vqa.errors import VideoUnreadable, VQAError
from vqa.video import sandbox
from vqa.video.confinement import confine, limit_cpu_time, unused_address_space
from vqa.video.wire_format import WireError, read_message, write_message

_PROGRESS_INTERVAL_S = 0.05
_IDLE_S = 0.05
_OPENCV_NO_MEMORY = -4
# A process that has less address space left could not allocate a large frame or a thread.
_FRAME_BYTES = 16_000_000
_BACKGROUND_NICENESS = 15


def main() -> None:
    """Confine this process, send a `ready` message with its `limits`, and serve requests."""
    requests, replies = _take_pipes()
    sandbox.enter_worker()
    if "background" in sys.argv[2:] and hasattr(os, "nice"):
        os.nice(_BACKGROUND_NICENESS)
    for name in sandbox.READING_MODULES:
        import_module(name)
    limits = confine(int(sys.argv[1]), network="network" in sys.argv[2:])
    write_message(replies, {"kind": "ready", "limits": limits})
    pending: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(requests, pending), daemon=True).start()
    while True:
        for reply in _replies(_next_request(pending), replies):
            write_message(replies, reply)


def _next_request(pending: queue.SimpleQueue[dict[str, Any]]) -> dict[str, Any]:
    """Wait for a request; if none comes for 50 ms, import meanwhile what later ones may need."""
    try:
        return pending.get(timeout=_IDLE_S)
    except queue.Empty:
        for name in sandbox.IDLE_MODULES:
            import_module(name)
        return pending.get()


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Return (stdin, stdout) as binary message streams; redirect what libraries print to stderr."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return requests, replies


def _receive(requests: BinaryIO, pending: queue.SimpleQueue[dict[str, Any]]) -> None:
    """Put received requests into a queue; end the process when the parent closes the stream."""
    try:
        while True:
            pending.put(read_message(requests))
    except EOFError:
        os._exit(0)
    except (WireError, OSError) as error:
        sys.stderr.write(f"A request could not be received: {error!r}\n")
    finally:
        os._exit(1)  # nobody can be replied to


def _replies(request: dict[str, Any], stream: BinaryIO) -> Iterator[dict[str, Any]]:
    """Run one request and yield its replies; progress is written to `stream` meanwhile.

    A request has the keys `function` (of `sandbox.FUNCTIONS`), `arguments`, `keywords`, `progress`
    (whether to report it), `folder` (working directory) and `cpu_s`. A reply has the key `kind`:
    one `item` with `value` per value of a generator, then `result` with `value`; or `error` with
    `class`, `message` and `cure`, `no memory`, or `bug` with `error` and `traceback`.
    """
    free_bytes = unused_address_space()
    try:
        os.chdir(request["folder"])
        limit_cpu_time(request["cpu_s"])
        function = sandbox.FUNCTIONS[request["function"]]
        keywords = dict(request["keywords"])
        if request["progress"]:
            keywords["progress"] = _progress_writer(stream)
        result = function(*request["arguments"], **keywords)
        if isinstance(result, Iterator):
            for item in result:
                yield {"kind": "item", "value": item}
            result = None
        yield {"kind": "result", "value": result}
    except VQAError as error:
        if isinstance(error, VideoUnreadable) and unused_address_space() < min(
            free_bytes, _FRAME_BYTES
        ):
            # Decoders report a lack of memory as damage.
            yield {"kind": "no memory"}
            return
        yield {
            "kind": "error",
            "class": type(error).__name__,
            "message": error.message,
            "cure": error.cure,
        }
    except Exception as error:  # noqa: BLE001 - the parent logs the traceback and tells the user
        if isinstance(error, MemoryError) or getattr(error, "code", None) == _OPENCV_NO_MEMORY:
            yield {"kind": "no memory"}
            return
        yield {"kind": "bug", "error": repr(error), "traceback": traceback.format_exc()}


def _progress_writer(stream: BinaryIO) -> Callable[[float], None]:
    """Return a callback that writes `progress` messages with the key `share` (0 to 1) to `stream`.

    At most 20 per second are written, and always that for 1.
    """
    last = [0.0]

    def report(share: float) -> None:
        now = time.monotonic()
        if share >= 1 or now - last[0] >= _PROGRESS_INTERVAL_S:
            last[0] = now
            write_message(stream, {"kind": "progress", "share": share})

    return report


if __name__ == "__main__":
    main()

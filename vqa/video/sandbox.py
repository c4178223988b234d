"""Decorators that run functions in a sandboxed worker process.

The server's own process never opens a visitor's file: a function that does is decorated with
`sandboxed_function` and runs in a worker of `worker_pool`, transparently to callers. In a worker,
under `in_process`, and with VQA_SANDBOX=off, the function runs in the calling process.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from vqa import settings

_P = ParamSpec("_P")
_R = TypeVar("_R")

READING_MODULES = (
    "vqa.video.reader",
    "vqa.video.audio",
    "vqa.video.sound_events",
    "vqa.video.subtitle_tracks",
    "vqa.video.stream_copy",
    "vqa.video.film_render",
    "vqa.video.camera",
)
IDLE_MODULES = ("scenedetect.detectors", "PIL.Image")
"""Modules that some requests need; a worker imports them (0.2 s) when it has nothing to do."""
FUNCTIONS: dict[str, Callable[..., Any]] = {}
"""What a worker may be asked for: the undecorated functions by their full name."""

_runs_here: ContextVar[bool] = ContextVar("_runs_here", default=False)
_is_worker = False


def sandboxed_function(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Decorator that runs a function that opens a file in a worker process.

    Arguments, results and errors cross the process boundary, and so do calls of a `progress`
    callback. An exception of the function other than a `VQAError` becomes `VideoUnreadable`, or
    `VideoTooLarge` for a lack of memory. If the callback raises an exception, the call and its
    worker end; see also `worker_pool.cancellable`. The first argument, or `path`, names the file in
    error messages.
    """
    name = _register(function)

    @functools.wraps(function)
    def dispatch(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        if _stays_here():
            return function(*args, **kwargs)
        from vqa.video import worker_pool  # a worker itself needs none

        result: _R = worker_pool.call(name, args, kwargs)
        return result

    return dispatch


def sandboxed_iterator(
    function: Callable[_P, Iterator[_R]],
) -> Callable[_P, Iterator[_R]]:
    """Decorator that runs a generator that opens a file in a worker process.

    See `sandboxed_function`. The call starts with the first item; closing the generator early ends
    the worker.
    """
    name = _register(function)

    @functools.wraps(function)
    def dispatch(*args: _P.args, **kwargs: _P.kwargs) -> Iterator[_R]:
        if _stays_here():
            return function(*args, **kwargs)
        from vqa.video import worker_pool

        return worker_pool.iterate(name, args, kwargs)

    return dispatch


def camera_iterator(
    function: Callable[_P, Iterator[_R]],
) -> Callable[_P, Iterator[_R]]:
    """Decorator that runs a generator that reads a camera in a worker of its own with a network.

    The function's module is one of `READING_MODULES`; see `sandboxed_function`. The time of all
    items is not limited. Closing the generator ends the worker, and so do 30 s, besides the
    argument `interval_s`, without an item, with VideoTooLarge.
    """
    name = _register(function)

    @functools.wraps(function)
    def dispatch(*args: _P.args, **kwargs: _P.kwargs) -> Iterator[_R]:
        if _stays_here():
            return function(*args, **kwargs)
        from vqa.video import worker_pool

        return worker_pool.iterate(name, args, kwargs, camera=True)

    return dispatch


def in_process(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Wrap a sandboxed function so that it runs in this process; for trusted files only.

    Used by training and evaluation.
    """

    @functools.wraps(function)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        token = _runs_here.set(True)
        try:
            return function(*args, **kwargs)
        finally:
            _runs_here.reset(token)

    return run


def enter_worker() -> None:
    """Mark this process as a worker: from now on sandboxed functions run in it directly."""
    global _is_worker
    _is_worker = True


def _register(function: Callable[..., Any]) -> str:
    name = f"{function.__module__}.{function.__qualname__}"
    FUNCTIONS[name] = function
    return name


def _stays_here() -> bool:
    return _is_worker or _runs_here.get() or not settings.uses_sandbox()

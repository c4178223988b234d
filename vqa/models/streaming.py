"""Token streaming from `generate` in a background thread, with error propagation and cancellation.

With transformers' `TextIteratorStreamer`, an error in the generating thread is lost and the
consumer blocks for ever; here the iterator raises the error. Its streamers emit text only up to the
last space; here only the bytes of an incomplete UTF-8 character are delayed. Closing the iterator
stops the generation within one token.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from queue import Queue
from typing import Any

import torch
from transformers import StoppingCriteria, StoppingCriteriaList
from transformers.generation.streamers import BaseStreamer

from vqa.models.incremental_text import IncrementalText


class _End:
    """Last item of the queue: the exception that ended the generation, None on success."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


class _QueueStreamer(BaseStreamer):
    """Streamer that puts decoded text into a queue, without an incomplete last character."""

    def __init__(self, tokenizer: Any, queue: Queue[str | _End], *, skip_prompt: bool) -> None:
        self._text = IncrementalText(lambda ids: tokenizer.decode(ids, skip_special_tokens=True))
        self._queue = queue
        self._skip = skip_prompt

    def put(self, value: torch.Tensor) -> None:
        """Receive token ids from `generate`: in the first call the prompt's, then one per call."""
        if self._skip:
            self._skip = False
            return
        self._emit(self._text.add(*value.flatten().tolist()))

    def end(self) -> None:
        """Emit the text that is still delayed; `generate` calls this after the last token."""
        self._emit(self._text.finish())

    def _emit(self, fragment: str) -> None:
        if fragment:
            self._queue.put(fragment)


class _EventStoppingCriteria(StoppingCriteria):
    """Stopping criterion that stops all sequences of the batch as soon as an event is set."""

    def __init__(self, event: threading.Event) -> None:
        self._event = event

    def __call__(self, input_ids: torch.Tensor, scores: Any, **_: Any) -> torch.Tensor:
        """Return (B,) booleans, True for each sequence of the batch to stop."""
        return torch.full(
            (input_ids.shape[0],), self._event.is_set(), dtype=torch.bool, device=input_ids.device
        )


def stream_generation(
    generate: Callable[..., object], tokenizer: Any, *, skip_prompt: bool = True
) -> Iterator[str]:
    """Run `generate` in a thread and yield the new text as incremental, non-empty fragments.

    The thread starts with the first fragment that is requested. Closing the iterator stops the
    generation within one token, and waits for the thread to end.

    Args:
        generate: called in the thread with `streamer=` and `stopping_criteria=`, which it passes to
            `model.generate`.
        tokenizer: decodes the generated token ids; special tokens are skipped.
        skip_prompt: whether the first tokens that the streamer receives are the prompt, or a
            decoder's start token, and are not part of the answer.

    Raises:
        BaseException: the exception that `generate` raised.
    """
    queue: Queue[str | _End] = Queue()
    stop = threading.Event()
    streamer = _QueueStreamer(tokenizer, queue, skip_prompt=skip_prompt)

    def run() -> None:
        error: BaseException | None = None
        try:
            with torch.inference_mode():
                generate(
                    streamer=streamer,
                    stopping_criteria=StoppingCriteriaList([_EventStoppingCriteria(stop)]),
                )
        except BaseException as exception:  # noqa: BLE001 - carried across the thread, raised by the reader
            error = exception
        queue.put(_End(error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        while not isinstance(item := queue.get(), _End):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        stop.set()
        thread.join()

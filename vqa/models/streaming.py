"""Words as they are generated: the thread behind a stream, its errors, and how it is stopped.

transformers' own iterator loses an error of the generating thread and then waits for ever; here the error comes out
where the words are read. Closing the reader ends the generation within one token.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from queue import Queue
from typing import Any

import torch
from transformers import StoppingCriteria, StoppingCriteriaList, TextStreamer


class _Ended:
    """What the queue holds last: the error that ended the generation, or None."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


class _QueueStreamer(TextStreamer):  # type: ignore[misc]
    """Puts finished text into a queue."""

    def __init__(self, tokenizer: Any, queue: Queue[str | _Ended], *, skip_prompt: bool) -> None:
        super().__init__(tokenizer, skip_prompt=skip_prompt, skip_special_tokens=True)
        self._queue = queue

    def on_finalized_text(self, text: str, stream_end: bool = False) -> None:
        """Called by transformers with each piece of text that no later token can change."""
        if text:
            self._queue.put(text)


class _Stopped(StoppingCriteria):  # type: ignore[misc]
    """True from the moment an event is set."""

    def __init__(self, event: threading.Event) -> None:
        self._event = event

    def __call__(self, input_ids: torch.Tensor, scores: Any, **_: Any) -> torch.Tensor:
        """One flag a row of the batch."""
        return torch.full(
            (input_ids.shape[0],), self._event.is_set(), dtype=torch.bool, device=input_ids.device
        )


def stream_generation(
    generate: Callable[..., object], tokenizer: Any, *, skip_prompt: bool = True
) -> Iterator[str]:
    """Run a generation in a thread and give its text as it comes.

    Args:
        generate: called in the thread with `streamer=` and `stopping_criteria=`, to be passed to `model.generate`.
        tokenizer: turns tokens into text.
        skip_prompt: whether the first tokens the streamer sees are the prompt (the decoder's start token counts).

    Raises:
        BaseException: whatever `generate` raised, out of the reader.
    """
    queue: Queue[str | _Ended] = Queue()
    stop = threading.Event()
    streamer = _QueueStreamer(tokenizer, queue, skip_prompt=skip_prompt)

    def run() -> None:
        error: BaseException | None = None
        try:
            with torch.inference_mode():
                generate(
                    streamer=streamer, stopping_criteria=StoppingCriteriaList([_Stopped(stop)])
                )
        except BaseException as caught:  # noqa: BLE001 - carried across the thread, raised by the reader
            error = caught
        queue.put(_Ended(error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        while not isinstance(item := queue.get(), _Ended):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        stop.set()
        thread.join()

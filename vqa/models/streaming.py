"""Words as they are generated: the thread behind a stream, its errors, and how it is stopped.

transformers' own iterator loses an error of the generating thread and then waits for ever; here the error comes out
where the words are read. Its streamers hold back words with a sign in them until a space follows, and a reader that
waits for a word cannot be stopped; here only an unfinished character is held back. Closing the reader ends the
generation within one token.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from queue import Queue
from typing import Any

import torch
from transformers import StoppingCriteria, StoppingCriteriaList
from transformers.generation.streamers import BaseStreamer

_UNFINISHED = "\N{REPLACEMENT CHARACTER}"
_LONGEST_UNFINISHED = 3  # bytes of a character of four


class _Ended:
    """What the queue holds last: the error that ended the generation, or None."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


class _QueueStreamer(BaseStreamer):  # type: ignore[misc]
    """Puts text into a queue, all but the bytes at its end that may yet become a character."""

    def __init__(self, tokenizer: Any, queue: Queue[str | _Ended], *, skip_prompt: bool) -> None:
        self._tokenizer = tokenizer
        self._queue = queue
        self._skip = skip_prompt
        self._ids: list[int] = []
        self._told = ""

    def put(self, value: torch.Tensor) -> None:
        """Called by transformers with the prompt, then with each token."""
        if self._skip:
            self._skip = False
            return
        self._ids.extend(value.flatten().tolist())
        text = self._text()
        num_unfinished = len(text) - len(text.rstrip(_UNFINISHED))
        text = text[: len(text) - min(num_unfinished, _LONGEST_UNFINISHED)]
        if text.startswith(self._told):
            self._tell(text)

    def end(self) -> None:
        """Called by transformers when the last token has been put."""
        self._tell(self._text())

    def _text(self) -> str:
        text: str = self._tokenizer.decode(self._ids, skip_special_tokens=True)
        return text

    def _tell(self, text: str) -> None:
        if new := text[len(self._told) :]:
            self._queue.put(new)
        self._told = text


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

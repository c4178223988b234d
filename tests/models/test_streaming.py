from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
import torch

from vqa.models.streaming import stream_generation


class Letters:
    """A tokenizer whose tokens are the letters of the alphabet, and 26 a space."""

    def decode(self, ids: Sequence[int], **_: Any) -> str:
        return "".join(" " if i == 26 else chr(97 + int(i)) for i in ids)


def speak(ids: Iterable[int], ended: threading.Event | None = None) -> Any:
    """A generation that says these tokens after a prompt token, heeding its stopping criteria."""

    def generate(streamer: Any, stopping_criteria: Any) -> None:
        streamer.put(torch.tensor([0]))
        for i in ids:
            streamer.put(torch.tensor([i]))
            if bool(stopping_criteria(torch.zeros(1, 1, dtype=torch.long), None).all()):
                break
        streamer.end()
        if ended is not None:
            ended.set()

    return generate


def test_pieces_join_to_the_text() -> None:
    pieces = list(stream_generation(speak([7, 8, 26, 24, 14, 20]), Letters()))
    assert "".join(pieces) == "hi you"
    assert len(pieces) > 1


class Bytes:
    """A tokenizer whose tokens are bytes."""

    def decode(self, ids: Sequence[int], **_: Any) -> str:
        return bytes(int(i) for i in ids).decode(errors="replace")


def test_signs_come_at_once_and_characters_whole() -> None:
    text = "3.5 s: ¡olé! 猫"
    pieces = list(stream_generation(speak(text.encode()), Bytes()))
    assert pieces == list(text)


def test_bytes_that_are_no_text_are_not_held_back_for_ever() -> None:
    stream = stream_generation(speak(itertools.repeat(0xFF)), Bytes())
    assert set(next(stream)) == {"\N{REPLACEMENT CHARACTER}"}
    stream.close()  # type: ignore[attr-defined]


def test_an_error_in_the_thread_reaches_the_reader() -> None:
    def generate(streamer: Any, stopping_criteria: Any) -> None:
        streamer.put(torch.tensor([0]))
        streamer.put(torch.tensor([7, 26]))
        raise MemoryError("no room")

    with pytest.raises(MemoryError, match="no room"):
        list(stream_generation(generate, Letters()))


def test_closing_ends_the_generation() -> None:
    ended = threading.Event()

    def forever() -> Iterable[int]:
        while True:
            yield from (7, 26)
            time.sleep(0.001)

    stream = stream_generation(speak(forever(), ended), Letters())
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert ended.is_set()


def test_a_slow_start_is_waited_for() -> None:
    def generate(streamer: Any, stopping_criteria: Any) -> None:
        time.sleep(0.3)
        speak([7, 8])(streamer, stopping_criteria)

    assert "".join(stream_generation(generate, Letters())) == "hi"

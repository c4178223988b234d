from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vqa.types import SamplingPlan, Shot
from vqa.video.wire_format import WireError, read_message, write_message


def sent(message: Any) -> Any:
    stream = io.BytesIO()
    write_message(stream, message)
    stream.seek(0)
    return read_message(stream)


@pytest.mark.parametrize(
    "message",
    [
        None, True, 3, 0.25, float("inf"), "text \udcff", (), (1, ("a", None)), {"": 1, "x": {"": 2}},
        Path("a/\udcffb.mp4"), SamplingPlan(num_frames=3), (Shot(start_s=0.0, end_s=1.5),),
    ],
)  # fmt: skip
def test_values_arrive_as_they_were_sent(message: object) -> None:
    assert sent(message) == message


@dataclass(frozen=True)
class Unregistered:
    value: int = 0


@pytest.mark.parametrize(
    "value", [np.zeros(2), np.zeros(2, np.int64), np.zeros(2, bool), Unregistered(), {1}, b"bytes"]
)
@pytest.mark.parametrize("is_nested", [False, True])
def test_values_that_cannot_be_read_are_not_written(value: object, is_nested: bool) -> None:
    stream = io.BytesIO()
    with pytest.raises(TypeError):
        write_message(stream, {"a": [value]} if is_nested else value)
    assert stream.getvalue() == b""


@pytest.mark.parametrize("shape", [(0,), (5,), (2, 3, 4, 3), (0, 4, 3)])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_arrays_arrive_as_they_were_sent(shape: tuple[int, ...], dtype: str) -> None:
    array = np.random.default_rng(0).random(shape).astype(dtype)
    first, second = sent((array, array[::-1]))
    assert np.array_equal(first, array)
    assert np.array_equal(second, array[::-1])
    assert first.dtype == dtype


@pytest.mark.parametrize(
    "header",
    [
        b"no json", b'{"": "Popen", "fields": {}}', b'{"no": "type"}', b"[" * 100_000,
        b'{"": "array", "dtype": "object", "shape": [1]}', b'{"": "array", "dtype": "uint8", "shape": [-1]}',
        b'{"": "array", "dtype": "uint8", "shape": [1000000000000]}', b'{"": "Shot", "fields": {"x": 1}}', b'{"": "Shot", "fields": [1]}',
    ],
)  # fmt: skip
def test_forged_headers_are_refused(header: bytes) -> None:
    stream = io.BytesIO(struct.pack("<I", len(header)) + header)
    with pytest.raises(WireError):
        read_message(stream, max_array_bytes=1000)


def test_cut_messages_end_the_stream() -> None:
    stream = io.BytesIO()
    write_message(stream, (1, np.zeros(100, np.uint8)))
    for length in (0, 2, 10, len(stream.getvalue()) - 1):
        with pytest.raises(EOFError):
            read_message(io.BytesIO(stream.getvalue()[:length]))
    with pytest.raises(WireError):
        read_message(io.BytesIO(struct.pack("<I", 2**32 - 1)))

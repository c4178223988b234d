"""Messages between a process and its worker: a JSON header, then the raw bytes of arrays.

Pickle is not used: a worker that a malicious file has taken over can send wrong values, but no
code.
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import numpy as np

from vqa import types

if TYPE_CHECKING:
    from numpy.typing import NDArray

_Value = TypeVar("_Value")
MAX_HEADER_BYTES = 64 * 2**20
_LENGTH = struct.Struct("<I")
_DTYPES = frozenset({"uint8", "float32"})
_VALUE_TYPES: dict[str, type[Any]] = {
    name: value
    for name, value in vars(types).items()
    if isinstance(value, type) and is_dataclass(value)
}


class WireError(Exception):
    """Error: the received bytes are not a valid message."""


def register(value_type: type[_Value]) -> type[_Value]:
    """Class decorator that allows a frozen dataclass in messages, by its class name."""
    _VALUE_TYPES[value_type.__name__] = value_type
    return value_type


def write_message(stream: BinaryIO, message: Any) -> None:
    """Write one message and flush the stream.

    Args:
        stream: binary stream to write to.
        message: JSON values, paths, uint8 or float32 arrays, numpy numbers, and dataclasses of
            `vqa.types` or registered ones, also nested in lists, tuples, dicts and dataclasses.

    Raises:
        TypeError: a value of another type; nothing is written.
        OSError: the other side has closed the stream.
    """
    arrays: list[NDArray[Any]] = []
    header = json.dumps(_encode(message, arrays)).encode("ascii")
    stream.write(_LENGTH.pack(len(header)))
    stream.write(header)
    for array in arrays:
        stream.write(_bytes_of(np.ascontiguousarray(array)))
    stream.flush()


def read_message(stream: BinaryIO, *, max_array_bytes: int | None = None) -> Any:
    """Read one message and return its value; lists become tuples.

    Args:
        stream: binary stream to read from.
        max_array_bytes: maximum total size of its arrays, in bytes; None is unlimited.

    Raises:
        EOFError: the other side closed the stream.
        WireError: the bytes are not a valid message, its header exceeds 64 MiB, or its arrays
            exceed `max_array_bytes`.
    """
    (length,) = _LENGTH.unpack(_read_exactly(stream, _LENGTH.size))
    if length > MAX_HEADER_BYTES:
        raise WireError(f"a header of {length} bytes")
    budget = [math.inf if max_array_bytes is None else max_array_bytes]
    try:
        return _decode(json.loads(_read_exactly(stream, length)), stream, budget)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise WireError(str(error)) from error


def _encode(value: Any, arrays: list[NDArray[Any]]) -> Any:
    """Convert a value to JSON values; append its arrays to `arrays`.

    In the place of an array are its dtype and shape. Objects have the key "", which names their
    type: `array`, `path`, `dict` or the class of a dataclass. Other values are returned as they
    are.

    Raises:
        TypeError: an array or a dataclass is of a type that `_decode` refuses.
    """
    if isinstance(value, np.ndarray):
        if str(value.dtype) not in _DTYPES:
            raise TypeError(f"an array of {value.dtype} cannot be sent")
        arrays.append(value)
        return {"": "array", "dtype": str(value.dtype), "shape": list(value.shape)}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Path):
        return {"": "path", "path": str(value)}
    if is_dataclass(value) and not isinstance(value, type):
        if _VALUE_TYPES.get(type(value).__name__) is not type(value):
            raise TypeError(f"a {type(value).__name__} cannot be sent")
        field_values = {
            f.name: _encode(getattr(value, f.name), arrays) for f in fields(value) if f.init
        }
        return {"": type(value).__name__, "fields": field_values}
    if isinstance(value, dict):
        return {"": "dict", "items": [[k, _encode(v, arrays)] for k, v in value.items()]}
    if isinstance(value, list | tuple):
        return [_encode(item, arrays) for item in value]
    return value


def _decode(value: Any, stream: BinaryIO, budget: list[float]) -> Any:
    """Invert `_encode`; read arrays from the stream in the order of the header.

    `budget` is a list of one number, the bytes that arrays may still take; it is reduced here.
    """
    if isinstance(value, list):
        return tuple(_decode(item, stream, budget) for item in value)
    if not isinstance(value, dict):
        return value
    kind = value[""]
    if kind == "path":
        return Path(value["path"])
    if kind == "dict":
        return {key: _decode(item, stream, budget) for key, item in value["items"]}
    if kind == "array":
        return _read_array(value, stream, budget)
    values = {name: _decode(item, stream, budget) for name, item in value["fields"].items()}
    return _VALUE_TYPES[kind](**values)


def _read_array(header: dict[str, Any], stream: BinaryIO, budget: list[float]) -> NDArray[Any]:
    dtype, shape = header["dtype"], header["shape"]
    if dtype not in _DTYPES or any(not isinstance(n, int) or n < 0 for n in shape):
        raise WireError(f"an array of {dtype} {shape}")
    budget[0] -= math.prod(shape) * np.dtype(dtype).itemsize
    if budget[0] < 0:
        raise WireError(f"an array of {shape} is too large")
    array = np.empty(shape, dtype)
    view = _bytes_of(array)
    position = 0
    while position < len(view):
        count = stream.readinto(view[position:])  # type: ignore[attr-defined]
        if not count:
            raise EOFError("the stream ended in an array")
        position += count
    return array


def _bytes_of(array: NDArray[Any]) -> memoryview:
    """Return the memory of a contiguous array as a view of bytes, without a copy."""
    return array.reshape(-1).view(np.uint8).data


def _read_exactly(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    while len(data) < length:
        more = stream.read(length - len(data))
        if not more:
            raise EOFError("the stream ended")
        data += more
    return data

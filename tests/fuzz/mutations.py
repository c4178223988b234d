"""Seeded mutations of a file: flipped bits, cuts, moved chunks, changed headers, joined files, wrong names."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Mapping

_EDGES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_SUFFIXES = (
    ".mp4", ".mov", ".mkv", ".webm", ".avi", ".ts", ".flv", ".mpg", ".wmv", ".ogv", ".gif", ".h264", ".m3u8", "",
    ".MP4", ".mp4.txt", ".png", ".wav",
)  # fmt: skip
_HEADER_BYTES = 512


def mutate(files: Mapping[str, bytes], rng: random.Random) -> tuple[str, bytes]:
    """Return the name and the contents of a mutated file.

    Args:
        files: valid files by name.
        rng: the only source of chance.
    """
    name = rng.choice(sorted(files))
    data = bytearray(files[name])
    for _ in range(rng.choice((1, 1, 2, 4))):
        rng.choice(_MUTATIONS)(data, files, rng)
    if rng.random() < 0.15:
        name = name.rsplit(".", 1)[0] + rng.choice(_SUFFIXES)
    return name, bytes(data)


def _flip_bits(data: bytearray, files: Mapping[str, bytes], rng: random.Random) -> None:
    for _ in range(rng.choice((1, 4, 32, 256))):
        if data:
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _overwrite(data: bytearray, files: Mapping[str, bytes], rng: random.Random) -> None:
    start, stop = _range(data, rng)
    data[start:stop] = rng.randbytes(stop - start) if rng.random() < 0.5 else bytes(stop - start)


def _truncate(data: bytearray, files: Mapping[str, bytes], rng: random.Random) -> None:
    del data[rng.randrange(len(data) + 1) :]


def _cut_start(data: bytearray, files: Mapping[str, bytes], rng: random.Random) -> None:
    del data[: rng.randrange(len(data) // 4 + 1)]


def _delete(data: bytearray, files: Mapping[str, bytes], rng: random.Random) -> None:
    start, stop = _range(data, rng)
    del data[start:stop]


def _repeat(data: bytearray, files: Mapping[str, bytes], rng: random.Random) -> None:
    start, stop = _range(data, rng)
    data[start:start] = bytes(data[start:stop]) * rng.choice((1, 2, 16))


def _swap(data: bytearray, files: Mapping[str, bytes], rng: random.Random) -> None:
    first, second = _range(data, rng), _range(data, rng)
    one, other = bytes(data[slice(*first)]), bytes(data[slice(*second)])
    data[slice(*first)] = other
    data[slice(*second)] = one


def _edit_header(data: bytearray, files: Mapping[str, bytes], rng: random.Random) -> None:
    """Set aligned or unaligned integers near the start or the end, where containers keep their headers."""
    for _ in range(rng.choice((1, 2, 8))):
        span = min(len(data), _HEADER_BYTES)
        offset = rng.randrange(span) if span else 0
        if rng.random() < 0.5:
            offset = len(data) - span + offset
        form = rng.choice((">I", "<I", ">H", "<H", "B"))
        value = rng.choice(_EDGES) & (2 ** (8 * struct.calcsize(form)) - 1)
        data[offset : offset + struct.calcsize(form)] = struct.pack(form, value)


def _concatenate(data: bytearray, files: Mapping[str, bytes], rng: random.Random) -> None:
    data += files[rng.choice(sorted(files))]


def _insert_other(data: bytearray, files: Mapping[str, bytes], rng: random.Random) -> None:
    other = files[rng.choice(sorted(files))]
    start = rng.randrange(len(other) + 1)
    place = rng.randrange(len(data) + 1)
    data[place:place] = other[start : start + rng.choice((16, 256, 4096))]


def _range(data: bytearray, rng: random.Random) -> tuple[int, int]:
    start = rng.randrange(len(data) + 1)
    return start, min(len(data), start + rng.choice((1, 4, 16, 64, 256, 1024)))


_MUTATIONS: tuple[Callable[[bytearray, Mapping[str, bytes], random.Random], None], ...] = (
    _flip_bits, _flip_bits, _edit_header, _edit_header, _overwrite, _truncate, _cut_start, _delete, _repeat, _swap,
    _concatenate, _insert_other,
)  # fmt: skip

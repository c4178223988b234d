"""Detection of complete files that were joined byte by byte, of which FFmpeg reads the first alone.

A part ends where its header states; if the next part does not begin there, such as after an
unfinished recording, the bytes are searched for the header of the next part.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

_MAX_PARTS = 1000
_MAX_SEARCH_BYTES = 1 << 30
_CHUNK_BYTES = 1 << 22
_HEAD_BYTES = 64
_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"
_OGG_BEGIN_FLAG = 2
_BOXES = (b"moov", b"mdat", b"free", b"skip", b"wide", b"uuid", b"moof", b"styp", b"sidx", b"pdin")


@dataclass(frozen=True)
class _Signature:
    """How a file of a container format begins, and where it ends.

    Args:
        marker: bytes to search for.
        lead: number of bytes of the header before the marker.
        is_header: whether 64 bytes are the beginning of a file.
        find_end: takes a file, the start of a part and the size of the file; returns the position
            at which the next part must begin according to the header, None if unknown.
        skip_head: like `find_end`, but returns the position from which to search for the next
            header.
    """

    marker: bytes
    is_header: Callable[[bytes], bool]
    lead: int = 0
    find_end: Callable[[BinaryIO, int, int], int | None] = lambda file, start, size: None
    skip_head: Callable[[BinaryIO, int, int], int] = lambda file, start, size: start + 1


def find_parts(path: Path) -> tuple[tuple[int, int], ...]:
    """Return the byte ranges (start, end) of the files that a file was joined from, at most 1000.

    They are in order and cover the file; `end` is exclusive. Known for Matroska, WebM, Flash, Ogg,
    MP4, QuickTime and AVI; otherwise, and for a file that was not joined, the only range is the
    whole file.

    Raises:
        OSError: the file cannot be read.
    """
    stat = path.stat()
    return _find_parts(path.absolute(), stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=64)
def _find_parts(path: Path, size: int, modified_ns: int) -> tuple[tuple[int, int], ...]:
    del modified_ns  # a part of the key of the cache
    starts = [0]
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        signature = next((s for s in _SIGNATURES if s.is_header(head)), None)
        while signature is not None and len(starts) < _MAX_PARTS:
            start = _next_start(file, size, starts[-1], signature)
            if start is None:
                break
            starts.append(start)
    return tuple(pairwise([*starts, size]))


def _next_start(file: BinaryIO, size: int, start: int, signature: _Signature) -> int | None:
    """Return the position of the part after the one at `start`; None if that is the last one.

    None also if no header of a part is within 1 GiB after it.
    """
    end = signature.find_end(file, start, size)
    if end == size:
        return None
    if end is not None and signature.is_header(_read_at(file, end, _HEAD_BYTES)):
        return end
    at = signature.skip_head(file, start, size)
    limit = min(size, at + _MAX_SEARCH_BYTES)
    while at < limit:
        chunk = _read_at(file, at, _CHUNK_BYTES + _HEAD_BYTES)
        place = chunk.find(signature.marker)
        while 0 <= place < _CHUNK_BYTES:
            header = at + place - signature.lead
            if header > start and signature.is_header(_read_at(file, header, _HEAD_BYTES)):
                return header
            place = chunk.find(signature.marker, place + 1)
        at += _CHUNK_BYTES
    return None


def _read_at(file: BinaryIO, position: int, size: int) -> bytes:
    """Return up to `size` bytes from a position; b"" beyond the end, where damaged lengths point.

    File systems refuse to seek to positions that no file of theirs can have.
    """
    if position >= os.fstat(file.fileno()).st_size:
        return b""
    file.seek(position)
    return file.read(size)


def _is_matroska(head: bytes) -> bool:
    return head.startswith(_EBML) and any(name in head for name in (b"matroska", b"webm"))


def _matroska_end(file: BinaryIO, start: int, size: int) -> int | None:
    """Return the end of the segment that follows an EBML header.

    None if its length is unknown, or no segment follows.

    Source: RFC 8794 section 4 (variable-size integers), RFC 9559 section 5.1.
    """
    del size
    head = _read_at(file, start + 4, 8)
    length, width = _ebml_number(head)
    if length is None:
        return None
    segment = start + 4 + width + length
    head = _read_at(file, segment, 12)
    if not head.startswith(_SEGMENT):
        return None
    length, width = _ebml_number(head[4:])
    return None if length is None else segment + 4 + width + length


def _ebml_number(data: bytes) -> tuple[int | None, int]:
    """Return (value, number of bytes) of the variable-size integer that `data` begins with.

    The value is None if all its bits are 1 (unknown); (None, 0) if `data` is too short.
    """
    width = 9 - data[0].bit_length() if data else 9
    if width > len(data):
        return None, 0
    value = int.from_bytes(data[:width], "big") & ((1 << 7 * width) - 1)
    return None if value == (1 << 7 * width) - 1 else value, width


def _is_flash(head: bytes) -> bool:
    """Whether bytes are an FLV header: flags of sound and picture, its length 9, no tag before."""
    return (
        head[:4] == b"FLV\x01" and head[4:5] in b"\0\1\4\5" and head[5:13] == b"\0\0\0\x09\0\0\0\0"
    )


def _is_ogg(head: bytes) -> bool:
    """Whether bytes are the first page of a logical stream of Ogg (RFC 3533 section 6)."""
    is_first = len(head) >= 27 and bool(head[5] & _OGG_BEGIN_FLAG) and head[6:14] == bytes(8)
    return head[:5] == b"OggS\0" and is_first and head[18:22] == bytes(4)


def _after_first_ogg_pages(file: BinaryIO, start: int, size: int) -> int:
    """Return the position after the first pages of the streams that begin together at `start`.

    It is at least one byte after `start`.
    """
    at = start
    while at < size:
        head = _read_at(file, at, 27 + 255)
        if not _is_ogg(head):
            break
        lengths = head[27 : 27 + head[26]]
        at += 27 + len(lengths) + sum(lengths)
    return max(at, start + 1)


def _is_mp4(head: bytes) -> bool:
    """Whether bytes are a file type box followed by another box (ISO 14496-12 section 4.3)."""
    length = int.from_bytes(head[:4], "big")
    if head[4:8] != b"ftyp" or not 16 <= length <= 4096 or length % 4:
        return False
    return length + 8 > len(head) or head[length + 4 : length + 8] in _BOXES


def _mp4_end(file: BinaryIO, start: int, size: int) -> int | None:
    """Return the position of the first file type box after a movie box, else the size of the file.

    None if the boxes are damaged or cut off.
    """
    at, has_movie = start, False
    while at < size:
        head = _read_at(file, at, 16)
        length, kind = int.from_bytes(head[:4], "big"), head[4:8]
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        elif length == 0:
            length = size - at
        if kind == b"ftyp" and has_movie:
            return at
        has_movie |= kind == b"moov"
        if length < 8:
            return None
        at += length
    return at if at == size else None


def _is_avi(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:16] == b"AVI LIST"


def _avi_end(file: BinaryIO, start: int, size: int) -> int | None:
    """Return the end of the RIFF chunks of a file; a long one has several (OpenDML, `AVIX`).

    None if the last chunk ends after the file, so that the header is wrong or the file cut off.
    """
    at = start
    while True:
        length = int.from_bytes(_read_at(file, at + 4, 4), "little")
        at += 8 + length + length % 2
        head = _read_at(file, at, 12)
        if head[:4] != b"RIFF" or head[8:] != b"AVIX":
            return min(at, size) if at <= size + 1 else None


_SIGNATURES = (
    _Signature(_EBML, _is_matroska, find_end=_matroska_end),
    _Signature(b"FLV\x01", _is_flash),
    _Signature(b"OggS\0\x02", _is_ogg, skip_head=_after_first_ogg_pages),
    _Signature(b"ftyp", _is_mp4, lead=4, find_end=_mp4_end),
    _Signature(b"AVI LIST", _is_avi, lead=8, find_end=_avi_end),
)


class FileSlice(io.RawIOBase):
    """Byte range of a file as a read-only file object, whose position 0 is the start of the range.

    Args:
        path: the file.
        start: position of the first byte.
        end: position after the last byte.

    Raises:
        OSError: the file cannot be opened.
    """

    def __init__(self, path: Path, start: int, end: int) -> None:
        super().__init__()
        self.name = str(path)
        self._start, self._size, self._position = start, end - start, 0
        self._file = path.open("rb", buffering=0)
        self._file.seek(start)

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read bytes into a buffer and return their number; 0 at the end of the range."""
        length = min(len(buffer), max(0, self._size - self._position))
        count = self._file.readinto(memoryview(buffer)[:length]) or 0
        self._position += count
        return count

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move the position, as `io.IOBase.seek`, and return it; below 0, it becomes 0."""
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, origin + offset)
        self._file.seek(self._start + self._position)
        return self._position

    def readable(self) -> bool:
        """Whether bytes can be read: always."""
        return True

    def seekable(self) -> bool:
        """Whether the position can be moved: always."""
        return True

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()

"""Containers opened by PyAV: allowed demuxers, and error messages.

Only local files are opened, and only with the demuxers of `FORMATS`. Playlists (HLS, DASH, concat)
refer to other files, so they are refused regardless of their file name.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import av

from vqa.errors import VideoEmpty, VideoNotFound, VideoTooLarge, VideoUnreadable
from vqa.video.file_parts import FileSlice, find_parts
from vqa.video.packets import JoinedContainer

MAX_FRAME_PIXELS = 40_000_000
_MAX_SIDE_PX = 16384
_MIN_UNREAD_SHARE, _MAX_SEARCH_BYTES = 0.1, 64_000_000
_HEAD_BYTES = 65_536
_SLICE_BUFFER_BYTES = 1 << 18
_LATE_PICTURE = {"probesize": "200000000", "analyzeduration": "600000000"}  # bytes, microseconds


@dataclass(frozen=True, kw_only=True)
class Format:
    """Container format: a demuxer and how reliable its timestamps and seeking are.

    Args:
        demuxer: FFmpeg's name.
        timestamps: `stored` if packets carry presentation timestamps; `ordinal` if they carry
            decode timestamps or none, so that the k-th decoded frame gets the k-th smallest time.
        seekable: whether seeking to a time reaches the keyframe before it.
        resets: whether timestamps may jump, as in concatenated transport streams.
    """

    demuxer: str
    timestamps: Literal["stored", "ordinal"] = "stored"
    seekable: bool = False
    resets: bool = False


FORMATS = {
    row.demuxer: row
    for row in (
        Format(demuxer="mov,mp4,m4a,3gp,3g2,mj2", seekable=True),
        Format(demuxer="matroska,webm", seekable=True),
        # Broadcast and camcorders: recordings are cut, joined, and wrap around after 26.5 hours.
        Format(demuxer="mpegts", resets=True),
        Format(demuxer="mpeg", resets=True),
        # AVI stores no presentation times; FFmpeg's guess is wrong where frames are reordered.
        Format(demuxer="avi", timestamps="ordinal"),
        # Bare codec streams: no times at all, or those of a parser that counts in decode order.
        *(
            Format(demuxer=name, timestamps="ordinal")
            for name in (
                "h264 hevc vvc mpegvideo m4v h263 h261 vc1 vc1test obu av1 cavsvideo dirac dnxhd"
            ).split()
        ),
        *(
            Format(demuxer=name)
            for name in (
                "flv asf ogg gif apng mxf dv nut rm ivf wtv gxf nsv mjpeg yuv4mpegpipe swf flic smk bink roq"
            ).split()
        ),
        # Audio only: opened to say that there is no picture, and to transcribe.
        *(
            Format(demuxer=name)
            for name in "wav w64 mp3 flac aac aiff au caf ac3 eac3 amr dts ape tta wv".split()
        ),
    )
}

_REFUSED_CONTENT = (
    (rb"\s*(\xef\xbb\xbf)?#EXTM3U", "a playlist (HLS) that refers to other files"),
    (rb"ffconcat version", "a playlist (concat) that refers to other files"),
    (rb"\s*\[playlist\]", "a playlist that refers to other files"),
    (rb"\s*<\?xml[^>]*>\s*<MPD|\s*<MPD", "a playlist (DASH) that refers to other files"),
    (rb"\x89PNG|\xff\xd8\xff|BM....\0\0\0\0|II\*\0|MM\0\*", "a still picture"),
    (rb"RIFF....WEBP", "a still picture"),
    (rb"\s*(<!DOCTYPE|<html)", "a web page"),
    (rb"%PDF", "a PDF document"),
    (rb"PK\x03\x04|Rar!|7z\xbc\xaf", "an archive"),
)


def display_name(path: Path) -> str:
    """Return the file name without its folder, for messages; bytes not in UTF-8 become U+FFFD.

    The name may be long and have any characters, line breaks too.
    """
    return _printable(path.name)


def _printable(path: str) -> str:
    try:
        return os.fsencode(path).decode("utf-8", "replace")
    except UnicodeEncodeError:  # a path that no file can have
        return path.encode("utf-8", "replace").decode()


def check_file(file: Path) -> int:
    """Return the size of a file in bytes; its first byte is read to test the permission.

    Raises:
        VideoNotFound: there is no such file, or it is a folder.
        VideoUnreadable: the file may not be read.
        VideoEmpty: the file has no bytes.
    """
    with translate_file_errors(file):
        if not file.is_file():
            raise FileNotFoundError(file)
        size = file.stat().st_size
        with file.open("rb") as stream:
            stream.read(1)
    if size == 0:
        raise VideoEmpty(
            f"{display_name(file)} is empty (0 bytes).", cure="Download or export the video again."
        )
    return size


@contextmanager
def translate_file_errors(file: Path) -> Iterator[None]:
    """Context manager that translates the OSError of an access to a video file to a VideoError.

    Raises:
        VideoNotFound: there is no such file.
        VideoUnreadable: the file cannot be read, for another reason.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise VideoNotFound(
            f"There is no file {_printable(str(file))}.", cure="Check the path."
        ) from error
    except PermissionError as error:
        raise VideoUnreadable(
            f"{display_name(file)} may not be read.", cure="Give yourself permission to read it."
        ) from error
    except OSError as error:
        raise VideoUnreadable(
            f"{display_name(file)[:100]} cannot be read: {error.strerror or error}.",
            cure="Check the path and the disk.",
        ) from error


def check_frame_size(path: Path, width: int, height: int) -> None:
    """Check the frame size in pixels that the header of a video file states.

    Raises:
        VideoTooLarge: a frame has more than 40 million pixels.
        VideoUnreadable: a side is not 1 to 16,384 pixels long.
    """
    if width * height > MAX_FRAME_PIXELS:
        raise VideoTooLarge(
            f"{display_name(path)} has frames of {width} by {height} pixels; at most "
            f"{MAX_FRAME_PIXELS / 1e6:.0f} million pixels are read.",
            cure="Scale it down first, for example to 1920 by 1080 pixels.",
        )
    if not (0 < width <= _MAX_SIDE_PX and 0 < height <= _MAX_SIDE_PX):
        raise VideoUnreadable(
            f"{display_name(path)} has a header that states frames of {width} by {height} pixels.",
            cure="The file is damaged or not a video; export it again.",
        )


def is_webp(path: Path) -> bool:
    """Whether a file begins with the signature of a WebP image, still or animated.

    Raises:
        VideoError: the file does not exist, is empty or may not be read; see `check_file`.
    """
    check_file(path)
    with path.open("rb") as file:
        head = file.read(12)
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


@contextmanager
def open_container(path: Path) -> Iterator[Any]:
    """Context manager that opens a local file as an `av` container, and closes it at the end.

    A file that was joined from several ones byte by byte is opened as a `JoinedContainer`.

    Raises:
        VideoNotFound: there is no such file.
        VideoEmpty: the file has no bytes.
        VideoUnreadable: the file may not be read, no allowed demuxer recognizes it, or FFmpeg fails
            on it inside the `with` block.
        MemoryError: FFmpeg runs out of memory inside the `with` block.
    """
    check_file(path)
    try:
        ranges = find_parts(path)
        container = JoinedContainer(path, ranges, _open) if len(ranges) > 1 else _open(path)
    except av.FFmpegError as error:
        raise VideoUnreadable(
            _explain_refusal(path, error.strerror or "unknown error"),
            cure="Choose a video file, such as .mp4, .mov, .webm or .mkv; if it should be one, download or export it "
            "again.",
        ) from error
    with container:
        try:
            yield container
        except av.FFmpegError as error:
            if isinstance(error, MemoryError):
                raise
            raise VideoUnreadable(
                f"{display_name(path)} is damaged ({error.strerror or 'unknown error'}).",
                cure="Download or export it again.",
            ) from error


def _open(file: Path | FileSlice) -> Any:
    """Open a file, or one part of a joined file; read further if a track begins late.

    Raises:
        av.FFmpegError: no allowed demuxer recognizes it.
    """
    container = _open_with(file)
    if _lacks_picture(container):
        container.close()
        if isinstance(file, FileSlice):
            file.seek(0)
        container = _open_with(file, _LATE_PICTURE)
    return container


def _open_with(file: Path | FileSlice, options: Mapping[str, str] = MappingProxyType({})) -> Any:
    return av.open(
        # The prefix keeps names such as "12:30.mov" or "http:x.mp4" from being read as a protocol.
        f"file:{file.absolute()}" if isinstance(file, Path) else file,
        # A name such as "a%03d.png" would be read as that of a sequence of pictures.
        format="apng" if isinstance(file, Path) and _is_animated_png(file) else None,
        buffer_size=_SLICE_BUFFER_BYTES,
        metadata_errors="replace",
        options={
            "protocol_whitelist": "file",
            "format_whitelist": ",".join(FORMATS),
            # A damaged part of a transport stream may be as long as the file.
            "resync_size": str(2**31 - 1),
            **options,
        },
    )


def _lacks_picture(container: Any) -> bool:
    """Whether a video track may begin late in the file: its size, or the track, is unknown."""
    if container.format.name == "mpeg" and not container.streams.video:
        return True  # a program stream has no list of its tracks
    contexts = [stream.codec_context for stream in container.streams.video]
    return any(context is not None and not context.width for context in contexts)


def _is_animated_png(path: Path) -> bool:
    """Whether a file is a PNG image with an animation control chunk (APNG) in its first 64 KiB."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    return head.startswith(b"\x89PNG\r\n") and b"acTL" in head


def _explain_refusal(path: Path, reason: str) -> str:
    with path.open("rb") as file:
        head = file.read(4096)
    for pattern, kind in _REFUSED_CONTENT:
        if re.match(pattern, head, re.DOTALL):
            return f"{display_name(path)} is not a video but {kind}."
    return f"{display_name(path)} cannot be opened as a video ({reason})."


def codec_tag(container: Any, path: Path) -> str:
    """Return the FourCC or the Matroska codec ID of an unsupported video track, or "unknown".

    Of several video tracks, it is that of the first. `container` is the open file at `path`.
    """
    match = re.search(r"Video: (?:none \()?([^,/\n]+)", describe(container))
    name = match[1].strip(" )") if match else "none"
    if name == "none":
        with path.open("rb") as file:
            codec_id = re.search(rb"\x86[\x81-\xff](V_[A-Z0-9/._]+)", file.read(_HEAD_BYTES))
        name = codec_id[1].decode("ascii") if codec_id else "unknown"
    return name


def describe(container: Any) -> str:
    """Return FFmpeg's description of an open container and its tracks: several lines of text."""
    level = av.logging.get_level()
    av.logging.set_level(av.logging.INFO)
    try:
        description: str = container.dumps_format()
    finally:
        av.logging.set_level(level)
    return description


def is_cut_off(path: Path, form: Format, end_byte: int) -> bool:
    """Whether a file without a complete index breaks off, or cannot be demuxed to its end.

    Matroska: the file is shorter than its segment header states. Fragmented MP4: over 10 % of the
    file follows the last packet, and a `moof` box is in the first 64 MB of that rest. False for
    other formats.

    Args:
        path: the file.
        form: its format.
        end_byte: position after the last packet; 0 if unknown.

    Source: RFC 8794 section 4 (variable-size integers), RFC 9559 section 5.1; ISO 14496-12 section
    8.8.4 (movie fragments).
    """
    size = path.stat().st_size
    if form.demuxer.startswith("mov"):
        unread = size - end_byte if end_byte else 0
        return unread > _MIN_UNREAD_SHARE * size and _contains(path, b"moof", end_byte)
    if not form.demuxer.startswith("matroska"):
        return False
    with path.open("rb") as file:
        head = file.read(4096)
    at = head.find(b"\x18\x53\x80\x67")
    if at < 0 or at + 12 > len(head):
        return False
    first = head[at + 4]
    length = 9 - first.bit_length()
    if not 1 <= length <= 8:
        return False
    bits = 7 * length
    length_bytes = int.from_bytes(head[at + 4 : at + 4 + length], "big") & ((1 << bits) - 1)
    is_unknown = length_bytes == (1 << bits) - 1
    return not is_unknown and at + 4 + length + length_bytes > size


def _contains(path: Path, text: bytes, start: int) -> bool:
    """Whether the 64 MB (64 · 10⁶ bytes) of a file from byte `start` on contain `text`."""
    with path.open("rb") as file:
        file.seek(start)
        return text in file.read(_MAX_SEARCH_BYTES)

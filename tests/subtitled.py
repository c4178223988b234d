"""Videos with subtitle tracks, written by hand where FFmpeg has no encoder."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from tests.video.kinds import ffmpeg

_CLEARING_BYTES = 100
LINES = ((1.0, 2.5, "Hello there."), (3.0, 4.0, "A {friend} of C:\\new"), (5.0, 6.0, "two\nlines"))

ASS_HEADER = (
    b"[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, "
    b"OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, "
    b"Shadow, Alignment, MarginL, MarginR, MarginV, Encoding\nStyle: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,"
    b"100,0,0,1,1,0,2,10,10,10,1\n\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
)


def add_subtitles(
    video: Path,
    path: Path,
    codec: str,
    lines: Sequence[tuple[float, float, str]] = LINES,
    *,
    forced: bool = False,
) -> Path:
    """Copy a video with a subtitle track, its packets written by hand."""
    with av.open(str(video)) as source, av.open(str(path), "w") as target:
        picture = source.streams.video[0]
        copied = target.add_stream_from_template(picture)
        track: Any = target.add_stream(codec)
        track.time_base = Fraction(1, 1000)
        track.codec_context.subtitle_header = ASS_HEADER
        if forced:
            track.disposition = av.stream.Disposition.forced
        for number, (start_s, end_s, text) in enumerate(lines):
            data = text.encode()
            if codec == "mov_text":
                data = struct.pack(">H", len(data)) + data
            if codec == "ass":
                data = f"{number},0,Default,,0,0,0,,".encode() + data.replace(b"\n", b"\\N")
            packet = av.Packet(data)
            packet.stream, packet.time_base = track, Fraction(1, 1000)
            packet.pts = packet.dts = round(start_s * 1000)
            packet.duration = round((end_s - start_s) * 1000)
            target.mux(packet)
        for packet in source.demux(picture):
            if packet.dts is not None:
                packet.stream = copied
                target.mux(packet)
    return path


def write_pgs(path: Path, pictures: Sequence[tuple[float, NDArray[np.uint8] | None]]) -> Path:
    """Write a PGS stream (.sup): pictures of palette indices, uncompressed; None clears the screen.

    Index 0 is transparent, 1 white, 2 black.

    Source: the segments of US 2009/0185789 A1, as FFmpeg's pgssubdec reads them.
    """
    data = b""
    for number, (time_s, picture) in enumerate(pictures):
        is_visible = picture is not None
        composition = struct.pack(">HHBHBBBB", 320, 240, 0x10, number, 0x80, 0, 0, int(is_visible))
        segments = [
            (0x16, composition + (struct.pack(">HBBHH", 0, 0, 0, 10, 10) if is_visible else b""))
        ]
        if picture is not None:
            height, width = picture.shape
            rows = b"".join(
                b"".join(bytes([pixel]) if pixel else b"\0\1" for pixel in row) + b"\0\0"
                for row in picture.tolist()
            )
            size = (len(rows) + 4).to_bytes(3, "big")
            segments += [
                (0x14, bytes([0, 0, 1, 235, 128, 128, 255, 2, 16, 128, 128, 255])),
                (0x15, struct.pack(">HBB", 0, 0, 0xC0) + size + struct.pack(">HH", width, height) + rows),
            ]  # fmt: skip
        segments.append((0x80, b""))
        for kind, body in segments:
            data += b"PG" + struct.pack(">IIBH", round(time_s * 90_000), 0, kind, len(body)) + body
    path.write_bytes(data)
    return path


def add_track(video: Path, subtitles: Path, path: Path) -> Path:
    """Copy a video and a file of subtitles into one container."""
    with (
        av.open(str(video)) as pictures,
        av.open(str(subtitles)) as texts,
        av.open(str(path), "w") as target,
    ):
        sources = [(pictures, pictures.streams.video[0]), (texts, texts.streams.subtitles[0])]
        tracks = [target.add_stream_from_template(stream) for _, stream in sources]
        for (container, stream), track in zip(reversed(sources), reversed(tracks), strict=True):
            for packet in container.demux(stream):
                if packet.dts is not None:
                    packet.stream = track
                    target.mux(packet)
    return path


def add_bitmaps(
    video: Path, path: Path, codec: str, pictures: Sequence[tuple[float, NDArray[np.uint8] | None]]
) -> Path:
    """Copy a video with a track of pictures of text, encoded by FFmpeg: `dvdsub` or `dvbsub`.

    None clears the screen; FFmpeg's encoder of DVD subtitles has no packet for that.
    """
    sup, encoded = write_pgs(path.with_suffix(".sup"), pictures), path.with_suffix(".tmp.mkv")
    ffmpeg("-i", sup, "-c:s", codec, encoded)
    with (
        av.open(str(video)) as source,
        av.open(str(encoded)) as texts,
        av.open(str(path), "w") as target,
    ):
        copied = target.add_stream_from_template(source.streams.video[0])
        track: Any = target.add_stream_from_template(texts.streams.subtitles[0])
        payloads = [bytes(p) for p in texts.demux(texts.streams.subtitles[0]) if p.size]
        visible = iter([data for data in payloads if len(data) > _CLEARING_BYTES])
        clearing = next((data for data in payloads if len(data) <= _CLEARING_BYTES), b"")
        packets: list[Any] = [p for p in source.demux(video=0) if p.dts is not None]
        for time_s, picture in pictures:
            data = clearing if picture is None else next(visible)
            if data:
                packet = av.Packet(data)
                packet.time_base = Fraction(1, 1000)
                packet.pts = packet.dts = round(time_s * 1000)
                packet.stream = track
                packets.append(packet)
        for packet in sorted(packets, key=lambda p: float(p.dts * p.time_base)):
            if packet.stream is not track:
                packet.stream = copied
            target.mux(packet)
    return path

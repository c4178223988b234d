from __future__ import annotations

import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import FakeRecogniser
from tests.speaking import RATE, with_sound
from vqa.transcripts.pipeline import Transcriber
from vqa.transcripts.subtitles import plain_text, read_subtitle_text
from vqa.types import TimedText
from vqa.ui.session_state import SessionState
from vqa.ui.transcription import transcribe

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


@pytest.mark.parametrize(
    ("codec", "ending"), [("subrip", ".mkv"), ("mov_text", ".mp4"), ("mov_text", ".mov")]
)
def test_text_tracks_become_timed_text(codec: str, ending: str, cuts: Path, tmp_path: Path) -> None:
    warnings: list[str] = []
    path = add_subtitles(cuts, tmp_path / f"film{ending}", codec)
    lines = read_subtitle_text(path, warn=warnings.append)
    assert [(line.start_s, line.end_s) for line in lines] == [(1.0, 2.5), (3.0, 4.0), (5.0, 6.0)]
    assert [line.text for line in lines] == [
        "Hello there.", "A {friend} of C:\\new", "two lines",
    ]  # fmt: skip
    assert {line.source for line in lines} == {"speech"}
    assert not warnings


def test_ass_tracks_lose_their_styles(cuts: Path, tmp_path: Path) -> None:
    lines = (
        (1.0, 2.0, r"{\i1}Hello{\i0}, {a comment}you"),
        (2.0, 3.0, r"{\p1}m 0 0 l 100 100{\p0}"),
        (3.0, 4.0, r"one\Ntwo\hthree"),
    )
    path = add_subtitles(cuts, tmp_path / "film.mkv", "ass", lines)
    assert [line.text for line in read_subtitle_text(path, warn=print)] == [
        "Hello, you", "one two three",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("markup", "styled", "plain"),
    [
        (r"{\an8}top", False, "top"), ("{curly}", False, "{curly}"), ("{curly}", True, ""),
        (r"C:\new", False, r"C:\new"), (r"a\nb", True, "a b"), ("  a   b ", True, "a b"),
    ],
)  # fmt: skip
def test_markup_becomes_plain_text(markup: str, styled: bool, plain: str) -> None:
    assert plain_text(markup, is_styled=styled) == plain


def test_only_the_requested_part_is_read(cuts: Path, tmp_path: Path) -> None:
    path = add_subtitles(cuts, tmp_path / "film.mkv", "subrip")
    part = read_subtitle_text(path, start_s=2.0, end_s=3.5, warn=print)
    assert [line.start_s for line in part] == [1.0, 3.0]


def test_repeated_lines_are_joined(cuts: Path, tmp_path: Path) -> None:
    lines = ((1.0, 2.0, "again"), (2.0, 3.0, "again"), (5.0, 6.0, "again"))
    path = add_subtitles(cuts, tmp_path / "film.mkv", "subrip", lines)
    read = read_subtitle_text(path, warn=print)
    assert [(line.start_s, line.end_s) for line in read] == [(1.0, 3.0), (5.0, 6.0)]


def test_video_without_subtitles_has_none(cuts: Path) -> None:
    assert read_subtitle_text(cuts, warn=print) == []


def write_pgs(path: Path, pictures: Sequence[tuple[float, NDArray[np.uint8] | None]]) -> Path:
    """Write a PGS stream (.sup): pictures of palette indices 0 and 1, uncompressed; None clears the screen.

    Source: the segments of US 2009/0185789 A1, as FFmpeg's pgssubdec reads them.
    """
    data = b""
    for number, (time_s, picture) in enumerate(pictures):
        shown = picture is not None
        composition = struct.pack(">HHBHBBBB", 320, 240, 0x10, number, 0x80, 0, 0, int(shown))
        segments = [
            (0x16, composition + (struct.pack(">HBBHH", 0, 0, 0, 10, 10) if shown else b""))
        ]
        if picture is not None:
            height, width = picture.shape
            rows = b"".join(
                b"".join(b"\1" if pixel else b"\0\1" for pixel in row) + b"\0\0"
                for row in picture.tolist()
            )
            size = (len(rows) + 4).to_bytes(3, "big")
            segments += [
                (0x14, bytes([0, 0, 1, 235, 128, 128, 255])),
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


def test_pictures_of_text_are_recognised(cuts: Path, tmp_path: Path) -> None:
    square = np.ones((8, 12), np.uint8)
    sup = write_pgs(
        tmp_path / "s.sup", [(1.0, square), (2.5, None), (4.0, square[:4]), (5.0, None)]
    )
    path = add_track(cuts, sup, tmp_path / "film.mkv")
    sizes: list[tuple[int, ...]] = []

    def ocr(picture: NDArray[np.uint8]) -> list[tuple[str, float]]:
        assert picture.dtype == np.uint8
        sizes.append((int((picture > 200).all(2).sum()), picture.shape[2]))
        return [(f"text {len(sizes)}", 0.9), ("noise", 0.1)]

    lines = read_subtitle_text(path, ocr=ocr, warn=print)
    assert [(line.start_s, line.end_s, line.text) for line in lines] == [
        (1.0, 2.5, "text 1"), (4.0, 5.0, "text 2"),
    ]  # fmt: skip
    assert sizes == [(96, 3), (48, 3)]
    warnings: list[str] = []
    assert read_subtitle_text(path, warn=warnings.append) == []
    assert "pictures" in warnings[0]


def test_subtitles_spare_the_recognition_of_speech(cuts: Path, tmp_path: Path) -> None:
    spoken = with_sound(cuts, np.zeros(9 * RATE, np.int16), tmp_path / "sound.mp4")
    path = add_subtitles(spoken, tmp_path / "film.mp4", "mov_text")
    recogniser = FakeRecogniser([])
    warnings: list[str] = []
    lines = Transcriber(speech=recogniser, warn=warnings.append).transcribe(path)
    assert lines[0].text == "Hello there."
    assert warnings == []


def test_page_uses_subtitles_without_being_asked(cuts: Path, tmp_path: Path) -> None:
    path = add_subtitles(cuts, tmp_path / "film.mp4", "mov_text")
    state = SessionState(model="scripted")
    for _ in range(2):
        lines = transcribe(state, path, (), lambda _: None)
        assert lines[0].text == "Hello there."
    assert TimedText(start_s=1.0, end_s=2.5, text="Hello there.", source="speech") in lines

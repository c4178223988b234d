from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import FakeRecogniser
from tests.speaking import RATE, with_sound
from tests.subtitled import add_bitmaps, add_subtitles, add_track, write_pgs
from tests.video.kinds import ffmpeg
from vqa.errors import VideoNotFound
from vqa.storage.transcripts import TranscriptStore
from vqa.transcripts.pipeline import Transcriber
from vqa.transcripts.subtitles import plain_text, read_subtitle_text
from vqa.types import TimedText
from vqa.ui.session_state import SessionState
from vqa.ui.transcription import transcribe


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


@pytest.mark.parametrize("ending", [".mkv", ".webm"])
def test_webvtt_tracks_become_timed_text(ending: str, cuts: Path, tmp_path: Path) -> None:
    """WebVTT as files carry it: voices, settings, escapes, text with braces and backslashes."""
    vtt, path = tmp_path / "s.vtt", tmp_path / f"film{ending}"
    vtt.write_text(
        "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.500 align:start position:10%\n<v Bob>Hello <b>there</b> &amp; you</v>"
        "\n\n00:00:03.000 --> 00:00:04.000\nA {friend} of C:\\new\n\n00:00:05.000 --> 00:00:06.000\ntwo\nlines &lt;3\n"
    )
    picture = ("-c:v", "libvpx", "-deadline", "realtime") if ending == ".webm" else ("-c:v", "copy")
    ffmpeg("-i", cuts, "-i", vtt, *picture, "-c:s", "copy", path)
    lines = read_subtitle_text(path, warn=print)
    assert [(line.start_s, line.end_s) for line in lines] == [(1.0, 2.5), (3.0, 4.0), (5.0, 6.0)]
    assert [line.text for line in lines] == [
        "Hello there & you", "A {friend} of C:\\new", "two lines <3",
    ]  # fmt: skip


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
    # A store does not hide that they could not be read.
    warnings.clear()
    transcriber = Transcriber(warn=warnings.append, store=TranscriptStore(tmp_path / "text"))
    assert transcriber.transcribe(path) == transcriber.transcribe(path) == ()
    assert ["pictures" in warning for warning in warnings] == [True, True]


@pytest.mark.parametrize(
    ("codec", "ending", "last_end_s"),
    [("dvdsub", ".mkv", 16.0), ("dvbsub", ".ts", 7.0), ("dvbsub", ".mkv", 7.0)],
)
def test_dvd_and_dvb_pictures_are_recognised(
    codec: str, ending: str, last_end_s: float, cuts: Path, tmp_path: Path
) -> None:
    """Each picture at its time, until it is cleared or replaced; without either, for 10 s."""
    wide = np.zeros((30, 90), np.uint8)
    wide[8:22, 4:86] = 2  # an outline
    wide[8:22, 5:85:4] = 1  # strokes
    events = [(1.0, wide), (4.0, wide[:, :50]), (6.0, wide), (7.0, None)]
    path = add_bitmaps(cuts, tmp_path / f"film{ending}", codec, events)
    shapes: list[tuple[int, ...]] = []

    def recognise(image: NDArray[np.uint8]) -> list[tuple[str, float]]:
        shapes.append(image.shape)
        assert image[0, 0].max() == 0
        strokes = 14 * (20 if image.shape[1] > 90 else 12)
        assert (image[..., 0] > 128).sum() == pytest.approx(strokes, abs=14)
        return [("wide" if image.shape[1] > 90 else "narrow", 1.0)]

    lines = read_subtitle_text(path, ocr=recognise, warn=print)
    assert [line.text for line in lines] == ["wide", "narrow", "wide"]
    assert [line.start_s for line in lines] == pytest.approx([1.0, 4.0, 6.0], abs=0.05)
    assert [line.end_s for line in lines] == pytest.approx([4.0, 6.0, last_end_s], abs=0.05)
    assert len(shapes) == 3


def test_subtitles_spare_the_recognition_of_speech(cuts: Path, tmp_path: Path) -> None:
    with_audio = with_sound(cuts, np.zeros(9 * RATE, np.int16), tmp_path / "sound.mp4")
    path = add_subtitles(with_audio, tmp_path / "film.mp4", "mov_text")
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


def test_a_missing_file_is_reported_as_missing(tmp_path: Path) -> None:
    with pytest.raises(VideoNotFound, match="There is no file"):
        read_subtitle_text(tmp_path / "gone.mp4", warn=lambda _: None)

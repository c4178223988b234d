from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import FakeRecogniser
from tests.sounding import chords, mixed, noise
from tests.speaking import RATE, needs_voice, needs_whisper, tiny_model, track, with_sound
from vqa.cli import main
from vqa.errors import ModelNotDownloaded, VideoNotFound
from vqa.storage.transcripts import TranscriptStore
from vqa.transcripts import pipeline
from vqa.transcripts.pipeline import Transcriber, find_sounds
from vqa.transcripts.speech import Word


@pytest.fixture(scope="module")
def loud(cuts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of a tone from the third second on."""
    sound = np.zeros(9 * RATE, np.int16)
    sound[3 * RATE : 5 * RATE] = (8000 * np.sin(np.arange(2 * RATE) * 0.2)).astype(np.int16)
    return with_sound(cuts, sound, tmp_path_factory.mktemp("loud") / "loud.mp4")


def test_speech_and_screen_text_are_ordered_by_time(loud: Path) -> None:
    warnings: list[str] = []
    transcriber = Transcriber(
        speech=FakeRecogniser(["Hello."]), ocr=lambda _: [("EXIT", 0.9)], warn=warnings.append
    )
    assert transcriber.sources == {"speech", "screen"}
    lines = transcriber.transcribe(loud)
    assert [(line.text, line.source) for line in lines] == [
        ("EXIT", "screen"),
        ("Hello.", "speech"),
    ]
    assert lines[1].start_s == pytest.approx(3.0, abs=0.2)
    part = Transcriber(ocr=lambda _: [("EXIT", 0.9)], warn=warnings.append).transcribe(
        loud, start_s=4.0, end_s=6.0
    )
    assert [(line.start_s, line.end_s) for line in part] == [(4.0, 6.0)]
    assert warnings == []


def test_recognised_text_is_cached_by_recogniser(loud: Path, tmp_path: Path) -> None:
    calls: list[int] = []
    readings: list[int] = []
    read = 0

    def reader(_: object) -> list[tuple[str, float]]:
        nonlocal read
        read += 1
        return [("EXIT", 0.9)]

    for source in ("fake", "fake", "another"):
        recogniser = FakeRecogniser(["Hello."])
        recogniser.source = source
        transcriber = Transcriber(
            speech=recogniser, ocr=reader, warn=lambda _: None, store=TranscriptStore(tmp_path)
        )
        assert [line.text for line in transcriber.transcribe(loud)] == ["EXIT", "Hello."]
        calls.append(len(recogniser.inputs))
        readings.append(read)
    assert calls == [1, 0, 1]
    assert readings[0] == readings[-1] > 0


def test_a_missing_extra_is_reported_once(
    loud: Path, videos: Mapping[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    monkeypatch.setitem(sys.modules, "faster_whisper.vad", None)
    warnings: list[str] = []
    transcriber = Transcriber.create(speech=True, screen=False, warn=warnings.append)
    assert transcriber.transcribe(loud) == ()
    assert transcriber.transcribe(videos["h264.mp4"]) == ()
    (warning,) = warnings
    assert "./run install speech" in warning


class Modelless(FakeRecogniser):
    """Detects speech, and has no model to recognise it."""

    def recognise(self, samples: NDArray[np.float32]) -> Iterator[Word]:
        raise ModelNotDownloaded("tiny is not on this disk.", cure="Connect to the network once.")


def test_a_missing_model_is_reported_once(loud: Path) -> None:
    warnings: list[str] = []
    transcriber = Transcriber(speech=Modelless([]), warn=warnings.append)
    assert transcriber.transcribe(loud) == ()
    assert transcriber.sources == frozenset()
    assert transcriber.transcribe(loud) == ()
    assert warnings == ["Without speech: tiny is not on this disk. Connect to the network once."]


def test_silence_and_a_missing_sound_track_are_reported(
    cuts: Path, videos: Mapping[str, Path], tmp_path: Path
) -> None:
    silent = with_sound(cuts, np.zeros(9 * RATE, np.int16), tmp_path / "quiet.mp4")
    warnings: list[str] = []
    transcriber = Transcriber(speech=FakeRecogniser([]), warn=warnings.append)
    assert transcriber.transcribe(videos["h264.mp4"]) == transcriber.transcribe(silent) == ()
    assert warnings == [
        "Without speech: h264.mp4 has no sound.",
        "Without speech: nobody speaks in quiet.mp4.",
    ]


@needs_voice
@needs_whisper
def test_speech_answers_questions_and_is_searched(
    cuts: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = (
        (1.0, "The dog runs along the beach and jumps into the water."),
        (5.5, "The price is twenty dollars."),
    )
    path = str(with_sound(cuts, track(lines, 9.0), tmp_path / "spoken.mp4"))
    monkeypatch.setenv("VQA_SPEECH_MODEL", tiny_model())
    options = ["--model", "echo", "--speech"]
    assert main(["ask", path, "What does she say about the price?", *options]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("“The price is")
    assert out.endswith("(0:05)\n")
    assert err == ""
    folder = tmp_path / "pictures"
    assert main(["search", path, "the beach", *options, "--json", "--thumbnails", str(folder)]) == 0
    (moment,) = json.loads(capsys.readouterr().out)["moments"]
    assert "beach" in moment["text"]
    assert Path(moment["thumbnail"]).read_bytes()[:2] == b"\xff\xd8"
    assert main(["search", path, "a zebra", *options]) == 0
    assert capsys.readouterr().out == "Nothing in this video matches: a zebra\n"


def test_a_video_without_sound_is_answered(
    videos: Mapping[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", str(videos["h264.mp4"]), "What?", "--model", "echo", "--speech"]) == 0
    out, err = capsys.readouterr()
    assert "was asked: What?" in out
    assert err.startswith("Without speech: ")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("has_ocr", [False, True])
def test_a_video_that_was_deleted_is_a_video_error(has_ocr: bool, tmp_path: Path) -> None:
    store, path = TranscriptStore(tmp_path / "text"), tmp_path / "deleted.mp4"
    transcriber = Transcriber(
        speech=FakeRecogniser(["Hello."]),
        ocr=(lambda _: []) if has_ocr else None,
        warn=lambda _: None,
        store=store,
    )
    with pytest.raises(VideoNotFound, match=r"deleted\.mp4"):
        transcriber.transcribe(path)
    with pytest.raises(VideoNotFound, match=r"deleted\.mp4"):
        find_sounds(path, store=store)


def test_sounds_are_stored_by_the_content_of_the_video(
    cuts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = mixed([(2, chords(3))], noise(np.random.default_rng(0), 8, -65))
    video = with_sound(cuts, sound, tmp_path / "music.mp4")
    store = TranscriptStore(tmp_path / "text")
    events = find_sounds(video, store=store)
    assert {event.text for event in events} == {"music", "silence"}
    assert {event.source for event in events} == {"sound"}

    copy = tmp_path / "copy.mp4"
    copy.write_bytes(video.read_bytes())

    def fail(path: Path) -> None:
        raise AssertionError(f"{path} is read again")

    monkeypatch.setattr(pipeline, "detect_sounds", fail)
    assert find_sounds(copy, store=store) == events

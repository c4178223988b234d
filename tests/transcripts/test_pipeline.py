from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import FakeRecogniser
from tests.speaking import RATE, needs_voice, needs_whisper, tiny_model, track, with_sound
from vqa.cli import main
from vqa.errors import ModelNotDownloaded
from vqa.storage.transcripts import TextStore
from vqa.transcripts.pipeline import Listener
from vqa.transcripts.speech import Word


@pytest.fixture(scope="module")
def loud(cuts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of a tone from the third second on."""
    sound = np.zeros(9 * RATE, np.int16)
    sound[3 * RATE : 5 * RATE] = (8000 * np.sin(np.arange(2 * RATE) * 0.2)).astype(np.int16)
    return with_sound(cuts, sound, tmp_path_factory.mktemp("loud") / "loud.mp4")


def test_what_is_said_and_written_comes_in_order(loud: Path) -> None:
    told: list[str] = []
    listener = Listener(
        recogniser=FakeRecogniser(["Hello."]), reader=lambda _: [("EXIT", 0.9)], tell=told.append
    )
    assert listener.kinds == {"speech", "screen"}
    lines = listener.listen(loud)
    assert [(line.text, line.source) for line in lines] == [
        ("EXIT", "screen"),
        ("Hello.", "speech"),
    ]
    assert lines[1].start_s == pytest.approx(3.0, abs=0.2)
    part = Listener(reader=lambda _: [("EXIT", 0.9)], tell=told.append).listen(
        loud, start_s=4.0, end_s=6.0
    )
    assert [(line.start_s, line.end_s) for line in part] == [(4.0, 6.0)]
    assert told == []


def test_what_was_listened_to_is_not_listened_to_again(loud: Path, tmp_path: Path) -> None:
    heard: list[int] = []
    readings: list[int] = []
    read = 0

    def reader(_: object) -> list[tuple[str, float]]:
        nonlocal read
        read += 1
        return [("EXIT", 0.9)]

    for source in ("fake", "fake", "another"):
        recogniser = FakeRecogniser(["Hello."])
        recogniser.source = source
        listener = Listener(
            recogniser=recogniser, reader=reader, tell=lambda _: None, store=TextStore(tmp_path)
        )
        assert [line.text for line in listener.listen(loud)] == ["EXIT", "Hello."]
        heard.append(len(recogniser.heard))
        readings.append(read)
    assert heard == [1, 0, 1]
    assert readings[0] == readings[-1] > 0


def test_without_the_extra_it_is_said_once(
    loud: Path, videos: Mapping[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    monkeypatch.setitem(sys.modules, "faster_whisper.vad", None)
    told: list[str] = []
    listener = Listener.equipped(speech=True, screen=False, tell=told.append)
    assert listener.listen(loud) == ()
    assert listener.listen(videos["h264.mp4"]) == ()
    (words,) = told
    assert "./run install speech" in words


class Modelless(FakeRecogniser):
    """Finds voices, and has no model to hear them with."""

    def words(self, samples: NDArray[np.float32]) -> Iterator[Word]:
        raise ModelNotDownloaded("tiny is not on this disk.", cure="Connect to the network once.")


def test_without_a_model_it_is_said_once(loud: Path) -> None:
    told: list[str] = []
    listener = Listener(recogniser=Modelless([]), tell=told.append)
    assert listener.listen(loud) == ()
    assert listener.kinds == frozenset()
    assert listener.listen(loud) == ()
    assert told == ["Without speech: tiny is not on this disk. Connect to the network once."]


def test_a_silent_video_is_said_to_be_one(
    cuts: Path, videos: Mapping[str, Path], tmp_path: Path
) -> None:
    silent = with_sound(cuts, np.zeros(9 * RATE, np.int16), tmp_path / "quiet.mp4")
    told: list[str] = []
    listener = Listener(recogniser=FakeRecogniser([]), tell=told.append)
    assert listener.listen(videos["h264.mp4"]) == listener.listen(silent) == ()
    assert told == [
        "Without speech: h264.mp4 has no sound.",
        "Without speech: nobody speaks in quiet.mp4.",
    ]


@needs_voice
@needs_whisper
def test_what_is_said_answers_and_is_found(
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
    asked = ["--model", "echo", "--speech"]
    assert main(["ask", path, "What does she say about the price?", *asked]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("“The price is")
    assert out.endswith("(0:05)\n")
    assert err == ""
    folder = tmp_path / "pictures"
    assert main(["search", path, "the beach", *asked, "--json", "--thumbnails", str(folder)]) == 0
    (moment,) = json.loads(capsys.readouterr().out)["moments"]
    assert "beach" in moment["text"]
    assert Path(moment["thumbnail"]).read_bytes()[:2] == b"\xff\xd8"
    assert main(["search", path, "a zebra", *asked]) == 0
    assert capsys.readouterr().out == "Nothing in this video fits: a zebra\n"


def test_a_video_without_sound_is_answered_all_the_same(
    videos: Mapping[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", str(videos["h264.mp4"]), "What?", "--model", "echo", "--speech"]) == 0
    out, err = capsys.readouterr()
    assert "was asked: What?" in out
    assert err.startswith("Without speech: ")
    assert len(err.splitlines()) == 1

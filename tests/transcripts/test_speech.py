from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import FakeRecogniser
from tests.speaking import RATE, needs_voice, needs_whisper, tiny_model, track, with_sound
from vqa.errors import ExtraMissing, ModelNotDownloaded, SettingError, WeightsBroken
from vqa.transcripts.speech import WhisperRecogniser, Word, group_sentences, transcribe_speech
from vqa.video.audio import read_audio

LINES = (
    (1.0, "The dog runs along the beach and jumps into the water."),
    (5.5, "The price is twenty dollars."),
)


@pytest.fixture(scope="module")
def speech_video(cuts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine seconds of video with two spoken sentences."""
    return with_sound(cuts, track(LINES, 9.0), tmp_path_factory.mktemp("spoken") / "spoken.mp4")


@needs_voice
@needs_whisper
def test_speech_is_detected_with_its_times(speech_video: Path) -> None:
    whisper = WhisperRecogniser("nobody/needed")
    (sound,) = read_audio(speech_video)
    voices = whisper.detect_speech(sound.samples)
    assert len(voices) == 2
    assert [start for start, _ in voices] == pytest.approx([1.0, 5.5], abs=0.4)
    assert whisper.detect_speech(np.zeros(160_000, np.float32)) == []


@needs_voice
@needs_whisper
def test_sentences_are_recognised_with_their_times(speech_video: Path) -> None:
    shares: list[float] = []
    lines = transcribe_speech(
        speech_video, WhisperRecogniser(tiny_model()), on_progress=shares.append
    )
    assert [line.source for line in lines] == ["speech", "speech"]
    assert "dog runs along the beach" in lines[0].text.lower()
    assert "price is" in lines[1].text.lower()
    assert "20" in lines[1].text
    assert lines[0].start_s == pytest.approx(1.0, abs=0.5)
    assert lines[1].start_s == pytest.approx(5.5, abs=0.5)
    assert lines[0].end_s <= lines[1].start_s
    assert shares[-1] == 1.0
    (late,) = transcribe_speech(speech_video, WhisperRecogniser(tiny_model()), start_s=5.0)
    assert late.start_s == pytest.approx(5.5, abs=0.5)


@needs_whisper
def test_a_video_without_speech_needs_no_model(cuts: Path, tmp_path: Path) -> None:
    noise = np.random.default_rng(0).normal(0, 300, 9 * RATE).astype(np.int16)
    whisper = WhisperRecogniser("nobody/has-this-model")
    assert transcribe_speech(with_sound(cuts, noise, tmp_path / "noise.mp4"), whisper) == []
    assert transcribe_speech(cuts, whisper) == []


@needs_voice
@needs_whisper
def test_a_model_that_cannot_be_loaded_is_named(
    speech_video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelNotDownloaded, match="nobody/has-this-model"):
        transcribe_speech(speech_video, WhisperRecogniser("nobody/has-this-model"))
    with pytest.raises(SettingError, match="nowhere"):
        WhisperRecogniser(str(tmp_path / "nowhere"))
    (tmp_path / "model.bin").write_bytes(b"no model")
    with pytest.raises(WeightsBroken, match="cannot be loaded"):
        transcribe_speech(speech_video, WhisperRecogniser(str(tmp_path)))


def test_a_missing_extra_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    monkeypatch.setitem(sys.modules, "faster_whisper.vad", None)
    with pytest.raises(ExtraMissing, match=r"\./run install speech"):
        WhisperRecogniser()


def test_words_are_grouped_into_sentences() -> None:
    words = [
        Word(0.0, 0.4, " Hello"),
        Word(0.4, 0.9, " there."),
        Word(1.0, 1.5, " One"),
        Word(3.5, 4.0, " two"),
        *(Word(4.0 + i, 5.0 + i, " on") for i in range(14)),
    ]
    sentences = group_sentences(words)
    assert [line.text for line in sentences[:2]] == ["Hello there.", "One"]
    assert (sentences[0].start_s, sentences[0].end_s) == (0.0, 0.9)
    assert all(line.end_s - line.start_s <= 12 for line in sentences)
    assert sum(len(line.text.split()) for line in sentences) == len(words)


def test_sentences_do_not_overlap_and_have_tidy_text() -> None:
    words = [
        Word(0.0, 0.4, " A blue"),
        Word(0.4, 0.6, " ,"),
        Word(0.6, 1.4, " red bus."),
        Word(1.2, 2.0, " 3 .5 tons"),
    ]
    first, second = group_sentences(words)
    assert first.text == "A blue, red bus."
    assert second.text == "3 .5 tons"
    assert first.end_s == second.start_s == 1.2


def test_speech_across_audio_blocks_is_recognised_in_one_part(cuts: Path, tmp_path: Path) -> None:
    """Two minutes and a half; the voice goes on over the end of the first block of a minute."""
    sound = np.zeros(150 * RATE, np.int16)
    tone = (8000 * np.sin(np.arange(len(sound)) * 0.2)).astype(np.int16)
    for start_s, end_s in ((10, 12), (55, 65), (100, 101)):
        sound[start_s * RATE : end_s * RATE] = tone[start_s * RATE : end_s * RATE]
    inputs: list[NDArray[np.float32]] = []
    recogniser = FakeRecogniser(["one", "two", "three"], inputs)
    lines = transcribe_speech(with_sound(cuts, sound, tmp_path / "long.mp4"), recogniser)
    assert [line.text for line in lines] == ["one", "two", "three"]
    assert [line.start_s for line in lines] == pytest.approx([10, 55, 100], abs=0.3)
    assert [line.end_s for line in lines] == pytest.approx([12, 65, 101], abs=0.3)
    assert [len(part) / 16_000 for part in inputs] == pytest.approx([2, 46], abs=0.5)


def test_progress_is_that_of_the_range(cuts: Path, tmp_path: Path) -> None:
    minute = np.zeros(60 * RATE, np.int16)
    minute[10 * RATE : 20 * RATE] = 20_000
    path = with_sound(cuts, np.tile(minute, 3), tmp_path / "long.mp4")
    for start_s, end_s in ((0.0, 120.0), (60.0, 180.0), (60.0, None)):
        shares: list[float] = []
        transcribe_speech(
            path,
            FakeRecogniser(["first", "second"]),
            start_s=start_s,
            end_s=end_s,
            on_progress=shares.append,
        )
        assert shares == pytest.approx([20 / 120, 80 / 120, 1.0], abs=0.02)


def test_a_video_without_sound_has_no_transcript(videos: Mapping[str, Path]) -> None:
    assert transcribe_speech(videos["h264.mp4"], FakeRecogniser(["never"])) == []

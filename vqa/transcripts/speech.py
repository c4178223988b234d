"""What is said: voices are found in the sound track first, then Whisper hears them; given as timed sentences.

By faster-whisper (MIT), which carries the voice finder (Silero VAD) inside its package; the model that hears is fetched
from the hub on first use, or taken from a folder. Where nobody speaks, no model is needed. It is an extra.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from vqa import settings
from vqa.errors import ExtraMissing, SettingError, WeightsBroken
from vqa.models.hub.download import Files, fetch
from vqa.types import ProgressCallback, TimedText
from vqa.video.audio import SAMPLE_RATE_HZ, AudioBlock, read_audio
from vqa.video.reader import probe

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Whisper base of 2022 for any language, 145 MB.
DEFAULT_MODEL = "Systran/faster-whisper-base@ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66"
_FILES = Files(("config.json", "model.bin", "tokenizer.json", "vocabulary.*"), "model.bin")
_LONGEST_HELD_S = 120.0
_EDGE_S = 0.5
_SILENCE_MS, _MARGIN_MS = 500, 200
_ENDS = tuple(".?!。？！…")
_PAUSE_S = 1.0
_LONGEST_SENTENCE_S = 12.0


@dataclass(frozen=True)
class Word:
    """A word with the seconds it takes; `text` has its own space before it, where its language puts one."""

    start_s: float
    end_s: float
    text: str


class Recogniser(Protocol):
    """Finds voices in sound and writes down what they say. AudioBlock is float32 mono, `SAMPLE_RATE_HZ` a second.

    Attributes:
        source: the model it hears with.
    """

    source: str

    def voices(self, samples: NDArray[np.float32]) -> Sequence[tuple[float, float]]:
        """Where somebody speaks, in seconds from the first sample, rising."""
        ...

    def words(self, samples: NDArray[np.float32]) -> Iterable[Word]:
        """What is said, in seconds from the first sample, rising."""
        ...


def hear(
    path: Path,
    recogniser: Recogniser,
    *,
    start_s: float = 0.0,
    end_s: float | None = None,
    progress: ProgressCallback | None = None,
) -> list[TimedText]:
    """The sentences said in a video, each with its times; none where nobody speaks or there is no sound.

    The sound is read and heard in blocks that never cut a sentence, so that memory does not grow with the video.

    Args:
        path: the file.
        recogniser: who hears.
        start_s: where to begin.
        end_s: where to end; None means the end of the video.
        progress: told how far it is, 0 to 1.

    Raises:
        VideoError: the file cannot be read.
        ModelError: the recogniser's model cannot be had.
    """
    length_s = end_s or probe(path).duration_s
    words: list[Word] = []
    for voiced in _voiced(read_audio(path, start_s=start_s, end_s=end_s), recogniser):
        words += [
            Word(voiced.start_s + word.start_s, voiced.start_s + word.end_s, word.text)
            for word in recogniser.words(voiced.samples)
        ]
        if progress and length_s:
            progress(min(1.0, voiced.end_s / length_s))
    if progress:
        progress(1.0)
    return sentences(words)


def sentences(words: Iterable[Word]) -> list[TimedText]:
    """Words as sentences: up to a full stop, a pause, or as long as a subtitle can stand."""
    lines: list[list[Word]] = []
    for word in words:
        last = lines[-1] if lines else None
        if (
            last is None
            or last[-1].text.rstrip().endswith(_ENDS)
            or word.start_s - last[-1].end_s > _PAUSE_S
            or word.end_s - last[0].start_s > _LONGEST_SENTENCE_S
        ):
            lines.append([word])
        else:
            last.append(word)
    said = [
        TimedText(
            start_s=max(0.0, line[0].start_s),
            end_s=max(0.0, line[-1].end_s),
            text="".join(word.text for word in line).strip(),
            source="speech",
        )
        for line in lines
    ]
    return [line for line in said if line.text]


class Whisper:
    """Hears with a Whisper model on the CPU; the model is loaded, and fetched where it is missing, at the first voice.

    Args:
        source: a hub id, perhaps with `@revision`, or a folder; None means VQA_SPEECH_MODEL, else `DEFAULT_MODEL`.
        progress: told how far a download is, 0 to 1.

    Raises:
        ExtraMissing: faster-whisper is not installed.
        SettingError: the folder is not there.
    """

    def __init__(
        self, source: str | None = None, *, progress: ProgressCallback | None = None
    ) -> None:
        try:
            import faster_whisper.vad
        except ImportError as error:
            raise ExtraMissing(
                "Hearing speech needs faster-whisper, which is not installed.",
                extra="speech",
            ) from error
        self.source = source or settings.speech_model() or DEFAULT_MODEL
        if self.source.startswith((".", "/", "~")) and not self._folder.is_dir():
            raise SettingError(
                f"There is no folder {self.source} with a model for speech.",
                cure="Check VQA_SPEECH_MODEL; a hub id goes there too.",
            )
        self._progress = progress
        self._vad: Any = faster_whisper.vad
        self._model: Any = None

    def voices(self, samples: NDArray[np.float32]) -> list[tuple[float, float]]:
        """Where somebody speaks, by Silero's voice finder."""
        options = self._vad.VadOptions(
            min_silence_duration_ms=_SILENCE_MS, speech_pad_ms=_MARGIN_MS
        )
        found = self._vad.get_speech_timestamps(samples, options)
        return [(one["start"] / SAMPLE_RATE_HZ, one["end"] / SAMPLE_RATE_HZ) for one in found]

    def words(self, samples: NDArray[np.float32]) -> Iterator[Word]:
        """What is said, in the language that is spoken.

        Raises:
            ModelError: the model cannot be fetched, or its files are broken.
        """
        if self._model is None:
            self._model = self._load()
        heard, _ = self._model.transcribe(
            samples,
            beam_size=1,
            word_timestamps=True,
            vad_filter=True,
            # What it made up once it would otherwise say again and again.
            condition_on_previous_text=False,
        )
        for segment in heard:
            for word in segment.words or ():
                yield Word(float(word.start), float(word.end), str(word.word))

    @property
    def _folder(self) -> Path:
        return Path(self.source).expanduser()

    def _load(self) -> Any:
        from faster_whisper import WhisperModel

        folder = self._folder
        if not folder.is_dir():
            folder = fetch(self.source, files=_FILES, progress=self._progress)
        try:
            return WhisperModel(
                str(folder), device="cpu", compute_type="int8", local_files_only=True
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise WeightsBroken(
                f"The model for speech in {folder} cannot be loaded: {error}",
                cure="Fetch it again; it must be a Whisper model converted for faster-whisper.",
            ) from error


def _voiced(blocks: Iterable[AudioBlock], recogniser: Recogniser) -> Iterator[AudioBlock]:
    """The stretches in which somebody speaks; a voice that goes on at a block's end waits for the next block."""
    held: AudioBlock | None = None
    for block in blocks:
        whole = block
        if held is not None:
            if abs(held.end_s - block.start_s) < _EDGE_S:
                whole = AudioBlock(held.start_s, np.concatenate([held.samples, block.samples]))
            else:
                yield held
            held = None
        length_s = whole.end_s - whole.start_s
        voices = list(recogniser.voices(whole.samples))
        if voices and length_s - voices[-1][1] < _EDGE_S and length_s < _LONGEST_HELD_S:
            held = _part(whole, voices.pop()[0], length_s)
        if voices:
            yield _part(whole, voices[0][0], voices[-1][1])
    if held is not None:
        yield held


def _part(sound: AudioBlock, start_s: float, end_s: float) -> AudioBlock:
    """A stretch of some sound, between seconds from its first sample."""
    first, last = round(start_s * SAMPLE_RATE_HZ), round(end_s * SAMPLE_RATE_HZ)
    return AudioBlock(sound.start_s + first / SAMPLE_RATE_HZ, sound.samples[first:last])

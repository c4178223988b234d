"""Speech recognition: voice activity detection, then Whisper on voiced parts, then sentences.

faster-whisper (MIT) is an optional package. Its voice activity detector (Silero VAD) is inside the
package; the Whisper model is downloaded from the hub on first use, or loaded from a folder. A video
without speech needs no Whisper model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from vqa import settings
from vqa.errors import ExtraMissing, SettingError, WeightsBroken
from vqa.text_words import attach_punctuation
from vqa.types import ProgressCallback, TimedText
from vqa.video.audio import SAMPLE_RATE_HZ, AudioBlock, read_audio
from vqa.video.reader import probe

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Whisper base, multilingual, 145 MB.
DEFAULT_MODEL = "Systran/faster-whisper-base@ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66"
_WEIGHTS = "model.bin"
_FILES = ("config.json", _WEIGHTS, "tokenizer.json", "vocabulary.*")
_MAX_BUFFER_S = 120.0
_EDGE_S = 0.5
_MIN_SILENCE_MS, _PADDING_MS = 500, 200
_SENTENCE_ENDS = tuple(".?!。？！…")
_MIN_PAUSE_S = 1.0
_MAX_SENTENCE_S = 12.0


@dataclass(frozen=True)
class Word:
    """Recognized word with start and end in seconds.

    `text` includes the space before the word, in languages that separate words by spaces.
    """

    start_s: float
    end_s: float
    text: str


class SpeechRecogniser(Protocol):
    """Interface of a speech recognizer. Samples are (N,) float32 mono at `SAMPLE_RATE_HZ`, -1 to 1.

    Attributes:
        source: name of its model, part of the cache key.
    """

    source: str

    def detect_speech(self, samples: NDArray[np.float32]) -> Sequence[tuple[float, float]]:
        """Return the voiced ranges (start, end) in seconds from the first sample, in order.

        Ranges do not overlap; empty without speech.
        """
        ...

    def recognise(self, samples: NDArray[np.float32]) -> Iterable[Word]:
        """Yield the words in order, with times in seconds from the first sample; none if silent.

        Raises:
            ModelError: the model cannot be loaded.
        """
        ...


def transcribe_speech(
    path: Path,
    recogniser: SpeechRecogniser,
    *,
    start_s: float = 0.0,
    end_s: float | None = None,
    on_progress: ProgressCallback | None = None,
) -> list[TimedText]:
    """Transcribe the speech of a video and return timed sentences, in order.

    Empty without speech and without an audio track. Audio is processed in blocks that are cut at
    silences, so that memory does not grow with the length of the video.

    Args:
        path: video file.
        recogniser: speech recognizer.
        start_s: start of the range in seconds.
        end_s: end of the range in seconds, exclusive; None means the end of the video.
        on_progress: called after each block with the completed fraction of the range, 0 to 1, and
            with 1 at the end.

    Raises:
        VideoError: the file cannot be decoded, or has no video track.
        ModelError: the recognizer's model cannot be loaded.
    """
    range_end_s = probe(path).duration_s if end_s is None else end_s
    length_s = max(0.0, range_end_s - start_s) if range_end_s is not None else None
    words: list[Word] = []
    for block in _voiced_blocks(read_audio(path, start_s=start_s, end_s=end_s), recogniser):
        words += [
            Word(block.start_s + word.start_s, block.start_s + word.end_s, word.text)
            for word in recogniser.recognise(block.samples)
        ]
        if on_progress and length_s:
            on_progress(min(1.0, (block.end_s - start_s) / length_s))
    if on_progress:
        on_progress(1.0)
    return group_sentences(words)


def group_sentences(words: Iterable[Word]) -> list[TimedText]:
    """Group words, in order, into sentences, which end at . ? ! or …, a pause over 1 s, or 12 s.

    Sentences are in order and do not overlap in time; their source is `speech`. Sentences without
    text are left out; without words, the list is empty.
    """
    lines: list[list[Word]] = []
    for word in words:
        last = lines[-1] if lines else None
        if (
            last is None
            or last[-1].text.rstrip().endswith(_SENTENCE_ENDS)
            or word.start_s - last[-1].end_s > _MIN_PAUSE_S
            or word.end_s - last[0].start_s > _MAX_SENTENCE_S
        ):
            lines.append([word])
        else:
            last.append(word)
    sentences = [
        TimedText(
            start_s=max(0.0, line[0].start_s),
            end_s=max(0.0, line[-1].end_s),
            text=attach_punctuation("".join(word.text for word in line)),
            source="speech",
        )
        for line in lines
    ]
    sentences = [sentence for sentence in sentences if sentence.text]
    # Recognized words of neighbouring sentences may overlap; subtitles must not.
    return [
        replace(sentence, end_s=max(sentence.start_s, min(sentence.end_s, next_sentence.start_s)))
        for sentence, next_sentence in pairwise(sentences)
    ] + sentences[-1:]


class WhisperRecogniser:
    """Speech recognizer with Whisper on the CPU, by faster-whisper.

    The model is downloaded and loaded at the first call of `recognise`.

    Args:
        source: a hub id, optionally with `@revision`, or a folder; None means VQA_SPEECH_MODEL,
            else `DEFAULT_MODEL`.
        on_progress: called with the completed fraction of a download, 0 to 1.

    Raises:
        ExtraMissing: faster-whisper is not installed.
        SettingError: the folder does not exist.
    """

    def __init__(
        self, source: str | None = None, *, on_progress: ProgressCallback | None = None
    ) -> None:
        try:
            import faster_whisper.vad
        except ImportError as error:
            raise ExtraMissing(
                "Speech recognition needs the package faster-whisper, which is not installed.",
                extra="speech",
            ) from error
        self.source = source or settings.speech_model() or DEFAULT_MODEL
        if self.source.startswith((".", "/", "~")) and not self._folder.is_dir():
            raise SettingError(
                f"The folder of the speech model, {self.source}, does not exist.",
                cure="Set VQA_SPEECH_MODEL to a folder that exists or to a hub id.",
            )
        self._on_progress = on_progress
        self._vad: Any = faster_whisper.vad
        self._model: Any = None

    def detect_speech(self, samples: NDArray[np.float32]) -> list[tuple[float, float]]:
        """Return the voiced ranges (start, end) in seconds, detected by Silero VAD, in order.

        Pauses below 0.5 s do not end a range; each range is extended by 0.2 s on both sides. Empty
        without speech.
        """
        options = self._vad.VadOptions(
            min_silence_duration_ms=_MIN_SILENCE_MS, speech_pad_ms=_PADDING_MS
        )
        ranges = self._vad.get_speech_timestamps(samples, options)
        return [(r["start"] / SAMPLE_RATE_HZ, r["end"] / SAMPLE_RATE_HZ) for r in ranges]

    def recognise(self, samples: NDArray[np.float32]) -> Iterator[Word]:
        """Yield the words in order; the language is detected from the audio.

        The model is downloaded and loaded when the first word is requested. Nothing without speech.

        Raises:
            ModelNotDownloaded: the model cannot be downloaded.
            UnknownModel: the hub has no such model or revision.
            WeightsBroken: the model's files are damaged.
            SettingError: the file of pinned commits cannot be read or written.
        """
        if self._model is None:
            self._model = self._load()
        segments, _ = self._model.transcribe(
            samples,
            beam_size=1,
            word_timestamps=True,
            vad_filter=True,
            # Otherwise Whisper tends to repeat a hallucinated sentence.
            condition_on_previous_text=False,
        )
        for segment in segments:
            for word in segment.words or ():
                yield Word(float(word.start), float(word.end), str(word.word))

    @property
    def _folder(self) -> Path:
        """Source as a path; it exists only if the source is a folder."""
        return Path(self.source).expanduser()

    def _load(self) -> Any:
        """Load the Whisper model, after a download if it is not in a folder or in the cache.

        Raises:
            ModelNotDownloaded: the model cannot be downloaded.
            WeightsBroken: its files are damaged.
        """
        from faster_whisper import WhisperModel

        folder = self._folder
        if not folder.is_dir():
            from vqa.models.hub.download import FilePatterns, fetch

            files = FilePatterns(_FILES, _WEIGHTS)
            folder = fetch(self.source, files=files, on_progress=self._on_progress)
        try:
            return WhisperModel(
                str(folder), device="cpu", compute_type="int8", local_files_only=True
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise WeightsBroken(
                f"The speech model in {folder} cannot be loaded: {error}",
                cure="Download it again; it must be a Whisper model converted for faster-whisper.",
            ) from error


def _voiced_blocks(
    blocks: Iterable[AudioBlock], recogniser: SpeechRecogniser
) -> Iterator[AudioBlock]:
    """Crop audio blocks to the range from first to last speech; drop blocks without speech.

    Speech that reaches the end of a block is joined to the next block, so that no word is cut; not
    over a gap between blocks, nor if the joined block has 120 s or more.
    """
    pending_block: AudioBlock | None = None
    for block in blocks:
        joined_block = block
        if pending_block is not None:
            if abs(pending_block.end_s - block.start_s) < _EDGE_S:
                joined_block = AudioBlock(
                    pending_block.start_s, np.concatenate([pending_block.samples, block.samples])
                )
            else:
                yield pending_block
            pending_block = None
        length_s = joined_block.end_s - joined_block.start_s
        ranges = list(recogniser.detect_speech(joined_block.samples))
        if ranges and length_s - ranges[-1][1] < _EDGE_S and length_s < _MAX_BUFFER_S:
            pending_block = _crop(joined_block, ranges.pop()[0], length_s)
        if ranges:
            yield _crop(joined_block, ranges[0][0], ranges[-1][1])
    if pending_block is not None:
        yield pending_block


def _crop(block: AudioBlock, start_s: float, end_s: float) -> AudioBlock:
    """Return the range of an audio block between two times, in seconds from its first sample."""
    first, last = round(start_s * SAMPLE_RATE_HZ), round(end_s * SAMPLE_RATE_HZ)
    return AudioBlock(block.start_s + first / SAMPLE_RATE_HZ, block.samples[first:last])

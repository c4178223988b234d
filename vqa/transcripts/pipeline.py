"""Timed text of a video: subtitles, recognized speech, on-screen text and sound events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from vqa.errors import ExtraMissing, ModelError
from vqa.transcripts.screen_text import OcrEngine, load_ocr, read_screen_text, screen_sampling_plan
from vqa.transcripts.speech import SpeechRecogniser, WhisperRecogniser, transcribe_speech
from vqa.transcripts.subtitles import read_subtitle_text
from vqa.types import ProgressCallback, TimedText
from vqa.video.reader import probe, read_clip
from vqa.video.sound_events import DETECTOR, detect_sounds

_SCREEN, _SUBTITLES = "screen", "subtitles"


class TextCache(Protocol):
    """Interface of a cache of timed text, keyed by video content, recognizer and time range."""

    def get(
        self, path: Path, recogniser: str, start_s: float, end_s: float | None
    ) -> list[TimedText] | None:
        """Return the stored lines of a recognizer for a time range; None if nothing is stored.

        [] is a stored result: the recognizer returned no line. A range matches only if both its
        ends are those of `put`.

        Args:
            path: video file.
            recogniser: name of the recognizer.
            start_s: start of the range in seconds.
            end_s: end of the range in seconds; None is the end of the video.

        Raises:
            VideoError: the file does not exist or cannot be read.
        """
        ...

    def put(
        self,
        path: Path,
        recogniser: str,
        start_s: float,
        end_s: float | None,
        lines: Sequence[TimedText],
    ) -> None:
        """Store the lines of a recognizer for a time range, also []; replace those stored before.

        See `get` for the arguments and the errors.
        """
        ...


class Transcriber:
    """Pipeline that returns the subtitles, speech and on-screen text of videos.

    Speech is not recognized in a video with subtitles, which have the same content with fewer
    errors. Speech is optional: without the package, without the model or without an audio track,
    `warn` is called and processing continues. A missing model is reported once, not once per video.

    Args:
        speech: speech recognizer; None skips speech.
        ocr: recognizer of on-screen text and of bitmap subtitles; None skips both.
        warn: called with a sentence that states what could not be recognized, and why.
        store: cache of recognized text; None caches nothing.
    """

    def __init__(
        self,
        *,
        speech: SpeechRecogniser | None = None,
        ocr: OcrEngine | None = None,
        warn: Callable[[str], None],
        store: TextCache | None = None,
    ) -> None:
        self._speech = speech
        self._ocr = ocr
        self._warn = warn
        self._store = store

    @classmethod
    def create(
        cls,
        *,
        speech: bool,
        screen: bool,
        warn: Callable[[str], None],
        on_progress: ProgressCallback | None = None,
        store: TextCache | None = None,
    ) -> Transcriber:
        """Return a transcriber that uses Whisper for speech and RapidOCR for on-screen text.

        If speech is requested and faster-whisper is not installed, `warn` is called and the
        transcriber recognizes no speech. The speech model is loaded later, at its first use.

        Args:
            speech: whether to recognize speech.
            screen: whether to recognize on-screen text.
            warn: called with a sentence that states what could not be recognized, and why.
            on_progress: called with the completed fraction of the speech model's download, 0 to 1.
            store: cache of recognized text; None caches nothing.

        Raises:
            ExtraMissing: on-screen text is requested and RapidOCR is not installed.
            SettingError: VQA_SPEECH_MODEL names a folder that does not exist.
        """
        recogniser: SpeechRecogniser | None = None
        if speech:
            try:
                recogniser = WhisperRecogniser(on_progress=on_progress)
            except ExtraMissing as error:
                warn(f"Without speech: {error}")
        return cls(speech=recogniser, ocr=load_ocr() if screen else None, warn=warn, store=store)

    @property
    def sources(self) -> frozenset[str]:
        """Sources that are recognized: `speech`, `screen`, both or none.

        `speech` is removed when its model has failed. Embedded subtitles are read in any case.
        """
        engines = {"speech": self._speech, "screen": self._ocr}
        return frozenset(source for source, engine in engines.items() if engine is not None)

    def transcribe(
        self,
        path: Path,
        *,
        start_s: float = 0.0,
        end_s: float | None = None,
        on_progress: ProgressCallback | None = None,
    ) -> tuple[TimedText, ...]:
        """Return subtitles, speech and on-screen text between two times, sorted by start time.

        Subtitles are always read and have the source `speech`; speech is recognized only in a video
        without subtitles, on-screen text only with a recognizer. Empty if there is nothing. A line
        that is partly in the range is returned, subtitles with their full time. What cannot be
        recognized is reported by `warn`.

        Args:
            path: video file.
            start_s: start of the range in seconds, at least 0.
            end_s: end of the range in seconds, exclusive; None means the end of the video.
            on_progress: called with the completed fraction of speech recognition, 0 to 1.

        Raises:
            VideoError: the file cannot be decoded, or, with a recognizer of on-screen text, ends
                before the range.
            ValueError: `start_s` is below 0 or not below `end_s`, and there is a recognizer of
                on-screen text.
        """
        lines: list[TimedText] = []
        if (ocr := self._ocr) is not None:
            lines += self._cached_lines(
                path,
                _SCREEN,
                start_s,
                end_s,
                lambda: read_screen_text(
                    read_clip(path, screen_sampling_plan(start_s=start_s, end_s=end_s)), ocr=ocr
                ),
            )
        subtitles = self._read_subtitles(path, start_s, end_s)
        lines += subtitles
        if self._speech is not None and not subtitles:
            lines += self._transcribe_speech(path, self._speech, start_s, end_s, on_progress)
        return tuple(sorted(lines, key=lambda line: line.start_s))

    def _read_subtitles(self, path: Path, start_s: float, end_s: float | None) -> list[TimedText]:
        """Return the lines of the embedded subtitles in a range, from the store if it has them.

        Those read with and without OCR are stored separately; see `read_subtitle_text`. Without
        OCR, an empty list is not stored, so that each call warns of bitmaps.
        """
        return self._cached_lines(
            path,
            _SUBTITLES if self._ocr is None else f"{_SUBTITLES}, {_SCREEN}",
            start_s,
            end_s,
            lambda: read_subtitle_text(
                path, start_s=start_s, end_s=end_s, ocr=self._ocr, warn=self._warn
            ),
            keeps_empty=self._ocr is not None,
        )

    def _transcribe_speech(
        self,
        path: Path,
        recogniser: SpeechRecogniser,
        start_s: float,
        end_s: float | None,
        on_progress: ProgressCallback | None,
    ) -> list[TimedText]:
        """Return recognized sentences, in order; without any, call `warn` and return [].

        If the model cannot be loaded, speech is not recognized in later videos either.
        """
        if not probe(path).has_audio:
            self._warn(f"Without speech: {path.name} has no sound.")
            return []
        try:
            lines = self._cached_lines(
                path,
                recogniser.source,
                start_s,
                end_s,
                lambda: transcribe_speech(
                    path, recogniser, start_s=start_s, end_s=end_s, on_progress=on_progress
                ),
            )
        except ModelError as error:
            self._warn(f"Without speech: {error}")
            self._speech = None
            return []
        if not lines:
            self._warn(f"Without speech: nobody speaks in {path.name}.")
        return lines

    def _cached_lines(
        self,
        path: Path,
        recogniser: str,
        start_s: float,
        end_s: float | None,
        recognise: Callable[[], list[TimedText]],
        *,
        keeps_empty: bool = True,
    ) -> list[TimedText]:
        """Return the stored lines, or call `recognise` and store its lines.

        An empty list is stored too, unless `keeps_empty` is False.
        """
        lines = self._store.get(path, recogniser, start_s, end_s) if self._store else None
        if lines is None:
            lines = recognise()
            if self._store and (lines or keeps_empty):
                self._store.put(path, recogniser, start_s, end_s, lines)
        return lines


def find_sounds(path: Path, *, store: TextCache | None = None) -> tuple[TimedText, ...]:
    """Return the sound events of a video in order of time, from the store if it has them.

    The text of an event is its kind: `speech`, `singing`, `music`, `silence` or `bang`; its source
    is `sound`. Events of different kinds may overlap. Empty without an audio track.

    Args:
        path: video file.
        store: cache of timed text; None caches nothing.

    Raises:
        Unsupported: a package of the detector is not installed.
        VideoError: the file cannot be opened, or is encrypted.
    """
    lines = store.get(path, DETECTOR, 0.0, None) if store else None
    if lines is None:
        lines = [
            TimedText(start_s=event.start_s, end_s=event.end_s, text=event.kind, source="sound")
            for event in detect_sounds(path)
        ]
        if store:
            store.put(path, DETECTOR, 0.0, None, lines)
    return tuple(lines)

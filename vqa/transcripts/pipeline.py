"""All the words of a video, said and written, as far as this machine can; what it cannot is said once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from vqa.errors import ExtraMissing, ModelError
from vqa.transcripts.screen_text import LineReader, ocr_reader, read_screen, screen_plan
from vqa.transcripts.speech import Recogniser, Whisper, hear
from vqa.types import ProgressCallback, TimedText
from vqa.video.reader import probe, read_clip

Tell = Callable[[str], None]
_SCREEN = "screen"


class Store(Protocol):
    """Where lines are kept, by the content of a video, who listened and the range."""

    def get(
        self, path: Path, listener: str, start_s: float, end_s: float | None
    ) -> list[TimedText] | None:
        """The lines, or None where nobody has listened."""
        ...

    def put(
        self,
        path: Path,
        listener: str,
        start_s: float,
        end_s: float | None,
        lines: Sequence[TimedText],
    ) -> None:
        """Keep the lines."""
        ...


class Listener:
    """Hears and reads one video after another.

    Speech is a help and never a hindrance: without the extra, without its model or in a silent video, `tell` is told
    and the rest goes on. What is missing is told once, however many videos there are.

    Args:
        recogniser: who hears; None hears nothing.
        reader: who reads the screen; None reads nothing.
        tell: told, in a sentence, what could not be done.
        store: where lines are kept, so that no video is listened to twice; None keeps nothing.
    """

    def __init__(
        self,
        *,
        recogniser: Recogniser | None = None,
        reader: LineReader | None = None,
        tell: Tell,
        store: Store | None = None,
    ) -> None:
        self._recogniser = recogniser
        self._reader = reader
        self._tell = tell
        self._store = store

    @classmethod
    def equipped(
        cls,
        *,
        speech: bool,
        screen: bool,
        tell: Tell,
        progress: ProgressCallback | None = None,
        store: Store | None = None,
    ) -> Listener:
        """One with Whisper where speech is wanted and with RapidOCR where the screen is.

        Args:
            speech: whether to hear.
            screen: whether to read.
            tell: told, in a sentence, what could not be done.
            progress: told how far the download of the speech model is, 0 to 1.
            store: where lines are kept.

        Raises:
            ExtraMissing: RapidOCR is wanted and not installed.
            SettingError: VQA_SPEECH_MODEL names no folder.
        """
        recogniser: Recogniser | None = None
        if speech:
            try:
                recogniser = Whisper(progress=progress)
            except ExtraMissing as error:
                tell(f"Without speech: {error}")
        reader = ocr_reader() if screen else None
        return cls(recogniser=recogniser, reader=reader, tell=tell, store=store)

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of timed text it gives: `speech`, `screen`; speech no longer where its model cannot be had."""
        given = {"speech": self._recogniser, "screen": self._reader}
        return frozenset(kind for kind, source in given.items() if source is not None)

    def listen(
        self,
        path: Path,
        *,
        start_s: float = 0.0,
        end_s: float | None = None,
        progress: ProgressCallback | None = None,
    ) -> tuple[TimedText, ...]:
        """What is said and written between two times, rising in time.

        Raises:
            VideoError: the file cannot be read.
        """
        lines: list[TimedText] = []
        if (reader := self._reader) is not None:
            lines += self._kept(
                path,
                _SCREEN,
                start_s,
                end_s,
                lambda: read_screen(
                    read_clip(path, screen_plan(start_s=start_s, end_s=end_s)), reader=reader
                ),
            )
        if self._recogniser is not None:
            lines += self._heard(path, self._recogniser, start_s, end_s, progress)
        return tuple(sorted(lines, key=lambda line: line.start_s))

    def _heard(
        self,
        path: Path,
        recogniser: Recogniser,
        start_s: float,
        end_s: float | None,
        progress: ProgressCallback | None,
    ) -> list[TimedText]:
        if not probe(path).has_audio:
            self._tell(f"Without speech: {path.name} has no sound.")
            return []
        try:
            said = self._kept(
                path,
                recogniser.source,
                start_s,
                end_s,
                lambda: hear(path, recogniser, start_s=start_s, end_s=end_s, progress=progress),
            )
        except ModelError as error:
            self._tell(f"Without speech: {error}")
            self._recogniser = None
            return []
        if not said:
            self._tell(f"Without speech: nobody speaks in {path.name}.")
        return said

    def _kept(
        self,
        path: Path,
        listener: str,
        start_s: float,
        end_s: float | None,
        listen: Callable[[], list[TimedText]],
    ) -> list[TimedText]:
        """What is in the store, else what listening gives."""
        lines = self._store.get(path, listener, start_s, end_s) if self._store else None
        if lines is None:
            lines = listen()
            if self._store:
                self._store.put(path, listener, start_s, end_s, lines)
        return lines

"""Speech and screen text of a video, where the optional packages for them are installed."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from vqa.transcripts.pipeline import Transcriber
from vqa.types import ProgressCallback, TimedText
from vqa.ui.session_state import SessionState

# The optional package behind each source of text.
_PACKAGES = {"speech": "faster_whisper", "screen": "rapidocr"}


def available_sources() -> tuple[str, ...]:
    """Return the sources of text that this machine can transcribe: `speech`, `screen`."""
    return tuple(source for source, package in _PACKAGES.items() if find_spec(package) is not None)


def transcribe(
    state: SessionState,
    path: Path,
    sources: tuple[str, ...],
    on_progress: ProgressCallback,
    *,
    make_transcriber: Callable[..., Transcriber] = Transcriber.create,
) -> tuple[TimedText, ...]:
    """Transcribe a video once per source and return its lines in order of time.

    What could not be transcribed is written to `state.transcript_warnings`.

    Args:
        state: the tab's state; it caches the transcripts.
        path: the video file.
        sources: what to transcribe: `speech`, `screen`.
        on_progress: called with the completed share of the download and of the transcription.
        make_transcriber: builds the transcription pipeline.

    Raises:
        VideoError: the file cannot be read.
        ExtraMissing: the package that reads the screen is not installed.
    """
    state.transcript_warnings = []
    for source in sources:
        if (path, source) not in state.transcripts:
            transcriber = make_transcriber(
                speech=source == "speech",
                screen=source == "screen",
                warn=state.transcript_warnings.append,
                on_progress=on_progress,
            )
            state.transcripts[path, source] = transcriber.transcribe(path, on_progress=on_progress)
    lines = [line for source in sources for line in state.transcripts[path, source]]
    return tuple(sorted(lines, key=lambda line: line.start_s))

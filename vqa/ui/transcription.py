"""Embedded subtitles of a video; speech and screen text where the optional packages for them are installed."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from vqa.transcripts.pipeline import Transcriber
from vqa.transcripts.subtitles import read_subtitle_text
from vqa.types import ProgressCallback, TimedText
from vqa.ui.session_state import SessionState

# The optional package behind each source of text.
_PACKAGES = {"speech": "faster_whisper", "screen": "rapidocr"}
_SUBTITLES = "subtitles"


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
    """Transcribe a video once per source and return its lines and its subtitles in order of time.

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
    if (path, _SUBTITLES) not in state.transcripts:
        warn = state.transcript_warnings.append
        state.transcripts[path, _SUBTITLES] = tuple(read_subtitle_text(path, warn=warn))
    for source in sources:
        if (path, source) not in state.transcripts:
            transcriber = make_transcriber(
                speech=source == "speech",
                screen=source == "screen",
                warn=state.transcript_warnings.append,
                on_progress=on_progress,
            )
            state.transcripts[path, source] = transcriber.transcribe(path, on_progress=on_progress)
    # A transcriber reads the subtitles too, and those that are pictures if it reads the screen.
    lines = {line for source in (_SUBTITLES, *sources) for line in state.transcripts[path, source]}
    return tuple(sorted(lines, key=lambda line: (line.start_s, line.end_s)))

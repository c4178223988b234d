"""Timed text of a video: embedded subtitles, and speech or screen text with optional packages."""

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
    """Return the transcript sources whose package is installed: of `speech` and `screen`, in order.

    Empty if neither is installed.
    """
    return tuple(source for source, package in _PACKAGES.items() if find_spec(package) is not None)


def transcribe(
    state: SessionState,
    path: Path,
    sources: tuple[str, ...],
    on_progress: ProgressCallback,
    *,
    make_transcriber: Callable[..., Transcriber] = Transcriber.create,
) -> tuple[TimedText, ...]:
    """Return the subtitles of a video and its transcripts from `sources`, sorted by start time.

    Equal lines occur once; empty if there are none. Transcripts are cached in the state. Reasons
    why lines are missing replace `state.transcript_warnings`; those of cached transcripts are not
    repeated.

    Args:
        state: the tab's session state.
        path: the video file.
        sources: sources to transcribe: `speech` (speech recognition), `screen` (text recognition in
            frames).
        on_progress: called with the completed fraction of the download, then of the transcription,
            0 to 1.
        make_transcriber: builds the transcription pipeline.

    Raises:
        VideoError: the file cannot be decoded.
        ExtraMissing: the package for text recognition is not installed.
        SettingError: VQA_SPEECH_MODEL names a folder that does not exist.
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

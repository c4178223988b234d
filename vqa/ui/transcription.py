"""What is said and written in a video, where the extra for it is installed."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from vqa.transcripts.pipeline import Listener
from vqa.types import TimedText
from vqa.ui.session_state import Visit

Progress = Callable[[float], None]

# Each kind of words with the package that its extra brings.
_EXTRAS = {"speech": "faster_whisper", "screen": "rapidocr"}


def available() -> tuple[str, ...]:
    """The kinds of words that can be had on this machine: `speech`, `screen`."""
    return tuple(kind for kind, package in _EXTRAS.items() if find_spec(package) is not None)


def heard(
    visit: Visit,
    path: Path,
    wanted: tuple[str, ...],
    progress: Progress,
    *,
    equipped: Callable[..., Listener] = Listener.equipped,
) -> tuple[TimedText, ...]:
    """The words of a video of the wanted kinds, rising in time; each video is listened to once.

    What could not be had, such as speech where nobody speaks, is told in `visit.unheard`.

    Args:
        visit: whose page it is.
        path: the video.
        wanted: which kinds.
        progress: told how far downloading and hearing are, 0 to 1.
        equipped: makes who listens.

    Raises:
        VideoError: the file cannot be read.
        ExtraMissing: what reads the screen is not installed.
    """
    visit.unheard = []
    for kind in wanted:
        if (path, kind) not in visit.heard:
            listener = equipped(
                speech=kind == "speech",
                screen=kind == "screen",
                tell=visit.unheard.append,
                progress=progress,
            )
            visit.heard[path, kind] = listener.listen(path, progress=progress)
    texts = [text for kind in wanted for text in visit.heard[path, kind]]
    return tuple(sorted(texts, key=lambda text: text.start_s))

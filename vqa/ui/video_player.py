"""Video player component that serves files unconverted.

With ffmpeg on the PATH, `gr.Video` runs ffprobe on each file and converts those that browsers do
not play. A visitor's file must be opened only in a sandboxed worker process (`vqa.video.sandbox`),
so this component does neither.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr
from gradio.data_classes import FileData


class VideoPlayer(gr.Video):
    """Subclass of `gr.Video` that neither probes nor converts a file."""

    is_template = True  # the browser's part is that of gr.Video

    def postprocess(self, value: str | Path | None) -> FileData | None:
        """Return the file unconverted; None empties the player. Gradio checks file access."""
        if value is None:
            return None
        return FileData(path=str(value), orig_name=Path(value).name)

    def preprocess(self, payload: FileData | None) -> Any:
        """Return the path of the uploaded or recorded file; None if the player is empty."""
        return None if payload is None else str(Path(payload.path))

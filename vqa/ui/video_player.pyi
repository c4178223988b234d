"""The video player: Gradio's, without its conversion.

Where ffmpeg is on the path, Gradio's player runs ffprobe on each file that it is given, and converts with ffmpeg what
browsers do not play. A stranger's file is opened only in a worker with limits (`vqa.video.sandbox`), so the player hands
files out as they are.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr
from gradio.data_classes import FileData

class VideoPlayer(gr.Video):
    """Video component that neither probes nor converts a file."""

    is_template = True  # the browser's part is that of gr.Video

    def postprocess(self, value: str | Path | None) -> FileData | None:
        """The file as it is; Gradio checks that it may be served."""
        if value is None:
            return None
        return FileData(path=str(value), orig_name=Path(value).name)

    def preprocess(self, payload: FileData | None) -> Any:
        """The path of the uploaded or recorded file."""
        return None if payload is None else str(Path(payload.path))
    from collections.abc import Callable, Sequence
    from typing import TYPE_CHECKING, Any, Literal

    from gradio.blocks import Block

    if TYPE_CHECKING:
        from gradio.components import Timer
        from gradio.components.base import Component

"""Frames as the page shows them: small JPEGs inside the HTML, each a link to its time."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PIL import Image

from vqa.tasks.moments import clock
from vqa.ui.wording import Language, say

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vqa.types import Clip

_HEIGHT_PX = 96


def thumbnail(frame: NDArray[np.uint8]) -> str:
    """A frame (H, W, 3) uint8 RGB as a data address."""
    picture = Image.fromarray(frame)
    picture.thumbnail((4 * _HEIGHT_PX, _HEIGHT_PX))
    packed = io.BytesIO()
    picture.save(packed, "JPEG", quality=80)
    return f"data:image/jpeg;base64,{base64.b64encode(packed.getvalue()).decode()}"


def strip(clip: Clip, rows: Iterable[int], language: Language, *, label: str = "") -> str:
    """These frames of a clip side by side; a click on one seeks the player to its time."""
    cells = [_cell(clip.frames[row], clip.times_s[row], language) for row in rows]
    told = f'<span class="vqa-label">{html.escape(label)}</span>' if label else ""
    return f'<div class="vqa-strip">{told}{"".join(cells)}</div>'


def _cell(frame: NDArray[np.uint8], time_s: float, language: Language) -> str:
    alt = html.escape(say("frame_alt", language, time=clock(time_s)))
    return (
        f'<a class="vqa-frame" href="#t={time_s:.2f}" title="{alt}">'
        f'<img src="{thumbnail(frame)}" alt="{alt}"><span>{clock(time_s)}</span></a>'
    )


def time_links(text: str, times_s: Sequence[float]) -> str:
    """Markdown links that seek the player, one a time."""
    links = ", ".join(f"[{clock(t)}](#t={t:.2f})" for t in times_s)
    return f"{text} ({links})" if links else text

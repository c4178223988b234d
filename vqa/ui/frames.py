"""Frames as HTML: small JPEGs, each a link that seeks the player to its time."""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from PIL import Image

from vqa.timecode import format_time
from vqa.ui.i18n import Language, translate
from vqa.ui.session_state import FrameThumbnail

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vqa.types import Clip

_HEIGHT_PX = 96
_TIME = re.compile(r"(?<![\d:])(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)(?![\d:])")


def thumbnail(frame: NDArray[np.uint8]) -> str:
    """Encode a frame as a small JPEG in a `data:` URL.

    Args:
        frame: (H, W, 3) uint8 RGB.
    """
    picture = Image.fromarray(frame)
    picture.thumbnail((4 * _HEIGHT_PX, _HEIGHT_PX))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=80)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def frame_thumbnails(clip: Clip, rows: Iterable[int]) -> tuple[FrameThumbnail, ...]:
    """Return the thumbnails of these rows of a clip's frames."""
    return tuple(FrameThumbnail(clip.times_s[row], thumbnail(clip.frames[row])) for row in rows)


def frame_strip(
    frames: Iterable[FrameThumbnail], language: Language, *, label: str, caption: str = ""
) -> str:
    """Return frames side by side as HTML; a click on one seeks the player.

    Args:
        frames: the thumbnails, in order of time.
        language: of the alternative texts.
        label: describes the group to screen readers.
        caption: visible text in front of the frames.
    """
    items = list(frames)
    gaps = [b.time_s - a.time_s for a, b in pairwise(items)]
    digits: Literal[0, 1] = 1 if gaps and min(gaps) < 1 else 0
    cells = "".join(_frame_link(frame, digits, language) for frame in items)
    prefix = f'<span class="vqa-label">{html.escape(caption)}</span>' if caption else ""
    return f'<div class="vqa-strip" role="group" aria-label="{html.escape(label)}">{prefix}{cells}</div>'


def time_link(time_s: float, text: str) -> str:
    """Return an HTML link that seeks the player to a time."""
    return f'<a href="#t={time_s:.2f}">{html.escape(text)}</a>'


def link_times(text: str) -> str:
    """Return the text with every time such as 0:03 turned into a Markdown link that seeks the player."""

    def link(match: re.Match[str]) -> str:
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return f"[{match[0]}](#t={hours * 3600 + minutes * 60 + seconds})"

    return _TIME.sub(link, text)


def _frame_link(frame: FrameThumbnail, digits: Literal[0, 1], language: Language) -> str:
    label = format_time(frame.time_s, digits)
    alt = html.escape(translate("frame_alt", language, time=label))
    title = html.escape(translate("seconds", language, value=frame.time_s))
    return (
        f'<a class="vqa-frame" href="#t={frame.time_s:.2f}" title="{title}">'
        f'<img src="{frame.picture}" alt="{alt}"><span aria-hidden="true">{label}</span></a>'
    )

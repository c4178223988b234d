"""Frames as the page shows them: small JPEGs inside the HTML, each a link to its time."""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

from PIL import Image

from vqa.timecode import format_time
from vqa.ui.i18n import Language, say
from vqa.ui.session_state import Shown

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vqa.types import Clip

_HEIGHT_PX = 96
_TIME = re.compile(r"(?<![\d:])(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)(?![\d:])")


def thumbnail(frame: NDArray[np.uint8]) -> str:
    """A frame (H, W, 3) uint8 RGB as a data address."""
    picture = Image.fromarray(frame)
    picture.thumbnail((4 * _HEIGHT_PX, _HEIGHT_PX))
    packed = io.BytesIO()
    picture.save(packed, "JPEG", quality=80)
    return f"data:image/jpeg;base64,{base64.b64encode(packed.getvalue()).decode()}"


def shown(clip: Clip, rows: Iterable[int]) -> tuple[Shown, ...]:
    """These frames of a clip, ready to be shown."""
    return tuple(Shown(clip.times_s[row], thumbnail(clip.frames[row])) for row in rows)


def strip(frames: Iterable[Shown], language: Language, *, label: str, aside: str = "") -> str:
    """Frames side by side; a click on one seeks the player to its time.

    Args:
        frames: which.
        language: of the words.
        label: what the frames are, told to those who cannot see them.
        aside: words shown before the frames.
    """
    kept = list(frames)
    gaps = [b.time_s - a.time_s for a, b in pairwise(kept)]
    digits = 1 if gaps and min(gaps) < 1 else 0
    cells = "".join(_cell(frame, digits, language) for frame in kept)
    told = f'<span class="vqa-label">{html.escape(aside)}</span>' if aside else ""
    return (
        f'<div class="vqa-strip" role="group" aria-label="{html.escape(label)}">{told}{cells}</div>'
    )


def link(time_s: float, text: str) -> str:
    """An HTML link that seeks the player."""
    return f'<a href="#t={time_s:.2f}">{html.escape(text)}</a>'


def time_links(text: str) -> str:
    """The text with every mm:ss in it made a Markdown link that seeks the player."""

    def linked(match: re.Match[str]) -> str:
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return f"[{match[0]}](#t={hours * 3600 + minutes * 60 + seconds})"

    return _TIME.sub(linked, text)


def stamp(time_s: float, digits: int = 1) -> str:
    """A time as people write it, with tenths where they matter: 0:03.4."""
    if not digits:
        return format_time(time_s)
    tenths = int(time_s * 10 + 1e-6)
    return f"{format_time(tenths // 10)}.{tenths % 10}"


def _cell(frame: Shown, digits: int, language: Language) -> str:
    at = stamp(frame.time_s, digits)
    alt = html.escape(say("frame_alt", language, time=at))
    exact = html.escape(say("seconds", language, value=frame.time_s))
    return (
        f'<a class="vqa-frame" href="#t={frame.time_s:.2f}" title="{exact}">'
        f'<img src="{frame.picture}" alt="{alt}"><span aria-hidden="true">{at}</span></a>'
    )

"""Frames as HTML, thumbnails whose links seek the player; turns of a conversation with them."""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from vqa.timecode import format_time, nearest_row
from vqa.types import Answer, Turn
from vqa.ui.i18n import Language, translate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vqa.types import Clip, VideoInfo

MAX_THUMBNAILS = 24
"""Number of frames of a video that are displayed at once; the model may look at thousands."""

_HEIGHT_PX = 96
_PREVIEW_HEIGHT_PX = 360
# What Chromium, Firefox and Safari all play.
_BROWSER_CODECS = frozenset({"h264", "vp8", "vp9", "av1"})
_BROWSER_SUFFIXES = frozenset({".mp4", ".m4v", ".mov", ".webm", ".mkv"})
_TIME = re.compile(r"(?<![\d:])(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)(?!:?\d)")
_RANGE_WORD = re.compile(r"\s?[-–—]\s?|\s(?:to|until)\s")


@dataclass(frozen=True)
class FrameThumbnail:
    """Thumbnail of a frame: time in seconds, and JPEG as a `data:` URL."""

    time_s: float
    picture: str


@dataclass(frozen=True)
class DisplayedTurn:
    """Snapshot of a question, its answer and the thumbnails of its evidence frames.

    `num_frames` is the number of frames that the model received. `is_denial` is whether the answer
    states that something does not occur in the whole video.
    """

    question: str
    answer: Answer
    frames: tuple[FrameThumbnail, ...] = ()
    num_frames: int = 0
    is_denial: bool = False


@dataclass(frozen=True)
class ClearedConversation:
    """Conversation that was cleared: path of its video, displayed turns, chat session's turns."""

    path: Path
    turns: tuple[DisplayedTurn, ...]
    history: tuple[Turn, ...]


def thumbnail(frame: NDArray[np.uint8], height_px: int = _HEIGHT_PX) -> str:
    """Encode a frame as a small JPEG and return it as a `data:` URL (base64).

    The aspect ratio is kept; a smaller frame is not enlarged.

    Args:
        frame: (H, W, 3) uint8 RGB.
        height_px: maximum height of the JPEG; its maximum width is four times that.
    """
    picture = Image.fromarray(frame)
    picture.thumbnail((4 * height_px, height_px))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=80)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def spread_rows(times_s: Sequence[float], count: int = MAX_THUMBNAILS) -> list[int]:
    """Return the row indices of at most `count` frames, evenly spread in time, ascending.

    All if there are not more than `count`. Otherwise the time from the first to the last frame is
    divided into `count` equal intervals, and the frame nearest to the centre of each is returned:
    fewer than `count` frames if one is the nearest to several centres.

    Args:
        times_s: presentation times of the frames in seconds, rising.
        count: maximum number of frames, at least 1.
    """
    if len(times_s) <= count:
        return list(range(len(times_s)))
    step_s = (times_s[-1] - times_s[0]) / count
    return sorted({nearest_row(times_s, times_s[0] + (n + 0.5) * step_s) for n in range(count)})


def frame_thumbnails(clip: Clip, rows: Iterable[int]) -> tuple[FrameThumbnail, ...]:
    """Return thumbnails of the frames in these rows of `clip.frames`, in the order of `rows`."""
    return tuple(FrameThumbnail(clip.times_s[row], thumbnail(clip.frames[row])) for row in rows)


def frame_strip(
    frames: Iterable[FrameThumbnail], language: Language, *, label: str, caption: str = ""
) -> str:
    """Return thumbnails side by side as HTML; a click on a thumbnail seeks the player to its time.

    Args:
        frames: the thumbnails, in order of time.
        language: language of the alternative texts and tooltips.
        label: text that describes the group to screen readers.
        caption: visible text in front of the thumbnails.
    """
    cells = "".join(_frame_link(frame, language) for frame in frames)
    prefix = f'<span class="vqa-label">{html.escape(caption)}</span>' if caption else ""
    return f'<div class="vqa-strip" role="group" aria-label="{html.escape(label)}">{prefix}{cells}</div>'


def is_browser_playable(info: VideoInfo) -> bool:
    """Whether common browsers play a file, decided by its codec and its name's extension.

    False for a file that was joined from several ones, of which they play only the first.
    """
    has_format = info.codec in _BROWSER_CODECS and info.path.suffix.lower() in _BROWSER_SUFFIXES
    return has_format and info.num_parts == 1


def preview_html(clip: Clip, language: Language) -> str:
    """Return large frames as HTML, displayed instead of the player; "" if browsers play the file.

    These are at most 24 frames, of at most 360 pixels height. One is visible at a time: the script
    in `vqa.ui.scripts` displays the frame nearest to the time of a clicked link.
    """
    if is_browser_playable(clip.info):
        return ""
    text = html.escape(translate("not_playable", language, codec=clip.info.codec))
    pictures = "".join(
        f'<img src="{thumbnail(clip.frames[row], _PREVIEW_HEIGHT_PX)}" '
        f'data-time="{clip.times_s[row]:.3f}" '
        f'alt="{html.escape(translate("frame_alt", language, time=format_time(clip.times_s[row])))}"'
        f"{' hidden' if number else ''}>"
        for number, row in enumerate(spread_rows(clip.times_s))
    )
    return f'<div class="vqa-preview">{pictures}<p role="status">{text}</p></div>'


def time_link(time_s: float, text: str, end_s: float | None = None) -> str:
    """Return an HTML link with this text, which is escaped, that seeks the player to a time.

    For `end_s`, see `time_fragment`.
    """
    return f'<a href="{time_fragment(time_s, end_s)}">{html.escape(text)}</a>'


def time_fragment(time_s: float, end_s: float | None = None) -> str:
    """Return the address of a link that seeks the player to a time, in seconds: "#t=3.000,7.000".

    With `end_s`, the range is what "Save this moment" saves after a click on the link.

    Source: Media Fragments URI 1.0 (W3C), temporal dimension.
    """
    return f"#t={time_s:.3f}" if end_s is None else f"#t={time_s:.3f},{end_s:.3f}"


def link_times(text: str) -> str:
    """Replace each time in a text (`M:SS`, `H:MM:SS`) by a Markdown link that seeks the player.

    The link of the start of a range, such as "0:03 – 0:07" and "0:03 to 0:07", has its end, too;
    see `time_fragment`. The rest of the text is unchanged.
    """
    times = list(_TIME.finditer(text))
    seconds = [_seconds(match) for match in times]
    pieces, position = [], 0
    for number, match in enumerate(times):
        following = times[number + 1] if number + 1 < len(times) else None
        is_range = (
            following is not None
            and _RANGE_WORD.fullmatch(text[match.end() : following.start()]) is not None
            and seconds[number + 1] > seconds[number]
        )
        end = f",{seconds[number + 1]}" if is_range else ""
        pieces += [text[position : match.start()], f"[{match[0]}](#t={seconds[number]}{end})"]
        position = match.end()
    return "".join([*pieces, text[position:]])


def _seconds(match: re.Match[str]) -> int:
    """Return the seconds of a match of `_TIME`."""
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds


def _frame_link(frame: FrameThumbnail, language: Language) -> str:
    """Return a thumbnail with its time as HTML, as a link that seeks the player to that time."""
    label = format_time(frame.time_s)
    alt = html.escape(translate("frame_alt", language, time=label))
    return (
        f'<a class="vqa-frame" href="{time_fragment(frame.time_s)}" title="{label}">'
        f'<img src="{frame.picture}" alt="{alt}"><span aria-hidden="true">{label}</span></a>'
    )

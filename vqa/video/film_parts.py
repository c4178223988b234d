"""Parts of an output film: time ranges of videos, and still pictures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from vqa.errors import SettingError
from vqa.types import TimedText
from vqa.video.container import display_name
from vqa.video.source import Source
from vqa.video.wire_format import register

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TOLERANCE_S = 1e-3


@register
@dataclass(frozen=True, kw_only=True)
class FilmPart:
    """Part of an output film: a time range of a video, or a still picture without sound.

    Args:
        path: the video file; None for a picture.
        start_s: start in the video, in seconds.
        end_s: end in the video, exclusive; for a picture, its duration in seconds.
        picture: (H, W, 3) uint8 RGB; None for a video.
        hold_s: seconds for which the last frame of a video stands still after its end, in silence.
        lines: subtitles of the part, with times of the video, or from 0 for a picture.
    """

    path: Path | None = None
    start_s: float = 0.0
    end_s: float = 0.0
    picture: NDArray[np.uint8] | None = None
    hold_s: float = 0.0
    lines: tuple[TimedText, ...] = ()

    @property
    def length_s(self) -> float:
        """Length of the part in the output film, in seconds, `hold_s` included.

        Cross-fades with neighbours are not deducted.
        """
        return self.end_s - self.start_s + self.hold_s


def clip_to_film(part: FilmPart, sources: dict[Path, Source]) -> FilmPart:
    """Return a part with its end limited to the end of its video; a still picture is unchanged.

    A video's end is the later one of its last frame and its audio; if both are unknown, nothing is
    limited.

    Args:
        part: the part.
        sources: properties of each video, by path.

    Raises:
        SettingError: less than 1 ms of the range is inside the video, or it is an animation (WebP).
    """
    if part.path is None:
        return part
    source = sources[part.path]
    if source.decoder == "pillow":
        raise SettingError(
            f"{display_name(part.path)} is an animation (WebP), which cannot be cut.",
            cure="Convert it to .mp4.",
        )
    ends = [end for end in (source.duration_s, source.picture_end_s) if end is not None]
    end_s = min(part.end_s, max(ends)) if ends else part.end_s
    if end_s - part.start_s < _TOLERANCE_S:
        raise SettingError(
            f"{display_name(part.path)} has no frame between {part.start_s:.2f} and {part.end_s:.2f} s.",
            cure="Choose a range inside the video.",
        )
    return replace(part, end_s=end_s)


def cross_fade_s(first_part: FilmPart, second_part: FilmPart, fade_s: float) -> float:
    """Return the length of a cross-fade in seconds: `fade_s`, at most half of the shorter part."""
    return min(fade_s, first_part.length_s / 2, second_part.length_s / 2)

"""What decoding a video file needs to know about it; found out by `inspection`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from vqa.video.color import MIN_WHITE_CD_M2, ColorProfile
from vqa.video.container import Format
from vqa.video.frame import square_pixel_size
from vqa.video.timeline import Timeline


@dataclass(frozen=True, kw_only=True)
class Source:
    """Facts about a video file that its decoders need.

    Args:
        path: the file.
        format: what its container can be trusted for.
        track: index of the picture track.
        num_video_tracks: including cover art.
        codec: name of the decoder.
        pixel_format: FFmpeg's name.
        width: stored, in pixels.
        height: stored, in pixels.
        pixel_aspect: width of a pixel divided by its height.
        rotation: degrees counter-clockwise, a multiple of 90, that turn the stored picture upright.
        fps: average frame rate; None if implausible.
        num_frames: stated by the header; None if implausible.
        duration_s: of the file.
        picture_end_s: until when the last frame is shown.
        is_truncated: whether the file ends before the header says.
        has_audio: whether there is an audio track.
        reorders_frames: whether frames are decoded in another order than shown.
        interlaced: whether the first frames consist of two fields.
        color: transfer function and primaries.
        white_cd_m2: reference white of an HDR track.
        timeline: the clock.
        decoder: the library that decodes it.
    """

    path: Path
    format: Format
    track: int
    num_video_tracks: int
    codec: str
    pixel_format: str
    width: int
    height: int
    pixel_aspect: float = 1.0
    rotation: int = 0
    fps: float | None
    num_frames: int | None
    duration_s: float | None
    picture_end_s: float | None
    is_truncated: bool = False
    has_audio: bool
    reorders_frames: bool = False
    interlaced: bool = False
    color: ColorProfile = field(default_factory=ColorProfile)
    white_cd_m2: float = MIN_WHITE_CD_M2
    timeline: Timeline
    decoder: Literal["opencv", "pyav", "pillow"] = "pyav"

    @property
    def upright_size(self) -> tuple[int, int]:
        """Width and height as displayed: with square pixels and after rotation."""
        width, height = square_pixel_size(self.width, self.height, self.pixel_aspect)
        return (height, width) if self.rotation % 180 else (width, height)

    @property
    def upright_pixel_aspect(self) -> float:
        """Pixel aspect after rotation."""
        return 1 / self.pixel_aspect if self.rotation % 180 else self.pixel_aspect

    def index_at(self, time_s: float) -> int:
        """Position in the video of the frame at a presentation time."""
        if len(self.timeline.times_s):
            return self.timeline.index_at(time_s)
        return round(max(0.0, time_s - self.timeline.first_s) * (self.fps or 1.0))

"""Properties of a video file that its decoders need; determined by `inspection`."""

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
    """Properties of a video file that its decoders need.

    Args:
        path: the file.
        format: container format.
        track: index of the video track.
        num_video_tracks: number of video tracks, including cover art.
        num_parts: number of files that the file was joined from.
        codec: FFmpeg's name of the codec.
        pixel_format: FFmpeg's name of the pixel format.
        width: stored width in pixels.
        height: stored height in pixels.
        pixel_aspect: width of a pixel divided by its height.
        rotation: counter-clockwise rotation in degrees, a multiple of 90, that makes the stored
            frame upright.
        fps: average frame rate in Hz; None if implausible.
        num_frames: number of frames stated by the header; None if implausible.
        duration_s: length of the file in seconds, audio included; None if unknown.
        picture_end_s: time until which the last frame is displayed; None if unknown.
        is_truncated: whether the file ends before the header states.
        has_audio: whether there is an audio track.
        reorders_frames: whether decoding order differs from presentation order.
        is_interlaced: whether frames are interlaced, or may be so later according to a header.
        parity: field that is displayed first, `tff` (top) or `bff` (bottom), where only the
            container or the pixels show that all frames are interlaced; empty where the frames
            state it.
        hides_fields: whether neither container nor codec states if frames of this size are
            interlaced.
        color: transfer function and primaries.
        white_cd_m2: reference white of an HDR track, in cd/m².
        timeline: presentation times of the frames.
        decoder: the library that decodes the file.
    """

    path: Path
    format: Format
    track: int
    num_video_tracks: int
    num_parts: int = 1
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
    is_interlaced: bool = False
    parity: Literal["", "tff", "bff"] = ""
    hides_fields: bool = False
    color: ColorProfile = field(default_factory=ColorProfile)
    white_cd_m2: float = MIN_WHITE_CD_M2
    timeline: Timeline
    decoder: Literal["opencv", "pyav", "pillow"] = "pyav"

    @property
    def upright_size(self) -> tuple[int, int]:
        """(width, height) in pixels as displayed: with square pixels and after rotation."""
        width, height = square_pixel_size(self.width, self.height, self.pixel_aspect)
        return (height, width) if self.rotation % 180 else (width, height)

    @property
    def upright_pixel_aspect(self) -> float:
        """Width of a pixel divided by its height, after rotation; above 0."""
        return 1 / self.pixel_aspect if self.rotation % 180 else self.pixel_aspect

    def index_at(self, time_s: float) -> int:
        """Return the index (from 0) of the frame nearest to a presentation time in seconds.

        Without a timeline, estimate it from the frame rate (1 Hz if that is unknown too); the
        estimate may lie beyond the last frame.
        """
        if len(self.timeline.times_s):
            return self.timeline.index_at(time_s)
        return round(max(0.0, time_s - self.timeline.first_s) * (self.fps or 1.0))

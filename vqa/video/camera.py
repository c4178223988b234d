"""Cameras: frames of a local device or a network stream, as they arrive."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import av

from vqa.errors import VideoUnreadable
from vqa.video.container import FORMATS, MAX_FRAME_PIXELS
from vqa.video.frame import scaled_size
from vqa.video.sandbox import camera_iterator
from vqa.video.wire_format import register

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SCHEMES = ("http", "https", "rtsp", "rtsps")
_DEVICE = re.compile(r"/dev/video\d+")
_PROTOCOLS = "http,https,tls,tcp,udp,rtp,rtsp,rtsps,crypto"
_OPEN_S, _READ_S = 10.0, 20.0


@register
@dataclass(frozen=True)
class CameraFrame:
    """Frame of a camera.

    Args:
        arrival_s: time of its arrival, in seconds since the epoch.
        rgb: (H, W, 3) uint8 RGB, downscaled, not rotated.
    """

    arrival_s: float
    rgb: NDArray[np.uint8]


def is_camera(address: str) -> bool:
    """Whether an address is an http(s) or rtsp(s) URL (in any case), or `/dev/video` and a number.

    It is not checked whether the camera exists.
    """
    return address.partition("://")[0].lower() in _SCHEMES or bool(_DEVICE.fullmatch(address))


@camera_iterator
def read_camera(
    address: str, *, interval_s: float = 1.0, short_side_px: int = 360
) -> Iterator[CameraFrame]:
    """Yield frames of a camera as they arrive, at most one per interval on average, until it ends.

    Two frames are at least half an interval apart. The camera is read in a worker process of its
    own, which may use the network; closing the generator ends it.

    Args:
        address: see `is_camera`; the camera may be in a private network.
        interval_s: least mean time between two frames, in seconds.
        short_side_px: maximum short side of a frame, in pixels; smaller frames keep their size.

    Raises:
        VideoUnreadable: the camera cannot be opened, sends no video, or the connection is lost; for
            a network stream also if opening takes 10 s, or no data comes for 20 s.
        VideoTooLarge: no frame comes for 30 s more than the interval.
    """
    try:
        with _open(address) as container:
            streams = [s for s in container.streams.video if s.codec_context is not None]
            if not streams:
                raise VideoUnreadable(
                    f"The camera {safe_address(address)} sends no picture.",
                    cure="Check the address.",
                )
            streams[0].codec_context.options = {"max_pixels": str(MAX_FRAME_PIXELS)}
            next_s = 0.0
            for frame in _decode(container, streams[0]):
                now_s = time.time()
                if now_s < next_s:
                    continue
                next_s = max(next_s + interval_s, now_s + interval_s / 2)
                width, height = scaled_size(frame.width, frame.height, short_side_px)
                rgb = frame.to_ndarray(
                    format="rgb24", width=width, height=height, interpolation="AREA"
                )
                yield CameraFrame(now_s, rgb)
    except (av.FFmpegError, OSError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise VideoUnreadable(
            f"The camera {safe_address(address)} cannot be read ({reason}).",
            cure="Check that it is switched on, and its address, user name and password.",
        ) from error


def safe_address(address: str) -> str:
    """Return an address without its user name and password, for messages; else unchanged."""
    # As FFmpeg does, take the last @ before the path: a password may contain others.
    return re.sub(r"(?<=://)[^/?#]*@", "", address)


def _open(address: str) -> Any:
    if _DEVICE.fullmatch(address):
        return av.open(address, format="v4l2" if sys.platform == "linux" else None)
    options = {
        "protocol_whitelist": _PROTOCOLS,
        "format_whitelist": ",".join([*FORMATS, "rtsp", "mpjpeg", "rtp", "sdp"]),
        "rtsp_transport": "tcp",
        "analyzeduration": "1000000",  # microseconds; more would delay the first frame
    }
    return av.open(address, options=options, timeout=(_OPEN_S, _READ_S))


def _decode(container: Any, stream: Any) -> Iterator[Any]:
    """Yield the frames of a stream; damaged packets are skipped."""
    for packet in container.demux(stream):
        try:
            yield from packet.decode()
        except av.InvalidDataError:
            continue

"""PyAV decoder: files on which OpenCV fails, interlaced and HDR frames.

Damaged packets and frames are skipped; the next intact frame has `follows_damage` set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from vqa.errors import VideoUnreadable
from vqa.video.color import map_to_bt709
from vqa.video.container import MAX_FRAME_PIXELS, display_name, open_container
from vqa.video.frame import DecodedFrame, scaled_size, square_pixel_size
from vqa.video.opencv import resize_to_short_side
from vqa.video.packets import JumpCorrection, decoder_of, read_packets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vqa.video.source import Source

_ONE_STEP_FACTOR, _ONE_STEP_FACTOR_DEEP = 4, 2
MIN_STEP_S = 1e-4


def decode_frames(source: Source, *, start_s: float = 0.0) -> Iterator[DecodedFrame]:
    """Yield the deinterlaced frames of a video track in presentation order.

    If the container is seekable, decoding starts at the keyframe before `start_s` (seconds), else
    at the first frame. Damaged frames are left out.

    Raises:
        VideoError: the file cannot be opened, or is encrypted.
    """
    with open_container(source.path) as container:
        stream = prepare_stream(container, source)
        if start_s > 0 and source.format.seekable:
            seek(container, stream, source, start_s)
        yield from clocked_frames(container, stream, source)


def decode_first_frames(source: Source, count: int) -> list[Any]:
    """Return the first `count` decodable frames (or all) as `av.VideoFrame`s, not deinterlaced."""
    return list(islice(decode_intact_frames(source), count))


def decode_intact_frames(source: Source) -> Iterator[Any]:
    """Yield the decodable frames from the start as `av.VideoFrame`s, not deinterlaced."""
    with open_container(source.path) as container:
        stream = prepare_stream(container, source, threads=1)
        frames = decode_stream(container, stream, source.timeline.shifts_s)
        yield from (frame for frame in frames if frame is not None)


def prepare_stream(container: Any, source: Source, *, threads: int = 0) -> Any:
    """Return the video track of an open container, with the pixel limit and threading set.

    Args:
        container: an open `av` container of the source.
        source: the video.
        threads: 1 for a single decoder thread; 0 lets FFmpeg choose.
    """
    stream = container.streams[source.track]
    stream.codec_context.options = {"max_pixels": str(MAX_FRAME_PIXELS)}
    if threads == 1:
        stream.codec_context.thread_count = 1
    else:
        stream.thread_type = "AUTO"
    return stream


def seek(container: Any, stream: Any, source: Source, time_s: float) -> None:
    """Move an open, seekable container to the keyframe at or before a time on the file's clock.

    `time_s` is in seconds.
    """
    target_s = time_s + source.timeline.origin_s
    container.seek(round(target_s / float(stream.time_base)), stream=stream)


def clocked_frames(
    container: Any, stream: Any, source: Source, *, skips: Callable[[float], bool] | None = None
) -> Iterator[DecodedFrame]:
    """Decode from the container's position, deinterlace, and yield the frames whose times rise.

    Args:
        container: open `av` container, at the position to start from.
        stream: its video track.
        source: the video.
        skips: takes the time of a packet in seconds and returns whether its frame may be left out
            if no other frame refers to it; None decodes all frames.
    """
    timeline, base = source.timeline, float(stream.time_base)
    is_ordinal = timeline.is_ordinal
    deinterlacer = Deinterlacer(source.parity)
    number, last_s, follows_damage, has_number = 0, -np.inf, False, True

    def skips_packet(packet: Any) -> bool:
        if skips is None or packet.pts is None:
            return False
        return skips(packet.pts * base - timeline.origin_s)

    frames = decode_stream(
        container,
        stream,
        source.timeline.shifts_s,
        numbers_packets=is_ordinal,
        skips=None if skips is None else skips_packet,
    )
    for frame in frames:
        if frame is None or frame.is_corrupt:
            follows_damage, has_number = True, False
            number += 1
            continue
        if not has_number and frame.key_frame and frame.pts is not None:
            # Its packet's number: all that got lost, also silently, was before it.
            number, has_number = frame.pts, True
        frame.time_base = stream.time_base  # unset in frames that flushing yields
        if is_ordinal:
            frame.pts = round((timeline.ordinal_time_s(number) + timeline.origin_s) / base)
        number += 1
        outputs = deinterlacer.process(frame)
        for time_s, output in _with_times(outputs, source, last_s):
            yield decoded_frame(output, time_s, source, follows_damage)
            last_s, follows_damage = time_s, False
    for time_s, output in _with_times(deinterlacer.flush(), source, last_s):
        yield decoded_frame(output, time_s, source, follows_damage)
        last_s, follows_damage = time_s, False


def _with_times(
    frames: Iterable[Any], source: Source, last_s: float
) -> Iterator[tuple[float, Any]]:
    """Yield (time in seconds, frame) of the frames whose times rise from `last_s` on.

    Frames without a timestamp, and those that are out of order, are left out.
    """
    for frame in frames:
        time_s = clock_time_s(frame, source, last_s)
        if time_s is not None:
            yield time_s, frame
            last_s = time_s


def clock_time_s(frame: Any, source: Source, last_s: float) -> float | None:
    """Return the time of a frame on the file's clock in seconds, at least 0.

    None if the frame has no timestamp, or its time is not over 0.1 ms after `last_s` (out of order
    after damage).
    """
    if frame.pts is None:
        return None
    time_s = max(0.0, frame.time - source.timeline.origin_s)
    return time_s if time_s > last_s + MIN_STEP_S else None


def decoded_frame(frame: Any, time_s: float, source: Source, follows_damage: bool) -> DecodedFrame:
    """Wrap an `av.VideoFrame`; `follows_damage` is whether data before it could not be decoded."""
    index = source.index_at(time_s)
    return DecodedFrame(
        index,
        time_s,
        lambda side: to_rgb(frame, source, side),
        lambda side: _preview(frame, side),
        convert_later=(lambda side: _tone_mapping(frame, source, side))
        if source.color.needs_mapping
        else None,
        follows_damage=follows_damage,
    )


def _preview(frame: Any, short_side_px: int) -> NDArray[np.uint8]:
    width, height = scaled_size(frame.width, frame.height, short_side_px)
    return _convert(frame, "rgb24", width, height)


def decode_stream(
    container: Any,
    stream: Any,
    shifts_s: tuple[float, ...],
    *,
    numbers_packets: bool = False,
    skips: Callable[[Any], bool] | None = None,
) -> Iterator[Any]:
    """Yield the decoded frames of a track, not deinterlaced; None for a packet that is undecodable.

    Args:
        container: open `av` container, at the position to start from.
        stream: video or audio track.
        shifts_s: shift in seconds to add to the timestamps after each of their jumps; empty without
            jumps.
        numbers_packets: whether each frame gets its packet's number in file order as timestamp.
        skips: takes a packet and returns whether its frame may be left out if no other frame refers
            to it; None decodes all frames.

    Raises:
        VideoUnreadable: the track is encrypted; a decoder would take it for noise.
    """
    correction = JumpCorrection(shifts_s) if shifts_s else None
    base = float(stream.time_base)
    context = decoder_of(container, stream)
    for number, packet in enumerate(read_packets(container, [stream])):
        if number == 0 and packet.has_sidedata("encryption_info"):
            raise VideoUnreadable(
                f"{display_name(Path(container.name))} is encrypted (copy protection, DRM) and cannot be decoded.",
                cure="Use a copy without encryption.",
            )
        if numbers_packets:
            packet.pts = packet.dts = number
        if correction is not None:
            stamp = packet.dts if packet.dts is not None else packet.pts
            if stamp is not None:
                duration_s = (packet.duration or 0) * base
                shift = correction.shift_s(stream.index, stamp * base, duration_s)
                packet.pts = None if packet.pts is None else packet.pts + round(shift / base)
                packet.dts = None if packet.dts is None else packet.dts + round(shift / base)
        if (part_context := decoder_of(container, stream)) is not context:
            # Another part of a joined file; its codec parameters may differ.
            yield from decode_or_none(context, None)
            context.skip_frame, context = "DEFAULT", part_context
        if skips is not None:
            context.skip_frame = "NONREF" if skips(packet) else "DEFAULT"
        yield from decode_or_none(context, packet)
    yield from decode_or_none(context, None)


def decode_or_none(context: Any, packet: Any) -> list[Any]:
    """Return the frames that a packet completes, possibly none; [None] if it cannot be decoded.

    The packet None drains the decoder: the frames that it still buffers are returned. Raises
    MemoryError without memory for a frame; damaged packets may ask for an absurd amount.
    """
    try:
        return list(context.decode(packet))
    except av.FFmpegError as error:
        if isinstance(error, av.MemoryError):
            bytearray(4 * context.width * context.height)
        return [] if isinstance(error, av.EOFError) else [None]


class Deinterlacer:
    """Motion-adaptive deinterlacer of consecutive frames (FFmpeg's bwdif); keeps the frame rate.

    Progressive frames pass unchanged; those before the first interlaced one do so without delay.

    Args:
        parity: field order, `tff` or `bff`, with which all frames are deinterlaced; empty where
            each frame states whether it is interlaced.
    """

    def __init__(self, parity: str = "") -> None:
        self._parity = parity
        self._graph: Any = None
        self._shape: tuple[int, int, str] | None = None

    def process(self, frame: Any) -> Iterator[Any]:
        """Feed one decoded `av.VideoFrame`; yield the deinterlaced frames that are ready.

        There may be none, because the filter compares each frame with its neighbours.
        """
        if self._graph is None and not (frame.interlaced_frame or self._parity):
            yield frame
            return
        shape = (frame.width, frame.height, frame.format.name)
        if shape != self._shape:
            yield from self.flush()
            self._shape = shape
            self._graph = _bwdif_graph(frame, self._parity)
        self._graph.push(frame)
        yield from self._pull()

    def flush(self) -> Iterator[Any]:
        """Yield the frames that are still buffered, and reset the filter."""
        if self._graph is not None:
            self._graph.push(None)
            yield from self._pull()
            self._graph, self._shape = None, None

    def _pull(self) -> Iterator[Any]:
        while True:
            try:
                yield self._graph.pull()
            except (av.BlockingIOError, av.EOFError):
                return


def _bwdif_graph(frame: Any, parity: str) -> Any:
    graph = av.filter.Graph()
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format.name, time_base=frame.time_base
    )
    which = f"deint=all:parity={parity}" if parity else "deint=interlaced"
    bwdif = graph.add("bwdif", f"mode=send_frame:{which}")
    sink = graph.add("buffersink")
    source.link_to(bwdif)
    bwdif.link_to(sink)
    graph.configure()
    return graph


def to_rgb(
    frame: Any, source: Source, short_side_px: int, *, in_one_step: bool = True
) -> NDArray[np.uint8]:
    """Convert a frame to (H, W, 3) uint8 RGB, upright, downscaled, BT.709, over white if transparent.

    Args:
        frame: the decoded `av.VideoFrame`.
        source: the video that the frame is from.
        short_side_px: maximum short side of the result, which has square pixels.
        in_one_step: whether FFmpeg may convert and scale in one step if that is faster and scales
            by 4 or more, or by 2 or more if the frame has more than 8 bits; otherwise convert
            first, as OpenCV does.
    """
    if source.color.needs_mapping:
        return _tone_mapping(frame, source, short_side_px)()
    square = square_pixel_size(frame.width, frame.height, source.pixel_aspect)
    width, height = scaled_size(*square, short_side_px)
    if any(component.is_alpha for component in frame.format.components):
        picture = _on_white(_convert(frame, "rgba", width, height))
    elif in_one_step and width * _one_step_factor(frame) <= square[0]:
        picture = _convert(frame, "rgb24", width, height)
    else:
        full = frame.to_ndarray(format="rgb24", interpolation="BICUBIC", threads=1)
        picture = resize_to_short_side(full, short_side_px, source.pixel_aspect)
    return _rotate(picture, round(frame.rotation / 90) % 4)


def _tone_mapping(
    frame: Any, source: Source, short_side_px: int
) -> Callable[[], NDArray[np.uint8]]:
    """Downscale an HDR or wide-gamut frame; return a function that maps it to 8-bit BT.709.

    That function takes nothing and returns (H, W, 3) uint8 RGB, upright, with square pixels.
    """
    square = square_pixel_size(frame.width, frame.height, source.pixel_aspect)
    width, height = scaled_size(*square, short_side_px)
    turns = round(frame.rotation / 90) % 4
    if not frame.format.is_rgb:
        frame = frame.reformat(
            width=width, height=height, format="yuv444p16le", interpolation="AREA", threads=1
        )

    def tone_map() -> NDArray[np.uint8]:
        wide = wide_rgb(frame, width, height)
        return _rotate(map_to_bt709(wide, source.color, white_cd_m2=source.white_cd_m2), turns)

    return tone_map


def _rotate(picture: NDArray[np.uint8], turns: int) -> NDArray[np.uint8]:
    """Turn (H, W, 3) counter-clockwise by a number of right angles."""
    return np.ascontiguousarray(np.rot90(picture, turns)) if turns else picture


def wide_rgb(frame: Any, width: int, height: int) -> NDArray[np.uint16]:
    """Convert an `av.VideoFrame` to (height, width, 3) uint16 RGB of its own transfer function."""
    return _convert(frame, "rgb48le", width, height)


def _convert(frame: Any, pixel_format: str, width: int, height: int) -> NDArray[Any]:
    """Convert an `av.VideoFrame` to a pixel format, (height, width, C), scaled by averaging.

    With one thread, because starting more for each frame costs more than they gain.
    """
    pixels: NDArray[Any] = frame.to_ndarray(
        format=pixel_format, width=width, height=height, interpolation="AREA", threads=1
    )
    return pixels


def _one_step_factor(frame: Any) -> int:
    is_deep = any(component.bits > 8 for component in frame.format.components)
    return _ONE_STEP_FACTOR_DEEP if is_deep else _ONE_STEP_FACTOR


def _on_white(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Blend (H, W, 4) uint8 RGBA over white; return (H, W, 3) uint8 RGB."""
    alpha = rgba[..., 3:].astype(np.float32) / 255
    blend = rgba[..., :3] * alpha + 255 * (1 - alpha)
    return np.round(blend).astype(np.uint8)


def decodable_codecs(names: Iterable[str]) -> list[str]:
    """Return those of the codec names that this build of FFmpeg decodes in software, in order."""
    decoders = {"av1": "libdav1d"}  # FFmpeg's own decoder of AV1 needs hardware
    available = []
    for name in names:
        try:
            av.codec.Codec(decoders.get(name, name), "r")
        except ValueError:  # av.codec.codec.UnknownCodecError
            continue
        available.append(name)
    return available

"""Inspection of a file before decoding: metadata, timeline, and choice of the decoder."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from vqa.errors import VideoUnreadable
from vqa.video import image, opencv
from vqa.video.bitstream import allows_fields
from vqa.video.color import color_profile, reference_white
from vqa.video.container import (
    FORMATS,
    Format,
    check_file,
    check_frame_size,
    describe,
    display_name,
    is_cut_off,
    is_webp,
    open_container,
)
from vqa.video.interlacing import detect_parity, may_be_interlaced
from vqa.video.packets import JoinedContainer
from vqa.video.pyav import decode_first_frames, decode_intact_frames, to_rgb, wide_rgb
from vqa.video.sampling import uniform_times
from vqa.video.seeking_decoder import SeekingDecoder
from vqa.video.source import Source
from vqa.video.timeline import Timeline, header_timeline, scan_timeline
from vqa.video.tracks import select_video_stream

_MAX_FPS = 1000
_MAX_DURATION_S = 30 * 24 * 3600
_MAX_PIXEL_ASPECT = 8.0
_MAX_SCAN_BYTES, _MAX_SCAN_FRAMES = 300_000_000, 30_000
_FIRST_FRAMES = 6
_CACHE_SIZE = 4
_WHITE_SAMPLES, _WHITE_SAMPLE_PX = 4, (128, 72)
_SAMPLE_SIDE_PX = 72
_MAX_DIFFERENCE = 6.0
_TRUNCATED_S, _TRUNCATED_SHARE = 1.0, 0.1
_LONG_LAST_PICTURE_S = 0.5
_STILL_BRANDS = ("avif", "mif1", "heic", "heix")  # ISO 23008-12; sequences are avis, msf1, hevc
_CODECS_WITHOUT_FIELDS = (
    "utvideo huffyuv ffvhuff magicyuv cfhd v210 ffv1 rawvideo lagarith"
).split()
# FFmpeg's numbers of the field orders. The field that is stored first is displayed first: programs
# write the orders 4 and 5 for that, too.
_UNKNOWN_ORDER = 0
_PARITIES: dict[int, Literal["", "tff", "bff"]] = {2: "tff", 3: "bff", 4: "tff", 5: "bff"}
_DOLBY_VISION_CODECS = ("hevc", "av1")


@dataclass(frozen=True)
class DecoderRule:
    """Kind of file that PyAV must decode, because OpenCV fails on it.

    Args:
        kind: name of the kind, for the documentation and tests.
        applies: takes an inspected source and returns whether it is of that kind.
        reason: what OpenCV does with such a file.
    """

    kind: str
    applies: Callable[[Source], bool]
    reason: str


_PLAIN_PIXEL_FORMATS = (
    "yuv420p yuvj420p yuv422p yuvj422p yuv444p yuvj444p nv12 gray pal8 rgb8 bgr8 rgb24 bgr24 bgra"
).split()
DECODER_RULES = (
    DecoderRule("AV1", lambda s: s.codec == "av1", "opens, and yields no frame"),
    DecoderRule("interlaced", lambda s: s.is_interlaced, "black or uninitialized frames"),
    DecoderRule(
        "HDR, wide gamut", lambda s: s.color.needs_mapping, "seconds to open, washed-out colors"
    ),
    DecoderRule(
        "deep or alpha", lambda s: s.pixel_format not in _PLAIN_PIXEL_FORMATS, "black frames"
    ),
    DecoderRule(
        "changing size", lambda s: s.timeline.changes_size, "later frames stretched to the first"
    ),
    DecoderRule(
        "joined streams", lambda s: bool(s.timeline.shifts_s), "times start again at each join"
    ),
    DecoderRule(
        "no stored times",
        lambda s: s.timeline.is_ordinal and (s.reorders_frames or s.format.demuxer != "avi"),
        "times late or zero",
    ),
    DecoderRule("joined files", lambda s: s.num_parts > 1, "reads the first of them"),
    DecoderRule("several tracks", lambda s: s.num_video_tracks > 1, "reads the first track"),
    DecoderRule("name not UTF-8", lambda s: not _is_utf8(s.path), "crashes the process"),
    DecoderRule("damaged", lambda s: bool(s.timeline.gaps_s), "stops at the first damaged packet"),
)
"""Kinds of files that PyAV decodes; OpenCV decodes all others whose first frame equals PyAV's."""


def inspect(path: Path, *, scans_all: bool = False) -> Source:
    """Return what decoders need to know about a file; decodes its first frames to find out.

    The results for the last four files are remembered, until a file changes.

    Args:
        path: the file.
        scans_all: whether to read the packets also of a file over 300 MB or of over 30,000 frames.
            Such a file otherwise has no timeline, if its container can seek and states a duration.

    Raises:
        VideoNotFound: there is no such file.
        VideoEmpty: the file has no bytes.
        VideoUnreadable: the file may not be read or is not a video, its frame size is impossible,
            its colours cannot be decoded (Dolby Vision profile 5), or no frame can be decoded.
        VideoHasNoPicture: the file has only audio or data.
        VideoTooLarge: a frame has more than 40 million pixels.
    """
    check_file(path)
    stat = path.stat()
    state = (stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
    return _inspect_state(path, state, scans_all)


@lru_cache(maxsize=_CACHE_SIZE)
def _inspect_state(path: Path, _state: tuple[int, ...], scans_all: bool) -> Source:
    """Inspect a file in a state that its device, inode, size and times identify; see `inspect`.

    The windows of a long video are read one after another, and each needs the result.
    """
    if is_webp(path):
        return _inspect_animation(path)
    source = _inspect_container(path, scans_all=scans_all)
    frames = decode_first_frames(source, _FIRST_FRAMES)
    if not frames:
        raise VideoUnreadable(
            f"{display_name(path)} opens, but none of its frames can be decoded (codec {source.codec}).",
            cure="The file is damaged or incomplete; download or export it again.",
        )
    first = frames[0]
    if any(frame.interlaced_frame for frame in frames):
        source = replace(source, is_interlaced=True, parity="")
    elif source.hides_fields:
        parity = detect_parity(decode_intact_frames(source))
        source = replace(source, is_interlaced=bool(parity), parity=parity)
    source = replace(
        source,
        rotation=round(first.rotation / 90) * 90 % 360,
        color=color_profile(first.color_trc, first.color_primaries),
        pixel_format=first.format.name,
    )
    if source.color.transfer != "sdr":
        source = replace(source, white_cd_m2=_measure_white(source, first))
    return replace(source, decoder=_choose_decoder(source, first))


def _inspect_container(path: Path, *, scans_all: bool) -> Source:
    with open_container(path) as container:
        form = FORMATS[container.format.name]
        stream = select_video_stream(container, path)
        context = stream.codec_context
        check_frame_size(path, context.width, context.height)
        _check_is_displayable(path, container, stream)
        header_s = None if container.duration is None else container.duration / 1e6
        if header_s is not None and not 0 < header_s <= _MAX_DURATION_S:
            header_s = None
        is_short = path.stat().st_size <= _MAX_SCAN_BYTES and stream.frames <= _MAX_SCAN_FRAMES
        is_scanned = scans_all or is_short or not form.seekable or header_s is None
        if is_scanned:
            timeline = scan_timeline(container, stream, form)
        else:
            timeline = header_timeline(container, stream, form)
        aspect = float(stream.sample_aspect_ratio or 1)
        # Where the file stores no times, the average is a default of FFmpeg.
        rates = [stream.average_rate, stream.guessed_rate][:: -1 if timeline.is_ordinal else 1]
        has_audio = bool(container.streams.audio)
        is_joined = isinstance(container, JoinedContainer)
        codec = context.codec.canonical_name  # not the decoder's, such as libdav1d
        is_silent_on_fields = codec in _CODECS_WITHOUT_FIELDS
        field_order = int(context.field_order)
        parity = _PARITIES.get(field_order, "") if is_silent_on_fields else ""
        source = Source(
            path=path,
            format=form,
            track=stream.index,
            num_video_tracks=sum(s.type == "video" for s in container.streams),
            codec=codec,
            pixel_format=context.pix_fmt or "",
            width=context.width,
            height=context.height,
            pixel_aspect=aspect if 1 / _MAX_PIXEL_ASPECT <= aspect <= _MAX_PIXEL_ASPECT else 1.0,
            fps=next((float(r) for r in rates if r and 0 < r <= _MAX_FPS), None),
            num_frames=stream.frames if 0 < stream.frames < 10**9 and not is_joined else None,
            duration_s=timeline.file_end_s,
            picture_end_s=timeline.end_s,
            is_truncated=is_joined and not container.is_complete,
            has_audio=has_audio,
            reorders_frames=bool(context.has_b_frames),
            is_interlaced=bool(parity)
            or timeline.allows_fields
            or allows_fields(codec, bytes(context.extradata or b"")),
            parity=parity,
            hides_fields=is_silent_on_fields
            and field_order == _UNKNOWN_ORDER
            and may_be_interlaced(context.height),
            timeline=timeline,
            num_parts=container.num_parts if is_joined else 1,
        )
    if header_s is None or form.resets or timeline.is_ordinal or not is_scanned:
        return source
    return _reconcile_durations(source, header_s)


def _reconcile_durations(source: Source, header_s: float) -> Source:
    """Return the source with its durations and `is_truncated` corrected by the header's duration.

    If the header's duration exceeds the end of the packets, the file is truncated, or its last
    frame is displayed until then.
    """
    file_end, picture_end = source.duration_s or 0.0, source.picture_end_s or 0.0
    # Matroska and Flash count from the container's zero, which may lie before the first frame.
    header_end = header_s - max(0.0, source.timeline.origin_s)
    missing_s = header_end - file_end
    is_truncated = is_cut_off(source.path, source.format, source.timeline.end_byte)
    if not source.format.demuxer.startswith("matroska"):
        is_truncated |= missing_s > max(_TRUNCATED_S, _TRUNCATED_SHARE * header_end)
    if missing_s <= _LONG_LAST_PICTURE_S:
        return replace(source, is_truncated=is_truncated)
    return replace(
        source,
        is_truncated=is_truncated,
        duration_s=header_end,
        picture_end_s=picture_end if is_truncated or source.has_audio else header_end,
    )


def _inspect_animation(path: Path) -> Source:
    width, height, times_s = image.read_animation_times(path)
    return Source(
        path=path,
        format=Format(demuxer="webp"),
        track=0,
        num_video_tracks=1,
        codec="webp",
        pixel_format="rgba",
        width=width,
        height=height,
        fps=(len(times_s) - 1) / times_s[-1],
        num_frames=len(times_s) - 1,
        duration_s=times_s[-1],
        picture_end_s=times_s[-1],
        has_audio=False,
        timeline=Timeline(
            times_s=np.array(times_s[:-1]), end_s=times_s[-1], file_end_s=times_s[-1]
        ),
        decoder="pillow",
    )


def _check_is_displayable(path: Path, container: Any, stream: Any) -> None:
    """Check that the track is no still picture and that its colours are defined without metadata.

    The base layer of Dolby Vision profiles 5 and 10.0 has colours of its own (IPT), which a decoder
    shows as green and purple; those of the other profiles are HDR10, HLG or SDR.

    Raises:
        VideoUnreadable: it is a still picture, or such a Dolby Vision track.
    """
    if container.metadata.get("major_brand") in _STILL_BRANDS and stream.frames == 1:
        raise VideoUnreadable(
            f"{display_name(path)} is not a video but a still picture.",
            cure="Choose a video file, such as .mp4, .mov, .webm or .mkv.",
        )
    if stream.codec_context.codec.canonical_name in _DOLBY_VISION_CODECS and re.search(
        r"DOVI configuration record:.*compatibility id: 0\b", describe(container)
    ):
        raise VideoUnreadable(
            f"{display_name(path)} is Dolby Vision without a compatible base layer (profile 5 or 10.0), whose colors "
            "cannot be decoded.",
            cure="Export it as HDR10, HLG or SDR, or record it in a Dolby Vision profile 8.",
        )


def _measure_white(source: Source, first_frame: Any) -> float:
    """Estimate the reference white of an HDR track in cd/m²: 100 or 203, see `reference_white`.

    Uses the first frame and, if the container is seekable, keyframes at four times across the
    track.
    """
    samples = [wide_rgb(first_frame, *_WHITE_SAMPLE_PX)]
    if source.format.seekable and source.picture_end_s is not None:
        with SeekingDecoder(source) as decoder:
            times_s = uniform_times(source.timeline.first_s, source.picture_end_s, _WHITE_SAMPLES)
            frames = [decoder.key_av_frame(time_s) for time_s in times_s]
            samples += [wide_rgb(f, *_WHITE_SAMPLE_PX) for f in frames if f is not None]
    return reference_white(samples, source.color)


def _choose_decoder(source: Source, first_frame: Any) -> Literal["opencv", "pyav"]:
    if any(rule.applies(source) for rule in DECODER_RULES):
        return "pyav"
    reference = to_rgb(first_frame, source, _SAMPLE_SIDE_PX, in_one_step=False)
    actual = opencv.decode_first_frame(source, _SAMPLE_SIDE_PX)
    if actual is None or actual.shape != reference.shape:
        return "pyav"
    difference = np.abs(actual.astype(np.int16) - reference.astype(np.int16)).mean()
    return "opencv" if difference <= _MAX_DIFFERENCE else "pyav"


def _is_utf8(path: Path) -> bool:
    try:
        str(path.absolute()).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True

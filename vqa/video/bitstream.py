"""Headers inside of video packets: frame size, fields of interlaced frames, intra-coded slices."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

# Bytes of a packet that are searched for headers, and for the first slice.
_HEAD_BYTES, _SLICE_HEAD_BYTES = 4096, 1024
_MAX_UNITS = 1000
_H263_TICK_S = 1001 / 30000
_KEY_INTERVAL = re.compile(rb"[ :]keyint=(\d{1,6})\b")
_SCENE_CUT = re.compile(rb"[ :]scenecut=[1-9]")
_MPEG2_SEQUENCE, _MPEG2_EXTENSION = b"\0\0\1\xb3", b"\0\0\1\xb5"
# profile_idc of the H.264 profiles whose parameter set states a chroma format
_H264_HIGH_PROFILES = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})


def size_marker(codec: str, packet: Any) -> bytes:
    """Return bytes of a keyframe packet that change with the frame size; b"" if there are none.

    Known for VP8, VP9 (profile 0), MPEG-2, H.264 and HEVC; b"" for other codecs. A packet with new
    extradata gives b"new extradata". The bytes are for comparison only.

    Args:
        codec: FFmpeg's name of the codec or decoder.
        packet: the keyframe, an `av.Packet`.

    Source: RFC 6386 section 9.1 (VP8), the VP9 bitstream section 6.2, ISO 13818-2 section 6.2.2.1,
    and the sequence parameter sets of H.264 and HEVC.
    """
    if packet.has_sidedata("new_extradata"):
        return b"new extradata"
    data = bytes(memoryview(packet)[:_HEAD_BYTES])
    if codec in ("vp8", "libvpx"):
        return bytes((data[6], data[7] & 0x3F, data[8], data[9] & 0x3F)) if len(data) > 9 else b""
    if codec == "vp9" and len(data) > 10 and data[0] >> 4 == 0b1000:  # profile 0
        bits = int.from_bytes(data[4:10], "big")
        return ((bits >> 8) & 0xFFFFFFFF).to_bytes(4, "big")
    if codec == "mpeg2video":
        start = data.find(_MPEG2_SEQUENCE)
        return data[start + 4 : start + 7] if start >= 0 else b""
    if codec in ("h264", "hevc"):
        return _parameter_set(codec, memoryview(packet))
    return b""


def _parameter_set(codec: str, packet: bytes | memoryview) -> bytes:
    """Return the first sequence parameter set in the first 4096 bytes of a whole packet, or b"".

    The unit begins with its NAL header; zero bytes at its end are removed.
    """
    for unit in _units(packet, _HEAD_BYTES):
        kind = unit[0] & 0x1F if codec == "h264" else unit[0] >> 1 & 0x3F
        if kind == (7 if codec == "h264" else 33):
            return unit.rstrip(b"\0")
    return b""


def _h264_parameter_set(packet: bytes | memoryview) -> bytes:
    """Return the first sequence parameter set of a whole packet or of extradata, or b"".

    Extradata is in Annex B format or an AVCC record, which begins with its version, 1.
    """
    head = bytes(memoryview(packet)[:_HEAD_BYTES])
    return _first_of_avcc(head) if head[:1] == b"\1" else _parameter_set("h264", packet)


def _units(packet: bytes | memoryview, head_bytes: int) -> Iterator[bytes]:
    """Yield the NAL units in the head of a packet of H.264 or HEVC; the last may be incomplete.

    A packet that begins with a start code is in Annex B format, unless it is a chain of units with
    lengths of four bytes (`_has_lengths`); any other packet is such a chain. Units have neither
    start code nor length, but in Annex B format, zero bytes may follow a unit. Empty units are left
    out.

    Args:
        packet: the whole packet, because only its end tells a length of 256 to 511 from a start
            code.
        head_bytes: number of bytes to search.
    """
    view = memoryview(packet)
    data = bytes(view[:head_bytes])
    annex_b = data.startswith((b"\0\0\0\1", b"\0\0\1")) and not _has_lengths(view)
    at = 0
    while at + 5 < len(data):
        if annex_b:
            at = data.find(b"\0\0\1", at) + 3
            if at < 3:
                break
            end = data.find(b"\0\0\1", at)
            end = len(data) if end < 0 else end
        else:
            end = at + 4 + int.from_bytes(data[at : at + 4], "big")
            at += 4
        if unit := data[at:end]:
            yield unit
        at = end


def _has_lengths(data: memoryview) -> bool:
    """Whether a packet is a chain of units with lengths of four bytes that ends with the packet.

    A first unit of 256 to 511 bytes begins like a start code: 0, 0, 1. False for more than 1000
    units, so that a damaged packet costs little time.
    """
    at = 0
    for _ in range(_MAX_UNITS):
        if at + 4 > len(data):
            break
        at += 4 + int.from_bytes(data[at : at + 4], "big")
    return at == len(data)


def allows_fields(codec: str, packet: bytes | memoryview) -> bool:
    """Whether the headers of a track allow interlaced frames, even if its first ones are not.

    Known for H.264 and MPEG-2; False for other codecs and without headers.

    Args:
        codec: FFmpeg's name of the codec.
        packet: a whole keyframe packet, or the extradata of the track.

    Source: ITU-T H.264 section 7.3.2.1.1 (frame_mbs_only_flag), H.262 section 6.2.2.3
    (progressive_sequence).
    """
    if codec == "mpeg2video":
        data = bytes(memoryview(packet)[:_HEAD_BYTES])
        at = data.find(_MPEG2_EXTENSION)
        is_sequence = at >= 0 and len(data) > at + 5 and data[at + 4] >> 4 == 1
        return is_sequence and not data[at + 5] & 0x08
    if codec != "h264":
        return False
    parameter_set = _h264_parameter_set(packet)
    try:
        return bool(parameter_set) and not _frame_flags(parameter_set)[1]
    except IndexError:
        return False


def starts_with_intra_slice(codec: str, packet: bytes | memoryview) -> bool:
    """Whether the first slice of a packet is intra-coded (an I slice), also if it is no keyframe.

    Known for H.264 and HEVC; False for other codecs, and if the slice header is not within the
    first 1024 bytes.

    Args:
        codec: FFmpeg's name of the codec.
        packet: the whole packet.

    Source: ITU-T H.264 section 7.3.3, H.265 section 7.3.6.1 (slice headers; without extra bits).
    """
    try:
        for unit in _units(packet, _SLICE_HEAD_BYTES):
            if codec == "h264" and unit[0] & 0x1F in (1, 5):
                bits = _Bits(unit[1:])
                bits.read_exp_golomb()  # first_mb_in_slice
                return bits.read_exp_golomb() % 5 == 2
            if codec == "hevc" and unit[0] >> 1 & 0x3F < 32:
                bits = _Bits(unit[2:])
                bits.read(1)  # first_slice_segment_in_pic_flag
                bits.read(1 if 16 <= unit[0] >> 1 & 0x3F <= 23 else 0)
                bits.read_exp_golomb()  # slice_pic_parameter_set_id
                return bits.read_exp_golomb() == 2
    except IndexError:
        return False
    return False


def scene_cut_interval(data: bytes | memoryview) -> int | None:
    """Return the setting `keyint` of x264 or x265: the most frames in a group of pictures.

    A shorter group ends at a scene change, or where the user of the encoder forced a keyframe. None
    if the settings are not stored in the data, or if the encoder ignores scene changes.

    Args:
        data: the first packet or the extradata of a track. The settings are text in an unregistered
            SEI message.
    """
    text = bytes(memoryview(data)[:_HEAD_BYTES])
    interval, threshold = _KEY_INTERVAL.search(text), _SCENE_CUT.search(text)
    return int(interval[1]) if interval and threshold else None


class H263Clock:
    """Times of the pictures of an H.263 stream, from the temporal references in their headers.

    A reference counts units of 1001/30000 s, modulo 256.

    Source: ITU-T H.263 sections 5.1.1 and 5.1.2.
    """

    def __init__(self) -> None:
        self._ticks = 0
        self._last: int | None = None

    def time_s(self, data: bytes) -> float:
        """Return the time in seconds of the next picture, and advance the clock by its reference.

        The first picture has time 0. Pictures must be given in file order, each once, at least
        their first four bytes; NaN, and no advance, without a header.
        """
        if len(data) < 4 or data[:2] != b"\0\0" or data[2] & 0xFC != 0x80:
            return math.nan
        reference = (data[2] & 3) << 6 | data[3] >> 2
        self._ticks += 0 if self._last is None else (reference - self._last) % 256
        self._last = reference
        return self._ticks * _H263_TICK_S


class FieldPairs:
    """Detector of second fields: packets of H.264 that complete the frame of the packet before.

    Args:
        extradata: header of the track (AVCC record or Annex B); b"" if the packets have it.

    Source: ITU-T H.264 sections 7.3.3 (slice header) and 7.4.1.2.4 (first and second field).
    """

    def __init__(self, extradata: bytes) -> None:
        self._frame_number_bits = _frame_number_bits(extradata)
        self._open: tuple[int, int] | None = None  # frame number and parity of a first field

    def is_second(self, packet: bytes | memoryview) -> bool:
        """Whether a whole packet is the second field of a frame.

        Call it once per packet, in file order. False for frames, and if no header states the
        fields.
        """
        self._frame_number_bits = _frame_number_bits(packet) or self._frame_number_bits
        try:
            parity = self._field(bytes(memoryview(packet)[:_HEAD_BYTES]))
        except IndexError:
            parity = None
        is_second = None not in (parity, self._open) and self._open == (parity[0], 1 - parity[1])  # type: ignore[index]
        self._open = None if is_second else parity
        return is_second

    def _field(self, data: bytes) -> tuple[int, int] | None:
        """Return (frame number, parity: 0 top, 1 bottom) of a field picture; None for a frame.

        None also if there is no slice, or no header has stated the size of frame numbers.

        Raises:
            IndexError: the slice header is truncated.
        """
        at = data.find(b"\0\0\1")
        while at >= 0 and data[at + 3] & 0x1F not in (1, 5):
            at = data.find(b"\0\0\1", at + 3)
        if at < 0 or self._frame_number_bits is None:
            return None
        bits = _Bits(data[at + 4 : at + 36].replace(b"\0\0\3", b"\0\0"))
        for _ in range(3):
            bits.read_exp_golomb()
        number = bits.read(self._frame_number_bits)
        return (number, bits.read(1)) if bits.read(1) else None


def _frame_number_bits(packet: bytes | memoryview) -> int | None:
    """Return the number of bits of frame_num in slice headers; None if it is not stated.

    It is also None if the parameter set allows no fields. `packet` is extradata or a whole packet.
    """
    parameter_set = _h264_parameter_set(packet)
    try:
        flags = _frame_flags(parameter_set) if parameter_set else None
    except IndexError:
        return None
    return None if flags is None or flags[1] else flags[0]


def _first_of_avcc(data: bytes) -> bytes:
    """Return the first sequence parameter set of an AVCDecoderConfigurationRecord, or b""."""
    length = int.from_bytes(data[6:8], "big")
    return data[8 : 8 + length]


def _frame_flags(parameter_set: bytes) -> tuple[int, bool]:
    """Return (number of bits of frame_num, frame_mbs_only_flag) of an H.264 parameter set.

    Raises:
        IndexError: it is truncated.
    """
    bits = _Bits(parameter_set[1:].replace(b"\0\0\3", b"\0\0"))
    profile = bits.read(8)
    bits.read(16)
    bits.read_exp_golomb()
    if profile in _H264_HIGH_PROFILES:
        chroma_format = bits.read_exp_golomb()
        bits.read(1 if chroma_format == 3 else 0)
        for _ in range(2):  # bit depths
            bits.read_exp_golomb()
        bits.read(1)
        if bits.read(1):
            _skip_scaling_lists(bits, 12 if chroma_format == 3 else 8)
    frame_number_bits = bits.read_exp_golomb() + 4
    order_type = bits.read_exp_golomb()
    if order_type == 0:
        bits.read_exp_golomb()
    elif order_type == 1:
        bits.read(1)
        for _ in range(2):
            bits.read_exp_golomb()
        for _ in range(bits.read_exp_golomb()):
            bits.read_exp_golomb()
    bits.read_exp_golomb()
    bits.read(1)
    for _ in range(2):  # width and height
        bits.read_exp_golomb()
    return frame_number_bits, bool(bits.read(1))


def _skip_scaling_lists(bits: _Bits, count: int) -> None:
    for number in range(count):
        if not bits.read(1):
            continue
        scale = 8
        for _ in range(16 if number < 6 else 64):
            code = bits.read_exp_golomb()
            scale = (scale + ((code + 1) // 2 if code % 2 else -(code // 2))) % 256
            if scale == 0:
                break


class _Bits:
    """Reader of bits, most significant first; beyond the data, it raises IndexError."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def read(self, count: int) -> int:
        """Return the next `count` bits as an unsigned number; 0 for none."""
        value = 0
        for _ in range(count):
            value = value << 1 | self._data[self._at >> 3] >> (7 - self._at % 8) & 1
            self._at += 1
        return value

    def read_exp_golomb(self) -> int:
        """Return the next unsigned Exp-Golomb code (ue(v))."""
        zeros = 0
        while not self.read(1):
            zeros += 1
        return (1 << zeros) - 1 + self.read(zeros)

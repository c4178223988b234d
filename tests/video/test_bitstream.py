"""Headers inside of packets, also damaged ones."""

from __future__ import annotations

import av
import numpy as np
import pytest

from vqa.video.bitstream import (
    H263Clock,
    allows_fields,
    scene_cut_interval,
    size_marker,
    starts_with_intra_slice,
)

I_SLICE, P_SLICE = bytes((0x41, 0b1011_0000)), bytes((0x41, 0b1110_0000))


@pytest.mark.parametrize("start", [b"\0\0\0\2", b"\0\0\0\1", b"\0\0\0\0" + b"\0\0\0\2"])
def test_intra_slices_are_told_from_others(start: bytes) -> None:
    """With lengths, with start codes, and after an empty unit."""
    assert starts_with_intra_slice("h264", start + I_SLICE + bytes(8))
    assert not starts_with_intra_slice("h264", start + P_SLICE + bytes(8))


def test_a_length_that_looks_like_a_start_code_is_a_length() -> None:
    """A first unit of 256 to 511 bytes: its length begins with the bytes 0, 0, 1."""
    delimiter = bytes((0x09,)) + bytes(299)
    data = len(delimiter).to_bytes(4, "big") + delimiter
    slice_ = I_SLICE + bytes(8)
    assert starts_with_intra_slice("h264", data + len(slice_).to_bytes(4, "big") + slice_)


@pytest.mark.parametrize("first_bytes", [256, 300, 511])
def test_a_length_in_a_large_packet_is_no_start_code(first_bytes: int) -> None:
    """Only the end of the packet, far behind the headers, tells it from one."""
    slice_ = I_SLICE + bytes(100_000)
    parameter_set = bytes((0x67, 77, 0, 30, 0b1111_1001)) + bytes(20)  # frame_mbs_only_flag is 0
    units = (bytes((0x09,)) + bytes(first_bytes - 1), parameter_set, slice_)
    packet = av.Packet(b"".join(len(unit).to_bytes(4, "big") + unit for unit in units))
    packet.is_keyframe = True
    assert starts_with_intra_slice("h264", memoryview(packet))
    assert size_marker("h264", packet) == parameter_set.rstrip(b"\0")


@pytest.mark.parametrize("codec", ["h264", "hevc", "mpeg2video"])
def test_damaged_headers_raise_nothing(codec: str) -> None:
    rng = np.random.default_rng(0)
    for _ in range(300):
        data = bytes(3) + rng.integers(0, 4, 40).astype(np.uint8).tobytes() + rng.bytes(40)
        starts_with_intra_slice(codec, data)
        allows_fields(codec, data)


def test_pictures_of_h263_have_the_times_of_their_headers() -> None:
    clock = H263Clock()
    ticks = [250, 252, 255, 4, 104, 103]  # modulo 256
    times = [clock.time_s(bytes((0, 0, 0x80 | t >> 6, (t & 63) << 2, 0))) for t in ticks]
    assert times == pytest.approx([t * 1001 / 30000 for t in (0, 2, 5, 10, 110, 365)])
    assert np.isnan(clock.time_s(b"\0\0\1\2"))


def test_settings_of_encoders_state_whether_they_mark_scene_cuts() -> None:
    """The text of x264 and of x265."""
    x264 = b"\6\5x264 - options: cabac=1 keyint={} keyint_min=25 scenecut={} intra_refresh=0"
    x265 = b"N\1x265 - options: open-gop min-keyint=25 keyint={} scenecut={} hist-scenecut=0"
    for text in (x264, x265):
        assert scene_cut_interval(text.replace(b"{}", b"250", 1).replace(b"{}", b"40")) == 250
        assert scene_cut_interval(text.replace(b"{}", b"250", 1).replace(b"{}", b"0")) is None
    assert scene_cut_interval(bytes(100)) is None

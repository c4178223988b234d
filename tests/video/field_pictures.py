"""Writer of H.264 streams of field pictures (PAFF), which no free encoder makes: raw (I_PCM) macroblocks.

Source: ITU-T H.264 sections 7.3.2.1, 7.3.2.2, 7.3.3 and 7.3.5.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

WIDTH_MB, FIELD_HEIGHT_MB = 12, 4
DARK, BRIGHT = 40, 235


def write_field_pictures(path: Path, count: int) -> Path:
    """Write frames of 192 x 128 pixels at 25 fps, each of two fields: a bar moves by 16 pixels per field."""
    data = b""
    for number in range(count):
        data += _sequence_parameters() + _picture_parameters()
        for bottom in (0, 1):
            data += _field(bottom, (2 * number + bottom) % WIDTH_MB, number % 2)
    path.write_bytes(data)
    return path


class _Bits:
    """Bits of a NAL unit's payload."""

    def __init__(self) -> None:
        self.bits: list[int] = []

    def fixed(self, *values: tuple[int, int]) -> None:
        """Append (number of bits, value) pairs."""
        for count, value in values:
            self.bits += [value >> shift & 1 for shift in range(count - 1, -1, -1)]

    def repeat(self, byte: int, count: int) -> None:
        """Append a byte several times."""
        self.bits += [byte >> shift & 1 for shift in range(7, -1, -1)] * count

    def golomb(self, *values: int) -> None:
        """Append unsigned Exp-Golomb codes; a signed 0 has the same code."""
        for value in values:
            self.fixed((2 * (value + 1).bit_length() - 1, value + 1))

    def align(self) -> None:
        """Fill the last byte with zeros."""
        self.bits += [0] * (-len(self.bits) % 8)

    def unit(self, header: int) -> bytes:
        """Return the NAL unit with start code, trailing bits and emulation prevention."""
        self.bits.append(1)
        self.align()
        payload = int("".join(map(str, self.bits)), 2).to_bytes(len(self.bits) // 8, "big")
        data, zeros = bytearray(), 0
        for byte in payload:
            if zeros >= 2 and byte <= 3:
                data.append(3)
                zeros = 0
            data.append(byte)
            zeros = zeros + 1 if byte == 0 else 0
        return b"\0\0\0\1" + bytes([header]) + bytes(data)


def _sequence_parameters() -> bytes:
    bits = _Bits()
    bits.fixed((8, 77), (8, 0), (8, 30))
    bits.golomb(0, 0, 2, 1)
    bits.fixed((1, 0))
    bits.golomb(WIDTH_MB - 1, FIELD_HEIGHT_MB - 1)
    bits.fixed((1, 0), (1, 0), (1, 1), (1, 0))  # fields, not adaptive by macroblock
    bits.fixed((1, 1), (4, 0), (1, 1), (32, 1), (32, 50), (1, 1), (4, 0))  # 50 fields a second
    return bits.unit(0x67)


def _picture_parameters() -> bytes:
    bits = _Bits()
    bits.golomb(0, 0)
    bits.fixed((2, 0))
    bits.golomb(0, 0, 0)
    bits.fixed((3, 0))
    bits.golomb(52, 0, 0)  # quantiser 0, so that nothing is deblocked
    bits.fixed((3, 0))
    return bits.unit(0x68)


@cache
def _field(bottom: int, bar_mb: int, picture_id: int) -> bytes:
    bits = _Bits()
    bits.golomb(0, 7, 0)
    bits.fixed((4, 0), (1, 1), (1, bottom))
    if bottom:
        bits.fixed((1, 0))
    else:
        bits.golomb(picture_id)
        bits.fixed((2, 0))
    bits.golomb(0)
    for block in range(WIDTH_MB * FIELD_HEIGHT_MB):
        bits.golomb(25)  # I_PCM
        bits.align()
        luma = BRIGHT if block % WIDTH_MB == bar_mb else DARK
        bits.repeat(luma, 256)
        bits.repeat(128, 128)
    return bits.unit(0x61 if bottom else 0x65)

"""Palettes of bitmap subtitles, parsed from packets.

PyAV does not expose the palettes that FFmpeg decodes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

PGS_CODECS = ("hdmv_pgs_subtitle", "pgssub")
_DVD_CODECS = ("dvd_subtitle", "dvdsub")
_DVB_CODECS = ("dvb_subtitle", "dvbsub")
_PGS_PALETTE, _DVB_PALETTE = 0x14, 0x12
_DVB_SYNC, _DVB_FULL_RANGE = 0x0F, 0x01
# Numbers of bytes after each command of a DVD control sequence.
_DVD_COMMANDS = {0x00: 0, 0x01: 0, 0x02: 0, 0x03: 2, 0x04: 2, 0x05: 6, 0x06: 4}
_DVD_COLOURS, _DVD_ALPHAS = 0x03, 0x04
_LUMA = np.array((0.299, 0.587, 0.114))


class SubtitlePalette:
    """Brightness of the palette indices of a bitmap track, updated by each of its packets.

    Args:
        codec: FFmpeg's name of the codec.
        extradata: header of the track; for DVD subtitles, it states the 16 colours of the disc.
    """

    def __init__(self, codec: str, extradata: bytes) -> None:
        self._codec = codec
        self._is_known = codec in PGS_CODECS
        self._luminance = np.zeros(256, np.uint8)
        self._disc = _disc_luminance(extradata)

    def update(self, data: bytes) -> None:
        """Read the palette of a packet, if it has one; its entries replace earlier ones.

        Call it with each packet of the track, in file order. Other codecs are ignored.
        """
        if self._codec in PGS_CODECS:
            entries = list(_pgs_entries(data))
        elif self._codec in _DVB_CODECS:
            entries = list(_dvb_entries(data))
        elif self._codec in _DVD_CODECS:
            entries = _dvd_entries(data, self._disc)
        else:
            entries = []
        for index, luminance in entries:
            self._luminance[index] = luminance
        self._is_known |= bool(entries)

    def luminance(self, indices: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return (256,) uint8 brightness times alpha of each palette index.

        Before the first palette, the most frequent index is black and the others are white; in a
        PGS track, all are black. Later packets may change the returned array.

        Args:
            indices: (h, w) uint8 palette indices of the bitmap.
        """
        if self._is_known:
            return self._luminance
        luminance = np.full(256, 255, np.uint8)
        luminance[np.bincount(indices.ravel(), minlength=256).argmax()] = 0
        return luminance


def _pgs_entries(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield (index, luminance times alpha, 0 to 255) of the palettes of a PGS packet.

    Source: US 2009/0185789 A1, segment type 0x14; entries are index, Y, Cr, Cb, alpha.
    """
    position = 0
    while position + 3 <= len(data):
        length = int.from_bytes(data[position + 1 : position + 3], "big")
        body = data[position + 3 : position + 3 + length]
        if data[position] == _PGS_PALETTE:
            for at in range(2, len(body) - 4, 5):
                yield body[at], body[at + 1] * body[at + 4] // 255
        position += 3 + length


def _dvb_entries(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield (index, luminance times opacity, 0 to 255) of the CLUT definitions of a DVB packet.

    Source: ETSI EN 300 743 section 7.2.4; transparency 255, or Y = 0, is invisible.
    """
    position = 0 if data[:1] == bytes([_DVB_SYNC]) else 2
    while position + 6 <= len(data) and data[position] == _DVB_SYNC:
        length = int.from_bytes(data[position + 4 : position + 6], "big")
        body = data[position + 6 : position + 6 + length]
        at = 2 if data[position + 1] == _DVB_PALETTE else len(body)
        while at + 4 <= len(body):
            if body[at + 1] & _DVB_FULL_RANGE:
                entry = body[at + 2 : at + 6]
                luma, transparency = entry[0], entry[-1]
                size = 6
            else:
                luma, transparency = body[at + 2] & 0xFC, (body[at + 3] & 3) * 85
                size = 4
            yield body[at], luma * (255 - transparency) // 255
            at += size
        position += 6 + length


def _dvd_entries(data: bytes, disc: NDArray[np.uint8] | None) -> list[tuple[int, int]]:
    """Return (index, luminance times alpha, 0 to 255) of the four colours of a DVD subtitle.

    Without the colours of the disc, each visible one is white. Empty if the packet sets no colours.

    Source: http://dvd.sourceforge.net/spu_notes, commands SET_COLOR and SET_CONTR.
    """
    colours, alphas = None, None
    at = int.from_bytes(data[2:4], "big") + 4
    while at < len(data) and data[at] in _DVD_COMMANDS:
        size = _DVD_COMMANDS[data[at]]
        value = int.from_bytes(data[at + 1 : at + 1 + size], "big")
        nibbles = [value >> shift & 15 for shift in (0, 4, 8, 12)]
        if data[at] == _DVD_COLOURS:
            colours = nibbles
        elif data[at] == _DVD_ALPHAS:
            alphas = nibbles
        at += 1 + size
    if colours is None or alphas is None:
        return []
    levels = [255 if disc is None else int(disc[colour]) for colour in colours]
    return [(i, level * alpha // 15) for i, (level, alpha) in enumerate(zip(levels, alphas, strict=True))]  # fmt: skip


def _disc_luminance(extradata: bytes) -> NDArray[np.uint8] | None:
    """Return (16,) uint8 luminance of the colours that the header of a DVD track lists, or None."""
    match = re.search(rb"palette:((?:\s*[0-9a-fA-F]{6}\s*,?){16})", extradata)
    if match is None:
        return None
    colours = re.findall(rb"[0-9a-fA-F]{6}", match[1])
    rgb = np.array([[int(c[i : i + 2], 16) for i in (0, 2, 4)] for c in colours])
    luminance: NDArray[np.uint8] = np.round(rgb @ _LUMA).astype(np.uint8)
    return luminance

"""Conversion of HDR and wide-gamut frames to 8-bit BT.709, with lookup tables.

Source: ITU-R BT.2100 (PQ; HLG with the system gamma of a display of 1000 cd/m², per channel),
BT.2408 (reference white at 203 cd/m²), BT.1886 (display gamma), SMPTE RP 431 (Display P3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Transfer = Literal["sdr", "pq", "hlg"]

_TRANSFERS: dict[int, Transfer] = {16: "pq", 18: "hlg"}  # numbers of ITU-T H.273
_PRIMARIES = {9: "bt2020", 11: "p3", 12: "p3"}
_HLG_PEAK_CD_M2, _HLG_GAMMA = 1000.0, 1.2
_DISPLAY_GAMMA = 2.4
MIN_WHITE_CD_M2, MAX_WHITE_CD_M2 = 100.0, 203.0
_WHITE_PERCENTILE, _SURELY_ABOVE_MIN = 99.8, 1.04
_LUMINANCE = np.array((0.2126, 0.7152, 0.0722), np.float32)
_KNEE = 0.7
_MIN_HIGHLIGHT = 2.0
_LEVELS = 1 << 16

# Linear RGB of the primaries to linear RGB of BT.709, all with the white point D65.
_TO_BT709 = {
    "bt2020": (
        (1.660491, -0.587641, -0.072850),
        (-0.124550, 1.132900, -0.008349),
        (-0.018151, -0.100579, 1.118730),
    ),
    "p3": (
        (1.224940, -0.224940, 0.0),
        (-0.042057, 1.042057, 0.0),
        (-0.019638, -0.078636, 1.098273),
    ),
}


@dataclass(frozen=True)
class ColorProfile:
    """Transfer function and color primaries of a video track.

    Args:
        transfer: `pq`, `hlg`, or `sdr` for all that need no conversion.
        primaries: `bt2020`, `p3`, or `bt709` for all that need no conversion.
    """

    transfer: Transfer = "sdr"
    primaries: str = "bt709"

    @property
    def needs_mapping(self) -> bool:
        """Whether the track is HDR or wide-gamut, so that `map_to_bt709` must convert it."""
        return self.transfer != "sdr" or self.primaries != "bt709"


def color_profile(transfer: int, primaries: int) -> ColorProfile:
    """Return the profile for the transfer and primaries codes (ITU-T H.273) of a codec or frame.

    Unknown and missing codes become `sdr` and `bt709`.
    """
    return ColorProfile(
        _TRANSFERS.get(int(transfer or 0), "sdr"), _PRIMARIES.get(int(primaries or 0), "bt709")
    )


def map_to_bt709(
    rgb: NDArray[np.uint16], profile: ColorProfile, *, white_cd_m2: float = MIN_WHITE_CD_M2
) -> NDArray[np.uint8]:
    """Convert a frame to 8-bit BT.709; HDR light is scaled so that the reference white becomes 1.

    HDR highlights from twice the reference white on are compressed, together with levels above 0.7
    of it. Without such highlights, what is brighter than white is clipped.

    Args:
        rgb: (H, W, 3) uint16 RGB, full range, encoded with the profile's transfer function.
        profile: transfer function and primaries of the frame.
        white_cd_m2: luminance that becomes white, in cd/m²; see `reference_white`. Ignored for SDR.

    Returns:
        (H, W, 3) uint8 RGB.
    """
    linear = _to_linear_bt709(rgb, profile)
    if profile.transfer != "sdr":
        linear = _tone_map(linear, white_cd_m2)
    levels = np.clip(linear, 0.0, 1.0) * np.float32(_LEVELS - 1)
    return _encode_table(profile.transfer).take(levels.astype(np.uint16))


def reference_white(pictures: Sequence[NDArray[np.uint16]], profile: ColorProfile) -> float:
    """Estimate the luminance of SDR white in an HDR track: 100 or 203 cd/m².

    SDR content is placed in HDR with its white at 100 cd/m² (most software) or at 203 cd/m²
    (BT.2408, and what phones record). It is 203 if the 99.8th percentile of the luminance of any
    frame is over 104 cd/m², else 100; without frames, it is 100.

    Args:
        pictures: sampled frames of the track, each (H, W, 3) uint16 RGB, encoded with its transfer
            function.
        profile: transfer function and primaries of the track.
    """
    brightest = max(
        (
            float(np.percentile(_to_linear_bt709(p, profile) @ _LUMINANCE, _WHITE_PERCENTILE))
            for p in pictures
        ),
        default=MIN_WHITE_CD_M2,
    )
    return MAX_WHITE_CD_M2 if brightest > _SURELY_ABOVE_MIN * MIN_WHITE_CD_M2 else MIN_WHITE_CD_M2


def _to_linear_bt709(rgb: NDArray[np.uint16], profile: ColorProfile) -> NDArray[np.float32]:
    linear = _linear_table(profile.transfer).take(rgb)
    if profile.primaries != "bt709":
        linear = linear @ np.array(_TO_BT709[profile.primaries], np.float32).T
    return linear


def _tone_map(linear: NDArray[np.float32], white_cd_m2: float) -> NDArray[np.float32]:
    """Scale (H, W, 3) cd/m² so that reference white becomes 1; compress highlights, preserve hue.

    Source: extended Reinhard curve above a knee; the identity if nothing is brighter than white.
    """
    level = np.maximum(linear[..., 0], linear[..., 1])  # ten times as fast as max() over axis -1
    level = np.maximum(level, linear[..., 2]) * np.float32(1 / white_cd_m2)
    peak = float(np.percentile(level[::4, ::4], 99.9))
    if peak < _MIN_HIGHLIGHT:  # ringing of the codec, no highlights
        return linear / np.float32(white_cd_m2)
    level = np.maximum(level, np.float32(1e-6))
    excess, peak_excess = (level - _KNEE) / (1 - _KNEE), (peak - _KNEE) / (1 - _KNEE)
    bent = _KNEE + (1 - _KNEE) * excess * (1 + excess / peak_excess**2) / (1 + excess)
    ratio = np.where(level > _KNEE, bent / level, 1.0) / white_cd_m2
    return linear * ratio[..., None].astype(np.float32)


@cache
def _linear_table(transfer: Transfer) -> NDArray[np.float32]:
    """Return (65536,) linear light of each 16-bit code: cd/m² for PQ and HLG, 0 to 1 for SDR."""
    code = np.linspace(0.0, 1.0, _LEVELS)
    if transfer == "pq":
        m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
        root = code ** (1 / m2)
        linear = 10_000 * (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1)
    elif transfer == "hlg":
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        scene = np.where(code <= 0.5, code**2 / 3, (np.exp((code - c) / a) + b) / 12)
        linear = _HLG_PEAK_CD_M2 * scene**_HLG_GAMMA
    else:
        linear = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    return linear.astype(np.float32)


@cache
def _encode_table(transfer: Transfer) -> NDArray[np.uint8]:
    """Return (65536,) 8-bit display codes of equally spaced levels of linear light, 0 to 1.

    SDR uses the sRGB transfer function, HDR the display gamma 2.4.
    """
    linear = np.linspace(0.0, 1.0, _LEVELS)
    if transfer == "sdr":
        code = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    else:
        code = linear ** (1 / _DISPLAY_GAMMA)
    codes: Any = np.round(code * 255).astype(np.uint8)
    return codes  # type: ignore[no-any-return]
